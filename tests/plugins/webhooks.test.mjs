// Webhooks against a receiver that verifies, fails, hangs and answers in every way.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { lugeWith, standIn, until } from "./support.mjs";

const SETTINGS = { retry_after: "100ms, 200ms", timeout_s: 10, disable_after: 2 };
let luge;
const receivers = [];

before(async () => {
  luge = await lugeWith("webhooks", { settings: SETTINGS });
});

after(async () => {
  await luge?.stop();
  for (const receiver of receivers) await receiver.stop();
});

async function receiver(answer = () => ({})) {
  const made = await standIn(answer);
  receivers.push(made);
  return made;
}

async function endpoint(url, more = {}) {
  return luge.create("webhook_endpoints", { name: "test", url, collections: "notes", events: ["create"], enabled: true, ...more });
}

/** What Standard Webhooks says a receiver does. */
function isSigned({ headers, text }, secret) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${text}`;
  const right = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) < 60, "the timestamp is now");
  return headers["webhook-signature"].split(" ").includes(right);
}

const secretOf = async ({ id }) => (await luge.must("GET", `/api/webhooks/endpoints/${id}/secret`)).secret;
const deliveries = ({ id }, status) =>
  luge.list("webhook_deliveries", { filter: `endpoint = "${id}"${status ? ` && status = "${status}"` : ""}` });

test("a change arrives signed, with what is not hidden, once", async () => {
  const sink = await receiver();
  const to = await endpoint(`${sink.url}/in?x=1`, { events: [] });
  const note = await luge.create("notes", { text: "hello ü", secret: "nobody's business" });
  await until("the delivery", () => sink.requests.length === 1);
  const [got] = sink.requests;
  assert.equal(got.path, "/in?x=1");
  assert.ok(isSigned(got, await secretOf(to)));
  assert.ok(!isSigned({ ...got, text: got.text.replace("hello", "hullo") }, await secretOf(to)));
  const message = JSON.parse(got.text);
  assert.equal(message.type, "notes.create");
  assert.equal(message.data.id, note.id);
  assert.equal(message.data.text, "hello ü");
  assert.ok(!got.text.includes("nobody's business"), "hidden fields stay here");
  assert.match(message.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  await luge.must("PATCH", `/api/collections/notes/records/${note.id}`, { text: "changed" });
  await until("the update", () => sink.requests.length === 2);
  const update = JSON.parse(sink.requests[1].text);
  assert.deepEqual([update.type, update.data.text, update.before.text], ["notes.update", "changed", "hello ü"]);
  await luge.must("DELETE", `/api/collections/notes/records/${note.id}`);
  await until("the deletion", () => sink.requests.length === 3);
  assert.equal(JSON.parse(sink.requests[2].text).type, "notes.delete");
  await until("the log", async () => (await deliveries(to, "delivered")).length === 3);
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("a replaced secret signs beside the new one", async () => {
  const sink = await receiver();
  const to = await endpoint(sink.url, { fields: "text" });
  const old = await secretOf(to);
  const { secret } = await luge.must("POST", `/api/webhooks/endpoints/${to.id}/rotate`, {});
  assert.notEqual(secret, old);
  const tried = await luge.must("POST", `/api/webhooks/endpoints/${to.id}/test`, {});
  assert.deepEqual([tried.ok, tried.status], [true, 200]);
  assert.ok(isSigned(sink.requests[0], secret) && isSigned(sink.requests[0], old));
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
  const stored = JSON.stringify([await luge.list("webhook_endpoints"), await luge.list("webhook_deliveries")]);
  assert.ok(!stored.includes("whsec_") && !(await luge.log()).includes("whsec_"), "secrets are in no record and no log");
});

test("a 500, a timeout and a lost connection are tried again with the same id", async () => {
  // More attempts than are needed: a slow machine may let one more time out.
  await luge.must("PATCH", "/api/plugins/webhooks", { settings: { timeout_s: 1, retry_after: Array(20).fill("100ms").join(",") } });
  const sink = await receiver((request, n) => (n === 1 ? { status: 500, body: "oh no" } : n === 2 ? null : {}));
  const to = await endpoint(sink.url);
  await luge.create("notes", { text: "again" });
  const [done] = await until("the delivery", async () => {
    const found = await deliveries(to, "delivered");
    return found.length === 1 && found;
  });
  assert.ok(done.attempts >= 3, `${done.attempts} attempts`);
  assert.equal(sink.requests.length, done.attempts);
  assert.deepEqual(new Set(sink.requests.map((r) => r.headers["webhook-id"])), new Set([done.id]));
  assert.deepEqual(sink.requests.map((r) => Number(r.headers["webhook-attempt"])), sink.requests.map((_, i) => i + 1));
  assert.equal(new Set(sink.requests.map((r) => r.text)).size, 1);
  await luge.must("PATCH", "/api/plugins/webhooks", { settings: SETTINGS });
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("a receiver that asks for a pause gets it", async () => {
  const times = [];
  const sink = await receiver((request, n) => {
    times.push(Date.now());
    return n === 1 ? { status: 429, headers: { "retry-after": "2" } } : {};
  });
  const to = await endpoint(sink.url);
  await luge.create("notes", { text: "slowly" });
  await until("the delivery", async () => (await deliveries(to, "delivered")).length === 1);
  assert.ok(times[1] - times[0] >= 1_900, `it waited ${times[1] - times[0]} ms`);
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("what keeps failing is dead, disables its endpoint, and is replayed", async () => {
  let works = false;
  const sink = await receiver(() => ({ status: works ? 200 : 503 }));
  const to = await endpoint(sink.url);
  await luge.create("notes", { text: "one" });
  await until("the first dead one", async () => (await deliveries(to, "dead")).length === 1);
  const [first] = await deliveries(to, "dead");
  assert.deepEqual([first.attempts, first.responseStatus, first.error], [3, 503, "The receiver answered 503."]);
  await luge.create("notes", { text: "two" });
  const read = () => luge.must("GET", `/api/collections/webhook_endpoints/records/${to.id}`);
  const disabled = await until("the endpoint is disabled", async () => {
    const now = await read();
    return !now.enabled && now;
  });
  assert.match(disabled.disabledReason, /2 deliveries in a row were dead/);
  await luge.create("notes", { text: "while it was disabled" });
  await luge.settled();

  const refused = await luge.ask("POST", "/api/webhooks/replay", { endpoint: to.id, status: "dead" });
  assert.deepEqual([refused.status, refused.json.message], [400, "The endpoint is disabled: enable it first."]);
  works = true;
  await luge.must("PATCH", `/api/collections/webhook_endpoints/records/${to.id}`, { enabled: true });
  const from = `${first.epoch}:${first.seq + 1}`;
  assert.deepEqual(await luge.must("POST", "/api/webhooks/replay", { endpoint: to.id, from, status: "dead" }), { deliveries: 1 });
  await until("the second arrives", async () => (await deliveries(to, "delivered")).length === 1);
  assert.equal((await deliveries(to, "dead"))[0].id, first.id, "what is before the position stays");
  assert.deepEqual(await luge.must("POST", "/api/webhooks/replay", { deliveries: [first.id] }), { deliveries: 1 });
  await until("the first arrives", async () => (await deliveries(to, "delivered")).length === 2);
  assert.equal((await deliveries(to)).length, 2, "nothing was queued while it was disabled");
  assert.equal((await read()).failures, 0);
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("a 410 ends it at once", async () => {
  const sink = await receiver(() => ({ status: 410 }));
  const to = await endpoint(sink.url);
  await luge.create("notes", { text: "x" });
  await until("the endpoint is disabled", async () => !(await luge.must("GET", `/api/collections/webhook_endpoints/records/${to.id}`)).enabled);
  assert.equal(sink.requests.length, 1);
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("nothing is lost when the server is killed", async () => {
  let works = false;
  const sink = await receiver(() => (works ? {} : null));
  const to = await endpoint(sink.url);
  const texts = Array.from({ length: 20 }, (_, i) => `killed ${i}`);
  await Promise.all(texts.map((text) => luge.create("notes", { text })));
  await until("an attempt", () => sink.requests.length > 0);
  await luge.server.kill();
  works = true;
  await luge.start();
  await until("all deliveries", async () => (await deliveries(to, "delivered")).length === texts.length);
  const arrived = new Set(sink.requests.map((r) => JSON.parse(r.text).data.text));
  assert.deepEqual([...arrived].sort(), [...texts].sort());
  assert.equal((await deliveries(to)).length, texts.length, "one delivery an event");
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("only superusers replay and see secrets, and requests that make no sense say so", async () => {
  const sink = await receiver();
  const to = await endpoint(sink.url);
  for (const [method, path] of [["GET", `endpoints/${to.id}/secret`], ["POST", `endpoints/${to.id}/rotate`], ["POST", "replay"]]) {
    const answer = await luge.ask(method, `/api/webhooks/${path}`, method === "POST" ? {} : undefined, { token: null });
    assert.equal(answer.status, 401, path);
  }
  for (const [body, status, field] of [
    [{ endpoint: "nothing" }, 404, "endpoint"],
    [{ endpoint: to.id }, 400, "from"],
    [{ endpoint: to.id, from: "x" }, 400, "from"],
    [{ endpoint: to.id, since: "yesterday" }, 400, "since"],
    [{ endpoint: to.id, status: "pending" }, 400, "status"],
    [{ deliveries: [] }, 400, "deliveries"],
  ]) {
    const answer = await luge.ask("POST", "/api/webhooks/replay", body);
    assert.equal(answer.status, status, answer.text);
    assert.ok(field in answer.json.data, answer.text);
  }
  const list = await luge.ask("GET", "/api/collections/webhook_deliveries/records", undefined, { token: null });
  assert.equal(list.status, 403);
  await luge.must("DELETE", `/api/collections/webhook_endpoints/records/${to.id}`);
});

test("without the owner's grant a private address is refused, and a disabled plugin does nothing", async () => {
  const sink = await receiver();
  const other = await lugeWith("webhooks", { granted: false, settings: { retry_after: "1h" } });
  try {
    const to = await other.create("webhook_endpoints", { name: "x", url: sink.url, collections: "*", enabled: true });
    await other.create("notes", { text: "x" });
    const [delivery] = await until("the attempt", async () => {
      const found = await other.list("webhook_deliveries", { filter: "attempts = 1" });
      return found.length === 1 && found;
    });
    assert.match(delivery.error, /private address 127\.0\.0\.1.*--hooks-network PLUGIN=HOST/);
    assert.equal(sink.requests.length, 0);
    assert.equal((await other.ask("GET", `/api/webhooks/endpoints/${to.id}/secret`)).status, 200);
    await other.must("POST", "/api/plugins/webhooks/disable", {});
    assert.equal((await other.ask("GET", `/api/webhooks/endpoints/${to.id}/secret`)).status, 404);
    await other.must("PUT", "/api/hooks/scripts/seen.rhai", { text: 'after_create("notes", |e| log::info(`seen ${e.record.text}`));' });
    await other.create("notes", { text: "unheard" });
    await until("the event", async () => (await other.log()).includes("seen unheard"));
    assert.equal((await other.list("webhook_deliveries")).length, 1);
  } finally {
    await other.stop();
  }
});

// Notifications against stand-ins that answer as Slack, Discord and Telegram do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../support/servers.mjs";
import { lugeWith, standIn, until } from "./support.mjs";

const SLACK_TOKEN = "xoxb-1-very-secret";
const TELEGRAM_TOKEN = "123456:AAH-very_secret";
let luge;
let vendors;
/** Answers that come before the usual ones, by path. */
const next = {};

before(async () => {
  vendors = await standIn(vendor);
  luge = await lugeWith("notify", {
    settings: { retry_after: "100ms, 100ms", slack_api: `${vendors.url}/api`, telegram_api: vendors.url },
    secrets: {
      SLACK_WEBHOOKS: `${vendors.url}/services/T0/B0/very-secret`,
      SLACK_BOT_TOKEN: SLACK_TOKEN,
      DISCORD_WEBHOOKS: `ops=${vendors.url}/api/webhooks/1/very-secret gone=${vendors.url}/api/webhooks/2/x`,
      TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
    },
  });
});

after(async () => {
  await luge?.stop();
  await vendors?.stop();
});

function vendor({ path, headers, text }) {
  const body = JSON.parse(text);
  const once = next[path]?.shift();
  if (once !== undefined) return once;
  if (path === "/services/T0/B0/very-secret") return body.text ? { body: "ok" } : { status: 400, body: "invalid_payload" };
  if (path === "/api/chat.postMessage") {
    if (headers.authorization !== `Bearer ${SLACK_TOKEN}`) return { body: { ok: false, error: "invalid_auth" } };
    return { body: body.channel === "#ops" ? { ok: true, channel: "C1", ts: "1.2" } : { ok: false, error: "channel_not_found" } };
  }
  if (path === "/api/webhooks/1/very-secret") return body.content?.length > 2000 ? { status: 400, body: { message: "Invalid Form Body", code: 50035 } } : { status: 204 };
  if (path.startsWith("/api/webhooks/")) return { status: 404, body: { message: "Unknown Webhook", code: 10015 } };
  if (path === `/bot${TELEGRAM_TOKEN}/sendMessage`) {
    if (body.chat_id !== "42") return { status: 400, body: { ok: false, error_code: 400, description: "Bad Request: chat not found" } };
    return { body: { ok: true, result: { message_id: 1 } } };
  }
  return { status: 401, body: { ok: false, error_code: 401, description: "Unauthorized" } };
}

const sentTo = (path) => vendors.requests.filter((r) => r.path === path).map((r) => JSON.parse(r.text));

async function message(values) {
  const { id } = await luge.create("notify_messages", values);
  return until("the message is done", async () => {
    const now = await luge.must("GET", `/api/collections/notify_messages/records/${id}`);
    return now.status !== "queued" && now;
  });
}

test("rules send what their templates make of a change", async () => {
  const rule = (values) => luge.create("notify_rules", { enabled: true, collections: "notes", ...values });
  await rule({ service: "slack", events: ["create"], template: "New: *{{ record.text }}*{{ record.secret }}" });
  await rule({ service: "discord", to: "ops", events: ["update"], template: "{% if before.text != record.text %}{{ before.text }} → {{ record.text }}{% endif %}" });
  await rule({ service: "telegram", to: "42", events: ["delete"], template: "<b>{{ record.text }}</b> is gone" });
  const note = await luge.create("notes", { text: "<!channel> @everyone", secret: "nobody's business" });
  const path = `/api/collections/notes/records/${note.id}`;
  await luge.must("PATCH", path, { secret: "other" });
  await luge.must("PATCH", path, { text: "two" });
  await luge.must("DELETE", path);
  await until("the messages", async () => (await luge.list("notify_messages", { filter: 'status = "sent"' })).length === 3);
  assert.deepEqual(sentTo("/services/T0/B0/very-secret"), [{ text: "New: *&lt;!channel&gt; @everyone*" }]);
  assert.deepEqual(sentTo("/api/webhooks/1/very-secret"), [{ content: "<!channel> @everyone → two", allowed_mentions: { parse: [] } }]);
  assert.deepEqual(sentTo(`/bot${TELEGRAM_TOKEN}/sendMessage`), [
    { chat_id: "42", text: "<b>two</b> is gone", parse_mode: "HTML", disable_web_page_preview: true },
  ]);
  for (const { id } of await luge.list("notify_rules")) await luge.must("DELETE", `/api/collections/notify_rules/records/${id}`);
});

test("whoever may create records of messages can send", async () => {
  assert.equal((await message({ service: "slack", to: "#ops", text: "a < b" })).status, "sent");
  assert.deepEqual(sentTo("/api/chat.postMessage"), [{ channel: "#ops", text: "a &lt; b" }]);
  assert.equal((await luge.ask("POST", "/api/collections/notify_messages/records", { service: "slack", text: "x" }, { token: null })).status, 403);
});

test("the script of the documentation sends in the transaction that causes it", async () => {
  const page = readFileSync(join(ROOT, "docs/plugins.md"), "utf8");
  const [, script] = page.match(/```rhai\n(.*?)```/s);
  await luge.must("POST", "/api/collections", { name: "orders", type: "base", fields: [{ name: "number", type: "text", required: true }] });
  await luge.must("PUT", "/api/hooks/scripts/orders.rhai", { text: script });
  next["/api/chat.postMessage"] = [{ body: { ok: true } }];
  assert.equal((await luge.ask("POST", "/api/collections/orders/records", {})).status, 400);
  await luge.create("orders", { number: "<7>" });
  const made = await until("the message", async () => {
    const found = await luge.list("notify_messages", { filter: 'to = "#orders"' });
    return found[0]?.status === "sent" && found;
  });
  assert.equal(made.length, 1, "the refused order said nothing");
  assert.deepEqual(sentTo("/api/chat.postMessage").at(-1), { channel: "#orders", text: "A new order: &lt;7&gt;" });
});

test("what will not work is dead at once, and says what to do", async () => {
  for (const [values, error] of [
    [{ service: "slack", to: "#nowhere" }, /channel_not_found: is the channel right, and the bot in it\?/],
    [{ service: "discord", to: "gone" }, /404: the address in DISCORD_WEBHOOKS is not valid any more: make a new one/],
    [{ service: "discord", to: "nobody" }, /DISCORD_WEBHOOKS has no address for "nobody"/],
    [{ service: "telegram", to: "7" }, /400: Bad Request: chat not found/],
    [{ service: "telegram", to: "" }, /Say where to/],
  ]) {
    const done = await message({ ...values, text: "x" });
    assert.deepEqual([done.status, done.attempts], ["dead", 1], done.error);
    assert.match(done.error, error);
  }
});

test("a pause that a service asks for is kept, and a 500 is tried again", async () => {
  const telegram = `/bot${TELEGRAM_TOKEN}/sendMessage`;
  next["/api/webhooks/1/very-secret"] = [{ status: 429, headers: { "retry-after": "1" }, body: { message: "You are being rate limited.", retry_after: 1.2, global: false } }];
  next[telegram] = [{ status: 429, body: { ok: false, error_code: 429, description: "Too Many Requests", parameters: { retry_after: 1 } } }];
  next["/api/chat.postMessage"] = [{ status: 500 }, { status: 429, headers: { "retry-after": "1" } }];
  const since = Date.now();
  const done = await Promise.all([
    message({ service: "discord", to: "ops", text: "x" }),
    message({ service: "telegram", to: "42", text: "x" }),
    message({ service: "slack", to: "#ops", text: "x" }),
  ]);
  assert.deepEqual(done.map((m) => [m.status, m.attempts]), [["sent", 2], ["sent", 2], ["sent", 3]]);
  assert.ok(Date.now() - since >= 1_000, "it waited");
});

test("a message that is dead can be sent again", async () => {
  const path = "/services/T0/B0/very-secret";
  next[path] = [{ status: 503 }, { status: 503 }, { status: 503 }];
  const dead = await message({ service: "slack", text: "again" });
  assert.deepEqual([dead.status, dead.attempts, dead.responseStatus], ["dead", 3, 503]);
  const before = sentTo(path).length;
  await luge.must("PATCH", `/api/collections/notify_messages/records/${dead.id}`, { status: "queued" });
  await until("it is sent", async () => (await luge.must("GET", `/api/collections/notify_messages/records/${dead.id}`)).status === "sent");
  assert.equal(sentTo(path).length, before + 1);
});

test("secrets are in no record, no log and no answer", async () => {
  const shown = JSON.stringify([await luge.list("notify_messages"), await luge.list("notify_rules"), await luge.must("GET", "/api/plugins"), await luge.must("GET", "/api/hooks/jobs")]);
  const told = `${shown}${await luge.log()}${luge.server.output()}`;
  assert.ok(!/very.secret/.test(told), "a secret was told");
});

test("a host that the owner did not grant is not called", async () => {
  const other = await lugeWith("notify", { granted: false, secrets: { SLACK_WEBHOOKS: `${vendors.url}/services/T0/B0/very-secret` } });
  try {
    const before = vendors.requests.length;
    const { id } = await other.create("notify_messages", { service: "slack", text: "x" });
    const done = await until("it is dead", async () => {
      const now = await other.must("GET", `/api/collections/notify_messages/records/${id}`);
      return now.status === "dead" && now;
    });
    assert.match(done.error, /no permission for "127\.0\.0\.1:\d+".*--hooks-network PLUGIN=HOST grants it/);
    assert.equal(vendors.requests.length, before);
  } finally {
    await other.stop();
  }
});

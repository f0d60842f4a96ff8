// Realtime through the official SDK, unmodified: in Node, and in Chromium where there is one.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { EventSource } from "./event-source.mjs";
import { open } from "./support.mjs";

globalThis.EventSource ??= EventSource;

const { server, root, client } = await open();
const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };

before(async () => {
  await root.collections.create({ name: "people", ...rules, fields: [{ name: "name", type: "text" }] });
  const people = await root.collections.getOne("people");
  const fields = [
    { name: "title", type: "text" },
    { name: "views", type: "number" },
    { name: "author", type: "relation", collectionId: people.id },
    { name: "secret", type: "text", hidden: true },
  ];
  await root.collections.create({ name: "posts", ...rules, fields });
  await root.collections.create({ name: "own", ...rules, listRule: "owner = @request.auth.id", fields: [{ name: "owner", type: "text" }] });
});

/** Collects events until there are enough. */
function inbox() {
  const events = [];
  let wake = () => {};
  const take = async (count) => {
    while (events.length < count) await new Promise((resolve) => (wake = resolve));
    return events.splice(0, count).map(({ action, record }) => [action, record.title ?? record.id]);
  };
  return { events, take, add: (event) => (events.push(event), wake()) };
}

test("subscribe to a collection, a record and with options", async () => {
  const guest = client();
  const [all, one, some] = [inbox(), inbox(), inbox()];
  const post = await root.collection("posts").create({ title: "first", views: 1, secret: "x" });
  await guest.collection("posts").subscribe("*", all.add);
  await guest.collection("posts").subscribe(post.id, one.add);
  const author = await root.collection("people").create({ name: "Ann" });
  await guest.collection("posts").subscribe("*", some.add, { filter: "views > 5", expand: "author", fields: "title,expand" });
  await root.collection("posts").create({ title: "second", views: 10, author: author.id });
  await root.collection("posts").update(post.id, { title: "changed" });
  await root.collection("posts").delete(post.id);
  assert.equal((await new Promise((resolve) => some.take(1).then(resolve)))[0][1], "second");
  assert.deepEqual(await all.take(3), [["create", "second"], ["update", "changed"], ["delete", "changed"]]);
  assert.deepEqual(await one.take(2), [["update", "changed"], ["delete", "changed"]]);
  await guest.realtime.unsubscribe();
});

test("what is hidden stays hidden, and what is expanded comes along", async () => {
  const guest = client();
  const seen = [];
  const author = await root.collection("people").create({ name: "Bob" });
  const told = new Promise((resolve) => {
    guest.collection("posts").subscribe("*", (event) => (seen.push(event), resolve()), { expand: "author" }).then(() =>
      root.collection("posts").create({ title: "third", author: author.id, secret: "x" }));
  });
  await told;
  assert.equal(seen[0].record.expand.author.name, "Bob");
  assert.equal("secret" in seen[0].record, false);
  await guest.collection("posts").unsubscribe("*");
});

test("rules bind to whoever signed in", async () => {
  const [ann, guest] = [client(), client()];
  await root.collection("users").create({ email: "ann@example.com", password: "1234567890", passwordConfirm: "1234567890" });
  const { record } = await ann.collection("users").authWithPassword("ann@example.com", "1234567890");
  const [mine, theirs] = [inbox(), inbox()];
  await ann.collection("own").subscribe("*", mine.add);
  await guest.collection("own").subscribe("*", theirs.add);
  await guest.collection("posts").subscribe("*", theirs.add);
  const other = await root.collection("own").create({ owner: "somebody" });
  const own = await root.collection("own").create({ owner: record.id });
  await root.collection("posts").create({ title: "end" });
  assert.deepEqual(await mine.take(1), [["create", own.id]]);
  assert.deepEqual(await theirs.take(1), [["create", "end"]], `${other.id} must not be told`);
  await Promise.all([ann.realtime.unsubscribe(), guest.realtime.unsubscribe()]);
});

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

test("the same in a browser", { skip: CHROMIUM ? false : "there is no Chromium" }, async () => {
  const require = createRequire(import.meta.url);
  const sdk = readFileSync(join(dirname(require.resolve("pocketbase")), "pocketbase.umd.js"), "utf8");
  const page = `<!doctype html><script src="/sdk.js"></script><script>
    const pb = new PocketBase(${JSON.stringify(server.url)});
    const done = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
    (async () => {
      const events = [];
      await pb.collection("posts").subscribe("*", ({ action, record }) => {
        events.push([action, record.title]);
        if (events.length === 3) done(events);
      });
      const made = await pb.collection("posts").create({ title: "from a browser" });
      await pb.collection("posts").update(made.id, { title: "changed there" });
      await pb.collection("posts").delete(made.id);
    })().catch((error) => done(String(error)));
  </script>`;
  const result = await inChromium(page, sdk);
  assert.deepEqual(result, [["create", "from a browser"], ["update", "changed there"], ["delete", "changed there"]]);
});

/** Opens a page in Chromium and waits for what it posts to /result. */
async function inChromium(page, sdk) {
  const profile = mkdtempSync(join(tmpdir(), "luge-chromium-"));
  let browser;
  let site;
  try {
    return await new Promise((resolve, reject) => {
      site = createServer(async (request, response) => {
        if (request.url === "/result") {
          let body = "";
          for await (const chunk of request) body += chunk;
          response.end();
          return resolve(JSON.parse(body));
        }
        response.setHeader("Content-Type", request.url === "/sdk.js" ? "text/javascript" : "text/html");
        response.end(request.url === "/sdk.js" ? sdk : page);
      });
      site.listen(0, "127.0.0.1", () => {
        const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
        const url = `http://127.0.0.1:${site.address().port}/`;
        browser = spawn(CHROMIUM, [...flags, `--user-data-dir=${profile}`, "--remote-debugging-port=0", url], { stdio: "ignore" });
        browser.on("exit", (code) => reject(new Error(`Chromium ended with ${code}`)));
      });
    });
  } finally {
    site?.closeAllConnections();
    site?.close();
    if (browser?.exitCode === null) {
      browser.removeAllListeners("exit");
      const ended = new Promise((resolve) => browser.once("exit", resolve));
      browser.kill("SIGKILL");
      await ended;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

// A server with one shipped plugin, and stand-ins for the servers that it calls.

import { createServer } from "node:http";
import { SUPERUSER, lugeBinary, removeTemporary, start, superuserToken, temporaryDirectory } from "../support/servers.mjs";

/** Waits until `holds` gives something that is not false; the machine may be slow. */
export async function until(what, holds) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within a minute`);
    await pause(50);
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * A server on the loopback address that keeps each request as `{method, path, headers, text}` in `requests`. `answer` gets the
 * request and its number from 1, and gives `{status, headers, body}`; an object as body is sent as JSON; `null` never answers.
 */
export async function standIn(answer) {
  const requests = [];
  const server = createServer((req, res) => {
    const parts = [];
    req.on("data", (part) => parts.push(part));
    req.on("end", async () => {
      const request = { method: req.method, path: req.url, headers: req.headers, text: Buffer.concat(parts).toString() };
      requests.push(request);
      const given = await answer(request, requests.length);
      if (given === null) return;
      const { status = 200, headers = {}, body = "" } = given ?? {};
      const isText = typeof body === "string";
      res.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
      res.end(isText ? body : JSON.stringify(body));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** A server whose owner granted the loopback address to the plugin, unless `granted` is false. */
export async function lugeWith(plugin, { settings = {}, secrets = {}, granted = true, enabled = true } = {}) {
  const dir = temporaryDirectory(plugin);
  const env = granted ? { LUGE_HOOKS_NETWORK: `${plugin}=127.0.0.1` } : {};
  const luge = { dir, token: null };
  luge.ask = async (method, path, body, { token = luge.token, headers = {}, raw } = {}) => {
    const all = { ...(token ? { authorization: token } : {}), ...(raw ? {} : { "content-type": "application/json" }), ...headers };
    const answer = await fetch(luge.server.url + path, { method, headers: all, body: raw ?? (body && JSON.stringify(body)) });
    const text = await answer.text();
    return { status: answer.status, text, json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : null };
  };
  luge.must = async (...args) => {
    const answer = await luge.ask(...args);
    if (answer.status > 299) throw new Error(`${args[0]} ${args[1]} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  };
  luge.list = async (collection, query = {}) =>
    (await luge.must("GET", `/api/collections/${collection}/records?${new URLSearchParams({ perPage: 500, sort: "created", ...query })}`)).items;
  luge.create = (collection, body) => luge.must("POST", `/api/collections/${collection}/records`, body);
  luge.log = async () => (await luge.must("GET", "/api/hooks/log?limit=1000")).lines.map((line) => line.message).join("\n");
  /** Waits until every event so far has reached its handlers. */
  luge.settled = () =>
    until("the handlers are done", async () => {
      const { done, head } = (await luge.must("GET", "/api/hooks/jobs")).after;
      return done === head;
    });
  luge.start = async () => {
    luge.server = await start(lugeBinary(), { dir, env, superuser: luge.token ? null : SUPERUSER });
    luge.token = await superuserToken(luge.server);
  };
  luge.stop = async () => {
    await luge.server.halt();
    removeTemporary(dir);
  };
  await luge.start();
  await luge.must("POST", "/api/collections", { name: "notes", type: "base", fields: [
    { name: "text", type: "text" },
    { name: "secret", type: "text", hidden: true },
  ] });
  if (enabled) await luge.must("POST", `/api/plugins/${plugin}/enable`, {});
  await luge.must("PATCH", `/api/plugins/${plugin}`, { settings, secrets });
  return luge;
}

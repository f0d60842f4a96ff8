// Imports a file of real data with the binary and asks about it over HTTP.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, command, lugeBinary, pocketbaseBinary, removeTemporary, start, superuserToken, temporaryDirectory } from "../support/servers.mjs";

/** Where the npm package keeps its files. */
export const DATA = join(ROOT, "tests/node_modules/vega-datasets/data");

/** The rows of a JSON file, as it stands. */
export function rowsOf(file) {
  return JSON.parse(readFileSync(join(DATA, file), "utf8"));
}

/** The rows of a plain CSV file (no quotes in it) as texts. */
export function tableOf(file) {
  const [head, ...lines] = readFileSync(join(DATA, file), "utf8").trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell])));
}

/** Imports one file into a new data directory; resolves with the directory and what the command printed. */
export async function imported(file, collection, more = []) {
  const dir = temporaryDirectory("import");
  try {
    const { stdout } = await command(lugeBinary(), ["import", join(DATA, file), "--into", collection, "--create", ...more, "--dir", dir]);
    return { dir, stdout };
  } catch (error) {
    removeTemporary(dir);
    throw error;
  }
}

/** Serves a directory and gives `list(query)` and `all(query)` as the superuser. */
export async function served(dir, collection) {
  const server = await start(lugeBinary(), { dir });
  return { ...server, ...(await reader(server, collection)) };
}

/** The same from PocketBase, filled through its API: `SELF=1` proves that the expectations are right. */
export async function servedByPocketbase(collection, fields, rows) {
  const server = await start(pocketbaseBinary());
  const ask = await asker(server);
  await ask("POST", "/api/collections", { name: collection, fields });
  await ask("PATCH", "/api/settings", { batch: { enabled: true, maxRequests: 1000, timeout: 60 } });
  for (let at = 0; at < rows.length; at += 1000) {
    const requests = rows.slice(at, at + 1000).map((body) => ({ method: "POST", url: `/api/collections/${collection}/records`, body }));
    await ask("POST", "/api/batch", { requests });
  }
  return { ...server, ...(await reader(server, collection)) };
}

async function reader(server, collection) {
  const ask = await asker(server);
  const list = (query) => ask("GET", `/api/collections/${collection}/records?${new URLSearchParams(query)}`);
  const all = async (query) => {
    const items = [];
    const perPage = query.perPage ?? 1000;
    for (let page = 1; ; page += 1) {
      const answer = await list({ skipTotal: 1, sort: "id", ...query, perPage, page });
      items.push(...answer.items);
      if (answer.items.length < perPage) return items;
    }
  };
  const count = async (filter) => (await list({ filter, perPage: 1 })).totalItems;
  const schema = () => ask("GET", `/api/collections/${collection}`);
  return { list, all, count, schema };
}

async function asker(server) {
  const authorization = await superuserToken(server);
  return async (method, path, body) => {
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
    return text === "" ? null : JSON.parse(text);
  };
}

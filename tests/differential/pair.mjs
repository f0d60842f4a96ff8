// Two servers that get the same requests; every request is one comparison.

import { Twins, differences } from "./compare.mjs";
import { DIFFERENCES } from "./differences.mjs";
import { Streams } from "./streams.mjs";
import { SUPERUSER } from "../support/servers.mjs";

const PATIENCE = 20_000;

/**
 * Sends each request to both servers and collects where the answers differ.
 *
 * A request is `[who, "METHOD path", body, options]`. A path without a leading `/` stands below
 * `/api/collections/`. `{{name}}` in a path or a body is what an earlier request saved under that
 * name, each server's own. Options: `query` (object), `save` (name for the answer's id, or an object
 * of name to key), `raw` with `type` (a body as it stands), `form` (multipart entries), `headers`,
 * `check` (names of headers to compare as well).
 */
export class Pair {
  comparisons = 0;
  known = [];
  unknown = [];
  area = "";
  #servers;
  #twins = new Twins();
  #saved = [new Map(), new Map()];
  #tokens = [new Map(), new Map()];

  constructor(left, right) {
    this.#servers = [left, right];
  }

  /** Signs in as the superuser `su`; later requests name who asks. */
  async open() {
    await this.signIn("su", "_superusers", SUPERUSER.email, SUPERUSER.password);
  }

  /** Signs in on both servers and remembers the tokens under `who`. */
  async signIn(who, collection, identity, password) {
    const answers = await this.send(["guest", `POST ${collection}/auth-with-password`, { identity, password }]);
    answers.forEach((answer, side) => this.setToken(who, side, answer.body?.token));
    return answers;
  }

  /** Lets `who` ask with this token on one side. */
  setToken(who, side, token) {
    this.#tokens[side].set(who, token);
  }

  /** Remembers a value of one side for `{{name}}`. */
  keep(side, name, value) {
    this.#saved[side].set(name, String(value));
  }

  /** An event stream that is open on both servers. */
  streams() {
    return Streams.open(this.#servers.map((server) => server.url));
  }

  /** Compares what came of something else than one request; `row` says what it was. */
  compare([who, line, body], [left, right]) {
    this.comparisons += 1;
    const found = differences({ body: left }, { body: right }, this.#twins);
    this.#sort({ area: this.area, who, line, body, answers: [left, right] }, found);
  }

  /** Sends a table of requests, one after the other. */
  async all(rows) {
    for (const row of rows) await this.send(row);
  }

  /** Sends one request to both servers and compares; returns both answers. */
  async send(row) {
    this.#twins.chosen(JSON.stringify(row));
    const answers = await Promise.all([0, 1].map((side) => this.#ask(side, row)));
    this.comparisons += 1;
    const [who, line, body, options = {}] = row;
    const [left, right] = answers.map(({ status, body, headers }) => ({ status, body, headers }));
    const found = differences(left, right, this.#twins);
    if (process.env.DUMP) dump(this.area, row, answers[1]);
    this.#sort({ area: this.area, who, line, query: options.query, body: body ?? options.raw ?? options.form, answers }, found);
    return answers;
  }

  #sort(request, found) {
    const sent = JSON.stringify([request.query ?? null, request.body ?? null]);
    const name = `${request.area}: ${request.who} ${request.line} ${sent}`;
    const left = [];
    for (const difference of found) {
      const row = DIFFERENCES.find((known) => known.request.test(name) && known.path.test(difference.path));
      if (row) this.known.push({ row, name, ...difference });
      else left.push(difference);
    }
    if (left.length > 0) this.unknown.push({ ...request, found: left });
  }

  async #ask(side, [who, line, body, options = {}]) {
    const fill = (text) => text.replace(/\{\{(\w+)\}\}/g, (whole, name) => this.#saved[side].get(name) ?? whole);
    const [method, rest] = line.split(/ (.*)/s);
    const path = fill(rest.startsWith("/") ? rest : `/api/collections/${rest}`);
    const query = options.query ? `?${new URLSearchParams(mapValues(options.query, fill))}` : "";
    const headers = mapValues(options.headers ?? {}, fill);
    const token = this.#tokens[side].get(who);
    if (token && headers.authorization === undefined) headers.authorization = token;
    const payload = encode(body, options, headers, fill);
    const answer = await exchange(this.#servers[side].url + path + query, { method, headers, body: payload }, options);
    this.#save(side, options.save, answer.body);
    return answer;
  }

  #save(side, save, body) {
    const names = typeof save === "string" ? { [save]: "id" } : (save ?? {});
    for (const [name, key] of Object.entries(names)) {
      const value = key.split(".").reduce((at, part) => at?.[part], body);
      if (value !== undefined) this.#saved[side].set(name, value);
    }
  }
}

function mapValues(query, fill) {
  return Object.fromEntries(Object.entries(query).map(([key, value]) => [key, fill(String(value))]));
}

function encode(body, options, headers, fill) {
  if (options.raw !== undefined) {
    if (options.type) headers["content-type"] = options.type;
    return fill(options.raw);
  }
  if (options.form) {
    const form = new FormData();
    for (const [key, value] of options.form) form.append(key, fill(value));
    return form;
  }
  if (body === undefined || body === null) return undefined;
  headers["content-type"] = "application/json";
  return fill(JSON.stringify(body));
}

async function exchange(url, init, { check = [] }) {
  try {
    const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    const text = await answer.text();
    const headers = { "content-type": answer.headers.get("content-type") };
    for (const name of check) headers[name] = answer.headers.get(name);
    return { status: answer.status, body: parse(text), headers };
  } catch (error) {
    return { status: 0, body: `no answer: ${error.cause?.code ?? error.name}`, headers: {} };
  }
}

function parse(text) {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function dump(area, [who, line, body, options], answer) {
  const asked = [options?.query, body ?? options?.raw ?? options?.form].filter(Boolean).map((part) => JSON.stringify(part));
  const said = JSON.stringify(answer.body);
  console.log(`[${area}] ${who} ${line} ${asked.join(" ").slice(0, 400)}\n    ${answer.status} ${said?.slice(0, 600)}`);
}

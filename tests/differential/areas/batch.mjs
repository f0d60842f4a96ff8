// Batch: many writes in one transaction, and how one failure undoes the rest.

const one = (method, url, body, more = {}) => ({ method, url, body, ...more });
const records = "/api/collections/t_items/records";
const send = (requests, who = "su", options = {}) => [who, "POST /api/batch", { requests }, options];
const look = ["su", "GET t_items/records", null, { query: { sort: "title,id", fields: "title,count,to" } }];
const A = "item00000000001";
const B = "item00000000002";

const BEFORE = [
  send([one("POST", records, { title: "x" })]),
  ["su", "PATCH /api/settings", { batch: { enabled: true, maxRequests: 0 } }],
  ["su", "PATCH /api/settings", { batch: { enabled: true, maxRequests: 6, timeout: 3 } }, { query: { fields: "batch" } }],
];

const BATCHES = [
  send([]),
  ["su", "POST /api/batch", {}],
  ["su", "POST /api/batch", { requests: "x" }],
  ["su", "POST /api/batch", { requests: [5] }],
  ["su", "POST /api/batch", null, { raw: "{bad", type: "application/json" }],
  send([one("POST", records, { id: A, title: "a" }), one("POST", records, { id: B, title: "b", to: A })]), look,
  send([one("PATCH", `${records}/${A}`, { "count+": 2 }), one("PATCH", `${records}/${A}`, { "count+": 3 })]), look,
  send([one("POST", records, { title: "c" }), one("POST", records, { title: "a" }), one("POST", records, { title: "d" })]), look,
  send([one("POST", records, { title: "same" }), one("POST", records, { title: "same" })]), look,
  send([one("DELETE", `${records}/${B}`), one("POST", records, { id: B, title: "b again" })]), look,
  send([one("DELETE", `${records}/nothing`)]), look,
  send([one("PUT", records, { id: B, title: "upserted" }), one("PUT", records, { id: "item00000000003", title: "new" }), one("PUT", records, { title: "without id" })]), look,
  send([one("PUT", records, { id: "bad id" })]),
  send([one("PUT", `${records}/${A}`, { title: "x" })]),
  send([one("GET", records)]),
  send([one("GET", `${records}/${A}`)]),
  send([one("POST", "/api/collections", { name: "x" })]),
  send([one("POST", "/api/collections/nothing/records", {})]),
  send([one("POST", "/api/batch", { requests: [] })]),
  send([one("post", records, { title: "lower" })]), look,
  send([one("POST", `${records}?fields=id,title&expand=to`, { title: "picked", to: A })]),
  send([one("POST", "api/collections/t_items/records", { title: "no slash" })]),
  send([one("POST", `http://127.0.0.1${records}`, { title: "absolute" })]),
  send([one("POST", "", {})]),
  send([one("", records, {})]),
  send([{ url: records }]),
  send([one("POST", records, null)]),
  send([one("POST", records, "text")]),
  send([one("POST", records, [1])]),
  send(Array.from({ length: 6 }, (_, at) => one("POST", records, { title: `many ${at}` }))),
  send(Array.from({ length: 7 }, (_, at) => one("POST", records, { title: `too many ${at}` }))), look,
  send([one("POST", records, { title: "guest" })], "guest"),
  send([one("POST", "/api/collections/T_ITEMS/records", { title: "upper" })]),
  send([one("POST", "/api/collections/t_items_id/records", { title: "by id" })]),
  send([one("POST", records, { title: "to new", to: "item00000000009" }), one("POST", records, { id: "item00000000009", title: "later" })]),
  send([one("POST", records, { id: "item00000000009", title: "earlier" }), one("POST", records, { title: "to earlier", to: "item00000000009" })]), look,
  send([one("DELETE", `${records}/item00000000009`), one("PATCH", `${records}/item00000000009`, { title: "gone" })]), look,
  send([one("PATCH", `${records}/${A}`, { title: "b again" })]),
  send([one("PATCH", `${records}/${A}`, { count: 99 }), one("PATCH", `${records}/${A}`, { count: "x", title: "upserted" })]), look,
  ["su", "POST /api/batch", null, { form: [["@jsonPayload", JSON.stringify({ requests: [one("POST", records, { title: "multipart" })] })]] }],
  ["guest", "GET /api/batch"],
  ["su", "POST /api/batch/", { requests: [] }],
];

const RULED = [
  ["@request.context = 'batch'", [one("POST", records, { title: "r1" })]],
  ["@request.context = 'default'", [one("POST", records, { title: "r2" })]],
  ["@request.body.title = 'r3'", [one("POST", records, { title: "r3" }), one("POST", records, { title: "r4" })]],
  ["@request.query.k = 'v'", [one("POST", `${records}?k=v`, { title: "r5" })]],
  ["@request.headers.x_k = 'v'", [one("POST", records, { title: "r6" }, { headers: { "X-K": "v" } })]],
  ["@request.auth.id != ''", [one("POST", records, { title: "r7" }, { headers: { Authorization: "x" } })]],
  ["@request.method = 'POST'", [one("POST", records, { title: "r8" }), one("PATCH", `${records}/${A}`, { count: 1 })]],
  ["@collection.t_items.title ?= 'r9'", [one("POST", records, { title: "r9" }), one("PATCH", `${records}/${A}`, { count: 2 })]],
  ["to.title = 'r10'", [one("PATCH", `${records}/${A}`, { title: "r10" }), one("PATCH", `${records}/${B}`, { to: A })]],
];

/** Batches that succeed, fail and are refused. */
export async function batch(t) {
  const fields = [{ name: "title", type: "text", required: true }, { name: "count", type: "number" }];
  await t.send(["su", "POST /api/collections", { id: "t_items_id", name: "t_items", fields, indexes: ["CREATE UNIQUE INDEX t_title ON t_items (title)"] }]);
  await t.send(["su", "PATCH t_items", { fields: [...fields, { name: "to", type: "relation", collectionId: "t_items_id" }] }]);
  await t.all(BEFORE);
  await t.all(BATCHES);
  for (const [rule, requests] of RULED) {
    await t.send(["su", "PATCH t_items", { createRule: rule, updateRule: rule }]);
    for (const who of ["guest", "su"]) await t.send(send(requests, who));
  }
  await t.send(look);
  await t.send(["su", "PATCH /api/settings", { batch: { enabled: false } }]);
}

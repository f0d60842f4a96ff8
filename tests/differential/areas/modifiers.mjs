// Modifiers on write (`f+`, `+f`, `f-`, `f:autogenerate`) and what rules see of them.

const fields = [
  { name: "count", type: "number" },
  { name: "limited", type: "number", max: 10, onlyInt: true },
  { name: "tags", type: "select", values: ["a", "b", "c", "d"], maxSelect: 3 },
  { name: "kind", type: "select", values: ["x", "y"] },
  { name: "many", type: "relation", collectionId: "m_target_id", maxSelect: 3 },
  { name: "one", type: "relation", collectionId: "m_target_id" },
  { name: "slug", type: "text", autogeneratePattern: "-[a-z0-9]{15}" },
  { name: "title", type: "text" },
  { name: "data", type: "json" },
];
const patch = (body, who = "su") => [who, "PATCH m_main/records/subject00000000", body];
const [T1, T2, T3, T4] = [1, 2, 3, 4].map((at) => `target00000000${at}`);

const PATCHES = [
  { "count+": 5 }, { "count-": 2 }, { "count+": "3" }, { "count+": -1.5 }, { "count+": null }, { "count+": "x" }, { "count+": true },
  { count: 100, "count+": 1 }, { "count+": 1, "count-": 10 }, { "+count": 5 }, { "limited+": 4 }, { "limited+": 9 }, { "limited+": 0.5 },
  { tags: ["a"] }, { "tags+": "b" }, { "tags+": ["c"] }, { "tags+": "d" }, { "tags+": "a" }, { "tags-": "b" }, { "tags-": ["a", "z"] },
  { "+tags": "a" }, { "+tags": ["b", "d"] }, { "tags-": ["a", "b", "c", "d"] }, { "+tags": "a", "tags+": "b" }, { "tags+": "z" },
  { tags: ["a", "b"], "tags-": "a" }, { "tags+": [] }, { "tags+": null }, { "tags-": null }, { "tags+": "" },
  { kind: "x" }, { "kind+": "y" }, { "kind-": "y" }, { "+kind": "x" }, { "kind-": "x" }, { "kind+": ["x", "y"] },
  { many: [T1] }, { "many+": T2 }, { "+many": T3 }, { "many+": T4 }, { "many-": [T1, T2] }, { "many+": "nothing" }, { "many-": "nothing" },
  { one: T1 }, { "one+": T2 }, { "one-": T2 }, { "+one": T3 }, { "one-": T1 },
  { "slug:autogenerate": "pre" }, { "slug:autogenerate": "" }, { slug: "own" }, { slug: "" }, { "title:autogenerate": "x" },
  { "title+": "x" }, { "title-": "x" }, { "data+": 1 }, { "nothing+": 1 }, { "count++": 1 }, { "count+ ": 1 }, { "tags:each": "a" },
];

const RULES = [
  ["@request.body.count > 5", { "count+": 1 }],
  ["@request.body.count > 5", { count: 4, "count+": 2 }],
  ["@request.body.count:isset = true", { "count+": 1 }],
  ["@request.body.count:isset = false", { title: "x" }],
  ["@request.body.count:changed = true", { count: 6 }],
  ["@request.body.count:changed = false", { "count+": 0 }],
  ["@request.body.tags:length = 2", { tags: ["a", "b"] }],
  ["@request.body.tags:length = 3", { "tags+": "c" }],
  ["@request.body.tags:each = 'a'", { tags: ["a"] }],
  ["@request.body.tags:each = 'a'", { tags: ["a", "b"] }],
  ["@request.body.tags:each ?= 'b'", { tags: ["a", "b"] }],
  ["tags:length = 2 && count > 0", { title: "y" }],
  ["@request.body.title:lower = 'abc'", { title: "ABC" }],
  ["@request.body.many:length > 0", { "many+": T1 }],
  ["@request.body.many.name = 't1'", { many: [T1] }],
  ["@request.body.many.name ?= 't2'", { many: [T1, T2] }],
  ["@request.body.one.name = 't3'", { one: T3 }],
  ["@request.body.one.name = 't3'", { one: T2 }],
  ["@request.body.data.a = 1", { data: { a: 1 } }],
  ["@request.body.data.a = 1", { data: { a: 2 } }],
  ["@request.body.unknown = 'x'", { unknown: "x" }],
  ["@request.body.unknown:isset = true", { unknown: null }],
  ["@request.body.title = null", {}],
  ["@request.body.title != title", { title: "other" }],
  ["@request.body.kind:changed = true", { "kind+": "x" }],
  ["@request.method = 'PATCH' && @request.context = 'default'", { title: "z" }],
  ["@request.query.k = 'v'", { title: "q" }],
  ["@request.headers.x_test = 'yes'", { title: "h" }],
];

const CREATES = [
  { "count+": 5 }, { count: 1, "count+": 5 }, { "count-": 5 }, { "tags+": ["a", "b"] }, { tags: ["a"], "+tags": "b" }, { "tags-": "a" },
  { "slug:autogenerate": "abc" }, { "slug:autogenerate": "", slug: "x" }, { slug: "given" }, { "many+": [T1, T2], "one+": T3 }, { "id:autogenerate": "" }, { "id:autogenerate": "x" },
];

/** Every modifier on update and create, then as rules see them. */
export async function modifiers(t) {
  await t.send(["su", "POST /api/collections", { id: "m_target_id", name: "m_target", fields: [{ name: "name", type: "text" }] }]);
  for (const at of [1, 2, 3, 4]) await t.send(["su", "POST m_target/records", { id: `target00000000${at}`, name: `t${at}` }]);
  await t.send(["su", "POST /api/collections", { name: "m_main", createRule: "", updateRule: "", viewRule: "", fields }]);
  await t.send(["su", "POST m_main/records", { id: "subject00000000", title: "start" }]);
  for (const body of PATCHES) await t.send(patch(body));
  for (const body of CREATES) await t.send(["guest", "POST m_main/records", body]);
  for (const [updateRule, body] of RULES) {
    await t.send(["su", "PATCH m_main", { updateRule, createRule: updateRule }]);
    await t.send(patch({ count: 5, tags: ["a", "b"], kind: "", many: [], one: "", title: "start", data: null }));
    const [who, line] = patch(body, "guest");
    await t.send([who, line, body]);
    await t.send([who, line, body, { query: { k: "v" }, headers: { "x-test": "yes" } }]);
    await t.send(["guest", "POST m_main/records", body]);
  }
}

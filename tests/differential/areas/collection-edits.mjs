// Edits of a collection that has records: renames, additions, removals, single and multiple, and what happens to stored values.

const id = { id: "text3208210256", name: "id", type: "text", primaryKey: true, required: true, system: true, min: 15, max: 15, pattern: "^[a-z0-9]+$", autogeneratePattern: "[a-z0-9]{15}" };
const fields = {
  title: { id: "f_title", name: "title", type: "text" },
  count: { id: "f_count", name: "count", type: "number" },
  tags: { id: "f_tags", name: "tags", type: "select", values: ["a", "b", "c"], maxSelect: 3 },
  kind: { id: "f_kind", name: "kind", type: "select", values: ["x", "y"] },
  to: { id: "f_to", name: "to", type: "relation", collectionId: "e_target_id" },
  many: { id: "f_many", name: "many", type: "relation", collectionId: "e_target_id", maxSelect: 5 },
};
const all = Object.values(fields);
const edit = (list, more = {}) => ["su", "PATCH e_main", { fields: [id, ...list], ...more }];
const look = ["su", "GET e_main/records", null, { query: { sort: "id" } }];
const without = (...names) => all.filter((field) => !names.includes(field.name));
const swap = (name, change) => all.map((field) => (field.name === name ? { ...field, ...change } : field));

const START = [
  ["su", "POST /api/collections", { id: "e_target_id", name: "e_target", fields: [{ name: "name", type: "text" }] }],
  ["su", "POST /api/collections", { id: "e_main_id", name: "e_main", fields: all, listRule: "title != ''", indexes: ["CREATE INDEX idx_e_title ON e_main (title)"] }],
  ...["one", "two"].map((name) => ["su", "POST e_target/records", { id: `target000000${name}`, name }]),
  ["su", "POST e_main/records", { id: "main00000000001", title: "first", count: 1, tags: ["a", "b"], kind: "x", to: "target000000one", many: ["target000000one", "target000000two"] }],
  ["su", "POST e_main/records", { id: "main00000000002", title: "second", tags: [], kind: "", many: ["target000000two"] }],
  ["su", "POST e_main/records", { id: "main00000000003" }],
];

const EDITS = [
  edit(swap("count", { name: "amount" })), look,
  edit(all), look,
  edit(swap("title", { name: "headline" })), look,
  edit(swap("title", { name: "headline" }), { listRule: "headline != ''" }), look,
  edit(swap("title", { name: "headline" }), { listRule: "headline != ''", indexes: [] }), look,
  edit(all, { listRule: "title != ''", indexes: ["CREATE INDEX idx_e_title ON e_main (title)"] }), look,
  edit(swap("tags", { maxSelect: 1 })), look,
  edit(all), look,
  edit(swap("kind", { maxSelect: 2 })), look,
  edit(all), look,
  edit(swap("many", { maxSelect: 1 })), look,
  edit(all), look,
  edit(swap("to", { maxSelect: 2 })), look,
  edit(all), look,
  edit(swap("count", { type: "text" })), look,
  edit(swap("count", { type: "text", id: "f_count_text" })), look,
  edit(all), look,
  edit(swap("to", { collectionId: "_pb_users_auth_" })), look,
  edit(without("title")), look,
  edit(without("title"), { listRule: null }), look,
  edit(without("title"), { listRule: null, indexes: [] }), look,
  edit(all), look,
  edit([...all, { name: "extra", type: "json" }, { name: "when", type: "autodate", onCreate: true }, { name: "flag", type: "bool" }, { name: "place", type: "geoPoint" }]), look,
  edit(all), look,
  edit([...all, { name: "must", type: "text", required: true }]),
  ["su", "PATCH e_main/records/main00000000001", { count: 5 }],
  ["su", "PATCH e_main/records/main00000000001", { must: "here" }],
  edit(swap("kind", { values: ["y", "z"] })),
  ["su", "PATCH e_main/records/main00000000001", { count: 6 }],
  ["su", "PATCH e_main/records/main00000000001", { kind: "z" }],
  edit(swap("title", { hidden: true })), look,
  ["guest", "GET e_main/records"],
  edit(all, { fields: [] }),
  ["su", "PATCH e_main", { fields: [] }],
  ["su", "GET e_main"],
  ["su", "PATCH e_main", { fields: [fields.count] }],
  ["su", "GET e_main"],
  ["su", "PATCH e_main", { fields: [{ name: "count", type: "number", min: 3 }] }],
  look,
  ["su", "PATCH e_main", { fields: [id, { ...fields.count, name: "count2" }, { id: "f_new", name: "count", type: "number" }] }],
  look,
  ["su", "PATCH e_main", { fields: [{ ...id, name: "key" }] }],
  ["su", "PATCH e_main", { fields: [{ ...id, min: 5, pattern: "^[a-z]+$" }] }],
  ["su", "POST e_main/records", { id: "abcdef" }],
  ["su", "DELETE e_target"],
  ["su", "DELETE e_main"],
  ["su", "DELETE e_target"],
];

const AUTH = [
  ["su", "POST /api/collections", { name: "e_auth", type: "auth", fields: [{ name: "name", type: "text" }] }],
  ["su", "PATCH e_auth", { fields: [] }],
  ["su", "PATCH e_auth", { fields: [{ name: "email", type: "text" }] }],
  ["su", "PATCH e_auth", { fields: [{ name: "email", type: "email", required: false, hidden: true }] }],
  ["su", "PATCH e_auth", { fields: [{ name: "password", type: "password", min: 3, hidden: false }] }],
  ["su", "PATCH e_auth", { fields: [{ name: "tokenKey", type: "text", min: 5, max: 10 }] }],
  ["su", "PATCH e_auth", { indexes: [] }],
  ["su", "PATCH e_auth", { indexes: ["CREATE INDEX idx_e_email ON e_auth (email)"] }],
  ["su", "PATCH e_auth", { authRule: "verified = true" }],
  ["su", "PATCH e_auth", { authRule: null, manageRule: null }],
  ["su", "PATCH e_auth", { passwordAuth: { enabled: false } }],
  ["su", "PATCH e_auth", { passwordAuth: { identityFields: ["email"] } }],
  ["su", "PATCH e_auth", { authToken: { duration: 60 } }],
  ["su", "PATCH e_auth", { authToken: { secret: "", duration: 90 } }],
  ["su", "PATCH e_auth", { authAlert: { enabled: false } }],
  ["su", "PATCH e_auth", { oauth2: { enabled: true, mappedFields: { name: "name", id: "nothing" } } }],
  ["su", "PATCH e_auth", { oauth2: { providers: [{ name: "github", clientId: "a", clientSecret: "b" }] } }],
  ["su", "PATCH e_auth", { oauth2: { providers: [{ name: "github", clientId: "a" }] } }],
  ["su", "PATCH e_auth", { oauth2: { providers: [{ name: "github", clientId: "a" }, { name: "github", clientId: "b" }] } }],
  ["guest", "GET e_auth/auth-methods", null, { query: { fields: "password,otp,mfa,oauth2.enabled,oauth2.providers.name" } }],
  ["su", "DELETE e_auth"],
];

/** Edits that keep, convert or refuse what is stored. */
export async function collectionEdits(t) {
  await t.all(START);
  await t.all(EDITS);
  await t.all(AUTH);
}

// Collections as a whole: create, read, list, delete, truncate, import, scaffolds.

const text = { name: "title", type: "text" };
const bad = (body) => ["su", "POST /api/collections", body];
const good = (body) => [bad(body), ["su", `DELETE ${body.name}`]];
const rules = ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"];

const REFUSED = [
  {},
  null,
  { name: "" },
  { name: "with space" },
  { name: "x".repeat(256) },
  { name: "a_via_b" },
  { name: "_superusers" },
  { name: "USERS" },
  { name: "_pb_users_auth_" },
  { name: "sqlite_master" },
  { name: "_params" },
  { name: "_collections" },
  { name: "c_bad", type: "unknown" },
  { name: "c_bad", type: 5 },
  { name: "c_bad", id: "has space" },
  { name: "c_bad", id: "x".repeat(101) },
  { name: "c_bad", id: "_pb_users_auth_" },
  { name: "c_bad", id: "users" },
  { name: 12 },
  { name: "c_bad", fields: "none" },
  { name: "c_bad", fields: [{ name: "x", type: "nothing" }] },
  { name: "c_bad", fields: [{ name: "x" }] },
  { name: "c_bad", fields: [{ type: "text" }] },
  { name: "c_bad", fields: [{ name: "", type: "text" }] },
  { name: "c_bad", fields: [{ name: "a b", type: "text" }] },
  { name: "c_bad", fields: [{ name: "x".repeat(101), type: "text" }] },
  { name: "c_bad", fields: [text, text] },
  { name: "c_bad", fields: [text, { name: "TITLE", type: "number" }] },
  { name: "c_bad", fields: [{ ...text, id: "same" }, { name: "other", type: "text", id: "same" }] },
  { name: "c_bad", fields: [{ ...text, id: "y".repeat(101) }] },
  { name: "c_bad", fields: [{ ...text, help: "h".repeat(301) }] },
  ...["null", "true", "FALSE", "_rowid_", "collectionId", "collectionName", "expand", "a_via_b"].map((name) => ({
    name: "c_bad",
    fields: [{ name, type: "text" }],
  })),
  ...["nothing = 1", "title ~", "title", "(title = 1", "title = 1 &&", "@request.nothing = 1", "@collection.none.x = 1",
    "title:each = 1", "title:wrong = 1", "@request.auth.none = 1", "title ?? 1", "nothing(title) = 1", "   ",
    "@collection.users.none = 1", "users_via_title.id = ''", "// comment"].map((listRule) => ({
    name: "c_bad", fields: [text], listRule,
  })),
  { name: "c_bad", fields: [text], createRule: "nope = 1", updateRule: "nope = 2", deleteRule: "title = 1" },
  { name: "c_bad", listRule: 5 },
  { name: "c_bad", type: "base", indexes: ["nonsense"] },
  { name: "c_bad", type: "auth", fields: [{ name: "passwordConfirm", type: "text" }, { name: "oldPassword", type: "text" }] },
  { name: "c_bad", type: "auth", manageRule: "" },
  { name: "c_bad", type: "auth", manageRule: "nothing = 1" },
  { name: "c_bad", type: "auth", authRule: "nothing = 1" },
  { name: "c_bad", type: "auth", passwordAuth: { enabled: true, identityFields: [] } },
  { name: "c_bad", type: "auth", passwordAuth: { enabled: true, identityFields: ["none"] } },
  { name: "c_bad", type: "auth", fields: [text], passwordAuth: { enabled: true, identityFields: ["email", "title"] } },
  { name: "c_bad", type: "auth", mfa: { enabled: true } },
  { name: "c_bad", type: "auth", mfa: { enabled: true, duration: 5 }, otp: { enabled: true } },
  { name: "c_bad", type: "auth", otp: { enabled: true, duration: 1, length: 2 } },
  { name: "c_bad", type: "auth", otp: { enabled: true, duration: 999999, length: 8 } },
  { name: "c_bad", type: "auth", authToken: { duration: 1 } },
  { name: "c_bad", type: "auth", authToken: { duration: 94670857 }, fileToken: { duration: -1 } },
  { name: "c_bad", type: "auth", authToken: { secret: "short", duration: 100 } },
  { name: "c_bad", type: "auth", oauth2: { enabled: true, providers: [{ name: "github" }] } },
  { name: "c_bad", type: "auth", oauth2: { enabled: true, providers: [{ name: "nothing", clientId: "a", clientSecret: "b" }] } },
  { name: "c_bad", type: "auth", verificationTemplate: { subject: "", body: "" } },
  { name: "c_bad", type: "auth", verificationTemplate: { subject: "s", body: "no placeholder" } },
];

const ACCEPTED = [
  { name: "c_empty" },
  { name: "c_named", id: "my_own_id", fields: [text] },
  { name: "C_Upper", fields: [text], listRule: "", viewRule: "title != ''", createRule: null },
  { name: "c_rules", fields: [text], ...Object.fromEntries(rules.map((rule) => [rule, "title ~ 'a' || @request.auth.id != ''"])) },
  { name: "c_unknown_key", nothing: 1, fields: [{ ...text, unknownOption: 5 }] },
  { name: "c_id_field", fields: [{ name: "id", type: "text", primaryKey: true, required: true, min: 3, max: 40, pattern: "^[a-z]+$", autogeneratePattern: "[a-z]{8}" }] },
  { name: "c_auth", type: "auth" },
  { name: "c_auth_more", type: "auth", authRule: null, manageRule: "id = @request.auth.id", fields: [text], authToken: { duration: 3600 } },
  { name: "c_auth_otp", type: "auth", otp: { enabled: true, duration: 300, length: 6 }, mfa: { enabled: true, duration: 600, rule: "verified = true" } },
  {
    name: "c_auth_user", type: "auth", fields: [{ name: "username", type: "text", required: true }],
    indexes: ["CREATE UNIQUE INDEX idx_c_username ON c_auth_user (username COLLATE NOCASE)"],
    passwordAuth: { enabled: true, identityFields: ["username", "email"] },
  },
];

const READS = [
  ["su", "GET /api/collections", null, { query: { sort: "name", perPage: 100 } }],
  ["su", "GET /api/collections", null, { query: { filter: "type = 'auth'", sort: "-name" } }],
  ["su", "GET /api/collections", null, { query: { filter: "system = true && name ~ 'auth'", sort: "name", fields: "name,type,fields.name" } }],
  ["su", "GET /api/collections", null, { query: { filter: "listRule = ''" } }],
  ["su", "GET /api/collections", null, { query: { sort: "nothing" } }],
  ["su", "GET /api/collections", null, { query: { perPage: 2, page: 2, sort: "name", skipTotal: 1 } }],
  ["su", "GET users"],
  ["su", "GET USERS"],
  ["su", "GET _pb_users_auth_"],
  ["su", "GET _superusers"],
  ["su", "GET _externalAuths"],
  ["su", "GET nothing"],
  ["guest", "GET /api/collections"],
  ["guest", "GET users"],
  ["guest", "POST /api/collections", { name: "x" }],
  ["guest", "PATCH users", { name: "x" }],
  ["guest", "DELETE users"],
  ["su", "GET meta/scaffolds"],
  ["guest", "GET meta/scaffolds"],
  ["su", "GET meta/oauth2-providers", null, { query: { fields: "name,displayName" } }],
  ["su", "DELETE nothing"],
  ["su", "PATCH nothing", { name: "x" }],
  ["su", "DELETE _superusers"],
  ["su", "PATCH _superusers", { name: "renamed" }],
  ["su", "PATCH _superusers", { listRule: "" }],
  ["su", "PATCH _superusers", { system: false }],
  ["su", "PATCH _otps", { fields: [] }],
  ["su", "PATCH users", { type: "base" }],
  ["su", "PATCH users", { id: "other" }],
];

const SPAN = [
  ["su", "POST /api/collections", { id: "c_parent_id", name: "c_parent", fields: [text], listRule: "" }],
  ["su", "POST /api/collections", { id: "c_child_id", name: "c_child", fields: [{ name: "parent", type: "relation", collectionId: "c_parent_id" }] }],
  ["su", "POST /api/collections", { name: "c_PARENT" }],
  ["su", "POST /api/collections", { name: "c_child_id" }],
  ["su", "POST /api/collections", { name: "c_other", id: "c_parent" }],
  ["su", "GET c_parent"],
  ["su", "DELETE c_other"],
  ["su", "POST c_parent/records", { id: "aaaaaaaaaaaaaaa", title: "one" }],
  ["su", "POST c_child/records", { id: "bbbbbbbbbbbbbbb", parent: "aaaaaaaaaaaaaaa" }],
  ["su", "DELETE c_parent"],
  ["su", "DELETE c_child/truncate"],
  ["su", "GET c_child/records"],
  ["guest", "DELETE c_child/truncate"],
  ["su", "DELETE nothing/truncate"],
  ["su", "POST c_child/records", { id: "bbbbbbbbbbbbbbb", parent: "aaaaaaaaaaaaaaa" }],
  ["su", "DELETE c_parent/truncate"],
  ["su", "GET c_child/records/bbbbbbbbbbbbbbb"],
  ["su", "PATCH c_parent", { listRule: null, viewRule: "title = 'x'" }],
  ["su", "PATCH c_parent", { name: "c_parent_2" }],
  ["su", "GET c_parent"],
  ["su", "GET c_parent_2/records"],
  ["su", "PATCH c_parent_id", { name: "c_child" }],
  ["su", "PATCH c_parent_id", {}],
  ["su", "DELETE c_child"],
  ["su", "DELETE c_parent_id"],
  ["su", "GET c_parent_id"],
];

const imported = (body) => ["su", "PUT /api/collections/import", body];
const idField = {
  autogeneratePattern: "[a-z0-9]{15}", hidden: false, id: "text3208210256", max: 15, min: 15, name: "id",
  pattern: "^[a-z0-9]+$", presentable: false, primaryKey: true, required: true, system: true, type: "text",
};
const IMPORTS = [
  imported({}),
  imported({ collections: [] }),
  imported({ collections: "x" }),
  imported({ collections: [{ name: "i_one", fields: [idField, text] }] }),
  ["su", "GET i_one"],
  imported({ collections: [{ name: "i_one", fields: [{ name: "added", type: "number" }] }] }),
  ["su", "GET i_one"],
  imported({ collections: [{ name: "i_one", fields: [idField, { name: "only", type: "bool" }] }, { name: "i_two" }], deleteMissing: false }),
  ["su", "GET i_one"],
  ["su", "GET i_two"],
  imported({ collections: [{ name: "i_three" }, { name: "bad name" }] }),
  ["su", "GET i_three"],
  imported({ collections: [{ name: "i_three", fields: [{ name: "r", type: "relation", collectionId: "nothing" }] }] }),
  imported({ collections: [{ id: "i_a_id", name: "i_a", fields: [idField, { name: "to", type: "relation", collectionId: "i_b_id" }] },
    { id: "i_b_id", name: "i_b", fields: [idField, { name: "to", type: "relation", collectionId: "i_a_id" }] }] }),
  ["su", "GET i_a"],
  ["guest", "PUT /api/collections/import", { collections: [{ name: "i_four" }] }],
  ["su", "PATCH i_a", { fields: [idField] }],
  ["su", "DELETE i_b"],
  ["su", "DELETE i_a"],
  ["su", "DELETE i_one"],
  ["su", "DELETE i_two"],
];

/** Everything about whole collections. */
export async function collections(t) {
  // Where one is accepted after all, it must not stand in the way of the next.
  await t.all(REFUSED.flatMap((body) => [bad(body), ["su", "DELETE c_bad"]]));
  await t.all(ACCEPTED.flatMap(good));
  await t.all(READS);
  await t.all(SPAN);
  await t.all(IMPORTS);
}

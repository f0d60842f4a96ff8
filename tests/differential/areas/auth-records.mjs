// Records of people: what they may change about themselves, who sees an email, and when a token dies.

const PASSWORD = "password-1";
const id = (name) => `human0000000${name}`;
const NAMES = ["ann", "bob"];

// The real server's bcrypt at its default cost would take most of the run's time.
const CHEAP = { name: "password", type: "password", cost: 4, min: 8, required: true, hidden: true, system: true };

const EDITS = [
  { name: "renamed" }, { email: "new@b.co" }, { email: "{{email}}" }, { email: "" }, { verified: true }, { verified: false }, { emailVisibility: true }, { emailVisibility: false }, { tokenKey: "k".repeat(50) }, { tokenKey: "" }, { tokenKey: "short" }, { "tokenKey:autogenerate": "" },
  { password: "password-2" }, { password: "password-2", passwordConfirm: "password-2" }, { password: "password-2", passwordConfirm: "password-2", oldPassword: "wrong-password" }, { password: "password-2", passwordConfirm: "other-password", oldPassword: PASSWORD }, { password: "short", passwordConfirm: "short", oldPassword: PASSWORD },
  { password: "", passwordConfirm: "" }, { passwordConfirm: "x" }, { oldPassword: "x" }, { oldPassword: PASSWORD }, { password: null }, { username: "bob" }, { id: "human0000000xyz" }, { created: "2020-01-01" }, { collectionId: "x" },
];

const RULES = [
  { updateRule: "id = @request.auth.id", manageRule: null },
  { updateRule: "", manageRule: "@request.auth.role = 'admin'" },
  { updateRule: "@request.auth.id != ''", manageRule: "id = @request.auth.id" },
  { updateRule: "@request.body.email:isset = false", manageRule: null },
];

const FILTERS = ["email = 'bob@b.co'", "email ~ 'b.co'", "email != ''", "name = 'bob'", "verified = true", "emailVisibility = false", "tokenKey != ''", "password != ''", "h_notes_via_owner.text ?= 'n'"];

async function people(t) {
  await t.send(["su", "POST /api/collections", {
    name: "h_people", type: "auth", listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "id = @request.auth.id", authAlert: { enabled: false },
    fields: [CHEAP, { name: "name", type: "text" }, { name: "role", type: "text" }, { name: "username", type: "text" }, { name: "updated", type: "autodate", onCreate: true, onUpdate: true }],
    indexes: ["CREATE UNIQUE INDEX h_username ON h_people (username) WHERE username != ''"], passwordAuth: { enabled: true, identityFields: ["email", "username"] },
  }]);
  for (const name of NAMES) {
    await t.send(["su", "POST h_people/records", { id: id(name), name, username: name, role: name === "ann" ? "admin" : "", email: `${name}@b.co`, password: PASSWORD, passwordConfirm: PASSWORD }]);
  }
}

async function restore(t, names = NAMES) {
  for (const name of names) {
    await t.send(["su", `PATCH h_people/records/${id(name)}`, { name, username: name, email: `${name}@b.co`, emailVisibility: false, verified: false, password: PASSWORD, passwordConfirm: PASSWORD }]);
    await t.signIn(name, "h_people", `${name}@b.co`, PASSWORD);
  }
}

async function edits(t, rules) {
  await t.send(["su", "PATCH h_people", rules]);
  await restore(t);
  for (const body of EDITS) {
    const filled = JSON.parse(JSON.stringify(body).replace("{{email}}", "bob@b.co"));
    let changed = false;
    for (const who of ["guest", ...NAMES]) {
      const answers = await t.send([who, `PATCH h_people/records/${id("bob")}`, filled]);
      changed ||= answers.some((answer) => answer.status === 200);
    }
    await t.send(["bob", "POST h_people/auth-refresh"]);
    // Only what changes how somebody signs in makes the next edits useless; signing in is slow.
    if (changed && /password|tokenKey|email|name|verified/i.test(Object.keys(body).join())) await restore(t, ["bob"]);
  }
}

async function visibility(t) {
  await restore(t);
  await t.send(["su", `PATCH h_people/records/${id("ann")}`, { emailVisibility: true, verified: true }]);
  for (const manageRule of [null, "@request.auth.role = 'admin'", "@request.auth.id != ''"]) {
    await t.send(["su", "PATCH h_people", { manageRule, updateRule: "" }]);
    for (const who of ["guest", ...NAMES, "su"]) {
      await t.send([who, "GET h_people/records", null, { query: { sort: "id" } }]);
      await t.send([who, `GET h_people/records/${id("bob")}`, null, { query: { fields: "*,email" } }]);
      await t.send([who, "GET h_people/records", null, { query: { sort: "email,id", fields: "id,email" } }]);
      for (const filter of FILTERS) await t.send([who, "GET h_people/records", null, { query: { filter, sort: "id", fields: "id" } }]);
    }
  }
}

async function tokens(t) {
  await restore(t);
  await t.send(["bob", `PATCH h_people/records/${id("bob")}`, { password: "password-3", passwordConfirm: "password-3", oldPassword: PASSWORD }]);
  await t.send(["bob", "POST h_people/auth-refresh"]);
  await t.signIn("bob", "h_people", "bob", PASSWORD);
  await t.signIn("bob", "h_people", "bob", "password-3");
  await t.send(["su", `PATCH h_people/records/${id("bob")}`, { email: "bobby@b.co" }]);
  await t.send(["bob", "POST h_people/auth-refresh"]);
  await t.signIn("bob", "h_people", "bob", "password-3");
  await t.send(["su", "PATCH h_people", { authRule: "verified = true || role = ''" }]);
  await t.send(["bob", "POST h_people/auth-refresh"]);
  await t.signIn("bob", "h_people", "bob", "password-3");
  await t.send(["su", "PATCH h_people", { authToken: { secret: "s".repeat(40), duration: 100 } }]);
  await t.send(["bob", "POST h_people/auth-refresh"]);
  await t.signIn("bob", "h_people", "bob", "password-3");
  for (const who of ["guest", "ann", "bob"]) await t.send([who, `DELETE h_people/records/${id("bob")}`]);
  await t.send(["bob", "POST h_people/auth-refresh"]);
}

const SUPERUSERS = [
  ["su", "GET _superusers/records", null, { query: { sort: "email" } }],
  ["guest", "GET _superusers/records"],
  ["su", "POST _superusers/records", { id: "superuser000002", email: "second@example.com", password: PASSWORD, passwordConfirm: PASSWORD, verified: false }],
  ["su", "POST _superusers/records", { email: "second@example.com", password: PASSWORD, passwordConfirm: PASSWORD }],
  ["su", "POST _superusers/records", {}],
  ["su", "PATCH _superusers/records/superuser000002", { email: "third@example.com", emailVisibility: true, verified: false }],
  ["su", "DELETE _superusers/records/superuser000002"],
];

/** People as records. */
export async function authRecords(t) {
  await people(t);
  await restore(t);
  for (const rules of RULES) await edits(t, rules);
  await visibility(t);
  await tokens(t);
  await t.all(SUPERUSERS);
  const [left, right] = await t.send(["su", "GET _superusers/records"]);
  [left, right].forEach((answer, side) => t.keep(side, "root", answer.body?.items?.[0]?.id));
  await t.send(["su", "DELETE _superusers/records/{{root}}"]);
}

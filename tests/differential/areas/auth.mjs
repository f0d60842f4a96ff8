// Signing in, refreshing, impersonating, and every way to do it wrong.

// The real server's bcrypt at its default cost would take most of the run's time.
const CHEAP = { name: "password", type: "password", cost: 4, min: 8, required: true, hidden: true, system: true };
const fields = [{ name: "username", type: "text" }, { name: "name", type: "text" }];
const login = (body, options) => ["guest", "POST a_people/auth-with-password", body, options];
const PASSWORD = "password-1";

const SETUP = [
  ["su", "POST /api/collections", { id: "a_people_id", name: "a_people", type: "auth", fields: [CHEAP, ...fields], createRule: "", viewRule: "", listRule: "", authAlert: { enabled: false }, passwordAuth: { enabled: true, identityFields: ["email", "username"] }, indexes: ["CREATE UNIQUE INDEX a_username ON a_people (username COLLATE NOCASE) WHERE username != ''"] }],
  ["su", "POST /api/collections", { name: "a_plain", fields, createRule: "" }],
  ["su", "POST a_people/records", { id: "person000000one", username: "One", name: "First", email: "one@b.co", emailVisibility: true, verified: true, password: PASSWORD, passwordConfirm: PASSWORD }],
  ["guest", "POST a_people/records", { id: "person000000two", username: "two", email: "two@b.co", password: PASSWORD, passwordConfirm: PASSWORD }],
];

const CREATES = [
  {}, { email: "x@b.co" }, { email: "x@b.co", password: PASSWORD }, { email: "x@b.co", password: PASSWORD, passwordConfirm: "other-pass" }, { email: "x@b.co", password: "short", passwordConfirm: "short" },
  { email: "x@b.co", password: "x".repeat(72), passwordConfirm: "x".repeat(72) }, { password: PASSWORD, passwordConfirm: PASSWORD }, { email: "bad", password: PASSWORD, passwordConfirm: PASSWORD },
  { email: "one@b.co", password: PASSWORD, passwordConfirm: PASSWORD }, { email: "ONE@B.CO", password: PASSWORD, passwordConfirm: PASSWORD }, { email: "x1@b.co", username: "ONE", password: PASSWORD, passwordConfirm: PASSWORD },
  { email: "x2@b.co", verified: true, password: PASSWORD, passwordConfirm: PASSWORD }, { email: "x3@b.co", tokenKey: "k".repeat(40), password: PASSWORD, passwordConfirm: PASSWORD }, { email: "x4@b.co", emailVisibility: true, password: PASSWORD, passwordConfirm: PASSWORD }, { email: "x5@b.co", password: 12345678, passwordConfirm: 12345678 },
  { id: "person000000one", email: "x6@b.co", password: PASSWORD, passwordConfirm: PASSWORD }, { email: " x7@b.co ", password: ` ${PASSWORD} `, passwordConfirm: ` ${PASSWORD} ` },
];

const LOGINS = [
  login({ identity: "one@b.co", password: PASSWORD }), login({ identity: "ONE@B.CO", password: PASSWORD }), login({ identity: "One", password: PASSWORD }), login({ identity: "one", password: PASSWORD }), login({ identity: "two", password: PASSWORD }), login({ identity: " one@b.co", password: PASSWORD }),
  login({ identity: "one@b.co", password: "wrong-password" }), login({ identity: "nobody@b.co", password: PASSWORD }), login({ identity: "", password: "" }), login({}), login({ identity: "one@b.co" }), login({ password: PASSWORD }), login({ identity: "x".repeat(256), password: "y".repeat(256) }), login({ identity: 5, password: true }), login({ identity: ["one@b.co"], password: PASSWORD }),
  login({ identity: "one@b.co", password: PASSWORD, identityField: "email" }), login({ identity: "one@b.co", password: PASSWORD, identityField: "username" }), login({ identity: "One", password: PASSWORD, identityField: "username" }), login({ identity: "One", password: PASSWORD, identityField: "name" }), login({ identity: "One", password: PASSWORD, identityField: "" }), login({ identity: "person000000one", password: PASSWORD, identityField: "id" }),
  login({ identity: "one@b.co", password: PASSWORD, mfaId: "nothing" }), login({ identity: "one@b.co", password: PASSWORD, extra: 1 }), login({ identity: "one@b.co", password: PASSWORD }, { query: { fields: "record.id,record.email" } }), login({ identity: "two@b.co", password: PASSWORD }, { query: { expand: "nothing" } }),
  login(null), login(null, { raw: "{bad", type: "application/json" }), login(null, { form: [["identity", "one@b.co"], ["password", PASSWORD]] }), login(null, { raw: `identity=two%40b.co&password=${PASSWORD}`, type: "application/x-www-form-urlencoded" }),
  ["guest", "POST a_plain/auth-with-password", { identity: "a", password: "b" }], ["guest", "POST nothing/auth-with-password", { identity: "a", password: "b" }], ["guest", "GET a_people/auth-with-password"], ["guest", "POST a_people_id/auth-with-password", { identity: "one", password: PASSWORD }],
  ["guest", "POST _superusers/auth-with-password", { identity: "root@example.com", password: "wrong-password" }],
  ["guest", "GET a_people/auth-methods"], ["guest", "GET a_plain/auth-methods"], ["guest", "GET nothing/auth-methods"], ["guest", "GET _superusers/auth-methods"], ["guest", "GET users/auth-methods"], ["one", "GET a_people/auth-methods", null, { query: { fields: "password.*,mfa" } }],
];

const TOKENS = [
  ["one", "POST a_people/auth-refresh"], ["one", "POST a_people/auth-refresh", {}], ["guest", "POST a_people/auth-refresh"], ["su", "POST a_people/auth-refresh"], ["one", "POST _superusers/auth-refresh"], ["one", "POST users/auth-refresh"], ["su", "POST _superusers/auth-refresh"], ["one", "POST a_plain/auth-refresh"],
  ["su", "POST a_people/impersonate/person000000one", {}, { save: { lent: "token" } }], ["su", "POST a_people/impersonate/person000000two", { duration: 100 }], ["su", "POST a_people/impersonate/person000000two", { duration: -1 }], ["su", "POST a_people/impersonate/person000000two", { duration: "x" }], ["su", "POST a_people/impersonate/nothing", {}], ["one", "POST a_people/impersonate/person000000two", {}], ["guest", "POST a_people/impersonate/person000000two", {}], ["su", "POST a_plain/impersonate/x", {}], ["su", "POST _superusers/impersonate/x", {}],
  ["guest", "POST a_people/request-password-reset", { email: "one@b.co" }], ["guest", "POST a_people/request-password-reset", { email: "nobody@b.co" }], ["guest", "POST a_people/request-password-reset", { email: "bad" }], ["guest", "POST a_people/request-password-reset", {}], ["guest", "POST a_plain/request-password-reset", { email: "one@b.co" }],
  ["guest", "POST a_people/confirm-password-reset", {}], ["guest", "POST a_people/confirm-password-reset", { token: "x", password: "new-password", passwordConfirm: "new-password" }], ["guest", "POST a_people/confirm-password-reset", { token: "x", password: "short", passwordConfirm: "other" }],
  ["guest", "POST a_people/request-verification", { email: "two@b.co" }], ["guest", "POST a_people/request-verification", { email: "one@b.co" }], ["guest", "POST a_people/request-verification", {}], ["guest", "POST _superusers/request-verification", { email: "root@example.com" }], ["guest", "POST a_people/confirm-verification", {}], ["guest", "POST a_people/confirm-verification", { token: "x" }],
  ["guest", "POST a_people/request-email-change", { newEmail: "new@b.co" }], ["one", "POST a_people/request-email-change", {}], ["one", "POST a_people/request-email-change", { newEmail: "one@b.co" }], ["one", "POST a_people/request-email-change", { newEmail: "two@b.co" }], ["one", "POST a_people/request-email-change", { newEmail: "bad" }], ["su", "POST a_people/request-email-change", { newEmail: "x@b.co" }], ["guest", "POST a_people/confirm-email-change", {}], ["guest", "POST a_people/confirm-email-change", { token: "x", password: "y" }],
  ["guest", "POST a_people/request-otp", { email: "one@b.co" }], ["guest", "POST a_people/auth-with-otp", { otpId: "x", password: "y" }], ["guest", "POST a_people/auth-with-oauth2", { provider: "github" }], ["guest", "POST a_people/auth-with-oauth2", {}],
  ["guest", "POST /api/files/token"], ["one", "POST /api/files/token"], ["su", "POST /api/files/token"],
];

const RULED = [null, "", "verified = true", "@request.auth.id != ''", "name = 'First'", "@request.body.identity ~ 'one'", "@request.context = 'password'", "@request.method = 'POST'", "nothing = 1"];

const HEADERS = ["{{token}}", "Bearer {{token}}", "bearer {{token}}", "BEARER  {{token}}", "Basic {{token}}", "{{token}}x", "x", "", " {{token}}", "{{lent}}", "Bearer {{lent}}", "{{file}}"];

async function headers(t) {
  const [left, right] = await t.send(login({ identity: "one@b.co", password: PASSWORD }));
  [left, right].forEach((answer, side) => t.keep(side, "token", answer.body?.token));
  await t.send(["one", "POST /api/files/token", null, { save: { file: "token" } }]);
  for (const authorization of HEADERS) {
    await t.send(["guest", "POST a_people/auth-refresh", null, { headers: { authorization } }]);
    await t.send(["guest", "GET a_people/records", null, { headers: { authorization }, query: { sort: "@rowid" } }]);
  }
}

// Whoever takes it has one record more than the other server: it stands in a collection of its own.
const LONG = { email: "x@b.co", password: "ä".repeat(40), passwordConfirm: "ä".repeat(40) };

/** Sign-in of people and superusers. */
export async function auth(t) {
  await t.all(SETUP);
  for (const body of CREATES) for (const who of ["guest", "su"]) await t.send([who, "POST a_people/records", body]);
  await t.send(["su", "POST /api/collections", { name: "a_long", type: "auth", fields: [CHEAP] }]);
  await t.send(["su", "POST a_long/records", LONG]);
  await t.signIn("one", "a_people", "one@b.co", PASSWORD);
  await t.all(LOGINS);
  await t.all(TOKENS);
  await headers(t);
  for (const authRule of RULED) {
    await t.send(["su", "PATCH a_people", { authRule }]);
    for (const identity of ["one@b.co", "two@b.co"]) await t.send(login({ identity, password: PASSWORD }));
    await t.send(["one", "POST a_people/auth-refresh"]);
  }
  await t.send(["su", "PATCH a_people", { authRule: "", passwordAuth: { enabled: false } }]);
  await t.send(login({ identity: "one@b.co", password: PASSWORD }));
  await t.send(["guest", "GET a_people/auth-methods"]);
  await t.send(["guest", "POST a_people/request-password-reset", { email: "one@b.co" }]);
  await t.send(["su", "PATCH a_people", { passwordAuth: { enabled: true, identityFields: ["username"] } }]);
  for (const identity of ["one@b.co", "one"]) await t.send(login({ identity, password: PASSWORD }));
}

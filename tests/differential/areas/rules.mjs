// Access rules: guests, owners, others and superusers on every verb, and what `@request.*` and `@collection.*` mean.

const PEOPLE = ["ann", "bob"];
const id = (name) => `person000000${name}`;

const PERSON = [{ name: "name", type: "text" }, { name: "role", type: "text" }];
const fields = [
  { name: "title", type: "text" }, { name: "count", type: "number" }, { name: "open", type: "bool" },
  { name: "owner", type: "relation", collectionId: "r_people_id" }, { name: "team", type: "relation", collectionId: "r_people_id", maxSelect: 5 },
  { name: "tags", type: "select", values: ["a", "b", "c"], maxSelect: 3 }, { name: "data", type: "json" }, { name: "hush", type: "text", hidden: true },
];
const NOTES = [
  { id: "note00000000001", title: "of ann", owner: id("ann"), team: [id("ann"), id("bob")], open: true, count: 1, tags: ["a"], data: { level: 1 }, hush: "x" },
  { id: "note00000000002", title: "of bob", owner: id("bob"), team: [id("bob")], count: 5, tags: ["a", "b"] },
  { id: "note00000000003", title: "of nobody", open: true, data: { owner: id("ann") } },
];

const RULES = [
  null, "", "open = true", "owner = @request.auth.id", "@request.auth.id != ''", "@request.auth.id = owner || open = true", "team.id ?= @request.auth.id", "team ~ @request.auth.id", "team:each = @request.auth.id", "team.name ?= @request.auth.name", "team.name = @request.auth.name",
  "owner.name = @request.auth.name", "owner.verified = true", "owner.r_notes_via_owner.count ?> 0", "@request.auth.role = 'admin'", "@request.auth.verified = true", "@request.auth.friends.id ?= owner", "@request.auth.friends.name ?= 'bob'", "@request.auth.friends:length > 0", "@request.auth.collectionName = 'r_people'", "@request.auth.collectionId = 'r_people_id'", "@request.auth.r_notes_via_owner.id ?= id", "@request.auth.r_notes_via_owner.count ?>= 1",
  "@collection.r_grants.person ?= @request.auth.id && @collection.r_grants.level ?> 1", "@collection.r_grants.note = id", "@collection.r_grants.note ?= id", "@collection.r_grants:a.note ?= id && @collection.r_grants:a.person ?= @request.auth.id", "@collection.r_grants:a.person ?= @request.auth.id && @collection.r_grants:b.note ?= id", "r_grants_via_note.person ?= @request.auth.id", "r_grants_via_note.level > 1", "r_grants_via_note.id = ''", "open = true || r_grants_via_note.id = ''", "owner.r_notes_via_owner.r_grants_via_note.id = ''", "team.r_notes_via_team.id != ''", "@request.body.owner.r_notes_via_owner.id ?!= ''", "@collection.r_notes.r_grants_via_note.id ?= ''",
  "@request.method = 'GET'", "@request.method != 'DELETE'", "@request.context = 'default'", "@request.query.key = 'open'", "@request.query.n > 3", "@request.query.key:isset = true", "@request.headers.x_key = 'open'", "@request.headers.x_key:isset = true", "@request.body.title = 'sent'", "@request.body.title:isset = false", "@request.body.title:changed = true", "@request.body.count > 3", "@request.body.owner = @request.auth.id", "@request.body.owner.name = 'ann'", "@request.body.team.name ?= 'bob'", "@request.body.team:length < 2", "@request.body.tags:each ?= 'a'", "@request.body.data.level = 1", "@request.body.hush:isset = true", "@request.body.hush = 'y'",
  "title:lower ~ 'OF'", "count > 0 && (open = true || owner = @request.auth.id)", "data.level = 1", "data.owner = @request.auth.id", "tags:length = 2", "tags:each = 'a'", "tags:each ?= 'b'", "hush = 'x'", "hush != ''", "id = 'note00000000002'", "@now > ''", "@request.auth.name = title", "title ~ @request.auth.name", "geoDistance(count, count, 0, 0) < 200", "strftime('%Y', 'now') > '2000' && open = true", "1 = 1", "1 = 2",
];

async function people(t) {
  await t.send(["su", "POST /api/collections", {
    id: "r_people_id", name: "r_people", type: "auth", listRule: "", viewRule: "id = @request.auth.id || verified = true", authAlert: { enabled: false },
    fields: PERSON,
  }]);
  // A relation to the collection itself needs the collection to exist first.
  await t.send(["su", "PATCH r_people", { fields: [...PERSON, { name: "friends", type: "relation", collectionId: "r_people_id", maxSelect: 5 }] }]);
  for (const [at, name] of PEOPLE.entries()) {
    await t.send(["su", "POST r_people/records", { id: id(name), name, role: at ? "" : "admin", verified: at === 0, email: `${name}@b.co`, emailVisibility: at === 1, password: "password-1", passwordConfirm: "password-1" }]);
    await t.signIn(name, "r_people", `${name}@b.co`, "password-1");
  }
  await t.send(["su", `PATCH r_people/records/${id("ann")}`, { friends: [id("bob")] }]);
}

async function notes(t) {
  await t.send(["su", "POST /api/collections", { id: "r_notes_id", name: "r_notes", fields }]);
  await t.send(["su", "POST /api/collections", { id: "r_grants_id", name: "r_grants", fields: [{ name: "person", type: "relation", collectionId: "r_people_id" }, { name: "note", type: "relation", collectionId: "r_notes_id" }, { name: "level", type: "number" }] }]);
  for (const note of NOTES) await t.send(["su", "POST r_notes/records", note]);
  for (const [at, [person, note, level]] of [["ann", 2, 1], ["bob", 1, 5], ["bob", 3, 0]].entries()) {
    await t.send(["su", "POST r_grants/records", { id: `grant000000000${at}`, person: id(person), note: `note0000000000${note}`, level }]);
  }
}

async function rule(t, text) {
  await t.send(["su", "PATCH r_notes", { listRule: text, viewRule: text, createRule: text, updateRule: text, deleteRule: text }]);
  for (const who of ["guest", ...PEOPLE, "su"]) {
    await t.send([who, "GET r_notes/records", null, { query: { sort: "id", key: "open", n: 5 }, headers: { "x-key": "open" } }]);
    await t.send([who, "GET r_notes/records/note00000000001"]);
    await t.send([who, "GET r_notes/records/note00000000002"]);
    await t.send([who, "PATCH r_notes/records/note00000000002", { title: "sent", count: 5, tags: ["a", "b"], hush: "y" }, { query: { key: "open" } }]);
    await t.send([who, "PATCH r_notes/records/note00000000001", { team: [id("ann"), id("bob")] }]);
    await t.send([who, "POST r_notes/records", { id: `made00000000${who.padStart(3, "0").slice(0, 3)}`, title: "sent", owner: id("ann"), team: [id("bob")], count: 4, data: { level: 1 }, tags: ["a"], hush: "y" }]);
    await t.send([who, `DELETE r_notes/records/made00000000${who.padStart(3, "0").slice(0, 3)}`]);
    await t.send(["su", `DELETE r_notes/records/made00000000${who.padStart(3, "0").slice(0, 3)}`]);
  }
  await t.send(["su", "PATCH r_notes/records/note00000000002", { title: "of bob", hush: "" }]);
}

const EXPANDED = [["r_people", null], ["r_people", ""], ["r_people", "id = @request.auth.id"], ["r_people", "@request.context = 'expand'"], ["r_people", "verified = true"]];

const JOINED = [null, "", "id = @request.auth.id", "verified = true", "name != 'ann'", "r_notes_via_owner.count ?> 1", "1 = 2"];
const ORDERS = [{ sort: "owner.name,id" }, { sort: "-owner.name,-id" }, { sort: "owner.name,id", filter: "count >= 0" }, { sort: "owner.name,id", skipTotal: 1 }, { sort: "owner.name,id", filter: "owner.name != ''" },
  { sort: "owner.name,id", filter: "id = 'note00000000001'" }, { sort: "owner.name,id", perPage: 1 }, { sort: "owner.name,id", perPage: 1, page: 2 }, { sort: "owner.id,id" }, { sort: "owner.email,id" }, { sort: "r_grants_via_note.level,id" }];

/** What a client sorts by through a relation decides which records it sees at all. */
async function sorts(t) {
  await t.send(["su", "PATCH r_notes", { listRule: "" }]);
  for (const listRule of JOINED) {
    await t.send(["su", "PATCH r_people", { listRule }]);
    await t.send(["su", "PATCH r_grants", { listRule }]);
    for (const query of ORDERS) for (const who of ["guest", ...PEOPLE, "su"]) await t.send([who, "GET r_notes/records", null, { query: { fields: "id", ...query } }]);
  }
}

/** Each rule on each verb for each kind of caller. */
export async function rules(t) {
  await people(t);
  await notes(t);
  for (const text of RULES) await rule(t, text);
  await t.send(["su", "PATCH r_notes", { listRule: "", viewRule: "", deleteRule: "owner = @request.auth.id" }]);
  for (const [collection, viewRule] of EXPANDED) {
    await t.send(["su", `PATCH ${collection}`, { viewRule }]);
    for (const who of ["guest", ...PEOPLE, "su"]) await t.send([who, "GET r_notes/records", null, { query: { sort: "id", expand: "owner,team,r_grants_via_note" } }]);
  }
  await sorts(t);
  for (const who of ["guest", "bob", "ann"]) await t.send([who, "DELETE r_notes/records/note00000000001"]);
  await t.send(["su", "GET r_grants/records", null, { query: { sort: "id" } }]);
}

// Sign-in through the official SDK: people, rules, password changes, impersonation.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { open, refused } from "./support.mjs";

const { root, client } = await open();
const password = "correct horse";
const made = {};

before(async () => {
  for (const name of ["ann", "bob"]) made[name] = await root.collection("users").create({ name, email: `${name}@example.com`, password, passwordConfirm: password });
  await root.collections.create({
    name: "notes",
    listRule: "owner = @request.auth.id", viewRule: "owner = @request.auth.id", createRule: "@request.auth.id != '' && @request.body.owner = @request.auth.id",
    updateRule: "owner = @request.auth.id", deleteRule: "owner = @request.auth.id",
    fields: [{ name: "text", type: "text" }, { name: "owner", type: "relation", collectionId: made.ann.collectionId, required: true }],
  });
});

async function signedIn(name) {
  const made = client();
  await made.collection("users").authWithPassword(`${name}@example.com`, password);
  return made;
}

test("the methods say how to sign in", async () => {
  const methods = await client().collection("users").listAuthMethods();
  assert.deepEqual(methods.password, { enabled: true, identityFields: ["email"] });
  assert.equal(methods.mfa.enabled, false);
});

test("a sign-in gives a record and a token that is valid", async () => {
  const ann = client();
  const { record, token } = await ann.collection("users").authWithPassword("ann@example.com", password);
  assert.equal(record.email, "ann@example.com");
  assert.equal(record.password, undefined);
  assert.equal(ann.authStore.isValid, true);
  assert.equal(ann.authStore.token, token);
});

test("a wrong password and an unknown person are answered alike", async () => {
  const wrong = await refused(client().collection("users").authWithPassword("ann@example.com", "wrong password"));
  const unknown = await refused(client().collection("users").authWithPassword("nobody@example.com", password));
  assert.deepEqual(wrong, unknown);
  assert.equal(wrong.status, 400);
});

test("a refresh keeps the person signed in", async () => {
  const ann = await signedIn("ann");
  const { record } = await ann.collection("users").authRefresh();
  assert.equal(record.id, made.ann.id);
  assert.equal((await refused(client().collection("users").authRefresh())).status, 401);
});

test("each person sees and changes only what is theirs", async () => {
  const [ann, bob] = [await signedIn("ann"), await signedIn("bob")];
  const note = await ann.collection("notes").create({ text: "mine", owner: made.ann.id });
  assert.equal((await ann.collection("notes").getList(1, 10)).totalItems, 1);
  assert.equal((await bob.collection("notes").getList(1, 10)).totalItems, 0);
  assert.equal((await client().collection("notes").getList(1, 10)).totalItems, 0);
  assert.equal((await refused(bob.collection("notes").getOne(note.id))).status, 404);
  assert.equal((await refused(bob.collection("notes").update(note.id, { text: "theirs" }))).status, 404);
  assert.equal((await refused(bob.collection("notes").delete(note.id))).status, 404);
  assert.equal((await refused(bob.collection("notes").create({ text: "for ann", owner: made.ann.id }))).status, 400);
  assert.equal((await root.collection("notes").getOne(note.id)).text, "mine");
});

test("an email is shown to its owner only", async () => {
  const ann = await signedIn("ann");
  assert.equal((await ann.collection("users").getOne(made.ann.id)).email, "ann@example.com");
  await root.collections.update("users", { viewRule: "" });
  assert.equal((await client().collection("users").getOne(made.ann.id)).email, undefined);
  const shown = await ann.collection("users").update(made.ann.id, { emailVisibility: true });
  assert.equal(shown.emailVisibility, true);
  assert.equal((await client().collection("users").getOne(made.ann.id)).email, "ann@example.com");
});

test("a changed password ends every earlier token", async () => {
  const eve = await root.collection("users").create({ email: "eve@example.com", password, passwordConfirm: password });
  const here = client();
  await here.collection("users").authWithPassword("eve@example.com", password);
  const data = (await refused(here.collection("users").update(eve.id, { password: "another one", passwordConfirm: "another one" }))).data;
  assert.equal(data.oldPassword.code, "validation_required");
  await here.collection("users").update(eve.id, { password: "another one", passwordConfirm: "another one", oldPassword: password });
  assert.equal((await refused(here.collection("users").authRefresh())).status, 401);
  await here.collection("users").authWithPassword("eve@example.com", "another one");
  assert.equal(here.authStore.isValid, true);
});

test("a superuser may lend a person's token", async () => {
  const lent = await root.collection("users").impersonate(made.bob.id, 60);
  assert.equal(lent.authStore.record.id, made.bob.id);
  assert.equal((await lent.collection("users").getOne(made.bob.id)).id, made.bob.id);
  assert.equal((await refused(lent.collection("users").impersonate(made.ann.id, 60))).status, 403);
});

test("a deleted person's token is a guest's", async () => {
  const bob = await signedIn("bob");
  await bob.collection("users").delete(made.bob.id);
  const { status } = await refused(root.collection("users").getOne(made.bob.id));
  assert.equal(status, 404);
});

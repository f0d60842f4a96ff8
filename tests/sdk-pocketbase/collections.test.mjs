// Collections through the official SDK: create, list, edit, scaffolds, import, truncate, delete.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, refused } from "./support.mjs";

const { root, client } = await open();

test("a collection is created, read, edited and deleted", async () => {
  const made = await root.collections.create({ name: "posts", type: "base", fields: [{ name: "title", type: "text", required: true }] });
  assert.equal(made.name, "posts");
  assert.deepEqual(made.fields.map((field) => field.name), ["id", "title"]);
  assert.equal((await root.collections.getOne(made.id)).id, made.id);

  const fields = [...made.fields, { name: "views", type: "number" }];
  const edited = await root.collections.update("posts", { fields, listRule: "views > 0" });
  assert.deepEqual(edited.fields.map((field) => field.name), ["id", "title", "views"]);
  assert.equal(edited.listRule, "views > 0");
  assert.equal(edited.fields[1].id, made.fields[1].id);

  await root.collections.delete("posts");
  assert.equal((await refused(root.collections.getOne("posts"))).status, 404);
});

test("a renamed field keeps its values", async () => {
  const made = await root.collections.create({ name: "renames", fields: [{ name: "before", type: "text" }] });
  const record = await root.collection("renames").create({ before: "kept" });
  const fields = made.fields.map((field) => (field.name === "before" ? { ...field, name: "after" } : field));
  await root.collections.update("renames", { fields });
  assert.equal((await root.collection("renames").getOne(record.id)).after, "kept");
});

test("a bad collection says which field is wrong", async () => {
  const { status, data } = await refused(root.collections.create({ name: "bad name", fields: [{ name: "a", type: "select" }] }));
  assert.equal(status, 400);
  assert.equal(data.name.code, "validation_match_invalid");
  assert.equal(data.fields["1"].values.code, "validation_required");
});

test("the list is filtered and sorted", async () => {
  const auth = await root.collections.getFullList({ filter: "type = 'auth'", sort: "name" });
  assert.deepEqual(auth.map((collection) => collection.name), ["_superusers", "users"]);
});

test("scaffolds exist for each type", async () => {
  const scaffolds = await root.collections.getScaffolds();
  assert.deepEqual(Object.keys(scaffolds).sort(), ["auth", "base", "view"]);
});

test("an import adds, changes and keeps", async () => {
  await root.collections.import([{ name: "imported", type: "base", fields: [{ name: "one", type: "text" }] }], false);
  await root.collections.import([{ name: "imported", fields: [{ name: "two", type: "number" }] }], false);
  const fields = (await root.collections.getOne("imported")).fields.map((field) => field.name);
  assert.deepEqual(fields, ["two", "id", "one"]);
});

test("truncate removes the records and keeps the collection", async () => {
  await root.collections.create({ name: "emptied", fields: [{ name: "n", type: "number" }] });
  for (const n of [1, 2, 3]) await root.collection("emptied").create({ n });
  await root.collections.truncate("emptied");
  assert.equal((await root.collection("emptied").getList(1, 1)).totalItems, 0);
});

test("a collection that is referred to is not deleted", async () => {
  const target = await root.collections.create({ name: "target" });
  await root.collections.create({ name: "source", fields: [{ name: "to", type: "relation", collectionId: target.id }] });
  assert.equal((await refused(root.collections.delete("target"))).status, 400);
  await root.collections.delete("source");
  await root.collections.delete("target");
});

test("a guest cannot see collections", async () => {
  assert.equal((await refused(client().collections.getList(1, 1))).status, 401);
});

test("settings and health answer the SDK", async () => {
  const settings = await root.settings.update({ meta: { appName: "Tested" } });
  assert.equal(settings.meta.appName, "Tested");
  assert.equal((await root.settings.getAll()).meta.appName, "Tested");
  assert.equal((await client().health.check()).code, 200);
});

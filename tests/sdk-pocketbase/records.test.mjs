// Records through the official SDK: lists with filters, expand, modifiers, batch and refusals.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { open, refused } from "./support.mjs";

const { root, client } = await open();
const guest = client();
const rules = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
const made = {};

before(async () => {
  const people = await root.collections.create({ name: "people", ...rules, fields: [{ name: "name", type: "text" }] });
  const posts = await root.collections.create({
    name: "posts",
    ...rules,
    fields: [
      { name: "title", type: "text", required: true },
      { name: "views", type: "number" },
      { name: "tags", type: "select", values: ["a", "b", "c"], maxSelect: 3 },
      { name: "data", type: "json" },
      { name: "author", type: "relation", collectionId: people.id },
      { name: "readers", type: "relation", collectionId: people.id, maxSelect: 10 },
      { name: "created", type: "autodate", onCreate: true },
    ],
    indexes: ["CREATE UNIQUE INDEX posts_title ON posts (title)"],
  });
  await root.collections.create({ name: "comments", ...rules, fields: [{ name: "text", type: "text" }, { name: "post", type: "relation", collectionId: posts.id, cascadeDelete: true }] });
  for (const name of ["ann", "bob"]) made[name] = await root.collection("people").create({ name });
  for (const views of [1, 2, 3, 4, 5]) {
    const author = views % 2 ? made.ann.id : made.bob.id;
    made[views] = await root.collection("posts").create({ title: `post ${views}`, views, author, readers: [made.ann.id], tags: ["a"], data: { deep: { views } } });
  }
  for (const text of ["first", "second"]) await root.collection("comments").create({ text, post: made[1].id });
});

test("a created record comes back as it was sent", async () => {
  const record = await guest.collection("posts").create({ title: "sent", views: 10, tags: ["c", "b"], data: [1, { x: null }] });
  assert.match(record.id, /^[a-z0-9]{15}$/);
  assert.deepEqual([record.title, record.views, record.tags, record.data, record.author], ["sent", 10, ["c", "b"], [1, { x: null }], ""]);
  assert.deepEqual(await guest.collection("posts").getOne(record.id), record);
  assert.equal(await guest.collection("posts").delete(record.id), true);
  assert.equal((await refused(guest.collection("posts").getOne(record.id))).status, 404);
});

test("a list is filtered, sorted and paged", async () => {
  const page = await guest.collection("posts").getList(2, 2, { filter: "views > 1", sort: "-views" });
  assert.deepEqual([page.page, page.perPage, page.totalItems, page.totalPages], [2, 2, 4, 2]);
  assert.deepEqual(page.items.map((item) => item.views), [3, 2]);
});

test("a filter takes bound values", async () => {
  const filter = guest.filter("title = {:title} && created <= {:now}", { title: "post 3", now: new Date(Date.now() + 60_000) });
  const found = await guest.collection("posts").getFirstListItem(filter);
  assert.equal(found.id, made[3].id);
});

test("the full list crosses pages", async () => {
  const all = await guest.collection("posts").getFullList({ batch: 2, sort: "views" });
  assert.deepEqual(all.map((item) => item.views), [1, 2, 3, 4, 5]);
});

test("nothing found is a 404 for the first item", async () => {
  assert.equal((await refused(guest.collection("posts").getFirstListItem("views > 100"))).status, 404);
});

test("filters reach relations, back-relations and json", async () => {
  const titles = async (filter) => (await guest.collection("posts").getFullList({ filter, sort: "views" })).map((item) => item.views);
  assert.deepEqual(await titles("author.name = 'ann'"), [1, 3, 5]);
  assert.deepEqual(await titles("comments_via_post.text ?= 'second'"), [1]);
  assert.deepEqual(await titles("data.deep.views >= 4"), [4, 5]);
  assert.deepEqual(await titles("readers.name ?= 'ann' && tags:each = 'a' && views < 3"), [1, 2]);
});

test("expand fills relations in both directions", async () => {
  const post = await guest.collection("posts").getOne(made[1].id, { expand: "author,readers,comments_via_post" });
  assert.equal(post.expand.author.name, "ann");
  assert.deepEqual(post.expand.readers.map((reader) => reader.name), ["ann"]);
  assert.deepEqual(post.expand.comments_via_post.map((comment) => comment.text).sort(), ["first", "second"]);
});

test("fields are picked", async () => {
  const post = await guest.collection("posts").getOne(made[2].id, { expand: "author", fields: "title,expand.author.name" });
  assert.deepEqual(post, { title: "post 2", expand: { author: { name: "bob" } } });
});

test("modifiers change what is stored", async () => {
  const record = await guest.collection("posts").create({ title: "modified", views: 1, tags: ["a"] });
  const changed = await guest.collection("posts").update(record.id, { "views+": 4, "tags+": ["b"], "readers+": made.bob.id });
  assert.deepEqual([changed.views, changed.tags, changed.readers], [5, ["a", "b"], [made.bob.id]]);
  await guest.collection("posts").delete(record.id);
});

test("what is wrong is named by field", async () => {
  const { status, data } = await refused(guest.collection("posts").create({ title: "", tags: ["z"], author: "nobody" }));
  assert.equal(status, 400);
  assert.equal(data.title.code, "validation_required");
  assert.equal(data.tags.code, "validation_invalid_value");
  assert.equal(data.author.code, "validation_missing_rel_records");
  const twice = await refused(guest.collection("posts").create({ title: "post 1" }));
  assert.equal(twice.data.title.code, "validation_not_unique");
});

test("a form carries the same values", async () => {
  const form = new FormData();
  for (const [key, value] of [["title", "by form"], ["views", "7"], ["tags", "a"], ["tags", "b"]]) form.append(key, value);
  const record = await guest.collection("posts").create(form);
  assert.deepEqual([record.title, record.views, record.tags], ["by form", 7, ["a", "b"]]);
  await guest.collection("posts").delete(record.id);
});

test("a batch is done as a whole or not at all", async () => {
  await root.settings.update({ batch: { enabled: true, maxRequests: 20, timeout: 3 } });
  const good = guest.createBatch();
  good.collection("posts").create({ id: "batched00000001", title: "batched 1" });
  good.collection("posts").update("batched00000001", { views: 9 });
  good.collection("posts").upsert({ id: "batched00000002", title: "batched 2" });
  good.collection("posts").delete("batched00000002");
  const answers = await good.send();
  assert.deepEqual(answers.map((answer) => answer.status), [200, 200, 200, 204]);
  assert.equal(answers[1].body.views, 9);

  const bad = guest.createBatch();
  bad.collection("posts").create({ title: "batched 3" });
  bad.collection("posts").create({ title: "batched 1" });
  const { status, data } = await refused(bad.send());
  assert.equal(status, 400);
  assert.equal(data.requests["1"].response.data.title.code, "validation_not_unique");
  assert.equal((await guest.collection("posts").getList(1, 5, { filter: "title ~ 'batched'" })).totalItems, 1);
  await guest.collection("posts").delete("batched00000001");
});

test("a deleted record takes its cascade with it", async () => {
  const post = await guest.collection("posts").create({ title: "short-lived" });
  const comment = await guest.collection("comments").create({ text: "goes too", post: post.id });
  await guest.collection("posts").delete(post.id);
  assert.equal((await refused(guest.collection("comments").getOne(comment.id))).status, 404);
});

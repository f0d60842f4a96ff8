// A small blog that several areas ask: people, posts, tags, comments, with relations in every direction.

const text = (name, more = {}) => ({ name, type: "text", ...more });
const relation = (name, collectionId, more = {}) => ({ name, type: "relation", collectionId, ...more });
const open = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };

const COLLECTIONS = [
  { id: "b_users_id", name: "b_users", ...open, fields: [text("name"), { name: "age", type: "number" }, { name: "email", type: "email" }, text("pin", { hidden: true })] },
  { id: "b_tags_id", name: "b_tags", ...open, fields: [text("label"), { name: "weight", type: "number" }] },
  {
    id: "b_posts_id", name: "b_posts", ...open,
    fields: [
      text("title"), text("body"), text("note"), text("secret", { hidden: true }),
      { name: "views", type: "number" }, { name: "live", type: "bool" }, { name: "published", type: "date" },
      { name: "kind", type: "select", values: ["x", "y", "a"] }, { name: "tags", type: "select", values: ["a", "b", "c"], maxSelect: 3 },
      { name: "data", type: "json" }, { name: "place", type: "geoPoint" }, { name: "html", type: "editor" },
      relation("author", "b_users_id"), relation("editors", "b_users_id", { maxSelect: 5 }), relation("labels", "b_tags_id", { maxSelect: 5 }),
      { name: "created", type: "autodate", onCreate: true }, { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
    ],
    indexes: ["CREATE INDEX b_views ON b_posts (views)", "CREATE INDEX b_title ON b_posts (title)"],
  },
  { id: "b_comments_id", name: "b_comments", ...open, fields: [text("text"), { name: "stars", type: "number" }, relation("post", "b_posts_id", { cascadeDelete: true }), relation("writer", "b_users_id")] },
  { id: "b_profiles_id", name: "b_profiles", ...open, fields: [text("bio"), relation("user", "b_users_id", { required: true })], indexes: ["CREATE UNIQUE INDEX b_profile_user ON b_profiles (user)"] },
  { id: "b_private_id", name: "b_private", fields: [text("word"), relation("post", "b_posts_id")] },
];

const U = (at) => `user0000000000${at}`;
const L = (at) => `label000000000${at}`;
const P = (at) => `post00000000${String(at).padStart(3, "0")}`;

const USERS = [{ name: "Ann", age: 30, email: "ann@b.co", pin: "1" }, { name: "Bob", age: 0 }, { name: "", age: -5, email: "c@b.co" }, { name: "Ann", age: 65 }];
const LABELS = [{ label: "red", weight: 1 }, { label: "Green", weight: 5 }, { label: "", weight: 0 }];
const POSTS = [
  { title: "Alpha", body: "The Alpha text", views: 5, live: true, kind: "x", tags: ["a", "b"], data: { a: 1, b: { c: "x" }, list: [1, "two", null], flag: true, text: "Hello", n: 2.5 }, published: "2024-03-01", place: { lon: 13.4, lat: 52.5 }, author: U(0), editors: [U(0), U(1)], labels: [L(0), L(1)], html: "<h1>Head</h1><p>Some <b>bold</b> words &amp; more</p><script>alert(1)</script><p>End of it</p>" },
  { title: "alpha", views: 0, live: false, kind: "y", tags: ["a"], data: [1, 2, 3], published: "2024-02-29 12:00:00.000Z", author: U(1), editors: [U(1)], labels: [L(1)] },
  { title: "Äpfel", views: -1.5, live: true, tags: ["c"], data: "just text", published: "2023-12-31 23:59:59.999Z", place: { lon: -74, lat: 40.7 }, author: U(2), editors: [U(2), U(3)] },
  { title: "", views: 100, kind: "a", tags: ["a", "b", "c"], data: 5, author: "", labels: [L(2)] },
  { title: "it's", views: 5, note: "100%", data: null, author: U(0), editors: [U(0)], labels: [L(0), L(1), L(2)], published: "2024-03-01 00:00:00.000Z" },
  { title: "a_p", views: 10, note: "a_b", kind: "x", data: { a: "1", missing: null, nil: null, flag: false, n: -3 }, author: U(3), editors: [U(0), U(3)] },
  { title: "a%p", views: 1, note: "\\", data: [], published: "2025-01-01", secret: "x" },
  { title: "back\\slash", views: 1e10, data: {}, live: true, author: U(0), place: { lon: 2.35, lat: 48.85 } },
  { title: "5", views: 50, data: true, note: "5", tags: ["b", "a"], kind: "a", author: U(1), editors: [U(3), U(2), U(1), U(0)], labels: [L(1), L(0)] },
  { title: "Zulu", views: 7, data: { a: { b: { c: 1 } }, list: [] }, note: "null", kind: "y" },
];
const COMMENTS = [[0, "good", 5, 0], [0, "bad", 1, 1], [1, "good", 3, 1], [2, "", 0, 2], [4, "Good", 4, 0], [8, "fine", 2, 3], [8, "good", 5, 3], [8, "bad", 1, 0], [9, "lonely", 3, null]];

/** Makes the blog once in a run; later areas find it. */
export async function blog(t) {
  if (t.blog) return;
  t.blog = true;
  for (const collection of COLLECTIONS) await t.send(["su", "POST /api/collections", collection]);
  for (const [at, body] of USERS.entries()) await t.send(["su", "POST b_users/records", { id: U(at), ...body }]);
  for (const [at, body] of LABELS.entries()) await t.send(["su", "POST b_tags/records", { id: L(at), ...body }]);
  for (const [at, body] of POSTS.entries()) await t.send(["su", "POST b_posts/records", { id: P(at), ...body }]);
  for (const [at, [post, text, stars, writer]] of COMMENTS.entries()) {
    await t.send(["su", "POST b_comments/records", { id: `comment0000000${at}`, post: P(post), text, stars, writer: writer === null ? "" : U(writer) }]);
  }
  for (const at of [0, 1]) await t.send(["su", "POST b_profiles/records", { id: `profile0000000${at}`, user: U(at), bio: `bio ${at}` }]);
  await t.send(["su", "POST b_private/records", { id: "private00000000", word: "hush", post: P(0) }]);
}

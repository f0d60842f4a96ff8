// Indexes: which statements are accepted, and what unique ones refuse.

const fields = [
  { name: "title", type: "text" },
  { name: "count", type: "number" },
  { name: "email", type: "email" },
  { name: "kind", type: "select", values: ["a", "b"] },
  { name: "data", type: "json" },
];
const make = (...indexes) => ["su", "PATCH x_main", { indexes }];

const STATEMENTS = [
  make("CREATE INDEX x_plain ON x_main (title)"),
  make("create  index  `x_quoted` on `x_main` ( `title` , \"count\" , [kind] )"),
  make("CREATE INDEX IF NOT EXISTS x_if ON x_main (title DESC, count ASC)"),
  make("CREATE INDEX x_nocase ON x_main (title COLLATE NOCASE)"),
  make("CREATE INDEX x_partial ON x_main (title) WHERE count > 5"),
  make("CREATE UNIQUE INDEX x_unique ON x_main (title) WHERE title != ''"),
  make("CREATE INDEX x_other_table ON something_else (title)"),
  make("CREATE INDEX x_dup ON x_main (title)", "CREATE INDEX x_dup ON x_main (count)"),
  make("CREATE INDEX x_dup1 ON x_main (title)", "CREATE INDEX x_dup2 ON x_main (title)"),
  make("CREATE INDEX X_CASE ON x_main (title)", "CREATE INDEX x_case ON x_main (count)"),
  make("CREATE INDEX x_missing ON x_main (nothing)"),
  make("CREATE INDEX x_none ON x_main ()"),
  make("CREATE INDEX ON x_main (title)"),
  make("CREATE INDEX x_expr ON x_main (lower(title))"),
  make("CREATE INDEX x_json ON x_main (json_extract(data, '$.a'))"),
  make("DROP INDEX x_plain"),
  make(""),
  make("SELECT 1"),
  make("CREATE INDEX x_bad ON x_main (title) WHERE missing > 5"),
  make("CREATE INDEX x_semicolon ON x_main (title);"),
  make("CREATE INDEX idx_email__pb_users_auth_ ON x_main (title)"),
  make("CREATE UNIQUE INDEX x_id ON x_main (id)"),
  make("CREATE INDEX x_id2 ON x_main (id, title)"),
  make("CREATE INDEX `x main` ON x_main (title)"),
  make("CREATE INDEX x_multi ON x_main (title, count, kind, email)"),
  make("CREATE INDEX main.x_schema ON x_main (title)"),
  ["su", "PATCH x_main", { indexes: null }],
  ["su", "PATCH x_main", { indexes: "x" }],
  ["su", "PATCH x_main", { indexes: [5] }],
  make(),
];

const record = (body) => ["su", "POST x_main/records", body];
const UNIQUES = [
  record({ id: "xx0000000000001", title: "Same", count: 1 }),
  record({ id: "xx0000000000002", title: "Same", count: 1 }),
  make("CREATE UNIQUE INDEX x_u ON x_main (title)"),
  ["su", "PATCH x_main/records/xx0000000000002", { title: "same" }],
  make("CREATE UNIQUE INDEX x_u ON x_main (title COLLATE NOCASE)"),
  make("CREATE UNIQUE INDEX x_u ON x_main (title)"),
  record({ title: "Same" }),
  record({ title: "SAME" }),
  record({ title: "" }),
  record({ title: "" }),
  ["su", "PATCH x_main/records/xx0000000000002", { title: "Same" }],
  ["su", "PATCH x_main/records/xx0000000000002", { title: "same" }],
  make("CREATE UNIQUE INDEX x_u ON x_main (count, kind)"),
  ["su", "DELETE x_main/truncate"],
  make("CREATE UNIQUE INDEX x_u ON x_main (count, kind)"),
  record({ count: 1, kind: "a" }),
  record({ count: 1, kind: "b" }),
  record({ count: 1, kind: "a" }),
  record({ count: 1 }),
  record({ count: 1 }),
  make("CREATE UNIQUE INDEX x_u ON x_main (email) WHERE email != ''"),
  record({ email: "" }),
  record({ email: "" }),
  record({ email: "a@b.co" }),
  record({ email: "a@b.co" }),
  record({ email: "A@b.co" }),
  make("CREATE UNIQUE INDEX x_u ON x_main (email COLLATE NOCASE) WHERE email != ''"),
  ["su", "DELETE x_main/truncate"],
  make("CREATE UNIQUE INDEX x_u ON x_main (title COLLATE NOCASE)", "CREATE UNIQUE INDEX x_v ON x_main (count)"),
  record({ id: "xx0000000000003", title: "Äb", count: 1 }),
  record({ title: "äB", count: 2 }),
  record({ title: "ÄB", count: 3 }),
  record({ title: "ÄB", count: 1 }),
  record({ id: "xx0000000000003", title: "z", count: 9 }),
  record({ id: "XX0000000000003", title: "z", count: 9 }),
  make("CREATE UNIQUE INDEX x_u ON x_main (data)"),
  ["su", "DELETE x_main/truncate"],
  make("CREATE UNIQUE INDEX x_u ON x_main (data)"),
  record({ data: { a: 1 } }),
  record({ data: { a: 1 } }),
  record({ data: { a: 2 } }),
  record({}),
  record({}),
  ["su", "GET x_main/records", null, { query: { fields: "title,count,kind,email,data" } }],
  ["su", "DELETE x_main"],
];

const ORDERED = [
  ["su", "POST /api/collections", { name: "x_order", listRule: "", fields, indexes: ["CREATE INDEX xo_title ON x_order (title)", "CREATE INDEX xo_two ON x_order (kind, count DESC)"] }],
  ...["b", "A", "a", "B", "", "z", "ä", "10", "9"].map((title, at) => ["su", "POST x_order/records", { id: `order000000000${at}`, title, count: at % 4, kind: at % 2 ? "a" : "b" }]),
  ...["title,id", "-title,-id", "kind,-count,id", "-kind,count,id", "count,id", "title:lower,id", "-title:lower,id", "kind,id"].map((sort) => ["guest", "GET x_order/records", null, { query: { sort, fields: "id,title,count,kind" } }]),
  ...["title > 'a'", "title >= 'a' && title < 'c'", "kind = 'a' && count >= 1", "kind = 'a' && count < 2", "title = ''", "title != ''", "kind = 'a' || count = 0"].map((filter) => ["su", "GET x_order/records", null, { query: { filter, sort: "id", fields: "id,title" } }]),
  ["su", "POST x_order/truncate"],
  ["su", "DELETE x_order"],
];

/** Good, bad, partial, case-blind and unique indexes. */
export async function indexes(t) {
  await t.send(["su", "POST /api/collections", { id: "x_main_id", name: "x_main", fields }]);
  await t.all(STATEMENTS);
  await t.all(UNIQUES);
  await t.all(ORDERED);
}

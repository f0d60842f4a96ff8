// What each field type makes of good, odd and bad values.

const MIXED = ["", "text", " spaced ", "1", "1.5", "-3", "1e3", "007", "true", "false", "null", 0, 1, -1, 1.5, 1e21, true, false, null,
  [], ["a"], ["a", "b"], [1, 2], {}, { a: 1 }, "[]", "{}", "[\"a\"]", "{\"a\":1}", "\"quoted\""];

const FIELDS = {
  text: { options: {}, values: [...MIXED, "ünïcödé 🙂", "line\nbreak", "x".repeat(5000), "x".repeat(5001), "<b>html</b>", "a'b\"c\\d", "tab\tnul\u0001"] },
  short: { type: "text", options: { min: 3, max: 5 }, values: ["", "ab", "abc", "abcde", "abcdef", "äöü", "🙂🙂🙂", 123, 12] },
  slug: { type: "text", options: { pattern: "^[a-z]+$", required: true }, values: ["", "abc", "ABC", "a b", null, 5] },
  auto: { type: "text", options: { autogeneratePattern: "[a-z0-9]{15}" }, values: ["", "given", null] },
  number: { options: {}, values: [...MIXED, "0x10", "Infinity", "NaN", "1,5", " 5 ", "1_000", 9007199254740993, 1e308, -0, 0.1, 123456789.123456, "12abc"] },
  small: { type: "number", options: { min: -2, max: 10, onlyInt: true }, values: [-3, -2, 0, 1.5, 10, 11, "5", "5.5", "", null] },
  positive: { type: "number", options: { min: 5, required: true }, values: [0, 4, 5, 6, null, "x"] },
  bool: { options: {}, values: [...MIXED, "TRUE", "True", "t", "T", "yes", "on", "f", 2] },
  must: { type: "bool", options: { required: true }, values: [true, false, null, 1, "x"] },
  email: { options: {}, values: [...MIXED, "a@b.co", "A@B.CO", "a@b", "a b@c.de", "a@b.co, c@d.ef", "Name <a@b.co>", "ä@b.co", "a@localhost", "a+tag@b.co", `${"x".repeat(65)}@b.co`] },
  only: { type: "email", options: { onlyDomains: ["b.co"] }, values: ["a@b.co", "a@B.CO", "a@c.co", "a@x.b.co", ""] },
  except: { type: "email", options: { exceptDomains: ["b.co"], required: true }, values: ["a@b.co", "a@c.co", ""] },
  url: { options: {}, values: [...MIXED, "http://a.co", "https://a.co/p?q=1#f", "ftp://a.co", "a.co", "//a.co", "http://", "http://localhost:80", "mailto:a@b.co", "http://ä.co", "http://a b.co", "javascript:x", "http://1.2.3.4"] },
  site: { type: "url", options: { onlyDomains: ["a.co"] }, values: ["http://a.co", "http://a.co:80", "http://b.co", "http://x.a.co"] },
  editor: { options: { maxSize: 20 }, values: [...MIXED, "<p>hello</p>", "x".repeat(20), "x".repeat(21), "ä".repeat(11)] },
  date: { options: {}, values: [...MIXED, "2024-01-02", "2024-01-02 03:04:05", "2024-01-02 03:04:05.678Z", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05+02:00", "2024-01-02 03:04", "2024-01-02 03:04Z", "2024-1-2", "02.01.2024", "Jan 2 2024", "2024-13-01", "2024-02-30", 1704164645, 1704164645678, "1704164645", "2024", "03:04:05", "2024-01-02 03:04:05.123456789Z", "2024-01-02 24:00:00", "0000-01-01", "9999-12-31 23:59:59.999Z", "-2024-01-01", "Mon, 02 Jan 2024 15:04:05 MST", "2024-01-02 03:04:05 +0200", "20240102", "2024/01/02", "1/2/2024"] },
  window: { type: "date", options: { min: "2020-01-01 00:00:00.000Z", max: "2020-12-31 00:00:00.000Z" }, values: ["2019-12-31", "2020-01-01", "2020-06-01", "2020-12-31", "2021-01-01", "", "x"] },
  autodate: { options: { onCreate: true, onUpdate: true }, values: ["2000-01-01 00:00:00.000Z", "", null, 5] },
  select: { options: { values: ["a", "b", "text", "1", "true"] }, values: [...MIXED, "b", "z", ["z"], ["b", "a"], ["a", ""]] },
  tags: { type: "select", options: { values: ["a", "b", "c", "1"], maxSelect: 2 }, values: [...MIXED, ["a", "a"], ["a", "b", "c"], ["a", "z"], ["z", "y"], "a,b", [null], [["a"]], [""], "c"] },
  choice: { type: "select", options: { values: ["a"], required: true }, values: ["", "a", [], null, "z"] },
  json: { options: {}, values: [...MIXED, "{bad", "[1,", "  5", "\t[1]", "nul", { b: 1, a: { c: [1, null, "x"] } }, 1e21, 0.1, 12345678901234567890, "truex", "-", "-5", "\"", "a\"b", [[]], "[1, 2]", "{\"b\":1,\"a\":2}", 1.0, "1.0", "1e5"] },
  doc: { type: "json", options: { required: true, maxSize: 10 }, values: [null, "", [], {}, 0, false, "null", "[]", "{}", "0", { a: "longer than ten" }, "12345678", "123456789012", "x"] },
  geo: { type: "geoPoint", options: {}, values: [...MIXED, { lon: 1, lat: 2 }, { lon: 181, lat: 0 }, { lon: 0, lat: 91 }, { lon: "1", lat: "2" }, { lat: 5 }, "{\"lon\":3,\"lat\":4}", { lon: 1, lat: 2, x: 3 }, [1, 2], { lon: -180, lat: -90 }, { lon: 1.23456789012345, lat: null }] },
  place: { type: "geoPoint", options: { required: true }, values: [{ lon: 0, lat: 0 }, { lon: 1, lat: 0 }, null, {}] },
  secret: { type: "password", options: { min: 4, max: 10, cost: 4 }, values: ["", "abc", "abcd", "abcdefghij", "abcdefghijk", null, 12345, true] },
  pin: { type: "password", options: { pattern: "^\\d+$", cost: 4 }, values: ["1234", "abcd", ""] },
  one: { type: "relation", options: { collectionId: "v_target_id" }, values: [...MIXED, "target000000001", ["target000000001", "target000000002"], "target000000009", { id: "target000000001" }] },
  many: { type: "relation", options: { collectionId: "v_target_id", maxSelect: 2, minSelect: 1 }, values: [...MIXED, "target000000001", ["target000000001", "target000000002"], ["target000000001", "target000000001"], ["target000000001", "target000000002", "target000000003"], ["target000000001", "target000000009"]] },
  needed: { type: "relation", options: { collectionId: "v_target_id", required: true }, values: ["", "target000000001", null, [], "no"] },
  file: { options: {}, values: ["", "name.png", null, [], ["a.png"], 5] },
  secretText: { type: "text", options: { hidden: true }, values: ["hidden"] },
};

async function target(t) {
  await t.send(["su", "POST /api/collections", { id: "v_target_id", name: "v_target", fields: [{ name: "name", type: "text" }] }]);
  for (const at of [1, 2, 3]) await t.send(["su", "POST v_target/records", { id: `target00000000${at}`, name: `t${at}` }]);
}

async function field(t, name, { type = name === "geo" ? "geoPoint" : name, options, values }) {
  const collection = `v_${name}`.toLowerCase();
  const records = `${collection}/records`;
  await t.send(["su", "POST /api/collections", { name: collection, listRule: "", viewRule: "", createRule: "", updateRule: "", fields: [{ name: "value", type, ...options }, { name: "note", type: "text" }] }]);
  for (const value of values) await t.send(["su", `POST ${records}`, { value, note: JSON.stringify(value)?.slice(0, 40) }]);
  // The same values on an existing record: what is not sent stays, what is refused changes nothing.
  await t.send(["su", `POST ${records}`, { id: "subject00000000", value: values[values.length - 1] }]);
  for (const value of values) await t.send(["guest", `PATCH ${records}/subject00000000`, { value }]);
  await t.send(["guest", `GET ${records}/subject00000000`]);
  await t.send(["guest", `POST ${records}`, {}]);
  // Forms carry text only, so each type is reached through the conversion of text as well.
  for (const value of values.filter((one) => typeof one === "string" && one.length < 60)) {
    await t.send(["guest", `POST ${records}`, null, { form: [["value", value]] }]);
  }
  await t.send(["guest", `GET ${records}`, null, { query: { perPage: 200, sort: "@rowid" } }]);
  // Where the server invents what is stored, its order says nothing.
  if (type === "password" || options.autogeneratePattern) return;
  await t.send(["su", `GET ${records}`, null, { query: { perPage: 200, sort: "value,@rowid", skipTotal: 1 } }]);
}

// Numbers as they are written, which a JavaScript value cannot carry.
const WRITTEN = ["9007199254740993", "12345678901234567890", "1.0", "1E5", "1e-7", "0.1000", "-0", "-0.0", "123456789012345678901234567890", "1e22", "0.30000000000000004", "{\"b\":1.0,\"a\":1E2}", "{\"z\":{\"y\":1,\"x\":[1.50, 2e0]},\"a\":\"\\u00e9\\/<>&\"}", "[ 1 , 2 ]", "\"\\u0041\\n\""];

const IDS = ["", "short", "abcdefghijklmno", "ABCDEFGHIJKLMNO", "abcdefghijklmn ", "abc/efghijklmno", "abcdefghijklmnop", 123456789012345, null, "..............."];

// Ids that differ in case only, where the pattern lets them.
const LETTERS = { type: "text", primaryKey: true, required: true, min: 2, max: 20, pattern: "^[a-zA-Z0-9äÄ.]+$", autogeneratePattern: "[a-z]{8}" };
const ALIKE = ["abc", "abc", "ABC", "aBc", "abcd", "ABCDe", "ab", "xY9", "Xy9", "xy9z", "xy", "äb", "Äb", "äB", "A.b", "a.B", "x", "con", "CON", "a".repeat(20), "A".repeat(20), "A".repeat(19)];

/** Values of every field type, and the id. */
export async function values(t) {
  await target(t);
  for (const [name, definition] of Object.entries(FIELDS)) await field(t, name, definition);
  for (const name of ["number", "json", "text", "geo", "date"]) {
    for (const value of WRITTEN) await t.send(["su", `POST v_${name}/records`, null, { raw: `{"value":${value}}`, type: "application/json" }]);
  }
  await t.send(["su", "POST /api/collections", { name: "v_ids", fields: [{ ...LETTERS, name: "id" }, { name: "note", type: "text" }] }]);
  for (const id of ALIKE) await t.send(["su", "POST v_ids/records", { id }]);
  await t.send(["su", "GET v_ids/records", null, { query: { sort: "@rowid", fields: "id" } }]);
  for (const id of IDS) await t.send(["su", "POST v_target/records", { id, name: "by id" }]);
  await t.send(["su", "PATCH v_target/records/target000000001", { id: "target000000007" }]);
  await t.send(["su", "PATCH v_target/records/target000000001", { id: "", name: "x" }]);
  await t.send(["su", "PATCH v_target/records/nothing", { name: "x" }]);
  await t.send(["su", "POST v_target/records", { id: "target000000001" }]);
  await t.send(["su", "POST v_target/records", { nothing: 1, collectionId: "x", collectionName: "y", expand: { a: 1 }, created: "2020-01-01" }]);
}

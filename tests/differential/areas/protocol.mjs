// What surrounds the answers: health, unknown paths and methods, headers, body formats and limits.

const HEADERS = ["vary", "x-xss-protection", "x-content-type-options", "x-frame-options", "cross-origin-opener-policy", "access-control-allow-origin", "location"];
const records = "POST p_items/records";
const raw = (text, type, who = "guest") => [who, records, null, { raw: text, type }];
const form = (...entries) => ["guest", records, null, { form: entries }];

const PATHS = ["GET /api/health", "HEAD /api/health", "POST /api/health", "GET /api/health/", "GET /api", "GET /api/", "GET /api/nothing", "POST /api/nothing", "GET /nothing", "GET /nothing.html", "GET /", "GET /api/collections/p_items", "PUT p_items/records", "PATCH p_items/records", "DELETE p_items/records", "POST p_items/records/x", "PUT p_items/records/x", "GET p_items/record", "GET p_items/records/", "GET p_items/records/x/y", "GET nothing/records", "GET nothing/records/x", "POST nothing/records", "GET p%5Fitems/records", "GET p_items/records/%00", "GET p_items/records/ü", "GET //api/health", "GET /api//health", "GET /api/../api/health", "GET /API/health", "OPTIONS /api/health", "OPTIONS p_items/records", "TRACE2 /api/health", "GET /api/realtime/x", "POST /api/realtime", "GET /api/logs", "GET /api/crons", "GET /api/backups", "POST /api/sql", "GET /api/oauth2-redirect", "GET /api/files/p_items/x/y", "GET /api/files/nothing/x/y", "GET /robots.txt"];

const BODIES = [
  raw("{\"title\":\"ok\"}", "application/json"), raw("{\"title\":\"charset\"}", "application/json; charset=utf-8"), raw("{\"title\":\"trailing\"} x", "application/json"), raw("{\"title\":\"two\"}{\"title\":\"three\"}", "application/json"), raw("{\"title\":\"a\",\"title\":\"b\"}", "application/json"), raw("{bad", "application/json"), raw("[]", "application/json"), raw("[{\"title\":\"x\"}]", "application/json"), raw("\"text\"", "application/json"), raw("null", "application/json"), raw("5", "application/json"), raw("", "application/json"), raw(" ", "application/json"), raw("{\"title\":\"\\ud83d\"}", "application/json"), raw("{\"title\":\"\\u0000\"}", "application/json"), raw("{\"count\":1e400}", "application/json"), raw("{\"count\":NaN}", "application/json"), raw("{'title':'x'}", "application/json"), raw("{\"title\":\"x\",}", "application/json"), raw(`${"[".repeat(2000)}${"]".repeat(2000)}`, "application/json"), raw(`{"data":${"[".repeat(200)}1${"]".repeat(200)}}`, "application/json"), raw(`\ufeff{"title":"bom"}`, "application/json"), raw("{\"title\":\"x\"}", "text/plain"), raw("{\"title\":\"x\"}", "APPLICATION/JSON"), raw("{\"title\":\"x\"}", "application/vnd.api+json"), raw("title=form&count=5", "application/x-www-form-urlencoded"), raw("title=a&title=b", "application/x-www-form-urlencoded"), raw("title=%zz", "application/x-www-form-urlencoded"), raw("tags=a&tags=b&count=007&live=true&data=%7B%22a%22%3A1%7D", "application/x-www-form-urlencoded"), raw("@jsonPayload=%7B%22title%22%3A%22payload%22%7D&count=3", "application/x-www-form-urlencoded"), raw("x", "multipart/form-data"), raw("x", "multipart/form-data; boundary=abc"), raw("--abc\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nhand made\r\n--abc--\r\n", "multipart/form-data; boundary=abc"), raw("<a/>", "application/xml"), raw("x", "nonsense"), raw("x", "application/octet-stream"),
  form(["title", "one"], ["count", "5"], ["live", "true"]), form(["tags", "a"], ["tags", "b"]), form(["tags", "a"]), form(["tags", "[\"a\",\"b\"]"]), form(["data", "{\"a\":1}"]), form(["data", "5"]), form(["data", "text"]), form(["data", "true"]), form(["data", ""]), form(["count", "1.50"]), form(["count", "1e3"]), form(["count", "-0"]), form(["title", "5"]), form(["title", "007"]), form(["title", "true"]), form(["title", "1.0"]), form(["title", "1e21"]), form(["title", "null"]), form(["title", "a"], ["title", "b"]), form(["@jsonPayload", "{\"title\":\"p\",\"count\":5}"]), form(["@jsonPayload", "{\"title\":\"p\"}"], ["@jsonPayload", "{\"count\":7}"], ["live", "1"]), form(["@jsonPayload", "{bad"]), form(["@jsonPayload", "[1]"]), form(["place", "{\"lon\":1,\"lat\":2}"]), form(["place.lon", "5"]), form(["count+", "5"]), form(["nothing", "x"]), form(["live", "on"]), form(["", "x"]),
];

const ERRORS = [
  ["guest", "GET p_items/records", null, { query: { filter: "(" } }], ["guest", "GET p_items/records", null, { query: { page: "x" } }], ["guest", "GET p_items/records/nothing"], ["guest", "PATCH p_items/records/nothing", { title: "x" }], ["guest", "DELETE p_items/records/nothing"], ["guest", "GET p_closed/records"], ["guest", "POST p_closed/records", {}], ["guest", "GET p_closed/records/x"], ["guest", "PATCH p_closed/records/x", {}], ["guest", "DELETE p_closed/records/x"],
  ["guest", "GET p_items/records", null, { query: { fields: "items" } }], ["guest", "GET /api/health", null, { query: { fields: "code" } }], ["su", "GET /api/health", null, { query: { fields: "message,data.canBackup" } }], ["guest", records, { title: "" }, { query: { fields: "title" } }],
];

/** How the server speaks, apart from what it says. */
export async function protocol(t) {
  const fields = [{ name: "title", type: "text", max: 5000 }, { name: "count", type: "number" }, { name: "live", type: "bool" }, { name: "tags", type: "select", values: ["a", "b"], maxSelect: 2 }, { name: "data", type: "json" }, { name: "place", type: "geoPoint" }];
  await t.send(["su", "POST /api/collections", { name: "p_items", fields, listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" }]);
  await t.send(["su", "POST /api/collections", { name: "p_closed", fields }]);
  for (const path of PATHS) await t.send(["guest", path, null, { check: HEADERS }]);
  await t.all(BODIES);
  await t.all(ERRORS);
  for (const size of [1 << 20, 33 << 20, 35 << 20]) await t.send(raw(JSON.stringify({ title: "x".repeat(size) }), "application/json"));
  await t.send(["guest", "POST p_items/auth-with-password", null, { raw: JSON.stringify({ identity: "x".repeat(33 << 20) }), type: "application/json" }]);
  await t.send(["guest", "GET p_items/records", null, { query: { sort: "@rowid", perPage: 200 }, check: HEADERS }]);
}

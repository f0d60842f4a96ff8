// Random collections and records: the ground on which random filters, sorts and patches are asked.

const WORDS = ["", "a", "A", "alpha", "Alpha", "beta", "ünï", "a b", "100%", "a_b", "it's", "5", "05", "zeta", "null", "true"];
const NUMBERS = [0, 1, -1, 2, 5, 5.5, 10, 100, -3.25, 1e6, 0.1];
const DATES = ["", "2020-01-01 00:00:00.000Z", "2023-06-15 12:30:00.000Z", "2024-02-29 23:59:59.999Z", "2030-12-31 00:00:00.000Z"];
const CHOICES = ["a", "b", "c", "d"];
const JSONS = [null, 0, 1, "a", "", true, [], [1, "a"], {}, { a: 1 }, { a: "1", b: { c: [1, 2] } }, { b: null }];
const POINTS = [{ lon: 0, lat: 0 }, { lon: 13.4, lat: 52.5 }, { lon: -74, lat: 40.7 }, { lon: 180, lat: -90 }];

/** One kind of field: its options, and a value of it. */
const KINDS = {
  text: { options: () => ({}), value: (r) => r.pick(WORDS) },
  number: { options: () => ({}), value: (r) => r.pick(NUMBERS) },
  bool: { options: () => ({}), value: (r) => r.chance(0.5) },
  date: { options: () => ({}), value: (r) => r.pick(DATES) },
  email: { options: () => ({}), value: (r) => r.pick(["", "a@b.co", "B@b.co", "z@y.org"]) },
  select: { options: (r) => ({ values: CHOICES, maxSelect: r.pick([1, 3]) }), value: (r, field) => (field.maxSelect > 1 ? r.some(CHOICES, 3) : r.pick(["", ...CHOICES])) },
  json: { options: () => ({}), value: (r) => r.pick(JSONS) },
  geoPoint: { options: () => ({}), value: (r) => r.pick(POINTS) },
  relation: { options: (r, to) => ({ collectionId: to, maxSelect: r.pick([1, 4]) }), value: (r, field) => related(r, field) },
};

function related(r, field) {
  const ids = Array.from({ length: 8 }, (_, at) => recordId(field.collectionId, at));
  return field.maxSelect > 1 ? r.some(ids, field.maxSelect) : r.pick(["", ...ids]);
}

/** The id of the `at`-th record of a generated collection. */
export function recordId(collection, at) {
  return `${collection.replace(/_/g, "").padEnd(10, "0").slice(0, 10)}${String(at).padStart(5, "0")}`;
}

function makeField(r, name, others) {
  const kind = r.pick(Object.keys(KINDS).filter((one) => one !== "relation" || others.length > 0));
  const to = others.length > 0 ? r.pick(others).id : "";
  return { name, type: kind, ...KINDS[kind].options(r, to) };
}

function makeIndexes(r, name, fields) {
  const plain = fields.filter((field) => ["text", "number", "date", "bool"].includes(field.type));
  return r.some(plain, 2).map((field, at) => `CREATE INDEX ${name}_i${at} ON ${name} (${field.name}${r.pick(["", " DESC", ", id"])})`);
}

/** A few collections that refer to each other, each with every field type likely to appear. */
export function makeCollections(r, count) {
  const made = [];
  for (let at = 0; at < count; at += 1) {
    const name = `g_${at}`;
    const fields = Array.from({ length: 4 + r.int(5) }, (_, number) => makeField(r, `f${number}`, made));
    if (made.length > 0) fields.push({ name: "up", type: "relation", collectionId: made[made.length - 1].id, maxSelect: 1 });
    if (made.length > 0) fields.push({ name: "ups", type: "relation", collectionId: r.pick(made).id, maxSelect: 3 });
    made.push({ id: `g_${at}_id`, name, listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "", fields, indexes: makeIndexes(r, name, fields) });
  }
  return made;
}

/** A value for a field, most often a fitting one. */
export function makeValue(r, field) {
  if (r.chance(0.05)) return r.pick(["odd", 7, true, null, [], ["a", "b"], { a: 1 }]);
  return KINDS[field.type].value(r, field);
}

/** A record with some of the fields set. */
export function makeRecord(r, collection, at) {
  const body = { id: recordId(collection.id, at) };
  for (const field of collection.fields) if (r.chance(0.8)) body[field.name] = KINDS[field.type].value(r, field);
  return body;
}

/** A change of a record, now and then with a modifier. */
export function makePatch(r, collection) {
  const body = {};
  for (const field of r.some(collection.fields, 3)) {
    const many = field.type === "select" || field.type === "relation";
    const suffix = many && r.chance(0.5) ? r.pick(["+", "-"]) : field.type === "number" && r.chance(0.4) ? r.pick(["+", "-"]) : "";
    const prefix = many && suffix === "" && r.chance(0.2) ? "+" : "";
    body[`${prefix}${field.name}${suffix}`] = makeValue(r, field);
  }
  return body;
}

/** The words, numbers and dates that a filter compares with. */
export const LITERALS = [...WORDS.map((word) => `'${word.replace(/'/g, "\\'")}'`), ...NUMBERS.map((number) => (String(number).includes("e") ? "1000000" : String(number))), "true", "false", "null", ...DATES.map((date) => `'${date}'`), "@now", "@yearStart"];

// The options of each field type: what a collection accepts, and how it says no.

const OPTIONS = {
  text: [{ min: 3, max: 10 }, { min: 10, max: 3 }, { min: -1 }, { max: -5 }, { min: 1.5 }, { min: "x" }, { max: 9007199254740992 },
    { pattern: "^[a-z]+$" }, { pattern: "[" }, { pattern: "(?=x)" }, { autogeneratePattern: "[a-z]{5}" }, { autogeneratePattern: "[" },
    { autogeneratePattern: "[a-z]{5}", min: 10 }, { autogeneratePattern: "[A-Z]{5}", pattern: "^[a-z]+$" },
    { autogeneratePattern: "[a-z]{20}", max: 10 }, { required: true, hidden: true, presentable: true, help: "Help." },
    { primaryKey: true }, { system: true }, { min: null, max: null }, { required: "yes" }],
  number: [{ min: 1, max: 5 }, { min: 5, max: 1 }, { min: 1.5, onlyInt: true }, { max: 2.5, onlyInt: true }, { min: 0, max: 0 },
    { min: null, max: null }, { onlyInt: true, required: true }, { min: "3" }, { min: -5, max: -1 }],
  bool: [{ required: true }, {}, { required: null }],
  email: [{ exceptDomains: ["a.com"] }, { onlyDomains: ["a.com", "b.com"] }, { exceptDomains: ["a.com"], onlyDomains: ["b.com"] },
    { onlyDomains: ["not a domain"] }, { exceptDomains: "x" }, { exceptDomains: [""] }, { onlyDomains: null }],
  url: [{ exceptDomains: ["a.com"] }, { onlyDomains: ["a.com"] }, { exceptDomains: ["a.com"], onlyDomains: ["b.com"] }, { onlyDomains: ["*"] }],
  editor: [{ maxSize: 100, convertURLs: true }, { maxSize: -1 }, { maxSize: 9007199254740992 }, { convertURLs: "x" }],
  date: [{ min: "2020-01-01", max: "2021-01-01 00:00:00.000Z" }, { min: "2021-01-01", max: "2020-01-01" }, { min: "nonsense" }, { min: 5 }],
  autodate: [{ onCreate: true }, { onUpdate: true }, { onCreate: true, onUpdate: true }, {}, { onCreate: false, onUpdate: false }],
  select: [{ values: ["a", "b"] }, { values: [] }, {}, { values: ["a", "b"], maxSelect: 2 }, { values: ["a"], maxSelect: 5 },
    { values: ["a", "a"], maxSelect: 2 }, { values: [""] }, { values: ["a"], maxSelect: -1 }, { values: [1, 2] }, { values: "a" },
    { values: ["a", "b", "c"], maxSelect: 3, required: true }, { values: ["with space", "comma,", "ünï"] }],
  json: [{ maxSize: 50 }, { maxSize: -1 }, { maxSize: 9007199254740992 }, { required: true }],
  relation: [{ collectionId: "_pb_users_auth_" }, {}, { collectionId: "" }, { collectionId: "nothing" }, { collectionId: "users" },
    { collectionId: "_pb_users_auth_", minSelect: 3, maxSelect: 2 }, { collectionId: "_pb_users_auth_", maxSelect: 5, minSelect: 1, cascadeDelete: true },
    { collectionId: "_pb_users_auth_", minSelect: -1 }, { collectionId: "_pb_users_auth_", maxSelect: -1 }, { collectionId: "_pb_users_auth_", minSelect: 2 }],
  file: [{}, { maxSelect: 3, maxSize: 1000, mimeTypes: ["image/png"], thumbs: ["100x100", "0x50"], protected: true }, { thumbs: ["0x0"] },
    { thumbs: ["x"] }, { maxSize: -1 }, { maxSelect: -1 }, { mimeTypes: ["a", "a"] }, { mimeTypes: [""] }],
  geoPoint: [{}, { required: true }],
  password: [{}, { min: 5, max: 20 }, { min: 20, max: 5 }, { max: 72 }, { min: 72 }, { cost: 3 }, { cost: 32 }, { cost: 10 }, { pattern: "[" }, { pattern: "^\\d+$" }],
};

const ID_FIELDS = [
  { name: "id", type: "number" },
  { name: "id", type: "text" },
  { name: "id", type: "text", primaryKey: false },
  { name: "id", type: "text", primaryKey: true, required: false },
  { name: "id", type: "text", primaryKey: true, hidden: true },
  { name: "id", type: "text", primaryKey: true, pattern: "" },
  { name: "id", type: "text", primaryKey: true, required: true, system: true, pattern: "^[a-z]+$", min: 2, max: 4, autogeneratePattern: "" },
  { name: "id", type: "text", primaryKey: true, required: true, system: true, pattern: "^[a-z]+$", min: 2, max: 40, autogeneratePattern: "[a-z]{15}" },
];

function* tables() {
  for (const [type, options] of Object.entries(OPTIONS)) {
    for (const [at, option] of options.entries()) {
      const name = `o_${type}_${at}`.toLowerCase();
      yield ["su", "POST /api/collections", { name, fields: [{ name: "value", type, ...option }] }];
      yield ["su", `PATCH ${name}`, { fields: [{ name: "id", type: "text", primaryKey: true, required: true, system: true, pattern: "^[a-z0-9]+$", min: 15, max: 15, autogeneratePattern: "[a-z0-9]{15}" }, { name: "value", type }] }];
      yield ["su", `DELETE ${name}`];
    }
  }
  for (const [at, field] of ID_FIELDS.entries()) {
    yield ["su", "POST /api/collections", { name: `o_id_${at}`, fields: [field] }];
    yield ["su", `POST o_id_${at}/records`, {}];
    yield ["su", `POST o_id_${at}/records`, { id: "abc" }];
    yield ["su", `DELETE o_id_${at}`];
  }
}

/** Every field type with good and bad options, at creation and in an edit. */
export async function fieldOptions(t) {
  for (const row of tables()) await t.send(row);
}

// 42,049 zip codes imported from CSV: texts that look like numbers stay texts, coordinates become numbers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { imported, served, tableOf } from "./support.mjs";

const skip = process.env.SELF ? "only Luge imports files" : false;
const zipcodes = tableOf("zipcodes.csv");
let server;

before(async () => {
  if (skip) return;
  const { dir } = await imported("zipcodes.csv", "zipcodes");
  server = await served(dir, "zipcodes");
});
after(() => server?.stop());

test("the columns become texts and numbers", { skip }, async () => {
  const { fields } = await server.schema();
  const types = Object.fromEntries(fields.map((field) => [field.name, field.type]));
  assert.deepEqual([types.zip_code, types.latitude, types.longitude, types.city], ["text", "number", "number", "text"]);
});

test("every row is counted, and a leading zero is kept", { skip }, async () => {
  assert.equal((await server.list({ perPage: 1 })).totalItems, zipcodes.length);
  const { items } = await server.list({ filter: "zip_code = '00501'" });
  assert.deepEqual([items.length, items[0].city, items[0].latitude], [1, "Holtsville", 40.922326]);
});

const COUNTS = [
  ["state = 'NY'", (row) => row.state === "NY"],
  ["state = 'NY' && county = 'Suffolk'", (row) => row.state === "NY" && row.county === "Suffolk"],
  ["latitude > 60", (row) => Number(row.latitude) > 60],
  ["latitude > 40 && latitude < 41 && longitude < -100", (row) => Number(row.latitude) > 40 && Number(row.latitude) < 41 && Number(row.longitude) < -100],
  ["city ~ 'spring'", (row) => row.city.toLowerCase().includes("spring")],
  ["zip_code ~ '90%'", (row) => row.zip_code.startsWith("90")],
  ["zip_code < '00700'", (row) => row.zip_code < "00700"],
];
for (const [filter, keep] of COUNTS) {
  test(`count where ${filter}`, { skip }, async () => {
    assert.equal(await server.count(filter), zipcodes.filter(keep).length);
  });
}

test("within 20 km of a point", { skip }, async () => {
  const filter = "geoDistance(longitude, latitude, -73.9857, 40.7484) < 20";
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const kilometres = (row) => {
    const [a, b, c] = [radians(40.7484), radians(Number(row.latitude)), radians(Number(row.longitude) + 73.9857)];
    return 6371 * Math.acos(Math.min(1, Math.cos(a) * Math.cos(b) * Math.cos(c) + Math.sin(a) * Math.sin(b)));
  };
  assert.equal(await server.count(filter), zipcodes.filter((row) => kilometres(row) < 20).length);
});

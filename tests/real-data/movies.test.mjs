// 3,201 movies imported from JSON; every expected value is computed here from the file itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { imported, rowsOf, served, servedByPocketbase } from "./support.mjs";

const NUMBERS = ["US_Gross", "Worldwide_Gross", "US_DVD_Sales", "Production_Budget", "Running_Time_min", "Rotten_Tomatoes_Rating", "IMDB_Rating", "IMDB_Votes"];
const movies = rowsOf("movies.json").map(expected);
let server;

// What is not there becomes the zero of its type: a stored record has no nulls outside of json fields.
function expected(row) {
  const record = {};
  for (const [name, value] of Object.entries(row)) {
    const field = name.replaceAll(" ", "_");
    if (NUMBERS.includes(field)) record[field] = value ?? 0;
    else if (field === "Release_Date") record[field] = `${new Date(`${value} UTC`).toISOString().replace("T", " ")}`;
    else record[field] = value === null ? "" : String(value);
  }
  return record;
}

before(async () => {
  if (process.env.SELF) {
    const type = (name) => (NUMBERS.includes(name) ? "number" : name === "Release_Date" ? "date" : "text");
    server = await servedByPocketbase("movies", Object.keys(movies[0]).map((name) => ({ name, type: type(name) })), movies);
    return;
  }
  const { dir, stdout } = await imported("movies.json", "movies");
  assert.match(stdout, /3,?201/);
  server = await served(dir, "movies");
});
after(() => server?.stop());

const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);
const contains = (text, part) => text.toLowerCase().includes(part.toLowerCase());
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test("each column becomes a field of its type", async () => {
  const { fields } = await server.schema();
  const types = Object.fromEntries(fields.map((field) => [field.name, field.type]));
  for (const name of NUMBERS) assert.equal(types[name], "number", name);
  for (const name of ["Title", "MPAA_Rating", "Director", "Source"]) assert.equal(types[name], "text", name);
  assert.equal(types.Release_Date, "date");
});

test("every row is there with every value", async () => {
  const key = (row) => JSON.stringify(Object.keys(movies[0]).map((name) => row[name]));
  const found = (await server.all({})).map(key).sort();
  assert.deepEqual(found, movies.map(key).sort());
});

const COUNTS = [
  ["IMDB_Rating > 8", (row) => row.IMDB_Rating > 8],
  ["IMDB_Rating >= 8.1", (row) => row.IMDB_Rating >= 8.1],
  ["IMDB_Rating = 0", (row) => row.IMDB_Rating === 0],
  ["Director = 'Steven Spielberg'", (row) => row.Director === "Steven Spielberg"],
  ["Director = ''", (row) => row.Director === ""],
  ["Director = null", (row) => row.Director === ""],
  ["Director != '' && MPAA_Rating = 'PG-13'", (row) => row.Director !== "" && row.MPAA_Rating === "PG-13"],
  ["Title ~ 'star'", (row) => contains(row.Title, "star")],
  ["Title !~ 'the'", (row) => !contains(row.Title, "the")],
  ["Title ~ 'The %'", (row) => row.Title.toLowerCase().startsWith("the ")],
  ["Title = '1776'", (row) => row.Title === "1776"],
  ["Title = ''", (row) => row.Title === ""],
  ["Release_Date >= '2000-01-01' && Release_Date < '2001-01-01'", (row) => row.Release_Date >= "2000" && row.Release_Date < "2001"],
  ["strftime('%m', Release_Date) = '12'", (row) => row.Release_Date.slice(5, 7) === "12"],
  ["US_Gross > Production_Budget", (row) => row.US_Gross > row.Production_Budget],
  ["(Major_Genre = 'Drama' || Major_Genre = 'Comedy') && Running_Time_min > 120", (row) => ["Drama", "Comedy"].includes(row.Major_Genre) && row.Running_Time_min > 120],
  ["Source:lower = 'based on book/short story'", (row) => row.Source.toLowerCase() === "based on book/short story"],
];
for (const [filter, keep] of COUNTS) {
  test(`count where ${filter}`, async () => {
    const wanted = movies.filter(keep).length;
    assert.ok(wanted > 0, "a question without an answer proves nothing");
    assert.equal(await server.count(filter), wanted);
  });
}

for (const field of NUMBERS) {
  test(`the sum of ${field} over all pages`, async () => {
    const found = await server.all({ fields: `id,${field}`, perPage: 500 });
    assert.ok(Math.abs(sum(found, field) - sum(movies, field)) < 1e-6);
  });
}

test("the least and the most of each number", async () => {
  for (const field of NUMBERS) {
    const values = movies.map((row) => row[field]);
    const [most, least] = await Promise.all([`-${field}`, field].map((sort) => server.list({ sort, perPage: 1 })));
    assert.equal(most.items[0][field], Math.max(...values), field);
    assert.equal(least.items[0][field], Math.min(...values), field);
  }
});

test("sorted by text, as bytes", async () => {
  const found = (await server.all({ sort: "Title,id", fields: "Title" })).map((row) => row.Title);
  assert.deepEqual(found, movies.map((row) => row.Title).sort(byBytes));
});

test("sorted by two keys, one of them descending", async () => {
  const { items } = await server.list({ sort: "-IMDB_Rating,Title,id", perPage: 100, fields: "Title,IMDB_Rating" });
  const wanted = [...movies].sort((a, b) => b.IMDB_Rating - a.IMDB_Rating || byBytes(a.Title, b.Title)).slice(0, 100);
  assert.deepEqual(items, wanted.map(({ Title, IMDB_Rating }) => ({ IMDB_Rating, Title })));
});

test("totals and pages fit the number of rows", async () => {
  const page = await server.list({ perPage: 100, page: 33, sort: "Release_Date,id" });
  assert.deepEqual([page.totalItems, page.totalPages, page.items.length], [3201, 33, 1]);
});

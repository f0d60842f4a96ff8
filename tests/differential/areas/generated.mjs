// Random collections, records, questions and changes from the run's seed.

import { makeExpand, makeFilter, makeSort } from "../generated/ask.mjs";
import { makeCollections, makePatch, makeRecord, recordId } from "../generated/schema.mjs";

const RECORDS = 24;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const QUESTIONS = 500;
const CHANGES = 120;

/** `ROUNDS` worlds, each made, asked, changed, asked again and removed. */
export async function generated(t, r) {
  for (let round = 0; round < ROUNDS; round += 1) {
    const collections = makeCollections(r, 4);
    for (const collection of collections) await t.send(["su", "POST /api/collections", collection]);
    for (const collection of collections) await fill(t, r, collection);
    for (let at = 0; at < QUESTIONS / 2; at += 1) await question(t, r, collections);
    for (let at = 0; at < CHANGES; at += 1) await change(t, r, collections);
    for (let at = 0; at < QUESTIONS / 2; at += 1) await question(t, r, collections);
    for (const collection of collections) await t.send(["su", `GET ${collection.name}/records`, null, { query: { sort: "id", perPage: 100 } }]);
    for (const collection of collections.reverse()) await t.send(["su", `DELETE ${collection.name}`]);
  }
}

async function fill(t, r, collection) {
  for (let at = 0; at < RECORDS; at += 1) await t.send(["su", `POST ${collection.name}/records`, makeRecord(r, collection, at)]);
}

async function question(t, r, collections) {
  const collection = r.pick(collections);
  const query = { sort: makeSort(r, collections, collection), perPage: r.pick([3, 10, 100]), fields: "id" };
  if (r.chance(0.85)) query.filter = makeFilter(r, collections, collection);
  if (r.chance(0.2)) Object.assign(query, { page: r.int(4), skipTotal: r.chance(0.5) });
  if (r.chance(0.15)) Object.assign(query, { expand: makeExpand(r, collections, collection), fields: "*" });
  await t.send(["su", `GET ${collection.name}/records`, null, { query }]);
}

async function change(t, r, collections) {
  const collection = r.pick(collections);
  const id = recordId(collection.id, r.int(RECORDS + 1));
  if (r.chance(0.1)) await t.send(["guest", `DELETE ${collection.name}/records/${id}`]);
  else await t.send(["guest", `PATCH ${collection.name}/records/${id}`, makePatch(r, collection)]);
  if (r.chance(0.1)) await t.send(["guest", `GET ${collection.name}/records/${id}`]);
}

// 200,000 flights: a large import, and a data directory that checks clean afterwards. Runs with FULL=1 or CI=true.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { imported, rowsOf, served } from "./support.mjs";
import { command, lugeBinary } from "../support/servers.mjs";

const asked = (process.env.FULL || process.env.CI) && !process.env.SELF;
const skip = asked ? false : "set FULL=1 to run it";
let server;
let checked = "";

before(async () => {
  if (skip) return;
  const { dir } = await imported("flights-200k.json", "flights");
  checked = (await command(lugeBinary(), ["check", "--dir", dir])).stdout;
  server = await served(dir, "flights");
});
after(() => server?.stop());

test("the check finds nothing wrong", { skip }, () => {
  assert.match(checked, /ok/);
  assert.doesNotMatch(checked, /WRONG/);
});

test("every flight is counted", { skip }, async () => {
  assert.equal((await server.list({ perPage: 1 })).totalItems, 200_000);
});

test("counts and extremes fit the file", { skip }, async () => {
  const flights = rowsOf("flights-200k.json");
  assert.equal(await server.count("delay > 60"), flights.filter((flight) => flight.delay > 60).length);
  assert.equal(await server.count("distance = 1452 && time < 12"), flights.filter((flight) => flight.distance === 1452 && flight.time < 12).length);
  const { items } = await server.list({ sort: "-distance", perPage: 1, skipTotal: 1 });
  assert.equal(items[0].distance, flights.reduce((most, flight) => Math.max(most, flight.distance), 0));
});

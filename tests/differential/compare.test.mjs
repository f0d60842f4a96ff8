// The comparison itself: what it lets pass as generated, and that it sees everything else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Twins, differences } from "./compare.mjs";

const paths = (left, right, twins = new Twins()) => differences(left, right, twins).map((found) => found.path);
const token = (claims) => `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
const now = (ago = 0) => new Date(Date.now() - ago).toISOString().replace("T", " ");

const CASES = [
  ["the same", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ["another value", { a: 1, b: "x" }, { a: 2, b: "y" }, ["a", "b"]],
  ["another type", { a: 1, b: null, c: [] }, { a: "1", b: "", c: {} }, ["a", "b", "c"]],
  ["a key too many", { a: 1 }, { a: 1, b: null }, ["b"]],
  ["another length", { a: [1] }, { a: [1, 2] }, ["a.length"]],
  ["another order", ["x", "y"], ["y", "x"], [".0", ".1"]],
  ["the last bit of a number", { a: 0.1 + 0.2 }, { a: 0.3 }, []],
  ["generated ids", { id: "aaaaaaaaaaaaaa1", to: "aaaaaaaaaaaaaa1" }, { id: "bbbbbbbbbbbbbb1", to: "bbbbbbbbbbbbbb1" }, []],
  ["a reference to another record", ["aaaaaaaaaaaaaa1", "aaaaaaaaaaaaaa2", "aaaaaaaaaaaaaa1"], ["bbbbbbbbbbbbbb1", "bbbbbbbbbbbbbb2", "bbbbbbbbbbbbbb2"], [".2"]],
  ["two ids that are one", ["aaaaaaaaaaaaaa1", "aaaaaaaaaaaaaa1"], ["bbbbbbbbbbbbbb1", "bbbbbbbbbbbbbb2"], [".1"]],
  ["an id within a sentence", "No record aaaaaaaaaaaaaa1.", "No record bbbbbbbbbbbbbb1.", []],
  ["another sentence around it", "No record aaaaaaaaaaaaaa1.", "Not a record bbbbbbbbbbbbbb1.", [""]],
  ["two moments just now", { at: now(3000) }, { at: now() }, []],
  ["now and long ago", { at: now() }, { at: "2001-01-01 00:00:00.000Z" }, ["at"]],
  ["two moments long ago", { at: "2001-01-01 00:00:00.000Z" }, { at: "2001-01-01 00:00:01.000Z" }, ["at"]],
  ["two tokens for the same", { t: token({ id: "x", exp: 1000 }) }, { t: token({ id: "x", exp: 1001 }) }, []],
  ["a token that lasts longer", { t: token({ id: "x", exp: 1000 }) }, { t: token({ id: "x", exp: 5000 }) }, ["t"]],
  ["a token for another purpose", { t: token({ type: "auth", exp: 1 }) }, { t: token({ type: "file", exp: 1 }) }, ["t"]],
];
for (const [name, left, right, expected] of CASES) {
  test(name, () => assert.deepEqual(paths(left, right), expected));
}

test("an id that was chosen in a request is never taken for another", () => {
  const twins = new Twins();
  twins.chosen('{"id":"aaaaaaaaaaaaaa1","to":"aaaaaaaaaaaaaa2"}');
  assert.deepEqual(paths(["aaaaaaaaaaaaaa1"], ["aaaaaaaaaaaaaa2"], twins), [".0"]);
  assert.deepEqual(paths(["aaaaaaaaaaaaaa1"], ["bbbbbbbbbbbbbb1"], twins), [".0"]);
});

// Random questions about the generated collections: filters, sorts, pages, expand.

import { LITERALS } from "./schema.mjs";

const OPERATORS = ["=", "!=", ">", ">=", "<", "<=", "~", "!~"];
const JSON_PATHS = ["a", "b.c", "b.c.0", "0", "1", "b"];

/** A path to a value: a field, a part of it, or one reached over relations. */
export function makePath(r, collections, collection, depth = 0) {
  const back = collections.flatMap((other) => other.fields.filter((field) => field.collectionId === collection.id).map((field) => [other, field]));
  if (depth < 3 && back.length > 0 && r.chance(0.2)) {
    const [other, field] = r.pick(back);
    return `${other.name}_via_${field.name}.${makePath(r, collections, other, depth + 1)}`;
  }
  const field = r.pick([{ name: "id", type: "id" }, ...collection.fields]);
  if (field.type === "relation" && depth < 3 && r.chance(0.7)) {
    const target = collections.find((other) => other.id === field.collectionId);
    return `${field.name}.${makePath(r, collections, target, depth + 1)}`;
  }
  return field.name + makePart(r, field);
}

function makePart(r, field) {
  if (field.type === "json" && r.chance(0.6)) return `.${r.pick(JSON_PATHS)}`;
  if (field.type === "geoPoint" && r.chance(0.7)) return r.pick([".lon", ".lat"]);
  if (field.maxSelect > 1 && r.chance(0.5)) return r.pick([":each", ":length"]);
  if (field.type === "text" && r.chance(0.15)) return ":lower";
  return "";
}

function makeOperand(r, collections, collection) {
  if (r.chance(0.12)) return makePath(r, collections, collection);
  return r.pick(LITERALS);
}

function makeCall(r, collection) {
  const point = collection.fields.find((field) => field.type === "geoPoint");
  if (point && r.chance(0.5)) return `geoDistance(${point.name}.lon, ${point.name}.lat, 13.4, 52.5) ${r.pick(["<", ">", "="])} ${r.pick([0, 500, 7000])}`;
  const date = collection.fields.find((field) => field.type === "date");
  return `strftime('${r.pick(["%Y", "%m", "%d", "%H:%M", "%s"])}', ${date?.name ?? "'2024-02-03'"}) ${r.pick(OPERATORS)} ${r.pick(["'2024'", "'02'", "''", "'1'"])}`;
}

function makeTerm(r, collections, collection) {
  if (r.chance(0.06)) return makeCall(r, collection);
  const left = makePath(r, collections, collection);
  return `${left} ${r.chance(0.35) ? "?" : ""}${r.pick(OPERATORS)} ${makeOperand(r, collections, collection)}`;
}

/** A filter of one to four terms, with groups. */
export function makeFilter(r, collections, collection) {
  const terms = Array.from({ length: 1 + r.int(r.chance(0.5) ? 1 : 4) }, () => makeTerm(r, collections, collection));
  return terms.reduce((text, term) => (r.chance(0.3) ? `(${text}) ${r.pick(["&&", "||"])} ${term}` : `${text} ${r.pick(["&&", "||"])} ${term}`));
}

/** A sort that ends in the id, so that equal values do not leave the order open. */
export function makeSort(r, collections, collection) {
  const single = collection.fields.filter((field) => !(field.maxSelect > 1));
  const keys = r.some(single, 2).map((field) => `${r.pick(["", "-"])}${field.name}${field.type === "text" && r.chance(0.2) ? ":lower" : ""}`);
  return [...keys, r.pick(["id", "-id"])].join(",");
}

/** Relations and back-relations to fill in. */
export function makeExpand(r, collections, collection) {
  const forward = collection.fields.filter((field) => field.type === "relation").map((field) => field.name);
  return r.some([...forward, ...forward.map((name) => `${name}.up`), "up.ups", "nothing"], 3).join(",");
}

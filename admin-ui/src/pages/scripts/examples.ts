// Scripts to begin with: each shows one thing that scripts are good for, and runs as it stands.

export interface Example {
  file: string;
  title: string;
  /** What one can do after saving it. */
  note: string;
  text: string;
}

export const EXAMPLES: Example[] = [
  {
    file: 'hello.rhai',
    title: 'An endpoint of your own',
    note: 'Answers GET /api/hello/NAME with JSON.',
    text: `// Try it: GET /api/hello/Ada
route("GET", "/api/hello/{name}", #{ rate: "60/min" }, |req| {
    log::info(\`hello to \${req.params.name}\`);
    reply(200, #{ hello: req.params.name, at: time::now() })
});
`,
  },
  {
    file: 'accounts.rhai',
    title: 'Check and change what is written',
    note: 'Tidies new users before they are stored, and reacts once they are.',
    text: `// Before: in the transaction. The record can be changed, or refused.
on_create("users", |e| {
    let name = e.record.name ?? "";
    name.trim();
    if name.len > 60 {
        fail(400, "This name is too long", #{ name: "At most 60 letters" });
    }
    e.record.name = name;
});

// After: at least once for each record that is on disk, also after a crash.
after_create("users", #{ retries: 8 }, |e| {
    log::info(\`welcome \${e.record.name}\`);
    jobs::push("welcome", #{ user: e.record.id }, #{ delay: "10s", unique: e.record.id });
});

// Jobs wait on disk until they are done.
job("welcome", #{ retries: 5 }, |args| {
    let user = records::get("users", args.user);
    if user == () { return; }
    mail::send(#{ to: user.email, subject: "Welcome", text: \`Hello \${user.name}!\` });
});
`,
  },
  {
    file: 'nightly.rhai',
    title: 'Something every night',
    note: 'Counts users at four in the morning; it can be run at once on the page Jobs.',
    text: `cron("count users", "0 4 * * *", #{ tz: "Europe/Berlin" }, || {
    let before = store::get("users") ?? 0;
    let now = records::count("users");
    store::set("users", now);
    log::info(\`\${now} users, \${now - before} more than the last time\`);
});
`,
  },
];

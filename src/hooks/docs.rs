//! The functions that scripts can call, in words: for editors and for the documentation, which a test compares with the engine.

use super::events::{EVENTS, Phase};
use serde_json::{Value as Json, json};
use std::fmt::Write;

/// A function: its module (empty for those without one), how it is called, what it does.
type Row = (&'static str, &'static str, &'static str);

/// All of them.
pub const FUNCTIONS: &[Row] = &[
    (
        "",
        "fail(status, message?, fields?)",
        "Ends the handler and refuses what it is about, with this status; fields is a map of problems.",
    ),
    ("", "reply(status, value?, headers?)", "The answer of a route, as JSON."),
    ("", "html(text)", "An answer of HTML."),
    ("", "text(text)", "An answer of plain text."),
    ("", "redirect(to, status?)", "An answer that leads elsewhere; 302 unless another status is given."),
    ("", "file(name)", "An answer that is a file of the folder public/ beside the scripts."),
    ("records", "get(collection, id)", "The record, or () when there is none."),
    (
        "records",
        "find(collection, filter, options?)",
        "Records; options: sort, limit (100, at most 1000), page, by; every other key is the value of a {:placeholder}.",
    ),
    ("records", "first(collection, filter, options?)", "The first such record, or ()."),
    ("records", "count(collection, filter?, options?)", "How many there are."),
    ("records", "create(collection, values, options?)", "A new record; in a before-handler it follows the transaction. options: by."),
    ("records", "update(collection, id, values, options?)", "Changes a record; values may have modifiers such as \"count+\"."),
    ("records", "delete(collection, id, options?)", "Deletes a record with its cascades."),
    (
        "db",
        "tx(|tx| …)",
        "All writes of tx.create, tx.update, tx.delete, tx.inc, or none. A record read with tx.get must not change meanwhile: else the function runs again.",
    ),
    (
        "http",
        "get(url, options?)",
        "Calls another server; options: headers, json, form, body, timeout (10s), max (bytes). Answers status, ok, headers, body, json.",
    ),
    ("http", "post(url, options?)", "The same with POST."),
    ("http", "put(url, options?)", "The same with PUT."),
    ("http", "patch(url, options?)", "The same with PATCH."),
    ("http", "delete(url, options?)", "The same with DELETE."),
    ("http", "head(url, options?)", "The same with HEAD."),
    ("http", "send(method, url, options)", "The same with any method."),
    (
        "mail",
        "send(mail)",
        "Puts a mail into the outbox: to, cc, bcc, subject, html or text, or template (a file of templates/) with data.",
    ),
    ("realtime", "publish(channel, data)", "Sends a message to everyone on a channel; says whether there is a hub that took it."),
    ("jobs", "push(name, args, options?)", "Work for later; options: delay, unique. Answers its id."),
    ("store", "get(key)", "A small value of these scripts, or ()."),
    ("store", "set(key, value)", "Keeps a value of at most 64 KB."),
    ("store", "remove(key)", "Forgets it."),
    ("seq", "next(name)", "The next number of a sequence, without gaps: 1, 2, 3."),
    ("crypto", "hash(algorithm, text)", "sha256 or sha512, in hexadecimal digits."),
    ("crypto", "hmac(algorithm, key, text)", "A signature with sha256 or sha512, in hexadecimal digits; the key is a text or bytes."),
    ("crypto", "hmac_base64(algorithm, key, text)", "The same in base64."),
    ("crypto", "equal(a, b)", "Whether two texts are the same, in a time that does not tell where they differ."),
    ("crypto", "random(length)", "A random text of letters and digits."),
    ("crypto", "base64_encode(text)", "Base64 of a text."),
    ("crypto", "base64_decode(text)", "The text of base64."),
    ("crypto", "base64_bytes(text)", "The bytes of base64, such as a key for hmac."),
    ("crypto", "jwt_sign(claims, key, seconds)", "A token (HS256) that ends after so many seconds."),
    ("crypto", "jwt_verify(token, key)", "What a token says, or () when it was not signed with the key or has ended."),
    ("time", "now()", "Now, as date fields hold it."),
    ("time", "millis()", "Now, in milliseconds since 1970."),
    ("time", "parse(text)", "A moment in milliseconds since 1970."),
    ("time", "format(millis)", "A moment as date fields hold it."),
    ("time", "add(text, span)", "A moment later by a span such as \"90s\", \"2h\", \"7d\"."),
    ("time", "sleep(span)", "Waits."),
    ("json", "parse(text)", "The value of a JSON text."),
    ("json", "text(value)", "The JSON of a value, with sorted keys."),
    ("csv", "parse(text)", "Rows as maps; the first line names the columns."),
    ("csv", "text(rows)", "The CSV of maps; the keys of the first are the columns."),
    ("template", "render(text, data)", "Fills a template (Jinja); what is put in is escaped for HTML."),
    ("template", "text(text, data)", "The same for plain text: nothing is escaped."),
    ("template", "file(name, data)", "Fills a file of templates/."),
    ("log", "info(message)", "A line in the log of scripts; rhai's own `print(value)` and `debug(value)` write there too."),
    ("log", "warn(message)", "The same."),
    ("log", "error(message)", "The same."),
    ("env", "get(name)", "An environment variable, by permission, or ()."),
    ("secrets", "get(name)", "A secret, by permission, or (): stored for the plugin, or LUGE_SECRET_NAME of the environment."),
    ("settings", "get(key)", "A setting of the plugin, or ()."),
];

/// What registers handlers besides the events.
pub const REGISTERING: &[(&str, &str)] = &[
    (
        "route(method, path, options?, |req| …)",
        "An endpoint; {name} in the path is req.params.name. options: auth, rate (\"10/min\"), body (\"64kb\"), raw.",
    ),
    ("cron(name, expression, options?, || …)", "A schedule; options: tz, such as Europe/Berlin."),
    ("job(name, options?, |args| …)", "What jobs::push calls; options: retries (5)."),
    ("test(name, || …)", "A test, in a file of cases/, for luge hooks test."),
];

const KEYWORDS: &[&str] = &[
    "let", "const", "if", "else", "switch", "while", "loop", "for", "in", "do", "until", "break", "continue", "return", "throw", "try",
    "catch", "fn", "private", "true", "false",
];

/// How an event is registered.
fn registered(event: &super::events::Event) -> String {
    let of = if event.of_collection { "collection, " } else { "" };
    let options = if event.phase == Phase::After { "options?, " } else { "" };
    format!("{}({of}{options}|e| …)", event.name)
}

/// What an editor can complete.
pub fn completions() -> Json {
    let name = |signature: &str| signature.split('(').next().unwrap_or_default().to_owned();
    let functions = FUNCTIONS.iter().map(|(module, signature, text)| {
        let full = if module.is_empty() { (*signature).to_owned() } else { format!("{module}::{signature}") };
        json!({"module": module, "name": name(signature), "signature": full, "text": text})
    });
    let events = EVENTS.iter().filter(|e| e.coming.is_none());
    let events = events
        .map(|e| json!({"name": e.name, "signature": registered(e), "text": format!("When {}. e has {}; may {}.", e.when, e.sees, e.may)}));
    let more = REGISTERING.iter().map(|(signature, text)| json!({"name": name(signature), "signature": signature, "text": text}));
    let of_event =
        ["record", "before", "auth", "superuser", "request", "collection", "event", "id", "time", "actor", "source", "records", "method"];
    json!({
        "events": events.chain(more).collect::<Vec<_>>(),
        "functions": functions.collect::<Vec<_>>(),
        "keywords": KEYWORDS,
        "event": of_event,
    })
}

/// The tables of `docs/hooks.md`.
pub fn tables() -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("a String takes every write");
    line("### Events\n".into());
    line("| event | when | `e` has | the handler may |".into());
    line("|---|---|---|---|".into());
    for e in EVENTS {
        let coming = e.coming.map_or(String::new(), |feature| format!(" *Comes with {feature}; until then registering it is refused.*"));
        line(format!("| `{}` | {}.{coming} | {} | {} |", registered(e).replace('|', "\\|"), e.when, e.sees, e.may));
    }
    line("\n### Functions\n".into());
    line("| function | what it does |".into());
    line("|---|---|".into());
    for (module, signature, text) in FUNCTIONS {
        let full = if module.is_empty() { (*signature).to_owned() } else { format!("{module}::{signature}") };
        line(format!("| `{}` | {} |", full.replace('|', "\\|"), text.replace('|', "\\|")));
    }
    line("\n### PocketBase's events\n".into());
    line("| PocketBase | Luge |".into());
    line("|---|---|".into());
    for (theirs, ours) in super::pocketbase::EVENTS {
        line(format!("| `{theirs}` | {ours} |"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::engine;
    use crate::hooks::limits::Limits;
    use std::collections::BTreeSet;

    #[test]
    fn every_function_of_the_engine_is_described() {
        let json = engine::build(&Limits::default()).gen_fn_metadata_to_json(false).expect("the engine knows its functions");
        let json: Json = serde_json::from_str(&json).expect("it is JSON");
        let known: BTreeSet<String> = json["modules"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(module, content)| {
                let functions = content["functions"].as_array().cloned().unwrap_or_default();
                functions.into_iter().map(move |f| format!("{module}::{}", f["name"].as_str().unwrap_or_default())).collect::<Vec<_>>()
            })
            .collect();
        let name = |s: &str| s.split('(').next().unwrap_or_default().to_owned();
        let told: BTreeSet<String> =
            FUNCTIONS.iter().filter(|f| !f.0.is_empty()).map(|(module, signature, _)| format!("{module}::{}", name(signature))).collect();
        assert_eq!(known, told);
    }

    #[test]
    fn pocketbases_events_are_all_there() {
        assert_eq!(crate::hooks::pocketbase::EVENTS.len(), 83);
    }
}

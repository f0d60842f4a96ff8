//! `mail::send(…)`: mail is put into the outbox, in the same transaction where there is one.

use super::{Part, store, text};
use crate::error::{Code, Error};
use crate::hooks::call;
use crate::hooks::event::E;
use crate::hooks::events::{On, row};
use crate::hooks::fault::{Thrown, refuse, throw};
use crate::hooks::{convert, kept};
use rhai::{Dynamic, Engine, Map};
use serde_json::{Value as Json, json};

/// The most receivers of a mail.
const RECEIVERS: usize = 100;

fn send(mail: &Map) -> Thrown<String> {
    let call = call::current()?;
    call.unit.source.permissions.allows_mail().map_err(|why| throw(Error::new(Code::Forbidden, why)))?;
    let mut mail = mail.clone();
    if let Some(name) = mail.remove("template") {
        let data = mail.remove("data").and_then(|d| d.try_cast::<Map>()).unwrap_or_default();
        mail.insert("html".into(), text::render_file(&name.to_string(), &data)?.into());
    }
    let e = E::new(row(On::Mail).name, [("mail", Dynamic::from_map(mail))]);
    for handler in call.host.loaded.load().of(On::Mail) {
        call::run(&call.of(handler), call::left(), || handler.call((e.clone(),))).map(drop)?;
    }
    let mail = checked(&convert::to_json(&e.value("mail")))?;
    let id = crate::id::record();
    let kept = json!({"mail": mail, "unit": call.unit.source.name, "created": call.now()?, "state": "waiting"});
    store::save(&call, kept::put(&call.view()?, kept::OUTBOX, &id, &kept).map_err(throw)?)?;
    Ok(id)
}

/// A mail has receivers, a subject and a text; lines in its head would be headers of their own.
fn checked(mail: &Json) -> Thrown<Json> {
    let texts = |key: &str| match &mail[key] {
        Json::String(one) => vec![one.clone()],
        Json::Array(all) => all.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let text = |key: &str| mail[key].as_str().unwrap_or_default().to_owned();
    let (to, cc, bcc) = (texts("to"), texts("cc"), texts("bcc"));
    let all: Vec<&String> = to.iter().chain(&cc).chain(&bcc).collect();
    if to.is_empty() || RECEIVERS < all.len() {
        return Err(refuse(format!("A mail has 1 to {RECEIVERS} receivers, the first in to:")));
    }
    let subject = text("subject");
    if all.iter().any(|a| !a.contains('@')) || all.into_iter().chain([&subject]).any(|t| t.contains(['\r', '\n'])) {
        return Err(refuse("Receivers are addresses such as a@b.com, and head lines have no line breaks"));
    }
    let (html, plain) = (text("html"), text("text"));
    if html.is_empty() && plain.is_empty() {
        return Err(refuse("A mail has html:, text: or template:"));
    }
    Ok(
        json!({"to": to, "cc": cc, "bcc": bcc, "subject": subject, "html": html, "text": plain, "from": mail["from"], "replyTo": mail["replyTo"]}),
    )
}

/// The module `mail`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("send", |mail: Map| send(&mail));
    m.publish(engine, "mail");
}

//! `json::…`, `csv::…` and `template::…`: between values and texts.

use super::Part;
use crate::error::Error;
use crate::hooks::call;
use crate::hooks::convert;
use crate::hooks::fault::{Thrown, refuse, throw};
use crate::value::json;
use minijinja::Environment;
use rhai::{Array, Dynamic, Engine, Map};
use serde_json::Value as Json;

/// How many steps a template may take.
const FUEL: u64 = 200_000;

fn parse(text: &str) -> Thrown<Dynamic> {
    let json: Json = json::parse(text.as_bytes()).map_err(|e| throw(Error::bad_request(format!("This is no JSON: {e}"))))?;
    Ok(convert::from_json(&json))
}

fn rows(text: &str) -> Thrown<Array> {
    let told = |e: csv::Error| throw(Error::bad_request(format!("This is no CSV: {e}")));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().map_err(told)?.clone();
    let call = call::current()?;
    let limits = &call.unit.source.limits;
    let (mut rows, mut cells) = (Array::new(), 0);
    for record in reader.records() {
        let record = record.map_err(told)?;
        // The engine measures what a function returns, which is too late for a text of millions of short lines.
        cells += head.len().min(record.len());
        if limits.map_keys < cells || limits.array_items <= rows.len() {
            let told = format!("A CSV may have at most {} rows and {} values here.", limits.array_items, limits.map_keys);
            return Err(throw(Error::bad_request(told)));
        }
        let map: Map = head.iter().zip(&record).map(|(k, v)| (k.into(), Dynamic::from(v.to_owned()))).collect();
        rows.push(Dynamic::from_map(map));
    }
    Ok(rows)
}

/// The columns are the keys of the first row.
fn table(rows: &Array) -> Thrown<String> {
    let rows: Vec<_> = rows.iter().map(convert::to_json).collect();
    let columns: Vec<String> = rows.first().and_then(Json::as_object).map(|o| o.keys().cloned().collect()).unwrap_or_default();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let told = |e: csv::Error| throw(Error::internal(e));
    writer.write_record(&columns).map_err(told)?;
    for row in &rows {
        let cells = columns.iter().map(|column| match &row[column] {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        });
        writer.write_record(cells).map_err(told)?;
    }
    let bytes = writer.into_inner().map_err(|e| throw(Error::internal(e)))?;
    String::from_utf8(bytes).map_err(|e| throw(Error::internal(e)))
}

/// Fills a template. What is put into HTML is escaped.
pub fn render(text: &str, data: &Map) -> Thrown<String> {
    fill(text, data, minijinja::AutoEscape::Html)
}

fn fill(text: &str, data: &Map, escape: minijinja::AutoEscape) -> Thrown<String> {
    let limit = call::current()?.unit.source.limits.string_bytes;
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(move |_| escape.clone());
    let data = minijinja::value::Serde(convert::object(data));
    let out = environment.render_str(text, data).map_err(|e| throw(Error::bad_request(format!("The template fails: {e}"))))?;
    if out.len() <= limit { Ok(out) } else { Err(refuse(format!("The text of the template has more than {limit} bytes"))) }
}

/// Fills a file of the folder `templates/`.
pub fn render_file(name: &str, data: &Map) -> Thrown<String> {
    let call = call::current()?;
    let files = &call.unit.source.files;
    let found = files.iter().find(|f| f.0.strip_prefix("templates/").is_some_and(|n| n == name || n.strip_suffix(".html") == Some(name)));
    match found {
        Some((_, text)) => render(text, data),
        None => Err(refuse(format!("There is no template {name:?} in the folder templates/"))),
    }
}

/// The modules `json`, `csv` and `template`.
pub fn register(engine: &mut Engine) {
    let mut m = Part::default();
    m.add("parse", parse);
    m.add("text", |value: Dynamic| json::canonical(&convert::to_json(&value)));
    m.publish(engine, "json");
    let mut m = Part::default();
    m.add("parse", rows);
    m.add("text", |rows: Array| table(&rows));
    m.publish(engine, "csv");
    let mut m = Part::default();
    m.add("render", |text: &str, data: Map| render(text, &data));
    m.add("text", |text: &str, data: Map| fill(text, &data, minijinja::AutoEscape::None));
    m.add("file", |name: &str, data: Map| render_file(name, &data));
    m.publish(engine, "template");
}

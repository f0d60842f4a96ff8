//! The properties that a unit's scripts name, made known to its engine one by one. An engine that finds no getter looks for all that it
//! could be, makes an error, and only then asks the indexer: for a small handler that was most of its time.

use super::event::E;
use super::record::Rec;
use super::shown::Shown;
use rhai::{Dynamic, Engine, ImmutableString};
use std::collections::BTreeSet;

/// The most properties that are made known; those that are not are found all the same.
const MOST: usize = 300;

/// Makes the properties known that stand in these texts. What they mean is the matter of the indexers.
pub fn register<'t>(engine: &mut Engine, texts: impl IntoIterator<Item = &'t str>) {
    let names: BTreeSet<&str> = texts.into_iter().flat_map(named).collect();
    for name in names.into_iter().take(MOST).map(ImmutableString::from) {
        let of = |name: &ImmutableString| name.clone();
        let own = of(&name);
        engine.register_get(name.as_str(), move |e: &mut E| e.get(&own));
        let own = of(&name);
        // A record is put back into its event after one of its fields was set.
        engine.register_set(name.as_str(), move |e: &mut E, record: Rec| e.set(&own, Dynamic::from(record)));
        let own = of(&name);
        engine.register_get(name.as_str(), move |record: &mut Rec| record.get(&own));
        let own = of(&name);
        engine.register_set(name.as_str(), move |record: &mut Rec, value: Dynamic| record.set(&own, &value));
        let own = of(&name);
        engine.register_set(name.as_str(), move |record: &mut Rec, value: i64| record.set(&own, &value.into()));
        let own = of(&name);
        engine.register_set(name.as_str(), move |record: &mut Rec, value: ImmutableString| record.set(&own, &value.into()));
        let own = of(&name);
        engine.register_get(name.as_str(), move |shown: &mut Shown| shown.get(&own));
    }
}

/// The words that follow a dot and are not called.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('.').skip(1).filter_map(|after| {
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, rest) = after.split_at(end);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        (is_name && !rest.trim_start().starts_with('(')).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_found_in_scripts() {
        let text = "on_create(\"a\", |e| { e.record.title = e.record.title.to_upper() + 1.5; e.auth?.email; e.list .len (); x._y+=1 })";
        assert_eq!(named(text).collect::<Vec<_>>(), ["record", "title", "record", "title", "auth", "email", "list", "_y"]);
    }
}

//! The format of the store, and how a store of an older one is brought up to date.

use super::{Batch, Store, keys};
use crate::error::{Error, Result};
use crate::log::Position;

/// The format that this program writes. One more for every change that an older program could not read, or an older store lacks.
pub const FORMAT: u64 = 1;

/// What one upgrade does to a store.
type Upgrade = fn(&dyn Store) -> Result<()>;

/// The steps from format to format: the row with `n` makes a store of format `n` into one of `n + 1`. A step may be done again
/// after a crash, so doing it twice must be harmless.
const STEPS: &[(u64, Upgrade)] = &[];

const NAME: &str = "format";
const APPLIED: &str = "applied";

/// Brings a store that was just opened to [`FORMAT`]. An empty one gets its number.
///
/// # Errors
/// When the store was written by a newer program.
pub fn prepare(store: &dyn Store) -> Result<()> {
    upgrade(store, FORMAT, STEPS)
}

/// The last position of the log that the store has applied; `None` for a new store.
pub fn applied(store: &dyn Store) -> Result<Option<Position>> {
    store.get(&applied_key())?.map(|value| read_position(&value)).transpose()
}

/// The position that [`set_applied`] wrote.
pub fn read_position(value: &[u8]) -> Result<Position> {
    let parts = value.split_first_chunk::<4>().and_then(|(epoch, seq)| Some((u32::from_be_bytes(*epoch), keys::read_number(seq)?)));
    match parts {
        Some((epoch, seq)) => Ok(Position { epoch, seq }),
        None => Err(Error::internal("the store does not know what it has applied: rebuild it from the log")),
    }
}

/// The key of what was applied.
pub fn applied_key() -> Vec<u8> {
    keys::meta(APPLIED)
}

/// Adds to a batch that with it everything up to `position` is applied.
pub fn set_applied(batch: &mut Batch, position: Position) {
    batch.put(keys::meta(APPLIED), [&position.epoch.to_be_bytes()[..], &position.seq.to_be_bytes()].concat());
}

/// Adds to a batch that nobody knows what is applied: [`applied`] fails until [`set_applied`]. For a store that is being filled.
pub fn set_unknown(batch: &mut Batch) {
    batch.put(keys::meta(APPLIED), Vec::new());
}

/// Whether this is the key of what was applied.
pub fn is_applied(key: &[u8]) -> bool {
    key == keys::meta(APPLIED)
}

/// The format that the store has; [`FORMAT`] when it has no number yet.
pub fn format(store: &dyn Store) -> Result<u64> {
    let Some(value) = store.get(&keys::meta(NAME))? else { return Ok(FORMAT) };
    keys::read_number(&value).ok_or_else(|| Error::internal("the store does not know its format: rebuild it from the log"))
}

fn upgrade(store: &dyn Store, newest: u64, steps: &[(u64, Upgrade)]) -> Result<()> {
    if store.get(&keys::meta(NAME))?.is_none() {
        return set_format(store, newest);
    }
    let found = format(store)?;
    if newest < found {
        return Err(Error::internal(format!(
            "the store has format {found}, and this program knows formats up to {newest}: start the newer program that wrote it"
        )));
    }
    for format in found..newest {
        let step = steps.iter().find(|s| s.0 == format).map(|s| s.1);
        let step =
            step.ok_or_else(|| Error::internal(format!("there is no upgrade from store format {format}: rebuild it from the log")))?;
        step(store)?;
        set_format(store, format + 1)?;
    }
    Ok(())
}

fn set_format(store: &dyn Store, format: u64) -> Result<()> {
    let mut batch = Batch::default();
    batch.put(keys::meta(NAME), keys::number_value(format));
    store.apply(batch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Memory;

    fn note(store: &dyn Store) -> Result<()> {
        let mut batch = Batch::default();
        batch.put(keys::meta("note"), vec![1]);
        store.apply(batch)
    }

    #[test]
    fn a_new_store_gets_the_format_and_an_old_one_its_steps() {
        let store = Memory::new();
        upgrade(&store, 1, &[]).expect("an empty store is prepared");
        assert!(upgrade(&store, 2, &[]).expect_err("no step").to_string().contains("format 1"));
        upgrade(&store, 2, &[(1, note)]).expect("the step is known");
        assert!(store.get(&keys::meta("note")).expect("memory reads").is_some());
        let refused = upgrade(&store, 1, &[]).expect_err("a newer store");
        assert!(refused.to_string().contains("format 2"), "{refused}");
    }

    #[test]
    fn applied_comes_back() {
        let store = Memory::new();
        assert_eq!(applied(&store), Ok(None));
        let mut batch = Batch::default();
        let position = Position { epoch: 7, seq: 1 << 40 };
        set_applied(&mut batch, position);
        store.apply(batch).expect("memory writes");
        assert_eq!(applied(&store), Ok(Some(position)));
    }
}

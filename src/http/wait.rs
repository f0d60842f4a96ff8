//! `Luge-Wait: epoch:seq`: a read waits until that position is visible.

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::log::Position;
use axum::http::{HeaderMap, HeaderName};
use std::time::Duration;

const WAIT: HeaderName = HeaderName::from_static("luge-wait");

/// How long a read waits before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits when the request asks for it.
pub async fn for_position(app: &App, headers: &HeaderMap) -> Result<()> {
    let Some(value) = headers.get(WAIT) else { return Ok(()) };
    let position = value.to_str().ok().and_then(parse);
    let position = position.ok_or_else(|| Error::bad_request("Luge-Wait must be a position as Luge-Position gives it, such as 1:42."))?;
    if app.db().wait_for(position, PATIENCE).await {
        return Ok(());
    }
    Err(Error::new(Code::Unavailable, "The position in Luge-Wait is not reached yet. Try again in a moment."))
}

fn parse(text: &str) -> Option<Position> {
    let (epoch, seq) = text.split_once(':')?;
    Some(Position { epoch: epoch.parse().ok()?, seq: seq.parse().ok()? })
}

//! The last requests in detail, for those who look at them while they come.

use super::area::Area;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::Notify;

/// How many are kept.
pub const KEPT: usize = 1000;

/// Longer paths are cut.
const LONGEST: usize = 2000;

/// A parameter whose name contains one of these is not kept.
const SECRETS: [&str; 4] = ["token", "password", "secret", "code"];

/// A request that was answered, as the edge knows it.
pub struct Request<'r> {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: &'r str,
    /// What stands after the `?`.
    pub query: Option<&'r str>,
    /// The status of the answer.
    pub status: u16,
    /// `collection/id` of who asked; `""` for a guest.
    pub actor: &'r str,
    /// Where it came from.
    pub address: IpAddr,
    /// The number in its id.
    pub id: u64,
    /// How many bytes the answer has, before it is compressed; 0 for one without an end.
    pub bytes: u64,
    /// The message of the error that was answered.
    pub error: Option<&'r str>,
}

/// The same, kept.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its number, from 1.
    pub number: u64,
    /// When it was answered, in milliseconds since 1970.
    pub at: i64,
    /// See [`Request::method`].
    pub method: &'static str,
    /// The path with its parameters, without secrets.
    pub path: String,
    /// See [`Request::status`].
    pub status: u16,
    /// How long it took.
    pub took: Duration,
    /// See [`Request::actor`].
    pub actor: String,
    /// See [`Request::address`].
    pub address: IpAddr,
    /// See [`Request::id`].
    pub id: u64,
    /// See [`Request::bytes`].
    pub bytes: u64,
    /// The area.
    pub area: Area,
    /// See [`Request::error`].
    pub error: Option<String>,
}

/// Some of the last requests.
#[derive(Debug, Default)]
pub struct Page {
    /// The oldest first.
    pub items: Vec<Seen>,
    /// The number of the last request there is.
    pub next: u64,
    /// How many came after the last look and are gone.
    pub missed: u64,
}

/// The last requests.
#[derive(Default)]
pub struct Recent {
    kept: Mutex<Kept>,
    news: Notify,
}

#[derive(Default)]
struct Kept {
    count: u64,
    seen: VecDeque<Seen>,
}

impl Recent {
    /// Keeps one; the oldest goes.
    pub fn push(&self, request: Request, area: Area, at: i64, took: Duration) {
        let mut seen = Seen {
            number: 0,
            at,
            method: request.method,
            path: shown(request.path, request.query),
            status: request.status,
            took,
            actor: request.actor.to_owned(),
            address: request.address,
            id: request.id,
            bytes: request.bytes,
            area,
            error: request.error.map(str::to_owned),
        };
        let mut kept = self.kept.lock();
        kept.count += 1;
        seen.number = kept.count;
        // Dropped after the lock.
        let _oldest = if KEPT <= kept.seen.len() { kept.seen.pop_front() } else { None };
        kept.seen.push_back(seen);
        drop(kept);
        self.news.notify_waiters();
    }

    /// Those after `since`, at most `limit`; without it the newest.
    pub fn page(&self, since: Option<u64>, limit: usize) -> Page {
        let kept = self.kept.lock();
        let oldest = kept.count - kept.seen.len() as u64;
        let from = match since {
            // A number of another run of the server is not one of this.
            Some(since) if since <= kept.count => since,
            Some(_) => oldest,
            None => kept.count.saturating_sub(limit as u64),
        };
        let skipped = from.saturating_sub(oldest) as usize;
        let items: Vec<Seen> = kept.seen.iter().skip(skipped).take(limit).cloned().collect();
        let next = items.last().map_or(kept.count, |last| last.number);
        Page { items, next, missed: if since.is_some() { oldest.saturating_sub(from) } else { 0 } }
    }

    /// The same, after waiting for at least one.
    pub async fn wait(&self, since: u64, limit: usize, patience: Duration) -> Page {
        let arrived = async {
            loop {
                let news = self.news.notified();
                tokio::pin!(news);
                // From here on no news is lost; so the look comes after it.
                news.as_mut().enable();
                let page = self.page(Some(since), limit);
                if !page.items.is_empty() {
                    return page;
                }
                news.await;
            }
        };
        tokio::time::timeout(patience, arrived).await.unwrap_or_else(|_| self.page(Some(since), limit))
    }
}

/// The path as others may see it.
fn shown(path: &str, query: Option<&str>) -> String {
    let Some(query) = query.filter(|q| !q.is_empty()) else { return cut(path, LONGEST).to_owned() };
    let mut out = String::with_capacity(path.len() + query.len() + 1);
    out.push_str(path);
    for (i, part) in query.split('&').enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        match part.split_once('=') {
            Some((name, _)) if is_secret(name) => {
                out.push_str(name);
                out.push_str("=***");
            }
            _ => out.push_str(part),
        }
    }
    out.truncate(cut(&out, LONGEST).len());
    out
}

fn is_secret(name: &str) -> bool {
    // An encoded letter could hide the name.
    name.contains('%')
        || SECRETS.iter().any(|secret| name.as_bytes().windows(secret.len()).any(|w| w.eq_ignore_ascii_case(secret.as_bytes())))
}

/// The beginning of a text, at most so many bytes and no half character.
pub fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(recent: &Recent, path: &str) {
        let address = IpAddr::from([127, 0, 0, 1]);
        let request = Request { method: "GET", path, query: None, status: 200, actor: "", address, id: 0, bytes: 0, error: None };
        recent.push(request, Area::Other, 0, Duration::ZERO);
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(shown("/a", Some("page=1&token=abc&x&newPassword=1&to%6ben=x")), "/a?page=1&token=***&x&newPassword=***&to%6ben=***");
        assert_eq!(shown(&"ä".repeat(3000), None).len(), LONGEST);
    }

    #[tokio::test]
    async fn a_look_goes_on_where_the_last_one_ended() {
        let recent = Recent::default();
        (0..KEPT + 5).for_each(|i| push(&recent, &i.to_string()));
        let newest = recent.page(None, 2);
        assert_eq!((newest.items[0].path.as_str(), newest.next, newest.missed), ("1003", 1005, 0));
        let all = recent.page(Some(2), 10);
        assert_eq!((all.items[0].number, all.next, all.missed), (6, 15, 3));
        assert_eq!(recent.page(Some(9999), 1).items[0].number, 6, "another run of the server");
        let none = recent.wait(1005, 10, Duration::from_millis(1)).await;
        assert_eq!((none.items.len(), none.next), (0, 1005));
        let (found, ()) = tokio::join!(recent.wait(1005, 10, Duration::from_secs(60)), async { push(&recent, "new") });
        assert_eq!(found.items[0].path, "new");
    }
}

//! How many connections there may be: each is an open file, and the log, the store and the scripts need some as well.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The files that are left for the server itself: a tenth of what the process may open, within these.
const RESERVE: (usize, usize) = (64, 128);
/// What the process may open where the system does not say.
const UNKNOWN: usize = 1 << 20;
/// How often refusals are told.
const TELL: Duration = Duration::from_secs(60);

/// The places for connections; clones are the same.
#[derive(Clone)]
pub struct Places(Arc<Inner>);

struct Inner {
    most: usize,
    /// The most of one address; for one of a private network only if it was chosen, since that may be a proxy with all clients behind it.
    of_one: usize,
    chosen: bool,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, usize>,
    refused: u64,
    told: Option<Instant>,
}

/// A place that is taken, until it is dropped.
pub struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    /// So many, and so many of one address.
    pub fn new(most: usize, of_one: usize) -> Places {
        Places(Arc::new(Inner { most, of_one, chosen: true, taken: Mutex::default() }))
    }

    /// As many as the process may open files, but for a reserve. One address may take half of them unless another number is chosen.
    pub fn of_process(of_one: Option<usize>) -> Places {
        let files = open_files();
        let most = files.saturating_sub((files / 10).clamp(RESERVE.0, RESERVE.1)).max(1);
        let share = of_one.unwrap_or((most / 2).max(1));
        Places(Arc::new(Inner { most, of_one: share, chosen: of_one.is_some(), taken: Mutex::default() }))
    }

    /// Takes a place for a connection from an address; `None` when there is none.
    pub fn take(&self, ip: IpAddr) -> Option<Place> {
        let address = network(ip);
        let of_one = if self.0.chosen || !is_private(address) { self.0.of_one } else { self.0.most };
        let mut taken = self.0.taken.lock();
        let of_address = taken.by.get(&address).copied().unwrap_or(0);
        if self.0.most <= taken.all || of_one <= of_address {
            taken.refuse(ip, of_address);
            return None;
        }
        taken.all += 1;
        taken.by.insert(address, of_address + 1);
        Some(Place { places: self.clone(), address })
    }
}

impl Taken {
    fn refuse(&mut self, ip: IpAddr, of_address: usize) {
        self.refused += 1;
        if self.told.is_none_or(|told| TELL <= told.elapsed()) {
            let (all, refused) = (self.all, self.refused);
            tracing::warn!(%ip, of_address, all, refused, "there are too many connections; further ones get a 503");
            (self.told, self.refused) = (Some(Instant::now()), 0);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock();
        taken.all -= 1;
        if let Some(count) = taken.by.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.by.remove(&self.address);
            }
        }
    }
}

/// Whoever has one address of version 6 has all of its /64.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(six) => {
            let s = six.segments();
            Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0).into()
        }
        four => four,
    }
}

fn is_private(network: IpAddr) -> bool {
    match network {
        IpAddr::V4(four) => four.is_loopback() || four.is_private() || four.is_link_local(),
        // Of `::1` nothing but zeros is left.
        IpAddr::V6(six) => six.is_unspecified() || six.is_unique_local() || six.is_unicast_link_local(),
    }
}

/// Lets the process open as many files as the system grants it, which by default is more than it may at first.
#[cfg(unix)]
pub fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
    {
        tracing::warn!(%error, "the limit of open files stays at {:?}", limit.current);
    }
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub fn raise_open_files() {}

#[cfg(unix)]
fn open_files() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current.and_then(|files| usize::try_from(files).ok()).unwrap_or(UNKNOWN)
}

#[cfg(not(unix))]
fn open_files() -> usize {
    UNKNOWN
}

/// Tells a client that there is no place for it, if that can be done at once.
pub fn refuse(stream: TcpStream) {
    use std::io::Write;
    const BODY: &str = r#"{"data":{},"message":"There are too many connections.","status":503}"#;
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 10\r\nconnection: close";
    // The buffer of a new connection has room; a client that is gone already does not matter.
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write_all(format!("{head}\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len()).as_bytes());
    }
}

/// A connection in its place, which it keeps when it becomes a WebSocket.
pub struct Placed {
    /// The connection.
    pub stream: TcpStream,
    /// Given back when the connection is closed.
    _place: Place,
}

impl Placed {
    /// A connection that has taken its place.
    pub fn new(stream: TcpStream, place: Place) -> Placed {
        Placed { stream, _place: place }
    }
}

impl AsyncRead for Placed {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context, buffer: &mut ReadBuf) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context, parts: &[std::io::IoSlice]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

//! Connections have a bound, and one address a share of it.

use crate::hooks::until;
use crate::support::app::TestApp;
use crate::support::socket::Socket;
use luge::http::{self, Places};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Asks on a connection, and answers what comes first.
async fn ask(stream: &mut TcpStream) -> String {
    // A connection that was refused may be closed already.
    let _ = stream.write_all(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut buffer = [0; 4096];
    let read = stream.read(&mut buffer).await.unwrap_or(0);
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_gets_its_share_of_connections_and_no_more() {
    let t = TestApp::new().await;
    for places in [Places::new(3, 100), Places::new(100, 3)] {
        let server = http::bind_with("127.0.0.1:0", &["*".to_owned()], places).await.expect("a free port");
        server.ready(t.app.clone());
        let mut first = TcpStream::connect(server.address).await.unwrap();
        assert!(ask(&mut first).await.starts_with("HTTP/1.1 200"));
        let second = TcpStream::connect(server.address).await.unwrap();
        // A WebSocket keeps the place of its connection.
        let socket = Socket::to(&format!("http://{}", server.address)).await;
        let mut refused = TcpStream::connect(server.address).await.unwrap();
        let mut told = String::new();
        refused.read_to_string(&mut told).await.unwrap();
        assert!(told.starts_with("HTTP/1.1 503") && told.contains("too many connections"), "{told}");
        assert!(ask(&mut first).await.starts_with("HTTP/1.1 200"), "those who have a place keep it");
        drop(second);
        let again = async || ask(&mut TcpStream::connect(server.address).await.unwrap()).await.starts_with("HTTP/1.1 200");
        until("a place that became free", again).await;
        drop(socket);
        until("a place of a WebSocket that became free", async || {
            let (mut one, mut two) = (TcpStream::connect(server.address).await.unwrap(), TcpStream::connect(server.address).await.unwrap());
            ask(&mut one).await.starts_with("HTTP/1.1 200") && ask(&mut two).await.starts_with("HTTP/1.1 200")
        })
        .await;
        drop(first);
    }
    t.stop().await;
}

#[test]
fn an_address_of_version_6_counts_with_its_network() {
    let places = Places::new(100, 1);
    let take = |address: &str| places.take(address.parse().expect("an address"));
    let held = take("2001:db8:1:2::1");
    assert!(held.is_some() && take("2001:db8:1:2:ffff::7").is_none() && take("2001:db8:1:3::1").is_some());
    drop(held);
    assert!(take("2001:db8:1:2:ffff::7").is_some());
    let mapped = take("::ffff:10.0.0.1");
    assert!(mapped.is_some() && take("10.0.0.1").is_none());
    // Half is the share of a public address; of a private one, behind which all clients may be, it is all.
    let places = Places::of_process(None);
    let many = |address: &str| {
        let held: Vec<_> = std::iter::from_fn(|| places.take(address.parse().expect("an address"))).collect();
        held.len()
    };
    assert_eq!(many("127.0.0.1") / 2, many("203.0.113.7"));
}

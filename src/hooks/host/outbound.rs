//! Calls to other servers: the name is resolved, the addresses are judged, and the one that was judged is connected to.

use crate::error::{Code, Error, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A call that a script makes.
pub struct Call {
    /// Such as `POST`.
    pub method: String,
    /// Where to.
    pub uri: Uri,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Vec<u8>,
    /// How long it may take in all.
    pub timeout: Duration,
    /// The most bytes of the answer.
    pub max: usize,
    /// Whether the address may be private.
    pub private: bool,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows the versions of TLS that rustls takes")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
});

impl Call {
    /// The host without brackets, and the port.
    pub fn target(uri: &Uri) -> Result<(String, u16)> {
        let host = uri.host().ok_or_else(|| bad("An address looks like https://host/path"))?;
        let port = match (uri.port_u16(), uri.scheme_str()) {
            (Some(port), Some("http" | "https")) => port,
            (None, Some("https")) => 443,
            (None, Some("http")) => 80,
            _ => return Err(bad("Only http and https can be called")),
        };
        Ok((host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase(), port))
    }

    /// Makes the call. Redirects are not followed: they are answers like any other.
    pub async fn send(self) -> Result<Answer> {
        let timeout = self.timeout;
        let late = |_| Error::new(Code::Unavailable, format!("The call took longer than {} ms.", timeout.as_millis()));
        tokio::time::timeout(timeout, self.exchange()).await.map_err(late)?
    }

    async fn exchange(self) -> Result<Answer> {
        let (host, port) = Call::target(&self.uri)?;
        let address = resolve(&host, port, self.private).await?;
        let stream = TcpStream::connect(address).await.map_err(|e| failed(&host, e))?;
        if self.uri.scheme_str() == Some("https") {
            let name = ServerName::try_from(host.clone()).map_err(|e| failed(&host, e))?;
            let stream = TLS.connect(name, stream).await.map_err(|e| failed(&host, e))?;
            return self.over(TokioIo::new(stream), &host).await;
        }
        self.over(TokioIo::new(stream), &host).await
    }

    async fn over(self, stream: impl hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static, host: &str) -> Result<Answer> {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.map_err(|e| failed(host, e))?;
        let driver = tokio::spawn(connection);
        let max = self.max;
        let answer = match sender.send_request(self.request()?).await {
            Ok(response) => read(response, max).await,
            Err(e) => Err(failed(host, e)),
        };
        driver.abort();
        answer
    }

    fn request(self) -> Result<Request<Full<Bytes>>> {
        let path = self.uri.path_and_query().map_or("/", |p| p.as_str());
        let authority = self.uri.authority().map_or("", |a| a.as_str().rsplit('@').next().unwrap_or_default());
        let mut request = Request::builder().method(self.method.as_str()).uri(path).header("host", authority);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let named = |n: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(n));
        if !named("user-agent") {
            request = request.header("user-agent", concat!("luge/", env!("CARGO_PKG_VERSION")));
        }
        request.body(Full::new(Bytes::from(self.body))).map_err(|e| bad(&format!("The call cannot be made: {e}")))
    }
}

async fn read(response: hyper::Response<hyper::body::Incoming>, max: usize) -> Result<Answer> {
    let (head, body) = response.into_parts();
    let too_large = |e: Box<dyn std::error::Error + Send + Sync>| match e.is::<http_body_util::LengthLimitError>() {
        true => Error::bad_request(format!("The answer has more than {max} bytes: ask for less, or set max.")),
        false => Error::new(Code::Unavailable, format!("The answer broke off: {e}")),
    };
    let body = Limited::new(body, max).collect().await.map_err(too_large)?.to_bytes().to_vec();
    let text = |v: &hyper::header::HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    Ok(Answer { status: head.status.as_u16(), headers, body })
}

/// An address of the host that may be called. All of them are judged: a name with one private address is refused as a whole.
async fn resolve(host: &str, port: u16, private: bool) -> Result<SocketAddr> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await.map_err(|e| failed(host, e))?.collect();
    if let (false, Some(hidden)) = (private, found.iter().find(|a| is_private(a.ip()))) {
        let advice = "name it with --hooks-network HOST for hooks, --hooks-network PLUGIN=HOST for a plugin";
        return Err(Error::new(Code::Forbidden, format!("{host} is the private address {}: to call it, {advice}.", hidden.ip())));
    }
    // IPv4 first: on many machines IPv6 leads nowhere.
    let first = found.iter().find(|a| a.is_ipv4()).or(found.first()).copied();
    first.ok_or_else(|| failed(host, "it has no address"))
}

/// Whether an address is not on the public internet.
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let shared = a == 100 && b & 0xc0 == 64;
            let special = a == 0 || 224 <= a || (a, b, c) == (192, 0, 0) || a == 198 && b & 0xfe == 18;
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation() || shared || special
        }
        IpAddr::V6(ip) => {
            let s = ip.segments();
            let embedded = |high: u16, low: u16| is_private(IpAddr::V4(std::net::Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))));
            match s {
                [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => embedded(high, low),
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
                [0x2002, high, low, ..] => embedded(high, low),
                [0x2001, second, ..] => second < 0x200 || second == 0xdb8,
                // Only 2000::/3 is given out.
                _ => s[0] & 0xe000 != 0x2000,
            }
        }
    }
}

fn bad(message: &str) -> Error {
    Error::bad_request(message)
}

fn failed(host: &str, why: impl std::fmt::Display) -> Error {
    Error::new(Code::Unavailable, format!("{host} cannot be called: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_every_dress() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fc00::1",
            "fe80::1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
            "::7f00:1",
        ];
        for ip in private {
            assert!(is_private(ip.parse().expect("an address")), "{ip}");
        }
        for ip in ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "2002:808:808::"] {
            assert!(!is_private(ip.parse().expect("an address")), "{ip}");
        }
    }
}

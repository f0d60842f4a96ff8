//! Where a request comes from.

use crate::config::settings::TrustedProxy;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the client: from the trusted headers, else of the connection.
pub fn of(parts: &Parts, trusted: &TrustedProxy) -> IpAddr {
    for name in &trusted.headers {
        let values = parts.headers.get_all(name.as_str()).iter().filter_map(|v| v.to_str().ok());
        let mut found = values.flat_map(|v| v.split(',')).filter_map(|ip| ip.trim().parse().ok());
        let chosen: Option<IpAddr> = if trusted.use_leftmost_ip { found.next() } else { found.next_back() };
        if let Some(ip) = chosen {
            return ip;
        }
    }
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip().to_canonical())
}

/// Whether a superuser may come from this address. An empty list allows all; entries that cannot be read allow none.
pub fn may_be_superuser(allowed: &[String], ip: IpAddr) -> bool {
    allowed.is_empty() || allowed.iter().any(|network| contains(network, ip))
}

/// The text of an address, with all groups of a long one written out.
pub fn text(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => ip.segments().map(|s| format!("{s:04x}")).join(":"),
    }
}

fn contains(network: &str, ip: IpAddr) -> bool {
    let (base, bits) = match network.split_once('/') {
        Some((base, bits)) => (base, bits.parse::<u32>().ok()),
        None => (network, Some(128)),
    };
    match (base.parse::<IpAddr>(), ip, bits) {
        (Ok(IpAddr::V4(base)), IpAddr::V4(ip), Some(bits)) => {
            same_beginning(u128::from(base.to_bits()), u128::from(ip.to_bits()), 32, bits)
        }
        (Ok(IpAddr::V6(base)), IpAddr::V6(ip), Some(bits)) => same_beginning(base.to_bits(), ip.to_bits(), 128, bits),
        _ => false,
    }
}

fn same_beginning(a: u128, b: u128, width: u32, bits: u32) -> bool {
    let rest = width.saturating_sub(bits);
    rest == width || a >> rest == b >> rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_addresses() {
        let cases = [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("::1", "::1", true),
            ("2001:db8::/32", "2001:db8:1::5", true),
            ("::/0", "1.2.3.4", false),
            ("x", "1.2.3.4", false),
        ];
        for (network, ip, expected) in cases {
            assert_eq!(contains(network, ip.parse().expect("an address")), expected, "{network} {ip}");
        }
    }
}

//! Who asks, as far as the line and the proxies that are trusted tell.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use serde::Deserialize;

/// The addresses that a request has passed, each added by the next proxy on its way: the last is the newest.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// By which scheme the client spoke to the proxy.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where a request comes from. Every request has one, put there by the line that it came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client's address: whatever is counted by address is counted by this one.
    pub address: IpAddr,
    /// Whether the request came over TLS, to this server or to a proxy that is trusted.
    pub is_secure: bool,
    /// The other end of the connection: the client itself, or the last proxy on its way.
    peer: SocketAddr,
}

/// The proxies whose word is taken for where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[Network]>);

/// An address, or a network of them: `10.0.0.1`, `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

/// A text that is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a trusted proxy is an address or a network of them, as 127.0.0.1 or 10.0.0.0/8")]
pub struct NoNetwork;

impl Proxies {
    /// Those in these networks.
    pub fn new(networks: &[Network]) -> Self {
        Self(networks.into())
    }

    /// Whether this is the address of one.
    pub fn trust(&self, address: IpAddr) -> bool {
        // A listener on [::] sees 192.0.2.1 as ::ffff:192.0.2.1.
        let address = address.to_canonical();
        self.0.iter().any(|network| network.0.contains(&address))
    }

    /// Who asks with these headers, on a connection from `peer`. `is_tls` says that the connection itself is over TLS.
    pub fn caller(&self, peer: SocketAddr, is_tls: bool, headers: &HeaderMap) -> Caller {
        let direct = Caller { address: peer.ip().to_canonical(), is_secure: is_tls, peer };
        if !self.trust(peer.ip()) {
            return direct;
        }
        Caller {
            address: self.client(headers).unwrap_or(direct.address),
            is_secure: is_tls || last(headers, &FORWARDED_PROTO).is_some_and(|scheme| scheme == "https"),
            peer,
        }
    }

    /// The newest address that is no proxy's: what stands before it is hearsay. When all are proxies', the first.
    /// Nobody, where a proxy writes down something else than an address.
    fn client(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = None;
        for said in values(headers, &FORWARDED_FOR).into_iter().rev() {
            let address = address_in(said?)?;
            client = Some(address);
            if !self.trust(address) {
                break;
            }
        }
        client
    }
}

impl fmt::Display for Caller {
    /// With the port where there is one, by which the lines of a log belong together.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, peer, .. } = self;
        if *address == peer.ip().to_canonical() {
            write!(f, "{peer}")
        } else {
            write!(f, "{address} by {peer}")
        }
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let text = text.trim();
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| NoNetwork)
    }
}

impl TryFrom<String> for Network {
    type Error = NoNetwork;

    fn try_from(text: String) -> Result<Self, NoNetwork> {
        text.parse()
    }
}

/// An address, as it is or with a port; `None` for anything else.
fn address_in(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_| text.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// What the newest hand wrote.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    values(headers, name).pop().flatten()
}

/// The values of a list, which may stand in several headers; `None` for a header that is not even text.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<Option<&'a str>> {
    let mut values = Vec::new();
    for header in headers.get_all(name) {
        match header.to_str() {
            Ok(text) => values.extend(text.split(',').map(|value| Some(value.trim()))),
            Err(_) => values.push(None),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn proxies(networks: &[&str]) -> Proxies {
        let networks: Vec<Network> = networks.iter().map(|text| text.parse().unwrap()).collect();
        Proxies::new(&networks)
    }

    fn headers(name: HeaderName, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    /// The client's address, on a connection from `peer`, behind 10.0.0.0/8 and 2001:db8:9::1.
    fn client(peer: &str, forwarded_for: &[&str]) -> String {
        let peer = SocketAddr::new(peer.parse().unwrap(), 5_000);
        let headers = headers(FORWARDED_FOR, forwarded_for);
        proxies(&["10.0.0.0/8", "2001:db8:9::1"]).caller(peer, false, &headers).address.to_string()
    }

    #[test]
    fn a_stranger_is_believed_nothing() {
        assert_eq!(client("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(client("2001:db8:9::2", &["203.0.113.9"]), "2001:db8:9::2");
    }

    #[test]
    fn a_proxy_is_believed_what_it_wrote_and_not_what_it_was_told() {
        assert_eq!(client("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["<script>, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("::ffff:10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("2001:db8:9::1", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn proxies_in_a_row_are_passed_over() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.0.0.2,10.0.0.3"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.1", "203.0.113.9", "10.0.0.2"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["10.0.0.9, 10.0.0.2"]), "10.0.0.9");
    }

    #[test]
    fn what_is_no_address_is_the_proxys_own() {
        for nobody in ["", "unknown", "_hidden", "203.0.113", "10.0.0.2, ,", "203.0.113.9, unknown, 10.0.0.2"]
        {
            assert_eq!(client("10.0.0.1", &[nobody]), "10.0.0.1", "{nobody}");
        }
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "하나"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_port_is_left_out() {
        assert_eq!(client("10.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
    }

    #[test]
    fn the_scheme_is_the_lines_own_or_what_a_proxy_says() {
        let is_secure = |peer: &str, is_tls, lines: &[&str]| {
            let peer = SocketAddr::new(peer.parse().unwrap(), 5_000);
            proxies(&["10.0.0.1"]).caller(peer, is_tls, &headers(FORWARDED_PROTO, lines)).is_secure
        };
        assert!(is_secure("10.0.0.1", false, &["https"]));
        assert!(is_secure("10.0.0.1", false, &["http, https"]));
        assert!(!is_secure("10.0.0.1", false, &["https, http"]));
        assert!(!is_secure("10.0.0.1", false, &["https", "http"]));
        assert!(!is_secure("10.0.0.1", false, &[]));
        assert!(!is_secure("10.0.0.2", false, &["https"]));
        assert!(is_secure("192.0.2.1", true, &["http"]));
    }

    #[test]
    fn a_network_is_an_address_or_several() {
        assert!(proxies(&["10.0.0.7/8"]).trust("10.9.9.9".parse().unwrap()));
        assert!(!proxies(&["10.0.0.7"]).trust("10.0.0.8".parse().unwrap()));
        assert!(proxies(&["2001:db8::/32"]).trust("2001:db8:1::1".parse().unwrap()));
        assert!(!Proxies::default().trust("127.0.0.1".parse().unwrap()));
        for nothing in ["", "proxy.example", "10.0.0.0/33", "10.0.0.1:80"] {
            assert_eq!(nothing.parse::<Network>(), Err(NoNetwork), "{nothing}");
        }
    }
}

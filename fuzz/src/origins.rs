//! `Host` and `Origin`: which pages may ask. `X-Forwarded-For`: from where.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue, header};
use maru_server::{
    caller::Proxies,
    origin::{Origin, Origins},
};

/// The other end of the connection.
const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

/// The first line is a `Host`, the second an `Origin`, the third an `X-Forwarded-For`. An origin that can be set is read the same a second time; and a server
/// on a loopback address lets nothing be changed under another name, nor by another page than its own.
pub fn origins(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let (host, origin, chain) = (lines.next().unwrap_or_default(), lines.next(), lines.next());
    if let Some(text) = origin.and_then(|origin| str::from_utf8(origin).ok()) {
        stays_itself(text);
    }
    let mut headers = HeaderMap::new();
    let Ok(host) = HeaderValue::from_bytes(host) else { return };
    headers.insert(header::HOST, host);
    if let Some(origin) = origin {
        let Ok(origin) = HeaderValue::from_bytes(origin) else { return };
        headers.insert(header::ORIGIN, origin);
    }
    if let Some(chain) = chain {
        let Ok(chain) = HeaderValue::from_bytes(chain) else { return };
        headers.insert("x-forwarded-for", chain);
    }
    let caller = Proxies::default().caller(PEER, false, &headers);
    assert_eq!(caller.address, PEER.ip(), "who is not trusted says nothing of others: {headers:?}");
    let trusted = ["127.0.0.1".parse().expect("a network")];
    let proxied = Proxies::new(&trusted).caller(PEER, false, &headers);
    assert!(chain.is_some() || proxied.address == PEER.ip(), "nobody said anything of others: {headers:?}");
    let origins = Origins::new(Vec::new(), true);
    let may = origins.allow(&headers, caller);
    assert!(!may || origins.allow_plain(&headers, caller), "{headers:?}");
    if may {
        is_own(&headers);
    }
}

fn stays_itself(text: &str) {
    let Ok(origin) = text.parse::<Origin>() else { return };
    assert_eq!(origin.to_string().parse(), Ok(origin));
}

/// Whether whoever sent these headers is this machine's own page, or no page.
fn is_own(headers: &HeaderMap) {
    let text =
        |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("\n").to_lowercase());
    let host = text(header::HOST).unwrap_or_default();
    // What stands before an `@` is no part of the name.
    let name = host.rsplit('@').next().unwrap_or_default();
    assert!(
        ["localhost", "127.", "[::1]", "[0", "[:"].iter().any(|own| name.starts_with(own)),
        "{headers:?}"
    );
    let Some(origin) = text(header::ORIGIN) else { return };
    let page = origin.split_once("://").map_or("\n", |(_, page)| page);
    let bare =
        |name: &str| name.rsplit('@').next().unwrap_or_default().split(['/', '?']).next().map(str::to_owned);
    let without_port = |name: &str| {
        let name = bare(name).unwrap_or_default();
        name.rsplit_once(':').map_or(name.clone(), |(name, port)| {
            match port.bytes().all(|b| b.is_ascii_digit()) {
                true => name.to_owned(),
                false => format!("{name}:{port}"),
            }
        })
    };
    assert_eq!(without_port(page), without_port(name), "{headers:?}");
}

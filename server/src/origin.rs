//! Which pages may talk to this Maru: the check against other sites that use a visitor's browser (cross-site request
//! forgery and WebSocket hijacking).

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use axum::http::{HeaderMap, Uri, header, uri::Authority};
use serde::Deserialize;

use crate::caller::Caller;

/// The origin of a page, as a browser sends it: `https://chat.example.org`, or `null`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

/// A text that is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an origin is scheme://host or scheme://host:port, as https://chat.example.org")]
pub struct NoOrigin;

/// Who may ask, from which page.
#[derive(Clone, Debug)]
pub struct Origins {
    named: Vec<Origin>,
    /// Whether only this machine reaches the server.
    loopback: bool,
}

impl Origins {
    /// The server's own origin and those that are named. `loopback` says that the server listens on a loopback address.
    pub fn new(named: Vec<Origin>, loopback: bool) -> Self {
        Self { named, loopback }
    }

    /// Whether a request with these headers may change something, or open a socket in its member's name: it comes
    /// from no browser, from the server's own page, or from one that is named.
    pub fn allow(&self, headers: &HeaderMap, from: Caller) -> bool {
        self.host_is_ours(headers)
            && Self::of(headers).is_none_or(|origin| {
                // A page without TLS is whoever's on the way from it, and none of a server with TLS.
                let is_own = |host| (!from.is_secure || is_https(origin)) && is_page_of(origin, &host);
                self.is_named(origin) || host_of(headers).is_some_and(is_own)
            })
    }

    /// Whether a request with these headers may open a plain socket, which has nobody's name: as [`Self::allow`], and
    /// also from this machine's other pages while only this machine reaches the server.
    pub fn allow_plain(&self, headers: &HeaderMap, from: Caller) -> bool {
        self.allow(headers, from)
            || self.host_is_ours(headers)
                && self.is_private()
                && Self::of(headers).and_then(authority_of).is_some_and(|page| is_loopback(page.host()))
    }

    /// The page from which a request comes, as its browser says.
    pub fn page(headers: &HeaderMap) -> Option<&str> {
        Self::of(headers)
    }

    /// Whether the page was loaded over TLS, so that its cookies may be kept to TLS: the line says so, or the browser
    /// of a page that may ask. It does so behind a proxy, too, of which nothing is known.
    pub fn is_secure(&self, headers: &HeaderMap, from: Caller) -> bool {
        from.is_secure || Self::of(headers).is_some_and(is_https) && self.allow(headers, from)
    }

    /// Whether only this machine reaches the server: it listens on loopback, and no origin is named as one behind a
    /// proxy has.
    fn is_private(&self) -> bool {
        self.loopback && self.named.is_empty()
    }

    /// A server that only this machine reaches is asked for under a loopback name. Another name means that a page of
    /// that name has been made to point here (DNS rebinding), unless it is named.
    fn host_is_ours(&self, headers: &HeaderMap) -> bool {
        let Some(host) = host_of(headers) else { return false };
        !self.loopback
            || is_loopback(host.host())
            || self.named.iter().any(|named| is_page_of(&named.0, &host))
    }

    fn is_named(&self, origin: &str) -> bool {
        self.named.iter().any(|named| named.0 == origin)
    }

    fn of(headers: &HeaderMap) -> Option<&str> {
        // An origin that is not even text is nobody's.
        headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("unreadable"))
    }
}

impl Origin {
    /// Whether it is that of a page without one: opened from a file, say.
    pub fn is_null(&self) -> bool {
        self.0 == "null"
    }
}

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let text = text.trim().trim_end_matches('/').to_lowercase();
        if text == "null" {
            return Ok(Self(text));
        }
        let uri: Uri = text.parse().map_err(|_| NoOrigin)?;
        let is_bare = uri.path() == "/" && uri.query().is_none();
        let (Some(scheme @ ("http" | "https")), Some(authority), true) =
            (uri.scheme_str(), uri.authority(), is_bare)
        else {
            return Err(NoOrigin);
        };
        let (host, port) = (authority.host(), authority.port_u16());
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        // Nothing else: no name of a user, no port that is no number.
        if host.is_empty() || authority.as_str() != format!("{host}{port}") {
            return Err(NoOrigin);
        }
        // Browsers leave out the port that the scheme implies.
        let implied = if scheme == "https" { ":443" } else { ":80" };
        let port = if port == implied { "" } else { &port };
        Ok(Self(format!("{scheme}://{host}{port}")))
    }
}

impl TryFrom<String> for Origin {
    type Error = NoOrigin;

    fn try_from(text: String) -> Result<Self, NoOrigin> {
        text.parse()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn host_of(headers: &HeaderMap) -> Option<Authority> {
    headers.get(header::HOST)?.to_str().ok()?.parse().ok()
}

fn authority_of(origin: &str) -> Option<Authority> {
    origin.parse::<Uri>().ok()?.into_parts().authority
}

fn is_https(origin: &str) -> bool {
    origin.starts_with("https://")
}

/// Whether a page of this origin was loaded from this host and port: as texts, since browsers write both alike, and whatever
/// is written otherwise is nobody's.
fn is_page_of(origin: &str, host: &Authority) -> bool {
    let Some((page, implied)) = (origin.strip_prefix("https://").map(|page| (page, ":443")))
        .or_else(|| origin.strip_prefix("http://").map(|page| (page, ":80")))
    else {
        return false;
    };
    let host = host.as_str();
    // Browsers write neither a name of a user nor two ports.
    let is_written_so =
        !page.contains('@') && page.rsplit(']').next().is_some_and(|port| port.matches(':').count() < 2);
    let without = |text: &'_ str| text.strip_suffix(implied).unwrap_or(text).to_ascii_lowercase();
    is_written_so && without(page) == without(host)
}

fn is_loopback(host: &str) -> bool {
    // In brackets there are addresses, and no names.
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Proxies;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        headers
    }

    fn caller(is_tls: bool) -> Caller {
        Proxies::default().caller(([192, 0, 2, 1], 5_000).into(), is_tls, &HeaderMap::new())
    }

    fn plain() -> Caller {
        caller(false)
    }

    #[test]
    fn the_own_page_and_programs_may() {
        let origins = Origins::new(vec![], true);
        assert!(origins.allow(&headers("localhost:8080", None), plain()));
        assert!(origins.allow(&headers("localhost:8080", Some("http://localhost:8080")), plain()));
        assert!(origins.allow(&headers("[::1]:8080", Some("http://[::1]:8080")), plain()));
        assert!(!origins.allow(&headers("localhost:8080", Some("http://localhost:3000")), plain()));
        assert!(!origins.allow(&headers("localhost:8080", Some("https://evil.example")), plain()));
        assert!(!origins.allow(&headers("localhost:8080", Some("null")), plain()));
    }

    #[test]
    fn an_origin_is_compared_whole() {
        let origins = Origins::new(vec![], true);
        assert!(origins.allow(&headers("LOCALHOST", Some("http://localhost:80")), plain()));
        assert!(origins.allow(&headers("localhost:443", Some("https://localhost")), plain()));
        for strange in [
            "http://localhost:8o",
            "http://localhost:",
            "http://localhost:+80",
            "ftp://localhost",
            "http://localhost:80:80",
        ] {
            assert!(!origins.allow(&headers("localhost", Some(strange)), plain()), "{strange}");
        }
        let twice = headers("user@localhost:1", Some("http://user@localhost:1:80"));
        assert!(!origins.allow(&twice, plain()));
        for twice in ["http://localhost:8080:80", "https://localhost:8080:443"] {
            assert!(!origins.allow(&headers("localhost:8080", Some(twice)), plain()), "{twice}");
        }
        assert!(!origins.allow(&headers("[localhost]:1", None), plain()));
        let files = Origins::new(vec!["null".parse().unwrap()], true);
        assert!(
            !files.allow(&headers("null", None), plain()),
            "the name of no page is no name of this machine"
        );
    }

    #[test]
    fn a_name_made_to_point_here_may_not() {
        let rebound = headers("evil.example:8080", Some("http://evil.example:8080"));
        assert!(!Origins::new(vec![], true).allow(&rebound, plain()));
        assert!(!Origins::new(vec![], true).allow_plain(&rebound, plain()));
        let named = vec!["https://chat.example.org".parse().unwrap()];
        let proxied = headers("chat.example.org", Some("https://chat.example.org"));
        assert!(Origins::new(named, true).allow(&proxied, plain()));
        assert!(Origins::new(vec![], false).allow(&proxied, plain()));
    }

    #[test]
    fn a_plain_socket_may_be_opened_by_this_machines_pages() {
        let origins = Origins::new(vec![], true);
        assert!(!origins.allow_plain(&headers("localhost:8080", Some("file://")), plain()));
        let twice = headers("user@localhost:1", Some("http://user@localhost:1:80"));
        assert!(!origins.allow(&twice, plain()));
        let files = Origins::new(vec!["null".parse().unwrap()], true);
        assert!(files.allow_plain(&headers("localhost:8080", Some("null")), plain()));
        assert!(origins.allow_plain(&headers("localhost:8080", Some("http://127.0.0.1:3000")), plain()));
        assert!(!origins.allow_plain(&headers("localhost:8080", Some("null")), plain()));
        assert!(!origins.allow_plain(&headers("localhost:8080", Some("https://evil.example")), plain()));
        let open = Origins::new(vec![], false);
        assert!(!open.allow_plain(&headers("chat.example:80", Some("http://127.0.0.1:3000")), plain()));
    }

    #[test]
    fn a_page_without_tls_is_no_page_of_a_server_with_it() {
        let origins = Origins::new(vec!["http://old.example.org".parse().unwrap()], false);
        let of = |origin: &str| headers("chat.example.org", Some(origin));
        assert!(origins.allow(&of("http://chat.example.org"), plain()));
        assert!(!origins.allow(&of("http://chat.example.org"), caller(true)));
        assert!(origins.allow(&of("https://chat.example.org"), caller(true)));
        assert!(origins.allow(&of("http://old.example.org"), caller(true)));
    }

    #[test]
    fn cookies_are_kept_to_tls_where_the_line_or_an_own_page_says_so() {
        let origins = Origins::new(vec!["https://chat.example.org".parse().unwrap()], true);
        let of = |host: &str, origin| origins.is_secure(&headers(host, origin), plain());
        assert!(of("localhost:8080", Some("https://chat.example.org")));
        assert!(!of("localhost:8080", Some("http://localhost:8080")));
        assert!(!of("localhost:8080", Some("https://evil.example")));
        assert!(!of("localhost:8080", None));
        assert!(origins.is_secure(&headers("localhost:8080", None), caller(true)));
    }

    #[test]
    fn an_origin_is_read_as_browsers_write_it() {
        assert_eq!("HTTPS://Chat.Example.org/".parse(), Ok(Origin("https://chat.example.org".into())));
        assert_eq!("null".parse(), Ok(Origin("null".into())));
        assert_eq!("https://chat.example.org:443".parse(), Ok(Origin("https://chat.example.org".into())));
        for no_origin in [
            "chat.example.org",
            "https://chat.example.org/path",
            "http://:80",
            "http://a:",
            "http://a:8o",
            "http://a:99999",
            "http://user@a",
            "ftp://a",
        ] {
            assert!(no_origin.parse::<Origin>().is_err(), "{no_origin}");
        }
    }
}

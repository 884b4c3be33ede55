//! How the installation is reached from outside: by which address, over which proxies.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::Ask;

/// How the installation is reached from outside. By default: directly, over plain HTTP, under any name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The address people type; cookies are for HTTPS alone when it begins with `https`.
    pub public_url: Option<PublicUrl>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
}

/// `https://linli.example`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    secure: bool,
    host: String,
}

impl PublicUrl {
    /// Reads `http://HOST[:PORT]` or `https://HOST[:PORT]`.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        match scheme {
            "http" | "https" if !host.is_empty() && host.chars().all(plain) => {
                Ok(Self { secure: scheme == "https", host: host.to_owned() })
            }
            _ => Err(format!("`{text}` is no address of a site: write https://linli.example")),
        }
    }
}

impl Site {
    /// Whether people reach it over HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.secure)
    }

    /// `https://linli.example`: the public address, or else the one the request was sent to.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(PublicUrl { secure, host }) => format!("http{}://{host}", if *secure { "s" } else { "" }),
            None => format!("http://{}", host_of(headers).unwrap_or_default()),
        }
    }

    /// Whether `host` of an `Origin` header is this site.
    fn is_here(&self, host: &str, headers: &HeaderMap) -> bool {
        host_of(headers) == Some(host) || self.public_url.as_ref().is_some_and(|url| url.host == host)
    }

    /// Whether a browser says that another site made it send this. Browsers send `Origin` with every POST; what
    /// is no browser carries no cookie that somebody else could make it send.
    pub(crate) fn is_cross_site(&self, headers: &HeaderMap) -> bool {
        match (text(headers, "sec-fetch-site"), text(headers, "origin")) {
            (Some(site), _) => !matches!(site, "same-origin" | "none"),
            (None, Some(origin)) => {
                origin.split_once("://").is_none_or(|(_, host)| !self.is_here(host, headers))
            }
            (None, None) => false,
        }
    }

    /// Where a request comes from: the peer, or what the nearest trusted proxy says of its own peer. Of an IPv6 address
    /// the network counts, since a household has all the rest.
    pub(crate) fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let trusted = |address: &IpAddr| self.proxies.contains(address);
        let mut address = peer.to_canonical();
        let said = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let mut said: Vec<&str> = said.flat_map(|line| line.split(',')).map(str::trim).collect();
        while trusted(&address)
            && let Some(before) = said.pop().and_then(|text| text.parse::<IpAddr>().ok())
        {
            address = before.to_canonical();
        }
        match address {
            IpAddr::V6(v6) if !v6.is_loopback() => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
            other => other,
        }
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn host_of(headers: &HeaderMap) -> Option<&str> {
    text(headers, "host")
}

/// Adds a cookie that no script reads and no other site sends, over HTTPS alone where the site has it.
pub fn set_cookie(ask: &Ask, response: &mut Response, name: &str, value: &str, seconds: i64) {
    let secure = if ask.app.site().is_https() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The cookie that tells one browser from another; it says nothing about the person.
const BROWSER_COOKIE: &str = "linli_browser";
/// How long a browser is known.
const BROWSER_SECONDS: i64 = 365 * 24 * 3600;

/// The browser a request comes from, as evidence tells one device from another.
#[derive(Clone, Debug)]
pub struct Browser {
    nonce: String,
    is_new: bool,
}

impl Browser {
    /// The one that sent these headers; a new one when it says nothing of itself.
    pub fn of(ask: &Ask, headers: &HeaderMap) -> Self {
        match crate::cookie(headers, BROWSER_COOKIE).filter(|nonce| nonce.len() == 32) {
            Some(nonce) => Self { nonce: nonce.to_owned(), is_new: false },
            None => Self { nonce: vault::hex(&ask.app.kit().random.bytes::<16>()), is_new: true },
        }
    }

    /// What is kept of it: a digest.
    pub fn device(&self) -> [u8; 32] {
        vault::digest(self.nonce.as_bytes())
    }

    /// Tells it who it is, unless it knows.
    pub fn keep(&self, ask: &Ask, response: &mut Response) {
        if self.is_new {
            set_cookie(ask, response, BROWSER_COOKIE, &self.nonce, BROWSER_SECONDS);
        }
    }
}

/// Characters of an address on this site at most; a form that waits for its sender to sign in carries all that was typed.
const PATH_CHARS_MAX: usize = 16_000;

/// An address on this site to go to; anything else becomes the home page, so that no link leads away through us.
pub fn local_path(next: &str) -> &str {
    let path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let plain = next.len() <= PATH_CHARS_MAX && next.bytes().all(|byte| byte.is_ascii_graphic());
    if path && plain { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn nobody_is_led_away() {
        for (next, to) in [
            ("/need/new?x=1", "/need/new?x=1"),
            ("/places?q=%E6%B1%9F", "/places?q=%E6%B1%9F"),
            ("https://evil.example", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nset-cookie: x", "/"),
            ("/a b", "/"),
            ("a", "/"),
            ("", "/"),
        ] {
            assert_eq!(local_path(next), to, "{next}");
        }
    }

    #[test]
    fn a_proxy_is_believed_when_it_is_known() {
        let site = Site { proxies: vec![ip("10.0.0.1"), ip("10.0.0.2")], ..Site::default() };
        let said = headers(&[("x-forwarded-for", "1.1.1.1, 203.0.113.7, 10.0.0.2")]);
        assert_eq!(site.address(ip("10.0.0.1"), &said), ip("203.0.113.7"), "what a guest wrote is not read");
        assert_eq!(site.address(ip("198.51.100.9"), &said), ip("198.51.100.9"), "a stranger is not believed");
        assert_eq!(site.address(ip("10.0.0.1"), &headers(&[])), ip("10.0.0.1"));
        assert_eq!(site.address(ip("10.0.0.1"), &headers(&[("x-forwarded-for", "unknown")])), ip("10.0.0.1"));
        assert_eq!(site.address(ip("::ffff:10.0.0.1"), &said), ip("203.0.113.7"));
        let (a, b) = (ip("2001:db8:1:2::5"), ip("2001:db8:1:2:aaaa::9"));
        assert_eq!(Site::default().address(a, &said), Site::default().address(b, &said), "one network");
    }

    #[test]
    fn a_form_of_another_site_is_known_behind_a_proxy_too() {
        let site =
            Site { public_url: Some(PublicUrl::parse("https://linli.example/").unwrap()), ..Site::default() };
        let sent = |origin, host| headers(&[("origin", origin), ("host", host)]);
        assert!(!site.is_cross_site(&sent("https://linli.example", "127.0.0.1:8080")));
        assert!(site.is_cross_site(&sent("https://evil.example", "127.0.0.1:8080")));
        assert!(site.is_cross_site(&sent("null", "linli.example")));
        assert!(!Site::default().is_cross_site(&sent("http://192.168.1.5:8080", "192.168.1.5:8080")));
        assert!(Site::default().is_cross_site(&headers(&[("origin", "http://a.example")])));
        assert!(site.is_cross_site(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!site.is_cross_site(&headers(&[])));
        assert_eq!(site.origin(&headers(&[("host", "127.0.0.1")])), "https://linli.example");
        assert_eq!(Site::default().origin(&headers(&[("host", "127.0.0.1:1")])), "http://127.0.0.1:1");
        for wrong in ["linli.example", "ftp://a", "https://", "https://a/b", "https://a b"] {
            assert!(PublicUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}

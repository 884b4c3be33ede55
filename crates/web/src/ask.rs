//! What a request brings besides its content: who, in which language and size, from where.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts, MatchedPath},
    http::{HeaderMap, Method, header, request::Parts},
};

use crate::{Access, App, Language};

/// Name of the cookie that carries the session.
pub const SESSION_COOKIE: &str = "linli_session";

/// The circumstances of a request. Kept apart from its content because every handler needs them, for the
/// error page too.
#[derive(Clone)]
pub struct Ask {
    /// The application.
    pub app: App,
    /// Language of the answer.
    pub language: Language,
    /// `std`, `large`, `elder` or `max`.
    pub size: &'static str,
    /// `normal` or `high`.
    pub contrast: &'static str,
    /// The session's token, from the cookie or the `Authorization: Bearer` header.
    pub token: Option<Arc<str>>,
    /// Where the request comes from, for limits.
    pub address: IpAddr,
    /// `https://linli.example`: where people reach this site.
    pub origin: Arc<str>,
    /// Path of the page, for links that come back to it.
    pub path: Arc<str>,
    /// Whether it is a request to the API.
    pub api: bool,
    /// `Idempotency-Key` of the header; a form carries its own.
    pub idempotency_key: Option<Arc<str>>,
    pub(crate) access: Option<Access>,
    pub(crate) cross_site: bool,
}

/// The value of a cookie in a request's headers.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The one of `words` that equals `text`.
pub(crate) fn one_of(text: Option<&str>, words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|word| Some(*word) == text)
}

pub(crate) const SIZES: [&str; 4] = ["std", "large", "elder", "max"];
pub(crate) const CONTRASTS: [&str; 2] = ["normal", "high"];

impl Ask {
    pub(crate) fn read(app: App, parts: &Parts) -> Self {
        let headers = &parts.headers;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let api = parts.uri.path().starts_with("/api/");
        let query_size = parts.uri.query().and_then(|query| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix("v="));
            one_of(value, &SIZES)
        });
        let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let language = cookie(headers, "lang")
            .and_then(Language::from_tag)
            .or_else(|| {
                text("accept-language").filter(|tags| tags.starts_with("en")).map(|_| Language::English)
            })
            .unwrap_or_default();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
        let site = app.site();
        let address = site.address(peer, headers);
        let origin = site.origin(headers).into();
        let cross_site = parts.method == Method::POST && bearer.is_none() && site.is_cross_site(headers);
        Self {
            app,
            language,
            size: query_size.or_else(|| one_of(cookie(headers, "size"), &SIZES)).unwrap_or("std"),
            contrast: one_of(cookie(headers, "contrast"), &CONTRASTS).unwrap_or("normal"),
            token: bearer.or_else(|| cookie(headers, SESSION_COOKIE)).map(Into::into),
            address,
            origin,
            path: parts.uri.path().into(),
            api,
            idempotency_key: text("idempotency-key").map(Into::into),
            access: parts.extensions.get::<Access>().copied(),
            cross_site,
        }
    }

    /// The route's pattern, for logs and counters.
    pub fn pattern(parts: &Parts) -> &str {
        parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str)
    }
}

impl<S> FromRequestParts<S> for Ask
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::read(App::from_ref(state), parts))
    }
}

//! The content of a request: lenient for forms, so that nothing typed is lost, strict for the API.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
    response::{IntoResponse, Response},
};
use kernel::Refusal;
use serde::de::DeserializeOwned;

use crate::{Ask, Failed};

/// Bytes of a form or a JSON body at most; recordings have a limit of their own.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// The fields of a form as they were typed.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    digest: [u8; 32],
}

impl Fields {
    /// Reads `a=1&b=2`.
    pub fn parse(body: &[u8]) -> Self {
        let pairs = body
            .split(|&b| b == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let mut halves = pair.splitn(2, |&b| b == b'=');
                (unescape(halves.next().unwrap_or_default()), unescape(halves.next().unwrap_or_default()))
            })
            .collect();
        Self { pairs, digest: vault::digest(body) }
    }

    /// A form as it would be typed.
    pub fn of(pairs: &[(&str, String)]) -> Self {
        let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        Self::parse(body.join("&").as_bytes())
    }

    /// The text of a field without surrounding space; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The field, when something was typed.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Every value of a field that may come several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Digest of the body as it came, which tells a repetition from another request with the same key.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The hidden field that makes a repeated sending harmless.
    pub fn key(&self) -> Option<&str> {
        self.given("key")
    }
}

fn unescape(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
                if let (Some(high), Some(low)) = (digit(ahead.next()), digit(ahead.next())) {
                    out.push((high * 16 + low) as u8);
                    rest = ahead;
                } else {
                    out.push(b'%');
                }
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A JSON body, and its digest.
#[derive(Clone, Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// Digest of the body as it came.
    pub digest: [u8; 32],
}

async fn bytes<S: Send + Sync>(request: Request, ask: &Ask, state: &S) -> Result<Bytes, Response> {
    let too_long = || Failed::new(ask, Refusal::invalid("body", "body-too-long").into()).into_response();
    let body = Bytes::from_request(request, state).await.map_err(|_| too_long())?;
    if body.len() > BODY_BYTES_MAX { Err(too_long()) } else { Ok(body) }
}

impl<S> FromRequest<S> for Fields
where
    crate::App: axum::extract::FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;
    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let ask = ask_of(&mut parts, state).await;
        Ok(Self::parse(&bytes(Request::from_parts(parts, body), &ask, state).await?))
    }
}

impl<S, T> FromRequest<S> for Body<T>
where
    crate::App: axum::extract::FromRef<S>,
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Response;
    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let ask = ask_of(&mut parts, state).await;
        let is_json = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/json"));
        let refused = |refusal: Refusal| Failed::new(&ask, refusal.into()).into_response();
        if !is_json {
            return Err(refused(Refusal::invalid("body", "body-not-json")));
        }
        let raw = bytes(Request::from_parts(parts, body), &ask, state).await?;
        let value = serde_json::from_slice(&raw).map_err(|error| {
            refused(Refusal::invalid("body", "body-not-understood").with("words", error.to_string()))
        })?;
        Ok(Self { value, digest: vault::digest(&raw) })
    }
}

async fn ask_of<S>(parts: &mut axum::http::request::Parts, state: &S) -> Ask
where
    crate::App: axum::extract::FromRef<S>,
    S: Send + Sync,
{
    match <Ask as axum::extract::FromRequestParts<S>>::from_request_parts(parts, state).await {
        Ok(ask) => ask,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn what_was_typed_arrives() {
        let fields = Fields::parse("name=%E6%9D%8E+%E5%9B%9B&skill=a&skill=b&odd=100%&empty=".as_bytes());
        assert_eq!(fields.text("name"), "李 四");
        assert_eq!(fields.all("skill").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.text("odd"), "100%");
        assert_eq!(fields.given("empty"), None);
        assert_eq!(fields.given("none"), None);
    }
}

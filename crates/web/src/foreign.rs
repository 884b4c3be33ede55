//! What the framework refuses before any handler hears of it (a method that is not offered, an address or a body that
//! is no text), told as everything else is: a page for people, problem+json for programs.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::Refusal;

use crate::{App, Ask, Failed};

/// A layer around all routes.
pub async fn in_our_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    if is_told(response.headers()) {
        return response;
    }
    let refusal = match response.status() {
        StatusCode::NOT_FOUND => Refusal::missing(),
        StatusCode::METHOD_NOT_ALLOWED => Refusal::other_method("method-not-offered"),
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Refusal::invalid("request", "request-unreadable")
        }
        _ => return response,
    };
    let mut told = Failed::new(&Ask::read(app, &asked), refusal.into()).into_response();
    if let Some(methods) = response.headers().get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, methods.clone());
    }
    told
}

/// Whether the answer is one of ours: pages are HTML, everything else that handlers say is JSON.
fn is_told(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.contains("json")
}

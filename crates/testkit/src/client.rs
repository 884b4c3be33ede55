//! Pages and the API without a socket: requests go straight into the router.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use serde_json::Value;
use tower::ServiceExt;

/// A browser or a program, with the session it carries.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// `Location`, where a form leads.
    pub location: Option<String>,
    /// Every `Set-Cookie`.
    pub cookies: Vec<String>,
    /// `Content-Type`.
    pub kind: String,
    /// The body.
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl Client {
    /// Nobody signed in.
    pub fn guest(router: Router) -> Self {
        Self { router, token: None, headers: Vec::new() }
    }

    /// With a session's token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// With a header in every request.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name, value.to_owned()));
        client
    }

    fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Reply {
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = match &self.token {
            Some(token) => request.header(header::COOKIE, format!("{}={token}", web::SESSION_COOKIE)),
            None => request,
        };
        let request: Request<Body> = request.body(body).expect("a request");
        let router = self.router.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let response = match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let text = |name: header::HeaderName| {
                response
                    .headers()
                    .get_all(name)
                    .iter()
                    .filter_map(|v| v.to_str().ok())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let (status, location, cookies) =
                (response.status(), text(header::LOCATION).pop(), text(header::SET_COOKIE));
            let kind = text(header::CONTENT_TYPE).pop().unwrap_or_default();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Reply { status, location, cookies, kind, body, bytes: bytes.to_vec() }
        })
    }

    /// Looks at a page or reads from the API.
    pub fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty())
    }

    /// Sends a form.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body.join("&")))
    }

    /// Sends a form with a file in the field `file`, as a browser does.
    pub fn post_file(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Reply {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part =
                format!("--frame\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(
            b"--frame\r\ncontent-disposition: form-data; name=\"file\"; filename=\"sheet.xlsx\"\r\n\r\n",
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--frame--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=frame");
        self.send(request, Body::from(body))
    }

    /// Sends a file to the API under an idempotency key.
    pub fn post_bytes(&self, path: &str, key: &str, body: &[u8]) -> Reply {
        self.send(Request::post(path).header("idempotency-key", key), Body::from(body.to_vec()))
    }

    /// Sends JSON to the API under an idempotency key.
    pub fn post_json(&self, path: &str, key: &str, body: &Value) -> Reply {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        self.send(request, Body::from(body.to_string()))
    }
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

//! Refusals and faults as pages and as problem+json (RFC 9457), mapped to a status once, here.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use db::{Failure, Fault};
use kernel::{Actor, Kind, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Ask, Page, html};

/// A request that failed, with what is needed to say so.
pub struct Failed(Box<Inner>);

struct Inner {
    ask: Ask,
    failure: Failure,
}

/// A problem as the API tells it (RFC 9457); `rule` is the refusal's name in `docs/api.md`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `/problems/{rule}`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The sentence a person reads.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Name of the rule that refused.
    pub rule: String,
    /// Every field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// When to try again (RFC 3339), for 429.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<String>,
}

/// One wrong field of a body.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// Name of the member.
    pub field: String,
    /// Name of the rule it breaks.
    pub rule: String,
    /// The sentence a person reads.
    pub detail: String,
}

/// `outcome.or_failed(&ask)?` in a handler.
pub trait OrFailed<T> {
    /// The value, or what becomes an error page or a problem.
    ///
    /// # Errors
    /// [`Failed`].
    fn or_failed(self, ask: &Ask) -> Result<T, Failed>;
}

impl<T> OrFailed<T> for Result<T, Failure> {
    fn or_failed(self, ask: &Ask) -> Result<T, Failed> {
        self.map_err(|failure| Failed::new(ask, failure))
    }
}

/// The status of a refusal; the only place where it is decided.
pub const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal.kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Missing => StatusCode::NOT_FOUND,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::SignInFirst => StatusCode::UNAUTHORIZED,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::OtherMethod => StatusCode::METHOD_NOT_ALLOWED,
        Kind::TooFast(_) => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// When to try again while the database is away: it is back within seconds after a restart.
const UNAVAILABLE_SECONDS: i64 = 10;
/// When to try again while there is no room: somebody must make some.
const NO_ROOM_SECONDS: i64 = 300;

/// The rule by which a fault is told.
const fn rule_of(fault: &Fault) -> &'static str {
    match fault {
        Fault::NoRoom(_) => "no-room",
        fault if fault.passes() => "unavailable",
        _ => "defect",
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    title: String,
    what: String,
    mend: String,
    reference: Option<String>,
}

impl Failed {
    /// What failed, and for whom.
    pub fn new(ask: &Ask, failure: Failure) -> Self {
        Self(Box::new(Inner { ask: ask.clone(), failure }))
    }

    fn sentence(&self) -> String {
        let (text, language) = (self.0.ask.app.text(), self.0.ask.language);
        match &self.0.failure {
            Failure::Refused(refusal) => text.refusal(language, refusal),
            Failure::Fault(fault) => text.rule(language, rule_of(fault), &[]),
        }
    }

    fn status(&self) -> StatusCode {
        match &self.0.failure {
            Failure::Refused(refusal) => status_of(refusal),
            Failure::Fault(Fault::NoRoom(_)) => StatusCode::INSUFFICIENT_STORAGE,
            Failure::Fault(fault) if fault.passes() => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds after which it is worth trying again.
    fn retry_after(&self) -> Option<i64> {
        match &self.0.failure {
            Failure::Refused(refusal) => match refusal.kind {
                Kind::TooFast(until) => {
                    let now = self.0.ask.app.kit().clock.now();
                    Some((until.micros() - now.micros()).max(0) / 1_000_000 + 1)
                }
                _ => None,
            },
            Failure::Fault(Fault::NoRoom(_)) => Some(NO_ROOM_SECONDS),
            Failure::Fault(fault) => fault.passes().then_some(UNAVAILABLE_SECONDS),
        }
    }

    fn problem(&self) -> Problem {
        let rule = match &self.0.failure {
            Failure::Refused(refusal) => refusal.rule,
            Failure::Fault(fault) => rule_of(fault),
        };
        let (text, language) = (self.0.ask.app.text(), self.0.ask.language);
        let fields = self.0.failure.refusal().map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
        Problem {
            kind: format!("/problems/{rule}"),
            title: self.sentence(),
            status: self.status().as_u16(),
            rule: rule.to_owned(),
            errors: fields
                .iter()
                .map(|field| ProblemField {
                    field: field.field.to_owned(),
                    rule: field.rule.to_owned(),
                    detail: text.field(language, field),
                })
                .collect(),
            retry_at: match self.0.failure.refusal().map(|refusal| refusal.kind) {
                Some(Kind::TooFast(until)) => Some(until.rfc3339()),
                _ => None,
            },
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        if let Failure::Fault(fault) = &self.0.failure {
            tracing::error!(path = %self.0.ask.path, %fault, "a request failed");
        }
        let kind = self.0.failure.refusal().map(|refusal| refusal.kind);
        let retry_after = self.retry_after();
        let mut response = if self.0.ask.api {
            let mut response = (self.status(), axum::Json(self.problem())).into_response();
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
            response
        } else if kind == Some(Kind::SignInFirst) {
            Redirect::to(&format!("/sign-in?next={}", self.0.ask.path)).into_response()
        } else {
            // Without the database nobody knows who it is: the page is a guest's.
            let page = Page::new(&self.0.ask, &Actor::guest()).back("/");
            let status = self.status();
            let title = page.t(&format!("error-{}-title", status.as_u16()));
            let mend = match kind {
                // The minute after: the limit may end within its own.
                Some(Kind::TooFast(until)) => {
                    page.ta("error-429-mend", "until", page.moment(until.plus_seconds(60)))
                }
                _ => page.t(&format!("error-{}-mend", status.as_u16())),
            };
            let what = self.sentence();
            html(status, &ErrorPage { page, status: status.as_u16(), title, what, mend, reference: None })
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

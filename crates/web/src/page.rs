//! What every page template has, and how answers are made.

use std::fmt::Write as _;

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Action, Actor, Arg, Day, FieldRefusal, Instant};
use serde::Serialize;

use crate::{Ask, Language, Text};

/// A field that is wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name and id of the field.
    pub field: &'static str,
    /// What is wrong with it, and how to mend it.
    pub message: String,
}

/// What the shell of every page shows; templates have it as `page`.
pub struct Page {
    ask: Ask,
    /// Tag of the language.
    pub lang: &'static str,
    /// `std`, `large`, `elder` or `max`.
    pub size: &'static str,
    /// `normal` or `high`.
    pub contrast: &'static str,
    /// The community or area this installation stands for.
    pub community_name: String,
    /// The landline to call instead.
    pub phone: String,
    /// A fresh idempotency key for the page's form: sending it twice counts once.
    pub key: String,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Whether that person has work to do for others.
    pub staff: bool,
    /// Whether that person is a volunteer.
    pub volunteer: bool,
    /// Where the back link goes.
    pub back: Option<String>,
    /// Which tab is lit.
    pub tab: &'static str,
    /// What is wrong with the form that was sent.
    pub errors: Vec<FieldError>,
}

impl Page {
    /// The page for this request and this actor.
    pub fn new(ask: &Ask, actor: &Actor) -> Self {
        let place = ask.app.place();
        let key: [u8; 16] = ask.app.kit().random.bytes();
        let staff_actions =
            Action::ALL.iter().any(|&a| actor.grants.iter().any(|grant| grant.role.allows(a)));
        Self {
            lang: ask.language.tag(),
            size: ask.size,
            contrast: ask.contrast,
            community_name: place.name.clone(),
            phone: place.phone.clone(),
            key: key.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }),
            signed_in: actor.person.is_some(),
            staff: staff_actions,
            volunteer: actor.holds(kernel::Role::Volunteer),
            back: None,
            tab: "",
            errors: Vec::new(),
            ask: ask.clone(),
        }
    }

    /// With a back link.
    #[must_use]
    pub fn back(mut self, to: impl Into<String>) -> Self {
        self.back = Some(to.into());
        self
    }

    /// With a tab lit.
    #[must_use]
    pub fn tab(mut self, tab: &'static str) -> Self {
        self.tab = tab;
        self
    }

    /// With the errors of a form that was sent; the title then begins with the word for "error".
    #[must_use]
    pub fn wrong(mut self, fields: &[FieldRefusal]) -> Self {
        self.errors =
            fields.iter().map(|field| FieldError { field: field.field, message: self.why(field) }).collect();
        self
    }

    /// What is wrong with a field.
    pub fn why(&self, field: &FieldRefusal) -> String {
        self.ask.app.text().field(self.ask.language, field)
    }

    /// The sentence `key`.
    pub fn t(&self, key: &str) -> String {
        self.ask.app.text().get(self.ask.language, key, &[])
    }

    /// The sentence of a word that a row or an enumeration holds: `tw("hours-grade-", "a")` is `hours-grade-a`.
    pub fn tw(&self, prefix: &str, word: &str) -> String {
        self.t(&format!("{prefix}{word}"))
    }

    /// The sentence `key` with one argument.
    pub fn ta(&self, key: &str, name: &'static str, value: impl Shown) -> String {
        self.ask.app.text().get(self.ask.language, key, &[(name, value.arg())])
    }

    /// The sentence `key` with two arguments.
    pub fn tb(&self, key: &str, a: &'static str, x: impl Shown, b: &'static str, y: impl Shown) -> String {
        self.ask.app.text().get(self.ask.language, key, &[(a, x.arg()), (b, y.arg())])
    }

    /// Every sentence.
    pub(crate) fn text(&self) -> &Text {
        self.ask.app.text()
    }

    /// The language the page is in.
    pub fn language(&self) -> Language {
        self.ask.language
    }

    /// Path of this page.
    pub fn path(&self) -> &str {
        &self.ask.path
    }
}

/// What can stand in a sentence of a template.
pub trait Shown {
    /// As an argument.
    fn arg(&self) -> Arg;
}

impl Shown for &str {
    fn arg(&self) -> Arg {
        Arg::from((*self).to_owned())
    }
}
impl Shown for String {
    fn arg(&self) -> Arg {
        Arg::from(self.clone())
    }
}
impl Shown for i64 {
    fn arg(&self) -> Arg {
        Arg::Number(*self)
    }
}
impl Shown for usize {
    fn arg(&self) -> Arg {
        Arg::Number(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}
impl Shown for Day {
    fn arg(&self) -> Arg {
        Arg::Day(*self)
    }
}
impl Shown for Instant {
    fn arg(&self) -> Arg {
        Arg::Moment(*self)
    }
}
impl<T: Shown> Shown for &T {
    fn arg(&self) -> Arg {
        (**self).arg()
    }
}

/// A page.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(body) => {
            let mut response = (status, axum::response::Html(body)).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => {
            tracing::error!(%error, "a template failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// An answer of the API.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    (status, axum::Json(value)).into_response()
}

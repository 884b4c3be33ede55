//! How a request is refused: by a rule that has a name, in words both languages have.

use std::{borrow::Cow, fmt};

use crate::{Day, Instant};

/// What kind of refusal it is; the web maps each to one HTTP status, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something typed is wrong: every field says what. 422.
    Invalid,
    /// There is none, or the asker may not know of it. 404.
    Missing,
    /// Signed in, known to exist, but not this role. 403.
    Forbidden,
    /// Nobody is signed in and the action needs a person. 401.
    SignInFirst,
    /// True a moment ago, or a rule of the service stands against it. 409.
    Conflict,
    /// There is something at this address, but not to be asked for in this way. 405.
    OtherMethod,
    /// Too often; carries when to try again. 429.
    TooFast(Instant),
}

/// A value named in a refusal's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A count.
    Number(i64),
    /// A text, shown as it is.
    Text(Cow<'static, str>),
    /// A day, shown in the reader's words.
    Day(Day),
    /// A point in time to the minute, shown in the reader's words.
    Moment(Instant),
}

impl From<Day> for Arg {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}
impl From<Instant> for Arg {
    fn from(at: Instant) -> Self {
        Self::Moment(at)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}
impl From<&'static str> for Arg {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// One field of a form or body and the rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRefusal {
    /// Name of the form field or JSON member.
    pub field: &'static str,
    /// Name of the rule; its sentence is `refusal-{rule}` in the locale files.
    pub rule: &'static str,
    /// Values named in the sentence.
    pub args: Vec<(&'static str, Arg)>,
}

/// A refusal: which rule, of what kind, with the values its sentence names. The person reads the sentence
/// `refusal-{rule}` in their language; the API carries the rule's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which status it becomes.
    pub kind: Kind,
    /// Name of the rule, kebab-case, listed in `docs/api.md`.
    pub rule: &'static str,
    /// Values named in the sentence.
    pub args: Vec<(&'static str, Arg)>,
    /// For [`Kind::Invalid`]: every field that is wrong.
    pub fields: Vec<FieldRefusal>,
}

impl Refusal {
    const fn new(kind: Kind, rule: &'static str) -> Self {
        Self { kind, rule, args: Vec::new(), fields: Vec::new() }
    }

    /// One field is wrong.
    pub fn invalid(field: &'static str, rule: &'static str) -> Self {
        Self::fields(vec![FieldRefusal { field, rule, args: Vec::new() }])
    }

    /// Several fields are wrong.
    pub fn fields(fields: Vec<FieldRefusal>) -> Self {
        Self { fields, ..Self::new(Kind::Invalid, "invalid") }
    }

    /// There is none the asker may know of.
    pub const fn missing() -> Self {
        Self::new(Kind::Missing, "missing")
    }

    /// The asker's roles do not allow it.
    pub const fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "forbidden")
    }

    /// A person must sign in before this.
    pub const fn sign_in_first() -> Self {
        Self::new(Kind::SignInFirst, "sign-in-first")
    }

    /// A rule of the service, or what happened meanwhile, stands against it.
    pub const fn conflict(rule: &'static str) -> Self {
        Self::new(Kind::Conflict, rule)
    }

    /// The address is right and the HTTP method is not.
    pub const fn other_method(rule: &'static str) -> Self {
        Self::new(Kind::OtherMethod, rule)
    }

    /// Too often; may be tried again at `until`.
    pub const fn too_fast(rule: &'static str, until: Instant) -> Self {
        Self::new(Kind::TooFast(until), rule)
    }

    /// Names a value in the sentence: of the last field for an invalid form, else of the refusal.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        let args = self.fields.last_mut().map_or(&mut self.args, |field| &mut field.args);
        args.push((name, value.into()));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule)?;
        for field in &self.fields {
            write!(f, " {}:{}", field.field, field.rule)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

//! Events: how a use case tells what it changed, and how a consumer reads it.

use db::{Fault, Tx, params};
use kernel::{District, Id, Instant, Person};
use serde_json::{Map, Value};

use proof::canonical_json;
use vault::hex;

use crate::{Call, RowDigest};

/// Mark of an event's id.
#[derive(Debug)]
pub enum Journal {}

/// Version of the event's outer form.
const SCHEMA: i64 = 1;

/// What a use case changed, on its way into the journal.
#[derive(Clone, Debug)]
#[must_use]
pub struct Event {
    district: District,
    kind: &'static str,
    subject: Id<Journal>,
    version: i64,
    payload: Map<String, Value>,
    rows: Map<String, Value>,
}

impl Event {
    /// Something happened to `subject`, which has its `version`-th change by it. `district` is the shard of
    /// the subject's row. Versions of one subject are unique, so a change cannot be told twice.
    pub fn new<T>(kind: &'static str, district: District, subject: Id<T>, version: i64) -> Self {
        Self { district, kind, subject: subject.cast(), version, payload: Map::new(), rows: Map::new() }
    }

    /// Adds a member to the payload: an id, a number or a digest; never what a person may want deleted.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.payload.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an id to the payload.
    pub fn with_id<T>(self, name: &'static str, id: Id<T>) -> Self {
        self.with(name, id.to_string())
    }

    /// Carries the digest of an insert-only row, so that the row is as safe as the event.
    pub fn row(mut self, digest: &RowDigest) -> Self {
        self.rows.insert(digest.name(), hex(&digest.sha256).into());
        self
    }
}

/// Writes the event in the caller's transaction; it is sealed after the commit.
///
/// # Errors
/// A [`Fault`]; also when this version of the subject was told before, so that the use case fails and not the sealing.
pub fn append(tx: &mut Tx<'_>, call: &Call, event: Event) -> Result<(), Fault> {
    let id: Id<Journal> = call.id(event.district);
    let mut body = Map::new();
    body.insert("schema".to_owned(), SCHEMA.into());
    body.insert("id".to_owned(), id.to_string().into());
    body.insert("district".to_owned(), event.district.number().into());
    body.insert("kind".to_owned(), event.kind.into());
    body.insert("subject".to_owned(), event.subject.to_string().into());
    body.insert("version".to_owned(), event.version.into());
    body.insert("actor".to_owned(), call.actor.person.map_or(Value::Null, |id| id.to_string().into()));
    body.insert("at".to_owned(), call.now.micros().into());
    body.insert("payload".to_owned(), Value::Object(event.payload));
    if !event.rows.is_empty() {
        body.insert("rows".to_owned(), Value::Object(event.rows));
    }
    let body = canonical_json(&Value::Object(body));
    let added = tx.execute(
        "INSERT INTO journal_pending (district, id, subject, version, body)
         SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS
             (SELECT 1 FROM journal WHERE district = $1 AND subject = $3 AND version = $4)",
        params![event.district, id, event.subject, event.version, body],
    )?;
    if added == 0 {
        let Event { kind, subject, version, .. } = event;
        return Err(Fault::Defect(format!("{kind}: version {version} of {subject} has been told already")));
    }
    tx.wake(event.district);
    Ok(())
}

/// A sealed event, as a consumer reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    /// The district whose chain it is in.
    pub district: District,
    /// Its place in the chain, from 1 without gaps.
    pub seq: i64,
    /// Its id.
    pub id: Id<Journal>,
    /// What happened, in the past tense: `need.submitted`.
    pub kind: String,
    /// What it happened to.
    pub subject: Id<Journal>,
    /// The subject's how-manieth change.
    pub version: i64,
    /// Who did it; `None` for Linli itself and for guests.
    pub actor: Option<Id<Person>>,
    /// When it happened.
    pub at: Instant,
    /// When it was sealed: the day it counts for.
    pub sealed_at: Instant,
    payload: Map<String, Value>,
    pub(crate) rows: Map<String, Value>,
}

/// What the columns of `journal` repeat from the body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) id: Id<Journal>,
    pub(crate) kind: String,
    pub(crate) subject: Id<Journal>,
    pub(crate) version: i64,
    pub(crate) actor: Option<Id<Person>>,
    pub(crate) at: Instant,
}

impl Sealed {
    /// Reads the body of an event; `None` when it is not one.
    pub fn read(district: District, seq: i64, sealed_at: Instant, body: &[u8]) -> Option<Self> {
        let mut members: Map<String, Value> = serde_json::from_slice(body).ok()?;
        if members.get("district")?.as_i64()? != i64::from(district.number()) {
            return None;
        }
        let actor = match members.get("actor")? {
            Value::Null => None,
            value => Some(value.as_str()?.parse().ok()?),
        };
        let object = |value: Option<Value>| match value {
            Some(Value::Object(map)) => Some(map),
            _ => None,
        };
        Some(Self {
            district,
            seq,
            id: members.get("id")?.as_str()?.parse().ok()?,
            kind: members.get("kind")?.as_str()?.to_owned(),
            subject: members.get("subject")?.as_str()?.parse().ok()?,
            version: members.get("version")?.as_i64()?,
            actor,
            at: Instant::from_micros(members.get("at")?.as_i64()?),
            sealed_at,
            payload: object(members.remove("payload"))?,
            rows: object(members.remove("rows")).unwrap_or_default(),
        })
    }

    pub(crate) fn head(&self) -> Head {
        Head {
            id: self.id,
            kind: self.kind.clone(),
            subject: self.subject,
            version: self.version,
            actor: self.actor,
            at: self.at,
        }
    }

    fn defect(&self, name: &str) -> Fault {
        Fault::Defect(format!("event {} ({}) has no usable `{name}`", self.id, self.kind))
    }

    /// A number of the payload.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there is none.
    pub fn number(&self, name: &str) -> Result<i64, Fault> {
        self.payload.get(name).and_then(Value::as_i64).ok_or_else(|| self.defect(name))
    }

    /// A text of the payload.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there is none.
    pub fn text(&self, name: &str) -> Result<&str, Fault> {
        self.payload.get(name).and_then(Value::as_str).ok_or_else(|| self.defect(name))
    }

    /// An id of the payload.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there is none.
    pub fn id<T>(&self, name: &str) -> Result<Id<T>, Fault> {
        self.text(name)?.parse().map_err(|_| self.defect(name))
    }
}

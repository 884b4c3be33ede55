//! Looking people up, and the log of looks.

use db::{Fault, FromRow, Row, Span, Tx, Value, params, spanning};
use kernel::{Day, Id, Instant, Person};

use super::{Field, Query, Reveal};
use crate::{Card, card};

impl FromRow for Card {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        card::read(row)
    }
}

/// People of an area by id; the condition takes `$3`.
macro_rules! people {
    ($condition:literal) => {
        spanning!(
            "SELECT id, name, phone_last4, division FROM person",
            "district = $6",
            "district BETWEEN $6 AND $7",
            concat!(" AND division BETWEEN $1 AND $2 AND ", $condition, " AND id > $4 ORDER BY id LIMIT $5")
        )
    };
}

const BY_PHONE: (&str, &str) = people!("phone_last4 = $3");
const BY_INITIALS: (&str, &str) = people!("initials LIKE $3 ESCAPE '\\'");
const BY_NAME: (&str, &str) = people!("name LIKE $3 ESCAPE '\\'");

/// People of the area after `after`, by id.
pub(super) fn find(
    tx: &mut Tx<'_>,
    area: Span,
    query: &str,
    after: Option<Id<Person>>,
    limit: i64,
) -> Result<Vec<Card>, Fault> {
    let (texts, wanted) = match Query::new(query) {
        Query::Phone(last4) => (BY_PHONE, last4),
        Query::Initials(pattern) => (BY_INITIALS, pattern),
        Query::Name(pattern) => (BY_NAME, pattern),
    };
    let after = Value::Uuid(after.map_or([0; 16], Id::bytes));
    area.query(tx, texts, &[Value::Text(&wanted), after, Value::Int(limit)])
}

/// Everything of a person that is masked, sealed where it is sealed.
pub(super) struct Secrets {
    pub(super) name: String,
    pub(super) phone: Option<Vec<u8>>,
    pub(super) birth_day: Option<Day>,
    pub(super) address: String,
    pub(super) state: String,
    pub(super) document_kind: Option<String>,
    pub(super) document: Option<Vec<u8>>,
    pub(super) document_last4: Option<String>,
    pub(super) volunteer_number: Option<String>,
    pub(super) guardian_phone: Option<Vec<u8>>,
}

impl FromRow for Secrets {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            name: row.take()?,
            phone: row.take()?,
            birth_day: row.take()?,
            address: row.take()?,
            state: row.take()?,
            document_kind: row.take()?,
            document: row.take()?,
            document_last4: row.take()?,
            volunteer_number: row.take()?,
            guardian_phone: row.take()?,
        })
    }
}

pub(super) fn secrets(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Option<Secrets>, Fault> {
    tx.query_opt(
        "SELECT p.name, p.phone, p.birth_day, p.address, p.state, d.kind, d.number, d.last4, v.number,
             v.guardian_phone
         FROM person p
         LEFT JOIN person_document d ON d.district = p.district AND d.person = p.id
         LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id
         WHERE p.district = $1 AND p.id = $2",
        params![person.district(), person],
    )
}

pub(super) fn log(
    tx: &mut Tx<'_>,
    id: Id<Reveal>,
    person: Id<Person>,
    field: Field,
    by: Id<Person>,
    reason: &str,
    at: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO reveal (district, id, person, field, actor, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![person.district(), id, person, field.word(), by, reason, at],
    )
}

/// A row of the log.
pub(super) struct LookRow {
    pub(super) field: String,
    pub(super) actor: Id<Person>,
    pub(super) reason: String,
    pub(super) at: Instant,
}

impl FromRow for LookRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { field: row.take()?, actor: row.take()?, reason: row.take()?, at: row.take()? })
    }
}

pub(super) fn looks(tx: &mut Tx<'_>, person: Id<Person>, limit: i64) -> Result<Vec<LookRow>, Fault> {
    tx.query(
        "SELECT field, actor, reason, at FROM reveal WHERE district = $1 AND person = $2 ORDER BY id DESC LIMIT $3",
        params![person.district(), person, limit],
    )
}

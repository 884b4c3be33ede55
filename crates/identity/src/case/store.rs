//! Rows of a case and of what it is about.

use db::{Fault, FromRow, Row, Span, Tx, Value, params, spanning};
use kernel::{Id, Person};

use super::{Case, CaseState, Via};

fn word<T>(found: Option<T>, word: &str) -> Result<T, Fault> {
    found.ok_or_else(|| Fault::Defect(format!("identity_case holds `{word}`")))
}

impl FromRow for Case {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, person) = (row.take()?, row.take()?);
        let (division, decider) = (row.take()?, row.take()?);
        let (via, recorded_by): (String, _) = (row.take()?, row.take()?);
        let (made_by, state): (_, String) = (row.take()?, row.take()?);
        Ok(Self {
            id,
            person,
            division,
            decider,
            via: word(Via::from_word(&via), &via)?,
            recorded_by,
            made_by,
            state: word(CaseState::from_word(&state), &state)?,
            opened_at: row.take()?,
            due: row.take()?,
            decided_at: row.take()?,
            reason: row.take()?,
            version: row.take()?,
            contact: row.take()?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, person, division, decider, via, recorded_by, made_by, state, opened_at, due_day, decided_at,
             reason, version, contact FROM identity_case",
            $rest
        )
    };
}

const WAITING: (&str, &str) = spanning!(
    select!(""),
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND state = 'open' AND decider BETWEEN $1 AND $2 AND id > $3 ORDER BY id LIMIT $4"
);

const OVER: (&str, &str) = spanning!(
    select!(""),
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND state <> 'open' AND decider BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3"
);

/// The newest cases that are decided or were withdrawn.
pub(super) fn over(tx: &mut Tx<'_>, area: Span, most: i64) -> Result<Vec<Case>, Fault> {
    area.query(tx, OVER, &[Value::Int(most)])
}

pub(super) fn waiting(
    tx: &mut Tx<'_>,
    area: Span,
    after: Option<Id<Case>>,
    most: i64,
) -> Result<Vec<Case>, Fault> {
    area.query(tx, WAITING, &[Value::Uuid(after.map_or([0; 16], Id::bytes)), Value::Int(most)])
}

pub(super) fn one(tx: &mut Tx<'_>, id: Id<Case>) -> Result<Option<Case>, Fault> {
    tx.query_opt(select!(" WHERE district = $1 AND id = $2"), params![id.district(), id])
}

pub(super) fn locked(tx: &mut Tx<'_>, id: Id<Case>) -> Result<Option<Case>, Fault> {
    tx.query_opt(select!(" WHERE district = $1 AND id = $2 FOR UPDATE"), params![id.district(), id])
}

pub(super) fn latest(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Option<Case>, Fault> {
    tx.query_opt(
        select!(" WHERE district = $1 AND person = $2 ORDER BY id DESC LIMIT 1"),
        params![person.district(), person],
    )
}

pub(super) fn insert(tx: &mut Tx<'_>, case: &Case) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO identity_case (district, id, person, division, decider, via, recorded_by, contact, made_by, state,
             opened_at, due_day, reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 1)",
        params![
            case.id.district(),
            case.id,
            case.person,
            case.division,
            case.decider,
            case.via.word(),
            case.recorded_by,
            case.contact,
            case.made_by,
            case.state.word(),
            case.opened_at,
            case.due
        ],
    )
}

/// What a case is about: an id, what it is of, who brought it in.
pub(super) struct Item {
    pub(super) item: [u8; 16],
    pub(super) kind: &'static str,
    pub(super) by: Option<Id<Person>>,
}

pub(super) fn insert_item(tx: &mut Tx<'_>, case: Id<Case>, item: &Item) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO identity_case_item (district, case_id, item, kind, brought_by) VALUES ($1, $2, $3, $4, $5)",
        params![case.district(), case, Value::Uuid(item.item), item.kind, item.by],
    )
}

/// Who made the account or brought in an hour of a case.
pub(super) fn makers(tx: &mut Tx<'_>, case: Id<Case>) -> Result<Vec<Id<Person>>, Fault> {
    let rows: Vec<(Id<Person>,)> = tx.query(
        "SELECT DISTINCT brought_by FROM identity_case_item
         WHERE district = $1 AND case_id = $2 AND brought_by IS NOT NULL",
        params![case.district(), case],
    )?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

pub(super) fn end(tx: &mut Tx<'_>, case: &Case, decided_by: Option<Id<Person>>) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE identity_case SET state = $3, decided_by = $4, decided_at = $5, reason = $6, version = $7
         WHERE district = $1 AND id = $2",
        params![
            case.id.district(),
            case.id,
            case.state.word(),
            decided_by,
            case.decided_at,
            case.reason,
            case.version
        ],
    )
}

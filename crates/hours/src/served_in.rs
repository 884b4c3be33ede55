//! What was served in an area, for a sheet, and by the members of a team.

use db::{Fault, FromRow, Outcome, Row, Span, Tx, Value, params, spanning};
use journal::Call;
use kernel::{Action, Day, District, DivisionCode, Id, Instant, Minutes, Person};

use crate::{AnyEngagement, Attendance, Grade};

/// A presence that counts, as it stands today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedIn {
    /// The presence.
    pub attendance: Id<Attendance>,
    /// What was served.
    pub engagement: Id<AnyEngagement>,
    /// `need`, `shift` or `import`.
    pub kind: String,
    /// Word of the category.
    pub category: String,
    /// Where.
    pub division: DivisionCode,
    /// Who served.
    pub person: Id<Person>,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// Whole minutes that count.
    pub minutes: Minutes,
    /// How far they can be believed.
    pub grade: Grade,
}

impl FromRow for ServedIn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            attendance: row.take()?,
            engagement: row.take()?,
            kind: row.take()?,
            category: row.take()?,
            division: row.take()?,
            person: row.take()?,
            from: row.take()?,
            to: row.take()?,
            minutes: row.take()?,
            grade: row.take()?,
        })
    }
}

const SERVED: (&str, &str) = spanning!(
    "SELECT id, engagement, kind, category, division, person, COALESCE(arrived_at, planned_from),
         COALESCE(left_at, planned_to), minutes, grade FROM attendance",
    "district = $6",
    "district BETWEEN $6 AND $7",
    " AND state = 'recorded' AND division BETWEEN $1 AND $2 AND planned_from >= $3 AND planned_from < $4
     AND minutes > 0 AND grade IS NOT NULL ORDER BY planned_from, id LIMIT $5"
);

/// What was served in the area on the days `first` to `last` and counts, by time, at most so many. One statement.
///
/// # Errors
/// Sign in first, forbidden.
pub fn served_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    (first, last): (Day, Day),
    most: i64,
) -> Outcome<Vec<ServedIn>> {
    call.actor.must(Action::ExchangeSheets, area)?;
    let (from, to) = (first.start(), last.plus(1).start());
    Ok(Span::of(area).query(tx, SERVED, params![from, to, most])?)
}

/// People asked for at once by [`served_by`].
pub const SERVED_BY_MAX: usize = 20;

/// A presence of one of several people that counts, as it stands today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedBy {
    /// Who served.
    pub person: Id<Person>,
    /// What was served.
    pub engagement: Id<AnyEngagement>,
    /// From when.
    pub from: Instant,
    /// Whole minutes that count.
    pub minutes: Minutes,
    /// How far they can be believed.
    pub grade: Grade,
}

impl FromRow for ServedBy {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            person: row.take()?,
            engagement: row.take()?,
            from: row.take()?,
            minutes: row.take()?,
            grade: row.take()?,
        })
    }
}

/// What these people, at most [`SERVED_BY_MAX`] of them, served in a district and counts. Who may know is the caller's
/// question. One statement.
///
/// # Errors
/// A fault.
pub fn served_by(tx: &mut Tx<'_>, district: District, people: &[Id<Person>]) -> Result<Vec<ServedBy>, Fault> {
    let mut values = params![district].to_vec();
    values.extend(people.iter().take(SERVED_BY_MAX).map(|id| Value::Uuid(id.bytes())));
    values.resize(SERVED_BY_MAX + 1, Value::Null);
    tx.query(
        "SELECT person, engagement, COALESCE(arrived_at, planned_from), minutes, grade FROM attendance
         WHERE district = $1 AND state = 'recorded' AND minutes > 0 AND grade IS NOT NULL
             AND person IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        &values,
    )
}

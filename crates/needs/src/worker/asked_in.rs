//! What was asked in an area, for a sheet.

use db::{Fault, FromRow, Outcome, Row, Span, Tx, params, spanning};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Instant, Person};

use crate::need::Need;

/// A need as a list holds it. What somebody wrote, and where they live, stay where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedIn {
    /// Its id.
    pub id: Id<Need>,
    /// The short number people read out.
    pub number: String,
    /// Where help is needed.
    pub division: DivisionCode,
    /// Word of the category.
    pub category: String,
    /// How it came in.
    pub channel: String,
    /// Word of the risk.
    pub risk: String,
    /// Whether it could not wait.
    pub urgent: bool,
    /// Where it stands.
    pub state: String,
    /// From when.
    pub starts_at: Instant,
    /// Until when.
    pub ends_at: Instant,
    /// For whom.
    pub recipient: Id<Person>,
    /// Who promised to come.
    pub helper: Option<Id<Person>>,
    /// 0 not said, 1 badly, 2 so-so, 3 well.
    pub rating: Option<i64>,
    /// When it was asked.
    pub created_at: Instant,
}

impl FromRow for AskedIn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            number: row.take()?,
            division: row.take()?,
            category: row.take()?,
            channel: row.take()?,
            risk: row.take()?,
            urgent: row.take()?,
            state: row.take()?,
            starts_at: row.take()?,
            ends_at: row.take()?,
            recipient: row.take()?,
            helper: row.take()?,
            rating: row.take()?,
            created_at: row.take()?,
        })
    }
}

const ASKED: (&str, &str) = spanning!(
    "SELECT id, number, division, category, channel, risk, urgent, state, starts_at, ends_at, recipient, helper, rating,
         created_at FROM need",
    "district = $6",
    "district BETWEEN $6 AND $7",
    " AND division BETWEEN $1 AND $2 AND created_at >= $3 AND created_at < $4 ORDER BY created_at, id LIMIT $5"
);

/// What was asked in the area on the days `first` to `last`, by time, at most so many. One statement.
///
/// # Errors
/// Sign in first, forbidden.
pub fn asked_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    (first, last): (Day, Day),
    most: i64,
) -> Outcome<Vec<AskedIn>> {
    call.actor.must(Action::ExchangeSheets, area)?;
    let (from, to) = (first.start(), last.plus(1).start());
    Ok(Span::of(area).query(tx, ASKED, params![from, to, most])?)
}

//! The lists of an area.

use db::{Fault, FromRow, Outcome, Row, Span, ToValue as _, Tx, Value, spanning};
use journal::Call;
use kernel::Instant;

use super::{BOARD_MAX, Figures};
use crate::{
    PhoneCall,
    phone_call::{Sealed, call_columns},
};

const WAITING: (&str, &str) = spanning!(
    call_columns!(),
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND division BETWEEN $1 AND $2 AND (state IN ('due', 'given_up') OR (state = 'closed' AND settled_at > $3))
     ORDER BY due_at, id LIMIT $4"
);

/// The calls of an area that wait or are given up, and those that came to something after `fresh`.
pub(super) fn waiting(tx: &mut Tx<'_>, call: &Call, area: Span, fresh: Instant) -> Outcome<Vec<PhoneCall>> {
    let fresh = fresh.value();
    let rows: Vec<Sealed> = area.query(tx, WAITING, &[fresh, Value::Int(BOARD_MAX)])?;
    Ok(rows.into_iter().map(|row| row.open(call.keys())).collect::<Result<_, _>>()?)
}

impl FromRow for Figures {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { today: row.take()?, at_once: row.take()?, waiting: row.take()?, since: row.take()? })
    }
}

const FIGURES: (&str, &str) = spanning!(
    "SELECT COALESCE(CAST(SUM(CASE WHEN began_at >= $3 THEN 1 ELSE 0 END) AS BIGINT), 0),
         COALESCE(CAST(SUM(CASE WHEN began_at >= $3 AND state = 'closed' AND due_at IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0),
         COALESCE(CAST(SUM(CASE WHEN state = 'due' THEN 1 ELSE 0 END) AS BIGINT), 0),
         MIN(CASE WHEN state = 'due' THEN began_at ELSE NULL END)
     FROM phone_call",
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 AND (began_at >= $3 OR state = 'due')"
);

/// The hotline of an area since `today` began.
pub(super) fn figures(tx: &mut Tx<'_>, area: Span, today: Instant) -> Result<Figures, Fault> {
    let rows: Vec<Figures> = area.query(tx, FIGURES, &[today.value()])?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

//! The lists of an area.

use db::{Fault, Outcome, Span, ToValue as _, Tx, Value, spanning};
use journal::Call;
use kernel::{Id, Instant, Person};

use super::{BOARD_MAX, Figures};
use crate::{
    PhoneCall,
    phone_call::{call_columns, opened},
};

const WAITING: (&str, &str) = spanning!(
    call_columns!(),
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 AND state IN ('due', 'given_up') ORDER BY due_at, id LIMIT $3"
);

/// The calls of an area that wait or are given up.
pub(super) fn waiting(tx: &mut Tx<'_>, call: &Call, area: Span) -> Outcome<Vec<PhoneCall>> {
    opened(call, area.query(tx, WAITING, &[Value::Int(BOARD_MAX)])?)
}

const SETTLED: (&str, &str) = spanning!(
    call_columns!(),
    "district = $6",
    "district BETWEEN $6 AND $7",
    " AND division BETWEEN $1 AND $2 AND taken_by = $3 AND settled_at > $4 ORDER BY settled_at DESC, id LIMIT $5"
);

/// What somebody's call-backs in an area came to since then, the last first.
pub(super) fn settled(
    tx: &mut Tx<'_>,
    call: &Call,
    area: Span,
    (by, since): (Id<Person>, Instant),
) -> Outcome<Vec<PhoneCall>> {
    opened(call, area.query(tx, SETTLED, &[by.value(), since.value(), Value::Int(BOARD_MAX)])?)
}

const TODAY: (&str, &str) = spanning!(
    "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN state = 'closed' AND due_at IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0)
     FROM phone_call",
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 AND began_at >= $3"
);

const WAIT: (&str, &str) = spanning!(
    "SELECT COUNT(*), MIN(began_at) FROM phone_call",
    "district = $3",
    "district BETWEEN $3 AND $4",
    " AND division BETWEEN $1 AND $2 AND state = 'due'"
);

/// The hotline of an area since `today` began. Two statements.
pub(super) fn figures(tx: &mut Tx<'_>, area: Span, today: Instant) -> Result<Figures, Fault> {
    let began: Vec<(i64, i64)> = area.query(tx, TODAY, &[today.value()])?;
    let wait: Vec<(i64, Option<Instant>)> = area.query(tx, WAIT, &[])?;
    let (today, at_once) = began.into_iter().next().unwrap_or_default();
    let (waiting, since) = wait.into_iter().next().unwrap_or_default();
    Ok(Figures { today, at_once, waiting, since })
}

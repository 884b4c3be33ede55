//! Rows of `public_notice`, and what was served in its area and time.

use std::ops::RangeInclusive;

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person};

use super::{NewNotice, NoticeCard, PublicNotice};

impl FromRow for NoticeCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            about: NewNotice {
                division: row.take()?,
                first: row.take()?,
                last: row.take()?,
                until: row.take()?,
            },
            put_up_at: row.take()?,
            taken_down_at: row.take()?,
            reason: row.take()?,
            version: row.take()?,
        })
    }
}

macro_rules! select_notices {
    () => {
        "SELECT id, division, first_day, last_day, until_day, put_up_at, taken_down_at, reason, version
         FROM public_notice"
    };
    ($rest:literal) => {
        concat!(select_notices!(), " WHERE district = $1 ", $rest)
    };
}

const UP: (&str, &str) = spanning!(
    select_notices!(),
    "district = $7",
    "district BETWEEN $7 AND $8",
    " AND (division BETWEEN $1 AND $2 OR division = $3 OR division = $4) AND until_day >= $5
     AND taken_down_at IS NULL ORDER BY until_day, id LIMIT $6"
);

const NEWEST: (&str, &str) = spanning!(
    select_notices!(),
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3"
);

/// What is up in the area, and of the street and the district around it.
pub(super) fn up(
    tx: &mut Tx<'_>,
    area: DivisionCode,
    today: Day,
    most: i64,
) -> Result<Vec<NoticeCard>, Fault> {
    Span::of(area).query(tx, UP, params![area.street(), area.district().division(), today, most])
}

pub(super) fn newest(
    tx: &mut Tx<'_>,
    codes: &RangeInclusive<u64>,
    most: i64,
) -> Result<Vec<NoticeCard>, Fault> {
    Span::of_range(codes).query(tx, NEWEST, params![most])
}

pub(super) fn seen(tx: &mut Tx<'_>, id: Id<PublicNotice>) -> Result<Option<NoticeCard>, Fault> {
    tx.query_opt(select_notices!("AND id = $2"), params![id.district(), id])
}

pub(super) fn locked(tx: &mut Tx<'_>, id: Id<PublicNotice>) -> Result<Option<NoticeCard>, Fault> {
    tx.query_opt(select_notices!("AND id = $2 FOR UPDATE"), params![id.district(), id])
}

/// Whether a notice about the same is up.
pub(super) fn is_there(tx: &mut Tx<'_>, new: &NewNotice, today: Day) -> Result<bool, Fault> {
    let same: Option<NoticeCard> = tx.query_opt(
        select_notices!(
            "AND division = $2 AND first_day = $3 AND last_day = $4 AND until_day >= $5
             AND taken_down_at IS NULL ORDER BY id LIMIT 1"
        ),
        params![new.division.district(), new.division, new.first, new.last, today],
    )?;
    Ok(same.is_some())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: Id<PublicNotice>,
    new: &NewNotice,
    by: Id<Person>,
    at: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO public_notice (district, id, division, first_day, last_day, until_day, put_up_by, put_up_at,
             reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 1)",
        params![id.district(), id, new.division, new.first, new.last, new.until, by, at],
    )
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    id: Id<PublicNotice>,
    by: Id<Person>,
    at: Instant,
    reason: &str,
    version: i64,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE public_notice SET taken_down_by = $3, taken_down_at = $4, reason = $5, version = $6
         WHERE district = $1 AND id = $2",
        params![id.district(), id, by, at, reason, version],
    )
}

/// What one person served in the area and the time of a notice.
pub(super) struct Sum {
    pub(super) person: Id<Person>,
    pub(super) services: i64,
    pub(super) minutes: Minutes,
    pub(super) witnessed: Minutes,
}

impl FromRow for Sum {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { person: row.take()?, services: row.take()?, minutes: row.take()?, witnessed: row.take()? })
    }
}

/// What counts now of what was served there and then, by person.
pub(super) fn served(tx: &mut Tx<'_>, about: &NewNotice) -> Result<Vec<Sum>, Fault> {
    let codes = about.division.subtree();
    let (from, to) = (about.first.start(), about.last.plus(1).start());
    tx.query(
        "SELECT person, COUNT(*), CAST(SUM(minutes) AS BIGINT),
             CAST(SUM(CASE WHEN grade IN ('a', 'b') THEN minutes ELSE 0 END) AS BIGINT)
         FROM attendance
         WHERE district = $1 AND state = 'recorded' AND division BETWEEN $2 AND $3 AND planned_from >= $4
             AND planned_from < $5 AND minutes > 0 AND grade IS NOT NULL
         GROUP BY person ORDER BY person",
        params![about.division.district(), codes.start().cast_signed(), codes.end().cast_signed(), from, to],
    )
}

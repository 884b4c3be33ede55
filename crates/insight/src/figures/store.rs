//! Reading the roll-up.

use std::collections::BTreeMap;

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{Day, DivisionCode};

use super::{
    MinutesByGrade, Residents, WINDOW_DAYS,
    rules::{bucket_bound, day_part, part_day},
};

const AMOUNTS: (&str, &str) = spanning!(
    "SELECT figure, part, CAST(SUM(amount) AS BIGINT) FROM figure_day",
    "district = $7",
    "district BETWEEN $7 AND $8",
    " AND division BETWEEN $1 AND $2 AND day <= $3
         AND (figure IN ('volunteers', 'teams', 'projects', 'minutes') OR (figure = 'answered' AND day > $4)
              OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
         GROUP BY figure, part"
);

const ACTIVE: (&str, &str) = spanning!(
    "SELECT COUNT(*) FROM active_interval",
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 AND from_day <= $3 AND to_day >= $3"
);

const CHANGES: (&str, &str) = spanning!(
    "SELECT day, figure, CAST(SUM(amount) AS BIGINT) FROM figure_day",
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND division BETWEEN $1 AND $2 AND day > $3 AND day <= $4
         AND figure IN ('volunteers', 'teams', 'projects', 'minutes')
         GROUP BY day, figure"
);

const INTERVALS: (&str, &str) = spanning!(
    "SELECT CASE WHEN from_day > $3 THEN from_day ELSE $3 END, CASE WHEN to_day < $4 THEN to_day ELSE $4 END, COUNT(*)
         FROM active_interval",
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND division BETWEEN $1 AND $2 AND from_day <= $4 AND to_day >= $3 GROUP BY 1, 2"
);

/// What one read of the sums gives.
#[derive(Default)]
pub(super) struct Amounts {
    pub(super) volunteers: i64,
    pub(super) teams: i64,
    pub(super) projects: i64,
    pub(super) minutes: MinutesByGrade,
    /// By the bucket's bound in minutes; `None` is the open bucket.
    pub(super) answered: BTreeMap<Option<i64>, i64>,
    /// By the day of asking.
    pub(super) needs: BTreeMap<Day, i64>,
    pub(super) matched: BTreeMap<Day, i64>,
    /// By the day of service.
    pub(super) served: BTreeMap<Day, i64>,
}

/// Sums up to the end of `day`; what is kept by a day of asking or service reaches back over the window.
pub(super) fn amounts(tx: &mut Tx<'_>, area: Span, day: Day) -> Result<Amounts, Fault> {
    let mut sums = Amounts::default();
    let window = (day_part(day.plus(-1 - WINDOW_DAYS)), day_part(day));
    let before = day.plus(-WINDOW_DAYS);
    let more = params![day, before, window.0, window.1];
    area.each(tx, AMOUNTS, more, |row| {
        let (figure, part, amount): (String, String, i64) = FromRow::from_row(row)?;
        let unknown = || Fault::Defect(format!("figure_day has {figure} of `{part}`"));
        let on_day = || part_day(&part).ok_or_else(unknown);
        match figure.as_str() {
            "volunteers" => sums.volunteers = amount,
            "teams" => sums.teams = amount,
            "projects" => sums.projects = amount,
            "minutes" => {
                sums.minutes.total += amount;
                match part.as_str() {
                    "a" => sums.minutes.a = amount,
                    "b" => sums.minutes.b = amount,
                    "c" => sums.minutes.c = amount,
                    "d" => sums.minutes.d = amount,
                    _ => return Err(unknown()),
                }
            }
            "answered" => drop(sums.answered.insert(bucket_bound(&part).ok_or_else(unknown)?, amount)),
            "needs" => drop(sums.needs.insert(on_day()?, amount)),
            "matched" => drop(sums.matched.insert(on_day()?, amount)),
            "served" => drop(sums.served.insert(on_day()?, amount)),
            _ => return Err(unknown()),
        }
        Ok(())
    })?;
    Ok(sums)
}

/// How many people of the area count as active on `day`.
pub(super) fn active(tx: &mut Tx<'_>, area: Span, day: Day) -> Result<i64, Fault> {
    let mut count = 0;
    area.each(tx, ACTIVE, params![day], |row| {
        count = row.take()?;
        Ok(())
    })?;
    Ok(count)
}

/// What one day added to the headline figures.
#[derive(Default)]
pub(super) struct Change {
    pub(super) volunteers: i64,
    pub(super) teams: i64,
    pub(super) projects: i64,
    pub(super) minutes: i64,
}

/// What each day after `after` until `until` added.
pub(super) fn changes(
    tx: &mut Tx<'_>,
    area: Span,
    after: Day,
    until: Day,
) -> Result<BTreeMap<Day, Change>, Fault> {
    let mut days: BTreeMap<Day, Change> = BTreeMap::new();
    area.each(tx, CHANGES, params![after, until], |row| {
        let (day, figure, amount): (Day, String, i64) = FromRow::from_row(row)?;
        let change = days.entry(day).or_default();
        match figure.as_str() {
            "volunteers" => change.volunteers = amount,
            "teams" => change.teams = amount,
            "projects" => change.projects = amount,
            "minutes" => change.minutes = amount,
            _ => return Err(Fault::Defect(format!("figure_day has {figure}"))),
        }
        Ok(())
    })?;
    Ok(days)
}

/// How many people were active from when to when, between `first` and `last`: days outside are cut off, so that
/// there are few different intervals however many people there are.
pub(super) fn intervals(
    tx: &mut Tx<'_>,
    area: Span,
    first: Day,
    last: Day,
) -> Result<Vec<(Day, Day, i64)>, Fault> {
    let mut intervals = Vec::new();
    area.each(tx, INTERVALS, params![first, last], |row| {
        intervals.push(FromRow::from_row(row)?);
        Ok(())
    })?;
    Ok(intervals)
}

impl FromRow for Residents {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { year: row.take()?, count: row.take()?, source: row.take()? })
    }
}

/// The population of the division in the two newest years not after `day`'s, newest first: a trend that
/// begins in the year before needs both.
pub(super) fn residents(tx: &mut Tx<'_>, division: DivisionCode, day: Day) -> Result<Vec<Residents>, Fault> {
    tx.query(
        "SELECT year, residents, source FROM population WHERE division = $1 AND year <= $2
         ORDER BY year DESC LIMIT 2",
        params![division, i64::from(day.ymd().0)],
    )
}

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
         AND (figure IN ('volunteers', 'born', 'teams', 'projects', 'minutes', 'served_as', 'asked_as')
              OR (figure = 'answered' AND day > $4)
              OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
         GROUP BY figure, part"
);

/// [`AMOUNTS`], and the minutes of each part of `$7` codes, in one statement.
macro_rules! amounts_and_parts {
    ($district:literal) => {
        concat!(
            "SELECT figure, part, CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE ",
            $district,
            " AND division BETWEEN $1 AND $2 AND day <= $3
                AND (figure IN ('volunteers', 'born', 'teams', 'projects', 'minutes', 'served_as', 'asked_as')
                     OR (figure = 'answered' AND day > $4)
                     OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
             GROUP BY figure, part
             UNION ALL
             SELECT 'below', CAST(division / $7 AS TEXT), CAST(SUM(amount) AS BIGINT) FROM figure_day WHERE ",
            $district,
            " AND division BETWEEN $1 AND $2 AND day <= $3 AND figure = 'minutes' GROUP BY 1, 2"
        )
    };
}

const AMOUNTS_AND_PARTS: (&str, &str) =
    (amounts_and_parts!("district = $8"), amounts_and_parts!("district BETWEEN $8 AND $9"));

const ACTIVE: (&str, &str) = spanning!(
    "SELECT COUNT(*) FROM active_interval",
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 AND from_day <= $3 AND to_day >= $3"
);

const AMOUNTS_BELOW: (&str, &str) = spanning!(
    "SELECT division / $7, figure, part, CAST(SUM(amount) AS BIGINT) FROM figure_day",
    "district = $8",
    "district BETWEEN $8 AND $9",
    " AND division BETWEEN $1 AND $2 AND day <= $3
         AND (figure IN ('volunteers', 'born', 'teams', 'projects', 'minutes', 'served_as', 'asked_as')
              OR (figure = 'answered' AND day > $4)
              OR (figure IN ('needs', 'matched', 'served') AND part BETWEEN $5 AND $6))
         GROUP BY 1, 2, 3"
);

const ACTIVE_BELOW: (&str, &str) = spanning!(
    "SELECT division / $4, COUNT(*) FROM active_interval",
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND division BETWEEN $1 AND $2 AND from_day <= $3 AND to_day >= $3 GROUP BY 1"
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

const SERVED: (&str, &str) = spanning!(
    "SELECT part, CAST(SUM(amount) AS BIGINT) FROM figure_day",
    "district = $5",
    "district BETWEEN $5 AND $6",
    " AND division BETWEEN $1 AND $2 AND figure = 'served' AND part BETWEEN $3 AND $4 GROUP BY part"
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
    /// Minutes and needs by category, volunteers by the first year of the decade of birth.
    pub(super) served_as: BTreeMap<String, i64>,
    pub(super) asked_as: BTreeMap<String, i64>,
    pub(super) born: BTreeMap<String, i64>,
}

impl Amounts {
    fn take(&mut self, figure: &str, part: &str, amount: i64) -> Result<(), Fault> {
        let unknown = || Fault::Defect(format!("figure_day has {figure} of `{part}`"));
        let on_day = || part_day(part).ok_or_else(unknown);
        match figure {
            "volunteers" => self.volunteers += amount,
            "teams" => self.teams += amount,
            "projects" => self.projects += amount,
            "minutes" => {
                self.minutes.total += amount;
                match part {
                    "a" => self.minutes.a += amount,
                    "b" => self.minutes.b += amount,
                    "c" => self.minutes.c += amount,
                    "d" => self.minutes.d += amount,
                    _ => return Err(unknown()),
                }
            }
            "answered" => {
                *self.answered.entry(bucket_bound(part).ok_or_else(unknown)?).or_default() += amount
            }
            "needs" => *self.needs.entry(on_day()?).or_default() += amount,
            "matched" => *self.matched.entry(on_day()?).or_default() += amount,
            "served_as" => *self.served_as.entry(part.to_owned()).or_default() += amount,
            "asked_as" => *self.asked_as.entry(part.to_owned()).or_default() += amount,
            "born" => *self.born.entry(part.to_owned()).or_default() += amount,
            "served" => *self.served.entry(on_day()?).or_default() += amount,
            _ => return Err(unknown()),
        }
        Ok(())
    }
}

/// What every statement over the sums is asked: until when, and since when what is kept by a day of asking or service.
fn until(day: Day) -> (Day, Day, String, String) {
    (day, day.plus(-WINDOW_DAYS), day_part(day.plus(-1 - WINDOW_DAYS)), day_part(day))
}

/// Sums up to the end of `day`; what is kept by a day of asking or service reaches back over the window.
pub(super) fn amounts(tx: &mut Tx<'_>, area: Span, day: Day) -> Result<Amounts, Fault> {
    let mut sums = Amounts::default();
    let (day, before, first, last) = until(day);
    area.each(tx, AMOUNTS, params![day, before, first, last], |row| {
        let (figure, part, amount): (String, String, i64) = FromRow::from_row(row)?;
        sums.take(&figure, &part, amount)
    })?;
    Ok(sums)
}

/// As [`amounts`], and the minutes of each part of the area that has codes of its own, `width` of them.
pub(super) fn amounts_and_parts(
    tx: &mut Tx<'_>,
    area: Span,
    width: i64,
    day: Day,
) -> Result<(Amounts, BTreeMap<i64, i64>), Fault> {
    let (mut sums, mut parts) = (Amounts::default(), BTreeMap::new());
    let (day, before, first, last) = until(day);
    area.each(tx, AMOUNTS_AND_PARTS, params![day, before, first, last, width], |row| {
        let (figure, part, amount): (String, String, i64) = FromRow::from_row(row)?;
        match part.parse::<i64>() {
            Ok(below) if figure == "below" => {
                parts.insert(below * width, amount);
                Ok(())
            }
            _ => sums.take(&figure, &part, amount),
        }
    })?;
    Ok((sums, parts))
}

/// Minutes by day of service from the first day to the last, as far as they are recorded by now.
pub(super) fn served(
    tx: &mut Tx<'_>,
    area: Span,
    (first, last): (Day, Day),
) -> Result<BTreeMap<Day, i64>, Fault> {
    let mut days = BTreeMap::new();
    area.each(tx, SERVED, params![day_part(first), day_part(last)], |row| {
        let (part, minutes): (String, i64) = FromRow::from_row(row)?;
        let day =
            part_day(&part).ok_or_else(|| Fault::Defect(format!("figure_day has served of `{part}`")))?;
        days.insert(day, minutes);
        Ok(())
    })?;
    Ok(days)
}

/// As [`amounts`], of the whole area and of each part of it that has codes of its own, `width` of them.
pub(super) fn amounts_below(
    tx: &mut Tx<'_>,
    area: Span,
    width: i64,
    day: Day,
) -> Result<(Amounts, BTreeMap<i64, Amounts>), Fault> {
    let (mut whole, mut parts) = (Amounts::default(), BTreeMap::<i64, Amounts>::new());
    let (day, before, first, last) = until(day);
    area.each(tx, AMOUNTS_BELOW, params![day, before, first, last, width], |row| {
        let (below, figure, part, amount): (i64, String, String, i64) = FromRow::from_row(row)?;
        whole.take(&figure, &part, amount)?;
        parts.entry(below * width).or_default().take(&figure, &part, amount)
    })?;
    Ok((whole, parts))
}

/// As [`active`], of each part of the area that has codes of its own, `width` of them.
pub(super) fn active_below(
    tx: &mut Tx<'_>,
    area: Span,
    width: i64,
    day: Day,
) -> Result<BTreeMap<i64, i64>, Fault> {
    let mut parts = BTreeMap::new();
    area.each(tx, ACTIVE_BELOW, params![day, width], |row| {
        let (below, count): (i64, i64) = FromRow::from_row(row)?;
        parts.insert(below * width, count);
        Ok(())
    })?;
    Ok(parts)
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

/// The population of the division in the newest year not after `day`'s.
pub(super) fn residents(
    tx: &mut Tx<'_>,
    division: DivisionCode,
    day: Day,
) -> Result<Option<Residents>, Fault> {
    tx.query_opt(
        "SELECT year, residents, source FROM population WHERE division = $1 AND year <= $2
         ORDER BY year DESC LIMIT 1",
        params![division, i64::from(day.ymd().0)],
    )
}

/// The population of the area and of each of its parts of `width` codes in every year not after `day`'s, newest first.
pub(super) fn residents_below(
    tx: &mut Tx<'_>,
    (first, last): (i64, i64),
    width: i64,
    day: Day,
) -> Result<BTreeMap<i64, Vec<Residents>>, Fault> {
    let mut parts: BTreeMap<i64, Vec<Residents>> = BTreeMap::new();
    tx.each(
        "SELECT division, year, residents, source FROM population
         WHERE division BETWEEN $1 AND $2 AND division % $3 = 0 AND year <= $4 ORDER BY year DESC",
        params![first, last, width, i64::from(day.ymd().0)],
        |row| {
            let division = row.take()?;
            parts.entry(division).or_default().push(Residents::from_row(row)?);
            Ok(())
        },
    )?;
    Ok(parts)
}

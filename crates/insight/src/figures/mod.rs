//! The figures of an area on a day, and how they came to be over twelve weeks.

mod definitions;
mod rules;
mod store;

use std::collections::BTreeMap;

use db::{Outcome, Span, Tx};
use kernel::{Day, DivisionCode, Minutes};
use places::Edition;
use serde::{Serialize, Serializer};

pub use definitions::{DEFINITIONS, Definition};

use crate::disclosure::disclosure;
use rules::{basis_points, hundredths_of_hours, quantile};
pub(crate) use rules::{bucket_bound, day_part, decade_part, response_bucket};
use store::Amounts;

/// A need answered within this time counts as answered in time (the hotline's "timely" matters: 24 hours).
pub const RESPONSE_LIMIT: Minutes = Minutes::from_hours(24);
/// A need accepted within this time of asking counts as matched.
pub(crate) const MATCH_LIMIT: Minutes = Minutes::from_hours(48);
/// Weeks of a trend, and of the needs that response time and match rate look at.
pub(crate) const TREND_WEEKS: i32 = 12;
pub(crate) const WINDOW_DAYS: i32 = TREND_WEEKS * 7;

/// Every figure of one area as published at the end of one day: what was sealed by then counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The area.
    pub division: DivisionCode,
    /// The day at whose end it stands, or now when the day is not over.
    #[serde(serialize_with = "as_text")]
    pub day: Day,
    /// Registered volunteers who live in the area.
    pub volunteers: i64,
    /// Residents of the newest year not after the day's, if any was imported.
    pub residents: Option<Residents>,
    /// Volunteers among residents in hundredths of a per cent.
    pub resident_share_bp: Option<i64>,
    /// Organisations and teams of the area.
    pub teams: i64,
    /// Projects published in the area.
    pub projects: i64,
    /// Minutes served in the area.
    pub minutes: MinutesByGrade,
    /// Hours served in the area for each volunteer who lives there, in hundredths of an hour.
    pub hours_a_head_hundredths: Option<i64>,
    /// Volunteers who live in the area with a confirmed service in the last twelve months.
    pub active: i64,
    /// Active among registered in hundredths of a per cent.
    pub active_rate_bp: Option<i64>,
    /// How soon somebody answered.
    pub response: Response,
    /// Needs asked in the twelve weeks that ended two days before, neither refused nor withdrawn.
    pub needs_valid: i64,
    /// Those of them that were accepted within 48 hours of asking.
    pub needs_matched: i64,
    /// Matched among valid in hundredths of a per cent.
    pub match_rate_bp: Option<i64>,
    /// Minutes served in the area by the word of their category.
    pub minutes_by_category: BTreeMap<String, i64>,
    /// Needs asked in the area, neither refused nor withdrawn, by the word of their category.
    pub needs_by_category: BTreeMap<String, i64>,
    /// Volunteers who live in the area by the first year of the decade of birth; `0000` where it is not known.
    pub volunteers_by_decade: BTreeMap<String, i64>,
}

fn as_text<S: Serializer>(day: &Day, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// How many people live in an area, from an imported statistic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Residents {
    /// Which year's.
    pub year: i64,
    /// How many.
    pub count: i64,
    /// Where the number comes from.
    pub source: String,
}

/// Minutes by the grade of their evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MinutesByGrade {
    /// Two independent signals.
    pub a: i64,
    /// Confirmed on site.
    pub b: i64,
    /// Entered afterwards.
    pub c: i64,
    /// Imported.
    pub d: i64,
    /// All together.
    pub total: i64,
}

/// Time from asking to the first human contact, for needs first answered in the last twelve weeks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Response {
    /// Needs first answered.
    pub answered: i64,
    /// Half of them within.
    pub median: Option<Quantile>,
    /// Nine in ten of them within.
    pub p90: Option<Quantile>,
    /// Answered within [`RESPONSE_LIMIT`].
    pub within_limit: i64,
    /// The same among answered in hundredths of a per cent.
    pub within_limit_bp: Option<i64>,
}

/// A quantile of a histogram with fixed buckets: the bound of the bucket it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantile {
    /// At most so many minutes.
    AtMost(i64),
    /// More than so many minutes, the largest bound.
    MoreThan(i64),
}

/// The headline figures and the active people at the end of one week of a trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// The day at whose end it stands.
    pub day: Day,
    /// As [`Figures::volunteers`].
    pub volunteers: i64,
    /// As [`Figures::resident_share_bp`].
    pub resident_share_bp: Option<i64>,
    /// As [`Figures::teams`].
    pub teams: i64,
    /// As [`Figures::projects`].
    pub projects: i64,
    /// As [`MinutesByGrade::total`].
    pub minutes: i64,
    /// As [`Figures::hours_a_head_hundredths`].
    pub hours_a_head_hundredths: Option<i64>,
    /// As [`Figures::active`].
    pub active: i64,
}

/// An area's figures with the twelve weeks that led to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// The figures now.
    pub figures: Figures,
    /// Twelve weeks, the last one ending with the figures' day; each as [`figures()`] gives it.
    pub weeks: Vec<Week>,
    /// Minutes by day of service in these weeks, as far as they are recorded; days without any are left out.
    pub served: BTreeMap<Day, i64>,
    /// What was served in every division right below the area, in the order of their codes.
    pub parts: Vec<Part>,
}

/// What was served in a part of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part.
    pub division: DivisionCode,
    /// Minutes served there.
    pub minutes: i64,
    /// Hours served for each thousand residents, in tenths, where their number is known.
    pub hours_a_thousand: Option<i64>,
}

/// The figures of `division` at the end of `day`: three statements, however large the area. A division that
/// ended still has its figures, and the areas above count them.
///
/// # Errors
/// A fault.
pub fn figures(tx: &mut Tx<'_>, division: DivisionCode, day: Day) -> Outcome<Figures> {
    let area = Span::of(division);
    let residents = store::residents(tx, division, day)?;
    let active = store::active(tx, area, day)?;
    Ok(Figures::of((division, day), &store::amounts(tx, area, day)?, residents.as_ref(), active))
}

/// The three figures of a start page, as far as they may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headline {
    /// Registered volunteers; none when the count is not told.
    pub volunteers: Option<i64>,
    /// Active volunteers; none when the count is not told.
    pub active: Option<i64>,
    /// Minutes served in the area.
    pub minutes: i64,
}

/// The headline of `division` at the end of `day`, the same as the board shows: two statements, three where the area is
/// told only together with others.
///
/// # Errors
/// A fault.
pub fn headline(tx: &mut Tx<'_>, edition: &Edition, division: DivisionCode, day: Day) -> Outcome<Headline> {
    let (volunteers, active) = disclosure(tx, edition, division, &[day])?.people(day);
    let area = Span::of(division);
    let amounts = store::amounts(tx, area, day)?;
    let serving = store::active(tx, area, day)?;
    Ok(Headline {
        volunteers: volunteers.then_some(amounts.volunteers),
        active: active.then_some(serving),
        minutes: amounts.minutes.total,
    })
}

impl Figures {
    fn of(
        (division, day): (DivisionCode, Day),
        amounts: &Amounts,
        residents: Option<&Residents>,
        active: i64,
    ) -> Self {
        let minutes = amounts.minutes;
        let answered: i64 = amounts.answered.values().sum();
        let in_time = |bound: &Option<i64>| bound.is_some_and(|bound| bound <= RESPONSE_LIMIT.number());
        let within: i64 = amounts.answered.iter().filter(|(bound, _)| in_time(bound)).map(|(_, n)| n).sum();
        let cohort = day.plus(-1 - WINDOW_DAYS)..=day.plus(-2);
        let of_cohort =
            |counts: &BTreeMap<Day, i64>| counts.range(cohort.clone()).map(|(_, n)| n).sum::<i64>();
        let (needs_valid, needs_matched) = (of_cohort(&amounts.needs), of_cohort(&amounts.matched));
        Self {
            division,
            day,
            volunteers: amounts.volunteers,
            resident_share_bp: residents.and_then(|r| basis_points(amounts.volunteers, r.count)),
            residents: residents.cloned(),
            teams: amounts.teams,
            projects: amounts.projects,
            minutes,
            hours_a_head_hundredths: hundredths_of_hours(minutes.total, amounts.volunteers),
            active,
            active_rate_bp: basis_points(active, amounts.volunteers),
            response: Response {
                answered,
                median: quantile(&amounts.answered, 1, 2),
                p90: quantile(&amounts.answered, 9, 10),
                within_limit: within,
                within_limit_bp: basis_points(within, answered),
            },
            needs_valid,
            needs_matched,
            match_rate_bp: basis_points(needs_matched, needs_valid),
            minutes_by_category: counted(&amounts.served_as),
            needs_by_category: counted(&amounts.asked_as),
            volunteers_by_decade: counted(&amounts.born),
        }
    }

    /// For each thousand residents, in tenths: `count` of people or needs.
    pub(crate) fn a_thousand(&self, count: i64) -> Option<i64> {
        self.residents.as_ref().and_then(|residents| basis_points(count, residents.count))
    }

    /// Hours served for each thousand residents, in tenths.
    pub(crate) fn hours_a_thousand(&self) -> Option<i64> {
        hours_a_thousand(self.minutes.total, self.residents.as_ref())
    }
}

fn hours_a_thousand(minutes: i64, residents: Option<&Residents>) -> Option<i64> {
    residents.and_then(|residents| basis_points(minutes, residents.count.saturating_mul(60)))
}

/// Without what came to nothing.
fn counted(amounts: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    amounts.iter().filter(|(_, amount)| **amount != 0).map(|(part, amount)| (part.clone(), *amount)).collect()
}

/// An area beside its parts and beside itself a year before.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    pub(crate) area: Figures,
    /// The same area on the same day of the year before.
    pub(crate) year_before: Figures,
    /// Each division right below it that stands today, in the order of their codes.
    pub(crate) parts: Vec<Figures>,
}

/// The day a year before; 28 February for the 29th.
pub(crate) fn year_before(day: Day) -> Day {
    let (year, month, date) = day.ymd();
    Day::from_ymd(year - 1, month, date).unwrap_or_else(|| day.plus(-366))
}

/// The figures of `division` at the end of `day` as [`figures()`] has them, those of every division right below it, and
/// its own a year before: five statements, however many divisions.
///
/// # Errors
/// A fault.
pub(crate) fn compared(
    tx: &mut Tx<'_>,
    edition: &Edition,
    division: DivisionCode,
    day: Day,
) -> Outcome<Compared> {
    let below = Below::of(edition, division);
    let residents = below.residents(tx, day)?;
    let (area, parts) = below.at(tx, &residents, day)?;
    let earlier = year_before(day);
    let (amounts, active) =
        (store::amounts(tx, Span::of(division), earlier)?, store::active(tx, Span::of(division), earlier)?);
    let then = Figures::of((division, earlier), &amounts, newest(&residents, division, earlier), active);
    Ok(Compared { area, year_before: then, parts })
}

/// What an area came to from one day to another.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    /// As it stands at the end.
    pub(crate) end: Figures,
    /// What was added to the sums; corrections may take away.
    pub(crate) volunteers: i64,
    pub(crate) projects: i64,
    pub(crate) minutes: MinutesByGrade,
}

/// What `division` and every division right below it came to from the first day to the last: four statements.
///
/// # Errors
/// A fault.
pub(crate) fn stretch(
    tx: &mut Tx<'_>,
    edition: &Edition,
    division: DivisionCode,
    (first, last): (Day, Day),
) -> Outcome<(Stretch, Vec<Stretch>)> {
    let below = Below::of(edition, division);
    let residents = below.residents(tx, last)?;
    let (area, parts) = below.at(tx, &residents, last)?;
    let (whole, before) = store::amounts_below(tx, Span::of(division), below.width, first.plus(-1))?;
    let none = Amounts::default();
    let since = |end: Figures, before: &Amounts| Stretch {
        volunteers: end.volunteers - before.volunteers,
        projects: end.projects - before.projects,
        minutes: end.minutes.less(before.minutes),
        end,
    };
    let part = |end: Figures| {
        let before = before.get(&bounds(end.division).0).unwrap_or(&none);
        since(end, before)
    };
    Ok((since(area, &whole), parts.into_iter().map(part).collect()))
}

/// Minutes by day of service from the first day to the last, as far as they are recorded by now: one statement.
///
/// # Errors
/// A fault.
pub(crate) fn served(
    tx: &mut Tx<'_>,
    division: DivisionCode,
    days: (Day, Day),
) -> Outcome<BTreeMap<Day, i64>> {
    Ok(store::served(tx, Span::of(division), days)?)
}

impl MinutesByGrade {
    fn less(self, other: Self) -> Self {
        let Self { a, b, c, d, total } = other;
        Self { a: self.a - a, b: self.b - b, c: self.c - c, d: self.d - d, total: self.total - total }
    }

    /// Those of grades A and B in hundredths of a per cent.
    pub(crate) fn proved_bp(&self) -> Option<i64> {
        basis_points(self.a + self.b, self.total)
    }
}

type Population = BTreeMap<i64, Vec<Residents>>;

fn bounds(code: DivisionCode) -> (i64, i64) {
    let codes = code.subtree();
    (codes.start().cast_signed(), codes.end().cast_signed())
}

/// The population of the newest year not after the day's.
fn newest(residents: &Population, division: DivisionCode, day: Day) -> Option<&Residents> {
    let years = residents.get(&bounds(division).0)?;
    years.iter().find(|one| one.year <= i64::from(day.ymd().0))
}

/// An area and what stands right below it.
struct Below {
    division: DivisionCode,
    parts: Vec<DivisionCode>,
    /// Codes of each part.
    width: i64,
}

impl Below {
    fn of(edition: &Edition, division: DivisionCode) -> Self {
        let tree: &divisions::Tree = edition;
        let parts: Vec<DivisionCode> = tree.children(division).map(|child| child.code).collect();
        let (first, last) = bounds(parts.first().copied().unwrap_or(division));
        Self { division, parts, width: last - first + 1 }
    }

    fn residents(&self, tx: &mut Tx<'_>, day: Day) -> Outcome<Population> {
        Ok(store::residents_below(tx, bounds(self.division), self.width, day)?)
    }

    /// The figures of the area and of each part, in the order of their codes: two statements.
    fn at(&self, tx: &mut Tx<'_>, residents: &Population, day: Day) -> Outcome<(Figures, Vec<Figures>)> {
        let area = Span::of(self.division);
        let (whole, mut parts) = store::amounts_below(tx, area, self.width, day)?;
        let active = store::active_below(tx, area, self.width, day)?;
        let part = |code: &DivisionCode| {
            let key = bounds(*code).0;
            let amounts = parts.remove(&key).unwrap_or_default();
            let active = active.get(&key).copied().unwrap_or_default();
            Figures::of((*code, day), &amounts, newest(residents, *code, day), active)
        };
        let below = self.parts.iter().map(part).collect();
        let residents = newest(residents, self.division, day);
        Ok((Figures::of((self.division, day), &whole, residents, active.values().sum()), below))
    }
}

/// The ends of the twelve weeks that lead to `day`, oldest first.
pub(crate) fn week_ends(day: Day) -> Vec<Day> {
    (0..TREND_WEEKS).rev().map(|back| day.plus(-7 * back)).collect()
}

/// The figures of `division` at the end of `day`, the twelve weeks that led there and what was served in each part: four
/// statements.
///
/// # Errors
/// A fault.
pub fn trend(tx: &mut Tx<'_>, edition: &Edition, division: DivisionCode, day: Day) -> Outcome<Trend> {
    let (area, below) = (Span::of(division), Below::of(edition, division));
    let residents = below.residents(tx, day)?;
    let years = residents.get(&bounds(division).0).map_or(&[][..], Vec::as_slice);
    let ends = week_ends(day);
    let oldest = ends.first().copied().unwrap_or(day);
    let intervals = store::intervals(tx, area, oldest, day)?;
    let active_on = |day: Day| {
        let there = intervals.iter().filter(|(from, to, _)| (*from..=*to).contains(&day));
        there.map(|(.., count)| count).sum()
    };
    let (amounts, minutes) = store::amounts_and_parts(tx, area, below.width, day)?;
    let now = Figures::of((division, day), &amounts, years.first(), active_on(day));
    let mut served = amounts.served;
    served.retain(|on, _| *on > day.plus(-WINDOW_DAYS) && *on <= day);
    let changes = store::changes(tx, area, oldest, day)?;
    let after = |day: Day| (std::ops::Bound::Excluded(day), std::ops::Bound::Unbounded);
    let weeks = ends.into_iter().map(|end| {
        let mut week = Week {
            day: end,
            volunteers: now.volunteers,
            resident_share_bp: None,
            teams: now.teams,
            projects: now.projects,
            minutes: now.minutes.total,
            hours_a_head_hundredths: None,
            active: active_on(end),
        };
        // Backwards from now: what came later is taken away again.
        for (_, later) in changes.range(after(end)) {
            week.volunteers -= later.volunteers;
            week.teams -= later.teams;
            week.projects -= later.projects;
            week.minutes -= later.minutes;
        }
        let residents = years.iter().find(|one| one.year <= i64::from(end.ymd().0));
        week.resident_share_bp = residents.and_then(|one| basis_points(week.volunteers, one.count));
        week.hours_a_head_hundredths = hundredths_of_hours(week.minutes, week.volunteers);
        week
    });
    let weeks = weeks.collect();
    let part = |code: &DivisionCode| {
        let minutes = minutes.get(&bounds(*code).0).copied().unwrap_or_default();
        let hours_a_thousand = hours_a_thousand(minutes, newest(&residents, *code, day));
        Part { division: *code, minutes, hours_a_thousand }
    };
    Ok(Trend { figures: now, weeks, served, parts: below.parts.iter().map(part).collect() })
}

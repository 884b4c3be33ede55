//! What of the figures is published: only counts of people that the area's circles let be told.

use std::collections::BTreeMap;

use kernel::ServiceCategory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Figures, MinutesByGrade, Quantile, Trend, Week,
    disclosure::{Disclosure, Told},
};

/// The figures of an area at the end of a day. A member is null when there is nothing to divide by, or when
/// its name stands in `hidden`: then it would help to tell of fewer than five people of one community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedFigures {
    /// The area, twelve digits.
    pub division: String,
    /// The day at whose end the figures stand (YYYY-MM-DD).
    pub day: String,
    /// False while the day is not over: the figures may still grow.
    pub is_final: bool,
    /// Registered volunteers who live in the area.
    pub volunteers: Option<i64>,
    /// Residents, of the newest year not after the day's.
    pub residents: Option<i64>,
    /// The year of `residents`.
    pub residents_year: Option<i64>,
    /// Where `residents` comes from.
    pub residents_source: Option<String>,
    /// Volunteers among residents, in hundredths of a per cent.
    pub resident_share_bp: Option<i64>,
    /// Organisations and teams of the area.
    pub teams: i64,
    /// Projects published in the area.
    pub projects: i64,
    /// Minutes served in the area.
    pub minutes: i64,
    /// Of these, with two independent proofs.
    pub minutes_a: i64,
    /// Of these, confirmed on site.
    pub minutes_b: i64,
    /// Of these, entered afterwards.
    pub minutes_c: i64,
    /// Of these, imported.
    pub minutes_d: i64,
    /// Hours for each registered volunteer, in hundredths of an hour.
    pub hours_a_head_hundredths: Option<i64>,
    /// Volunteers with a confirmed service in the last twelve months.
    pub active: Option<i64>,
    /// Active among registered, in hundredths of a per cent.
    pub active_rate_bp: Option<i64>,
    /// Needs first answered in the last twelve weeks.
    pub response_answered: Option<i64>,
    /// Half of them were answered within so many minutes; null with `response_answered` above zero: later than
    /// 21,600 minutes.
    pub response_median_minutes: Option<i64>,
    /// Nine in ten of them were answered within so many minutes; null as above.
    pub response_p90_minutes: Option<i64>,
    /// Answered within 24 hours, in hundredths of a per cent.
    pub response_within_limit_bp: Option<i64>,
    /// Needs of the twelve weeks that ended two days before, neither refused nor withdrawn.
    pub needs_valid: Option<i64>,
    /// Of these, accepted within 48 hours.
    pub needs_matched: Option<i64>,
    /// Matched among valid, in hundredths of a per cent.
    pub match_rate_bp: Option<i64>,
    /// Hours and needs by category. The categories that speak of health are one, `health`.
    pub categories: Vec<PublishedCategory>,
    /// Registered volunteers by decade of birth, the oldest first.
    pub decades: Option<Vec<PublishedDecade>>,
    /// Names of the members that are hidden.
    pub hidden: Vec<String>,
    /// Twelve weeks, the last one ending with `day`.
    pub trend: Vec<PublishedWeek>,
}

/// What was served and asked in one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedCategory {
    /// Word of the category, or `health`.
    pub category: String,
    /// Minutes served in the area.
    pub minutes: i64,
    /// Needs asked in the area, neither refused nor withdrawn; null when `categories.needs` is hidden.
    pub needs: Option<i64>,
}

/// How many volunteers were born in a decade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedDecade {
    /// The first year of the decade; 1940 stands for all before 1950, 2000 for all since. Null: the year of birth is
    /// not known.
    pub from_year: Option<i64>,
    /// Registered volunteers who live in the area.
    pub volunteers: i64,
}

/// Categories that speak of somebody's health: together they say less about one need of a small place.
const HEALTH: [ServiceCategory; 4] = [
    ServiceCategory::Medicine,
    ServiceCategory::Disability,
    ServiceCategory::Psychology,
    ServiceCategory::Epidemic,
];
/// The word of all of them.
const HEALTH_WORD: &str = "health";
/// The decades that stand for all before and all after them too: few are that old, and the young are minors.
const OUTER_DECADES: (i64, i64) = (1940, 2000);

/// The headline figures at the end of one week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedWeek {
    /// The day at whose end they stand (YYYY-MM-DD).
    pub day: String,
    /// Registered volunteers; null when hidden on that day.
    pub volunteers: Option<i64>,
    /// Active volunteers; null when hidden on that day.
    pub active: Option<i64>,
    /// Volunteers among residents, in hundredths of a per cent.
    pub resident_share_bp: Option<i64>,
    /// Organisations and teams.
    pub teams: i64,
    /// Projects published.
    pub projects: i64,
    /// Minutes served.
    pub minutes: i64,
    /// Hours for each registered volunteer, in hundredths of an hour.
    pub hours_a_head_hundredths: Option<i64>,
}

fn minutes(quantile: Option<Quantile>) -> Option<i64> {
    match quantile? {
        Quantile::AtMost(minutes) => Some(minutes),
        Quantile::MoreThan(_) => None,
    }
}

impl PublishedFigures {
    /// What may be published of `trend`.
    pub(super) fn of(trend: &Trend, disclosure: &Disclosure, is_final: bool) -> Self {
        let figures = &trend.figures;
        let Told {
            volunteers: people,
            active,
            answered: response,
            within_limit: within,
            needs,
            matched,
            categories: by_category,
            decades: by_decade,
        } = disclosure.told();
        let MinutesByGrade { a, b, c, d, total } = figures.minutes;
        let mut hidden = Vec::new();
        for (told, names) in [
            (people, &["volunteers", "resident_share_bp", "hours_a_head_hundredths"][..]),
            (active, &["active", "active_rate_bp"]),
            (response, &["response_answered", "response_median_minutes", "response_p90_minutes"]),
            (within, &["response_within_limit_bp"]),
            (needs, &["needs_valid"]),
            (matched, &["needs_matched", "match_rate_bp"]),
            (by_category, &["categories.needs"]),
            (by_decade, &["decades"]),
        ] {
            hidden.extend(names.iter().filter(|_| !told).map(|name| (*name).to_owned()));
        }
        let residents = figures.residents.as_ref();
        Self {
            division: figures.division.to_string(),
            day: figures.day.to_string(),
            is_final,
            volunteers: people.then_some(figures.volunteers),
            residents: residents.map(|residents| residents.count),
            residents_year: residents.map(|residents| residents.year),
            residents_source: residents.map(|residents| residents.source.clone()),
            resident_share_bp: figures.resident_share_bp.filter(|_| people),
            teams: figures.teams,
            projects: figures.projects,
            minutes: total,
            minutes_a: a,
            minutes_b: b,
            minutes_c: c,
            minutes_d: d,
            hours_a_head_hundredths: figures.hours_a_head_hundredths.filter(|_| people),
            active: active.then_some(figures.active),
            active_rate_bp: figures.active_rate_bp.filter(|_| active),
            response_answered: response.then_some(figures.response.answered),
            response_median_minutes: minutes(figures.response.median).filter(|_| response),
            response_p90_minutes: minutes(figures.response.p90).filter(|_| response),
            response_within_limit_bp: figures.response.within_limit_bp.filter(|_| within),
            needs_valid: needs.then_some(figures.needs_valid),
            needs_matched: matched.then_some(figures.needs_matched),
            match_rate_bp: figures.match_rate_bp.filter(|_| matched),
            categories: categories(figures, by_category),
            decades: by_decade.then(|| decades(figures)),
            hidden,
            trend: trend.weeks.iter().map(|week| published_week(disclosure, week)).collect(),
        }
    }
}

/// Every category in which anything was served or asked, in the order of [`ServiceCategory::ALL`], health last.
fn categories(figures: &Figures, tells_needs: bool) -> Vec<PublishedCategory> {
    let sum = |of: &BTreeMap<String, i64>, some: &[ServiceCategory]| -> i64 {
        some.iter().filter_map(|category| of.get(category.word())).sum()
    };
    let one = |word: &str, some: &[ServiceCategory]| {
        let minutes = sum(&figures.minutes_by_category, some);
        let needs = sum(&figures.needs_by_category, some);
        PublishedCategory { category: word.to_owned(), minutes, needs: tells_needs.then_some(needs) }
    };
    let single = ServiceCategory::ALL.iter().filter(|category| !HEALTH.contains(category));
    let single = single.map(|category| one(category.word(), &[*category]));
    let all = single.chain([one(HEALTH_WORD, &HEALTH)]);
    all.filter(|one| one.minutes != 0 || one.needs.is_some_and(|needs| needs != 0)).collect()
}

fn decades(figures: &Figures) -> Vec<PublishedDecade> {
    let mut decades: BTreeMap<(bool, i64), i64> = BTreeMap::new();
    for (part, count) in &figures.volunteers_by_decade {
        let first: i64 = part.parse().unwrap_or(0);
        let shown = first.clamp(OUTER_DECADES.0, OUTER_DECADES.1);
        *decades.entry((first == 0, shown)).or_default() += count;
    }
    let one = |((is_unknown, first), volunteers): ((bool, i64), i64)| PublishedDecade {
        from_year: (!is_unknown).then_some(first),
        volunteers,
    };
    decades.into_iter().map(one).collect()
}

fn published_week(disclosure: &Disclosure, week: &Week) -> PublishedWeek {
    let (people, active) = disclosure.people(week.day);
    PublishedWeek {
        day: week.day.to_string(),
        volunteers: people.then_some(week.volunteers),
        active: active.then_some(week.active),
        resident_share_bp: week.resident_share_bp.filter(|_| people),
        teams: week.teams,
        projects: week.projects,
        minutes: week.minutes,
        hours_a_head_hundredths: week.hours_a_head_hundredths.filter(|_| people),
    }
}

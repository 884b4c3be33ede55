//! Counting: one pass over all entries for each question.

use std::collections::BTreeMap;

use kernel::{Day, DivisionCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Entry, Unreadable};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
/// Bounds of the buckets a wait is published in, in minutes.
const WITHIN: [i64; 14] = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080, 21600];
const CONTACTS: [&str; 6] =
    ["need.verified", "need.offered", "need.accepted", "need.started", "need.refused", "need.handed_over"];

/// The residents of a division in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Population {
    /// Which year's.
    pub year: i64,
    /// How many.
    pub count: i64,
    /// Where the number comes from.
    pub source: String,
}

/// Minutes by grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hours {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    total: i64,
}

/// Waits from asking to the first human contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waits {
    answered: i64,
    median: Option<Value>,
    p90: Option<Value>,
    within_limit: i64,
    within_limit_bp: Option<i64>,
}

/// The figures of an area on a day; members as in the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    division: DivisionCode,
    day: String,
    volunteers: i64,
    residents: Option<Population>,
    resident_share_bp: Option<i64>,
    teams: i64,
    projects: i64,
    minutes: Hours,
    hours_a_head_hundredths: Option<i64>,
    active: i64,
    active_rate_bp: Option<i64>,
    response: Waits,
    needs_valid: i64,
    needs_matched: i64,
    match_rate_bp: Option<i64>,
    minutes_by_category: BTreeMap<String, i64>,
    needs_by_category: BTreeMap<String, i64>,
    volunteers_by_decade: BTreeMap<String, i64>,
}

/// Counts every figure of `division` at the end of `day`. `entries` are those of [`crate::read_journal`].
///
/// # Errors
/// The first entry that lacks what a figure needs.
pub fn count(
    entries: &[Entry],
    population: &[(DivisionCode, Population)],
    division: DivisionCode,
    day: Day,
) -> Result<Counted, Unreadable> {
    let known: Vec<&Entry> = entries.iter().filter(|entry| entry.sealed <= day).collect();
    let volunteers = how_many(&known, "volunteer.joined", division)?;
    let minutes = hours(&known, division)?;
    let active = active(&known, division, day)?;
    let needs = needs(&known, division)?;
    let (needs_valid, needs_matched) = matched(&needs, day);
    let year = i64::from(day.ymd().0);
    let residents = population
        .iter()
        .filter(|(of, residents)| *of == division && residents.year <= year)
        .map(|(_, residents)| residents)
        .max_by_key(|residents| residents.year)
        .cloned();
    Ok(Counted {
        division,
        day: day.to_string(),
        volunteers,
        resident_share_bp: residents.as_ref().and_then(|r| ratio(volunteers, 10_000, r.count)),
        residents,
        teams: how_many(&known, "organisation.created", division)?,
        projects: how_many(&known, "project.published", division)?,
        minutes,
        hours_a_head_hundredths: ratio(minutes.total, 100, volunteers * 60),
        active,
        active_rate_bp: ratio(active, 10_000, volunteers),
        response: waits(&needs, day),
        needs_valid,
        needs_matched,
        match_rate_bp: ratio(needs_matched, 10_000, needs_valid),
        minutes_by_category: served_as(&known, division)?,
        needs_by_category: asked_as(&needs),
        volunteers_by_decade: born(&known, division)?,
    })
}

fn served_as(known: &[&Entry], area: DivisionCode) -> Result<BTreeMap<String, i64>, Unreadable> {
    let mut minutes: BTreeMap<String, i64> = BTreeMap::new();
    for entry in known {
        if entry.kind == "attendance.recorded" && area.contains(entry.division("division")?) {
            *minutes.entry(entry.text("category")?.to_owned()).or_default() += entry.number("minutes")?;
        }
    }
    minutes.retain(|_, minutes| *minutes != 0);
    Ok(minutes)
}

fn asked_as(needs: &[Need]) -> BTreeMap<String, i64> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for need in needs.iter().filter(|need| !need.is_over) {
        *counts.entry(need.category.clone()).or_default() += 1;
    }
    counts
}

fn born(known: &[&Entry], area: DivisionCode) -> Result<BTreeMap<String, i64>, Unreadable> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for entry in known {
        if entry.kind == "volunteer.joined" && area.contains(entry.division("division")?) {
            let year = entry.number("birth_year")?;
            *counts.entry(format!("{:04}", year - year % 10)).or_default() += 1;
        }
    }
    Ok(counts)
}

fn how_many(known: &[&Entry], kind: &str, area: DivisionCode) -> Result<i64, Unreadable> {
    let mut count = 0;
    for entry in known {
        if entry.kind == kind && area.contains(entry.division("division")?) {
            count += 1;
        }
    }
    Ok(count)
}

fn hours(known: &[&Entry], area: DivisionCode) -> Result<Hours, Unreadable> {
    let mut sum = Hours::default();
    for entry in known {
        if entry.kind != "attendance.recorded" || !area.contains(entry.division("division")?) {
            continue;
        }
        let minutes = entry.number("minutes")?;
        sum.total += minutes;
        match entry.text("grade")?.to_lowercase().as_str() {
            "a" => sum.a += minutes,
            "b" => sum.b += minutes,
            "c" => sum.c += minutes,
            _ => sum.d += minutes,
        }
    }
    Ok(sum)
}

/// People with a confirmed service in the twelve months before the end of `day`, each where the last record
/// that was not too old when it was made says they live.
fn active(known: &[&Entry], area: DivisionCode, day: Day) -> Result<i64, Unreadable> {
    let mut of_person: BTreeMap<(u64, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in known.iter().filter(|entry| entry.kind == "record.made") {
        of_person.entry((entry.district, entry.text("person")?)).or_default().push(entry);
    }
    let mut count = 0;
    for records in of_person.values() {
        let (mut home, mut serves) = (None, false);
        for entry in records {
            if entry.text("kind")? != "service" || entry.number("minutes")? <= 0 {
                continue;
            }
            let served = entry.day("day")?;
            if entry.sealed.years_since(served) < 1 {
                home = Some(entry.division("home_division")?);
            }
            serves |= day.years_since(served) < 1;
        }
        count += i64::from(serves && home.is_some_and(|home| area.contains(home)));
    }
    Ok(count)
}

/// What became of one need, as far as it is known.
struct Need {
    category: String,
    asked: i64,
    contact: Option<(i64, Day)>,
    accepted: Option<i64>,
    is_over: bool,
}

fn needs(known: &[&Entry], area: DivisionCode) -> Result<Vec<Need>, Unreadable> {
    let mut steps: BTreeMap<(u64, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in known.iter().filter(|entry| entry.kind.starts_with("need.")) {
        steps.entry((entry.district, &entry.subject)).or_default().push(entry);
    }
    let mut needs = Vec::new();
    for steps in steps.values() {
        let mut rest = steps.iter().skip_while(|step| step.kind != "need.submitted");
        let Some(asked) = rest.next() else { continue };
        if !area.contains(asked.division("division")?) {
            continue;
        }
        let category = asked.text("category")?.to_owned();
        let mut need = Need { category, asked: asked.at, contact: None, accepted: None, is_over: false };
        for step in rest {
            if need.contact.is_none() && step.by_person && CONTACTS.contains(&step.kind.as_str()) {
                need.contact = Some((step.at, step.sealed));
            }
            if need.accepted.is_none() && step.kind == "need.accepted" {
                need.accepted = Some(step.at);
            }
            if step.kind == "need.refused" || step.kind == "need.cancelled" {
                need.is_over = true;
                break;
            }
        }
        needs.push(need);
    }
    Ok(needs)
}

fn matched(needs: &[Need], day: Day) -> (i64, i64) {
    let (mut valid, mut matched) = (0, 0);
    for need in needs {
        // Twelve weeks that ended two days ago: each of these needs has had its 48 hours.
        let age = day.number() - kernel::Instant::from_micros(need.asked).day().number();
        if need.is_over || !(2..=85).contains(&age) {
            continue;
        }
        valid += 1;
        matched += i64::from(need.accepted.is_some_and(|at| at - need.asked <= 48 * HOUR));
    }
    (valid, matched)
}

fn waits(needs: &[Need], day: Day) -> Waits {
    let mut waits: Vec<i64> = Vec::new();
    for need in needs {
        if let Some((at, sealed)) = need.contact
            && day.number() - sealed.number() < 84
        {
            waits.push(at - need.asked);
        }
    }
    waits.sort_unstable();
    let count = i64::try_from(waits.len()).unwrap_or(i64::MAX);
    let within = waits.iter().filter(|wait| **wait <= 24 * HOUR).count();
    let within_limit = i64::try_from(within).unwrap_or(i64::MAX);
    let published = |wait: i64| match WITHIN.iter().find(|bound| wait <= **bound * MINUTE) {
        Some(bound) => json!({ "at_most": bound }),
        None => json!({ "more_than": WITHIN.last() }),
    };
    // The smallest wait that so many tenths of all needs did not exceed.
    let tenths = |tenths: usize| {
        let rank = (waits.len() * tenths).div_ceil(10);
        rank.checked_sub(1).and_then(|at| waits.get(at)).map(|wait| published(*wait))
    };
    Waits {
        answered: count,
        median: tenths(5),
        p90: tenths(9),
        within_limit,
        within_limit_bp: ratio(within_limit, 10_000, count),
    }
}

/// `part · scale / whole` to the nearest whole number, a half upwards; `None` of nothing.
fn ratio(part: i64, scale: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let (part, whole) = (i128::from(part) * i128::from(scale), i128::from(whole));
    let (down, rest) = (part.div_euclid(whole), part.rem_euclid(whole));
    i64::try_from(if rest * 2 >= whole { down + 1 } else { down }).ok()
}

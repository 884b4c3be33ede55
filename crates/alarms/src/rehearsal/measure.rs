//! How well each alarm finds what was made up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{honest::LookAlike, town::town};
use crate::{Alarm, Concern, look};

/// The seeds on which the thresholds were fixed; a measurement begins after them.
pub const SEEDS_OF_THRESHOLDS: u64 = 5;

/// What one alarm found over all seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfAlarm {
    /// Findings on those who made hours up, in whatever way.
    pub right: u64,
    /// Findings on the honest.
    pub wrong: u64,
    /// Those who made hours up in the way this alarm is for.
    pub planted: u64,
    /// Those of them it found.
    pub found: u64,
    /// Those of them that any alarm found.
    pub found_by_any: u64,
}

/// What all alarms found over all seeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// By alarm.
    pub alarms: BTreeMap<Alarm, OfAlarm>,
    /// Honest teams there were.
    pub honest_teams: u64,
    /// Honest teams named by any alarm, themselves or through whoever types for them.
    pub honest_accused: u64,
    /// How those look, for whoever must mend a rule.
    pub accused_as: Vec<(Alarm, Option<LookAlike>)>,
    /// Services looked at.
    pub services: u64,
}

/// Runs the cities of these seeds.
pub fn measure(seeds: impl Iterator<Item = u64>) -> Measured {
    let mut measured = Measured::default();
    for seed in seeds {
        let town = town(seed);
        let found = look(&town.evidence);
        measured.services += town.evidence.services.len() as u64;
        measured.honest_teams +=
            town.honest.keys().filter(|one| matches!(one, Concern::Team(_))).count() as u64;
        let mut accused = BTreeSet::new();
        for finding in &found {
            let of = measured.alarms.entry(finding.alarm).or_default();
            if town.guilty.contains_key(&finding.concern) {
                of.right += 1;
            } else {
                of.wrong += 1;
                measured
                    .accused_as
                    .push((finding.alarm, town.honest.get(&finding.concern).copied().flatten()));
                accused.insert(finding.concern);
            }
        }
        measured.honest_accused += accused.len() as u64;
        let teams: BTreeSet<_> = found.iter().map(|finding| finding.concern).collect();
        for (alarm, concern) in &town.wanted {
            let of = measured.alarms.entry(*alarm).or_default();
            of.planted += 1;
            of.found += u64::from(found.iter().any(|one| (one.alarm, one.concern) == (*alarm, *concern)));
            of.found_by_any += u64::from(teams.contains(concern));
        }
    }
    measured
}

fn hundredths(part: u64, whole: u64) -> String {
    match (part * 1_000).checked_div(whole) {
        Some(thousandths) => format!("{}.{} %", thousandths / 10, thousandths % 10),
        None => "–".to_owned(),
    }
}

/// The measurement as a table in Markdown.
pub fn table(measured: &Measured) -> String {
    let mut text = String::from(
        "| alarm | findings | precision | planted | recall | found by any alarm |\n|---|---|---|---|---|---|\n",
    );
    for alarm in Alarm::ALL {
        let of = measured.alarms.get(alarm).copied().unwrap_or_default();
        let all = of.right + of.wrong;
        let _ = writeln!(
            text,
            "| `{}` | {all} | {} | {} | {} | {} |",
            alarm.word(),
            hundredths(of.right, all),
            of.planted,
            hundredths(of.found, of.planted),
            hundredths(of.found_by_any, of.planted),
        );
    }
    let Measured { honest_teams, honest_accused, services, .. } = measured;
    let _ = writeln!(
        text,
        "\nServices {services}; honest teams {honest_teams}, of which named {honest_accused}."
    );
    for (alarm, look) in &measured.accused_as {
        let _ = writeln!(text, "- named: `{}`, {look:?}", alarm.word());
    }
    text
}

//! How well each alarm finds what was made up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::{crooked::Late, honest::LookAlike, town::town};
use crate::{Alarm, look};

/// The seeds on which the thresholds were fixed; a measurement begins after them.
pub const SEEDS_OF_THRESHOLDS: u64 = 5;

/// What one alarm found over all seeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfAlarm {
    /// Findings on those who made hours up, in whatever way.
    pub right: u64,
    /// Findings on the honest.
    pub wrong: u64,
    /// Of the right ones, those that look like something honest.
    pub right_alike: u64,
    /// Of the wrong ones, those that look like something honest.
    pub wrong_alike: u64,
    /// Of those who made hours up in the way this alarm is for, by what they were entered late with.
    pub recall: BTreeMap<Option<Late>, Recall>,
}

/// How many of those who made hours up were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recall {
    /// Those there are.
    pub planted: u64,
    /// Those of them the alarm found.
    pub found: u64,
    /// Those of them that any alarm found.
    pub found_by_any: u64,
}

/// What all alarms found over all seeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// By alarm.
    pub alarms: BTreeMap<Alarm, OfAlarm>,
    /// Honest teams there were, by how they look, and those of them that any alarm asked about.
    pub honest: BTreeMap<Option<LookAlike>, (u64, u64)>,
    /// How the honest look whom an alarm asked about, themselves or as whoever types for them, and how often.
    pub accused_as: BTreeMap<(Option<LookAlike>, Alarm), u64>,
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
        for (_, look) in town.honest.values().collect::<BTreeSet<_>>() {
            measured.honest.entry(*look).or_default().0 += 1;
        }
        let mut accused = BTreeSet::new();
        for finding in &found {
            let of = measured.alarms.entry(finding.alarm).or_default();
            if town.guilty.contains_key(&finding.concern) {
                of.right += 1;
                of.right_alike += u64::from(finding.looks_like.is_some());
                continue;
            }
            of.wrong += 1;
            of.wrong_alike += u64::from(finding.looks_like.is_some());
            let team = town.honest.get(&finding.concern);
            accused.extend(team);
            let look = team.and_then(|(_, look)| *look);
            *measured.accused_as.entry((look, finding.alarm)).or_default() += 1;
        }
        for (_, look) in accused {
            measured.honest.entry(look).or_default().1 += 1;
        }
        let teams: BTreeSet<_> = found.iter().map(|finding| finding.concern).collect();
        for ((alarm, concern), late) in &town.wanted {
            let of = measured.alarms.entry(*alarm).or_default().recall.entry(*late).or_default();
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

/// The measurement as two tables in Markdown: by alarm, and of the honest teams by how they look.
pub fn table(measured: &Measured) -> String {
    let mut text = String::from(
        "| alarm | findings | precision | asked first | precision of the others | planted | recall | typed | late paper | late roll call | found by any alarm |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for alarm in Alarm::ALL {
        let of = measured.alarms.get(alarm).cloned().unwrap_or_default();
        let all = of.right + of.wrong;
        let alike = of.right_alike + of.wrong_alike;
        let sum = |part: fn(&Recall) -> u64| of.recall.values().map(part).sum::<u64>();
        let (planted, found, by_any) = (sum(|r| r.planted), sum(|r| r.found), sum(|r| r.found_by_any));
        let [typed, paper, roll] = Late::ALL.map(|late| {
            let Recall { planted, found, .. } = of.recall.get(&Some(late)).copied().unwrap_or_default();
            hundredths(found, planted)
        });
        let _ = writeln!(
            text,
            "| `{}` | {all} | {} | {alike} | {} | {planted} | {} | {typed} | {paper} | {roll} | {} |",
            alarm.word(),
            hundredths(of.right, all),
            hundredths(of.right - of.right_alike, all - alike),
            hundredths(found, planted),
            hundredths(by_any, planted),
        );
    }
    text.push_str("\n| honest teams | teams | asked about | by |\n|---|---|---|---|\n");
    for (look, (teams, named)) in &measured.honest {
        let by = measured.accused_as.iter().filter(|((as_look, _), _)| as_look == look);
        let by: Vec<_> = by.map(|((_, alarm), times)| format!("`{}` {times}", alarm.word())).collect();
        let name = look.map_or_else(|| "nothing special".to_owned(), |look| format!("{look:?}"));
        let _ = writeln!(text, "| {name} | {teams} | {named} | {} |", by.join(", "));
    }
    let (teams, named) = measured.honest.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let beyond = measured.honest.iter().filter(|(look, _)| look.is_some_and(LookAlike::is_beyond));
    let beyond = beyond.fold((0, 0), |sum, (_, one)| (sum.0 + one.0, sum.1 + one.1));
    let services = measured.services;
    let _ = writeln!(
        text,
        "\nServices {services}; honest teams {teams}, of which asked about {named}; of those beyond no threshold {}, of which \
         asked about {}.",
        teams - beyond.0,
        named - beyond.1
    );
    text
}

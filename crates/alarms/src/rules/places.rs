//! The same people in two places.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    concern, finding,
    thresholds::{OVERLAP, OVERLAPS},
};
use crate::{Alarm, Concern, Evidence, Finding, Service};

/// [`OVERLAPS`] times somebody of the team was in another community for [`OVERLAP`] of the same time. Two engagements in
/// one community are one place. Of two services the typed one is asked; where both or neither is typed, the team with
/// more overlaps, so that those whose people were used elsewhere are not. Source: `platforms.md` §8.4 and §8.14.
/// Measured: overlaps.
pub(super) fn two_places(evidence: &Evidence) -> Vec<Finding> {
    let overlaps = overlaps(evidence);
    let mut of_team: BTreeMap<Concern, Vec<usize>> = BTreeMap::new();
    for (number, (one, other)) in overlaps.iter().enumerate() {
        for (this, that) in [(one, other), (other, one)] {
            if this.is_typed >= that.is_typed {
                let numbers = of_team.entry(concern(this)).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
    }
    let mut teams: Vec<_> = of_team.into_iter().collect();
    teams.sort_by_key(|(concern, numbers)| (Reverse(numbers.len()), *concern));
    let mut explained = BTreeSet::new();
    let mut found = Vec::new();
    for (concern, mut numbers) in teams {
        numbers.retain(|number| !explained.contains(number));
        let times = numbers.len() as i64;
        if times >= OVERLAPS {
            let rows = numbers.iter().filter_map(|number| overlaps.get(*number));
            let rows = rows.flat_map(|(one, other)| [*one, *other]);
            found.push(finding(Alarm::TwoPlaces, concern, (times, OVERLAPS), rows));
            explained.extend(numbers);
        }
    }
    found
}

/// Each service with the one before it that lasts longest, where they are of one person, of two communities, and overlap.
fn overlaps(evidence: &Evidence) -> Vec<(&Service, &Service)> {
    let mut services: Vec<&Service> = evidence.services.iter().collect();
    services.sort_by_key(|service| (service.person, service.served.0, service.id));
    let mut found = Vec::new();
    let mut longest: Option<&Service> = None;
    for service in services {
        let before = longest.filter(|before| before.person == service.person);
        if let Some(before) = before {
            let until = before.served.1.min(service.served.1);
            if before.division != service.division && until.minutes_since(service.served.0) >= OVERLAP {
                found.push((before, service));
            }
        }
        if before.is_none_or(|before| service.served.1 > before.served.1) {
            longest = Some(service);
        }
    }
    found
}

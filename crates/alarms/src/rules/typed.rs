//! Typed hours: how fast, and how many of all.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Id, Person};

use super::{
    by_concern, finding, late_unannounced,
    thresholds::{FAST_ENGAGEMENTS, FAST_MINUTES, FAST_WINDOW, SHARE_HUNDREDTHS, SHARE_MINUTES},
};
use crate::{Alarm, Concern, Evidence, Finding, Service};

/// One person typed late, unannounced hours of [`FAST_ENGAGEMENTS`] engagements and [`FAST_MINUTES`] within [`FAST_WINDOW`]. A sheet of one
/// engagement typed in one go is none. Source: `platforms.md`, finding 1. Measured: engagements in the fullest window.
pub(super) fn fast(evidence: &Evidence) -> Vec<Finding> {
    let mut by_typist: BTreeMap<Id<Person>, Vec<(kernel::Instant, &Service)>> = BTreeMap::new();
    for service in &evidence.services {
        if let Some(signal) = late_unannounced(service) {
            by_typist.entry(signal.witness).or_default().push((signal.entered_at, service));
        }
    }
    let mut found = Vec::new();
    for (typist, mut entries) in by_typist {
        entries.sort_by_key(|(at, service)| (*at, service.id));
        let (mut first, mut minutes) = (0, 0);
        let mut inside: BTreeMap<Id<crate::Engagement>, usize> = BTreeMap::new();
        let (mut most, mut rows) = (0, BTreeSet::new());
        for (last, (at, service)) in entries.iter().enumerate() {
            minutes += service.minutes.number();
            *inside.entry(service.engagement).or_default() += 1;
            while let Some((_, gone)) = entries.get(first).filter(|(from, _)| *from + FAST_WINDOW < *at) {
                minutes -= gone.minutes.number();
                if let Some(count) = inside.get_mut(&gone.engagement) {
                    *count -= 1;
                    if *count == 0 {
                        inside.remove(&gone.engagement);
                    }
                }
                first += 1;
            }
            let engagements = inside.len() as i64;
            if engagements >= FAST_ENGAGEMENTS && minutes >= FAST_MINUTES {
                most = most.max(engagements);
                let next = rows.last().map_or(first, |row: &usize| first.max(row + 1));
                rows.extend(next..=last);
            }
        }
        if most > 0 {
            let services = rows.iter().filter_map(|row| entries.get(*row)).map(|(_, service)| *service);
            let concern = Concern::Typist(typist);
            found.push(finding(Alarm::TypedFast, concern, (most, FAST_ENGAGEMENTS), services));
        }
    }
    found
}

/// Of a team's minutes [`SHARE_HUNDREDTHS`] in a hundred are typed late and unannounced, and [`SHARE_MINUTES`] at least. Source:
/// `platforms.md`, finding 3 and §8.4. Measured: hundredths.
pub(super) fn share(evidence: &Evidence) -> Vec<Finding> {
    let mut found = Vec::new();
    for (concern, services) in by_concern(evidence) {
        let all: i64 = services.iter().map(|service| service.minutes.number()).sum();
        let late = |one: &&Service| late_unannounced(one).is_some();
        let typed: i64 = services.iter().copied().filter(late).map(|one| one.minutes.number()).sum();
        let hundredths = if all > 0 { typed.saturating_mul(100) / all } else { 0 };
        if typed >= SHARE_MINUTES && hundredths >= SHARE_HUNDREDTHS {
            let rows = services.into_iter().filter(late);
            found.push(finding(Alarm::TypedShare, concern, (hundredths, SHARE_HUNDREDTHS), rows));
        }
    }
    found
}

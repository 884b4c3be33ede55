//! More people than the place holds.

use std::collections::BTreeMap;

use super::{
    by_engagement, concern, finding,
    thresholds::{OVER_HUNDREDTHS, OVER_PEOPLE},
};
use crate::{Alarm, Concern, Evidence, Finding, Service};

/// An engagement of the team had [`OVER_PEOPLE`] more people than places and [`OVER_HUNDREDTHS`] hundredths of them.
/// Source: `platforms.md` §8.4 "more enrolled than the site holds". Measured: people over the places, of the fullest.
pub(super) fn over_full(evidence: &Evidence) -> Vec<Finding> {
    let mut found: BTreeMap<Concern, (i64, Vec<&Service>)> = BTreeMap::new();
    for services in by_engagement(evidence).into_values() {
        let Some((first, places)) = services.first().and_then(|one| Some((*one, one.places?))) else {
            continue;
        };
        let mut people: Vec<_> = services.iter().map(|one| one.person).collect();
        people.sort_unstable();
        people.dedup();
        let (people, over) = (people.len() as i64, people.len() as i64 - places);
        if over >= OVER_PEOPLE && people * 100 >= places.saturating_mul(OVER_HUNDREDTHS) {
            let (most, rows) = found.entry(concern(first)).or_default();
            *most = over.max(*most);
            rows.extend(services);
        }
    }
    let findings = found.into_iter();
    findings
        .map(|(concern, (most, rows))| finding(Alarm::OverFull, concern, (most, OVER_PEOPLE), rows))
        .collect()
}

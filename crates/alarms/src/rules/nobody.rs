//! Activity with nobody signed up before it began.

use std::collections::BTreeMap;

use super::{by_engagement, concern, finding, late_unannounced, thresholds::NOBODY_PEOPLE};
use crate::{Alarm, Concern, Evidence, Finding, Service};

/// [`NOBODY_PEOPLE`] people served at an engagement with places for which nobody had signed up when it began, that no
/// witness of the place speaks for, and that was typed [`LATE`](super::thresholds::LATE) after its end. A call-out in an emergency and a street cleaned on the spur of the moment are
/// witnessed while they last. Source: `platforms.md` §8.4. Measured: people at the largest such engagement.
pub(super) fn nobody_before(evidence: &Evidence) -> Vec<Finding> {
    let mut found: BTreeMap<Concern, (i64, Vec<&Service>)> = BTreeMap::new();
    for services in by_engagement(evidence).into_values() {
        let Some(first) = services.first().copied() else { continue };
        let people = services.len() as i64;
        if people >= NOBODY_PEOPLE
            && first.places.is_some()
            && services.iter().all(|one| late_unannounced(one).is_some())
        {
            let (most, rows) = found.entry(concern(first)).or_default();
            *most = people.max(*most);
            rows.extend(services);
        }
    }
    let findings = found.into_iter();
    findings
        .map(|(concern, (most, rows))| finding(Alarm::NobodyBefore, concern, (most, NOBODY_PEOPLE), rows))
        .collect()
}

//! The rules, one a file, and the order in which they are asked.

mod alike;
mod burst;
mod device;
mod full;
mod nobody;
mod pairs;
mod places;
mod regular;
pub mod thresholds;
mod typed;

use std::collections::BTreeMap;

use crate::{Alarm, Concern, Evidence, Finding, Service, Signal};

/// The rules in the order of [`Alarm`].
const RULES: [fn(&Evidence) -> Vec<Finding>; 9] = [
    typed::fast,
    typed::share,
    places::two_places,
    full::over_full,
    nobody::nobody_before,
    pairs::same_pairs,
    regular::too_regular,
    device::shared_device,
    burst::before_a_deadline,
];

/// Every finding in the evidence, by alarm and then by whom it concerns. The order of the evidence does not matter.
pub fn look(evidence: &Evidence) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(evidence)).collect();
    found.sort_by_key(|finding| (finding.alarm, finding.concern));
    found
}

/// Who answers for a service: its team, else the community that dispatched it.
pub(crate) fn concern(service: &Service) -> Concern {
    service.team.map_or(Concern::Place(service.division), Concern::Team)
}

/// A finding over these services.
fn finding<'s>(
    alarm: Alarm,
    concern: Concern,
    (measured, threshold): (i64, i64),
    services: impl IntoIterator<Item = &'s Service>,
) -> Finding {
    let mut services: Vec<&Service> = services.into_iter().collect();
    services.sort_unstable_by_key(|service| service.id);
    services.dedup_by_key(|service| service.id);
    let looks_like = alike::alike(alarm, measured, &services);
    let evidence = services.into_iter().map(|service| service.id).collect();
    Finding { alarm, concern, measured, threshold, looks_like, evidence }
}

/// The services by who answers for them.
fn by_concern(evidence: &Evidence) -> BTreeMap<Concern, Vec<&Service>> {
    let mut groups: BTreeMap<Concern, Vec<&Service>> = BTreeMap::new();
    for service in &evidence.services {
        groups.entry(concern(service)).or_default().push(service);
    }
    groups
}

/// The services by what was served.
fn by_engagement(evidence: &Evidence) -> BTreeMap<kernel::Id<crate::Engagement>, Vec<&Service>> {
    let mut groups: BTreeMap<_, Vec<&Service>> = BTreeMap::new();
    for service in &evidence.services {
        groups.entry(service.engagement).or_default().push(service);
    }
    groups
}

/// The first word of a service that somebody else entered late, [`thresholds::LATE`] after its end, where nothing was
/// given on site and the person had not signed up before it began. A sheet or a roll call that comes late is no more
/// than a typed hour. What was announced and then entered is a sheet somebody forgot.
fn late_unannounced(service: &Service) -> Option<&Signal> {
    if service.signed_up_at.is_some_and(|at| at < service.planned.0)
        || service.signals.iter().any(|signal| signal.is_on_site)
    {
        return None;
    }
    let entered = service.signals.iter().filter(|s| s.given.is_entered() && s.witness != service.person);
    let first = entered.min_by_key(|s| s.entered_at)?;
    (first.entered_at >= service.planned.1 + thresholds::LATE).then_some(first)
}

//! Perfect regularity.

use std::collections::BTreeMap;

use super::{
    concern, finding,
    thresholds::{REGULAR_SECONDS, REGULAR_TIMES},
};
use crate::{Alarm, Concern, Evidence, Finding, Given, Service};

/// Seconds from the planned start to a code, and the service.
type Offsets<'e> = Vec<(i64, &'e Service)>;

/// The codes of a person reached us within [`REGULAR_SECONDS`] of one offset from the planned start, at [`REGULAR_TIMES`]
/// engagements. Only codes are measured: round hours on paper and at a roll call are ordinary. Source: `platforms.md`
/// §7.9, a client that picks its time. Measured: engagements of the person with the most.
pub(super) fn too_regular(evidence: &Evidence) -> Vec<Finding> {
    let mut of_person: BTreeMap<_, Offsets<'_>> = BTreeMap::new();
    for service in &evidence.services {
        let codes = service.signals.iter().filter(|s| s.given == Given::Code);
        if let Some(first) = codes.map(|s| s.entered_at).min() {
            let offset = (first.micros() - service.planned.0.micros()).div_euclid(1_000_000);
            of_person.entry((concern(service), service.person)).or_default().push((offset, service));
        }
    }
    let mut found: BTreeMap<Concern, (i64, Vec<&Service>)> = BTreeMap::new();
    for ((concern, _), mut rows) in of_person {
        rows.sort_by_key(|(offset, one)| (*offset, one.id));
        let (low, high) = (rows.first().map_or(0, |row| row.0), rows.last().map_or(0, |row| row.0));
        let times = rows.len() as i64;
        if times >= REGULAR_TIMES && high - low <= REGULAR_SECONDS {
            let (most, all) = found.entry(concern).or_default();
            *most = times.max(*most);
            all.extend(rows.into_iter().map(|(_, one)| one));
        }
    }
    let findings = found.into_iter();
    findings
        .map(|(concern, (most, rows))| finding(Alarm::TooRegular, concern, (most, REGULAR_TIMES), rows))
        .collect()
}

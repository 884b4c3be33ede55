//! A device or an address shared by many.

use std::collections::{BTreeMap, BTreeSet};

use super::{concern, finding, thresholds::DEVICE_PEOPLE};
use crate::{Alarm, Concern, Evidence, Finding, Given, Service};

/// One device gave the codes of [`DEVICE_PEOPLE`] people of a team. A reader of cards and a leader's roll call are shared
/// by nature and not asked. Source: `platforms.md` §7.9, leaders who hand out codes. Measured: people.
pub(super) fn shared_device(evidence: &Evidence) -> Vec<Finding> {
    let mut of_device: BTreeMap<(Concern, &[u8]), Vec<&Service>> = BTreeMap::new();
    for service in &evidence.services {
        for signal in &service.signals {
            if signal.given == Given::Code && !signal.device.is_empty() {
                of_device.entry((concern(service), &signal.device)).or_default().push(service);
            }
        }
    }
    let mut found: BTreeMap<Concern, (i64, Vec<&Service>)> = BTreeMap::new();
    for ((concern, _), rows) in of_device {
        let people = rows.iter().map(|one| one.person).collect::<BTreeSet<_>>().len() as i64;
        if people >= DEVICE_PEOPLE {
            let (most, all) = found.entry(concern).or_default();
            *most = people.max(*most);
            all.extend(rows);
        }
    }
    let findings = found.into_iter();
    findings
        .map(|(concern, (most, rows))| finding(Alarm::SharedDevice, concern, (most, DEVICE_PEOPLE), rows))
        .collect()
}

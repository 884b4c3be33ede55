//! Always the same pairs.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Id, Person};

use super::{concern, finding, thresholds::PAIR_TIMES};
use crate::{Alarm, Concern, Engagement, Evidence, Finding, Service};

/// Whom a witness witnessed at an engagement.
type Witnessed = BTreeMap<(Id<Engagement>, Id<Person>), BTreeSet<Id<Person>>>;
/// What the lower of two ids witnessed of the higher, and the other way.
type Pairs<'e> = BTreeMap<(Concern, Id<Person>, Id<Person>), [Vec<&'e Service>; 2]>;

/// Two people of a team were each other's only witness, [`PAIR_TIMES`] times each way, where neither witnessed anybody
/// else. The same helper at the same resident every week is one way only; two leaders who take turns witness the others
/// too. Source: `platforms.md` §7.9 and the parents' group of §2.12. Measured: times, of the rarer way.
pub(super) fn same_pairs(evidence: &Evidence) -> Vec<Finding> {
    let mut witnessed: Witnessed = BTreeMap::new();
    let mut only: Vec<(Id<Person>, &Service)> = Vec::new();
    for service in &evidence.services {
        let others = service.signals.iter().map(|s| s.witness).filter(|witness| *witness != service.person);
        let others: BTreeSet<Id<Person>> = others.collect();
        for other in &others {
            witnessed.entry((service.engagement, *other)).or_default().insert(service.person);
        }
        if let Some(witness) = others.first().filter(|_| others.len() == 1) {
            only.push((*witness, service));
        }
    }
    only.retain(|(witness, one)| {
        witnessed.get(&(one.engagement, *witness)).is_some_and(|seen| seen.len() == 1)
    });
    let mut pairs: Pairs<'_> = BTreeMap::new();
    for (witness, one) in only {
        let (low, high) = (witness.min(one.person), witness.max(one.person));
        let [up, down] = pairs.entry((concern(one), low, high)).or_default();
        if witness == low { up.push(one) } else { down.push(one) }
    }
    let mut found: BTreeMap<Concern, (i64, Vec<&Service>)> = BTreeMap::new();
    for ((concern, ..), [up, down]) in pairs {
        let times = up.len().min(down.len()) as i64;
        if times >= PAIR_TIMES {
            let (most, rows) = found.entry(concern).or_default();
            *most = times.max(*most);
            rows.extend(up.into_iter().chain(down));
        }
    }
    let findings = found.into_iter();
    findings
        .map(|(concern, (most, rows))| finding(Alarm::SamePairs, concern, (most, PAIR_TIMES), rows))
        .collect()
}

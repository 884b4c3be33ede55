//! A burst before a deadline.

use std::collections::BTreeSet;

use super::{
    by_concern, finding, late_unannounced,
    thresholds::{BURST_AGE_DAYS, BURST_DAYS, BURST_MINUTES, BURST_SERVICE_DAYS},
};
use crate::{Alarm, Evidence, Finding, Service};

/// In the [`BURST_DAYS`] before a deadline [`BURST_MINUTES`] of a team were typed, unannounced, that were [`BURST_AGE_DAYS`] old or
/// older, of [`BURST_SERVICE_DAYS`] different days. What was served shortly before the deadline, and one sheet of one
/// day, are none. Source: `platforms.md` §5, quota pressure. Measured: minutes.
pub(super) fn before_a_deadline(evidence: &Evidence) -> Vec<Finding> {
    let mut deadlines: Vec<i32> = evidence.deadlines.iter().map(|day| day.number()).collect();
    deadlines.sort_unstable();
    let is_late = |service: &&Service| {
        let Some(signal) = late_unannounced(service) else { return false };
        let (entered, served) = (signal.entered_at.day().number(), service.planned.1.day().number());
        let next = deadlines.get(deadlines.partition_point(|day| *day < entered));
        entered - served >= BURST_AGE_DAYS && next.is_some_and(|day| day - entered < BURST_DAYS)
    };
    let mut found = Vec::new();
    for (concern, services) in by_concern(evidence) {
        let rows: Vec<&Service> = services.into_iter().filter(is_late).collect();
        let minutes: i64 = rows.iter().map(|one| one.minutes.number()).sum();
        let days: BTreeSet<_> = rows.iter().map(|one| one.planned.0.day()).collect();
        if minutes >= BURST_MINUTES && days.len() as i64 >= BURST_SERVICE_DAYS {
            found.push(finding(Alarm::Burst, concern, (minutes, BURST_MINUTES), rows));
        }
    }
    found
}

//! What honest thing a finding looks like, so that it is asked about before anything else is thought. It proves nothing:
//! whoever makes hours up may do it so that it looks the same, and the finding stays.

use std::collections::BTreeSet;

use super::{
    late_unannounced,
    thresholds::{FAMILY_PEOPLE, OVERLAP, SLOT_TIMES},
};
use crate::{Alarm, Alike, Given, Service};

/// What a finding of this alarm, with what it measured and the services behind it, looks like.
pub(super) fn alike(alarm: Alarm, measured: i64, services: &[&Service]) -> Option<Alike> {
    match alarm {
        Alarm::SamePairs => is_weekly(services).then_some(Alike::EveryWeek),
        Alarm::SharedDevice => (measured <= FAMILY_PEOPLE).then_some(Alike::Family),
        Alarm::TwoPlaces => is_overrun(services).then_some(Alike::ForgottenCheckOut),
        Alarm::TypedFast | Alarm::NobodyBefore | Alarm::Burst => {
            is_on_sheets(services).then_some(Alike::Sheets)
        }
        // Whose hours come late for the greater part is not excused by paper: on the seeds 301 to 320 of the rehearsal what
        // was on sheets was made up more often than the rest.
        Alarm::TypedShare | Alarm::OverFull | Alarm::TooRegular => None,
    }
}

/// The services come at few times of the week, each [`SLOT_TIMES`] times at least on average.
fn is_weekly(services: &[&Service]) -> bool {
    let slot = |one: &&Service| (one.planned.0.day().weekday(), one.planned.0.minute_of_day());
    let slots: BTreeSet<_> = services.iter().map(slot).collect();
    services.len() >= slots.len() * SLOT_TIMES
}

/// Of the services that overlap, every second ends [`OVERLAP`] after it was planned to: nobody checked out in time.
fn is_overrun(services: &[&Service]) -> bool {
    let late = services.iter().filter(|one| one.served.1 >= one.planned.1 + OVERLAP).count();
    late * 2 >= services.len()
}

/// Whatever was entered late was entered from signed sheets.
fn is_on_sheets(services: &[&Service]) -> bool {
    let mut first = services.iter().filter_map(|one| late_unannounced(one));
    first.all(|signal| signal.given == Given::Paper)
}

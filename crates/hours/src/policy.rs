//! The numbers of the rules: dated, of a division, inherited down the tree.

use std::collections::BTreeMap;

use db::{Fault, Tx};
use journal::Call;
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person, Refusal};

use crate::{presence::Presence, served::Limits};

/// One number: its name in the table `policy`, what it is without a row, and where that comes from.
struct Default {
    name: &'static str,
    value: i64,
}

/// Minutes before and after the planned time that may count. Order 67 art. 7 leaves it to the organisation.
const TOLERANCE: Default = Default { name: "hours.tolerance_minutes", value: 30 };
/// Minutes round the planned time in which a signal counts as given at the time.
const GRACE: Default = Default { name: "hours.grace_minutes", value: 60 };
/// Minutes after the planned time in which a paper sheet or the resident's nod counts as of the time: one day.
const SHEET: Default = Default { name: "hours.sheet_minutes", value: 1_440 };
/// Smallest unit in minutes. Order 67 art. 7 counts in hours and sets none; nothing is lost by one minute.
const UNIT: Default = Default { name: "hours.unit_minutes", value: 1 };
/// Minutes a day that count at once (广东 i志愿: 8 hours).
const AT_ONCE: Default = Default { name: "hours.day_at_once_minutes", value: 480 };
/// Minutes a day that the place itself may review (广东 i志愿: 12 hours).
const PARENT: Default = Default { name: "hours.day_parent_minutes", value: 720 };
/// Working days after the service in which it must be on record (Order 67 art. 11).
const DUE: Default = Default { name: "hours.due_working_days", value: 10 };

/// The numbers in force at a place on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Newest version among the rows used; 0 when all are the built-in ones.
    pub(crate) version: i64,
    /// Minutes before and after the planned time that may count.
    pub(crate) tolerance: Minutes,
    /// A signal counts as given at the time within this of the planned time.
    pub(crate) grace: Minutes,
    /// A paper sheet counts as of the time this long after it.
    pub(crate) sheet: Minutes,
    /// Smallest unit.
    pub(crate) unit: Minutes,
    /// The limits of a day.
    pub(crate) limits: Limits,
    /// Working days until a record is closed.
    pub(crate) due_working_days: u32,
}

impl Policy {
    /// What the signals of a presence are held against.
    pub(crate) fn setting(&self, presence: &Presence) -> crate::Setting {
        self.setting_of(presence.person, presence.planned)
    }

    /// What the signals of one person at a planned time are held against.
    pub(crate) fn setting_of(&self, person: Id<Person>, planned: (Instant, Instant)) -> crate::Setting {
        crate::Setting { person, planned, grace: self.grace, sheet: self.sheet }
    }

    /// First and last day on which a presence can have minutes.
    pub(crate) fn days(&self, presence: &Presence) -> (Day, Day) {
        ((presence.planned.0 - self.tolerance).day(), (presence.planned.1 + self.tolerance).day())
    }

    /// The last day on which a presence may be put on record and its grade may rise.
    pub(crate) fn due(&self, call: &Call, presence: &Presence) -> Day {
        call.calendar().working_days_after(presence.planned.1.day(), self.due_working_days)
    }

    /// Refuses what comes after the due date. What was brought in was on record elsewhere, and waits for its person.
    pub(crate) fn must_be_in_time(&self, call: &Call, presence: &Presence) -> Result<(), Refusal> {
        let due = self.due(call, presence);
        if call.now.day() > due && !presence.imported {
            return Err(Refusal::conflict("hours-too-late").with("until", due));
        }
        Ok(())
    }
}

/// Reads what is in force at `place` on `day`, in one statement.
///
/// # Errors
/// A fault.
pub(crate) fn policy(tx: &mut Tx<'_>, place: DivisionCode, day: Day) -> Result<Policy, Fault> {
    Ok(numbers(&places::policies(tx, place, "hours.", day)?))
}

/// What is in force in an area, for many presences at once.
pub(crate) struct PolicyIn(places::PoliciesIn);

impl PolicyIn {
    /// Reads what is in force somewhere in the area on some day until `last`, in one statement.
    ///
    /// # Errors
    /// A fault.
    pub(crate) fn of(tx: &mut Tx<'_>, area: DivisionCode, last: Day) -> Result<Self, Fault> {
        Ok(Self(places::policies_in(tx, area, "hours.", last)?))
    }

    /// As [`policy`].
    pub(crate) fn at(&self, place: DivisionCode, day: Day) -> Policy {
        numbers(&self.0.at(place, day))
    }
}

/// The numbers with what was decided, the built-in ones where nobody did.
fn numbers(held: &BTreeMap<String, places::Policy>) -> Policy {
    let mut version = 0;
    let mut take = |one: Default| {
        held.get(one.name).map_or(one.value, |policy| {
            version = version.max(policy.version);
            policy.value.max(0)
        })
    };
    let (tolerance, grace, sheet, unit) = (take(TOLERANCE), take(GRACE), take(SHEET), take(UNIT));
    let (at_once, parent, due) = (take(AT_ONCE), take(PARENT), take(DUE));
    Policy {
        version,
        tolerance: Minutes(tolerance),
        grace: Minutes(grace),
        sheet: Minutes(sheet),
        unit: Minutes(unit),
        limits: Limits { at_once: Minutes(at_once), parent: Minutes(parent) },
        due_working_days: u32::try_from(due).unwrap_or(u32::MAX).min(366),
    }
}

/// So long after the planned end a paper sheet that is entered counts as of the time, at `place` on `day`. One statement.
///
/// # Errors
/// A fault.
pub fn sheet_minutes(tx: &mut Tx<'_>, place: DivisionCode, day: Day) -> Result<Minutes, Fault> {
    Ok(policy(tx, place, day)?.sheet)
}

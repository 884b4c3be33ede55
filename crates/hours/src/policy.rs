//! The numbers of the rules: dated, of a division, inherited down the tree.

use db::{Fault, Tx};
use journal::Call;
use kernel::{Day, DivisionCode, Instant, Minutes, Refusal};

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
/// Days in which the person says yes to typed hours. Order 67 art. 13 says "promptly" of errors and sets no days; seven is
/// the notice inside the unit before hours are certified (民发〔2015〕149号).
const TYPED: Default = Default { name: "hours.typed_days", value: 7 };
/// Days in which somebody of the place answers who says "I was there"; then the level above is told. Order 67 art. 13 says
/// "promptly" and sets no days.
const ANSWER: Default = Default { name: "hours.answer_days", value: 7 };

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
    /// Days in which typed hours wait for their person's yes.
    pub(crate) typed_days: i32,
    /// Days in which a claim is answered by the place.
    pub(crate) answer_days: i32,
}

impl Policy {
    /// What the signals of a presence are held against.
    pub(crate) fn setting(&self, presence: &Presence) -> crate::Setting {
        crate::Setting {
            person: presence.person,
            planned: presence.planned,
            grace: self.grace,
            sheet: self.sheet,
        }
    }

    /// First and last day on which a presence can have minutes.
    pub(crate) fn days(&self, presence: &Presence) -> (Day, Day) {
        ((presence.planned.0 - self.tolerance).day(), (presence.planned.1 + self.tolerance).day())
    }

    /// The last day on which a presence may be put on record and its grade may rise.
    pub(crate) fn due(&self, call: &Call, presence: &Presence) -> Day {
        call.calendar().working_days_after(presence.planned.1.day(), self.due_working_days)
    }

    /// Refuses what comes after the due date. What was brought in was on record elsewhere, and waits for its person; what is
    /// claimed was claimed in time, and waits for an answer.
    pub(crate) fn must_be_in_time(&self, call: &Call, presence: &Presence) -> Result<(), Refusal> {
        let due = self.due(call, presence);
        if call.now.day() > due && !presence.imported && presence.claimed_at.is_none() {
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
    let held = places::policies(tx, place, "hours.", day)?;
    let mut version = 0;
    let mut take = |one: Default| {
        held.get(one.name).map_or(one.value, |policy| {
            version = version.max(policy.version);
            policy.value.max(0)
        })
    };
    let (tolerance, grace, sheet, unit) = (take(TOLERANCE), take(GRACE), take(SHEET), take(UNIT));
    let (at_once, parent, due) = (take(AT_ONCE), take(PARENT), take(DUE));
    let days = |value: i64| i32::try_from(value).unwrap_or(i32::MAX).min(366);
    let (typed, answer) = (take(TYPED), take(ANSWER));
    Ok(Policy {
        version,
        tolerance: Minutes(tolerance),
        grace: Minutes(grace),
        sheet: Minutes(sheet),
        unit: Minutes(unit),
        limits: Limits { at_once: Minutes(at_once), parent: Minutes(parent) },
        due_working_days: u32::try_from(due).unwrap_or(u32::MAX).min(366),
        typed_days: days(typed),
        answer_days: days(answer),
    })
}

/// Until when what is said of a service counts for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Until then a roll call counts as of the time.
    pub roll: Instant,
    /// Until then a paper sheet that is entered counts as of the time.
    pub sheet: Instant,
    /// The last day for the record.
    pub due: Day,
    /// How many working days after the end that is.
    pub due_working_days: u32,
}

/// The deadlines of what was planned from then until then at `place`. One statement.
///
/// # Errors
/// A fault.
pub fn deadlines(
    tx: &mut Tx<'_>,
    call: &Call,
    place: DivisionCode,
    (from, to): (Instant, Instant),
) -> Result<Deadlines, Fault> {
    let policy = policy(tx, place, from.day())?;
    let due = call.calendar().working_days_after(to.day(), policy.due_working_days);
    let due_working_days = policy.due_working_days;
    Ok(Deadlines { roll: to + policy.grace, sheet: to + policy.sheet, due, due_working_days })
}

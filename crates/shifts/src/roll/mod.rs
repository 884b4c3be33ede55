//! The leader's roll call: who was there, late or gone early, a transaction for each person.

pub(crate) mod pages;

use db::{Outcome, Tx};
use hours::{AttendanceRow, Confirmed, Signal, SignalKind, Source};
use journal::Call;
use kernel::{Id, Instant, Minutes, Person, Refusal};
use people::Card;

use crate::{
    presence::engagement,
    shift::{self, Shift, ShiftCard},
    sign_up,
};

/// One person of the list.
#[derive(Clone, Debug)]
pub struct RollLine {
    /// Who, masked.
    pub card: Card,
    /// What is known of their presence.
    pub presence: Option<AttendanceRow>,
}

/// What the leader says of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub person: Id<Person>,
    /// Whether they came.
    pub came: bool,
    /// So much later than planned.
    pub late: Minutes,
    /// Gone so much earlier than planned.
    pub early: Minutes,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Called {
    /// Their hours are recorded.
    Confirmed(Confirmed),
    /// Their hours were recorded before.
    Before,
    /// Not there: nothing is recorded.
    Absent,
}

/// Everybody who has a place in the shift, in the order of sign-up.
///
/// # Errors
/// 404; forbidden.
pub fn roll(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<(ShiftCard, Vec<RollLine>)> {
    let shift = shift::shift(tx, shift)?;
    let signups = sign_up::placed(tx, call, &shift)?;
    let people: Vec<Id<Person>> = signups.iter().map(|signup| signup.person).collect();
    let cards = people::cards(tx, &people)?;
    let rows = hours::of_engagement(tx, shift.id.district(), shift.id)?;
    let lines = people.iter().filter_map(|person| {
        let presence = rows.iter().find(|row| row.person == *person).cloned();
        Some(RollLine { card: cards.get(person)?.clone(), presence })
    });
    let lines = lines.collect();
    Ok((shift, lines))
}

/// Calls one person: notes coming and going where nothing says so yet or the leader says otherwise, and confirms the
/// hours. Its transaction is called `roll_call`: it writes in the person's and in the place's district.
///
/// # Errors
/// 404; forbidden; `roll-too-early`, `roll-not-signed-up`, `roll-no-time-left` (conflict), and what
/// [`hours::confirm`] refuses.
pub fn call_one(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, said: &Present) -> Outcome<Called> {
    let witness = call.actor.signed_in()?;
    let locked = people::lock(tx, said.person)?;
    let shift = shift::shift(tx, shift)?;
    shift.must_be_run_by(call)?;
    if shift.state != "published" || call.now < shift.ends_at - said.early {
        return Err(Refusal::conflict("roll-too-early").into());
    }
    if !sign_up::has_place(tx, shift.id, said.person)? {
        return Err(Refusal::conflict("roll-not-signed-up").into());
    }
    if !said.came {
        return Ok(Called::Absent);
    }
    let (came, went) = (shift.starts_at + said.late, shift.ends_at - said.early);
    if said.late < Minutes::ZERO || said.early < Minutes::ZERO || went <= came {
        return Err(Refusal::conflict("roll-no-time-left").into());
    }
    let attendance = hours::open(tx, call, &engagement(&shift), said.person, locked.home)?;
    let rows = hours::of_engagement(tx, shift.id.district(), shift.id)?;
    let row = rows.into_iter().find(|row| row.person == said.person);
    if row.as_ref().is_some_and(is_recorded) {
        return Ok(Called::Before);
    }
    // The leader showed the code, so the leader's word adds nothing to it; anybody else who calls is a second witness.
    let known = |at: Option<Option<Instant>>| witness == shift.leader && at.flatten().is_some();
    let says = [
        (SignalKind::Arrived, came, said.late == Minutes::ZERO && known(row.as_ref().map(|r| r.arrived_at))),
        (SignalKind::Left, went, said.early == Minutes::ZERO && known(row.as_ref().map(|r| r.left_at))),
    ];
    for (kind, at, known) in says {
        if !known {
            let signal = Signal { kind, source: Source::RollCall, witness, device: &[], at };
            hours::signal(tx, call, attendance, &signal)?;
        }
    }
    Ok(Called::Confirmed(hours::confirm(tx, call, attendance, None)?))
}

/// Whether the hours of a presence are recorded.
pub(crate) fn is_recorded(row: &AttendanceRow) -> bool {
    row.state == "recorded"
}

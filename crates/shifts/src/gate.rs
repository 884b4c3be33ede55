//! A card read at the gate: who minds the gate says who came and who went, one person at a time.

use db::{Outcome, Tx};
use hours::{AttendanceRow, Signal, SignalKind, Source};
use journal::Call;
use kernel::{Id, Minutes, Person, Refusal};

use crate::{
    check_in::{AROUND_MINUTES, Checked, must_be_open, next_kind},
    presence::engagement,
    shift::{self, Shift, ShiftCard},
    sign_up,
};

/// A card read again so soon is the same reading.
pub const SAME_READING: Minutes = Minutes(1);
/// Shifts of one person that are looked at: those around this moment.
const SHIFTS_MAX: usize = 2;

/// A person at a gate.
#[derive(Clone, Debug)]
pub struct AtGate {
    /// Whose gate.
    pub shift: ShiftCard,
    /// What is known of their presence.
    pub presence: Option<AttendanceRow>,
}

impl AtGate {
    /// What the next reading would say; nothing when both are known or the last was read a moment ago.
    pub fn next(&self, call: &Call) -> Option<SignalKind> {
        let just = self.presence.as_ref().and_then(|row| row.arrived_at);
        let again = just.is_some_and(|at| call.now < at + SAME_READING);
        next_kind(self.presence.as_ref()).filter(|_| !again)
    }
}

/// Where this person has a place at this moment in a shift that the actor runs.
///
/// # Errors
/// Sign in first.
pub fn at_gate(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Option<AtGate>> {
    call.actor.signed_in()?;
    let theirs = sign_up::store::mine(tx, person, call.now - AROUND_MINUTES)?;
    let around =
        |mine: &&sign_up::MyShift| mine.state == "placed" && mine.starts_at - AROUND_MINUTES <= call.now;
    for mine in theirs.iter().filter(around).take(SHIFTS_MAX) {
        let shift = shift::shift(tx, mine.shift)?;
        if shift.is_run_by(call) {
            let presence = hours::at_engagement(tx, shift.id, person)?;
            return Ok(Some(AtGate { shift, presence }));
        }
    }
    Ok(None)
}

/// Notes what the actor read from somebody's card: they came or went now. Said again it is the same reading. Its
/// transaction writes in the person's and in the place's district.
///
/// # Errors
/// 404; forbidden; `hours-own`, `roll-not-signed-up`, `check-in-too-early`, `check-in-too-late`, `check-in-cancelled`,
/// `card-came-first`, `card-just-read` (conflict).
pub fn read_at_gate(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: Id<Shift>,
    person: Id<Person>,
    kind: SignalKind,
    device: &[u8],
) -> Outcome<Checked> {
    let reader = call.actor.signed_in()?;
    let locked = people::lock(tx, person)?;
    let shift = shift::shift(tx, shift)?;
    shift.must_be_run_by(call)?;
    if reader == person {
        return Err(Refusal::conflict("hours-own").into());
    }
    if !sign_up::has_place(tx, shift.id, person)? {
        return Err(Refusal::conflict("roll-not-signed-up").into());
    }
    must_be_open(tx, call, &shift)?;
    let row = hours::at_engagement(tx, shift.id, person)?;
    let (came, went) = row.as_ref().map_or((None, None), |row| (row.arrived_at, row.left_at));
    match (kind, came, went) {
        (SignalKind::Arrived, Some(at), _) | (SignalKind::Left, _, Some(at)) => {
            return Ok(Checked { kind, at });
        }
        (SignalKind::Left, None, _) => return Err(Refusal::conflict("card-came-first").into()),
        (SignalKind::Left, Some(came), _) if call.now < came + SAME_READING => {
            return Err(Refusal::conflict("card-just-read").into());
        }
        _ => {}
    }
    let signal = Signal { kind, source: Source::Card, witness: reader, device, at: call.now };
    match row {
        Some(row) => hours::signal(tx, call, row.id, &signal)?,
        None => hours::open_with(tx, call, &engagement(&shift), person, locked.home, &signal)?,
    }
    Ok(Checked { kind, at: call.now })
}

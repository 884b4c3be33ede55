//! A card read at the gate: who minds the gate says who came and who went, one person at a time.

use db::{Outcome, Tx};
use hours::{AttendanceRow, Signal, SignalKind, Source};
use journal::Call;
use kernel::{Id, Instant, Minutes, Person, Refusal};

use crate::{
    check_in::{AROUND_MINUTES, Checked, must_be_open, next_kind, opens_at},
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
    /// When their card was read last.
    read_at: Option<Instant>,
}

impl AtGate {
    /// A person at the gate of a shift, with what is known of their presence: one statement.
    ///
    /// # Errors
    /// A fault.
    pub fn of(
        tx: &mut Tx<'_>,
        shift: ShiftCard,
        person: Id<Person>,
        presence: Option<AttendanceRow>,
    ) -> Outcome<Self> {
        let read_at = read_at(tx, shift.id, person)?;
        Ok(Self { shift, presence, read_at })
    }

    /// What the next reading would say: who went before the end may come again. Nothing when both are known then, or the last
    /// was read a moment ago.
    pub fn next(&self, call: &Call) -> Option<SignalKind> {
        let again = (call.now < self.shift.ends_at).then_some(SignalKind::Arrived);
        let next = next_kind(self.presence.as_ref()).or(again);
        next.filter(|_| !is_same_reading(self.read_at, call.now))
    }
}

fn is_same_reading(read_at: Option<Instant>, now: Instant) -> bool {
    read_at.is_some_and(|at| now < at + SAME_READING)
}

fn read_at(tx: &mut Tx<'_>, shift: Id<Shift>, person: Id<Person>) -> Outcome<Option<Instant>> {
    let said = hours::said_by(tx, shift.cast(), person, Source::Card)?;
    Ok(said.into_iter().map(|(_, at)| at).max())
}

/// Where this person has a place at this moment in a shift that the actor runs.
///
/// # Errors
/// Sign in first.
pub fn at_gate(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Option<AtGate>> {
    call.actor.signed_in()?;
    let theirs = sign_up::store::mine(tx, person, call.now - AROUND_MINUTES)?;
    let near = |mine: &&sign_up::MyShift| mine.state == "placed" && mine.may_open_by(call.now);
    for mine in theirs.iter().filter(near).take(SHIFTS_MAX) {
        let shift = shift::shift(tx, mine.shift)?;
        if shift.is_run_by(call) && call.now >= opens_at(tx, &shift, call.now)? {
            let presence = hours::at_engagement(tx, shift.id, person)?;
            return Ok(Some(AtGate::of(tx, shift, person, presence)?));
        }
    }
    Ok(None)
}

/// Notes what the actor read from somebody's card: they came or went now. Said again it is the same reading; who went may come
/// again before the end, as often as the place allows a day. Its transaction writes in the person's and in the place's
/// district.
///
/// # Errors
/// 404; forbidden; `hours-own`, `roll-not-signed-up`, `check-in-too-early`, `check-in-too-late`, `check-in-cancelled`,
/// `card-came-first`, `card-just-read`, `check-in-pairs` (conflict).
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
    let just = is_same_reading(read_at(tx, shift.id, person)?, call.now);
    match (kind, came, went) {
        (SignalKind::Arrived, Some(_), Some(_)) if !just && call.now < shift.ends_at => {}
        (SignalKind::Arrived, Some(at), _) | (SignalKind::Left, _, Some(at)) => {
            return Ok(Checked { kind, at });
        }
        (SignalKind::Left, None, _) => return Err(Refusal::conflict("card-came-first").into()),
        (SignalKind::Left, ..) if just => return Err(Refusal::conflict("card-just-read").into()),
        _ => {}
    }
    let signal = Signal { kind, source: Source::Card, witness: reader, device, at: call.now };
    match row {
        Some(row) => hours::signal(tx, call, row.id, &signal)?,
        None => hours::open_with(tx, call, &engagement(&shift), person, locked.home, &signal)?,
    }
    Ok(Checked { kind, at: call.now })
}

//! An account that somebody else registered gets its person's own phone, at the desk: a code is sent to the phone, and the
//! person reads it out.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, Id, Person, Refusal};
use vault::Phone;

use crate::{
    Locked,
    join::joined_event,
    lock,
    lock::bump,
    person_by_phone, phone_of,
    register::own_phone,
    sign_in::{refusal_of, spend_code},
    vaulted,
};

/// State of an account, and of a volunteer, that waits for its person.
pub(crate) const ASLEEP: &str = "asleep";

/// Makes the phone whose code is right that person's; from then on they sign in with it. What was wrong with the code is
/// given back, so that the try is counted.
///
/// # Errors
/// 404 outside the asker's areas; forbidden; `person-awake`, `phone-taken` (conflict).
pub fn give_phone(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    phone: &Phone,
    code: &str,
) -> Outcome<Option<Refusal>> {
    call.actor.signed_in()?;
    let locked = lock(tx, person)?;
    if !call.actor.may(Action::SeePeople, locked.home) {
        return Err(Refusal::missing().into());
    }
    call.actor.must(Action::RecordNeed, locked.home)?;
    if locked.state != ASLEEP {
        return Err(Refusal::conflict("person-awake").into());
    }
    if person_by_phone(tx, call.keys(), phone)?.is_some() {
        return Err(Refusal::conflict("phone-taken").into());
    }
    if let Some(tried) = spend_code(tx, call, phone, code)? {
        return Ok(refusal_of(&tried));
    }
    wake(tx, call, locked, phone)?;
    Ok(None)
}

/// Wakes the account that an import made for whoever has this document, when the import told the phone that they have
/// shown to be theirs; says whether it did.
///
/// # Errors
/// `phone-taken` (conflict).
pub(crate) fn wake_told(tx: &mut Tx<'_>, call: &Call, person: Id<Person>, phone: &Phone) -> Outcome<bool> {
    let locked = lock(tx, person)?;
    if locked.state != ASLEEP || phone_of(tx, call.keys(), person)?.as_ref() != Some(phone) {
        return Ok(false);
    }
    wake(tx, call, locked, phone)?;
    Ok(true)
}

/// The account is its person's from now on. Who was brought in as a volunteer becomes one by that.
fn wake(tx: &mut Tx<'_>, call: &Call, mut locked: Locked, phone: &Phone) -> Outcome<()> {
    let (person, district) = (locked.id, locked.id.district());
    let index = own_phone(tx, call.keys(), phone, person)?;
    let sealed = vaulted::seal(call, vaulted::PHONE, phone.as_str())?;
    tx.execute_one(
        "UPDATE person SET phone = $3, phone_index = $4, phone_last4 = $5, state = 'active'
         WHERE district = $1 AND id = $2",
        params![district, person, sealed, index, phone.last_four()],
    )?;
    locked.version = bump(tx, &locked)?;
    append(tx, call, Event::new("person.claimed", district, person, locked.version))?;
    let joined = tx.execute(
        "UPDATE volunteer SET state = 'active', joined_at = $3, version = version + 1
         WHERE district = $1 AND person = $2 AND state = $4",
        params![district, person, call.now, ASLEEP],
    )?;
    if joined > 0 {
        let version = bump(tx, &locked)?;
        append(tx, call, joined_event(&locked, locked.home, locked.birth_day, version))?;
    }
    Ok(())
}

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
    lock,
    lock::bump,
    person_by_phone,
    register::own_phone,
    sign_in::{refusal_of, spend_code},
    vaulted,
};

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
    if locked.state != "asleep" {
        return Err(Refusal::conflict("person-awake").into());
    }
    if person_by_phone(tx, call.keys(), phone)?.is_some() {
        return Err(Refusal::conflict("phone-taken").into());
    }
    if let Some(tried) = spend_code(tx, call, phone, code)? {
        return Ok(refusal_of(&tried));
    }
    let index = own_phone(tx, call.keys(), phone, person)?;
    let sealed = vaulted::seal(call, vaulted::PHONE, phone.as_str())?;
    tx.execute_one(
        "UPDATE person SET phone = $3, phone_index = $4, phone_last4 = $5, state = 'active'
         WHERE district = $1 AND id = $2",
        params![person.district(), person, sealed, index, phone.last_four()],
    )?;
    let version = bump(tx, &locked)?;
    append(tx, call, Event::new("person.claimed", person.district(), person, version))?;
    Ok(None)
}

//! An account that somebody else registered wakes: it gets its person's own phone.

use db::{Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Id, Person};
use vault::Phone;

use crate::{
    Locked, account::must_be, join::joined_event, lock, lock::bump, phone_of, register::own_phone, vaulted,
};

/// State of an account, and of a volunteer, that waits for its person.
pub const ASLEEP: &str = "asleep";

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

/// The account is its person's from now on, whose phone was shown to be theirs. Who was brought in as a volunteer becomes
/// one by that.
///
/// # Errors
/// What [`must_be`] says of an account that does not sleep; `phone-taken` (conflict).
pub fn wake(tx: &mut Tx<'_>, call: &Call, mut locked: Locked, phone: &Phone) -> Outcome<()> {
    must_be(&locked.state, ASLEEP)?;
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

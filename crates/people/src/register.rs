//! Becoming known: a name and a community, and a phone of one's own or somebody who asks for one.

use db::{Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, Id, Level, Person, Refusal};
use vault::{Keys, Phone};

use crate::{account::note_origin, name, vaulted};

/// A resident with a phone that was shown to be theirs.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Name as typed.
    pub name: String,
    /// Their phone.
    pub phone: Phone,
    /// The community they live in.
    pub division: DivisionCode,
}

/// A resident without a phone of their own, registered by somebody else.
#[derive(Clone, Debug)]
pub struct ForSomebody {
    /// Name as typed.
    pub name: String,
    /// The community they live in.
    pub division: DivisionCode,
    /// Where to find them: house and door; may be empty.
    pub address: String,
}

/// Characters of an address at most.
pub const ADDRESS_CHARS_MAX: usize = 120;

/// Registers a resident. Linli itself only: imports, the demo. A person registers by a code sent to the phone
/// ([`crate::sign_in::register`]).
///
/// # Errors
/// `phone-taken` (conflict), a wrong name or division; sign in first for a request.
pub fn register(tx: &mut Tx<'_>, call: &Call, registration: Registration) -> Outcome<Id<Person>> {
    if !call.actor.system {
        return Err(Refusal::sign_in_first().into());
    }
    register_verified(tx, call, &registration)
}

/// Registers a resident whose phone was shown to be theirs.
pub(crate) fn register_verified(
    tx: &mut Tx<'_>,
    call: &Call,
    registration: &Registration,
) -> Outcome<Id<Person>> {
    let name = checked(&registration.name, registration.division)?;
    let id = call.id(registration.division.district());
    let index = own_phone(tx, call.keys(), &registration.phone, id)?;
    let sealed = vaulted::seal(call, vaulted::PHONE, registration.phone.as_str())?;
    tx.execute_one(
        "INSERT INTO person (district, id, division, name, initials, phone, phone_index, phone_last4, sex, address,
             state, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', 'active', $9, 1)",
        params![
            id.district(),
            id,
            registration.division,
            name,
            name::initials(&name),
            sealed,
            index,
            registration.phone.last_four(),
            call.now
        ],
    )?;
    registered(tx, call, id, registration.division)?;
    Ok(id)
}

/// Registers a resident who has no phone of their own: a worker at the desk and who takes a call do it anywhere in their area, anybody
/// signed in for a neighbour of their own community. The account sleeps until it is given a phone.
///
/// # Errors
/// Sign in first, forbidden, a wrong name, division or address.
pub fn register_for(tx: &mut Tx<'_>, call: &Call, somebody: ForSomebody) -> Outcome<Id<Person>> {
    let neighbour = call.actor.person.is_some() && call.actor.home == somebody.division;
    if !neighbour && !call.actor.may(Action::TakeCalls, somebody.division) {
        call.actor.must(Action::RecordNeed, somebody.division)?;
    }
    let name = checked(&somebody.name, somebody.division)?;
    let address = somebody.address.trim();
    if address.chars().count() > ADDRESS_CHARS_MAX {
        return Err(Refusal::invalid("address", "address-too-long").into());
    }
    let id = call.id(somebody.division.district());
    tx.execute_one(
        "INSERT INTO person (district, id, division, name, initials, phone_last4, sex, address, state, created_at,
             version)
         VALUES ($1, $2, $3, $4, $5, '', 0, $6, 'asleep', $7, 1)",
        params![id.district(), id, somebody.division, name, name::initials(&name), address, call.now],
    )?;
    registered(tx, call, id, somebody.division)?;
    note_origin(tx, call, id, None)?;
    Ok(id)
}

fn checked(typed: &str, division: DivisionCode) -> Outcome<String> {
    let mut wrong = Vec::new();
    let name = name::parse("name", typed).unwrap_or_else(|refusal| {
        wrong.extend(refusal.fields);
        String::new()
    });
    if division.level() != Level::Community {
        wrong.extend(Refusal::invalid("division", "division-not-community").fields);
    }
    if wrong.is_empty() { Ok(name) } else { Err(Refusal::fields(wrong).into()) }
}

fn registered(tx: &mut Tx<'_>, call: &Call, id: Id<Person>, division: DivisionCode) -> Outcome<()> {
    let event = Event::new("person.registered", id.district(), id, 1).with("division", division.to_string());
    Ok(append(tx, call, event)?)
}

/// Makes the phone this person's, once in the whole country; gives its blind index.
pub(crate) fn own_phone(
    tx: &mut Tx<'_>,
    keys: &Keys,
    phone: &Phone,
    person: Id<Person>,
) -> Outcome<[u8; 32]> {
    let taken = Refusal::conflict("phone-taken");
    if person_by_phone(tx, keys, phone)?.is_some() {
        return Err(taken.into());
    }
    let index = keys.blind_index(vaulted::PHONE, phone.as_str());
    let owned = tx.execute(
        "INSERT INTO phone_owner (phone_index, person) VALUES ($1, $2) ON CONFLICT (phone_index) DO NOTHING",
        params![index, person],
    )?;
    if owned == 0 { Err(taken.into()) } else { Ok(index) }
}

/// Whose phone it is. One statement for each index key held: one, and two while an operator re-indexes.
///
/// # Errors
/// A fault.
pub fn person_by_phone(tx: &mut Tx<'_>, keys: &Keys, phone: &Phone) -> Outcome<Option<Id<Person>>> {
    for index in keys.blind_indexes(vaulted::PHONE, phone.as_str()) {
        let owner: Option<(Id<Person>,)> =
            tx.query_opt("SELECT person FROM phone_owner WHERE phone_index = $1", params![index])?;
        if let Some((person,)) = owner {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// The person's phone in clear, for a message to them; `None` when they have none.
///
/// # Errors
/// 404 when there is no such person.
pub fn phone_of(tx: &mut Tx<'_>, keys: &Keys, person: Id<Person>) -> Outcome<Option<Phone>> {
    let row: Option<(Option<Vec<u8>>,)> = tx.query_opt(
        "SELECT phone FROM person WHERE district = $1 AND id = $2",
        params![person.district(), person],
    )?;
    let (sealed,) = row.ok_or_else(Refusal::missing)?;
    Ok(sealed.map(|sealed| vaulted::open_phone(keys, &sealed)).transpose()?)
}

//! Becoming a volunteer: a name, an identity document, what one can do and when.
//!
//! One document makes one volunteer in the whole country. Whoever types a document that is somebody's already is
//! offered that account, never a second one.

pub(crate) mod api;
mod number;
pub(crate) mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Day, DivisionCode, Id, Person, Refusal, Weekday};
use vault::{Document, Phone};

use crate::{Locked, Registration, claim::wake_told, lock, lock::bump, register::register_verified};

pub use number::{VOLUNTEER_NUMBER_CHARS, is_volunteer_number};
pub use rules::{ADULT_AGE, JOIN_AGE_MIN, LIST_MAX, RADIUS_M_MAX, WEEKLY_TIMES_MAX, read_document};
pub(crate) use rules::{Checked, check, preferences};
pub(crate) use store::{own_document, replace_lists, words, write};

/// A wish to become a volunteer.
#[derive(Clone, Debug)]
pub struct Join {
    /// Name as typed.
    pub name: String,
    /// The identity document, valid by construction.
    pub document: Document,
    /// Day of birth as told, for documents that bear none; the document's own wins.
    pub birth_day: Option<Day>,
    /// The person's phone; of who is signed in, the one on file counts.
    pub phone: Phone,
    /// The community they live in.
    pub division: DivisionCode,
    /// Categories they wish to serve in; none is any.
    pub categories: Vec<String>,
    /// What they can do, self-declared.
    pub skills: Vec<String>,
    /// Weekday, from and to minute of the day; none is any time.
    pub times: Vec<(Weekday, i64, i64)>,
    /// How far they go, in metres; 0 is as far as needed.
    pub radius_m: i64,
    /// What they do not take on: `lifting`, `dogs`.
    pub limits: Vec<String>,
    /// For minors.
    pub guardian: Option<Guardian>,
}

/// A minor's guardian (民法典 art. 27).
#[derive(Clone, Debug)]
pub struct Guardian {
    /// Name as typed.
    pub name: String,
    /// Where to reach them.
    pub phone: Phone,
    /// Whether they consented.
    pub consent: bool,
}

/// How a wish to join ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The person is a volunteer now; an account that an import had made for them has woken.
    New(Id<Person>),
    /// The document belongs to an account already: sign in with the phone on file.
    ClaimOffered {
        /// Last four digits of that phone; empty when the account has none and the community must help.
        last4: String,
    },
}

/// Makes the person who asks a volunteer. Linli itself (imports, the demo) names the person by the phone, and
/// registers who is not known.
///
/// # Errors
/// Sign in first; every wrong field; `already-volunteer` (conflict).
pub fn join(tx: &mut Tx<'_>, call: &Call, join: Join) -> Outcome<Joined> {
    if let Some(person) = call.actor.person {
        return join_as(tx, call, Some(person), &join);
    }
    if !call.actor.system {
        return Err(Refusal::sign_in_first().into());
    }
    let person = crate::person_by_phone(tx, call.keys(), &join.phone)?;
    join_as(tx, call, person, &join)
}

/// Joins the person, or who will be registered with the verified phone when there is none yet.
pub(crate) fn join_as(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Option<Id<Person>>,
    join: &Join,
) -> Outcome<Joined> {
    let checked = rules::check(join, call.now.day())?;
    if let Some(owner) = store::owner(tx, call.keys(), &join.document)?.filter(|owner| Some(*owner) != person)
    {
        if person.is_none() && wake_told(tx, call, owner, &join.phone)? {
            replace_lists(tx, call, owner, &join.categories, &join.skills, &join.times)?;
            return Ok(Joined::New(owner));
        }
        return Ok(Joined::ClaimOffered { last4: last_four_of(tx, owner)? });
    }
    let person = match person {
        Some(person) => person,
        None => {
            let registration =
                Registration { name: join.name.clone(), phone: join.phone.clone(), division: join.division };
            register_verified(tx, call, &registration)?
        }
    };
    let locked = lock(tx, person)?;
    if store::is_volunteer(tx, person)? {
        return Err(Refusal::conflict("already-volunteer").into());
    }
    if !store::own_document(tx, call, &join.document, person)? {
        // Somebody with the same document was faster: run again and offer them the account.
        return Err(db::Fault::Again("the document was taken meanwhile".to_owned()).into());
    }
    store::write(tx, call, person, join, (&checked, "active"))?;
    let version = bump(tx, &locked)?;
    let division = if locked.version == 1 { join.division } else { locked.home };
    append(tx, call, joined_event(&locked, division, checked.birth_day, version))?;
    Ok(Joined::New(person))
}

/// Tells that somebody is a volunteer from now on.
pub(crate) fn joined_event(
    locked: &Locked,
    division: DivisionCode,
    birth_day: Option<Day>,
    version: i64,
) -> Event {
    Event::new("volunteer.joined", locked.id.district(), locked.id, version)
        .with("division", division.to_string())
        .with("birth_year", birth_day.map_or(0, |day| i64::from(day.ymd().0)))
}

/// When the document belongs to another account than `person`, the last four digits of the phone on file.
///
/// # Errors
/// A fault.
pub fn owner_elsewhere(
    tx: &mut Tx<'_>,
    call: &Call,
    document: &Document,
    person: Option<Id<Person>>,
) -> Outcome<Option<String>> {
    match store::owner(tx, call.keys(), document)? {
        Some(owner) if Some(owner) != person => last_four_of(tx, owner).map(Some),
        _ => Ok(None),
    }
}

fn last_four_of(tx: &mut Tx<'_>, owner: Id<Person>) -> Outcome<String> {
    let card = crate::cards(tx, &[owner])?.remove(&owner);
    Ok(card.map(|card| card.phone_last4).unwrap_or_default())
}

/// Whose identity document it is.
///
/// # Errors
/// A fault.
pub fn document_owner(tx: &mut Tx<'_>, call: &Call, document: &Document) -> Outcome<Option<Id<Person>>> {
    Ok(store::owner(tx, call.keys(), document)?)
}

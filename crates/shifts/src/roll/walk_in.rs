//! Somebody comes who did not sign up: the leader puts a registered volunteer on the list on the spot.

use db::{Outcome, Tx};
use journal::{Call, append};
use kernel::{Id, Person, Refusal};
use vault::Phone;

use crate::{
    check_in::AROUND_MINUTES,
    notice::{Notice, tell},
    shift::{self, Shift},
    sign_up::{self, SignupCard, rules},
};

/// Gives the volunteer with this phone a free place, from an hour before the beginning; the volunteer is told. Its
/// transaction is called `walk_in`: it writes in the person's and in the place's district.
///
/// # Errors
/// 404; forbidden; `walk-in-too-early`, `walk-in-closed` (conflict); every reason against it in `fields` (invalid).
pub fn walk_in(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, phone: &Phone) -> Outcome<Id<Person>> {
    shift::shift(tx, shift)?.must_be_run_by(call)?;
    let person = people::person_by_phone(tx, call.keys(), phone)?;
    let person = person.ok_or_else(|| Refusal::invalid("phone", "walk-in-not-volunteer"))?;
    people::lock(tx, person)?;
    let card = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    if card.state != "published" {
        return Err(Refusal::conflict("walk-in-closed").into());
    }
    if call.now < card.starts_at - AROUND_MINUTES {
        return Err(Refusal::conflict("walk-in-too-early").into());
    }
    let old = sign_up::signup_of(tx, shift, person)?;
    let listed = old.as_ref().is_some_and(|old| old.state == "placed");
    let facts = people::volunteer_with_proofs(tx, person, (card.starts_at, card.ends_at))?;
    let reasons = rules::walk_in_reasons(&card, facts.as_ref(), listed, call.now);
    if !reasons.is_empty() {
        return Err(Refusal::fields(reasons).into());
    }
    let waited = i64::from(old.as_ref().is_some_and(SignupCard::stands));
    let signup = sign_up::stand(tx, call, &card, person, old, "placed")?;
    people::commit(tx, person, shift, card.division, card.starts_at, card.ends_at)?;
    shift::store::set_counts(tx, shift, card.taken + 1, card.waiting - waited)?;
    append(tx, call, sign_up::event("signup.walked_in", &card, &signup))?;
    tell(tx, call, Notice::WalkIn, person, &card)?;
    Ok(person)
}

//! At the desk: a worker saw the document of who stands before them. A sleeping account gets its person's own phone, or the
//! person refuses it.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, Id, Person, Refusal};
use people::{
    ASLEEP, must_be, person_by_phone,
    sign_in::{refusal_of, spend_code},
};
use vault::Phone;

use crate::{
    Case, Via, case,
    claim::{Claimed, claim_with},
};

/// The person, for a worker of their area.
fn seen(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<people::Account> {
    call.actor.signed_in()?;
    let account = people::account(tx, person)?;
    if !call.actor.may(Action::SeePeople, account.division) {
        return Err(Refusal::missing().into());
    }
    call.actor.must(Action::KeepDesk, account.division)?;
    Ok(account)
}

/// Makes the phone whose code is right that person's; from then on they sign in with it. Where the phone has an account
/// already that nobody proved a document for, both are one person and become one account. What was wrong with the code is
/// given back, so that the try is counted.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// 404 outside the asker's areas; forbidden; `person-awake`, `phone-taken`, `account-frozen`, `account-closed` (conflict).
pub(crate) fn give_phone(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    phone: &Phone,
    code: &str,
) -> Outcome<Result<Claimed, Refusal>> {
    let account = seen(tx, call, person)?;
    must_be(&account.state, ASLEEP)?;
    if let Some(owner) = person_by_phone(tx, call.keys(), phone)? {
        let other = people::account(tx, owner)?;
        if account.document.is_none() || other.document.is_some() {
            return Err(Refusal::conflict("phone-taken").into());
        }
    }
    if let Some(tried) = spend_code(tx, call, phone, code)? {
        return Ok(Err(refusal_of(&tried).unwrap_or_else(|| Refusal::invalid("code", "code-over"))));
    }
    claim_with(tx, call, person, phone).map(Ok)
}

/// Writes down that the person refuses the account; `phone` is told the decision.
///
/// # Errors
/// 404 outside the asker's areas; forbidden; those of [`case::open`] (conflict).
pub(crate) fn refuse(tx: &mut Tx<'_>, call: &Call, person: Id<Person>, phone: &Phone) -> Outcome<Case> {
    seen(tx, call, person)?;
    let locked = people::lock(tx, person)?;
    case::open(tx, call, &locked, (Via::Desk, phone))
}

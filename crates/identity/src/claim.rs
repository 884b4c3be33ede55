//! Somebody claims the account that was made for them.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Id, Person, Refusal};
use vault::Phone;

use crate::proof::read_ticket;

/// What a claim came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The account that the person uses from now on.
    pub person: Id<Person>,
    /// Hours of the list that stay out, because their time is taken already.
    pub left: i64,
}

/// The account that a ticket shows is its person's from now on: it wakes, or becomes part of the account that the proved
/// phone has already. Hours still wait for the person's own yes.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// `ticket-over`, and those of `claim_with` (conflict).
pub fn claim(tx: &mut Tx<'_>, call: &Call, ticket: &str) -> Outcome<Claimed> {
    let (account, phone) = read_ticket(call.keys(), ticket, call.now)?;
    claim_with(tx, call, account, &phone)
}

/// Gives a sleeping account to whoever has the phone, which was shown to be theirs.
///
/// # Errors
/// `person-awake`, `account-frozen`, `account-closed`, `account-has-document`, `account-without-document` (conflict).
pub(crate) fn claim_with(
    tx: &mut Tx<'_>,
    call: &Call,
    account: Id<Person>,
    phone: &Phone,
) -> Outcome<Claimed> {
    match people::person_by_phone(tx, call.keys(), phone)? {
        Some(person) if person == account => Err(Refusal::conflict("person-awake").into()),
        Some(person) => {
            let (asleep, awake) = people::lock_two(tx, account, person)?;
            people::merge(tx, call, &asleep, &awake)?;
            let moved = hours::move_brought(tx, call, account, &awake)?;
            Ok(Claimed { person, left: moved.left })
        }
        None => {
            let asleep = people::lock(tx, account)?;
            people::wake(tx, call, asleep, phone)?;
            Ok(Claimed { person: account, left: 0 })
        }
    }
}

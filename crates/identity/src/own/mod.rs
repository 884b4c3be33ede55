//! What stands under a person: accounts, hours, sign-ups, consents, and the case about a refusal.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use db::{Outcome, Tx};
use hours::BroughtHour;
use journal::Call;
use kernel::{Id, Person};
use people::{Account, Card};
use shifts::MyShift;

use crate::{Case, latest_case};

/// What stands under a person.
#[derive(Clone, Debug)]
pub struct Under {
    /// The account, and those that somebody else made.
    pub account: Account,
    /// Hours that were brought in, the newest day first.
    pub hours: Vec<BroughtHour>,
    /// Places in shifts to come; of somebody asleep there are none.
    pub shifts: Vec<MyShift>,
    /// The newest case about a refusal.
    pub case: Option<Case>,
    /// The masked cards of those who registered something in the account's own district.
    pub makers: BTreeMap<Id<Person>, Card>,
}

/// What stands under a person. What may be seen of it with which proof is the caller's question. Five statements at most.
///
/// # Errors
/// 404 when there is no such person.
pub fn under(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Under> {
    let account = people::account(tx, person)?;
    let hours = hours::brought_in(tx, person, hours::BROUGHT_SHOWN)?;
    let own = call.actor.person == Some(person);
    let shifts = if own { shifts::my_shifts(tx, call, call.now)? } else { Vec::new() };
    let case = latest_case(tx, person)?;
    let made = account.origins.iter().filter_map(|origin| origin.made_by);
    // A page costs the same whoever made the lists: cards of one district are one statement.
    let makers: Vec<_> = made
        .chain(hours.iter().map(|hour| hour.by))
        .filter(|maker| maker.district() == person.district())
        .collect();
    Ok(Under { makers: people::cards(tx, &makers)?, account, hours, shifts, case })
}

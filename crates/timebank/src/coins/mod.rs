//! What a person sees of their own coins.

pub(crate) mod api;
pub(crate) mod pages;

use db::{Fault, Tx};
use kernel::{Id, Instant, Person};
use ledger::{Amount, Kind, Transfer, Unit};

use crate::{
    account::{self, Owner},
    transfer::{Moved, newest},
};

/// Transfers shown at once.
pub(crate) const SHOWN: usize = 20;

/// A person's account and what moved on it lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coins {
    /// What the person may spend.
    pub balance: kernel::Coins,
    /// What was earned above a cap: it may be given, not spent.
    pub surplus: kernel::Coins,
    /// The newest movements first.
    pub lines: Vec<Line>,
    /// Where the older ones begin, when there are more.
    pub next: Option<Id<Transfer>>,
}

/// One movement as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The transfer.
    pub id: Id<Transfer>,
    /// When.
    pub at: Instant,
    /// Why.
    pub kind: Kind,
    /// How many: above zero came, below zero went.
    pub amount: kernel::Coins,
    /// Whether it is of the surplus.
    pub surplus: bool,
}

/// The coins of `person`, with the transfers before `before`: two statements.
///
/// # Errors
/// A [`Fault`].
pub fn coins(tx: &mut Tx<'_>, person: Id<Person>, before: Option<Id<Transfer>>) -> Result<Coins, Fault> {
    let [own, surplus] =
        [Owner::Person(person), Owner::Surplus(person)].map(|one| one.account(Unit::TimeCoin));
    let balances = account::balances(tx, [own, surplus])?;
    let [balance, above] = balances.map(|amount: Amount| kernel::Coins::from(amount));
    let mut moved = newest(tx, [own, surplus], before, SHOWN as i64 + 1)?;
    let more = moved.len() > SHOWN;
    moved.truncate(SHOWN);
    let next = moved.last().filter(|_| more).map(|moved| moved.transfer.id);
    let line = |Moved { transfer, at, .. }: &Moved| {
        let came = [own, surplus].contains(&transfer.credit);
        let amount = if came { transfer.amount } else { Amount(-transfer.amount.0) };
        let of_surplus = [transfer.debit, transfer.credit].contains(&surplus);
        Line { id: transfer.id, at: *at, kind: transfer.kind, amount: amount.into(), surplus: of_surplus }
    };
    Ok(Coins { balance, surplus: above, lines: moved.iter().map(line).collect(), next })
}

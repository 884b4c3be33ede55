//! Which transfers a record calls for; pure.

use std::collections::HashMap;

use hours::ServiceRecord;
use kernel::{Coins, Day, Id, Minutes};
use ledger::{Account, Amount, Kind, Referred, Sofar, Transfer, Unit, earn};

use crate::{policy::Scheme, record::Served, transfer::Moved};

/// The accounts a record moves coins between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Books {
    pub(crate) issuer: Id<Account>,
    pub(crate) person: Id<Account>,
    pub(crate) surplus: Id<Account>,
}

/// Days whose records and postings must be known: those over which a cap of the scheme counts.
pub(crate) fn span(scheme: &Scheme, day: Day) -> (Day, Day) {
    let caps = &scheme.earn.caps;
    let (year, month, _) = day.ymd();
    let first = |year, month| Day::from_ymd(year, month, 1).unwrap_or(day);
    if caps.year.is_some() {
        (first(year, 1), first(year + 1, 1).plus(-1))
    } else if caps.month.is_some() {
        let next = if month == 12 { first(year + 1, 1) } else { first(year, month + 1) };
        (first(year, month), next.plus(-1))
    } else if caps.activity.is_some() {
        // An activity that passes midnight has records on both days.
        (day.plus(-1), day.plus(1))
    } else {
        (day, day)
    }
}

/// What one record asks for: where it happened and what is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) scheme: &'a Scheme,
    pub(crate) books: Books,
    /// The record that is followed; it stands among `served`.
    pub(crate) record: Served,
    /// Whether it changes an earlier one.
    pub(crate) correction: bool,
    /// The person's records of the [`span`], this one among them.
    pub(crate) served: &'a [Served],
    /// What was posted on the person's and the surplus account since the span began.
    pub(crate) moved: &'a [Moved],
    /// What the person's account holds.
    pub(crate) balance: Coins,
}

/// One transfer to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) transfer: Transfer,
    pub(crate) referred: Option<Referred>,
}

impl Case<'_> {
    /// The transfers that bring what was posted for this attendance and day to what its records say now. The day's
    /// minutes count together, so that rounding and caps see the sum: a correction moves the difference of two sums.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let Books { issuer, person, surplus } = self.books;
        let by_record: HashMap<Id<ServiceRecord>, &Served> =
            self.served.iter().map(|served| (served.record, served)).collect();
        let of = |moved: &Moved| by_record.get(&moved.cause).copied();
        let group: Vec<&Moved> =
            self.moved.iter().filter(|moved| of(moved).is_some_and(|served| self.same(served))).collect();
        let minutes: Minutes = self
            .served
            .iter()
            .filter(|served| self.same(served) && self.scheme.counts(served.grade))
            .map(|served| served.minutes)
            .sum();
        let sum = |list: &mut dyn Iterator<Item = &Moved>| -> Coins {
            list.map(|moved| Coins::from(net(&moved.transfer, person))).sum()
        };
        let (year, month, _) = self.record.day.ymd();
        let others = |fits: &dyn Fn(&Served) -> bool| {
            sum(&mut self
                .moved
                .iter()
                .filter(|moved| of(moved).is_some_and(|served| !self.same(served) && fits(served))))
        };
        let have = sum(&mut group.iter().copied());
        let sofar = Sofar {
            activity: others(&|served| served.attendance == self.record.attendance),
            day: others(&|served| served.day == self.record.day),
            month: others(&|served| (served.day.ymd().0, served.day.ymd().1) == (year, month)),
            year: others(&|served| served.day.ymd().0 == year),
            stored: self.balance - have,
        };
        let due = earn(minutes, &self.scheme.earn, &sofar);
        let mut steps = Vec::new();
        for (account, kind, due) in
            [(person, Kind::Earn, due.earned), (surplus, Kind::Overflow, due.overflow())]
        {
            let have: i64 = group.iter().map(|moved| net(&moved.transfer, account).0).sum();
            let originals: Vec<&Transfer> = group
                .iter()
                .map(|moved| &moved.transfer)
                .filter(|transfer| transfer.kind == kind && transfer.credit == account)
                .collect();
            let mut make = |kind, debit, credit, amount, original: Option<&Transfer>| {
                let id = self.transfer_id(steps.len());
                let refers_to = original.map(|original| original.id);
                let unit = Unit::TimeCoin;
                let referred = original.map(|original| Referred {
                    transfer: *original,
                    closed_by: None,
                    left: left(original, &group),
                });
                let transfer = Transfer { id, kind, debit, credit, amount: Amount(amount), unit, refers_to };
                steps.push(Step { transfer, referred });
            };
            let more = due.number() - have;
            if more > 0 {
                match originals.last().filter(|_| self.correction) {
                    Some(original) => make(Kind::Correct, issuer, account, more, Some(original)),
                    None => make(kind, issuer, account, more, None),
                }
            }
            let mut less = -more;
            for original in originals.iter().rev() {
                let part = less.min(left(original, &group).number());
                if part > 0 {
                    make(Kind::Correct, account, issuer, part, Some(original));
                    less -= part;
                }
            }
        }
        steps
    }

    /// Whether the record is of the same attendance and day.
    fn same(&self, served: &Served) -> bool {
        (served.attendance, served.day) == (self.record.attendance, self.record.day)
    }

    /// The id of the `nth` transfer of the record: computed, so that following the record again makes no other.
    fn transfer_id(&self, nth: usize) -> Id<Transfer> {
        let record = self.record.record;
        let bytes = [b"transfer of record ".as_slice(), &record.bytes(), &nth.to_be_bytes()].concat();
        Id::derived(record.born(), self.books.person.district(), &vault::digest(&bytes))
    }
}

/// What a transfer brought to (plus) or took from (minus) an account.
fn net(transfer: &Transfer, account: Id<Account>) -> Amount {
    if !transfer.kind.moves() {
        Amount::ZERO
    } else if transfer.credit == account {
        transfer.amount
    } else if transfer.debit == account {
        Amount(-transfer.amount.0)
    } else {
        Amount::ZERO
    }
}

/// What is left of an original after its corrections.
fn left(original: &Transfer, group: &[&Moved]) -> Amount {
    let corrections = group.iter().map(|moved| &moved.transfer).filter(|t| t.refers_to == Some(original.id));
    let change: i64 =
        corrections.map(|t| if t.debit == original.debit { t.amount.0 } else { -t.amount.0 }).sum();
    Amount(original.amount.0 + change)
}

//! Random histories over two districts: what must always hold, and what `verify` must find.

use std::collections::BTreeMap;

use crate::{
    Account, Amount, Clearing, Finding, Found, Kind, Limit, Outcome, Referred, Refused, Role, Transfer, Unit,
    across, leg_id, post, verify,
};
use kernel::{District, Id, IdSource, Instant, Random};
use proptest::{prelude::*, strategy::ValueTree};

/// The rows of a small bank, kept as a caller would keep them.
struct Bank {
    ids: IdSource,
    accounts: BTreeMap<Id<Account>, Account>,
    transfers: BTreeMap<Id<Transfer>, Transfer>,
    /// As they were wished, before they were split into legs.
    sent: Vec<Transfer>,
    /// Second legs that no consumer has posted yet.
    under_way: Vec<Transfer>,
    /// By district: issuer, three persons, surplus, pool, clearing.
    by_district: [Vec<Id<Account>>; 2],
}

const NOW: Instant = Instant::from_micros(1_790_000_000_000_000);

impl Bank {
    fn new() -> Self {
        let ids = IdSource::new(Random::seeded(3));
        let mut accounts = BTreeMap::new();
        let by_district = [420_103, 330_102].map(|code| {
            let district = District::new(code).unwrap();
            let kinds = [
                (Role::Issuer, Limit::Down(Amount(5_000)), None),
                (Role::Person, Limit::Zero, Some(Amount(1_000))),
                (Role::Person, Limit::Zero, None),
                (Role::Person, Limit::Down(Amount(50)), Some(Amount(400))),
                (Role::Surplus, Limit::Zero, None),
                (Role::Pool, Limit::Zero, None),
                (Role::Clearing, Limit::Unlimited, None),
            ];
            kinds
                .map(|(role, limit, cap)| {
                    let id = ids.next(NOW, district);
                    accounts.insert(id, Account::open(id, Unit::TimeCoin, role, limit, cap));
                    id
                })
                .to_vec()
        });
        let (transfers, sent, under_way) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { ids, accounts, transfers, sent, under_way, by_district }
    }

    fn account(&self, district: usize, nth: usize) -> Id<Account> {
        self.by_district[district % 2][nth % 7]
    }

    fn transfer(&self, kind: Kind, debit: Id<Account>, credit: Id<Account>, amount: i64) -> Transfer {
        let id = self.ids.next(NOW, debit.district());
        Transfer { id, kind, debit, credit, amount: Amount(amount), unit: Unit::TimeCoin, refers_to: None }
    }

    fn referred(&self, id: Id<Transfer>) -> Option<Referred> {
        let transfer = *self.transfers.get(&id)?;
        let later = self.transfers.values().filter(|t| t.refers_to == Some(id));
        let mut left = transfer.amount.0;
        let mut closed_by = None;
        for t in later {
            match t.kind {
                Kind::Correct if t.debit == transfer.debit => left += t.amount.0,
                Kind::Correct => left -= t.amount.0,
                _ => closed_by = Some(t.id),
            }
        }
        Some(Referred { transfer, closed_by, left: Amount(left) })
    }

    fn found(&self, transfer: &Transfer) -> Found {
        Found {
            same_id: self.transfers.get(&transfer.id).copied(),
            referred: transfer.refers_to.and_then(|id| self.referred(id)),
        }
    }

    fn post(&mut self, transfer: &Transfer) -> Result<Outcome, Refused> {
        let (debit, credit) = (self.accounts[&transfer.debit], self.accounts[&transfer.credit]);
        let outcome = post(&debit, &credit, transfer, &self.found(transfer))?;
        if let Outcome::Posted(debit, credit) = outcome {
            self.accounts.insert(debit.id, debit);
            self.accounts.insert(credit.id, credit);
            self.transfers.insert(transfer.id, *transfer);
        }
        Ok(outcome)
    }

    /// Posts in one district, or the first leg of two.
    fn send(&mut self, transfer: &Transfer) -> Result<(), Refused> {
        if transfer.debit.district() == transfer.credit.district() {
            self.post(transfer)?;
            self.sent.push(*transfer);
            return Ok(());
        }
        let payer = usize::from(transfer.debit.district() == self.by_district[1][0].district());
        let clearing =
            Clearing { at_payer: self.by_district[payer][6], at_payee: self.by_district[1 - payer][6] };
        let role = |id| self.accounts[id].role;
        let legs = across(transfer, role(&transfer.debit), role(&transfer.credit), clearing)?;
        self.post(&legs.payer)?;
        self.under_way.extend(legs.payee);
        self.sent.push(*transfer);
        Ok(())
    }

    /// What a consumer does, twice as after a kill. Nothing that left a district may be refused on arrival.
    fn drain(&mut self) {
        for leg in std::mem::take(&mut self.under_way) {
            self.post(&leg).unwrap();
            assert_eq!(self.post(&leg), Ok(Outcome::AlreadyPosted));
        }
    }

    fn sums(&self) -> [i64; 2] {
        [0, 1].map(|d| self.by_district[d].iter().map(|id| self.accounts[id].balance.0).sum())
    }

    fn verified(&self) -> Result<crate::Totals, Vec<Finding>> {
        verify(self.accounts.values().copied(), self.transfers.values().copied())
    }
}

/// One random wish: kind, places of both accounts, amount, which earlier transfer.
type Wish = (usize, (usize, usize), (usize, usize), i64, usize);

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let account = || (0_usize..2, 0_usize..6);
    prop::collection::vec((0..Kind::ALL.len(), account(), account(), -5_i64..300, any::<usize>()), 1..120)
}

/// Turns a wish into a transfer that often makes sense: what names an earlier one takes its accounts.
fn transfer(bank: &Bank, wish: &Wish) -> Transfer {
    let (kind, debit, credit, amount, nth) = *wish;
    let kind = Kind::ALL[kind];
    let (debit, credit) = (bank.account(debit.0, debit.1), bank.account(credit.0, credit.1));
    if !kind.refers() || bank.sent.is_empty() {
        let role = |id| bank.accounts[id].role;
        // Of all pairs few are allowed; let most wishes have one that is.
        let all = bank.by_district.iter().flatten();
        let allowed: Vec<_> = all
            .filter(|id| **id != debit && kind.joins(role(&debit), role(id)) && role(id) != Role::Clearing)
            .collect();
        let credit = if allowed.is_empty() { credit } else { *allowed[nth % allowed.len()] };
        return bank.transfer(kind, debit, credit, amount);
    }
    let of_kind = |t: &Transfer| matches!(kind, Kind::Settle | Kind::Release) == (t.kind == Kind::Hold);
    let fitting: Vec<_> = bank.sent.iter().filter(|t| of_kind(t)).collect();
    let Some(original) = fitting.get(nth % fitting.len().max(1)).copied() else {
        return bank.transfer(kind, debit, credit, amount);
    };
    let left = bank.referred(original.id).unwrap().left.0;
    let back = kind == Kind::Reverse || (kind == Kind::Correct && amount % 2 == 0);
    let (from, to) = if back { (original.credit, original.debit) } else { (original.debit, original.credit) };
    let amount = if kind == Kind::Settle { amount.min(left) } else { amount };
    let amount = if matches!(kind, Kind::Reverse | Kind::Release) && amount > 20 { left } else { amount };
    Transfer { refers_to: Some(original.id), ..bank.transfer(kind, from, to, amount) }
}

fn run(wishes: &[Wish]) -> (Bank, usize) {
    let mut bank = Bank::new();
    let mut posted = 0;
    for wish in wishes {
        let wished = transfer(&bank, wish);
        let before = bank.accounts.clone();
        match bank.send(&wished) {
            Ok(()) => posted += 1,
            Err(_) => assert_eq!(before, bank.accounts),
        }
        assert_eq!(bank.sums(), [0, 0]);
        for account in bank.accounts.values() {
            assert!(account.pending_out >= Amount::ZERO);
            assert!(account.available() >= Amount::ZERO, "{account:?}");
        }
    }
    bank.drain();
    (bank, posted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_history_sums_to_zero_and_verifies(wishes in wishes()) {
        let (mut bank, _) = run(&wishes);
        prop_assert_eq!(bank.sums(), [0, 0]);
        let totals = bank.verified().unwrap();
        prop_assert_eq!(totals.clearing(Unit::TimeCoin), Amount::ZERO);
        let before = bank.accounts.clone();
        for posted in bank.transfers.clone().values() {
            prop_assert_eq!(bank.post(posted), Ok(Outcome::AlreadyPosted));
            let other = Transfer { amount: Amount(posted.amount.0 + 1), ..*posted };
            prop_assert_eq!(bank.post(&other), Err(Refused::IdTaken));
        }
        prop_assert_eq!(before, bank.accounts);
    }

    #[test]
    fn one_changed_row_is_named(wishes in wishes(), nth in any::<usize>(), change in 0_usize..6, by in 1_i64..1_000) {
        let (mut bank, posted) = run(&wishes);
        prop_assume!(posted > 0);
        let touched: Vec<_> = bank.transfers.keys().copied().collect();
        let id = touched[nth % touched.len()];
        let transfer = bank.transfers[&id];
        // A larger hold of which as much was settled as before moves nothing; the row's digest in the journal tells.
        prop_assume!(change != 3 || transfer.kind != Kind::Hold);
        let account = transfer.credit;
        let row = bank.accounts.get_mut(&account).unwrap();
        let named: Vec<Id<Account>> = match change {
            0 => { row.balance.0 += by; vec![account] }
            1 => { row.pending_out.0 += by; vec![account] }
            2 => { row.unit = Unit::Point; vec![account] }
            3 => { bank.transfers.get_mut(&id).unwrap().amount.0 += by; vec![account, transfer.debit] }
            4 => { bank.transfers.remove(&id); vec![account, transfer.debit] }
            _ => { bank.accounts.remove(&account); vec![account] }
        };
        // Removing a release or a settlement's hold leaves balances right but a hold open or a closing alone.
        let findings = bank.verified().unwrap_err();
        let names = findings.iter().any(|finding| match finding {
            Finding::Balance { account, .. } | Finding::BelowLimit { account }
            | Finding::UnknownAccount { account, .. } => named.contains(account),
            Finding::Broken { refused: Refused::OtherUnit { .. }, .. } => change == 2,
            Finding::HoldNotOpen { transfer, hold } => [*transfer, *hold].contains(&id) || transfer == &id,
            _ => false,
        });
        prop_assert!(names, "{:?}", findings);
        let sum = Amount(by);
        let not_zero = Finding::NotZero { district: account.district(), unit: Unit::TimeCoin, sum };
        prop_assert!(change != 0 || findings.contains(&not_zero), "{:?}", findings);
    }

    #[test]
    fn the_edges_of_the_numbers_never_panic(
        balance in any::<i64>(), held in any::<i64>(), cap in prop::option::of(any::<i64>()), amount in any::<i64>(),
        down in any::<i64>(), kind in 0..Kind::ALL.len(),
    ) {
        let bank = Bank::new();
        let (debit, credit) = (bank.account(0, 1), bank.account(0, 2));
        let row = |id: &Id<Account>| Account {
            balance: Amount(balance), pending_out: Amount(held), cap: cap.map(Amount),
            limit: Limit::Down(Amount(down)), ..bank.accounts[id]
        };
        let wished = bank.transfer(Kind::ALL[kind], debit, credit, amount);
        if let Ok(Outcome::Posted(a, b)) = post(&row(&debit), &row(&credit), &wished, &Found::default()) {
            prop_assert_eq!(i128::from(a.balance.0) + i128::from(b.balance.0), 2 * i128::from(balance));
        }
        let _ = verify([row(&debit), row(&credit)], [wished]);
    }
}

#[test]
fn random_histories_do_post_every_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeMap::new();
    for _ in 0..200 {
        let wishes = wishes().new_tree(&mut runner).unwrap().current();
        for transfer in run(&wishes).0.transfers.values() {
            *seen.entry(transfer.kind).or_insert(0) += 1;
        }
    }
    for kind in Kind::ALL {
        assert!(seen.get(kind).is_some_and(|count| *count > 5), "{kind:?}: {seen:?}");
    }
}

fn earned(bank: &mut Bank, nth: usize, amount: i64) -> Transfer {
    let earn = bank.transfer(Kind::Earn, bank.account(0, 0), bank.account(0, nth), amount);
    bank.post(&earn).unwrap();
    earn
}

#[test]
fn a_hold_keeps_coins_back_and_is_closed_once() {
    let mut bank = Bank::new();
    earned(&mut bank, 1, 300);
    let (payer, payee) = (bank.account(0, 1), bank.account(0, 2));
    let hold = bank.transfer(Kind::Hold, payer, payee, 200);
    bank.post(&hold).unwrap();
    assert_eq!(bank.accounts[&payer].balance, Amount(300));
    let more = bank.transfer(Kind::Transfer, payer, payee, 101);
    assert_eq!(bank.post(&more), Err(Refused::TooLittle { account: payer, available: Amount(100) }));
    let closing = |bank: &Bank, kind, amount| Transfer {
        refers_to: Some(hold.id),
        ..bank.transfer(kind, payer, payee, amount)
    };
    let too_much = closing(&bank, Kind::Settle, 201);
    assert_eq!(bank.post(&too_much), Err(Refused::MoreThanLeft { left: Amount(200) }));
    let part = closing(&bank, Kind::Release, 50);
    assert_eq!(bank.post(&part), Err(Refused::NotWhole { left: Amount(200) }));
    let settle = closing(&bank, Kind::Settle, 150);
    bank.post(&settle).unwrap();
    assert_eq!(bank.accounts[&payer].available(), Amount(150));
    let release = closing(&bank, Kind::Release, 200);
    assert_eq!(bank.post(&release), Err(Refused::Closed { by: settle.id }));
    bank.verified().unwrap();
}

#[test]
fn a_correction_and_a_reversal_take_back_what_is_left_and_no_more() {
    let mut bank = Bank::new();
    let earn = earned(&mut bank, 2, 300);
    let amend = |bank: &Bank, kind, back: bool, amount| {
        let (from, to) = if back { (earn.credit, earn.debit) } else { (earn.debit, earn.credit) };
        Transfer { refers_to: Some(earn.id), ..bank.transfer(kind, from, to, amount) }
    };
    let down = amend(&bank, Kind::Correct, true, 120);
    bank.post(&down).unwrap();
    let too_much = amend(&bank, Kind::Correct, true, 181);
    assert_eq!(bank.post(&too_much), Err(Refused::MoreThanLeft { left: Amount(180) }));
    let up = amend(&bank, Kind::Correct, false, 20);
    bank.post(&up).unwrap();
    let old = amend(&bank, Kind::Reverse, true, 300);
    assert_eq!(bank.post(&old), Err(Refused::NotWhole { left: Amount(200) }));
    let reverse = amend(&bank, Kind::Reverse, true, 200);
    bank.post(&reverse).unwrap();
    assert_eq!(bank.accounts[&earn.credit].balance, Amount::ZERO);
    let late = amend(&bank, Kind::Correct, false, 1);
    assert_eq!(bank.post(&late), Err(Refused::Closed { by: reverse.id }));
}

#[test]
fn two_districts_cancel_when_drained_also_after_going_back() {
    let mut bank = Bank::new();
    earned(&mut bank, 1, 500);
    let (payer, payee) = (bank.account(0, 1), bank.account(1, 2));
    let gift = bank.transfer(Kind::Transfer, payer, payee, 200);
    bank.send(&gift).unwrap();
    assert_eq!(bank.verified().unwrap().clearing(Unit::TimeCoin), Amount(200), "one leg is under way");
    bank.drain();
    assert_eq!(bank.verified().unwrap().clearing(Unit::TimeCoin), Amount::ZERO);
    assert_eq!(bank.accounts[&payee].balance, Amount(200));
    assert!(bank.transfers.contains_key(&leg_id(gift.id, payee.district())));

    let back = Transfer { refers_to: Some(gift.id), ..bank.transfer(Kind::Reverse, payee, payer, 200) };
    bank.send(&back).unwrap();
    bank.drain();
    assert_eq!(bank.accounts[&payer].balance, Amount(500));

    let hold = bank.transfer(Kind::Hold, payer, payee, 100);
    bank.send(&hold).unwrap();
    assert!(bank.under_way.is_empty(), "a promise stays with the payer");
    let settle = Transfer { refers_to: Some(hold.id), ..bank.transfer(Kind::Settle, payer, payee, 80) };
    bank.send(&settle).unwrap();
    bank.drain();
    assert_eq!(bank.accounts[&payee].balance, Amount(80));
    assert_eq!(bank.verified().unwrap().clearing(Unit::TimeCoin), Amount::ZERO);
}

#[test]
fn refusals_of_what_is_wrong_by_itself() {
    let mut bank = Bank::new();
    let (issuer, person, pool) = (bank.account(0, 0), bank.account(0, 1), bank.account(0, 5));
    let ask = |bank: &mut Bank, transfer: Transfer| bank.post(&transfer);
    let earn = bank.transfer(Kind::Earn, issuer, person, 100);
    assert_eq!(ask(&mut bank, Transfer { amount: Amount(0), ..earn }), Err(Refused::NotPositive));
    assert_eq!(ask(&mut bank, Transfer { credit: issuer, ..earn }), Err(Refused::SameAccount));
    let found = Unit::TimeCoin;
    assert_eq!(ask(&mut bank, Transfer { unit: Unit::Point, ..earn }), Err(Refused::OtherUnit { found }));
    let far = bank.account(1, 1);
    assert_eq!(ask(&mut bank, Transfer { credit: far, ..earn }), Err(Refused::AcrossDistricts));
    let gift_for_hours = Transfer { debit: pool, ..earn };
    assert!(matches!(ask(&mut bank, gift_for_hours), Err(Refused::Roles { .. })));
    assert_eq!(ask(&mut bank, Transfer { refers_to: Some(earn.id), ..earn }), Err(Refused::Reference));
    assert_eq!(
        ask(&mut bank, Transfer { kind: Kind::Settle, ..earn }).map(|_| ()),
        Err(Refused::Roles { kind: Kind::Settle, debit: Role::Issuer, credit: Role::Person })
    );
    let room = Amount(1_000);
    let full = Transfer { amount: Amount(1_001), ..earn };
    assert_eq!(ask(&mut bank, full), Err(Refused::TooFull { account: person, room }));
    let liability = bank.transfer(Kind::Earn, issuer, bank.account(0, 2), 5_001);
    let available = Amount(5_000);
    assert_eq!(ask(&mut bank, liability), Err(Refused::TooLittle { account: issuer, available }));
}

#[test]
fn a_hold_settled_twice_in_the_rows_is_found() {
    let mut bank = Bank::new();
    earned(&mut bank, 1, 300);
    let (payer, payee) = (bank.account(0, 1), bank.account(0, 2));
    let hold = bank.transfer(Kind::Hold, payer, payee, 100);
    bank.post(&hold).unwrap();
    let settle = Transfer { refers_to: Some(hold.id), ..bank.transfer(Kind::Settle, payer, payee, 100) };
    bank.post(&settle).unwrap();
    let twice = Transfer { id: bank.ids.next(NOW, payer.district()), ..settle };
    bank.transfers.insert(twice.id, twice);
    bank.accounts.get_mut(&payer).unwrap().balance.0 -= 100;
    bank.accounts.get_mut(&payee).unwrap().balance.0 += 100;
    assert_eq!(bank.verified(), Err(vec![Finding::HoldNotOpen { transfer: twice.id, hold: hold.id }]));
}

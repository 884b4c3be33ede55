//! Recomputing every balance from the transfers.

use std::collections::{BTreeMap, HashMap};

use kernel::{District, Id};

use crate::{Account, Amount, Kind, Limit, Refused, Role, Transfer, Unit, post::well_formed};

/// So many findings are named; what is wrong beyond them is found when these are mended.
pub const FINDINGS_MAX: usize = 1_000;

/// One thing that is wrong, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The account's row does not say what its transfers say.
    Balance {
        /// Which account.
        account: Id<Account>,
        /// What its row says: balance, pending out.
        stored: [Amount; 2],
        /// What the transfers say, in the same order, as far as it fits.
        computed: [Amount; 2],
    },
    /// The account stands below its limit.
    BelowLimit {
        /// Which account.
        account: Id<Account>,
    },
    /// Two accounts have this id.
    RepeatedAccount {
        /// Which id.
        account: Id<Account>,
    },
    /// The transfer names an account that does not exist.
    UnknownAccount {
        /// Which transfer.
        transfer: Id<Transfer>,
        /// Which account.
        account: Id<Account>,
    },
    /// The transfer breaks a rule that can be seen by itself.
    Broken {
        /// Which transfer.
        transfer: Id<Transfer>,
        /// Which rule.
        refused: Refused,
    },
    /// The transfer is repeated, or the stream is not in the order of ids.
    Repeated {
        /// Which transfer.
        transfer: Id<Transfer>,
    },
    /// It settles or releases a hold that does not exist, that was closed by another, or that is between other
    /// accounts or smaller.
    HoldNotOpen {
        /// Which transfer.
        transfer: Id<Transfer>,
        /// Which hold it names.
        hold: Id<Transfer>,
    },
    /// The rows of a district and unit do not add up to zero.
    NotZero {
        /// Which district.
        district: District,
        /// Which unit.
        unit: Unit,
        /// What they add up to, as far as it fits.
        sum: Amount,
    },
}

/// The sums of one district and unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many accounts.
    pub accounts: u64,
    /// How many transfers.
    pub transfers: u64,
    /// What is in circulation: minus the issuer's balance.
    pub issued: Amount,
    /// What open holds promise.
    pub held: Amount,
    /// Balance of the clearing accounts: what is under way to (plus) or from (minus) other districts, or not yet
    /// settled with them.
    pub clearing: Amount,
}

/// What was found right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// By district and unit.
    pub by: BTreeMap<(District, Unit), Total>,
}

impl Totals {
    /// The clearing accounts of all districts together: zero when every second leg is posted.
    pub fn clearing(&self, unit: Unit) -> Amount {
        let of_unit = self.by.iter().filter(|((_, of), _)| *of == unit);
        fit(of_unit.map(|(_, total)| i128::from(total.clearing.0)).sum())
    }
}

/// Recomputes balances, holds and sums. `transfers` come in ascending order of id, which is the order of the primary
/// key. Time O(accounts + transfers), memory O(accounts + open holds): transfers are read once and not kept.
///
/// Not checked here, as it needs the earlier transfer at hand: how much of an original its corrections and its
/// reversal took back ([`crate::post`] holds that under the lock), and any change of a row that moves nothing (its
/// digest in the journal tells).
///
/// # Errors
/// Everything that is wrong, by name, up to [`FINDINGS_MAX`].
pub fn verify(
    accounts: impl IntoIterator<Item = Account>,
    transfers: impl IntoIterator<Item = Transfer>,
) -> Result<Totals, Vec<Finding>> {
    let mut audit = Audit::default();
    for account in accounts {
        if audit.books.insert(account.id, Book { account, computed: [0; 2] }).is_some() {
            audit.found(Finding::RepeatedAccount { account: account.id });
        }
    }
    let mut last = None;
    for transfer in transfers {
        if last >= Some(transfer.id) {
            audit.found(Finding::Repeated { transfer: transfer.id });
        }
        last = Some(transfer.id);
        audit.read(&transfer);
    }
    audit.finish()
}

/// An account and what its transfers say of it: balance, pending out.
struct Book {
    account: Account,
    computed: [i128; 2],
}

#[derive(Default)]
struct Audit {
    books: HashMap<Id<Account>, Book>,
    /// Holds without their closing and closings without their hold; a pair leaves the map when complete.
    halves: HashMap<Id<Transfer>, Transfer>,
    totals: Totals,
    findings: Vec<Finding>,
}

impl Audit {
    fn found(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    fn read(&mut self, transfer: &Transfer) {
        for account in [transfer.debit, transfer.credit] {
            if !self.books.contains_key(&account) {
                self.found(Finding::UnknownAccount { transfer: transfer.id, account });
            }
        }
        let (debit, credit) = (self.books.get(&transfer.debit), self.books.get(&transfer.credit));
        let mut arriving = false;
        if let (Some(debit), Some(credit)) = (debit, credit) {
            arriving = debit.account.role == Role::Clearing;
            if let Err(refused) = well_formed(&debit.account, &credit.account, transfer) {
                self.found(Finding::Broken { transfer: transfer.id, refused });
            }
        }
        let closing = matches!(transfer.kind, Kind::Settle | Kind::Release);
        let names_wrongly = transfer.refers_to.is_some() != transfer.kind.refers();
        if names_wrongly && !(arriving && transfer.kind == Kind::Settle) {
            self.found(Finding::Broken { transfer: transfer.id, refused: Refused::Reference });
        }
        match transfer.refers_to {
            Some(hold) if closing => self.pair(hold, transfer),
            _ if transfer.kind == Kind::Hold => self.pair(transfer.id, transfer),
            _ => {}
        }
        if transfer.kind.moves() {
            let amount = i128::from(transfer.amount.0);
            self.book(transfer.debit, 0, -amount);
            self.book(transfer.credit, 0, amount);
        }
        self.totals.by.entry((transfer.id.district(), transfer.unit)).or_default().transfers += 1;
    }

    /// Adds to the balance or to what is pending of an account.
    fn book(&mut self, account: Id<Account>, column: usize, change: i128) {
        let book = self.books.get_mut(&account);
        if let Some(cell) = book.and_then(|book| book.computed.get_mut(column)) {
            *cell += change;
        }
    }

    /// Joins a hold with its closing, whichever comes first: ids of two clients need not be in the order of events.
    fn pair(&mut self, hold: Id<Transfer>, half: &Transfer) {
        let Some(other) = self.halves.remove(&hold) else {
            self.halves.insert(hold, *half);
            return;
        };
        let (opened, closed) = if other.kind == Kind::Hold { (&other, half) } else { (half, &other) };
        let whole = closed.kind != Kind::Release || closed.amount == opened.amount;
        let fits = opened.kind == Kind::Hold
            && (opened.debit, opened.credit) == (closed.debit, closed.credit)
            && closed.amount <= opened.amount;
        if !(fits && whole) {
            self.found(Finding::HoldNotOpen { transfer: closed.id, hold });
        }
    }

    fn finish(mut self) -> Result<Totals, Vec<Finding>> {
        let mut halves: Vec<_> = std::mem::take(&mut self.halves).into_iter().collect();
        halves.sort_unstable_by_key(|(hold, _)| *hold);
        for (hold, half) in halves {
            if half.kind == Kind::Hold {
                self.book(half.debit, 1, half.amount.0.into());
            } else {
                self.found(Finding::HoldNotOpen { transfer: half.id, hold });
            }
        }
        let mut books: Vec<_> = std::mem::take(&mut self.books).into_values().collect();
        books.sort_unstable_by_key(|book| book.account.id);
        // Per district and unit: sum of the rows, issued, held, clearing.
        let mut sums: BTreeMap<(District, Unit), [i128; 4]> = BTreeMap::new();
        for Book { account, computed } in &books {
            let stored = [account.balance, account.pending_out];
            if stored.map(|amount| i128::from(amount.0)) != *computed {
                let computed = computed.map(fit);
                self.found(Finding::Balance { account: account.id, stored, computed });
            }
            if account.limit != Limit::Unlimited && account.available() < Amount::ZERO {
                self.found(Finding::BelowLimit { account: account.id });
            }
            let key = (account.id.district(), account.unit);
            self.totals.by.entry(key).or_default().accounts += 1;
            let [sum, issued, held, clearing] = sums.entry(key).or_default();
            let balance = i128::from(account.balance.0);
            *sum += balance;
            *held += i128::from(account.pending_out.0);
            match account.role {
                Role::Issuer => *issued -= balance,
                Role::Clearing => *clearing += balance,
                Role::Person | Role::Surplus | Role::Pool => {}
            }
        }
        for ((district, unit), [sum, issued, held, clearing]) in sums {
            if sum != 0 {
                self.found(Finding::NotZero { district, unit, sum: fit(sum) });
            }
            let total = self.totals.by.entry((district, unit)).or_default();
            (total.issued, total.held, total.clearing) = (fit(issued), fit(held), fit(clearing));
        }
        if self.findings.is_empty() { Ok(self.totals) } else { Err(self.findings) }
    }
}

fn fit(wide: i128) -> Amount {
    Amount(wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
}

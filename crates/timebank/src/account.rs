//! Account rows: whose they are, their locks, their new balances.

use db::{Fault, Row, Tx, params};
use kernel::{District, Id, Instant, Person};
use ledger::{Account, Amount, Limit, Role, Unit};

/// Whose account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The district's: where coins come from.
    Issuer(District),
    /// A person's own.
    Person(Id<Person>),
    /// What a person earned above a cap: to be given, not spent (Nanjing 2019).
    Surplus(Id<Person>),
}

impl Owner {
    const fn role(self) -> Role {
        match self {
            Self::Issuer(_) => Role::Issuer,
            Self::Person(_) => Role::Person,
            Self::Surplus(_) => Role::Surplus,
        }
    }

    const fn person(self) -> Option<Id<Person>> {
        match self {
            Self::Issuer(_) => None,
            Self::Person(person) | Self::Surplus(person) => Some(person),
        }
    }

    /// The id of its account of `unit`: computed from owner and unit, so that two processes cannot open two.
    pub(crate) fn account(self, unit: Unit) -> Id<Account> {
        let (born, district) = match self {
            Self::Issuer(district) => (Instant::from_micros(0), district),
            Self::Person(person) | Self::Surplus(person) => (person.born(), person.district()),
        };
        let owner = self.person().map_or([0; 16], Id::bytes);
        let text = format!("account {} {} ", self.role().word(), unit.word());
        Id::derived(born, district, &vault::digest(&[text.as_bytes(), &owner].concat()))
    }

    /// Whether an account's row is one that this owner opens: id, role and limit follow from whose it is.
    pub(crate) fn fits(self, account: &Account) -> bool {
        let opened = self.open(account.unit).account;
        (opened.id, opened.role, opened.limit, opened.cap)
            == (account.id, account.role, account.limit, account.cap)
    }

    /// Empty, as it is before its first transfer. An issuer may go as low as it goes, the others not below zero.
    fn open(self, unit: Unit) -> Held {
        let limit = if self.role() == Role::Issuer { Limit::Unlimited } else { Limit::Zero };
        Held { account: Account::open(self.account(unit), unit, self.role(), limit, None), version: 0 }
    }
}

/// An account whose row this transaction holds; version 0 has no row yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) account: Account,
    version: i64,
}

/// An account's row in the order `id, kind, unit, balance, pending_out, floor, ceiling`; `None` in place of what is no
/// account.
pub(crate) fn read(row: &mut Row<'_>) -> Result<(Id<Account>, Option<Account>), Fault> {
    let id = row.take()?;
    let (kind, unit): (String, String) = (row.take()?, row.take()?);
    let (balance, pending_out) = (Amount(row.take()?), Amount(row.take()?));
    let (floor, cap): (Option<i64>, Option<i64>) = (row.take()?, row.take()?);
    let (limit, cap) = (Limit::from_floor(floor.map(Amount)), cap.map(Amount));
    let words = Role::from_word(&kind).zip(Unit::from_word(&unit));
    Ok((id, words.map(|(role, unit)| Account { id, unit, role, balance, pending_out, limit, cap })))
}

/// Takes the rows of these accounts, in the order of their ids whatever the order they are asked in; what has no row
/// yet is empty.
pub(crate) fn lock<const N: usize>(
    tx: &mut Tx<'_>,
    unit: Unit,
    owners: [Owner; N],
) -> Result<[Held; N], Fault> {
    let mut held = owners.map(|owner| owner.open(unit));
    let mut order: Vec<&mut Held> = held.iter_mut().collect();
    order.sort_unstable_by_key(|held| held.account.id);
    for one in order {
        let id = one.account.id;
        let mut found = None;
        tx.each(
            "SELECT id, kind, unit, balance, pending_out, floor, ceiling, version FROM account
             WHERE district = $1 AND id = $2 FOR UPDATE",
            params![id.district(), id],
            |row| {
                let (_, account) = read(row)?;
                let account =
                    account.ok_or_else(|| Fault::Defect(format!("account {id} has no kind or unit")))?;
                found = Some(Held { account, version: row.take()? });
                Ok(())
            },
        )?;
        if let Some(found) = found {
            *one = found;
        }
    }
    Ok(held)
}

impl Held {
    /// Writes the account as `owner`'s transfer left it.
    pub(crate) fn save(&mut self, tx: &mut Tx<'_>, owner: Owner, account: Account) -> Result<(), Fault> {
        let (district, id) = (account.id.district(), account.id);
        let numbers = (account.balance.number(), account.pending_out.number());
        if self.version == 0 {
            let floor = account.limit.floor().map(Amount::number);
            tx.execute_one(
                "INSERT INTO account (district, id, kind, owner, unit, balance, pending_out, floor, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
                params![
                    district,
                    id,
                    account.role.word(),
                    owner.person(),
                    account.unit.word(),
                    numbers.0,
                    numbers.1,
                    floor
                ],
            )?;
        } else {
            tx.execute_one(
                "UPDATE account SET balance = $3, pending_out = $4, version = version + 1
                 WHERE district = $1 AND id = $2",
                params![district, id, numbers.0, numbers.1],
            )?;
        }
        (self.account, self.version) = (account, self.version + 1);
        Ok(())
    }
}

/// The balances of both accounts; zero where there is no row yet.
pub(crate) fn balances(tx: &mut Tx<'_>, ids: [Id<Account>; 2]) -> Result<[Amount; 2], Fault> {
    let [one, other] = ids;
    let rows: Vec<(Id<Account>, i64)> = tx.query(
        "SELECT id, balance FROM account WHERE district = $1 AND id IN ($2, $3)",
        params![one.district(), one, other],
    )?;
    Ok(ids.map(|id| rows.iter().find(|(found, _)| *found == id).map_or(Amount::ZERO, |row| Amount(row.1))))
}

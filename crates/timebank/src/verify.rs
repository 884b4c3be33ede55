//! Recomputing every balance from the transfers: `linli ledger verify`.

use std::cell::RefCell;

use db::{Db, Fault, FromRow, Row, Tx, params};
use kernel::{District, Id, Person};
use ledger::{Account, Finding, Role, Transfer, verify};

use crate::{
    account::{self, Owner},
    transfer,
};

/// Rows read at once.
const PAGE: usize = 1_000;

/// What was recomputed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// Accounts whose balance was computed anew.
    pub accounts: u64,
    /// Transfers read.
    pub transfers: u64,
    /// A sentence for everything that is wrong; empty when all balances are those of their transfers and every
    /// district sums to zero.
    pub findings: Vec<String>,
}

/// Recomputes every account of every district from its transfers, a district at a time. Memory grows with the accounts
/// and open holds of one district; transfers are read page by page and not kept.
///
/// # Errors
/// A [`Fault`] of the database.
pub fn ledger_report(db: &Db) -> Result<LedgerReport, Fault> {
    db.read_now("ledger_verify", |tx| {
        let mut report = LedgerReport::default();
        let mut districts: Vec<(i64,)> = tx.query("SELECT DISTINCT district FROM account", params![])?;
        districts.extend(tx.query::<(i64,)>("SELECT DISTINCT district FROM transfer", params![])?);
        districts.sort_unstable();
        districts.dedup();
        for (code,) in districts {
            match u32::try_from(code).ok().and_then(District::new) {
                Some(district) => one_district(tx, district, &mut report)?,
                None => nowhere(tx, code, &mut report)?,
            }
        }
        Ok(report)
    })
}

/// Rows whose district is none.
fn nowhere(tx: &mut Tx<'_>, code: i64, report: &mut LedgerReport) -> Result<(), Fault> {
    const LOOKS: [(&str, &str); 2] = [
        ("account", "SELECT id FROM account WHERE district = $1"),
        ("transfer", "SELECT id FROM transfer WHERE district = $1"),
    ];
    for (table, sql) in LOOKS {
        tx.each(sql, params![code], |row| {
            let id = raw_id(row)?;
            report.findings.push(format!("{table} {} stands in {code}, which is no district", shown(id)));
            Ok(())
        })?;
    }
    Ok(())
}

fn one_district(tx: &mut Tx<'_>, district: District, report: &mut LedgerReport) -> Result<(), Fault> {
    let tx = RefCell::new(tx);
    let accounts = Pages::new(&tx, district, ACCOUNTS, "account", |Read(id, it)| (id, it));
    let transfers = Pages::new(&tx, district, TRANSFERS, "transfer", |ReadTransfer(id, it)| (id, it));
    let (mut accounts, mut transfers) = (accounts, transfers);
    let verified = verify(&mut accounts, &mut transfers);
    for (fault, unreadable, count, total) in [
        (accounts.fault, accounts.unreadable, accounts.count, &mut report.accounts),
        (transfers.fault, transfers.unreadable, transfers.count, &mut report.transfers),
    ] {
        if let Some(fault) = fault {
            return Err(fault);
        }
        report.findings.extend(unreadable);
        *total += count;
    }
    if let Err(findings) = verified {
        report.findings.extend(findings.iter().map(words));
    }
    Ok(())
}

const ACCOUNTS: &str =
    "SELECT id, id, kind, unit, balance, pending_out, floor, ceiling, owner, counterpart FROM account
     WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3";
const TRANSFERS: &str = "SELECT id, id, debit, credit, amount, unit, kind, refers_to FROM transfer
     WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3";

/// A row by its bare key, and what it says when it can be read.
struct Read([u8; 16], Option<Account>);
struct ReadTransfer([u8; 16], Option<Transfer>);

/// The key as it stands, even when it is no id of ours.
fn raw_id(row: &mut Row<'_>) -> Result<[u8; 16], Fault> {
    match row.value()? {
        db::Value::Uuid(bytes) => Ok(bytes),
        db::Value::Bytes(bytes) => {
            bytes.try_into().map_err(|_| Fault::Defect("a key of wrong length".to_owned()))
        }
        _ => Err(Fault::Defect("no key".to_owned())),
    }
}

fn shown(id: [u8; 16]) -> String {
    Id::<Account>::from_bytes(id).map_or_else(|_| vault::hex(&id), |id| id.to_string())
}

impl FromRow for Read {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let id = raw_id(row)?;
        let account = account::read(row).ok().and_then(|(_, account)| account);
        let (owner, counterpart): (Option<Option<Id<Person>>>, Option<Option<i64>>) =
            (row.take().ok(), row.take().ok());
        let fits = |account: &Account| {
            let owner = match (account.role, owner, counterpart) {
                (Role::Issuer, Some(None), Some(None)) => Owner::Issuer(account.id.district()),
                (Role::Person, Some(Some(person)), Some(None)) => Owner::Person(person),
                (Role::Surplus, Some(Some(person)), Some(None)) => Owner::Surplus(person),
                _ => return false,
            };
            owner.fits(account)
        };
        Ok(Self(id, account.filter(fits)))
    }
}

impl FromRow for ReadTransfer {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let id = raw_id(row)?;
        Ok(Self(id, transfer::read(row).ok().and_then(|(_, transfer)| transfer)))
    }
}

/// The rows of a table in the order of ids, fetched as they are asked for.
struct Pages<'t, 'c, R, T> {
    tx: &'t RefCell<&'t mut Tx<'c>>,
    district: District,
    sql: &'static str,
    table: &'static str,
    read: fn(R) -> ([u8; 16], Option<T>),
    page: std::vec::IntoIter<R>,
    last: [u8; 16],
    ended: bool,
    count: u64,
    unreadable: Vec<String>,
    fault: Option<Fault>,
}

impl<'t, 'c, R: FromRow, T> Pages<'t, 'c, R, T> {
    fn new(
        tx: &'t RefCell<&'t mut Tx<'c>>,
        district: District,
        sql: &'static str,
        table: &'static str,
        read: fn(R) -> ([u8; 16], Option<T>),
    ) -> Self {
        let page = Vec::new().into_iter();
        let (last, unreadable) = ([0; 16], Vec::new());
        Self { tx, district, sql, table, read, page, last, ended: false, count: 0, unreadable, fault: None }
    }

    fn fetch(&mut self) -> Option<R> {
        let last = db::Value::Uuid(self.last);
        let rows = self.tx.borrow_mut().query::<R>(self.sql, params![self.district, last, PAGE as i64]);
        match rows {
            Ok(rows) => {
                self.ended = rows.len() < PAGE;
                self.page = rows.into_iter();
                self.page.next()
            }
            Err(fault) => {
                (self.ended, self.fault) = (true, Some(fault));
                None
            }
        }
    }
}

impl<R: FromRow, T> Iterator for Pages<'_, '_, R, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            let row = match self.page.next() {
                Some(row) => row,
                None if self.ended => return None,
                None => self.fetch()?,
            };
            let (id, it) = (self.read)(row);
            self.last = id;
            self.count += 1;
            match it {
                Some(it) => return Some(it),
                None => self.unreadable.push(format!(
                    "{} {} is not as it was made: id, owner, kind, unit and limit do not fit",
                    self.table,
                    shown(id)
                )),
            }
        }
    }
}

/// A finding as an operator reads it.
fn words(finding: &Finding) -> String {
    match finding {
        Finding::Balance { account, stored: [stored, stored_out], computed: [computed, computed_out] } => {
            format!(
                "account {account}: the row says {} ({} promised), its transfers say {} ({} promised)",
                stored.0, stored_out.0, computed.0, computed_out.0
            )
        }
        Finding::BelowLimit { account } => format!("account {account} stands below its limit"),
        Finding::RepeatedAccount { account } => format!("account {account} stands twice"),
        Finding::UnknownAccount { transfer, account } => {
            format!("transfer {transfer} names account {account}, which does not exist")
        }
        Finding::Broken { transfer, refused } => format!("transfer {transfer} breaks a rule: {refused}"),
        Finding::Repeated { transfer } => format!("transfer {transfer} stands twice"),
        Finding::HoldNotOpen { transfer, hold } => {
            format!("transfer {transfer} closes hold {hold}, which is not open")
        }
        Finding::NotZero { district, unit, sum } => {
            format!("district {district}: the accounts of {} add up to {}, not to zero", unit.word(), sum.0)
        }
    }
}

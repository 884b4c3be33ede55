//! Transfer rows.

use db::{Fault, Row, Tx, params};
use hours::ServiceRecord;
use journal::{Call, Event, SealedTable, sealed_table};
use kernel::{Id, Instant};
use ledger::{Account, Amount, Kind, Transfer, Unit};

/// The transfers: insert-only, each row's digest in its event `transfer.posted`.
pub static TRANSFER: SealedTable = sealed_table!(
    "transfer": "district" 1, "id" 2, "debit" 3, "credit" 4, "amount" 5, "unit" 6, "kind" 7, "refers_to" 8,
    "cause" 9, "policy" 10, "at" 11
);

/// A transfer and the record it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) transfer: Transfer,
    pub(crate) cause: Id<ServiceRecord>,
    pub(crate) at: Instant,
}

/// A transfer's row in the order `id, debit, credit, amount, unit, kind, refers_to`; `None` in place of what is no
/// transfer.
pub(crate) fn read(row: &mut Row<'_>) -> Result<(Id<Transfer>, Option<Transfer>), Fault> {
    let (id, debit, credit, amount) = (row.take()?, row.take()?, row.take()?, Amount(row.take()?));
    let (unit, kind): (String, String) = (row.take()?, row.take()?);
    let refers_to = row.take()?;
    let words = Unit::from_word(&unit).zip(Kind::from_word(&kind));
    Ok((id, words.map(|(unit, kind)| Transfer { id, kind, debit, credit, amount, unit, refers_to })))
}

fn moved(row: &mut Row<'_>) -> Result<Moved, Fault> {
    let (id, transfer) = read(row)?;
    let transfer = transfer.ok_or_else(|| Fault::Defect(format!("transfer {id} has no kind or unit")))?;
    Ok(Moved { transfer, cause: row.take()?, at: row.take()? })
}

/// What came to or went from either account since `from`, oldest first.
pub(crate) fn moved_since(
    tx: &mut Tx<'_>,
    [one, other]: [Id<Account>; 2],
    from: Instant,
) -> Result<Vec<Moved>, Fault> {
    let mut list = Vec::new();
    tx.each(
        "SELECT id, debit, credit, amount, unit, kind, refers_to, cause, at FROM transfer
         WHERE district = $1 AND at >= $4 AND debit IN ($2, $3)
         UNION
         SELECT id, debit, credit, amount, unit, kind, refers_to, cause, at FROM transfer
         WHERE district = $1 AND at >= $4 AND credit IN ($2, $3)
         ORDER BY at, id",
        params![one.district(), one, other, from],
        |row| {
            list.push(moved(row)?);
            Ok(())
        },
    )?;
    Ok(list)
}

/// The newest transfers of either account before the id `before`, at most `most`.
pub(crate) fn newest(
    tx: &mut Tx<'_>,
    [one, other]: [Id<Account>; 2],
    before: Option<Id<Transfer>>,
    most: i64,
) -> Result<Vec<Moved>, Fault> {
    let before = before.map_or([0xff; 16], Id::bytes);
    let mut list = Vec::new();
    tx.each(
        "SELECT id, debit, credit, amount, unit, kind, refers_to, cause, at FROM transfer
         WHERE district = $1 AND id < $4 AND (debit = $2 OR credit = $2 OR debit = $3 OR credit = $3)
         ORDER BY id DESC LIMIT $5",
        params![one.district(), one, other, db::Value::Uuid(before), most],
        |row| {
            list.push(moved(row)?);
            Ok(())
        },
    )?;
    Ok(list)
}

/// Stores a transfer that was posted, with its event. `balances` are those of debit and credit afterwards.
pub(crate) fn store(
    tx: &mut Tx<'_>,
    call: &Call,
    moved: &Moved,
    policy: i64,
    balances: (Amount, Amount),
) -> Result<(), Fault> {
    let t = &moved.transfer;
    let district = t.id.district();
    let digest = TRANSFER.insert(
        tx,
        params![
            district,
            t.id,
            t.debit,
            t.credit,
            t.amount.number(),
            t.unit.word(),
            t.kind.word(),
            t.refers_to,
            moved.cause,
            policy,
            moved.at
        ],
    )?;
    let event = Event::new("transfer.posted", district, t.id, 1)
        .with("kind", t.kind.word())
        .with("unit", t.unit.word())
        .with("amount", t.amount.number())
        .with_id("debit", t.debit)
        .with_id("credit", t.credit)
        .with("debit_balance", balances.0.number())
        .with("credit_balance", balances.1.number())
        .with_id("record", moved.cause)
        .with("policy", policy)
        .row(&digest);
    journal::append(tx, call, event)
}

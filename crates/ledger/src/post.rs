//! Posting: what two accounts look like after a transfer.

use kernel::Id;

use crate::{Account, Amount, Kind, Refused, Role, Transfer};

/// What the caller found under the locks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// The transfer already stored under the new one's id.
    pub same_id: Option<Transfer>,
    /// What the new one names in `refers_to`.
    pub referred: Option<Referred>,
}

/// An earlier transfer and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Referred {
    /// As it was stored.
    pub transfer: Transfer,
    /// The transfer that settled, released or reversed it.
    pub closed_by: Option<Id<Transfer>>,
    /// Its amount and the corrections since: plus those in its direction, minus those against it.
    pub left: Amount,
}

/// What a transfer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The debited and the credited account as they are now; store both and the transfer.
    Posted(Account, Account),
    /// The same transfer was posted before; nothing to do, and nothing wrong.
    AlreadyPosted,
}

/// What becomes of both accounts by `transfer`.
///
/// The caller has locked both rows, in the order of their ids, and read `found` under the locks. The sum of both
/// balances is the same before and after.
///
/// # Errors
/// Every rule of this crate that stands against it, the first one found; nothing has changed then.
pub fn post(
    debit: &Account,
    credit: &Account,
    transfer: &Transfer,
    found: &Found,
) -> Result<Outcome, Refused> {
    if let Some(stored) = found.same_id {
        return if stored == *transfer { Ok(Outcome::AlreadyPosted) } else { Err(Refused::IdTaken) };
    }
    well_formed(debit, credit, transfer)?;
    let amount = transfer.amount;
    let hold = match (reference(transfer, debit, found)?, transfer.kind) {
        (Some(original), Kind::Settle | Kind::Release) => {
            closes(transfer, original)?;
            original.transfer.amount
        }
        (Some(original), _) => {
            amends(transfer, original)?;
            Amount::ZERO
        }
        (None, _) => Amount::ZERO,
    };
    // What a hold frees covers what its settlement moves, and the payee's room was looked at when it was made.
    let (mut debit, mut credit) = (*debit, *credit);
    debit.pending_out = debit.pending_out.minus(hold).ok_or(Refused::Overflow)?;
    if hold == Amount::ZERO {
        let available = debit.available();
        if amount > available {
            return Err(Refused::TooLittle { account: debit.id, available });
        }
        // No cap stops what goes back, as it was there before, nor what left another district already.
        let capped = transfer.kind != Kind::Reverse && debit.role != Role::Clearing;
        if let Some(room) = credit.room().filter(|room| capped && amount > *room) {
            return Err(Refused::TooFull { account: credit.id, room });
        }
    }
    if transfer.kind == Kind::Hold {
        debit.pending_out = debit.pending_out.plus(amount).ok_or(Refused::Overflow)?;
    } else if transfer.kind.moves() {
        debit.balance = debit.balance.minus(amount).ok_or(Refused::Overflow)?;
        credit.balance = credit.balance.plus(amount).ok_or(Refused::Overflow)?;
    }
    Ok(Outcome::Posted(debit, credit))
}

/// What can be seen without looking at any other transfer.
pub(crate) fn well_formed(debit: &Account, credit: &Account, transfer: &Transfer) -> Result<(), Refused> {
    if transfer.debit == transfer.credit {
        return Err(Refused::SameAccount);
    }
    if (debit.id, credit.id) != (transfer.debit, transfer.credit) {
        return Err(Refused::OtherAccounts);
    }
    if transfer.amount <= Amount::ZERO {
        return Err(Refused::NotPositive);
    }
    if let Some(found) = [debit.unit, credit.unit].into_iter().find(|unit| *unit != transfer.unit) {
        return Err(Refused::OtherUnit { found });
    }
    let district = transfer.id.district();
    if debit.id.district() != district || credit.id.district() != district {
        return Err(Refused::AcrossDistricts);
    }
    if !transfer.kind.joins(debit.role, credit.role) {
        return Err(Refused::Roles { kind: transfer.kind, debit: debit.role, credit: credit.role });
    }
    Ok(())
}

/// What the transfer names, as the caller found it. A leg that arrives from another district was held against what
/// it names there; here nothing may stop it, or the coins would stay under way for ever.
fn reference<'a>(
    transfer: &Transfer,
    debit: &Account,
    found: &'a Found,
) -> Result<Option<&'a Referred>, Refused> {
    if debit.role == Role::Clearing {
        return Ok(None);
    }
    match (transfer.refers_to, &found.referred) {
        (Some(id), Some(original)) if transfer.kind.refers() && original.transfer.id == id => {
            if original.transfer.unit != transfer.unit {
                return Err(Refused::OtherUnit { found: original.transfer.unit });
            }
            match original.closed_by {
                Some(by) => Err(Refused::Closed { by }),
                None => Ok(Some(original)),
            }
        }
        (None, None) if !transfer.kind.refers() => Ok(None),
        _ => Err(Refused::Reference),
    }
}

fn closes(transfer: &Transfer, hold: &Referred) -> Result<(), Refused> {
    let held = &hold.transfer;
    if held.kind != Kind::Hold {
        return Err(Refused::ReferenceKind { kind: held.kind });
    }
    if (held.debit, held.credit) != (transfer.debit, transfer.credit) {
        return Err(Refused::ReferenceAccounts);
    }
    if transfer.kind == Kind::Release && transfer.amount != held.amount {
        return Err(Refused::NotWhole { left: held.amount });
    }
    if transfer.amount > held.amount {
        return Err(Refused::MoreThanLeft { left: held.amount });
    }
    Ok(())
}

fn amends(transfer: &Transfer, original: &Referred) -> Result<(), Refused> {
    let (first, left) = (&original.transfer, original.left);
    if !first.kind.moves() || matches!(first.kind, Kind::Correct | Kind::Reverse) {
        return Err(Refused::ReferenceKind { kind: first.kind });
    }
    let onward = (first.debit, first.credit) == (transfer.debit, transfer.credit);
    let back = (first.credit, first.debit) == (transfer.debit, transfer.credit);
    let fits = back || (onward && transfer.kind == Kind::Correct);
    if !fits {
        return Err(Refused::ReferenceAccounts);
    }
    if transfer.kind == Kind::Reverse && transfer.amount != left {
        return Err(Refused::NotWhole { left });
    }
    if back && transfer.amount > left {
        return Err(Refused::MoreThanLeft { left });
    }
    Ok(())
}

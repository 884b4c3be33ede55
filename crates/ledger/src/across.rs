//! A transfer between two districts: two legs over two clearing accounts.

use kernel::{District, Id};
use sha2::{Digest, Sha256};

use crate::{Account, Kind, Refused, Role, Transfer};

/// The pair of clearing accounts of two districts, for one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clearing {
    /// In the payer's district; stands for the payee's.
    pub at_payer: Id<Account>,
    /// In the payee's district; stands for the payer's.
    pub at_payee: Id<Account>,
}

/// The two legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legs {
    /// In the payer's district, posted in the payer's transaction.
    pub payer: Transfer,
    /// In the payee's district, posted by a consumer of the payer's journal; posting it again changes nothing.
    /// `None` for a hold and its release: what is only promised stays with the payer.
    pub payee: Option<Transfer>,
}

/// Splits a transfer whose accounts lie in two districts.
///
/// Each leg stays in one district, so every district sums to zero at every moment; the two clearing accounts
/// cancel once both legs are posted. A settlement's second leg names no hold, as that stands with the payer; a
/// correction's and a reversal's legs each name the leg of the original in their own district.
///
/// `debit` and `credit` are the roles of the two accounts: what may not be done inside a district may not be done
/// by way of clearing, and it is refused here, before the first leg is posted. The payee's cap does not stop a
/// leg that arrives; look at the room before, where the cap matters.
///
/// # Errors
/// [`Refused::NotAcross`] when the accounts lie in one district or a clearing account is not where it should be,
/// [`Refused::Roles`] when the kind does not lead from the one role to the other.
pub fn across(transfer: &Transfer, debit: Role, credit: Role, clearing: Clearing) -> Result<Legs, Refused> {
    let kind = transfer.kind;
    if !kind.joins(debit, credit) {
        return Err(Refused::Roles { kind, debit, credit });
    }
    let (payer, payee) = (transfer.debit.district(), transfer.credit.district());
    if payer == payee || clearing.at_payer.district() != payer || clearing.at_payee.district() != payee {
        return Err(Refused::NotAcross);
    }
    let leg = |district: District| Transfer {
        id: leg_id(transfer.id, district),
        refers_to: transfer.refers_to.map(|id| leg_id(id, district)),
        ..*transfer
    };
    let first = Transfer { credit: clearing.at_payer, ..leg(payer) };
    let second = match kind {
        Kind::Hold | Kind::Release => None,
        Kind::Settle => Some(Transfer { refers_to: None, ..leg(payee) }),
        _ => Some(leg(payee)),
    };
    Ok(Legs { payer: first, payee: second.map(|second| Transfer { debit: clearing.at_payee, ..second }) })
}

/// The id of a transfer's leg in `district`: its own where it was born, else derived from it by SHA-256, so that
/// whoever posts the leg again finds it posted.
pub fn leg_id(id: Id<Transfer>, district: District) -> Id<Transfer> {
    if id.district() == district {
        return id;
    }
    let mut hash = Sha256::new();
    hash.update(b"ledger leg");
    hash.update(id.bytes());
    hash.update(district.number().to_be_bytes());
    Id::derived(id.born(), district, &hash.finalize().into())
}

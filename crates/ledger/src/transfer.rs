//! Transfers: immutable movements, and which accounts each kind may join.

use kernel::Id;

use crate::{Account, Amount, Role, Unit};

kernel::words! {
    /// Why something moves.
    Kind {
        /// Service was confirmed.
        Earn = "earn",
        /// The difference between what an earlier transfer moved and what was right, in either direction.
        Correct = "correct",
        /// What is left of an earlier transfer goes back, once.
        Reverse = "reverse",
        /// To a donation pool.
        Donate = "donate",
        /// From person to person: kin, friends (Beijing 2022, Shanghai 2026).
        Transfer = "transfer",
        /// From a fund, or issued for a person in need (Nanjing 2019).
        Grant = "grant",
        /// Promised: nothing moves, the amount is not available until the hold is settled or released.
        Hold = "hold",
        /// A hold is paid, wholly or in part; the rest of it is free again.
        Settle = "settle",
        /// A hold ends unpaid.
        Release = "release",
        /// Too old by the policy; goes back to the issuer.
        Expire = "expire",
        /// Earned above a cap; goes where the policy says instead.
        Overflow = "overflow",
    }
}

impl Kind {
    /// Whether a transfer of this kind names an earlier one.
    pub const fn refers(self) -> bool {
        matches!(self, Self::Correct | Self::Reverse | Self::Settle | Self::Release)
    }

    /// Whether it moves balances, rather than only promising or freeing.
    pub const fn moves(self) -> bool {
        !matches!(self, Self::Hold | Self::Release)
    }

    /// Whether it may debit an account of the one role and credit one of the other. A clearing account stands
    /// for any account of another district. What names an earlier transfer is bound to that one's accounts.
    pub fn joins(self, debit: Role, credit: Role) -> bool {
        use Role::{Clearing, Issuer, Person, Pool, Surplus};
        let from_member = matches!(debit, Person | Surplus | Pool | Clearing);
        match self {
            Self::Correct | Self::Reverse => true,
            Self::Earn => matches!((debit, credit), (Issuer, Person)),
            Self::Overflow => matches!((debit, credit), (Issuer, Surplus | Pool)),
            Self::Expire => from_member && matches!(credit, Issuer) && !matches!(debit, Clearing),
            Self::Donate => matches!(debit, Person | Surplus | Clearing) && matches!(credit, Pool | Clearing),
            Self::Transfer => matches!((debit, credit), (Person | Clearing, Person | Clearing)),
            Self::Grant => {
                matches!(
                    (debit, credit),
                    (Pool | Issuer | Clearing, Person | Clearing) | (Issuer | Clearing, Pool)
                )
            }
            Self::Hold | Self::Release => matches!(debit, Person | Pool) && credit != Surplus,
            Self::Settle => matches!(debit, Person | Pool | Clearing) && credit != Surplus,
        }
    }
}

/// A movement between two accounts of one district and unit. Once posted it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Made and kept by the client before it asks: asking again with the same id is safe.
    pub id: Id<Transfer>,
    /// Why.
    pub kind: Kind,
    /// Which account gives.
    pub debit: Id<Account>,
    /// Which account receives.
    pub credit: Id<Account>,
    /// How much, above zero.
    pub amount: Amount,
    /// Of what.
    pub unit: Unit,
    /// The hold it settles or releases, the transfer it corrects or reverses.
    pub refers_to: Option<Id<Transfer>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise a first leg could be posted whose second is refused, and the district's ledger would stand still.
    #[test]
    fn what_may_be_done_directly_may_arrive_by_way_of_clearing() {
        for &kind in Kind::ALL {
            for &debit in Role::ALL {
                for &credit in Role::ALL {
                    let two_legs = kind.moves() && kind.joins(debit, Role::Clearing);
                    let leaves = two_legs && kind.joins(debit, credit);
                    assert!(!leaves || kind.joins(Role::Clearing, credit), "{kind:?} {debit:?} {credit:?}");
                }
            }
        }
    }
}

//! Why a transfer is refused.

use std::{error, fmt};

use kernel::Id;

use crate::{Account, Amount, Kind, Role, Transfer, Unit};

/// Why a transfer is refused, with what a sentence about it needs. The first three a person can meet; the
/// others tell of a caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The account would go below its limit: only so much is available.
    TooLittle {
        /// Which account.
        account: Id<Account>,
        /// What may leave it.
        available: Amount,
    },
    /// The account would rise above its cap: only so much fits.
    TooFull {
        /// Which account.
        account: Id<Account>,
        /// What fits.
        room: Amount,
    },
    /// What it names was settled, released or reversed before.
    Closed {
        /// By which transfer.
        by: Id<Transfer>,
    },
    /// It would take back or settle more than is left of what it names.
    MoreThanLeft {
        /// What is left.
        left: Amount,
    },
    /// A reversal takes back all that is left, a release frees the whole hold; no other amount.
    NotWhole {
        /// What is left.
        left: Amount,
    },
    /// The id is taken by a transfer with other content.
    IdTaken,
    /// The amount is zero or negative.
    NotPositive,
    /// The accounts given are not those the transfer names.
    OtherAccounts,
    /// Debit and credit are one account.
    SameAccount,
    /// An account or what it names counts another unit.
    OtherUnit {
        /// The unit found.
        found: Unit,
    },
    /// Accounts and transfer do not lie in one district; see [`crate::across`].
    AcrossDistricts,
    /// Both accounts lie in one district, or a clearing account lies in the wrong one.
    NotAcross,
    /// This kind does not lead from such an account to such an account.
    Roles {
        /// The kind.
        kind: Kind,
        /// Role of the debited account.
        debit: Role,
        /// Role of the credited account.
        credit: Role,
    },
    /// The kind names an earlier transfer and none was given or found, or it names none and one was given.
    Reference,
    /// What it names is not of a kind that can be settled, released, corrected or reversed so.
    ReferenceKind {
        /// Its kind.
        kind: Kind,
    },
    /// What it names is between other accounts.
    ReferenceAccounts,
    /// A balance would leave the range of 64 bits.
    Overflow,
}

impl Refused {
    /// Name of the rule, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::TooLittle { .. } => "ledger-too-little",
            Self::TooFull { .. } => "ledger-too-full",
            Self::Closed { .. } => "ledger-closed",
            Self::MoreThanLeft { .. } => "ledger-more-than-left",
            Self::NotWhole { .. } => "ledger-not-whole",
            Self::IdTaken => "ledger-id-taken",
            Self::NotPositive => "ledger-not-positive",
            Self::OtherAccounts => "ledger-other-accounts",
            Self::SameAccount => "ledger-same-account",
            Self::OtherUnit { .. } => "ledger-other-unit",
            Self::AcrossDistricts => "ledger-across-districts",
            Self::NotAcross => "ledger-not-across",
            Self::Roles { .. } => "ledger-roles",
            Self::Reference => "ledger-reference",
            Self::ReferenceKind { .. } => "ledger-reference-kind",
            Self::ReferenceAccounts => "ledger-reference-accounts",
            Self::Overflow => "ledger-overflow",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self:?}", self.rule())
    }
}

impl error::Error for Refused {}

//! Accounts: what they hold, whose they are, how low and how high they may go.

use kernel::Id;

use crate::Amount;

kernel::words! {
    /// What an account counts. Legal hours are no unit here: they are never spent (decree 67 of the Ministry of
    /// Civil Affairs), so no transfer can touch them.
    Unit {
        /// 时间币: one for an hour of service by most schemes.
        TimeCoin = "time_coin",
        /// 积分: points of a reward scheme.
        Point = "point",
    }
}

kernel::words! {
    /// Whose account it is, which decides the kinds of transfer it takes part in.
    Role {
        /// Where coins come from and go to: its balance is minus what is in circulation. One a district and unit.
        Issuer = "issuer",
        /// A person's own.
        Person = "person",
        /// A person's coins above a cap: they may be given, not spent (Nanjing 2019).
        Surplus = "surplus",
        /// A donation pool or fund for people in need.
        Pool = "pool",
        /// Stands for another district; the two accounts of a pair cancel when the journal is drained.
        Clearing = "clearing",
    }
}

/// How low a balance less its holds may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Not below zero.
    Zero,
    /// Not below minus this: an overdraft, or the issuer's liability limit.
    Down(Amount),
    /// As low as it goes.
    Unlimited,
}

impl Limit {
    /// The limit with this lowest balance; `None` has none.
    pub const fn from_floor(floor: Option<Amount>) -> Self {
        match floor {
            None => Self::Unlimited,
            Some(Amount(0)) => Self::Zero,
            Some(Amount(floor)) => Self::Down(Amount(floor.saturating_neg())),
        }
    }

    /// The lowest balance, as a column keeps it; `None` without a limit.
    pub const fn floor(self) -> Option<Amount> {
        match self {
            Self::Zero => Some(Amount::ZERO),
            Self::Down(by) => Some(Amount(by.0.saturating_neg())),
            Self::Unlimited => None,
        }
    }
}

/// An account as its locked row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id; its district is the only one whose accounts it exchanges with directly.
    pub id: Id<Account>,
    /// What it counts.
    pub unit: Unit,
    /// Whose it is.
    pub role: Role,
    /// Posted credits less posted debits.
    pub balance: Amount,
    /// Promised away by open holds; not available.
    pub pending_out: Amount,
    /// How low it may go.
    pub limit: Limit,
    /// How much it may hold (Nanjing and Guangzhou 1,500 h, Changning 600 coins); `None` without a cap.
    pub cap: Option<Amount>,
}

impl Account {
    /// A new, empty account.
    pub const fn open(id: Id<Self>, unit: Unit, role: Role, limit: Limit, cap: Option<Amount>) -> Self {
        let zero = Amount::ZERO;
        Self { id, unit, role, balance: zero, pending_out: zero, limit, cap }
    }

    /// What may leave it now; negative when it stands below its limit.
    pub fn available(&self) -> Amount {
        let Some(floor) = self.limit.floor() else { return Amount(i64::MAX) };
        narrow(i128::from(self.balance.0) - i128::from(self.pending_out.0) - i128::from(floor.0))
    }

    /// What may come in now under the cap; `None` without a cap, negative when it stands above.
    pub fn room(&self) -> Option<Amount> {
        self.cap.map(|cap| narrow(i128::from(cap.0) - i128::from(self.balance.0)))
    }
}

/// A bound, so that the nearest 64-bit number says the same.
fn narrow(wide: i128) -> Amount {
    Amount(wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
}

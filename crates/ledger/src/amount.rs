//! Quantities of a unit, in integer minor units.

use kernel::Coins;

/// So many minor units of an account's [`crate::Unit`]: 100 make one coin or one point. Arithmetic is checked, because
/// a saturated sum would break the zero sum in silence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The bare number, for a column or a page.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The sum, or `None` when it does not fit.
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` when it does not fit.
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }
}

impl From<Coins> for Amount {
    fn from(coins: Coins) -> Self {
        Self(coins.0)
    }
}

impl From<Amount> for Coins {
    fn from(amount: Amount) -> Self {
        Self(amount.0)
    }
}

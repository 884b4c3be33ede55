//! Quantities that must not be mixed up.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub},
};

use serde::{Deserialize, Serialize};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// The bare number, for a column or a page.
            pub const fn number(self) -> i64 {
                self.0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(self.0.saturating_neg())
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::ZERO, Add::add)
            }
        }
    };
}

quantity! {
    /// Whole minutes of service, of a window or of a journey.
    Minutes
}

quantity! {
    /// Time coins in minor units: 100 make one coin.
    Coins
}

impl Minutes {
    /// The minutes in so many hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours * 60)
    }

    /// The same span in microseconds, the unit of [`crate::Instant`].
    pub const fn micros(self) -> i64 {
        self.0.saturating_mul(crate::MINUTE_US)
    }
}

/// Hours with two decimals, rounded down, as the national system shows them: 95 minutes are `1.58`.
impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.0.saturating_mul(100) / 60;
        let sign = if hundredths < 0 { "-" } else { "" };
        let hundredths = hundredths.unsigned_abs();
        write!(f, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// Coins with two decimals: 150 minor units are `1.50`.
impl fmt::Display for Coins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", units / 100, units % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_coins_read_with_two_decimals() {
        assert_eq!(Minutes(95).to_string(), "1.58");
        assert_eq!(Minutes(-30).to_string(), "-0.50");
        assert_eq!(Coins(150).to_string(), "1.50");
        assert_eq!(Coins(-5).to_string(), "-0.05");
    }
}

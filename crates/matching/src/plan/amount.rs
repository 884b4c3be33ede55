//! The integers a plan is counted in: 64 bits where the whole objective fits, 128 where it does not.

use std::{
    fmt::Debug,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
};

/// A signed integer that holds the whole objective of one problem.
pub(super) trait Amount:
    Copy + Debug + Ord + Add<Output = Self> + Sub<Output = Self> + Neg<Output = Self> + AddAssign + SubAssign
{
    /// Nothing.
    const ZERO: Self;

    /// This number, which [`Problem`](super::Problem) made sure fits.
    fn of(wide: i128) -> Self;

    /// The same number.
    fn wide(self) -> i128;

    /// The place of the highest bit in which the two differ, counted from one; nought when they are the same.
    fn bits_beside(self, other: Self) -> usize;
}

macro_rules! amount {
    ($($int:ty),+) => {
        $(impl Amount for $int {
            const ZERO: Self = 0;

            fn of(wide: i128) -> Self {
                wide as Self
            }

            fn wide(self) -> i128 {
                self as i128
            }

            fn bits_beside(self, other: Self) -> usize {
                (Self::BITS - (self ^ other).leading_zeros()) as usize
            }
        })+
    };
}

amount!(i64, i128);

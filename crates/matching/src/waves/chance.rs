//! Probabilities in millionths.

/// A probability in millionths, 0 to 1,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chance(u32);

const WHOLE: u64 = 1_000_000;

impl Chance {
    /// It never happens.
    pub const NEVER: Self = Self(0);
    /// It always happens.
    pub const ALWAYS: Self = Self(WHOLE as u32);

    /// From millionths; more than all counts as all.
    pub const fn millionths(millionths: u32) -> Self {
        if millionths > WHOLE as u32 { Self::ALWAYS } else { Self(millionths) }
    }

    /// From hundredths; more than all counts as all.
    pub const fn percent(percent: u32) -> Self {
        Self::millionths(percent.saturating_mul(10_000))
    }

    /// `part` of `whole`, rounded down; never when the whole is nothing.
    pub const fn of(part: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self::NEVER;
        }
        let share = part as u128 * WHOLE as u128 / whole as u128;
        if share > WHOLE as u128 { Self::ALWAYS } else { Self(share as u32) }
    }

    /// In millionths.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// In tenths, rounded to the nearest: how people say it, 三成.
    pub const fn tenths(self) -> u32 {
        (self.0 + 50_000) / 100_000
    }

    /// That it does not happen.
    pub const fn not(self) -> Self {
        Self(WHOLE as u32 - self.0)
    }

    /// That both happen, if neither makes the other likelier; rounded down.
    pub const fn and(self, other: Self) -> Self {
        Self((self.0 as u64 * other.0 as u64 / WHOLE) as u32)
    }

    /// Halved so many times.
    pub const fn halved(self, times: u32) -> Self {
        Self(if times >= u32::BITS { 0 } else { self.0 >> times })
    }

    /// That it happens every one of so many times; rounded down.
    pub const fn times(self, times: u32) -> Self {
        let (mut product, mut left) = (Self::ALWAYS, times);
        while left > 0 && product.0 > 0 {
            product = product.and(self);
            left -= 1;
        }
        product
    }

    /// The largest chance that, so many times in a row, is at most `self`.
    pub(super) const fn root(self, times: u32) -> Self {
        let (mut low, mut high) = (0_u32, WHOLE as u32);
        while low < high {
            let middle = high - (high - low) / 2;
            if Self(middle).times(times).0 <= self.0 {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Self(low)
    }
}

/// How many of several independent people say yes, as far as `places` matter: the chance of 0, 1, … yeses below it, and
/// that of at least so many.
#[derive(Clone, Debug)]
pub(super) struct Coverage {
    below: Vec<Chance>,
}

impl Coverage {
    /// Of nobody.
    pub(super) fn of_nobody(places: usize) -> Self {
        let mut below = vec![Chance::NEVER; places];
        if let Some(none) = below.first_mut() {
            *none = Chance::ALWAYS;
        }
        Self { below }
    }

    /// With one more who says yes with this chance.
    pub(super) fn add(&mut self, yes: Chance) {
        let mut before = Chance::NEVER;
        for count in &mut self.below {
            let now = *count;
            *count = Chance::millionths(now.and(yes.not()).0 + before.and(yes).0);
            before = now;
        }
    }

    /// The chance that all places are filled.
    pub(super) fn filled(&self) -> Chance {
        let short: u32 = self.below.iter().map(|one| one.0).sum();
        Chance::millionths(short).not()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        assert_eq!(Chance::of(1, 3).number(), 333_333);
        assert_eq!(Chance::of(5, 0), Chance::NEVER);
        assert_eq!(Chance::of(u64::MAX, 1), Chance::ALWAYS);
        assert_eq!(Chance::percent(30).and(Chance::percent(50)), Chance::percent(15));
        assert_eq!(Chance::percent(50).times(3).number(), 125_000);
        assert_eq!(Chance::percent(5).root(1), Chance::percent(5));
        assert_eq!((Chance::percent(25).tenths(), Chance::percent(94).tenths()), (3, 9));
        // 0.606962 to the sixth is 0.049999…, the next millionth is above.
        let root = Chance::percent(5).root(6);
        assert!(root.times(6) <= Chance::percent(5));
        assert!(Chance::millionths(root.number() + 1).times(6) > Chance::percent(5));
    }

    #[test]
    fn coverage_of_two_places() {
        let mut coverage = Coverage::of_nobody(2);
        assert_eq!(coverage.filled(), Chance::NEVER);
        for _ in 0..3 {
            coverage.add(Chance::percent(50));
        }
        // At least two of three coins.
        assert_eq!(coverage.filled(), Chance::percent(50));
        assert_eq!(Coverage::of_nobody(0).filled(), Chance::ALWAYS);
    }
}

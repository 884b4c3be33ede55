//! Chance by place: what is drawn depends on the seed and on what it is drawn for, never on what was drawn before, so
//! that every policy meets the same people on the same day.

use kernel::scatter;

/// What something is drawn for; each has its own chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum For {
    Home = 1,
    Person,
    Resident,
    Arrival,
    Need,
    Reply,
    Delay,
    Wear,
    Weather,
    Household,
    Leaving,
}

/// The dice of one seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn bits(self, what: For, of: u64, detail: u64) -> u64 {
        scatter(self.0, &[what as u64, of, detail])
    }

    /// A number from 0 to `end - 1`, evenly.
    pub(crate) fn below(self, what: For, of: u64, detail: u64, end: u64) -> u64 {
        ((u128::from(self.bits(what, of, detail)) * u128::from(end)) >> 64) as u64
    }

    /// Whether something of this chance in thousandths happens.
    pub(crate) fn happens(self, what: For, of: u64, detail: u64, thousandths: u64) -> bool {
        self.below(what, of, detail, 1_000) < thousandths
    }

    /// How often in a row something of this chance in thousandths does not happen, up to `most`.
    pub(crate) fn waits(self, what: For, of: u64, detail: u64, thousandths: u64, most: u64) -> u64 {
        let times = 0..most;
        let miss = |time: &u64| !self.happens(what, of, scatter(detail, &[*time]), thousandths);
        times.take_while(miss).count() as u64
    }

    /// Which of several, by their weights.
    pub(crate) fn weighted(self, what: For, of: u64, detail: u64, weights: &[u64]) -> usize {
        let mut left = self.below(what, of, detail, weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        0
    }
}

//! Randomness as an argument: the system's for life, a seed for tests and the demo.

use std::sync::{Mutex, PoisonError};

use rand::{Rng, SeedableRng, rngs::StdRng};

/// A source of random bytes that can be shared between threads; cryptographically strong in both forms, and
/// repeatable when seeded.
#[derive(Debug)]
pub struct Random(Mutex<StdRng>);

impl Random {
    /// Seeded from the operating system.
    pub fn system() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same sequence for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// 64 random bits.
    pub fn u64(&self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    /// A number from 0 to `end - 1`, evenly; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        let product = u128::from(self.u64()) * u128::from(end);
        (product >> 64) as u64
    }
}

/// 64 bits that depend on the seed and the keys alone: the same on every machine and for ever, whatever was drawn before.
/// Not for secrets. SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014), absorbing a
/// key a step.
pub const fn scatter(seed: u64, keys: &[u64]) -> u64 {
    let mut state = splitmix(seed);
    let mut rest = keys;
    while let [key, others @ ..] = rest {
        state = splitmix(state ^ *key);
        rest = others;
    }
    state
}

const fn splitmix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_two_seeds_differ() {
        let draw = |seed| {
            let random = Random::seeded(seed);
            [random.u64(), random.u64(), random.below(10)]
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
        assert_ne!(Random::system().u64(), Random::system().u64());
    }

    #[test]
    fn scattered_bits_are_those_of_splitmix64() {
        // The first output of SplitMix64 with seed 0, as published with its reference code.
        assert_eq!(scatter(0, &[]), 0xe220_a839_7b1d_cdaf);
        assert_ne!(scatter(0, &[1, 2]), scatter(0, &[2, 1]));
        assert_ne!(scatter(0, &[1]), scatter(1, &[1]));
    }
}

//! Limits on how often, in memory: a restart forgives. Attempts at a code are counted in the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use kernel::{Instant, Refusal};

/// Keys remembered before the quiet ones are forgotten.
const KEYS_MAX: usize = 100_000;

/// Counts events by key in fixed windows.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<String, (Instant, u32)>>);

impl Limits {
    /// Counts one event of `key`; refused with `rule` when more than `most` came within `seconds`.
    ///
    /// # Errors
    /// [`kernel::Kind::TooFast`] with the instant from which it may be tried again.
    pub fn count(
        &self,
        key: String,
        most: u32,
        seconds: i64,
        rule: &'static str,
        now: Instant,
    ) -> Result<(), Refusal> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, (until, _)| *until > now);
        }
        let (until, count) = counts.entry(key).or_insert((now.plus_seconds(seconds), 0));
        if *until <= now {
            (*until, *count) = (now.plus_seconds(seconds), 0);
        }
        *count += 1;
        if *count > most { Err(Refusal::too_fast(rule, *until)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_passes() {
        let (limits, at) = (Limits::default(), Instant::from_micros(1_000_000_000));
        let count = |now| limits.count("a".to_owned(), 2, 60, "slow-down", now);
        assert!(count(at).is_ok() && count(at).is_ok());
        assert_eq!(count(at), Err(Refusal::too_fast("slow-down", at.plus_seconds(60))));
        assert!(limits.count("b".to_owned(), 2, 60, "slow-down", at).is_ok());
        assert!(count(at.plus_seconds(60)).is_ok());
    }
}

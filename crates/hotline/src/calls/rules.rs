//! When somebody who did not answer is called again.

use kernel::{Calendar, Instant, Minutes};

use crate::State;

/// Who did not answer is called again after so much of the office's time.
pub const RETRY_MINUTES: Minutes = Minutes(120);
/// So often somebody is called before it is given up.
pub const TRIES_MAX: i64 = 3;
/// A call missed longer ago than this is no news: a week.
pub(super) const MISSED_MINUTES_MAX: i64 = 7 * 24 * 60;

/// After one more try in vain: how many there were, where that leaves the call, and when to call again.
pub(super) fn again(tries: i64, (now, days): (Instant, &Calendar)) -> (i64, State, Option<Instant>) {
    let tries = tries + 1;
    if tries >= TRIES_MAX {
        (tries, State::GivenUp, Some(now))
    } else {
        (tries, State::Due, Some(needs::in_opening_hours(now, RETRY_MINUTES, days)))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;

    #[test]
    fn twice_again_and_then_never() {
        let days = Calendar::default();
        let friday = Day::from_ymd(2026, 3, 13).unwrap().at_minute(16 * 60 + 30);
        let (tries, state, due) = again(0, (friday, &days));
        assert_eq!((tries, state), (1, State::Due));
        assert_eq!(due.unwrap().local_text(), "2026-03-16T09:30");
        assert_eq!(again(1, (friday, &days)).1, State::Due);
        assert_eq!(again(2, (friday, &days)), (3, State::GivenUp, Some(friday)));
    }
}

//! Nobody is told at night.

use kernel::Instant;

/// The minute of the day from which on people are told.
const MORNING: i64 = 8 * 60;
/// Until this minute; who would be told later is told in the morning.
const NIGHT: i64 = 21 * 60 + 30;

/// `at`, or the morning after it when it falls into the night.
pub fn not_at_night(at: Instant) -> Instant {
    match at.minute_of_day() {
        minute if minute < MORNING => at.day().at_minute(MORNING),
        minute if minute > NIGHT => at.day().plus(1).at_minute(MORNING),
        _ => at,
    }
}

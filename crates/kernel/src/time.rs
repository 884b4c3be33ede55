//! Instants in UTC microseconds, local days, and the one clock a process has.

use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::Minutes;

/// Microseconds in a minute.
pub const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = 24 * 60 * MINUTE_US;
/// Asia/Shanghai has had no summer time since 1991: UTC+8 for every instant Linli stores.
const LOCAL_US: i64 = 8 * 60 * MINUTE_US;
const EPOCH: Date = date(1970, 1, 1);

/// A point in time: microseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// A local calendar day (Asia/Shanghai): days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(i32);

/// Day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weekday(u8);

impl Weekday {
    /// 0 is Monday, 6 is Sunday; `None` above.
    pub const fn new(number: u8) -> Option<Self> {
        if number < 7 { Some(Self(number)) } else { None }
    }

    /// 0 is Monday, 6 is Sunday.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Instant {
    /// From microseconds since 1970-01-01 UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970-01-01 UTC, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The local day it falls on.
    pub const fn day(self) -> Day {
        Day((self.0 + LOCAL_US).div_euclid(DAY_US) as i32)
    }

    /// Minutes since local midnight, 0 to 1,439.
    pub const fn minute_of_day(self) -> i64 {
        (self.0 + LOCAL_US).rem_euclid(DAY_US) / MINUTE_US
    }

    /// Whole minutes from `earlier` to here, rounded down.
    pub const fn minutes_since(self, earlier: Self) -> Minutes {
        Minutes((self.0 - earlier.0).div_euclid(MINUTE_US))
    }

    /// So many seconds later.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Local wall-clock text `2026-03-09T14:05`, the value of a date-time field.
    pub fn local_text(self) -> String {
        let minute = self.minute_of_day();
        format!("{}T{:02}:{:02}", self.day(), minute / 60, minute % 60)
    }

    /// Reads `2026-03-09T14:05` as local time; `None` when it is not one.
    pub fn parse_local(text: &str) -> Option<Self> {
        let (day, time) = text.split_once(['T', ' '])?;
        let day: Day = day.parse().ok()?;
        let mut parts = time.splitn(3, ':');
        let hour: i64 = parts.next()?.parse().ok()?;
        let minute: i64 = parts.next()?.parse().ok()?;
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then(|| day.at_minute(hour * 60 + minute))
    }

    /// RFC 3339 text in UTC with microseconds, the form of the API.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).map(|t| format!("{t:.6}")).unwrap_or_default()
    }

    /// Reads RFC 3339 text; `None` when it is not one.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_microsecond()))
    }
}

impl Add<Minutes> for Instant {
    type Output = Self;
    fn add(self, minutes: Minutes) -> Self {
        Self(self.0.saturating_add(minutes.micros()))
    }
}

impl Sub<Minutes> for Instant {
    type Output = Self;
    fn sub(self, minutes: Minutes) -> Self {
        Self(self.0.saturating_sub(minutes.micros()))
    }
}

impl Day {
    /// From days since 1970-01-01.
    pub const fn from_number(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// From a calendar date; `None` when there is no such day.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        EPOCH.until(date).ok().map(|span| Self(span.get_days()))
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24))
    }

    /// Year, month (1 to 12) and day of month.
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// Day of the week.
    pub const fn weekday(self) -> Weekday {
        Weekday((self.0 + 3).rem_euclid(7) as u8)
    }

    /// The instant of local midnight at which the day begins.
    pub const fn start(self) -> Instant {
        Instant(self.0 as i64 * DAY_US - LOCAL_US)
    }

    /// The instant so many minutes after its midnight.
    pub const fn at_minute(self, minute: i64) -> Instant {
        Instant(self.start().0 + minute * MINUTE_US)
    }

    /// So many days later, or earlier.
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Completed years from `birth` to this day, as age is counted in law (民法典 art. 17 to 20: a year is
    /// completed on the birthday).
    pub fn years_since(self, birth: Self) -> i32 {
        let ((y, m, d), (by, bm, bd)) = (self.ymd(), birth.ymd());
        i32::from(y) - i32::from(by) - i32::from((m, d) < (bm, bd))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let date: Date = text.parse().map_err(|_| ())?;
        Self::from_ymd(date.year(), date.month(), date.day()).ok_or(())
    }
}

/// The clock of the process: the system's, or one that is moved by hand in tests and in the demo.
#[derive(Debug)]
pub enum Clock {
    /// The operating system's.
    System,
    /// Stands at so many microseconds until it is moved.
    Manual(AtomicI64),
    /// Goes as the operating system's, so many microseconds ahead of it.
    Ahead(AtomicI64),
}

impl Clock {
    /// A clock that stands at `at`.
    pub const fn manual(at: Instant) -> Self {
        Self::Manual(AtomicI64::new(at.0))
    }

    /// A clock that goes, and says at least `at` now.
    pub fn going_from(at: Instant) -> Self {
        let clock = Self::Ahead(AtomicI64::new(0));
        clock.advance_to(at);
        clock
    }

    /// What time it is.
    pub fn now(&self) -> Instant {
        match self {
            Self::System => system_now(),
            Self::Manual(at) => Instant(at.load(Ordering::SeqCst)),
            Self::Ahead(by) => Instant(system_now().0.saturating_add(by.load(Ordering::SeqCst))),
        }
    }

    /// Moves a clock forward to `to`; it never goes back, and the system's clock does not move.
    pub fn advance_to(&self, to: Instant) {
        match self {
            Self::System => {}
            Self::Manual(at) => drop(at.fetch_max(to.0, Ordering::SeqCst)),
            Self::Ahead(by) => drop(by.fetch_max(to.0.saturating_sub(system_now().0), Ordering::SeqCst)),
        }
    }
}

fn system_now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_local_day_begins_at_sixteen_hundred_utc() {
        let day = Day::from_ymd(2026, 3, 9).unwrap();
        assert_eq!(day.start().rfc3339(), "2026-03-08T16:00:00.000000Z");
        assert_eq!(day.weekday(), Weekday(0));
        assert_eq!(day.to_string(), "2026-03-09");
    }

    #[test]
    fn age_is_completed_on_the_birthday() {
        let birth = Day::from_ymd(2010, 3, 9).unwrap();
        assert_eq!(Day::from_ymd(2026, 3, 8).unwrap().years_since(birth), 15);
        assert_eq!(Day::from_ymd(2026, 3, 9).unwrap().years_since(birth), 16);
    }

    #[test]
    fn a_clock_ahead_goes_on_and_never_back() {
        let hour = Minutes(60);
        let real = Clock::System.now();
        let clock = Clock::going_from(real + hour);
        let first = clock.now();
        assert!(first >= real + hour && first < real + hour + hour);
        clock.advance_to(real);
        assert!(clock.now() >= first);
        clock.advance_to(first + hour);
        assert!(clock.now() >= first + hour);
        assert!(Clock::going_from(Instant::default()).now() >= real);
    }

    #[test]
    fn texts_that_are_no_time_are_refused() {
        for text in ["", "2026-03-09", "2026-02-30T10:00", "2026-03-09T24:00", "2026-03-09T10"] {
            assert_eq!(Instant::parse_local(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn local_text_round_trips_to_the_minute(micros in 0_i64..4_000_000_000_000_000) {
            let at = Instant(micros);
            let back = Instant::parse_local(&at.local_text()).unwrap();
            prop_assert!(back <= at && at.minutes_since(back) == Minutes::ZERO);
            prop_assert_eq!(at.day().at_minute(at.minute_of_day()), back);
            prop_assert_eq!(at.day().to_string().parse(), Ok(at.day()));
            prop_assert_eq!(Instant::parse_rfc3339(&at.rfc3339()), Some(at));
        }
    }
}

//! The month or the year of a report.

use kernel::Day;

/// Months and years that may be chosen without typing.
const MONTHS: i32 = 13;
const YEARS: i16 = 3;
const FIRST_YEAR: i16 = 2000;

/// A month or a year, as far as it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    year: i16,
    /// None for the whole year.
    month: Option<i8>,
    pub(super) first: Day,
    /// Its last day, or today.
    pub(super) last: Day,
    /// Whether it has days to come.
    pub(super) is_open: bool,
}

impl Period {
    /// Reads `2026-10` or `2026`; none when it is not written so or begins after today.
    pub(super) fn parse(text: &str, today: Day) -> Option<Self> {
        let (year, month) = match text.split_once('-') {
            Some((year, month)) if month.len() == 2 => (year, Some(month.parse().ok()?)),
            Some(_) => return None,
            None => (text, None),
        };
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Self::of(year.parse().ok()?, month, today)
    }

    fn of(year: i16, month: Option<i8>, today: Day) -> Option<Self> {
        let first = Day::from_ymd(year, month.unwrap_or(1), 1)?;
        let (next_year, next_month) = match month {
            Some(month) if month < 12 => (year, month + 1),
            _ => (year + 1, 1),
        };
        let end = Day::from_ymd(next_year, next_month, 1)?.plus(-1);
        let is_open = end >= today;
        (year >= FIRST_YEAR && first <= today).then_some(Self {
            year,
            month,
            first,
            last: end.min(today),
            is_open,
        })
    }

    /// The month before this day's.
    pub(super) fn last_month(today: Day) -> Option<Self> {
        let (year, month, _) = Day::from_ymd(today.ymd().0, today.ymd().1, 1)?.plus(-1).ymd();
        Self::of(year, Some(month), today)
    }

    /// As [`Period::parse`] reads it.
    pub(super) fn word(self) -> String {
        self.month.map_or_else(|| self.year.to_string(), |month| format!("{}-{month:02}", self.year))
    }

    /// Whether it is a whole year.
    pub(super) const fn is_year(&self) -> bool {
        self.month.is_none()
    }

    /// Year, and month if it is one.
    pub(super) fn parts(self) -> (i64, Option<i64>) {
        (i64::from(self.year), self.month.map(i64::from))
    }

    /// This month and those before it, then this year and those before it.
    pub(super) fn choices(today: Day) -> Vec<Self> {
        let (year, month, _) = today.ymd();
        let months = i32::from(year) * 12 + i32::from(month) - 1;
        let month = |back: i32| {
            let at = months - back;
            let (year, month) = (i16::try_from(at / 12).ok()?, i8::try_from(at % 12 + 1).ok()?);
            Self::of(year, Some(month), today)
        };
        let years = (0..YEARS).filter_map(|back| Self::of(year - back, None, today));
        (0..MONTHS).filter_map(month).chain(years).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Day {
        Day::from_ymd(year, month, day).unwrap()
    }

    #[test]
    fn a_period_is_as_long_as_the_calendar_says() {
        let today = day(2028, 3, 9);
        let february = Period::parse("2028-02", today).unwrap();
        assert_eq!(
            (february.first, february.last, february.is_open),
            (day(2028, 2, 1), day(2028, 2, 29), false)
        );
        let march = Period::parse("2028-03", today).unwrap();
        assert_eq!((march.last, march.is_open), (today, true));
        let year = Period::parse("2027", today).unwrap();
        assert_eq!((year.first, year.last), (day(2027, 1, 1), day(2027, 12, 31)));
        assert_eq!(Period::last_month(today), Some(february));
        assert_eq!(Period::last_month(day(2028, 1, 31)).unwrap().word(), "2027-12");
        for text in
            ["2028-04", "2029", "1999", "28", "2028-2", "2028-13", "2028-00", "x", "", "2028-02-01", "+028"]
        {
            assert_eq!(Period::parse(text, today), None, "{text}");
        }
        let choices = Period::choices(today);
        assert_eq!(choices.len(), 16);
        assert_eq!(choices[12].word(), "2027-03");
        assert!(choices.iter().all(|one| Period::parse(&one.word(), today) == Some(*one)));
    }
}

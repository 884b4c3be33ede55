//! Working days, for the deadlines the rules count in them.

use std::collections::BTreeSet;

use crate::Day;

/// Which days are worked: Monday to Friday, except public holidays, plus the weekend days that are worked in
/// exchange (调休). Both lists are data that an administrator can change.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    holidays: BTreeSet<Day>,
    worked_weekends: BTreeSet<Day>,
}

impl Calendar {
    /// The national calendar as far as it has been announced: 2024 to 2026. Later years are Monday to Friday
    /// until an administrator adds them.
    pub fn national() -> Self {
        let days = |word: &'static str| {
            let lines = include_str!("calendar.txt").lines();
            lines.filter_map(move |line| line.strip_prefix(word)?.trim().parse().ok())
        };
        Self::new(days("holiday"), days("worked"))
    }

    /// A calendar with these exceptions to Monday to Friday.
    pub fn new(
        holidays: impl IntoIterator<Item = Day>,
        worked_weekends: impl IntoIterator<Item = Day>,
    ) -> Self {
        Self {
            holidays: holidays.into_iter().collect(),
            worked_weekends: worked_weekends.into_iter().collect(),
        }
    }

    /// Whether `day` is worked.
    pub fn is_working(&self, day: Day) -> bool {
        let weekend = day.weekday().number() >= 5;
        if weekend { self.worked_weekends.contains(&day) } else { !self.holidays.contains(&day) }
    }

    /// The `count`-th working day after `day`.
    pub fn working_days_after(&self, day: Day, count: u32) -> Day {
        let mut day = day;
        let mut left = count;
        while left > 0 {
            day = day.plus(1);
            left -= u32::from(self.is_working(day));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_national_day_of_2025_has_eight_days() {
        let calendar = Calendar::national();
        let day = |m, d| Day::from_ymd(2025, m, d).unwrap();
        assert_eq!(calendar.working_days_after(day(9, 30), 1), day(10, 9));
        assert!(calendar.is_working(day(10, 11)) && calendar.is_working(day(9, 28)));
    }

    #[test]
    fn ten_working_days_skip_the_holiday_and_count_the_worked_sunday() {
        let day = |m, d| Day::from_ymd(2026, m, d).unwrap();
        let plain = Calendar::default();
        assert_eq!(plain.working_days_after(day(9, 28), 10), day(10, 12));
        let national = Calendar::new((1..=7).map(|d| day(10, d)), [day(10, 10)]);
        assert_eq!(national.working_days_after(day(9, 28), 10), day(10, 16));
    }
}

//! Working days, for the deadlines the rules count in them.

use std::{
    collections::BTreeSet,
    sync::{Arc, RwLock},
};

use crate::Day;

crate::words! {
    /// Why a day is not what its weekday says.
    DayKind {
        /// Nobody works.
        Holiday = "holiday",
        /// A weekend day that is worked in exchange (调休).
        Workday = "workday",
    }
}

/// Which days are worked: Monday to Friday, except public holidays, plus the weekend days that are worked in
/// exchange (调休). Both lists are data that an administrator can change.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    holidays: BTreeSet<Day>,
    worked_weekends: BTreeSet<Day>,
    /// The years whose notice is in the lists.
    years: BTreeSet<i16>,
}

/// The calendar of a process, which an import may replace while it runs.
#[derive(Debug, Default)]
pub struct SharedCalendar(RwLock<Arc<Calendar>>);

impl SharedCalendar {
    /// The calendar as it is now.
    pub fn now(&self) -> Arc<Calendar> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// From now on another one.
    pub fn replace(&self, calendar: Calendar) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(calendar);
    }
}

impl From<Calendar> for SharedCalendar {
    fn from(calendar: Calendar) -> Self {
        Self(RwLock::new(Arc::new(calendar)))
    }
}

impl Calendar {
    /// The national calendar of 2024 to 2026. Later years are Monday to Friday until an administrator imports what the
    /// State Council has announced.
    pub fn national() -> Self {
        let days = |word: &'static str| {
            let lines = include_str!("calendar.txt").lines();
            lines.filter_map(move |line| line.strip_prefix(word)?.trim().parse().ok())
        };
        let years = (2024..=2026).collect();
        Self { years, ..Self::new(days("holiday"), days("worked")) }
    }

    /// This calendar with other years: of each year that `days` names a day of, what they say stands for what was there.
    #[must_use]
    pub fn with_years(&self, days: &[(Day, DayKind)]) -> Self {
        let years: BTreeSet<i16> = days.iter().map(|(day, _)| day.ymd().0).collect();
        let mut calendar = self.clone();
        for list in [&mut calendar.holidays, &mut calendar.worked_weekends] {
            list.retain(|day| !years.contains(&day.ymd().0));
        }
        for (day, kind) in days {
            match kind {
                DayKind::Holiday => calendar.holidays.insert(*day),
                DayKind::Workday => calendar.worked_weekends.insert(*day),
            };
        }
        calendar.years.extend(years);
        calendar
    }

    /// The first year from the one of `from` to the one of `to` whose holidays and moved working days are not known.
    pub fn unknown_year(&self, from: Day, to: Day) -> Option<i16> {
        (from.ymd().0..=to.ymd().0).find(|year| !self.years.contains(year))
    }

    /// A calendar with these exceptions to Monday to Friday.
    pub fn new(
        holidays: impl IntoIterator<Item = Day>,
        worked_weekends: impl IntoIterator<Item = Day>,
    ) -> Self {
        Self {
            holidays: holidays.into_iter().collect(),
            worked_weekends: worked_weekends.into_iter().collect(),
            years: BTreeSet::new(),
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_saturday_before_the_spring_festival_is_worked() {
        let calendar = Calendar::national();
        let day = |m, d| Day::from_ymd(2026, m, d).unwrap();
        assert!(calendar.is_working(day(2, 14)) && calendar.is_working(day(2, 28)));
        assert_eq!(calendar.working_days_after(day(2, 13), 1), day(2, 14));
        assert_eq!(calendar.working_days_after(day(2, 13), 2), day(2, 24), "off from the 15th to the 23rd");
        assert_eq!(calendar.working_days_after(day(2, 11), 10), day(3, 3));
        assert_eq!(Calendar::default().working_days_after(day(2, 11), 10), day(2, 25));
    }

    #[test]
    fn a_year_that_is_not_known_is_named() {
        let day = |y, m, d| Day::from_ymd(y, m, d).unwrap();
        let calendar = Calendar::national();
        assert_eq!(calendar.unknown_year(day(2026, 11, 1), day(2026, 12, 31)), None);
        assert_eq!(calendar.unknown_year(day(2026, 11, 1), day(2027, 1, 1)), Some(2027));
        let more = calendar.with_years(&[(day(2027, 1, 1), DayKind::Holiday)]);
        assert_eq!(more.unknown_year(day(2026, 11, 1), day(2028, 1, 1)), Some(2028));
        assert!(!more.is_working(day(2027, 1, 1)) && more.is_working(day(2026, 2, 14)));
        // A notice that was changed: the whole year is what the new one says.
        let changed = more.with_years(&[(day(2026, 2, 15), DayKind::Workday)]);
        assert!(changed.is_working(day(2026, 2, 15)) && !changed.is_working(day(2026, 2, 14)));
        assert!(changed.is_working(day(2026, 10, 1)) && !changed.is_working(day(2027, 1, 1)));
    }

    proptest! {
        #[test]
        fn a_year_says_nothing_of_another_and_twice_is_once(
            picked in prop::collection::vec((20_089_i32..22_000, any::<bool>()), 0..40),
            probe in 19_724_i32..22_400,
        ) {
            let kind = |holiday| if holiday { DayKind::Holiday } else { DayKind::Workday };
            let days: Vec<_> =
                picked.into_iter().map(|(day, holiday)| (Day::from_number(day), kind(holiday))).collect();
            let (before, probe) = (Calendar::national(), Day::from_number(probe));
            let after = before.with_years(&days);
            if !days.iter().any(|(day, _)| day.ymd().0 == probe.ymd().0) {
                prop_assert_eq!(before.is_working(probe), after.is_working(probe));
            }
            prop_assert_eq!(after.with_years(&days).is_working(probe), after.is_working(probe));
        }
    }

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

//! Pure: who decides a case, and until when.

use kernel::{Calendar, Day, DivisionCode};

/// Working days in which a case is decided, counted from the day after it was opened.
pub const CASE_WORKING_DAYS: u32 = 10;

/// The place that decides: the level above the widest area from which the account can have been made, so that nobody
/// decides about their own list. `areas` are those in which its maker works; of a maker without an area, or unknown, the
/// community counts.
pub(super) fn decider(home: DivisionCode, areas: &[DivisionCode]) -> DivisionCode {
    let widest = areas.iter().copied().filter(|area| area.contains(home)).min();
    widest.unwrap_or(home).parent()
}

/// The last day on which it is decided in time.
pub(super) fn due(calendar: &Calendar, opened: Day) -> Day {
    calendar.working_days_after(opened, CASE_WORKING_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn division() -> impl Strategy<Value = DivisionCode> {
        let codes =
            ["42", "4201", "420103", "420103001", "420103002", "420103001005", "420103002001", "5101"];
        proptest::sample::select(codes.to_vec()).prop_map(|code| DivisionCode::parse(code).unwrap())
    }

    proptest! {
        #[test]
        fn whoever_made_it_does_not_decide(
            home in division(),
            areas in proptest::collection::vec(division(), 0..4),
        ) {
            let by = decider(home, &areas);
            prop_assert!(by.contains(home) && by != home);
            for area in areas.iter().filter(|area| area.contains(home)) {
                prop_assert!(by.contains(*area) && by != *area, "{by} decides about {area}");
            }
        }

        #[test]
        fn ten_working_days_are_at_least_two_weeks(day in 19_000_i32..22_000) {
            let calendar = Calendar::national();
            let opened = Day::from_number(day);
            let due = due(&calendar, opened);
            let worked = (1..=due.number() - opened.number())
                .filter(|ahead| calendar.is_working(opened.plus(*ahead)))
                .count();
            prop_assert!(worked == 10 && calendar.is_working(due));
        }
    }
}

//! From the chips a person presses to the window a visit may fall into.

use kernel::{Day, Instant, Minutes};

/// Parts of a day as minutes after midnight; `any` covers them all.
const PARTS: [(&str, i64, i64); 4] = [
    ("any", 8 * 60, 20 * 60),
    ("morning", 8 * 60, 12 * 60),
    ("afternoon", 13 * 60, 18 * 60),
    ("evening", 18 * 60, 20 * 60 + 30),
];

/// Words of the day chips; any other day is written `2026-03-09`.
pub const DAYS: [&str; 3] = ["today", "tomorrow", "weekend"];
/// Words of the time-of-day chips.
pub const PART_WORDS: [&str; 4] = ["any", "morning", "afternoon", "evening"];
/// How far ahead a need may lie.
pub(crate) const AHEAD_DAYS_MAX: i32 = 90;

/// The window of a day chip and a part chip, asked for at `now`, for a visit of so many minutes. What is left of
/// today counts.
///
/// # Errors
/// The field and the rule it breaks: `need-day-unknown`, `need-part-unknown`, `need-in-past`,
/// `need-too-late-today`, `need-too-far-ahead`.
pub(crate) fn window(
    day: &str,
    part: &str,
    now: Instant,
    minutes: Minutes,
) -> Result<(Instant, Instant), (&'static str, &'static str)> {
    let today = now.day();
    let (first, last) = match day {
        "today" => (today, today),
        "tomorrow" => (today.plus(1), today.plus(1)),
        "weekend" => {
            let weekday = i32::from(today.weekday().number());
            (today.plus((5 - weekday).max(0)), today.plus(6 - weekday))
        }
        other => {
            let day: Day = other.parse().map_err(|()| ("day", "need-day-unknown"))?;
            (day, day)
        }
    };
    let (_, from, to) =
        PARTS.into_iter().find(|(word, ..)| *word == part).ok_or(("part", "need-part-unknown"))?;
    if last < today {
        return Err(("day", "need-in-past"));
    }
    if first > today.plus(AHEAD_DAYS_MAX) {
        return Err(("day", "need-too-far-ahead"));
    }
    let (starts, ends) = (first.at_minute(from).max(now), last.at_minute(to));
    if starts + minutes > ends {
        return Err(("part", "need-too-late-today"));
    }
    Ok((starts, ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 9 March 2026, 9:00.
    fn now() -> Instant {
        Day::from_ymd(2026, 3, 9).unwrap().at_minute(9 * 60)
    }

    #[test]
    fn chips_become_a_window() {
        let text = |day, part| {
            let (from, to) = window(day, part, now(), Minutes(60)).unwrap();
            format!("{} {}", from.local_text(), to.local_text())
        };
        assert_eq!(text("today", "any"), "2026-03-09T09:00 2026-03-09T20:00");
        assert_eq!(text("tomorrow", "afternoon"), "2026-03-10T13:00 2026-03-10T18:00");
        assert_eq!(text("weekend", "morning"), "2026-03-14T08:00 2026-03-15T12:00");
        assert_eq!(text("2026-03-20", "evening"), "2026-03-20T18:00 2026-03-20T20:30");
        let sunday = Day::from_ymd(2026, 3, 15).unwrap().at_minute(10 * 60);
        let (from, to) = window("weekend", "any", sunday, Minutes(60)).unwrap();
        assert_eq!((from, to), (sunday, sunday.day().at_minute(20 * 60)));
    }

    #[test]
    fn every_wrong_time_has_its_rule() {
        let rule = |day, part, at| window(day, part, at, Minutes(60)).unwrap_err();
        assert_eq!(rule("2026-03-08", "any", now()), ("day", "need-in-past"));
        assert_eq!(rule("someday", "any", now()), ("day", "need-day-unknown"));
        assert_eq!(rule("2026-12-31", "any", now()), ("day", "need-too-far-ahead"));
        assert_eq!(rule("today", "noon", now()), ("part", "need-part-unknown"));
        assert_eq!(
            rule("today", "morning", now().day().at_minute(11 * 60 + 30)),
            ("part", "need-too-late-today")
        );
    }
}

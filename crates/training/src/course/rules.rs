//! What a course must be, and until when what it gives is good.

use kernel::{Day, DivisionCode, FieldRefusal, Level};

use super::Gives;

/// Characters of a course's title at most: with the session's number and day it is the proof of a skill.
pub const TITLE_CHARS_MAX: usize = 30;
/// Characters of what it teaches at most.
pub const CONTENT_CHARS_MAX: usize = 500;
/// Characters of the unit's name at most.
pub const UNIT_CHARS_MAX: usize = 40;
/// Months that what it gives is good for at most: ten years.
pub const MONTHS_MAX: i64 = 120;

/// What is written of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCourse {
    /// The street or community it belongs to.
    pub division: DivisionCode,
    /// Its name.
    pub title: String,
    /// What it teaches: the main content.
    pub content: String,
    /// What passing gives.
    pub gives: Gives,
    /// For how many months; 0 for good.
    pub months: i64,
    /// Which unit holds it.
    pub unit: String,
}

impl NewCourse {
    /// Everything that is wrong with it, each with its own sentence.
    pub fn wrong_fields(&self) -> Vec<FieldRefusal> {
        let mut wrong = Vec::new();
        let mut field = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
        if self.division.level() < Level::Street {
            field("division", "training-place-wide");
        }
        match self.title.trim().chars().count() {
            0 => field("title", "course-title-missing"),
            1..=TITLE_CHARS_MAX => {}
            _ => field("title", "course-title-too-long"),
        }
        match self.content.trim().chars().count() {
            0 => field("content", "course-content-missing"),
            1..=CONTENT_CHARS_MAX => {}
            _ => field("content", "course-content-too-long"),
        }
        match self.unit.trim().chars().count() {
            0 => field("unit", "course-unit-missing"),
            1..=UNIT_CHARS_MAX => {}
            _ => field("unit", "course-unit-too-long"),
        }
        match self.months {
            // The basic training is noted by its last day.
            0 if self.gives == Gives::Basic => field("months", "course-basic-for-good"),
            0..=MONTHS_MAX => {}
            _ => field("months", "course-months-odd"),
        }
        wrong
    }
}

/// The last day of what is good for so many months from `day` on; `None` for good. It is the day of the same number, or the
/// last of a month that has none (民法典 art. 202).
pub(crate) fn good_until(day: Day, months: i64) -> Option<Day> {
    if months == 0 {
        return None;
    }
    let (year, month, of_month) = day.ymd();
    let gone = i64::from(year) * 12 + i64::from(month) - 1 + months;
    let (year, month) = (i16::try_from(gone / 12).ok()?, i8::try_from(gone % 12 + 1).ok()?);
    (1..=of_month).rev().find_map(|of_month| Day::from_ymd(year, month, of_month))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn months_end_on_the_day_of_the_same_number_or_on_the_last() {
        assert_eq!(good_until(day("2026-03-09"), 12), Some(day("2027-03-09")));
        assert_eq!(good_until(day("2026-11-30"), 3), Some(day("2027-02-28")));
        assert_eq!(good_until(day("2027-11-30"), 3), Some(day("2028-02-29")));
        assert_eq!(good_until(day("2026-12-31"), 1), Some(day("2027-01-31")));
        assert_eq!(good_until(day("2026-03-09"), 0), None);
    }

    proptest! {
        #[test]
        fn every_number_of_months_ends_in_its_month(from in 0_i32..40_000, months in 1..=MONTHS_MAX) {
            let day = Day::from_number(from);
            let until = good_until(day, months).unwrap();
            let count = |day: Day| i64::from(day.ymd().0) * 12 + i64::from(day.ymd().1);
            prop_assert_eq!(count(until) - count(day), months);
            prop_assert!(until.ymd().2 == day.ymd().2 || until.plus(1).ymd().2 == 1);
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let division = DivisionCode::parse("420103001005").unwrap();
        let good = NewCourse {
            division,
            title: "急救".to_owned(),
            content: "心肺复苏、止血包扎。".to_owned(),
            gives: Gives::Skill("first_aid".to_owned()),
            months: 24,
            unit: "松园街道志愿服务中心".to_owned(),
        };
        assert_eq!(good.wrong_fields(), []);
        let bad = NewCourse {
            division: division.district().division(),
            title: " ".to_owned(),
            content: "多".repeat(CONTENT_CHARS_MAX + 1),
            gives: Gives::Basic,
            months: 0,
            unit: String::new(),
        };
        let rules: Vec<_> = bad.wrong_fields().into_iter().map(|field| field.rule).collect();
        assert_eq!(
            rules,
            [
                "training-place-wide",
                "course-title-missing",
                "course-content-too-long",
                "course-unit-missing",
                "course-basic-for-good"
            ]
        );
        let odd = NewCourse { months: MONTHS_MAX + 1, title: "急".repeat(TITLE_CHARS_MAX + 1), ..good };
        let rules: Vec<_> = odd.wrong_fields().into_iter().map(|field| field.rule).collect();
        assert_eq!(rules, ["course-title-too-long", "course-months-odd"]);
    }
}

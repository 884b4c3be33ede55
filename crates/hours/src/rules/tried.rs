//! What a number would have done, in words and bars.

use kernel::{Day, Minutes};
use places::Edition;
use web::{Bars, Page, bars};

use super::{Below, Compared, Simulated, pages::named};
use crate::{
    Grade,
    policy::{RULES, Rule, Section},
};

/// Places below that are listed; those that change most come first.
const PLACES_SHOWN: usize = 20;

/// What a number would have done, for the page.
pub(super) struct Tried {
    pub(super) said: String,
    /// No hour depends on the rule.
    pub(super) is_same: bool,
    /// Nothing was served that could be counted once more.
    pub(super) is_empty: bool,
    pub(super) waiting: String,
    pub(super) months: Vec<Bars>,
    pub(super) grades: Vec<(String, Compared)>,
    pub(super) places: Vec<(String, Below)>,
    pub(super) places_left_out: usize,
    /// Day and place.
    pub(super) largest: Vec<(String, Compared)>,
}

impl Tried {
    pub(super) fn of(page: &Page, tree: &Edition, name: &str, all: &Simulated) -> Self {
        let counts = |rule: &Rule| rule.name == name && rule.section == Section::Counting;
        let hours = |minutes: Minutes| minutes.to_string();
        let moved = |key: &str, presences: i64, minutes: Minutes| {
            page.tb(key, "count", presences, "hours", hours(minutes))
        };
        let mut said = page.tb("rules-tried", "count", all.presences, "people", all.people);
        said.push_str(&moved("rules-tried-gain", all.gain.presences, all.gain.minutes));
        said.push_str(&moved("rules-tried-lose", all.lose.presences, all.lose.minutes));
        let Compared { before, after } = all.waiting;
        // Whole hours, which leave room for the bars on a phone.
        let whole = |minutes: Minutes| (minutes.number() + 30) / 60;
        let month = |(day, of): (&Day, &Compared)| {
            let numbers = page.tb("rules-tried-month", "before", whole(of.before), "after", whole(of.after));
            let (year, month, _) = day.ymd();
            let name =
                page.tb("rules-tried-month-name", "year", year.to_string(), "month", month.to_string());
            (name, numbers, vec![of.before.number(), of.after.number()])
        };
        let mut places: Vec<_> = all.by_place.iter().filter(|(_, below)| below.people > 0).collect();
        places.sort_by_key(|(_, below)| std::cmp::Reverse(below.minutes.difference().number().abs()));
        let shown = places.iter().take(PLACES_SHOWN).map(|(code, below)| (named(tree, **code), **below));
        let largest = all
            .largest
            .iter()
            .map(|one| (format!("{} {}", page.date(one.day), named(tree, one.division)), one.minutes));
        Self {
            said,
            is_same: !RULES.iter().any(counts),
            is_empty: all.presences == 0,
            waiting: page.tb("rules-tried-waiting", "before", hours(before), "after", hours(after)),
            months: bars(all.by_month.iter().map(month).collect()),
            grades: Grade::ALL.iter().map(|grade| grade.word().to_owned()).zip(all.by_grade).collect(),
            places: shown.collect(),
            places_left_out: places.len().saturating_sub(PLACES_SHOWN),
            largest: largest.collect(),
        }
    }
}

//! What the figures of an area are made of: its parts, the categories, the decades in which its volunteers were born.

use divisions::Tree;
use kernel::{DivisionCode, Minutes};
use web::{Bars, Page, bars};

use super::{
    PublishedFigures,
    chart::{steps, whole_per_cent},
};
use crate::{
    Part,
    said::{name, tenths},
};

/// Categories that a chart shows; the table has them all.
const CATEGORIES_MOST: usize = 5;

/// A part of the area, on the map of tiles.
pub(super) struct Tile {
    pub(super) division: DivisionCode,
    pub(super) name: String,
    pub(super) hours: String,
    /// Hours for each thousand residents; a dash where nobody knows how many live there.
    pub(super) a_thousand: String,
    /// One to five; none where nobody knows.
    pub(super) step: Option<i64>,
}

pub(super) fn tiles(page: &Page, tree: &Tree, parts: &[Part]) -> Vec<Tile> {
    let rates: Vec<Option<i64>> = parts.iter().map(|part| part.hours_a_thousand).collect();
    let tile = |(part, step): (&Part, Option<i64>)| Tile {
        division: part.division,
        name: name(page, tree, part.division),
        hours: Minutes(part.minutes).to_string(),
        a_thousand: tenths(part.hours_a_thousand),
        step,
    };
    parts.iter().zip(steps(&rates)).map(tile).collect()
}

/// A category: its name, its needs where they are told, its hours, and the share of all that each is, in per cent.
pub(super) struct CategoryLine {
    pub(super) name: String,
    needs: Option<i64>,
    pub(super) needs_share: Option<i64>,
    pub(super) hours: String,
    pub(super) hours_share: i64,
}

impl CategoryLine {
    /// By how much more is asked than served, in per cent of all.
    fn gap(&self) -> i64 {
        self.needs_share.unwrap_or(0) - self.hours_share
    }

    /// Its name without what stands in brackets, for a chart on a phone.
    fn short(&self) -> &str {
        self.name.split(['（', '(']).next().unwrap_or_default().trim_end()
    }

    pub(super) fn needs(&self, page: &Page) -> String {
        crate::said::count(page, self.needs)
    }
}

/// Every category, where more is asked than served first.
pub(super) fn categories(page: &Page, figures: &PublishedFigures) -> Vec<CategoryLine> {
    let needs: Vec<i64> = figures.categories.iter().map(|one| one.needs.unwrap_or(0)).collect();
    let minutes: Vec<i64> = figures.categories.iter().map(|one| one.minutes).collect();
    let shares = whole_per_cent(&needs).into_iter().zip(whole_per_cent(&minutes));
    let lines = figures.categories.iter().zip(shares).map(|(one, (asked, served))| CategoryLine {
        name: page.t(&format!("category-{}", one.category)),
        needs: one.needs,
        needs_share: one.needs.map(|_| asked),
        hours: Minutes(one.minutes).to_string(),
        hours_share: served,
    });
    let mut lines: Vec<CategoryLine> = lines.collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.gap()));
    lines
}

/// The categories that matter most, in the same order: their share of needs above their share of hours.
pub(super) fn categories_chart(lines: &[CategoryLine]) -> Vec<Bars> {
    let weight = |line: &CategoryLine| line.hours_share.max(line.needs_share.unwrap_or(0));
    let mut weights: Vec<i64> = lines.iter().map(weight).collect();
    weights.sort_unstable_by_key(|weight| std::cmp::Reverse(*weight));
    let least = weights.get(CATEGORIES_MOST - 1).copied().unwrap_or(0);
    let shown = lines.iter().filter(|line| weight(line) >= least.max(1)).take(CATEGORIES_MOST);
    let row = |line: &CategoryLine| {
        let shares: Vec<i64> = line.needs_share.into_iter().chain([line.hours_share]).collect();
        let numbers: Vec<String> = shares.iter().map(|share| format!("{share}%")).collect();
        (line.short().to_owned(), numbers.join(" / "), shares)
    };
    bars(shown.map(row).collect())
}

/// The decades in words and how many were born in each, where that is told.
pub(super) fn decades(page: &Page, figures: &PublishedFigures) -> Vec<(String, i64)> {
    let words = |from_year: Option<i64>| match from_year {
        None => page.t("board-decade-unknown"),
        Some(1940) => page.t("board-decade-oldest"),
        Some(2000) => page.t("board-decade-youngest"),
        Some(year) => page.ta("board-decade", "decade", format!("{:02}", year % 100)),
    };
    let told = figures.decades.iter().flatten();
    told.map(|decade| (words(decade.from_year), decade.volunteers)).collect()
}

pub(super) fn decades_chart(decades: &[(String, i64)]) -> Vec<Bars> {
    let row = |(words, count): &(String, i64)| (words.clone(), count.to_string(), vec![*count]);
    bars(decades.iter().map(row).collect())
}

//! Figures as a page says them.

use kernel::DivisionCode;
use web::Page;

/// A count, or that it is not told.
pub(crate) fn count(page: &Page, count: Option<i64>) -> String {
    count.map_or_else(|| page.t("board-not-told"), |count| count.to_string())
}

/// Hundredths as text with two decimals, or a dash.
pub(crate) fn hundredths(number: Option<i64>) -> String {
    decimal(number, 100, 2)
}

/// Tenths as text with one decimal, or a dash.
pub(crate) fn tenths(number: Option<i64>) -> String {
    decimal(number, 10, 1)
}

fn decimal(number: Option<i64>, parts: i64, digits: usize) -> String {
    let said = |number: i64| format!("{}.{:0digits$}", number.div_euclid(parts), number.rem_euclid(parts));
    number.map_or_else(|| "–".to_owned(), said)
}

/// A waiting time in words; longer than the largest bucket when there is none.
pub(crate) fn wait(page: &Page, minutes: Option<i64>) -> String {
    match minutes {
        None => page.ta("board-wait-over-days", "count", 15_i64),
        Some(minutes) if minutes < 60 => page.ta("board-wait-minutes", "count", minutes),
        Some(minutes) if minutes <= 1_440 => page.ta("board-wait-hours", "count", minutes / 60),
        Some(minutes) => page.ta("board-wait-days", "count", minutes / 1_440),
    }
}

/// The name of a division as a person reads it; a division that ended is known by its code.
pub(crate) fn name(page: &Page, tree: &divisions::Tree, code: DivisionCode) -> String {
    if code == DivisionCode::NATION {
        return page.t("board-nation");
    }
    tree.get(code).map_or_else(|| code.to_string(), |division| division.name.to_owned())
}

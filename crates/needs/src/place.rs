//! Names of communities, as published.

use divisions::Tree;
use kernel::{DivisionCode, Level};

/// The community's own name, or its code when it is not in the tree.
pub(crate) fn name(tree: &Tree, code: DivisionCode) -> String {
    tree.get(code).map_or_else(|| code.to_string(), |division| division.name.to_owned())
}

/// The communities at or below these ranges, code and name, at most so many.
pub(crate) fn communities(
    tree: &Tree,
    ranges: &[std::ops::RangeInclusive<u64>],
    most: usize,
) -> Vec<(DivisionCode, String)> {
    let codes = ranges.iter().filter_map(|range| DivisionCode::new(*range.start()));
    codes
        .flat_map(|code| tree.subtree(code))
        .filter(|division| division.level == Level::Community)
        .map(|division| (division.code, division.name.to_owned()))
        .take(most)
        .collect()
}

//! The circles as pure rules: which areas are told together, and when.

use kernel::{DivisionCode, Level};

/// What there is below an area.
pub(super) trait Divisions {
    /// The divisions right below that stood on the day, by rising code.
    fn live(&self, code: DivisionCode) -> Vec<DivisionCode>;
    /// Those right below that ended.
    fn ended(&self, code: DivisionCode) -> Vec<DivisionCode>;
}

/// Areas right below one area whose counts are told together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Circle {
    pub(super) parent: DivisionCode,
    pub(super) members: Vec<DivisionCode>,
}

/// Whether counting an area is counting one community: it is one, or has a single one below.
fn is_one_community(divisions: &impl Divisions, code: DivisionCode) -> bool {
    if code.level() == Level::Community {
        return true;
    }
    match divisions.live(code).as_slice() {
        [] => code.level() == Level::Street,
        [only] => is_one_community(divisions, *only),
        _ => false,
    }
}

/// The circle right below `parent`, if there is any area that is one community.
pub(super) fn circle(divisions: &impl Divisions, parent: DivisionCode) -> Option<Circle> {
    let mut below = divisions.live(parent);
    let ended = divisions.ended(parent);
    // Of an ended street nobody knows any more how many communities it had.
    let small = |code: &DivisionCode| ended.contains(code) || is_one_community(divisions, *code);
    below.extend(&ended);
    below.sort_unstable();
    below.dedup();
    let mut members: Vec<DivisionCode> = below.iter().copied().filter(small).collect();
    if let [alone] = members.as_slice() {
        let alone = *alone;
        // With the next one it makes a sum of two; the last one takes the first.
        let next = below.iter().find(|code| **code > alone).or_else(|| below.first());
        members.extend(next.filter(|code| **code != alone));
    }
    (!members.is_empty()).then_some(Circle { parent, members })
}

/// The circles that the area or something above it is in, widest first: all must be open for it to be told.
pub(super) fn circles_above(divisions: &impl Divisions, area: DivisionCode) -> Vec<Circle> {
    let mut path: Vec<DivisionCode> = area.ancestors().collect();
    path.reverse();
    let steps = path.iter().zip(path.iter().skip(1));
    let own = steps.filter_map(|(parent, child)| {
        circle(divisions, *parent).filter(|circle| circle.members.contains(child))
    });
    own.collect()
}

/// Whether the areas of a circle may be told: each counts enough, or all count nothing.
pub(super) fn is_open(counts: impl Iterator<Item = i64>, open_cell: i64) -> bool {
    let (mut are_many, mut are_none) = (true, true);
    for count in counts {
        are_many &= count >= open_cell;
        are_none &= count == 0;
    }
    are_many || are_none
}

//! Which counts of people an area may tell, so that none below five can be told by subtraction either.
//!
//! Hiding one small community is not enough: its street less the other communities gives it back. So areas that
//! might point at somebody are told *together or not at all*: the communities of a street form a [`Circle`], and
//! so do those streets of a district that have a single community, with one neighbour when there is only one. A
//! circle is told when each of its areas counts at least [`OPEN_CELL`], or all of them nothing; what lies below an
//! area that is not told is not told either. What remains to be computed is the sum of a circle, never one of it.
//!
//! A circle opens at twice [`SMALL_CELL`] and not at once: who sees the counts of the day on which it opened, and the
//! sum of the day before, would otherwise know who came last. The tests try every history of small trees for that.
//!
//! Circles depend on the divisions alone and never on what was counted, so their choice tells nothing. Divisions
//! that ended stay in their circle; one that was added is in it from the day of its edition.

mod rules;
mod store;

use std::{collections::BTreeSet, sync::Arc};

use db::{Outcome, Span, Tx};
use divisions::Tree;
use kernel::{Day, DivisionCode};
use places::Edition;

use rules::{Circle, Divisions, circles_above};
use store::Cell;

/// A count of people below this might point at somebody in a community.
pub const SMALL_CELL: i64 = 5;
/// A circle is told when each of its areas counts at least so many.
pub const OPEN_CELL: i64 = 2 * SMALL_CELL;

/// Which counts of an area may be told on a day; what is derived from a count goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Registered volunteers.
    pub volunteers: bool,
    /// Active volunteers; only with the registered ones, whose share would tell them.
    pub active: bool,
    /// Needs first answered, and how soon.
    pub answered: bool,
    /// How many of them within the limit.
    pub within_limit: bool,
    /// Valid needs.
    pub needs: bool,
    /// How many of them were matched.
    pub matched: bool,
    /// Needs by category: all of them, or a sum would tell the one that is left out.
    pub categories: bool,
    /// Registered volunteers by decade of birth: all of them, and only with their sum.
    pub decades: bool,
}

/// What may be told of one area on the days it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Disclosure {
    edition: Edition,
    division: DivisionCode,
    last: Day,
    cells: Arc<Vec<Cell>>,
}

struct Standing<'t> {
    edition: &'t Edition,
    day: Day,
}

impl Divisions for Standing<'_> {
    fn live(&self, code: DivisionCode) -> Vec<DivisionCode> {
        let tree: &Tree = self.edition;
        let below = tree.children(code).map(|child| child.code);
        below.filter(|child| self.edition.added_on(*child).is_none_or(|on| on <= self.day)).collect()
    }

    fn ended(&self, code: DivisionCode) -> Vec<DivisionCode> {
        let below = self.edition.ended().range(code..).take_while(|ended| code.contains(**ended));
        below.copied().filter(|ended| *ended != code && ended.parent() == code).collect()
    }
}

/// What may be told of `division` at the end of each of `days`: one statement, and none where the area is in no circle.
///
/// # Errors
/// A fault.
pub(crate) fn disclosure(
    tx: &mut Tx<'_>,
    edition: &Edition,
    division: DivisionCode,
    days: &[Day],
) -> Outcome<Disclosure> {
    Ok(disclosures(tx, edition, (division, &[]), days)?.0)
}

/// As [`disclosure`], of an area and of divisions right below it, in their order: one statement for all of them.
///
/// # Errors
/// A fault.
pub(crate) fn disclosures(
    tx: &mut Tx<'_>,
    edition: &Edition,
    (area, below): (DivisionCode, &[DivisionCode]),
    days: &[Day],
) -> Outcome<(Disclosure, Vec<Disclosure>)> {
    let (first, last) =
        (days.iter().min().copied().unwrap_or_default(), days.iter().max().copied().unwrap_or_default());
    let of = |division| Disclosure { edition: edition.clone(), division, last, cells: Arc::default() };
    let (mut area, mut below) = (of(area), below.iter().copied().map(of).collect::<Vec<_>>());
    let widest_of = |one: &Disclosure| {
        let parents = days.iter().filter_map(|day| one.circles(*day).first().map(|circle| circle.parent));
        parents.min()
    };
    // Each of them contains the area or is it, so the lowest code is the widest of them.
    if let Some(widest) = [&area].into_iter().chain(&below).filter_map(widest_of).min() {
        let cells = Arc::new(store::cells(tx, Span::of(widest), first, last)?);
        [&mut area].into_iter().chain(&mut below).for_each(|one| one.cells = Arc::clone(&cells));
    }
    Ok((area, below))
}

impl Disclosure {
    fn circles(&self, day: Day) -> Vec<Circle> {
        circles_above(&Standing { edition: &self.edition, day }, self.division)
    }

    /// Whether every circle lets the count be told on `day` that `of` takes out of an area's cells.
    fn lets(&self, day: Day, of: impl Fn(&Cell) -> bool) -> bool {
        let count = |member: &DivisionCode| -> i64 {
            let own = self.cells.iter().filter(|cell| member.contains(cell.division) && cell.counts_on(day));
            own.filter(|cell| of(cell)).map(|cell| cell.amount).sum()
        };
        let is_open = |circle: &Circle| rules::is_open(circle.members.iter().map(count), OPEN_CELL);
        self.circles(day).iter().all(is_open)
    }

    /// Whether everything of the area may be told on `day`, whatever is counted.
    pub(crate) fn is_open(&self, day: Day) -> bool {
        self.circles(day).is_empty()
    }

    fn lets_figure(&self, day: Day, figure: &'static str) -> bool {
        self.lets(day, |cell| cell.figure == figure)
    }

    /// Whether registered and active volunteers may be told on `day`.
    pub(crate) fn people(&self, day: Day) -> (bool, bool) {
        let registered = self.lets_figure(day, "volunteers");
        (registered, registered && self.lets_figure(day, "active"))
    }

    /// What may be told at the end of the last day.
    pub(crate) fn told(&self) -> Told {
        let (volunteers, active) = self.people(self.last);
        let (answered, needs) =
            (self.lets_figure(self.last, "answered"), self.lets_figure(self.last, "needs"));
        Told {
            volunteers,
            active,
            answered,
            within_limit: answered && self.lets(self.last, Cell::is_within_limit),
            needs,
            matched: needs && self.lets_figure(self.last, "matched"),
            categories: self.lets_parts("asked_as"),
            decades: volunteers && self.lets_parts("born"),
        }
    }

    /// Whether every part of a figure may be told at the end of the last day.
    fn lets_parts(&self, figure: &'static str) -> bool {
        let parts: BTreeSet<&str> =
            self.cells.iter().filter(|cell| cell.figure == figure).map(|cell| cell.part.as_str()).collect();
        parts.into_iter().all(|part| self.lets(self.last, |cell| cell.figure == figure && cell.part == part))
    }
}

#[cfg(test)]
mod tests;

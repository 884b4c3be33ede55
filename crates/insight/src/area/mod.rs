//! An administrator's pages: how an area stands beside the year before, and its parts beside one another. They tell no
//! count that the board does not tell.

mod annual;
mod pages;
mod period;
mod report;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, Actor, Day, DivisionCode};
use places::Edition;
use web::{Access, Routes};

use crate::{
    Figures,
    disclosure::{Disclosure, Told, disclosures},
    figures::{Compared, compared, year_before},
};

pub(crate) fn routes() -> Routes {
    let staff = Access::Staff(Action::SeeFigures);
    Routes::new()
        .get("/a", staff, pages::overview)
        .get("/a/compare", staff, pages::compare)
        .get("/report/{year}", Access::Guest, annual::page)
        .get("/a/reports", staff, report::page)
        .get("/a/reports.xlsx", staff, report::sheet)
}

/// Parts that are named first, those that need help soonest.
const WORST: usize = 3;

/// An area as its administrator looks at it.
struct Area {
    edition: Edition,
    compared: Compared,
    /// What of the area may be told, now and a year before.
    told: Told,
    before: (bool, bool, bool),
    /// Of each part, in the order of [`Compared::parts`].
    parts_told: Vec<Told>,
}

impl Area {
    /// Seven statements, however many parts.
    fn load(tx: &mut Tx<'_>, call: &Call, asked: Option<DivisionCode>, day: Day) -> Outcome<Self> {
        let division = asked.or_else(|| own(&call.actor)).unwrap_or(call.actor.home);
        call.actor.must(Action::SeeFigures, division)?;
        let edition = places::tree_in(tx)?;
        let compared = compared(tx, &edition, division, day)?;
        let below: Vec<DivisionCode> = compared.parts.iter().map(|part| part.division).collect();
        let earlier = year_before(day);
        let (area, parts) = disclosures(tx, &edition, (division, &below), &[earlier, day])?;
        let (volunteers, active) = area.people(earlier);
        Ok(Self {
            compared,
            told: area.told(),
            before: (volunteers, active, area.is_open(earlier)),
            parts_told: parts.iter().map(Disclosure::told).collect(),
            edition,
        })
    }

    fn parts(&self) -> impl Iterator<Item = (&Figures, &Told)> {
        self.compared.parts.iter().zip(&self.parts_told)
    }

    /// Those whose needs were answered in time least often, of those that may be told and missed any; then those whose
    /// needs were matched least often.
    fn worst(&self) -> Vec<&Figures> {
        let late = |(part, told): &(&Figures, &Told)| {
            told.within_limit && part.response.within_limit_bp.is_some_and(|share| share < 10_000)
        };
        let mut late: Vec<&Figures> = self.parts().filter(late).map(|(part, _)| part).collect();
        late.sort_by_key(|part| (part.response.within_limit_bp, part.match_rate_bp, part.division));
        late.truncate(WORST);
        late
    }
}

/// The widest area in which somebody may see figures.
fn own(actor: &Actor) -> Option<DivisionCode> {
    let widest = actor.scope(Action::SeeFigures).into_iter().max_by_key(|codes| codes.end() - codes.start());
    widest.and_then(|codes| DivisionCode::new(*codes.start()))
}

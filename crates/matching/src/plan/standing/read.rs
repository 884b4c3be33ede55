//! What a standing plan says: the problem as it is now, the plan with its proof, who serves where.

use super::{
    super::amount::Amount, Books, Ledger, Pair, Placement, Plan, Problem, Promise, Standing, Totals,
    with_books,
};

impl Standing {
    /// The problem as it is now: as many needs and volunteers as there ever were at a time; those that are gone have
    /// neither pairs nor seats or shifts. As long as the whole.
    pub fn problem(&self) -> Problem {
        self.given.problem(&with_books!(&self.books, ledger => ledger.rows()).0)
    }

    /// The problem as it is now and its best plan with the proof. As long as the whole.
    pub fn plan(&self) -> (Problem, Plan) {
        let (problem, chosen) = with_books!(&self.books, ledger => ledger.rows());
        let proof = with_books!(&self.books, ledger => ledger.market.proof());
        let plan = Plan { totals: Totals::of(&problem, &chosen), chosen, proof, gap: 0 };
        (self.given.problem(&problem), self.given.plan(&problem, plan))
    }

    /// Whether there is such a need.
    pub fn knows_need(&self, need: u32) -> bool {
        with_books!(&self.books, ledger => ledger.knows_need(self.near.need(need)))
    }

    /// Whether there is such a volunteer.
    pub fn knows_volunteer(&self, volunteer: u32) -> bool {
        with_books!(&self.books, ledger => ledger.knows_volunteer(self.near.volunteer(volunteer)))
    }

    /// Who serves this need, and how firmly they are promised; nobody when there is no such need.
    pub fn at_need(&self, need: u32) -> Vec<(Placement, Promise)> {
        self.given(with_books!(&self.books, ledger => ledger.at_need(self.near.need(need)).collect()))
    }

    /// What this volunteer serves, and how firmly it is promised; nothing when there is no such volunteer.
    pub fn of_volunteer(&self, volunteer: u32) -> Vec<(Placement, Promise)> {
        let volunteer = self.near.volunteer(volunteer);
        self.given(with_books!(&self.books, ledger => ledger.of_volunteer(volunteer).collect()))
    }

    /// In the numbers of the caller.
    fn given(&self, mut placements: Vec<(Placement, Promise)>) -> Vec<(Placement, Promise)> {
        placements.iter_mut().for_each(|(placement, _)| *placement = placement.renamed(&self.given));
        placements
    }
}

impl<T: Amount> Ledger<T> {
    fn rows(&self) -> (Problem, Vec<u32>) {
        let mut pairs: Vec<Pair> = Vec::with_capacity(self.facts.len());
        let (mut chosen, mut fixed) = (Vec::new(), Vec::new());
        for need in 0..self.demands.len() {
            for row in self.market.pairs_of(need).filter(|&row| !self.facts[row].is_gone) {
                let index = pairs.len() as u32;
                pairs.push(self.facts[row].pair);
                if self.facts[row].is_fixed {
                    fixed.push(index);
                }
                if self.is_planned(row) {
                    chosen.push(index);
                }
            }
        }
        let (demands, supplies) = (self.demands.clone(), self.supplies.clone());
        (Problem { demands, supplies, pairs, fixed, scale: self.scale }, chosen)
    }

    pub(super) fn is_planned(&self, row: usize) -> bool {
        self.market.held[row] || self.facts[row].is_fixed
    }

    pub(super) fn knows_need(&self, need: u32) -> bool {
        self.is_need.get(need as usize).is_some_and(|is_known| *is_known)
    }

    pub(super) fn knows_volunteer(&self, volunteer: u32) -> bool {
        self.is_volunteer.get(volunteer as usize).is_some_and(|is_known| *is_known)
    }

    fn at_need(&self, need: u32) -> impl Iterator<Item = (Placement, Promise)> {
        let rows = self.knows_need(need).then(|| self.market.pairs_of(need as usize));
        rows.into_iter().flatten().filter_map(|row| self.placement(row))
    }

    fn of_volunteer(&self, volunteer: u32) -> impl Iterator<Item = (Placement, Promise)> {
        let rows = self.knows_volunteer(volunteer).then(|| self.market.pairs_with(volunteer as usize));
        rows.into_iter().flatten().filter_map(|row| self.placement(row))
    }

    fn placement(&self, row: usize) -> Option<(Placement, Promise)> {
        let fact = &self.facts[row];
        let Pair { need, volunteer, kept, .. } = fact.pair;
        let promise = match (fact.is_fixed, kept) {
            (true, _) => Promise::Fixed,
            (false, true) => Promise::Kept,
            (false, false) => Promise::None,
        };
        (!fact.is_gone && self.is_planned(row)).then_some((Placement { need, volunteer }, promise))
    }
}

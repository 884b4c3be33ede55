//! Where seats must stay empty: from what a seat weighed in the auction to what it weighs in the objective.
//!
//! In the auction an empty seat is worth a few detours, so that bidding for the last volunteers of a part of the city that has
//! nobody to spare comes to an end. In the objective it is worth more than all detours there are, and whoever bids in such a
//! part bids more: taken from the auction as they are, the prices there are far too low, each seat that stays empty seems to be
//! worth a long way, and there is none (3.6 s of CPU instead of 0.3 for 312 of 60,000 and 50,000; seed 15).
//!
//! What a place is worth there in whole seats depends only on where it leads: letting its holder go, and whom that one lets go,
//! and so on, ends with somebody free (nothing), or with a seat that stays empty (its urgency). All to which a seat that stays
//! empty leads are raised alike, so that nobody in there changes their mind, and nobody outside looks in; but for some detours
//! where one such part leads on to another. They rise until as many seats as must stay empty are the ones that would pay most.
//! (Raised no more than the part it leads on to, the largest of seed 15 was held back by a small one: 12.4 s instead of 1.9.)

use std::cmp::Reverse;

use super::{Demand, amount::Amount, market::Market, problem::Scale, ties::Tie};

/// It is not known yet where a need leads.
const NOT_YET: u32 = u32::MAX;

/// Everything to which a seat leads that must stay empty, but for what one before leads to.
struct Part {
    needs: Vec<u32>,
    units: Vec<usize>,
}

impl<T: Amount> Market<T> {
    /// Raises the prices to which seats lead that must stay empty.
    pub(super) fn raise_starved(&mut self, demands: &[Demand], scale: &Scale) {
        let leads_to = self.leads_to(demands);
        let mut starts: Vec<u32> = (0..self.needs.len() as u32).collect();
        starts.retain(|&need| self.needs[need as usize].unfilled > 0 && leads_to[need as usize] > 0);
        starts.sort_by_key(|&need| Reverse(leads_to[need as usize]));
        let mut is_seen = (vec![false; self.needs.len()], vec![false; self.units.len()]);
        for start in starts {
            let urgency = leads_to[start as usize];
            let part = self.part_of(start, &mut is_seen);
            let worth = T::of(i128::from(urgency) * scale.urgency);
            let empty: u32 = part.needs.iter().map(|&need| self.needs[need as usize].unfilled).sum();
            let mut pays = self.pays_most(&part, worth, |need| demands[need].urgency == urgency);
            pays.sort_unstable_by_key(|&pays| Reverse(pays));
            let last = (empty as usize).min(pays.len()).checked_sub(1).map(|last| pays[last]);
            let by = last.map_or(T::ZERO, |last| (worth - last).max(T::ZERO));
            for unit in part.units {
                self.units[unit].price += by;
            }
        }
        for volunteer in 0..self.home.len() {
            self.settle_floor(self.home[volunteer] as usize);
        }
    }

    /// The least urgency that each need leads to; nought is somebody free.
    fn leads_to(&self, demands: &[Demand]) -> Vec<u32> {
        let (mut urgency, mut open) = (vec![NOT_YET; self.needs.len()], Vec::new());
        for &head in &self.home {
            if let Some(unit) = self.free_unit(head as usize) {
                self.lead(unit, head as usize, 0, &mut urgency, &mut open);
            }
        }
        self.lead_on(0, &mut urgency, &mut open);
        let mut order: Vec<u32> = (0..self.needs.len() as u32).collect();
        order.sort_by_key(|&need| demands[need as usize].urgency);
        for need in order {
            let own = demands[need as usize].urgency;
            if urgency[need as usize] == NOT_YET {
                urgency[need as usize] = own;
                open.push(need);
                self.lead_on(own, &mut urgency, &mut open);
            }
        }
        urgency
    }

    /// All who could take what these needs hold lead to the same.
    fn lead_on(&self, to: u32, urgency: &mut [u32], open: &mut Vec<u32>) {
        while let Some(need) = open.pop() {
            for pair in self.row_of(need as usize).filter(|&pair| self.held[pair]) {
                if let Some(unit) = self.unit_held(pair) {
                    self.lead(unit, self.pairs[pair].head as usize, to, urgency, open);
                }
            }
        }
    }

    /// All who could take this unit lead there, but for those who lead to less.
    fn lead(&self, unit: usize, head: usize, to: u32, urgency: &mut [u32], open: &mut Vec<u32>) {
        let slot = self.units[unit].slot;
        for &Tie { cost, pair, need } in self.ties.of(self.volunteer(head)) {
            let need = need as usize;
            if urgency[need] != NOT_YET || cost >= self.shut || self.held[pair as usize] {
                continue;
            }
            let of = self.needs[need].slot;
            if of == slot || self.unit_in(head, of).is_none() {
                urgency[need] = to;
                open.push(need as u32);
            }
        }
    }

    /// Where a seat of this need leads.
    fn part_of(&self, start: u32, (is_need_seen, is_unit_seen): &mut (Vec<bool>, Vec<bool>)) -> Part {
        let (mut needs, mut units, mut open) = (Vec::new(), Vec::new(), vec![start]);
        while let Some(need) = open.pop() {
            if std::mem::replace(&mut is_need_seen[need as usize], true) {
                continue;
            }
            needs.push(need);
            let slot = self.needs[need as usize].slot;
            for pair in self.row_of(need as usize) {
                if self.held[pair] || self.pairs[pair].cost >= self.shut {
                    continue;
                }
                let head = self.pairs[pair].head as usize;
                let could_take = self.unit_in(head, slot).map_or(self.units_of(head), |unit| unit..unit + 1);
                for unit in could_take {
                    if !std::mem::replace(&mut is_unit_seen[unit], true) {
                        units.push(unit);
                        open.extend(self.units[unit].held().map(|held| self.pairs[held].need));
                    }
                }
            }
        }
        Part { needs, units }
    }

    /// What each seat that may stay empty pays, or would pay; filled it is worth so much.
    fn pays_most(&self, part: &Part, worth: T, may_stay_empty: impl Fn(usize) -> bool) -> Vec<T> {
        let mut pays = Vec::new();
        for need in part.needs.iter().map(|&need| need as usize).filter(|&need| may_stay_empty(need)) {
            let unfilled = self.needs[need].unfilled as usize;
            pays.extend(std::iter::repeat_n(worth - self.best_gain(need), unfilled));
        }
        for unit in part.units.iter().map(|&unit| &self.units[unit]) {
            let held = unit.held().filter(|&held| may_stay_empty(self.pairs[held].need as usize));
            pays.extend(held.map(|held| worth + self.pairs[held].cost + unit.price));
        }
        pays
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{market::FREE, tests::problems, watch::Watch},
        *,
    };

    impl Market<i64> {
        /// What each pair held loses to the best that is not held, if anything.
        fn losses(&self) -> Vec<(usize, i64)> {
            let gain = |pair: usize| {
                let slot = self.needs[self.pairs[pair].need as usize].slot;
                -self.pairs[pair].cost - self.price(self.pairs[pair].head as usize, slot).1
            };
            let best = |need: usize| {
                let open = |&pair: &usize| !self.held[pair] && self.pairs[pair].cost < self.shut;
                self.row_of(need).filter(open).map(gain).max().unwrap_or(i64::MIN)
            };
            let held = (0..self.pairs.len()).filter(|&pair| self.held[pair]);
            held.map(|pair| (pair, best(self.pairs[pair].need as usize).saturating_sub(gain(pair)).max(0)))
                .collect()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn nobody_changes_their_mind_for_a_whole_seat_and_who_is_free_costs_nothing(problem in problems(20)) {
            let mut market = Market::<i64>::new(&problem);
            market.auction(&problem.demands, &problem.scale, &mut Watch::new(&mut |_| true));
            let before = market.losses();
            market.raise_starved(&problem.demands, &problem.scale);
            for ((pair, before), (_, after)) in before.into_iter().zip(market.losses()) {
                prop_assert!(i128::from(after) < i128::from(before) + problem.scale.urgency, "{pair}: {before}, {after}");
            }
            prop_assert!(market.units.iter().all(|unit| unit.slot != FREE || unit.price == 0));
        }
    }
}

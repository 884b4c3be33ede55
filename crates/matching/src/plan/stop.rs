//! A plan that was stopped on the way: as full as it gets without moving anybody, with a bound.

use std::cmp::Reverse;

use super::{
    Plan, Problem, Totals,
    amount::Amount,
    market::{Market, NONE, Unit},
    proof,
};

pub(super) fn read_off<T: Amount>(problem: &Problem, mut market: Market<T>) -> Plan {
    // Any prices bound every plan: those that are there, with the duals that go with them.
    market.set_duals();
    let proof = market.proof();
    market.make_do(problem);
    let chosen = problem.with_fixed_pairs(market.chosen());
    let gap = proof::gap(problem, &chosen, &proof).unwrap_or(problem.scale.whole);
    Plan { totals: Totals::of(problem, &chosen), chosen, proof, gap }
}

impl<T: Amount> Market<T> {
    /// Gives seats that nobody has to whoever has time, the most urgent first and to the nearest.
    fn make_do(&mut self, problem: &Problem) {
        let seats = problem.seats_left();
        let mut needs: Vec<usize> = (0..problem.demands.len()).collect();
        needs.sort_by_key(|&need| Reverse(problem.demands[need].urgency));
        for need in needs {
            let (held, mut open): (Vec<usize>, Vec<usize>) =
                self.pairs_of(need).partition(|&pair| self.held[pair]);
            open.retain(|&pair| self.pairs[pair].cost < T::ZERO);
            open.sort_by_key(|&pair| self.pairs[pair].cost);
            let mut seats_left = (seats[need] as usize).saturating_sub(held.len());
            for pair in open {
                if seats_left == 0 {
                    break;
                }
                if self.take_if_free(pair) {
                    seats_left -= 1;
                }
            }
        }
    }

    /// Holds this pair if its volunteer has a shift left and is nowhere else in its slot.
    fn take_if_free(&mut self, pair: usize) -> bool {
        let slot = self.needs[self.pairs[pair].need as usize].slot;
        let mut vacant = None;
        for unit in self.units_of(self.pairs[pair].head as usize) {
            let of = &self.units[unit];
            if of.pair == NONE {
                vacant = Some(unit);
            } else if of.slot == slot {
                return false;
            }
        }
        let Some(unit) = vacant else { return false };
        self.units[unit] = Unit { price: self.units[unit].price, pair: pair as u32, slot };
        self.held[pair] = true;
        true
    }
}

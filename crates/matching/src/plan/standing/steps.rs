//! What each change does, step by step; it was allowed before.

use super::{
    super::{amount::Amount, market::FREE},
    Candidate, Change, Demand, Fact, Ledger, Open, Pair, Promise, Supply, allow,
};

impl<T: Amount> Ledger<T> {
    /// Does what the change says, all but the paths. Gives the number of what came.
    pub(super) fn step(&mut self, change: &Change, open: &mut Open) -> Option<u32> {
        match *change {
            Change::NeedCame { demand, ref pairs } => return Some(self.add_need(demand, pairs, open)),
            Change::VolunteerCame { supply, ref pairs } => {
                return Some(self.add_volunteer(supply, pairs, open));
            }
            Change::NeedWithdrawn { need } => self.withdraw(need, open),
            Change::VolunteerGone { volunteer } => self.lose(volunteer, open),
            Change::PairOpened { pair } => {
                self.add_pair(pair);
                self.add_units(pair.volunteer, open);
                self.market.review(pair.need as usize, open);
            }
            Change::PairDeclined { need, volunteer } => {
                if let Ok(pair) = self.find(need, volunteer) {
                    self.remove_pair(pair, open);
                }
            }
            Change::SeatsSet { need, seats } => {
                let demand = &mut self.demands[need as usize];
                let before = std::mem::replace(&mut demand.seats, seats);
                self.market.add_seats(need as usize, seats.saturating_sub(before), open);
                for _ in seats..before {
                    self.market.take_seat(need as usize, open);
                }
            }
            Change::UrgencySet { need, urgency } => {
                self.demands[need as usize].urgency = urgency;
                let pairs: Vec<usize> = self.market.pairs_of(need as usize).collect();
                for pair in pairs {
                    self.set_cost(pair);
                }
                self.market.review(need as usize, open);
            }
            Change::ShiftsSet { volunteer, shifts_max } => self.set_shifts(volunteer, shifts_max, open),
            Change::Promised { need, volunteer, promise } => {
                if let Ok(pair) = self.find(need, volunteer) {
                    self.promise(pair, promise, open);
                }
            }
        }
        None
    }

    fn add_need(&mut self, demand: Demand, candidates: &[Candidate], open: &mut Open) -> u32 {
        let need = self.next_need();
        if self.needs_gone.pop().is_none() {
            self.market.add_need();
            self.demands.push(demand);
            self.fixed_at.push(0);
            self.is_need.push(true);
        }
        self.demands[need as usize] = demand;
        self.is_need[need as usize] = true;
        self.market.needs[need as usize].slot = demand.slot.into();
        self.market.needs[need as usize].unfilled = demand.seats;
        for pair in allow::read(candidates, |of| of.pair(need, of.other)).unwrap_or_default() {
            self.add_pair(pair);
            self.add_units(pair.volunteer, open);
        }
        self.market.review(need as usize, open);
        need
    }

    fn add_volunteer(&mut self, supply: Supply, candidates: &[Candidate], open: &mut Open) -> u32 {
        let volunteer = self.next_volunteer();
        if self.volunteers_gone.pop().is_none() {
            self.places.add_volunteer(&mut self.market);
            self.supplies.push(supply);
            self.fixed_of.push(0);
            self.is_volunteer.push(true);
        }
        self.supplies[volunteer as usize] = supply;
        self.is_volunteer[volunteer as usize] = true;
        for pair in allow::read(candidates, |of| of.pair(of.other, volunteer)).unwrap_or_default() {
            self.add_pair(pair);
        }
        self.add_units(volunteer, open);
        volunteer
    }

    fn withdraw(&mut self, need: u32, open: &mut Open) {
        let pairs: Vec<usize> = self.market.pairs_of(need as usize).collect();
        for pair in pairs {
            if !self.facts[pair].is_gone {
                self.remove_pair(pair, open);
            }
        }
        open.seats.retain(|&of| of != need);
        self.market.needs[need as usize].unfilled = 0;
        self.market.needs[need as usize].dual = T::ZERO;
        self.demands[need as usize] = Demand { seats: 0, urgency: 0, ..self.demands[need as usize] };
        self.is_need[need as usize] = false;
        self.needs_gone.push(need);
    }

    fn lose(&mut self, volunteer: u32, open: &mut Open) {
        let pairs: Vec<usize> = self.market.pairs_with(volunteer as usize).collect();
        for pair in pairs {
            self.remove_pair(pair, open);
        }
        let head = self.market.home[volunteer as usize] as usize;
        while let Some(unit) = self.market.units_of(head).last() {
            self.market.remove_unit(head, unit);
        }
        self.supplies[volunteer as usize] = Supply { shifts_max: 0 };
        self.is_volunteer[volunteer as usize] = false;
        self.volunteers_gone.push(volunteer);
    }

    fn set_shifts(&mut self, volunteer: u32, shifts_max: u32, open: &mut Open) {
        self.supplies[volunteer as usize].shifts_max = shifts_max;
        let head = self.market.home[volunteer as usize] as usize;
        let units_max = shifts_max - self.fixed_of[volunteer as usize];
        for _ in units_max..self.market.units_of(head).len() as u32 {
            self.market.drop_unit(volunteer as usize, open);
        }
        self.add_units(volunteer, open);
    }

    fn promise(&mut self, pair: usize, promise: Promise, open: &mut Open) {
        let before = self.cost(&self.facts[pair].pair);
        if promise == Promise::Fixed {
            if !self.facts[pair].is_fixed {
                self.fix(pair, open);
            }
            return;
        }
        self.facts[pair].pair.kept = promise == Promise::Kept;
        if self.facts[pair].is_fixed {
            self.free(pair, open);
            return;
        }
        self.set_cost(pair);
        let is_dearer = self.cost(&self.facts[pair].pair) > before;
        // Only what is held and dearer, or not held and cheaper, can be wrong.
        if self.market.held[pair] == is_dearer {
            self.market.review(self.facts[pair].pair.need as usize, open);
        }
    }

    /// Takes a pair out of the market with its seat and its shift.
    fn fix(&mut self, pair: usize, open: &mut Open) {
        let Pair { need, volunteer, .. } = self.facts[pair].pair;
        let slot = self.market.needs[need as usize].slot;
        let head = self.market.home[volunteer as usize] as usize;
        let is_held = self.market.held[pair];
        match self.market.unit_in(head, slot) {
            Some(unit) => {
                if is_held {
                    self.market.held[pair] = false;
                } else if let Some(other) = self.market.units[unit].held() {
                    self.market.displace(other, open);
                }
                self.market.remove_unit(head, unit);
            }
            None => self.market.drop_unit(volunteer as usize, open),
        }
        for other in self.in_slot(volunteer, slot) {
            self.market.set_cost(other, self.market.shut);
        }
        if !is_held {
            self.market.take_seat(need as usize, open);
        }
        self.market.flips.push(pair as u32);
        self.facts[pair].is_fixed = true;
        self.fixed_at[need as usize] += 1;
        self.fixed_of[volunteer as usize] += 1;
    }

    /// Puts a fixed pair back into the market, with its seat and its shift.
    fn free(&mut self, pair: usize, open: &mut Open) {
        let Pair { need, volunteer, .. } = self.facts[pair].pair;
        self.market.flips.push(pair as u32);
        self.facts[pair].is_fixed = false;
        self.fixed_at[need as usize] -= 1;
        self.fixed_of[volunteer as usize] -= 1;
        let slot = self.market.needs[need as usize].slot;
        for other in self.in_slot(volunteer, slot) {
            self.set_cost(other);
        }
        self.places.widen(&mut self.market, volunteer as usize);
        self.market.add_unit(volunteer as usize, slot, open);
        self.add_units(volunteer, open);
        self.market.add_seats(need as usize, 1, open);
    }

    fn add_pair(&mut self, pair: Pair) {
        let fact = Fact { pair, is_gone: false, is_fixed: false, is_planned: false };
        let (need, volunteer) = (pair.need as usize, pair.volunteer as usize);
        let unused = self.market.row_of(need).find(|&row| self.facts[row].is_gone);
        let row = match unused {
            Some(row) => {
                self.market.put(row, volunteer);
                row
            }
            None => self.market.chain_pair(need, volunteer, self.pairs_gone.pop()),
        };
        if row == self.facts.len() {
            self.facts.push(fact);
        }
        self.facts[row] = fact;
        self.set_cost(row);
    }

    fn remove_pair(&mut self, pair: usize, open: &mut Open) {
        if self.facts[pair].is_fixed {
            self.free(pair, open);
        }
        self.market.shut_pair(pair, open);
        let volunteer = self.facts[pair].pair.volunteer;
        if self.market.unlink(pair, volunteer as usize) {
            self.pairs_gone.push(pair as u32);
        }
        self.facts[pair].is_gone = true;
        // It is reported, if it was planned.
        self.market.flips.push(pair as u32);
    }

    /// As many units as the volunteer could use.
    fn add_units(&mut self, volunteer: u32, open: &mut Open) {
        let shifts = self.supplies[volunteer as usize].shifts_max - self.fixed_of[volunteer as usize];
        let pairs = self.market.pairs_with(volunteer as usize);
        let useful = pairs.filter(|&pair| self.market.pairs[pair].cost < self.market.shut).count() as u32;
        let head = self.market.home[volunteer as usize] as usize;
        for _ in self.market.units_of(head).len() as u32..shifts.min(useful) {
            self.places.widen(&mut self.market, volunteer as usize);
            self.market.add_unit(volunteer as usize, FREE, open);
        }
    }

    fn in_slot(&self, volunteer: u32, slot: u32) -> Vec<usize> {
        let pairs = self.market.pairs_with(volunteer as usize);
        pairs.filter(|&pair| self.market.needs[self.market.pairs[pair].need as usize].slot == slot).collect()
    }

    /// Sets what the pair costs now, going by what is known.
    pub(super) fn set_cost(&mut self, pair: usize) {
        let fact = &self.facts[pair];
        let demand = &self.demands[fact.pair.need as usize];
        let is_shut = fact.is_gone || self.is_taken(fact.pair.volunteer, demand.slot);
        let cost =
            if is_shut { self.market.shut } else { T::of(self.scale.cost(&fact.pair, demand.urgency)) };
        self.market.set_cost(pair, cost);
    }

    fn cost(&self, pair: &Pair) -> T {
        T::of(self.scale.cost(pair, self.demands[pair.need as usize].urgency))
    }
}

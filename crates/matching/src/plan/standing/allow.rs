//! Whether a change may happen, and how much it may add to the objective.

use std::collections::HashSet;

use super::{
    super::{ROWS_MAX, SEATS_MAX, amount::Amount, problem::Sums},
    Candidate, Change, ChangeError, Demand, Ledger, Pair, Placement, Promise,
};

/// Nothing more.
const NO_GROWTH: Sums = Sums { metres: 0, served: 0, kept: 0, urgency: 0 };

impl<T: Amount> Ledger<T> {
    /// Checks that something may happen. Gives what it adds at the most to what the objective comes to.
    pub(super) fn allow(&self, change: &Change) -> Result<Sums, ChangeError> {
        match *change {
            Change::NeedCame { demand, ref pairs } => {
                few_seats(demand.seats)?;
                self.few_rows(pairs.len())?;
                let need = self.next_need();
                let pairs = read(pairs, |of| of.pair(need, of.other))?;
                pairs.iter().try_for_each(|pair| self.know_volunteer(pair.volunteer))?;
                Ok(Sums::of(&demand, pairs.iter()))
            }
            Change::VolunteerCame { ref pairs, .. } => {
                self.few_rows(pairs.len())?;
                let volunteer = self.next_volunteer();
                let pairs = read(pairs, |of| of.pair(of.other, volunteer))?;
                pairs.iter().try_for_each(|pair| self.know_need(pair.need))?;
                let growth = pairs.iter().map(|pair| self.growth(pair.need, Some(pair), |_| {}));
                Ok(growth.fold(NO_GROWTH, |sum, of| sum.with(of, |sum, of| sum + of)))
            }
            Change::PairOpened { ref pair } => {
                self.few_rows(1)?;
                self.know_need(pair.need)?;
                self.know_volunteer(pair.volunteer)?;
                if self.find(pair.need, pair.volunteer).is_ok() {
                    return Err(ChangeError::TwiceTheSame(place(pair)));
                }
                Ok(self.growth(pair.need, Some(pair), |_| {}))
            }
            Change::NeedWithdrawn { need } => self.know_need(need).map(|()| NO_GROWTH),
            Change::VolunteerGone { volunteer } => self.know_volunteer(volunteer).map(|()| NO_GROWTH),
            Change::PairDeclined { need, volunteer } => self.find(need, volunteer).map(|_| NO_GROWTH),
            Change::SeatsSet { need, seats } => {
                few_seats(seats)?;
                self.know_need(need)?;
                if seats < self.fixed_at[need as usize] {
                    return Err(ChangeError::FixedAboveSeats(need));
                }
                Ok(self.growth(need, None, |demand| demand.seats = seats))
            }
            Change::UrgencySet { need, urgency } => {
                self.know_need(need)?;
                Ok(self.growth(need, None, |demand| demand.urgency = urgency))
            }
            Change::ShiftsSet { volunteer, shifts_max } => {
                self.know_volunteer(volunteer)?;
                if shifts_max < self.fixed_of[volunteer as usize] {
                    return Err(ChangeError::FixedAboveShifts(volunteer));
                }
                Ok(NO_GROWTH)
            }
            Change::Promised { need, volunteer, promise } => {
                let fact = &self.facts[self.find(need, volunteer)?];
                if promise == Promise::Fixed && !fact.is_fixed {
                    self.allow_fixing(need, volunteer)?;
                }
                let kept = Pair { kept: promise == Promise::Kept || fact.pair.kept, ..fact.pair };
                Ok(self.growth(need, Some(&kept), |_| {}))
            }
        }
    }

    fn allow_fixing(&self, need: u32, volunteer: u32) -> Result<(), ChangeError> {
        let demand = &self.demands[need as usize];
        if self.is_taken(volunteer, demand.slot) {
            return Err(ChangeError::FixedTwoPlaces(volunteer, demand.slot));
        }
        if self.fixed_at[need as usize] == demand.seats {
            return Err(ChangeError::FixedAboveSeats(need));
        }
        if self.fixed_of[volunteer as usize] == self.supplies[volunteer as usize].shifts_max {
            return Err(ChangeError::FixedAboveShifts(volunteer));
        }
        Ok(())
    }

    /// Whether something is fixed for this volunteer in this slot.
    pub(super) fn is_taken(&self, volunteer: u32, slot: u16) -> bool {
        self.fixed_of[volunteer as usize] > 0
            && self.market.pairs_with(volunteer as usize).any(|pair| {
                let fact = &self.facts[pair];
                fact.is_fixed && self.demands[fact.pair.need as usize].slot == slot
            })
    }

    /// The row of a pair.
    pub(super) fn find(&self, need: u32, volunteer: u32) -> Result<usize, ChangeError> {
        self.know_need(need)?;
        self.know_volunteer(volunteer)?;
        let is_it = |&pair: &usize| !self.facts[pair].is_gone && self.facts[pair].pair.volunteer == volunteer;
        let found = self.market.pairs_of(need as usize).find(is_it);
        found.ok_or(ChangeError::UnknownPair(Placement { need, volunteer }))
    }

    fn know_need(&self, need: u32) -> Result<(), ChangeError> {
        if self.knows_need(need) { Ok(()) } else { Err(ChangeError::UnknownNeed(need)) }
    }

    fn know_volunteer(&self, volunteer: u32) -> Result<(), ChangeError> {
        if self.knows_volunteer(volunteer) { Ok(()) } else { Err(ChangeError::UnknownVolunteer(volunteer)) }
    }

    fn few_rows(&self, more: usize) -> Result<(), ChangeError> {
        let most = self.facts.len().max(self.demands.len()).max(self.supplies.len());
        // One for the need or the volunteer itself.
        if most + more.max(1) > ROWS_MAX { Err(ChangeError::TooManyRows) } else { Ok(()) }
    }

    /// The number that the next need gets.
    pub(super) fn next_need(&self) -> u32 {
        self.needs_gone.last().copied().unwrap_or(self.demands.len() as u32)
    }

    /// The number that the next volunteer gets.
    pub(super) fn next_volunteer(&self) -> u32 {
        self.volunteers_gone.last().copied().unwrap_or(self.supplies.len() as u32)
    }

    /// What the objective of a need comes to at the most.
    pub(super) fn sums(&self, need: u32) -> Sums {
        Sums::of(&self.demands[need as usize], self.pairs_at(need))
    }

    fn pairs_at(&self, need: u32) -> impl Iterator<Item = &Pair> {
        let facts = self.market.pairs_of(need as usize).map(|pair| &self.facts[pair]);
        facts.filter(|fact| !fact.is_gone).map(|fact| &fact.pair)
    }

    /// What is added when the need has one more pair, or is another.
    fn growth(&self, need: u32, more: Option<&Pair>, change: impl Fn(&mut Demand)) -> Sums {
        let mut demand = self.demands[need as usize];
        change(&mut demand);
        let after = Sums::of(&demand, self.pairs_at(need).chain(more));
        after.with(self.sums(need), |after, before| (after - before).max(0))
    }
}

impl Candidate {
    pub(super) fn pair(self, need: u32, volunteer: u32) -> Pair {
        let Self { metres, served, .. } = self;
        Pair { need, volunteer, metres, served, kept: false }
    }
}

/// The pairs of candidates, none of whom stands there twice.
pub(super) fn read(
    candidates: &[Candidate],
    pair: impl Fn(Candidate) -> Pair,
) -> Result<Vec<Pair>, ChangeError> {
    let mut seen = HashSet::with_capacity(candidates.len());
    let pairs: Vec<Pair> = candidates.iter().map(|&candidate| pair(candidate)).collect();
    match pairs.iter().find(|pair| !seen.insert((pair.need, pair.volunteer))) {
        Some(twice) => Err(ChangeError::TwiceTheSame(place(twice))),
        None => Ok(pairs),
    }
}

fn place(pair: &Pair) -> Placement {
    Placement { need: pair.need, volunteer: pair.volunteer }
}

fn few_seats(seats: u32) -> Result<(), ChangeError> {
    if seats > SEATS_MAX { Err(ChangeError::TooManySeats) } else { Ok(()) }
}

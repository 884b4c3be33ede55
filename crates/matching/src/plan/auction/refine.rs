//! Mending what came of coarse steps.
//!
//! What a need pays for a volunteer may be a step above what another would cost it. With a finer step some pay too much for that:
//! they let go and bid again. A volunteer who was let go and whom nobody took since has a price that nobody pays. They bid in
//! turn, for less and less, for the need that would pay most for them, which lets somebody else go for it, until nobody would
//! pay anything for who is left.

use super::{
    super::{
        market::{FREE, NONE},
        order::firsts,
        watch::Watch,
    },
    Auction, Bidder, OUT_OF_REACH, Stall,
};

/// A pair, as a volunteer's bid reads it.
#[derive(Clone, Copy)]
struct Offer {
    cost: u32,
    need: u32,
    pair: u32,
}

/// The pairs of each volunteer, side by side.
pub(super) struct Offers {
    first: Vec<u32>,
    all: Vec<Offer>,
}

/// What a need would pay for one more volunteer, or for another in place of its dearest.
#[derive(Clone, Copy)]
struct Payer {
    most: u32,
    slot: u32,
}

/// A unit that was let go, and whose it is.
#[derive(Clone, Copy)]
struct Vacancy {
    volunteer: u32,
    stall: u32,
}

impl Offers {
    fn of(&self, volunteer: usize) -> &[Offer] {
        &self.all[self.first[volunteer] as usize..self.first[volunteer + 1] as usize]
    }
}

impl Auction {
    pub(super) fn offers(&self) -> Offers {
        let first = firsts(self.asked.len(), self.lots.iter().map(|lot| lot.volunteer));
        let mut next = first.clone();
        let mut all = vec![Offer { cost: 0, need: 0, pair: 0 }; self.lots.len()];
        for (need, bidder) in (0..).zip(&self.bidders) {
            for pair in bidder.first..bidder.first + bidder.count {
                let lot = self.lots[pair as usize];
                // What is held costs nobody more; what is shut stays out of reach.
                let cost =
                    if self.stall_of(bidder, pair).is_some() { lot.cost - OUT_OF_REACH } else { lot.cost };
                let at = &mut next[lot.volunteer as usize];
                all[*at as usize] = Offer { cost, need, pair };
                *at += 1;
            }
        }
        Offers { first, all }
    }

    /// Mends the prices to within a step.
    pub(super) fn refine(&mut self, offers: &Offers, count: u64, watch: &mut Watch<'_>) {
        let (mut seats, vacancies) = self.let_go();
        self.fill(&mut seats, count, watch);
        self.fill_back(offers, vacancies, count, watch);
    }

    /// Every need lets go for whom it pays more than a step above the best other; seats that are empty bid again where somebody
    /// costs more than a step less than they weigh.
    fn let_go(&mut self) -> (Vec<u32>, Vec<Vacancy>) {
        let (mut seats, mut vacancies) = (Vec::new(), Vec::new());
        for need in 0..self.bidders.len() {
            let most = self.best(need) + self.step;
            let bidder = self.bidders[need];
            let mut empty = self.seats[need] as usize;
            for pair in bidder.first..bidder.first + bidder.count {
                let Some(stall) = self.stall_of(&bidder, pair) else { continue };
                empty -= 1;
                if self.pays(stall) > most {
                    seats.push(need as u32);
                    vacancies.push(self.vacate(stall));
                }
            }
            if most < bidder.limit {
                seats.extend(std::iter::repeat_n(need as u32, empty));
            }
        }
        (seats, vacancies)
    }

    /// What the cheapest pair not held costs a need, and what an empty seat weighs at the most.
    fn best(&self, need: usize) -> u32 {
        let Bidder { first, count, slot, limit } = self.bidders[need];
        let mut best = limit;
        for lot in &self.lots[first as usize..][..count as usize] {
            if lot.cost < best {
                best = best.min(lot.cost + self.price(lot.volunteer, slot));
            }
        }
        best
    }

    /// Volunteers whom nobody has bid, until they are taken or nobody would pay anything.
    fn fill_back(&mut self, offers: &Offers, mut vacancies: Vec<Vacancy>, count: u64, watch: &mut Watch<'_>) {
        let mut empty = self.seats.clone();
        for stall in self.stalls.iter().filter(|stall| stall.need != NONE) {
            empty[stall.need as usize] -= 1;
        }
        let mut payers: Vec<Payer> = self.bidders.iter().map(|of| Payer { most: 0, slot: of.slot }).collect();
        for (need, payer) in payers.iter_mut().enumerate() {
            payer.most = self.most(need, &empty);
        }
        while self.bids_left > 0
            && let Some(Vacancy { volunteer, stall }) = vacancies.pop()
            && watch.go_on(1, count.saturating_sub(vacancies.len() as u64))
        {
            self.bids_left -= 1;
            let (volunteer, stall) = (volunteer as usize, stall as usize);
            if self.stalls[stall].pair != NONE {
                continue;
            }
            let Some((Offer { need, pair, .. }, price)) =
                self.best_payer(offers.of(volunteer), volunteer, stall, &payers)
            else {
                self.stalls[stall] = Stall { price: 0, slot: FREE, pair: NONE, need: NONE };
                self.ask(volunteer);
                continue;
            };
            let payer = need as usize;
            match self
                .dearest(payer)
                .filter(|&left| empty[payer] == 0 || self.pays(left) > self.bidders[payer].limit)
            {
                Some(left) => vacancies.push(self.vacate(left)),
                None => empty[payer] -= 1,
            }
            self.stalls[stall] = Stall { price, slot: self.bidders[payer].slot, pair, need };
            self.lots[pair as usize].cost += OUT_OF_REACH;
            self.ask(volunteer);
            payers[payer].most = self.most(payer, &empty);
        }
    }

    /// Who would pay most for this unit, and a step less than what the second would pay; nobody, when it is hardly anything.
    fn best_payer(
        &self,
        offers: &[Offer],
        volunteer: usize,
        stall: usize,
        payers: &[Payer],
    ) -> Option<(Offer, u32)> {
        let Stall { price, slot, .. } = self.stalls[stall];
        let busy = self.asked[volunteer].busy;
        let (mut best, mut second, mut payer) = (self.step, 0, None);
        for offer in offers {
            let Payer { most, slot: of } = payers[offer.need as usize];
            let pays = most.saturating_sub(offer.cost);
            let is_busy =
                || of != slot && busy & (1 << (of % 32)) != 0 && self.in_slot(volunteer, of).is_some();
            if pays <= second || is_busy() {
                continue;
            }
            if pays > best {
                (second, best, payer) = (best, pays, Some(*offer));
            } else {
                second = pays;
            }
        }
        payer.map(|payer| (payer, price.min(second.saturating_sub(self.step))))
    }

    /// What a need would pay for one more.
    fn most(&self, need: usize, empty: &[u32]) -> u32 {
        let limit = if empty[need] > 0 { self.bidders[need].limit } else { 0 };
        self.dearest(need).map_or(limit, |stall| self.pays(stall).max(limit))
    }

    /// For whom a need pays most.
    fn dearest(&self, need: usize) -> Option<usize> {
        let bidder = &self.bidders[need];
        let pairs = bidder.first..bidder.first + bidder.count;
        pairs.filter_map(|pair| self.stall_of(bidder, pair)).max_by_key(|&stall| self.pays(stall))
    }

    /// What is paid for a unit that is held, with what the pair costs.
    fn pays(&self, stall: usize) -> u32 {
        let Stall { price, pair, .. } = self.stalls[stall];
        self.lots[pair as usize].cost - OUT_OF_REACH + price
    }

    /// The unit of a pair, if it is held.
    fn stall_of(&self, bidder: &Bidder, pair: u32) -> Option<usize> {
        let lot = self.lots[pair as usize];
        // Most are not held, and are not looked up.
        let stall =
            if lot.cost < OUT_OF_REACH { None } else { self.in_slot(lot.volunteer as usize, bidder.slot) };
        stall.filter(|&stall| self.stalls[stall].pair == pair)
    }

    fn vacate(&mut self, stall: usize) -> Vacancy {
        let pair = std::mem::replace(&mut self.stalls[stall].pair, NONE);
        self.stalls[stall].need = NONE;
        let lot = &mut self.lots[pair as usize];
        lot.cost -= OUT_OF_REACH;
        Vacancy { volunteer: lot.volunteer, stall: stall as u32 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::super::{market::Market, tests::problems},
        *,
    };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn hardly_anything_is_left_to_mend(problem in problems(40)) {
            let market = Market::<i64>::new(&problem);
            let Some((mut auction, _)) = market.opened(&problem.demands, &problem.scale) else { return Ok(()) };
            let is_tight = auction.bid_all(&mut Watch::new(&mut |_| true));
            // One in eight is.
            if auction.bids_left == 0 || !is_tight {
                return Ok(());
            }
            for stall in &auction.stalls {
                prop_assert!(stall.pair != NONE || stall.price == 0, "a price that nobody pays: {stall:?}");
            }
            for (need, bidder) in auction.bidders.iter().enumerate() {
                let best = auction.best(need);
                let pairs = bidder.first..bidder.first + bidder.count;
                let held: Vec<usize> = pairs.filter_map(|pair| auction.stall_of(bidder, pair)).collect();
                for &stall in &held {
                    prop_assert!(auction.pays(stall) <= best + auction.step, "somebody else is cheaper");
                }
                prop_assert!(best + auction.step >= bidder.limit || held.len() == auction.seats[need] as usize, "would still bid");
            }
        }
    }
}

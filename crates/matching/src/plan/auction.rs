//! A first plan and first prices, by an auction (Bertsekas 1981, with similar seats and volunteers of several shifts).
//!
//! Every seat bids for the pair that gains it most, as much as makes the second best just as good, and a little more.
//! What comes out is near the optimum and has no proof: `exact.rs` starts from it. Nothing here needs to be exact, so
//! costs are rounded to 32 bits, a pair that is kept weighs twice the dearest pair and a seat a few times: where seats must
//! stay empty, bidding ends sooner. (When a pair that is kept weighed as much here as in the objective, all metres were
//! rounded away, and a few kept pairs cost the paths tens of seconds instead of half of one.)
//!
//! A bid reads every pair of a need, and for each one place in memory: what the volunteer costs and in which slots they
//! are busy, in eight bytes, so that a hundred thousand volunteers stay in the processor's cache. A pair that is held has
//! a cost no bid reaches, so that nothing branches on it. Against the same bids on the market itself, 60,000 volunteers and
//! 50,000 needs took 4.2 s instead of 7.0 s of CPU in all, in turn on one busy machine.
//!
//! Tried on that instance (4.85 million bids, then paths over 2.4 million places) and dropped: steps that grow with the
//! length of a war (2.7 million bids, but paths over 9.3 million places); twice or half as many steps (6.5 and 3.5 million
//! bids, 1.8 and 3.2 million places: no faster); bidding in the order of urgency, and seats worth 4 or 14 (the same);
//! first in, first out (stopped, without an end, after 45 s).
//!
//! Where the bids go: 95 % of the seats are placed after 1.2 of 4.85 million bids, and the last hundredth takes more than
//! half of them, in wars of more than a thousand. What comes out differs from the optimum in 4,361 of 108,322 pairs.
//! Against that, tried on one busy machine, with CPU in all and dropped:
//! * a list of each need's five cheapest pairs, read again only when one outside could be cheaper (1.74 million of the bids
//!   read all again): 2.3 s instead of 1.8 s;
//! * a price for each volunteer and slot instead of a volunteer's price and a bit for each busy slot, and no branch in a bid:
//!   bidding a tenth faster, but 50 ms more to lay out, so no faster in all; a bid waits for memory that the bid before
//!   names, not for its twenty pairs;
//! * coarse steps first, at 40, 100 or 160 m, then from their prices again at 10 m: 4.0 million bids still, and 3,300 volunteers
//!   who have a price that nobody pays any more, from whom paths back over 30 million places lead (30 s);
//! * raising at once what an empty seat could get by what seats weigh more in the objective: 2.19 million places instead of
//!   2.20, for 0.1 s;
//! * lowering what a need pays above its dual and raising the duals of those who gain by it, from need to need, before the
//!   paths: three times each, 5,969 seats look for a path instead of 22,288, over 1.35 million places instead of 2.41; what
//!   it saves it costs (1.6 s and 1.6 s). More often is worse, since wrong pairs pull prices down in circles: 11 million
//!   places at 32 times. With steps of 20 m it saved a tenth; it would need to turn the circles it finds.

use super::{
    Demand,
    amount::Amount,
    market::{FREE, Market, NONE, Unit},
    problem::Scale,
    watch::{Stage, Watch},
};

/// Steps into which the dearest pair is divided: a bid raises a price by at least one.
const STEPS: u32 = 300;
/// A filled seat of urgency one weighs so many times the dearest pair.
const SEAT_WORTH: u32 = 7;
/// A pair that is kept weighs so many times the dearest pair.
const KEPT_WORTH: u32 = 2;
/// Bids for each seat, on average, after which the rest is left to the exact part.
const BIDS_A_SEAT_MAX: u64 = 200;
/// Costs are rounded to be below this; with the two below, every sum stays within 31 bits.
const COST_MAX: u32 = 1 << 20;
/// Urgencies are rounded to be at most this.
const URGENCY_MAX: u32 = 64;
/// Added to the cost of a pair that is held or shut.
const OUT_OF_REACH: u32 = 1 << 30;

/// A pair, as a bid reads it.
#[derive(Clone, Copy)]
struct Lot {
    cost: u32,
    volunteer: u32,
}

/// What a bid must know of a volunteer.
#[derive(Clone, Copy)]
struct Asked {
    /// Of their cheapest unit.
    price: u32,
    /// A bit for the remainder of each slot that has a unit of its own; none where there is but one unit, which costs the
    /// same in every slot.
    busy: u32,
}

/// A need, as it bids.
#[derive(Clone, Copy)]
struct Bidder {
    first: u32,
    count: u32,
    slot: u32,
    /// A seat is not worth more.
    limit: u32,
}

/// A unit and who holds it, all that a bid must know in one place.
#[derive(Clone, Copy)]
struct Stall {
    price: u32,
    slot: u32,
    pair: u32,
    need: u32,
}

/// An auction under way, apart from the market, so that it is small.
struct Auction {
    lots: Vec<Lot>,
    bidders: Vec<Bidder>,
    asked: Vec<Asked>,
    /// The first stall of each volunteer, and the number of stalls.
    first: Vec<u32>,
    stalls: Vec<Stall>,
    step: u32,
}

impl<T: Amount> Market<T> {
    /// Fills seats until nobody wants to bid. Nobody holds anything before. Pairs behind the rows wait for the paths.
    pub(super) fn auction(&mut self, demands: &[Demand], scale: &Scale, watch: &mut Watch<'_>) {
        let urgency_max = demands.iter().map(|demand| demand.urgency).max().unwrap_or(0);
        let rounded = |urgency: u32| {
            let share = u64::from(urgency) * u64::from(URGENCY_MAX);
            if urgency_max <= URGENCY_MAX { urgency } else { share.div_ceil(urgency_max.into()) as u32 }
        };
        // What a pair costs but for the urgency, and whether it is kept.
        let worth: Vec<T> =
            demands.iter().map(|demand| T::of(i128::from(demand.urgency) * scale.urgency)).collect();
        let kept = T::of(scale.kept);
        let rest = |pair: usize| {
            let rest = self.pairs[pair].cost + worth[self.pairs[pair].need as usize];
            // Who is kept outweighs all else, so what they cost is below nothing.
            let is_kept = rest < T::ZERO;
            (self.pairs[pair].cost < self.shut).then(|| (if is_kept { rest + kept } else { rest }, is_kept))
        };
        let (mut most, mut is_any, mut is_any_kept) = (T::ZERO, false, false);
        for (cost, is_kept) in (0..self.pairs.len()).filter_map(rest) {
            (most, is_any, is_any_kept) = (most.max(cost), true, is_any_kept || is_kept);
        }
        if !is_any {
            return;
        }
        let kept_worth = T::of(if is_any_kept { i128::from(KEPT_WORTH) * most.wide().max(1) } else { 0 });
        let steps = STEPS * if is_any_kept { 1 + KEPT_WORTH } else { 1 };
        let rest =
            |pair: usize| rest(pair).map(|(cost, is_kept)| if is_kept { cost } else { cost + kept_worth });
        let most = most + kept_worth;
        let bits = 128 - most.wide().leading_zeros();
        let shift = bits.saturating_sub(COST_MAX.ilog2());
        let dearest = ((most.wide() >> shift) as u32).max(1);
        let lot = |pair: usize| match rest(pair) {
            Some(cost) => Lot {
                cost: (cost.wide() >> shift) as u32,
                volunteer: self.volunteer(self.pairs[pair].head as usize) as u32,
            },
            None => Lot { cost: OUT_OF_REACH, volunteer: 0 },
        };
        let bidder = |(need, demand): (usize, &Demand)| Bidder {
            first: self.first[need],
            count: self.count[need],
            slot: self.needs[need].slot,
            limit: dearest * SEAT_WORTH * rounded(demand.urgency) + (kept_worth.wide() >> shift) as u32,
        };
        let mut first = vec![0];
        let mut stalls = Vec::with_capacity(self.units.len());
        for &head in &self.home {
            let nobody = Stall { price: 0, slot: FREE, pair: NONE, need: NONE };
            stalls.extend(std::iter::repeat_n(nobody, self.units_of(head as usize).len()));
            first.push(stalls.len() as u32);
        }
        let mut auction = Auction {
            lots: (0..self.pairs.len()).map(lot).collect(),
            bidders: demands.iter().enumerate().map(bidder).collect(),
            asked: vec![Asked { price: 0, busy: 0 }; self.home.len()],
            first,
            stalls,
            step: (dearest / steps).max(1),
        };
        auction.bid_all(self.needs.iter().map(|need| need.unfilled), watch);
        for (volunteer, &first) in auction.first.iter().enumerate().take(self.home.len()) {
            let head = self.home[volunteer] as usize;
            let units = self.units_of(head);
            for (unit, stall) in units.zip(&auction.stalls[first as usize..]) {
                if stall.pair != NONE {
                    let price = T::of(i128::from(stall.price) << shift);
                    self.units[unit] = Unit { price, pair: stall.pair, slot: stall.slot };
                    self.held[stall.pair as usize] = true;
                    self.needs[stall.need as usize].unfilled -= 1;
                }
            }
            self.settle_floor(head);
        }
    }
}

impl Auction {
    fn bid_all(
        &mut self,
        unfilled: impl DoubleEndedIterator<Item = u32> + ExactSizeIterator,
        watch: &mut Watch<'_>,
    ) {
        for volunteer in 0..self.asked.len() {
            self.ask(volunteer);
        }
        let mut seats: Vec<u32> = Vec::new();
        for (need, count) in unfilled.enumerate().rev() {
            seats.extend(std::iter::repeat_n(need as u32, count as usize));
        }
        let seat_count = seats.len() as u64;
        let mut bids_left = seat_count * BIDS_A_SEAT_MAX;
        watch.begin(Stage::Bidding, seat_count);
        while let Some(need) = seats.pop() {
            if bids_left == 0 || !watch.go_on(1, seat_count - seats.len() as u64 - 1) {
                break;
            }
            bids_left -= 1;
            if let Some(outbid) = self.bid(need) {
                seats.push(outbid);
            }
        }
    }

    /// One more seat takes the pair that gains it most, unless an empty seat is better. Gives the need that loses a seat
    /// by it.
    fn bid(&mut self, need: u32) -> Option<u32> {
        let Bidder { first, count, slot, limit } = self.bidders[need as usize];
        let bit = 1 << (slot % 32);
        let (mut best, mut second, mut pair) = (limit, limit, NONE);
        for (lot, at) in self.lots[first as usize..][..count as usize].iter().zip(first..) {
            // Lots mostly stand by cost, so beyond the first that is too dear without a price few are looked up.
            if lot.cost >= second {
                continue;
            }
            let asked = self.asked[lot.volunteer as usize];
            let price = if asked.busy & bit == 0 { asked.price } else { self.price_in(lot.volunteer, slot) };
            let cost = lot.cost + price;
            second = second.min(cost.max(best));
            if cost < best {
                (best, pair) = (cost, at);
            }
        }
        if pair == NONE {
            return None;
        }
        let volunteer = self.lots[pair as usize].volunteer as usize;
        let stall = self.in_slot(volunteer, slot).or_else(|| self.cheapest(volunteer))?;
        let price = self.stalls[stall].price + (second - best) + self.step;
        let before = std::mem::replace(&mut self.stalls[stall], Stall { price, slot, pair, need });
        self.lots[pair as usize].cost += OUT_OF_REACH;
        self.ask(volunteer);
        if before.pair == NONE {
            return None;
        }
        self.lots[before.pair as usize].cost -= OUT_OF_REACH;
        Some(before.need)
    }

    fn stalls_of(&self, volunteer: usize) -> std::ops::Range<usize> {
        self.first[volunteer] as usize..self.first[volunteer + 1] as usize
    }

    fn in_slot(&self, volunteer: usize, slot: u32) -> Option<usize> {
        self.stalls_of(volunteer).find(|&stall| self.stalls[stall].slot == slot)
    }

    /// What this volunteer costs a need of this slot.
    fn price_in(&self, volunteer: u32, slot: u32) -> u32 {
        let stall = self.in_slot(volunteer as usize, slot);
        stall.map_or(self.asked[volunteer as usize].price, |stall| self.stalls[stall].price)
    }

    fn cheapest(&self, volunteer: usize) -> Option<usize> {
        self.stalls_of(volunteer).min_by_key(|&stall| self.stalls[stall].price)
    }

    /// Sums up the units of a volunteer.
    fn ask(&mut self, volunteer: usize) {
        let stalls = &self.stalls[self.stalls_of(volunteer)];
        let price = stalls.iter().map(|stall| stall.price).min().unwrap_or(OUT_OF_REACH);
        let mut busy = 0;
        if stalls.len() > 1 {
            for stall in stalls {
                busy |= if stall.slot == FREE { 0 } else { 1 << (stall.slot % 32) };
            }
        }
        self.asked[volunteer] = Asked { price, busy };
    }
}

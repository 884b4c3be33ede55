//! A first plan and first prices, by an auction (Bertsekas 1981, with similar seats and volunteers of several shifts).
//!
//! Every seat bids for the pair that gains it most, as much as makes the second best just as good, and a little more.
//! What comes out is near the optimum and has no proof: `exact.rs` starts from it. Nothing here needs to be exact, so
//! costs are rounded to 32 bits, a pair that is kept weighs twice the dearest pair and a seat a few times: where seats must
//! stay empty, bidding ends sooner. (When a pair that is kept weighed as much here as in the objective, all metres were
//! rounded away, and a few kept pairs cost the paths tens of seconds instead of half of one.)
//!
//! Where there is enough of everybody a seat bids once or twice. Where there is not, the last seats fight for their volunteers
//! step by step, through half a city. So bids that have gone on for a while become thirty times as coarse, and what comes of
//! them is mended three times with finer steps (`refine.rs`; Bertsekas and Castañon 1992): the nearer the last of them comes to
//! the optimum, the shorter are the paths. Of ten cities of 60,000 volunteers and 50,000 needs the slowest took 15.5 s of CPU with
//! fine steps alone, and 1.7 s so; the quickest 0.9 and 1.1 s (`README.md`).
//!
//! A bid reads every pair of a need, and for each one place in memory: what the volunteer costs and in which slots they
//! are busy, in eight bytes, so that a hundred thousand volunteers stay in the processor's cache. A pair that is held has
//! a cost no bid reaches, so that nothing branches on it. Against the same bids on the market itself, 60,000 volunteers and
//! 50,000 needs took 4.2 s instead of 7.0 s of CPU in all, in turn on one busy machine.
//!
//! Tried on that instance and dropped:
//! * bidding in the order of urgency, and first in, first out (stopped, without an end, after 45 s);
//! * a list of each need's five cheapest pairs, read again only when one outside could be cheaper: 2.3 s instead of 1.8 s;
//! * a price for each volunteer and slot instead of a volunteer's price and a bit for each busy slot, and no branch in a bid:
//!   bidding a tenth faster, but 50 ms more to lay out, so no faster in all; a bid waits for memory that the bid before
//!   names, not for its twenty pairs;
//! * raising all prices now and then to where every seat has an end (a search back from all ends): 60 ms each
//!   time, after which sixteen of 3,400 seats that waited found a place within half a million bids;
//! * leaving a seat to the paths after 500 or 3,000 bids for it: 200 to 1,200 are left, and it takes 2.6 to 11 s in all instead
//!   of 1.4 and 4.4 (seeds 7 and 15);
//! * steps that grow with the length of a war, up to twenty times: 2.8 s in place of 4.3 where it takes longest, but a tenth more
//!   where it does not; nothing beside steps that become coarse for all.

mod refine;

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
const SEAT_WORTH: u32 = 9;
/// Bids for each seat, on average, after which there are too few volunteers for fine steps.
const FINE_BIDS_A_SEAT: u64 = 4;
/// So many fine steps are one from then on.
const COARSE: u32 = 30;
/// Tenths of a fine step in which what came of coarse ones is mended.
const FINER: [u32; 3] = [60, 15, 4];
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
#[derive(Clone, Copy, Debug)]
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
    /// How many seats each need has to fill.
    seats: Vec<u32>,
    asked: Vec<Asked>,
    /// The first stall of each volunteer, and the number of stalls.
    first: Vec<u32>,
    stalls: Vec<Stall>,
    step: u32,
    bids_left: u64,
}

impl<T: Amount> Market<T> {
    /// Fills seats until nobody wants to bid. Nobody holds anything before. Pairs behind the rows wait for the paths. Gives
    /// whether there were too few volunteers for that to be easy.
    pub(super) fn auction(&mut self, demands: &[Demand], scale: &Scale, watch: &mut Watch<'_>) -> bool {
        let Some((mut auction, shift)) = self.opened(demands, scale) else { return false };
        let is_tight = auction.bid_all(watch);
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
        is_tight
    }

    /// An auction before the first bid, and by how many bits its costs are shorter than ours; none where there is no pair.
    fn opened(&self, demands: &[Demand], scale: &Scale) -> Option<(Auction, u32)> {
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
            return None;
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
        let auction = Auction {
            lots: (0..self.pairs.len()).map(lot).collect(),
            bidders: demands.iter().enumerate().map(bidder).collect(),
            seats: self.needs.iter().map(|need| need.unfilled).collect(),
            asked: vec![Asked { price: 0, busy: 0 }; self.home.len()],
            first,
            stalls,
            step: (dearest / steps).max(1),
            bids_left: 0,
        };
        Some((auction, shift))
    }
}

impl Auction {
    /// Gives whether fine steps alone would have taken long.
    fn bid_all(&mut self, watch: &mut Watch<'_>) -> bool {
        for volunteer in 0..self.asked.len() {
            self.ask(volunteer);
        }
        let count: u64 = self.seats.iter().map(|&seats| u64::from(seats)).sum();
        let mut seats: Vec<u32> = Vec::new();
        for (need, &count) in self.seats.iter().enumerate().rev() {
            seats.extend(std::iter::repeat_n(need as u32, count as usize));
        }
        watch.begin(Stage::Bidding, count);
        self.bids_left = count * FINE_BIDS_A_SEAT;
        self.fill(&mut seats, count, watch);
        if seats.is_empty() || watch.is_stopped() {
            return false;
        }
        self.bids_left = count * (BIDS_A_SEAT_MAX - FINE_BIDS_A_SEAT);
        let fine = self.step;
        self.step = fine * COARSE;
        self.fill(&mut seats, count, watch);
        let offers = self.offers();
        for tenths in FINER {
            self.step = (fine * tenths / 10).max(1);
            self.refine(&offers, count, watch);
        }
        true
    }

    /// These seats bid, and those who lose by it, until all have somebody or had better stay empty; `count` are there in all.
    fn fill(&mut self, seats: &mut Vec<u32>, count: u64, watch: &mut Watch<'_>) {
        while self.bids_left > 0
            && let Some(&need) = seats.last()
            && watch.go_on(1, count - seats.len() as u64)
        {
            seats.pop();
            self.bids_left -= 1;
            if let Some(outbid) = self.bid(need) {
                seats.push(outbid);
            }
        }
    }

    /// One more seat takes the pair that gains it most, unless an empty seat is better. Gives the need that loses a seat
    /// by it.
    fn bid(&mut self, need: u32) -> Option<u32> {
        let Bidder { first, count, slot, limit } = self.bidders[need as usize];
        let (mut best, mut second, mut pair) = (limit, limit, NONE);
        for (lot, at) in self.lots[first as usize..][..count as usize].iter().zip(first..) {
            // Lots mostly stand by cost, so beyond the first that is too dear without a price few are looked up.
            if lot.cost >= second {
                continue;
            }
            let cost = lot.cost + self.price(lot.volunteer, slot);
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
    fn price(&self, volunteer: u32, slot: u32) -> u32 {
        let Asked { price, busy } = self.asked[volunteer as usize];
        let is_busy = busy & (1 << (slot % 32)) != 0;
        let stall = if is_busy { self.in_slot(volunteer as usize, slot) } else { None };
        stall.map_or(price, |stall| self.stalls[stall].price)
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

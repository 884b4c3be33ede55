//! A first plan and first prices, by an auction (Bertsekas 1981, with similar seats and volunteers of several shifts).
//!
//! Every seat bids for the pair that gains it most, as much as makes the second best just as good, and a little more.
//! What comes out is near the optimum and has no proof: `exact.rs` starts from it. Nothing here needs to
//! be exact, so a seat weighs only a few times the dearest pair: where seats must stay empty, bidding ends sooner.
//!
//! Tried and dropped: a short list of each need's best pairs with a bound for the others (bids became no cheaper: what
//! costs is the way to the volunteer's units in memory, and the best eight are asked in most bids anyway); several rounds with falling steps and kept prices. In a tight market the fine round bids as
//! often as from nothing, and the coarse one leaves thousands of volunteers too dear, each of which is a long way back.

use super::{
    Demand,
    amount::Amount,
    market::{Market, NONE, Unit},
    problem::Scale,
    watch::{Stage, Watch},
};

/// Steps into which the dearest pair is divided: a bid raises a price by at least one.
const STEPS: i64 = 300;
/// A filled seat of urgency one weighs so many times the dearest pair.
const SEAT_WORTH: i64 = 7;
/// Bids for each seat, on average, after which the rest is left to the exact part.
const BIDS_A_SEAT_MAX: u64 = 200;

/// The best pair for a seat.
struct Bid<T> {
    pair: u32,
    unit: usize,
    gain: T,
    /// Of the second best, or of leaving the seat empty.
    second: T,
}

impl<T: Amount> Market<T> {
    /// Fills seats until nobody wants to bid.
    pub(super) fn auction(&mut self, demands: &[Demand], scale: &Scale, watch: &mut Watch<'_>) {
        let worth: Vec<T> =
            demands.iter().map(|demand| T::of(i128::from(demand.urgency) * scale.urgency)).collect();
        let dearest = (self.need.iter().zip(&self.cost))
            .filter(|(_, cost)| **cost < self.shut)
            .map(|(need, cost)| *cost + worth[*need as usize])
            .fold(T::of(1), T::max);
        let step = dearest.part(STEPS).max(T::of(1));
        let needs = self.slot.len();
        // What a seat weighs here, less what it weighs in the cost of its pairs.
        let shift: Vec<T> = (0..needs)
            .map(|need| {
                let urgency = i64::from(demands[need].urgency);
                dearest.times(SEAT_WORTH).times(urgency) - worth[need]
            })
            .collect();
        let mut seats: Vec<u32> = Vec::new();
        for need in (0..needs).rev() {
            seats.extend(std::iter::repeat_n(need as u32, self.unfilled[need] as usize));
        }
        let seat_count = seats.len() as u64;
        let mut bids_left = seat_count * BIDS_A_SEAT_MAX;
        watch.begin(Stage::Bidding, seat_count);
        while let Some(need) = seats.pop() {
            if bids_left == 0 || !watch.go_on(1, seat_count - seats.len() as u64 - 1) {
                break;
            }
            bids_left -= 1;
            let need = need as usize;
            let Some(bid) = self.bid(need, shift[need]) else { continue };
            let price = self.units[bid.unit].price + (bid.gain - bid.second) + step;
            let before = std::mem::replace(
                &mut self.units[bid.unit],
                Unit { price, pair: bid.pair, slot: self.slot[need] },
            );
            self.held[bid.pair as usize] = true;
            self.unfilled[need] -= 1;
            if before.pair != NONE {
                self.held[before.pair as usize] = false;
                let outbid = self.need[before.pair as usize];
                self.unfilled[outbid as usize] += 1;
                seats.push(outbid);
            }
        }
        for volunteer in 0..self.home.len() {
            self.settle_floor(self.home[volunteer] as usize);
        }
    }

    /// The bid of one more seat; `None` when an empty seat is better.
    fn bid(&self, need: usize, shift: T) -> Option<Bid<T>> {
        let slot = self.slot[need];
        let (mut best, mut second) = (None, T::ZERO);
        let mut gain = T::ZERO;
        for pair in self.pairs_of(need).filter(|&pair| !self.held[pair]) {
            let Some((unit, price)) = self.unit_for(self.head[pair] as usize, slot) else { continue };
            let gains = shift - self.cost[pair] - price;
            if gains > gain {
                (second, gain) = (gain, gains);
                best = Some((pair as u32, unit));
            } else {
                second = second.max(gains);
            }
        }
        best.map(|(pair, unit)| Bid { pair, unit, gain, second })
    }
}

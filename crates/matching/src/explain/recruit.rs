//! Whom to look for: what one more volunteer would bring.

use std::cmp::Reverse;

use super::{Difference, ExplainError, Explainer};
use crate::plan::{Candidate, Change, Pair, Placement, Supply};

/// Volunteers that are tried for real at most, however many are offered.
pub const TRIALS_MAX: usize = 400;

/// A volunteer there might be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Needs they could serve at most.
    pub shifts_max: u32,
    /// What they could serve.
    pub able: Vec<Candidate>,
}

/// What such a volunteer would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recruit {
    /// Index of the offer.
    pub offer: usize,
    /// What they would serve themselves, rising.
    pub serves: Vec<u32>,
    /// By how much the best plan with them is better. At least as much comes of anybody who can do what they would do.
    pub brings: Difference,
}

impl Explainer<'_> {
    /// What the best plan gains by one more volunteer: exact, not a guess from the duals.
    ///
    /// # Errors
    /// When one of the needs does not exist or stands twice, or the objective gets too great.
    pub fn one_more(&mut self, offer: &Offer) -> Result<Recruit, ExplainError> {
        let came = Change::VolunteerCame {
            supply: Supply { shifts_max: offer.shifts_max },
            pairs: offer.able.clone(),
        };
        let repair = self.standing.apply(&came)?;
        let volunteer = repair.number.unwrap_or_default();
        self.standing.apply(&Change::VolunteerGone { volunteer })?;
        let pair = |of: &Candidate| Pair {
            need: of.other,
            volunteer,
            metres: of.metres,
            served: of.served,
            kept: false,
        };
        let new: Vec<Pair> = offer.able.iter().map(pair).collect();
        let own = repair.joined.iter().filter(|placement| placement.volunteer == volunteer);
        let serves = own.map(|&Placement { need, .. }| need).collect();
        Ok(Recruit { offer: 0, serves, brings: self.difference(&repair, &new) })
    }

    /// The best few of these offers, best first: those that bring most, each tried for real. An offer is not tried when
    /// the duals show that it cannot reach the few there are; after [`TRIALS_MAX`] trials none is.
    ///
    /// # Errors
    /// As [`Self::one_more`].
    pub fn recruits(&mut self, offers: &[Offer], most: usize) -> Result<Vec<Recruit>, ExplainError> {
        let mut order: Vec<(Reverse<i128>, usize)> =
            offers.iter().zip(0..).map(|(offer, at)| (Reverse(self.at_most(offer)), at)).collect();
        order.sort_unstable();
        let mut best: Vec<Recruit> = Vec::new();
        for (Reverse(at_most), at) in order.into_iter().take(TRIALS_MAX) {
            let reached = best.len() >= most
                && best.last().is_none_or(|last| {
                    i64::try_from(self.roomy.urgency_in(at_most)).unwrap_or(i64::MAX) < last.brings.weighted
                });
            if reached || at_most <= 0 {
                break;
            }
            let recruit = Recruit { offer: at, ..self.one_more(&offers[at])? };
            if recruit.brings.rank() > Difference::default().rank() {
                best.push(recruit);
                best.sort_by_key(|recruit| (Reverse(recruit.brings.rank()), recruit.offer));
                best.truncate(most);
            }
        }
        Ok(best)
    }

    /// What an offer brings at the most, by the duals: in each slot what its best pair gains above the dual of its need.
    pub fn at_most(&self, offer: &Offer) -> i128 {
        let mut slots: Vec<(u16, i128)> = Vec::new();
        for of in &offer.able {
            let Some(demand) = self.problem.demands().get(of.other as usize) else { continue };
            let pair =
                Pair { need: of.other, volunteer: 0, metres: of.metres, served: of.served, kept: false };
            slots.push((demand.slot, -self.roomy.cost(&pair) - self.duals[of.other as usize]));
        }
        slots.sort_unstable_by_key(|&(slot, gain)| (slot, Reverse(gain)));
        slots.dedup_by_key(|(slot, _)| *slot);
        let mut gains: Vec<i128> = slots.into_iter().map(|(_, gain)| gain).filter(|gain| *gain > 0).collect();
        gains.sort_unstable_by_key(|gain| Reverse(*gain));
        gains.into_iter().take(offer.shifts_max as usize).sum()
    }
}

//! Everything that is told holds: against solving again.

use proptest::prelude::*;

use super::*;
use crate::plan::{Candidate, Demand, Supply, Totals, solve};

fn problems() -> impl Strategy<Value = Problem> {
    let demand =
        (0..3_u16, 0..4_u32, 1..4_u32).prop_map(|(slot, seats, urgency)| Demand { slot, seats, urgency });
    let supply = (0..4_u32).prop_map(|shifts_max| Supply { shifts_max });
    (prop::collection::vec(demand, 1..7), prop::collection::vec(supply, 1..7)).prop_flat_map(
        |(demands, supplies)| {
            let all: Vec<(u32, u32)> = (0..demands.len() as u32)
                .flat_map(|need| (0..supplies.len() as u32).map(move |volunteer| (need, volunteer)))
                .collect();
            let count = all.len();
            let chosen = prop::sample::subsequence(all, count / 3..=count);
            let levels = prop::collection::vec((0..60_u32, 0..3_u32, any::<bool>()), count);
            (Just(demands), Just(supplies), chosen, levels).prop_map(|(demands, supplies, chosen, levels)| {
                let pair = |((need, volunteer), (metres, served, kept))| Pair {
                    need,
                    volunteer,
                    metres,
                    served,
                    kept,
                };
                Problem::new(demands, supplies, chosen.into_iter().zip(levels).map(pair).collect()).unwrap()
            })
        },
    )
}

fn between(before: &Totals, after: &Totals) -> (i64, i64, i64, i64) {
    let level = |of: fn(&Totals) -> u64| of(after) as i64 - of(before) as i64;
    (level(|of| of.weighted), level(|of| of.kept), -level(|of| of.served), -level(|of| of.metres))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_moving_costs_is_what_solving_again_says(problem in problems()) {
        let plan = solve(&problem);
        let mut explainer = Explainer::new(&problem, &plan.chosen).unwrap();
        for need in 0..problem.demands().len() as u32 {
            for told in explainer.why(need).unwrap() {
                let pairs = problem.pairs().iter().filter(|pair| **pair != told.pair).copied().collect();
                let without = Problem::new(problem.demands().to_vec(), problem.supplies().to_vec(), pairs).unwrap();
                prop_assert_eq!(told.without.rank(), between(&plan.totals, &solve(&without).totals));
            }
            for volunteer in 0..problem.supplies().len() as u32 {
                let told = explainer.why_not(need, volunteer).unwrap();
                let pair = problem.pairs().iter().find(|pair| (pair.need, pair.volunteer) == (need, volunteer));
                match &told {
                    Against::NoPair => prop_assert!(pair.is_none()),
                    Against::Serves(of) => prop_assert_eq!(Some(&of.pair), pair),
                    Against::Nobody => prop_assert!(
                        problem.demands()[need as usize].seats == 0
                            || problem.supplies()[volunteer as usize].shifts_max == 0
                    ),
                    Against::Busy { costs, .. } | Against::Others { costs, .. } => {
                        let fixed = problem.clone().with_fixed(&[(need, volunteer)]).unwrap();
                        prop_assert_eq!(costs.rank(), between(&plan.totals, &solve(&fixed).totals));
                        prop_assert!(costs.rank() <= (0, 0, 0, 0), "nothing is better than the best plan");
                    }
                }
            }
        }
    }

    #[test]
    fn a_recruit_brings_what_was_said(
        problem in problems(),
        offers in prop::collection::vec((1..4_u32, prop::collection::vec((any::<bool>(), 0..60_u32, 0..3_u32), 7)), 1..6),
    ) {
        let plan = solve(&problem);
        let mut explainer = Explainer::new(&problem, &plan.chosen).unwrap();
        let offers: Vec<Offer> = offers
            .into_iter()
            .map(|(shifts_max, able)| {
                let able = able.into_iter().zip(0..problem.demands().len() as u32);
                let able = able.filter(|((can, ..), _)| *can);
                let candidate = |((_, metres, served), other)| Candidate { other, metres, served };
                Offer { shifts_max, able: able.map(candidate).collect() }
            })
            .collect();
        // What comes of hiring somebody, by solving again.
        let hire = |offer: &Offer, only: Option<&[u32]>| {
            let volunteer = problem.supplies().len() as u32;
            let mut supplies = problem.supplies().to_vec();
            supplies.push(Supply { shifts_max: offer.shifts_max });
            let able = offer.able.iter().filter(|of| only.is_none_or(|only| only.contains(&of.other)));
            let new = able.map(|of| Pair { need: of.other, volunteer, metres: of.metres, served: of.served, kept: false });
            let pairs = problem.pairs().iter().copied().chain(new).collect();
            let more = Problem::new(problem.demands().to_vec(), supplies, pairs).unwrap();
            between(&plan.totals, &solve(&more).totals)
        };
        let told = explainer.recruits(&offers, 2).unwrap();
        for recruit in &told {
            let offer = &offers[recruit.offer];
            prop_assert_eq!(recruit.brings.rank(), hire(offer, None));
            prop_assert_eq!(recruit.brings.rank(), hire(offer, Some(&recruit.serves)), "what they serve is enough");
            prop_assert!(explainer.roomy.urgency_in(explainer.at_most(offer)) as i64 >= recruit.brings.weighted);
        }
        let mut all: Vec<_> = offers.iter().map(|offer| hire(offer, None)).filter(|by| *by > (0, 0, 0, 0)).collect();
        all.sort_unstable();
        let best = all.pop();
        prop_assert_eq!(told.first().map(|recruit| recruit.brings.weighted), best.map(|best| best.0));
    }

    #[test]
    fn a_shortage_counts_everybody(problem in problems()) {
        let plan = solve(&problem);
        let mut explainer = Explainer::new(&problem, &plan.chosen).unwrap();
        for need in 0..problem.demands().len() as u32 {
            let told = explainer.shortage(need).unwrap();
            prop_assert_eq!(told.filled + told.in_slot + told.no_shift + told.free, told.candidates);
            let filled = plan.chosen.iter().filter(|&&pair| problem.pairs()[pair as usize].need == need).count();
            prop_assert_eq!(told.filled as usize, filled);
            prop_assert!(told.filled == told.seats || told.free == 0, "every seat weighs, so nobody is left idle");
        }
        prop_assert_eq!(explainer.why(99), Err(ExplainError::UnknownNeed(99)));
        prop_assert_eq!(explainer.why_not(0, 99), Err(ExplainError::UnknownVolunteer(99)));
    }
}

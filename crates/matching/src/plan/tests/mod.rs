//! Against every plan there is, where there are few; against the proof, where there are many.

mod limits;

use proptest::prelude::*;

use super::*;

pub(super) fn problems(most: usize) -> impl Strategy<Value = Problem> {
    let demand =
        (0..3_u16, 0..4_u32, 0..4_u32).prop_map(|(slot, seats, urgency)| Demand { slot, seats, urgency });
    let supply = (0..4_u32).prop_map(|shifts_max| Supply { shifts_max });
    (prop::collection::vec(demand, 0..=most), prop::collection::vec(supply, 0..=most)).prop_flat_map(
        move |(demands, supplies)| {
            let all: Vec<(u32, u32)> = (0..demands.len() as u32)
                .flat_map(|need| (0..supplies.len() as u32).map(move |volunteer| (need, volunteer)))
                .collect();
            let count = all.len().min(3 * most);
            let chosen = prop::sample::subsequence(all, 0..=count);
            let levels = prop::collection::vec((0..6_u32, 0..3_u32, any::<bool>()), count);
            (Just(demands), Just(supplies), chosen, levels).prop_map(|(demands, supplies, chosen, levels)| {
                let pairs =
                    chosen.into_iter().zip(levels).map(|((need, volunteer), (metres, served, kept))| Pair {
                        need,
                        volunteer,
                        metres,
                        served,
                        kept,
                    });
                Problem::new(demands, supplies, pairs.collect()).unwrap()
            })
        },
    )
}

/// The same with some pairs fixed that do not contradict each other.
fn with_some_fixed(problem: Problem, picks: &[bool]) -> Problem {
    let mut promised: Vec<(u32, u32)> = Vec::new();
    for (pair, _) in problem.pairs().iter().zip(picks).filter(|(_, is_picked)| **is_picked) {
        promised.push((pair.need, pair.volunteer));
        if problem.clone().with_fixed(&promised).is_err() {
            promised.pop();
        }
    }
    problem.with_fixed(&promised).unwrap()
}

/// Better is greater.
fn rank(totals: Totals) -> (u64, u64, i128, i128) {
    (totals.weighted, totals.kept, -i128::from(totals.served), -i128::from(totals.metres))
}

/// The best of all plans, tried one by one. A seat of urgency nought may be filled or not, so it says nothing of
/// `filled`.
fn best_by_trying(problem: &Problem) -> (u64, u64, i128, i128) {
    let pairs = problem.pairs().len();
    (0..1_u32 << pairs)
        .filter_map(|mask| {
            let chosen: Vec<u32> = (0..pairs as u32).filter(|bit| mask >> bit & 1 == 1).collect();
            let is_allowed = matches!(
                verify(problem, &chosen, &Proof { needs: vec![], volunteers: vec![], slots: vec![] }),
                Ok(()) | Err(Fault::OtherProblem | Fault::NotProved { .. })
            );
            is_allowed.then(|| rank(Totals::of(problem, &chosen)))
        })
        .max()
        .unwrap_or_default()
}

/// What a plan gains.
fn gain(problem: &Problem, plan: &Plan) -> i128 {
    plan.chosen.iter().map(|&pair| -problem.cost(&problem.pairs[pair as usize])).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_plan_is_better(problem in problems(4)) {
        let plan = solve(&problem);
        prop_assert_eq!(rank(plan.totals), best_by_trying(&problem));
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
        prop_assert_eq!(&solve(&problem), &plan, "the same every time");
    }

    #[test]
    fn no_plan_with_the_same_promises_is_better(problem in problems(4), picks in prop::collection::vec(prop::bool::weighted(0.3), 12)) {
        let problem = with_some_fixed(problem, &picks);
        let plan = solve(&problem);
        prop_assert_eq!(rank(plan.totals), best_by_trying(&problem));
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
        if let Some(&fixed) = problem.fixed().first() {
            let broken: Vec<u32> = plan.chosen.iter().copied().filter(|&pair| pair != fixed).collect();
            prop_assert_eq!(verify(&problem, &broken, &plan.proof), Err(Fault::FixedMissing(fixed)));
        }
    }

    #[test]
    fn every_plan_is_proved(problem in problems(40)) {
        let plan = solve(&problem);
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
        let wide = solve_in::<i128>(&problem, Watch::new(&mut |_| true));
        prop_assert_eq!(wide, plan, "64 and 128 bits agree");
    }

    #[test]
    fn other_numbers_are_the_same_problem_and_plan(
        problem in problems(40),
        picks in prop::collection::vec(prop::bool::weighted(0.3), 12),
    ) {
        let problem = with_some_fixed(problem, &picks);
        let order = Order::of(&problem);
        let near = order.problem(&problem);
        let given = order.turned().problem(&near);
        prop_assert_eq!((&given.demands, &given.supplies), (&problem.demands, &problem.supplies));
        prop_assert_eq!((&given.pairs, &given.fixed), (&problem.pairs, &problem.fixed));
        let plan = order.turned().plan(&near, solve_as_numbered::<i128>(&near, Watch::new(&mut |_| true)));
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
        prop_assert_eq!(Totals::of(&problem, &plan.chosen), plan.totals);
        let as_given = solve_as_numbered::<i128>(&problem, Watch::new(&mut |_| true));
        prop_assert_eq!(rank(plan.totals), rank(as_given.totals));
    }

    #[test]
    fn paths_looked_for_from_both_ends_lead_to_the_best_plan_too(problem in problems(40)) {
        let mut market = Market::<i64>::new(&problem);
        let mut search = Search::long_after(3);
        market.find_best(&problem.demands, &problem.scale, &mut search, &mut Watch::new(&mut |_| true));
        let plan = read_off(&problem, &market);
        prop_assert_eq!(rank(plan.totals), rank(solve(&problem).totals));
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
    }

    #[test]
    fn a_stopped_plan_is_allowed_and_knows_its_gap(problem in problems(12), steps in 0..60_u32) {
        let best = solve(&problem);
        let mut steps_left = steps;
        let mut is_refused = false;
        let mut go_on = |progress: Progress| {
            assert!(!is_refused, "not asked again");
            assert!(progress.done <= progress.of);
            is_refused = steps_left == 0;
            steps_left = steps_left.saturating_sub(1);
            !is_refused
        };
        let plan = solve_in::<i64>(&problem, Watch::closely(&mut go_on));
        if is_refused {
            let verdict = verify(&problem, &plan.chosen, &plan.proof);
            let gap = plan.gap;
            prop_assert_eq!(verdict, if gap == 0 { Ok(()) } else { Err(Fault::NotProved { gap }) });
            let better = gain(&problem, &best) - gain(&problem, &plan);
            prop_assert!((0..=gap).contains(&better), "{better} above the gap {gap}");
            let urgency = best.totals.weighted - plan.totals.weighted;
            prop_assert!(urgency <= problem.urgency_in(gap));
            prop_assert_eq!(plan.totals, Totals::of(&problem, &plan.chosen));
        } else {
            prop_assert_eq!(plan, best);
        }
    }

    #[test]
    fn no_proof_makes_the_check_panic(
        problem in problems(4),
        extremes in prop::collection::vec(prop::sample::select(vec![0, 1, -1, i128::MAX, i128::MIN, 1 << 120, 1 << 64]), 12),
        slots in prop::collection::vec((0..5_u32, 0..4_u16), 0..3),
    ) {
        let mut prices = extremes.into_iter();
        let mut next = || prices.next().unwrap_or(0);
        let proof = Proof {
            needs: problem.demands.iter().map(|_| next()).collect(),
            volunteers: problem.supplies.iter().map(|_| next()).collect(),
            slots: slots.into_iter().map(|(volunteer, slot)| (volunteer, slot, next())).collect(),
        };
        let plan = solve(&problem);
        let accepted = verify(&problem, &[], &proof).is_ok();
        prop_assert!(!accepted || gain(&problem, &plan) == 0, "nothing is the best only where nothing is gained");
    }

    #[test]
    fn a_plan_made_worse_is_refused(problem in problems(12), pick in any::<prop::sample::Index>()) {
        let plan = solve(&problem);
        prop_assume!(!plan.chosen.is_empty());
        let mut worse = plan.chosen.clone();
        let gone = worse.remove(pick.index(worse.len()));
        let lost = -problem.cost(&problem.pairs[gone as usize]);
        let refused = verify(&problem, &worse, &plan.proof);
        prop_assert_eq!(refused, if lost > 0 { Err(Fault::NotProved { gap: lost }) } else { Ok(()) });
        // Every allowed swap of one pair for another is refused too, unless it is just as good.
        for other in (0..problem.pairs.len() as u32).filter(|other| !plan.chosen.contains(other)) {
            let mut swapped = worse.clone();
            swapped.push(other);
            swapped.sort_unstable();
            let verdict = verify(&problem, &swapped, &plan.proof);
            let as_good = rank(Totals::of(&problem, &swapped)) == rank(plan.totals);
            prop_assert_eq!(verdict == Ok(()), as_good && !matches!(verdict, Err(Fault::TooManyAtNeed(_) | Fault::TooManyShifts(_) | Fault::TwoPlaces(..))));
        }
    }
}

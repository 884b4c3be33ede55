//! At the ends of every field, and of problems that say the same in another way.

use proptest::{prelude::*, sample::Index};

use super::*;

/// The ends of a number, and what is near them.
fn extreme() -> impl Strategy<Value = u32> {
    prop::sample::select(vec![0, 1, 2, 3, SEATS_MAX, SEATS_MAX + 1, 1 << 31, u32::MAX - 1, u32::MAX])
}

fn extreme_rows() -> impl Strategy<Value = (Vec<Demand>, Vec<Supply>, Vec<Pair>)> {
    let slot = prop::sample::select(vec![0, 1, 32, u16::MAX]);
    let seats = prop::sample::select(vec![0, 1, 2, 3, 4, SEATS_MAX, SEATS_MAX, SEATS_MAX + 1]);
    let demand = (slot, seats, extreme()).prop_map(|(slot, seats, urgency)| Demand { slot, seats, urgency });
    let supply = extreme().prop_map(|shifts_max| Supply { shifts_max });
    let pair = (0..5_u32, 0..5_u32, extreme(), extreme(), any::<bool>());
    let pair = pair.prop_map(|(need, volunteer, metres, served, kept)| Pair {
        need,
        volunteer,
        metres,
        served,
        kept,
    });
    (
        prop::collection::vec(demand, 0..6),
        prop::collection::vec(supply, 0..6),
        prop::collection::vec(pair, 0..8),
    )
}

/// The same pairs with everything in another order.
fn shuffled(problem: &Problem, order: &[Index]) -> Problem {
    let turn = |count: usize, by: usize| {
        let mut rows: Vec<usize> = (0..count).collect();
        for at in (1..count).rev() {
            rows.swap(at, order[(at + by) % order.len()].index(at + 1));
        }
        rows
    };
    let needs = turn(problem.demands.len(), 0);
    let volunteers = turn(problem.supplies.len(), 7);
    let mut demands = problem.demands.clone();
    let mut supplies = problem.supplies.clone();
    for (at, &to) in needs.iter().enumerate() {
        demands[to] = problem.demands[at];
    }
    for (at, &to) in volunteers.iter().enumerate() {
        supplies[to] = problem.supplies[at];
    }
    let pairs = turn(problem.pairs.len(), 13).into_iter().map(|at| {
        let pair = problem.pairs[at];
        let (need, volunteer) = (needs[pair.need as usize], volunteers[pair.volunteer as usize]);
        Pair { need: need as u32, volunteer: volunteer as u32, ..pair }
    });
    Problem::new(demands, supplies, pairs.collect()).unwrap()
}

/// Every seat a need of its own.
fn split(problem: &Problem) -> Problem {
    let (mut demands, mut pairs) = (Vec::new(), Vec::new());
    for (need, demand) in problem.demands.iter().enumerate() {
        for _ in 0..demand.seats {
            let of_need = problem.pairs.iter().filter(|pair| pair.need as usize == need);
            pairs.extend(of_need.map(|pair| Pair { need: demands.len() as u32, ..*pair }));
            demands.push(Demand { seats: 1, ..*demand });
        }
    }
    Problem::new(demands, problem.supplies.clone(), pairs).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_ends_of_every_field_are_solved_or_refused_in_words((demands, supplies, pairs) in extreme_rows()) {
        match Problem::new(demands, supplies, pairs) {
            Ok(problem) => {
                let plan = solve(&problem);
                prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
                prop_assert_eq!(rank(plan.totals), best_by_trying(&problem));
                let stopped = solve_while(&problem, &mut |_| false);
                prop_assert!(proof::gap(&problem, &stopped.chosen, &stopped.proof).is_ok());
            }
            Err(refused) => prop_assert!(!refused.to_string().is_empty()),
        }
    }

    #[test]
    fn what_is_fixed_is_solved_or_refused_in_words(
        problem in problems(4),
        promised in prop::collection::vec((0..6_u32, 0..6_u32), 0..5),
    ) {
        match problem.with_fixed(&promised) {
            Ok(problem) => prop_assert_eq!(problem.fixed().len(), promised.len()),
            Err(refused) => prop_assert!(!refused.to_string().is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn another_order_comes_to_the_same(problem in problems(30), order in prop::collection::vec(any::<Index>(), 40)) {
        prop_assert_eq!(rank(solve(&shuffled(&problem, &order)).totals), rank(solve(&problem).totals));
    }

    #[test]
    fn seats_of_their_own_come_to_the_same(problem in problems(20)) {
        prop_assert_eq!(rank(solve(&split(&problem)).totals), rank(solve(&problem).totals));
    }

    #[test]
    fn longer_ways_and_greater_urgencies_choose_the_same(problem in problems(20), times in 2..1_000_u32) {
        let longer = |pair: &Pair| Pair { metres: pair.metres * times, ..*pair };
        let graver = |demand: &Demand| Demand { urgency: demand.urgency * times, ..*demand };
        let scaled = Problem::new(
            problem.demands.iter().map(graver).collect(),
            problem.supplies.clone(),
            problem.pairs.iter().map(longer).collect(),
        );
        let (weighted, kept, served, metres) = rank(solve(&problem).totals);
        let scaled = rank(solve(&scaled.unwrap()).totals);
        prop_assert_eq!(scaled, (weighted * u64::from(times), kept, served, metres * i128::from(times)));
    }

    #[test]
    fn one_volunteer_more_fills_no_less(problem in problems(20), pick in any::<Index>()) {
        prop_assume!(!problem.supplies.is_empty());
        let who = pick.index(problem.supplies.len());
        let mut more = problem.clone();
        more.supplies[who].shifts_max += 1;
        prop_assert!(rank(solve(&more).totals) >= rank(solve(&problem).totals));
    }

    #[test]
    fn a_corrupted_proof_proves_nothing_worse(
        problem in problems(15),
        pick in any::<Index>(),
        by in prop::sample::select(vec![-1_000_000, -1, 1, 1_000_000_i128]),
    ) {
        let plan = solve(&problem);
        let mut proof = plan.proof.clone();
        let prices = proof.needs.iter_mut().chain(&mut proof.volunteers);
        let mut prices: Vec<&mut i128> = prices.chain(proof.slots.iter_mut().map(|slot| &mut slot.2)).collect();
        prop_assume!(!prices.is_empty());
        let at = pick.index(prices.len());
        *prices[at] += by;
        // A bound may stay a bound, and is then never below the best.
        match proof::gap(&problem, &plan.chosen, &proof) {
            Ok(_) => {
                let nothing = proof::gap(&problem, &[], &proof);
                prop_assert!(nothing.unwrap() >= gain(&problem, &plan));
            }
            Err(refused) => prop_assert!(matches!(refused, Fault::NegativePrice | Fault::TooGreat)),
        }
    }
}

#[test]
fn every_thread_gives_the_same() {
    let demands = (0..300).map(|at| Demand { slot: at % 5, seats: 2, urgency: u32::from(at) % 4 });
    let pairs = (0..300_u32).flat_map(|need| {
        (0..12_u32).map(move |at| Pair {
            need,
            volunteer: (need * 7 + at * at * 3) % 200,
            metres: need * 37 % 101 + at * 13,
            served: at % 3,
            kept: (need + at) % 11 == 0,
        })
    });
    let mut seen = std::collections::HashSet::new();
    let pairs = pairs.filter(|pair| seen.insert((pair.need, pair.volunteer))).collect();
    let problem = Problem::new(demands.collect(), vec![Supply { shifts_max: 2 }; 200], pairs).unwrap();
    let here = solve(&problem);
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(|| solve(&problem))).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), here);
        }
    });
}

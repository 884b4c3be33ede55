//! Beside a general solver of integer programmes: microlp, by good_lp. The same optimum, and CPU against CPU.
//!
//! It is given the strongest programme there is: a variable for each round that a visitor may go, so that windows, ways and
//! limits need no rows of their own; a row for each need, and what ties a team.

use std::time::Duration;

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, microlp, variable};
use kernel::Random;
use rustix::time::{ClockId, clock_gettime};

use super::{
    super::problem::{Problem, TeamRule},
    *,
};

/// What the best plan gains, as microlp finds it.
fn by_microlp(problem: &Problem) -> i128 {
    let mut variables = ProblemVariables::new();
    let mut chosen: Vec<Expression> = vec![Expression::default(); problem.gain.len()];
    let mut rounds: Vec<(Variable, i128)> = Vec::new();
    let mut one_each: Vec<Expression> = Vec::new();
    for (items, listed) in problem.items.iter().zip(&problem.rounds) {
        let mut all = Expression::default();
        for round in listed.as_ref().unwrap().iter().filter(|round| round.items != 0) {
            let goes = variables.add(variable().binary());
            let taken = (0..items.len()).filter(|item| round.items >> item & 1 == 1);
            let pairs = taken.flat_map(|item| items[item].pairs.iter().map(|&pair| pair as usize));
            let mut gain = 0;
            for pair in pairs {
                chosen[pair] += goes;
                gain += problem.gain[pair];
            }
            rounds.push((goes, gain));
            all += goes;
        }
        one_each.push(all);
    }
    let objective: Expression = rounds.iter().map(|&(goes, gain)| gain as f64 * goes).sum();
    let teams: Vec<Option<Variable>> = (problem.visits.iter())
        .map(|visit| visit.together.then(|| variables.add(variable().binary())))
        .collect();
    let mut model = variables.maximise(objective).using(microlp);
    for all in one_each {
        model.add_constraint(constraint!(all <= 1.0));
    }
    for (need, together) in (0..).zip(teams) {
        let team: Expression = problem.pairs_of(need).map(|pair| chosen[pair as usize].clone()).sum();
        let seats = problem.seats(need) as f64;
        model.add_constraint(match together {
            Some(all) => constraint!(team == seats * all),
            None => constraint!(team <= seats),
        });
        for rule in problem.team_rules.get(&need).into_iter().flatten() {
            let of = |pair: u32| chosen[pair as usize].clone();
            model.add_constraint(match *rule {
                TeamRule::Apart(one, other) => constraint!(of(one) + of(other) <= 1.0),
                TeamRule::With { who, whom } => constraint!(of(who) <= of(whom)),
            });
        }
    }
    let solution = model.solve().unwrap();
    rounds.iter().filter(|(goes, _)| solution.value(*goes) > 0.5).map(|(_, gain)| gain).sum()
}

/// Kinds of what is not a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Half of the visits are for two who go together.
    Together,
    /// Windows overlap, and the way between takes its time.
    Windows,
    /// Both, and who goes only with whom, or never, and the same face again.
    All,
}

/// A street with so many needs, everything as in a small town.
fn street(kind: Kind, needs: u32, seed: u64) -> Problem {
    let random = Random::seeded(seed);
    let below = |end: u32| random.below(u64::from(end)) as u32;
    let people = needs * 3 / 4;
    let visits = (0..needs).map(|_| {
        let together = kind != Kind::Windows && below(2) == 0;
        let room = if together || kind == Kind::Together { 0 } else { i64::from(below(6)) * 15 };
        let from = 480 + i64::from(below(12)) * 20;
        let base = visit(0, from, 30 + i64::from(below(4)) * 15, room, below(12) as i32);
        Visit { seats: if together { 2 } else { 1 + below(2) }, urgency: 1 + below(5), together, ..base }
    });
    let visits: Vec<Visit> = visits.collect();
    let visitors = (0..people).map(|_| visitor(1 + below(3))).collect();
    let all = (0..needs).flat_map(|need| (0..people).map(move |person| (need, person)));
    let pairs = all.filter(|_| below(5) < 3).map(|(need, person)| pair(need, person, 100 + below(2_900)));
    let pairs: Vec<Pair> = pairs.collect();
    let ties = match kind {
        Kind::All => vec![
            Tie::Apart { one: 0, other: 1 },
            Tie::With { who: 2, whom: 3 },
            Tie::Same { one: 0, other: needs - 1 },
        ],
        Kind::Together | Kind::Windows => Vec::new(),
    };
    Problem::new(visits, visitors, pairs, &ties, Rules::default()).unwrap()
}

/// CPU of this thread.
fn cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
}

fn timed<V>(work: impl FnOnce() -> V) -> (Duration, V) {
    let before = cpu();
    let value = work();
    (cpu() - before, value)
}

/// Compares so many streets of a kind, and prints what both took. Ours is always proved.
fn compare(kind: Kind, needs: u32, seeds: u64) {
    let (mut took, mut faster) = ([Duration::ZERO; 2], 0);
    for seed in 0..seeds {
        let problem = street(kind, needs, seed);
        let (ours, found) = timed(|| proved(&problem));
        let (theirs, best) = timed(|| by_microlp(&problem));
        assert_eq!(found, best, "{kind:?} {needs} needs, seed {seed}");
        took = [took[0] + ours, took[1] + theirs];
        faster += u32::from(theirs < ours);
    }
    println!(
        "{kind:?}, {needs} needs: ours {:?}, microlp {:?}; microlp faster in {faster} of {seeds}",
        took[0], took[1]
    );
}

/// What our plan gains, which is proved to be the best.
fn proved(problem: &Problem) -> i128 {
    let plan = solve(problem, Effort::default());
    assert_eq!(plan.gap, Gap::default());
    plan.chosen.iter().map(|&pair| problem.gain[pair as usize]).sum()
}

#[test]
fn a_general_solver_finds_nothing_better() {
    for kind in [Kind::Together, Kind::Windows, Kind::All] {
        compare(kind, 6, 30);
    }
    compare(Kind::Together, 12, 6);
    compare(Kind::Together, 16, 2);
}

/// Sizes that were out of reach of prices moved one after the other.
#[test]
fn half_for_two_together_is_proved() {
    for (needs, seed) in [(16, 2), (20, 0), (20, 1), (24, 0)] {
        let problem = street(Kind::Together, needs, seed);
        let plan = solve(&problem, Effort::default());
        assert_eq!(plan.gap, Gap::default(), "{needs} needs, seed {seed}");
        assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(0));
        assert_eq!(solve(&problem, Effort::default()), plan, "the same every time");
    }
}

/// By hand, with `--release`: `cargo test --release -p matching beside_a_general_solver -- --ignored --nocapture`. Of all
/// that is not a flow together only small streets, as microlp takes minutes for some with 20 needs.
#[test]
#[ignore = "a measurement"]
fn beside_a_general_solver() {
    let all = [Kind::Windows, Kind::All, Kind::Together];
    for (needs, kinds) in
        [(8, &all[..]), (12, &all), (16, &all), (20, &[all[0], all[2]]), (24, &[all[0], all[2]])]
    {
        for &kind in kinds {
            compare(kind, needs, if needs < 20 { 20 } else { 10 });
        }
    }
}

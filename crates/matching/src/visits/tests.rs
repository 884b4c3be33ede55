//! Against every plan there is, where there are few; against the proof, where there are many; like instances of the
//! literature: generalised assignment, nurse rosters.

use kernel::{Day, DivisionCode, Minutes};
use proptest::prelude::*;

use super::*;
use crate::{Commitment, Limits, Place, Point, Window, plan::Pair};

mod peer;

/// A place so many steps of 250 m to the east.
fn place(step: i32) -> Place {
    let division = DivisionCode::parse("110101001001").unwrap();
    Place { division, point: Point::new(30_000_000, 104_000_000 + step * 2_597) }
}

fn day(number: i32) -> Day {
    Day::from_ymd(2026, 3, 2).unwrap().plus(number)
}

fn window(on: i32, from: i64, to: i64) -> Window {
    Window { from: day(on).at_minute(from), to: day(on).at_minute(to) }
}

fn visit(on: i32, from: i64, minutes: i64, room: i64, step: i32) -> Visit {
    Visit {
        window: window(on, from, from + minutes + room),
        minutes: Minutes(minutes),
        place: place(step),
        seats: 1,
        urgency: 1,
        together: false,
    }
}

fn visitor(shifts_max: u32) -> Visitor {
    Visitor { shifts_max, minutes_max: Minutes::from_hours(40), commitments: Vec::new() }
}

fn pair(need: u32, volunteer: u32, metres: u32) -> Pair {
    Pair { need, volunteer, metres, served: 0, kept: false }
}

#[derive(Clone, Debug)]
struct Ingredients {
    visits: Vec<Visit>,
    visitors: Vec<Visitor>,
    pairs: Vec<Pair>,
    ties: Vec<Tie>,
    rules: Rules,
}

impl Ingredients {
    fn problem(&self) -> Problem {
        let Self { visits, visitors, pairs, ties, rules } = self.clone();
        Problem::new(visits, visitors, pairs, &ties, rules).unwrap()
    }
}

/// Problems of every kind of tie and limit, so small and tight that these matter.
fn ingredients(needs: usize, people: usize, pairs: usize) -> impl Strategy<Value = Ingredients> {
    let visit = (0..2_i32, 0..6_i64, 1..4_i64, 0..4_i64, 0..8_i32, 0..4_u32, 0..4_u32, any::<bool>())
        .prop_map(|(on, from, length, room, step, seats, urgency, together)| {
            let together = together && seats > 1;
            let room = if together { 0 } else { room };
            let base = visit(on, 480 + from * 20, length * 20, room * 20, step);
            Visit { seats, urgency, together, ..base }
        });
    let commitment = prop::collection::vec((0..2_i32, 0..6_i64, 0..8_i32), 0..2);
    let visitor = (0..4_u32, 2..8_i64, commitment).prop_map(|(shifts_max, minutes, commitments)| Visitor {
        shifts_max,
        minutes_max: Minutes(minutes * 20),
        commitments: (commitments.into_iter())
            .map(|(on, from, step)| {
                let Window { from, to } = window(on, 480 + from * 20, 500 + from * 20);
                Commitment { from, to, place: place(step) }
            })
            .collect(),
    });
    let rules = (1..4_i64, any::<bool>(), 40..200_i64).prop_map(|(pace, rests, day_max)| Rules {
        limits: Limits { metres_per_minute: pace * 25, day_max: Minutes(day_max), ..Limits::default() },
        night_rest: Minutes(if rests { 24 * 60 - 60 } else { 0 }),
    });
    let sizes = (prop::collection::vec(visit, 1..=needs), prop::collection::vec(visitor, 1..=people), rules);
    sizes.prop_flat_map(move |(visits, visitors, rules)| {
        let (needs, people) = (visits.len() as u32, visitors.len() as u32);
        let all: Vec<(u32, u32)> =
            (0..needs).flat_map(|need| (0..people).map(move |person| (need, person))).collect();
        let count = all.len().min(pairs);
        let chosen = prop::sample::subsequence(all, count / 2..=count);
        let levels = prop::collection::vec((0..6_u32, 0..3_u32, any::<bool>()), count);
        let ties = prop::collection::vec((0..10_u8, 0..needs, 0..needs, 0..people, 0..people), 0..4);
        (Just(visits), Just(visitors), Just(rules), chosen, levels, ties).prop_map(
            |(visits, visitors, rules, chosen, levels, ties)| {
                let pairs: Vec<Pair> = (chosen.into_iter().zip(levels))
                    .map(|((need, volunteer), (metres, served, kept))| Pair {
                        need,
                        volunteer,
                        metres,
                        served,
                        kept,
                    })
                    .collect();
                let is_pair = |need, volunteer| {
                    pairs.iter().any(|pair: &Pair| (pair.need, pair.volunteer) == (need, volunteer))
                };
                let mut made: Vec<Tie> = Vec::new();
                for (kind, need, other_need, one, other) in ties {
                    let forbidden = Tie::Forbidden { need, volunteer: one };
                    let pinned = Tie::Pinned { need, volunteer: one };
                    match kind {
                        0..3 if is_pair(need, one) && !made.contains(&forbidden) => made.push(pinned),
                        3 if !made.contains(&pinned) => made.push(forbidden),
                        4..6 if one != other => made.push(Tie::Apart { one, other }),
                        6..8 if one != other => made.push(Tie::With { who: one, whom: other }),
                        8.. if need != other_need => made.push(Tie::Same { one: need, other: other_need }),
                        _ => {}
                    }
                }
                Ingredients { visits, visitors, pairs, ties: made, rules }
            },
        )
    })
}

/// Whether a plan keeps every rule, said anew from what was asked: nothing of the solver or its checker is used, and a
/// round is tried in every order.
fn is_allowed(asked: &Ingredients, plan: &[(u32, u32)]) -> bool {
    let serves = |need: u32, person: u32| plan.contains(&(need, person));
    let teams = asked.visits.iter().zip(0..).all(|(visit, need)| {
        let team = plan.iter().filter(|(of, _)| *of == need).count() as u32;
        team <= visit.seats && (!visit.together || team == 0 || team == visit.seats)
    });
    let needs = 0..asked.visits.len() as u32;
    let people = 0..asked.visitors.len() as u32;
    let ties = asked.ties.iter().all(|tie| match *tie {
        Tie::Pinned { .. } => true,
        Tie::Forbidden { need, volunteer } => !serves(need, volunteer),
        Tie::Apart { one, other } => !needs.clone().any(|need| serves(need, one) && serves(need, other)),
        Tie::With { who, whom } => needs.clone().all(|need| !serves(need, who) || serves(need, whom)),
        Tie::Same { one, other } => people.clone().all(|person| serves(one, person) == serves(other, person)),
    });
    teams
        && ties
        && people.clone().all(|person| {
            let visitor = &asked.visitors[person as usize];
            let round: Vec<&Visit> = (plan.iter().filter(|(_, of)| *of == person))
                .map(|(need, _)| &asked.visits[*need as usize])
                .collect();
            let limits = asked.rules.limits;
            let total: i64 = round.iter().map(|visit| visit.minutes.0).sum();
            let days_fit = round.iter().all(|visit| {
                let on = visit.window.from.day();
                let served: i64 = round
                    .iter()
                    .filter(|other| other.window.from.day() == on)
                    .map(|other| other.minutes.0)
                    .sum();
                let promised: i64 = (visitor.commitments.iter())
                    .filter(|promise| promise.from.day() == on)
                    .map(|promise| promise.to.minutes_since(promise.from).0)
                    .sum();
                served + promised <= limits.day_max.0
            });
            round.len() as u32 <= visitor.shifts_max
                && total <= visitor.minutes_max.0
                && days_fit
                && any_order(asked, visitor, &mut Vec::new(), &round)
        })
}

/// Whether the visits can follow one another in some order, none in the way of another or of a promise. Begins are
/// tried minute by minute in steps of one minute, the earliest that no earlier visit and no promise forbids.
fn any_order(asked: &Ingredients, visitor: &Visitor, kept: &mut Vec<Commitment>, left: &[&Visit]) -> bool {
    let rest_ok = |a: &Commitment, b: &Commitment| {
        let (first, second) = if a.from <= b.from { (a, b) } else { (b, a) };
        first.from.day() == second.from.day() || first.to + asked.rules.night_rest <= second.from
    };
    left.is_empty()
        || (0..left.len()).any(|next| {
            let mut rest = left.to_vec();
            let visit = rest.remove(next);
            let last = visit.window.to - visit.minutes;
            let mut at = visit.window.from;
            while at <= last {
                let stay = Commitment { from: at, to: at + visit.minutes, place: visit.place };
                let after = kept.iter().all(|one| one.from <= stay.from);
                let is_clear = kept
                    .iter()
                    .chain(&visitor.commitments)
                    .all(|one| !crate::clash(one, &stay, &asked.rules.limits) && rest_ok(one, &stay));
                if after && is_clear {
                    kept.push(stay);
                    let found = any_order(asked, visitor, kept, &rest);
                    kept.pop();
                    if found {
                        return true;
                    }
                }
                at = at + Minutes(1);
            }
            false
        })
}

/// Better is greater.
type Rank = (usize, u64, u64, i128, i128);

fn rank(asked: &Ingredients, plan: &[(u32, u32)]) -> Rank {
    let is_pinned = |row: &&(u32, u32)| asked.ties.contains(&Tie::Pinned { need: row.0, volunteer: row.1 });
    let mut rank = (plan.iter().filter(is_pinned).count(), 0, 0, 0, 0);
    for pair in asked.pairs.iter().filter(|pair| plan.contains(&(pair.need, pair.volunteer))) {
        rank.1 += u64::from(asked.visits[pair.need as usize].urgency);
        rank.2 += u64::from(pair.kept);
        rank.3 -= i128::from(pair.served);
        rank.4 -= i128::from(pair.metres);
    }
    rank
}

fn best_by_trying(asked: &Ingredients) -> Rank {
    let all: Vec<(u32, u32)> = asked.pairs.iter().map(|pair| (pair.need, pair.volunteer)).collect();
    (0..1_u32 << all.len())
        .map(|mask| (0..all.len()).filter(|bit| mask >> bit & 1 == 1).map(|bit| all[bit]).collect::<Vec<_>>())
        .filter(|plan| is_allowed(asked, plan))
        .map(|plan| rank(asked, &plan))
        .max()
        .unwrap()
}

fn rows(problem: &Problem, chosen: &[u32]) -> Vec<(u32, u32)> {
    chosen.iter().map(|&pair| (problem.pair(pair).need, problem.pair(pair).volunteer)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_plan_is_better(asked in ingredients(4, 4, 9)) {
        let problem = asked.problem();
        let plan = solve(&problem, Effort::default());
        let plan_rows = rows(&problem, &plan.chosen);
        prop_assert!(is_allowed(&asked, &plan_rows), "{plan_rows:?}");
        prop_assert_eq!(rank(&asked, &plan_rows), best_by_trying(&asked));
        prop_assert_eq!(plan.gap, Gap::default());
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(0));
        prop_assert_eq!(&solve(&problem, Effort::default()), &plan, "the same every time");
    }
}

/// What a plan gains over another, level by level; for levels far below 10,000.
fn as_number(rank: Rank) -> i128 {
    let levels = [rank.0 as i128, rank.1.into(), rank.2.into(), rank.3, rank.4];
    levels.into_iter().fold(0, |sum, level| sum * 10_000 + level)
}

fn renamed(asked: &Ingredients, needs: &[u32], people: &[u32]) -> Ingredients {
    let (need, person) = (|at: u32| needs[at as usize], |at: u32| people[at as usize]);
    let mut other = asked.clone();
    for (at, visit) in asked.visits.iter().enumerate() {
        other.visits[needs[at] as usize] = *visit;
    }
    for (at, visitor) in asked.visitors.iter().enumerate() {
        other.visitors[people[at] as usize] = visitor.clone();
    }
    for pair in &mut other.pairs {
        (pair.need, pair.volunteer) = (need(pair.need), person(pair.volunteer));
    }
    for tie in &mut other.ties {
        *tie = match *tie {
            Tie::Pinned { need: at, volunteer } => {
                Tie::Pinned { need: need(at), volunteer: person(volunteer) }
            }
            Tie::Forbidden { need: at, volunteer } => {
                Tie::Forbidden { need: need(at), volunteer: person(volunteer) }
            }
            Tie::Apart { one, other } => Tie::Apart { one: person(one), other: person(other) },
            Tie::With { who, whom } => Tie::With { who: person(who), whom: person(whom) },
            Tie::Same { one, other } => Tie::Same { one: need(one), other: need(other) },
        };
    }
    other.pairs.reverse();
    other
}

/// Enough for every problem here.
const THOROUGH: Effort = Effort { nodes_max: 20_000, piece_max: 1_000, pivots_max: 2_000 };

fn planned(asked: &Ingredients, effort: Effort) -> (Problem, Plan, Rank) {
    let problem = asked.problem();
    let plan = solve(&problem, effort);
    let rank = rank(asked, &rows(&problem, &plan.chosen));
    (problem, plan, rank)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_bound_holds_whatever_the_effort(
        asked in ingredients(7, 7, 30),
        nodes_max in 0..4_u32,
        piece_max in 1..12_usize,
        pivots_max in 0..12_u32,
    ) {
        let (problem, plan, hasty) = planned(&asked, Effort { nodes_max, piece_max, pivots_max });
        prop_assert!(is_allowed(&asked, &rows(&problem, &plan.chosen)));
        let gap = verify(&problem, &plan.chosen, &plan.proof).unwrap();
        prop_assert_eq!(problem.levels(gap), plan.gap, "the proof shows the gap that was reported");
        let (_, best, best_rank) = planned(&asked, THOROUGH);
        prop_assert_eq!(best.gap, Gap::default());
        prop_assert!(hasty <= best_rank);
        prop_assert!(plan.gap != Gap::default() || hasty == best_rank, "no gap, so nothing is better");
    }

    #[test]
    fn a_programme_given_up_half_way_changes_no_plan(asked in ingredients(7, 7, 30), pivots_max in 0..12_u32) {
        let (problem, plan, found) = planned(&asked, Effort { pivots_max, ..THOROUGH });
        prop_assert_eq!(plan.gap, Gap::default());
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(0));
        prop_assert_eq!(found, planned(&asked, THOROUGH).2);
    }

    #[test]
    fn a_plan_made_worse_is_not_proved(asked in ingredients(6, 6, 20), pick in any::<prop::sample::Index>()) {
        let (problem, plan, _) = planned(&asked, Effort::default());
        prop_assume!(!plan.chosen.is_empty() && plan.gap == Gap::default());
        let mut worse = plan.chosen.clone();
        let gone = worse.remove(pick.index(worse.len()));
        match verify(&problem, &worse, &plan.proof) {
            Ok(gap) => prop_assert_eq!(gap, problem.gain[gone as usize], "by what the pair gained"),
            Err(Fault::Team(_) | Fault::Round(_)) => {}
            Err(fault) => prop_assert!(false, "{fault}"),
        }
        let twice = [plan.chosen.clone(), vec![*plan.chosen.last().unwrap()]].concat();
        prop_assert_eq!(verify(&problem, &twice, &plan.proof), Err(Fault::UnknownPair(*plan.chosen.last().unwrap())));
    }

    #[test]
    fn no_proof_shows_less_than_the_truth(
        asked in ingredients(5, 5, 14),
        prices in prop::collection::vec(-40..40_i128, 14),
        branch in any::<prop::sample::Index>(),
        members in (any::<u8>(), any::<u8>()),
    ) {
        let (problem, plan, _) = planned(&asked, Effort::default());
        prop_assume!(plan.gap == Gap::default() && !problem.gain.is_empty());
        // Any prices, and a tree over any part of the problem.
        let part = |mask: u8, of: usize| (0..of as u32).filter(|at| mask >> at & 1 == 1).collect::<Vec<_>>();
        let needs = part(members.0, problem.visits.len());
        let volunteers = part(members.1, problem.visitors.len());
        let pair = branch.index(problem.gain.len()) as u32;
        let row = problem.pair(pair);
        let steps = if needs.contains(&row.need) && volunteers.contains(&row.volunteer) {
            let leaf = |by: i128| Step::Leaf(vec![(pair, by * problem.gain[pair as usize] / 7)]);
            let meet = Step::Meet(row.need);
            vec![Step::Branch(pair), leaf(prices[0]), meet, leaf(prices[1]), leaf(prices[2])]
        } else {
            vec![Step::Leaf(Vec::new())]
        };
        let price = |(gain, by): (&i128, &i128)| gain * by / 20;
        let proof = Proof {
            prices: problem.gain.iter().zip(&prices).map(price).collect(),
            pieces: vec![Piece { needs, volunteers, steps }],
        };
        prop_assert!(verify(&problem, &plan.chosen, &proof).unwrap() >= 0);
    }

    #[test]
    fn names_and_order_do_not_matter(
        (asked, needs, people) in ingredients(6, 6, 16).prop_flat_map(|asked| {
            let order = |of: usize| Just((0..of as u32).collect::<Vec<_>>()).prop_shuffle();
            let (needs, people) = (order(asked.visits.len()), order(asked.visitors.len()));
            (Just(asked), needs, people)
        }),
    ) {
        let (_, plan, before) = planned(&asked, Effort::default());
        let (_, other, after) = planned(&renamed(&asked, &needs, &people), Effort::default());
        prop_assume!(plan.gap == Gap::default() && other.gap == Gap::default());
        prop_assert_eq!(before, after);
        let mut longer = asked;
        longer.pairs.iter_mut().for_each(|pair| pair.metres *= 3);
        let (_, plan, longer) = planned(&longer, Effort::default());
        prop_assume!(plan.gap == Gap::default());
        prop_assert_eq!((longer.0, longer.1, longer.2, longer.3, longer.4), (before.0, before.1, before.2, before.3, 3 * before.4));
    }

    #[test]
    fn a_need_of_two_is_two_needs_at_one_time(asked in ingredients(5, 5, 12)) {
        let mut asked = asked;
        asked.ties.clear();
        for visit in &mut asked.visits {
            visit.window.to = visit.window.from + visit.minutes;
            visit.together = false;
        }
        let mut split = asked.clone();
        for need in 0..asked.visits.len() as u32 {
            if asked.visits[need as usize].seats < 2 {
                continue;
            }
            split.visits[need as usize].seats -= 1;
            let twin = split.visits.len() as u32;
            split.visits.push(Visit { seats: 1, ..asked.visits[need as usize] });
            let of = |pair: &&Pair| pair.need == need;
            let twins: Vec<Pair> =
                asked.pairs.iter().filter(of).map(|pair| Pair { need: twin, ..*pair }).collect();
            split.pairs.extend(twins);
        }
        let (_, whole, before) = planned(&asked, Effort::default());
        let (_, parts, after) = planned(&split, Effort::default());
        prop_assume!(whole.gap == Gap::default() && parts.gap == Gap::default());
        prop_assert_eq!(before, after);
    }

    #[test]
    fn without_ties_it_is_the_flow(asked in ingredients(8, 8, 40)) {
        let mut asked = asked;
        asked.ties.clear();
        asked.rules = Rules::default();
        for (need, visit) in asked.visits.iter_mut().enumerate() {
            // Three times of one place, far apart, so that a slot is all there is.
            *visit = Visit { seats: visit.seats, urgency: visit.urgency, ..super::tests::visit(0, 480 + need as i64 % 3 * 120, 60, 0, 0) };
        }
        for visitor in &mut asked.visitors {
            *visitor = super::tests::visitor(visitor.shifts_max);
        }
        let (problem, plan, _) = planned(&asked, Effort::default());
        prop_assert_eq!(plan.gap, Gap::default());
        let flow = crate::plan::solve(&problem.flow);
        prop_assert_eq!((plan.totals.weighted, plan.totals.kept, plan.totals.served, plan.totals.metres), (flow.totals.weighted, flow.totals.kept, flow.totals.served, flow.totals.metres));
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Generalised assignment with capacities by minutes: every job one worker, few hours each, all plans tried.
    #[test]
    fn hours_are_shared_out_best(
        minutes in prop::collection::vec(5..25_i64, 6),
        metres in prop::collection::vec(10..50_u32, 18),
        share in 6..11_i64,
    ) {
        let visits: Vec<Visit> = (minutes.iter()).map(|&minutes| visit(0, 0, minutes, 1_440 - minutes, 0)).collect();
        let hours = minutes.iter().sum::<i64>() * share / 30;
        let visitors = vec![Visitor { minutes_max: Minutes(hours), ..visitor(6) }; 3];
        let pairs: Vec<Pair> = (0..18).map(|at| pair(at / 3, at % 3, metres[at as usize])).collect();
        let asked = Ingredients { visits, visitors, pairs, ties: vec![], rules: Rules::default() };
        let best = (0..4_u32.pow(6))
            .filter_map(|code| {
                let mut left = [hours; 3];
                let mut value = 0_i128;
                for job in 0..6 {
                    let worker = (code / 4_u32.pow(job) % 4) as usize;
                    if worker < 3 {
                        left[worker] -= minutes[job as usize];
                        value += 10_000_i128.pow(3) - i128::from(metres[job as usize * 3 + worker]);
                    }
                }
                left.iter().all(|left| *left >= 0).then_some(value)
            })
            .max();
        let (problem, plan, found) = planned(&asked, Effort { nodes_max: 5_000, piece_max: 100, ..Effort::default() });
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(0));
        prop_assert_eq!(Some(as_number(found)), best);
    }
}

/// Four days of a ward, as in the nurse rostering competition (INRC): three shifts a day, two who go together by night, no
/// early shift after a late one, three shifts each at most, and more work than hands.
#[test]
fn a_ward_has_its_roster() {
    let mut seed = 11_u32;
    let mut random = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    let (mut visits, mut pairs) = (Vec::new(), Vec::new());
    for on in 0..4 {
        for (from, seats, together) in [(360, 1, false), (840, 2, false), (900, 2, true)] {
            let need = visits.len() as u32;
            visits.push(Visit { seats, together, urgency: 1 + random(3), ..visit(on, from, 480, 0, 0) });
            for nurse in 0..6 {
                if random(10) < 7 {
                    pairs.push(Pair { served: nurse, ..pair(need, nurse, 100 + random(900)) });
                }
            }
        }
    }
    let visitors = vec![visitor(3); 6];
    let ties = vec![Tie::Apart { one: 0, other: 1 }, Tie::With { who: 2, whom: 3 }];
    let rules = Rules { night_rest: Minutes::from_hours(11), ..Rules::default() };
    let asked = Ingredients { visits, visitors, pairs, ties, rules };
    let (problem, plan, _) = planned(&asked, Effort::default());
    assert!(is_allowed(&asked, &rows(&problem, &plan.chosen)));
    let gap = verify(&problem, &plan.chosen, &plan.proof).unwrap();
    assert_eq!(problem.levels(gap), plan.gap);
    assert_eq!(plan.gap.weighted, 0, "{:?} {:?}", plan.totals, plan.gap);
    assert_eq!(solve(&problem, Effort::default()), plan, "the same every time");
}

#[test]
fn a_need_is_decided_once_and_within_its_piece() {
    let visits = vec![visit(0, 480, 60, 0, 0), visit(0, 600, 60, 0, 0)];
    let pairs = vec![pair(0, 0, 5), pair(1, 0, 5)];
    let problem = Problem::new(visits, vec![visitor(1)], pairs, &[], Rules::default()).unwrap();
    let check = |steps: &[Step]| {
        let piece = Piece { needs: vec![0], volunteers: vec![0], steps: steps.to_vec() };
        // Nothing for the needs: the visitor goes once.
        verify(&problem, &[0], &Proof { prices: vec![0, 0], pieces: vec![piece] })
    };
    let leaf = Step::Leaf(Vec::new());
    assert_eq!(check(&[Step::Meet(0), leaf.clone(), leaf.clone()]), Ok(0));
    // Where nobody goes to the need, it takes no price for its pair, however high.
    let high = Step::Leaf(vec![(0, 1 << 90)]);
    assert_eq!(check(&[Step::Meet(0), leaf.clone(), high]), Ok(0));
    assert_eq!(check(&[Step::Meet(1), leaf.clone(), leaf.clone()]), Err(Fault::OtherProblem));
    let twice = [Step::Meet(0), Step::Meet(0), leaf.clone(), leaf.clone(), leaf.clone()];
    assert_eq!(check(&twice), Err(Fault::OtherProblem));
    assert_eq!(check(&[Step::Meet(0), leaf]), Err(Fault::BrokenTree));
}

#[test]
fn what_cannot_be_is_said() {
    let one = vec![visit(0, 480, 60, 0, 0)];
    let people = vec![visitor(1)];
    let ask = |visits: &[Visit], ties: &[Tie]| {
        Problem::new(visits.to_vec(), people.clone(), vec![pair(0, 0, 5)], ties, Rules::default()).map(|_| ())
    };
    assert_eq!(ask(&one, &[]), Ok(()));
    let unknown = ask(&one, &[Tie::Forbidden { need: 1, volunteer: 0 }]);
    assert_eq!(unknown, Err(ProblemError::UnknownTie { tie: 0 }));
    let alone = ask(&one, &[Tie::Apart { one: 0, other: 0 }]);
    assert_eq!(alone, Err(ProblemError::UnknownTie { tie: 0 }));
    let (pinned, forbidden) =
        (Tie::Pinned { need: 0, volunteer: 0 }, Tie::Forbidden { need: 0, volunteer: 0 });
    let both = ask(&one, &[pinned, forbidden]);
    assert_eq!(both, Err(ProblemError::PinnedAndForbidden { need: 0, volunteer: 0 }));
    let nobody = Problem::new(one.clone(), people.clone(), vec![], &[pinned], Rules::default()).map(|_| ());
    assert_eq!(nobody, Err(ProblemError::PinnedWithoutPair { need: 0, volunteer: 0 }));
    let wide = Visit { seats: 2, together: true, ..visit(0, 480, 60, 30, 0) };
    assert_eq!(ask(&[wide], &[]), Err(ProblemError::TogetherWithoutTime { need: 0 }));
    let days = Visit { window: Window { from: day(0).at_minute(480), to: day(1).at_minute(600) }, ..one[0] };
    assert_eq!(ask(&[days], &[]), Err(ProblemError::Window { need: 0 }));
    let back = Visit { window: Window { from: day(1).at_minute(0), to: day(0).at_minute(0) }, ..one[0] };
    assert_eq!(ask(&[back], &[]), Err(ProblemError::Window { need: 0 }));
    let none = Problem::new(vec![], vec![], vec![], &[], Rules::default()).unwrap();
    assert_eq!(solve(&none, Effort::default()).totals, Totals::default());
}

#[test]
fn pins_that_contradict_each_other_are_named() {
    // One person, two visits at one time, both pinned: the more urgent is kept and the other named.
    let visits = vec![visit(0, 480, 60, 0, 0), Visit { urgency: 3, ..visit(0, 500, 60, 0, 0) }];
    let ties = [Tie::Pinned { need: 0, volunteer: 0 }, Tie::Pinned { need: 1, volunteer: 0 }];
    let pairs = vec![pair(0, 0, 5), pair(1, 0, 500)];
    let problem = Problem::new(visits, vec![visitor(2)], pairs, &ties, Rules::default()).unwrap();
    let plan = solve(&problem, Effort::default());
    assert_eq!((plan.unkept_pins, plan.totals.weighted), (vec![(0, 0)], 3));
}

#[test]
fn the_greatest_numbers_do_not_overflow() {
    let visits = vec![Visit { urgency: u32::MAX, seats: 10_000, ..visit(0, 480, 60, 0, 0) }; 3];
    let pairs =
        (0..9).map(|at| Pair { kept: true, served: u32::MAX, ..pair(at / 3, at % 3, u32::MAX) }).collect();
    let pinned = [Tie::Pinned { need: 2, volunteer: 1 }];
    let made = Problem::new(visits, vec![visitor(u32::MAX); 3], pairs, &pinned, Rules::default());
    match made {
        Ok(problem) => {
            let plan = solve(&problem, Effort::default());
            assert_eq!((plan.gap, plan.totals.filled), (Gap::default(), 3));
            assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(0));
        }
        Err(error) => assert_eq!(error, ProblemError::TooGreat),
    }
}

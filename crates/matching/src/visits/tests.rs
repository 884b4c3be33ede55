//! Against every plan there is, where there are few; against the proof, where there are many; like instances of the
//! literature: generalised assignment, nurse rosters.

use kernel::{Day, DivisionCode, Minutes};
use proptest::prelude::*;

use super::*;
use crate::{Commitment, Limits, Place, Point, Window, plan::Pair};

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

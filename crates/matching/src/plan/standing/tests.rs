//! After every change the standing plan must be what solving anew gives, and its proof must hold.

use std::collections::BTreeSet;

use kernel::Random;
use proptest::{prelude::*, sample::Index};

use super::{
    super::{proof, search::Search},
    *,
};
use crate::plan::{solve, verify};

/// A change that is not yet of any plan: which rows it names is picked when it is applied.
#[derive(Clone, Debug)]
struct Wish {
    kind: u8,
    rows: [Index; 2],
    numbers: [u32; 4],
    pairs: Vec<(Index, u32, u32)>,
}

fn wishes(count: usize, pairs: usize) -> impl Strategy<Value = Vec<Wish>> {
    let wish = (
        0..11_u8,
        any::<[Index; 2]>(),
        [0..3_u32, 0..4_u32, 0..4_u32, 0..6_u32],
        prop::collection::vec((any::<Index>(), 0..6_u32, 0..3_u32), 0..=pairs),
    );
    let wish = wish.prop_map(|(kind, rows, numbers, pairs)| Wish { kind, rows, numbers, pairs });
    prop::collection::vec(wish, 0..=count)
}

fn candidates(pairs: &[(Index, u32, u32)], others: u32) -> Vec<Candidate> {
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for (other, metres, served) in pairs {
        // One too many now and then: an unknown row must be refused.
        let other = other.index(others as usize + 1) as u32;
        if seen.insert(other) && (other < others || *metres == 5) {
            list.push(Candidate { other, metres: *metres, served: *served });
        }
    }
    list
}

impl Wish {
    fn change(&self, standing: &Standing) -> Change {
        let problem = standing.problem();
        let (needs, volunteers) = (problem.demands.len() as u32, problem.supplies.len() as u32);
        let need = self.rows[0].index(needs as usize + 1) as u32;
        let volunteer = self.rows[1].index(volunteers as usize + 1) as u32;
        let [slot, seats, urgency, metres] = self.numbers;
        let known = problem.pairs.iter().find(|pair| pair.need == need).map(|pair| pair.volunteer);
        // Half of the time two who are a pair.
        let partner = known.filter(|_| metres % 2 == 0).unwrap_or(volunteer);
        match self.kind {
            0 => Change::NeedCame {
                demand: Demand { slot: slot as u16, seats, urgency },
                pairs: candidates(&self.pairs, volunteers),
            },
            1 => Change::VolunteerCame {
                supply: Supply { shifts_max: seats },
                pairs: candidates(&self.pairs, needs),
            },
            2 => Change::NeedWithdrawn { need },
            3 => Change::VolunteerGone { volunteer },
            4 => Change::PairOpened {
                pair: Pair { need, volunteer, metres, served: slot, kept: urgency == 3 },
            },
            5 => Change::PairDeclined { need, volunteer: partner },
            6 => Change::SeatsSet { need, seats },
            7 => Change::UrgencySet { need, urgency },
            8 => Change::ShiftsSet { volunteer, shifts_max: seats },
            9 => Change::Promised { need, volunteer: partner, promise: Promise::Fixed },
            _ => Change::Promised {
                need,
                volunteer: partner,
                promise: if urgency > 1 { Promise::Kept } else { Promise::None },
            },
        }
    }
}

fn placements(standing: &Standing) -> BTreeSet<Placement> {
    let needs = 0..standing.problem().demands.len() as u32;
    needs.flat_map(|need| standing.at_need(need)).map(|(placement, _)| placement).collect()
}

/// The levels that are decided; a seat of urgency nought may be filled or not.
fn rank(totals: Totals) -> (u64, u64, u64, u64) {
    (totals.weighted, totals.kept, totals.served, totals.metres)
}

/// From now on nearly every search is joined by one from the other ends. Gives whether one was, since the last time.
fn join_early(standing: &mut Standing) -> bool {
    with_books!(&mut standing.books, ledger => {
        std::mem::replace(&mut ledger.search, Search::long_after(3)).was_joined()
    })
}

fn follow(problem: Problem, wishes: &[Wish]) -> Result<(), TestCaseError> {
    let mut standing = Standing::new(problem).unwrap();
    join_early(&mut standing);
    let mut known = placements(&standing);
    for wish in wishes {
        let change = wish.change(&standing);
        let before = standing.clone().plan();
        match standing.apply(&change) {
            Ok(repair) => {
                for left in &repair.left {
                    prop_assert!(known.remove(left), "{left:?} left and was not there");
                }
                for &joined in &repair.joined {
                    prop_assert!(known.insert(joined), "{joined:?} joined and was there");
                }
            }
            Err(refused) => {
                prop_assert!(!refused.to_string().is_empty());
                prop_assert_eq!(standing.plan().1, before.1, "a refusal changes nothing");
            }
        }
        prop_assert_eq!(&placements(&standing), &known);
        let (problem, plan) = standing.plan();
        prop_assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()), "after {:?}", change);
        let promised: Vec<(u32, u32)> = problem
            .fixed()
            .iter()
            .map(|&pair| &problem.pairs()[pair as usize])
            .map(|pair| (pair.need, pair.volunteer))
            .collect();
        let (demands, supplies, pairs) = (problem.demands(), problem.supplies(), problem.pairs());
        let anew = Problem::new(demands.to_vec(), supplies.to_vec(), pairs.to_vec()).unwrap();
        let anew = solve(&anew.with_fixed(&promised).unwrap());
        prop_assert_eq!(rank(plan.totals), rank(anew.totals), "after {:?}", change);
        // By the other way round too: everybody a volunteer serves is somebody whom a need has.
        let of_volunteers = 0..problem.supplies().len() as u32;
        let of_volunteers: BTreeSet<Placement> =
            of_volunteers.flat_map(|volunteer| standing.of_volunteer(volunteer)).map(|of| of.0).collect();
        prop_assert_eq!(&of_volunteers, &known);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_repair_is_what_solving_anew_gives(
        problem in super::super::tests::problems(4),
        wishes in wishes(25, 4),
    ) {
        follow(problem, &wishes)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_repair_is_what_solving_anew_gives_for_many(
        problem in super::super::tests::problems(40),
        wishes in wishes(120, 12),
    ) {
        follow(problem, &wishes)?;
    }
}

/// A street: whoever could come to a need lives near it, nobody is to spare for long, and all seats but a few weigh the
/// same. So what changes in one place is felt far along the street.
struct Street {
    chance: Random,
    length: u32,
}

impl Street {
    fn below(&self, end: u32) -> u32 {
        self.chance.below(end.into()) as u32
    }

    fn demand(&self) -> Demand {
        let urgency = if self.below(12) == 0 { 2 } else { 1 };
        Demand { slot: u16::from(self.below(8) == 0), seats: 1 + self.below(8) / 7, urgency }
    }

    /// The next three or four to both sides, with one missing here and there.
    fn near(&self, place: u32) -> Vec<Candidate> {
        let from = place.saturating_sub(3);
        let near = (from..(place + 4).min(self.length)).filter(|_| self.below(6) > 0);
        near.map(|other| Candidate { other, metres: self.below(1_000), served: 0 }).collect()
    }

    fn problem(&self) -> Problem {
        let demands = (0..self.length).map(|_| self.demand()).collect();
        let supplies = (0..self.length).map(|_| Supply { shifts_max: 1 + self.below(8) / 6 }).collect();
        let pairs = (0..self.length).flat_map(|need| {
            let near = self.near(need).into_iter();
            near.map(move |of| of.pair(need, of.other))
        });
        Problem::new(demands, supplies, pairs.collect()).unwrap()
    }

    fn change(&self, standing: &Standing) -> Change {
        let (need, volunteer) = (self.below(self.length), self.below(self.length));
        let mut pairs = self.near(need);
        match self.below(6) {
            0 => {
                pairs.retain(|of| standing.knows_volunteer(of.other));
                Change::NeedCame { demand: self.demand(), pairs }
            }
            1 => {
                pairs.retain(|of| standing.knows_need(of.other));
                Change::VolunteerCame { supply: Supply { shifts_max: 1 + self.below(2) }, pairs }
            }
            2 => Change::NeedWithdrawn { need },
            3 => Change::VolunteerGone { volunteer },
            4 => Change::SeatsSet { need, seats: self.below(4) },
            _ => Change::ShiftsSet { volunteer, shifts_max: self.below(3) },
        }
    }
}

#[test]
fn long_repairs_looked_for_from_both_ends_are_what_solving_anew_gives() {
    let (mut applied, mut joined, mut moved_most) = (0, 0, 0);
    for seed in 0..40 {
        let chance = Random::seeded(seed);
        let length = 100 + chance.below(300) as u32;
        let street = Street { chance, length };
        let mut standing = Standing::new(street.problem()).unwrap();
        for _ in 0..20 {
            let change = street.change(&standing);
            join_early(&mut standing);
            let Ok(repair) = standing.apply(&change) else { continue };
            applied += 1;
            joined += u32::from(join_early(&mut standing));
            moved_most = moved_most.max(repair.joined.len());
            let (problem, plan) = standing.plan();
            assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()), "street {seed}, {change:?}");
            assert_eq!(rank(plan.totals), rank(solve(&problem).totals), "street {seed}, {change:?}");
        }
    }
    assert!(2 * joined > applied, "{joined} of {applied} were looked for from both ends");
    assert!(moved_most > 10, "{moved_most} moved at most");
}

fn one_pair() -> Standing {
    let demands = vec![Demand { slot: 0, seats: 1, urgency: 1 }; 2];
    let pair = |need, volunteer| Pair { need, volunteer, metres: 10, served: 0, kept: false };
    let supplies = vec![Supply { shifts_max: 1 }, Supply { shifts_max: 0 }];
    Standing::new(Problem::new(demands, supplies, vec![pair(0, 0), pair(1, 0), pair(1, 1)]).unwrap()).unwrap()
}

#[test]
fn promises_that_contradict_each_other_are_refused() {
    let mut standing = one_pair();
    let mut fix = |need, volunteer| {
        standing.apply(&Change::Promised { need, volunteer, promise: Promise::Fixed }).map(|_| ())
    };
    assert_eq!(fix(0, 0), Ok(()));
    assert_eq!(fix(1, 0), Err(ChangeError::FixedTwoPlaces(0, 0)));
    assert_eq!(fix(1, 1), Err(ChangeError::FixedAboveShifts(1)));
    assert_eq!(fix(0, 1), Err(ChangeError::UnknownPair(Placement { need: 0, volunteer: 1 })));
    assert_eq!(fix(2, 0), Err(ChangeError::UnknownNeed(2)));
    assert_eq!(standing.apply(&Change::SeatsSet { need: 0, seats: 0 }), Err(ChangeError::FixedAboveSeats(0)));
    assert_eq!(
        standing.apply(&Change::ShiftsSet { volunteer: 0, shifts_max: 0 }),
        Err(ChangeError::FixedAboveShifts(0))
    );
}

#[test]
fn a_scale_that_becomes_too_narrow_is_widened() {
    let mut standing = one_pair();
    let scale = standing.problem().scale;
    let far = Pair { need: 0, volunteer: 1, metres: u32::MAX, served: u32::MAX, kept: true };
    standing.apply(&Change::PairOpened { pair: far }).unwrap();
    for seats in [100, 1_000, 10_000] {
        let pairs = (0..2).map(|other| Candidate { other, metres: u32::MAX, served: u32::MAX }).collect();
        let demand = Demand { slot: 3, seats, urgency: u32::MAX };
        standing.apply(&Change::NeedCame { demand, pairs }).unwrap();
    }
    assert_ne!(standing.problem().scale, scale);
    assert!(matches!(standing.books, Books::Wide(_)));
    let (problem, plan) = standing.plan();
    assert_eq!(verify(&problem, &plan.chosen, &plan.proof), Ok(()));
    assert_eq!(proof::gap(&problem, &plan.chosen, &plan.proof), Ok(0));
    assert_eq!(rank(plan.totals), rank(solve(&problem).totals));
}

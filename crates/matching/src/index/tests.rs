//! The index answers what the ranking over everybody answers, whatever happened before.

use std::sync::LazyLock;

use kernel::{Id, Instant, Minutes, Person, Random};
use proptest::{prelude::*, strategy::ValueTree};

use super::{ground::Target, row::Row, *};
use crate::{
    tests::{
        at, busy, code, day, engagements, here, ids, need, place, places, quarters, volunteer, volunteers,
    },
    *,
};

/// More people than a few leaves hold.
const MANY: usize = 260;

/// Homes near one another, all over the country, and at its edges; some in a district at large.
fn homes() -> impl Strategy<Value = Place> {
    let divisions = ["420103001005", "420103001006", "420103002001", "420103000000", "330102001001"];
    let far = (30_000_000_i32..31_200_000, 113_700_000_i32..114_900_000);
    let world = (-90_000_000_i32..=90_000_000, -180_000_000_i32..=180_000_000);
    // Where the longitudes meet, and near a pole.
    let edges = [(0, 179_999_000), (10_000, -179_999_500), (89_999_000, 5), (89_999_500, 179_000_000)];
    let point = prop_oneof![2 => far, 1 => world, 1 => prop::sample::select(edges.to_vec())];
    let wide = (prop::sample::select(divisions.to_vec()), point);
    prop_oneof![3 => places(), 1 => wide.prop_map(|(division, point)| place(division, Some(point)))]
}

/// Up to so many people, made of the parts of a few; some are like everybody else, so that many are eligible.
fn crowd(most: usize) -> impl Strategy<Value = Vec<Volunteer>> {
    let parts = (prop::collection::vec(volunteers(), 9), prop::collection::vec(homes(), 25));
    (parts, 0..=most, any::<u64>()).prop_map(|((few, homes), count, seed)| {
        let random = Random::seeded(seed);
        let draw = |count: usize| random.below(count as u64) as usize;
        let mut one = |id| {
            let v = few[draw(few.len())].clone();
            let last_served = (draw(3) > 0).then(|| at(1, 0, 0) - Minutes(draw(60_000) as i64));
            let plain = Volunteer { id, home: homes[draw(homes.len())], last_served, ..volunteer() };
            match draw(6) {
                0 => Volunteer { id, home: plain.home, last_served, ..v },
                1 => plain,
                2 => Volunteer { times: v.times, exceptions: v.exceptions, ..plain },
                3 => Volunteer { skills: v.skills, languages: v.languages, radius: v.radius, ..plain },
                4 => Volunteer { commitments: v.commitments, wishes: v.wishes, sex: v.sex, ..plain },
                _ => Volunteer {
                    born: v.born,
                    guardian_consent: v.guardian_consent,
                    last_call: v.last_call,
                    insured: v.insured,
                    ..plain
                },
            }
        };
        ids(count).into_iter().map(&mut one).collect()
    })
}

/// Engagements of which most ask for little.
fn asks() -> impl Strategy<Value = Engagement> {
    (engagements(), homes(), 0..8_u8).prop_map(|(e, place, keep)| {
        let plain = Engagement { place, ..need() };
        match keep {
            0 => Engagement { place, ..e },
            1 => Engagement { skills: e.skills, insurance: e.insurance, ..plain },
            2 => Engagement { window: e.window, minutes: e.minutes, ..plain },
            3 => Engagement { languages: e.languages, demands: e.demands, sex: e.sex, ..plain },
            4 => Engagement { age_min: e.age_min, guardian_present: e.guardian_present, ..plain },
            5 => Engagement { wished: e.wished, seen_before: e.seen_before, recipient: e.recipient, ..plain },
            6 => Engagement { refused: e.refused, asked: e.asked, purpose: e.purpose, ..plain },
            _ => Engagement {
                place,
                window: e.window,
                purpose: e.purpose,
                minutes: Minutes(e.minutes.0 / 4),
                ..need()
            },
        }
    })
}

/// What may happen to one of the people.
#[derive(Clone, Debug)]
enum Change {
    Left,
    Became(Box<Volunteer>),
    Called(Instant),
    Served(Instant),
    Promised(Commitment),
    Released,
}

fn changes() -> impl Strategy<Value = Vec<(usize, Change)>> {
    let change = prop_oneof![
        2 => Just(Change::Left),
        3 => (volunteers(), homes()).prop_map(|(v, home)| Change::Became(Box::new(Volunteer { home, ..v }))),
        1 => quarters().prop_map(Change::Called),
        1 => quarters().prop_map(Change::Served),
        2 => busy().prop_filter_map("no promise", |all| all.first().copied().map(Change::Promised)),
        1 => Just(Change::Released),
    ];
    prop::collection::vec((0..MANY, change), 0..60)
}

fn everybody() -> &'static [Id<Person>] {
    static ALL: LazyLock<Vec<Id<Person>>> = LazyLock::new(|| ids(MANY));
    &ALL
}

/// Does it to the people and to the index.
fn happen(people: &mut Vec<Volunteer>, index: &mut Index, who: usize, change: &Change) {
    let id = everybody()[who];
    let found = people.iter_mut().find(|one| one.id == id);
    match (change, found) {
        (Change::Became(new), found) => {
            let new = Volunteer { id, ..Volunteer::clone(new) };
            index.put(&new);
            match found {
                Some(found) => *found = new,
                None => people.push(new),
            }
        }
        (Change::Left, found) => {
            assert_eq!(index.remove(id), found.is_some());
            people.retain(|one| one.id != id);
        }
        (Change::Called(at), found) => {
            index.called(id, *at);
            found.into_iter().for_each(|one| one.last_call = Some(*at));
        }
        (Change::Served(at), found) => {
            index.served(id, *at);
            found.into_iter().for_each(|one| one.last_served = Some(*at));
        }
        (Change::Promised(promise), found) => {
            index.promised(id, promise);
            found.into_iter().for_each(|one| one.commitments.push(*promise));
        }
        (Change::Released, found) => {
            if let Some(promise) = found.and_then(|one| one.commitments.pop()) {
                index.released(id, &promise);
            }
        }
    }
}

type Shown = Vec<(Id<Person>, Instant, Vec<Why>)>;

fn shown(ranked: &[Ranked<'_>]) -> Shown {
    ranked.iter().map(|one| (one.volunteer.id, one.start, one.why.clone())).collect()
}

fn now() -> Instant {
    at(1, 12, 0)
}

fn by_index(index: &Index, people: &[Volunteer], e: &Engagement, k: usize) -> Shown {
    let facts = |id| people.iter().find(|one| one.id == id);
    shown(&index.best(e, k, now(), &Limits::default(), facts))
}

fn by_rank(people: &[Volunteer], e: &Engagement, k: usize) -> Shown {
    shown(&rank(e, people, k, now(), &Limits::default()))
}

fn of(people: &[Volunteer]) -> Index {
    let mut index = Index::default();
    people.iter().for_each(|one| index.put(one));
    index
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_index_answers_as_the_ranking_over_everybody_does(
        mut people in crowd(MANY), changes in changes(), asked in prop::collection::vec((asks(), 0_usize..12), 1..8)
    ) {
        let mut index = of(&people);
        for (who, change) in &changes {
            happen(&mut people, &mut index, *who, change);
        }
        prop_assert_eq!(index.len(), people.len());
        for (e, k) in &asked {
            prop_assert_eq!(by_index(&index, &people, e, *k), by_rank(&people, e, *k));
            prop_assert_eq!(by_index(&index, &people, e, MANY), by_rank(&people, e, MANY));
        }
        for one in &people {
            prop_assert!(index.remove(one.id));
        }
        prop_assert!(index.is_empty() && index.wishes.is_empty() && index.order.runs().is_empty());
    }

    #[test]
    fn facts_newer_than_the_index_give_the_newer_answer(
        old in crowd(MANY), changes in changes(), e in asks(), k in 0_usize..9, at_once in 1_usize..40
    ) {
        let index = of(&old);
        let mut new = old.clone();
        let mut other = index.clone();
        for (who, change) in &changes {
            // What the index need not hear of: that somebody left, was called, promised, or served again.
            let id = everybody()[*who];
            let known = old.iter().any(|one| one.id == id);
            let later = |at: &Instant| new.iter().any(|one| one.id == id && one.last_served <= Some(*at));
            match change {
                Change::Left | Change::Called(_) | Change::Promised(_) if known => {}
                Change::Served(at) if known && later(at) => {}
                _ => continue,
            }
            // A later call only lengthens a rest.
            let longer = |at: &Instant| new.iter().any(|one| one.id == id && one.last_call <= Some(*at));
            if matches!(change, Change::Called(at) if !longer(at)) {
                continue;
            }
            happen(&mut new, &mut other, *who, change);
        }
        let gather = |ids: &[Id<Person>]| {
            Ok::<_, ()>(new.iter().filter(|one| ids.contains(&one.id)).collect::<Vec<_>>())
        };
        let found = index.gathered(&e, k, now(), &Limits::default(), at_once, gather).unwrap();
        let ids: Vec<_> = found.iter().map(|one| one.id).collect();
        let best: Vec<_> = by_rank(&new, &e, k).into_iter().map(|(id, ..)| id).collect();
        prop_assert_eq!(ids, best);
    }

    #[test]
    fn nobody_is_nearer_than_the_ground_they_stand_on(homes in prop::collection::vec(homes(), 1..9), here in homes()) {
        let mut ground = Ground::NONE;
        for home in &homes {
            ground.cover(&Row::of(&Volunteer { home: *home, ..volunteer() }));
        }
        let target = Target::new(here);
        for home in &homes {
            let distance = Distance::between(home, &here);
            prop_assert!(target.metres(&ground) <= distance.metres(), "{:?} {:?}", target.metres(&ground), distance);
            prop_assert!(target.reaches(&ground, distance.band()), "{:?}", distance);
        }
    }
}

#[test]
fn random_crowds_have_long_and_short_answers_in_every_band() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut lengths, mut bands) = ([0; 4], [0; 5]);
    for _ in 0..60 {
        let (people, e) = (crowd(MANY), asks()).new_tree(&mut runner).unwrap().current();
        let best = by_rank(&people, &e, MANY);
        lengths[best.len().min(30) / 10] += 1;
        for (_, _, why) in best {
            let near = why
                .iter()
                .find_map(|one| if let Why::Near { distance } = one { Some(distance.band()) } else { None });
            bands[near.unwrap()] += 1;
        }
    }
    assert!(
        lengths.iter().all(|count| *count > 0) && bands.iter().all(|count| *count > 5),
        "{lengths:?} {bands:?}"
    );
}

#[test]
fn neighbours_in_one_community_without_points_fill_leaf_after_leaf() {
    let home = place("420103001005", None);
    let people: Vec<_> = ids(1_000)
        .into_iter()
        .enumerate()
        .map(|(n, id)| Volunteer { id, home, last_served: Some(at(1 + (n % 28) as i8, 9, 0)), ..volunteer() })
        .collect();
    let mut index = Index::default();
    people.iter().rev().for_each(|one| index.put(one));
    let e = Engagement { place: home, window: Window { from: at(30, 9, 0), to: at(30, 10, 0) }, ..need() };
    assert_eq!(by_index(&index, &people, &e, 40), by_rank(&people, &e, 40));
    // In order, they fill their leaves.
    assert!(of(&people).bytes() <= index.bytes());
}

#[test]
fn a_word_that_nobody_has_is_asked_in_vain() {
    let people = vec![volunteer()];
    let index = of(&people);
    for e in [
        Engagement { skills: vec![code("nursing")], ..need() },
        Engagement { trainings: vec![code("basic")], ..need() },
        Engagement { languages: vec![code("yue")], ..need() },
        Engagement { sex: Some(Sex::Male), ..need() },
        Engagement { insurance: true, ..need() },
    ] {
        assert!(by_index(&index, &people, &e, 3).is_empty());
    }
    assert_eq!(by_index(&index, &people, &need(), 3).len(), 1);
    let e = Engagement { demands: vec![code("dogs")], ..need() };
    assert_eq!(by_index(&index, &people, &e, 3).len(), 1);
    assert!(by_index(&Index::default(), &[], &need(), 3).is_empty());
}

#[test]
fn a_promise_that_begins_within_the_minute_leaves_room_before_it() {
    let second = |n| at(2, 9, 0).plus_seconds(n);
    let promise = |from, to| Commitment { from, to, place: here() };
    let people: Vec<_> = [
        vec![promise(second(3_620), second(9_000))],
        vec![promise(second(3_619), second(9_000))],
        vec![promise(second(-9_000), second(20))],
        vec![promise(second(-9_000), second(21))],
    ]
    .into_iter()
    .zip(ids(4))
    .map(|(commitments, id)| Volunteer { id, commitments, ..volunteer() })
    .collect();
    let e = Engagement { window: Window { from: second(20), to: second(3_620) }, ..need() };
    let index = of(&people);
    assert_eq!(by_index(&index, &people, &e, 9), by_rank(&people, &e, 9));
    assert_eq!(by_index(&index, &people, &e, 9).len(), 2);
}

#[test]
fn no_number_is_too_large_for_a_row() {
    let huge = Instant::from_micros(i64::MAX / 2);
    let early = Instant::from_micros(i64::MIN / 2);
    let people: Vec<_> = [
        Volunteer { radius: Some(Metres(i64::MAX)), ..volunteer() },
        Volunteer { radius: Some(Metres(i64::MIN)), ..volunteer() },
        Volunteer { last_call: Some(huge), ..volunteer() },
        Volunteer { last_call: Some(early), last_served: Some(early), ..volunteer() },
        Volunteer { last_served: Some(huge), ..volunteer() },
        Volunteer { commitments: vec![Commitment { from: early, to: huge, place: here() }], ..volunteer() },
        Volunteer { commitments: vec![Commitment { from: huge, to: early, place: here() }], ..volunteer() },
        Volunteer { born: Some(kernel::Day::from_number(i32::MIN)), ..volunteer() },
        Volunteer { insured: Some(Validity { from: None, until: Some(day(2)) }), ..volunteer() },
    ]
    .into_iter()
    .zip(ids(9))
    .map(|(one, id)| Volunteer { id, ..one })
    .collect();
    let index = of(&people);
    for e in [
        need(),
        Engagement { purpose: Purpose::SignUp, insurance: true, ..need() },
        Engagement { window: Window { from: early, to: huge }, ..need() },
    ] {
        assert_eq!(by_index(&index, &people, &e, 9), by_rank(&people, &e, 9));
    }
}

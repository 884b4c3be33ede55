//! Against looking at everybody.

use proptest::prelude::*;

use super::*;
use crate::plan::Pair;

fn by_looking_at_everybody(volunteers: &[Offered], needs: &[Wanted], reach: Reach) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (need, wanted) in needs.iter().enumerate().filter(|(_, wanted)| wanted.seats > 0) {
        let mut near: Vec<(u128, usize)> = volunteers
            .iter()
            .enumerate()
            .filter(|(_, of)| wanted.is_skill_of(of) && wanted.is_slot_of(of) && of.shifts_max > 0)
            .map(|(row, of)| (wanted.square_dm(of), row))
            .filter(|&(square, _)| square <= u128::from(reach.radius_dm).pow(2))
            .collect();
        near.sort_unstable();
        pairs.extend(near.into_iter().take(reach.most).map(|(square, row)| Pair {
            need: need as u32,
            volunteer: row as u32,
            metres: whole_metres(square),
            served: 0,
            kept: false,
        }));
    }
    pairs
}

/// To the nearest, without roots: a square is at most that of half a metre more, or below it where that is odd.
fn whole_metres(square: u128) -> u32 {
    let is_within = |metres: u32| {
        let half = (u128::from(metres) * 10 + 5).pow(2);
        square < half || (square == half && metres.is_multiple_of(2))
    };
    (0..).find(|&metres| is_within(metres)).unwrap()
}

fn towns(side: i32, volunteers: usize, needs: usize) -> impl Strategy<Value = (Vec<Offered>, Vec<Wanted>)> {
    let offered = (-side..side, -side..side, 0..8_u32, 0..8_u64, 0..3_u32).prop_map(
        |(x_dm, y_dm, skills, slots, shifts_max)| Offered { x_dm, y_dm, skills, slots, shifts_max },
    );
    let wanted = (-side..side, -side..side, 0..4_u8, 0..3_u8, 0..3_u32)
        .prop_map(|(x_dm, y_dm, skill, slot, seats)| Wanted { x_dm, y_dm, skill, slot, seats, urgency: 1 });
    (prop::collection::vec(offered, 0..volunteers), prop::collection::vec(wanted, 0..needs))
}

fn found(volunteers: &[Offered], needs: &[Wanted], reach: Reach, threads: usize) -> Vec<Pair> {
    nearest(volunteers, needs, reach, threads, &mut |_, _| true).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_nearest_are_found(
        (volunteers, needs) in towns(300, 600, 20),
        radius_dm in 0..500_u32,
        most in 0..25_usize,
    ) {
        let reach = Reach { radius_dm, most };
        let expected = by_looking_at_everybody(&volunteers, &needs, reach);
        prop_assert_eq!(found(&volunteers, &needs, reach, 1), expected);
    }

    #[test]
    fn many_at_one_place_are_told_apart_by_their_row((volunteers, needs) in towns(3, 400, 10), most in 0..25_usize) {
        let reach = Reach { radius_dm: 4, most };
        let expected = by_looking_at_everybody(&volunteers, &needs, reach);
        prop_assert_eq!(found(&volunteers, &needs, reach, 1), expected);
    }
}

#[test]
fn the_ends_of_every_field_are_no_trouble() {
    let corners = [i32::MIN, -1, 0, i32::MAX];
    let places = || corners.into_iter().flat_map(|x| corners.into_iter().map(move |y| (x, y)));
    let volunteers: Vec<Offered> = places()
        .map(|(x_dm, y_dm)| Offered { x_dm, y_dm, skills: u32::MAX, slots: u64::MAX, shifts_max: u32::MAX })
        .collect();
    let needs: Vec<Wanted> = places()
        .flat_map(|(x_dm, y_dm)| {
            [(31, 63), (32, 0), (0, 64), (255, 255)].map(|(skill, slot)| Wanted {
                x_dm,
                y_dm,
                skill,
                slot,
                seats: u32::MAX,
                urgency: u32::MAX,
            })
        })
        .collect();
    for radius_dm in [0, 1, 10, 1 << 31, u32::MAX] {
        let reach = Reach { radius_dm, most: usize::MAX };
        let pairs = found(&volunteers, &needs, reach, 7);
        let within = |need: usize, of: &Offered| {
            let radius = u128::from(radius_dm.min(1 << 31));
            need.is_multiple_of(4) && needs[need].square_dm(of) <= radius * radius
        };
        let expected: usize =
            (0..needs.len()).map(|need| volunteers.iter().filter(|of| within(need, of)).count()).sum();
        assert_eq!(pairs.len(), expected);
    }
}

/// The same numbers every time, without a library.
fn some(count: usize) -> (Vec<Offered>, Vec<Wanted>) {
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut place = || (next(90_000) as i32, next(90_000) as i32, next(1 << 12), next(1 << 21));
    let volunteers = (0..count)
        .map(|_| place())
        .map(|(x_dm, y_dm, skills, slots)| Offered {
            x_dm,
            y_dm,
            skills: skills as u32,
            slots,
            shifts_max: 1,
        })
        .collect();
    let needs = (0..count / 2)
        .map(|_| place())
        .map(|(x_dm, y_dm, skill, slot)| Wanted {
            x_dm,
            y_dm,
            skill: (skill % 12) as u8,
            slot: (slot % 21) as u8,
            seats: 1,
            urgency: 1,
        })
        .collect();
    (volunteers, needs)
}

#[test]
fn threads_change_nothing() {
    let (volunteers, needs) = some(1_600);
    let one = found(&volunteers, &needs, Reach::default(), 1);
    assert_eq!(one, by_looking_at_everybody(&volunteers, &needs, Reach::default()));
    for threads in [0, 2, 3, 16] {
        assert_eq!(found(&volunteers, &needs, Reach::default(), threads), one);
    }
}

#[test]
fn who_is_told_to_stop_stops() {
    let (volunteers, needs) = some(1_600);
    let mut asked = 0;
    let stopped = nearest(&volunteers, &needs, Reach::default(), 1, &mut |done, of| {
        assert_eq!(of, needs.len() as u64);
        asked += 1;
        done == 0
    });
    assert_eq!((stopped, asked), (None, 2));
}

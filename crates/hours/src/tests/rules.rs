//! The pure rules, by property.

use super::*;
use crate::served::served;

fn worth(grade: Option<Grade>) -> usize {
    grade
        .and_then(|grade| Grade::ALL.iter().position(|one| *one == grade))
        .map_or(0, |at| Grade::ALL.len() - at)
}

prop_compose! {
    fn some_evidence()(
        kind in 0_usize..3, source in 0_usize..9, witness in 0_u64..4, device in 0_u8..3, minute in -90_i64..240, later in 0_i64..3_000,
    ) -> Evidence {
        evidence(kind, source, witness, device, minute, later)
    }
}

/// A permutation of the list, told by numbers.
fn shuffled<T: Clone>(list: &[T], order: &[prop::sample::Index]) -> Vec<T> {
    let mut rest = list.to_vec();
    let mut turned = Vec::new();
    for index in order.iter().cycle().take(list.len()) {
        turned.push(rest.remove(index.index(rest.len())));
    }
    turned
}

/// Instants round midnight and anywhere, leap days among them, down to the microsecond.
fn some_instant() -> impl Strategy<Value = Instant> {
    let leap = Day::from_ymd(2028, 2, 29).unwrap().number();
    let day = prop_oneof![Just(leap - 1), Just(leap), Just(leap + 1), 20_000..22_000_i32];
    let minute = prop_oneof![Just(1_439_i64), Just(0), 0..1_440_i64];
    (day, minute, 0..60_000_000_i64).prop_map(|(day, minute, micros)| {
        Instant::from_micros(Day::from_number(day).at_minute(minute).micros() + micros)
    })
}

const LIMITS: Limits = Limits { at_once: Minutes(480), parent: Minutes(720) };

/// Every stretch that would be recorded or reviewed of this service, when the days hold nothing yet.
fn stretches(from: Instant, minutes: Minutes) -> Vec<(Part, Share)> {
    split_days(from, minutes).into_iter().flat_map(|part| by_limits(part, Minutes::ZERO, LIMITS)).collect()
}

proptest! {
    #[test]
    fn one_more_signal_never_lowers_the_grade_and_order_is_nothing(
        mut signals in prop::collection::vec(some_evidence(), 0..6), more in some_evidence(), turn in 0_usize..6,
    ) {
        let setting = setting();
        let before = setting.grade(&signals);
        let len = signals.len().max(1);
        signals.rotate_left(turn % len);
        prop_assert_eq!(setting.grade(&signals), before);
        signals.push(more);
        prop_assert!(worth(setting.grade(&signals)) >= worth(before));
    }

    #[test]
    fn a_person_alone_has_no_hour(mut signals in prop::collection::vec(some_evidence(), 0..8)) {
        for signal in &mut signals {
            signal.witness = person(0);
        }
        prop_assert_eq!(setting().grade(&signals), None);
    }

    #[test]
    fn days_and_shares_add_up(from in 0_i64..100_000_000, minutes in 1_i64..4_000, already in 0_i64..900) {
        let from = Instant::from_micros(1_700_000_000_000_000 + from * 60_000_000);
        let parts = split_days(from, Minutes(minutes));
        prop_assert_eq!(parts.iter().map(|part| part.minutes).sum::<Minutes>(), Minutes(minutes));
        for part in parts {
            prop_assert_eq!(part.from.day(), part.day);
            let limits = Limits { at_once: Minutes(480), parent: Minutes(720) };
            let shares = by_limits(part, Minutes(already), limits);
            prop_assert_eq!(shares.iter().map(|(cut, _)| cut.minutes).sum::<Minutes>(), part.minutes);
            let at_once: Minutes = shares.iter().filter(|(_, share)| *share == Share::AtOnce).map(|(cut, _)| cut.minutes).sum();
            prop_assert!(at_once == Minutes::ZERO || at_once.number() + already <= 480);
            let ordered = shares.windows(2).all(|pair: &[(Part, Share)]| pair[0].0.to == pair[1].0.from);
            prop_assert!(ordered);
        }
    }

    #[test]
    fn the_order_of_the_signals_is_nothing(
        signals in prop::collection::vec(some_evidence(), 0..7),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..7),
    ) {
        let (setting, turned) = (setting(), shuffled(&signals, &order));
        prop_assert_eq!(setting.grade(&turned), setting.grade(&signals));
        prop_assert_eq!(setting.times(&turned), setting.times(&signals));
    }

    #[test]
    fn a_denial_speaks_for_nothing(mut signals in prop::collection::vec(some_evidence(), 0..6), at in 0_i64..300) {
        let setting = setting();
        let before = (setting.grade(&signals), setting.times(&signals));
        let kind = SignalKind::Denied;
        signals.push(Evidence { kind, source: Source::SelfTap, ..evidence(0, 0, 0, 0, at, 0) });
        prop_assert_eq!((setting.grade(&signals), setting.times(&signals)), before);
    }

    #[test]
    fn no_minute_is_lost_or_counted_twice(from in some_instant(), minutes in 1_i64..4_500) {
        let (total, all) = (Minutes(minutes), stretches(from, Minutes(minutes)));
        prop_assert_eq!(&all, &stretches(from, total), "the same again");
        prop_assert_eq!(all.iter().map(|(part, _)| part.minutes).sum::<Minutes>(), total);
        let mut days = std::collections::BTreeMap::<Day, i64>::new();
        for (part, share) in &all {
            prop_assert!(part.from < part.to && part.minutes > Minutes::ZERO);
            prop_assert_eq!(part.from.day(), part.day);
            prop_assert!(part.to <= part.day.plus(1).start(), "past midnight");
            if *share == Share::AtOnce {
                *days.entry(part.day).or_default() += part.minutes.number();
            }
        }
        prop_assert!(days.values().all(|minutes| *minutes <= 480));
        prop_assert!(all.windows(2).all(|pair| pair[0].0.to <= pair[1].0.from), "an overlap");
        let (first, last) = (all.first().unwrap().0.from, all.last().unwrap().0.to);
        prop_assert!(first >= from && last <= from + total);
    }

    #[test]
    fn what_is_served_lies_in_the_window_and_not_in_the_future(
        arrived in some_instant(), length in -60_i64..900, shift in -120_i64..120, planned in 1_i64..720,
        tolerance in 0_i64..60, unit in 1_i64..61, after in 0_i64..1_000,
    ) {
        let (left, starts) = (arrived + Minutes(length), arrived + Minutes(shift));
        let (ends, now) = (starts + Minutes(planned), arrived + Minutes(after));
        let (from, minutes) =
            served((arrived, left), (starts, ends), Minutes(tolerance), Minutes(unit), now);
        prop_assert!(minutes >= Minutes::ZERO && minutes.number() % unit == 0);
        if minutes > Minutes::ZERO {
            let to = from + minutes;
            prop_assert!(from >= arrived && from >= starts - Minutes(tolerance));
            prop_assert!(to <= left && to <= ends + Minutes(tolerance) && to <= now);
        }
    }
}

#[test]
fn the_limits_of_a_day_are_exact() {
    let at = |minutes| -> Vec<(i64, Share)> {
        let from = Day::from_ymd(2028, 2, 29).unwrap().start();
        stretches(from, Minutes(minutes))
            .into_iter()
            .map(|(part, share)| (part.minutes.number(), share))
            .collect()
    };
    assert_eq!(at(479), [(479, Share::AtOnce)]);
    assert_eq!(at(480), [(480, Share::AtOnce)]);
    assert_eq!(at(481), [(480, Share::AtOnce), (1, Share::Parent)]);
    assert_eq!(at(720), [(480, Share::AtOnce), (240, Share::Parent)]);
    assert_eq!(at(721), [(480, Share::AtOnce), (240, Share::Parent), (1, Share::Above)]);
    // A day has 1,440 minutes; the next has its own eight hours.
    assert_eq!(at(1_441).last(), Some(&(1, Share::AtOnce)));
}

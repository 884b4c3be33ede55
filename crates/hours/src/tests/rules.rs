//! The pure rules, by property.

use super::*;
use crate::{
    count::count,
    policy::Policy,
    presence::{OPEN, Presence},
    served::served,
};

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

const LIMITS: Limits = Limits { at_once: Minutes(480), parent: Minutes(720), month: None, year: None };

/// Every stretch that would be recorded or reviewed of this service, when the days hold nothing yet.
fn stretches(from: Instant, minutes: Minutes) -> Vec<(Part, Share)> {
    split_days(from, minutes)
        .into_iter()
        .flat_map(|part| by_limits(part, Already::default(), LIMITS))
        .collect()
}

prop_compose! {
    /// Any policy that a table can hold.
    fn some_policy()(
        (tolerance, opens, grace, sheet) in (0_i64..120, 0_i64..300, 0_i64..300, 0_i64..3_000),
        (pairs, least_percent, unit) in (1_usize..4, 0_i64..101, 1_i64..61),
        (break_counts, travel_counts) in (any::<bool>(), any::<bool>()),
    ) -> Policy {
        Policy {
            tolerance: Minutes(tolerance),
            opens: Minutes(opens),
            grace: Minutes(grace),
            sheet: Minutes(sheet),
            pairs,
            least_percent,
            unit: Minutes(unit),
            break_counts,
            travel_counts,
            ..usual()
        }
    }
}

/// What holds where nobody decided.
fn usual() -> Policy {
    Policy::of(&std::collections::BTreeMap::new())
}

/// A presence at a shift from `from` on, for so many minutes.
fn some_presence(from: Instant, minutes: i64, kind: EngagementKind) -> Presence {
    let division = people::testing::division(HERE);
    Presence {
        id: person(7).cast(),
        engagement: person(8).cast(),
        category: "care".to_owned(),
        division,
        person: person(0),
        home_division: division,
        planned: (from, from + Minutes(minutes)),
        state: OPEN.to_owned(),
        grade: None,
        minutes: Minutes::ZERO,
        claimed_at: None,
        answer_by: None,
        version: 1,
        kind,
        apart_planned: Apart::default(),
        apart: Apart::default(),
        no_hours: String::new(),
        hints: crate::Hints::default(),
    }
}

/// Who comes and goes by the leader's code, at these minutes.
fn comings_and_goings(from: Instant, minutes: &[i64]) -> Vec<Evidence> {
    let kinds = [SignalKind::Arrived, SignalKind::Left].into_iter().cycle();
    let code = |(kind, minute): (SignalKind, &i64)| {
        let at = from + Minutes(*minute);
        let (source, device) = (Source::RotatingCode, Vec::new());
        Evidence { kind, source, witness: person(1), device, at, entered_at: at }
    };
    kinds.zip(minutes).map(code).collect()
}

proptest! {
    #[test]
    fn whatever_is_seen_under_any_policy_the_stretches_add_up(
        mut signals in prop::collection::vec(some_evidence(), 0..4),
        codes in prop::collection::btree_set(-60_i64..900, 0..9),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
        policy in some_policy(), planned in 1_i64..900, stated in prop::option::of(0_i64..900),
        after in 0_i64..4_000, kind in prop::sample::select(vec![EngagementKind::Need, EngagementKind::Shift]),
        (pause, travel) in (0_i64..450, 0_i64..450),
    ) {
        let mut presence = some_presence(testkit::beginning(), planned, kind);
        presence.apart_planned = Apart { pause: Minutes(pause.min(planned / 2)), travel: Minutes(travel.min(planned / 2)) };
        signals.extend(comings_and_goings(testkit::beginning(), &codes.into_iter().collect::<Vec<_>>()));
        let (stated, now) = (stated.map(Minutes), presence.planned.0 + Minutes(after));
        let counted = count(&presence, &policy, &signals, stated, now);
        let turned = count(&presence, &policy, &shuffled(&signals, &order), stated, now);
        prop_assert_eq!(counted.as_ref().ok(), turned.as_ref().ok(), "the order of the signals");
        let Ok(counted) = counted else { return Ok(()) };
        prop_assert!(counted.minutes() > Minutes::ZERO);
        let sum: i64 = counted.parts.iter().map(|part| part.minutes.number()).sum();
        prop_assert_eq!(sum, counted.minutes().number());
        prop_assert!(counted.parts.windows(2).all(|pair| pair[0].to <= pair[1].from), "a minute twice");
        let latest = (presence.planned.1 + policy.tolerance).min(now);
        for part in &counted.parts {
            prop_assert!(part.from >= presence.planned.0 - policy.tolerance && part.to <= latest);
            prop_assert!(part.to <= part.day.plus(1).start() && part.from.day() == part.day);
            prop_assert!(part.minutes <= part.to.minutes_since(part.from) + Minutes(1));
        }
        prop_assert!(stated.is_none_or(|most| counted.minutes() <= most));
        // Everything between coming and going is either counted or kept apart, and what the place counts is not apart.
        let all = Policy { break_counts: true, travel_counts: true, least_percent: 0, ..policy };
        let whole = count(&presence, &all, &signals, stated, now).unwrap();
        prop_assert_eq!(whole.apart, Apart::default());
        prop_assert_eq!(counted.minutes() + counted.apart.minutes(), whole.minutes());
        let Apart { pause, travel } = counted.apart;
        prop_assert!(pause <= presence.apart_planned.pause && travel <= presence.apart_planned.travel);
        prop_assert!(!policy.break_counts || pause == Minutes::ZERO);
        prop_assert!(!policy.travel_counts || travel == Minutes::ZERO);
        if kind == EngagementKind::Shift {
            let apart = |counts: bool, minutes: Minutes| if counts { 0 } else { minutes.number() };
            let service = planned - apart(policy.break_counts, presence.apart_planned.pause)
                - apart(policy.travel_counts, presence.apart_planned.travel);
            prop_assert!(counted.minutes().number() * 100 >= service * policy.least_percent);
        }
    }

    #[test]
    fn stays_are_apart_and_within_what_was_seen(signals in prop::collection::vec(some_evidence(), 0..9)) {
        let setting = setting();
        let stays = setting.stays(&signals);
        prop_assert!(stays.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        let (arrived, left) = setting.times(&signals);
        if let (Some((from, _)), Some((_, to))) = (stays.first(), stays.last()) {
            prop_assert!(stays.len() == 1 || stays.iter().all(|(from, to)| from <= to));
            prop_assert!(arrived.is_some_and(|arrived| arrived <= *from));
            prop_assert!(left.is_none_or(|left| left == *to), "who came again has not gone");
        }
    }

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
    fn days_and_shares_add_up(
        from in 0_i64..100_000_000, minutes in 1_i64..4_000, day in 0_i64..900, month in 0_i64..9_000, year in 0_i64..90_000,
        month_most in prop::option::of(0_i64..9_000), year_most in prop::option::of(0_i64..90_000),
    ) {
        let from = Instant::from_micros(1_700_000_000_000_000 + from * 60_000_000);
        let parts = split_days(from, Minutes(minutes));
        prop_assert_eq!(parts.iter().map(|part| part.minutes).sum::<Minutes>(), Minutes(minutes));
        for part in parts {
            prop_assert_eq!(part.from.day(), part.day);
            let (month_most, year_most) = (month_most.map(Minutes), year_most.map(Minutes));
            let limits = Limits { month: month_most, year: year_most, ..LIMITS };
            let already = Already { day: Minutes(day), month: Minutes(month), year: Minutes(year) };
            let shares = by_limits(part, already, limits);
            prop_assert_eq!(shares.iter().map(|(cut, _)| cut.minutes).sum::<Minutes>(), part.minutes);
            let at_once: Minutes = shares.iter().filter(|(_, share)| *share == Share::AtOnce).map(|(cut, _)| cut.minutes).sum();
            prop_assert!(at_once == Minutes::ZERO || at_once.number() + day <= 480);
            let below: Minutes = shares.iter().filter(|(_, share)| *share != Share::Above).map(|(cut, _)| cut.minutes).sum();
            for (most, held) in [(month_most, month), (year_most, year)] {
                let kept = most.is_none_or(|most| below.number() + held <= most.number());
                prop_assert!(below == Minutes::ZERO || kept, "what is above a limit waits for the level above");
            }
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

/// The minutes that count of a shift of eight hours from nine on, when its volunteer comes and goes at these minutes.
fn of_eight_hours(change: impl Fn(&mut Policy), minutes: &[i64]) -> Result<i64, &'static str> {
    let from = Day::from_ymd(2026, 3, 9).unwrap().at_minute(9 * 60);
    let mut policy = usual();
    change(&mut policy);
    let presence = some_presence(from, 480, EngagementKind::Shift);
    let counted = count(&presence, &policy, &comings_and_goings(from, minutes), None, from + Minutes(600));
    counted.map(|counted| counted.minutes().number()).map_err(|refusal| refusal.rule)
}

#[test]
fn who_comes_again_has_both_times_and_not_the_one_between() {
    let nothing = |_: &mut Policy| {};
    assert_eq!(of_eight_hours(nothing, &[0, 60, 90, 150]), Ok(120));
    assert_eq!(of_eight_hours(nothing, &[0, 60, 90]), Ok(60), "nobody saw them go after that");
    assert_eq!(of_eight_hours(nothing, &[0, 60, 60, 150]), Ok(150));
    assert_eq!(of_eight_hours(nothing, &[0, 10, 20, 30, 40, 50, 60, 70]), Ok(30), "three times a day");
    assert_eq!(of_eight_hours(|policy| policy.pairs = 1, &[0, 60, 90, 150]), Ok(60));
    assert_eq!(of_eight_hours(|policy| policy.unit = Minutes(60), &[0, 90, 100, 190]), Ok(120));
}

#[test]
fn the_limits_of_a_month_and_a_year_are_exact() {
    let day = Day::from_ymd(2028, 2, 29).unwrap();
    let named = |days: [(Day, Day); 2]| days.map(|(first, last)| (first.to_string(), last.to_string()));
    let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
    assert_eq!(
        named(month_and_year(day)),
        [pair("2028-02-01", "2028-02-29"), pair("2028-01-01", "2028-12-31")]
    );
    let new_year = Day::from_ymd(2026, 12, 31).unwrap();
    assert_eq!(
        named(month_and_year(new_year)),
        [pair("2026-12-01", "2026-12-31"), pair("2026-01-01", "2026-12-31")]
    );
    let part = Part { day, from: day.start(), to: day.start() + Minutes(600), minutes: Minutes(600) };
    let at = |month: i64, year: i64| {
        let limits = Limits { month: Some(Minutes(1_000)), year: Some(Minutes(5_000)), ..LIMITS };
        let already = Already { day: Minutes::ZERO, month: Minutes(month), year: Minutes(year) };
        by_limits(part, already, limits)
            .into_iter()
            .map(|(part, share)| (part.minutes.number(), share))
            .collect::<Vec<_>>()
    };
    assert_eq!(at(0, 0), [(480, Share::AtOnce), (120, Share::Parent)]);
    assert_eq!(at(400, 0), [(480, Share::AtOnce), (120, Share::Parent)]);
    assert_eq!(at(401, 0), [(480, Share::AtOnce), (119, Share::Parent), (1, Share::Above)]);
    assert_eq!(at(521, 0), [(479, Share::AtOnce), (121, Share::Above)]);
    assert_eq!(at(0, 4_999), [(1, Share::AtOnce), (599, Share::Above)]);
    assert_eq!(at(1_000, 0), [(600, Share::Above)]);
}

#[test]
fn a_minimum_is_exact() {
    let least = |percent: i64| move |policy: &mut Policy| policy.least_percent = percent;
    assert_eq!(of_eight_hours(least(60), &[0, 287]), Err("hours-below-least"));
    assert_eq!(of_eight_hours(least(60), &[0, 288]), Ok(288));
    assert_eq!(of_eight_hours(least(60), &[0, 144, 200, 344]), Ok(288), "several stays are one presence");
    assert_eq!(of_eight_hours(least(0), &[0, 1]), Ok(1));
    assert_eq!(of_eight_hours(least(100), &[0, 479]), Err("hours-below-least"));
    assert_eq!(of_eight_hours(least(100), &[0, 480]), Ok(480));
    // Rounded up: of 481 minutes 60 per cent are 288.6.
    let (from, policy) = (testkit::beginning(), Policy { least_percent: 60, ..usual() });
    let of_481 = |minutes, kind| {
        let presence = some_presence(from, 481, kind);
        count(&presence, &policy, &comings_and_goings(from, &[0, minutes]), None, from + Minutes(600)).is_ok()
    };
    assert!(!of_481(288, EngagementKind::Shift) && of_481(289, EngagementKind::Shift));
    assert!(of_481(5, EngagementKind::Need), "a need has a window, not a length");
}

#[test]
fn breaks_and_the_way_are_kept_apart_in_the_part_that_somebody_was_there() {
    let from = testkit::beginning();
    let mut presence = some_presence(from, 360, EngagementKind::Shift);
    presence.apart_planned = Apart { pause: Minutes(30), travel: Minutes(60) };
    let of = |policy: &Policy, seen: &[i64], stated: Option<i64>| {
        let seen = comings_and_goings(from, seen);
        let counted = count(&presence, policy, &seen, stated.map(Minutes), from + Minutes(600)).unwrap();
        let Apart { pause, travel } = counted.apart;
        (counted.minutes().number(), pause.number(), travel.number())
    };
    let policy = usual();
    assert_eq!(of(&policy, &[0, 360], None), (270, 30, 60));
    assert_eq!(of(&policy, &[-30, 390], None), (330, 30, 60), "never more than planned");
    assert_eq!(of(&policy, &[0, 180], None), (135, 15, 30), "half of the time, half of the break");
    assert_eq!(of(&policy, &[0, 1], None), (1, 0, 0));
    assert_eq!(of(&policy, &[0, 360], Some(270)), (270, 0, 0), "what is stated is service already");
    assert_eq!(of(&policy, &[0, 360], Some(360)), (270, 30, 60), "and holds no break");
    assert_eq!(of(&Policy { break_counts: true, ..policy }, &[0, 360], None), (300, 0, 60));
    assert_eq!(of(&Policy { travel_counts: true, ..policy }, &[0, 360], None), (330, 30, 0));
    // Over midnight the longer part gives them; the sums hold.
    let night = Day::from_ymd(2026, 12, 31).unwrap().at_minute(23 * 60);
    presence.planned = (night, night + Minutes(360));
    let seen = comings_and_goings(night, &[0, 360]);
    let counted = count(&presence, &policy, &seen, None, night + Minutes(600)).unwrap();
    let days: Vec<_> =
        counted.parts.iter().map(|part| (part.day.to_string(), part.minutes.number())).collect();
    assert_eq!(days, [("2026-12-31".to_owned(), 60), ("2027-01-01".to_owned(), 210)]);
}

#[test]
fn days_end_at_midnight_also_of_a_year_and_of_a_leap_february() {
    let night = |year, month, day| {
        let from = Day::from_ymd(year, month, day).unwrap().at_minute(23 * 60);
        let presence = some_presence(from, 120, EngagementKind::Shift);
        let seen = comings_and_goings(from, &[0, 120]);
        let counted = count(&presence, &usual(), &seen, None, from + Minutes(120)).unwrap();
        counted.parts.iter().map(|part| (part.day.to_string(), part.minutes.number())).collect::<Vec<_>>()
    };
    let days = |first: &str, second: &str| vec![(first.to_owned(), 60), (second.to_owned(), 60)];
    assert_eq!(night(2026, 12, 31), days("2026-12-31", "2027-01-01"));
    assert_eq!(night(2028, 2, 28), days("2028-02-28", "2028-02-29"));
    assert_eq!(night(2028, 2, 29), days("2028-02-29", "2028-03-01"));
    assert_eq!(night(2026, 2, 28), days("2026-02-28", "2026-03-01"));
}

#[test]
fn a_working_saturday_before_the_spring_festival_is_a_day_of_the_ten() {
    on_both(|world| {
        world.kit.calendar.replace(kernel::Calendar::national());
        // The festival of 2026 is 15 to 23 February; Saturday the 14th and the 28th are worked for it.
        let due = |month, day, days| {
            let mut presence = some_presence(testkit::beginning(), 60, EngagementKind::Shift);
            let from = Day::from_ymd(2026, month, day).unwrap().at_minute(9 * 60);
            presence.planned = (from, from + Minutes(60));
            let policy = Policy { due_working_days: days, ..usual() };
            let due =
                world.read("why_page", &Actor::system(), move |_, call| Ok(policy.due(call, &presence)));
            due.unwrap().to_string()
        };
        assert_eq!(due(2, 13, 1), "2026-02-14", "{}", world.engine);
        assert_eq!(due(2, 14, 1), "2026-02-24", "served on that Saturday");
        assert_eq!(due(2, 2, 10), "2026-02-14");
        assert_eq!(due(2, 13, 10), "2026-03-05");
    });
}

#[test]
fn one_checks_in_from_so_long_before_on_and_not_earlier() {
    let from = testkit::beginning();
    let presence = some_presence(from, 120, EngagementKind::Shift);
    let seen = |minute| comings_and_goings(from, &[minute, 120]);
    let grade = |minute| usual().setting(&presence).grade(&seen(minute));
    assert_eq!((grade(-120), grade(-121)), (Some(Grade::B), None));
    let counted = count(&presence, &usual(), &seen(-120), None, from + Minutes(120)).unwrap();
    assert_eq!(counted.minutes(), Minutes(150), "half an hour before counts, whoever comes earlier");
}

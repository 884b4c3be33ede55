//! The rules over invented cities, and each boundary by hand.

use std::collections::BTreeSet;

use kernel::{Day, District, DivisionCode, Id, IdSource, Instant, Minutes, Random};

use crate::{
    Alarm, Concern, Evidence, Finding, Given, Service, Signal, look,
    rehearsal::{LookAlike, SEEDS_OF_THRESHOLDS, measure, town},
    thresholds, typed_shares,
};

/// Seeds nobody looked at while the thresholds were fixed. Who goes beyond a threshold is asked; of the other honest ones
/// only who forgot to check out twice, and whose people somebody else put in a third place.
#[test]
fn only_the_honest_beyond_a_threshold_are_named_and_every_alarm_finds_what_it_is_for() {
    let measured = measure(SEEDS_OF_THRESHOLDS + 1..SEEDS_OF_THRESHOLDS + 4);
    let named = measured.accused_as.keys();
    let used = (Some(LookAlike::ForgottenCheckOut), Alarm::TwoPlaces);
    let told_apart = named.filter(|one| !one.0.is_some_and(LookAlike::is_beyond) && **one != used);
    assert_eq!(told_apart.collect::<Vec<_>>(), Vec::<&(Option<LookAlike>, Alarm)>::new());
    for alarm in Alarm::ALL {
        let found = measured.alarms.get(alarm).map(|of| of.recall.values().map(|one| one.found).sum::<u64>());
        assert!(found > Some(0), "{}", alarm.word());
    }
}

#[test]
fn the_order_of_the_evidence_does_not_matter() {
    let mut town = town(99);
    let found = look(&town.evidence);
    town.evidence.services.reverse();
    assert!(!found.is_empty());
    assert_eq!(look(&town.evidence), found);
}

#[test]
fn every_finding_reaches_its_threshold_and_shows_its_evidence() {
    let town = town(98);
    let known: BTreeSet<_> = town.evidence.services.iter().map(|service| service.id).collect();
    for Finding { alarm, measured, threshold, evidence, .. } in look(&town.evidence) {
        assert!(measured >= threshold && threshold > 0, "{}", alarm.word());
        assert!(!evidence.is_empty() && evidence.iter().all(|id| known.contains(id)), "{}", alarm.word());
        assert!(evidence.is_sorted_by(|one, next| one < next), "each once");
    }
}

#[test]
fn nothing_is_asked_where_there_is_nothing() {
    assert_eq!(look(&Evidence::default()), []);
}

/// Hours of one evening: `count` engagements of five hours, a minute apart, ten days late.
fn sold(count: usize, apart_seconds: i64, signed_up: bool) -> Evidence {
    let ids = IdSource::new(Random::seeded(5));
    let evening = Day::from_ymd(2026, 3, 1).unwrap().at_minute(20 * 60);
    fn id<T>(ids: &IdSource, at: Instant) -> Id<T> {
        ids.next(at, District::default())
    }
    let typist = id(&ids, evening);
    let services = (0..count).map(|number| {
        let person = id(&ids, evening);
        let planned = (evening - Minutes(14_400), evening - Minutes(14_100));
        let entered_at = evening.plus_seconds(number as i64 * apart_seconds);
        Service {
            id: id(&ids, evening),
            person,
            engagement: id(&ids, evening),
            team: None,
            division: DivisionCode::default(),
            places: None,
            planned,
            served: planned,
            minutes: Minutes(300),
            is_typed: true,
            signed_up_at: signed_up.then_some(planned.0 - Minutes(60)),
            signals: vec![Signal {
                given: Given::Typed,
                witness: typist,
                device: Vec::new(),
                at: planned.1,
                entered_at,
                is_on_site: false,
            }],
        }
    });
    Evidence { services: services.collect(), deadlines: Vec::new() }
}

#[test]
fn four_sales_within_ten_minutes_are_asked_about_and_three_are_not() {
    let found = look(&sold(4, 200, false));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found.iter().all(|one| one.alarm == Alarm::TypedFast && one.measured == 4 && one.evidence.len() == 4)
    );
    assert!(found.iter().all(|one| matches!(one.concern, Concern::Typist(_))));
    assert_eq!(look(&sold(3, 60, false)), []);
    assert_eq!(look(&sold(4, 201, false)), [], "the window is ten minutes");
    assert_eq!(look(&sold(4, 200, true)), [], "what was announced is a forgotten sheet");
    assert_eq!(thresholds::FAST_WINDOW, Minutes(10));
}

#[test]
fn a_sheet_or_a_roll_call_is_a_witness_only_where_it_came_in_time() {
    for given in [Given::Paper, Given::RollCall, Given::Card, Given::Code] {
        let mut evidence = sold(4, 60, false);
        let signals = |evidence: &mut Evidence, is_on_site: bool| {
            let all = evidence.services.iter_mut().flat_map(|service| &mut service.signals);
            all.for_each(|signal| (signal.given, signal.is_on_site) = (given, is_on_site));
        };
        signals(&mut evidence, false);
        assert_eq!(look(&evidence).len(), 1, "{given:?}");
        signals(&mut evidence, true);
        assert_eq!(look(&evidence), [], "{given:?}");
    }
}

/// Against a plain sum over each; teams and places share out all minutes, and nothing typed is left out.
#[test]
fn the_typed_share_is_the_plain_share_of_grade_c() {
    let town = town(97);
    let services = &town.evidence.services;
    let shares = typed_shares(&town.evidence);
    assert!(shares.is_sorted_by_key(|one| std::cmp::Reverse(one.hundredths())));
    let mut typed_in_all = 0;
    for one in &shares {
        let is_theirs = |service: &&Service| match one.concern {
            Concern::Team(team) => service.team == Some(team),
            Concern::Place(place) => service.team.is_none() && service.division == place,
            Concern::Typist(who) => service
                .signals
                .iter()
                .any(|s| s.given.is_entered() && s.witness == who && who != service.person),
        };
        let sum = |of: &dyn Fn(&Service) -> bool| {
            services.iter().filter(is_theirs).filter(|s| of(s)).map(|s| s.minutes.number()).sum::<i64>()
        };
        let (all, typed) = (sum(&|_| true), sum(&|service| service.is_typed));
        assert_eq!((one.all.number(), one.typed.number(), one.hundredths()), (all, typed, typed * 100 / all));
        typed_in_all += if matches!(one.concern, Concern::Typist(_)) { 0 } else { typed };
    }
    let all: i64 = services.iter().filter(|one| one.is_typed).map(|one| one.minutes.number()).sum();
    assert_eq!(typed_in_all, all);
}

#[test]
fn what_is_typed_within_three_days_is_not_late() {
    let mut evidence = sold(6, 60, false);
    for service in &mut evidence.services {
        for signal in &mut service.signals {
            signal.entered_at = service.planned.1 + thresholds::LATE - Minutes(1);
        }
    }
    assert_eq!(look(&evidence), []);
}

/// Two who meet every week are asked first; who is each other's witness at any time is not.
#[test]
fn what_comes_every_week_is_asked_first() {
    let (mut weekly, mut others) = (0, 0);
    for seed in 1..=5 {
        let town = town(seed);
        for one in look(&town.evidence).into_iter().filter(|one| one.alarm == Alarm::SamePairs) {
            let is_honest = town.honest.contains_key(&one.concern);
            assert_eq!(one.looks_like, is_honest.then_some(crate::Alike::EveryWeek), "{seed}: {one:?}");
            *(if is_honest { &mut weekly } else { &mut others }) += 1;
        }
    }
    assert!(weekly > 0 && others > 0, "{weekly} {others}");
}

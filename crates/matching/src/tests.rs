//! Random people and engagements: what must hold for all of them, and known answers at the edges.

use kernel::{Day, District, DivisionCode, Id, IdSource, Instant, Minutes, Person, Random, Weekday};
use proptest::prelude::*;

use crate::*;

pub(crate) fn day(d: i8) -> Day {
    // 2 March 2026 is a Monday.
    Day::from_ymd(2026, 3, d).unwrap()
}

pub(crate) fn at(d: i8, hour: i64, minute: i64) -> Instant {
    day(d).at_minute(hour * 60 + minute)
}

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

pub(crate) fn ids(count: usize) -> Vec<Id<Person>> {
    let source = IdSource::new(Random::seeded(5));
    (0..count).map(|_| source.next(at(1, 0, 0), District::new(420_103).unwrap())).collect()
}

pub(crate) fn place(division: &str, point: Option<(i32, i32)>) -> Place {
    let point = point.map(|(lat, lon)| Point::new(lat, lon).unwrap());
    Place { division: DivisionCode::parse(division).unwrap(), point }
}

pub(crate) fn here() -> Place {
    place("420103001005", Some((30_581_000, 114_281_000)))
}

pub(crate) fn need() -> Engagement {
    Engagement {
        purpose: Purpose::Ask,
        category: code("elderly"),
        skills: vec![],
        trainings: vec![],
        window: Window { from: at(2, 9, 0), to: at(2, 10, 0) },
        minutes: Minutes(60),
        place: here(),
        age_min: 10,
        guardian_present: false,
        insurance: false,
        demands: vec![],
        languages: vec![],
        sex: None,
        recipient: None,
        wished: vec![],
        seen_before: vec![],
        refused: vec![],
        asked: vec![],
    }
}

pub(crate) fn volunteer() -> Volunteer {
    Volunteer {
        id: ids(1)[0],
        born: Day::from_ymd(1980, 1, 1),
        sex: None,
        home: here(),
        radius: None,
        skills: vec![],
        trainings: vec![],
        insured: None,
        guardian_consent: None,
        categories: vec![],
        limits: vec![],
        languages: vec![],
        times: vec![],
        exceptions: vec![],
        commitments: vec![],
        served: vec![],
        week_max: None,
        last_call: None,
        last_served: None,
        refuses: vec![],
        wishes: vec![],
    }
}

fn reasons(need: &Engagement, volunteer: &Volunteer) -> Vec<Reason> {
    eligible(need, volunteer, at(1, 12, 0), &Limits::default())
}

pub(crate) fn promise(from: Instant, to: Instant, place: Place) -> Commitment {
    Commitment { from, to, place }
}

// Random input ------------------------------------------------------------------------------------------------

/// A few of a few words, so that they often meet.
pub(crate) fn codes() -> impl Strategy<Value = Vec<Code>> {
    prop::sample::subsequence(vec!["a", "b", "c"], 0..3)
        .prop_map(|words| words.into_iter().map(code).collect())
}

pub(crate) fn people() -> impl Strategy<Value = Vec<Id<Person>>> {
    prop::sample::subsequence(ids(12), 0..4)
}

pub(crate) fn places() -> impl Strategy<Value = Place> {
    let divisions = ["420103001005", "420103001006", "420103002001", "420104001001", "330102001001"];
    let point = prop::option::of((30_570_000_i32..30_600_000, 114_270_000_i32..114_300_000));
    (prop::sample::select(divisions.to_vec()), point).prop_map(|(division, point)| place(division, point))
}

/// Instants on whole quarters of an hour of one fortnight.
pub(crate) fn quarters() -> impl Strategy<Value = Instant> {
    (0_i64..14 * 96).prop_map(|n| day(2).at_minute(n * 15))
}

pub(crate) fn validity() -> impl Strategy<Value = Validity> {
    let days = || prop::option::weighted(0.7, (1_i8..20).prop_map(day));
    (days(), days()).prop_map(|(from, until)| Validity { from, until })
}

pub(crate) fn proofs() -> impl Strategy<Value = Vec<Proof>> {
    let proof = (prop::sample::select(vec!["a", "b", "c"]), validity());
    prop::collection::vec(proof.prop_map(|(word, validity)| Proof { code: code(word), validity }), 0..4)
}

fn sex() -> impl Strategy<Value = Option<Sex>> {
    prop::option::of(prop::sample::select(vec![Sex::Female, Sex::Male]))
}

pub(crate) fn engagements() -> impl Strategy<Value = Engagement> {
    let when = (quarters(), 0_i64..300, 0_i64..50);
    let how = (any::<bool>(), any::<bool>(), any::<bool>(), 0_i32..20);
    let who = (prop::option::of(prop::sample::select(ids(3))), people(), people(), people(), people());
    (when, how, who, codes(), codes(), codes(), codes(), sex(), places()).prop_map(
        |(when, how, who, skills, trainings, demands, languages, sex, place)| {
            let (from, slack, length) = when;
            let (ask, guardian_present, insurance, age_min) = how;
            let (recipient, wished, seen_before, refused, asked) = who;
            Engagement {
                purpose: if ask { Purpose::Ask } else { Purpose::SignUp },
                category: code("a"),
                window: Window { from, to: from + Minutes((slack + length) * 15) },
                minutes: Minutes(length * 15),
                skills,
                trainings,
                demands,
                languages,
                sex,
                place,
                guardian_present,
                insurance,
                age_min,
                recipient,
                wished,
                seen_before,
                refused,
                asked,
            }
        },
    )
}

pub(crate) fn busy() -> impl Strategy<Value = Vec<Commitment>> {
    let one = (quarters(), 0_i64..30, places());
    prop::collection::vec(
        one.prop_map(|(from, length, place)| promise(from, from + Minutes(length * 15), place)),
        0..6,
    )
}

fn weekly() -> impl Strategy<Value = Vec<WeeklyTime>> {
    let one = (0_u8..7, 0_i64..96, 0_i64..96).prop_map(|(weekday, from, length)| WeeklyTime {
        weekday: Weekday::new(weekday).unwrap(),
        from_minute: from * 15,
        to_minute: (from + length).min(96) * 15,
    });
    prop::collection::vec(one, 0..8)
}

fn exceptions() -> impl Strategy<Value = Vec<Exception>> {
    let free = prop::option::of((0_i64..96, 0_i64..=96)).prop_map(|f| f.map(|(a, b)| (a * 15, b * 15)));
    prop::collection::vec(((2_i8..16), free).prop_map(|(d, free)| Exception { day: day(d), free }), 0..3)
}

pub(crate) fn volunteers() -> impl Strategy<Value = Volunteer> {
    let who = (
        0_usize..12,
        prop::option::weighted(0.9, 1_i16..40),
        sex(),
        places(),
        prop::option::of(0_i64..5_000),
    );
    let may = (proofs(), proofs(), prop::option::of(validity()), prop::option::of(validity()));
    let will = (codes(), codes(), codes(), people(), people());
    let served = prop::collection::vec(((2_i8..16).prop_map(day), (0_i64..600).prop_map(Minutes)), 0..3);
    let load =
        (served, prop::option::of(0_i64..2_000), prop::option::of(quarters()), prop::option::of(quarters()));
    (who, may, will, (weekly(), exceptions(), busy()), load).prop_map(|(who, may, will, time, load)| {
        Volunteer {
            id: ids(12)[who.0],
            born: who.1.and_then(|age| Day::from_ymd(2026 - age, 3, 9)),
            sex: who.2,
            home: who.3,
            radius: who.4.map(Metres),
            skills: may.0,
            trainings: may.1,
            insured: may.2,
            guardian_consent: may.3,
            categories: will.0,
            limits: will.1,
            languages: will.2,
            refuses: will.3,
            wishes: will.4,
            times: time.0,
            exceptions: time.1,
            commitments: time.2,
            served: load.0,
            week_max: load.1.map(Minutes),
            last_call: load.2,
            last_served: load.3,
        }
    })
}

/// A pair of which one thing or nothing is random, so that many are eligible.
pub(crate) fn pairs() -> impl Strategy<Value = (Engagement, Volunteer)> {
    (engagements(), volunteers(), 0..9).prop_map(|(e, v, keep)| match keep {
        0 => (e, v),
        1 => (need(), v),
        2 => (e, volunteer()),
        3 => (
            Engagement { window: e.window, minutes: e.minutes, ..need() },
            Volunteer { times: v.times, ..volunteer() },
        ),
        4 => (Engagement { skills: e.skills, ..need() }, Volunteer { skills: v.skills, ..volunteer() }),
        5 => (need(), Volunteer { home: v.home, radius: v.radius, categories: v.categories, ..volunteer() }),
        6 => (
            Engagement { asked: e.asked, refused: e.refused, ..need() },
            Volunteer { id: v.id, ..volunteer() },
        ),
        7 => (
            Engagement { window: e.window, minutes: e.minutes, place: e.place, ..need() },
            Volunteer { commitments: v.commitments, served: v.served, ..volunteer() },
        ),
        _ => (
            Engagement { age_min: e.age_min, guardian_present: e.guardian_present, ..need() },
            Volunteer { born: v.born, guardian_consent: v.guardian_consent, ..volunteer() },
        ),
    })
}

/// Makes a pair worse, or at best as good.
fn worse(change: usize, e: &mut Engagement, v: &mut Volunteer, other: &Volunteer, more: &Engagement) {
    match change {
        0 => v.commitments.extend(other.commitments.iter().copied()),
        1 => v.served.extend(other.served.iter().copied()),
        2 => v.refuses.extend(e.recipient),
        3 => e.refused.push(v.id),
        4 => e.asked.push(v.id),
        5 => e.skills.extend(&more.skills),
        6 => e.trainings.extend(&more.trainings),
        7 => e.demands.extend(&more.demands),
        8 => v.skills.clear(),
        9 => v.insured = None,
        10 => e.insurance = true,
        11 => e.age_min = e.age_min.max(more.age_min),
        12 => v.guardian_consent = None,
        13 => v.radius = Some(v.radius.unwrap_or(Metres(9_000)).min(Metres(500))),
        14 => v.week_max = Some(v.week_max.unwrap_or(Minutes(1_200)).min(Minutes(120))),
        15 => v.limits.extend(&other.limits),
        16 => v.last_call = Some(at(1, 11, 0)),
        17 => v.languages.clear(),
        18 => e.purpose = Purpose::Ask,
        19 => v.born = None,
        _ => v.times.iter_mut().for_each(|time| time.to_minute -= 15),
    }
}

/// The rules of time said over again, minute by quarter and without any search.
fn free_at(e: &Engagement, v: &Volunteer, from: Instant, limits: &Limits) -> bool {
    let to = from + e.minutes;
    let bound = e.purpose == Purpose::Ask && !(v.times.is_empty() && v.exceptions.is_empty());
    let mut quarter = from;
    let mut free = true;
    while bound && (quarter < to || quarter == from) {
        let (today, minute) = (quarter.day(), quarter.minute_of_day());
        let other: Vec<_> = v.exceptions.iter().filter(|x| x.day == today).collect();
        free &= if other.is_empty() {
            v.times.is_empty()
                || v.times
                    .iter()
                    .any(|t| t.weekday == today.weekday() && (t.from_minute..t.to_minute).contains(&minute))
        } else {
            other.iter().any(|x| x.free.is_some_and(|(a, b)| (a..b).contains(&minute)))
        };
        quarter = quarter + Minutes(15);
    }
    let visit = promise(from, to, e.place);
    let minutes_in = |c: &Commitment, first: Day, days: i32| {
        let (begin, end) = (c.from.max(first.start()), c.to.min(first.plus(days).start()));
        (end.micros() - begin.micros()).max(0) / 60_000_000
    };
    let fits = |first: Day, days: i32, max: i64| {
        let served = v.served.iter().filter(|(d, _)| (first..first.plus(days)).contains(d));
        let load: i64 = v.commitments.iter().map(|c| minutes_in(c, first, days)).sum();
        let load = load + served.map(|(_, m)| m.0).sum::<i64>();
        minutes_in(&visit, first, days) == 0 || load + minutes_in(&visit, first, days) <= max
    };
    let week_max = v.week_max.unwrap_or(limits.week_max).min(limits.week_max).0;
    free && !v.commitments.iter().any(|c| clash(c, &visit, limits))
        && (0..30).all(|n| fits(day(2).plus(n), 1, limits.day_max.0))
        && (0..5).all(|n| fits(day(2).plus(n * 7), 7, week_max))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_two_ways_of_asking_agree((e, v) in pairs()) {
        let reasons = reasons(&e, &v);
        prop_assert_eq!(reasons.is_empty(), passes(&e, &v, at(1, 12, 0), &Limits::default()));
    }

    #[test]
    fn no_further_reason_makes_anyone_eligible(
        (mut e, mut v) in pairs(), other in volunteers(), more in engagements(), change in 0_usize..21
    ) {
        let before = reasons(&e, &v);
        worse(change, &mut e, &mut v, &other, &more);
        prop_assert!(before.is_empty() || !reasons(&e, &v).is_empty(), "{:?}", before);
    }

    #[test]
    fn the_search_finds_the_first_quarter_at_which_everything_fits(e in engagements(), v in volunteers()) {
        // One community without points needs no journey, so no start lies between two quarters.
        let limits = Limits::default();
        let one = place("420103001005", None);
        let e = Engagement { place: one, ..e };
        let v = Volunteer {
            commitments: v.commitments.iter().map(|c| Commitment { place: one, ..*c }).collect(),
            served: v.served.iter().map(|(d, m)| (*d, Minutes(m.0 / 15 * 15))).collect(),
            week_max: v.week_max.map(|m| Minutes(m.0 / 15 * 15)),
            ..v
        };
        let mut first = None;
        let mut quarter = e.window.from;
        while first.is_none() && quarter + e.minutes <= e.window.to {
            first = free_at(&e, &v, quarter, &limits).then_some(quarter);
            quarter = quarter + Minutes(15);
        }
        prop_assert_eq!(start(&e, &v, &limits), first);
    }

    #[test]
    fn clashing_is_mutual(a in busy(), b in busy()) {
        for a in &a {
            for b in &b {
                prop_assert_eq!(clash(a, b, &Limits::default()), clash(b, a, &Limits::default()));
            }
        }
    }

    #[test]
    fn two_together_both_can_and_not_before(e in engagements(), v in volunteers(), w in volunteers()) {
        let limits = Limits::default();
        if let Some(both) = together(&e, &[&v, &w], &limits) {
            for one in [&v, &w] {
                let from = Engagement { window: Window { from: both, to: both + e.minutes }, ..e.clone() };
                prop_assert_eq!(start(&from, one, &limits), Some(both));
                prop_assert!(start(&e, one, &limits) <= Some(both));
            }
            prop_assert_eq!(together(&e, &[&w, &v], &limits), Some(both));
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        e in engagements(), many in prop::collection::vec(volunteers(), 0..12), turn in 0_usize..12, k in 0_usize..14
    ) {
        let e = Engagement { skills: vec![], trainings: vec![], languages: vec![], sex: None, insurance: false,
            demands: vec![], age_min: 0, guardian_present: true, ..e };
        let mut many: Vec<_> = many.into_iter().zip(ids(12)).map(|(v, id)| Volunteer { id, ..v }).collect();
        let order = |many: &[Volunteer], k| {
            let ranked = rank(&e, many, k, at(1, 12, 0), &Limits::default());
            ranked.iter().map(|r| r.volunteer.id).collect::<Vec<_>>()
        };
        let all = order(&many, usize::MAX);
        let passing = many.iter().filter(|v| reasons(&e, v).is_empty()).count();
        prop_assert_eq!(all.len(), passing);
        prop_assert_eq!(&order(&many, k)[..], &all[..k.min(all.len())], "the best k begin the whole order");
        let turn = turn % many.len().max(1);
        many.rotate_left(turn);
        many.reverse();
        prop_assert_eq!(order(&many, usize::MAX), all);
    }

    #[test]
    fn distances_are_near_the_great_circle(
        lat in 18_000_000_i32..53_000_000, lon in 73_000_000_i32..135_000_000, n in -600_000_i32..600_000, o in -600_000_i32..600_000
    ) {
        let (a, b) = (Point::new(lat, lon).unwrap(), Point::new(lat + n, lon + o).unwrap());
        let rad = |udeg: i32| f64::from(udeg) / 1e6 * std::f64::consts::PI / 180.0;
        let (la, lb) = (rad(lat), rad(lat + n));
        let h = (rad(n) / 2.0).sin().powi(2) + la.cos() * lb.cos() * (rad(o) / 2.0).sin().powi(2);
        let truth = 2.0 * 6_371_008.8 * h.sqrt().asin();
        let got = a.distance(b).0 as f64;
        prop_assert!((got - truth).abs() <= truth / 1_000.0 + 1.5, "{} for {}", got, truth);
        prop_assert_eq!(a.distance(b), b.distance(a));
    }

    #[test]
    fn no_number_panics(from in any::<i64>(), to in any::<i64>(), minutes in any::<i64>(), lat in any::<i32>(), (_, v) in pairs()) {
        // Windows of any length, backwards too, in the years the calendar knows.
        let year = 30_000_000_000_000_i64;
        let clip = |micros: i64| Instant::from_micros(micros % (100 * year));
        let window = Window { from: clip(from), to: clip(to) };
        let place = Place { point: Point::new(lat, lat), ..here() };
        let e = Engagement { window, minutes: Minutes(minutes), place, ..need() };
        let _ = (reasons(&e, &v), start(&e, &v, &Limits::default()));
    }
}

#[test]
fn random_pairs_meet_every_reason_and_many_are_eligible() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..3_000 {
        let (e, v) = proptest::strategy::ValueTree::current(&pairs().new_tree(&mut runner).unwrap());
        let reasons = reasons(&e, &v);
        *seen.entry("none").or_insert(0) += usize::from(reasons.is_empty());
        for reason in reasons {
            *seen.entry(reason.rule()).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), 21, "{seen:?}");
    assert!(seen["none"] > 300, "{seen:?}");
}

#[test]
fn a_promise_that_ends_when_the_other_begins_is_kept_at_one_place_only() {
    let need = need();
    let far = place("420103002001", Some((30_601_000, 114_281_000)));
    let mut v = Volunteer { commitments: vec![promise(at(2, 8, 0), at(2, 9, 0), here())], ..volunteer() };
    assert_eq!(reasons(&need, &v), []);
    v.commitments[0].to = at(2, 9, 1);
    let in_the_way = v.commitments[0];
    assert_eq!(reasons(&need, &v), [Reason::Busy { promise: in_the_way, travel: Minutes(0) }]);
    // 2,223 m at 200 m a minute are 12 minutes.
    let away = promise(at(2, 8, 0), at(2, 8, 48), far);
    v.commitments[0] = away;
    assert_eq!(reasons(&need, &v), []);
    let late = promise(at(2, 8, 0), at(2, 8, 49), far);
    v.commitments[0] = late;
    assert_eq!(reasons(&need, &v), [Reason::Busy { promise: late, travel: Minutes(12) }]);
}

#[test]
fn own_times_bind_when_asked_and_not_when_signing_up() {
    let monday = Weekday::new(0).unwrap();
    let nine_to_ten = WeeklyTime { weekday: monday, from_minute: 540, to_minute: 600 };
    let mut v = Volunteer { times: vec![nine_to_ten], ..volunteer() };
    assert_eq!(reasons(&need(), &v), []);
    v.times[0].to_minute = 599;
    assert_eq!(reasons(&need(), &v), [Reason::NotFree]);
    assert_eq!(reasons(&Engagement { purpose: Purpose::SignUp, ..need() }, &v), []);
    v.exceptions = vec![
        Exception { day: day(2), free: Some((540, 570)) },
        Exception { day: day(2), free: Some((570, 600)) },
    ];
    assert_eq!(reasons(&need(), &v), [], "two free times that touch are one");
    v.exceptions = vec![Exception { day: day(2), free: None }];
    v.times[0].to_minute = 600;
    assert_eq!(reasons(&need(), &v), [Reason::NotFree], "away on that day");
}

#[test]
fn a_time_over_midnight_is_one_time() {
    let night = Window { from: at(2, 22, 0), to: at(3, 2, 0) };
    let e = Engagement { window: night, minutes: Minutes(240), ..need() };
    let time = |weekday, from_minute, to_minute| WeeklyTime {
        weekday: Weekday::new(weekday).unwrap(),
        from_minute,
        to_minute,
    };
    let mut v = Volunteer { times: vec![time(0, 1_320, 1_440), time(1, 0, 120)], ..volunteer() };
    assert_eq!(reasons(&e, &v), []);
    v.times[1].from_minute = 1;
    assert_eq!(reasons(&e, &v), [Reason::NotFree]);
}

#[test]
fn load_counts_what_is_on_record_and_what_is_promised() {
    let (minutes, max) = (Minutes(421), Minutes(480));
    let mut v = Volunteer { served: vec![(day(2), Minutes(420))], ..volunteer() };
    assert_eq!(reasons(&need(), &v), []);
    v.served[0].1 = minutes;
    assert_eq!(reasons(&need(), &v), [Reason::DailyLoad { day: day(2), minutes, max }]);
    let sunday = promise(at(8, 8, 0), at(8, 12, 0), here());
    v = Volunteer { week_max: Some(Minutes(300)), commitments: vec![sunday], ..volunteer() };
    assert_eq!(reasons(&need(), &v), []);
    v.week_max = Some(Minutes(299));
    let (minutes, max) = (Minutes(240), Minutes(299));
    assert_eq!(reasons(&need(), &v), [Reason::WeeklyLoad { monday: day(2), minutes, max }]);
    v.commitments[0] = promise(at(9, 8, 0), at(9, 12, 0), here());
    assert_eq!(reasons(&need(), &v), [], "the next week is another");
}

#[test]
fn ages_change_on_the_birthday() {
    let born = |year| Volunteer { born: Day::from_ymd(year, 3, 2), ..volunteer() };
    let consent = Some(Validity { from: None, until: Some(day(2)) });
    let accompanied = Engagement { guardian_present: true, ..need() };
    let minor = Volunteer { born: Day::from_ymd(2008, 3, 3), ..volunteer() };
    assert_eq!(reasons(&need(), &born(2008)), [], "eighteen today");
    assert_eq!(reasons(&need(), &minor), [Reason::GuardianMissing { age: 17 }]);
    assert_eq!(reasons(&accompanied, &minor), []);
    let ended = Some(Validity { from: None, until: Some(day(1)) });
    assert_eq!(reasons(&need(), &Volunteer { guardian_consent: consent, ..minor.clone() }), []);
    assert_eq!(
        reasons(&need(), &Volunteer { guardian_consent: ended, ..minor }),
        [Reason::GuardianMissing { age: 17 }]
    );
    let child = Volunteer { guardian_consent: consent, ..born(2017) };
    let missing = Reason::GuardianMissing { age: 9 };
    assert_eq!(reasons(&need(), &child), [Reason::Underage { age: 9, min: 10 }, missing]);
    assert_eq!(reasons(&Engagement { age_min: 6, ..need() }, &child), [missing]);
    assert_eq!(reasons(&Engagement { age_min: 6, ..accompanied }, &child), []);
}

#[test]
fn insurance_that_ends_a_day_early_is_none() {
    let over_midnight = Window { from: at(2, 22, 0), to: at(3, 0, 0) };
    let e = Engagement { insurance: true, window: over_midnight, ..need() };
    let cover =
        |until| Volunteer { insured: Some(Validity { from: None, until: Some(until) }), ..volunteer() };
    assert_eq!(reasons(&e, &cover(day(2))), [], "it ends at midnight and does not touch the third");
    let longer = Engagement { window: Window { to: at(3, 0, 1), ..over_midnight }, ..e };
    assert_eq!(reasons(&longer, &cover(day(2))), [Reason::InsuranceMissing { until: Some(day(2)) }]);
    assert_eq!(reasons(&longer, &volunteer()), [Reason::InsuranceMissing { until: None }]);
}

#[test]
fn all_reasons_are_listed_and_the_ended_proof_is_told_from_the_missing_one() {
    let (cut, nurse) = (code("haircut"), code("nursing"));
    let ended = Proof { code: cut, validity: Validity { from: None, until: Some(day(1)) } };
    let e = Engagement {
        skills: vec![cut, nurse],
        asked: ids(1),
        refused: ids(1),
        sex: Some(Sex::Female),
        ..need()
    };
    let v = Volunteer {
        skills: vec![ended],
        radius: Some(Metres(100)),
        last_call: Some(at(1, 11, 0)),
        ..volunteer()
    };
    let v = Volunteer { home: place("420103001005", None), categories: vec![code("study")], ..v };
    assert_eq!(
        reasons(&e, &v),
        [
            Reason::CategoryNotWanted { category: code("elderly") },
            Reason::RestAfterCall { until: at(1, 23, 0) },
            Reason::TooFar { distance: Distance::SameCommunity, radius: Metres(100) },
            Reason::AlreadyAsked,
            Reason::RefusedByResident,
            Reason::SexWish { wished: Sex::Female },
            Reason::SkillExpired { skill: cut, until: day(1) },
            Reason::SkillMissing { skill: nurse },
        ]
    );
}

#[test]
fn rest_ends_at_its_minute() {
    let v = Volunteer { last_call: Some(at(1, 11, 0)), ..volunteer() };
    assert!(!passes(&need(), &v, at(1, 22, 59), &Limits::default()));
    assert!(passes(&need(), &v, at(1, 23, 0), &Limits::default()));
}

#[test]
fn the_order_is_bond_band_rest_metres() {
    let id = ids(6);
    let lives = |id, metres: i32, last_served| Volunteer {
        id,
        home: place("420103001005", Some((30_581_000 + metres * 9, 114_281_000))),
        last_served,
        ..volunteer()
    };
    let e = Engagement { skills: vec![code("haircut")], seen_before: vec![id[0]], ..need() };
    let mut all = vec![
        lives(id[0], 2_000, Some(at(1, 9, 0))),
        lives(id[1], 200, Some(at(1, 9, 0))),
        lives(id[2], 290, None),
        lives(id[3], 100, Some(at(1, 9, 0))),
        lives(id[4], 500, None),
        lives(id[5], 10, None),
    ];
    for v in &mut all[..5] {
        v.skills = vec![Proof { code: code("haircut"), validity: Validity::default() }];
    }
    let ranked = rank(&e, &all, 4, at(1, 12, 0), &Limits::default());
    assert_eq!(ranked.iter().map(|r| r.volunteer.id).collect::<Vec<_>>(), [id[0], id[2], id[3], id[1]]);
    assert_eq!(
        ranked[0].why,
        [
            Why::CameBefore,
            Why::Near { distance: Distance::Exact(Metres(2_001)) },
            Why::Skill { skill: code("haircut") },
            Why::RestedSince { day: day(1) }
        ]
    );
    assert_eq!(ranked[0].start, at(2, 9, 0));
    assert_eq!(ranked[1].why.last(), Some(&Why::NeverServed));
    assert!(rank(&e, &all, 0, at(1, 12, 0), &Limits::default()).is_empty());
}

#[test]
fn catalogue_words_are_short_and_plain() {
    assert_eq!(code("parent-child_2").as_str(), "parent-child_2");
    assert_eq!(code("abcdefghijklmnopqrstuvw").as_str().len(), 23);
    for text in ["", "abcdefghijklmnopqrstuvwx", "Haircut", "理发", "a b", "a\0"] {
        assert_eq!(Code::parse(text), Err(CodeError), "{text}");
    }
}

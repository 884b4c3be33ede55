//! What a new number would have done is what it does when the same things happen under it.

use kernel::Role;
use places::Decision;

use super::*;
use crate::{Compared, Simulated, simulate};

/// What happens, in this order: to whom, when it is to begin and how long to last, when they come and go, in minutes from
/// the first morning on. The second and the third are one day; the fourth and the fifth overlap when more counts.
const HAPPENS: [(usize, i64, i64, &[i64]); 7] = [
    (0, 0, 120, &[-20, 60, 90, 140]),
    (1, 0, 300, &[0, 300]),
    (1, 400, 300, &[400, 700]),
    (0, 1_440, 60, &[1_440, 1_520]),
    (0, 1_560, 60, &[1_510, 1_600]),
    (2, 2_900, 120, &[2_900, 2_930]),
    (2, 4_200, 240, &[4_200, 4_440]),
];

/// Lives through it; gives the sums on record and in review, and those by grade.
fn live(world: &World) -> (Vec<i64>, [i64; 4], i64) {
    let first = world.now();
    let leader = people::testing::worker(world, "孙惊蛰", HERE, "420103002");
    let volunteers = [0, 1, 2].map(|_| people::testing::volunteer(world, "钱雨水", HERE));
    let division = people::testing::division(HERE);
    for (who, begins, planned, minutes) in HAPPENS {
        let person = volunteers[who].person.unwrap();
        let (witness, from) = (leader.person.unwrap(), first + Minutes(begins));
        world.wait_until(first + Minutes(*minutes.last().unwrap()));
        let attendance = world
            .write("check_in", &Actor::system(), move |tx, call| {
                let engagement = Engagement {
                    id: call.id(division.district()),
                    kind: EngagementKind::Shift,
                    division,
                    category: "care".to_owned(),
                    from,
                    to: from + Minutes(planned),
                    apart: crate::Apart {
                        pause: Minutes(20 * (begins == 4_200) as i64),
                        travel: Minutes(30 * (begins == 4_200) as i64),
                    },
                    no_hours: String::new(),
                };
                let id = open(tx, call, &engagement, person, division)?;
                let kinds = [SignalKind::Arrived, SignalKind::Left].into_iter().cycle();
                for (kind, minute) in kinds.zip(minutes) {
                    let (source, at) = (Source::RotatingCode, first + Minutes(*minute));
                    let mut then = call.clone();
                    then.now = at;
                    let given = signal(tx, &then, id, &Signal { kind, source, witness, device: &[], at });
                    // Who may not come again does not go again.
                    match given {
                        Err(db::Failure::Refused(no)) if no.rule == "check-in-pairs" => break,
                        given => given?,
                    }
                }
                Ok(id)
            })
            .unwrap();
        let confirmed =
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None));
        if let Err(failure) = confirmed {
            let rule = failure.refusal().unwrap().rule;
            assert!(rule == "hours-overlap" || crate::NO_HOUR.contains(&rule), "{rule}");
        }
    }
    let (mut each, mut by_grade) = (Vec::new(), [0; 4]);
    for volunteer in &volunteers {
        let mine = world.read("hours_page", volunteer, own_hours).unwrap();
        each.push(mine.minutes);
        by_grade.iter_mut().zip(mine.by_grade).for_each(|(sum, minutes)| *sum += minutes);
    }
    let waits = world.count(
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM hours_review WHERE state = 'open'",
        &[],
    );
    (each, by_grade, waits)
}

fn tried(world: &World, name: &'static str, value: i64) -> Simulated {
    tried_at(world, "420103", name, value)
}

fn tried_at(world: &World, place: &'static str, name: &'static str, value: i64) -> Simulated {
    let manager = people::testing::holder(world, "冯立夏", HERE, Role::SystemAdministrator, place);
    world
        .read("policy_simulate", &manager, move |tx, call| {
            let decision = Decision {
                division: people::testing::division(place),
                name: name.to_owned(),
                value,
                range: None,
                binding: places::Binding::Free,
                from_day: call.now.day(),
                source: "测试".to_owned(),
            };
            simulate(tx, call, &decision)
        })
        .unwrap()
}

fn sum<'a>(all: impl IntoIterator<Item = &'a Compared>) -> (i64, i64) {
    let all: Vec<_> = all.into_iter().collect();
    (all.iter().map(|one| one.before.number()).sum(), all.iter().map(|one| one.after.number()).sum())
}

#[test]
fn the_number_that_holds_changes_nothing() {
    on_both(|world| {
        let (each, by_grade, waits) = live(world);
        assert_eq!((each, waits), (vec![280, 480, 220], 120), "what happens is worth a simulation");
        for rule in crate::RULES {
            let same = tried(world, rule.name, rule.usual);
            assert_eq!((same.gain, same.lose, same.people), Default::default(), "{}", rule.name);
            assert_eq!(same.presences, 7);
        }
        assert_eq!(by_grade[1], 980);
    });
}

#[test]
fn a_new_number_does_what_was_told_of_it() {
    let changes: [(&'static str, i64); 12] = [
        ("hours.break_counts", 1),
        ("hours.travel_counts", 1),
        ("hours.month_minutes", 300),
        ("hours.year_minutes", 200),
        ("hours.day_pairs", 1),
        ("hours.least_percent", 60),
        ("hours.unit_minutes", 60),
        ("hours.day_at_once_minutes", 240),
        ("hours.tolerance_minutes", 0),
        ("hours.tolerance_minutes", 60),
        ("hours.grace_minutes", 0),
        ("hours.opens_minutes", 30),
    ];
    on_both(|world| {
        let (_, before, waited) = live(world);
        for (name, value) in changes {
            let told = tried(world, name, value);
            let other = if world.engine == "sqlite" { World::sqlite() } else { World::postgres() };
            decided(&other, "420103", name, value);
            let (_, after, waits) = live(&other);
            let counted = (before.iter().sum::<i64>() + waited, after.iter().sum::<i64>() + waits);
            assert_eq!(sum(&told.by_grade), counted, "{name} {value}");
            assert_eq!(sum(told.by_month.values()), counted, "{name} {value}");
            assert_eq!(sum(told.by_place.values().map(|below| &below.minutes)), counted, "{name} {value}");
            assert_eq!(sum([&told.waiting]), (waited, waits), "{name} {value}");
            let moved = told.gain.minutes - told.lose.minutes;
            assert_eq!(moved.number(), counted.1 - counted.0);
            let moves = i64::from(told.people > 0) + (waits - waited).abs();
            assert!(moves > 0, "{name} {value} matters to what happens");
        }
    });
}

#[test]
fn what_a_city_tries_is_told_by_district_and_by_month() {
    on_both(|world| {
        let (_, before, waited) = live(world);
        let all = |name, value| {
            let (city, district) = (tried_at(world, "4201", name, value), tried(world, name, value));
            let of_city: Vec<_> = city.by_place.keys().map(ToString::to_string).collect();
            let of_district: Vec<_> = district.by_place.keys().map(ToString::to_string).collect();
            assert_eq!(
                (of_city, of_district),
                (vec!["420103000000".to_owned()], vec!["420103002000".to_owned()])
            );
            assert_eq!((city.by_month, &city.by_grade), (district.by_month.clone(), &district.by_grade));
            district
        };
        let told = all("hours.break_counts", 1);
        let (people, minutes) = (told.people, told.gain.minutes.number());
        assert_eq!((people, minutes), (1, 20), "one presence had a break of twenty minutes");
        let month = told.by_month.into_iter().collect::<Vec<_>>();
        let first = world.now().day().ymd();
        let [(day, of)] = month[..] else { panic!("all of it was in one month: {month:?}") };
        assert_eq!((day.ymd().0, day.ymd().1, day.ymd().2), (first.0, first.1, 1));
        assert_eq!(of.before.number(), before.iter().sum::<i64>() + waited);
        assert_eq!(told.by_place.values().map(|below| below.people).collect::<Vec<_>>(), [1]);
    });
}

#[test]
fn the_api_tries_what_a_page_tries() {
    on_both(|world| {
        live(world);
        let manager = people::testing::holder(world, "冯立夏", HERE, Role::SystemAdministrator, "420103");
        let mine = pages::client(world, &manager);
        let asked = |query: &str| mine.get(&format!("/api/v1/policies/trial?{query}"));
        let told = asked("division=420103&name=hours.break_counts&value=1");
        assert_eq!(told.status, 200, "{}", told.body);
        let all = told.json();
        assert_eq!(
            (&all["services"], &all["people"], &all["gain"]["minutes"]),
            (&7.into(), &1.into(), &20.into())
        );
        assert_eq!(all["months"][0]["after"], all["places"][0]["after"]);
        assert_eq!(
            all["largest"][0]["after"].as_i64().unwrap() - all["largest"][0]["before"].as_i64().unwrap(),
            20
        );
        for (query, rule) in [
            ("division=420103&name=need.find&value=1", "policy-try-name"),
            ("division=420103&name=hours.day_pairs&value=11", "policy-range"),
            ("division=420103&name=hours.day_pairs&value=x", "policy-value"),
            ("division=x&name=hours.day_pairs&value=1", "place-code"),
        ] {
            let no = asked(query);
            assert_eq!(
                (no.status.as_u16(), &no.json()["errors"][0]["rule"]),
                (422, &rule.into()),
                "{}",
                no.body
            );
        }
        assert_eq!(asked("division=4201&name=hours.day_pairs&value=1").status, 403);
    });
}

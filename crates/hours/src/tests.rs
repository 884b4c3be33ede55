//! Rules by property, and the way from signals to a record on both databases.

use kernel::{Actor, Day, Id, IdSource, Instant, Minutes, Person, Random};
use proptest::prelude::*;
use testkit::{World, on_both};

mod audit;
mod claims;
mod imported;
mod late;
mod notice;
mod pages;
mod random;
mod reviews;
mod rules;
mod rules_page;
mod simulate;
mod typed;

use crate::{
    After, Apart, Attendance, Engagement, EngagementKind, Evidence, Grade, Setting, Signal, SignalKind,
    Source, Waiting, confirm, correct, decide_review, of_engagement, open, own_hours,
    served::{Already, Limits, Part, Share, by_limits, month_and_year, split_days},
    signal, waiting, why,
};

const HERE: &str = "420103002001";
const ELSEWHERE: &str = "420106001001";

fn person(n: u64) -> Id<Person> {
    let source = IdSource::new(Random::seeded(n));
    source.next(testkit::beginning(), kernel::District::new(420_103).unwrap())
}

fn evidence(kind: usize, source: usize, witness: u64, device: u8, minute: i64, later: i64) -> Evidence {
    let at = testkit::beginning() + Minutes(minute);
    Evidence {
        kind: SignalKind::ALL[kind % SignalKind::ALL.len()],
        source: Source::ALL[source % Source::ALL.len()],
        witness: person(witness),
        device: if device == 0 { Vec::new() } else { vec![device] },
        at,
        entered_at: at + Minutes(later),
    }
}

fn setting() -> Setting {
    let from = testkit::beginning();
    Setting {
        person: person(0),
        planned: (from, from + Minutes(120)),
        opens: Minutes(120),
        grace: Minutes(60),
        sheet: Minutes(1_440),
    }
}

#[test]
fn the_leaders_code_and_the_leaders_roll_call_are_one_witness() {
    let at = |kind, source, witness| Evidence { source, kind, ..evidence(0, 0, witness, 0, 0, 0) };
    let by_leader = [
        at(SignalKind::Arrived, Source::RotatingCode, 1),
        at(SignalKind::Left, Source::RollCall, 1),
        at(SignalKind::Served, Source::RollCall, 1),
    ];
    assert_eq!(setting().grade(&by_leader), Some(Grade::B));
    let mut with_resident = by_leader.to_vec();
    with_resident.push(at(SignalKind::Served, Source::Resident, 2));
    assert_eq!(setting().grade(&with_resident), Some(Grade::A));
}

/// A volunteer at a shift here from the world's beginning, for so many minutes.
fn presence(world: &World, home: &str, minutes: i64) -> (Actor, Actor, Id<Attendance>) {
    let leader = people::testing::worker(world, "孙惊蛰", HERE, "420103002");
    let volunteer = people::testing::volunteer(world, "钱雨水", home);
    let who = volunteer.person.unwrap();
    let (from, division) = (world.now(), people::testing::division(HERE));
    let home = people::testing::division(home);
    let attendance = world
        .write("check_in", &volunteer, move |tx, call| {
            let engagement = Engagement {
                id: call.id(division.district()),
                kind: EngagementKind::Shift,
                division,
                category: "environment".to_owned(),
                from,
                to: from + Minutes(minutes),
                apart: crate::Apart::default(),
                no_hours: String::new(),
            };
            open(tx, call, &engagement, who, home)
        })
        .unwrap();
    (leader, volunteer, attendance)
}

fn tell(world: &World, attendance: Id<Attendance>, kind: SignalKind, source: Source, witness: &Actor) {
    let (witness, at) = (witness.person.unwrap(), world.now());
    world
        .write("check_in", &Actor::system(), move |tx, call| {
            signal(tx, call, attendance, &Signal { kind, source, witness, device: &[], at })
        })
        .unwrap();
}

fn served(world: &World, home: &str, minutes: i64) -> (Actor, Actor, Id<Attendance>) {
    let (leader, volunteer, attendance) = presence(world, home, minutes);
    tell(world, attendance, SignalKind::Arrived, Source::RotatingCode, &leader);
    world.pass_minutes(minutes);
    tell(world, attendance, SignalKind::Left, Source::RotatingCode, &leader);
    (leader, volunteer, attendance)
}

fn rule<T: std::fmt::Debug>(outcome: db::Outcome<T>) -> &'static str {
    outcome.unwrap_err().refusal().map_or("a fault", |refusal| refusal.rule)
}

/// What waits at somebody's places.
fn waits(world: &World, actor: &Actor) -> Waiting {
    world.read("reviews_page", actor, |tx, call| waiting(tx, call, After::default())).unwrap()
}

fn verified(world: &World) {
    world.drain(Vec::new());
    let report =
        journal::verify(&world.db, &world.kit.keys, crate::SEALED.to_vec(), &journal::Published::default())
            .unwrap();
    assert_eq!(report.findings, []);
    assert!(report.rows > 0);
}

#[test]
fn what_was_witnessed_is_recorded_once_and_sealed() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, ELSEWHERE, 90);
        assert_eq!(
            rule(world.write("roll_call", &volunteer, move |tx, call| confirm(tx, call, attendance, None))),
            "hours-own"
        );
        let first =
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        let again =
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        assert_eq!((first.minutes, first.grade, first.review), (Minutes(90), Grade::B, Minutes::ZERO));
        assert_eq!(first, again);
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        assert_eq!((mine.minutes, mine.by_grade, mine.records.len()), (90, vec![0, 90, 0, 0], 1));
        verified(world);
    });
}

#[test]
fn two_who_confirm_at_once_make_one_record() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, HERE, 60);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    world
                        .write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None))
                        .unwrap()
                });
            }
        });
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        assert_eq!((mine.minutes, mine.records.len()), (60, 1), "{}", world.engine);
    });
}

#[test]
fn many_who_are_counted_by_new_rules_at_once_name_one_set() {
    on_both(|world| {
        let all: Vec<_> = (0..6).map(|_| presence(world, HERE, 60)).collect();
        for (leader, _, attendance) in &all {
            tell(world, *attendance, SignalKind::Arrived, Source::RotatingCode, leader);
        }
        world.pass_minutes(60);
        for (leader, _, attendance) in &all {
            tell(world, *attendance, SignalKind::Left, Source::RotatingCode, leader);
        }
        std::thread::scope(|scope| {
            for (leader, _, attendance) in &all {
                let attendance = *attendance;
                scope.spawn(move || {
                    world
                        .write("roll_call", leader, move |tx, call| confirm(tx, call, attendance, None))
                        .unwrap()
                });
            }
        });
        assert_eq!(world.count("SELECT COUNT(*) FROM rule_set", &[]), 1, "{}", world.engine);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 6);
        verified(world);
    });
}

#[test]
fn nothing_is_invented() {
    on_both(|world| {
        let (leader, volunteer, attendance) = presence(world, HERE, 60);
        let recorded = |world: &World| {
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None))
        };
        assert_eq!(rule(recorded(world)), "hours-no-evidence");
        tell(world, attendance, SignalKind::Arrived, Source::RotatingCode, &leader);
        world.pass_minutes(60);
        assert_eq!(rule(recorded(world)), "hours-no-evidence");
        let told = world.read("why_page", &volunteer, move |tx, call| why(tx, call, attendance)).unwrap();
        assert_eq!(told.reasons, ["no-check-out", "not-confirmed"]);
        let stranger = people::testing::resident(world, "周春分", HERE);
        assert_eq!(
            rule(world.read("why_page", &stranger, move |tx, call| why(tx, call, attendance))),
            "missing"
        );
        let (who, late) = (leader.person.unwrap(), world.now() + Minutes(1));
        let future =
            Signal { kind: SignalKind::Left, source: Source::RollCall, witness: who, device: &[], at: late };
        let refused =
            world.write("check_in", &Actor::system(), move |tx, call| signal(tx, call, attendance, &future));
        assert_eq!(rule(refused), "signal-in-future");
    });
}

#[test]
fn a_night_is_two_days_and_a_long_day_waits_for_a_review() {
    on_both(|world| {
        // From 22:00 for three hours: two hours today, one tomorrow.
        let tonight = Day::from_ymd(2026, 3, 9).unwrap().at_minute(22 * 60);
        world.wait_until(tonight);
        let (leader, volunteer, attendance) = served(world, HERE, 180);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        let days: Vec<_> = mine.records.iter().map(|record| (record.day.as_str(), record.minutes)).collect();
        assert_eq!(days, [("2026-03-10", 60), ("2026-03-09", 120)]);

        // Ten hours in one day: eight at once, two wait.
        world.wait_until(Day::from_ymd(2026, 3, 11).unwrap().at_minute(8 * 60));
        let (leader, volunteer, attendance) = served(world, ELSEWHERE, 600);
        let long =
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        assert_eq!((long.minutes, long.review), (Minutes(480), Minutes(120)));
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        assert_eq!(mine.minutes, 480);
        // The hours were served in another district than the volunteer's: its own workers decide, not those at home.
        let at_home = people::testing::worker(world, "吴清明", ELSEWHERE, "420106001");
        assert_eq!(waits(world, &at_home).reviews.len(), 0);
        let here = waits(world, &leader);
        let (review, grade) = here.reviews.first().unwrap().clone();
        assert_eq!((here.reviews.len(), review.minutes, grade), (1, Minutes(120), Grade::B));
        assert_eq!(here.cards[&review.person].name_masked, "钱**");
        let review = review.id;
        let outsider = people::testing::worker(world, "郑谷雨", ELSEWHERE, "420106001");
        assert_eq!(
            rule(
                world
                    .write("review_decide", &outsider, move |tx, call| decide_review(tx, call, review, true))
            ),
            "forbidden"
        );
        world.write("review_decide", &leader, move |tx, call| decide_review(tx, call, review, true)).unwrap();
        assert_eq!(
            rule(
                world.write("review_decide", &leader, move |tx, call| decide_review(tx, call, review, false))
            ),
            "review-decided"
        );
        assert_eq!(world.read("hours_page", &volunteer, own_hours).unwrap().minutes, 600);
        assert_eq!(waits(world, &leader).reviews.len(), 0);
        verified(world);
    });
}

#[test]
fn the_same_time_counts_once() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, HERE, 60);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        let (who, division) = (volunteer.person.unwrap(), people::testing::division(HERE));
        let from = world.now() - Minutes(30);
        let other = world
            .write("check_in", &Actor::system(), move |tx, call| {
                let engagement = Engagement {
                    id: call.id(division.district()),
                    kind: EngagementKind::Need,
                    division,
                    category: "care".to_owned(),
                    from,
                    to: from + Minutes(60),
                    apart: crate::Apart::default(),
                    no_hours: String::new(),
                };
                open(tx, call, &engagement, who, division)
            })
            .unwrap();
        world.pass_minutes(30);
        tell(world, other, SignalKind::Served, Source::Resident, &leader);
        let overlap =
            world.write("need_close", &leader, move |tx, call| confirm(tx, call, other, Some(Minutes(60))));
        assert_eq!(rule(overlap), "hours-overlap");
        assert_eq!(world.read("hours_page", &volunteer, own_hours).unwrap().minutes, 60);
        let rows = world
            .read("roll", &leader, move |tx, _| {
                let engagement = crate::presence::load(tx, other)?.engagement;
                of_engagement(tx, division.district(), engagement)
            })
            .unwrap();
        assert_eq!((rows.len(), rows[0].minutes), (1, Minutes::ZERO));
    });
}

#[test]
fn a_correction_is_a_new_record() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, ELSEWHERE, 60);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        let record: Id<crate::ServiceRecord> = mine.records[0].id.parse().unwrap();
        let corrected = |minutes, actor: &Actor| {
            world.write("record_correct", actor, move |tx, call| correct(tx, call, record, Minutes(minutes)))
        };
        assert_eq!(rule(corrected(50, &volunteer)), "forbidden");
        assert_eq!(rule(corrected(-1, &leader)), "invalid");
        assert_eq!(rule(corrected(60, &leader)), "correction-same");
        assert_eq!(rule(corrected(61, &leader)), "correction-too-long");
        corrected(45, &leader).unwrap();
        let last = corrected(50, &leader).unwrap();
        let again =
            world.write("record_correct", &leader, move |tx, call| correct(tx, call, last, Minutes(1)));
        assert_eq!(rule(again), "correction-of-correction");
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        assert_eq!(mine.minutes, 50);
        assert_eq!(
            mine.records.iter().map(|record| record.minutes).collect::<Vec<_>>().iter().sum::<i64>(),
            50
        );
        assert_eq!(mine.records.len(), 3);
        verified(world);
    });
}

/// A presence opened with its first signal stands as one opened and then signalled, and the same one twice is harmless.
#[test]
fn opened_with_a_signal_is_opened_and_signalled() {
    on_both(|world| {
        let (leader, volunteer, _) = presence(world, ELSEWHERE, 60);
        let (who, division) = (volunteer.person.unwrap(), people::testing::division(HERE));
        let (home, at, witness) = (people::testing::division(ELSEWHERE), world.now(), leader.person.unwrap());
        for (early, source) in [(0, Source::RotatingCode), (600, Source::Paper)] {
            for &kind in SignalKind::ALL {
                let opened = move |at_once: bool| {
                    move |tx: &mut db::Tx<'_>, call: &journal::Call| {
                        let engagement = Engagement {
                            id: call.id(division.district()),
                            kind: EngagementKind::Shift,
                            division,
                            category: "environment".to_owned(),
                            from: at - Minutes(early),
                            to: at - Minutes(early) + Minutes(60),
                            apart: crate::Apart::default(),
                            no_hours: String::new(),
                        };
                        let first = Signal { kind, source, witness, device: &[1], at };
                        if at_once {
                            crate::open_with(tx, call, &engagement, who, home, &first)?;
                        }
                        let id = open(tx, call, &engagement, who, home)?;
                        signal(tx, call, id, &first)?;
                        let (presence, evidence) = crate::presence::evidence_and_presence(tx, id)?;
                        let row = crate::at_engagement(tx, engagement.id, who)?.expect("it was opened");
                        Ok::<_, db::Failure>((
                            presence.version,
                            row.arrived_at,
                            row.left_at,
                            row.state,
                            evidence,
                        ))
                    }
                };
                let apart = world.write("check_in", &volunteer, opened(false)).unwrap();
                assert_eq!(apart.0, 2, "{kind:?}");
                assert_eq!(apart, world.write("check_in", &volunteer, opened(true)).unwrap(), "{kind:?}");
            }
        }
        let early = world.write("check_in", &volunteer, move |tx, call| {
            let engagement = Engagement {
                id: call.id(division.district()),
                kind: EngagementKind::Shift,
                division,
                category: "environment".to_owned(),
                from: at,
                to: at + Minutes(60),
                apart: crate::Apart::default(),
                no_hours: String::new(),
            };
            let later = Signal {
                kind: SignalKind::Arrived,
                source: Source::Paper,
                witness,
                device: &[],
                at: call.now + Minutes(1),
            };
            crate::open_with(tx, call, &engagement, who, home, &later)
        });
        assert_eq!(rule(early), "signal-in-future");
        verified(world);
    });
}

/// A decision of a division from the beginning of time on.
fn decided(world: &World, division: &str, name: &'static str, value: i64) {
    let division = people::testing::division(division);
    world
        .write("test_policy", &Actor::system(), move |tx, _| {
            tx.execute_one(
                "INSERT INTO policy (division, name, version, from_day, value, source)
                 VALUES ($1, $2, 1, 0, $3, 'test')",
                db::params![division, name, value],
            )?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn who_goes_and_comes_again_has_two_records_as_often_as_the_place_allows() {
    on_both(|world| {
        decided(world, "420103", "hours.day_pairs", 2);
        let (leader, volunteer, attendance) = presence(world, HERE, 240);
        let code = |kind| tell(world, attendance, kind, Source::RotatingCode, &leader);
        code(SignalKind::Arrived);
        world.pass_minutes(60);
        code(SignalKind::Left);
        world.pass_minutes(30);
        code(SignalKind::Arrived);
        let told = world.read("why_page", &volunteer, move |tx, call| why(tx, call, attendance)).unwrap();
        assert_eq!(told.reasons, ["not-confirmed", "came-again"]);
        world.pass_minutes(45);
        code(SignalKind::Left);
        world.pass_minutes(10);
        let (witness, at) = (leader.person.unwrap(), world.now());
        let third =
            Signal { kind: SignalKind::Arrived, source: Source::RotatingCode, witness, device: &[], at };
        let third =
            world.write("check_in", &Actor::system(), move |tx, call| signal(tx, call, attendance, &third));
        assert_eq!(rule(third), "check-in-pairs");
        let done =
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        assert_eq!((done.minutes, done.grade), (Minutes(105), Grade::B));
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        let minutes: Vec<_> = mine.records.iter().map(|record| record.minutes).collect();
        assert_eq!((mine.minutes, minutes), (105, vec![45, 60]));
        verified(world);
    });
}

#[test]
fn who_was_there_for_too_short_a_time_has_no_hour_and_is_told_why() {
    on_both(|world| {
        decided(world, "4201", "hours.least_percent", 60);
        let (leader, volunteer, attendance) = presence(world, HERE, 120);
        tell(world, attendance, SignalKind::Arrived, Source::RotatingCode, &leader);
        world.pass_minutes(71);
        tell(world, attendance, SignalKind::Left, Source::RotatingCode, &leader);
        let refused = world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None));
        assert_eq!(rule(refused), "hours-below-least");
        let told = world.read("why_page", &volunteer, move |tx, call| why(tx, call, attendance)).unwrap();
        assert_eq!(told.reasons, ["below-least", "not-confirmed"]);
        // Another who saw them go a minute later makes it enough.
        world.pass_minutes(1);
        tell(world, attendance, SignalKind::Left, Source::RollCall, &leader);
        let done =
            world.write("roll_call", &leader, move |tx, call| confirm(tx, call, attendance, None)).unwrap();
        assert_eq!(done.minutes, Minutes(72));
    });
}

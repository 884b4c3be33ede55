//! What comes later: a signal that raises the grade, and the last day on which anything counts.

use super::*;

fn nod(world: &World, attendance: Id<Attendance>, resident: &Actor) {
    tell(world, attendance, SignalKind::Served, Source::Resident, resident);
}

fn confirmed(world: &World, leader: &Actor, attendance: Id<Attendance>) -> db::Outcome<crate::Confirmed> {
    world.write("roll_call", leader, move |tx, call| confirm(tx, call, attendance, None))
}

fn hours(world: &World, volunteer: &Actor) -> crate::OwnHours {
    world.read("hours_page", volunteer, own_hours).unwrap()
}

/// The instant `minute` minutes after the beginning of the day so many days after the world's first.
fn day(world: &World, days: i32, minute: i64) -> Instant {
    testkit::beginning().day().plus(days).at_minute(minute).max(world.now())
}

#[test]
fn the_residents_later_yes_raises_what_is_on_record() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, ELSEWHERE, 60);
        let resident = people::testing::resident(world, "周春分", HERE);
        confirmed(world, &leader, attendance).unwrap();
        let record: Id<crate::ServiceRecord> = hours(world, &volunteer).records[0].id.parse().unwrap();
        world
            .write("record_correct", &leader, move |tx, call| correct(tx, call, record, Minutes(45)))
            .unwrap();
        assert_eq!(hours(world, &volunteer).by_grade, [0, 45, 0, 0]);
        nod(world, attendance, &resident);
        let after = hours(world, &volunteer);
        assert_eq!((after.minutes, after.by_grade.clone()), (45, vec![45, 0, 0, 0]));
        let of_kind = |kind: &str| after.records.iter().filter(|record| record.kind == kind).count();
        assert_eq!((of_kind("service"), of_kind("correction"), of_kind("regrade")), (1, 1, 2));
        // Once more, a weaker word and another confirmation change nothing.
        nod(world, attendance, &resident);
        tell(world, attendance, SignalKind::Served, Source::Typed, &leader);
        assert_eq!(confirmed(world, &leader, attendance).unwrap().grade, Grade::A);
        assert_eq!(hours(world, &volunteer).records.len(), 4);
        // A correction after it is of the better grade.
        world
            .write("record_correct", &leader, move |tx, call| correct(tx, call, record, Minutes(60)))
            .unwrap();
        assert_eq!(hours(world, &volunteer).by_grade, [60, 0, 0, 0]);
        let told = |kind: &str| {
            let kind = kind.to_owned();
            let found: (i64,) = world
                .db
                .read_now("test_look", move |tx| {
                    tx.query_one(
                        "SELECT COUNT(*) FROM journal WHERE district = 420103 AND kind = $1",
                        db::params![kind],
                    )
                })
                .unwrap();
            found.0
        };
        verified(world);
        assert_eq!((told("attendance.regraded"), told("attendance.recorded")), (1, 5));
    });
}

#[test]
fn a_yes_after_the_due_date_is_kept_and_raises_nothing() {
    on_both(|world| {
        // Minutes at the desk are typed in within the due time; the resident's yes counts as of the time for a day.
        for (volunteer_home, days, grade) in [(HERE, 14, Grade::A), (ELSEWHERE, 15, Grade::B)] {
            let start = world.now();
            let wide = |name: &'static str| {
                world
                    .write("test_policy", &Actor::system(), move |tx, _| {
                        tx.execute(
                            "INSERT INTO policy (division, name, version, from_day, value, source)
                             VALUES ($1, $2, 1, 0, 60000, 'test') ON CONFLICT (division, name, version) DO NOTHING",
                            db::params![people::testing::division("42"), name],
                        )?;
                        Ok(())
                    })
                    .unwrap();
            };
            // A place may say that a nod counts for longer than a day; the due date then ends it.
            wide("hours.sheet_minutes");
            let (leader, volunteer, attendance) = served(world, volunteer_home, 60);
            confirmed(world, &leader, attendance).unwrap();
            // Ten working days after a Monday: the Monday two weeks later.
            world.wait_until(start.day().plus(days).at_minute(if days == 14 { 23 * 60 + 59 } else { 0 }));
            nod(world, attendance, &people::testing::resident(world, "周春分", HERE));
            let by_grade = hours(world, &volunteer).by_grade;
            assert_eq!(by_grade[usize::from(grade == Grade::B)], 60, "{days} {by_grade:?}");
            // The next is served on a Monday too.
            world.wait_until(start.day().plus(21).at_minute(9 * 60));
        }
    });
}

#[test]
fn minutes_in_review_come_at_the_raised_grade() {
    on_both(|world| {
        let (leader, volunteer, attendance) = served(world, ELSEWHERE, 600);
        confirmed(world, &leader, attendance).unwrap();
        nod(world, attendance, &people::testing::resident(world, "周春分", HERE));
        let (review, grade) = waits(world, &leader).reviews.first().unwrap().clone();
        assert_eq!(grade, Grade::A);
        world
            .write("review_decide", &leader, move |tx, call| decide_review(tx, call, review.id, true))
            .unwrap();
        assert_eq!(hours(world, &volunteer).by_grade, [600, 0, 0, 0]);
        verified(world);
    });
}

#[test]
fn a_yes_and_a_confirmation_at_once_come_to_the_same() {
    on_both(|world| {
        for _ in 0..8 {
            let (leader, volunteer, attendance) = served(world, HERE, 60);
            let resident = people::testing::resident(world, "周春分", HERE);
            std::thread::scope(|scope| {
                scope.spawn(|| confirmed(world, &leader, attendance).unwrap());
                scope.spawn(|| nod(world, attendance, &resident));
            });
            assert_eq!(hours(world, &volunteer).by_grade, [60, 0, 0, 0], "{}", world.engine);
        }
        verified(world);
    });
}

#[test]
fn the_tenth_working_day_is_the_last() {
    on_both(|world| {
        let (leader, _, in_time) = served(world, HERE, 60);
        let (_, volunteer, late) = served(world, HERE, 60);
        world.wait_until(day(world, 14, 23 * 60 + 59));
        assert_eq!(confirmed(world, &leader, in_time).unwrap().minutes, Minutes(60));
        world.pass_minutes(1);
        assert_eq!(rule(confirmed(world, &leader, late)), "hours-too-late");
        let told = world.read("why_page", &volunteer, move |tx, call| why(tx, call, late)).unwrap();
        assert_eq!((told.reasons, told.until.as_str()), (vec!["too-late".to_owned()], "2026-03-23"));
        // What was confirmed in time can be asked again.
        assert_eq!(confirmed(world, &leader, in_time).unwrap().minutes, Minutes(60));
    });
}

#[test]
fn a_place_may_set_a_shorter_time() {
    on_both(|world| {
        world
            .write("test_policy", &Actor::system(), move |tx, _| {
                tx.execute_one(
                    "INSERT INTO policy (division, name, version, from_day, value, source)
                     VALUES ($1, 'hours.due_working_days', 7, 0, 1, 'test')",
                    db::params![people::testing::division("420103")],
                )?;
                Ok(())
            })
            .unwrap();
        let (leader, volunteer, in_time) = served(world, HERE, 60);
        let (_, _, late) = served(world, HERE, 60);
        world.wait_until(day(world, 1, 23 * 60 + 59));
        confirmed(world, &leader, in_time).unwrap();
        world.pass_minutes(1);
        assert_eq!(rule(confirmed(world, &leader, late)), "hours-too-late");
        let who = volunteer.person.unwrap();
        let (first, last) = (testkit::beginning().day(), testkit::beginning().day().plus(1));
        let line = world.db.read_now("test_look", move |tx| crate::records(tx, who, (first, last))).unwrap();
        assert_eq!(line.len(), 1);
        // The record says by which rules it was counted, also when others hold by now.
        let told = world.read("why_page", &volunteer, move |tx, call| why(tx, call, in_time)).unwrap();
        let by = told.by.unwrap();
        assert_eq!((by.known, by.number, by.rules.len()), (true, line[0].policy, crate::RULES.len()));
        let of = |name: &str| by.rules.iter().find(|one| one.name == name).unwrap().clone();
        let due = of("hours.due_working_days");
        assert_eq!((due.value, due.version, due.source.as_deref()), (1, Some(7), Some("test")));
        assert_eq!(due.division.as_deref(), Some("420103000000"));
        let usual = of("hours.day_at_once_minutes");
        assert_eq!((usual.value, usual.division, usual.source), (480, None, None));
        verified(world);
    });
}

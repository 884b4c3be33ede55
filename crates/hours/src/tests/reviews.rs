//! What a day holds: records, what waits for a review, what was corrected to nothing.

use super::*;

/// A presence of this volunteer from `from` for so many minutes, seen by the leader, and its confirmation after it.
fn more(
    world: &World,
    (leader, volunteer): (&Actor, &Actor),
    from: Instant,
    minutes: i64,
) -> db::Outcome<crate::Confirmed> {
    let (who, division) = (volunteer.person.unwrap(), people::testing::division(HERE));
    let attendance = world
        .write("check_in", &Actor::system(), move |tx, call| {
            let engagement = Engagement {
                id: call.id(division.district()),
                kind: EngagementKind::Shift,
                division,
                category: "care".to_owned(),
                from,
                to: from + Minutes(minutes),
                apart: crate::Apart::default(),
                no_hours: String::new(),
            };
            open(tx, call, &engagement, who, division)
        })
        .unwrap();
    let witness = leader.person.unwrap();
    let end = from + Minutes(minutes);
    world.wait_until(end.max(world.now()));
    world
        .write("check_in", &Actor::system(), move |tx, call| {
            for (kind, at) in [(SignalKind::Arrived, from), (SignalKind::Left, end)] {
                let source = Source::RollCall;
                signal(tx, call, attendance, &Signal { kind, source, witness, device: &[], at })?;
            }
            Ok(())
        })
        .unwrap();
    world.write("roll_call", leader, move |tx, call| confirm(tx, call, attendance, None))
}

fn pair(world: &World, home: &str) -> (Actor, Actor) {
    (people::testing::worker(world, "孙惊蛰", HERE, HERE), people::testing::volunteer(world, "钱雨水", home))
}

#[test]
fn two_times_six_hours_do_not_slip_through_and_waiting_time_is_taken() {
    on_both(|world| {
        let (leader, volunteer) = pair(world, HERE);
        let both = (&leader, &volunteer);
        let morning = testkit::beginning().day().at_minute(6 * 60);
        let first = more(world, both, morning + Minutes(180), 360).unwrap();
        assert_eq!((first.minutes, first.review), (Minutes(360), Minutes::ZERO));
        let second = more(world, both, morning + Minutes(540), 360).unwrap();
        assert_eq!((second.minutes, second.review), (Minutes(120), Minutes(240)));
        // The last hour of what waits for a review.
        let third = more(world, both, morning + Minutes(840), 60);
        assert_eq!(rule(third), "hours-overlap");
    });
}

#[test]
fn the_boundaries_of_the_day_are_exact() {
    on_both(|world| {
        for (n, (minutes, at_once, review)) in
            [(479, 479, 0), (480, 480, 0), (481, 480, 1), (720, 480, 240), (721, 480, 241)]
                .into_iter()
                .enumerate()
        {
            let (leader, volunteer) = pair(world, HERE);
            let from = testkit::beginning().day().plus(2 * i32::try_from(n).unwrap() + 1).at_minute(6 * 60);
            let done = more(world, (&leader, &volunteer), from, minutes).unwrap();
            assert_eq!((done.minutes.number(), done.review.number()), (at_once, review), "{minutes}");
        }
        let street = people::testing::worker(world, "吴清明", HERE, "420103002");
        let community = people::testing::worker(world, "郑谷雨", HERE, HERE);
        let seen = |actor: &Actor| {
            let reviews = waits(world, actor).reviews;
            reviews.into_iter().map(|(review, _)| (review.level, review.minutes.number())).collect::<Vec<_>>()
        };
        let parent = |minutes| ("parent".to_owned(), minutes);
        // The minute over twelve hours is decided one level up.
        assert_eq!(seen(&community), [parent(1), parent(240), parent(240)]);
        assert_eq!(seen(&street), [parent(1), parent(240), parent(240), ("above".to_owned(), 1)]);
        // Over the whole city it is the same list, by one statement over its districts.
        let city = people::testing::worker(world, "吴市里", HERE, "4201");
        assert_eq!(seen(&city), seen(&street));
    });
}

#[test]
fn midnight_and_the_leap_day_split() {
    on_both(|world| {
        world.wait_until(Day::from_ymd(2028, 2, 28).unwrap().at_minute(23 * 60));
        let (leader, volunteer) = pair(world, ELSEWHERE);
        // From 23:00 on 28 February 2028 for 26 hours: three days, 29 February in the middle.
        let from = world.now();
        let done = more(world, (&leader, &volunteer), from, 26 * 60).unwrap();
        assert_eq!((done.minutes, done.review), (Minutes(60 + 480 + 60), Minutes(16 * 60)));
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        let days: Vec<_> = mine.records.iter().map(|record| (record.day.as_str(), record.minutes)).collect();
        assert_eq!(days, [("2028-03-01", 60), ("2028-02-29", 480), ("2028-02-28", 60)]);
    });
}

#[test]
fn what_was_corrected_to_nothing_leaves_its_time_free() {
    on_both(|world| {
        let (leader, volunteer) = pair(world, HERE);
        let both = (&leader, &volunteer);
        let from = world.now();
        more(world, both, from, 60).unwrap();
        let record = |world: &World| -> Id<crate::ServiceRecord> {
            world
                .read("hours_page", &volunteer, own_hours)
                .unwrap()
                .records
                .last()
                .unwrap()
                .id
                .parse()
                .unwrap()
        };
        let first = record(world);
        let corrected = |minutes| {
            world.write("record_correct", &leader, move |tx, call| correct(tx, call, first, Minutes(minutes)))
        };
        assert_eq!(rule(more(world, both, from, 60)), "hours-overlap");
        corrected(0).unwrap();
        assert_eq!(more(world, both, from, 30).unwrap().minutes, Minutes(30));
        // The time is taken again.
        assert_eq!(rule(corrected(60)), "hours-overlap");
        assert_eq!(world.read("hours_page", &volunteer, own_hours).unwrap().minutes, 30);
    });
}

#[test]
fn what_is_above_the_limit_of_a_month_waits_for_the_level_above() {
    on_both(|world| {
        decided(world, "420103", "hours.month_minutes", 200);
        let (leader, volunteer) = pair(world, HERE);
        let both = (&leader, &volunteer);
        let from = testkit::beginning();
        assert_eq!(more(world, both, from, 120).unwrap().minutes, Minutes(120));
        let mine = |world: &World| world.read("hours_page", &volunteer, own_hours).unwrap();
        let first: Id<crate::ServiceRecord> = mine(world).records[0].id.parse().unwrap();
        let corrected = |minutes| {
            world.write("record_correct", &leader, move |tx, call| correct(tx, call, first, Minutes(minutes)))
        };
        corrected(60).unwrap();
        let next_day = from + Minutes(1_440);
        let second = more(world, both, next_day, 150).unwrap();
        assert_eq!((second.minutes, second.review), (Minutes(140), Minutes(10)));
        let (review, _) =
            waits(world, &people::testing::worker(world, "孙惊蛰", HERE, "420103")).reviews[0].clone();
        assert_eq!((review.level.as_str(), review.minutes), ("above", Minutes(10)), "nothing vanishes");
        assert_eq!(rule(corrected(61)), "correction-over-day", "what waits counts for the month too");
        corrected(50).unwrap();
        // The next month has its own.
        let april = Day::from_ymd(2026, 4, 1).unwrap().at_minute(9 * 60);
        assert_eq!(more(world, both, april, 150).unwrap().minutes, Minutes(150));
        verified(world);
    });
}

#[test]
fn a_correction_lifts_no_day_over_the_limit() {
    on_both(|world| {
        let (leader, volunteer) = pair(world, HERE);
        let both = (&leader, &volunteer);
        let from = testkit::beginning();
        more(world, both, from, 300).unwrap();
        let mine = |world: &World| world.read("hours_page", &volunteer, own_hours).unwrap();
        let first: Id<crate::ServiceRecord> = mine(world).records[0].id.parse().unwrap();
        let corrected = |record: Id<crate::ServiceRecord>, minutes| {
            world
                .write("record_correct", &leader, move |tx, call| correct(tx, call, record, Minutes(minutes)))
        };
        corrected(first, 120).unwrap();
        let second = more(world, both, from + Minutes(300), 420).unwrap();
        assert_eq!((second.minutes, second.review), (Minutes(360), Minutes(60)));
        assert_eq!(rule(corrected(first, 121)), "correction-over-day");
        // Minutes that a review accepted may come back after they were taken.
        let (review, _) = waits(world, &leader).reviews[0].clone();
        world
            .write("review_decide", &leader, move |tx, call| decide_review(tx, call, review.id, true))
            .unwrap();
        let day = from.day();
        let who = volunteer.person.unwrap();
        let all = world.db.read_now("test_look", move |tx| crate::services(tx, who, (day, day))).unwrap();
        let reviewed = all.iter().find(|one| one.minutes() == Minutes(60)).unwrap().record.id;
        corrected(reviewed, 10).unwrap();
        corrected(reviewed, 60).unwrap();
        assert_eq!(rule(corrected(first, 121)), "correction-over-day");
        assert_eq!(mine(world).minutes, 120 + 420);
    });
}

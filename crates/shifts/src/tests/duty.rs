//! Reminders of a roll that nobody has called, and who is next.

use kernel::Minutes;
use people::testing;
use testkit::World;

use super::{
    pages::{client, led},
    scene::{self, HERE},
};
use crate::Present;

/// Who was told what, by kind and phone.
fn told(world: &World) -> Vec<(String, String)> {
    let mut all: Vec<_> = scene::messages(world)
        .into_iter()
        .filter(|(kind, ..)| kind.starts_with("duty_"))
        .map(|(kind, phone, _)| (kind, phone))
        .collect();
    all.sort();
    all
}

#[test]
fn the_leader_then_the_next_person_then_the_level_above_are_told_each_once() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let card = world.read("shift", &leader, move |tx, _| crate::shift(tx, shift)).unwrap();
        let worker = testing::worker(world, "周社区", HERE, HERE);
        let street = testing::worker(world, "李街道", HERE, &HERE[..9]);
        let other = testing::volunteer(world, "王副队", HERE);
        let (team, person) = (card.organisation, other.person.unwrap());
        let above = testing::worker(world, "赵区里", HERE, &HERE[..6]);
        world
            .write("leader_name", &above, move |tx, call| people::name_leader(tx, call, team, person))
            .unwrap();
        let volunteer = testing::volunteer(world, "孙没点", HERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let [leads, next, place, over] =
            [&leader, &other, &worker, &street].map(|who| scene::phone_of(world, who));
        let line = |kind: &str, phone: &String| (kind.to_owned(), phone.clone());
        // It ends on a Tuesday; no day of the test's calendar is a holiday.
        let end = card.ends_at;
        world.wait_until(end);
        scene::follow_up(world);
        let page = client(world, &leader).get("/team").body;
        assert!(page.contains("还剩 10 个工作日"), "{page}");
        let mut expected = Vec::new();
        let mut at = |days: i32, more: Option<(String, String)>| {
            let nine = end.day().plus(days).at_minute(9 * 60);
            world.wait_until(nine.plus_seconds(-1));
            scene::follow_up(world);
            assert_eq!(told(world), expected, "before day {days}");
            world.wait_until(nine);
            // Two servers at once.
            world.drain(vec![]);
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| crate::tick(&world.db, &world.kit).unwrap());
                }
            });
            expected.extend(more);
            expected.sort();
            assert_eq!(told(world), expected, "on day {days}, {}", world.engine);
            scene::follow_up(world);
            assert_eq!(told(world), expected, "once, on day {days}");
        };
        at(3, Some(line("duty_leader", &leads)));
        at(9, Some(line("duty_leader", &leads)));
        at(10, Some(line("duty_next", &next)));
        at(13, Some(line("duty_next", &place)));
        let page = client(world, &worker).get("/team").body;
        assert!(page.contains("还剩 1 个工作日"), "older than a week and still to be called: {page}");
        at(14, Some(line("duty_above", &over)));
        at(40, None);
        let asleep = world.count("SELECT COUNT(*) FROM shift WHERE duty_at IS NOT NULL", &[]);
        assert_eq!(asleep, 0, "nothing is looked at any more");
    });
}

#[test]
fn who_was_called_in_time_is_no_duty_and_nobody_is_told_at_night_or_of_what_was_missed() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "孙点了", HERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let end = world.read("shift", &leader, move |tx, _| crate::shift(tx, shift)).unwrap().ends_at;
        // The process stood still from the second day until the night of the eighth working day.
        world.wait_until(end.day().plus(10).at_minute(22 * 60));
        assert_eq!(crate::tick(&world.db, &world.kit).unwrap().reminded, 0);
        world.wait_until(end.day().plus(11).at_minute(8 * 60));
        assert_eq!(scene::follow_up(world).reminded, 0, "nobody else leads the team");
        let said =
            [Present { person: volunteer.person.unwrap(), came: false, late: Minutes(0), early: Minutes(0) }];
        world
            .write("roll_call", &leader, move |tx, call| crate::call_roll(tx, call, shift, &said, None))
            .unwrap();
        world.wait_until(end.day().plus(30).start());
        assert_eq!(scene::follow_up(world).reminded, 0);
        assert_eq!(told(world), []);
    });
}

#[test]
fn after_the_due_date_only_the_level_above_types_anything_in() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "孙过期", HERE);
        let street = testing::worker(world, "李街道", HERE, &HERE[..9]);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let end = world.read("shift", &leader, move |tx, _| crate::shift(tx, shift)).unwrap().ends_at;
        let person = volunteer.person.unwrap();
        let calls = |by: &kernel::Actor| {
            let said = [Present { person, came: true, late: Minutes(0), early: Minutes(0) }];
            let reason = Some(hours::TypedReason::Busy);
            world.write("roll_call", by, move |tx, call| crate::call_roll(tx, call, shift, &said, reason))
        };
        world.wait_until(end.day().plus(15).start());
        assert_eq!(calls(&leader).unwrap_err().refusal().unwrap().rule, "hours-too-late");
        calls(&street).unwrap();
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);
        let mine = world.read("hours_page", &volunteer, hours::own_hours).unwrap();
        let attendance = mine.open[0].attendance.parse().unwrap();
        world.write("hours_claim", &volunteer, move |tx, call| hours::claim(tx, call, attendance)).unwrap();
        let second = testing::worker(world, "周社区", HERE, HERE);
        let minutes = Some(Minutes(120));
        let answer = |by: &kernel::Actor| {
            world
                .write("claim_answer", by, move |tx, call| hours::answer_claim(tx, call, attendance, minutes))
        };
        assert_eq!(answer(&street).unwrap_err().refusal().unwrap().rule, "typed-second");
        assert_eq!(answer(&second).unwrap().unwrap().minutes, Minutes(120));
        world.drain(vec![]);
    });
}

#[test]
fn how_soon_a_team_is_stands_open_to_anybody_from_five_activities_on() {
    testkit::on_both(|world| {
        let (leader, first) = led(world, 5);
        let card = world.read("shift", &leader, move |tx, _| crate::shift(tx, first)).unwrap();
        let volunteer = testing::volunteer(world, "孙常来", HERE);
        let person = volunteer.person.unwrap();
        let guest = client(world, &testing::resident(world, "周春分", HERE));
        let (page, api) = (
            format!("/teams/{}", card.organisation),
            format!("/api/v1/teams/{}/promptness", card.organisation),
        );
        let mut shifts = vec![first];
        // From Tuesday on, a day apart, of which each is called so many days after it.
        for (n, days) in [0, 1, 6, 0, 2].into_iter().enumerate() {
            let found = guest.get(&api).json();
            assert_eq!(
                (found["activities"].as_u64(), &found["median_days"]),
                (Some(n as u64), &serde_json::Value::Null)
            );
            assert!(guest.get(&page).body.contains("活动还太少"));
            let shift = *shifts.last().unwrap();
            scene::sign_up(world, &volunteer, shift).unwrap();
            let ends = world.read("shift", &leader, move |tx, _| crate::shift(tx, shift)).unwrap().ends_at;
            world.wait_until(ends.day().plus(days).at_minute(20 * 60));
            let said = [Present { person, came: false, late: Minutes(0), early: Minutes(0) }];
            world
                .write("roll_call", &leader, move |tx, call| crate::call_roll(tx, call, shift, &said, None))
                .unwrap();
            world.pass_minutes(10);
            assert_eq!(scene::follow_up(world).settled, 1);
            let next = world.now().day().plus(1).at_minute(9 * 60);
            shifts.push(scene::shift(world, &leader, card.project, next, 60, 5));
        }
        // 0, 1, 0 over a weekend or two days of it, and what lies between: the third of five.
        let found = guest.get(&api).json();
        assert_eq!((&found["activities"], &found["median_days"]), (&5.into(), &1.into()), "{found}");
        let before = world.statements("team_public_page");
        let shown = guest.get(&page).body;
        assert!(world.statements("team_public_page") - before <= 8);
        assert!(shown.contains("近 12 个月 5 次活动的中位数") && !shown.contains(">["), "{shown}");
        assert!(guest.get(&format!("/activities/{first}")).body.contains(&page));
        assert_eq!(guest.get("/teams/nobody").status, axum::http::StatusCode::NOT_FOUND);
        world.drain(vec![]);
    });
}

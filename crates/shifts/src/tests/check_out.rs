//! Who checks in and forgets to check out: asked in the evening, believed when somebody confirms.

use axum::http::StatusCode;
use kernel::{Actor, Id, Minutes};
use people::testing;
use testkit::World;

use super::{
    pages::{client, hidden, led},
    scene::{self, HERE, THERE},
};
use crate::{Present, Shift};

/// Somebody who has checked in at the shift by its six digits, a moment before it begins.
pub(super) fn checked_in(
    world: &World,
    leader: &Actor,
    shift: Id<Shift>,
    who: &Actor,
) -> Id<hours::Attendance> {
    let code = client(world, leader).get(&format!("/api/v1/shifts/{shift}/code")).json();
    let mine = client(world, who);
    let page = mine.post(&format!("/shifts/{shift}/check-in"), &[("code", code["digits"].as_str().unwrap())]);
    let pressed = mine.post("/check-in", &[("ticket", &hidden(&page, "ticket")), ("kind", "arrived")]);
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.body);
    let rows =
        world.read("roll", leader, move |tx, _| hours::of_engagement(tx, shift.district(), shift)).unwrap();
    rows.into_iter().find(|row| Some(row.person) == who.person).unwrap().id
}

fn call(world: &World, leader: &Actor, shift: Id<Shift>, who: &Actor) {
    let said =
        [Present { person: who.person.unwrap(), came: true, late: Minutes::ZERO, early: Minutes::ZERO }];
    world.write("roll_call", leader, move |tx, call| crate::call_roll(tx, call, shift, &said, None)).unwrap();
    world.pass_minutes(10);
    assert_eq!(scene::follow_up(world).settled, 1);
}

fn by_grade(world: &World, who: &Actor) -> Vec<i64> {
    world.read("hours_page", who, hours::own_hours).unwrap().by_grade
}

#[test]
fn who_forgets_to_check_out_is_asked_in_the_evening_and_one_tap_of_the_leader_confirms() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let soon = testing::volunteer(world, "李马上", HERE);
        let later = testing::volunteer(world, "王晚些", THERE);
        let never = testing::volunteer(world, "赵没来", HERE);
        for who in [&soon, &later, &never] {
            scene::sign_up(world, who, shift).unwrap();
        }
        world.pass_minutes(24 * 60 - 5);
        let [mine, theirs] = [&soon, &later].map(|who| checked_in(world, &leader, shift, who));
        let tell = |who: &Actor, attendance, left: &'static str| {
            world.write("hours_claim", who, move |tx, call| hours::tell_left(tx, call, attendance, left))
        };
        // Told at once and confirmed within the hour: the leader saw both ends.
        world.pass_minutes(5 + 120 + 20);
        tell(&soon, mine, "10:45").unwrap();
        assert_eq!(tell(&soon, mine, "10:50").unwrap_err().refusal().unwrap().rule, "left-known");
        assert_eq!(by_grade(world, &soon), [0; 4], "one's own word makes no hour");
        let roll = client(world, &leader).get(&format!("/team/shifts/{shift}/roll")).body;
        assert!(roll.contains("本人说 10:45 走的"), "{roll}");
        call(world, &leader, shift, &soon);
        assert_eq!(by_grade(world, &soon), [0, 110, 0, 0], "{}", world.engine);

        // The other one hears of it in the evening, once.
        let evening = world.now().day().at_minute(19 * 60);
        world.wait_until(evening.plus_seconds(-60));
        assert_eq!(scene::follow_up(world).asked, 0);
        world.wait_until(evening);
        assert_eq!(scene::follow_up(world).asked, 1);
        assert_eq!(scene::follow_up(world).asked, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE kind = 'shift_left'", &[]), 1);
        tell(&later, theirs, "10:30").unwrap();
        call(world, &leader, shift, &later);
        assert_eq!(by_grade(world, &later), [0, 0, 95, 0], "said too late to be a witness of the time");
        world.drain(vec![]);
    });
}

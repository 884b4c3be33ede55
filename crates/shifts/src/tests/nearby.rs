//! The location hint: what it says, what is kept of it, and that it decides nothing, on both databases.

use axum::http::StatusCode;
use hours::{Grade, Hint};
use kernel::{Actor, Id, Minutes, Random};
use people::testing;
use testkit::{World, on_both};

use super::{
    check_out::checked_in,
    pages::{client, led},
    scene::{self, HERE, THERE},
};
use crate::{Located, Point, Present, Shift};

const PLACE: (f64, f64) = (30.593_1, 114.305_4);

fn point(lat: f64, lon: f64) -> Point {
    Point::of_degrees(lat, lon).unwrap()
}

#[test]
fn distances_are_those_of_the_earth() {
    // A degree of a meridian; over the pole; over the date line; half around.
    for (from, to, metres) in [
        ((30.0, 114.0), (31.0, 114.0), 111_195.0),
        ((89.0, 0.0), (89.0, 180.0), 222_390.0),
        ((0.0, 179.5), (0.0, -179.5), 111_195.0),
        ((0.0, 0.0), (0.0, 180.0), 20_015_115.0),
        ((-33.0, 151.0), (-33.0, 151.0), 0.0),
    ] {
        let far = point(from.0, from.1).metres_to(point(to.0, to.1));
        assert!((far - metres).abs() <= 1.0, "{from:?} {to:?}: {far}");
        assert_eq!(far, point(to.0, to.1).metres_to(point(from.0, from.1)));
    }
    let random = Random::seeded(3);
    for _ in 0..10_000 {
        let any = |most: i64| random.below(2 * most as u64 * 1_000) as f64 / 1_000.0 - most as f64;
        let far = point(any(90), any(180)).metres_to(point(any(90), any(180)));
        assert!((0.0..=20_015_116.0).contains(&far), "{far}");
    }
}

#[test]
fn what_is_no_place_is_none() {
    for (lat, lon) in [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.5), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        assert_eq!(Point::of_degrees(lat, lon), None, "{lat} {lon}");
    }
    for accuracy in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Located::of(0.0, 0.0, accuracy), None);
    }
}

#[test]
fn only_what_is_sure_is_said() {
    let meeting = point(PLACE.0, PLACE.1);
    // About 111 m a thousandth of a degree to the north.
    for (north, accuracy, hint) in [
        (0.0, 20.0, Hint::Inside),
        (0.002, 70.0, Hint::Inside),
        (0.002, 90.0, Hint::Unknown),
        (0.003, 40.0, Hint::Unknown),
        (0.004, 40.0, Hint::Outside),
        (0.004, 300.0, Hint::Unknown),
        (0.0, 5_000.0, Hint::Unknown),
        (1.0, 5_000.0, Hint::Outside),
    ] {
        let located = Located::of(PLACE.0 + north, PLACE.1, accuracy).unwrap();
        assert_eq!(located.hint(meeting, 300), hint, "{north} {accuracy}");
    }
}

/// Says where the phone is, so much to the north of the meeting point.
fn tell(world: &World, who: &Actor, shift: Id<Shift>, north: f64, accuracy: &str) -> testkit::Reply {
    let (lat, lon) = ((PLACE.0 + north).to_string(), PLACE.1.to_string());
    let fields = [("lat", lat.as_str()), ("lon", lon.as_str()), ("accuracy", accuracy)];
    client(world, who).post(&format!("/shifts/{shift}/nearby"), &fields)
}

fn offers(world: &World, who: &Actor, shift: Id<Shift>) -> bool {
    client(world, who).get(&format!("/shifts/{shift}/checked")).body.contains("data-position")
}

#[test]
fn it_is_asked_once_said_beside_the_roll_and_changes_no_hour() {
    on_both(|world| {
        let (leader, shift) = led(world, 5);
        let [near, far, silent] = [("李马上", HERE), ("王晚些", THERE), ("赵没说", HERE)]
            .map(|(name, home)| testing::volunteer(world, name, home));
        let young = testing::volunteer_with(world, "孙小", HERE, |wish| {
            wish.document = testing::document(world.now().day().plus(-13 * 365));
            wish.guardian = Some(testing::guardian());
        });
        for who in [&near, &far, &silent, &young] {
            scene::sign_up(world, who, shift).unwrap();
        }
        world.pass_minutes(24 * 60 - 5);
        checked_in(world, &leader, shift, &near);
        assert!(!offers(world, &near, shift), "nobody said where one meets");
        assert_eq!(tell(world, &near, shift, 0.0, "20").status, StatusCode::CONFLICT);

        let mine = client(world, &leader);
        let here = format!("/team/shifts/{shift}/meeting-point");
        let wrong = mine.post(&here, &[("lat", "北纬三十度"), ("lon", "114.3")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.body.contains("北纬三十度") && wrong.body.contains("这两个数不是位置"),
            "{}",
            wrong.body
        );
        let [lat, lon] = [PLACE.0, PLACE.1].map(|degrees| degrees.to_string());
        let kept = mine.post(&here, &[("lat", &lat), ("lon", &lon)]);
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        assert_eq!(
            client(world, &near).post(&here, &[("lat", "1"), ("lon", "1")]).status,
            StatusCode::FORBIDDEN
        );

        for who in [&far, &silent, &young] {
            checked_in(world, &leader, shift, who);
        }
        assert!(offers(world, &near, shift) && offers(world, &silent, shift));
        assert!(!offers(world, &young, shift), "who is thirteen is not asked");
        assert_eq!(tell(world, &young, shift, 0.0, "20").status, StatusCode::CONFLICT);
        let unreadable = tell(world, &near, shift, f64::NAN, "20");
        assert_eq!(unreadable.status, StatusCode::CONFLICT, "{}", unreadable.body);
        assert_eq!(tell(world, &near, shift, 0.0, "20").status, StatusCode::SEE_OTHER);
        assert_eq!(tell(world, &far, shift, 0.017_171, "20").status, StatusCode::SEE_OTHER);
        assert_eq!(tell(world, &far, shift, 0.0, "20").status, StatusCode::CONFLICT, "it is said once");
        assert!(!offers(world, &near, shift));
        let done = client(world, &near).get(&format!("/shifts/{shift}/checked"));
        assert!(done.body.contains("您在现场附近"), "{}", done.body);
        let roll = mine.get(&format!("/team/shifts/{shift}/roll")).body;
        assert!(roll.contains("手机定位：在现场附近") && roll.contains("手机定位：不在现场附近"), "{roll}");

        world.pass_minutes(11);
        assert!(!offers(world, &silent, shift), "where one is now says nothing of then");
        world.pass_minutes(120);
        let said = [&near, &far, &silent].map(|who| Present {
            person: who.person.unwrap(),
            came: true,
            late: Minutes::ZERO,
            early: Minutes::ZERO,
        });
        world
            .write("roll_call", &leader, move |tx, call| crate::call_roll(tx, call, shift, &said, None))
            .unwrap();
        world.pass_minutes(10);
        scene::follow_up(world);
        let hours =
            [&near, &far, &silent].map(|who| world.read("hours_page", who, hours::own_hours).unwrap());
        assert!(hours[0].minutes > 0 && hours.iter().all(|one| one.by_grade == hours[0].by_grade));
        assert_eq!(hours[0].by_grade[Grade::B as usize], hours[0].minutes);

        world.drain(Vec::new());
        let written = [420_103_i64, 420_104].map(|district| {
            let (events, answers): (Vec<(Vec<u8>,)>, Vec<(String,)>) = world
                .db
                .read_now("test_look", move |tx| {
                    let district = db::params![district];
                    let events = tx.query("SELECT body FROM journal WHERE district = $1", district)?;
                    Ok::<_, db::Fault>((
                        events,
                        tx.query("SELECT answer FROM idempotency WHERE district = $1", district)?,
                    ))
                })
                .unwrap();
            let events = events.iter().map(|(body,)| String::from_utf8_lossy(body).into_owned());
            events.chain(answers.into_iter().map(|(answer,)| answer)).collect::<String>()
        });
        let written = written.concat();
        assert!(written.contains("attendance.location_hint") && written.contains("outside"));
        // Where the phone of who was far was: 30.610271.
        assert!(written.contains("30593100") && !written.contains("610271"), "only where one meets is kept");
    });
}

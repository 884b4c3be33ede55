//! From the code on the leader's screen to hours on record.

use axum::http::StatusCode;
use hours::{Grade, SignalKind};
use kernel::Minutes;
use people::testing;
use serde_json::json;

use super::{
    pages::{client, guest, hidden, led},
    scene::{self, HERE, THERE},
};
use crate::{CODE_SECONDS, Called, Present};

#[test]
fn a_scan_and_one_press_check_in_and_out() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "李第一", THERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let mine = client(world, &volunteer);
        // A leader's session is short: each look has its own.
        let code = || client(world, &leader).get(&format!("/api/v1/shifts/{shift}/code")).json();
        let scan = |code: &serde_json::Value| format!("/c/{}", code["token"].as_str().unwrap());

        // An hour before it begins and not earlier.
        let early = mine.get(&scan(&code()));
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.body.contains("还没到签到的时候"), "{}", early.body);
        world.pass_minutes(24 * 60 - 5);
        let mine = client(world, &volunteer);
        let screen = client(world, &leader).get(&format!("/team/shifts/{shift}/code"));
        let shown = code();
        assert!(screen.body.contains("<svg") && screen.body.contains("http-equiv=\"refresh\""));
        assert!(screen.body.contains(shown["digits"].as_str().unwrap()), "{}", screen.body);

        // Looking changes nothing; pressing does.
        let page = mine.get(&scan(&shown));
        assert!(page.body.contains("签到") && page.body.contains("08:55"), "{}", page.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 0);
        let ticket = hidden(&page, "ticket");
        world.pass_minutes(4);
        let press = |key: &str, ticket: &str, kind: &str| {
            mine.post("/check-in", &[("key", key), ("ticket", ticket), ("kind", kind)])
        };
        let done = press("in", &ticket, "arrived").location.expect("checked in");
        let done = mine.get(&done);
        assert!(
            done.body.contains("data-done=\"checked-in\"") && done.body.contains("08:55"),
            "{}",
            done.body
        );
        let used = press("in-again", &ticket, "arrived");
        assert!(used.status == StatusCode::CONFLICT && used.body.contains("已经用过"), "{}", used.body);
        let used = press("out-with-it", &ticket, "left");
        assert!(used.status == StatusCode::CONFLICT && used.body.contains("已经用过"), "{}", used.body);

        // An old code, a wrong one, an old ticket, another browser, somebody without a place.
        let old = mine.get(&scan(&shown));
        assert!(old.status == StatusCode::CONFLICT && old.body.contains("过期"), "{}", old.body);
        let wrong = mine.get(&format!("/c/{shift}.0123456789abcdef"));
        assert!(wrong.status == StatusCode::CONFLICT && wrong.body.contains("这个码不对"), "{}", wrong.body);
        assert_eq!(mine.get("/c/nonsense").status, StatusCode::CONFLICT);
        let other = client(world, &testing::volunteer(world, "王第二", HERE));
        let stranger = other.get(&scan(&code()));
        assert!(stranger.body.contains("没有报这个活动"), "{}", stranger.body);
        let fresh = hidden(&mine.get(&scan(&code())), "ticket");
        let lent = other.post("/check-in", &[("key", "x"), ("ticket", &fresh), ("kind", "left")]);
        assert!(lent.body.contains("别的手机"), "{}", lent.body);
        world.pass_minutes(6);
        let late = press("late", &fresh, "left");
        assert!(late.body.contains("过了五分钟"), "{}", late.body);
        let forged = press("forged", &format!("{fresh}00"), "left");
        assert!(forged.body.contains("不完整"), "{}", forged.body);

        // The digits do the same.
        world.pass_minutes(110);
        let path = format!("/shifts/{shift}/check-in");
        let wrong = mine.post(&path, &[("code", "12345")]);
        assert!(
            wrong.status == StatusCode::CONFLICT && wrong.body.contains("value=\"12345\""),
            "{}",
            wrong.body
        );
        let page = mine.post(&path, &[("code", code()["digits"].as_str().unwrap())]);
        assert!(page.body.contains("签退"), "{}", page.body);
        let done = press("out", &hidden(&page, "ticket"), "left").location.expect("checked out");
        assert!(mine.get(&done).body.contains("data-done=\"checked-out\""));
        let both = mine.get(&scan(&code()));
        assert!(both.body.contains("都办好了"), "{}", both.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 2);
        world.drain(vec![]);
    });
}

#[test]
fn who_signs_in_after_the_scan_keeps_its_time() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "李第一", HERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        world.pass_minutes(24 * 60 - 5);
        let code = client(world, &leader).get(&format!("/api/v1/shifts/{shift}/code")).json();
        let path = format!("/c/{}", code["token"].as_str().unwrap());
        let scanned = guest(world).get(&path);
        assert!(scanned.body.contains(&format!("/sign-in?next={path}")), "{}", scanned.body);
        let cookies: Vec<_> =
            scanned.cookies.iter().map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect();
        assert_eq!(cookies.len(), 2);
        world.pass_minutes(3);
        let person = volunteer.person.unwrap();
        let token = world
            .write("test_session", &volunteer, move |tx, call| people::open_session(tx, call, person))
            .unwrap();
        let mine = guest(world).with_token(format!("{token}; {}", cookies.join("; ")));
        let page = mine.get(&path);
        assert!(page.body.contains("08:55"), "the scan's time: {}", page.body);
        let ticket = hidden(&page, "ticket");
        let done = mine.post("/check-in", &[("key", "a"), ("ticket", &ticket), ("kind", "arrived")]);
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        // Without the cookies an old code is an old code.
        assert_eq!(guest(world).get(&path).status, StatusCode::CONFLICT);
    });
}

#[test]
fn digits_cannot_be_guessed_at_length() {
    testkit::on_both(|world| {
        let (_, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "李第一", HERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        world.pass_minutes(24 * 60 - 5);
        let mine = client(world, &volunteer);
        let path = format!("/api/v1/shifts/{shift}/check-in");
        let try_one = |n: i32| {
            let body = json!({"code": "x", "kind": "arrived"});
            mine.post_json(&path, &format!("t{n}"), &body).json()["rule"].as_str().unwrap().to_owned()
        };
        let rules: Vec<_> = (0..12).map(try_one).collect();
        assert!(rules[..10].iter().all(|rule| rule == "check-in-code-wrong"), "{rules:?}");
        assert_eq!(rules[10..], ["check-in-too-often", "check-in-too-often"]);
        // The code changes every half minute, and the one before is still good.
        let now = world.now();
        world.kit.clock.advance_to(now.plus_seconds(CODE_SECONDS));
        assert_eq!(try_one(20), "check-in-too-often");
    });
}

#[test]
fn a_roll_call_of_twenty_is_two_presses_and_one_for_each_exception() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 20);
        let people: Vec<_> =
            (0..20).map(|n| testing::volunteer(world, "李众人", [HERE, THERE][n % 2])).collect();
        for person in &people {
            scene::sign_up(world, person, shift).unwrap();
        }
        let path = format!("/team/shifts/{shift}/roll");
        let id = |n: usize| people[n].person.unwrap().to_string();

        // One checks in by code on her own and forgets to check out.
        world.pass_minutes(24 * 60);
        let leads = leader;
        let leader = client(world, &leads);
        let code = leader.get(&format!("/api/v1/shifts/{shift}/code")).json();
        let body = json!({"code": code["token"], "kind": "arrived"});
        let checked =
            client(world, &people[5]).post_json(&format!("/api/v1/shifts/{shift}/check-in"), "in", &body);
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);

        // Too early: every line fails and says so, and nothing is invented.
        let form = leader.get(&path);
        let early = leader.post(&path, &[("key", &hidden(&form, "key"))]);
        assert!(
            early.body.contains("data-failed=\"20\"") && early.body.contains("活动还没有结束"),
            "{}",
            early.body
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 0);

        world.pass_minutes(125);
        let leader = client(world, &leads);
        let form = leader.get(&path);
        assert_eq!(form.body.matches("value=\"yes\" checked").count(), 20, "everybody is preselected");
        let (away, late, nonsense) =
            (format!("came-{}", id(0)), format!("late-{}", id(1)), format!("late-{}", id(2)));
        let key = hidden(&form, "key");
        let said = [("key", key.as_str()), (&away, "no"), (&late, "30"), (&nonsense, "999")];
        let done = leader.post(&path, &said);
        assert!(done.body.contains("data-done=\"roll-called\""), "{}", done.body);
        assert!(
            done.body.contains("data-confirmed=\"18\"") && done.body.contains("data-failed=\"1\""),
            "{}",
            done.body
        );
        assert!(done.body.contains("加起来比活动还长"), "{}", done.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 18);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE minutes = 120", &[]), 17);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE minutes = 90", &[]), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE grade = 'b'", &[]), 18);

        // The one that failed, again, by the API; what is recorded is not recorded twice.
        let body = json!({"people": [
            {"person": id(2), "came": true}, {"person": id(3), "came": true}, {"person": id(0), "came": false}
        ]});
        let called = leader.post_json(&format!("/api/v1/shifts/{shift}/roll"), "again", &body);
        let outcomes: Vec<_> =
            called.json().as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
        assert_eq!(outcomes, ["absent", "confirmed", "before"], "{}", called.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 19);
        let roll = leader.get(&format!("/api/v1/shifts/{shift}/roll")).json();
        assert_eq!(roll.as_array().unwrap().iter().filter(|one| one["recorded"] == true).count(), 19);
        world.drain(vec![]);
    });
}

#[test]
fn whoever_calls_the_roll_beside_the_leader_is_a_second_witness() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let worker = testing::worker(world, "周点名", HERE, &HERE[..6]);
        let grade = |volunteer: &kernel::Actor, witness: &kernel::Actor| {
            let person = volunteer.person.unwrap();
            let said = Present { person, came: true, late: Minutes::ZERO, early: Minutes::ZERO };
            match world.write("roll_call", witness, move |tx, call| crate::call_one(tx, call, shift, &said)) {
                Ok(Called::Confirmed(confirmed)) => confirmed.grade,
                other => panic!("{other:?}"),
            }
        };
        let both = [testing::volunteer(world, "李第一", HERE), testing::volunteer(world, "王第二", THERE)];
        for volunteer in &both {
            scene::sign_up(world, volunteer, shift).unwrap();
        }
        let scan = |kind: SignalKind| {
            for volunteer in &both {
                let shown = world
                    .write("shift_code", &leader, move |tx, call| {
                        Ok(crate::code(call, &crate::shift(tx, shift)?)?)
                    })
                    .unwrap();
                world
                    .write("check_in", volunteer, move |tx, call| {
                        let (_, ticket) = crate::scan(tx, call, &shown.token, [7; 32])?;
                        crate::check_in(tx, call, &ticket, kind)
                    })
                    .unwrap();
            }
        };
        world.pass_minutes(24 * 60 - 5);
        scan(SignalKind::Arrived);
        world.pass_minutes(126);
        scan(SignalKind::Left);
        assert_eq!(grade(&both[0], &leader), Grade::B, "the leader's code and roll call are one witness");
        assert_eq!(grade(&both[1], &worker), Grade::A, "the worker saw them too");
        world.drain(vec![]);
    });
}

//! A card at the gate of a shift.

use axum::http::StatusCode;
use hours::{Grade, SignalKind};
use kernel::Minutes;
use people::testing;
use serde_json::json;
use shifts::Present;

use super::{FAR, HERE, browser, card, guest, id, led, signals, signed_up, whole};

#[test]
fn one_tap_notes_who_came_and_one_who_went() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, "韩队长");
        let volunteer = testing::volunteer(world, "李第一", FAR);
        signed_up(world, &volunteer, shift);
        let (token, _) = card(world, &volunteer);
        let path = format!("/card/{token}");
        world.pass_minutes(55);
        let gate = browser(world, &leader);
        let page = gate.get(&path);
        assert!(whole(&page).contains("李**") && page.body.contains("value=\"arrived\""), "{}", page.body);
        assert!(!page.body.contains("value=\"left\"") && !page.body.contains("第一"), "{}", page.body);
        assert_eq!(signals(world).len(), 0);
        let early = gate.post(&path, &[("key", "e"), ("kind", "left")]);
        assert!(
            early.status == StatusCode::CONFLICT && early.body.contains("还没有记“到”"),
            "{}",
            early.body
        );
        let came = gate.post(&path, &[("key", "a"), ("kind", "arrived")]).location.expect("noted");
        assert!(whole(&gate.get(&came)).contains("data-done=\"card-arrived\""));

        // The same card again, at once: the same reading.
        let again = gate.get(&path);
        assert!(again.body.contains("刚刚记过了") && !again.body.contains("name=\"kind\""), "{}", again.body);
        assert!(gate.post(&path, &[("key", "b"), ("kind", "arrived")]).location.is_some());
        let left = gate.post(&path, &[("key", "c"), ("kind", "left")]);
        assert!(left.status == StatusCode::CONFLICT && left.body.contains("刚刚扫过"), "{}", left.body);
        assert_eq!(signals(world).len(), 1);

        world.pass_minutes(126);
        assert!(gate.get(&path).body.contains("value=\"left\""));
        assert!(gate.post(&path, &[("key", "d"), ("kind", "left")]).location.is_some());
        assert!(gate.get(&path).body.contains("都记下了"));
        let seen: Vec<_> = signals(world).into_iter().map(|one| (one.0, one.1, one.2)).collect();
        let of = |kind: &str| (kind.to_owned(), "card".to_owned(), id(&leader));
        assert_eq!(seen, [of("arrived"), of("left")]);

        // The leader's card reading and the leader's roll call are one witness.
        let said = Present { person: id(&volunteer), came: true, late: Minutes(3), early: Minutes::ZERO };
        world
            .write("roll_call", &leader, move |tx, call| shifts::call_roll(tx, call, shift, &[said], None))
            .unwrap();
        world.pass_minutes(11);
        shifts::tick(&world.db, &world.kit).unwrap();
        world.drain(vec![]);
        let rows =
            world.read("test_rows", &leader, move |tx, _| hours::of_engagement(tx, shift.district(), shift));
        assert_eq!(rows.unwrap().first().and_then(|row| row.grade), Some(Grade::B));
    });
}

#[test]
fn who_went_and_comes_again_is_read_in_again() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, "韩队长");
        let volunteer = testing::volunteer(world, "李第一", HERE);
        signed_up(world, &volunteer, shift);
        let (token, _) = card(world, &volunteer);
        let (path, gate) = (format!("/card/{token}"), browser(world, &leader));
        world.pass_minutes(55);
        let read = |key: &str, kind: &str| gate.post(&path, &[("key", key), ("kind", kind)]);
        assert!(read("a", "arrived").location.is_some());
        world.pass_minutes(30);
        assert!(read("b", "left").location.is_some());
        // In the same minute it is the same reading.
        assert!(read("c", "arrived").location.is_some());
        assert_eq!(signals(world).len(), 2);
        world.pass_minutes(20);
        let page = gate.get(&path);
        assert!(page.body.contains("value=\"arrived\"") && page.body.contains("又来了"), "{}", page.body);
        assert!(read("d", "arrived").location.is_some());
        let page = gate.get(&path);
        assert!(!page.body.contains("name=\"kind\""), "read a moment ago: {}", page.body);
        assert_eq!(read("e", "left").status, StatusCode::CONFLICT);
        world.pass_minutes(10);
        assert!(gate.get(&path).body.contains("value=\"left\""));
        assert!(read("f", "left").location.is_some());
        let kinds: Vec<_> = signals(world).into_iter().map(|one| one.0).collect();
        assert_eq!(kinds, ["arrived", "left", "arrived", "left"]);
        // After the end nobody comes again.
        world.pass_minutes(80);
        assert!(!gate.get(&path).body.contains("value=\"arrived\""));
        assert!(read("g", "arrived").location.is_some());
        assert_eq!(signals(world).len(), 4);
    });
}

#[test]
fn whoever_is_not_concerned_sees_nothing_of_the_person() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, "韩队长");
        let (other_leader, _) = led(world, "钱队长");
        let volunteer = testing::volunteer(world, "李第一", HERE);
        signed_up(world, &volunteer, shift);
        let (token, _) = card(world, &volunteer);
        world.pass_minutes(55);
        let stranger = testing::volunteer(world, "王第二", HERE);
        let none = "420103.00000000000000000000000000000000";
        let plain = |body: &str, token: &str| {
            let body = body.replace(token, "TOKEN");
            body.split("name=\"key\"").next().unwrap_or_default().to_owned()
        };
        for client in [
            guest(world),
            browser(world, &stranger),
            browser(world, &other_leader),
            browser(world, &volunteer),
        ] {
            let real = client.get(&format!("/card/{token}"));
            assert!(whole(&real).contains("请把卡交给队长"), "{}", real.body);
            for private in ["李", "第一", "清理楼道", &id(&volunteer).to_string()] {
                assert!(!real.body.contains(private), "{private}: {}", real.body);
            }
            let unknown = client.get(&format!("/card/{none}"));
            assert_eq!(plain(&real.body, &token), plain(&unknown.body, none));
            assert_eq!(client.get("/card/nonsense").status, StatusCode::OK);
        }
        for who in [&stranger, &other_leader, &volunteer] {
            for token in [token.as_str(), none, "nonsense"] {
                let body = json!({"token": token, "kind": "arrived"});
                let refused = browser(world, who).post_json("/api/v1/card-readings", token, &body);
                assert!(refused.status == StatusCode::CONFLICT && refused.body.contains("card-for-leader"));
            }
        }
        assert_eq!(signals(world).len(), 0);
        // The shift is over for an hour: the leader is nobody to the card any more.
        world.pass_minutes(200);
        assert!(browser(world, &leader).get(&format!("/card/{token}")).body.contains("请把卡交给队长"));
    });
}

#[test]
fn a_card_that_was_taken_back_or_is_outdated_leads_to_the_roll() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, "韩队长");
        let volunteer = testing::volunteer(world, "李第一", HERE);
        signed_up(world, &volunteer, shift);
        let (old, _) = card(world, &volunteer);
        let made = browser(world, &volunteer).post_json("/api/v1/cards", "second", &json!({})).json();
        world.pass_minutes(55);
        let gate = browser(world, &leader);
        let page = gate.get(&format!("/card/{old}"));
        assert!(whole(&page).contains("已经停用或者过期") && !page.body.contains("name=\"kind\""));
        assert!(page.body.contains(&format!("/team/shifts/{shift}/roll")), "{}", page.body);
        let refused = gate.post(&format!("/card/{old}"), &[("key", "a"), ("kind", "arrived")]);
        assert!(
            refused.status == StatusCode::CONFLICT && refused.body.contains("改用点名"),
            "{}",
            refused.body
        );
        let new = json!({"token": made["token"], "kind": "arrived"});
        assert_eq!(gate.post_json("/api/v1/card-readings", "new", &new).status, StatusCode::OK);
        assert_eq!(signals(world).len(), 1);
        // On the day after its last it is no card any more.
        let until = world.now().day().plus(crate::VALID_DAYS);
        let held = world
            .read("test_card", &volunteer, |tx, call| crate::of_person(tx, call, call.actor.signed_in()?));
        let held = held.unwrap().expect("a card");
        assert!(held.is_good(until) && !held.is_good(until.plus(1)));
    });
}

#[test]
fn a_number_does_the_same_where_no_camera_is() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, "韩队长");
        let (volunteer, absent) =
            (testing::volunteer(world, "李第一", FAR), testing::volunteer(world, "王第二", HERE));
        signed_up(world, &volunteer, shift);
        let ((_, number), (_, others)) = (card(world, &volunteer), card(world, &absent));
        world.pass_minutes(55);
        let gate = browser(world, &leader);
        let path = format!("/team/shifts/{shift}/card");
        assert!(whole(&gate.get(&path)).contains("八位数字"));
        let mistyped = format!("{}{}", &number[..7], (number.as_bytes()[7] - b'0' + 1) % 10);
        for (typed, words) in
            [("", "卡号不对"), (mistyped.as_str(), "卡号不对"), (others.as_str(), "没有人用这个卡号")]
        {
            let refused = gate.post(&path, &[("key", typed), ("number", typed)]);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(whole(&refused).contains(words) && !refused.body.contains("王*"), "{}", refused.body);
        }
        let page =
            gate.post(&path, &[("key", "n"), ("number", &format!("{} {}", &number[..4], &number[4..]))]);
        assert!(page.status == StatusCode::OK && whole(&page).contains("李**"), "{}", page.body);
        assert_eq!(signals(world).len(), 0);
        let tapped = gate.post(&path, &[("key", "t"), ("number", &number), ("kind", "arrived")]);
        let done = tapped.location.expect("noted");
        assert!(whole(&gate.get(&done)).contains("data-done=\"card-arrived\""));
        assert_eq!(signals(world).len(), 1);
        let body = json!({"number": number, "shift": shift.to_string(), "kind": "arrived"});
        let stranger = browser(world, &absent).post_json("/api/v1/card-readings", "x", &body);
        assert_eq!(stranger.status, StatusCode::FORBIDDEN, "{}", stranger.body);
        assert_eq!(gate.post_json("/api/v1/card-readings", "y", &body).status, StatusCode::OK);
        assert_eq!(signals(world).len(), 1);
    });
}

#[test]
fn nobody_is_read_in_at_the_wrong_time_and_no_page_asks_more_with_more_people() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, "韩队长");
        let volunteer = testing::volunteer(world, "李第一", HERE);
        signed_up(world, &volunteer, shift);
        let (token, _) = card(world, &volunteer);
        world.pass_minutes(5);
        let path = format!("/card/{token}");
        let person = id(&volunteer);
        let read = |kind| {
            world.write("card_read", &leader, move |tx, call| {
                shifts::read_at_gate(tx, call, shift, person, kind, b"reader")
            })
        };
        for (name, client, path) in [
            ("card_look_page", browser(world, &leader), path.clone()),
            ("card_number_page", browser(world, &leader), format!("/team/shifts/{shift}/card")),
            ("card_look_page", browser(world, &volunteer), path),
        ] {
            let before = world.statements(name);
            client.get(&path);
            let cost = world.statements(name) - before;
            assert!((1..=8).contains(&cost), "{path}: {cost}");
        }
        world.pass_minutes(300);
        let late = read(SignalKind::Arrived).unwrap_err();
        assert_eq!(late.refusal().map(|refusal| refusal.rule), Some("check-in-too-late"));
        let own = world.write("card_read", &leader, move |tx, call| {
            let me = call.actor.signed_in()?;
            shifts::read_at_gate(tx, call, shift, me, SignalKind::Arrived, b"reader")
        });
        assert_eq!(own.unwrap_err().refusal().map(|refusal| refusal.rule), Some("hours-own"));
    });
}

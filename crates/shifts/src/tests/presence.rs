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
use crate::{CODE_SECONDS, Present};

#[test]
fn ones_own_list_offers_the_check_in_from_when_it_usually_opens() {
    testkit::on_both(|world| {
        let (_, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "李第一", THERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let is_offered = || {
            world
                .read("my_shifts", &volunteer, |tx, call| {
                    let mine = crate::my_shifts(tx, call, call.now)?;
                    Ok(mine.iter().any(|one| one.is_around(call.now)))
                })
                .unwrap()
        };
        assert!(!is_offered(), "a day before");
        world.pass_minutes(24 * 60 - 121);
        assert!(!is_offered(), "two hours and a minute before");
        world.pass_minutes(1);
        assert!(is_offered(), "two hours before");
        world.pass_minutes(100);
        assert!(is_offered(), "twenty minutes before");
    });
}

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

        // Two hours before it begins and not earlier.
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
        world.kit.clock.advance_to(world.now().plus_seconds(10));
        let same_code = hidden(&mine.get(&scan(&shown)), "ticket");
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
        for (key, ticket) in [("out-with-it", &ticket), ("out-with-the-same-code", &same_code)] {
            let used = press(key, ticket, "left");
            assert!(used.status == StatusCode::CONFLICT && used.body.contains("已经用过"), "{}", used.body);
        }

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

        // Who comes again does so by a later code than they went by, and has two times then.
        let same = press("same", &hidden(&both, "ticket"), "arrived");
        assert!(same.status == StatusCode::CONFLICT && same.body.contains("已经用过"), "{}", same.body);
        world.pass_minutes(1);
        let again = mine.get(&scan(&code()));
        assert!(again.body.contains("我又来了"), "{}", again.body);
        let done = press("again", &hidden(&again, "ticket"), "arrived").location.expect("checked in again");
        assert!(mine.get(&done).body.contains("data-done=\"checked-in\""));
        world.pass_minutes(1);
        assert!(mine.get(&scan(&code())).body.contains("签退"));
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 3);
        world.drain(vec![]);
    });
}

#[test]
fn a_place_says_from_when_on_one_checks_in() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "李第一", HERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let scan = || {
            let code = client(world, &leader).get(&format!("/api/v1/shifts/{shift}/code")).json();
            client(world, &volunteer).get(&format!("/c/{}", code["token"].as_str().unwrap()))
        };
        // The shift begins a day after the world's beginning.
        world.pass_minutes(22 * 60 - 1);
        let early = scan();
        assert!(early.status == StatusCode::CONFLICT && early.body.contains("07:00"), "{}", early.body);
        world.pass_minutes(1);
        assert_eq!(scan().status, StatusCode::OK);
        world
            .write("test_policy", &leader, move |tx, _| {
                tx.execute_one(
                    "INSERT INTO policy (division, name, version, from_day, value, source)
                     VALUES ($1, 'hours.opens_minutes', 1, 0, 45, 'test')",
                    db::params![testing::division("4201")],
                )?;
                Ok(())
            })
            .unwrap();
        world.pass_minutes(74);
        assert_eq!(scan().status, StatusCode::CONFLICT);
        world.pass_minutes(1);
        assert_eq!(scan().status, StatusCode::OK);
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
        let (leads, shift) = led(world, 5);
        let volunteer = testing::volunteer(world, "李第一", HERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        world.pass_minutes(24 * 60 - 5);
        let path = format!("/api/v1/shifts/{shift}/check-in");
        // Every try comes to a process that has just begun: nothing is kept but in the database.
        let try_one = |n: i32| {
            let body = json!({"code": "x", "kind": "arrived"});
            let reply = client(world, &volunteer).post_json(&path, &format!("t{n}"), &body);
            (reply.json()["rule"].as_str().unwrap().to_owned(), reply.status)
        };
        let wrong = ("check-in-code-wrong".to_owned(), StatusCode::CONFLICT);
        let too_often = ("check-in-too-often".to_owned(), StatusCode::TOO_MANY_REQUESTS);
        for n in 0..10 {
            assert_eq!(try_one(n), wrong);
        }
        assert_eq!(try_one(10), too_often);
        // The code changes every half minute, and the one before is still good.
        let now = world.now();
        world.kit.clock.advance_to(now.plus_seconds(CODE_SECONDS));
        assert_eq!(try_one(11), too_often);
        let page =
            client(world, &volunteer).post(&format!("/shifts/{shift}/check-in"), &[("code", "123456")]);
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.body.contains("请 09:05 以后再填"), "{}", page.body);
        // The square code needs no guessing, so it stays open.
        let code = client(world, &leads).get(&format!("/api/v1/shifts/{shift}/code")).json();
        let scan = json!({"code": code["token"], "kind": "arrived"});
        assert_eq!(client(world, &volunteer).post_json(&path, "scan", &scan).status, StatusCode::OK);
        world.pass_minutes(10);
        assert_eq!(try_one(12), wrong, "after ten minutes it may be tried again");
        world.drain(vec![]);
    });
}

#[test]
fn a_roll_call_of_twenty_is_two_presses_and_one_for_each_exception() {
    testkit::on_both(|world| {
        let (leads, shift) = led(world, 20);
        let people: Vec<_> =
            (0..20).map(|n| testing::volunteer(world, "李众人", [HERE, THERE][n % 2])).collect();
        for person in &people {
            scene::sign_up(world, person, shift).unwrap();
        }
        let path = format!("/team/shifts/{shift}/roll");
        let id = |n: usize| people[n].person.unwrap().to_string();
        let records = || world.count("SELECT COUNT(*) FROM service_record", &[]);

        // One checks in by code on her own and forgets to check out.
        world.pass_minutes(24 * 60);
        let leader = client(world, &leads);
        let code = leader.get(&format!("/api/v1/shifts/{shift}/code")).json();
        let body = json!({"code": code["token"], "kind": "arrived"});
        let checked =
            client(world, &people[5]).post_json(&format!("/api/v1/shifts/{shift}/check-in"), "in", &body);
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);

        // Too early: it says so, and nothing is invented.
        let form = leader.get(&path);
        let early = leader.post(&path, &[("key", &hidden(&form, "key"))]);
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.body.contains("活动还没有结束"), "{}", early.body);

        world.pass_minutes(125);
        let leader = client(world, &leads);
        let form = leader.get(&path);
        assert_eq!(form.body.matches("value=\"yes\" checked").count(), 20, "everybody is preselected");
        let (away, late, nonsense, letters) = (
            format!("came-{}", id(0)),
            format!("late-{}", id(1)),
            format!("late-{}", id(2)),
            format!("early-{}", id(3)),
        );
        let key = hidden(&form, "key");
        let mut said = vec![("key", key.as_str()), (&away, "no"), (&late, "30"), (&nonsense, "999")];
        let wrong = leader.post(&path, &said);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.body.contains("加起来要比活动短") && wrong.body.contains("value=\"999\""),
            "{}",
            wrong.body
        );
        assert!(wrong.body.contains("value=\"30\""), "what was typed of others stays: {}", wrong.body);
        said[3] = (&letters, "半小时");
        let wrong = leader.post(&path, &said);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.body.contains("请只写数字") && wrong.body.contains("value=\"半小时\""),
            "{}",
            wrong.body
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM roll_call", &[]), 0, "nothing is noted by half");

        said.pop();
        assert!(leader.get("/team").body.contains(&format!("href=\"{path}\"")), "it waits to be called");
        let done = leader.post(&path, &said).location.expect("called");
        assert!(!leader.get("/team").body.contains(&format!("href=\"{path}\"")), "nothing is left to call");
        let shown = leader.get(&done);
        assert!(shown.body.contains("data-done=\"roll-called\""), "{}", shown.body);
        assert!(shown.body.contains("data-came=\"19\" data-away=\"1\""), "{}", shown.body);
        assert!(shown.body.contains("11:15 以前还能撤回"), "{}", shown.body);
        scene::follow_up(world);
        assert_eq!(records(), 0, "for ten minutes nothing comes of it");
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 20);
        assert_eq!(records(), 19);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE minutes = 120", &[]), 18);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE minutes = 90", &[]), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE grade = 'b'", &[]), 19);
        let at_once = world.count(
            "SELECT COUNT(*) FROM signal WHERE entered_at = $1",
            &[(world.now() - Minutes(10)).micros()],
        );
        assert_eq!(at_once, 37, "what the leader saw was seen when they spoke");
        let shown = leader.get(&path);
        assert_eq!(shown.body.matches("data-line=\"recorded\"").count(), 19, "{}", shown.body);
        assert_eq!(shown.body.matches("data-line=\"away\"").count(), 1);

        // What is on record is not recorded twice, nor taken back.
        let body = json!({"people": [{"person": id(2), "came": false}, {"person": id(0), "came": true}]});
        let called = leader.post_json(&format!("/api/v1/shifts/{shift}/roll"), "again", &body);
        assert_eq!(called.status, StatusCode::OK, "{}", called.body);
        world.pass_minutes(11);
        assert_eq!(scene::follow_up(world).settled, 0);
        let late = leader.post(&format!("{path}/undo"), &[("key", "late")]);
        assert!(late.status == StatusCode::CONFLICT && late.body.contains("撤不回"), "{}", late.body);
        assert_eq!(records(), 19);
    });
}

#[test]
fn a_roll_call_that_was_a_mistake_is_taken_back_and_leaves_no_trace_on_hours() {
    testkit::on_both(|world| {
        let (leads, shift) = led(world, 3);
        let people: Vec<_> =
            (0..3).map(|n| testing::volunteer(world, "李众人", [HERE, THERE][n % 2])).collect();
        for person in &people {
            scene::sign_up(world, person, shift).unwrap();
        }
        world.pass_minutes(24 * 60 + 125);
        let path = format!("/api/v1/shifts/{shift}/roll");
        let said = |came: [bool; 3]| {
            let one = |n: usize| json!({"person": people[n].person.unwrap().to_string(), "came": came[n]});
            json!({"people": [one(0), one(1), one(2)]})
        };
        let leader = client(world, &leads);
        leader.post_json(&path, "first", &said([true; 3]));
        world.pass_minutes(9);
        let stranger = client(world, &testing::leader(world, "外队长", THERE, "420104"));
        assert_eq!(
            stranger.post_json(&format!("{path}/undo"), "s", &json!({})).status,
            StatusCode::FORBIDDEN
        );
        let undone = leader.post_json(&format!("{path}/undo"), "undo", &json!({}));
        assert_eq!(undone.json()["state"], "undone", "{}", undone.body);
        world.pass_minutes(5);
        assert_eq!(scene::follow_up(world).settled, 0);
        let traces = "SELECT (SELECT COUNT(*) FROM service_record) + (SELECT COUNT(*) FROM signal)
            + (SELECT COUNT(*) FROM attendance) + (SELECT COUNT(*) FROM message)";
        assert_eq!(world.count(traces, &[]), 0);
        // Said anew and mended within the ten minutes: the last word counts, ten minutes after it.
        leader.post_json(&path, "second", &said([true; 3]));
        world.pass_minutes(6);
        leader.post_json(&path, "third", &said([true, true, false]));
        world.pass_minutes(6);
        assert_eq!(scene::follow_up(world).settled, 0);
        world.pass_minutes(4);
        assert_eq!(scene::follow_up(world).settled, 3);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 2);
        let roll = leader.get(&path).json();
        let came: Vec<_> = roll.as_array().unwrap().iter().map(|one| (&one["came"], &one["said"])).collect();
        let (yes, no, settled) = (json!(true), json!(false), json!("settled"));
        assert_eq!(came, [(&yes, &settled), (&yes, &settled), (&no, &settled)]);
        world.drain(vec![]);
        let report = journal::verify(
            &world.db,
            &world.kit.keys,
            hours::SEALED.to_vec(),
            &journal::Published::default(),
        )
        .unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn what_cannot_become_hours_stands_on_the_roll_with_its_reason() {
    testkit::on_both(|world| {
        let (leads, shift) = led(world, 3);
        let volunteer = testing::volunteer(world, "李第一", THERE);
        scene::sign_up(world, &volunteer, shift).unwrap();
        let person = volunteer.person.unwrap();
        // Hours of the same time are on record from elsewhere, so no record can be made of these.
        world.pass_minutes(24 * 60 + 125);
        let card = world.read("shift", &leads, move |tx, _| crate::shift(tx, shift)).unwrap();
        let elsewhere = hours::Engagement {
            id: card.project.cast(),
            kind: hours::EngagementKind::Need,
            division: card.division,
            category: card.category,
            from: card.starts_at,
            to: card.ends_at,
            apart: hours::Apart::default(),
            no_hours: String::new(),
        };
        let witness = leads.person.unwrap();
        world
            .write("roll_settle", &leads, move |tx, call| {
                let home = people::lock(tx, person)?.home;
                let there = hours::open(tx, call, &elsewhere, person, home)?;
                for (kind, at) in [(SignalKind::Arrived, elsewhere.from), (SignalKind::Left, elsewhere.to)] {
                    let source = hours::Source::RollCall;
                    hours::signal(
                        tx,
                        call,
                        there,
                        &hours::Signal { kind, source, witness, device: &[], at },
                    )?;
                }
                hours::confirm(tx, call, there, None)
            })
            .unwrap();
        let leader = client(world, &leads);
        let path = format!("/team/shifts/{shift}/roll");
        leader.post(&path, &[("key", &hidden(&leader.get(&path), "key"))]).location.expect("called");
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 1);
        let roll = leader.get(&format!("/api/v1/shifts/{shift}/roll")).json();
        assert_eq!((&roll[0]["said"], &roll[0]["rule"]), (&json!("refused"), &json!("hours-overlap")));
        let shown = leader.get(&path);
        assert!(shown.body.contains("class=\"field-error\"") && !shown.body.contains(">["), "{}", shown.body);
        assert_eq!(shown.body.matches("data-line=\"open\"").count(), 1, "it can be said again");
    });
}

#[test]
fn a_late_roll_call_waits_for_the_persons_yes_and_a_second_one_in_time_raises_the_grade() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let worker = testing::worker(world, "周点名", HERE, &HERE[..6]);
        let (early, late) =
            (testing::volunteer(world, "李早点", HERE), testing::volunteer(world, "王晚点", THERE));
        let calls = |volunteer: &kernel::Actor, witness: &kernel::Actor, reason| {
            let person = volunteer.person.unwrap();
            let said = [Present { person, came: true, late: Minutes::ZERO, early: Minutes::ZERO }];
            world
                .write("roll_call", witness, move |tx, call| crate::call_roll(tx, call, shift, &said, reason))
        };
        let call = |volunteer: &kernel::Actor, witness: &kernel::Actor| {
            calls(volunteer, witness, None).unwrap();
        };
        let by_grade = |volunteer: &kernel::Actor| {
            world.read("hours_page", volunteer, hours::own_hours).unwrap().by_grade
        };
        for volunteer in [&early, &late] {
            scene::sign_up(world, volunteer, shift).unwrap();
        }
        let ends = world.read("shift", &leader, move |tx, _| crate::shift(tx, shift)).unwrap().ends_at;
        world.wait_until(ends);
        call(&early, &leader);
        world.pass_minutes(5);
        call(&early, &worker);
        world.pass_minutes(5);
        assert_eq!(scene::follow_up(world).settled, 1);
        assert_eq!(by_grade(&early), [0, 120, 0, 0]);
        call(&early, &leader);
        world.pass_minutes(10);
        assert_eq!(
            scene::follow_up(world).settled,
            1,
            "the worker's word, and nothing of the leader's second"
        );
        assert_eq!(by_grade(&early), [120, 0, 0, 0]);

        world.pass_minutes(2 * 24 * 60);
        let refused = calls(&late, &leader, None).unwrap_err();
        assert_eq!(refused.refusal().unwrap().fields[0].rule, "roll-reason-missing");
        let page = client(world, &leader).get(&format!("/team/shifts/{shift}/roll")).body;
        assert!(page.contains("name=\"reason\"") && !page.contains(">["), "{page}");
        calls(&late, &leader, Some(hours::TypedReason::Busy)).unwrap();
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);
        let typed = scene::messages(world)
            .into_iter()
            .filter(|(kind, phone, _)| kind == "hours_typed" && *phone == scene::phone_of(world, &late));
        assert_eq!(typed.count(), 1, "told at once");
        let shown = client(world, &leader).get(&format!("/team/shifts/{shift}/roll"));
        assert_eq!(shown.body.matches("data-line=\"waits\"").count(), 1, "{}", shown.body);
        let mine = world.read("hours_page", &late, hours::own_hours).unwrap();
        assert_eq!(mine.minutes, 0);
        let presence = world
            .read("roll", &leader, move |tx, _| hours::of_engagement(tx, shift.district(), shift))
            .unwrap()
            .into_iter()
            .find(|row| Some(row.person) == late.person)
            .unwrap();
        world.write("hours_claim", &late, move |tx, call| hours::claim(tx, call, presence.id)).unwrap();
        assert_eq!(by_grade(&late), [0; 4], "a second person looks at it");
        world
            .write("claim_answer", &worker, move |tx, call| {
                hours::answer_claim(tx, call, presence.id, Some(Minutes(120)))
            })
            .unwrap();
        assert_eq!(by_grade(&late), [0, 0, 120, 0]);
        world.drain(vec![]);
    });
}

#[test]
fn whoever_calls_the_roll_beside_the_leader_is_a_second_witness() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 5);
        let worker = testing::worker(world, "周点名", HERE, &HERE[..6]);
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
        // If the worker could show the leader's code, the worker alone would be two witnesses.
        let shown = client(world, &worker).get(&format!("/api/v1/shifts/{shift}/code"));
        assert_eq!(shown.json()["rule"], "check-in-code-of-leader", "{}", shown.body);
        world.pass_minutes(24 * 60 - 5);
        let before = world.statements("check_in");
        scan(SignalKind::Arrived);
        // For each the scan, and seven; one more where somebody lives elsewhere.
        assert_eq!(world.statements("check_in") - before, 17);
        world.pass_minutes(126);
        scan(SignalKind::Left);
        for (volunteer, witness) in both.iter().zip([&leader, &worker]) {
            let person = volunteer.person.unwrap();
            let said = [Present { person, came: true, late: Minutes::ZERO, early: Minutes::ZERO }];
            world
                .write("roll_call", witness, move |tx, call| crate::call_roll(tx, call, shift, &said, None))
                .unwrap();
        }
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 2);
        let grade = |volunteer: &kernel::Actor| {
            let person = volunteer.person.unwrap();
            let rows = world
                .read("grade", volunteer, move |tx, _| hours::of_engagement(tx, shift.district(), shift))
                .unwrap();
            rows.into_iter().find(|row| row.person == person).unwrap().grade.unwrap()
        };
        assert_eq!(grade(&both[0]), Grade::B, "the leader's code and roll call are one witness");
        assert_eq!(grade(&both[1]), Grade::A, "the worker saw them too");
    });
}

#[test]
fn who_comes_without_a_sign_up_is_added_on_the_spot_if_nothing_stands_against_it() {
    testkit::on_both(|world| {
        let (leads, shift) = led(world, 2);
        let first = testing::volunteer(world, "李第一", HERE);
        let other = testing::volunteer(world, "王第二", THERE);
        let minor = testing::volunteer_with(world, "郑少年", HERE, |wish| {
            wish.document = testing::document(kernel::Day::from_ymd(2012, 1, 1).unwrap());
            wish.guardian = Some(testing::guardian());
        });
        let path = format!("/team/shifts/{shift}/walk-in");
        let add =
            |key: &str, phone: &str| client(world, &leads).post(&path, &[("key", key), ("phone", phone)]);
        let early = add("early", &scene::phone_of(world, &other));
        assert!(early.body.contains("前一小时起"), "{}", early.body);
        scene::sign_up(world, &first, shift).unwrap();
        world.pass_minutes(24 * 60 + 5);
        let leader = client(world, &leads);
        let listed = add("listed", &scene::phone_of(world, &first));
        assert_eq!(listed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(listed.body.contains("已经在名单里"), "{}", listed.body);
        let unknown = add("unknown", "19912345678");
        assert!(
            unknown.body.contains("没有找到用这个手机号登记的志愿者")
                && unknown.body.contains("value=\"19912345678\""),
            "{}",
            unknown.body
        );
        assert!(add("nonsense", "12").body.contains("field-error"));
        let resident = testing::resident(world, "孙居民", HERE);
        assert_eq!(
            add("resident", &scene::phone_of(world, &resident)).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let done = add("other", &scene::phone_of(world, &other)).location.expect("added");
        let shown = leader.get(&done);
        assert!(
            shown.body.contains("data-done=\"walked-in\"") && shown.body.contains("王**"),
            "{}",
            shown.body
        );
        let told = scene::messages(world);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].0.as_str(), &told[0].1), ("shift_walk_in", &scene::phone_of(world, &other)));
        assert!(client(world, &other).get("/my/shifts").body.contains("清理楼道"));
        // Never one person too many, also on the spot.
        let full = add("full", &scene::phone_of(world, &minor));
        assert!(full.body.contains("名额满了"), "{}", full.body);
        let busy = testing::volunteer(world, "钱忙碌", HERE);
        let project = world.read("shift", &leads, move |tx, _| crate::shift(tx, shift)).unwrap().project;
        let elsewhere = scene::shift(world, &leads, project, world.now() + Minutes(30), 60, 2);
        scene::sign_up(world, &busy, elsewhere).unwrap();
        let api = format!("/api/v1/shifts/{shift}/walk-in");
        let refused = leader.post_json(&api, "busy", &json!({"phone": scene::phone_of(world, &busy)})).json();
        let rules: Vec<_> =
            refused["errors"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
        assert_eq!(rules, ["walk-in-busy", "walk-in-full"]);

        // Called with the others, the hours count as theirs.
        world.pass_minutes(120);
        let roll = format!("/team/shifts/{shift}/roll");
        leader.post(&roll, &[("key", &hidden(&leader.get(&roll), "key"))]).location.expect("called");
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 2);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE grade = 'b'", &[]), 2);
        assert_eq!(scene::broken(world), []);
    });
}

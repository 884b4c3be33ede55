//! A signed paper sheet becomes hours.

use axum::http::StatusCode;
use kernel::{Actor, Id, Instant, Minutes};
use people::testing;
use serde_json::{Value, json};
use testkit::World;

use super::{
    pages::{client, hidden, led},
    scene::{self, HERE, THERE},
};
use crate::Shift;

/// Three people with a place in a shift from nine to eleven, led by the first of the answer.
fn signed_up(world: &World) -> (Actor, Id<Shift>, Vec<Actor>) {
    let (leader, shift) = led(world, 5);
    let people: Vec<_> =
        ["李第一", "王第二", "陈第三"].iter().map(|name| testing::volunteer(world, name, THERE)).collect();
    for person in &people {
        scene::sign_up(world, person, shift).unwrap();
    }
    (leader, shift, people)
}

fn id(who: &Actor) -> String {
    who.person.unwrap().to_string()
}

fn row(who: &str, came: &str, left: &str) -> Value {
    let at = |clock: &str| Instant::parse_local(&format!("2026-03-10T{clock}")).map(Instant::rfc3339);
    json!({"person": who, "came_at": at(came).unwrap_or_default(), "left_at": at(left).unwrap_or_default()})
}

#[test]
fn within_a_day_the_sheet_is_evidence_of_the_time() {
    testkit::on_both(|world| {
        let (leads, shift, people) = signed_up(world);
        let path = format!("/team/shifts/{shift}/sheet");
        world.pass_minutes(24 * 60);
        let early = client(world, &leads).get(&format!("{path}/enter"));
        assert!(early.body.contains("11:00 结束后再录"), "{}", early.body);
        // Long after the hour in which a roll call counts.
        world.pass_minutes(120 + 5 * 60);
        let leader = client(world, &leads);
        let sheet = leader.get(&path);
        assert!(sheet.body.contains("<svg") && sheet.body.contains("录入签到表"), "{}", sheet.body);
        let form = leader.get(&format!("{path}/enter"));
        assert_eq!(form.body.matches("value=\"09:00\"").count(), 3, "{}", form.body);
        assert!(form.body.contains("以前录好") && !form.body.contains("checked"), "{}", form.body);

        let (first, second) = (id(&people[0]), id(&people[1]));
        let names: Vec<String> =
            [&first, &second].iter().flat_map(|id| [format!("came-{id}"), format!("left-{id}")]).collect();
        let key = hidden(&form, "key");
        let fields = [
            ("key", key.as_str()),
            ("signed", &first),
            ("signed", &second),
            (&names[0], "08:50"),
            (&names[1], "11:10"),
            (&names[2], "09:30"),
            (&names[3], "11:00"),
        ];
        let done = leader.post(&format!("{path}/enter"), &fields).location.expect("noted");
        let shown = leader.get(&done);
        assert!(
            shown.body.contains("data-done=\"roll-called\" data-came=\"2\" data-away=\"0\""),
            "{}",
            shown.body
        );
        assert_eq!(leader.post(&format!("{path}/enter"), &fields).location.as_deref(), Some(done.as_str()));
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 0, "it can be taken back");
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 2);
        let hours = |who: &Actor| world.read("hours_page", who, hours::own_hours).unwrap().by_grade;
        assert_eq!(hours(&people[0]), [0, 140, 0, 0], "ten minutes before and after count as they were");
        assert_eq!(hours(&people[1]), [0, 90, 0, 0]);
        assert_eq!(hours(&people[2]), [0; 4], "who did not sign is not spoken of");
        assert_eq!(world.count("SELECT COUNT(*) FROM signal WHERE source = 'paper'", &[]), 4);
        let roll = leader.get(&format!("/api/v1/shifts/{shift}/roll")).json();
        let said: Vec<_> = roll.as_array().unwrap().iter().map(|one| one["source"].clone()).collect();
        assert_eq!(said, [json!("paper"), json!("paper"), Value::Null]);
        let after = leader.get(&format!("{path}/enter"));
        assert_eq!(after.body.matches("data-line=\"recorded\"").count(), 2, "{}", after.body);
        assert_eq!(after.body.matches("data-line=\"open\"").count(), 1);
        assert!(!after.body.contains(">["), "a sentence is missing: {}", after.body);
        world.drain(vec![]);
    });
}

#[test]
fn later_it_waits_for_the_persons_own_yes() {
    testkit::on_both(|world| {
        let (leads, shift, people) = signed_up(world);
        world.pass_minutes(24 * 60 + 120 + 24 * 60 + 1);
        let leader = client(world, &leads);
        let form = leader.get(&format!("/team/shifts/{shift}/sheet/enter"));
        assert!(form.body.contains("已经过了一天"), "{}", form.body);
        assert!(form.body.contains("name=\"reason\""), "{}", form.body);
        let mut body = json!({"rows": [row(&id(&people[0]), "09:00", "11:00")]});
        let sent = leader.post_json(&format!("/api/v1/shifts/{shift}/sheet"), "r", &body);
        assert!(sent.body.contains("roll-reason-missing"), "{}", sent.body);
        body["reason"] = json!("sheet_late");
        let sent = leader.post_json(&format!("/api/v1/shifts/{shift}/sheet"), "a", &body);
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 0);
        let mine = world.read("hours_page", &people[0], hours::own_hours).unwrap();
        let attendance = mine.open[0].attendance.parse().unwrap();
        world.write("hours_claim", &people[0], move |tx, call| hours::claim(tx, call, attendance)).unwrap();
        let second = testing::worker(world, "周复核", scene::HERE, &scene::HERE[..6]);
        let minutes = Some(kernel::Minutes(120));
        world
            .write("claim_answer", &second, move |tx, call| {
                hours::answer_claim(tx, call, attendance, minutes)
            })
            .unwrap();
        let mine = world.read("hours_page", &people[0], hours::own_hours).unwrap();
        assert_eq!(mine.by_grade, [0, 0, 120, 0], "entered later");
    });
}

#[test]
fn every_wrong_row_is_named_and_nothing_is_half_done() {
    testkit::on_both(|world| {
        let (leads, shift, people) = signed_up(world);
        let stranger = testing::volunteer(world, "赵外人", HERE);
        let own = leads.person.unwrap();
        scene::sign_up(world, &leads, shift).unwrap();
        world.pass_minutes(24 * 60 + 130);
        let leader = client(world, &leads);
        let path = format!("/api/v1/shifts/{shift}/sheet");
        let (first, second, third) = (id(&people[0]), id(&people[1]), id(&people[2]));
        let rows = json!({"rows": [
            row(&first, "09:00", "11:00"),
            row(&id(&stranger), "09:00", "11:00"),
            row("nobody", "09:00", "11:00"),
            row(&first, "09:00", "11:00"),
            row(&own.to_string(), "09:00", "11:00"),
            row(&second, "half past nine", "11:00"),
            row(&second, "10:30", "10:00"),
            row(&third, "12:30", "13:00"),
            row(&third, "09:00", "11:30"),
        ]});
        let refused = leader.post_json(&path, "a", &rows);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        let rules: Vec<String> = refused.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["rule"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            rules,
            [
                "sheet-row-unknown",
                "sheet-row-unknown",
                "sheet-row-twice",
                "sheet-row-own",
                "sheet-row-unreadable",
                "sheet-row-order",
                "sheet-row-order",
                "sheet-row-ahead",
            ]
        );
        for words in ["第 2 行：名单里没有", "第 3 行", "第 4 行", "第 9 行：走的时间还没有到"]
        {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM roll_call", &[]), 0, "nothing half done");
        let nothing = leader.post_json(&path, "b", &json!({"rows": []}));
        assert_eq!(nothing.json()["errors"][0]["rule"], "sheet-nothing");

        // On the page what was typed stays, beside what is wrong with it.
        let page = format!("/team/shifts/{shift}/sheet/enter");
        let (came, left, other) = (format!("came-{first}"), format!("left-{first}"), id(&stranger));
        let wrong = leader.post(
            &page,
            &[("key", "c"), ("signed", &first), ("signed", &other), (&came, "10:15"), (&left, "")],
        );
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in
            ["第 1 行：几点到、几点走没写全", "第 5 行：名单里没有", "value=\"10:15\"", "一行也没有记"]
        {
            assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
        }
        assert_eq!(wrong.body.matches(" checked").count(), 1, "{}", wrong.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM roll_call", &[]), 0);

        // By who runs it alone; taken back as a roll call is.
        let outside = client(world, &testing::leader(world, "外队长", THERE, "420104"));
        let good = json!({"rows": [row(&first, "09:00", "11:00")]});
        assert_eq!(outside.post_json(&path, "d", &good).status, StatusCode::FORBIDDEN);
        assert_eq!(outside.get(&page).status, StatusCode::FORBIDDEN);
        assert_eq!(outside.post(&page, &[("key", "e")]).status, StatusCode::FORBIDDEN);
        let guest = client(world, &people[0]);
        assert_eq!(guest.post_json(&path, "f", &good).status, StatusCode::FORBIDDEN);
        assert_eq!(leader.post_json(&path, "g", &good).status, StatusCode::OK);
        let undone = leader.post_json(&format!("/api/v1/shifts/{shift}/roll/undo"), "h", &json!({}));
        assert_eq!(undone.json()["state"], "undone", "{}", undone.body);
        world.pass_minutes(11);
        assert_eq!(scene::follow_up(world).settled, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 0);
        // A roll call after a sheet is the last word, and the other way round.
        assert_eq!(leader.post_json(&path, "i", &good).status, StatusCode::OK);
        let said = [crate::Present {
            person: people[0].person.unwrap(),
            came: true,
            late: Minutes::ZERO,
            early: Minutes::ZERO,
        }];
        world
            .write("roll_call", &leads, move |tx, call| crate::call_roll(tx, call, shift, &said, None))
            .unwrap();
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal WHERE source = 'paper'", &[]), 0);
        world.drain(vec![]);
        assert_eq!(scene::broken(world), []);
    });
}

/// A photograph: grey paper with a dark stroke at the top, `turned` by a quarter as a phone says it.
fn photograph(width: u32, height: u32, is_turned: bool) -> Vec<u8> {
    let paper = image::RgbImage::from_fn(width, height, |_, y| {
        image::Rgb([if y < height / 10 { 10 } else { 220 }; 3])
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&paper).unwrap();
    if is_turned {
        // An Exif block with one tag: orientation 6, "turn it clockwise", and a word that must not be kept.
        let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0wo-es-war";
        let exif = [b"Exif\0\0".as_slice(), tiff].concat();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        jpeg.splice(2..2, [b"\xff\xe1".as_slice(), &length, &exif].concat());
    }
    jpeg
}

#[test]
fn a_photograph_is_kept_upright_small_and_without_where_it_was_taken() {
    let sent = photograph(3_000, 1_000, true);
    let kept = crate::tidied(&sent).unwrap();
    let picture = image::load_from_memory(&kept).unwrap().to_rgb8();
    assert_eq!((picture.width(), picture.height()), (780, 2_339));
    // What was at the top is at the right once it is turned clockwise.
    assert!(picture.get_pixel(770, 1_000).0[0] < 60 && picture.get_pixel(10, 1_000).0[0] > 180);
    let has_word = |bytes: &[u8]| bytes.windows(9).any(|part| part == b"wo-es-war");
    assert!(has_word(&sent) && !has_word(&kept));
    for (wrong, rule) in [
        (Vec::new(), "photo-missing"),
        (b"GIF89a".to_vec(), "photo-no-picture"),
        (sent[..sent.len() / 2].to_vec(), ""),
        (sent[..200].to_vec(), "photo-no-picture"),
        (vec![0xff; crate::PHOTO_BYTES_MAX + 1], "photo-too-large"),
    ] {
        let refused = crate::tidied(&wrong).err().map_or("", |refusal| refusal.fields[0].rule);
        assert_eq!(refused, rule, "{} bytes", wrong.len());
    }
}

#[test]
fn photographs_are_kept_encrypted_for_who_runs_the_shift_and_for_auditors() {
    testkit::on_both(|world| {
        let (leads, shift, people) = signed_up(world);
        world.pass_minutes(26 * 60);
        let leader = client(world, &leads);
        let path = format!("/team/shifts/{shift}/sheet");
        let api = format!("/api/v1/shifts/{shift}/sheet/photos");
        assert!(leader.get(&format!("{path}/enter")).body.contains("拍下签到表"));
        let (one, two) = (photograph(60, 80, false), photograph(80, 60, false));
        let wrong = leader.post_bytes(&api, "a", b"GIF89a");
        assert_eq!(wrong.json()["errors"][0]["rule"], "photo-no-picture", "{}", wrong.body);
        let sent = leader.post_bytes(&api, "b", &one);
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
        let again = leader.post_bytes(&api, "c", &one);
        assert_eq!(again.json()["id"], sent.json()["id"], "the same photograph is one");
        leader.post_bytes(&api, "d", &two);
        let found = leader.get(&api).json();
        assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
        let id = sent.json()["id"].as_str().unwrap().to_owned();
        let form = leader.get(&format!("{path}/enter")).body;
        assert!(form.contains(&format!("src=\"/team/photos/{id}\"")), "{form}");
        let picture = leader.get(&format!("/team/photos/{id}"));
        assert_eq!((picture.kind.as_str(), &picture.bytes[..2]), ("image/jpeg", &b"\xff\xd8"[..]));
        let sealed: Vec<(Vec<u8>,)> = world
            .read("test_photos", &Actor::system(), |tx, _| {
                Ok(tx.query("SELECT content FROM sheet_photo WHERE district = $1", db::params![420_103])?)
            })
            .unwrap();
        assert!(sealed.iter().all(|(sealed,)| !sealed.starts_with(b"\xff\xd8")), "it lies there in clear");
        // Nobody else's.
        let volunteer = client(world, &people[0]);
        assert_eq!(volunteer.get(&format!("/team/photos/{id}")).status, StatusCode::FORBIDDEN);
        let elsewhere = client(world, &testing::worker(world, "吴远", THERE, &THERE[..9]));
        for path in [format!("/team/photos/{id}"), format!("{path}/photos"), api.clone()] {
            assert_eq!(elsewhere.get(&path).status, StatusCode::NOT_FOUND, "{path}");
        }
        let auditor = testing::holder(world, "郑审计", HERE, kernel::Role::Auditor, &HERE[..6]);
        let seen = client(world, &auditor).get(&format!("/x/shifts/{shift}/photos"));
        assert!(
            seen.body.contains(&format!("/x/photos/{id}")) && !seen.body.contains("传错了"),
            "{}",
            seen.body
        );
        client(world, &auditor).get(&format!("/x/photos/{id}"));
        world.drain(Vec::new());
        let looks = world.count("SELECT COUNT(*) FROM journal WHERE kind = 'sheet.looked_at'", &[]);
        assert_eq!(looks, 2, "every look of an auditor is noted, none of the leader's");
        // Sent by mistake.
        let dropped = leader.post(&format!("/team/photos/{id}/drop"), &[("key", "e")]);
        assert_eq!(dropped.status, StatusCode::SEE_OTHER, "{}", dropped.body);
        assert_eq!(leader.get(&format!("/team/photos/{id}")).status, StatusCode::NOT_FOUND);
        world.pass_minutes(24 * 60 + 1);
        let leader = client(world, &leads);
        let rest = leader.get(&api);
        let last = rest.json()[0]["id"].as_str().unwrap_or_else(|| panic!("{}", rest.body)).to_owned();
        let late = leader.post(&format!("/team/photos/{last}/drop"), &[("key", "f")]);
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    });
}

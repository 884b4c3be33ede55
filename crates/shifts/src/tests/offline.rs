//! The roster without network, brought back: in time, late, twice, by others.

use axum::http::StatusCode;
use hours::Grade;
use kernel::{Actor, Id, Instant, Minutes, Person};
use people::testing;
use serde_json::{Value, json};
use testkit::{Reply, World};

use super::{
    pages::{client, led},
    scene::{self, HERE, THERE},
};
use crate::{Present, Shift};

/// A phone that has a roster: what it was given, and where its clocks stood then.
struct Phone {
    roster: Value,
    /// So much its wall clock is ahead of ours, in milliseconds.
    off: i64,
    issued: [i64; 3],
    notes: Vec<[i64; 5]>,
}

fn ms(at: Instant) -> i64 {
    at.micros() / 1_000
}

impl Phone {
    fn new(world: &World, leader: &Actor, shift: Id<Shift>, off: i64) -> Self {
        let given = client(world, leader).get(&format!("/api/v1/shifts/{shift}/roster"));
        assert_eq!(given.status, StatusCode::OK, "{}", given.body);
        let mut phone = Self { roster: given.json(), off, issued: [0; 3], notes: Vec::new() };
        phone.issued = phone.clocks(world);
        phone
    }

    /// The page was loaded when the phone's other clock began to count.
    fn clocks(&self, world: &World) -> [i64; 3] {
        [ms(world.now()) + self.off, ms(world.now()) - ms(testkit::beginning()), 7]
    }

    fn note(&mut self, world: &World, who: usize, kind: i64) {
        let [wall, counted, load] = self.clocks(world);
        self.notes.push([i64::try_from(who).unwrap(), kind, wall, counted, load]);
    }

    fn body(&self, world: &World) -> Value {
        json!({"text": self.roster["text"], "signature": self.roster["signature"], "issued": self.issued,
            "sent": self.clocks(world), "notes": self.notes})
    }

    fn sync(&self, world: &World, leader: &Actor, shift: Id<Shift>, key: &str) -> Reply {
        client(world, leader).post_json(&format!("/api/v1/shifts/{shift}/roster"), key, &self.body(world))
    }
}

/// A led shift with two volunteers who have a place, half an hour before it begins.
fn scene(world: &World) -> (Actor, Id<Shift>, [Actor; 2]) {
    let (leader, shift) = led(world, 5);
    let people = [testing::volunteer(world, "李第一", HERE), testing::volunteer(world, "王第二", THERE)];
    for one in &people {
        scene::sign_up(world, one, shift).unwrap();
    }
    scene::sign_up(world, &leader, shift).unwrap();
    world.pass_minutes(24 * 60 - 30);
    (leader, shift, people)
}

fn graded(world: &World, leader: &Actor, shift: Id<Shift>, who: &Actor) -> Option<Grade> {
    let person: Id<Person> = who.person.unwrap();
    let said = Present { person, came: true, late: Minutes::ZERO, early: Minutes::ZERO };
    // Asked only of those whose coming and going nobody saw at the time.
    let reason = Some(hours::TypedReason::NoNetwork);
    world
        .write("roll_call", leader, move |tx, call| crate::call_roll(tx, call, shift, &[said], reason))
        .unwrap();
    world.pass_minutes(11);
    scene::follow_up(world);
    let rows = world
        .read("test_rows", leader, move |tx, _| hours::of_engagement(tx, shift.district(), shift))
        .unwrap();
    rows.into_iter().find(|row| row.person == person).and_then(|row| row.grade)
}

#[test]
fn notes_that_are_bound_by_our_clock_count_as_a_roll_call_of_their_moment() {
    testkit::on_both(|world| {
        let (leader, shift, [li, wang]) = scene(world);
        // An hour wrong, and wrong it stays: that is no trick.
        let mut phone = Phone::new(world, &leader, shift, 3_600_000);
        assert_eq!(phone.roster["people"].as_array().unwrap().len(), 2, "nobody notes themselves");
        assert!(phone.roster["people"][0]["name"] == "李**" && !phone.roster.to_string().contains("第一"));
        world.pass_minutes(32);
        phone.note(world, 0, 0);
        phone.note(world, 1, 0);
        let came = world.now();
        world.pass_minutes(110);
        phone.note(world, 0, 1);
        // Back in the network only in the evening.
        world.pass_minutes(7 * 60);
        let done = phone.sync(world, &leader, shift, "one");
        assert_eq!(done.json(), json!({"in_time": 3, "late": 0}), "{}", done.body);
        let rows: Vec<(String, String, Instant, Instant)> = world
            .read("test_signals", &leader, |tx, _| {
                let sql =
                    "SELECT kind, source, at, entered_at FROM signal WHERE district = 420103 ORDER BY at, id";
                Ok(tx.query(sql, db::params![])?)
            })
            .unwrap();
        assert_eq!(rows.len(), 3);
        for (kind, source, at, entered_at) in &rows {
            let then = if kind == "arrived" { came } else { came + Minutes(110) };
            assert_eq!((source.as_str(), *at, *entered_at), ("roll_call", then, then));
        }
        // Both clocks are kept: ours in the row, the phone's in what it sent and in the event.
        let kept: (Vec<u8>, Instant, Instant) = world
            .read("test_roster", &leader, |tx, _| {
                let sql = "SELECT sent, issued_at, synced_at FROM offline_roster WHERE district = 420103";
                Ok(tx.query_one(sql, db::params![])?)
            })
            .unwrap();
        let sent: Value = serde_json::from_slice(&kept.0).unwrap();
        assert_eq!(sent["notes"], json!(phone.notes));
        assert_eq!(kept.2, world.now());
        world.drain(vec![]);
        assert_eq!(world.count("SELECT COUNT(*) FROM journal WHERE kind = 'roster.noted'", &[]), 3);
        // Who came and went is confirmed at grade B, the evening though it is; the other only came.
        assert_eq!(graded(world, &leader, shift, &li), Some(Grade::B));
        assert_eq!(graded(world, &leader, shift, &wang), None);
    });
}

#[test]
fn a_roster_comes_back_once() {
    testkit::on_both(|world| {
        let (leader, shift, _) = scene(world);
        let mut phone = Phone::new(world, &leader, shift, 0);
        world.pass_minutes(40);
        phone.note(world, 0, 0);
        let first = phone.sync(world, &leader, shift, "one");
        assert_eq!(first.json(), json!({"in_time": 1, "late": 0}));
        world.pass_minutes(1);
        // The answer was lost and the phone sends it again, later and under another key.
        assert_eq!(phone.sync(world, &leader, shift, "two").json(), first.json());
        phone.note(world, 1, 0);
        let other = phone.sync(world, &leader, shift, "three");
        assert!(other.status == StatusCode::CONFLICT && other.body.contains("roster-used"), "{}", other.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM offline_roster", &[]), 1);
        world.drain(vec![]);
    });
}

#[test]
fn a_clock_that_was_set_makes_typed_hours_of_it() {
    testkit::on_both(|world| {
        let (leader, shift, [li, _]) = scene(world);
        let mut phone = Phone::new(world, &leader, shift, 0);
        // Nobody came. In the evening the clock is set to the morning for two taps, and then right again.
        world.pass_minutes(10 * 60);
        phone.off = -9 * 3_600_000;
        phone.note(world, 0, 0);
        phone.off += 2 * 3_600_000;
        phone.note(world, 0, 1);
        phone.off = 0;
        let done = phone.sync(world, &leader, shift, "one");
        assert_eq!(done.json(), json!({"in_time": 0, "late": 2}), "{}", done.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal WHERE source = 'typed'", &[]), 2);
        assert_eq!(graded(world, &leader, shift, &li), None, "typed hours wait for the volunteer's own yes");
        world.drain(vec![]);
    });
}

#[test]
fn what_was_not_signed_or_is_too_old_or_anothers_is_refused_in_words() {
    testkit::on_both(|world| {
        let (leader, shift, [li, _]) = scene(world);
        let (_, other_shift) = led(world, 5);
        let worker = scene::worker(world, HERE);
        let mut phone = Phone::new(world, &leader, shift, 0);
        world.pass_minutes(40);
        phone.note(world, 0, 0);
        let path = format!("/api/v1/shifts/{shift}/roster");
        let refused = |who: &Actor, path: &str, body: &Value, status: StatusCode, rule: &str| {
            let reply = client(world, who).post_json(path, rule, body);
            assert!(
                reply.status == status && reply.body.contains(rule),
                "{rule}: {} {}",
                reply.status,
                reply.body
            );
        };
        let body = phone.body(world);
        refused(&li, &path, &body, StatusCode::FORBIDDEN, "forbidden");
        refused(&worker, &path, &body, StatusCode::CONFLICT, "roster-unreadable");
        refused(
            &leader,
            &format!("/api/v1/shifts/{other_shift}/roster"),
            &body,
            StatusCode::FORBIDDEN,
            "forbidden",
        );
        let mut forged = body.clone();
        let text = body["text"].as_str().unwrap();
        forged["text"] =
            text.replace(&li.person.unwrap().to_string(), &leader.person.unwrap().to_string()).into();
        refused(&leader, &path, &forged, StatusCode::CONFLICT, "roster-unreadable");
        let mut unsigned = body.clone();
        unsigned["signature"] = "00".repeat(64).into();
        refused(&leader, &path, &unsigned, StatusCode::CONFLICT, "roster-unreadable");
        for wrong in
            [json!([[9, 0, 0, 0, 7]]), json!([[0, 2, 0, 0, 7]]), json!([[0, 0, 0, 0, 7], [0, 0, 0, 0, 7]])]
        {
            let mut unread = body.clone();
            unread["notes"] = wrong;
            refused(&leader, &path, &unread, StatusCode::UNPROCESSABLE_ENTITY, "roster-note-unreadable");
        }
        // The day is over a day after it was given.
        world.pass_minutes(24 * 60);
        refused(&leader, &path, &phone.body(world), StatusCode::CONFLICT, "roster-expired");
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 0);
        let over = client(world, &leader).get(&format!("/team/shifts/{shift}/offline"));
        assert!(over.status == StatusCode::CONFLICT && over.body.contains("不能再存名单"), "{}", over.body);
    });
}

#[test]
fn the_page_and_its_worker_keep_to_themselves() {
    testkit::on_both(|world| {
        let (leader, shift, _) = scene(world);
        let before = world.statements("roster_page");
        let page = client(world, &leader).get(&format!("/team/shifts/{shift}/offline"));
        assert!((1..=8).contains(&(world.statements("roster_page") - before)));
        assert!(page.body.contains("李**") && !page.body.contains("第一"), "{}", page.body);
        assert!(!page.body.contains(">["), "a sentence is missing: {}", page.body);
        assert_eq!(page.body.matches("data-note=").count(), 4);
        let worker = client(world, &leader).get(&format!("/team/shifts/{shift}/offline/worker.js"));
        assert_eq!(worker.kind, "text/javascript; charset=utf-8");
        assert_eq!(client(world, &leader).get("/team/shifts/x/offline/worker.js").status, StatusCode::OK);
    });
}

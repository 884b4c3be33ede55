//! Drawing, repeating and calling back on both databases.

use hours::Attendance;
use kernel::{Actor, Day, Id, Minutes, Over, Role};
use people::{Field, testing};
use serde_json::{Value, json};
use testkit::{Client, World, on_both};

use crate::tests::{HERE, STREET, browser, id, sold, typed};

const DAYS: &str = "from=2026-01-01&to=2026-12-31";

fn wish(more: Value) -> Value {
    let mut wish = json!({"division": STREET, "from": "2026-01-01", "to": "2026-12-31"});
    wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    wish
}

/// Draws a sample, and reads it.
fn drawn(client: &Client, key: &str, wish: &Value) -> Value {
    let reply = client.post_json("/api/v1/samples", key, wish);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    client.get(&format!("/api/v1/samples/{id}")).json()
}

/// What a sample says of its services.
fn said(sample: &Value) -> Vec<(Value, Value, Value)> {
    let services = sample["services"].as_array().unwrap();
    services
        .iter()
        .map(|one| (one["attendance"].clone(), one["minutes"].clone(), one["grade"].clone()))
        .collect()
}

fn path(sample: &Value) -> String {
    sample["sample"]["id"].as_str().unwrap().to_owned()
}

fn auditor(world: &World, name: &str, over: &str) -> Actor {
    testing::holder(world, name, HERE, Role::Auditor, over)
}

/// Changes rows behind the back of everybody, as an operator could.
fn tamper(world: &World, sql: &'static str) {
    let changed: Result<u64, db::Fault> = world.db.write_now("tamper", move |tx| tx.execute(sql, &[]));
    assert!(changed.unwrap() > 0);
}

#[test]
fn anybody_who_repeats_a_sample_draws_the_same_whatever_came_later() {
    on_both(|world| {
        sold(world, 12, 120, hours::Source::Typed);
        world.drain(Vec::new());
        let here = browser(world, &auditor(world, "何立夏", STREET));
        let above = browser(world, &auditor(world, "吕小满", "4201"));
        let first = drawn(&here, "1", &wish(json!({"seed": "谷雨", "count": 5})));
        assert_eq!((first["sample"]["population"].as_i64(), said(&first).len()), (Some(12), 5));
        // More is recorded, and what was drawn is corrected and sealed.
        let leader = sold(world, 6, 60, hours::Source::Typed);
        let attendance: Id<Attendance> = said(&first)[0].0.as_str().unwrap().parse().unwrap();
        let auditing = auditor(world, "施小暑", STREET);
        let record = world
            .read("record_of", &auditing, move |tx, call| hours::record_of(tx, call, attendance))
            .unwrap();
        world
            .write("record_correct", &leader, move |tx, call| hours::correct(tx, call, record, Minutes(0)))
            .unwrap();
        world.drain(Vec::new());
        let cut = &first["sample"]["cut"];
        let same = drawn(&above, "2", &wish(json!({"seed": "谷雨", "count": 5, "cut": cut})));
        assert_eq!(said(&same), said(&first));
        let more = drawn(&above, "3", &wish(json!({"seed": "谷雨", "count": 9, "cut": cut})));
        assert_eq!(said(&more)[..5], said(&first)[..]);
        let again = above.get(&format!("/api/v1/samples/{}/again", path(&first))).json();
        assert_eq!(again, json!({"same": 5, "of": 5}));
        let page = here.get(&format!("/x/samples/{}/again", path(&first)));
        assert!(page.body.contains("5 次全都一样"), "{}", page.body);
        // Now there are 12 + 6, without the one that was corrected to nothing.
        let now = drawn(&here, "4", &wish(json!({"seed": "谷雨", "count": 200})));
        assert_eq!((now["sample"]["population"].as_i64(), said(&now).len()), (Some(17), 17));
        assert!(!said(&now).iter().any(|one| one.0 == said(&first)[0].0));
        // A fresh seed is drawn and kept.
        let fresh = drawn(&here, "5", &wish(json!({"count": 3})));
        assert_eq!(fresh["sample"]["seed"].as_str().map(str::len), Some(6));
        // Whoever changed what stands in the sample is found out by drawing again.
        tamper(world, "UPDATE audit_call SET minutes = 1 WHERE district = 420103 AND number = 2");
        let again = above.get(&format!("/api/v1/samples/{}/again", path(&first))).json();
        assert_eq!(again, json!({"same": 4, "of": 5}));
        world.drain(Vec::new());
        let noted = "SELECT COUNT(*) FROM journal
            WHERE kind IN ('sample.drawn', 'sample.looked_at', 'sample.drawn_again')";
        // Five were drawn, each was looked at once, one was drawn again three times.
        assert_eq!(world.count(noted, &[]), 13);
    });
}

#[test]
fn a_sample_can_be_of_some_grades_and_of_one_team() {
    on_both(|world| {
        let leader = sold(world, 3, 60, hours::Source::Typed);
        let person = id(&testing::leader(world, "冯处暑", HERE, STREET));
        let home = testing::division(HERE);
        let team = world
            .write("team_create", &leader, move |tx, call| {
                people::create_organisation(tx, call, home, "晨扫队", "team", None)
            })
            .unwrap();
        let led = testing::give(world, person, Role::Leader, Over::Organisation(team));
        let new = shifts::NewProject {
            organisation: team,
            title: "楼道清洁".to_owned(),
            summary: "扫一扫楼道。".to_owned(),
            category: "environment".to_owned(),
            risk: "地滑。".to_owned(),
            protection: shifts::Protection::default(),
            copied_from: None,
        };
        let project = world
            .write("project_create", &led, move |tx, call| shifts::create_project(tx, call, &new))
            .unwrap();
        let (from, to) = (world.now() + Minutes(60), world.now() + Minutes(120));
        let shift = shifts::NewShift {
            starts_at: from,
            ends_at: to,
            places: 3,
            address: "一号楼门口".to_owned(),
            leader: person,
            min_age: 0,
            apart: hours::Apart::default(),
        };
        let shift = world
            .write("shift_create", &led, move |tx, call| shifts::create_shift(tx, call, project, &shift))
            .unwrap();
        world.pass_minutes(10 * 1_440);
        let who = testing::volunteer(world, "褚白露", HERE);
        let theirs = typed(world, &leader, &who, shift.cast(), (from, to));
        world.drain(Vec::new());
        let here = browser(world, &auditor(world, "何立夏", STREET));
        let of_team = drawn(&here, "1", &wish(json!({"team": team.to_string()})));
        assert_eq!(said(&of_team), [(json!(theirs.to_string()), json!(60), json!("c"))]);
        let all = drawn(&here, "2", &wish(json!({"grades": ["c", "d"]})));
        assert_eq!(said(&all).len(), 4);
        for (key, more, rule) in [
            ("3", json!({"grades": ["a"]}), "sample-none"),
            ("4", json!({"grades": ["x"]}), "sample-grade"),
            ("5", json!({"team": "x"}), "sample-team"),
            ("6", json!({"count": 0}), "sample-count"),
            ("7", json!({"count": 201}), "sample-count"),
            ("8", json!({"seed": "长".repeat(41)}), "sample-seed"),
            ("9", json!({"cut": 1_000_000}), "sample-cut"),
            ("10", json!({"from": "2027-01-01", "to": "2027-02-01"}), "sample-none"),
        ] {
            let reply = here.post_json("/api/v1/samples", key, &wish(more));
            assert!(reply.status == 422 && reply.body.contains(rule), "{rule}: {}", reply.body);
        }
        let above = browser(world, &auditor(world, "吕小满", "4201"));
        let reply = above.post_json("/api/v1/samples", "1", &json!({"division": "4201"}));
        assert!(reply.status == 422 && reply.body.contains("audit-district"), "{}", reply.body);
        // What was typed stays in the form.
        let page =
            here.post("/x/sample", &[("key", "11"), ("count", "999"), ("seed", "清明"), ("grade", "c")]);
        assert!(
            page.status == 422 && page.body.contains("清明") && page.body.contains("1 到 200"),
            "{}",
            page.body
        );
    });
}

#[test]
fn what_calls_come_to_is_kept_told_to_those_who_may_mend_it_and_changes_no_hour() {
    on_both(|world| {
        let leader = sold(world, 4, 120, hours::Source::Typed);
        world.drain(Vec::new());
        let own = auditor(world, "何立夏", STREET);
        let here = browser(world, &own);
        let other = browser(world, &auditor(world, "吕小满", STREET));
        let far = browser(world, &auditor(world, "施小暑", "420106"));
        let administrator =
            browser(world, &testing::holder(world, "戚秋分", HERE, Role::AuditAdministrator, STREET));
        let worker = browser(world, &leader);
        let sample = drawn(&here, "1", &wish(json!({"seed": "7"})));
        let base = format!("/api/v1/samples/{}", path(&sample));
        let enter = |client: &Client, key: &str, number: i64, body: Value| {
            client.post_json(&format!("{base}/calls/{number}/outcomes"), key, &body)
        };
        let confirmed = json!({"outcome": "confirmed"});
        for (client, status) in [(&other, 403), (&far, 404), (&administrator, 403), (&worker, 403)] {
            assert_eq!(enter(client, "x", 1, confirmed.clone()).status, status);
        }
        assert_eq!(enter(&here, "x5", 5, confirmed.clone()).status, 404);
        for (key, body, rule) in [
            ("b1", json!({"outcome": "what"}), "call-answer"),
            ("b2", json!({"outcome": "other_hours"}), "call-minutes"),
            ("b3", json!({"outcome": "other_hours", "minutes": 1_441}), "call-minutes"),
            ("b4", json!({"outcome": "other_hours", "minutes": 120}), "call-minutes-same"),
            ("b5", json!({"outcome": "confirmed", "note": "长".repeat(201)}), "call-note"),
        ] {
            let reply = enter(&here, key, 1, body);
            assert!(reply.status == 422 && reply.body.contains(rule), "{rule}: {}", reply.body);
        }
        let before = world.count("SELECT CAST(SUM(minutes) AS BIGINT) FROM service_record", &[]);
        for (key, number, body) in [
            ("e1", 1, json!({"outcome": "not_there", "note": "说那天在外地"})),
            ("e2", 2, json!({"outcome": "not_reached"})),
            ("e3", 2, json!({"outcome": "not_reached"})),
            ("e4", 3, json!({"outcome": "other_hours", "minutes": 60})),
            // Entered in the wrong line, and put right by another.
            ("e5", 4, json!({"outcome": "not_there"})),
            ("e6", 4, confirmed.clone()),
        ] {
            assert_eq!(enter(&here, key, number, body).status, 201, "{key}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM audit_outcome", &[]), 6);
        assert_eq!(world.count("SELECT CAST(SUM(minutes) AS BIGINT) FROM service_record", &[]), before);
        let now = other.get(&base).json();
        assert_eq!((&now["called"], &now["answered"], &now["confirmed"]), (&json!(4), &json!(3), &json!(1)));
        assert_eq!(now["interval"], json!([6, 79]));
        assert_eq!(now["services"][3]["outcomes"].as_array().map(Vec::len), Some(2));
        let page = here.get(&format!("/x/samples/{}", path(&sample)));
        for words in ["4 次里已经问了 4 次", "6% 到 79%", "联系不上，打了 2 次", "说是 1.00 小时"]
        {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        for never in ["[call-", "[sample-", "赵立春", "199"] {
            assert!(!page.body.contains(never), "{never}: {}", page.body);
        }
        // The workers are told of the two that stand, and of what became of them.
        let told = worker.get("/api/v1/called").json();
        let told: Vec<(&Value, &Value)> = (told["services"].as_array().unwrap().iter())
            .map(|one| (&one["outcome"], &one["minutes_now"]))
            .collect();
        assert_eq!(told, [(&json!("other_hours"), &json!(120)), (&json!("not_there"), &json!(120))]);
        let page = worker.get("/w/called");
        assert!(page.body.contains("说那天在外地") && page.body.contains("/v/hours/"), "{}", page.body);
        let attendance: Id<Attendance> = said(&sample)[0].0.as_str().unwrap().parse().unwrap();
        let record =
            world.read("record_of", &own, move |tx, call| hours::record_of(tx, call, attendance)).unwrap();
        world
            .write("record_correct", &leader, move |tx, call| hours::correct(tx, call, record, Minutes(0)))
            .unwrap();
        assert!(worker.get("/w/called").body.contains("现在记 0.00 小时"));
        let elsewhere = testing::worker(world, "孔立冬", HERE, "420103003");
        assert_eq!(browser(world, &elsewhere).get("/api/v1/called").json()["services"], json!([]));
        assert_eq!(here.get("/w/called").status, 403);
        world.drain(Vec::new());
        assert_eq!(world.count("SELECT COUNT(*) FROM journal WHERE kind = 'call.answered'", &[]), 6);
        // The rows are as safe as the journal.
        let wrong = || {
            let tables = [hours::SEALED, crate::SEALED].concat();
            let report = journal::verify(&world.db, &world.kit.keys, tables, &journal::Published::default());
            report.unwrap().findings.len()
        };
        assert_eq!(wrong(), 0);
        tamper(
            world,
            "UPDATE audit_outcome SET outcome = 'confirmed' WHERE district = 420103 AND number = 3",
        );
        tamper(world, "UPDATE audit_sample SET seed = '8' WHERE district = 420103");
        assert_eq!(wrong(), 2);
    });
}

#[test]
fn the_phone_is_shown_to_who_drew_the_sample_and_the_person_sees_who_looked() {
    on_both(|world| {
        let leader = sold(world, 1, 60, hours::Source::Typed);
        let child = testing::volunteer_with(world, "曹小雪", HERE, |wish| {
            wish.document = testing::document(Day::from_ymd(2011, 6, 1).unwrap());
            wish.guardian = Some(testing::guardian());
        });
        let (from, to) = (world.now() - Minutes(11 * 1_440), world.now() - Minutes(11 * 1_440 - 60));
        let shift = world.call(&leader).id(testing::division(HERE).district());
        let theirs = typed(world, &leader, &child, shift, (from, to));
        world.drain(Vec::new());
        let own = auditor(world, "何立夏", STREET);
        let here = browser(world, &own);
        let other = browser(world, &auditor(world, "吕小满", STREET));
        let sample = drawn(&here, "1", &wish(json!({})));
        let base = format!("/api/v1/samples/{}", path(&sample));
        let reason = json!({"reason": "核实服务时长"});
        let mut looked = 0;
        for (at, (attendance, ..)) in said(&sample).iter().enumerate() {
            let ask = |client: &Client, key: &str, body: &Value| {
                client.post_json(&format!("{base}/calls/{}/phone", at + 1), key, body)
            };
            assert_eq!(ask(&other, "a", &reason).status, 403);
            assert_eq!(ask(&browser(world, &leader), "a", &reason).status, 403);
            assert_eq!(ask(&here, &format!("s{at}"), &json!({"reason": "看"})).status, 422);
            let shown = ask(&here, &format!("p{at}"), &reason);
            assert_eq!(shown.status, 200, "{}", shown.body);
            let is_child = *attendance == json!(theirs.to_string());
            let field = if is_child { Field::GuardianPhone } else { Field::Phone };
            assert_eq!(shown.json()["field"], field.word());
            assert!(shown.json()["value"].as_str().unwrap().starts_with("199"));
            if is_child {
                let looks = world.read("looks", &child, people::looks).unwrap();
                assert_eq!((looks[0].field, looks[0].reason.as_str()), (field, "核实服务时长"));
                assert_eq!(looks[0].by.as_ref().map(|card| card.id), own.person);
                looked += 1;
            }
            // The page shows it once, and masks it again.
            let page = format!("/x/samples/{}/calls/{}", path(&sample), at + 1);
            let form = here
                .post(&format!("{page}/phone"), &[("key", &format!("f{at}")), ("reason", "核实服务时长")]);
            assert!(form.status == 200 && form.body.contains("tel:199"), "{}", form.body);
            assert!(!here.get(&page).body.contains("tel:199"));
        }
        assert_eq!(looked, 1);
        assert_eq!(
            world.count("SELECT COUNT(*) FROM reveal WHERE field IN ('phone', 'guardian_phone')", &[]),
            4
        );
        // Nobody is asked about themselves, and the auditor calls nobody who is in no sample: there is no such way.
        assert_eq!(here.post_json(&format!("{base}/calls/3/phone"), "n", &reason).status, 404);
    });
}

#[test]
fn nobody_enters_what_was_said_of_their_own_service() {
    on_both(|world| {
        let leader = sold(world, 1, 60, hours::Source::Typed);
        let both = testing::volunteer(world, "严谷雨", HERE);
        let over = Over::Subtree(testing::division(STREET));
        let own = testing::give(world, id(&both), Role::Auditor, over);
        let (from, to) = (world.now() - Minutes(11 * 1_440), world.now() - Minutes(11 * 1_440 - 60));
        let shift = world.call(&leader).id(testing::division(HERE).district());
        let theirs = typed(world, &leader, &both, shift, (from, to));
        world.drain(Vec::new());
        let here = browser(world, &own);
        let sample = drawn(&here, "1", &wish(json!({})));
        for (at, (attendance, ..)) in said(&sample).iter().enumerate() {
            let url = format!("/api/v1/samples/{}/calls/{}/outcomes", path(&sample), at + 1);
            let reply = here.post_json(&url, &format!("k{at}"), &json!({"outcome": "confirmed"}));
            let is_own = *attendance == json!(theirs.to_string());
            assert_eq!(reply.status, if is_own { 409 } else { 201 }, "{}", reply.body);
        }
    });
}

#[test]
fn the_pages_ask_the_database_little_however_long_a_sample_is() {
    on_both(|world| {
        sold(world, 60, 30, hours::Source::Typed);
        world.drain(Vec::new());
        let here = browser(world, &auditor(world, "何立夏", STREET));
        let empty = here.get("/x/sample");
        assert!(empty.body.contains("还没有抽过"), "{}", empty.body);
        let sample = path(&drawn(&here, "1", &wish(json!({"count": 60}))));
        let reply = here.post_json(
            &format!("/api/v1/samples/{sample}/calls/1/outcomes"),
            "2",
            &json!({"outcome": "declined"}),
        );
        assert_eq!(reply.status, 201);
        for (path, words) in [
            ("/x/sample".to_owned(), "抽查回访"),
            (format!("/x/samples/{sample}"), "后面的"),
            (format!("/x/samples/{sample}?after=50"), "60"),
            (format!("/x/samples/{sample}/again"), "60 次全都一样"),
            (format!("/x/samples/{sample}/calls/1"), "不愿说"),
            (format!("/x/samples/{sample}/export.csv"), "linli-export"),
            ("/x/export".to_owned(), "签名导出"),
            ("/x/find".to_owned(), "查凭据"),
            (format!("/api/v1/samples/{sample}"), "declined"),
            (format!("/api/v1/samples?{DAYS}"), "population"),
        ] {
            let before = world.statements_in_all();
            let page = here.get(&path);
            let ran = world.statements_in_all() - before;
            assert!(
                page.status == 200 && ran <= 8,
                "{path}: {ran} statements, {}: {}",
                page.status,
                page.body
            );
            assert!(page.body.contains(words), "{path}: {}", page.body);
        }
    });
}

//! Pages and API through the router: who sees what, what is said, how many statements it costs.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::StatusCode;
use kernel::{Actor, Id, Minutes, Role};
use people::testing;
use serde_json::json;
use testkit::{Client, Reply, World};
use web::{App, Language, Place, Text};

use super::scene::{self, HERE, THERE};
use crate::{Shift, tick};

pub(super) fn guest(world: &World) -> Client {
    let files = [web::LOCALES, people::LOCALES, hours::LOCALES, crate::LOCALES];
    let place = Place {
        division: testing::division("420103"),
        name: "松园".to_owned(),
        phone: "027-00000000".to_owned(),
    };
    let sessions = Box::new(people::SessionTable);
    let text = Text::new(&files).unwrap();
    let app = App::new(world.db.clone(), Arc::clone(&world.kit), text, place, sessions, false);
    let (_, router, _) = crate::routes().into_parts();
    Client::guest(router.with_state(app))
}

/// Signed in, in a browser of one's own.
pub(super) fn client(world: &World, actor: &Actor) -> Client {
    let person = actor.person.unwrap();
    let token =
        world.write("test_session", actor, move |tx, call| people::open_session(tx, call, person)).unwrap();
    let nonce: String = person.to_string().chars().filter(char::is_ascii_hexdigit).collect();
    guest(world).with_token(format!("{token}; linli_browser={nonce}"))
}

pub(super) fn hidden(reply: &Reply, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    let rest = reply.body.split_once(&from).unwrap_or_else(|| panic!("no {name}: {}", reply.body)).1;
    rest.split('"').next().unwrap().to_owned()
}

/// A leader of a team with one published shift of `places`, beginning tomorrow at nine.
pub(super) fn led(world: &World, places: i64) -> (Actor, Id<Shift>) {
    let worker = scene::worker(world, HERE);
    let team = scene::team(world, &worker, HERE);
    let leader = testing::volunteer(world, "韩队长", HERE).person.unwrap();
    let leader = testing::give(world, leader, Role::Leader, kernel::Over::Organisation(team));
    let project = scene::project(world, &leader, team);
    let shift = scene::shift(world, &leader, project, world.now() + Minutes::from_hours(24), 120, places);
    (leader, shift)
}

#[test]
fn every_sentence_stands_in_both_languages() {
    let text = Text::new(&[web::LOCALES, people::LOCALES, hours::LOCALES, crate::LOCALES]).unwrap();
    let keys = |file: &'static str| -> BTreeSet<&'static str> {
        file.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect()
    };
    assert_eq!(keys(crate::LOCALES.0), keys(crate::LOCALES.1));
    let templates = [
        include_str!("../shift/templates/activities.html"),
        include_str!("../shift/templates/activity.html"),
        include_str!("../shift/templates/manage.html"),
        include_str!("../shift/templates/new.html"),
        include_str!("../shift/templates/team.html"),
        include_str!("../shift/templates/edit.html"),
        include_str!("../members/templates/members.html"),
        include_str!("../team/templates/new.html"),
        include_str!("../team/templates/team.html"),
        include_str!("../team/templates/promptness.html"),
        include_str!("../sign_up/templates/refused.html"),
        include_str!("../sign_up/templates/mine.html"),
        include_str!("../check_in/templates/code.html"),
        include_str!("../check_in/templates/scan.html"),
        include_str!("../check_in/templates/digits.html"),
        include_str!("../check_in/templates/checked.html"),
        include_str!("../roll/templates/roll.html"),
        include_str!("../roll/templates/sheet.html"),
        include_str!("../roll/templates/enter.html"),
        include_str!("../offline/templates/roster.html"),
    ];
    let asked = |source: &'static str, call: &'static str| {
        source.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>()
    };
    for template in templates {
        for call in ["page.t(\"", "page.ta(\"", "page.tb(\""] {
            for key in asked(template, call) {
                assert!(text.has(Language::Chinese, key), "no words for {key}");
            }
        }
    }
    let sources = [
        include_str!("../shift/mod.rs"),
        include_str!("../project/mod.rs"),
        include_str!("../sign_up/mod.rs"),
        include_str!("../check_in/mod.rs"),
        include_str!("../roll/mod.rs"),
        include_str!("../roll/walk_in.rs"),
        include_str!("../offline/mod.rs"),
        include_str!("../sign_up/rules.rs"),
    ];
    for source in sources {
        for key in asked(source, "Refusal::conflict(\"").into_iter().chain(asked(source, " reason(\"")) {
            assert!(text.has(Language::Chinese, &format!("refusal-{key}")), "no words for {key}");
        }
    }
}

#[test]
fn a_guest_reads_a_volunteer_signs_up_and_the_reasons_are_told() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 1);
        let path = format!("/activities/{shift}");
        let list = guest(world).get("/activities");
        assert_eq!(list.status, StatusCode::OK);
        assert!(
            list.body.contains("清理楼道") && list.body.contains("3月10日 周二 09:00–11:00"),
            "{}",
            list.body
        );
        assert!(!list.body.contains('['), "a sentence is missing: {}", list.body);
        assert!(guest(world).get("/activities?category=study").body.contains("没有找到活动"));
        let detail = guest(world).get(&path);
        assert!(detail.body.contains("搬东西可能扭伤") && detail.body.contains("韩**"), "{}", detail.body);
        assert!(!detail.body.contains("韩队长"), "a name is masked");
        let sent = guest(world).post(&format!("{path}/sign-up"), &[]);
        assert!(sent.location.unwrap().starts_with("/sign-in"));

        let first = client(world, &testing::volunteer(world, "李第一", HERE));
        let second = client(world, &testing::volunteer(world, "王第二", THERE));
        let key = hidden(&first.get(&path), "key");
        for _ in 0..2 {
            // Sent twice, it counts once.
            let sent = first.post(&format!("{path}/sign-up"), &[("key", &key)]);
            assert_eq!((sent.status, sent.location.as_deref()), (StatusCode::SEE_OTHER, Some(path.as_str())));
        }
        assert!(first.get(&path).body.contains("data-done=\"signed-up\""));
        second.post(&format!("{path}/sign-up"), &[("key", "a")]);
        let waits = second.get(&path).body;
        assert!(waits.contains("data-done=\"waiting\"") && waits.contains("排第 1 位"), "{waits}");

        let resident = client(world, &testing::resident(world, "孙居民", HERE));
        let refused = resident.post(&format!("{path}/sign-up"), &[("key", "b")]);
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("还没有登记成为志愿者") && refused.body.contains("href=\"/join\""));
        let problem = resident.post_json(&format!("/api/v1/shifts/{shift}/sign-up"), "c", &json!({}));
        assert_eq!(problem.status, StatusCode::CONFLICT);
        assert_eq!(problem.json()["rule"], "sign-up-not-eligible");
        assert_eq!(problem.json()["errors"][0]["rule"], "sign-up-not-volunteer");

        let gone = first.post(&format!("{path}/withdraw"), &[("key", "d")]);
        assert_eq!(gone.location.as_deref(), Some("/my/shifts?done=withdrawn"));
        assert!(first.get("/my/shifts?done=withdrawn").body.contains("data-done=\"withdrawn\""));
        world.drain(vec![]);
        tick(&world.db, &world.kit).unwrap();
        assert!(second.get(&path).body.contains("data-done=\"signed-up\""));
        assert!(second.get("/my/shifts").body.contains("清理楼道"), "also from another district");

        // What it costs.
        for (name, client, page) in [
            ("activities_page", &second, "/activities".to_owned()),
            ("activity_page", &second, path.clone()),
            ("my_shifts_page", &second, "/my/shifts".to_owned()),
            ("team_page", &client(world, &leader), "/team".to_owned()),
            ("activity_new_page", &client(world, &leader), format!("/team/activities/new?copy={shift}")),
            ("team_shift_page", &client(world, &leader), format!("/team/shifts/{shift}")),
            ("team_edit_page", &client(world, &leader), format!("/team/shifts/{shift}/edit")),
            ("roll_page", &client(world, &leader), format!("/team/shifts/{shift}/roll")),
            ("sheet_enter_page", &client(world, &leader), format!("/team/shifts/{shift}/sheet/enter")),
            ("sheet_page", &client(world, &leader), format!("/team/shifts/{shift}/sheet")),
        ] {
            let before = world.statements(name);
            let reply = client.get(&page);
            assert_eq!(reply.status, StatusCode::OK, "{page}");
            assert!(!reply.body.contains(">["), "a sentence is missing on {page}: {}", reply.body);
            let cost = world.statements(name) - before;
            assert!((1..=8).contains(&cost), "{page} costs {cost} statements");
        }
    });
}

#[test]
fn a_leader_publishes_by_copying_and_what_is_wrong_keeps_what_was_typed() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 3);
        let leader = client(world, &leader);
        let form = leader.get(&format!("/team/activities/new?copy={shift}"));
        assert!(
            form.body.contains("搬东西可能扭伤") && form.body.contains("value=\"清理楼道\""),
            "{}",
            form.body
        );
        assert!(form.body.contains("value=\"2026-03-17T09:00\""), "a week later: {}", form.body);
        let managed = leader.get(&format!("/team/shifts/{shift}"));
        let copied = leader.post(
            &format!("/team/shifts/{shift}/copy"),
            &[("key", &hidden(&managed, "key")), ("starts_at", "2026-03-17T09:00")],
        );
        assert!(
            managed.body.contains("value=\"2026-03-17T09:00\"") && copied.location.is_some(),
            "one press"
        );
        let team = form.body.split("<option value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let copy = shift.to_string();
        let fields = |starts: &'static str, ends: &'static str| {
            vec![
                ("copy", copy.as_str()),
                ("organisation", team.as_str()),
                ("title", "清理花坛"),
                ("summary", "拔草，要弯腰。"),
                ("risk", "天热，多喝水。"),
                ("category", "environment"),
                ("starts_at", starts),
                ("ends_at", ends),
                ("address", "松园路 1 号"),
                ("places", "0"),
                ("min_age", "0"),
            ]
        };
        let wrong = leader.post("/team/activities/new", &fields("2026-03-01T09:00", "2026-03-01T08:00"));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in [
            "已经过去了",
            "要比开始时间晚",
            "至少要 1 个",
            "value=\"清理花坛\"",
            "拔草，要弯腰。",
            "<title>错误：",
        ] {
            assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
        }
        let mut good = fields("2026-04-10T09:00", "2026-04-10T11:00");
        good[9].1 = "4";
        good.push(("key", "once"));
        let done = leader.post("/team/activities/new", &good).location.unwrap();
        assert!(leader.get(&done).body.contains("data-done=\"activity-published\""));
        let again = leader.post("/team/activities/new", &good).location.unwrap();
        assert_eq!(done, again, "sent twice, it is one");
        assert!(guest(world).get("/activities?day=2026-04-10").body.contains("清理花坛"));
        let id = done.split(['/', '?']).nth(3).unwrap();
        let cancel = format!("/team/shifts/{id}/cancel");
        let silent = leader.post(&cancel, &[("key", "silent")]);
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(silent.body.contains("请写为什么取消"), "{}", silent.body);
        let gone = leader.post(&cancel, &[("key", "gone"), ("reason", "下大雨")]);
        assert!(leader.get(&gone.location.unwrap()).body.contains("data-done=\"shift-cancelled\""));
        assert!(!guest(world).get("/activities?day=2026-04-10").body.contains("清理花坛"));

        // A stranger who leads elsewhere.
        let stranger = client(world, &testing::leader(world, "外队长", THERE, "420104"));
        let managed = format!("/team/shifts/{shift}");
        assert_eq!(stranger.get(&managed).status, StatusCode::FORBIDDEN);
        assert_eq!(stranger.get(&format!("{managed}/code")).status, StatusCode::FORBIDDEN);
        assert_eq!(stranger.get(&format!("{managed}/roll")).status, StatusCode::FORBIDDEN);
        assert_eq!(stranger.get(&format!("{managed}/sheet")).status, StatusCode::FORBIDDEN);
        assert_eq!(stranger.post(&format!("{managed}/roll"), &[("key", "x")]).status, StatusCode::FORBIDDEN);
        assert_eq!(stranger.get("/team/shifts/nonsense").status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_api_does_the_same() {
    testkit::on_both(|world| {
        let worker = client(world, &scene::worker(world, HERE));
        let team = worker.post_json("/api/v1/teams", "t", &json!({"name": "松园二队", "division": HERE}));
        assert_eq!(team.status, StatusCode::CREATED, "{}", team.body);
        let project = json!({
            "organisation": team.json()["id"], "title": "护河", "summary": "沿河捡垃圾。",
            "category": "environment", "risk": "不要下水。"
        });
        let project = worker.post_json("/api/v1/projects", "p", &project).json()["id"].clone();
        let path = format!("/api/v1/projects/{}/shifts", project.as_str().unwrap());
        let new = |starts: &str, places: i64| json!({"starts_at": starts, "ends_at": "2026-03-20T04:00:00Z", "places": places, "address": "河边"});
        let wrong = worker.post_json(&path, "w", &new("yesterday", 0));
        assert_eq!(wrong.json()["errors"][0]["rule"], "time-unreadable");
        let mut shifts = Vec::new();
        for n in 0..25 {
            let starts = format!("2026-03-20T0{}:00:00Z", n % 4);
            let made = worker.post_json(&path, &format!("s{n}"), &new(&starts, 2));
            let id = made.json()["id"].as_str().unwrap().to_owned();
            let published =
                worker.post_json(&format!("/api/v1/shifts/{id}/publish"), &format!("u{n}"), &json!({}));
            assert_eq!(published.json()["state"], "published", "{}", published.body);
            shifts.push(id);
        }
        // Page by page, every shift once, in order of time.
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = guest(world).get(&format!("/api/v1/shifts?after={next}")).json();
            for shift in page["shifts"].as_array().unwrap() {
                seen.push((
                    shift["starts_at"].as_str().unwrap().to_owned(),
                    shift["id"].as_str().unwrap().to_owned(),
                ));
            }
            match page["next"].as_str() {
                Some(cursor) => next = cursor.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen.len(), 25);
        assert!(seen.is_sorted());
        assert_eq!(seen.iter().map(|(_, id)| id).collect::<BTreeSet<_>>(), shifts.iter().collect());

        let volunteer = client(world, &testing::volunteer(world, "李第一", THERE));
        let path = format!("/api/v1/shifts/{}", shifts[0]);
        let placed = volunteer.post_json(&format!("{path}/sign-up"), "k", &json!({}));
        assert_eq!(placed.json(), json!({"state": "placed", "position": 0}));
        let detail = volunteer.get(&path).json();
        assert_eq!((&detail["own"], &detail["taken"]), (&json!("placed"), &json!(1)));
        assert_eq!(volunteer.get("/api/v1/my/shifts").json()[0]["own"], "placed");
        let gone = volunteer.post_json(&format!("{path}/withdraw"), "g", &json!({}));
        assert_eq!(gone.json()["state"], "withdrawn");
        let off = worker.post_json(&format!("{path}/cancel"), "o", &json!({"reason": "下大雨"}));
        assert_eq!(off.json()["state"], "cancelled");
        let forbidden = volunteer.post_json(&format!("{path}/cancel"), "f", &json!({"reason": "不想"}));
        assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
        assert_eq!(scene::broken(world), []);
    });
}

#[test]
fn forty_browsers_at_once_through_the_router() {
    testkit::on_both(|world| {
        let (_, shift) = led(world, 10);
        let clients: Vec<Client> = (0..40)
            .map(|n| client(world, &testing::volunteer(world, "冯赛跑", [HERE, THERE][n % 2])))
            .collect();
        let start = Arc::new(std::sync::Barrier::new(clients.len()));
        let threads: Vec<_> = clients
            .into_iter()
            .enumerate()
            .map(|(n, client)| {
                let start = Arc::clone(&start);
                std::thread::spawn(move || {
                    start.wait();
                    let path = format!("/api/v1/shifts/{shift}/sign-up");
                    client.post_json(&path, &format!("k{n}"), &json!({})).json()["state"].clone()
                })
            })
            .collect();
        let states: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(states.iter().filter(|state| **state == "placed").count(), 10);
        assert_eq!(states.iter().filter(|state| **state == "waiting").count(), 30);
        assert_eq!(scene::broken(world), []);
    });
}

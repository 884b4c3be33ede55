//! What holds for the whole: every route for every role, every sentence in both languages, one description of the API.

use axum::http::{Method, StatusCode};
use kernel::{Actor, Role};
use testkit::{Client, Reply, World, on_both};
use web::{Access, Kind, Language, Route};

use crate::{compose, demo, doctor, timers};

const COMMUNITY: &str = "420103002001";

fn guest(world: &World) -> Client {
    let place = web::Place {
        division: people::testing::division("420103002"),
        name: "松园街道".to_owned(),
        phone: "027-5550 0100".to_owned(),
    };
    let app = compose::app(world.db.clone(), std::sync::Arc::clone(&world.kit), place, true).unwrap();
    Client::guest(compose::router(app, None))
}

fn token(world: &World, actor: &Actor) -> String {
    let person = actor.person.unwrap();
    world
        .write("testing_session", &Actor::system(), move |tx, call| people::open_session(tx, call, person))
        .unwrap()
}

/// Somebody of each role, over the street; and nobody.
fn cast(world: &World) -> Vec<(Option<Role>, Actor)> {
    let mut cast = vec![(None, Actor::guest())];
    for &role in Role::ALL {
        let actor = match role {
            Role::Resident => people::testing::resident(world, "赵立春", COMMUNITY),
            Role::Volunteer => people::testing::volunteer(world, "钱雨水", COMMUNITY),
            role => people::testing::holder(world, "孙惊蛰", COMMUNITY, role, "420103002"),
        };
        cast.push((Some(role), actor));
    }
    cast
}

/// A path with every parameter filled in by something that is not there.
fn filled(path: &str) -> String {
    let part = |part: &str| match part {
        "{code}" if path.contains("places") => "999999999999".to_owned(),
        part if part.starts_with('{') => "00000000-0000-8000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn ask(client: &Client, route: &Route) -> Reply {
    send(client, route, &filled(&route.path), &serde_json::json!({}))
}

/// Uses a route, with a new key for each POST: a key that was used would answer before the use case.
fn send(client: &Client, route: &Route, path: &str, body: &serde_json::Value) -> Reply {
    static KEYS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let key = format!("key-{}", KEYS.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    match (&route.method, route.kind) {
        (&Method::GET, _) => client.get(path),
        (_, Kind::Page) => {
            let fields: Vec<(String, String)> = (body.as_object().into_iter().flatten())
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect();
            let mut fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.push(("key", &key));
            client.post(path, &fields)
        }
        (_, Kind::Api) => client.post_json(path, &key, body),
    }
}

/// Who may use each route, as `rights.txt` has it: by method and path, the roles, or `guest`, or `signed-in`.
fn rights() -> std::collections::BTreeMap<(String, String), Vec<&'static str>> {
    let lines = include_str!("rights.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some(((words.next()?.to_owned(), words.next()?.to_owned()), words.collect()))
        })
        .collect()
}

/// Whether the answer is that of a route one may not use.
fn is_turned_away(reply: &Reply) -> bool {
    let to_sign_in = reply.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?next="));
    matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || to_sign_in
}

#[test]
fn every_route_stands_in_the_table_of_rights() {
    let (list, ..) = compose::routes().into_parts();
    let routed: std::collections::BTreeSet<_> =
        list.iter().map(|route| (route.method.to_string(), route.path.clone())).collect();
    let tabled: std::collections::BTreeSet<_> = rights().into_keys().collect();
    let differ: Vec<_> = routed.symmetric_difference(&tabled).collect();
    assert!(differ.is_empty(), "either not routed or not in rights.txt: {differ:?}");
}

#[test]
fn every_route_admits_whom_the_table_says_and_nobody_else() {
    on_both(|world| {
        let client = guest(world);
        let rights = rights();
        let (list, ..) = compose::routes().into_parts();
        for (role, actor) in cast(world) {
            for route in &list {
                // A session each, since some routes end it.
                let client =
                    if role.is_some() { client.with_token(token(world, &actor)) } else { client.clone() };
                let reply = ask(&client, route);
                let said = format!(
                    "{}: {} {} as {role:?}: {}",
                    world.engine, route.method, route.path, reply.status
                );
                assert!(reply.status.as_u16() < 500, "{said}: {}", reply.body);
                let who = &rights[&(route.method.to_string(), route.path.clone())];
                let is_named = |word: &str| who.contains(&word);
                let admitted = is_named("guest")
                    || role.is_some_and(|role| is_named("signed-in") || is_named(role.word()));
                // A body that cannot be read is refused before anybody asks who sent it.
                let unread = reply.status == StatusCode::UNPROCESSABLE_ENTITY
                    && reply.body.contains("body-not-understood");
                if !admitted {
                    assert!(is_turned_away(&reply) || unread, "{said}, though only {who:?} may");
                } else if is_named("guest") || role.is_some_and(|role| role != Role::Resident) {
                    let own_rule = reply.status == StatusCode::FORBIDDEN || is_turned_away(&reply);
                    let looks = route.method == Method::GET && !is_named("signed-in");
                    assert!(!(looks && own_rule), "{said}, though {who:?} may");
                }
            }
        }
    });
}

/// Statements of one page or answer at most.
const STATEMENTS_MAX: usize = 8;

/// A street as the demo makes it, after some days of life.
fn lived(world: &World) -> demo::Guide {
    let follower =
        journal::Follower::new(world.db.clone(), std::sync::Arc::clone(&world.kit), compose::consumers());
    let street = people::testing::division("420103002");
    let end = world.now() + kernel::Minutes(5 * 24 * 60);
    demo::History::new(
        world.db.clone(),
        std::sync::Arc::clone(&world.kit),
        follower,
        street,
        demo::Scale { days: 5 },
    )
    .unwrap()
    .live(end, |_| ())
    .unwrap()
}

/// A need of each state and who is in it: (need, recipient, helper).
type NeedRow = (kernel::Id<needs::Need>, kernel::Id<kernel::Person>, Option<kernel::Id<kernel::Person>>);

fn needs_of_each_state(world: &World) -> Vec<NeedRow> {
    let rows: Vec<NeedRow> = world
        .db
        .read_now("testing_needs", |tx| {
            tx.query::<NeedRow>(
                "SELECT id, recipient, helper FROM need n WHERE district = $1 AND NOT EXISTS
                 (SELECT 1 FROM need o WHERE o.district = n.district AND o.state = n.state AND o.id > n.id)",
                db::params![420_103_i64],
            )
        })
        .unwrap();
    assert!(rows.len() >= 6, "{} states", rows.len());
    rows
}

/// Statements of one round of the timers where nothing is due.
const IDLE_STATEMENTS_MAX: usize = 9;

#[test]
fn timers_with_nothing_due_ask_the_same_few_statements_however_many_districts_there_are() {
    on_both(|world| {
        let idle = || {
            world.drain(vec![]);
            // The first look of a day looks for alarms.
            timers::tick(&world.db, &world.kit).unwrap();
            let before = world.statements_in_all();
            timers::tick(&world.db, &world.kit).unwrap();
            world.statements_in_all() - before
        };
        people::testing::volunteer(world, "赵立春", COMMUNITY);
        let one = idle();
        assert!((1..=IDLE_STATEMENTS_MAX).contains(&one), "{one}");
        for community in ["420102002001", "420106001001"] {
            people::testing::volunteer(world, "钱雨水", community);
        }
        assert_eq!(idle(), one);
    });
}

#[test]
fn every_page_takes_at_most_eight_statements() {
    on_both(|world| {
        let guide = lived(world);
        let needs = needs_of_each_state(world);
        let phones: Vec<String> = guide
            .people()
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["phone"].as_str().unwrap().to_owned())
            .collect();
        let mut people: Vec<kernel::Id<kernel::Person>> = phones
            .into_iter()
            .map(|phone| {
                let phone = vault::Phone::parse(&phone).unwrap();
                let found = world.read("testing_phone", &Actor::system(), move |tx, call| {
                    people::person_by_phone(tx, call.keys(), &phone)
                });
                found.unwrap().unwrap()
            })
            .collect();
        people.extend(needs.iter().flat_map(|(_, recipient, helper)| [Some(*recipient), *helper]).flatten());
        people.sort_unstable();
        people.dedup();
        let nobody = guest(world);
        let mut clients = vec![nobody.clone()];
        for person in people {
            let open =
                move |tx: &mut db::Tx<'_>, call: &journal::Call| people::open_session(tx, call, person);
            let token = world.write("testing_session", &Actor::system(), open).unwrap();
            clients.push(nobody.with_token(token));
        }
        let (list, ..) = compose::routes().into_parts();
        let (mut looked, mut shown) = (0, std::collections::BTreeSet::new());
        for route in list.iter().filter(|route| route.method == Method::GET) {
            let paths = match guide.sample(&route.path) {
                None => continue,
                Some(_) if route.path.contains("need") && route.path.contains("{id}") => {
                    let of = |(need, ..): &NeedRow| route.path.replacen("{id}", &need.to_string(), 1);
                    needs.iter().map(of).filter(|path| !path.contains('{')).collect()
                }
                Some(path) => vec![path],
            };
            for path in paths {
                for client in &clients {
                    let before = world.statements_in_all();
                    let reply = client.get(&path);
                    let ran = world.statements_in_all() - before;
                    looked += 1;
                    if reply.status == StatusCode::OK {
                        shown.insert(&route.path);
                    }
                    assert!(
                        ran <= STATEMENTS_MAX && reply.status.as_u16() < 500,
                        "{}: {path}: {} after {ran} statements",
                        world.engine,
                        reply.status
                    );
                }
            }
        }
        assert!(looked > 1_000 && shown.len() > 60, "{looked} looks, {} pages shown", shown.len());
    });
}

/// A body that a use case takes as it is, where an empty one would be refused before anybody asks for the right.
fn body_of(path: &str) -> serde_json::Value {
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        "refuse" => serde_json::json!({"reason": "out_of_scope"}),
        "hand-over" => {
            serde_json::json!({"service": "便民中心", "phone": "027-5550 0100", "service_phone": "027-5550 0100"})
        }
        "revoke" | "down" => serde_json::json!({"reason": "时长弄错了"}),
        "reveals" => serde_json::json!({"field": "phone", "reason": "打电话核实"}),
        "phone" if path.contains("samples") => serde_json::json!({"reason": "核实服务时长"}),
        "outcomes" => serde_json::json!({"outcome": "confirmed"}),
        "phone" => serde_json::json!({"phone": "18800009999", "code": "123456", "step": "give"}),
        "leaders" | "walk-in" | "refusal" => serde_json::json!({"phone": "18800009999"}),
        "cancel" => serde_json::json!({"reason": "下雨"}),
        "results" | "roll" => serde_json::json!({"people": []}),
        "settle" => serde_json::json!({"settled": "no_answer"}),
        "sheet" => serde_json::json!({"rows": []}),
        "roster" => serde_json::json!({
            "text": "", "signature": "", "issued": [0, 0, 0], "sent": [0, 0, 0], "notes": []
        }),
        "change" => serde_json::json!({
            "starts_at": "2026-04-01T09:00:00+08:00", "ends_at": "2026-04-01T11:00:00+08:00", "places": 8,
            "address": "松园路 1 号"
        }),
        "{id}" if path.contains("places") || path.contains("stations") => serde_json::json!({
            "version": "1", "division": "420106001001", "name": "松园站", "kind": "community", "functions": "needs",
            "address": "松园路 1 号", "phone": "027-5550 0100", "opening_hours": "周一"
        }),
        "{sheet}" => serde_json::json!({"division": "420103002", "reason": "给志愿者办保险"}),
        "corrections" => serde_json::json!({"minutes": 30, "reason": "记错了"}),
        "decision" if path.contains("cases") => {
            serde_json::json!({"decision": "keep", "reason": "名单上有签字"})
        }
        "decision" => serde_json::json!({"accept": true}),
        _ => serde_json::json!({}),
    }
}

/// Staff of the next district, and the leader of a team there, use every staff route on things of this street.
#[test]
fn a_right_elsewhere_is_no_right_here() {
    on_both(|world| {
        let guide = lived(world);
        let need = needs_of_each_state(world)[0].0.to_string();
        let elsewhere = "420106";
        let nobody = guest(world);
        let rights = rights();
        let (list, ..) = compose::routes().into_parts();
        let (mut held, mut wrong) = (0, Vec::new());
        for &role in Role::ALL.iter().filter(|role| !matches!(role, Role::Resident | Role::Volunteer)) {
            // The street's people have the numbers that the testing helpers give out.
            let phone = vault::Phone::parse(&format!("1880000{:04}", role as u8)).unwrap();
            let outsider =
                people::testing::resident_with_phone(world, "外区人", "420106001001", &phone).person.unwrap();
            let over = kernel::Over::Subtree(people::testing::division(elsewhere));
            let outsider = people::testing::give(world, outsider, role, over);
            let client = nobody.with_token(token(world, &outsider));
            for route in list.iter().filter(|route| matches!(route.access, Access::Staff(_))) {
                let Some(path) = guide.sample(&route.path) else { continue };
                let who = &rights[&(route.method.to_string(), route.path.clone())];
                if !route.path.contains('{') || !who.contains(&role.word()) {
                    continue;
                }
                let reply = send(&client, route, &path, &body_of(&route.path));
                let said = format!(
                    "{}: {} {path} as {role:?} elsewhere: {}",
                    world.engine, route.method, reply.status
                );
                if !matches!(reply.status.as_u16(), 403 | 404) {
                    wrong.push(format!("{said}: {}", reply.body.chars().take(300).collect::<String>()));
                }
                held += 1;
            }
            // Lists show nothing of this street.
            for route in list.iter().filter(|route| route.method == Method::GET) {
                let who = &rights[&(route.method.to_string(), route.path.clone())];
                if route.path.contains('{') || !who.contains(&role.word()) {
                    continue;
                }
                let reply = client.get(&guide.sample(&route.path).unwrap_or_default());
                assert!(
                    !reply.body.contains(&need) && !reply.body.contains("花楼"),
                    "{role:?}: {}",
                    route.path
                );
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(held > 40, "{held} uses");
    });
}

#[test]
fn doctor_finds_a_place_that_names_nobody() {
    on_both(|world| {
        lived(world);
        let all_there = doctor::references(&world.db).unwrap();
        assert!(all_there.is_ok_and(|words| !words.starts_with("0 references")));
        let (need, ..) = needs_of_each_state(world)[0];
        let elsewhere: kernel::Id<kernel::Person> =
            world.kit.ids.next(world.now(), kernel::District::new(420_106).unwrap());
        world
            .db
            .write_now("testing_gone", move |tx| {
                tx.execute_one(
                    "UPDATE need SET helper = $3 WHERE district = $1 AND id = $2",
                    db::params![need.district(), need, elsewhere],
                )
            })
            .unwrap();
        let (words, _) = doctor::references(&world.db).unwrap().unwrap_err();
        assert!(words.contains("need.helper of 420103") && words.contains(&elsewhere.to_string()), "{words}");
    });
}

#[test]
fn every_sentence_is_there_in_both_languages() {
    let text = compose::text().unwrap();
    let mut keys = 0;
    for (chinese, english) in compose::locales() {
        let names = |file: &str| -> std::collections::BTreeSet<String> {
            file.lines()
                .filter_map(|line| line.split_once(" =").or_else(|| line.split_once('=')))
                .map(|(key, _)| key.to_owned())
                .filter(|key| {
                    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                })
                .collect()
        };
        let (zh, en) = (names(chinese), names(english));
        assert_eq!(zh.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&String>::new());
        for key in &zh {
            keys += 1;
            assert!(text.has(Language::Chinese, key) && text.has(Language::English, key), "{key}");
        }
    }
    assert!(keys > 300, "{keys} sentences");
}

#[test]
fn every_rule_that_code_names_has_its_sentence() {
    let text = compose::text().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    const OUTSIDE: [&str; 3] = ["refusal.rs", "limits.rs", "tests.rs"];
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && !OUTSIDE.iter().any(|name| path.ends_with(name))
            {
                files.push(path);
            }
        }
    }
    let mut rules = std::collections::BTreeSet::new();
    for file in files {
        let code = std::fs::read_to_string(file).unwrap();
        for call in ["Refusal::conflict(\"", "Refusal::too_fast(\""] {
            rules.extend(
                code.split(call).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
        for rest in code.split("Refusal::invalid(\"").skip(1) {
            let mut parts = rest.split('"').skip(1);
            // Where the rule is no word but a variable, the next word in quotes belongs to something else.
            let is_word = parts.next().is_some_and(|between| between.trim() == ",");
            rules.extend(parts.next().filter(|_| is_word).map(str::to_owned));
        }
    }
    rules.retain(|rule| rule.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
    assert!(rules.len() > 60, "{} rules", rules.len());
    let missing: Vec<_> =
        rules.iter().filter(|rule| !text.has(Language::Chinese, &format!("refusal-{rule}"))).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

#[test]
fn the_api_describes_itself() {
    on_both(|world| {
        let reply = guest(world).get("/api/v1/openapi.json");
        let described = reply.json();
        assert_eq!(described["openapi"], "3.1.0");
        let (list, ..) = compose::routes().into_parts();
        for route in list.iter().filter(|route| route.kind == Kind::Api) {
            let method = route.method.as_str().to_lowercase();
            assert!(described["paths"][&route.path][&method].is_object(), "{} {}", route.method, route.path);
        }
    });
}

#[test]
fn an_unknown_page_says_so_and_health_is_told() {
    on_both(|world| {
        let client = guest(world);
        let reply = client.get("/no/such/page");
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.body.contains("027-5550 0100"), "the phone is on every page");
        assert_eq!(client.get("/healthz").status, StatusCode::OK);
    });
}

#[test]
fn everything_is_refused_in_one_shape() {
    on_both(|world| {
        let client = guest(world);
        let long = "長".repeat(70_000);
        let asked = [
            (client.get("/api/v1/sign-out"), 405, "method-not-offered"),
            (client.post("/api/v1/places/search", &[]), 405, "method-not-offered"),
            (client.get("/api/v1/no-such-thing"), 404, "missing"),
            (client.get("/api/v1/places/%FF"), 422, "invalid"),
            (client.post("/api/v1/sign-in/codes", &[("phone", "19900000001")]), 422, "invalid"),
            (client.post_json("/api/v1/sign-in/codes", "a", &serde_json::json!([1])), 422, "invalid"),
            (client.post_json("/api/v1/sign-in/codes", "b", &serde_json::json!(long)), 422, "invalid"),
        ];
        for (reply, status, rule) in asked {
            assert_eq!(reply.status, status, "{}", reply.body);
            let problem = reply.json();
            assert_eq!((&problem["rule"], &problem["status"]), (&rule.into(), &status.into()));
            assert_eq!(problem["type"], format!("/problems/{rule}"));
            assert!(!problem["title"].as_str().unwrap().is_empty());
        }
        // People get a page with the phone on it.
        for (path, status) in [("/sign-out", 405), ("/static/none.css", 404), ("/places/%FF", 422)] {
            let reply = client.get(path);
            assert_eq!(reply.status, status, "{path}");
            assert!(reply.body.contains("027-5550 0100"), "{path}: {}", reply.body);
        }
    });
}

#[test]
fn every_rule_is_listed_for_programs() {
    let listed = include_str!("../../../../docs/api.md");
    for (_, english) in compose::locales() {
        for rule in english.lines().filter_map(|line| line.strip_prefix("refusal-")?.split(" =").next()) {
            assert!(listed.contains(&format!("| `{rule}` |")), "docs/api.md does not list {rule}");
        }
    }
}

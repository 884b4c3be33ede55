//! The composed pages through the router, on both databases.

use kernel::{Actor, Instant, Minutes};
use people::testing::{division, holder, resident, volunteer, worker};
use testkit::{Client, World, on_both};
use web::{App, Language, Place, Text};

const HERE: &str = "420103001005";

fn text() -> Text {
    let areas = [
        web::LOCALES,
        places::LOCALES,
        people::LOCALES,
        hours::LOCALES,
        shifts::LOCALES,
        needs::LOCALES,
        timebank::LOCALES,
        insight::LOCALES,
        crate::LOCALES,
    ];
    Text::new(&areas).unwrap()
}

fn guest(world: &World) -> Client {
    let place =
        Place { division: division(HERE), name: "松园社区".to_owned(), phone: "027-00000000".to_owned() };
    let kit = std::sync::Arc::clone(&world.kit);
    let sessions = Box::new(people::SessionTable);
    let app = App::new(world.db.clone(), kit, text(), place, sessions, false);
    Client::guest(crate::routes().into_parts().1.with_state(app))
}

fn signed_in(world: &World, actor: &Actor) -> Client {
    let person = actor.person.unwrap();
    let token = world
        .write("test_session", &Actor::system(), move |tx, call| people::open_session(tx, call, person))
        .unwrap();
    guest(world).with_token(token)
}

/// How many statements a look at `path` takes.
fn statements(world: &World, client: &Client, path: &str, name: &str) -> (usize, String) {
    let before = world.statements(name);
    let reply = client.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    (world.statements(name) - before, reply.body)
}

/// A need of somebody here that a worker has verified.
fn open_need(world: &World) -> (kernel::Id<needs::Need>, Actor) {
    let (asker, desk) = (resident(world, "周大妈", HERE), worker(world, "吴社工", HERE, HERE));
    let tomorrow = needs::Typed {
        category: "convenience".to_owned(),
        address: "3栋501".to_owned(),
        day: "tomorrow".to_owned(),
        part: "morning".to_owned(),
        ..needs::Typed::default()
    };
    let need =
        world.write("test_need", &asker, move |tx, call| needs::submit(tx, call, &tomorrow)).expect("a need");
    world
        .write("test_verify", &desk, move |tx, call| {
            needs::verify(tx, call, need.id, &needs::Verified::default()).map(drop)
        })
        .expect("verified");
    (need.id, desk)
}

/// A published shift in `minutes` from now, with `who` signed up.
fn shift_for(world: &World, who: &Actor, minutes: i64) -> String {
    let desk = worker(world, "郑社工", HERE, HERE);
    let leader = desk.person.unwrap();
    let starts_at: Instant = world.now() + Minutes(minutes);
    let id = world
        .write("test_shift", &desk, move |tx, call| {
            let team = people::create_organisation(tx, call, division(HERE), "松园邻里队", "team", None)?;
            let project = shifts::NewProject {
                organisation: team,
                title: "打扫楼道".to_owned(),
                summary: "一起把楼道打扫干净".to_owned(),
                category: "environment".to_owned(),
                risk: "没有特别的".to_owned(),
                protection: shifts::Protection::default(),
                copied_from: None,
            };
            let project = shifts::create_project(tx, call, &project)?;
            shifts::publish_project(tx, call, project)?;
            let shift = shifts::NewShift {
                address: "松园路 1 号".to_owned(),
                leader,
                starts_at,
                ends_at: starts_at + Minutes(120),
                min_age: 18,
                apart: hours::Apart::default(),
                places: 5,
            };
            let shift = shifts::create_shift(tx, call, project, &shift)?;
            shifts::publish_shift(tx, call, shift)?;
            Ok(shift)
        })
        .expect("a shift");
    world
        .write("test_sign_up", who, move |tx, call| shifts::sign_up(tx, call, id).map(drop))
        .expect("signed up");
    id.to_string()
}

#[test]
fn the_home_page_offers_three_ways_and_says_what_is_going_on() {
    on_both(|world| {
        let client = guest(world);
        let (ran, body) = statements(world, &client, "/", "start_page");
        assert!(ran <= 8, "{ran}");
        for words in
            ["找人帮忙", "我去帮人", "打电话", "tel:02700000000", "href=\"/join\"", "现在没有等人帮忙的事"]
        {
            assert!(body.contains(words), "{words}");
        }
        assert!(body.contains("注册志愿者"), "where there is nobody anywhere, nobody is hidden");
        open_need(world);
        let zhao = volunteer(world, "赵一", HERE);
        let shift = shift_for(world, &zhao, 24 * 60);
        world.drain(insight::consumers());
        let body = client.get("/").body;
        assert!(!body.contains("注册志愿者"), "one volunteer of one community is not told");
        assert!(
            body.contains("现在有 1 件事在等人帮忙") && body.contains(&format!("/activities/{shift}")),
            "{body}"
        );
        assert!(
            body.contains("打扫楼道")
                && body.contains("还差 4 人")
                && body.contains("3月10日 周二 09:00–11:00")
        );
        let (ran, body) = statements(world, &signed_in(world, &zhao), "/", "start_page");
        assert!(ran <= 8 && body.contains("href=\"/v\"") && !body.contains("href=\"/join\""), "{ran}");
    });
}

#[test]
fn a_volunteer_sees_what_is_next_and_checks_in_when_it_is_time() {
    on_both(|world| {
        assert_eq!(guest(world).get("/v").location.as_deref(), Some("/sign-in?next=/v"));
        let zhao = volunteer(world, "赵一", HERE);
        let client = signed_in(world, &zhao);
        let empty = client.get("/v").body;
        assert!(empty.contains("还没有约好的服务") && empty.contains("附近现在没有适合您的事"));
        open_need(world);
        let shift = shift_for(world, &zhao, 150);
        let (ran, body) = statements(world, &client, "/v", "today_page");
        assert!(ran <= 8, "{ran}");
        assert!(body.contains(&format!("/activities/{shift}")) && !body.contains("签到、签退"), "too early");
        assert!(
            body.contains("便民") && body.contains("大董社区居委会") && !body.contains("3栋501"),
            "{body}"
        );
        world.pass_minutes(31);
        assert!(client.get("/v").body.contains(&format!("/shifts/{shift}/check-in")));
        world.pass_minutes(119 + 120 + 61);
        assert!(client.get("/v").body.contains("还没有约好的服务"), "it is over");
        assert!(signed_in(world, &resident(world, "钱二", HERE)).get("/v").body.contains("成为志愿者"));
    });
}

#[test]
fn what_a_volunteer_is_asked_and_promised_stands_on_today() {
    on_both(|world| {
        let zhao = volunteer(world, "赵一", HERE);
        let client = signed_in(world, &zhao);
        let (need, desk) = open_need(world);
        let chosen = [zhao.person.unwrap()];
        world
            .write("test_dispatch", &desk, move |tx, call| needs::dispatch(tx, call, need, &chosen).map(drop))
            .expect("asked");
        assert!(!client.get("/v").body.contains("有人请您去帮忙"), "it can still be taken back");
        world.pass_minutes(2);
        let (ran, body) = statements(world, &client, "/v", "today_page");
        assert!(
            body.contains("有人请您去帮忙") && body.contains(&format!("href=\"/tasks/{need}\"")),
            "{body}"
        );
        world
            .write("test_accept", &zhao, move |tx, call| needs::accept(tx, call, need).map(drop))
            .expect("yes");
        let (after, body) = statements(world, &client, "/v", "today_page");
        assert!(body.contains(&format!("/tasks/{need}/visit")) && !body.contains("有人请您去帮忙"), "{body}");
        assert_eq!(ran, after, "the number of statements does not grow with what is shown");
    });
}

#[test]
fn my_page_shows_what_is_mine_and_the_way_out() {
    on_both(|world| {
        assert_eq!(guest(world).get("/me").status, 303);
        let zhao = volunteer(world, "赵一", HERE);
        let (ran, body) = statements(world, &signed_in(world, &zhao), "/me", "me_page");
        assert!(ran <= 8, "{ran}");
        for words in [
            "赵一，您好",
            "action=\"/sign-out\"",
            "退出登录",
            "/my/needs",
            "/v/coins",
            "/v/cert",
            "/me/sessions",
            "/me/card",
            "/me/looks",
            "/my/shifts",
        ] {
            assert!(body.contains(words), "{words}");
        }
        assert!(!body.contains("我的工作"));
        let manager = holder(world, "孙三", HERE, kernel::Role::SystemAdministrator, "420103");
        let body = signed_in(world, &manager).get("/me").body;
        assert!(body.contains("/w/places/new") && !body.contains("href=\"/w\""));
        let desk = signed_in(world, &worker(world, "吴社工", HERE, HERE)).get("/me").body;
        assert!(
            desk.contains("href=\"/w\"") && desk.contains("/w/reviews") && !desk.contains("/w/places/new")
        );
    });
}

#[test]
fn letters_are_chosen_without_signing_in_and_kept_for_a_year() {
    on_both(|world| {
        let client = guest(world);
        let form = client.get("/prefs?size=elder&next=/places%3Fq%3Da").body;
        for words in ["长辈版", "亲情版", "关爱版", "关怀版", "特大"] {
            assert!(form.contains(words), "{words}");
        }
        assert!(
            form.contains("value=\"elder\" checked") && form.contains("name=\"next\" value=\"/places?q=a\""),
            "{form}"
        );
        let sent =
            [("size", "elder"), ("contrast", "high"), ("lang", "en"), ("next", "/places?q=a"), ("key", "k")];
        let reply = client.post("/prefs", &sent);
        assert_eq!((reply.status.as_u16(), reply.location.as_deref()), (303, Some("/places?q=a")));
        let kept = |name: &str| reply.cookies.iter().find(|cookie| cookie.starts_with(name)).cloned();
        for name in ["size=elder;", "contrast=high;", "lang=en;"] {
            let cookie = kept(name).unwrap_or_else(|| panic!("{name} {:?}", reply.cookies));
            assert!(cookie.contains("Max-Age=31536000") && cookie.contains("Path=/"), "{cookie}");
        }
        let odd = client.post("/prefs", &[("size", "huge"), ("next", "//away.example")]);
        assert_eq!((odd.location.as_deref(), odd.cookies.len()), (Some("/"), 0));
    });
}

#[test]
fn help_names_the_phone_and_the_stations() {
    on_both(|world| {
        let client = guest(world);
        let body = client.get("/help").body;
        assert!(body.contains("tel:02700000000") && body.contains("还没有登记服务站点"));
        let manager = holder(world, "孙三", HERE, kernel::Role::SystemAdministrator, "420103");
        world
            .write("test_station", &manager, |tx, call| {
                let contact = places::Contact {
                    address: "松园路 2 号".to_owned(),
                    phone: "027-00000002".to_owned(),
                    opening_hours: "每天 8:30–17:30".to_owned(),
                };
                let station = places::NewStation {
                    division: division("420103001"),
                    name: "民族街志愿服务站".to_owned(),
                    kind: places::StationKind::Community,
                    functions: vec![places::Function::Needs],
                    contact,
                };
                places::create_station(tx, call, station)
            })
            .unwrap();
        let (ran, body) = statements(world, &client, "/help", "help_page");
        assert!(ran <= 8 && body.contains("民族街志愿服务站") && body.contains("每天 8:30–17:30"));
        for path in ["/accessibility", "/privacy"] {
            let body = client.get(path).body;
            assert!(body.contains("027-00000000") && !body.contains('['), "{path}: {body}");
        }
    });
}

#[test]
fn the_roots_of_closed_days_are_public() {
    on_both(|world| {
        let client = guest(world);
        assert!(client.get("/transparency").body.contains("还没有结过账的日子"));
        assert_eq!(client.get("/transparency/roots.txt").body, "");
        resident(world, "周大妈", HERE);
        world.drain(Vec::new());
        world.pass_minutes(24 * 60);
        resident(world, "吴大爷", HERE);
        world.drain(Vec::new());
        let file = client.get("/transparency/roots.txt").body;
        let lines: Vec<Vec<&str>> = file.lines().map(|line| line.split_whitespace().collect()).collect();
        let line = |first: &str| lines.iter().find(|line| line[0] == first).unwrap();
        let (parts, node) = (line("420103"), line("node"));
        assert_eq!((parts.len(), parts[1], parts[2].len()), (7, "2026-03-09", 64), "{file}");
        assert_eq!((node.len(), node[1], node[2].len(), node[3]), (6, "2026-03-09", 64, "1"), "{file}");
        let (ran, body) = statements(world, &client, "/transparency", "transparency_page");
        assert!(ran <= 8 && body.replace("<wbr>", "").contains(parts[2]) && body.contains("2026-03-09"));
        let api = client.get("/api/v1/journal/roots").json();
        assert_eq!(api["days"][0]["root"], parts[2]);
        let bytes = |text: &serde_json::Value| -> Vec<u8> {
            let digits = text.as_str().unwrap().as_bytes();
            let pair = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
            digits.chunks(2).map(pair).collect()
        };
        let (key, day) = (bytes(&api["public_key"]), &api["days"][0]);
        let statement = format!(
            "linli-journal-day {} {} {} {} {} {}",
            parts[0], parts[1], day["first_seq"], day["last_seq"], parts[2], day["closed_at"]
        );
        assert_eq!(day["statement"], statement);
        vault::verify(&key, statement.as_bytes(), &bytes(&day["signature"])).unwrap();
        // The root of roots, from outside: from the API and from the file alone.
        let nodes = client.get("/api/v1/journal/node-roots").json();
        let whole = &nodes["days"][0];
        assert_eq!((&whole["root"], &whole["roots"][0]["root"]), (&node[2].into(), &parts[2].into()));
        let leaf = proof::leaf_hash(whole["roots"][0]["statement"].as_str().unwrap().as_bytes());
        assert_eq!(whole["root"], vault::hex(&proof::merkle_root(&[leaf])));
        vault::verify(&key, whole["statement"].as_str().unwrap().as_bytes(), &bytes(&whole["signature"]))
            .unwrap();
        let from_file = format!("linli-node-day {} {} {} {}", node[1], node[3], node[2], node[4]);
        vault::verify(&bytes(&line("key")[1].into()), from_file.as_bytes(), &bytes(&node[5].into())).unwrap();
        assert!(client.get("/api/v1/journal/node-roots?before=2026-03-09").json()["days"][0].is_null());
        assert_eq!(client.get("/api/v1/journal/node-roots?before=x").status, 422);
        let (ran, one) = statements(world, &client, "/transparency?day=2026-03-09", "transparency_page");
        assert!(ran <= 8 && one.contains(&from_file) && one.contains(&statement), "{one}");
        assert!(!one.contains("[transparency"), "a sentence is missing");
        for query in ["day=x", "before=2026-02-30"] {
            assert_eq!(client.get(&format!("/transparency?{query}")).status, 422, "{query}");
        }
        let older = |query: &str| client.get(&format!("/api/v1/journal/roots?{query}"));
        assert_eq!(older("before=2026-03-10").json()["days"][0]["root"], parts[2]);
        assert_eq!(older("before=2026-03-09").json()["days"], serde_json::json!([]));
        assert_eq!(older("district=110101").json()["days"], serde_json::json!([]));
        assert_eq!(
            [older("district=4201031"), older("before=x")].map(|reply| reply.status.as_u16()),
            [422, 422]
        );
        let published = journal::Published::parse(&file).unwrap();
        let report = journal::verify(&world.db, &world.kit.keys, Vec::new(), &published).unwrap();
        let is_root = |f: &journal::Finding| f.table == "journal_day" || f.table == "node_day";
        assert!(report.days == 1 && !report.findings.iter().any(is_root), "{report:?}");
        let other = journal::Published::parse(&file.replace(node[2], &"0".repeat(64))).unwrap();
        let report = journal::verify(&world.db, &world.kit.keys, Vec::new(), &other).unwrap();
        assert!(report.findings.iter().any(|f| f.what.contains("published")), "{report:?}");
    });
}

#[test]
fn older_closed_days_are_a_page_away_and_all_are_in_the_file() {
    const DAYS: usize = 40;
    on_both(|world| {
        let client = guest(world);
        for _ in 0..=DAYS {
            resident(world, "周居民", HERE);
            world.drain(Vec::new());
            world.pass_minutes(24 * 60);
        }
        world.drain(Vec::new());
        let rows = |body: &str| body.matches("data-root=\"district\"").count();
        let newest = client.get("/transparency").body;
        assert_eq!(rows(&newest), 35);
        let (_, link) = newest.split_once("/transparency?before=").unwrap();
        let older = client.get(&format!("/transparency?before={}", &link[..10])).body;
        assert_eq!(rows(&older), DAYS + 1 - 35);
        assert!(older.contains("回到最近的日子") && !older.contains("/transparency?before="));
        let file = client.get("/transparency/roots.txt").body;
        assert_eq!(file.lines().filter(|line| line.starts_with("node ")).count(), DAYS + 1);
        assert_eq!(file.lines().filter(|line| line.starts_with("420103 ")).count(), DAYS + 1);
        let first = client.get("/api/v1/journal/node-roots").json();
        let next = first["next"].as_str().unwrap();
        let rest = client.get(&format!("/api/v1/journal/node-roots?before={next}")).json();
        assert_eq!(rest["days"].as_array().unwrap().len(), DAYS + 1 - 35);
    });
}

#[test]
fn every_word_is_there_in_both_languages() {
    let keys = |text: &str| -> Vec<String> {
        text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect()
    };
    assert_eq!(keys(crate::LOCALES.0), keys(crate::LOCALES.1));
    let text = text();
    let templates = [
        include_str!("start/templates/start.html"),
        include_str!("own/templates/today.html"),
        include_str!("own/templates/me.html"),
        include_str!("prefs/templates/prefs.html"),
        include_str!("about/templates/help.html"),
        include_str!("about/templates/accessibility.html"),
        include_str!("about/templates/privacy.html"),
        include_str!("about/templates/transparency.html"),
    ];
    let calls = templates.iter().flat_map(|template| {
        ["page.t(\"", "page.ta(\""].into_iter().flat_map(|call| template.split(call).skip(1))
    });
    let from_templates = calls.map(|part| part.split('"').next().unwrap().to_owned());
    let cells = crate::about::ROWS
        .iter()
        .flat_map(|row| ["", "-why", "-how"].map(|part| format!("privacy-{row}{part}")));
    let weekdays = (0..7).map(|n| format!("shell-weekday-{n}"));
    let others = [
        "me-needs",
        "me-shifts",
        "me-join",
        "me-sessions",
        "me-prefs",
        "me-looks",
        "me-profile",
        "shell-rail-reviews",
    ]
    .map(str::to_owned);
    for key in from_templates.chain(cells).chain(weekdays).chain(others) {
        assert!(text.has(Language::Chinese, &key) && text.has(Language::English, &key), "{key}");
    }
}

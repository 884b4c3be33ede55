//! Editions, stations and policies on both databases, through the router where a person comes in.

use db::Tx;
use divisions::Tree;
use journal::Call;
use kernel::{Actor, Day, DivisionCode, Grant, IdSource, Instant, Over, Person, Random, Refusal, Role};
use serde_json::json;
use testkit::{Client, World, on_both};
use web::{App, Entered, Language, Place, Sessions, Text};

use crate::{Contact, EditionWish, Function, ImportRefused, NewStation, StationKind};

const STREET: &str = "420103001";

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

/// An administrator of places over a subtree.
fn manager(over: &str) -> Actor {
    let ids = IdSource::new(Random::seeded(5));
    let person = ids.next::<Person>(Instant::from_micros(1), code("420103").district());
    let grants = vec![Grant { role: Role::SystemAdministrator, over: Over::Subtree(code(over)) }];
    Actor { person: Some(person), home: code(STREET), grants, system: false }
}

/// One token, one actor: sessions are another area's.
struct OneSession(Actor);

impl Sessions for OneSession {
    fn actor(&self, _: &mut Tx<'_>, _: &Call, token: &str) -> Result<Entered, db::Fault> {
        let actor = if token == "manager" { self.0.clone() } else { Actor::guest() };
        Ok(Entered { actor, touch: false })
    }

    fn touch(&self, _: &mut Tx<'_>, _: &Call, _: &str) -> Result<(), db::Fault> {
        Ok(())
    }
}

fn text() -> Text {
    Text::new(&[web::LOCALES, crate::LOCALES]).unwrap()
}

fn client(world: &World, actor: Actor) -> Client {
    let place =
        Place { division: code("420103"), name: "江汉区".to_owned(), phone: "027-00000000".to_owned() };
    let kit = std::sync::Arc::clone(&world.kit);
    let app = App::new(world.db.clone(), kit, text(), place, Box::new(OneSession(actor)), false);
    Client::guest(crate::routes().into_parts().1.with_state(app))
}

fn today() -> Day {
    testkit::beginning().day()
}

fn import(world: &World, file: &str, source: &str) -> Result<crate::ImportReport, ImportRefused> {
    crate::import_divisions(&world.db, file.as_bytes(), wish(today(), source), world.now())
}

fn wish(day: Day, source: &str) -> EditionWish<'_> {
    EditionWish { day, source, ended_max: usize::MAX, dry_run: false }
}

/// The whole embedded list as a file, each line as `line` makes it of code and name.
fn country(line: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut file = String::new();
    for one in Tree::embedded().iter() {
        if let Some(line) = line(&one.code.to_string(), one.name) {
            file.push_str(&line);
            file.push('\n');
        }
    }
    file
}

#[test]
fn an_edition_is_taken_whole_and_once() {
    let same = country(|code, name| Some(format!("{code},{name}")));
    let newer = country(|code, name| {
        Some(match code {
            // Renamed; replaced under the same street; moved to the next street; ended.
            "420103001002" => format!("{code},青松社区居委会"),
            "420103001004" => "420103001009,新竹社区居委会,420103001004".to_owned(),
            "420103001005" => "420103002099,梅山社区居委会,420103001005".to_owned(),
            "420103001006" => return None,
            "420103001007" => format!("{code},{name}\n420103001010,菊园社区居委会"),
            _ => format!("{code},{name}"),
        })
    });
    let unknown = newer.replace(",420103001004", ",420103001888").replace("菊园", "兰园");
    on_both(|world| {
        let source = format!("测试区划表 {}", world.engine);
        let versions = || world.count("SELECT COUNT(*) FROM division_version WHERE version > $1", &[0]);
        assert!(import(world, &same, &source).unwrap().is_unchanged());
        assert_eq!(versions(), 0);
        let report = import(world, &newer, &source).unwrap();
        let counts = (report.added, report.renamed, report.moved, report.replaced, report.ended);
        assert_eq!(counts, (1, 1, 1, 1, 1), "{report}");
        assert_eq!(world.count("SELECT COUNT(*) FROM division_change WHERE version = $1", &[1]), 5);
        let successor = "SELECT successor FROM division_change WHERE version = 1 AND code = $1";
        assert_eq!(world.count(successor, &[420_103_001_004]), 420_103_001_009);
        let tree = crate::tree(&world.db).unwrap();
        assert_eq!(tree.get(code("420103001002")).unwrap().name, "青松社区居委会");
        assert_eq!(tree.version().source, source);

        assert!(
            import(world, &newer, &source).unwrap().is_unchanged(),
            "the same file with its predecessors"
        );
        let refused = import(world, &unknown, &source);
        assert!(matches!(&refused, Err(ImportRefused::Unknown(list)) if list.len() == 2), "{refused:?}");
        let refused = import(world, "42,湖北省\n4301,武汉市\n42,湖北\n", &source).unwrap_err();
        let ImportRefused::File(error) = &refused else { panic!("{refused}") };
        assert_eq!(error.faults.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 3]);
        let (file, before) = ("42,湖北省\n".as_bytes(), today().plus(-1));
        let older = crate::import_divisions(&world.db, file, wish(before, &source), world.now());
        assert!(matches!(older, Err(ImportRefused::Older(day)) if day == today()), "{older:?}");
        // A part of the list would end the rest; a day to come is not yet in force; a dry run writes nothing.
        let few = EditionWish { ended_max: 100, ..wish(today(), &source) };
        let part = crate::import_divisions(&world.db, file, few, world.now());
        assert!(matches!(part, Err(ImportRefused::Ends { ended, most: 100 }) if ended > 600_000), "{part:?}");
        let future = crate::import_divisions(&world.db, file, wish(today().plus(1), &source), world.now());
        assert!(matches!(future, Err(ImportRefused::Future(_))), "{future:?}");
        let dry = EditionWish { dry_run: true, ..wish(today(), &source) };
        assert!(crate::import_divisions(&world.db, file, dry, world.now()).unwrap().ended > 600_000);
        assert_eq!(versions(), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM division_change WHERE version > $1", &[0]), 5);
    });
}

#[test]
fn every_fault_of_a_line_has_its_sentence_in_both_languages() {
    let long = format!("42,{}\n", "长".repeat(61));
    let files = [
        ("", "empty"),
        ("42\n", "columns"),
        ("4x,湖北省\n", "code"),
        ("000000000000,中国\n", "nation"),
        ("42,\n", "name-empty"),
        (long.as_str(), "name-long"),
        ("42,湖\t北省\n", "name-character"),
        ("42,湖北省\n42,湖北省\n", "duplicate"),
        ("4201,武汉市\n", "missing-parent"),
        ("42,湖北省\n4201,武汉市\n420103000001,松园\n", "skips-level"),
        ("42,湖北省,4x\n", "predecessor"),
        ("42,湖北省,43\n44,广东省,43\n", "predecessor-twice"),
        ("42,湖北省,44\n44,广东省\n", "predecessor-alive"),
        ("42,湖北省,4301\n", "predecessor-level"),
    ];
    let text = text();
    let version = || divisions::Version { day: today(), source: String::new() };
    for (file, key) in files {
        let error = divisions::parse_csv(file.as_bytes(), version()).unwrap_err();
        let fault = error.faults.last().unwrap();
        for language in [Language::Chinese, Language::English] {
            let said = crate::fault_sentence(&text, language, fault);
            assert!(!said.contains('[') && !said.contains('{'), "{key}: {said}");
            let args: Vec<(&'static str, kernel::Arg)> = Vec::new();
            let template = text.get(language, &format!("division-fault-{key}"), &args);
            let fixed = template.split('{').next().unwrap_or_default();
            assert!(said.contains(fixed), "{key}: {said} / {template}");
            assert_eq!(fault.line > 0, said.contains(&fault.line.to_string()), "{said}");
        }
    }
}

fn new_station(division: &str) -> NewStation {
    NewStation {
        division: code(division),
        name: "松园志愿服务站".to_owned(),
        kind: StationKind::Community,
        functions: vec![Function::Records, Function::Needs, Function::Records],
        contact: Contact {
            address: "松园路 1 号".to_owned(),
            phone: "027-00000001".to_owned(),
            opening_hours: "周一到周五 8:30–17:30".to_owned(),
        },
    }
}

#[test]
fn a_station_is_recorded_changed_and_found_from_below() {
    on_both(|world| {
        let actor = manager("420103");
        let id = world
            .write("test_station", &actor, |tx, call| crate::create_station(tx, call, new_station(STREET)))
            .unwrap();
        let around = |place: &'static str| {
            world
                .read("test_stations", &Actor::guest(), move |tx, _| {
                    crate::stations_around(tx, code(place), 9)
                })
                .unwrap()
        };
        let kept = around("420103001001");
        assert_eq!(kept.len(), 1, "the street's station serves its communities");
        assert_eq!(kept[0].recorded.functions, [Function::Needs, Function::Records]);
        assert!(around("420103002").is_empty(), "not the next street's");
        assert_eq!(around("420103").len(), 1);

        let change = |version| {
            let mut station = new_station(STREET);
            station.name = "青松志愿服务站".to_owned();
            world.write("test_station", &actor, move |tx, call| {
                crate::change_station(tx, call, id, version, station.clone())
            })
        };
        change(1).unwrap();
        let refused = change(1).unwrap_err();
        assert_eq!(refused.refusal(), Some(&Refusal::conflict("station-changed-meanwhile")));
        assert_eq!(around(STREET)[0].recorded.name, "青松志愿服务站");

        for (who, expected) in
            [(manager("420106"), Refusal::forbidden()), (Actor::guest(), Refusal::sign_in_first())]
        {
            let refused = world
                .write("test_station", &who, |tx, call| crate::create_station(tx, call, new_station(STREET)))
                .unwrap_err();
            assert_eq!(refused.refusal(), Some(&expected));
        }
        let wrong = world
            .write("test_station", &manager("420103"), |tx, call| {
                let mut station = new_station("420103999");
                station.functions.clear();
                station.contact.phone = "请打电话".to_owned();
                station.name = "  ".to_owned();
                crate::create_station(tx, call, station)
            })
            .unwrap_err();
        let fields: Vec<&str> = wrong.refusal().unwrap().fields.iter().map(|f| f.field).collect();
        assert_eq!(fields, ["division", "name", "phone", "functions"]);
        world.drain(Vec::new());
        assert_eq!(
            world.count(
                "SELECT COUNT(*) FROM journal WHERE district = $1 AND kind = 'station.recorded'",
                &[420_103]
            ),
            2
        );
    });
}

#[test]
fn the_pages_find_show_and_refuse() {
    on_both(|world| {
        let guest = client(world, manager("420103"));
        let found = guest.get("/places?q=mzj");
        assert_eq!(found.status, 200);
        assert!(
            found.body.contains("湖北省武汉市江汉区民族街街道") && found.body.contains("places-found"),
            "{}",
            found.body
        );
        assert!(
            guest
                .get("/places?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E5%9C%B0%E6%96%B9")
                .body
                .contains("没有找到这个地方")
        );
        let start = guest.get("/places");
        assert!(start.body.contains("/places/420103001000") && start.body.contains("/places/440000000000"));
        assert_eq!(world.statements("places_page"), 3, "one a page");

        let area = guest.get("/places/420103001005");
        assert_eq!(area.status, 200);
        for words in [
            "湖北省武汉市江汉区民族街街道",
            "社区（居民委员会）",
            "还没有登记服务站点",
            "027-00000000",
            "/places/420103001000",
        ] {
            assert!(area.body.contains(words), "{words}");
        }
        assert!(!area.body.contains("/w/places/new"));
        assert!(world.statements("place_page") <= 2);
        for unknown in ["/places/420103999", "/places/4201", "/places/abc", "/places/000000000000"] {
            let expected = if unknown == "/places/4201" { 200 } else { 404 };
            assert_eq!(guest.get(unknown).status, expected, "{unknown}");
        }
        assert_eq!(guest.get("/w/places/new").location.as_deref(), Some("/sign-in?next=/w/places/new"));

        let manager = guest.with_token("manager");
        let form = manager.get("/w/places/new?division=420103001005");
        assert!(
            form.body.contains("value=\"420103001005\"")
                && form.body.contains("湖北省武汉市江汉区民族街街道")
        );
        let typed = [("division", "420103001005"), ("name", "松园站<b>"), ("kind", "youth"), ("key", "k1")];
        let wrong = manager.post("/w/places/new", &typed);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("错误：") && wrong.body.contains("松园站&#60;b&#62;"), "{}", wrong.body);
        let rest = [
            ("functions", "needs"),
            ("functions", "display"),
            ("address", "松园路 2 号"),
            ("phone", "027-00000002"),
            ("opening_hours", "每天"),
        ];
        let whole: Vec<(&str, &str)> =
            typed[..3].iter().chain(&rest).chain(&[("key", "k2")]).copied().collect();
        let done = manager.post("/w/places/new", &whole);
        let to = "/places/420103001005?done=station";
        assert_eq!((done.status.as_u16(), done.location.as_deref()), (303, Some(to)));
        assert_eq!(
            manager.post("/w/places/new", &whole).location.as_deref(),
            Some(to),
            "sent twice, counted once"
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM station WHERE district = $1", &[420_103]), 1);
        let shown = manager.get(to).body;
        for words in
            ["data-done=\"station-recorded\"", "青年志愿服务站", "宣传展示", "tel:02700000002", "/w/places/"]
        {
            assert!(shown.contains(words), "{words}");
        }
        let edit = shown.split("href=\"/w/places/").nth(1).unwrap().split('"').next().unwrap();
        let address = format!("/w/places/{edit}");
        assert!(manager.get(&address).body.contains("name=\"version\" value=\"1\""));
        let change: Vec<(&str, &str)> =
            whole[..whole.len() - 1].iter().chain(&[("version", "7"), ("key", "k3")]).copied().collect();
        let stale = manager.post(&address, &change);
        assert_eq!(stale.status, 409);
        assert!(stale.body.contains("刚才有别人改过") && stale.body.contains("松园路 2 号"));
        assert_eq!(manager.get("/w/places/nonsense").status, 404);
    });
}

#[test]
fn the_api_says_the_same() {
    on_both(|world| {
        let guest = client(world, manager("420103"));
        let found = guest.get("/api/v1/places/search?q=%E6%B1%9F%E6%B1%89%20%E6%B0%91%E6%97%8F").json();
        assert_eq!(found["here"][0]["code"], "420103001000");
        assert_eq!(guest.get("/api/v1/places/search").status, 422);
        let manager = guest.with_token("manager");
        let body = json!({"division": "420103001", "name": "街道站", "kind": "community", "functions": ["needs"],
            "address": "松园路 3 号", "phone": "027-00000003", "opening_hours": "每天"});
        assert_eq!(guest.post_json("/api/v1/stations", "a", &body).status, 401);
        let made = manager.post_json("/api/v1/stations", "a", &body);
        assert_eq!(made.status, 201, "{}", made.body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(manager.post_json("/api/v1/stations", "a", &body).body, made.body);
        let mut odd = body.clone();
        odd["kind"] = json!("palace");
        odd["division"] = json!("42010");
        let refused = manager.post_json("/api/v1/stations", "b", &odd);
        assert_eq!((refused.status.as_u16(), refused.json()["errors"].as_array().unwrap().len()), (422, 2));
        let mut later = body;
        later["name"] = json!("街道中心站");
        let change = json!({"version": 1, "station": later});
        let changed = manager.post_json(&format!("/api/v1/stations/{id}"), "c", &change);
        assert_eq!(changed.json()["version"], 2);
        let place = guest.get("/api/v1/places/420103001005").json();
        assert_eq!(
            (&place["kind"], &place["stations"][0]["name"]),
            (&json!("residents"), &json!("街道中心站"))
        );
        assert_eq!(place["above"].as_array().unwrap().len(), 4);
        assert_eq!(guest.get("/api/v1/places/420103999").status, 404);
    });
}

#[test]
fn a_policy_is_dated_and_inherited() {
    on_both(|world| {
        let set = |over: &'static str, at: &'static str, value: i64, day: Day| {
            world.write("test_policy", &manager(over), move |tx, call| {
                let (name, source) = ("hours.daily_minutes_max".to_owned(), "测试规定".to_owned());
                let range = Some(60..=1_440);
                crate::set_policy(
                    tx,
                    call,
                    &crate::Decision {
                        division: code(at),
                        name,
                        value,
                        range,
                        from_day: day,
                        source,
                        binding: crate::Binding::Free,
                    },
                )
            })
        };
        let holds = |at: &'static str, day: Day| {
            world
                .read("test_policy_read", &Actor::guest(), move |tx, _| {
                    Ok(crate::policies(tx, code(at), "hours.", day)?.remove("hours.daily_minutes_max"))
                })
                .unwrap()
                .map(|policy| (policy.value, policy.version, policy.division))
        };
        let community = "420103001001";
        assert_eq!(holds(community, today()), None);
        assert_eq!(set("42", "42", 480, today()), Ok(1));
        assert_eq!(set("42", "420103", 420, today().plus(10)), Ok(1));
        assert_eq!(holds(community, today()), Some((480, 1, code("42"))));
        assert_eq!(holds(community, today().plus(10)), Some((420, 1, code("420103"))));
        assert_eq!(holds("430102001", today().plus(10)), None, "another province decided nothing");
        assert_eq!(set("42", "42", 300, today().plus(5)), Ok(2));
        assert_eq!(holds("420106001", today().plus(4)), Some((480, 1, code("42"))));
        assert_eq!(holds("420106001", today().plus(5)), Some((300, 2, code("42"))));
        assert_eq!(holds(community, today().plus(10)), Some((420, 1, code("420103"))), "the nearest decides");
        // What is read at once for a whole area comes to the same at each place of it.
        let all = world.db.read_now("test_read", |tx| crate::decisions(tx, code("42"), "hours.")).unwrap();
        for at in [community, "420106001", "430102001"] {
            for day in [0, 5, 10].map(|days| today().plus(days)) {
                let mut held = crate::in_force(&all, code(at), day);
                let one = held.remove("hours.daily_minutes_max");
                let one = one.map(|policy| (policy.value, policy.version, policy.division));
                assert_eq!(one, holds(at, day), "{at} {day}");
            }
        }

        let refused = set("42", "42", 59, today().plus(-1)).unwrap_err();
        let wrong: Vec<_> = refused.refusal().unwrap().fields.iter().map(|field| field.rule).collect();
        assert_eq!(wrong, ["policy-range", "policy-in-past"]);
        assert_eq!(set("420103", "4201", 60, today()).unwrap_err().refusal(), Some(&Refusal::forbidden()));
        world.drain(Vec::new());
        assert_eq!(
            world.count(
                "SELECT COUNT(*) FROM journal WHERE district = $1 AND kind = 'policy.set'",
                &[420_000]
            ),
            2
        );
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
        include_str!("browse/templates/area.html"),
        include_str!("browse/templates/find.html"),
        include_str!("station/templates/station.html"),
    ];
    for template in templates {
        for call in ["page.t(\"", "page.ta(\""] {
            for part in template.split(call).skip(1) {
                let key = part.split('"').next().unwrap();
                assert!(text.has(Language::Chinese, key), "{key}");
            }
        }
    }
    let words = StationKind::ALL.iter().map(|kind| format!("station-kind-{}", kind.word()));
    for key in words.chain(Function::ALL.iter().map(|one| format!("station-function-{}", one.word()))) {
        assert!(text.has(Language::English, &key), "{key}");
    }
}

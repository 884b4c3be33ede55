//! The board as a guest sees it, on both databases.

use std::sync::Arc;

use db::{Fault, Tx};
use journal::{Call, Event, append};
use kernel::{Actor, DivisionCode, Id, Person};
use testkit::{Client, World, on_both};
use web::{App, Entered, Language, Place, Sessions, Text};

use crate::DEFINITIONS;

enum Thing {}

struct NoSessions;

impl Sessions for NoSessions {
    fn actor(&self, _: &mut Tx<'_>, _: &Call, _: &str) -> Result<Entered, Fault> {
        Ok(Entered::default())
    }
    fn touch(&self, _: &mut Tx<'_>, _: &Call, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

fn text() -> Text {
    Text::new(&[web::LOCALES, crate::LOCALES]).unwrap()
}

fn guest(world: &World) -> Client {
    let division = "420103001".parse().unwrap();
    let place = Place { division, name: "松园街道".to_owned(), phone: "027-00000000".to_owned() };
    let kit = Arc::clone(&world.kit);
    let app = App::new(world.db.clone(), kit, text(), place, Box::new(NoSessions), false);
    Client::guest(crate::routes().into_parts().1.with_state(app))
}

fn tell<T>(world: &World, subject: Id<T>, event: Event) {
    let actor = Actor { person: Some(subject.cast()), ..Actor::default() };
    world.write("told", &actor, move |tx, call| Ok(append(tx, call, event.clone())?)).unwrap();
}

/// `volunteers` people of a community, the first of whom served 90 minutes; one need answered in 20 minutes.
fn community(world: &World, code: &str, volunteers: usize) {
    let place: DivisionCode = code.parse().unwrap();
    let here = |event: Event| event.with("division", place.to_string());
    let mut people: Vec<Id<Person>> = Vec::new();
    for _ in 0..volunteers {
        let person = world.kit.ids.next(world.now(), place.district());
        people.push(person);
        let joined = here(Event::new("volunteer.joined", place.district(), person, 1));
        tell(world, person, joined.with("birth_year", 1962));
    }
    let day = i64::from(world.now().day().number());
    let record: Id<Thing> = world.kit.ids.next(world.now(), place.district());
    let attendance: Id<Thing> = world.kit.ids.next(world.now(), place.district());
    let served = |event: Event| {
        let event =
            here(event).with("home_division", place.to_string()).with("minutes", 90).with("grade", "a");
        event.with("category", "care").with("day", day).with("kind", "service").with_id("person", people[0])
    };
    tell(world, record, served(Event::new("record.made", place.district(), record, 1)));
    tell(world, attendance, served(Event::new("attendance.recorded", place.district(), attendance, 1)));
    let need: Id<Thing> = world.kit.ids.next(world.now(), place.district());
    let asked = here(Event::new("need.submitted", place.district(), need, 1));
    tell(world, need, asked.with("category", "elderly").with("channel", "web"));
    world.pass_minutes(20);
    tell(world, need, here(Event::new("need.verified", place.district(), need, 2)));
    world.drain(crate::consumers());
}

#[test]
fn an_empty_board_says_why_and_offers_another_place() {
    on_both(|world| {
        let reply = guest(world).get("/board");
        assert_eq!(reply.status, 200);
        assert!(
            reply.body.contains("这里还没有数字") && reply.body.contains("松园街道公示"),
            "{}",
            reply.body
        );
        assert!(!reply.body.contains("<svg class=\"chart\"") && reply.body.contains("name=\"division\""));
        assert!(!reply.body.contains("[board") && !reply.body.contains("[figure"), "a sentence is missing");
    });
}

#[test]
fn the_board_shows_the_figures_their_charts_and_their_definitions() {
    on_both(|world| {
        let place = "420103001001";
        community(world, place, 6);
        let client = guest(world);
        let before = world.statements("board");
        let reply = client.get("/board");
        let ran = world.statements("board") - before;
        assert!(ran <= 6, "{ran} statements, and a session takes two more");
        assert_eq!(reply.status, 200);
        let body = &reply.body;
        for words in [
            "data-done=\"board-shown\"",
            "data-moving=\"day\"",
            "data-moving=\"weeks\"",
            "1.50",
            "0.25",
            "30 分钟以内",
            "甲 双重证据 100%",
        ] {
            assert!(body.contains(words), "{words} is not in {body}");
        }
        assert!(!body.contains('['), "a sentence is missing");
        let charts = body.matches("<svg class=\"chart\" role=\"img\"").count();
        assert_eq!((charts, body.matches("<div class=\"bars\"").count()), (2, 2));
        assert_eq!((body.matches("<title id=").count(), body.matches("<desc id=").count()), (charts, charts));
        assert_eq!(body.matches("<tr><th scope=\"row\">2").count(), 24, "twelve weeks in each table");
        for definition in DEFINITIONS {
            assert!(body.contains(&format!("id=\"definition-{}\"", definition.id)), "{}", definition.id);
        }
        assert!(!body.contains("不公布"), "a street is not hidden");
    });
}

/// So many volunteers join in a community.
fn join(world: &World, code: &str, volunteers: usize) {
    let place: DivisionCode = code.parse().unwrap();
    for _ in 0..volunteers {
        let person: Id<Person> = world.kit.ids.next(world.now(), place.district());
        let joined = Event::new("volunteer.joined", place.district(), person, 1);
        tell(world, person, joined.with("division", place.to_string()).with("birth_year", 1987));
    }
    world.drain(crate::consumers());
}

/// The communities of the street of these tests, as the tree has them.
fn communities(world: &World) -> Vec<String> {
    let street: DivisionCode = "420103001".parse().unwrap();
    let tree = places::tree(&world.db).unwrap();
    let below = tree.children(street).map(|one| one.code.to_string());
    below.collect()
}

#[test]
fn a_small_community_cannot_be_told_from_its_street_and_the_others() {
    on_both(|world| {
        let all = communities(world);
        assert!(all.len() > 2, "{all:?}");
        community(world, &all[0], 4);
        all.iter().skip(1).for_each(|code| join(world, code, 12));
        let client = guest(world);
        let of = |code: &str| client.get(&format!("/api/v1/figures?division={code}")).json();
        for (code, minutes) in [(&all[0], 90), (&all[1], 0)] {
            let shown = of(code);
            for member in
                ["volunteers", "hours_a_head_hundredths", "resident_share_bp", "active", "active_rate_bp"]
                    .into_iter()
                    .chain([
                        "response_answered",
                        "response_median_minutes",
                        "response_within_limit_bp",
                        "decades",
                    ])
            {
                assert_eq!(shown[member], serde_json::Value::Null, "{code} {member}");
                assert!(shown["hidden"].as_array().unwrap().contains(&member.into()), "{code} {member}");
            }
            assert_eq!(shown["needs_valid"], 0, "all communities have none: nobody is hidden");
            assert_eq!(shown["minutes"], minutes, "hours are no count of people");
            assert!(shown["hidden"].as_array().unwrap().contains(&"categories.needs".into()), "{code}");
            let by_category = shown["categories"].as_array().unwrap();
            assert!(by_category.iter().all(|one| one["needs"].is_null() && one["minutes"] == minutes));
            assert!(shown["trend"].as_array().unwrap().last().unwrap()["volunteers"].is_null());
            let page = client.get(&format!("/board?division={code}")).body;
            assert!(page.contains("不公布") && page.contains("要么都公布，要么都不公布"), "{page}");
        }
        let street = of("420103001");
        let sum = 4 + 12 * (all.len() - 1);
        assert_eq!((&street["volunteers"], &street["active"]), (&sum.into(), &1.into()));
        assert_eq!((&street["response_median_minutes"], &street["is_final"]), (&30.into(), &false.into()));
        assert_eq!(street["hidden"], serde_json::json!([]));
        let others = sum - 4;
        assert_eq!(
            street["decades"],
            serde_json::json!([{"from_year": 1960, "volunteers": 4}, {"from_year": 1980, "volunteers": others}])
        );
        assert_eq!(
            street["categories"],
            serde_json::json!([{"category": "elderly", "minutes": 0, "needs": 1},
                               {"category": "care", "minutes": 90, "needs": 0}])
        );
        // The last one that was small counts enough: all are told, from that day on.
        world.pass_minutes(7 * 24 * 60);
        join(world, &all[0], 6);
        let (small, other) = (of(&all[0]), of(&all[1]));
        assert_eq!((&small["volunteers"], &other["volunteers"]), (&10.into(), &12.into()));
        assert_eq!(small["active"], serde_json::Value::Null, "only one of them is active");
        let weeks = small["trend"].as_array().unwrap();
        let told: Vec<bool> = weeks.iter().map(|week| week["volunteers"].is_i64()).collect();
        assert_eq!(told[9..], [true, false, true], "none before, too few a week ago, enough now");
        // The page of a day that is over says what the API says of that day.
        let then = weeks[10]["day"].as_str().unwrap();
        let past = client.get(&format!("/api/v1/figures?division={}&day={then}", all[0])).json();
        assert_eq!(past["volunteers"], serde_json::Value::Null);
    });
}

#[test]
fn a_hidden_board_takes_no_more_statements_than_a_page_may() {
    on_both(|world| {
        let code = communities(world).remove(0);
        community(world, &code, 3);
        let client = guest(world);
        let before = world.statements("board");
        assert_eq!(client.get(&format!("/board?division={code}")).status, 200);
        let ran = world.statements("board") - before;
        assert!(ran <= 6, "{ran} statements, and a session takes two more");
        assert!(!client.get(&format!("/board?division={code}")).body.contains("这里还没有数字"));
    });
}

#[test]
fn the_big_screen_says_what_the_board_says_and_hides_what_it_hides() {
    on_both(|world| {
        let all = communities(world);
        community(world, &all[0], 6);
        let client = guest(world);
        let before = world.statements("board");
        let shown = client.get("/screen");
        assert!(world.statements("board") - before <= 6);
        assert_eq!(shown.status, 200);
        for words in [
            "data-done=\"screen-shown\"",
            "http-equiv=\"refresh\" content=\"60\"",
            "截至 2026-03-09",
            "1.50",
            "0.25",
            "30 分钟以内",
            "甲 双重证据 100%",
        ] {
            assert!(shown.body.contains(words), "{words} is not in {}", shown.body);
        }
        assert!(!shown.body.contains('[') && !shown.body.contains("<script"), "{}", shown.body);
        assert!(!shown.body.contains("不公布"), "a street is not hidden");
        assert!(shown.body.matches("class=\"panel\"").count() <= 7, "no more than can be taken in");
        let small = client.get(&format!("/screen?division={}", all[0])).body;
        assert!(small.contains("不公布") && small.contains("可能认出是谁"), "{small}");
        assert_eq!(client.get("/screen?division=x").status, 422);
        assert!(client.get("/board").body.contains("href=\"/screen?division=420103001000\""));
    });
}

#[test]
fn another_day_and_area_are_chosen_and_nonsense_is_refused() {
    on_both(|world| {
        community(world, "420103001001", 6);
        let client = guest(world);
        let yesterday = world.now().day().plus(-1).to_string();
        let then = client.get(&format!("/api/v1/figures?division=42&day={yesterday}")).json();
        assert_eq!((&then["volunteers"], &then["is_final"]), (&0.into(), &true.into()));
        let now = client.get("/api/v1/figures?division=42").json();
        assert_eq!((&now["volunteers"], &now["division"]), (&6.into(), &"420000000000".into()));
        assert_eq!(client.get("/board?division=00").status, 200);
        let tomorrow = world.now().day().plus(1).to_string();
        for query in [
            "division=x",
            "division=42010",
            "day=2026-02-30",
            "day=1999-12-31",
            "day=%00",
            &format!("day={tomorrow}"),
        ] {
            assert_eq!(client.get(&format!("/board?{query}")).status, 422, "{query}");
            let problem = client.get(&format!("/api/v1/figures?{query}"));
            assert_eq!(
                (problem.status.as_u16(), &problem.json()["rule"]),
                (422, &"invalid".into()),
                "{query}"
            );
        }
        let both = client.get("/api/v1/figures?division=x&day=y").json();
        assert_eq!(both["errors"].as_array().unwrap().len(), 2, "every wrong field is named");
    });
}

#[test]
fn every_definition_has_words_and_stands_in_the_document() {
    let world = World::sqlite();
    let document = include_str!("../../../../docs/figures.md");
    let (text, answer) = (text(), guest(&world).get("/api/v1/figures/definitions").json());
    let listed = answer["definitions"].as_array().unwrap();
    assert_eq!(listed.len(), DEFINITIONS.len());
    for (definition, listed) in DEFINITIONS.iter().zip(listed) {
        assert_eq!((&listed["id"], &listed["version"]), (&definition.id.into(), &definition.version.into()));
        for language in [Language::Chinese, Language::English] {
            for key in [
                format!("figure-{}-definition", definition.id),
                format!("figure-source-{}", definition.source),
            ] {
                assert!(text.has(language, &key), "{key}");
            }
        }
        let heading = format!("## `{}`, version {}\n", definition.id, definition.version);
        assert!(document.contains(&heading), "{heading}");
        let words = text.get(Language::English, &format!("figure-{}-definition", definition.id), &[]);
        assert!(document.contains(&words), "{words}");
        let source = text.get(Language::English, &format!("figure-source-{}", definition.source), &[]);
        assert!(document.contains(&format!("Source: {source}.")), "{source}");
    }
}

#[test]
fn both_languages_have_the_same_sentences() {
    let keys = |file: &'static str| -> Vec<&'static str> {
        let lines = file.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect()
    };
    assert_eq!(keys(crate::LOCALES.0), keys(crate::LOCALES.1));
}

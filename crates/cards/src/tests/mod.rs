//! Cards on paper and in hands: through pages and API, on both databases; and what these tests share.

mod gate;
mod home;
mod made;

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Actor, Id, Instant, Minutes, Over, Person, Role};
use people::testing;
use serde_json::json;
use shifts::{NewProject, NewShift, Protection, Shift};
use testkit::{Client, Reply, World};
use web::{App, Language, Place, Text};

/// A community, one of the same street, and one of another district.
const HERE: &str = "420103001005";
const NEAR: &str = "420103001006";
const FAR: &str = "420104002007";

fn texts() -> Text {
    let files =
        [web::LOCALES, people::LOCALES, hours::LOCALES, shifts::LOCALES, needs::LOCALES, crate::LOCALES];
    Text::new(&files).expect("the words")
}

fn guest(world: &World) -> Client {
    let place = Place {
        division: testing::division("420103"),
        name: "松园社区".to_owned(),
        phone: "027-00000000".to_owned(),
    };
    let app =
        App::new(world.db.clone(), Arc::clone(&world.kit), texts(), place, Box::new(testing::ById), false);
    let (_, router, _) = crate::routes().into_parts();
    Client::guest(router.with_state(app))
}

fn id(actor: &Actor) -> Id<Person> {
    actor.person.expect("somebody")
}

/// Signed in, in a browser of one's own.
fn browser(world: &World, actor: &Actor) -> Client {
    let nonce: String = id(actor).to_string().chars().filter(char::is_ascii_hexdigit).collect();
    guest(world).with_token(format!("{}; linli_browser={nonce}", id(actor)))
}

/// A leader with one published shift of two hours that begins an hour from now.
fn led(world: &World, name: &str) -> (Actor, Id<Shift>) {
    let worker = testing::worker(world, "周工作", HERE, "420103");
    let team = world
        .write("test_team", &worker, move |tx, call| {
            people::create_organisation(tx, call, testing::division(HERE), "松园测试队", "team", None)
        })
        .unwrap();
    let leader = testing::volunteer(world, name, HERE);
    let leader = testing::give(world, id(&leader), Role::Leader, Over::Organisation(team));
    let starts_at = world.now() + Minutes(60);
    let led_by = id(&leader);
    let shift = world
        .write("test_shift", &leader, move |tx, call| {
            let project = NewProject {
                organisation: team,
                title: "清理楼道".to_owned(),
                summary: "一起把楼道的旧物搬走。".to_owned(),
                category: "environment".to_owned(),
                risk: "地滑。".to_owned(),
                protection: Protection::default(),
                copied_from: None,
            };
            let project = shifts::create_project(tx, call, &project)?;
            let new = NewShift {
                starts_at,
                ends_at: starts_at + Minutes(120),
                places: 9,
                address: "一号院门口".to_owned(),
                leader: led_by,
                min_age: 0,
                apart: hours::Apart::default(),
            };
            let shift = shifts::create_shift(tx, call, project, &new)?;
            shifts::publish_shift(tx, call, shift)?;
            Ok(shift)
        })
        .unwrap();
    (leader, shift)
}

fn signed_up(world: &World, who: &Actor, shift: Id<Shift>) {
    world.write("signup_make", who, move |tx, call| shifts::sign_up(tx, call, shift)).unwrap();
}

/// A card of somebody, made by themselves: its token and its number.
fn card(world: &World, who: &Actor) -> (String, String) {
    let made = browser(world, who).post_json("/api/v1/cards", "card", &json!({})).json();
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    (text("token"), text("number"))
}

/// Every signal: kind, source, witness.
fn signals(world: &World) -> Vec<(String, String, Id<Person>, Instant)> {
    world
        .read("test_signals", &Actor::system(), |tx, _| {
            Ok(tx.query(
                "SELECT kind, source, witness, at FROM signal WHERE district = 420103 ORDER BY id",
                db::params![],
            )?)
        })
        .unwrap()
}

fn whole(page: &Reply) -> &str {
    assert!(!page.body.contains(">["), "a sentence is missing: {}", page.body);
    &page.body
}

#[test]
fn every_sentence_stands_in_both_languages() {
    let text = texts();
    let keys = |file: &'static str| -> BTreeSet<&'static str> {
        file.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect()
    };
    assert_eq!(keys(crate::LOCALES.0), keys(crate::LOCALES.1));
    let sources = [
        include_str!("../made/templates/card.html"),
        include_str!("../made/templates/choose.html"),
        include_str!("../made/print.rs"),
        include_str!("../made/pages.rs"),
        include_str!("../gate/templates/card.html"),
        include_str!("../gate/templates/number.html"),
        include_str!("../gate/templates/stranger.html"),
    ];
    for source in sources {
        for call in ["page.t(\"", "page.ta(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(text.has(Language::Chinese, key) || key == "category-", "no words for {key}");
            }
        }
    }
}

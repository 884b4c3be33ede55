//! The hotline through use cases, pages and API, on both databases; and what these tests share.

mod calls;
mod console;
mod pages;

use std::{collections::BTreeSet, sync::Arc};

use db::{Failure, Outcome};
use kernel::{Actor, Id, Person, Refusal, Role};
use people::testing;
use testkit::{Client, Reply, World};
use vault::Phone;
use web::{App, Language, Place, Text};

use crate::{PhoneCall, Said};

/// A community, one of the same street, and one of another district.
const HERE: &str = "420103001005";
const NEAR: &str = "420103001006";
const FAR: &str = "420104002007";
/// The street of the first two.
const STREET: &str = "420103001";

fn texts() -> Text {
    let files = [web::LOCALES, places::LOCALES, people::LOCALES, needs::LOCALES, crate::LOCALES];
    Text::new(&files).expect("the words")
}

fn guest(world: &World) -> Client {
    let place = Place {
        division: testing::division(STREET),
        name: "松园街道".to_owned(),
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

fn browser(world: &World, actor: &Actor) -> Client {
    guest(world).with_token(id(actor).to_string())
}

/// Somebody who takes the calls of the street.
fn operator(world: &World, name: &str) -> Actor {
    testing::holder(world, name, HERE, Role::Operator, STREET)
}

/// A resident of the community with this phone.
fn resident(world: &World, name: &str, code: &str, phone: &str) -> Actor {
    testing::resident_with_phone(world, name, code, &Phone::parse(phone).expect("a phone"))
}

fn begun(world: &World, who: &Actor, number: &str) -> Outcome<PhoneCall> {
    let number = number.to_owned();
    world.write("hotline_begin", who, move |tx, call| crate::begin(tx, call, &number))
}

fn saved(world: &World, who: &Actor, one: &PhoneCall, said: Said) -> Outcome<PhoneCall> {
    let id = one.id;
    world.write("hotline_save", who, move |tx, call| crate::save(tx, call, id, &said))
}

fn sent(world: &World, who: &Actor, one: &PhoneCall, said: Said) -> Outcome<PhoneCall> {
    let id = one.id;
    world.write("hotline_send", who, move |tx, call| crate::send(tx, call, id, &said))
}

fn on_the_line(world: &World, who: &Actor) -> Option<crate::Console> {
    world.read("hotline_page", who, crate::console).expect("a console")
}

fn rule<T: std::fmt::Debug>(outcome: Outcome<T>) -> String {
    match outcome.expect_err("it is refused") {
        Failure::Refused(Refusal { rule: "invalid", fields, .. }) => {
            fields.iter().map(|one| format!("{}:{}", one.field, one.rule)).collect::<Vec<_>>().join(" ")
        }
        Failure::Refused(refusal) => refusal.rule.to_owned(),
        Failure::Fault(fault) => panic!("{fault}"),
    }
}

/// Asked on the phone: help with a task of the house, tomorrow morning.
fn help(words: &str) -> Said {
    let text = str::to_owned;
    Said {
        category: text("convenience"),
        day: text("tomorrow"),
        part: text("morning"),
        words: text(words),
        ..Said::default()
    }
}

/// An enquiry that is answered later today.
fn later(words: &str) -> Said {
    let text = str::to_owned;
    Said { kind: text("enquiry"), words: text(words), back: text("today"), ..Said::default() }
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
        include_str!("../console/templates/console.html"),
        include_str!("../console/pages.rs"),
        include_str!("../calls/templates/calls.html"),
        include_str!("../calls/pages.rs"),
    ];
    for source in sources {
        for call in ["page.t(\"", "page.ta(\"", "page.tb(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(text.has(Language::Chinese, key), "no words for {key}");
            }
        }
    }
}

//! Trainings through use cases, pages and API, on both databases; and what these tests share.

mod own;
mod pages;
mod race;
mod rights;
mod story;

use std::{collections::BTreeSet, sync::Arc};

use db::Outcome;
use kernel::{Actor, Id, Instant, Minutes, Person, Role};
use people::testing;
use testkit::{Client, Reply, World};
use web::{App, Language, Place, Text};

use crate::{Course, Gives, Mark, NewCourse, NewSession, Said, Session, SessionCard};

/// A community, another one of its street, and one of another district.
const HERE: &str = "420103001005";
const NEAR: &str = "420103001006";
const FAR: &str = "420104002007";
/// The street of the first two.
const STREET: &str = "420103001";

fn texts() -> Text {
    let files =
        [web::LOCALES, places::LOCALES, people::LOCALES, hours::LOCALES, shifts::LOCALES, crate::LOCALES];
    Text::new(&files).unwrap()
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
    actor.person.unwrap()
}

fn browser(world: &World, actor: &Actor) -> Client {
    guest(world).with_token(id(actor).to_string())
}

fn trainer(world: &World, name: &str) -> Actor {
    testing::holder(world, name, HERE, Role::Trainer, STREET)
}

fn first_aid() -> NewCourse {
    NewCourse {
        division: testing::division(HERE),
        title: "急救".to_owned(),
        content: "心肺复苏、止血包扎。".to_owned(),
        gives: Gives::Skill("first_aid".to_owned()),
        months: 24,
        unit: "松园街道志愿服务中心".to_owned(),
    }
}

fn basic() -> NewCourse {
    NewCourse { title: "志愿服务基础培训".to_owned(), gives: Gives::Basic, months: 12, ..first_aid() }
}

fn written(world: &World, by: &Actor, new: NewCourse) -> Id<Course> {
    world.write("course_create", by, move |tx, call| crate::create_course(tx, call, &new)).unwrap()
}

/// Two hours and a break of a quarter.
fn dated(starts_at: Instant, places: i64) -> NewSession {
    NewSession {
        division: testing::division(HERE),
        address: "松园路 1 号二楼".to_owned(),
        starts_at,
        ends_at: starts_at + Minutes(135),
        pause: Minutes(15),
        places,
    }
}

fn plan(world: &World, by: &Actor, course: Id<Course>, new: &NewSession) -> Outcome<Id<Session>> {
    let new = new.clone();
    world.write("training_plan", by, move |tx, call| crate::create_session(tx, call, course, &new))
}

/// A session that begins in an hour.
fn planned(world: &World, by: &Actor, course: Id<Course>, places: i64) -> Id<Session> {
    plan(world, by, course, &dated(world.now() + Minutes(60), places)).unwrap()
}

fn enrol(world: &World, who: &Actor, session: Id<Session>) -> Outcome<()> {
    world.write("training_enrol", who, move |tx, call| crate::enrol(tx, call, session))
}

fn withdraw(world: &World, who: &Actor, session: Id<Session>) -> Outcome<()> {
    world.write("training_withdraw", who, move |tx, call| crate::withdraw(tx, call, session))
}

fn call_roll(world: &World, by: &Actor, session: Id<Session>, said: &[(Id<Person>, bool)]) -> Outcome<()> {
    let said = said.to_vec();
    world.write("training_roll", by, move |tx, call| crate::call_roll(tx, call, session, &said))
}

fn close(world: &World, by: &Actor, session: Id<Session>, said: &[(Id<Person>, Mark)]) -> Outcome<Instant> {
    let said: Vec<Said> = said.iter().map(|(person, mark)| Said { person: *person, mark: *mark }).collect();
    world.write("training_results", by, move |tx, call| crate::close_results(tx, call, session, &said))
}

fn undo(world: &World, by: &Actor, session: Id<Session>) -> Outcome<()> {
    world.write("training_results_undo", by, move |tx, call| crate::undo_results(tx, call, session))
}

fn cancel(world: &World, by: &Actor, session: Id<Session>, reason: &'static str) -> Outcome<()> {
    world.write("training_cancel", by, move |tx, call| crate::cancel_session(tx, call, session, reason))
}

fn seen(world: &World, session: Id<Session>) -> SessionCard {
    world.read("test_session", &Actor::system(), move |tx, _| crate::session(tx, session)).unwrap()
}

/// What happens by itself, and the journal followed.
fn follow(world: &World) -> usize {
    let followed = crate::tick(&world.db, &world.kit).unwrap();
    world.drain(vec![]);
    followed
}

/// Everything of a session from its beginning to the end of the time in which results can be taken back.
fn held(world: &World, by: &Actor, session: Id<Session>, said: &[(Id<Person>, Mark)]) {
    world.wait_until(seen(world, session).ends_at);
    let present: Vec<_> = said.iter().map(|(person, mark)| (*person, *mark != Mark::Absent)).collect();
    call_roll(world, by, session, &present).unwrap();
    close(world, by, session, said).unwrap();
    world.pass_minutes(crate::UNDO_MINUTES.number());
    assert_eq!(follow(world), said.len());
}

/// The name of the rule that stands against it.
fn rule<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    match outcome {
        Err(db::Failure::Refused(refusal)) => refusal.fields.first().map_or(refusal.rule, |field| field.rule),
        other => panic!("{other:?}"),
    }
}

/// Messages by kind to somebody, the newest first.
fn messages(world: &World, who: &Actor) -> Vec<(String, String)> {
    let person = id(who);
    let phone = world.read("test_phone", who, move |tx, call| people::phone_of(tx, call.keys(), person));
    let phone = phone.unwrap().unwrap();
    let sent = world.read("test_outbox", &Actor::system(), |tx, call| notify::outbox(tx, call, 200)).unwrap();
    sent.into_iter().filter(|one| one.phone == phone).map(|one| (one.kind, one.text)).collect()
}

/// What must be true of every session at any time: the number of rows that break it.
fn broken(world: &World) -> Vec<(&'static str, i64)> {
    let rules: [(&'static str, &'static str); 3] = [
        ("one person too many", "SELECT COUNT(*) FROM training_session WHERE taken > places"),
        (
            "taken is not the enrolled",
            "SELECT COUNT(*) FROM training_session s WHERE s.taken <>
                (SELECT COUNT(*) FROM enrolment e WHERE e.session = s.id AND e.state <> 'withdrawn')",
        ),
        (
            "the person's own copy says otherwise",
            "SELECT COUNT(*) FROM enrolment e WHERE NOT EXISTS
                (SELECT 1 FROM own_training o WHERE o.person = e.person AND o.session = e.session
                    AND o.state = e.state)",
        ),
    ];
    let counted = rules.into_iter().map(|(name, sql)| (name, world.count(sql, &[])));
    counted.filter(|(_, count)| *count != 0).collect()
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
    let asked = |source: &'static str, call: &'static str| {
        source.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>()
    };
    let pages = [
        include_str!("../session/templates/courses.html"),
        include_str!("../roll/templates/roll.html"),
        include_str!("../results/templates/results.html"),
        include_str!("../enrol/templates/list.html"),
        include_str!("../enrol/templates/session.html"),
        include_str!("../own/templates/training.html"),
        include_str!("../session/pages.rs"),
        include_str!("../own/pages.rs"),
        include_str!("../view.rs"),
    ];
    for source in pages {
        for call in ["page.t(\"", "page.ta(\"", "page.tb(\""] {
            for key in asked(source, call) {
                assert!(text.has(Language::Chinese, key), "no words for {key}");
            }
        }
    }
    let rules = [
        include_str!("../course/rules.rs"),
        include_str!("../session/mod.rs"),
        include_str!("../session/rules.rs"),
        include_str!("../enrol/mod.rs"),
        include_str!("../roll/mod.rs"),
        include_str!("../results/mod.rs"),
        include_str!("../api.rs"),
    ];
    for source in rules {
        for call in ["conflict(\"", "refuse(\"", "rule: \""] {
            for key in asked(source, call) {
                assert!(text.has(Language::Chinese, &format!("refusal-{key}")), "no words for {key}");
            }
        }
    }
}

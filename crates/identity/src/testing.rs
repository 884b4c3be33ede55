//! What the tests of every part share: a list that somebody brought in, and browsers over the whole area.

use std::sync::Arc;

use journal::Call;
use kernel::{Actor, Day, Id, Minutes, Person, ServiceCategory};
use people::{Brought, ImportedVolunteer, testing};
use testkit::{Client, Reply, World};
use vault::Phone;
use web::{App, Place, Text};

pub(crate) const HERE: &str = "420103001005";
pub(crate) const STREET: &str = "420103001";
pub(crate) const DISTRICT: &str = "420103";
/// A community of another district.
pub(crate) const FAR: &str = "420106001001";
pub(crate) const NAME: &str = "李淑英";

/// Where the person and the hours of a list come from.
pub(crate) fn listed(phone: &Phone) -> ImportedVolunteer {
    ImportedVolunteer {
        name: NAME.to_owned(),
        document: testing::document(Day::from_ymd(1985, 5, 17).unwrap()),
        birth_day: None,
        phone: phone.clone(),
        division: testing::division(HERE),
        skills: vec!["nursing".to_owned()],
        file: [7; 32],
        line: 5,
    }
}

/// Brings in somebody with two hours and an hour.
pub(crate) fn bring(world: &World, by: &Actor, line: &ImportedVolunteer) -> Id<Person> {
    let one = line.clone();
    let made = world.write("import_rows", by, move |tx, call| people::import_volunteer(tx, call, &one));
    let Brought::Made(person) = made.unwrap() else { panic!("it was new") };
    for (line, day, minutes) in [(6, 5, 120), (7, 6, 60)] {
        let hour = hours::ImportedHour {
            person,
            day: Day::from_ymd(2026, 3, day).unwrap(),
            times: (line == 6).then_some((9 * 60, 11 * 60)),
            minutes: Minutes(minutes),
            category: ServiceCategory::Elderly,
            what: "陪老人看病".to_owned(),
            unit: "松园社区".to_owned(),
            file: [7; 32],
            line,
        };
        world.write("import_rows", by, move |tx, call| hours::import_hour(tx, call, &hour)).unwrap();
    }
    person
}

/// A worker of the community, who brings lists in.
pub(crate) fn worker(world: &World) -> Actor {
    testing::worker(world, "冯九九", HERE, HERE)
}

/// A worker of the street, who decides what those of its communities brought in.
pub(crate) fn above(world: &World) -> Actor {
    testing::worker(world, "吴十十", HERE, STREET)
}

/// Nobody's browser, with the pages of this crate, of the people and of the hours.
pub(crate) fn guest(world: &World) -> Client {
    let text = Text::new(&[
        web::LOCALES,
        places::LOCALES,
        people::LOCALES,
        hours::LOCALES,
        shifts::LOCALES,
        crate::LOCALES,
    ]);
    let place = Place {
        division: testing::division(STREET),
        name: "松园街道".to_owned(),
        phone: "027-0000".to_owned(),
    };
    let sessions = Box::new(people::SessionTable);
    let app = App::new(world.db.clone(), Arc::clone(&world.kit), text.unwrap(), place, sessions, false);
    let routes = crate::routes().and(people::routes()).and(hours::routes());
    Client::guest(routes.into_parts().1.with_state(app))
}

/// The browser of somebody.
pub(crate) fn browser(world: &World, actor: &Actor) -> Client {
    let person = actor.person.unwrap();
    let token = world.write("test_session", actor, move |tx, call| people::open_session(tx, call, person));
    guest(world).with_token(token.unwrap())
}

/// Messages to a phone, the newest first.
pub(crate) fn messages(world: &World, phone: &Phone) -> Vec<String> {
    let all = world.read("test_outbox", &Actor::system(), |tx, call| notify::outbox(tx, call, 50)).unwrap();
    all.into_iter().filter(|message| message.phone == *phone).map(|message| message.text).collect()
}

/// The code of the newest message to this phone.
pub(crate) fn code(world: &World, phone: &Phone) -> String {
    messages(world, phone)[0].chars().filter(char::is_ascii_digit).take(6).collect()
}

/// Looks with a document and a phone, as on the page; two minutes pass, so that the next code may be sent.
pub(crate) fn looked(
    world: &World,
    client: &Client,
    (name, line): (&str, &ImportedVolunteer),
    phone: &Phone,
) -> Reply {
    world.pass_minutes(2);
    let kind = line.document.kind().code();
    let form = [
        ("name", name),
        ("kind", kind),
        ("number", line.document.number()),
        ("phone", phone.as_str()),
        ("step", "send"),
    ];
    let sent = client.post("/me/identity", &form);
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert!(!sent.body.contains(line.document.number()), "the number is on no page: {}", sent.body);
    let (who, code) = (hidden(&sent, "who"), code(world, phone));
    client.post("/me/identity", &[("who", &who), ("code", &code), ("step", "look")])
}

/// The value of a hidden field.
pub(crate) fn hidden(reply: &Reply, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    let rest = reply.body.split_once(&from).unwrap_or_else(|| panic!("no {name}: {}", reply.body)).1;
    rest.split('"').next().unwrap().to_owned()
}

/// The ticket of a look with the phone on file, made by the use case.
pub(crate) fn ticket(world: &World, line: &ImportedVolunteer) -> String {
    world.pass_minutes(2);
    let (phone, words) = (line.phone.clone(), |code: &str| code.to_owned());
    world
        .write("test_code", &Actor::system(), move |tx, call: &Call| {
            people::sign_in::send_code(tx, call, testing::division(HERE).district(), &phone, &words)
        })
        .unwrap();
    let typed = crate::Typed {
        name: line.name.clone(),
        document: line.document.clone(),
        phone: line.phone.clone(),
        code: code(world, &line.phone),
    };
    let found = world.write("identity_look", &Actor::guest(), move |tx, call| crate::look(tx, call, &typed));
    match found.unwrap().unwrap() {
        crate::Found::Shown(_, ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

/// Every hour somebody has on record, in minutes; and how many wait for their yes.
pub(crate) fn minutes(world: &World, person: Id<Person>) -> (i64, i64) {
    let sums =
        world.read("test_sums", &Actor::system(), move |tx, call| hours::on_record(tx, person, call.now));
    let sums = sums.unwrap();
    (sums.minutes().number(), sums.imported)
}

/// The state of an account.
pub(crate) fn state(world: &World, person: Id<Person>) -> String {
    world.read("test_account", &Actor::system(), move |tx, _| people::account(tx, person)).unwrap().state
}

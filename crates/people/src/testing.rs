//! People for the tests of every crate: made by the real use cases, with invented names, phones and documents.

#![expect(clippy::expect_used, reason = "a test's helper fails by panicking, with words")]

use std::sync::atomic::{AtomicU64, Ordering};

use db::{Fault, Tx};
use journal::Call;
use kernel::{Actor, Day, DivisionCode, Id, Over, Person, Role};
use testkit::World;
use vault::{Document, DocumentKind, Phone};
use web::Entered;

use crate::{Guardian, Join, Joined, Registration};

/// A session's token is the person's id: who signs in how is tested with the people.
#[derive(Debug)]
pub struct ById;

impl web::Sessions for ById {
    fn actor(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<Entered, Fault> {
        let person: Id<Person> = token.parse().map_err(|_| Fault::Defect("no id".to_owned()))?;
        let actor = crate::actor(tx, person, call.now).map_err(|e| Fault::Defect(e.to_string()))?;
        Ok(Entered { actor, touch: false })
    }
    fn touch(&self, _: &mut Tx<'_>, _: &Call, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

static NEXT: AtomicU64 = AtomicU64::new(1);

fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A phone that nobody else in this process has.
pub fn phone() -> Phone {
    Phone::parse(&format!("199{:08}", next())).expect("a phone")
}

/// A valid, invented identity card of somebody born on `birth`; another one each time.
pub fn document(birth: Day) -> Document {
    let n = next();
    let (year, month, day) = birth.ymd();
    // The area carries the number on beyond the 999 of the sequence.
    let body = format!("42{:04}{year:04}{month:02}{day:02}{:03}", n / 1_000 % 10_000, n % 1_000);
    Document::completed(DocumentKind::ResidentId, &body, (2100, 1, 1)).expect("a valid number")
}

/// A division from its digits.
pub fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).expect("a division code")
}

/// The actor as it stands now.
pub fn actor(world: &World, person: Id<Person>) -> Actor {
    world
        .read("testing_actor", &Actor::system(), move |tx, call| crate::actor(tx, person, call.now))
        .expect("an actor")
}

/// A resident of the community `code`.
pub fn resident(world: &World, name: &str, code: &str) -> Actor {
    resident_with_phone(world, name, code, &phone())
}

/// A resident with this phone.
pub fn resident_with_phone(world: &World, name: &str, code: &str, phone: &Phone) -> Actor {
    let registration = Registration { name: name.to_owned(), phone: phone.clone(), division: division(code) };
    let person = world
        .write("testing_resident", &Actor::system(), move |tx, call| {
            crate::register(tx, call, registration.clone())
        })
        .expect("a resident");
    actor(world, person)
}

/// A wish to join by an adult who is free at any time for anything.
pub fn wish(name: &str, code: &str) -> Join {
    Join {
        name: name.to_owned(),
        document: document(Day::from_ymd(1985, 5, 17).expect("a day")),
        birth_day: None,
        phone: phone(),
        division: division(code),
        categories: Vec::new(),
        skills: Vec::new(),
        times: Vec::new(),
        radius_m: 0,
        limits: Vec::new(),
        guardian: None,
    }
}

/// A guardian who consented.
pub fn guardian() -> Guardian {
    Guardian { name: "王家长".to_owned(), phone: phone(), consent: true }
}

/// An adult volunteer of the community `code`, free at any time for anything.
pub fn volunteer(world: &World, name: &str, code: &str) -> Actor {
    volunteer_with(world, name, code, |_| {})
}

/// A volunteer with what `change` makes of the wish to join.
pub fn volunteer_with(world: &World, name: &str, code: &str, change: impl FnOnce(&mut Join)) -> Actor {
    let mut wish = wish(name, code);
    change(&mut wish);
    let joined = world
        .write("testing_volunteer", &Actor::system(), move |tx, call| crate::join(tx, call, wish.clone()))
        .expect("a volunteer");
    match joined {
        Joined::New(person) => actor(world, person),
        Joined::ClaimOffered { .. } => unreachable!("an invented document is nobody's yet"),
    }
}

/// A resident of the community `home` who holds `role` over the subtree `over`.
pub fn holder(world: &World, name: &str, home: &str, role: Role, over: &str) -> Actor {
    let person = resident(world, name, home).person.expect("a person");
    give(world, person, role, Over::Subtree(division(over)))
}

/// Gives somebody a role; the actor as it is then.
pub fn give(world: &World, person: Id<Person>, role: Role, over: Over) -> Actor {
    world
        .write("testing_grant", &Actor::system(), move |tx, call| crate::grant(tx, call, person, role, over))
        .expect("a grant");
    actor(world, person)
}

/// A community worker who lives in the community `home` and works in the subtree `over`.
pub fn worker(world: &World, name: &str, home: &str, over: &str) -> Actor {
    holder(world, name, home, Role::Worker, over)
}

/// A volunteer who leads the shifts of the subtree `over`.
pub fn leader(world: &World, name: &str, home: &str, over: &str) -> Actor {
    let person = volunteer(world, name, home).person.expect("a person");
    give(world, person, Role::Leader, Over::Subtree(division(over)))
}

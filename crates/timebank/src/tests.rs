//! Stories, random histories, races and tampering, on both engines.

mod pages;
mod posting;
mod random;
mod whole;

use hours::{Attendance, ServiceRecord};
use journal::Event;
use kernel::{Actor, Coins, Day, District, DivisionCode, Id, Person};
use ledger::Unit;
use testkit::World;

use crate::{account::Owner, consumers};

const HOME: &str = "420103001005";

fn home() -> DivisionCode {
    DivisionCode::parse(HOME).unwrap()
}

fn district() -> District {
    home().district()
}

fn volunteer(world: &World) -> Id<Person> {
    people::testing::volunteer(world, "陈测试", HOME).person.unwrap()
}

fn today(world: &World) -> Day {
    world.now().day()
}

fn attendance(world: &World) -> Id<Attendance> {
    world.call(&Actor::system()).id(district())
}

/// A record as `hours` writes it: the row and its event.
#[derive(Clone, Copy)]
struct Wish {
    person: Id<Person>,
    attendance: Id<Attendance>,
    day: Day,
    minutes: i64,
    grade: &'static str,
    kind: &'static str,
}

fn record(world: &World, wish: Wish) -> Id<ServiceRecord> {
    let made = world.write("test_record", &Actor::system(), move |tx, call| {
        let Wish { person, attendance, day, minutes, grade, kind } = wish;
        let id: Id<ServiceRecord> = call.id(district());
        tx.execute_one(
            "INSERT INTO service_record (district, id, person, attendance, engagement, category, division,
                home_division, day, from_at, to_at, minutes, grade, kind, policy, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $4, 'errand', $5, $5, $6, $7, $7, $8, $9, $10, 0, $3, $7)",
            db::params![district(), id, person, attendance, home(), day, call.now, minutes, grade, kind],
        )?;
        let event = Event::new("record.made", district(), id, 1)
            .with("division", home().to_string())
            .with("home_division", home().to_string())
            .with("minutes", minutes)
            .with("grade", grade.to_uppercase())
            .with("day", day.number())
            .with("category", "errand")
            .with("policy", 0)
            .with("kind", kind)
            .with_id("person", person)
            .with_id("attendance", attendance);
        journal::append(tx, call, event)?;
        Ok(id)
    });
    made.unwrap()
}

/// An hour of service of grade B today, at an engagement of its own.
fn hour(world: &World, person: Id<Person>) -> Wish {
    let attendance = attendance(world);
    Wish { person, attendance, day: today(world), minutes: 60, grade: "b", kind: "service" }
}

fn drain(world: &World) {
    world.drain(consumers());
    // One failure does not halt yet, so that it halted nowhere would not be enough.
    let lag = world.db.read_now("lag", journal::lag).unwrap();
    assert!(lag.iter().all(|lag| lag.behind == 0), "{}: {lag:?}", world.engine);
}

fn coins(world: &World, person: Id<Person>) -> crate::Coins {
    world.read("test_coins", &Actor::system(), move |tx, _| Ok(crate::coins(tx, person, None)?)).unwrap()
}

fn policy(world: &World, division: &'static str, name: &'static str, version: i64, value: i64) {
    let code = DivisionCode::parse(division).unwrap();
    let put = world.write("test_policy", &Actor::system(), move |tx, _| {
        tx.execute_one(
            "INSERT INTO policy (division, name, version, from_day, value, source) VALUES ($1, $2, $3, 0, $4, 'test')",
            db::params![code, name, version, value],
        )?;
        Ok(())
    });
    put.unwrap();
}

fn own_account(person: Id<Person>) -> Id<ledger::Account> {
    Owner::Person(person).account(Unit::TimeCoin)
}

/// Every balance fits its transfers, and the district's sum is zero.
fn sound(world: &World) {
    let report = crate::ledger_report(&world.db).unwrap();
    assert_eq!(report.findings, Vec::<String>::new(), "{}", world.engine);
    assert_eq!(world.count("SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM account", &[]), 0);
}

fn transfers(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM transfer", &[])
}

fn balance(world: &World, person: Id<Person>) -> Coins {
    coins(world, person).balance
}

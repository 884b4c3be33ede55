//! The four verdicts, who may ask and revoke, tampering, pages; on both engines. Certificates: `tests/certificate.rs`.

mod certificate;
mod outside;

use db::params;
use hours::ServiceRecord;
use journal::Call;
use kernel::{Actor, DivisionCode, Id, Kind, Person, Role};
use testkit::{Client, World, on_both};
use web::{App, Place, Text};

use crate::{Code, Issued, Scope, Verdict, check, issue, revoke};

const HOME: &str = "420103001005";

fn home() -> DivisionCode {
    DivisionCode::parse(HOME).unwrap()
}

/// A record as `hours` writes it; a correction when it names what it corrects.
fn record(
    world: &World,
    person: Id<Person>,
    minutes: i64,
    grade: &'static str,
    corrects: Option<Id<ServiceRecord>>,
) -> Id<ServiceRecord> {
    let made = world.write("test_record", &Actor::system(), move |tx, call| {
        let id: Id<ServiceRecord> = call.id(person.district());
        let attendance: Id<()> = call.id(person.district());
        tx.execute_one(
            "INSERT INTO service_record (district, id, person, attendance, engagement, category, division,
                home_division, day, from_at, to_at, minutes, grade, kind, corrects, policy, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $4, 'elderly', $5, $5, $6, $7, $7, $8, $9, 'service', $10, 0, $3, $7)",
            params![
                person.district(),
                id,
                person,
                attendance,
                home(),
                call.now.day(),
                call.now,
                minutes,
                grade,
                corrects
            ],
        )?;
        Ok(id)
    });
    made.unwrap()
}

fn issued(world: &World, actor: &Actor, record: Id<ServiceRecord>) -> Issued {
    world.write("statement_issue", actor, move |tx, call| of_record(tx, call, record)).unwrap()
}

/// The certificate of one record, whoever's it is.
fn of_record(tx: &mut db::Tx<'_>, call: &Call, record: Id<ServiceRecord>) -> db::Outcome<Issued> {
    let person = hours::find_record(tx, record)?.ok_or_else(kernel::Refusal::missing)?.0;
    issue(tx, call, person, Scope::Record(record), (home(), "松柏社区"))
}

fn checked(world: &World, code: Code) -> Verdict {
    world.read("verify", &Actor::guest(), move |tx, call| Ok(check(tx, call, code)?)).unwrap()
}

fn tamper(world: &World, sql: &'static str, value: &'static [u8], code: Code) {
    world.db.write_now("test_tamper", move |tx| tx.execute_one(sql, params![code.hash(), value])).unwrap();
}

#[test]
fn a_statement_is_genuine_until_its_record_is_corrected() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let person = volunteer.person.unwrap();
        let id = record(world, person, 95, "a", None);
        let Issued { code, statement } = issued(world, &volunteer, id);
        assert_eq!((statement.minutes().0, statement.name_masked.as_str()), (95, "陈**"));
        assert_eq!((statement.unit.as_str(), statement.number.len()), ("松柏社区", 19));
        assert!(!statement.volunteer_number.is_empty());
        assert_eq!(checked(world, code), Verdict::Genuine(statement.clone()));
        assert_eq!(checked(world, Code::new([7; 16])), Verdict::Unknown);
        // Another one has a code of its own, and the former stays valid.
        let second = issued(world, &volunteer, id);
        assert_ne!(second.code, code);
        assert_eq!(checked(world, code), Verdict::Genuine(statement.clone()));
        world.pass_minutes(1);
        record(world, person, -30, "a", Some(id));
        assert_eq!(checked(world, code), Verdict::RecordChanged(statement));
        let third = issued(world, &volunteer, id);
        assert_eq!(third.statement.minutes().0, 65);
        assert!(matches!(checked(world, third.code), Verdict::Genuine(_)));
        world.pass_minutes(1);
        record(world, person, -65, "a", Some(id));
        let refused =
            world.write("statement_issue", &volunteer, move |tx, call| of_record(tx, call, id)).unwrap_err();
        assert_eq!(refused.refusal().unwrap().rule, "statement-nothing-left");
        world.drain(Vec::new());
        let told = world.count("SELECT COUNT(*) FROM journal WHERE kind = 'statement.issued'", &[]);
        assert_eq!(told, 3);
    });
}

#[test]
fn a_grade_that_rose_changes_the_statement_too() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let person = volunteer.person.unwrap();
        let id = record(world, person, 60, "c", None);
        let before = issued(world, &volunteer, id);
        world.pass_minutes(1);
        record(world, person, -60, "c", Some(id));
        record(world, person, 60, "b", Some(id));
        assert!(matches!(checked(world, before.code), Verdict::RecordChanged(_)));
        let after = issued(world, &volunteer, id).statement;
        assert_eq!(after.grades().into_iter().collect::<Vec<_>>(), [("b".to_owned(), 60)]);
    });
}

#[test]
fn only_the_person_or_a_worker_of_the_place_may_ask_and_only_the_worker_may_revoke() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let other = people::testing::volunteer(world, "赵别人", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let far = people::testing::worker(world, "孙外地", HOME, "420103002");
        let id = record(world, volunteer.person.unwrap(), 60, "a", None);
        for (actor, kind) in
            [(&other, Kind::Missing), (&far, Kind::Missing), (&Actor::guest(), Kind::SignInFirst)]
        {
            let refused =
                world.write("statement_issue", actor, move |tx, call| of_record(tx, call, id)).unwrap_err();
            assert_eq!(refused.refusal().unwrap().kind, kind);
        }
        let code = issued(world, &worker, id).code;
        let take_back = |actor: &Actor, code: Code| {
            world.write("statement_revoke", actor, move |tx, call| revoke(tx, call, code, "时长弄错了"))
        };
        let kind = |failure: db::Failure| failure.refusal().unwrap().kind;
        assert_eq!(take_back(&volunteer, code).map_err(kind), Err(Kind::Forbidden));
        assert_eq!(take_back(&far, code).map_err(kind), Err(Kind::Forbidden));
        assert_eq!(take_back(&worker, Code::new([1; 16])).map_err(kind), Err(Kind::Missing));
        assert!(matches!(checked(world, code), Verdict::Genuine(_)));
        take_back(&worker, code).unwrap();
        assert_eq!(checked(world, code), Verdict::Revoked(world.now()));
        assert_eq!(take_back(&worker, code).map_err(kind), Err(Kind::Conflict));
        world.drain(Vec::new());
        let told = world.count("SELECT COUNT(*) FROM journal WHERE kind = 'statement.revoked'", &[]);
        assert_eq!(told, 1);
    });
}

#[test]
fn a_changed_byte_or_another_statements_bytes_are_noticed() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let id = record(world, volunteer.person.unwrap(), 60, "a", None);
        let Issued { code, statement } = issued(world, &volunteer, id);
        let other = issued(world, &volunteer, id);
        let body = statement.bytes();
        let set = |column: &'static str, value: Vec<u8>| {
            let value: &'static [u8] = value.leak();
            tamper(world, column, value, code);
        };
        let (body_sql, signature_sql) = (
            "UPDATE statement SET body = $2 WHERE token_hash = $1",
            "UPDATE statement SET signature = $2 WHERE token_hash = $1",
        );
        for at in [0, body.len() / 2, body.len() - 1] {
            let mut wrong = body.clone();
            wrong[at] ^= 1;
            set(body_sql, wrong);
            assert_eq!(checked(world, code), Verdict::Tampered, "byte {at}");
        }
        set(body_sql, body.clone());
        assert!(matches!(checked(world, code), Verdict::Genuine(_)));
        let signature = |bytes: &[u8]| world.kit.keys.sign(bytes).unwrap().as_bytes().to_vec();
        let mut wrong = signature(&body);
        wrong[63] ^= 1;
        set(signature_sql, wrong);
        assert_eq!(checked(world, code), Verdict::Tampered);
        // Another statement, rightly signed, under this code.
        let foreign = other.statement.bytes();
        set(signature_sql, signature(&foreign));
        set(body_sql, foreign);
        assert_eq!(checked(world, code), Verdict::Tampered);
    });
}

fn client(world: &World) -> Client {
    let text = Text::new(&[web::LOCALES, people::LOCALES, crate::LOCALES]).unwrap();
    let place = Place { division: home(), name: "松柏社区".to_owned(), phone: "027-0000".to_owned() };
    let app = App::new(world.db.clone(), world.kit.clone(), text, place, Box::new(Door), false);
    Client::guest(crate::routes().into_parts().1.with_state(app))
}

/// A door for tests: the token is the person's id.
struct Door;

impl web::Sessions for Door {
    fn actor(&self, tx: &mut db::Tx<'_>, call: &Call, token: &str) -> Result<web::Entered, db::Fault> {
        let actor = match token.parse() {
            Ok(person) => {
                people::actor(tx, person, call.now).map_err(|e| db::Fault::Defect(e.to_string()))?
            }
            Err(_) => Actor::guest(),
        };
        Ok(web::Entered { actor, touch: false })
    }

    fn touch(&self, _: &mut db::Tx<'_>, _: &Call, _: &str) -> Result<(), db::Fault> {
        Ok(())
    }
}

#[test]
fn from_the_list_of_records_to_the_verdict_in_three_taps() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let worker = people::testing::holder(world, "钱社工", HOME, Role::Worker, "420103001");
        let person = volunteer.person.unwrap();
        let guest = client(world);
        let me = guest.with_token(person.to_string());
        assert!(me.get("/v/cert").body.contains("还没有可以证明的服务"));
        let id = record(world, person, 60, "b", None);
        let before = world.statements("cert_page");
        let list = me.get("/v/cert");
        assert!(world.statements("cert_page") - before <= 8);
        assert!(list.body.contains("陪伴老人") && list.body.contains("1.00 小时"), "{}", list.body);
        assert!(list.body.contains(&id.to_string()) && !list.body.contains("[cert-"));
        let fields = [("scope", "this-year".to_owned()), ("key", "k1".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sent = me.post("/v/cert", &fields);
        let again = me.post("/v/cert", &fields);
        assert_eq!((sent.status.as_u16(), &sent.location), (303, &again.location));
        let to = sent.location.unwrap();
        let shown = me.get(&to);
        assert!(shown.body.contains("data-done=\"proof-issued\""), "{}", shown.body);
        let code = shown.body.split("data-code=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(!to.contains(&code.replace('-', "").to_lowercase()));
        assert_eq!(guest.with_token(worker.person.unwrap().to_string()).get(&to).status, 404);
        let before = world.statements("verify_page");
        let genuine = guest.get(&format!("/verify/{code}"));
        assert!(world.statements("verify_page") - before <= 8);
        assert!(genuine.body.contains("data-verdict=\"genuine\"") && genuine.body.contains("class=\"seal\""));
        assert!(genuine.body.contains("陈**") && !genuine.body.contains("陈测试"));
        assert!(!genuine.body.contains("/revoke") && !genuine.body.contains("[cert-"));
        let spaced = code.replace('-', "+").to_lowercase();
        assert!(guest.get(&format!("/verify?code={spaced}")).body.contains("data-verdict=\"genuine\""));
        let api = guest.get(&format!("/api/v1/verify/{code}")).json();
        assert_eq!(
            (api["verdict"].as_str(), api["statement"]["minutes"].as_i64()),
            (Some("genuine"), Some(60))
        );
        let boss = guest.with_token(worker.person.unwrap().to_string());
        assert!(boss.get(&format!("/verify/{code}")).body.contains("/revoke"));
        let silent = boss.post(&format!("/verify/{code}/revoke"), &[("key", "k2")]);
        assert!(silent.status == 422 && silent.body.contains("请写明理由"), "{}", silent.body);
        let fields = [("key", "k3"), ("reason", "时长是别人的")];
        let done = boss.post(&format!("/verify/{code}/revoke"), &fields);
        assert_eq!(done.location, Some(format!("/verify/{code}")));
        let revoked = guest.get(&format!("/verify/{code}"));
        assert!(revoked.body.contains("data-verdict=\"revoked\"") && !revoked.body.contains("陈**"));
        assert!(!revoked.body.contains("时长是别人的"), "the reason is for staff");
        assert!(boss.get(&format!("/verify/{code}")).body.contains("时长是别人的"));
        assert!(me.get(&to).body.contains("这一份不能再用了"));
    });
}

#[test]
fn unknown_and_mistyped_codes_say_so_and_guessing_is_slowed() {
    on_both(|world| {
        let guest = client(world);
        assert_eq!(guest.get("/verify").status, 200);
        let unknown = guest.get(&format!("/verify/{}", Code::new([9; 16])));
        assert!(unknown.status == 404 && unknown.body.contains("data-verdict=\"unknown\""));
        let mistyped = guest.get("/verify?code=7K3M");
        assert!(
            mistyped.status == 422 && mistyped.body.contains("7K3M") && mistyped.body.contains("查验码不对")
        );
        assert_eq!(guest.get("/api/v1/verify/7K3M").json()["errors"][0]["rule"], "verify-code");
        let statuses: Vec<u16> = (0..40)
            .map(|n| guest.get(&format!("/api/v1/verify/{}", Code::new([n; 16]))).status.as_u16())
            .collect();
        assert_eq!((statuses[0], statuses[39]), (200, 429));
        world.pass_minutes(2);
        assert_eq!(guest.get("/verify?code=x").status, 422);
    });
}

#[test]
fn a_correction_by_the_real_use_case_changes_the_verdict() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let (person, witness) = (volunteer.person.unwrap(), worker.person.unwrap());
        let end = world.now() + kernel::Minutes(60);
        let attendance = world
            .write("attendance_open", &worker, move |tx, call| {
                let engagement = hours::Engagement {
                    id: call.id(home().district()),
                    kind: hours::EngagementKind::Need,
                    division: home(),
                    category: "care".to_owned(),
                    from: call.now,
                    to: end,
                    apart: hours::Apart::default(),
                    no_hours: String::new(),
                };
                hours::open(tx, call, &engagement, person, home())
            })
            .unwrap();
        world.wait_until(end);
        let confirmed = world.write("hours_confirm", &worker, move |tx, call| {
            let signal = hours::Signal {
                kind: hours::SignalKind::Served,
                source: hours::Source::RollCall,
                witness,
                device: b"",
                at: call.now,
            };
            hours::signal(tx, call, attendance, &signal)?;
            hours::confirm(tx, call, attendance, Some(kernel::Minutes(60)))
        });
        assert_eq!(confirmed.unwrap().minutes, kernel::Minutes(60));
        let records = world.read("own_hours", &volunteer, hours::own_hours).unwrap().records;
        let id: Id<ServiceRecord> = records[0].id.parse().unwrap();
        let code = issued(world, &volunteer, id).code;
        assert!(matches!(checked(world, code), Verdict::Genuine(_)));
        world
            .write("hours_correct", &worker, move |tx, call| {
                hours::correct(tx, call, id, kernel::Minutes(45))
            })
            .unwrap();
        assert!(matches!(checked(world, code), Verdict::RecordChanged(_)));
        assert_eq!(issued(world, &volunteer, id).statement.minutes(), kernel::Minutes(45));
    });
}

//! Certificates over days and projects, by the page and by the API.

use kernel::{Day, Minutes};

use super::*;

fn over(world: &World, actor: &Actor, person: Id<Person>, scope: Scope) -> Result<Issued, db::Failure> {
    world
        .write("statement_issue", actor, move |tx, call| issue(tx, call, person, scope, (home(), "松柏社区")))
}

fn rule(refused: Result<Issued, db::Failure>) -> &'static str {
    refused
        .unwrap_err()
        .refusal()
        .map_or("", |refusal| refusal.fields.first().map_or(refusal.rule, |field| field.rule))
}

#[test]
fn a_certificate_over_days_holds_what_was_served_then() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let (person, first) = (volunteer.person.unwrap(), world.now().day());
        let one = record(world, person, 60, "a", None);
        world.pass_minutes(24 * 60);
        let two = record(world, person, 90, "c", None);
        let days = Scope::Days(first, first.plus(1));
        let Issued { code, statement } = over(world, &volunteer, person, days).unwrap();
        let records: Vec<_> = statement.lines.iter().map(|line| line.record).collect();
        assert_eq!((records, statement.minutes()), (vec![one, two], Minutes(150)));
        let grades: Vec<_> = statement.grades().into_iter().collect();
        assert_eq!(grades, [("a".to_owned(), 60), ("c".to_owned(), 90)]);
        assert_eq!((statement.first, statement.last), (first, first.plus(1)));
        assert_eq!(crate::Statement::read(&statement.bytes()), Some(statement.clone()));
        // What is recorded later changes nothing of it; a correction of any of its records does.
        record(world, person, 20, "a", None);
        assert_eq!(checked(world, code), Verdict::Genuine(statement.clone()));
        record(world, person, -10, "c", Some(two));
        assert!(matches!(checked(world, code), Verdict::RecordChanged(_)));
        world.pass_minutes(24 * 60);
        record(world, person, 30, "b", None);
        assert_eq!(over(world, &volunteer, person, Scope::All).unwrap().statement.minutes(), Minutes(190));
        let by_worker = over(world, &worker, person, days).unwrap().statement;
        assert_eq!((by_worker.minutes(), by_worker.issued_by), (Minutes(160), worker.person.unwrap()));
        let backwards = Scope::Days(first, first.plus(-1));
        assert_eq!(rule(over(world, &volunteer, person, backwards)), "statement-days");
        let before = Scope::Days(Day::from_number(0), first.plus(-1));
        assert_eq!(rule(over(world, &volunteer, person, before)), "statement-nothing-left");
        let nowhere: Id<shifts::Project> = world.kit.ids.next(world.now(), home().district());
        assert_eq!(rule(over(world, &volunteer, person, Scope::Project(nowhere))), "statement-nothing-left");
    });
}

/// A shift of a project, in which these records were served; the project.
fn shift_of(world: &World, records: [Id<ServiceRecord>; 2], title: &'static str) -> Id<shifts::Project> {
    let made = world.write("test_shift", &Actor::system(), move |tx, call| {
        let district = home().district();
        let (project, shift): (Id<shifts::Project>, Id<shifts::Shift>) = (call.id(district), call.id(district));
        let nobody: Id<Person> = call.id(district);
        tx.execute_one(
            "INSERT INTO project (district, id, division, organisation, title, summary, category, risk, insurance,
                 training, state, created_by, created_at, version)
             VALUES ($1, $2, $3, $4, $5, '', 'elderly', '', 0, 0, 'published', $4, $6, 1)",
            params![district, project, home(), nobody, title, call.now],
        )?;
        tx.execute_one(
            "INSERT INTO shift (district, id, project, division, organisation, title, category, address, leader,
                 starts_at, ends_at, min_age, insurance, training, places, taken, waiting, state, notice, moves,
                 unfollowed, code_secret, version)
             VALUES ($1, $2, $3, $4, $5, $6, 'elderly', '', $5, $7, $8, 0, 0, 0, 9, 0, 0, 'published', '', 0, 0, $9, 1)",
            params![district, shift, project, home(), nobody, title, call.now, call.now + Minutes(60), [0_u8; 32]],
        )?;
        for record in records {
            tx.execute_one(
                "UPDATE service_record SET engagement = $3 WHERE district = $1 AND id = $2",
                params![record.district(), record, shift],
            )?;
        }
        Ok(project)
    });
    made.unwrap()
}

#[test]
fn a_certificate_of_a_project_names_it_and_nothing_else() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let person = volunteer.person.unwrap();
        let records = [record(world, person, 60, "a", None), record(world, person, 45, "b", None)];
        record(world, person, 90, "c", None);
        let project = shift_of(world, records, "楼道清洁");
        let statement = over(world, &volunteer, person, Scope::Project(project)).unwrap().statement;
        let said: Vec<_> = statement.lines.iter().map(|line| (line.record, line.title.as_str())).collect();
        assert_eq!(said, [(records[0], "楼道清洁"), (records[1], "楼道清洁")]);
        let all = over(world, &volunteer, person, Scope::All).unwrap().statement;
        assert_eq!((all.lines.len(), all.minutes()), (3, Minutes(195)));
        assert_eq!(all.lines.iter().filter(|line| line.title.is_empty()).count(), 1, "a need has no title");
        let me = client(world).with_token(person.to_string());
        let list = me.get("/v/cert").body;
        assert!(list.contains("楼道清洁") && list.contains(&format!("value=\"{project}\"")), "{list}");
        let to = me.post("/v/cert", &[("scope", &project.to_string()), ("key", "k1")]).location.unwrap();
        let shown = me.get(&to).body;
        assert!(shown.contains("2 次，1.75 小时") && shown.contains("楼道清洁"), "{shown}");
    });
}

#[test]
fn a_program_asks_for_a_certificate_and_finds_it_again() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let person = volunteer.person.unwrap();
        let id = record(world, person, 60, "a", None);
        let guest = client(world);
        let me = guest.with_token(person.to_string());
        let asked = me.post_json("/api/v1/certificates", "k1", &serde_json::json!({"record": id}));
        assert_eq!(asked.status, 201, "{}", asked.body);
        let ticket = asked.json()["ticket"].as_str().unwrap().to_owned();
        let had = me.get(&format!("/api/v1/certificates/{ticket}")).json();
        assert_eq!(
            (had["verdict"].as_str(), had["statement"]["minutes"].as_i64()),
            (Some("genuine"), Some(60))
        );
        let both = serde_json::json!({"record": id, "from": "2026-01-01", "to": "2026-02-01"});
        assert_eq!(me.post_json("/api/v1/certificates", "k2", &both).status, 422);
        let of_other = serde_json::json!({"person": worker.person.unwrap()});
        assert_eq!(me.post_json("/api/v1/certificates", "k3", &of_other).status, 404);
        let code = had["code"].as_str().unwrap();
        let boss = guest.with_token(worker.person.unwrap().to_string());
        let path = format!("/api/v1/verify/{code}/revoke");
        assert_eq!(me.post_json(&path, "k4", &serde_json::json!({"reason": "不是我"})).status, 403);
        assert_eq!(boss.post_json(&path, "k5", &serde_json::json!({"reason": "短"})).status, 422);
        assert_eq!(boss.post_json(&path, "k6", &serde_json::json!({"reason": "时长弄错了"})).status, 200);
        assert_eq!(guest.get(&format!("/api/v1/verify/{code}")).json()["verdict"], "revoked");
        let told = "SELECT COUNT(*) FROM message WHERE district = $1 AND kind = 'statement_revoked'";
        assert_eq!(world.count(told, &[420_103]), 1);
    });
}

#[test]
fn wrong_days_are_told_beside_the_field() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let person = volunteer.person.unwrap();
        record(world, person, 60, "a", None);
        let me = client(world).with_token(person.to_string());
        for (from, to, words) in [
            ("2026-13-01", "", "日期请写成"),
            ("2026-03-02", "2026-03-01", "还早"),
            ("", "2026-03-01", "日期请写成"),
        ] {
            let sent = me.post("/v/cert", &[("from", from), ("to", to), ("key", &format!("{from}{to}"))]);
            assert!(sent.status == 422 && sent.body.contains(words), "{from} {to}: {}", sent.body);
            assert!(sent.body.contains(to), "what was typed is kept");
        }
    });
}

#[test]
fn the_paper_is_for_who_asked_and_names_the_person_only_there() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let other = people::testing::volunteer(world, "赵别人", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let person = volunteer.person.unwrap();
        record(world, person, 90, "a", None);
        let guest = client(world);
        let me = guest.with_token(person.to_string());
        let sent = me.post("/v/cert", &[("scope", "all")]);
        let page = me.get(sent.location.as_deref().unwrap());
        let path = format!("{}/linli.pdf", sent.location.unwrap());
        assert!(page.body.contains(&path), "{}", page.body);
        let pdf = me.get(&path);
        assert!(pdf.status == 200 && pdf.body.starts_with("%PDF-1.7"), "{}", pdf.body);
        assert!(pdf.body.contains("statement.json") && pdf.body.contains("signature.json"));
        let picture = me.get(&path.replace(".pdf", ".png"));
        assert!(picture.kind == "image/png" && picture.bytes.starts_with(b"\x89PNG"), "{}", picture.body);
        assert!(page.body.contains("linli.png"));
        assert_eq!(guest.with_token(other.person.unwrap().to_string()).get(&path).status, 404);
        assert_eq!(guest.get(&path).status, 303);
        // Whoever holds the paper can have the name on it compared; nobody else learns it.
        let code = page.body.split("data-code=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let verdict = guest.get(&format!("/verify/{code}"));
        assert!(!verdict.body.contains("陈测试") && verdict.body.contains("陈**"));
        let compared = |name| guest.post(&format!("/verify/{code}"), &[("name", name)]).body;
        assert!(compared("陈 测试").contains("data-name=\"yes\""));
        assert!(compared("陈测验").contains("data-name=\"no\""));
        assert!(!compared("").contains("data-name"));
        // At the counter: everything that was served in the worker's places.
        let desk = guest.with_token(worker.person.unwrap().to_string());
        let given = desk.post(&format!("/w/people/{person}/cert"), &[]);
        assert_eq!(given.status, 303, "{}", given.body);
        assert_eq!(desk.get(&format!("{}/linli.pdf", given.location.unwrap())).status, 200);
        assert_eq!(me.post(&format!("/w/people/{person}/cert"), &[]).status, 403);
        // Called otherwise by now, the old one is not printed any more.
        world
            .db
            .write_now("test_rename", move |tx| {
                tx.execute_one(
                    "UPDATE person SET name = '陈改名' WHERE district = $1 AND id = $2",
                    db::params![person.district(), person],
                )
            })
            .unwrap();
        assert_eq!(me.get(&path).status, 409);
    });
}

#[test]
fn what_another_unit_recorded_names_the_activity_and_that_unit() {
    on_both(|world| {
        let volunteer = people::testing::volunteer(world, "陈测试", HOME);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let person = volunteer.person.unwrap();
        let line = hours::ImportedHour {
            person,
            day: world.now().day().plus(-4),
            times: Some((9 * 60, 11 * 60)),
            minutes: Minutes(120),
            category: kernel::ServiceCategory::Elderly,
            what: "重阳节义诊".to_owned(),
            unit: "松园志愿服务队".to_owned(),
            file: [7; 32],
            line: 5,
        };
        world.write("import_rows", &worker, move |tx, call| hours::import_hour(tx, call, &line)).unwrap();
        let refused = over(world, &volunteer, person, Scope::All);
        assert_eq!(rule(refused), "statement-nothing-left", "nothing counts before the yes");
        let waiting = world.read("own_hours", &volunteer, hours::own_hours).unwrap().open;
        let attendance = waiting[0].attendance.parse().unwrap();
        world.write("hours_claim", &volunteer, move |tx, call| hours::claim(tx, call, attendance)).unwrap();
        let statement = over(world, &volunteer, person, Scope::All).unwrap().statement;
        assert_eq!(statement.lines[0].title, "重阳节义诊（松园志愿服务队）");
        assert_eq!(statement.grades().into_iter().collect::<Vec<_>>(), [("d".to_owned(), 120)]);
    });
}

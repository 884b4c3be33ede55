use std::collections::BTreeSet;

use super::catalogue;
use crate::{Allowance, Kind, Rule, Source};

const READS: &[&str] = &[
    "SELECT id, name FROM person WHERE district = $1 AND id = $2",
    "SELECT * FROM person p WHERE p.id = $2 AND $1 = p.district",
    "SELECT name FROM person WHERE (district, id) = ($1, $2)",
    "SELECT code, name FROM division WHERE parent = $1 ORDER BY code",
    "SELECT district, person FROM phone_owner WHERE phone_index = $1",
    "SELECT a.id, s.starts_at FROM attendance a JOIN shift s ON s.district = a.district AND s.id = a.shift \
     WHERE a.district = $1 AND a.person = $2",
    "SELECT a.id, p.title FROM attendance a JOIN shift s ON s.district = a.district AND s.id = a.shift \
     JOIN project p ON p.district = s.district AND p.id = s.project WHERE a.district = $1 AND a.id = $2",
    "SELECT a.id FROM attendance a JOIN shift s USING (district) WHERE a.district = $1 AND s.id = a.shift",
    "SELECT s.id, a.person FROM shift s LEFT JOIN attendance a ON a.district = s.district AND a.shift = s.id \
     WHERE s.district = $1 AND s.starts_at >= $2",
    "SELECT p.name, d.name FROM person p JOIN division d ON d.code = p.home WHERE p.district = $1",
    "SELECT id, starts_at FROM shift WHERE district = $1 AND (starts_at, id) > ($2, $3) ORDER BY starts_at, id LIMIT $4",
    "SELECT id FROM shift WHERE district = $1 ORDER BY starts_at DESC NULLS LAST LIMIT $2 OFFSET $3",
    "SELECT count(*) FROM attendance WHERE district = $1 AND shift = $2 AND state IN ('in', 'out')",
    "SELECT state, count(*), CAST(coalesce(sum(minutes), 0) AS BIGINT) FROM attendance WHERE district = $1 \
     GROUP BY state HAVING count(*) > 1 ORDER BY state",
    "SELECT count(*) FILTER (WHERE state = 'in'), count(DISTINCT person) FROM attendance WHERE district = $1",
    "SELECT id FROM person WHERE district = $1 AND (lower(name) LIKE $2 ESCAPE '\\' OR initials LIKE $2 ESCAPE '\\')",
    "SELECT id FROM shift s WHERE s.district = $1 AND EXISTS (SELECT 1 FROM attendance a WHERE a.district = s.district \
     AND a.shift = s.id AND a.person = $2)",
    "SELECT id, (SELECT count(*) FROM attendance a WHERE a.district = s.district AND a.shift = s.id) AS taken \
     FROM shift s WHERE s.district = $1",
    "SELECT id FROM shift WHERE district = $1 AND id IN (SELECT shift FROM attendance WHERE district = $1 AND person = $2)",
    "SELECT name FROM person WHERE district = $1 AND id IN (SELECT person FROM attendance WHERE district = $2 AND shift = $3)",
    "WITH mine AS (SELECT district, shift FROM attendance WHERE district = $1 AND person = $2) \
     SELECT s.id FROM shift s JOIN mine m ON m.district = s.district AND m.shift = s.id",
    "SELECT t.shift, t.n FROM (SELECT shift, count(*) AS n FROM attendance WHERE district = $1 GROUP BY shift) t WHERE t.n > 3",
    "SELECT person, row_number() OVER (PARTITION BY shift ORDER BY checked_in_at, id) FROM attendance WHERE district = $1",
    "SELECT id FROM shift WHERE district = $1 UNION ALL SELECT id FROM project WHERE district = $1 ORDER BY id",
    "WITH RECURSIVE under (code) AS (SELECT code FROM division WHERE code = $1 UNION ALL \
     SELECT d.code FROM division d JOIN under u ON d.parent = u.code) \
     SELECT p.id FROM person p JOIN under u ON u.code = p.home WHERE p.district = $2",
    "SELECT CASE WHEN minutes IS NULL THEN 0 ELSE minutes END FROM attendance WHERE district = $1 AND state IS DISTINCT FROM $2",
    "SELECT substr(home, 1, 6), upper(trim(name)) || '!' FROM person WHERE district = 330106 AND minutes BETWEEN $1 AND $2",
    "SELECT max(sequence) FROM journal WHERE district = $1 AND sequence < $2",
    "SELECT 1",
];

const WRITES: &[&str] = &[
    "INSERT INTO project (district, id, title) VALUES ($1, $2, $3)",
    "INSERT INTO project (id, district, title) VALUES ($2, $1, $3) ON CONFLICT (district, id) DO NOTHING",
    "INSERT INTO day_total (district, day, records, minutes) VALUES ($1, $2, $3, $4) ON CONFLICT (district, day) \
     DO UPDATE SET records = day_total.records + EXCLUDED.records, minutes = day_total.minutes + EXCLUDED.minutes",
    "INSERT INTO account (district, id, owner, posted) VALUES ($1, $2, $3, 0) ON CONFLICT (district, id) \
     DO UPDATE SET owner = excluded.owner WHERE account.owner <> excluded.owner RETURNING id, posted",
    "UPDATE attendance SET state = $3, checked_in_at = $4 WHERE district = $1 AND id = $2 AND state = 'due' RETURNING id",
    "UPDATE account SET posted = posted + $3 WHERE district = $1 AND id = $2 AND posted + $3 >= 0",
    "UPDATE attendance AS a SET minutes = $2 FROM shift s WHERE s.district = a.district AND s.id = a.shift AND a.district = $1",
    "UPDATE shift SET seats = (SELECT count(*) FROM attendance a WHERE a.district = shift.district AND a.shift = shift.id) \
     WHERE district = $1",
    "DELETE FROM journal_pending WHERE district=$1 AND id=$2",
    "INSERT INTO journal (district, sequence, id, kind, body) SELECT district, $2 + row_number() OVER (ORDER BY id), id, \
     kind, body FROM journal_pending WHERE district = $1",
    "INSERT INTO day_total (district, day, records, minutes) SELECT $1, $2, count(*), 0 FROM journal WHERE district = $1 \
     ON CONFLICT (district, day) DO UPDATE SET records = EXCLUDED.records",
    "WITH done AS (SELECT id FROM job WHERE district = $1 AND state = 'done') \
     DELETE FROM job WHERE district = $1 AND id IN (SELECT id FROM done)",
];

#[test]
fn the_statements_we_write_pass() {
    let catalogue = catalogue();
    for (statements, kind) in [(READS, Kind::Read), (WRITES, Kind::Write)] {
        for statement in statements {
            match catalogue.check(statement) {
                Ok(shape) => {
                    assert_eq!(shape.kind, kind, "{statement}");
                    let one = BTreeSet::from([Source::Parameter(1)]);
                    let districts = if kind == Kind::Write { one } else { BTreeSet::new() };
                    assert_eq!(shape.districts, districts, "{statement}");
                }
                Err(found) => {
                    panic!("{statement}\n{}", found.iter().map(|v| format!("  {v}\n")).collect::<String>())
                }
            }
        }
    }
}

#[test]
fn locks_name_their_district() {
    let catalogue = catalogue();
    for statement in [
        "SELECT link FROM journal_head WHERE sequence >= $1 AND district = $2 FOR UPDATE",
        "SELECT id FROM job WHERE district = $2 AND due_at < $1 ORDER BY due_at LIMIT 5 FOR UPDATE SKIP LOCKED",
        "SELECT s.seats FROM shift s JOIN project p ON p.district = s.district AND p.id = s.project \
         WHERE s.district = $2 AND s.id = $1 FOR UPDATE OF s",
        "SELECT id FROM job j WHERE id = $1 AND district = $2 FOR UPDATE OF j SKIP LOCKED",
    ] {
        let shape = catalogue.check(statement).expect(statement);
        assert_eq!(
            (shape.kind, shape.districts),
            (Kind::Lock, BTreeSet::from([Source::Parameter(2)])),
            "{statement}"
        );
    }
}

#[test]
fn reference_and_owner_tables_name_no_district() {
    let catalogue = catalogue();
    for statement in [
        "INSERT INTO division (code, parent, name) VALUES ($1, $2, $3) ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name",
        "UPDATE division SET name = $1 WHERE code = $2",
        "INSERT INTO phone_owner (phone_index, district, person) VALUES ($1, $2, $3) ON CONFLICT (phone_index) DO NOTHING",
        "DELETE FROM phone_owner WHERE phone_index = $1 AND person = $2",
        "SELECT person FROM phone_owner WHERE phone_index = $1 FOR UPDATE",
    ] {
        let shape = catalogue.check(statement).expect(statement);
        assert!(shape.districts.is_empty(), "{statement}");
    }
}

#[test]
fn transaction_control_passes() {
    let catalogue = catalogue();
    for statement in [
        "BEGIN",
        "BEGIN ISOLATION LEVEL READ COMMITTED",
        "START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SAVEPOINT one",
        "ROLLBACK TO SAVEPOINT one",
        "RELEASE SAVEPOINT one",
        "COMMIT",
        "ROLLBACK",
        "SET statement_timeout = 5000",
    ] {
        assert_eq!(catalogue.check(statement).expect(statement).kind, Kind::Control, "{statement}");
    }
}

#[test]
fn the_parameter_of_the_district_is_found() {
    let catalogue = catalogue();
    let sources = |statement| catalogue.district_parameters(statement).expect(statement);
    assert_eq!(
        sources("INSERT INTO project (id, title, district) VALUES ($1, $2, $3)"),
        [Source::Parameter(3)]
    );
    assert_eq!(
        sources("INSERT INTO project (district, id, title) VALUES ($1, $2, $3), ($4, $5, $6)"),
        [Source::Parameter(1), Source::Parameter(4)]
    );
    assert_eq!(sources("DELETE FROM project WHERE id = $1 AND district = $2"), [Source::Parameter(2)]);
    assert_eq!(
        sources("UPDATE project SET title = $1 WHERE district = 330106"),
        [Source::Literal("330106".into())]
    );
    assert_eq!(sources("SELECT id FROM project WHERE district = $1"), []);
}

#[test]
fn the_list_across_districts_covers_reads_only_and_knows_what_is_unused() {
    const ALL: &str = "SELECT district, count(*) FROM attendance GROUP BY district";
    const JOINED: &str =
        "SELECT s.id FROM shift s LEFT JOIN attendance a ON a.district = s.district AND a.shift = s.id";
    const OFF: &str = "SELECT s.id FROM shift s JOIN attendance a ON a.shift = s.id";
    const WRITE: &str = "UPDATE job SET state = 'late' WHERE due_at < $1";
    const LOCK: &str = "SELECT id FROM job WHERE due_at < $1 FOR UPDATE SKIP LOCKED";
    const IDLE: &str = "SELECT max(sequence) FROM journal";
    const NEEDLESS: &str = "SELECT id FROM job WHERE district = $1";
    let plain = catalogue();
    for statement in [ALL, JOINED, IDLE] {
        let found = plain.check(statement).expect_err(statement);
        assert!(found.iter().all(|violation| violation.rule == Rule::ReadWithoutDistrict), "{found:?}");
    }
    let list = [ALL, JOINED, OFF, WRITE, LOCK, IDLE, NEEDLESS];
    let allowed =
        plain.allow_across(&list.map(|statement| Allowance { statement, reason: "published daily" }));
    assert_eq!(allowed.check(ALL).expect("allowed").across.as_deref(), Some("published daily"));
    assert!(allowed.check(JOINED).is_ok(), "joined on district: a cluster runs it on every shard");
    let rules = |statement: &str| -> Vec<Rule> {
        allowed.check(statement).expect_err(statement).iter().map(|violation| violation.rule).collect()
    };
    assert!(rules(OFF).contains(&Rule::JoinOffDistrict));
    assert_eq!(rules(WRITE), [Rule::WriteWithoutDistrict]);
    assert!(rules(LOCK).contains(&Rule::LockWithoutDistrict));

    let executed = [ALL, JOINED, NEEDLESS].map(str::to_owned).into();
    let mut unused = allowed.unused_allowances(&executed);
    unused.sort_unstable();
    let mut expected = [OFF, WRITE, LOCK, IDLE, NEEDLESS];
    expected.sort_unstable();
    assert_eq!(unused, expected);
}

#[test]
fn an_allowance_needs_a_reason() {
    let allowed = catalogue().allow_across(&[Allowance { statement: "SELECT id FROM job", reason: " " }]);
    let found = allowed.check_ddl().expect_err("no reason");
    assert_eq!(found.first().map(|violation| violation.rule), Some(Rule::AllowanceWithoutReason));
}

//! One planted statement, or more, for each shape that a cluster or SQLite refuses.

use super::catalogue;
use crate::Rule;

const PLANTED: &[(Rule, &str)] = &[
    // Reads.
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE id = $1"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE district = $1 OR id = $2"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE district >= $1"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE CAST(district AS TEXT) = $1"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE district + 0 = $1"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE NOT (district = $1)"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM person WHERE district IN ($1, $2)"),
    (
        Rule::ReadWithoutDistrict,
        "SELECT id FROM shift WHERE district = $1 AND id IN (SELECT shift FROM attendance)",
    ),
    (Rule::ReadWithoutDistrict, "WITH a AS (SELECT * FROM job) SELECT id FROM a WHERE district = $1"),
    (Rule::ReadWithoutDistrict, "SELECT x.id FROM (SELECT * FROM job) x WHERE x.district = $1"),
    (Rule::ReadWithoutDistrict, "SELECT id FROM shift WHERE district = $1 UNION SELECT id FROM project"),
    (Rule::ReadWithoutDistrict, "SELECT person FROM phone_owner WHERE district = $1"),
    (Rule::ReadWithoutDistrict, "SELECT d.code FROM division d LEFT JOIN person p ON p.home = d.code"),
    (Rule::ReadWithoutDistrict, "INSERT INTO division (code, name) SELECT home, name FROM person"),
    (
        Rule::JoinOffDistrict,
        "SELECT a.id FROM attendance a JOIN shift s ON s.id = a.shift WHERE a.district = $1",
    ),
    (
        Rule::JoinOffDistrict,
        "SELECT a.id FROM attendance a, shift s WHERE s.id = a.shift AND a.district = $1",
    ),
    (Rule::JoinOffDistrict, "SELECT 1 FROM person p, shift s WHERE p.district = $1 AND s.district = $2"),
    (
        Rule::JoinOffDistrict,
        "SELECT p.id FROM phone_owner o JOIN person p ON p.district = o.district AND p.id = o.person \
         WHERE o.phone_index = $1",
    ),
    (
        Rule::OuterJoinOffDistrict,
        "SELECT s.id FROM shift s LEFT JOIN attendance a ON a.shift = s.id WHERE s.district = $1",
    ),
    // The ON of an outer join filters the right side only.
    (
        Rule::ReadWithoutDistrict,
        "SELECT s.id FROM shift s LEFT JOIN attendance a ON a.district = s.district AND s.district = $1",
    ),
    (
        Rule::OuterJoinOffDistrict,
        "SELECT s.id FROM shift s FULL JOIN attendance a ON a.district = s.district WHERE s.district = $1",
    ),
    (
        Rule::CorrelatedOffDistrict,
        "SELECT id, (SELECT count(*) FROM attendance a WHERE a.shift = s.id) FROM shift s WHERE s.district = $1",
    ),
    (
        Rule::CorrelatedOffDistrict,
        "SELECT id FROM shift s WHERE s.district = $1 AND EXISTS (SELECT 1 FROM attendance a WHERE a.shift = s.id)",
    ),
    (
        Rule::CorrelatedOffDistrict,
        "SELECT id FROM shift s WHERE s.district = $1 AND EXISTS \
         (SELECT 1 FROM attendance a WHERE a.district = $2 AND a.shift = s.id)",
    ),
    (
        Rule::CorrelatedOffDistrict,
        "SELECT d.code, (SELECT count(*) FROM person p WHERE p.home = d.code) FROM division d",
    ),
    (
        Rule::Lateral,
        "SELECT d.code, x.id FROM division d, LATERAL (SELECT id FROM person p WHERE p.home = d.code LIMIT 3) x",
    ),
    (
        Rule::GroupingSets,
        "SELECT state, count(*) FROM attendance WHERE district = $1 GROUP BY ROLLUP (state)",
    ),
    (
        Rule::GroupingSets,
        "SELECT state, count(*) FROM attendance WHERE district = $1 GROUP BY CUBE (state, shift)",
    ),
    (
        Rule::GroupingSets,
        "SELECT state, count(*) FROM attendance WHERE district = $1 GROUP BY GROUPING SETS ((state), ())",
    ),
    (
        Rule::RecursiveWithoutDistrict,
        "WITH RECURSIVE u (code) AS (SELECT code FROM division WHERE code = $1 UNION ALL \
         SELECT d.code FROM division d JOIN u ON d.parent = u.code) SELECT p.id FROM person p JOIN u ON u.code = p.home",
    ),
    (
        Rule::RecursiveWithoutDistrict,
        "WITH RECURSIVE u (id) AS (SELECT id FROM shift UNION ALL SELECT s.id FROM shift s JOIN u ON u.id = s.project) \
         SELECT id FROM u",
    ),
    // The second column stops being the district in the step, so it pins nothing.
    (
        Rule::ReadWithoutDistrict,
        "WITH RECURSIVE u (id, d) AS (SELECT id, district FROM shift WHERE district = $1 UNION ALL \
         SELECT s.id, s.starts_at FROM shift s JOIN u ON s.district = u.d) SELECT id FROM u",
    ),
    // Writes.
    (Rule::WriteWithoutDistrict, "UPDATE job SET state = 'late' WHERE due_at < $1"),
    (Rule::WriteWithoutDistrict, "DELETE FROM job"),
    (Rule::WriteWithoutDistrict, "DELETE FROM phone_owner WHERE district = $1"),
    (
        Rule::WriteWithoutDistrict,
        "UPDATE attendance a SET minutes = 1 FROM shift s WHERE s.id = a.shift AND s.district = $1",
    ),
    (
        Rule::JoinOffDistrict,
        "UPDATE attendance a SET minutes = 1 FROM shift s WHERE s.id = a.shift AND a.district = $1",
    ),
    (
        Rule::JoinOffDistrict,
        "DELETE FROM attendance a USING shift s WHERE s.id = a.shift AND a.district = $1",
    ),
    (
        Rule::WriteOfTwoDistricts,
        "DELETE FROM job WHERE district = $1 AND id IN (SELECT id FROM shift WHERE district = $2)",
    ),
    (
        Rule::WriteOfTwoDistricts,
        "INSERT INTO journal (district, sequence, id, kind, body) SELECT $1, $2, id, kind, body FROM journal_pending \
         WHERE district = $3",
    ),
    (Rule::InsertWithoutDistrict, "INSERT INTO project (id, title) VALUES ($1, $2)"),
    (Rule::InsertWithoutDistrict, "INSERT INTO project VALUES ($1, $2, $3)"),
    (Rule::InsertWithoutDistrict, "INSERT INTO project DEFAULT VALUES"),
    (Rule::InsertWithoutDistrict, "INSERT INTO project (district, id, title) VALUES ($1 + 1, $2, $3)"),
    (
        Rule::InsertWithoutDistrict,
        "INSERT INTO project (district, id, title) SELECT starts_at, id, 'x' FROM shift WHERE district = $1",
    ),
    (Rule::InsertWithoutDistrict, "INSERT INTO phone_owner (district, person) VALUES ($1, $2)"),
    (
        Rule::InsertSubquery,
        "INSERT INTO project (district, id, title) VALUES ($1, $2, (SELECT name FROM division WHERE code = $3))",
    ),
    (Rule::DistrictAssigned, "UPDATE project SET district = $2 WHERE district = $1 AND id = $3"),
    (Rule::DistrictAssigned, "UPDATE project SET (title, district) = ($2, $3) WHERE district = $1"),
    (Rule::DistrictAssigned, "UPDATE phone_owner SET phone_index = $2 WHERE phone_index = $1"),
    (
        Rule::DistrictAssigned,
        "INSERT INTO project (district, id, title) VALUES ($1, $2, $3) ON CONFLICT (district, id) \
         DO UPDATE SET district = EXCLUDED.district",
    ),
    (
        Rule::ConflictTarget,
        "INSERT INTO project (district, id, title) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    ),
    (
        Rule::ConflictTarget,
        "INSERT INTO project (district, id, title) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
    ),
    (
        Rule::ConflictTarget,
        "INSERT INTO project (district, id, title) VALUES ($1, $2, $3) ON CONFLICT ON CONSTRAINT project_pkey DO NOTHING",
    ),
    (
        Rule::ConflictSubquery,
        "INSERT INTO project (district, id, title) VALUES ($1, $2, $3) ON CONFLICT (district, id) \
         DO UPDATE SET title = (SELECT name FROM division WHERE code = $4)",
    ),
    (
        Rule::ClockOrChance,
        "INSERT INTO job (district, id, due_at, state, tries) VALUES ($1, $2, $3, 'ready', 0) \
         ON CONFLICT (district, id) DO UPDATE SET due_at = now()",
    ),
    (
        Rule::ClockOrChance,
        "INSERT INTO job (district, id, due_at, state, tries) VALUES ($1, $2, $3, 'ready', 0) \
         ON CONFLICT (district, id) DO UPDATE SET tries = random()",
    ),
    (Rule::ClockOrChance, "INSERT INTO project (district, id, title) VALUES ($1, gen_random_uuid(), $2)"),
    (Rule::ClockOrChance, "UPDATE job SET due_at = clock_timestamp() WHERE district = $1"),
    (Rule::ClockOrChance, "UPDATE job SET tries = random() WHERE due_at > $1"),
    (Rule::ClockOrChance, "SELECT id FROM job WHERE district = $1 AND due_at < CURRENT_TIMESTAMP"),
    (Rule::ClockOrChance, "SELECT id FROM job WHERE district = $1 ORDER BY random()"),
    (Rule::ClockOrChance, "SELECT pg_catalog.now()"),
    (
        Rule::Merge,
        "MERGE INTO job USING (VALUES (1, 2)) AS v (d, i) ON job.district = v.d WHEN MATCHED THEN DELETE",
    ),
    (Rule::Cursor, "UPDATE job SET tries = 1 WHERE CURRENT OF c"),
    (
        Rule::NotOnBothEngines,
        "WITH gone AS (DELETE FROM project WHERE district = $1 RETURNING id) SELECT id FROM gone",
    ),
    // Locks and sessions.
    (Rule::LockWithoutDistrict, "SELECT id FROM job WHERE id = $1 FOR UPDATE"),
    (
        Rule::LockWithoutDistrict,
        "SELECT id FROM job WHERE state = 'ready' ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
    ),
    (
        Rule::LockWithoutDistrict,
        "UPDATE job SET state = 'running' WHERE district = $1 AND id IN \
         (SELECT id FROM job WHERE state = 'ready' LIMIT 1 FOR UPDATE SKIP LOCKED)",
    ),
    (
        Rule::LockWithoutDistrict,
        "WITH next AS (SELECT id FROM job WHERE state = 'ready' LIMIT 1 FOR UPDATE SKIP LOCKED) \
         UPDATE job SET state = 'running' WHERE district = $1 AND id IN (SELECT id FROM next)",
    ),
    (Rule::LockWithoutDistrict, "SELECT person FROM phone_owner WHERE person = $1 FOR UPDATE"),
    (Rule::LockForm, "SELECT id FROM job WHERE district = $1 FOR UPDATE NOWAIT"),
    (Rule::LockForm, "SELECT id FROM job WHERE district = $1 FOR SHARE"),
    (Rule::LockForm, "SELECT id FROM job WHERE district = $1 FOR UPDATE LIMIT 1"),
    (
        Rule::LockForm,
        "UPDATE job SET state = 'running' WHERE district = $1 AND id IN \
         (SELECT id FROM job WHERE district = $1 LIMIT 1 FOR UPDATE SKIP LOCKED)",
    ),
    (Rule::LockForm, "SELECT id FROM job j WHERE district = $1 FOR UPDATE OF other"),
    (
        Rule::LockForm,
        "SELECT s.id FROM shift s LEFT JOIN attendance a ON a.district = s.district AND a.shift = s.id \
         WHERE s.district = $1 FOR UPDATE",
    ),
    (Rule::TableLock, "LOCK TABLE job IN EXCLUSIVE MODE"),
    (Rule::AdvisoryLock, "SELECT pg_advisory_xact_lock($1)"),
    (Rule::AdvisoryLock, "SELECT id FROM job WHERE district = $1 AND pg_try_advisory_lock(42)"),
    (Rule::Notify, "LISTEN news"),
    (Rule::Notify, "NOTIFY news, 'x'"),
    (Rule::Notify, "SELECT pg_notify('news', $1)"),
    (Rule::Serializable, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
    (Rule::Serializable, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
    (Rule::Serializable, "BEGIN ISOLATION LEVEL SERIALIZABLE"),
    (Rule::Serializable, "SET default_transaction_isolation = 'serializable'"),
    (Rule::SessionSetting, "SET LOCAL app.county = '330106'"),
    (Rule::SessionSetting, "SELECT set_config('app.county', $1, 1)"),
    // Both engines.
    (Rule::NotOnBothEngines, "SELECT id::text FROM job WHERE district = $1"),
    (Rule::NotOnBothEngines, "SELECT id FROM person WHERE district = $1 AND name ILIKE $2"),
    (Rule::NotOnBothEngines, "SELECT id FROM person WHERE district = $1 AND id = ANY($2)"),
    (Rule::NotOnBothEngines, "SELECT ARRAY[1, 2]"),
    (Rule::NotOnBothEngines, "SELECT DISTINCT ON (shift) id FROM attendance WHERE district = $1"),
    (Rule::NotOnBothEngines, "SELECT body -> 'x' FROM journal WHERE district = $1"),
    (Rule::NotOnBothEngines, "SELECT body @> $2 FROM journal WHERE district = $1"),
    (Rule::NotOnBothEngines, "SELECT id FROM job WHERE district = $1 AND TRUE"),
    (Rule::NotOnBothEngines, "SELECT id FROM job WHERE district = $1 AND (tries > 1) IS TRUE"),
    (Rule::NotOnBothEngines, "SELECT id FROM job WHERE district = $1 LIMIT ALL"),
    (Rule::NotOnBothEngines, "SELECT id FROM job WHERE district = $1 OFFSET 3"),
    (Rule::NotOnBothEngines, "SELECT id FROM job WHERE district = $1 FETCH FIRST 3 ROWS ONLY"),
    (Rule::NotOnBothEngines, "SELECT id FROM job WHERE district = $1 AND name ~ 'x'"),
    (Rule::NotOnBothEngines, "SELECT avg(minutes) FROM attendance WHERE district = $1"),
    (Rule::NotOnBothEngines, "SELECT greatest(tries, 1) FROM job WHERE district = $1"),
    (Rule::NotOnBothEngines, "SELECT n FROM generate_series(1, 3) AS n"),
    (
        Rule::NotOnBothEngines,
        "DELETE FROM attendance a USING shift s WHERE a.district = $1 AND s.district = a.district",
    ),
    (
        Rule::NotOnBothEngines,
        "(SELECT id FROM shift WHERE district = $1) UNION (SELECT id FROM job WHERE district = $1)",
    ),
    (
        Rule::NotOnBothEngines,
        "INSERT INTO division (code, name) SELECT code, name FROM division ON CONFLICT (code) DO NOTHING",
    ),
    (Rule::DateFunction, "SELECT id FROM job WHERE district = $1 AND due_at > INTERVAL '1 day'"),
    (Rule::DateFunction, "SELECT date_trunc('day', due_at) FROM job WHERE district = $1"),
    (Rule::DateFunction, "SELECT EXTRACT(EPOCH FROM due_at) FROM job WHERE district = $1"),
    (Rule::DateFunction, "SELECT DATE '2031-01-01'"),
    // The text itself.
    (Rule::UnknownTable, "SELECT id FROM volunteer WHERE district = $1"),
    (Rule::UnknownTable, "SELECT id FROM public.job WHERE district = $1"),
    (Rule::OneStatement, "SELECT 1; SELECT 2"),
    (Rule::OneStatement, ""),
    (Rule::Unparsable, "SELECT FROM WHERE"),
    (Rule::StatementKind, "TRUNCATE job"),
    (Rule::StatementKind, "COPY job FROM STDIN"),
    (Rule::DdlOutsideMigrations, "CREATE TABLE scratch (id BIGINT PRIMARY KEY)"),
];

#[test]
fn every_planted_shape_is_refused_by_its_rule() {
    let catalogue = catalogue();
    let mut wrong = String::new();
    for (rule, statement) in PLANTED {
        match catalogue.check(statement) {
            Err(found) if found.iter().any(|violation| violation.rule == *rule) => {
                for violation in &found {
                    let text = violation.to_string();
                    let named = text.starts_with(&format!("{:?}: ", violation.rule));
                    assert!(
                        named && text.contains(violation.rule.way()) && !violation.rule.way().is_empty(),
                        "{text}"
                    );
                }
            }
            other => wrong.push_str(&format!("{rule:?} not found for {statement}: {other:?}\n")),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

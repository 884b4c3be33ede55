use super::{DDL, OWNERS, catalogue};
use crate::{Catalogue, Kind, Owner, Rule, TableKind};

#[test]
fn kinds_come_from_the_keys_and_the_lists() {
    let catalogue = catalogue();
    catalogue.check_ddl().expect("our tables keep the rules");
    assert_eq!(catalogue.table_kind("person"), Some(&TableKind::Distributed));
    assert_eq!(catalogue.table_kind("division"), Some(&TableKind::Reference));
    assert_eq!(catalogue.table_kind("phone_owner"), Some(&TableKind::Owner { column: "phone_index".into() }));
    assert_eq!(catalogue.table_kind("nothing"), None);
    assert_eq!(catalogue.table_names().count(), 12);
}

#[test]
fn each_planted_migration_is_refused_by_its_rule() {
    let planted: &[(Rule, &str)] = &[
        (Rule::TableKind, "CREATE TABLE x (id UUID PRIMARY KEY)"),
        (Rule::TableKind, "CREATE TABLE x (district BIGINT NOT NULL, id UUID, PRIMARY KEY (id, district))"),
        (Rule::TableKind, "CREATE TABLE x (district BIGINT NOT NULL, id UUID)"),
        (
            Rule::UniqueOffDistrict,
            "CREATE TABLE x (district BIGINT, id UUID, a TEXT, PRIMARY KEY (district, id), UNIQUE (a))",
        ),
        (
            Rule::UniqueOffDistrict,
            "CREATE TABLE x (district BIGINT, id UUID UNIQUE, PRIMARY KEY (district, id))",
        ),
        (Rule::UniqueOffDistrict, "CREATE UNIQUE INDEX person_by_phone ON person (phone)"),
        (Rule::UniqueOffDistrict, "CREATE UNIQUE INDEX person_by_name ON person (lower(name))"),
        (Rule::UniqueOffDistrict, "CREATE UNIQUE INDEX owner_person ON phone_owner (person)"),
        (
            Rule::ForeignKeySetsNull,
            "CREATE TABLE x (district BIGINT, id UUID, p UUID, PRIMARY KEY (district, id), \
             FOREIGN KEY (district, p) REFERENCES person (district, id) ON DELETE SET NULL)",
        ),
        (
            Rule::ForeignKeyOffDistrict,
            "CREATE TABLE x (district BIGINT, id UUID, p UUID, PRIMARY KEY (district, id), \
             FOREIGN KEY (p) REFERENCES person (id))",
        ),
        (
            Rule::ForeignKeyOffDistrict,
            "CREATE TABLE x (district BIGINT, id UUID, p UUID REFERENCES person (id), PRIMARY KEY (district, id))",
        ),
        (
            Rule::ForeignKeyOffDistrict,
            "CREATE TABLE x (district BIGINT, id UUID, p BYTEA REFERENCES phone_owner (phone_index), \
             PRIMARY KEY (district, id))",
        ),
        (
            Rule::ForeignKeyFromReference,
            "ALTER TABLE division ADD CONSTRAINT division_head FOREIGN KEY (head, who) REFERENCES person (district, id)",
        ),
        (
            Rule::UnknownTable,
            "CREATE TABLE x (district BIGINT, id UUID REFERENCES nothing (id), PRIMARY KEY (district, id))",
        ),
        (Rule::Trigger, "CREATE TRIGGER t BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION f()"),
        (Rule::Serial, "CREATE TABLE x (district BIGINT, id BIGSERIAL, PRIMARY KEY (district, id))"),
        (
            Rule::Serial,
            "CREATE TABLE x (district BIGINT, id BIGINT GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (district, id))",
        ),
        (Rule::Serial, "CREATE SEQUENCE s"),
        (
            Rule::Inherits,
            "CREATE TABLE x (district BIGINT, id UUID, PRIMARY KEY (district, id)) INHERITS (person)",
        ),
        (Rule::ColumnWithConstraint, "ALTER TABLE person ADD COLUMN z BIGINT CHECK (z > 0)"),
        (Rule::ColumnWithConstraint, "ALTER TABLE person ADD COLUMN z TEXT REFERENCES division (code)"),
        (Rule::UnnamedConstraint, "ALTER TABLE person ADD CHECK (minutes >= 0)"),
        (
            Rule::ClockOrChance,
            "CREATE TABLE x (district BIGINT, id BIGINT DEFAULT now(), PRIMARY KEY (district, id))",
        ),
        (Rule::ClockOrChance, "ALTER TABLE person ADD COLUMN z BIGINT DEFAULT CURRENT_TIMESTAMP"),
        (
            Rule::ClockOrChance,
            "CREATE TABLE x (district BIGINT, id UUID DEFAULT gen_random_uuid(), PRIMARY KEY (district, id))",
        ),
        (Rule::DefaultNotConstant, "ALTER TABLE person ADD COLUMN z TEXT DEFAULT lower('A')"),
        (Rule::ColumnType, "ALTER TABLE person ADD COLUMN z JSONB"),
        (Rule::ColumnType, "ALTER TABLE person ADD COLUMN z BOOLEAN"),
        (Rule::ColumnType, "ALTER TABLE person ADD COLUMN z INTEGER"),
        (Rule::ColumnType, "ALTER TABLE person ADD COLUMN z TIMESTAMPTZ"),
        (Rule::DistrictColumnChanged, "ALTER TABLE person ALTER COLUMN district TYPE TEXT"),
        (Rule::DistrictColumnChanged, "ALTER TABLE phone_owner RENAME COLUMN district TO home"),
        (Rule::StatementKind, "CREATE VIEW v AS SELECT 1"),
        (Rule::ReadWithoutDistrict, "INSERT INTO division (code, name) SELECT home, name FROM person"),
        (Rule::WriteWithoutDistrict, "UPDATE person SET minutes = 0"),
    ];
    let mut wrong = String::new();
    for (rule, statement) in planted {
        let catalogue = Catalogue::from_ddl(&[DDL, statement], &["division"], OWNERS).expect(statement);
        match catalogue.check_ddl() {
            Err(found) if found.iter().any(|violation| violation.rule == *rule) => {}
            other => wrong.push_str(&format!("{rule:?} not found for {statement}: {other:?}\n")),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn lists_that_do_not_fit_are_stale() {
    let rules = |reference: &[&str], owners: &[Owner]| -> Vec<(Rule, String)> {
        let catalogue = Catalogue::from_ddl(&[DDL], reference, owners).expect("parses");
        let found = catalogue.check_ddl().expect_err("stale");
        found.into_iter().map(|violation| (violation.rule, violation.subject)).collect()
    };
    let stale = |name: &str| (Rule::StaleList, name.to_owned());
    assert!(rules(&["division", "gone"], OWNERS).contains(&stale("gone")));
    assert!(rules(&["division", "person"], OWNERS).contains(&stale("person")));
    let wrong = [Owner { table: "phone_owner", column: "phone" }];
    assert!(rules(&["division"], &wrong).contains(&stale("phone_owner")));
}

#[test]
fn migrations_may_run_and_nothing_else_may_change_the_schema() {
    let catalogue = catalogue();
    assert_eq!(catalogue.check(DDL).expect("it is the migration").kind, Kind::Schema);
    let one = "create   index shift_by_start ON shift (district, starts_at)";
    assert_eq!(catalogue.check(one).expect("one of the migration's statements").kind, Kind::Schema);
    assert!(catalogue.check("CREATE INDEX other ON shift (district, starts_at)").is_err());
}

#[test]
fn later_migrations_change_the_columns() {
    let later =
        "ALTER TABLE job RENAME COLUMN due_at TO starts; ALTER TABLE job RENAME TO task; DROP TABLE account";
    let catalogue = Catalogue::from_ddl(&[DDL, later], &["division"], OWNERS).expect("parses");
    catalogue.check_ddl().expect("allowed");
    assert!(catalogue.check("SELECT id FROM task WHERE district = $1 AND starts < $2").is_ok());
    for gone in ["SELECT id FROM job WHERE district = $1", "SELECT id FROM account WHERE district = $1"] {
        assert_eq!(
            catalogue.check(gone).expect_err(gone).first().map(|found| found.rule),
            Some(Rule::UnknownTable)
        );
    }
}

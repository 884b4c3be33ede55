//! Changes one byte of one column of one sealed row, a thousand times over, and asks each time whether
//! verification finds it and names the row. The database is put back after each change.
//!
//! `tamper sqlite|postgres [--changes 1000] [--seed 1]`; exit code 1 when a change was not found.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use db::Address;
use hours::ServiceRecord;
use kernel::{Day, Id, Minutes, Random};
use load::{COMMUNITIES, Checks, Ground, Town, option};
use postgres::types::Type;
use serde_json::json;
use shifts::Present;

/// A table, and the columns that say which row it is.
struct Target {
    table: &'static str,
    key: &'static [&'static str],
}

/// Everything that is sealed, recomputed or hangs in the chain.
const TARGETS: &[Target] = &[
    Target { table: "journal", key: &["district", "seq"] },
    Target { table: "journal_head", key: &["district"] },
    Target { table: "journal_day", key: &["district", "day"] },
    Target { table: "node_day", key: &["district", "day"] },
    Target { table: "signal", key: &["district", "id"] },
    Target { table: "service_record", key: &["district", "id"] },
    Target { table: "rule_set", key: &["district", "id"] },
    Target { table: "transfer", key: &["district", "id"] },
    Target { table: "account", key: &["district", "id"] },
];

/// Columns that are not sealed because they may change without a fact changing: the minute of the day at which the
/// head was moved last and how many changes an account has seen.
const LOOSE: &[(&str, &str)] = &[("journal_head", "sealed_at"), ("account", "version")];

#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Vec<u8>),
}

impl Cell {
    /// The same with one byte changed; `None` when there is nothing to change.
    fn changed(&self, random: &Random) -> Option<Self> {
        let flip = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let at = random.below(bytes.len() as u64) as usize;
            let byte = bytes.get_mut(at)?;
            *byte ^= 1 << random.below(8);
            Some(bytes)
        };
        Some(match self {
            Self::Null => return None,
            Self::Int(number) => Self::Int(i64::from_be_bytes(flip(&number.to_be_bytes())?.try_into().ok()?)),
            Self::Text(text) => {
                let at = random.below(text.len() as u64) as usize;
                let mut bytes = text.clone().into_bytes();
                let byte = bytes.get_mut(at).filter(|byte| byte.is_ascii())?;
                *byte = if *byte == b'x' { b'y' } else { b'x' };
                Self::Text(String::from_utf8(bytes).ok()?)
            }
            Self::Bytes(bytes) => Self::Bytes(flip(bytes)?),
            Self::Uuid(bytes) => Self::Uuid(flip(bytes)?),
        })
    }

    /// How a finding names the value of a key, as a number, or as a date or in hexadecimal without dashes.
    fn name(&self, column: &str) -> String {
        match self {
            Self::Int(day) if column == "day" && i32::try_from(*day).is_ok() => {
                Day::from_number(*day as i32).to_string().replace('-', "")
            }
            Self::Int(number) => number.to_string(),
            Self::Uuid(bytes) | Self::Bytes(bytes) => vault::hex(bytes),
            Self::Text(text) => text.clone(),
            Self::Null => String::new(),
        }
    }
}

/// The raw door: constraints off, so that even what the schema would refuse is tried.
enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Raw {
    fn open(address: &Address) -> Self {
        match address {
            Address::Sqlite(path) => {
                let raw = rusqlite::Connection::open(path).expect("the database");
                raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
                    .expect("pragmas");
                raw.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
                Self::Sqlite(raw)
            }
            Address::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).expect("the server");
                client.batch_execute("SET session_replication_role = replica").expect("a superuser");
                Self::Postgres(Box::new(client))
            }
        }
    }

    /// Column names and the cells of the `n`-th row in key order.
    fn row(&mut self, target: &Target, n: i64) -> Vec<(String, Cell)> {
        let sql =
            format!("SELECT * FROM {} ORDER BY {} LIMIT 1 OFFSET {n}", target.table, target.key.join(", "));
        match self {
            Self::Sqlite(raw) => {
                let mut statement = raw.prepare(&sql).expect("a statement");
                let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
                let mut rows = statement.query([]).expect("rows");
                let row = rows.next().expect("a row").expect("a row");
                let cell = |at: usize| match row.get_ref(at).expect("a cell") {
                    rusqlite::types::ValueRef::Null => Cell::Null,
                    rusqlite::types::ValueRef::Integer(number) => Cell::Int(number),
                    rusqlite::types::ValueRef::Text(text) => {
                        Cell::Text(String::from_utf8_lossy(text).into_owned())
                    }
                    rusqlite::types::ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                    rusqlite::types::ValueRef::Real(_) => unreachable!("STRICT tables hold no floats"),
                };
                names.into_iter().enumerate().map(|(at, name)| (name, cell(at))).collect()
            }
            Self::Postgres(client) => {
                let row = client.query_one(&sql, &[]).expect("a row");
                let cell = |at: usize| match *row.columns()[at].type_() {
                    Type::INT8 => row.get::<_, Option<i64>>(at).map_or(Cell::Null, Cell::Int),
                    Type::TEXT => row.get::<_, Option<String>>(at).map_or(Cell::Null, Cell::Text),
                    Type::BYTEA => row.get::<_, Option<Vec<u8>>>(at).map_or(Cell::Null, Cell::Bytes),
                    _ => row.get::<_, Option<RawUuid>>(at).map_or(Cell::Null, |uuid| Cell::Uuid(uuid.0)),
                };
                (0..row.len()).map(|at| (row.columns()[at].name().to_owned(), cell(at))).collect()
            }
        }
    }

    fn count(&mut self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        match self {
            Self::Sqlite(raw) => raw.query_row(&sql, [], |row| row.get(0)).expect("a count"),
            Self::Postgres(client) => client.query_one(&sql, &[]).expect("a count").get(0),
        }
    }

    /// Sets a column of the row whose key has these values; `false` when the engine will not have it.
    fn set(&mut self, table: &str, column: &str, to: &Cell, key: &[(String, Cell)]) -> bool {
        let literal = |cell: &Cell, postgres: bool| match cell {
            Cell::Null => "NULL".to_owned(),
            Cell::Int(number) => number.to_string(),
            Cell::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Cell::Bytes(bytes) if postgres => format!("'\\x{}'::bytea", vault::hex(bytes)),
            Cell::Uuid(bytes) if postgres => format!("'{}'::uuid", vault::hex(bytes)),
            Cell::Bytes(bytes) | Cell::Uuid(bytes) => format!("x'{}'", vault::hex(bytes)),
        };
        let is_postgres = matches!(self, Self::Postgres(_));
        let wheres: Vec<String> =
            key.iter().map(|(name, cell)| format!("{name} = {}", literal(cell, is_postgres))).collect();
        let sql = format!(
            "UPDATE {table} SET {column} = {} WHERE {}",
            literal(to, is_postgres),
            wheres.join(" AND ")
        );
        match self {
            Self::Sqlite(raw) => raw.execute(&sql, []).is_ok_and(|changed| changed == 1),
            Self::Postgres(client) => client.execute(&sql, &[]).is_ok_and(|changed| changed == 1),
        }
    }
}

struct RawUuid(Vec<u8>);

impl<'a> postgres::types::FromSql<'a> for RawUuid {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw.to_vec()))
    }
    fn accepts(kind: &Type) -> bool {
        *kind == Type::UUID
    }
}

/// A dozen people, shifts that were held and called, one correction; the journal of several days is closed.
fn town(ground: &Ground) -> Town {
    const DAYS: i32 = 4;
    let mut town = Town::found(&ground.database(), ground.folder(), 12, DAYS);
    let shifts = town.shifts(COMMUNITIES[0], 5, 12, 60, |n| 60 + 8 * 60 * n as i64);
    shifts.iter().for_each(|shift| town.hold(*shift));
    town.come_to_now();
    let leader = town.actor(town.leader());
    for shift in shifts {
        let present = |person| Present { person, came: true, late: Minutes::ZERO, early: Minutes::ZERO };
        let said: Vec<Present> =
            town.neighbours.iter().skip(1).map(|neighbour| present(neighbour.person)).collect();
        town.act("roll_call", &leader, move |tx, call| shifts::call_roll(tx, call, shift, &said, None))
            .expect("a roll call");
    }
    town.let_rolls_settle();
    shifts::tick(&town.db, &town.kit).expect("settled roll calls");
    let (record,): (Id<ServiceRecord>,) = town
        .db
        .read_now("tamper_look", |tx| {
            tx.query_one("SELECT id FROM service_record ORDER BY id DESC LIMIT 1", &[])
        })
        .expect("a record");
    town.act("hours_correct", &leader, move |tx, call| hours::correct(tx, call, record, Minutes(30)))
        .expect("a correction");
    town.settle();
    town
}

/// Whether a finding names the row that was changed: by one of its keys, as it stood or as it stands now.
fn names(found: &Found, target: &Target, keys: &[String]) -> bool {
    // A number may be below zero: its sign is no dash of an id or a date.
    let is_named = |row: &String| keys.contains(row) || keys.contains(&row.replace('-', ""));
    let in_journal =
        found.journal.findings.iter().any(|finding| finding.table == target.table && is_named(&finding.row));
    let in_ledger = found.ledger.findings.iter().any(|line| {
        let line = line.replace('-', "");
        keys.iter().any(|key| key.len() == 32 && line.contains(key.as_str()))
    });
    in_journal || in_ledger
}

/// What `linli journal verify` and `linli ledger verify` say.
struct Found {
    journal: journal::Report,
    ledger: timebank::LedgerReport,
}

impl Found {
    fn look(town: &Town) -> Self {
        let ledger = timebank::ledger_report(&town.db).expect("a verified ledger");
        Self { journal: town.verify(), ledger }
    }

    fn is_clean(&self) -> bool {
        self.journal.findings.is_empty() && self.ledger.findings.is_empty()
    }
}

fn main() -> ExitCode {
    let ground = Ground::of_arguments("tamper");
    let changes: u32 = option("--changes", 1_000);
    let seed: u64 = option("--seed", 1);
    let random = Random::seeded(seed);
    let town = town(&ground);
    let mut raw = Raw::open(&Address::parse(&town.database).expect("a database"));

    let mut checks = Checks::default();
    let clean = Found::look(&town);
    checks.hold(clean.is_clean(), format!("the database is not clean: {:?}", clean.journal.findings));
    checks.hold(
        clean.journal.rows > 200
            && clean.journal.days >= 3
            && clean.journal.node_days >= 2
            && clean.ledger.transfers > 50,
        format!("too little in the database to tamper with: {:?}", clean.journal),
    );

    let (mut tried, mut by_table) = (0_u32, BTreeMap::<&str, u32>::new());
    let (mut missed, mut unnamed) = (Vec::new(), Vec::new());
    let began = Instant::now();
    while tried < changes {
        let target = &TARGETS[random.below(TARGETS.len() as u64) as usize];
        let count = raw.count(target.table);
        let row = raw.row(target, random.below(count as u64) as i64);
        let (column, before) = row[random.below(row.len() as u64) as usize].clone();
        if LOOSE.contains(&(target.table, column.as_str())) {
            continue;
        }
        let Some(after) = before.changed(&random).filter(|after| *after != before) else { continue };
        let key: Vec<(String, Cell)> =
            row.iter().filter(|(name, _)| target.key.contains(&name.as_str())).cloned().collect();
        if !raw.set(target.table, &column, &after, &key) {
            continue;
        }
        tried += 1;
        *by_table.entry(target.table).or_default() += 1;

        let moved: Vec<(String, Cell)> = key
            .iter()
            .map(|(name, cell)| (name.clone(), if *name == column { after.clone() } else { cell.clone() }))
            .collect();
        let keys: Vec<String> = key.iter().chain(&moved).map(|(column, cell)| cell.name(column)).collect();
        let found = Found::look(&town);
        let words = || format!("{}.{column} of {key:?}: {before:?} -> {after:?}", target.table);
        if found.is_clean() {
            missed.push(words());
        } else if !names(&found, target, &keys) {
            unnamed.push(format!("{} {:?} {:?}", words(), found.journal.findings, found.ledger.findings));
        }
        assert!(
            raw.set(target.table, &column, &before, &moved),
            "could not put {}.{column} back",
            target.table
        );
    }
    checks.hold(Found::look(&town).is_clean(), "something was not put back");
    checks.none(&missed, "changes that were not found");
    checks.none(&unnamed, "changes whose row was not named");
    println!(
        "{}",
        json!({"figure": format!("{}tampering_found", ground.prefix()),
               "value": tried as usize - missed.len() - unnamed.len(), "unit": "changes", "target": changes,
               "seed": seed, "by_table": by_table, "seconds": began.elapsed().as_secs()})
    );
    checks.finish(&format!("tamper on {}", ground.engine()))
}

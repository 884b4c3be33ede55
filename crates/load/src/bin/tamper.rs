//! Changes one byte of one column of one sealed row, a thousand times over, and asks each time whether
//! verification finds it and names the row. The database is put back after each change.
//!
//! `tamper --database URL --keys FILE [--changes 1000] [--seed N]`; prints one JSON line, exit code 1 when a change
//! was not found.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{collections::BTreeMap, path::Path};

use db::{Address, Db, Options};
use kernel::Random;
use postgres::types::Type;

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
    Target { table: "signal", key: &["district", "id"] },
    Target { table: "service_record", key: &["district", "id"] },
    Target { table: "transfer", key: &["district", "id"] },
    Target { table: "account", key: &["district", "id"] },
];

/// Columns that are not sealed because they may change without a fact changing: when the head was moved last
/// and how many changes an account has seen.
const LOOSE: &[(&str, &str)] = &[
    ("journal_head", "sealed_at"),
    ("journal_head", "day"),
    ("journal_head", "day_first_seq"),
    ("account", "version"),
];

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

    /// How a finding names the value: as a number or in hexadecimal.
    fn name(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Uuid(bytes) | Self::Bytes(bytes) => journal::hex(bytes),
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
            Cell::Bytes(bytes) if postgres => format!("'\\x{}'::bytea", journal::hex(bytes)),
            Cell::Uuid(bytes) if postgres => format!("'{}'::uuid", journal::hex(bytes)),
            Cell::Bytes(bytes) | Cell::Uuid(bytes) => format!("x'{}'", journal::hex(bytes)),
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

fn option(name: &str) -> Option<String> {
    let mut args = std::env::args().skip_while(|arg| arg != name);
    args.nth(1)
}

fn main() {
    let address = Address::parse(&option("--database").expect("--database URL")).expect("a database");
    let keys = vault::Keys::load(Path::new(&option("--keys").expect("--keys FILE"))).expect("the keys");
    let changes: u32 = option("--changes").map_or(1_000, |n| n.parse().expect("--changes N"));
    let seed: u64 = option("--seed").map_or(1, |n| n.parse().expect("--seed N"));
    let random = Random::seeded(seed);
    let db = Db::open(&address, &Options { workers: 1, ..Options::default() }).expect("the database");
    let mut raw = Raw::open(&address);
    let sealed = || [hours::SEALED, timebank::SEALED].concat();

    let clean = journal::verify(&db, &keys, sealed(), &[]).expect("verify");
    assert!(clean.findings.is_empty(), "the database is not clean: {:?}", clean.findings);
    assert!(clean.rows > 100, "too little in the database to tamper with: {} rows", clean.rows);

    let (mut tried, mut missed, mut by_table) = (0_u32, Vec::new(), BTreeMap::<&str, u32>::new());
    while tried < changes {
        let target = &TARGETS[random.below(TARGETS.len() as u64) as usize];
        let count = raw.count(target.table);
        if count == 0 {
            continue;
        }
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
        let names: Vec<String> = key.iter().chain(&moved).map(|(_, cell)| cell.name()).collect();
        let in_journal = journal::verify(&db, &keys, sealed(), &[]).expect("verify");
        let named = in_journal.findings.iter().any(|finding| {
            let row = finding.row.replace('-', "");
            finding.table == target.table || names.contains(&row)
        });
        let in_ledger = timebank::ledger_report(&db).expect("ledger verify");
        let named_there = in_ledger.findings.iter().any(|line| {
            let line = line.to_string().replace('-', "");
            names.iter().any(|name| name.len() > 4 && line.contains(name.as_str()))
        });
        if !named && !named_there {
            missed.push(format!("{}.{column} {before:?} -> {after:?}", target.table));
        }
        assert!(
            raw.set(target.table, &column, &before, &moved),
            "could not put {}.{column} back",
            target.table
        );
    }
    let clean = journal::verify(&db, &keys, sealed(), &[]).expect("verify");
    assert!(clean.findings.is_empty(), "something was not put back: {:?}", clean.findings);
    for words in &missed {
        println!("MISSED {words}");
    }
    println!(
        "{}",
        serde_json::json!({"figure": "tampering_found", "value": tried - missed.len() as u32, "unit": "changes", "target": changes, "by_table": by_table})
    );
    std::process::exit(i32::from(!missed.is_empty()));
}

//! The door to the database, on both engines.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use db::{Db, Fault, migrations, params};
use kernel::{Day, District, DivisionCode, Id, IdSource, Instant, Person, Random};
use testkit::{World, on_both};

fn district() -> District {
    District::new(420_103).unwrap()
}

const INSERT: &str = "INSERT INTO population (division, year, residents, source) VALUES ($1, $2, $3, $4)";
const COUNT: &str = "SELECT COUNT(*) FROM population";

fn rows(db: &Db) -> i64 {
    db.read_now("count", |tx| tx.query_one::<(i64,)>(COUNT, params![])).unwrap().0
}

#[test]
fn every_type_comes_back_as_it_went() {
    on_both(|world| {
        let ids = IdSource::new(Random::seeded(9));
        let id: Id<Person> = ids.next(world.now(), district());
        let division = DivisionCode::parse("420103001005").unwrap();
        let (now, bytes) = (world.now(), vec![0_u8, 255, 7]);
        world
            .db
            .write_now("round_trip", move |tx| {
                tx.execute_one(
                    "INSERT INTO station (district, id, division, name, kind, functions, address, phone, opening_hours, version)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    params![id.district(), id, division, "松园 '站'", "community", "", "$1 ?", "027", "", 1_i64],
                )?;
                tx.execute_one(
                    "INSERT INTO blob (district, id, media_type, content, created_at) VALUES ($1, $2, $3, $4, $5)",
                    params![id.district(), id, "audio/ogg", bytes, now],
                )
            })
            .unwrap();
        let (back, place, name, address): (Id<Person>, DivisionCode, String, String) = world
            .db
            .read_now("round_trip", |tx| {
                tx.query_one(
                    "SELECT id, division, name, address FROM station WHERE district = $1",
                    params![district()],
                )
            })
            .unwrap();
        assert_eq!((back, place, name.as_str(), address.as_str()), (id, division, "松园 '站'", "$1 ?"));
        let (content, at): (Vec<u8>, Instant) = world
            .db
            .read_now("round_trip", move |tx| {
                tx.query_one(
                    "SELECT content, created_at FROM blob WHERE district = $1 AND id = $2",
                    params![id.district(), id],
                )
            })
            .unwrap();
        assert_eq!((content, at), (vec![0, 255, 7], now));
    });
}

#[test]
fn an_error_or_a_panic_leaves_nothing_and_disturbs_nobody() {
    on_both(|world| {
        let failed: Result<(), Fault> = world.db.write_now("fails", |tx| {
            tx.execute_one(INSERT, params![1_i64, 2023_i64, 5_i64, "x"])?;
            Err(Fault::Defect("on purpose".to_owned()))
        });
        assert_eq!(failed, Err(Fault::Defect("on purpose".to_owned())));
        let panicked: Result<(), Fault> = world.db.write_now("panics", |tx| {
            tx.execute_one(INSERT, params![2_i64, 2023_i64, 5_i64, "x"])?;
            panic!("on purpose")
        });
        assert!(matches!(panicked, Err(Fault::Defect(words)) if words.contains("on purpose")));
        world
            .db
            .write_now("works", |tx| tx.execute_one(INSERT, params![3_i64, 2023_i64, 5_i64, "x"]))
            .unwrap();
        assert_eq!(rows(&world.db), 1, "{}", world.engine);
        let twice: Result<(), Fault> =
            world.db.write_now("again", |tx| tx.execute_one(INSERT, params![3_i64, 2023_i64, 5_i64, "x"]));
        assert!(matches!(twice, Err(Fault::Constraint(_))), "{twice:?}");
    });
}

#[test]
fn a_reader_cannot_write() {
    on_both(|world| {
        let wrote: Result<(), Fault> =
            world.db.read_now("sneaks", |tx| tx.execute_one(INSERT, params![1_i64, 2023_i64, 5_i64, "x"]));
        assert!(wrote.is_err());
        assert_eq!(rows(&world.db), 0, "{}", world.engine);
    });
}

#[test]
fn concurrent_writers_count_each_once() {
    on_both(|world| {
        world
            .db
            .write_now("seed", |tx| tx.execute_one(INSERT, params![7_i64, 2023_i64, 0_i64, "x"]))
            .unwrap();
        let add = || {
            for _ in 0..25 {
                world
                    .db
                    .write_now("add", |tx| {
                        let (n,): (i64,) = tx.query_one(
                            "SELECT residents FROM population WHERE division = $1 AND year = $2 FOR UPDATE",
                            params![7_i64, 2023_i64],
                        )?;
                        tx.execute_one(
                            "UPDATE population SET residents = $3 WHERE division = $1 AND year = $2",
                            params![7_i64, 2023_i64, n + 1],
                        )
                    })
                    .unwrap();
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(add);
            }
        });
        assert_eq!(world.count("SELECT residents FROM population", &[]), 200, "{}", world.engine);
    });
}

#[test]
fn a_transaction_that_must_run_again_does() {
    let world = World::postgres();
    let runs = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&runs);
    world
        .db
        .write_now("retries", move |tx| {
            tx.execute_one(INSERT, params![1_i64, 2023_i64, 5_i64, "x"])?;
            if seen.fetch_add(1, Ordering::SeqCst) < 2 {
                Err(Fault::Again("on purpose".to_owned()))
            } else {
                Ok(())
            }
        })
        .unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), rows(&world.db)), (3, 1));
}

#[test]
fn whoever_waits_is_woken_after_the_commit_only() {
    on_both(|world| {
        let failed: Result<(), Fault> = world.db.write_now("fails", |tx| {
            tx.wake(District::new(1).unwrap());
            Err(Fault::Defect("on purpose".to_owned()))
        });
        assert!(failed.is_err() && world.db.woken(Duration::from_millis(1)).is_empty());
        world
            .db
            .write_now("works", |tx| {
                tx.wake(district());
                Ok::<_, Fault>(())
            })
            .unwrap();
        assert_eq!(world.db.woken(Duration::from_millis(100)).into_iter().collect::<Vec<_>>(), [district()]);
    });
}

/// Tables and their columns, whether they may be empty, and the keys: as each engine tells it.
fn tables(world: &World) -> BTreeMap<String, Vec<String>> {
    let sql = if world.engine == "sqlite" {
        "SELECT m.name, c.name, c.\"notnull\", c.pk FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' ORDER BY m.name, c.cid"
    } else {
        "SELECT c.table_name, c.column_name, CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END,
                COALESCE((SELECT k.ordinal_position FROM information_schema.key_column_usage k
                 JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)
                 WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name AND k.column_name = c.column_name), 0)
         FROM information_schema.columns c WHERE c.table_schema = 'public' ORDER BY c.table_name, c.ordinal_position"
    };
    let cells: Vec<(String, String, i64, i64)> =
        world.db.read_now("missing_migrations", move |tx| tx.query(sql, params![])).unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column, required, key) in cells {
        tables.entry(table).or_default().push(format!("{column} {required} {key}"));
    }
    tables
}

#[test]
fn both_dialects_give_the_same_tables_and_a_step_is_applied_once() {
    let (sqlite, postgres) = (World::sqlite(), World::postgres());
    let mut on_sqlite = tables(&sqlite);
    on_sqlite.retain(|name, _| !name.starts_with("sqlite_"));
    assert_eq!(on_sqlite, tables(&postgres));
    assert!(on_sqlite.len() > 40);
    for world in [&sqlite, &postgres] {
        let day = Day::from_ymd(2026, 4, 1).unwrap().start();
        assert_eq!(world.db.migrate(day), Ok(Vec::new()));
        assert_eq!(world.db.missing_migrations(), Ok(Vec::new()));
        assert_eq!(world.count("SELECT COUNT(*) FROM migration", &[]), migrations().len() as i64);
    }
}

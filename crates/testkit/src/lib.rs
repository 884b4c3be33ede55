//! A world for tests: a real database of each engine, a clock moved by hand, and a watch that holds every
//! statement against what Citus accepts.
//!
//! `testkit::on_both(|world| …)` runs a test on SQLite and on PostgreSQL. PostgreSQL is the server that
//! `LINLI_TEST_POSTGRES` names (`cargo xtask postgres start` prints it); each world gets a database of its own.

#![allow(clippy::expect_used, clippy::panic, reason = "a test kit fails by panicking, with words")]

mod allowed;
mod client;
mod postgres_server;
mod watch;

use std::sync::{Arc, atomic::AtomicU64, atomic::Ordering};

use db::{Address, Db, Options};
use journal::{Call, Consumer, Follower, Kit};
use kernel::{Actor, Calendar, Clock, Day, IdSource, Instant, Random};

pub use allowed::{ACROSS_DISTRICTS, OWNERS, REFERENCE_TABLES, TWO_DISTRICTS};
pub use client::{Client, Reply};
pub use postgres_server::TestDatabase;
pub use watch::{Shapes, catalogue};

/// A fresh database with its schema, its clock and its keys.
pub struct World {
    /// The database.
    pub db: Db,
    /// Clock (by hand), ids and chance (seeded), keys, working days.
    pub kit: Arc<Kit>,
    /// `sqlite` or `postgres`, for messages.
    pub engine: &'static str,
    /// Where the database is, for a second process.
    pub address: Address,
    watch: Arc<Shapes>,
    _folder: tempfile::TempDir,
    _postgres: Option<TestDatabase>,
}

/// Monday, 9 March 2026, 09:00 in Shanghai: when every world begins.
pub fn beginning() -> Instant {
    Day::from_ymd(2026, 3, 9).expect("a day").at_minute(9 * 60)
}

static SEEDS: AtomicU64 = AtomicU64::new(1);

/// Runs `test` on a fresh SQLite and on a fresh PostgreSQL database.
pub fn on_both(test: impl Fn(&World)) {
    test(&World::sqlite());
    test(&World::postgres());
}

impl World {
    /// On SQLite.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::Sqlite(folder.path().join("linli.db"));
        Self::open("sqlite", address, folder, None)
    }

    /// On PostgreSQL.
    pub fn postgres() -> Self {
        let database = TestDatabase::create();
        let address = Address::Postgres(database.url().to_owned());
        Self::open("postgres", address, tempfile::tempdir().expect("a folder"), Some(database))
    }

    fn open(
        engine: &'static str,
        address: Address,
        folder: tempfile::TempDir,
        postgres: Option<TestDatabase>,
    ) -> Self {
        let seed = SEEDS.fetch_add(1, Ordering::Relaxed);
        let watch = Arc::new(Shapes::new());
        let options = Options { workers: 3, durable: false, watch: Some(Arc::clone(&watch) as _) };
        let db = Db::open(&address, &options).expect("the database opens");
        db.migrate(beginning()).expect("the schema is made");
        let mut rng = rand::rng();
        let kit = Arc::new(Kit {
            clock: Clock::manual(beginning()),
            ids: IdSource::new(Random::seeded(seed)),
            random: Random::seeded(seed + 1_000_000),
            keys: vault::Keys::generate(vault::Suite::International, &mut rng).expect("keys"),
            calendar: Calendar::default().into(),
        });
        Self { db, kit, engine, address, watch, _folder: folder, _postgres: postgres }
    }

    /// What time it is in this world.
    pub fn now(&self) -> Instant {
        self.kit.clock.now()
    }

    /// Moves the clock forward by so many minutes.
    pub fn pass_minutes(&self, minutes: i64) {
        self.kit.clock.advance_to(self.now() + kernel::Minutes(minutes));
    }

    /// Moves the clock forward to `to`.
    pub fn wait_until(&self, to: Instant) {
        self.kit.clock.advance_to(to);
    }

    /// A call by `actor` now.
    pub fn call(&self, actor: &Actor) -> Call {
        Call::new(&self.kit, actor.clone())
    }

    /// Runs a use case in a transaction called `name`, as `actor`.
    ///
    /// # Errors
    /// What the use case returned.
    pub fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        actor: &Actor,
        mut work: impl FnMut(&mut db::Tx<'_>, &Call) -> db::Outcome<T> + Send + 'static,
    ) -> db::Outcome<T> {
        let call = self.call(actor);
        self.db.write_now(name, move |tx| work(tx, &call))
    }

    /// Runs a reading use case as `actor`.
    ///
    /// # Errors
    /// What the use case returned.
    pub fn read<T: Send + 'static>(
        &self,
        name: &'static str,
        actor: &Actor,
        mut work: impl FnMut(&mut db::Tx<'_>, &Call) -> db::Outcome<T> + Send + 'static,
    ) -> db::Outcome<T> {
        let call = self.call(actor);
        self.db.read_now(name, move |tx| work(tx, &call))
    }

    /// Seals everything and lets these consumers follow until nothing is left.
    pub fn drain(&self, consumers: Vec<Arc<dyn Consumer>>) {
        let follower = Follower::new(self.db.clone(), Arc::clone(&self.kit), consumers);
        follower.drain().expect("the journal drains");
        let halted = self
            .db
            .read_now("lag", journal::lag)
            .expect("lag")
            .into_iter()
            .find(|lag| lag.halted.is_some() || lag.parked > 0);
        assert_eq!(halted, None, "{}: a consumer could not follow", self.engine);
    }

    /// How many statements the database has run in transactions of this name.
    pub fn statements(&self, name: &str) -> usize {
        self.watch.count(name)
    }

    /// How many statements the database has run in all.
    pub fn statements_in_all(&self) -> usize {
        self.watch.count_all()
    }

    /// Rows counted by a plain query, for a test's own look at a table.
    pub fn count(&self, sql: &'static str, params: &[i64]) -> i64 {
        let params = params.to_vec();
        let counted: (i64,) = self
            .db
            .read_now("testkit_count", move |tx| {
                let values: Vec<db::Value<'_>> = params.iter().map(|n| db::Value::Int(*n)).collect();
                tx.query_one::<(i64,)>(sql, &values)
            })
            .expect("a count");
        counted.0
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = self.watch.violations();
            assert!(violations.is_empty(), "{}: {}", self.engine, violations.join("\n"));
        }
    }
}

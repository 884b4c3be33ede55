//! PostgreSQL and Citus: a few threads, each with its own connection, all served from one queue.

use std::{
    collections::HashMap,
    error::Error,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    thread,
    time::Duration,
};

use bytes::BytesMut;
use crossbeam_channel::{Receiver, bounded};
use postgres::{
    Client, NoTls, Statement,
    error::SqlState,
    fallible_iterator::FallibleIterator,
    types::{IsNull, ToSql, Type},
};

use crate::{
    Fault, Options, Row, Value, Watch, Woken,
    pool::{Job, QUEUE_MAX, Queue, Ran},
    row::Cells,
    sqlite::spawn,
    tx::{self, Tx},
};

/// How often a transaction is run again after a deadlock or a serialization failure.
const TRIES_MAX: u32 = 6;
/// How long a new connection may take; a page that waits longer says that the database is gone.
const CONNECT_WAIT: Duration = Duration::from_secs(3);

/// While five others are about to write, a commit waits two milliseconds, so that one sync serves more of them; who is alone
/// does not wait. A role may set it where it was granted `SET ON PARAMETER`; else what the server has holds.
const COMMIT_TOGETHER: &str = "SET commit_siblings = 5; SET commit_delay = 2000";

/// How long a server that vanished without a word (a pulled cable) may keep a worker waiting.
const SILENCE_WAIT: Duration = Duration::from_secs(12);

pub(crate) struct Connection {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

pub(crate) fn start(url: &str, options: &Options, woken: &Arc<Woken>) -> Result<Queue, Fault> {
    let config: postgres::Config =
        url.parse().map_err(|e: postgres::Error| Fault::Unavailable(e.to_string()))?;
    let (queue, jobs) = bounded(QUEUE_MAX);
    let first = Connection::open(&config, options.durable)?;
    let mut opened = Some(first);
    for _ in 0..options.workers.max(1) {
        let worker = Worker {
            config: config.clone(),
            durable: options.durable,
            watch: options.watch.clone(),
            woken: Arc::clone(woken),
            connection: opened.take(),
        };
        let jobs: Receiver<Job> = jobs.clone();
        spawn("linli-pg", move || worker.serve(&jobs))?;
    }
    Ok(queue)
}

struct Worker {
    config: postgres::Config,
    durable: bool,
    watch: Option<Arc<dyn Watch>>,
    woken: Arc<Woken>,
    connection: Option<Connection>,
}

impl Worker {
    fn serve(mut self, jobs: &Receiver<Job>) {
        for mut job in jobs {
            let end = self.run(&mut job);
            job.work.answer(end);
        }
    }

    fn run(&mut self, job: &mut Job) -> Result<(), Fault> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.run_once(job) {
                Err(Fault::Again(words)) if tries < TRIES_MAX => {
                    tracing::debug!(name = job.name, tries, words, "transaction runs again");
                    thread::sleep(jittered(tries));
                }
                end => return end,
            }
        }
    }

    fn run_once(&mut self, job: &mut Job) -> Result<(), Fault> {
        let begin = if job.write { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
        let mut connection = self.take_connection(begin)?;
        let mut tx = Tx::new(tx::Connection::Postgres(&mut connection), job.name, self.watch.as_deref());
        let ran = job.work.run(&mut tx);
        let woken = tx.into_woken();
        let end = if ran == Ran::Done { connection.batch("COMMIT") } else { connection.batch("ROLLBACK") };
        if !connection.client.is_closed() {
            self.connection = Some(connection);
        }
        match (ran, end) {
            (Ran::Done, Ok(())) => self.woken.add(&woken),
            (Ran::Again, Ok(())) => return Err(Fault::Again("the transaction said so".to_owned())),
            (Ran::Failed, _) => {}
            (_, Err(fault)) => return Err(fault),
        }
        Ok(())
    }

    /// The kept connection with a transaction begun; a new one when the kept one has died meanwhile.
    fn take_connection(&mut self, begin: &str) -> Result<Connection, Fault> {
        if let Some(mut kept) = self.connection.take()
            && kept.batch(begin).is_ok()
        {
            return Ok(kept);
        }
        let mut fresh = Connection::open(&self.config, self.durable)?;
        fresh.batch(begin)?;
        Ok(fresh)
    }
}

/// 2, 4, 8, … ms, half of it by chance, so that two that met do not meet again.
fn jittered(tries: u32) -> Duration {
    let ceiling = 2_000_u64 << tries.min(8);
    let chance = RandomState::new().hash_one(tries) % (ceiling / 2);
    Duration::from_micros(ceiling / 2 + chance)
}

impl Connection {
    fn open(config: &postgres::Config, durable: bool) -> Result<Self, Fault> {
        let mut config = config.clone();
        config.connect_timeout(CONNECT_WAIT).tcp_user_timeout(SILENCE_WAIT).application_name("linli");
        config.keepalives_idle(SILENCE_WAIT / 2).keepalives_interval(SILENCE_WAIT / 4).keepalives_retries(2);
        let mut client = config.connect(NoTls).map_err(fault)?;
        if !durable {
            client.batch_execute("SET synchronous_commit = off").map_err(fault)?;
        }
        if let Err(error) = client.batch_execute(COMMIT_TOGETHER) {
            tracing::debug!(%error, "commits wait as the server says");
        }
        Ok(Self { client, statements: HashMap::new() })
    }

    fn prepared(&mut self, sql: &'static str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(fault)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Fault> {
        let statement = self.prepared(sql)?;
        let bound: Vec<Bound<'_>> = params.iter().map(Bound).collect();
        let bound: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|one| one as _).collect();
        self.client.execute(&statement, &bound).map_err(fault)
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.prepared(sql)?;
        self.each_of(&statement, params, take)
    }

    pub(crate) fn each_text(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.client.prepare(sql).map_err(fault)?;
        self.each_of(&statement, params, take)
    }

    fn each_of(
        &mut self,
        statement: &Statement,
        params: &[Value<'_>],
        mut take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut rows = self.client.query_raw(statement, params.iter().map(Bound)).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            take(&mut Row::new(Cells::Postgres(&row)))?;
        }
        Ok(())
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.batch_execute(sql).map_err(fault)
    }
}

#[derive(Debug)]
struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Value::Int(number) => number.to_sql(&Type::INT8, out),
            Value::Text(text) => text.to_sql(&Type::TEXT, out),
            Value::Bytes(bytes) => bytes.to_sql(&Type::BYTEA, out),
            Value::Uuid(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

fn fault(error: postgres::Error) -> Fault {
    let words = error.as_db_error().map_or_else(
        || error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
        |refused| format!("{} {}", refused.code().code(), refused.message()),
    );
    match error.code() {
        Some(code)
            if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED =>
        {
            Fault::Again(words)
        }
        Some(code) if code.code().starts_with("23") => Fault::Constraint(words),
        Some(code) if *code == SqlState::DISK_FULL => Fault::NoRoom(words),
        // 53: no memory or connections left; 57: shut down; 08: connection; 25006: read-only standby.
        Some(code) if ["53", "57", "08"].iter().any(|class| code.code().starts_with(class)) => {
            Fault::Unavailable(words)
        }
        Some(_) => Fault::Defect(words),
        None => Fault::Unavailable(words),
    }
}

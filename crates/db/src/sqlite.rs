//! SQLite: one writer thread that groups what waits into one commit, and a few readers.

use std::{
    cell::RefCell,
    collections::HashMap,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, bounded};
use rusqlite::{
    ErrorCode, OpenFlags, ToSql,
    config::DbConfig,
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    Fault, Options, Row, Value, Watch, Woken,
    dialect::sqlite_twin,
    pool::{Job, QUEUE_MAX, Queue, Ran},
    row::Cells,
    tx::{self, Tx},
};

/// Writes that share one commit at most.
const GROUP_MAX: usize = 64;
/// How long a group may go on taking in what waits.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// How long to wait for another process that writes.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Input/output errors of SQLite that say that something could not be written.
const WRITING_FAILED: [i32; 4] = [
    rusqlite::ffi::SQLITE_IOERR_WRITE,
    rusqlite::ffi::SQLITE_IOERR_FSYNC,
    rusqlite::ffi::SQLITE_IOERR_TRUNCATE,
    rusqlite::ffi::SQLITE_IOERR_SHMSIZE,
];
/// Pages that the writer keeps in memory, in KiB; a reader keeps a quarter. With the 2 MiB that SQLite takes of itself most
/// pages of a district are read from the file, and copied, again and again.
const CACHE_KIB: i64 = 12 * 1024;
/// Compiled statements kept a connection.
const STATEMENTS_MAX: usize = 512;

pub(crate) struct Connection {
    raw: rusqlite::Connection,
    twins: RefCell<HashMap<&'static str, Arc<str>>>,
}

pub(crate) fn start(path: &Path, options: &Options, woken: &Arc<Woken>) -> Result<(Queue, Queue), Fault> {
    let writer = Connection::open(path, true, options.durable)?;
    let (writes, write_jobs) = bounded(QUEUE_MAX);
    let (reads, read_jobs) = bounded(QUEUE_MAX);
    for _ in 0..options.workers.max(1) {
        let reader = Connection::open(path, false, options.durable)?;
        let (jobs, watch) = (read_jobs.clone(), options.watch.clone());
        spawn("linli-read", move || serve_reads(&reader, &jobs, watch.as_deref()))?;
    }
    let (watch, woken) = (options.watch.clone(), Arc::clone(woken));
    spawn("linli-write", move || serve_writes(&writer, &write_jobs, watch.as_deref(), &woken))?;
    Ok((writes, reads))
}

pub(crate) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let started = thread::Builder::new().name(name.to_owned()).spawn(body);
    started.map(drop).map_err(|e| Fault::Unavailable(format!("no thread: {e}")))
}

fn serve_reads(connection: &Connection, jobs: &Receiver<Job>, watch: Option<&dyn Watch>) {
    for mut job in jobs {
        let end = connection.run("BEGIN").and_then(|()| {
            let mut tx = Tx::new(tx::Connection::Sqlite(connection), job.name, watch);
            job.work.run(&mut tx);
            drop(tx.into_woken());
            connection.run("ROLLBACK")
        });
        job.work.answer(end);
    }
}

fn serve_writes(connection: &Connection, jobs: &Receiver<Job>, watch: Option<&dyn Watch>, woken: &Woken) {
    for first in jobs {
        if let Err(fault) = connection.run("BEGIN IMMEDIATE") {
            first.work.answer(Err(fault));
            continue;
        }
        let began = Instant::now();
        let mut group = Vec::new();
        let mut districts = Vec::new();
        let mut next = Some(first);
        while let Some(mut job) = next {
            let ran = savepoint(connection, &mut job, watch, &mut districts);
            group.push((job, ran));
            // For want of room SQLite may roll back the whole transaction: then there is no group to go on with.
            next =
                (!connection.raw.is_autocommit() && group.len() < GROUP_MAX && began.elapsed() < GROUP_TIME)
                    .then(|| jobs.try_recv().ok())
                    .flatten();
        }
        let committed = if connection.raw.is_autocommit() {
            Err(Fault::NoRoom("the group was rolled back".to_owned()))
        } else {
            connection.run("COMMIT")
        };
        if committed.is_err() {
            // A commit that failed for want of space leaves the transaction open.
            let _ = connection.run("ROLLBACK");
        } else {
            woken.add(&districts);
        }
        for (job, ran) in group {
            job.work.answer(ran.and_then(|()| committed.clone()));
        }
    }
}

/// Runs one job in a savepoint of its own. A failed job leaves nothing behind and does not disturb the group.
fn savepoint(
    connection: &Connection,
    job: &mut Job,
    watch: Option<&dyn Watch>,
    districts: &mut Vec<kernel::District>,
) -> Result<(), Fault> {
    connection.run("SAVEPOINT work")?;
    let mut tx = Tx::new(tx::Connection::Sqlite(connection), job.name, watch);
    let ran = job.work.run(&mut tx);
    let woken = tx.into_woken();
    if ran == Ran::Done {
        districts.extend(woken);
    } else {
        connection.run("ROLLBACK TO work")?;
    }
    connection.run("RELEASE work")
}

impl Connection {
    fn open(path: &Path, write: bool, durable: bool) -> Result<Self, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let flags = if write { flags | OpenFlags::SQLITE_OPEN_CREATE } else { flags };
        let open = || -> rusqlite::Result<rusqlite::Connection> {
            let raw = rusqlite::Connection::open_with_flags(path, flags)?;
            raw.busy_timeout(BUSY_WAIT)?;
            raw.pragma_update(None, "journal_mode", "WAL")?;
            raw.pragma_update(None, "synchronous", if durable { "FULL" } else { "OFF" })?;
            raw.pragma_update(None, "foreign_keys", true)?;
            raw.pragma_update(None, "temp_store", "MEMORY")?;
            raw.pragma_update(None, "cache_size", if write { -CACHE_KIB } else { -CACHE_KIB / 4 })?;
            raw.pragma_update(None, "query_only", !write)?;
            // Otherwise a statement is planned anew whenever another value is bound: a seventh of all time.
            raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            raw.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
            Ok(raw)
        };
        let raw = open().map_err(|e| Fault::Unavailable(format!("{}: {e}", path.display())))?;
        Ok(Self { raw, twins: RefCell::default() })
    }

    fn twin(&self, sql: &'static str) -> Arc<str> {
        Arc::clone(self.twins.borrow_mut().entry(sql).or_insert_with(|| sqlite_twin(sql).into()))
    }

    fn run(&self, sql: &str) -> Result<(), Fault> {
        self.raw.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop).map_err(fault)
    }

    pub(crate) fn execute(&self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Fault> {
        let mut statement = self.raw.prepare_cached(&self.twin(sql)).map_err(fault)?;
        let changed = statement.execute(params_from_iter(params.iter().map(Bound))).map_err(fault)?;
        Ok(changed as u64)
    }

    pub(crate) fn each(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
        take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.each_twin(&self.twin(sql), params, take)
    }

    pub(crate) fn each_text(
        &self,
        sql: &str,
        params: &[Value<'_>],
        take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.each_twin(&sqlite_twin(sql), params, take)
    }

    fn each_twin(
        &self,
        twin: &str,
        params: &[Value<'_>],
        mut take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut statement = self.raw.prepare_cached(twin).map_err(fault)?;
        let mut rows = statement.query(params_from_iter(params.iter().map(Bound))).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            take(&mut Row::new(Cells::Sqlite(row)))?;
        }
        Ok(())
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), Fault> {
        self.raw.execute_batch(sql).map_err(fault)
    }
}

struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Uuid(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn fault(error: rusqlite::Error) -> Fault {
    let words = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Again(words),
        Some(ErrorCode::ConstraintViolation) => Fault::Constraint(words),
        Some(ErrorCode::DiskFull) => Fault::NoRoom(words),
        Some(ErrorCode::SystemIoFailure)
            if error.sqlite_error().is_some_and(|raw| WRITING_FAILED.contains(&raw.extended_code)) =>
        {
            Fault::NoRoom(words)
        }
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::ReadOnly
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::FileLockingProtocolFailed,
        ) => Fault::Unavailable(words),
        _ => Fault::Defect(words),
    }
}

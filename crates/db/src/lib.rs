//! The two databases behind one small door.
//!
//! A use case is a plain function whose first argument is `&mut Tx`. [`Db::write`] runs it in a transaction:
//! on SQLite on the one writer thread, grouped with what else is waiting (each in its own savepoint, one
//! commit for all); on PostgreSQL on one of the worker threads, each with its own connection. Nobody hears
//! "done" before the commit. [`Db::read`] runs the statements of one page in one snapshot.
//!
//! SQL is written once, in PostgreSQL's words: `$1` and `FOR UPDATE`. The closed list of differences is in
//! `dialect`. What this crate must not know: any table but its own `migration`.

mod dialect;
mod fault;
mod migrate;
mod pg;
mod pool;
mod row;
mod span;
mod sqlite;
mod tx;
mod value;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use kernel::District;
use tokio::sync::oneshot;

pub use fault::{Failure, Fault, Outcome, unless_refused};
pub use migrate::{Migration, migrations};
use pool::{Job, Queue, Work};
pub use row::{FromColumn, FromRow, Row};
pub use span::Span;
pub use tx::{Tx, Watch};
pub use value::{ToValue, Value};

/// Which database, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A server, as a `postgres://` URL.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            Ok(Self::Sqlite(PathBuf::from(path)))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else {
            Err(format!("`{text}` is no database: write sqlite:PATH or postgres://USER@HOST/NAME"))
        }
    }
}

/// Which of the two engines; for the few places where an operator must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in this process.
    Sqlite,
    /// PostgreSQL or Citus.
    Postgres,
}

/// How a database is opened.
#[derive(Clone)]
pub struct Options {
    /// Threads with a connection for reading (SQLite) or for everything (PostgreSQL).
    pub workers: usize,
    /// Whether a commit waits for the disk. Only a test or a demo that can be made again turns it off.
    pub durable: bool,
    /// Sees every statement; the tests hold each against what Citus accepts.
    pub watch: Option<Arc<dyn Watch>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { workers: 4, durable: true, watch: None }
    }
}

/// An open database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    writes: Queue,
    reads: Queue,
    woken: Arc<Woken>,
}

/// Districts in which something was committed that others wait for.
#[derive(Default)]
pub(crate) struct Woken {
    districts: Mutex<BTreeSet<District>>,
    changed: Condvar,
}

impl Woken {
    pub(crate) fn add(&self, districts: &[District]) {
        if !districts.is_empty() {
            self.districts.lock().unwrap_or_else(PoisonError::into_inner).extend(districts);
            self.changed.notify_all();
        }
    }
}

impl Db {
    /// Opens the database; its file is created, a server must be there.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] with the driver's words.
    pub fn open(address: &Address, options: &Options) -> Result<Self, Fault> {
        let woken = Arc::new(Woken::default());
        let (engine, writes, reads) = match address {
            Address::Sqlite(path) => {
                let (writes, reads) = sqlite::start(path, options, &woken)?;
                (Engine::Sqlite, writes, reads)
            }
            Address::Postgres(url) => {
                let queue = pg::start(url, options, &woken)?;
                (Engine::Postgres, queue.clone(), queue)
            }
        };
        Ok(Self { shared: Arc::new(Shared { engine, writes, reads, woken }) })
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.shared.engine
    }

    /// Runs `work` in a transaction that is committed when it returns `Ok` and rolled back otherwise; a panic
    /// rolls back too. It may be run again after a deadlock or a serialization failure, so it changes nothing
    /// but the database. `name` stands in logs and on the list of transactions that may touch two districts.
    ///
    /// # Errors
    /// What `work` returned, or a [`Fault`].
    pub async fn write<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Retry + Send + 'static,
    {
        answer(send(&self.shared.writes, name, true, work).await)
    }

    /// Runs `work` against one snapshot; it can change nothing.
    ///
    /// # Errors
    /// What `work` returned, or a [`Fault`].
    pub async fn read<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Retry + Send + 'static,
    {
        answer(send(&self.shared.reads, name, false, work).await)
    }

    /// [`Db::write`] for a thread of its own (commands, timers, tests).
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_now<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Retry + Send + 'static,
    {
        answer(send(&self.shared.writes, name, true, work).blocking_recv())
    }

    /// [`Db::read`] for a thread of its own.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_now<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Retry + Send + 'static,
    {
        answer(send(&self.shared.reads, name, false, work).blocking_recv())
    }

    /// Waits until a commit woke some districts, at most `timeout`; takes them.
    pub fn woken(&self, timeout: Duration) -> BTreeSet<District> {
        let woken = &self.shared.woken;
        let guard = woken.districts.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut guard, _) = woken
            .changed
            .wait_timeout_while(guard, timeout, |districts| districts.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut guard)
    }
}

/// Whether an error means "run the transaction again".
pub trait Retry {
    /// True for a serialization failure, a deadlock or a busy database.
    fn is_retry(&self) -> bool;
}

fn send<T, E, F>(queue: &Queue, name: &'static str, write: bool, work: F) -> oneshot::Receiver<Result<T, E>>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Fault> + Retry + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let work: Box<dyn Work> = Box::new(pool::Closure::new(work, reply));
    // A queue nobody reads drops the job and its reply; the receiver then says so.
    let _ = queue.send(Job { name, write, work });
    answer
}

fn answer<T, E: From<Fault>>(received: Result<Result<T, E>, oneshot::error::RecvError>) -> Result<T, E> {
    received
        .unwrap_or_else(|_| Err(Fault::Unavailable("the database threads have stopped".to_owned()).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_it_expects() {
        assert_eq!(Address::parse("sqlite:a/b.db"), Ok(Address::Sqlite("a/b.db".into())));
        assert!(Address::parse("postgres://u@h/n").is_ok());
        assert!(Address::parse("mysql://x").unwrap_err().contains("sqlite:PATH"));
        assert!(Address::parse("sqlite:").is_err());
    }
}

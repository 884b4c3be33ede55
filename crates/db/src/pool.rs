//! Jobs on their way to a thread with a connection.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::Sender;
use tokio::sync::oneshot;

use crate::{Fault, Retry, Tx};

pub(crate) type Queue = Sender<Job>;

/// Jobs that wait before senders do.
pub(crate) const QUEUE_MAX: usize = 4_096;

pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) write: bool,
    pub(crate) work: Box<dyn Work>,
}

/// How one run of a job ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// Commit it.
    Done,
    /// Roll it back and answer.
    Failed,
    /// Roll it back and run it again.
    Again,
}

/// A closure whose types are forgotten; it keeps its result until the commit.
pub(crate) trait Work: Send {
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran;
    /// Tells the one who waits: the kept result, or the fault that came after it.
    fn answer(self: Box<Self>, committed: Result<(), Fault>);
}

pub(crate) struct Closure<T, E, F> {
    work: F,
    kept: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Closure<T, E, F> {
    pub(crate) const fn new(work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { work, kept: None, reply }
    }
}

impl<T, E, F> Work for Closure<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Retry + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Ran {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|panic| {
            let words = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no words");
            tracing::error!(name = tx.name(), words, "a transaction panicked and was rolled back");
            Err(Fault::Defect(format!("{} panicked: {words}", tx.name())).into())
        });
        let ran = match &result {
            Ok(_) => Ran::Done,
            Err(error) if error.is_retry() => Ran::Again,
            Err(_) => Ran::Failed,
        };
        self.kept = Some(result);
        ran
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        let result = match (self.kept, committed) {
            (Some(kept), Ok(())) => kept,
            (Some(Err(error)), Err(_)) => Err(error),
            (_, Err(fault)) => Err(fault.into()),
            (None, Ok(())) => Err(Fault::Defect("the job did not run".to_owned()).into()),
        };
        // Nobody may wait any more: a browser that closed its connection. The work counts all the same.
        let _ = self.reply.send(result);
    }
}

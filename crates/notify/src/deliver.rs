//! Handing what is due to a sender.

use std::{
    fmt,
    io::Write as _,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use db::{Db, Fault};
use journal::Kit;
use kernel::Minutes;

use crate::{
    Outgoing,
    message::{districts_due, due, mark_sent, put_off},
};

/// Messages of one district handed over before the next district has its turn.
const BATCH: i64 = 64;
/// How long a program may take to send one message.
const SEND_WAIT: Duration = Duration::from_secs(20);
/// How often to look whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long a message that could not be sent rests.
const AFTER_FAILURE: Minutes = Minutes(1);

/// Hands messages to the outside: a provider of text messages, or nobody.
pub trait Sender: Send + Sync {
    /// Sends one message. The same id may come again after a crash; whoever can, drops the repetition.
    ///
    /// # Errors
    /// Why it did not leave; it is tried again.
    fn send(&self, message: &Outgoing) -> Result<(), SendError>;
}

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// There is no sender; messages stay until there is one.
    NotConfigured,
    /// The provider refused it or did not answer; its words, without the message's.
    Failed(String),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("no sender of text messages is configured"),
            Self::Failed(words) => write!(f, "the provider of text messages: {words}"),
        }
    }
}

impl std::error::Error for SendError {}

/// Sends nothing and says it did: in the demo every message is shown on `/demo/outbox`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DemoSender;

impl Sender for DemoSender {
    fn send(&self, _: &Outgoing) -> Result<(), SendError> {
        Ok(())
    }
}

/// The sender of an installation that has configured none: messages are kept, and the log says so once.
#[derive(Debug, Default)]
pub struct NoSender(AtomicBool);

impl Sender for NoSender {
    fn send(&self, _: &Outgoing) -> Result<(), SendError> {
        if !self.0.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "no sender of text messages is configured: messages are kept, nobody can sign in by code"
            );
        }
        Err(SendError::NotConfigured)
    }
}

/// Hands each message to a program of the operator's, which knows the provider: one run a message, with the message as
/// one line of JSON (`id`, `channel`, `phone`, `kind`, `text`) on its standard input. Exit code 0 means that it left.
#[derive(Clone, Debug)]
pub struct CommandSender {
    program: PathBuf,
}

impl CommandSender {
    /// A sender that runs `program`.
    pub const fn new(program: PathBuf) -> Self {
        Self { program }
    }

    fn run(&self, message: &Outgoing) -> std::io::Result<ExitStatus> {
        let line = serde_json::json!({
            "id": message.id.to_string(),
            "channel": message.channel.word(),
            "phone": message.phone.as_str(),
            "kind": message.kind,
            "text": message.text,
        });
        let mut child = Command::new(&self.program).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // A program that does not read says by its exit code whether the message left.
            let _ = writeln!(input, "{line}");
        }
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if began.elapsed() > SEND_WAIT {
                child.kill()?;
                return child.wait();
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

impl Sender for CommandSender {
    fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        match self.run(message) {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(SendError::Failed(format!("{}: {status}", self.program.display()))),
            Err(error) => Err(SendError::Failed(format!("{}: {error}", self.program.display()))),
        }
    }
}

/// What one round of [`deliver_due`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Messages that left.
    pub sent: usize,
    /// Messages that could not leave and rest a minute.
    pub kept: usize,
}

/// Sends what is due now, once round every district. For a thread of its own: it waits for the sender. Killed
/// between sending and marking, it sends that message again.
///
/// # Errors
/// A fault of the database or a message that does not open; what was sent before stays marked.
pub fn deliver_due(db: &Db, kit: &Arc<Kit>, sender: &dyn Sender) -> Result<Delivered, Fault> {
    let now = kit.clock.now();
    let mut done = Delivered::default();
    for district in db.read_now("messages_districts", move |tx| districts_due(tx, now))? {
        let keys = Arc::clone(kit);
        let messages = db.read_now("messages_due", move |tx| due(tx, &keys.keys, district, now, BATCH))?;
        for message in messages {
            let id = message.id;
            match sender.send(&message) {
                Ok(()) => {
                    db.write_now("message_sent", move |tx| mark_sent(tx, id, now))?;
                    done.sent += 1;
                }
                // Without a sender everything stays as it is, for the day there is one.
                Err(SendError::NotConfigured) => return Ok(Delivered { kept: done.kept + 1, ..done }),
                Err(error) => {
                    tracing::warn!(%id, %error, "a message did not leave");
                    db.write_now("message_kept", move |tx| put_off(tx, id, now + AFTER_FAILURE))?;
                    done.kept += 1;
                }
            }
        }
    }
    Ok(done)
}

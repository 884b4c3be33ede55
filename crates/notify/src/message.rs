//! The table `message`.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::Call;
use kernel::{District, Id, Instant};
use vault::{Keys, Phone};

/// Mark of a message's id.
#[derive(Debug)]
pub enum Message {}

/// How a message reaches a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A text message.
    Sms,
    /// A call that reads the text out, for who does not read messages.
    Voice,
}

impl Channel {
    /// Its word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Sms, Self::Voice].into_iter().find(|channel| channel.word() == word)
    }
}

/// A message in clear, as a sender gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The key by which a provider drops a repetition.
    pub id: Id<Message>,
    /// How it goes.
    pub channel: Channel,
    /// To whom.
    pub phone: Phone,
    /// What sort of message it is: `sign_in_code`, `offer`.
    pub kind: String,
    /// What it says.
    pub text: String,
    /// Not before.
    pub not_before: Instant,
}

/// The text may hold a sign-in code, so it stays out of logs.
impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({} {} to {})", self.id, self.kind, self.phone.masked())
    }
}

pub(crate) const RECIPIENT: &str = "message.recipient";
pub(crate) const BODY: &str = "message.body";

/// Puts a message on its way; it leaves at `not_before` at the earliest. `district` is the shard of whoever it is
/// about.
///
/// # Errors
/// A fault.
#[expect(clippy::too_many_arguments, reason = "each is one fact of the message; the contract of all areas")]
pub fn send(
    tx: &mut Tx<'_>,
    call: &Call,
    district: District,
    channel: Channel,
    recipient_phone: &Phone,
    kind: &'static str,
    body_text: &str,
    not_before: Instant,
) -> Outcome<Id<Message>> {
    let id: Id<Message> = call.id(district);
    let seal = |purpose, text: &str| {
        call.keys()
            .seal(purpose, text.as_bytes(), call.random().bytes())
            .map_err(|error| Fault::Defect(format!("{purpose}: {error}")))
    };
    let (recipient, body) = (seal(RECIPIENT, recipient_phone.as_str())?, seal(BODY, body_text)?);
    tx.execute_one(
        "INSERT INTO message (district, id, channel, recipient, body, kind, not_before)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![district, id, channel.word(), recipient, body, kind, not_before],
    )?;
    Ok(id)
}

/// Takes a message back that has not left; says whether it could be. One that is due may be leaving at this moment.
///
/// # Errors
/// A fault.
pub fn withdraw(tx: &mut Tx<'_>, id: Id<Message>) -> Outcome<bool> {
    let taken = tx.execute(
        "DELETE FROM message WHERE district = $1 AND id = $2 AND sent_at IS NULL",
        params![id.district(), id],
    )?;
    Ok(taken == 1)
}

struct Sealed {
    id: Id<Message>,
    channel: String,
    recipient: Vec<u8>,
    body: Vec<u8>,
    kind: String,
    not_before: Instant,
}

impl FromRow for Sealed {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            channel: row.take()?,
            recipient: row.take()?,
            body: row.take()?,
            kind: row.take()?,
            not_before: row.take()?,
        })
    }
}

impl Sealed {
    fn open(self, keys: &Keys) -> Result<Outgoing, Fault> {
        let defect = |words: String| Fault::Defect(format!("message {}: {words}", self.id));
        let text = |purpose, sealed: &[u8]| {
            let plain = keys.open(purpose, sealed).map_err(|error| defect(error.to_string()))?;
            String::from_utf8(plain).map_err(|_| defect("not UTF-8".to_owned()))
        };
        Ok(Outgoing {
            channel: Channel::from_word(&self.channel)
                .ok_or_else(|| defect(format!("no channel `{}`", self.channel)))?,
            phone: Phone::parse(&text(RECIPIENT, &self.recipient)?)
                .map_err(|error| defect(error.to_string()))?,
            text: text(BODY, &self.body)?,
            id: self.id,
            kind: self.kind,
            not_before: self.not_before,
        })
    }
}

/// What has left or is due, newest first, in clear: the demo's outbox only.
///
/// # Errors
/// A fault.
pub fn outbox(tx: &mut Tx<'_>, call: &Call, limit: i64) -> Outcome<Vec<Outgoing>> {
    let sealed: Vec<Sealed> = tx.query(
        "SELECT id, channel, recipient, body, kind, not_before FROM message
         WHERE not_before <= $1 ORDER BY not_before DESC, id DESC LIMIT $2",
        params![call.now, limit],
    )?;
    Ok(sealed.into_iter().map(|one| one.open(call.keys())).collect::<Result<_, _>>()?)
}

pub(crate) fn districts_due(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<District>, Fault> {
    let rows: Vec<(District,)> = tx.query(
        "SELECT DISTINCT district FROM message WHERE sent_at IS NULL AND not_before <= $1",
        params![now],
    )?;
    Ok(rows.into_iter().map(|(district,)| district).collect())
}

pub(crate) fn due(
    tx: &mut Tx<'_>,
    keys: &Keys,
    district: District,
    now: Instant,
    limit: i64,
) -> Result<Vec<Outgoing>, Fault> {
    let sealed: Vec<Sealed> = tx.query(
        "SELECT id, channel, recipient, body, kind, not_before FROM message
         WHERE district = $1 AND sent_at IS NULL AND not_before <= $2 ORDER BY not_before, id LIMIT $3",
        params![district, now, limit],
    )?;
    sealed.into_iter().map(|one| one.open(keys)).collect()
}

/// Marks what left; harmless when it was withdrawn meanwhile.
pub(crate) fn mark_sent(tx: &mut Tx<'_>, id: Id<Message>, now: Instant) -> Result<(), Fault> {
    tx.execute(
        "UPDATE message SET sent_at = $3 WHERE district = $1 AND id = $2 AND sent_at IS NULL",
        params![id.district(), id, now],
    )?;
    Ok(())
}

pub(crate) fn put_off(tx: &mut Tx<'_>, id: Id<Message>, until: Instant) -> Result<(), Fault> {
    tx.execute(
        "UPDATE message SET not_before = $3 WHERE district = $1 AND id = $2 AND sent_at IS NULL",
        params![id.district(), id, until],
    )?;
    Ok(())
}

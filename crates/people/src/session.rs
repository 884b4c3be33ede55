//! Sessions: server-side, found by an id in the token, believed by a secret in it.

use db::{Fault, Outcome, Tx, params};
use journal::Call;
use kernel::{DivisionCode, Id, Instant, Minutes, Person, Role};
use subtle::ConstantTimeEq;
use web::{Entered, Sessions};

use crate::roles;

/// Mark of a session's id.
#[derive(Debug)]
pub enum Session {}

/// A session nobody used for so long is over.
pub const SESSION_IDLE: Minutes = Minutes::from_hours(12);
/// A resident's or volunteer's session is over after so long, used or not.
pub const SESSION_MAX: Minutes = Minutes::from_hours(30 * 24);
/// A session with a role over others is over after a working day.
pub const STAFF_SESSION_MAX: Minutes = Minutes::from_hours(8);
/// Uses are remembered at most this often.
const TOUCH_EVERY: Minutes = Minutes(5);
/// Random bytes of a token besides the id.
const SECRET_BYTES: usize = 32;

/// The table `session`, as the web asks for it.
#[derive(Clone, Copy, Debug)]
pub struct SessionTable;

/// Opens a session for `person` and gives its token: the id and 32 random bytes, in hexadecimal. Only the digest
/// of the bytes is stored.
///
/// # Errors
/// A fault.
pub fn open_session(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<String> {
    let id: Id<Session> = call.id(person.district());
    let secret: [u8; SECRET_BYTES] = call.random().bytes();
    tx.execute_one(
        "INSERT INTO session (district, id, person, secret_hash, created_at, touched_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        params![id.district(), id, person, vault::digest(&secret), call.now],
    )?;
    Ok(format!("{}{}", journal::hex(&id.bytes()), journal::hex(&secret)))
}

/// Ends the session of this token; one that is unknown or over is no error.
///
/// # Errors
/// A fault.
pub fn end_session(tx: &mut Tx<'_>, call: &Call, token: &str) -> Outcome<()> {
    if let Some((id, _)) = read_token(token) {
        tx.execute(
            "UPDATE session SET ended_at = $3 WHERE district = $1 AND id = $2 AND ended_at IS NULL",
            params![id.district(), id, call.now],
        )?;
    }
    Ok(())
}

/// Ends every session of the person who asks; says how many.
///
/// # Errors
/// Sign in first.
pub fn end_all_sessions(tx: &mut Tx<'_>, call: &Call) -> Outcome<u64> {
    let me = call.actor.signed_in()?;
    Ok(tx.execute(
        "UPDATE session SET ended_at = $3 WHERE district = $1 AND person = $2 AND ended_at IS NULL",
        params![me.district(), me, call.now],
    )?)
}

/// How many sessions of the person who asks are open.
///
/// # Errors
/// Sign in first.
pub fn open_sessions(tx: &mut Tx<'_>, call: &Call) -> Outcome<i64> {
    let me = call.actor.signed_in()?;
    let (open,): (i64,) = tx.query_one(
        "SELECT COUNT(*) FROM session WHERE district = $1 AND person = $2 AND ended_at IS NULL AND touched_at > $3",
        params![me.district(), me, call.now - SESSION_IDLE],
    )?;
    Ok(open)
}

fn read_token(token: &str) -> Option<(Id<Session>, [u8; SECRET_BYTES])> {
    let bytes = (0..token.len() / 2)
        .map(|at| token.get(at * 2..at * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<Vec<u8>>>()?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    Some((Id::from_bytes(*id).ok()?, secret.try_into().ok()?))
}

type SessionRow = (Id<Person>, [u8; 32], Instant, Instant, DivisionCode, Option<String>);

impl Sessions for SessionTable {
    fn actor(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<Entered, Fault> {
        let Some((id, secret)) = read_token(token) else { return Ok(Entered::default()) };
        let row: Option<SessionRow> = tx.query_opt(
            "SELECT s.person, s.secret_hash, s.created_at, s.touched_at, p.division, v.state FROM session s
             JOIN person p ON p.district = s.district AND p.id = s.person
             LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id
             WHERE s.district = $1 AND s.id = $2 AND s.ended_at IS NULL",
            params![id.district(), id],
        )?;
        let Some((person, hash, created_at, touched_at, home, volunteer)) = row else {
            return Ok(Entered::default());
        };
        let right = bool::from(hash.ct_eq(&vault::digest(&secret)));
        if !right || call.now >= touched_at + SESSION_IDLE || call.now >= created_at + SESSION_MAX {
            return Ok(Entered::default());
        }
        let held = roles::held_by(tx, person, call.now)?;
        let staff = held.iter().any(|held| held.role != Role::Leader);
        if staff && call.now >= created_at + STAFF_SESSION_MAX {
            return Ok(Entered::default());
        }
        let actor = roles::assemble(person, home, volunteer.as_deref() == Some("active"), &held);
        Ok(Entered { actor, touch: call.now >= touched_at + TOUCH_EVERY })
    }

    fn touch(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<(), Fault> {
        let Some((id, _)) = read_token(token) else { return Ok(()) };
        tx.execute(
            "UPDATE session SET touched_at = $3 WHERE district = $1 AND id = $2 AND ended_at IS NULL",
            params![id.district(), id, call.now],
        )
        .map(drop)
    }
}

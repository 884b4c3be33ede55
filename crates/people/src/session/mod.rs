//! Server-side sessions: a token in a cookie, its digest in the table, limits of idleness and age.

pub(crate) mod pages;
#[cfg(test)]
mod tests;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::Call;
use kernel::{Actor, DivisionCode, Grant, Id, Instant, Minutes, Person, Role};
use subtle::ConstantTimeEq;
use web::{Entered, Sessions};

use crate::roles::{assemble, read_grant};

/// Mark of a session's id.
#[derive(Debug)]
pub enum Session {}

/// A session nobody used for so long is over.
pub const IDLE_MAX: Minutes = Minutes::from_hours(12);
/// A session is over so long after signing in.
pub const AGE_MAX: Minutes = Minutes::from_hours(30 * 24);
/// The same for who works for others: a working day.
pub const STAFF_AGE_MAX: Minutes = Minutes::from_hours(8);
/// How often the use of a session is noted at most.
pub const TOUCH_EVERY: Minutes = Minutes(5);

/// Bytes of the secret half of a token.
const SECRET_BYTES: usize = 32;

/// Finds who is behind a token, for [`web::App`].
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionTable;

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Which.
    pub id: Id<Session>,
    /// When the person signed in.
    pub created_at: Instant,
    /// When it was last used, within five minutes.
    pub touched_at: Instant,
}

impl FromRow for OpenSession {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { id: row.take()?, created_at: row.take()?, touched_at: row.take()? })
    }
}

/// Opens a session; gives the token, which is stored nowhere. Whoever calls has seen that it is this person.
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
    Ok(URL_SAFE_NO_PAD.encode([id.bytes().as_slice(), &secret].concat()))
}

fn parse(token: &str) -> Option<(Id<Session>, [u8; SECRET_BYTES])> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    Some((Id::from_bytes(*id).ok()?, secret.try_into().ok()?))
}

struct Found {
    person: Id<Person>,
    secret_hash: [u8; 32],
    created_at: Instant,
    touched_at: Instant,
    home: DivisionCode,
    volunteer: Option<String>,
    grant: Option<Grant>,
}

impl FromRow for Found {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            person: row.take()?,
            secret_hash: row.take()?,
            created_at: row.take()?,
            touched_at: row.take()?,
            home: row.take()?,
            volunteer: row.take()?,
            grant: read_grant(row)?,
        })
    }
}

/// Whether the actor works for others, so that a forgotten session does more harm.
fn is_staff(actor: &Actor) -> bool {
    let own = |role| matches!(role, Role::Resident | Role::Volunteer | Role::Leader);
    actor.grants.iter().any(|grant| !own(grant.role))
}

impl Sessions for SessionTable {
    fn actor(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<Entered, Fault> {
        let Some((id, secret)) = parse(token) else { return Ok(Entered::default()) };
        // A row for each role the person holds, one without a role where there is none.
        let mut found: Vec<Found> = tx.query(
            "SELECT s.person, s.secret_hash, s.created_at, s.touched_at, p.division, v.state,
                 g.role, g.division, g.organisation
             FROM session s JOIN person p ON p.district = s.district AND p.id = s.person
             LEFT JOIN volunteer v ON v.district = s.district AND v.person = s.person
             LEFT JOIN role_grant g ON g.district = s.district AND g.person = s.person AND g.from_at <= $3
                 AND (g.until_at IS NULL OR g.until_at > $3)
             WHERE s.district = $1 AND s.id = $2 AND s.ended_at IS NULL ORDER BY g.id",
            params![id.district(), id, call.now],
        )?;
        let held: Vec<Grant> = found.iter_mut().filter_map(|row| row.grant.take()).collect();
        let ours = |found: &Found| bool::from(found.secret_hash.ct_eq(&vault::digest(&secret)));
        let Some(found) = found.pop().filter(ours) else { return Ok(Entered::default()) };
        let (idle, age) =
            (call.now.minutes_since(found.touched_at), call.now.minutes_since(found.created_at));
        if idle >= IDLE_MAX || age >= AGE_MAX {
            return Ok(Entered::default());
        }
        let actor = assemble(found.person, found.home, found.volunteer.as_deref(), held);
        if is_staff(&actor) && age >= STAFF_AGE_MAX {
            return Ok(Entered::default());
        }
        Ok(Entered { actor, touch: idle >= TOUCH_EVERY })
    }

    fn touch(&self, tx: &mut Tx<'_>, call: &Call, token: &str) -> Result<(), Fault> {
        let Some((id, _)) = parse(token) else { return Ok(()) };
        tx.execute(
            "UPDATE session SET touched_at = $3
             WHERE district = $1 AND id = $2 AND ended_at IS NULL AND touched_at < $3",
            params![id.district(), id, call.now],
        )?;
        Ok(())
    }
}

/// Ends the session of a token; harmless when there is none.
///
/// # Errors
/// A fault.
pub fn end_session(tx: &mut Tx<'_>, call: &Call, token: &str) -> Outcome<()> {
    let Some((id, secret)) = parse(token) else { return Ok(()) };
    tx.execute(
        "UPDATE session SET ended_at = $4
         WHERE district = $1 AND id = $2 AND secret_hash = $3 AND ended_at IS NULL",
        params![id.district(), id, vault::digest(&secret), call.now],
    )?;
    Ok(())
}

/// Signs the asker out everywhere; says how many sessions that were.
///
/// # Errors
/// Sign in first.
pub fn end_all_sessions(tx: &mut Tx<'_>, call: &Call) -> Outcome<u64> {
    let person = call.actor.signed_in()?;
    Ok(tx.execute(
        "UPDATE session SET ended_at = $3 WHERE district = $1 AND person = $2 AND ended_at IS NULL",
        params![person.district(), person, call.now],
    )?)
}

/// The asker's sessions that are not over, the last used first.
///
/// # Errors
/// Sign in first.
pub fn own_sessions(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<OpenSession>> {
    let person = call.actor.signed_in()?;
    let age = if is_staff(&call.actor) { STAFF_AGE_MAX } else { AGE_MAX };
    Ok(tx.query(
        "SELECT id, created_at, touched_at FROM session
         WHERE district = $1 AND person = $2 AND ended_at IS NULL AND touched_at > $3 AND created_at > $4
         ORDER BY touched_at DESC, id DESC",
        params![person.district(), person, call.now - IDLE_MAX, call.now - age],
    )?)
}

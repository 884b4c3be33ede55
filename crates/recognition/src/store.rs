//! The table `statement`, keyed by the hash of the code.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Day, District, Id, Instant, Person};

use crate::Statement;

/// A statement as it is stored.
pub(crate) struct Stored {
    pub(crate) id: Id<Statement>,
    pub(crate) person: Id<Person>,
    pub(crate) body: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) revoked_at: Option<Instant>,
    pub(crate) revoked_reason: Option<String>,
}

impl FromRow for Stored {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            person: row.take()?,
            body: row.take()?,
            signature: row.take()?,
            revoked_at: row.take()?,
            revoked_reason: row.take()?,
        })
    }
}

/// Keeps a statement, and its number in the district of its person.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    statement: &Statement,
    body: &[u8],
    signature: &[u8],
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO certificate_number (district, number, token_hash) VALUES ($1, $2, $3)",
        params![statement.person.district(), statement.number, statement.code_hash],
    )?;
    tx.execute_one(
        "INSERT INTO statement (token_hash, id, person, body, signature, issued_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![statement.code_hash, statement.id, statement.person, body, signature, statement.issued_at],
    )
}

pub(crate) fn find(tx: &mut Tx<'_>, code_hash: [u8; 32]) -> Result<Option<Stored>, Fault> {
    tx.query_opt(
        "SELECT id, person, body, signature, revoked_at, revoked_reason FROM statement WHERE token_hash = $1",
        params![code_hash],
    )
}

/// The hashes of the codes of what bears this number.
pub(crate) fn numbered(tx: &mut Tx<'_>, district: District, number: &str) -> Result<Vec<[u8; 32]>, Fault> {
    let found: Vec<([u8; 32],)> = tx.query(
        "SELECT token_hash FROM certificate_number WHERE district = $1 AND number = $2 ORDER BY token_hash",
        params![district, number],
    )?;
    Ok(found.into_iter().map(|(hash,)| hash).collect())
}

/// Marks it revoked; `false` when it was before.
pub(crate) fn revoke(tx: &mut Tx<'_>, code_hash: [u8; 32], at: Instant, reason: &str) -> Result<bool, Fault> {
    let changed = tx.execute(
        "UPDATE statement SET revoked_at = $2, revoked_reason = $3 WHERE token_hash = $1 AND revoked_at IS NULL",
        params![code_hash, at, reason],
    )?;
    Ok(changed == 1)
}

/// What was taken back: the digest of each statement and the day, by digest.
pub(crate) fn revoked(tx: &mut Tx<'_>) -> Result<Vec<([u8; 32], Day)>, Fault> {
    let mut revoked = Vec::new();
    tx.each("SELECT body, revoked_at FROM statement WHERE revoked_at IS NOT NULL", params![], |row| {
        let (body, at): (Vec<u8>, Instant) = (row.take()?, row.take()?);
        revoked.push((vault::digest(&body), at.day()));
        Ok(())
    })?;
    revoked.sort_unstable();
    Ok(revoked)
}

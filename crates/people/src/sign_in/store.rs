//! Rows of `sign_in_code`, one a phone.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Day, Instant};

/// `tries` of a code that was used.
pub(super) const USED: i64 = -1;

/// The last code sent to a phone.
pub(super) struct Sent {
    pub(super) code_hash: Vec<u8>,
    pub(super) sent_at: Instant,
    pub(super) expires_at: Instant,
    pub(super) tries: i64,
    pub(super) sent_today: i64,
    pub(super) day: Day,
}

impl FromRow for Sent {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            code_hash: row.take()?,
            sent_at: row.take()?,
            expires_at: row.take()?,
            tries: row.take()?,
            sent_today: row.take()?,
            day: row.take()?,
        })
    }
}

pub(super) fn locked(tx: &mut Tx<'_>, index: &[u8; 32]) -> Result<Option<Sent>, Fault> {
    tx.query_opt(
        "SELECT code_hash, sent_at, expires_at, tries, sent_today, day FROM sign_in_code
         WHERE phone_index = $1 FOR UPDATE",
        params![index],
    )
}

/// The row, made when there is none, so that two requests at once cannot both be the first.
pub(super) fn locked_or_new(tx: &mut Tx<'_>, index: &[u8; 32]) -> Result<Sent, Fault> {
    tx.execute(
        "INSERT INTO sign_in_code (phone_index, code_hash, sent_at, expires_at, tries, sent_today, day)
         VALUES ($1, $2, 0, 0, 0, 0, 0) ON CONFLICT (phone_index) DO NOTHING",
        params![index, Vec::<u8>::new()],
    )?;
    locked(tx, index)?.ok_or_else(|| Fault::Again("the row of a phone's code went away".to_owned()))
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    index: &[u8; 32],
    hash: &[u8; 32],
    sent_at: Instant,
    expires_at: Instant,
    sent_today: i64,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE sign_in_code SET code_hash = $2, sent_at = $3, expires_at = $4, tries = 0, sent_today = $5, day = $6
         WHERE phone_index = $1",
        params![index, hash, sent_at, expires_at, sent_today, sent_at.day()],
    )
}

pub(super) fn set_tries(tx: &mut Tx<'_>, index: &[u8; 32], tries: i64) -> Result<(), Fault> {
    tx.execute_one("UPDATE sign_in_code SET tries = $2 WHERE phone_index = $1", params![index, tries])
}

//! Rows of `card`.

use db::{Fault, FromRow, Row, Tx, params};
use kernel::{Id, Instant, Person};

use super::{Card, PrintedCard};
use crate::{Number, Token};

impl FromRow for Card {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, person) = (row.take()?, row.take()?);
        let number: String = row.take()?;
        Ok(Self {
            id,
            person,
            number: Number::parse(&number)
                .ok_or_else(|| Fault::Defect(format!("card.number is `{number}`")))?,
            made_at: row.take()?,
            until: row.take()?,
            revoked_at: row.take()?,
            version: row.take()?,
        })
    }
}

macro_rules! select_cards {
    ($rest:literal) => {
        concat!(
            "SELECT id, person, number, made_at, until_day, revoked_at, version FROM card WHERE district = $1 AND ",
            $rest
        )
    };
}

pub(super) fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Option<Card>, Fault> {
    tx.query_opt(select_cards!("person = $2 AND revoked_at IS NULL"), params![person.district(), person])
}

/// The card with this token, whatever its state.
pub(crate) fn of_token(tx: &mut Tx<'_>, token: &Token) -> Result<Option<Card>, Fault> {
    tx.query_opt(select_cards!("token_digest = $2"), params![token.district(), token.digest()])
}

/// The card with this number, whatever its state.
pub(crate) fn of_number(
    tx: &mut Tx<'_>,
    district: kernel::District,
    number: &Number,
) -> Result<Option<Card>, Fault> {
    tx.query_opt(select_cards!("number = $2"), params![district, number.as_str()])
}

/// Whether the number was free.
pub(super) fn insert(tx: &mut Tx<'_>, card: &Card, token: &Token, by: Id<Person>) -> Result<bool, Fault> {
    let made = tx.execute(
        "INSERT INTO card (district, id, person, number, token_digest, made_by, made_at, until_day, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (district, number) DO NOTHING",
        params![
            card.id.district(),
            card.id,
            card.person,
            card.number.as_str(),
            token.digest(),
            by,
            card.made_at,
            card.until
        ],
    )?;
    Ok(made == 1)
}

pub(super) fn revoke(
    tx: &mut Tx<'_>,
    id: Id<PrintedCard>,
    by: Id<Person>,
    now: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE card SET revoked_by = $3, revoked_at = $4, version = version + 1
         WHERE district = $1 AND id = $2 AND revoked_at IS NULL",
        params![id.district(), id, by, now],
    )
}

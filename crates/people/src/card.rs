//! What one person may see of another: a masked card.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Row, Tx, Value, params};
use kernel::{DivisionCode, Id, Person};
use vault::{Keys, Phone};

use crate::{listed::by_district, name, vaulted};

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Who.
    pub id: Id<Person>,
    /// 李** or 李*.
    pub name_masked: String,
    /// 李.
    pub surname: String,
    /// First character, for the round face.
    pub initial: String,
    /// Last four digits of the phone; empty without a phone.
    pub phone_last4: String,
    /// The community the person lives in.
    pub division: DivisionCode,
    /// The phone, sealed; only of [`cards`].
    phone: Option<Vec<u8>>,
}

impl Card {
    /// The phone in clear, for who was promised to meet the person and for the worker who calls them; `None` when they
    /// have none.
    ///
    /// # Errors
    /// A defect when it cannot be opened.
    pub fn phone(&self, keys: &Keys) -> Outcome<Option<Phone>> {
        Ok(self.phone.as_deref().map(|sealed| vaulted::open_phone(keys, sealed)).transpose()?)
    }
}

/// Ids asked for in one statement, where they are few and where they are many.
const FEW: usize = 16;
const MANY: usize = 64;

/// `SELECT` of the people of a district with these ids.
macro_rules! select_cards {
    ($ids:literal) => {
        concat!(
            "SELECT id, name, phone_last4, division, phone FROM person WHERE district = $1 AND id IN (",
            $ids,
            ")"
        )
    };
}

/// The cards of these people: one statement for up to 64 of a district. Who does not exist has none.
///
/// # Errors
/// A fault.
pub fn cards(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Outcome<BTreeMap<Id<Person>, Card>> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut cards = BTreeMap::new();
    for (district, ids) in by_district(&wanted) {
        let (size, sql) = if ids.len() > FEW {
            let sql = select_cards!(
                "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                     $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39,
                     $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57,
                     $58, $59, $60, $61, $62, $63, $64, $65"
            );
            (MANY, sql)
        } else {
            let sql = select_cards!("$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17");
            (FEW, sql)
        };
        for batch in ids.chunks(size) {
            let mut values = vec![Value::Int(i64::from(district.number()))];
            values.extend(batch.iter().map(|id| Value::Uuid(id.bytes())));
            values.resize(size + 1, Value::Null);
            tx.each(sql, &values, |row| {
                let mut card = read(row)?;
                card.phone = row.take()?;
                cards.insert(card.id, card);
                Ok(())
            })?;
        }
    }
    Ok(cards)
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Card, Fault> {
    let id = row.take()?;
    let full: String = row.take()?;
    Ok(Card {
        id,
        name_masked: name::mask(&full),
        surname: name::surname(&full),
        initial: full.chars().take(1).collect(),
        phone_last4: row.take()?,
        division: row.take()?,
        phone: None,
    })
}

/// The number of a volunteer; empty for who is none.
///
/// # Errors
/// A fault.
pub fn volunteer_number(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<String> {
    let row: Option<(String,)> = tx.query_opt(
        "SELECT number FROM volunteer WHERE district = $1 AND person = $2",
        params![person.district(), person],
    )?;
    Ok(row.map(|(number,)| number).unwrap_or_default())
}

/// A person as a certificate names them: the name in full, of the document its kind and last characters only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name in full.
    pub name: String,
    /// Kind of document; empty without one.
    pub document_kind: String,
    /// Last four characters of its number; empty without one.
    pub document_last4: String,
}

/// How a certificate names the person; one statement.
///
/// # Errors
/// 404 when there is no such person.
pub fn identity(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Identity> {
    let row: Option<(String, Option<String>, Option<String>)> = tx.query_opt(
        "SELECT p.name, d.kind, d.last4 FROM person p
         LEFT JOIN person_document d ON d.district = p.district AND d.person = p.id
         WHERE p.district = $1 AND p.id = $2",
        params![person.district(), person],
    )?;
    let (name, kind, last4) = row.ok_or_else(kernel::Refusal::missing)?;
    Ok(Identity { name, document_kind: kind.unwrap_or_default(), document_last4: last4.unwrap_or_default() })
}

/// The name in full, for the person themselves, and for who was promised to meet them; masked views
/// take [`cards`], certificates [`identity`].
///
/// # Errors
/// 404 when there is no such person.
pub fn full_name(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<String> {
    let row: Option<(String,)> = tx.query_opt(
        "SELECT name FROM person WHERE district = $1 AND id = $2",
        params![person.district(), person],
    )?;
    Ok(row.ok_or_else(kernel::Refusal::missing)?.0)
}

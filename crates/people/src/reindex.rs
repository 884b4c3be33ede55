//! Phones and documents found again after a rotation of keys: their blind indexes under the key in use.

use std::sync::Arc;

use db::{Db, Failure, Fault, Outcome, params};
use journal::{EncryptedColumn, Kit, encrypted_column};
use kernel::{Day, District, Id, Person};
use vault::{Document, DocumentKind, Keys};

use crate::vaulted;

/// What this area keeps encrypted.
pub const ENCRYPTED: &[EncryptedColumn] = &[
    encrypted_column!("person" "id" "phone", vaulted::PHONE),
    encrypted_column!("person_document" "person" "number", vaulted::DOCUMENT),
    encrypted_column!("volunteer" "person" "guardian_phone", vaulted::GUARDIAN_PHONE),
];

/// People looked at in one read.
const BATCH: i64 = 100;

/// A value that is found by its blind index, once in the whole country.
struct Indexed {
    purpose: &'static str,
    /// Person, kind, sealed value, index; behind the person `$2` of district `$1`, at most `$3`.
    batch: &'static str,
    update: &'static str,
    own: &'static str,
    disown: &'static str,
    /// The text whose index it is, from kind and clear value.
    text: fn(&str, String, Day) -> Option<String>,
}

static INDEXED: [Indexed; 2] = [
    Indexed {
        purpose: vaulted::PHONE,
        batch: "SELECT id, '', phone, phone_index FROM person
                WHERE district = $1 AND id > $2 AND phone_index IS NOT NULL ORDER BY id LIMIT $3",
        update: "UPDATE person SET phone_index = $3 WHERE district = $1 AND id = $2 AND phone_index = $4",
        own: "INSERT INTO phone_owner (phone_index, person) VALUES ($1, $2) ON CONFLICT (phone_index) DO NOTHING",
        disown: "DELETE FROM phone_owner WHERE phone_index = $1 AND person = $2",
        text: |_, phone, _| Some(phone),
    },
    Indexed {
        purpose: vaulted::DOCUMENT,
        batch: "SELECT person, kind, number, number_index FROM person_document
                WHERE district = $1 AND person > $2 ORDER BY person LIMIT $3",
        update: "UPDATE person_document SET number_index = $3 WHERE district = $1 AND person = $2 AND number_index = $4",
        own: "INSERT INTO document_owner (number_index, person) VALUES ($1, $2)
              ON CONFLICT (number_index) DO NOTHING",
        disown: "DELETE FROM document_owner WHERE number_index = $1 AND person = $2",
        text: |kind, number, today| {
            let document = Document::parse(DocumentKind::from_code(kind)?, &number, today.ymd()).ok()?;
            Some(document.unique_text())
        },
    },
];

type Row = (Id<Person>, String, Vec<u8>, [u8; 32]);

impl Indexed {
    fn new_index(
        &'static self,
        keys: &Keys,
        today: Day,
        (person, kind, sealed, _): &Row,
    ) -> Result<[u8; 32], Fault> {
        let clear = vaulted::open(keys, self.purpose, sealed)?;
        let text = (self.text)(kind, clear, today);
        let text = text.ok_or_else(|| Fault::Defect(format!("{} of {person} is none", self.purpose)))?;
        Ok(keys.blind_index(self.purpose, &text))
    }

    /// One value in one transaction; says whether it was still to be done.
    fn put(&'static self, db: &Db, person: Id<Person>, old: [u8; 32], new: [u8; 32]) -> Outcome<bool> {
        db.write_now("keys_reindex", move |tx| {
            if tx.execute(self.update, params![person.district(), person, new, old])? == 0 {
                return Ok(false);
            }
            if tx.execute(self.own, params![new, person])? == 0 {
                let words = format!("{} of {person} is another's too", self.purpose);
                return Err(Failure::Fault(Fault::Defect(words)));
            }
            tx.execute_one(self.disown, params![old, person])?;
            Ok(true)
        })
    }
}

/// Computes every blind index anew that was made with an older key; says how many. Each value is one transaction, so
/// killed in the middle it goes on where it was, and run twice it finds nothing. Nobody's phone or document can be taken
/// by another meanwhile: whoever looks looks under every key held. `passed` hears how many values were looked at.
///
/// # Errors
/// A fault; a defect when a value cannot be opened, or stands under two people.
pub fn reindex(db: &Db, kit: &Arc<Kit>, passed: &mut dyn FnMut(u64)) -> Outcome<u64> {
    let (today, mut moved) = (kit.clock.now().day(), 0);
    let districts: Vec<(District,)> =
        db.read_now("keys_districts", |tx| tx.query("SELECT DISTINCT district FROM person", params![]))?;
    for (district,) in districts {
        for one in &INDEXED {
            let mut after = [0_u8; 16];
            loop {
                let rows: Vec<Row> = db.read_now("keys_reindex", move |tx| {
                    tx.query(one.batch, params![district, db::Value::Uuid(after), BATCH])
                })?;
                let Some((last, ..)) = rows.last() else { break };
                after = last.bytes();
                passed(rows.len() as u64);
                for row in &rows {
                    let new = one.new_index(&kit.keys, today, row)?;
                    if new != row.3 && one.put(db, row.0, row.3, new)? {
                        moved += 1;
                    }
                }
            }
        }
    }
    Ok(moved)
}

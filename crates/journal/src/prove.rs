//! What shows an outsider that one event stands in the journal.

use db::{Fault, Tx, params};
use kernel::{Day, Id};
use proof::{FORM, Proof, Signed, Within};
use vault::Keys;

use crate::{node_roots, roots_of_days, seal::leaves};

/// What came of asking for a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// The proof, without row and statement, which whoever asks may add.
    Yes(Box<Proof>),
    /// The event is not sealed, or its day is not over; the root of a day is signed when it is.
    NotYet,
    /// No such event was told.
    Never,
}

/// The proof that the `version`-th change of `subject` stands in the journal: four statements. Its time grows with the
/// events of that day in that district, whose hashes it needs.
///
/// # Errors
/// A [`Fault`]; [`Fault::Defect`] when what is stored does not fit its signatures: run `linli journal verify`.
pub fn prove<T>(tx: &mut Tx<'_>, keys: &Keys, subject: Id<T>, version: i64) -> Result<Proved, Fault> {
    let district = subject.district();
    let event: Option<(i64, Vec<u8>, Option<Day>)> = tx.query_opt(
        "SELECT j.seq, j.body, d.day FROM journal j
         LEFT JOIN journal_day d ON d.district = j.district AND d.first_seq <= j.seq AND d.last_seq >= j.seq
         WHERE j.district = $1 AND j.subject = $2 AND j.version = $3",
        params![district, subject, version],
    )?;
    let Some((seq, body, day)) = event else {
        let pending: Option<(i64,)> = tx.query_opt(
            "SELECT version FROM journal_pending WHERE district = $1 AND subject = $2 AND version = $3",
            params![district, subject, version],
        )?;
        return Ok(if pending.is_some() { Proved::NotYet } else { Proved::Never });
    };
    let Some(day) = day else { return Ok(Proved::NotYet) };
    let roots = roots_of_days(tx, day, day)?;
    let found = roots.iter().enumerate().find(|(_, root)| root.district == district);
    let Some((at, day)) = found else { return Ok(Proved::NotYet) };
    let leaves = leaves(tx, district, (day.first_seq, day.last_seq))?;
    let index = usize::try_from(seq - day.first_seq).unwrap_or(usize::MAX);
    let node = node_roots(tx, Some(day.day.plus(1)), 1)?.into_iter().find(|node| node.day == day.day);
    let node = match node {
        Some(node) => {
            let leaves: Vec<[u8; 32]> =
                roots.iter().map(|root| proof::leaf_hash(root.statement().as_bytes())).collect();
            Some(within(&leaves, at, signed(keys, node.statement(), &node.signature)?)?)
        }
        None => None,
    };
    Ok(Proved::Yes(Box::new(Proof {
        form: FORM.to_owned(),
        statement: None,
        row: None,
        event: String::from_utf8(body)
            .map_err(|_| Fault::Defect(format!("journal {district}/{seq} is no text")))?,
        day: within(&leaves, index, signed(keys, day.statement(), &day.signature)?)?,
        node,
    })))
}

fn within(leaves: &[[u8; 32]], index: usize, line: Signed) -> Result<Within, Fault> {
    let path = proof::merkle_path(leaves, index)
        .ok_or_else(|| Fault::Defect(format!("`{}` does not hold what it should", line.text)))?;
    Ok(Within {
        index: index as u64,
        size: leaves.len() as u64,
        path: path.iter().map(|hash| vault::hex(hash)).collect(),
        line,
    })
}

/// A text that this installation signed.
fn signed(keys: &Keys, text: String, signature: &[u8]) -> Result<Signed, Fault> {
    let key = keys
        .signer_of(text.as_bytes(), signature)
        .map_err(|error| Fault::Defect(format!("`{text}`: {error}")))?;
    Ok(Signed { text, signature: vault::hex(signature), key: vault::hex(key.as_bytes()) })
}

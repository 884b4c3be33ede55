//! Checking a statement by its code, proving that it was issued, and revoking one.

pub(crate) mod api;
pub(crate) mod pages;

use db::{Fault, Outcome, Tx};
use journal::{Call, Event, Proved};
use kernel::{Action, Arg, Instant, Refusal};
use notify::Channel;
use proof::{Proof, Revoked, Signed};
use web::{Language, Said};

use crate::{Code, Statement, fact, statement, store};

/// What a code leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Issued here, signature holds, and the record still says the same.
    Genuine(Statement),
    /// Issued here, but the record was corrected afterwards.
    RecordChanged(Statement),
    /// What is stored under the code is not what was signed; nothing of it can be believed.
    Tampered,
    /// Issued here and taken back at that instant.
    Revoked(Instant),
    /// No statement was issued under this code.
    Unknown,
}

impl Verdict {
    /// Its word in the API and in locale keys.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Genuine(_) => "genuine",
            Self::RecordChanged(_) | Self::Tampered => "changed",
            Self::Revoked(_) => "revoked",
            Self::Unknown => "unknown",
        }
    }

    /// What may be shown of it: only what is signed, and not what was taken back.
    pub const fn statement(&self) -> Option<&Statement> {
        match self {
            Self::Genuine(statement) | Self::RecordChanged(statement) => Some(statement),
            Self::Tampered | Self::Revoked(_) | Self::Unknown => None,
        }
    }
}

/// The signed statement under `code`; `None` when its bytes do not hold.
fn signed(call: &Call, stored: &store::Stored, code: Code) -> Option<Statement> {
    call.keys().signer_of(&stored.body, &stored.signature).ok()?;
    let statement = Statement::read(&stored.body)?;
    let fits =
        (statement.id, statement.person, statement.code_hash) == (stored.id, stored.person, code.hash());
    fits.then_some(statement)
}

/// Whether what `code` names is genuine; two statements of the database at most. Anybody may ask.
///
/// # Errors
/// A [`Fault`].
pub fn check(tx: &mut Tx<'_>, call: &Call, code: Code) -> Result<Verdict, Fault> {
    let Some(stored) = store::find(tx, code.hash())? else { return Ok(Verdict::Unknown) };
    let Some(statement) = signed(call, &stored, code) else { return Ok(Verdict::Tampered) };
    if let Some(at) = stored.revoked_at {
        return Ok(Verdict::Revoked(at));
    }
    let facts = fact::of_days(tx, statement.person, statement.days())?;
    Ok(if statement.still_fits(&facts) {
        Verdict::Genuine(statement)
    } else {
        Verdict::RecordChanged(statement)
    })
}

/// How a statement stands that was found by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not taken back.
    Stands,
    /// It was taken back.
    Revoked,
    /// What is stored is not what was signed.
    Tampered,
}

/// The statements that bear this number, as far as they speak of places that the asker audits: only those lines are left. For a person's own number there is more than one only by chance. One statement, and one for
/// each that is found.
///
/// # Errors
/// A [`Fault`].
pub fn numbered(tx: &mut Tx<'_>, call: &Call, number: &str) -> Result<Vec<(Statement, Standing)>, Fault> {
    let Some(district) = statement::district_of_number(number) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for hash in store::numbered(tx, district, number)? {
        let Some(stored) = store::find(tx, hash)? else { continue };
        let Some(mut statement) = Statement::read(&stored.body) else { continue };
        statement.lines.retain(|line| call.actor.may(Action::Audit, line.division));
        let standing = match stored.revoked_at {
            _ if call.keys().signer_of(&stored.body, &stored.signature).is_err() => Standing::Tampered,
            Some(_) => Standing::Revoked,
            None => Standing::Stands,
        };
        if !statement.lines.is_empty() {
            found.push((statement, standing));
        }
    }
    Ok(found)
}

/// The proof that the statement under `code` was issued on its day and not later: the statement with its signature, the
/// event, the way to the day's signed root. Anybody may ask who has the code.
///
/// # Errors
/// 404 for a code that leads nowhere; `statement-tampered`, `statement-revoked`; `proof-not-yet` until the day of issue is
/// over and signed.
pub fn prove(tx: &mut Tx<'_>, call: &Call, code: Code) -> Outcome<(Statement, Proof)> {
    let stored = store::find(tx, code.hash())?.ok_or_else(Refusal::missing)?;
    let statement = signed(call, &stored, code).ok_or_else(|| Refusal::conflict("statement-tampered"))?;
    if stored.revoked_at.is_some() {
        return Err(Refusal::conflict("statement-revoked").into());
    }
    let mut proof = match journal::prove(tx, call.keys(), statement.id, 1)? {
        Proved::Yes(proof) => *proof,
        Proved::NotYet => return Err(Refusal::conflict("proof-not-yet").into()),
        Proved::Never => return Err(Refusal::conflict("statement-tampered").into()),
    };
    let defect = |error: String| Fault::Defect(error);
    let key = call.keys().signer_of(&stored.body, &stored.signature).map_err(|e| defect(e.to_string()))?;
    proof.statement = Some(Signed {
        text: String::from_utf8(stored.body).map_err(|e| defect(e.to_string()))?,
        signature: vault::hex(&stored.signature),
        key: vault::hex(key.as_bytes()),
    });
    Ok((statement, proof))
}

/// The list of the statements that were taken back, signed as of now: for whoever checks without a network. One statement.
///
/// # Errors
/// A [`Fault`].
pub fn revoked_file(tx: &mut Tx<'_>, call: &Call) -> Result<String, Fault> {
    let revoked = Revoked { statements: store::revoked(tx)? };
    let text = revoked.line(call.now).to_string();
    let keys = call.keys();
    let signature = keys.sign(text.as_bytes()).map_err(|error| Fault::Defect(error.to_string()))?;
    let (signature, key) = (vault::hex(signature.as_bytes()), vault::hex(keys.public_key().as_bytes()));
    Ok(revoked.file(&Signed { text, signature, key }))
}

/// Takes a statement back, with a reason that staff of the place can read later: a worker of the whole area that it
/// speaks of, who has its code before them.
///
/// # Errors
/// 404 for a code that leads nowhere, forbidden for who has no such role there, `reason-too-short` and
/// `reason-too-long` (invalid), `statement-revoked` when it was done before, `statement-tampered` when its bytes do not
/// hold (nobody knows then whose it was).
pub fn revoke(tx: &mut Tx<'_>, call: &Call, code: Code, reason: &str) -> Outcome<()> {
    call.actor.signed_in()?;
    let stored = store::find(tx, code.hash())?.ok_or_else(Refusal::missing)?;
    let statement = signed(call, &stored, code).ok_or_else(|| Refusal::conflict("statement-tampered"))?;
    call.actor.must(Action::ReviewHours, statement.division)?;
    let reason = people::reason("reason", reason)?;
    if !store::revoke(tx, code.hash(), call.now, reason)? {
        return Err(Refusal::conflict("statement-revoked").into());
    }
    let event = Event::new("statement.revoked", statement.person.district(), statement.id, 2)
        .with_id("person", statement.person)
        .with("division", statement.division.to_string());
    journal::append(tx, call, event)?;
    tell(tx, call, &statement)
}

/// Tells the volunteer that a proof of theirs no longer holds; who has no phone is told by nobody.
fn tell(tx: &mut Tx<'_>, call: &Call, statement: &Statement) -> Outcome<()> {
    static SAID: Said = Said::of(crate::LOCALES);
    let (Some(text), Some(phone)) = (SAID.text(), people::phone_of(tx, call.keys(), statement.person)?)
    else {
        return Ok(());
    };
    let args = [("number", Arg::from(statement.number.clone()))];
    let words = text.get(Language::Chinese, "notice-statement-revoked", &args);
    let district = statement.person.district();
    notify::send(tx, call, district, Channel::Sms, &phone, "statement_revoked", &words, call.now)?;
    Ok(())
}

/// Why a revoked statement was taken back, for who could have done it.
pub(crate) fn reason_of(tx: &mut Tx<'_>, call: &Call, code: Code) -> Result<Option<String>, Fault> {
    let Some(stored) = store::find(tx, code.hash())? else { return Ok(None) };
    let place = signed(call, &stored, code).map(|statement| statement.division);
    let may = place.is_some_and(|place| call.actor.may(Action::ReviewHours, place));
    Ok(stored.revoked_reason.filter(|_| may))
}

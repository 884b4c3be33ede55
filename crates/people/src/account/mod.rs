//! An account that somebody else made for a person, and what becomes of it.
//!
//! It sleeps until its person comes. Claimed, it wakes, or is merged into the account the person has already. Refused, it
//! is frozen until that is decided, and then closed or asleep again. Every step holds the lock of its row.

mod merge;

use db::{Fault, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{DivisionCode, Id, Instant, Person, Refusal};
use vault::{Document, Phone};

use crate::{Locked, claim::ASLEEP, lock::bump, name, vaulted};

pub use merge::merge;

/// State of an account that its person uses.
pub(crate) const ACTIVE: &str = "active";
/// State of an account that its person refused, until that is decided.
pub const FROZEN: &str = "frozen";
/// State of an account that is part of another.
pub const MERGED: &str = "merged";
/// State of an account that was rightly refused.
pub const CLOSED: &str = "closed";

/// Who made an account, and from what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which account; another than the person's own where it was merged.
    pub account: Id<Person>,
    /// Who made it; `None` where that was not noted yet.
    pub made_by: Option<Id<Person>>,
    /// When.
    pub made_at: Instant,
    /// SHA-256 of the file and the line in it, where a sheet told of the person.
    pub line: Option<([u8; 32], i64)>,
    /// When it was merged into the person's account.
    pub merged_at: Option<Instant>,
}

impl Origin {
    fn read(row: &mut Row<'_>) -> Result<Option<Self>, Fault> {
        let (account, made_by): (Option<Id<Person>>, _) = (row.take()?, row.take()?);
        let made_at: Option<Instant> = row.take()?;
        let (file, line): (Option<[u8; 32]>, Option<i64>) = (row.take()?, row.take()?);
        let merged_at = row.take()?;
        let found = account.zip(made_at);
        Ok(found.map(|(account, made_at)| Self {
            account,
            made_by,
            made_at,
            line: file.zip(line),
            merged_at,
        }))
    }
}

/// What stands under a person, as far as this area knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub id: Id<Person>,
    /// `active`, `asleep`, `frozen`, `merged` or `closed`.
    pub state: String,
    /// The name in full, for the person themselves.
    pub name: String,
    /// The community it is registered in.
    pub division: DivisionCode,
    /// When the account was made.
    pub made_at: Instant,
    /// Last four digits of the phone.
    pub phone_last4: String,
    /// Kind of document and last four characters of its number.
    pub document: Option<(String, String)>,
    /// Number of the volunteer; empty for who is none.
    pub volunteer_number: String,
    /// When a guardian consented.
    pub guardian_consent_at: Option<Instant>,
    /// Since when notices may name the person.
    pub named_since: Option<Instant>,
    /// Accounts that somebody else made, this one among them.
    pub origins: Vec<Origin>,
}

/// What stands under a person; one statement.
///
/// # Errors
/// 404 when there is no such person.
pub fn account(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Account> {
    let mut found: Option<Account> = None;
    tx.each(
        "SELECT p.state, p.name, p.division, p.created_at, p.phone_last4, d.kind, d.last4, v.number,
             v.guardian_consent_at, v.named_since, o.account, o.made_by, o.made_at, o.file, o.line, o.merged_at
         FROM person p
         LEFT JOIN person_document d ON d.district = p.district AND d.person = p.id
         LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id
         LEFT JOIN account_origin o ON o.district = p.district AND o.person = p.id
         WHERE p.district = $1 AND p.id = $2 ORDER BY o.made_at, o.account",
        params![person.district(), person],
        |row| {
            let read = Account {
                id: person,
                state: row.take()?,
                name: row.take()?,
                division: row.take()?,
                made_at: row.take()?,
                phone_last4: row.take()?,
                document: row.take::<Option<String>>()?.zip(row.take()?),
                volunteer_number: row.take::<Option<String>>()?.unwrap_or_default(),
                guardian_consent_at: row.take()?,
                named_since: row.take()?,
                origins: Vec::new(),
            };
            found.get_or_insert(read).origins.extend(Origin::read(row)?);
            Ok(())
        },
    )?;
    Ok(found.ok_or_else(Refusal::missing)?)
}

/// Notes who made the account.
pub(crate) fn note_origin(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    line: Option<(&[u8; 32], u32)>,
) -> Outcome<()> {
    tx.execute_one(
        "INSERT INTO account_origin (district, person, account, made_by, made_at, file, line)
         VALUES ($1, $2, $2, $3, $4, $5, $6)",
        params![
            person.district(),
            person,
            call.actor.person,
            call.now,
            line.map(|(file, _)| *file),
            line.map(|(_, line)| i64::from(line))
        ],
    )?;
    Ok(())
}

/// How what somebody tells of themselves fits an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Whose document it is.
    pub person: Id<Person>,
    /// State of the account.
    pub state: String,
    /// Whether the name is the one on file.
    pub name: bool,
    /// Whether the phone is the one on file.
    pub phone: bool,
}

/// The account that has the document, and how name and phone fit it. It takes the same statements whether there is one.
///
/// # Errors
/// A fault.
pub fn fit(
    tx: &mut Tx<'_>,
    call: &Call,
    document: &Document,
    (typed, phone): (&str, &Phone),
) -> Outcome<Option<Fit>> {
    let owner = crate::document_owner(tx, call, document)?;
    let asked = owner.unwrap_or_else(|| call.id(call.actor.home.district()));
    let row: Option<(String, String, Option<Vec<u8>>)> = tx.query_opt(
        "SELECT state, name, phone FROM person WHERE district = $1 AND id = $2",
        params![asked.district(), asked],
    )?;
    let Some((state, on_file, sealed)) = row else { return Ok(None) };
    let own = sealed.map(|sealed| vaulted::open_phone(call.keys(), &sealed)).transpose()?;
    let name = name::parse("name", typed).is_ok_and(|typed| typed == on_file);
    Ok(Some(Fit { person: asked, state, name, phone: own.as_ref() == Some(phone) }))
}

/// Freezes an account that its person refuses.
///
/// # Errors
/// What [`must_be`] says of an account that does not sleep.
pub fn freeze(tx: &mut Tx<'_>, call: &Call, locked: &Locked) -> Outcome<()> {
    must_be(&locked.state, ASLEEP)?;
    turn(tx, call, locked, (FROZEN, "person.frozen"))
}

/// Lets a frozen account sleep again.
///
/// # Errors
/// What [`must_be`] says of an account that is not frozen.
pub fn thaw(tx: &mut Tx<'_>, call: &Call, locked: &Locked) -> Outcome<()> {
    must_be(&locked.state, FROZEN)?;
    turn(tx, call, locked, (ASLEEP, "person.thawed"))
}

/// Closes a frozen account: its document is nobody's again, what it told of the person is forgotten, and nobody wakes it.
///
/// # Errors
/// What [`must_be`] says of an account that is not frozen.
pub fn close(tx: &mut Tx<'_>, call: &Call, locked: &Locked) -> Outcome<()> {
    must_be(&locked.state, FROZEN)?;
    let district = locked.id.district();
    let one = params![district, locked.id];
    let index: Option<([u8; 32],)> =
        tx.query_opt("SELECT number_index FROM person_document WHERE district = $1 AND person = $2", one)?;
    if let Some((index,)) = index {
        tx.execute("DELETE FROM document_owner WHERE number_index = $1", params![index])?;
        tx.execute("DELETE FROM person_document WHERE district = $1 AND person = $2", one)?;
    }
    tx.execute(
        "UPDATE volunteer SET state = 'closed', version = version + 1 WHERE district = $1 AND person = $2",
        one,
    )?;
    forget(tx, locked.id)?;
    turn(tx, call, locked, (CLOSED, "person.closed"))
}

/// The account is in this state.
///
/// # Errors
/// `person-awake`, `account-frozen`, `account-closed`, `account-not-frozen` (conflict): what it is instead.
pub fn must_be(is: &str, state: &str) -> Outcome<()> {
    let rule = match is {
        _ if is == state => return Ok(()),
        FROZEN => "account-frozen",
        CLOSED => "account-closed",
        ASLEEP => "account-not-frozen",
        _ => "person-awake",
    };
    Err(Refusal::conflict(rule).into())
}

/// Forgets what an account that ends told of its person; nobody finds it by a name any more.
fn forget(tx: &mut Tx<'_>, person: Id<Person>) -> Result<(), Fault> {
    tx.execute_one(
        "UPDATE person SET name = '', initials = '', phone = NULL, phone_last4 = '', birth_day = NULL, sex = 0,
             address = ''
         WHERE district = $1 AND id = $2",
        params![person.district(), person],
    )
}

fn turn(
    tx: &mut Tx<'_>,
    call: &Call,
    locked: &Locked,
    (state, kind): (&'static str, &'static str),
) -> Outcome<()> {
    tx.execute_one(
        "UPDATE person SET state = $3 WHERE district = $1 AND id = $2",
        params![locked.id.district(), locked.id, state],
    )?;
    let version = bump(tx, locked)?;
    let event = Event::new(kind, locked.id.district(), locked.id, version);
    Ok(append(tx, call, event.with("division", locked.home.to_string()))?)
}

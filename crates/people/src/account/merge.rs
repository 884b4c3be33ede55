//! One person, one account: what was brought in for somebody goes to the account they have already.

use db::{Fault, Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Day, Id, Instant, Person, Refusal};

use super::{ACTIVE, MERGED, forget, must_be};
use crate::{Locked, claim::ASLEEP, join::joined_event, lock::bump};

/// Merges a sleeping account into the one its person uses: identity, name as in the document, what the list tells of the
/// volunteer. The sleeping one ends and points to the other. Both locks are held; hours are the caller's.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// What [`must_be`] says of an account that does not sleep; `account-without-document`, `account-has-document` (conflict):
/// without a document nobody knows that both are one person, and nobody has two.
pub fn merge(tx: &mut Tx<'_>, call: &Call, asleep: &Locked, into: &Locked) -> Outcome<()> {
    must_be(&asleep.state, ASLEEP)?;
    must_be(&into.state, ACTIVE)?;
    move_document(tx, asleep.id, into.id)?;
    let birth_day = move_person(tx, asleep, into)?;
    move_origin(tx, call, asleep.id, into.id)?;
    let volunteers = move_volunteer(tx, call, asleep.id, into.id)?;
    let version = bump(tx, asleep)?;
    let merged = Event::new("person.merged", asleep.id.district(), asleep.id, version);
    append(tx, call, merged.with("division", asleep.home.to_string()).with_id("into", into.id))?;
    let mut into = into.clone();
    into.version = bump(tx, &into)?;
    let claimed = Event::new("person.claimed", into.id.district(), into.id, into.version);
    append(tx, call, claimed.with_id("account", asleep.id))?;
    if volunteers {
        let version = bump(tx, &into)?;
        append(tx, call, joined_event(&into, into.home, birth_day, version))?;
    }
    Ok(())
}

fn move_document(tx: &mut Tx<'_>, from: Id<Person>, to: Id<Person>) -> Outcome<()> {
    type Row = (String, Vec<u8>, [u8; 32], String, Instant);
    let find = "SELECT kind, number, number_index, last4, recorded_at FROM person_document
                WHERE district = $1 AND person = $2";
    if tx.query_opt::<Row>(find, params![to.district(), to])?.is_some() {
        return Err(Refusal::conflict("account-has-document").into());
    }
    let row = tx.query_opt::<Row>(find, params![from.district(), from])?;
    let (kind, number, index, last4, recorded_at) =
        row.ok_or_else(|| Refusal::conflict("account-without-document"))?;
    tx.execute_one(
        "DELETE FROM person_document WHERE district = $1 AND person = $2",
        params![from.district(), from],
    )?;
    tx.execute_one(
        "INSERT INTO person_document (district, person, kind, number, number_index, last4, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![to.district(), to, kind, number, index, last4, recorded_at],
    )?;
    tx.execute_one("UPDATE document_owner SET person = $2 WHERE number_index = $1", params![index, to])?;
    Ok(())
}

/// Name, day of birth and sex go to the account in use; the other one ends.
fn move_person(tx: &mut Tx<'_>, asleep: &Locked, into: &Locked) -> Outcome<Option<Day>> {
    let (name, initials): (String, String) = tx.query_one(
        "SELECT name, initials FROM person WHERE district = $1 AND id = $2",
        params![asleep.id.district(), asleep.id],
    )?;
    tx.execute_one(
        "UPDATE person SET name = $3, initials = $4, birth_day = $5, sex = $6 WHERE district = $1 AND id = $2",
        params![into.id.district(), into.id, name, initials, asleep.birth_day, asleep.sex],
    )?;
    forget(tx, asleep.id)?;
    tx.execute_one(
        "UPDATE person SET state = $3, merged_into = $4 WHERE district = $1 AND id = $2",
        params![asleep.id.district(), asleep.id, MERGED, into.id],
    )?;
    Ok(asleep.birth_day)
}

fn move_origin(tx: &mut Tx<'_>, call: &Call, from: Id<Person>, to: Id<Person>) -> Outcome<()> {
    type Row = (Option<Id<Person>>, Instant, Option<[u8; 32]>, Option<i64>);
    let noted: Option<Row> = tx.query_opt(
        "SELECT made_by, made_at, file, line FROM account_origin
         WHERE district = $1 AND person = $2 AND account = $2",
        params![from.district(), from],
    )?;
    let (made_by, made_at, file, line) = match noted {
        Some(noted) => noted,
        None => {
            let (made_at,): (Instant,) = tx.query_one(
                "SELECT created_at FROM person WHERE district = $1 AND id = $2",
                params![from.district(), from],
            )?;
            (None, made_at, None, None)
        }
    };
    tx.execute_one(
        "INSERT INTO account_origin (district, person, account, made_by, made_at, file, line, merged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![to.district(), to, from, made_by, made_at, file, line, call.now],
    )?;
    Ok(())
}

/// The volunteer of the list, with number and skills, is the account's in use from now on; says whether there was one.
fn move_volunteer(tx: &mut Tx<'_>, call: &Call, from: Id<Person>, to: Id<Person>) -> Result<bool, Fault> {
    /// Number, radius, limits, last insured and trained day.
    type Row = (String, i64, String, Option<Day>, Option<Day>);
    let (district, theirs) = (from.district(), to.district());
    let ours = params![district, from];
    let found: Option<Row> = tx.query_opt(
        "SELECT number, radius_m, limits, insured_until, trained_until FROM volunteer
         WHERE district = $1 AND person = $2",
        ours,
    )?;
    let Some((number, radius_m, limits, insured_until, trained_until)) = found else { return Ok(false) };
    let skills: Vec<(String, String, Day, Option<Day>)> = tx.query(
        "SELECT skill, proof, valid_from, valid_until FROM volunteer_skill WHERE district = $1 AND person = $2",
        ours,
    )?;
    for table in [
        "DELETE FROM volunteer_skill WHERE district = $1 AND person = $2",
        "DELETE FROM volunteer_category WHERE district = $1 AND person = $2",
        "DELETE FROM volunteer_time WHERE district = $1 AND person = $2",
        "DELETE FROM volunteer WHERE district = $1 AND person = $2",
    ] {
        tx.execute(table, ours)?;
    }
    tx.execute_one(
        "INSERT INTO volunteer (district, person, number, state, radius_m, limits, insured_until, trained_until,
             joined_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
        params![theirs, to, number, ACTIVE, radius_m, limits, insured_until, trained_until, call.now],
    )?;
    for (skill, proof, valid_from, valid_until) in skills {
        tx.execute_one(
            "INSERT INTO volunteer_skill (district, person, skill, proof, valid_from, valid_until)
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![theirs, to, skill, proof, valid_from, valid_until],
        )?;
    }
    Ok(true)
}

//! Rows of a volunteer and the owner of a document.

use db::{Fault, Tx, params};
use journal::Call;
use kernel::{Id, Person, Weekday};
use vault::{Document, Keys, Sex};

use super::{Join, number::new_number, rules::Checked};
use crate::{name, vaulted};

/// Whose document it is.
pub(super) fn owner(tx: &mut Tx<'_>, keys: &Keys, document: &Document) -> Result<Option<Id<Person>>, Fault> {
    for index in keys.blind_indexes(vaulted::DOCUMENT, &document.unique_text()) {
        let owner: Option<(Id<Person>,)> =
            tx.query_opt("SELECT person FROM document_owner WHERE number_index = $1", params![index])?;
        if let Some((person,)) = owner {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// Makes the document this person's; false when it is somebody else's. Whoever comes second waits for the first to
/// commit, and then sees it.
pub(crate) fn own_document(
    tx: &mut Tx<'_>,
    call: &Call,
    document: &Document,
    person: Id<Person>,
) -> Result<bool, Fault> {
    let index = call.keys().blind_index(vaulted::DOCUMENT, &document.unique_text());
    let owned = tx.execute(
        "INSERT INTO document_owner (number_index, person) VALUES ($1, $2) ON CONFLICT (number_index) DO NOTHING",
        params![index, person],
    )?;
    if owned == 0 {
        return Ok(owner(tx, call.keys(), document)? == Some(person));
    }
    let sealed = vaulted::seal(call, vaulted::DOCUMENT, document.number())?;
    tx.execute_one(
        "INSERT INTO person_document (district, person, kind, number, number_index, last4, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            person.district(),
            person,
            document.kind().code(),
            sealed,
            index,
            document.last_four(),
            call.now
        ],
    )?;
    Ok(true)
}

pub(super) fn is_volunteer(tx: &mut Tx<'_>, person: Id<Person>) -> Result<bool, Fault> {
    let found: Option<(String,)> = tx.query_opt(
        "SELECT state FROM volunteer WHERE district = $1 AND person = $2",
        params![person.district(), person],
    )?;
    Ok(found.is_some())
}

pub(crate) fn write(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    join: &Join,
    (checked, state): (&Checked, &str),
) -> Result<(), Fault> {
    let sex = match join.document.sex() {
        Some(Sex::Male) => 1_i64,
        Some(Sex::Female) => 2,
        None => 0,
    };
    tx.execute_one(
        "UPDATE person SET name = $3, initials = $4, birth_day = $5, sex = $6 WHERE district = $1 AND id = $2",
        params![person.district(), person, checked.name, name::initials(&checked.name), checked.birth_day, sex],
    )?;
    let guardian = join.guardian.as_ref().filter(|_| checked.guardian_name.is_some());
    let guardian_phone = guardian
        .map(|guardian| vaulted::seal(call, vaulted::GUARDIAN_PHONE, guardian.phone.as_str()))
        .transpose()?;
    tx.execute_one(
        "INSERT INTO volunteer (district, person, number, state, radius_m, limits, guardian_name, guardian_phone,
             guardian_consent_at, joined_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        params![
            person.district(),
            person,
            new_number(call.random()),
            state,
            join.radius_m,
            words(&join.limits),
            checked.guardian_name,
            guardian_phone,
            guardian.map(|_| call.now),
            call.now
        ],
    )?;
    replace_lists(tx, call, person, &join.categories, &join.skills, &join.times)
}

/// Several words in one column.
pub(crate) fn words(list: &[String]) -> String {
    let mut list = list.to_vec();
    list.sort_unstable();
    list.dedup();
    list.join(",")
}

/// Writes categories, skills and weekly times in place of those there are. A skill whose proof was seen stays as it is.
pub(crate) fn replace_lists(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    categories: &[String],
    skills: &[String],
    times: &[(Weekday, i64, i64)],
) -> Result<(), Fault> {
    let district = person.district();
    tx.execute(
        "DELETE FROM volunteer_category WHERE district = $1 AND person = $2",
        params![district, person],
    )?;
    for category in categories {
        tx.execute(
            "INSERT INTO volunteer_category (district, person, category) VALUES ($1, $2, $3)
             ON CONFLICT (district, person, category) DO NOTHING",
            params![district, person, category],
        )?;
    }
    tx.execute(
        "DELETE FROM volunteer_skill WHERE district = $1 AND person = $2 AND proof = ''",
        params![district, person],
    )?;
    for skill in skills {
        tx.execute(
            "INSERT INTO volunteer_skill (district, person, skill, proof, valid_from) VALUES ($1, $2, $3, '', $4)
             ON CONFLICT (district, person, skill) DO NOTHING",
            params![district, person, skill, call.now.day()],
        )?;
    }
    tx.execute("DELETE FROM volunteer_time WHERE district = $1 AND person = $2", params![district, person])?;
    for (weekday, from, to) in times {
        tx.execute(
            "INSERT INTO volunteer_time (district, person, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (district, person, weekday, from_minute) DO UPDATE SET to_minute = excluded.to_minute",
            params![district, person, weekday.number(), from, to],
        )?;
    }
    Ok(())
}

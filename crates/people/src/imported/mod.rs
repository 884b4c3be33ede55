//! Volunteers who stand in a sheet that a worker brings in: an account each, asleep until its person claims it.
//!
//! Nobody is a volunteer by being in a list. The account has no phone of its own yet; the one that the list tells is kept
//! to reach the person, and to know them when they join with it and with the same document. Until then it is asked for
//! nothing, counts in no figure and signs nobody in.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::RangeInclusive};

use db::{Fault, Outcome, Span, Tx, params, spanning};
use journal::{Call, Event, append};
use kernel::{Action, Day, DivisionCode, FieldRefusal, Id, Person, Refusal};
use vault::{Document, Phone};

use crate::{
    Join,
    account::note_origin,
    claim::ASLEEP,
    document_owner,
    join::{Checked, check, own_document, write},
    lock,
    lock::bump,
    name::initials,
    person_by_phone, vaulted,
};

/// A line of a list of volunteers.
#[derive(Clone, Debug)]
pub struct ImportedVolunteer {
    /// Name as typed.
    pub name: String,
    /// The identity document.
    pub document: Document,
    /// Day of birth as told, for documents that bear none.
    pub birth_day: Option<Day>,
    /// The phone the list tells.
    pub phone: Phone,
    /// The community they live in.
    pub division: DivisionCode,
    /// What they can do, as the list has it.
    pub skills: Vec<String>,
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The line in it, as a spreadsheet counts.
    pub line: u32,
}

/// What bringing in a line comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought<T> {
    /// It is there now.
    Made(T),
    /// It was there before; nothing changed.
    Known(T),
}

impl ImportedVolunteer {
    fn wish(&self) -> Join {
        Join {
            name: self.name.clone(),
            document: self.document.clone(),
            birth_day: self.birth_day,
            phone: self.phone.clone(),
            division: self.division,
            categories: Vec::new(),
            skills: self.skills.clone(),
            times: Vec::new(),
            radius_m: 0,
            limits: Vec::new(),
            guardian: None,
        }
    }

    fn checked(&self, today: Day) -> Result<Checked, Refusal> {
        check(&self.wish(), today).map_err(|mut refusal| {
            // A guardian consents in person, on the page on which the young volunteer joins.
            for field in refusal.fields.iter_mut().filter(|field| field.rule == "guardian-missing") {
                (field.field, field.rule) = ("number", "import-minor");
            }
            refusal
        })
    }

    /// What is wrong with the line by itself: the rules of joining, and `import-minor` for who is under 18.
    pub fn wrong(&self, today: Day) -> Vec<FieldRefusal> {
        self.checked(today).err().map(|refusal| refusal.fields).unwrap_or_default()
    }
}

/// Whose document it is already, and what stands against a new account: `import-phone-known` where the phone is
/// somebody's, who then joins by themselves.
///
/// # Errors
/// A fault.
pub fn standing(
    tx: &mut Tx<'_>,
    call: &Call,
    line: &ImportedVolunteer,
) -> Outcome<Result<Option<Id<Person>>, FieldRefusal>> {
    if let Some(owner) = document_owner(tx, call, &line.document)? {
        return Ok(Ok(Some(owner)));
    }
    if person_by_phone(tx, call.keys(), &line.phone)?.is_some() {
        return Ok(Err(FieldRefusal { field: "phone", rule: "import-phone-known", args: Vec::new() }));
    }
    Ok(Ok(None))
}

/// Makes the sleeping account of a line, or finds the one that has the document.
///
/// # Errors
/// Sign in first, forbidden outside the asker's area; every wrong field.
pub fn import_volunteer(
    tx: &mut Tx<'_>,
    call: &Call,
    line: &ImportedVolunteer,
) -> Outcome<Brought<Id<Person>>> {
    call.actor.must(Action::ExchangeSheets, line.division)?;
    let checked = line.checked(call.now.day())?;
    match standing(tx, call, line)? {
        Ok(Some(owner)) => return Ok(Brought::Known(owner)),
        Ok(None) => {}
        Err(wrong) => return Err(Refusal::fields(vec![wrong]).into()),
    }
    let district = line.division.district();
    let person: Id<Person> = call.id(district);
    let sealed = vaulted::seal(call, vaulted::PHONE, line.phone.as_str())?;
    tx.execute_one(
        "INSERT INTO person (district, id, division, name, initials, phone, phone_last4, sex, address, state, created_at,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', $8, $9, 1)",
        params![
            district,
            person,
            line.division,
            line.name,
            initials(&line.name),
            sealed,
            line.phone.last_four(),
            ASLEEP,
            call.now
        ],
    )?;
    if !own_document(tx, call, &line.document, person)? {
        return Err(Fault::Again("the document was taken meanwhile".to_owned()).into());
    }
    write(tx, call, person, &line.wish(), (&checked, ASLEEP))?;
    note_origin(tx, call, person, Some((&line.file, line.line)))?;
    let told = |kind, version| {
        Event::new(kind, district, person, version).with("division", line.division.to_string())
    };
    append(tx, call, told("person.registered", 1))?;
    let locked = lock(tx, person)?;
    let version = bump(tx, &locked)?;
    append(tx, call, told("volunteer.imported", version))?;
    Ok(Brought::Made(person))
}

const NUMBERS: (&str, &str) = spanning!(
    "SELECT v.number, v.person, p.division FROM volunteer v
     JOIN person p ON p.district = v.district AND p.id = v.person",
    "v.district = $3",
    "v.district BETWEEN $3 AND $4",
    " AND p.division BETWEEN $1 AND $2"
);

/// Every volunteer of an area by number, with the community they live in. One statement.
///
/// # Errors
/// A fault.
pub fn volunteers_by_number(
    tx: &mut Tx<'_>,
    area: &RangeInclusive<u64>,
) -> Outcome<BTreeMap<String, (Id<Person>, DivisionCode)>> {
    let mut volunteers = BTreeMap::new();
    Span::of_range(area).each(tx, NUMBERS, &[], |row| {
        volunteers.insert(row.take()?, (row.take()?, row.take()?));
        Ok(())
    })?;
    Ok(volunteers)
}

const NUMBERED: (&str, &str) = spanning!(
    "SELECT v.person FROM volunteer v JOIN person p ON p.district = v.district AND p.id = v.person",
    "v.district = $4",
    "v.district BETWEEN $4 AND $5",
    " AND v.number = $3 AND p.division BETWEEN $1 AND $2"
);

/// The volunteer of an area with this number. One statement.
///
/// # Errors
/// A fault.
pub fn volunteer_by_number(
    tx: &mut Tx<'_>,
    area: &RangeInclusive<u64>,
    number: &str,
) -> Outcome<Option<Id<Person>>> {
    let found: Vec<(Id<Person>,)> = Span::of_range(area).query(tx, NUMBERED, &[db::Value::Text(number)])?;
    Ok(found.first().map(|(person,)| *person))
}

//! What the leader of a team sees of those who serve in it: no birthday, no address, no document, no phone in full.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Row, Tx, Value};
use kernel::{Day, Id, Person};

use crate::{Card, card, listed::by_district, name};

/// People asked for at once by [`members`].
pub const MEMBERS_AT_ONCE: usize = 20;

/// A skill as a leader sees it: what the proof was stays with who saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberSkill {
    /// One of [`crate::SKILLS`].
    pub skill: String,
    /// Whether a worker has seen a proof; otherwise it is the volunteer's own word.
    pub seen: bool,
    /// Last day it is good for; `None` for good.
    pub until: Option<Day>,
}

/// Somebody who serves in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Masked.
    pub card: Card,
    /// Last day the basic training is good for; `None` without one.
    pub trained_until: Option<Day>,
    /// What they can do.
    pub skills: Vec<MemberSkill>,
}

macro_rules! select_members {
    ($which:literal) => {
        concat!(
            "SELECT p.id, p.name, p.phone_last4, p.division, v.trained_until, s.skill,
                 CASE WHEN s.proof = '' THEN 0 ELSE 1 END, s.valid_until
             FROM person p
             LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id
             LEFT JOIN volunteer_skill s ON s.district = p.district AND s.person = p.id
             WHERE p.district = $1 AND ",
            $which,
            " ORDER BY p.id, s.skill"
        )
    };
}

fn take(members: &mut BTreeMap<Id<Person>, Member>, row: &mut Row<'_>) -> Result<(), Fault> {
    let card = card::read(row)?;
    let trained_until = row.take()?;
    let member = members.entry(card.id).or_insert_with(|| Member { card, trained_until, skills: Vec::new() });
    if let Some(skill) = row.take::<Option<String>>()? {
        let seen = row.take::<i64>()? == 1;
        member.skills.push(MemberSkill { skill, seen, until: row.take()? });
    }
    Ok(())
}

/// These people, at most [`MEMBERS_AT_ONCE`] of them: one statement for each district they live in.
///
/// # Errors
/// A fault.
pub fn members(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Outcome<BTreeMap<Id<Person>, Member>> {
    let mut found = BTreeMap::new();
    for (district, ids) in by_district(ids.get(..MEMBERS_AT_ONCE).unwrap_or(ids)) {
        let mut values = vec![Value::Int(i64::from(district.number()))];
        values.extend(ids.iter().map(|id| Value::Uuid(id.bytes())));
        values.resize(MEMBERS_AT_ONCE + 1, Value::Null);
        tx.each(
            select_members!(
                "p.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
            ),
            &values,
            |row| take(&mut found, row),
        )?;
    }
    Ok(found)
}

/// Those of these people who are called so: one statement for each district they live in, however many they are. What is
/// asked for is what a leader sees anyway, the surname or the last four digits of the phone, or the whole name: who does
/// not know a name cannot try it out letter by letter.
///
/// # Errors
/// A fault.
pub fn members_called(
    tx: &mut Tx<'_>,
    ids: &[Id<Person>],
    words: &str,
) -> Outcome<BTreeMap<Id<Person>, Member>> {
    let words = words.trim();
    // No name is like nothing.
    let beginning = if name::may_be_surname(words) { format!("{words}%") } else { String::new() };
    let mut found = BTreeMap::new();
    for (district, mut ids) in by_district(ids) {
        ids.sort_unstable();
        // An id sorts by the time it was made, so the rows between are those of the same years.
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { continue };
        let values = [
            Value::Int(i64::from(district.number())),
            Value::Uuid(first.bytes()),
            Value::Uuid(last.bytes()),
            Value::Text(words),
            Value::Text(&beginning),
        ];
        let mut called = BTreeMap::new();
        tx.each(
            select_members!(
                "p.id BETWEEN $2 AND $3 AND (p.phone_last4 = $4 OR p.name = $4 OR p.name LIKE $5)"
            ),
            &values,
            |row| take(&mut called, row),
        )?;
        called.retain(|id, _| ids.binary_search(id).is_ok());
        found.append(&mut called);
    }
    Ok(found)
}

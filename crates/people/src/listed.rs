//! People of an area, and the names of many, for a sheet: a number of statements that does not grow with the rows.

use std::collections::BTreeMap;

use db::{Outcome, Row, Span, Tx, Value, params, spanning};
use journal::Call;
use kernel::{Action, Day, District, DivisionCode, Id, Instant, Person};

use crate::{ADULT_AGE, CLOSED, Card, MERGED, account::ACTIVE, age_band, card, lookup::is_minor, name};

/// These ids by the district that each lives in.
pub(crate) fn by_district(ids: &[Id<Person>]) -> BTreeMap<District, Vec<Id<Person>>> {
    let mut districts: BTreeMap<District, Vec<Id<Person>>> = BTreeMap::new();
    for id in ids {
        districts.entry(id.district()).or_default().push(*id);
    }
    districts
}

/// A person as a list of the staff holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Masked name, last digits of the phone, community.
    pub card: Card,
    /// `10-17`, `18-59`, …; empty where no document was given.
    pub age_band: &'static str,
    /// Kind of document; empty without one.
    pub document_kind: String,
    /// Last four characters of its number; of a minor none.
    pub document_last4: String,
    /// `resident`, `asleep`, or the state of a volunteer: `active`, `resting`.
    pub state: String,
    /// Number of the volunteer; empty when the person is none.
    pub volunteer_number: String,
    /// Since when they are a volunteer.
    pub joined: Option<Day>,
    /// What they can do.
    pub skills: Vec<String>,
}

const PEOPLE: (&str, &str) = spanning!(
    "SELECT p.id, p.name, p.phone_last4, p.division, p.birth_day, p.state, d.kind, d.last4, v.state, v.number, v.joined_at
     FROM person p
     LEFT JOIN person_document d ON d.district = p.district AND d.person = p.id
     LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id",
    "p.district = $4",
    "p.district BETWEEN $4 AND $5",
    " AND p.division BETWEEN $1 AND $2 ORDER BY p.division, p.id LIMIT $3"
);

const SKILLS: (&str, &str) = spanning!(
    "SELECT s.person, s.skill FROM volunteer_skill s
     JOIN person p ON p.district = s.district AND p.id = s.person",
    "s.district = $3",
    "s.district BETWEEN $3 AND $4",
    " AND p.division BETWEEN $1 AND $2 ORDER BY s.person, s.skill"
);

/// Everybody who lives in the area, by community, at most so many. Two statements.
///
/// # Errors
/// Sign in first, forbidden.
pub fn listed(tx: &mut Tx<'_>, call: &Call, area: DivisionCode, most: i64) -> Outcome<Vec<Listed>> {
    call.actor.must(Action::ExchangeSheets, area)?;
    let (span, today) = (Span::of(area), call.now.day());
    let mut skills: BTreeMap<Id<Person>, Vec<String>> = BTreeMap::new();
    span.each(tx, SKILLS, &[], |row| {
        let (person, skill) = (row.take()?, row.take()?);
        skills.entry(person).or_default().push(skill);
        Ok(())
    })?;
    let mut people = Vec::new();
    span.each(tx, PEOPLE, &[Value::Int(most)], |row| {
        let card = card::read(row)?;
        let (birth, state): (Option<Day>, String) = (row.take()?, row.take()?);
        let (kind, last4): (Option<String>, Option<String>) = (row.take()?, row.take()?);
        let (volunteer, number): (Option<String>, Option<String>) = (row.take()?, row.take()?);
        let joined: Option<Instant> = row.take()?;
        // Nobody uses an account that ended.
        if [MERGED, CLOSED].contains(&state.as_str()) {
            return Ok(());
        }
        people.push(Listed {
            age_band: age_band(birth, today),
            document_kind: kind.unwrap_or_default(),
            document_last4: last4.filter(|_| !is_minor(birth, today)).unwrap_or_default(),
            state: match volunteer {
                _ if state != ACTIVE => state,
                None => "resident".to_owned(),
                Some(volunteer) => volunteer,
            },
            volunteer_number: number.unwrap_or_default(),
            joined: joined.map(Instant::day),
            skills: skills.remove(&card.id).unwrap_or_default(),
            card,
        });
        Ok(())
    })?;
    Ok(people)
}

/// The cards of many people with the numbers of those who are volunteers: one statement for each district they live in,
/// however many they are.
///
/// # Errors
/// A fault.
pub fn named(tx: &mut Tx<'_>, ids: &[Id<Person>]) -> Outcome<BTreeMap<Id<Person>, (Card, String)>> {
    let mut people = BTreeMap::new();
    for (district, mut ids) in by_district(ids) {
        ids.sort_unstable();
        // An id sorts by the time it was made, so the rows between are those of the same years.
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { continue };
        let mut take = |row: &mut Row<'_>| {
            let card = card::read(row)?;
            let number: Option<String> = row.take()?;
            if ids.binary_search(&card.id).is_ok() {
                people.insert(card.id, (card, number.unwrap_or_default()));
            }
            Ok(())
        };
        tx.each(
            "SELECT p.id, p.name, p.phone_last4, p.division, v.number FROM person p
             LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id
             WHERE p.district = $1 AND p.id BETWEEN $2 AND $3",
            params![district, *first, *last],
            &mut take,
        )?;
    }
    Ok(people)
}

/// Characters of a volunteer's number by which public notices tell two of one surname apart.
const NUMBER_END_CHARS: usize = 4;

/// Who of these people is named in a public notice, masked, with the end of their number: adults who said so themselves.
/// One statement for each district they live in, however many they are.
///
/// # Errors
/// A fault.
pub fn named_in_notices(
    tx: &mut Tx<'_>,
    ids: &[Id<Person>],
    today: Day,
) -> Outcome<BTreeMap<Id<Person>, (String, String)>> {
    let mut names = BTreeMap::new();
    for (district, mut ids) in by_district(ids) {
        ids.sort_unstable();
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { continue };
        let mut take = |row: &mut Row<'_>| {
            let (person, name, number): (Id<Person>, String, String) =
                (row.take()?, row.take()?, row.take()?);
            let birth: Day = row.take()?;
            if ids.binary_search(&person).is_ok() && today.years_since(birth) >= ADULT_AGE {
                let begin = number.chars().count().saturating_sub(NUMBER_END_CHARS);
                names.insert(person, (name::mask(&name), number.chars().skip(begin).collect()));
            }
            Ok(())
        };
        tx.each(
            "SELECT p.id, p.name, v.number, p.birth_day FROM volunteer v
             JOIN person p ON p.district = v.district AND p.id = v.person
             WHERE v.district = $1 AND v.named_since > 0 AND v.person BETWEEN $2 AND $3
                 AND p.birth_day IS NOT NULL AND p.state <> 'asleep'",
            params![district, *first, *last],
            &mut take,
        )?;
    }
    Ok(names)
}

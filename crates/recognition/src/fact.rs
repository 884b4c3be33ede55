//! What a service record says today, corrections included.

use std::collections::{BTreeMap, BTreeSet};

use db::{Fault, FromRow, Row, Tx, params};
use hours::ServiceRecord;
use kernel::{Day, DivisionCode, Id, Minutes, Person};

/// A record with everything that corrects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) record: Id<ServiceRecord>,
    pub(crate) person: Id<Person>,
    pub(crate) day: Day,
    pub(crate) category: String,
    pub(crate) division: DivisionCode,
    /// Minutes by grade; a grade whose minutes cancel is not there.
    pub(crate) grades: BTreeMap<String, i64>,
}

impl Fact {
    /// The minutes that count today.
    pub(crate) fn minutes(&self) -> Minutes {
        Minutes(self.grades.values().sum())
    }
}

/// One row of the record or of a correction.
struct Line {
    id: Id<ServiceRecord>,
    day: Day,
    category: String,
    division: DivisionCode,
    grade: String,
    minutes: i64,
    corrects: Option<Id<ServiceRecord>>,
}

impl FromRow for Line {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            day: row.take()?,
            category: row.take()?,
            division: row.take()?,
            grade: row.take()?,
            minutes: row.take()?,
            corrects: row.take()?,
        })
    }
}

/// Every record among `lines` with its corrections; a correction comes after what it corrects.
fn facts(person: Id<Person>, lines: Vec<Line>) -> Vec<Fact> {
    let mut facts: Vec<(BTreeSet<Id<ServiceRecord>>, Fact)> = Vec::new();
    for line in lines {
        let corrected = facts.iter_mut().find(|(ids, _)| line.corrects.is_some_and(|id| ids.contains(&id)));
        let fact = match corrected {
            Some((ids, fact)) => {
                ids.insert(line.id);
                fact
            }
            None => {
                let grades = BTreeMap::new();
                let Line { id, day, category, division, .. } = line;
                let fact = Fact { record: id, person, day, category, division, grades };
                facts.push((BTreeSet::from([id]), fact));
                let Some((_, fact)) = facts.last_mut() else { continue };
                fact
            }
        };
        *fact.grades.entry(line.grade.to_ascii_lowercase()).or_default() += line.minutes;
    }
    let cleared = |(_, mut fact): (_, Fact)| {
        fact.grades.retain(|_, minutes| *minutes != 0);
        fact
    };
    facts.into_iter().map(cleared).collect()
}

/// The record as it counts today, when it is this person's; one statement.
pub(crate) fn of_record(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    record: Id<ServiceRecord>,
    day: Day,
) -> Result<Option<Fact>, Fault> {
    let lines = tx.query(
        "SELECT id, day, category, division, grade, minutes, corrects FROM service_record
         WHERE district = $1 AND person = $2 AND day = $3 ORDER BY recorded_at, id",
        params![person.district(), person, day],
    )?;
    Ok(facts(person, lines).into_iter().find(|fact| fact.record == record))
}

/// Whose record it is, and of which day.
pub(crate) fn owner(tx: &mut Tx<'_>, record: Id<ServiceRecord>) -> Result<Option<(Id<Person>, Day)>, Fault> {
    tx.query_opt(
        "SELECT person, day FROM service_record WHERE district = $1 AND id = $2",
        params![record.district(), record],
    )
}

/// Rows read for the list of a person's records.
const LINES_MAX: i64 = 200;

/// The person's records that count today, newest first.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Fact>, Fault> {
    let mut lines: Vec<Line> = tx.query(
        "SELECT id, day, category, division, grade, minutes, corrects FROM service_record
         WHERE district = $1 AND person = $2 ORDER BY day DESC, recorded_at DESC, id DESC LIMIT $3",
        params![person.district(), person, LINES_MAX],
    )?;
    lines.reverse();
    let mut facts = facts(person, lines);
    facts.retain(|fact| fact.minutes() > Minutes::ZERO);
    facts.reverse();
    Ok(facts)
}

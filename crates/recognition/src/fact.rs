//! What a service record says today, corrections and raised grades included.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Tx};
use hours::{Counted, ServiceRecord};
use kernel::{Day, DivisionCode, Id, Minutes, Person};

/// A record with everything that changes it.
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
    fn new(person: Id<Person>, counted: Counted) -> Self {
        let Counted { record, grades } = counted;
        let grades = grades.into_iter().map(|(grade, minutes)| (grade.word().to_owned(), minutes.number()));
        Self {
            record: record.id,
            person,
            day: record.day,
            category: record.category,
            division: record.division,
            grades: grades.collect(),
        }
    }

    /// The minutes that count today.
    pub(crate) fn minutes(&self) -> Minutes {
        Minutes(self.grades.values().sum())
    }
}

/// The record as it counts today, when it is this person's; one statement.
pub(crate) fn of_record(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    record: Id<ServiceRecord>,
    day: Day,
) -> Result<Option<Fact>, Fault> {
    let found = hours::services(tx, person, (day, day))?.into_iter().find(|one| one.record.id == record);
    Ok(found.map(|counted| Fact::new(person, counted)))
}

/// Records read for the list of a person's records.
const LINES_MAX: usize = 200;

/// The person's records that count today, newest first.
pub(crate) fn of_person(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Vec<Fact>> {
    let counted = hours::newest_services(tx, person, LINES_MAX)?;
    let facts = counted.into_iter().map(|one| Fact::new(person, one));
    Ok(facts.filter(|fact| fact.minutes() > Minutes::ZERO).collect())
}

//! What service records say today, corrections and raised grades included.

use std::collections::BTreeMap;

use db::{Fault, Tx};
use hours::{AnyEngagement, Counted, ServiceRecord};
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person};

/// A record with everything that changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) record: Id<ServiceRecord>,
    pub(crate) engagement: Id<AnyEngagement>,
    pub(crate) day: Day,
    pub(crate) from: Instant,
    pub(crate) to: Instant,
    pub(crate) category: String,
    pub(crate) division: DivisionCode,
    /// Minutes by grade; a grade whose minutes cancel is not there.
    pub(crate) grades: Grades,
}

/// Minutes by the word of the grade, `a` to `d`.
pub(crate) type Grades = BTreeMap<String, i64>;

/// All minutes of these grades.
pub(crate) fn minutes(grades: &Grades) -> Minutes {
    Minutes(grades.values().sum())
}

impl From<Counted> for Fact {
    fn from(counted: Counted) -> Self {
        let Counted { record, grades } = counted;
        let grades = grades.into_iter().map(|(grade, minutes)| (grade.word().to_owned(), minutes.number()));
        Self {
            record: record.id,
            engagement: record.engagement,
            day: record.day,
            from: record.from,
            to: record.to,
            category: record.category,
            division: record.division,
            grades: grades.collect(),
        }
    }
}

impl Fact {
    /// The minutes that count today.
    pub(crate) fn minutes(&self) -> Minutes {
        minutes(&self.grades)
    }
}

/// The person's records of these days as they count today, in the order of days; one statement.
pub(crate) fn of_days(tx: &mut Tx<'_>, person: Id<Person>, days: (Day, Day)) -> Result<Vec<Fact>, Fault> {
    Ok(hours::services(tx, person, days)?.into_iter().map(Fact::from).collect())
}

/// Every day there is.
pub(crate) const EVER: (Day, Day) = (Day::from_number(i32::MIN), Day::from_number(i32::MAX));

//! What the time bank must know of the hours of one person.

use db::{Fault, Tx};
use hours::{Attendance, Grade, ServiceRecord};
use kernel::{Day, Id, Minutes, Person};

/// One record as far as it earns. A correction is one too, and its minutes may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) record: Id<ServiceRecord>,
    pub(crate) attendance: Id<Attendance>,
    pub(crate) day: Day,
    pub(crate) minutes: Minutes,
    pub(crate) grade: Grade,
}

/// The person's records of the days `from` to `to`.
pub(crate) fn served(tx: &mut Tx<'_>, person: Id<Person>, days: (Day, Day)) -> Result<Vec<Served>, Fault> {
    let served = |line: hours::RecordLine| Served {
        record: line.id,
        attendance: line.attendance,
        day: line.day,
        minutes: line.minutes,
        grade: line.grade,
    };
    Ok(hours::records(tx, person, days)?.into_iter().map(served).collect())
}

//! What the time bank must know of the hours of one person.

use db::{Fault, Tx, params};
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
pub(crate) fn served(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    (from, to): (Day, Day),
) -> Result<Vec<Served>, Fault> {
    let mut served = Vec::new();
    tx.each(
        "SELECT id, attendance, day, minutes, grade FROM service_record
         WHERE district = $1 AND person = $2 AND day >= $3 AND day <= $4 ORDER BY day, id",
        params![person.district(), person, from, to],
        |row| {
            let record: Id<ServiceRecord> = row.take()?;
            let (attendance, day, minutes) = (row.take()?, row.take()?, row.take()?);
            let word: String = row.take()?;
            let grade = Grade::from_word(&word)
                .ok_or_else(|| Fault::Defect(format!("record {record} has no grade but `{word}`")))?;
            served.push(Served { record, attendance, day, minutes, grade });
            Ok(())
        },
    )?;
    Ok(served)
}

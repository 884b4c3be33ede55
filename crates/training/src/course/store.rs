//! Rows of `course`.

use db::{Fault, FromRow, Row, Span, Tx, params, spanning};
use kernel::{Id, Instant, Person};

use super::{Course, CourseCard, Gives, NewCourse};

macro_rules! select_courses {
    () => {
        "SELECT id, division, title, content, gives, months, unit, sessions FROM course"
    };
}

const IN_AREA: (&str, &str) = spanning!(
    select_courses!(),
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND division BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3"
);

impl FromRow for CourseCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            written: NewCourse {
                division: row.take()?,
                title: row.take()?,
                content: row.take()?,
                gives: gives(row)?,
                months: row.take()?,
                unit: row.take()?,
            },
            sessions: row.take()?,
        })
    }
}

/// What passing gives, from its column.
pub(crate) fn gives(row: &mut Row<'_>) -> Result<Gives, Fault> {
    let word: String = row.take()?;
    Gives::from_word(&word).ok_or_else(|| Fault::Defect(format!("no training gives `{word}`")))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: Id<Course>,
    new: &NewCourse,
    by: Id<Person>,
    at: Instant,
) -> Result<(), Fault> {
    tx.execute_one(
        "INSERT INTO course (district, id, division, title, content, gives, months, unit, sessions, created_by,
             created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, 1)",
        params![
            id.district(),
            id,
            new.division,
            new.title.trim(),
            new.content.trim(),
            new.gives.word(),
            new.months,
            new.unit.trim(),
            by,
            at
        ],
    )
}

pub(super) fn seen(tx: &mut Tx<'_>, id: Id<Course>) -> Result<Option<CourseCard>, Fault> {
    tx.query_opt(concat!(select_courses!(), " WHERE district = $1 AND id = $2"), params![id.district(), id])
}

pub(super) fn in_area(tx: &mut Tx<'_>, area: Span, most: i64) -> Result<Vec<CourseCard>, Fault> {
    let mut found = Vec::new();
    area.each(tx, IN_AREA, params![most], |row| {
        found.push(CourseCard::from_row(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Counts one more session and gives its number, under the lock that this takes.
pub(crate) fn count_session(tx: &mut Tx<'_>, id: Id<Course>) -> Result<i64, Fault> {
    tx.execute_one(
        "UPDATE course SET sessions = sessions + 1 WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let (number,): (i64,) = tx.query_one(
        "SELECT sessions FROM course WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    Ok(number)
}

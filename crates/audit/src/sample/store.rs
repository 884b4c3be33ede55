//! Samples, their services and what the calls came to.

use db::{Fault, FromRow, Row, Span, Tx, Value, params, spanning};
use hours::{Attendance, Grade};
use journal::{Call, RowDigest, SealedTable, sealed_table};
use kernel::{DivisionCode, Id, Instant, Minutes, Person};

use super::{Answer, Called, Doubted, Drawing, Drawn, Entry, NewEntry, OutcomeId, Sample};
use crate::area::Wish;

/// Samples, in the district where it was served.
pub(crate) static AUDIT_SAMPLE: SealedTable = sealed_table!(
    "audit_sample": "district" 1, "id" 2, "area" 3, "first_day" 4, "last_day" 5, "grades" 6, "team" 7, "seed" 8,
    "wanted" 9, "population" 10, "cut" 11, "drawn_by" 12, "drawn_at" 13
);

/// What calls came to, in the district of their sample.
pub(crate) static AUDIT_OUTCOME: SealedTable = sealed_table!(
    "audit_outcome": "district" 1, "id" 2, "sample" 3, "number" 4, "division" 5, "outcome" 6, "minutes" 7, "note" 8,
    "entered_by" 9, "entered_at" 10
);

fn answer(word: &str) -> Result<Answer, Fault> {
    Answer::from_word(word).ok_or_else(|| Fault::Defect(format!("{word} is no outcome of a call")))
}

impl FromRow for Drawn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, area, days) = (row.take()?, row.take()?, (row.take()?, row.take()?));
        let grades: String = row.take()?;
        let grades = grades.chars().filter_map(|letter| Grade::from_word(&letter.to_string())).collect();
        Ok(Self {
            id,
            drawing: Drawing { wish: Wish { area, days }, grades, team: row.take()? },
            seed: row.take()?,
            wanted: row.take()?,
            population: row.take()?,
            cut: row.take()?,
            drawn_by: row.take()?,
            drawn_at: row.take()?,
        })
    }
}

pub(super) fn insert(tx: &mut Tx<'_>, drawn: &Drawn, calls: &[Called]) -> Result<RowDigest, Fault> {
    let Drawing { wish, grades, team } = &drawn.drawing;
    let grades: String = grades.iter().map(|grade| grade.word()).collect();
    let district = drawn.id.district();
    let digest = AUDIT_SAMPLE.insert(
        tx,
        params![
            district,
            drawn.id,
            wish.area,
            wish.days.0,
            wish.days.1,
            grades,
            *team,
            drawn.seed,
            drawn.wanted,
            drawn.population,
            drawn.cut,
            drawn.drawn_by,
            drawn.drawn_at
        ],
    )?;
    for call in calls {
        tx.execute_one(
            "INSERT INTO audit_call (district, sample, number, attendance, person, division, category, from_at, to_at,
                 minutes, grade) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            params![
                district,
                drawn.id,
                call.number,
                call.attendance,
                call.person,
                call.division,
                call.category,
                call.served.0,
                call.served.1,
                call.minutes,
                call.grade
            ],
        )?;
    }
    Ok(digest)
}

pub(super) fn find(tx: &mut Tx<'_>, id: Id<Sample>) -> Result<Option<Drawn>, Fault> {
    tx.query_opt(
        "SELECT id, area, first_day, last_day, grades, team, seed, wanted, population, cut, drawn_by, drawn_at
         FROM audit_sample WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )
}

const SAMPLES: (&str, &str) = spanning!(
    "SELECT id, area, first_day, last_day, grades, team, seed, wanted, population, cut, drawn_by, drawn_at
     FROM audit_sample",
    "district = $4",
    "district BETWEEN $4 AND $5",
    " AND area BETWEEN $1 AND $2 ORDER BY id DESC LIMIT $3"
);

/// The newest samples of an area.
pub(super) fn samples(tx: &mut Tx<'_>, area: Span, most: i64) -> Result<Vec<Drawn>, Fault> {
    area.query(tx, SAMPLES, &[Value::Int(most)])
}

impl FromRow for Called {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            number: row.take()?,
            attendance: row.take()?,
            person: row.take()?,
            division: row.take()?,
            category: row.take()?,
            served: (row.take()?, row.take()?),
            minutes: row.take()?,
            grade: row.take()?,
            entries: Vec::new(),
        })
    }
}

/// The services of a sample in the order in which they were drawn, with every word on each: one statement.
pub(crate) fn calls(tx: &mut Tx<'_>, sample: Id<Sample>) -> Result<Vec<Called>, Fault> {
    let mut calls: Vec<Called> = Vec::new();
    tx.each(
        "SELECT c.number, c.attendance, c.person, c.division, c.category, c.from_at, c.to_at, c.minutes, c.grade,
             o.outcome, o.minutes, o.note, o.entered_at
         FROM audit_call c
         LEFT JOIN audit_outcome o ON o.district = c.district AND o.sample = c.sample AND o.number = c.number
         WHERE c.district = $1 AND c.sample = $2 ORDER BY c.number, o.id",
        params![sample.district(), sample],
        |row| {
            let called = Called::from_row(row)?;
            if calls.last().is_none_or(|last| last.number != called.number) {
                calls.push(called);
            }
            if let (Some(word), Some(call)) = (row.take::<Option<String>>()?, calls.last_mut()) {
                let answer = answer(&word)?;
                call.entries.push(Entry { answer, minutes: row.take()?, note: row.take()?, at: row.take()? });
            }
            Ok(())
        },
    )?;
    Ok(calls)
}

pub(super) fn enter(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<OutcomeId>,
    (sample, called): (Id<Sample>, &Called),
    (entry, by): (&NewEntry, Id<Person>),
) -> Result<RowDigest, Fault> {
    let NewEntry { answer, minutes, note } = entry;
    AUDIT_OUTCOME.insert(
        tx,
        params![
            sample.district(),
            id,
            sample,
            called.number,
            called.division,
            answer.word(),
            *minutes,
            note,
            by,
            call.now
        ],
    )
}

impl FromRow for Doubted {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, outcome): (Id<OutcomeId>, String) = (row.take()?, row.take()?);
        Ok(Self {
            id,
            answer: answer(&outcome)?,
            said: row.take()?,
            note: row.take()?,
            at: row.take()?,
            attendance: row.take::<Id<Attendance>>()?,
            person: row.take()?,
            served: (row.take::<Instant>()?, row.take::<Instant>()?),
            recorded: row.take::<Minutes>()?,
            now: row.take::<Minutes>()?,
            division: row.take::<DivisionCode>()?,
        })
    }
}

const DOUBTED: (&str, &str) = spanning!(
    "SELECT o.id, o.outcome, o.minutes, o.note, o.entered_at, c.attendance, c.person, c.from_at, c.to_at, c.minutes,
         a.minutes, o.division
     FROM audit_outcome o
     JOIN audit_call c ON c.district = o.district AND c.sample = o.sample AND c.number = o.number
     JOIN attendance a ON a.district = c.district AND a.id = c.attendance",
    "o.district = $5",
    "o.district BETWEEN $5 AND $6",
    " AND o.division BETWEEN $1 AND $2 AND o.outcome IN ('other_hours', 'not_there') AND o.id < $3
     AND NOT EXISTS (SELECT 1 FROM audit_outcome l WHERE l.district = o.district AND l.sample = o.sample
         AND l.number = o.number AND l.id > o.id) ORDER BY o.id DESC LIMIT $4"
);

/// Services of an area of which somebody said that they are on record wrongly, and nothing else since; the newest first,
/// those before `before`.
pub(super) fn doubted(
    tx: &mut Tx<'_>,
    area: Span,
    before: Option<Id<OutcomeId>>,
    most: i64,
) -> Result<Vec<Doubted>, Fault> {
    let before = Value::Uuid(before.map_or([0xff; 16], Id::bytes));
    area.query(tx, DOUBTED, &[before, Value::Int(most)])
}

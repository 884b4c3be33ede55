//! What a statement or a record says, in the few words that somebody compares with the paper in hand.

use std::collections::BTreeMap;

use kernel::{Day, Instant, Minutes};
use proof::{Cell, Row};
use serde_json::Value;

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The number printed on the certificate; empty for a record.
    pub number: String,
    /// The masked name; empty for a record, which has none.
    pub name: String,
    /// The first and the last day.
    pub days: (Day, Day),
    /// How many services.
    pub services: usize,
    /// Minutes by grade, `a` to `d`.
    pub grades: BTreeMap<String, i64>,
    /// Who recorded it; empty for a record.
    pub unit: String,
    /// When it was issued or recorded.
    pub at: Instant,
}

impl Said {
    /// Of the signed text of a statement; `None` when it is none of a form that is known.
    pub fn of_statement(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let word = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let number = |name: &str| value.get(name)?.as_i64();
        let day = |name: &str| Some(Day::from_number(number(name)?.try_into().ok()?));
        if !word("form")?.starts_with("linli-statement-") {
            return None;
        }
        let lines = value.get("lines")?.as_array()?;
        let mut grades = BTreeMap::new();
        for line in lines {
            for (grade, minutes) in line.get("grades")?.as_object()? {
                *grades.entry(grade.clone()).or_insert(0) += minutes.as_i64()?;
            }
        }
        Some(Self {
            number: word("number")?,
            name: word("name")?,
            days: (day("first")?, day("last")?),
            services: lines.len(),
            grades,
            unit: word("unit")?,
            at: Instant::from_micros(number("issued_at")?),
        })
    }

    /// Of the row of a record; `None` for a row of another table.
    pub fn of_row(row: &Row) -> Option<Self> {
        let number = |name: &str| match row.get(name)? {
            Cell::Number(number) => Some(*number),
            Cell::Null(()) | Cell::Text(_) | Cell::Bytes { .. } => None,
        };
        let (Cell::Text(grade), "service_record") = (row.get("grade")?, row.table.as_str()) else {
            return None;
        };
        let day = Day::from_number(number("day")?.try_into().ok()?);
        Some(Self {
            number: String::new(),
            name: String::new(),
            days: (day, day),
            services: 1,
            grades: [(grade.to_lowercase(), number("minutes")?)].into(),
            unit: String::new(),
            at: Instant::from_micros(number("recorded_at")?),
        })
    }

    /// All minutes.
    pub fn minutes(&self) -> Minutes {
        Minutes(self.grades.values().sum())
    }
}

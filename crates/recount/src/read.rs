//! Reading the exported journal and the population file.

use std::{fmt, io::BufRead};

use kernel::{Day, DivisionCode, Instant};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Population;

/// One sealed event.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose journal.
    pub district: u64,
    /// Its place in that journal.
    pub seq: u64,
    /// The day it was sealed: the day it counts for.
    pub sealed: Day,
    /// What happened.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// Whether a person did it.
    pub by_person: bool,
    /// When it happened, in µs since 1970 UTC.
    pub at: i64,
    payload: Map<String, Value>,
}

#[derive(Deserialize)]
struct Line {
    district: u64,
    seq: u64,
    sealed_at: i64,
    body: Body,
}

#[derive(Deserialize)]
struct Body {
    kind: String,
    subject: String,
    actor: Option<String>,
    at: i64,
    payload: Map<String, Value>,
}

/// What cannot be counted, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// `420103/17`, or `line 3`.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl std::error::Error for Unreadable {}

impl Entry {
    fn wrong(&self, name: &str) -> Unreadable {
        let what = format!("{} has no usable `{name}`", self.kind);
        Unreadable { place: format!("{:06}/{}", self.district, self.seq), what }
    }

    pub(crate) fn number(&self, name: &str) -> Result<i64, Unreadable> {
        self.payload.get(name).and_then(Value::as_i64).ok_or_else(|| self.wrong(name))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Unreadable> {
        self.payload.get(name).and_then(Value::as_str).ok_or_else(|| self.wrong(name))
    }

    pub(crate) fn division(&self, name: &str) -> Result<DivisionCode, Unreadable> {
        self.text(name)?.parse().map_err(|_| self.wrong(name))
    }

    pub(crate) fn day(&self, name: &str) -> Result<Day, Unreadable> {
        self.number(name)?.try_into().map(Day::from_number).map_err(|_| self.wrong(name))
    }
}

/// Reads the lines of `linli export journal`, in the order of each district's journal.
///
/// # Errors
/// The first line that is not one.
pub fn read_journal(reader: impl BufRead) -> Result<Vec<Entry>, Unreadable> {
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(reader.lines()) {
        let wrong = |what: String| Unreadable { place: format!("line {number}"), what };
        let text = line.map_err(|error| wrong(error.to_string()))?;
        if text.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        entries.push(Entry {
            district: line.district,
            seq: line.seq,
            sealed: Instant::from_micros(line.sealed_at).day(),
            kind: line.body.kind,
            subject: line.body.subject,
            by_person: line.body.actor.is_some(),
            at: line.body.at,
            payload: line.body.payload,
        });
    }
    entries.sort_by_key(|entry| (entry.district, entry.seq));
    Ok(entries)
}

/// Reads the file that `linli import population` takes.
///
/// # Errors
/// The first line that is not one.
pub fn read_population(reader: impl std::io::Read) -> Result<Vec<(DivisionCode, Population)>, Unreadable> {
    let mut rows = Vec::new();
    let mut csv = csv::ReaderBuilder::new().has_headers(true).trim(csv::Trim::All).from_reader(reader);
    for (number, record) in (2..).zip(csv.records()) {
        let wrong = |what: &str| Unreadable { place: format!("line {number}"), what: what.to_owned() };
        let record = record.map_err(|error| wrong(&error.to_string()))?;
        let cell = |n: usize| record.get(n).ok_or_else(|| wrong("too few cells"));
        let division = cell(0)?.parse().map_err(|_| wrong("no division code"))?;
        let year = cell(1)?.parse().map_err(|_| wrong("no year"))?;
        let count = cell(2)?.parse().map_err(|_| wrong("no number of residents"))?;
        rows.push((division, Population { year, count, source: cell(3)?.to_owned() }));
    }
    Ok(rows)
}

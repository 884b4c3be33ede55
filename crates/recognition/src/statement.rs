//! The statement: what is signed, as canonical JSON.

use hours::ServiceRecord;
use kernel::{Day, District, DivisionCode, Id, Instant, Minutes, Person};
use serde_json::{Map, Value, json};

use crate::{
    Code,
    fact::{self, Fact, Grades},
};

/// Digits of a number: the district's six, the date's six, six more and the check digit.
const NUMBER_DIGITS: usize = 19;
/// Version of the form; it stands in the signed bytes.
const FORM: &str = "linli-statement-3";

/// What a statement says of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The record.
    pub record: Id<ServiceRecord>,
    /// Day of service.
    pub day: Day,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// What was done: the category's word.
    pub category: String,
    /// What the activity was called; of what was brought in, what was done and the unit that recorded it; empty where a
    /// need was served, which is the resident's matter.
    pub title: String,
    /// Where it was served.
    pub division: DivisionCode,
    /// The name of that place.
    pub place: String,
    /// Minutes by grade of evidence.
    pub grades: Grades,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its own id.
    pub id: Id<Statement>,
    /// Its number, as printed: district, date, six digits, check digit.
    pub number: String,
    /// Hash of the code it is found by, so that it cannot be put under another code.
    pub code_hash: [u8; 32],
    /// Whose.
    pub person: Id<Person>,
    /// The name as others see it: 李**.
    pub name_masked: String,
    /// Digest of the name in full with the code ([`Code::digest_of`]): who holds the paper can have the name on it checked,
    /// who does not learns nothing.
    pub name_digest: [u8; 32],
    /// The volunteer number; empty without one.
    pub volunteer_number: String,
    /// First day it speaks of.
    pub first: Day,
    /// Last day it speaks of.
    pub last: Day,
    /// Each service, in the order of days.
    pub lines: Vec<Line>,
    /// Who recorded it (decree 67, art. 15: 记录单位).
    pub unit: String,
    /// The smallest area in which all of it was served; who may review hours of that area may revoke the statement.
    pub division: DivisionCode,
    /// When it was issued.
    pub issued_at: Instant,
    /// By whom: the volunteer or a worker.
    pub issued_by: Id<Person>,
}

impl Statement {
    /// The bytes that are signed (RFC 8785).
    pub fn bytes(&self) -> Vec<u8> {
        let line = |line: &Line| {
            json!({
                "record": line.record,
                "day": line.day.number(),
                "from": line.from.micros(),
                "to": line.to.micros(),
                "category": line.category,
                "title": line.title,
                "division": line.division,
                "place": line.place,
                "grades": line.grades,
            })
        };
        proof::canonical_json(&json!({
            "form": FORM,
            "id": self.id,
            "number": self.number,
            "code_hash": vault::hex(&self.code_hash),
            "person": self.person,
            "name": self.name_masked,
            "name_digest": vault::hex(&self.name_digest),
            "volunteer_number": self.volunteer_number,
            "first": self.first.number(),
            "last": self.last.number(),
            "lines": self.lines.iter().map(line).collect::<Vec<_>>(),
            "unit": self.unit,
            "division": self.division,
            "issued_at": self.issued_at.micros(),
            "issued_by": self.issued_by,
        }))
    }

    /// Reads the bytes; `None` when they are no statement or not canonical.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let whole = value.as_object()?;
        if text(whole, "form")? != FORM {
            return None;
        }
        let statement = Self {
            id: text(whole, "id")?.parse().ok()?,
            number: text(whole, "number")?.to_owned(),
            code_hash: vault::unhex(text(whole, "code_hash")?)?.try_into().ok()?,
            person: text(whole, "person")?.parse().ok()?,
            name_masked: text(whole, "name")?.to_owned(),
            name_digest: vault::unhex(text(whole, "name_digest")?)?.try_into().ok()?,
            volunteer_number: text(whole, "volunteer_number")?.to_owned(),
            first: day(whole, "first")?,
            last: day(whole, "last")?,
            lines: whole
                .get("lines")?
                .as_array()?
                .iter()
                .map(|line| read_line(line.as_object()?))
                .collect::<Option<_>>()?,
            unit: text(whole, "unit")?.to_owned(),
            division: text(whole, "division")?.parse().ok()?,
            issued_at: instant(whole, "issued_at")?,
            issued_by: text(whole, "issued_by")?.parse().ok()?,
        };
        (statement.bytes() == bytes).then_some(statement)
    }

    /// The days on which it says that somebody served.
    pub(crate) fn days(&self) -> (Day, Day) {
        let first = self.lines.first().map_or(self.first, |line| line.day);
        (first, self.lines.last().map_or(self.last, |line| line.day))
    }

    /// Whether it was issued to somebody of this name; spaces do not matter.
    pub fn is_of(&self, code: Code, name: &str) -> bool {
        code.digest_of(name) == self.name_digest
    }

    /// All minutes.
    pub fn minutes(&self) -> Minutes {
        fact::minutes(&self.grades())
    }

    /// All minutes by grade.
    pub fn grades(&self) -> Grades {
        let mut sums = Grades::new();
        for (grade, minutes) in self.lines.iter().flat_map(|line| &line.grades) {
            *sums.entry(grade.clone()).or_default() += minutes;
        }
        sums
    }

    /// Whether the records still say what the statement says. What was recorded later does not make it wrong.
    pub(crate) fn still_fits(&self, facts: &[Fact]) -> bool {
        let said = |line: &Line| {
            facts.iter().any(|fact| {
                (fact.record, fact.day, fact.division) == (line.record, line.day, line.division)
                    && (fact.category == line.category && fact.grades == line.grades)
            })
        };
        self.lines.iter().all(said)
    }
}

fn text<'v>(of: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    of.get(name)?.as_str()
}

fn day(of: &Map<String, Value>, name: &str) -> Option<Day> {
    Some(Day::from_number(of.get(name)?.as_i64()?.try_into().ok()?))
}

fn instant(of: &Map<String, Value>, name: &str) -> Option<Instant> {
    Some(Instant::from_micros(of.get(name)?.as_i64()?))
}

fn read_line(of: &Map<String, Value>) -> Option<Line> {
    let grades = of.get("grades")?.as_object()?.iter();
    Some(Line {
        record: text(of, "record")?.parse().ok()?,
        day: day(of, "day")?,
        from: instant(of, "from")?,
        to: instant(of, "to")?,
        category: text(of, "category")?.to_owned(),
        title: text(of, "title")?.to_owned(),
        division: text(of, "division")?.parse().ok()?,
        place: text(of, "place")?.to_owned(),
        grades: grades
            .map(|(grade, minutes)| Some((grade.clone(), minutes.as_i64()?)))
            .collect::<Option<_>>()?,
    })
}

/// The number of a statement: district, date of issue as `yymmdd`, six digits of its id, a check digit by Luhn (ISO/IEC
/// 7812-1). People name a sheet of paper by it; what proves a statement is its code.
pub(crate) fn number(id: Id<Statement>, issued: Day) -> String {
    let [.., a, b, c, d] = id.bytes();
    let (year, month, day) = issued.ymd();
    let serial = u32::from_be_bytes([a, b, c, d]) % 1_000_000;
    let body = format!("{}{:02}{month:02}{day:02}{serial:06}", id.district(), year % 100);
    let check = check_digit(&body);
    format!("{body}{check}")
}

/// The check digit by Luhn of decimal digits.
fn check_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .map(|digit| u32::from(digit.saturating_sub(b'0')))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

/// The district in which a certificate of this number is kept; `None` where it is no such number, or was mistyped.
pub fn district_of_number(number: &str) -> Option<District> {
    let is_one = number.len() == NUMBER_DIGITS && number.bytes().all(|digit| digit.is_ascii_digit());
    let (body, check) = number.split_at_checked(NUMBER_DIGITS - 1).filter(|_| is_one)?;
    (check.parse() == Ok(check_digit(body))).then_some(())?;
    District::new(body.get(..6)?.parse().ok()?)
}

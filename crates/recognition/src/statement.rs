//! The statement: what is signed, as canonical JSON.

use std::collections::BTreeMap;

use hours::ServiceRecord;
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person};
use serde_json::{Value, json};

use crate::fact::Fact;

/// Version of the form; it stands in the signed bytes.
const FORM: &str = "linli-statement-1";

/// What a statement says of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its own id.
    pub id: Id<Statement>,
    /// Its number, as printed: district, date, six digits, check digit.
    pub number: String,
    /// Hash of the code it is found by, so that it cannot be put under another code.
    pub code_hash: [u8; 32],
    /// The record.
    pub record: Id<ServiceRecord>,
    /// Whose.
    pub person: Id<Person>,
    /// The name as others see it: 李**.
    pub name_masked: String,
    /// The volunteer number; empty without one.
    pub volunteer_number: String,
    /// Day of service.
    pub day: Day,
    /// What was done: the category's word.
    pub category: String,
    /// Who recorded it (decree 67, art. 15: 记录单位).
    pub unit: String,
    /// Where it was served.
    pub division: DivisionCode,
    /// Minutes by grade of evidence.
    pub grades: BTreeMap<String, i64>,
    /// When it was issued.
    pub issued_at: Instant,
    /// By whom: the volunteer or a worker.
    pub issued_by: Id<Person>,
}

impl Statement {
    /// The bytes that are signed (RFC 8785).
    pub fn bytes(&self) -> Vec<u8> {
        journal::canonical_json(&json!({
            "form": FORM,
            "id": self.id,
            "number": self.number,
            "code_hash": journal::hex(&self.code_hash),
            "record": self.record,
            "person": self.person,
            "name": self.name_masked,
            "volunteer_number": self.volunteer_number,
            "day": self.day.number(),
            "category": self.category,
            "unit": self.unit,
            "division": self.division,
            "grades": self.grades,
            "issued_at": self.issued_at.micros(),
            "issued_by": self.issued_by,
        }))
    }

    /// Reads the bytes; `None` when they are no statement or not canonical.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let number = |name: &str| value.get(name).and_then(Value::as_i64);
        if text("form")? != FORM {
            return None;
        }
        let statement = Self {
            id: text("id")?.parse().ok()?,
            number: text("number")?.to_owned(),
            code_hash: from_hex(text("code_hash")?)?,
            record: text("record")?.parse().ok()?,
            person: text("person")?.parse().ok()?,
            name_masked: text("name")?.to_owned(),
            volunteer_number: text("volunteer_number")?.to_owned(),
            day: Day::from_number(number("day")?.try_into().ok()?),
            category: text("category")?.to_owned(),
            unit: text("unit")?.to_owned(),
            division: text("division")?.parse().ok()?,
            grades: value
                .get("grades")?
                .as_object()?
                .iter()
                .map(|(grade, minutes)| Some((grade.clone(), minutes.as_i64()?)))
                .collect::<Option<_>>()?,
            issued_at: Instant::from_micros(number("issued_at")?),
            issued_by: text("issued_by")?.parse().ok()?,
        };
        (statement.bytes() == bytes).then_some(statement)
    }

    /// All minutes.
    pub fn minutes(&self) -> Minutes {
        Minutes(self.grades.values().sum())
    }

    /// Whether the record still says what the statement says.
    pub(crate) fn still_fits(&self, fact: &Fact) -> bool {
        (self.record, self.person, self.day, self.division)
            == (fact.record, fact.person, fact.day, fact.division)
            && self.category == fact.category
            && self.grades == fact.grades
    }
}

/// The number of a statement: district, date of issue as `yymmdd`, six digits of its id, a check digit by Luhn (ISO/IEC
/// 7812-1). It is for people to name a sheet of paper by; what finds a statement is its code.
pub(crate) fn number(id: Id<Statement>, issued: Day) -> String {
    let [.., a, b, c, d] = id.bytes();
    let (year, month, day) = issued.ymd();
    let serial = u32::from_be_bytes([a, b, c, d]) % 1_000_000;
    let body = format!("{}{:02}{month:02}{day:02}{serial:06}", id.district(), year % 100);
    let sum: u32 = body
        .bytes()
        .rev()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let bytes = crate::store::unhex(text)?;
    bytes.try_into().ok()
}

//! Pure: may this person join with what they told? Every wrong field is named.

use kernel::{Day, FieldRefusal, Level, Refusal};
use matching::Code;
use vault::{Document, DocumentError, DocumentKind};

use super::Join;
use crate::name;

/// Youngest age to join alone (教思政〔2015〕1号 art. 3: under 10 only together with a guardian).
pub const JOIN_AGE_MIN: i32 = 10;
/// From this age no guardian is asked (民法典 art. 17).
pub const ADULT_AGE: i32 = 18;
/// Farthest radius, in metres.
pub const RADIUS_M_MAX: i64 = 50_000;
/// Categories, skills or limits of one person at most.
pub const LIST_MAX: usize = 16;
/// Weekly times of one person at most: three a day.
pub const WEEKLY_TIMES_MAX: usize = 21;
/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;

/// What is left of a wish to join once it is known to be right.
pub(crate) struct Checked {
    pub(super) name: String,
    pub(super) birth_day: Option<Day>,
    pub(super) guardian_name: Option<String>,
}

fn field(field: &'static str, rule: &'static str) -> FieldRefusal {
    FieldRefusal { field, rule, args: Vec::new() }
}

/// Reads a document as typed; what is wrong becomes the sentence of its own rule on the field `number`.
///
/// # Errors
/// One of the `document-…` rules.
pub fn read_document(kind: &str, number: &str, today: Day) -> Result<Document, Refusal> {
    let missing = Some(Refusal::invalid("number", "document-missing")).filter(|_| number.trim().is_empty());
    let Some(kind) = DocumentKind::from_code(kind) else {
        let mut wrong = Refusal::invalid("kind", "document-kind-unknown");
        wrong.fields.extend(missing.into_iter().flat_map(|refusal| refusal.fields));
        return Err(wrong);
    };
    if let Some(missing) = missing {
        return Err(missing);
    }
    let wrong = |rule| Refusal::invalid("number", rule);
    Document::parse(kind, number, today.ymd()).map_err(|error| match error {
        DocumentError::WrongLength { found } => {
            wrong("document-length").with("found", i64::try_from(found).unwrap_or(i64::MAX))
        }
        DocumentError::WrongCharacter { position, found } => wrong("document-character")
            .with("position", i64::try_from(position).unwrap_or(i64::MAX))
            .with("found", found.to_string()),
        DocumentError::FifteenDigits => wrong("document-fifteen-digits"),
        DocumentError::WrongArea => wrong("document-area"),
        DocumentError::BirthdayImpossible => wrong("document-birthday-impossible"),
        DocumentError::BirthdayInFuture { birth: (year, month, day) } => {
            wrong("document-birthday-in-future").with("day", format!("{year:04}-{month:02}-{day:02}"))
        }
        // The character that would fit is not told: it would complete an invented number.
        DocumentError::WrongCheckDigit { .. } => wrong("document-check-digit"),
    })
}

/// The day of birth the document bears.
pub(super) fn born(document: &Document) -> Option<Day> {
    document.birth_date().and_then(|(year, month, day)| Day::from_ymd(year, month, day))
}

/// What an age, from the document or as told, has against joining; a birthday to come is a negative one.
pub(super) fn wrong_age(age: Option<i32>) -> Option<FieldRefusal> {
    match age {
        None => Some(field("birth_day", "birth-day-missing")),
        Some(..0) => Some(field("birth_day", "birth-day-in-future")),
        Some(age) if age > i32::from(vault::document::AGE_YEARS_MAX) => {
            Some(field("birth_day", "birth-day-impossible"))
        }
        Some(..JOIN_AGE_MIN) => Some(field("number", "join-too-young")),
        Some(_) => None,
    }
}

/// Holds the whole wish against the rules on `today`.
pub(crate) fn check(join: &Join, today: Day) -> Result<Checked, Refusal> {
    let mut wrong = Vec::new();
    let name = name::parse("name", &join.name).unwrap_or_else(|refusal| {
        wrong.extend(refusal.fields);
        String::new()
    });
    if join.division.level() != Level::Community {
        wrong.push(field("division", "division-not-community"));
    }
    let birth_day = born(&join.document).or(join.birth_day);
    let mut guardian_name = None;
    match birth_day.map(|birth| today.years_since(birth)) {
        age if wrong_age(age).is_some() => wrong.extend(wrong_age(age)),
        Some(age) if age < ADULT_AGE => match &join.guardian {
            None => wrong.push(field("guardian_name", "guardian-missing")),
            Some(guardian) => {
                match name::parse("guardian_name", &guardian.name) {
                    Ok(name) => guardian_name = Some(name),
                    Err(refusal) => wrong.extend(refusal.fields),
                }
                if !guardian.consent {
                    wrong.push(field("guardian_consent", "guardian-consent-missing"));
                }
            }
        },
        _ => {}
    }
    wrong.extend(preferences(&join.categories, &join.skills, &join.times, join.radius_m, &join.limits));
    if wrong.is_empty() {
        Ok(Checked { name, birth_day, guardian_name })
    } else {
        Err(Refusal::fields(wrong))
    }
}

/// What is wrong with what a volunteer wishes; the same when joining and later.
pub(crate) fn preferences(
    categories: &[String],
    skills: &[String],
    times: &[(kernel::Weekday, i64, i64)],
    radius_m: i64,
    limits: &[String],
) -> Vec<FieldRefusal> {
    let mut wrong = Vec::new();
    for (name, rule, list) in [
        ("categories", "categories-unknown", categories),
        ("skills", "skills-unknown", skills),
        ("limits", "limits-unknown", limits),
    ] {
        if list.len() > LIST_MAX || list.iter().any(|word| Code::parse(word).is_err()) {
            wrong.push(field(name, rule));
        }
    }
    let backwards =
        |&(_, from, to): &(kernel::Weekday, i64, i64)| !(0 <= from && from < to && to <= DAY_MINUTES);
    if times.len() > WEEKLY_TIMES_MAX || times.iter().any(backwards) {
        wrong.push(field("times", "times-backwards"));
    }
    if !(0..=RADIUS_M_MAX).contains(&radius_m) {
        wrong.push(field("radius_m", "radius-out-of-range"));
    }
    wrong
}

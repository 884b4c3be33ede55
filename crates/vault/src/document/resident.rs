//! Numbers of GB 11643: 6 area, 8 birth, 3 sequence, 1 check character. The foreigner's permanent residence card
//! has the same frame with 9, place and country in the place of the area.

use jiff::civil::Date;

use super::{AGE_YEARS_MAX, Borne, CivilDate, DocumentError, Sex};

/// Characters in a number.
const LENGTH: usize = 18;
/// Weights of the first 17 digits: 2^(18−i) mod 11 (ISO 7064 MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder of the weighted sum by 11.
const CHECK: &str = "10X98765432";
/// Provinces of GB/T 2260, with 81 and 82 for Hong Kong and Macau and 83, which residence permits use for Taiwan.
const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    "83",
];

/// A citizen's number, or that of a residence permit.
pub(super) fn citizen(number: &str, today: CivilDate) -> Result<Borne, DocumentError> {
    if number.len() == 15 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DocumentError::FifteenDigits);
    }
    shape(number)?;
    if !PROVINCES.iter().any(|province| number.starts_with(province)) {
        return Err(DocumentError::WrongArea);
    }
    borne(number, today)
}

/// The number of a permanent residence card issued since 2023-12-01.
pub(super) fn foreigner(number: &str, today: CivilDate) -> Result<Borne, DocumentError> {
    shape(number)?;
    match number.chars().next() {
        Some('9') => borne(number, today),
        found => Err(DocumentError::WrongCharacter { position: 1, found: found.unwrap_or_default() }),
    }
}

/// 17 digits, then a digit or X.
fn shape(number: &str) -> Result<(), DocumentError> {
    let count = number.chars().count();
    if count != LENGTH {
        return Err(DocumentError::WrongLength { found: count });
    }
    let wrong = |&(at, c): &(usize, char)| !(c.is_ascii_digit() || (c == 'X' && at + 1 == LENGTH));
    match number.chars().enumerate().find(wrong) {
        Some((at, found)) => Err(DocumentError::WrongCharacter { position: at + 1, found }),
        None => Ok(()),
    }
}

/// Birthday, check character and sex of a number of the right shape.
fn borne(number: &str, today: CivilDate) -> Result<Borne, DocumentError> {
    let birth = birthday(number).ok_or(DocumentError::BirthdayImpossible)?;
    if birth > today {
        return Err(DocumentError::BirthdayInFuture { birth });
    }
    if today.0.saturating_sub(birth.0) > AGE_YEARS_MAX {
        return Err(DocumentError::BirthdayImpossible);
    }
    let expected = check(number);
    if !number.ends_with(expected) {
        return Err(DocumentError::WrongCheckDigit { expected });
    }
    let odd = number.chars().nth(16).and_then(|c| c.to_digit(10)).is_some_and(|digit| digit % 2 == 1);
    Ok(Borne { birth, sex: if odd { Sex::Male } else { Sex::Female } })
}

/// Positions 7 to 14, if they are a day of the calendar.
fn birthday(number: &str) -> Option<CivilDate> {
    let year = number.get(6..10)?.parse().ok()?;
    let month = number.get(10..12)?.parse().ok()?;
    let day = number.get(12..14)?.parse().ok()?;
    Date::new(year, month, day).ok()?;
    Some((year, month, day))
}

/// The check character over the first 17 digits.
pub(super) fn check(number: &str) -> char {
    let digits = number.chars().map(|c| c.to_digit(10).unwrap_or(0));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    CHECK.chars().nth((sum % 11) as usize).unwrap_or_default()
}

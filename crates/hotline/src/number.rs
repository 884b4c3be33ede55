//! The number a call comes from: a mobile or a land line.

use std::fmt;

use vault::Phone;

/// Digits of a land line, with the code of the city or without.
const LAND_LINE: std::ops::RangeInclusive<usize> = 7..=8;
const WITH_CITY: std::ops::RangeInclusive<usize> = 10..=12;

/// A number as it is dialled, digits alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Reads a number as people type it: a mobile in every writing that [`Phone`] knows, or a land line with spaces, dashes,
    /// brackets, full-width digits.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(phone) = Phone::parse(text) {
            return Some(Self(phone.as_str().to_owned()));
        }
        let mut digits = String::new();
        for c in text.trim().chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
                ' ' | '-' | '－' | '(' | ')' | '（' | '）' => {}
                _ => return None,
            }
        }
        let city = digits.starts_with('0') && !digits.starts_with("00");
        let fits = if city { WITH_CITY } else { LAND_LINE }.contains(&digits.len());
        (fits && (city || !digits.starts_with(['0', '1']))).then_some(Self(digits))
    }

    /// As it is dialled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as a mobile, if it is one: whose account may have it.
    pub fn mobile(&self) -> Option<Phone> {
        Phone::parse(&self.0).ok()
    }

    /// `138****0001`, `027****0100`, `****0100`, for every list.
    pub fn masked(&self) -> String {
        let begin = if self.0.len() < *WITH_CITY.start() { "" } else { self.0.get(..3).unwrap_or_default() };
        format!("{begin}****{}", self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mobiles_and_land_lines_are_read_as_people_type_them() {
        for (text, digits, masked) in [
            ("+86 138-0000-0001", "13800000001", "138****0001"),
            ("（027）5550 0100", "02755500100", "027****0100"),
            ("0710-5550100", "07105550100", "071****0100"),
            ("５５５００１００", "55500100", "****0100"),
        ] {
            let number = Number::parse(text).unwrap();
            assert_eq!((number.as_str(), number.masked().as_str()), (digits, masked), "{text}");
            assert_eq!(format!("{number:?}"), format!("Number({masked})"));
        }
        assert!(Number::parse("13800000001").unwrap().mobile().is_some());
        assert!(Number::parse("02755500100").unwrap().mobile().is_none());
        for wrong in ["", "12345", "10086", "1380000000", "138000000011", "0027555001001", "5550010a", "007"]
        {
            assert_eq!(Number::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_that_reads_as_itself_or_none(text in ".{0,20}", digits in "[0-9]{5,13}") {
            for text in [text, digits] {
                if let Some(number) = Number::parse(&text) {
                    prop_assert_eq!(Number::parse(number.as_str()), Some(number.clone()));
                    prop_assert!(number.masked().chars().filter(char::is_ascii_digit).count() <= 7);
                }
            }
        }
    }
}

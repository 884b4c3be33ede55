//! Mainland mobile numbers.

use std::fmt;

use crate::text::{last_four, masked, normalised};

/// Digits in a mainland mobile number.
const DIGITS: usize = 11;

/// A mainland mobile number: 11 digits, `1` then `3` to `9` (E.164 country code 86).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// Why a text is not a mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneError {
    /// Nothing was typed.
    Empty,
    /// Not 11 digits, counted without the prefix 86.
    WrongLength {
        /// How many characters there were.
        found: usize,
    },
    /// Something other than a digit.
    WrongCharacter {
        /// Its place, counted from 1, without the prefix, spaces and dashes.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// 11 digits that no mobile number begins with: a land line, or a mistyped first or second digit.
    NotMobile,
    /// The prefix of another country.
    OtherCountry,
}

impl Phone {
    /// Reads a number as people type it: with `+86`, `0086` or `86` before it, spaces, dashes, full-width
    /// digits.
    ///
    /// # Errors
    /// [`PhoneError`] says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let typed = normalised(text);
        let number = without_prefix(&typed)?;
        if number.is_empty() {
            return Err(PhoneError::Empty);
        }
        if let Some((at, found)) = number.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
            return Err(PhoneError::WrongCharacter { position: at + 1, found });
        }
        match number.as_bytes() {
            [b'1', b'3'..=b'9', ..] if number.len() == DIGITS => Ok(Self(number.to_owned())),
            _ if number.len() == DIGITS => Err(PhoneError::NotMobile),
            _ => Err(PhoneError::WrongLength { found: number.len() }),
        }
    }

    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****0001`, for every view.
    pub fn masked(&self) -> String {
        masked(&self.0, 3, 4)
    }

    /// The last four digits.
    pub fn last_four(&self) -> &str {
        last_four(&self.0)
    }
}

/// Removes the prefix of the mainland; refuses another country's.
fn without_prefix(typed: &str) -> Result<&str, PhoneError> {
    if let Some(international) = typed.strip_prefix('+').or_else(|| typed.strip_prefix("00")) {
        return international.strip_prefix("86").ok_or(PhoneError::OtherCountry);
    }
    match typed.strip_prefix("86") {
        Some(rest) if rest.len() == DIGITS => Ok(rest),
        _ => Ok(typed),
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "no phone number"),
            Self::WrongLength { found } => write!(f, "a mobile number has {DIGITS} digits, this has {found}"),
            Self::WrongCharacter { position, .. } => write!(f, "character {position} is not a digit"),
            Self::NotMobile => write!(f, "not a mobile number"),
            Self::OtherCountry => write!(f, "not a number of the mainland"),
        }
    }
}

impl std::error::Error for PhoneError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_every_writing() {
        for text in [
            "13800000001",
            "+86 138-0000-0001",
            "008613800000001",
            "86 138 0000 0001",
            "１３８０００００００１",
            "＋８６　13800000001",
            "(+86)13800000001",
            "\u{202D}13800000001\u{202C}",
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "13800000001", "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |text: &str| Phone::parse(text).unwrap_err();
        assert_eq!(refused(" - "), PhoneError::Empty);
        assert_eq!(refused("+86"), PhoneError::Empty);
        assert_eq!(refused("1380000001"), PhoneError::WrongLength { found: 10 });
        assert_eq!(refused("138000000012"), PhoneError::WrongLength { found: 12 });
        assert_eq!(refused("1380000000l"), PhoneError::WrongCharacter { position: 11, found: 'L' });
        assert_eq!(refused("12800000001"), PhoneError::NotMobile);
        assert_eq!(refused("23800000001"), PhoneError::NotMobile);
        assert_eq!(refused("+852 6000 0001"), PhoneError::OtherCountry);
        assert_eq!(refused("0085260000001"), PhoneError::OtherCountry);
    }

    #[test]
    fn views_and_debug_hide_the_middle() {
        let phone = Phone::parse("13800000001").unwrap();
        assert_eq!(phone.masked(), "138****0001");
        assert_eq!(phone.last_four(), "0001");
        assert_eq!(format!("{phone:?}"), "Phone(138****0001)");
    }
}

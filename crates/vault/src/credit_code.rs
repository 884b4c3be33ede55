//! Unified social credit codes of organisations, GB 32100-2015.
//!
//! A team without registration has none (MZ/T 061-2015 admits such groups), so a caller keeps
//! `Option<CreditCode>`.

use std::fmt;

use crate::text::normalised;

/// Characters in a code.
const LENGTH: usize = 18;
/// The values 0 to 30 in order; I, O, S, V and Z are left out (GB 32100-2015).
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 登记管理部门: 1 机构编制, 2 外交, 3 司法, 4 文化, 5 民政, 6 旅游, 7 宗教, 8 工会, 9 工商, A 军委, N 农业, Y 其他.
const DEPARTMENTS: &str = "123456789ANY";
/// Weights of the first 17 characters (GB 32100-2015).
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of the first eight characters of the organisation's own code (GB 11714).
const BODY_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A valid code. It is public, so `Display` shows it whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditCodeError {
    /// Not 18 characters.
    WrongLength {
        /// How many there were.
        found: usize,
    },
    /// A character that the standard's alphabet lacks (I, O, S, V, Z, marks), or a letter in the area.
    WrongCharacter {
        /// Its place, counted from 1.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// The first character names no registration department.
    WrongDepartment,
    /// The ninth character of the organisation's own code (position 17) does not fit the eight before it.
    WrongBodyCheck {
        /// The character that would fit.
        expected: char,
    },
    /// The last character does not fit the 17 before it.
    WrongCheck {
        /// The character that would fit.
        expected: char,
    },
}

impl CreditCode {
    /// Reads a code as people type it: lower case, spaces and full width are brought to one form.
    ///
    /// # Errors
    /// [`CreditCodeError`] says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code = normalised(text);
        let count = code.chars().count();
        if count != LENGTH {
            return Err(CreditCodeError::WrongLength { found: count });
        }
        for (at, found) in code.chars().enumerate() {
            let in_area = (2..8).contains(&at);
            if !ALPHABET.contains(found) || (in_area && !found.is_ascii_digit()) {
                return Err(CreditCodeError::WrongCharacter { position: at + 1, found });
            }
        }
        if !code.starts_with(|c| DEPARTMENTS.contains(c)) {
            return Err(CreditCodeError::WrongDepartment);
        }
        let expected = body_check(&code);
        if code.chars().nth(16) != Some(expected) {
            return Err(CreditCodeError::WrongBodyCheck { expected });
        }
        let expected = check(&code);
        if !code.ends_with(expected) {
            return Err(CreditCodeError::WrongCheck { expected });
        }
        Ok(Self(code))
    }

    /// The 18 characters, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The registration department: `5` is civil affairs, under which social organisations stand.
    pub fn department(&self) -> char {
        self.0.chars().next().unwrap_or_default()
    }

    /// The six-digit area of the registering office (GB/T 2260).
    pub fn area(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }
}

/// The check character over the first 17: (31 − Σ mod 31) mod 31.
fn check(code: &str) -> char {
    let value = |c: char| ALPHABET.chars().position(|a| a == c).map_or(0, |at| at as u32);
    let sum: u32 = code.chars().zip(WEIGHTS).map(|(c, weight)| value(c) * weight).sum();
    ALPHABET.chars().nth(((31 - sum % 31) % 31) as usize).unwrap_or_default()
}

/// The check character of GB 11714 over positions 9 to 16: 11 − Σ mod 11, with 10 written X and 11 written 0.
fn body_check(code: &str) -> char {
    let body = code.chars().skip(8);
    let sum: u32 = body.zip(BODY_WEIGHTS).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or_default(),
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CreditCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength { found } => {
                write!(f, "a credit code has {LENGTH} characters, this has {found}")
            }
            Self::WrongCharacter { position, found } => {
                write!(f, "character {position} of a credit code cannot be {found}")
            }
            Self::WrongDepartment => write!(f, "the first character names no registration department"),
            Self::WrongBodyCheck { expected } => write!(f, "character 17 should be {expected}"),
            Self::WrongCheck { expected } => write!(f, "the last character should be {expected}"),
        }
    }
}

impl std::error::Error for CreditCodeError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Synthetic codes, computed from the standard apart from this code.
    const VALID: [&str; 3] = ["51100000MJ0000018U", "52110105MJ0000018A", "53110105MJ00000187"];

    #[test]
    fn valid_codes_pass_in_any_writing() {
        for code in VALID {
            assert_eq!(CreditCode::parse(code).unwrap().as_str(), code);
            let spaced = format!(" {} {}", &code[..8].to_lowercase(), &code[8..].to_lowercase());
            assert_eq!(CreditCode::parse(&spaced).unwrap().as_str(), code);
        }
        let code = CreditCode::parse("５２110105MJ0000018A").unwrap();
        assert_eq!((code.department(), code.area()), ('5', "110105"));
        assert_eq!(code.to_string(), "52110105MJ0000018A");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |text: &str| CreditCode::parse(text).unwrap_err();
        assert_eq!(refused("51100000MJ0000018"), CreditCodeError::WrongLength { found: 17 });
        for letter in ['I', 'O', 'S', 'V', 'Z'] {
            let text = format!("51100000M{letter}0000018U");
            assert_eq!(refused(&text), CreditCodeError::WrongCharacter { position: 10, found: letter });
        }
        assert_eq!(
            refused("5110000AMJ0000018U"),
            CreditCodeError::WrongCharacter { position: 8, found: 'A' }
        );
        assert_eq!(refused("B1100000MJ0000018U"), CreditCodeError::WrongDepartment);
        assert_eq!(refused("51100000MJ0000017U"), CreditCodeError::WrongBodyCheck { expected: '8' });
        assert_eq!(refused("51100000MJ0000018A"), CreditCodeError::WrongCheck { expected: 'U' });
    }

    proptest! {
        /// 31 is prime and no two weights are alike, so the check character alone finds every such slip.
        #[test]
        fn one_changed_or_two_swapped_characters_are_refused(
            which in 0..VALID.len(), at in 0..LENGTH, to in 0..31_usize
        ) {
            let original: Vec<char> = VALID[which].chars().collect();
            let mut changed = original.clone();
            changed[at] = ALPHABET.chars().nth(to).unwrap();
            if changed != original {
                prop_assert!(CreditCode::parse(&changed.iter().collect::<String>()).is_err());
            }
            let mut swapped = original.clone();
            swapped.swap(at, (at + 1) % LENGTH);
            if at + 1 < LENGTH && swapped != original {
                prop_assert!(CreditCode::parse(&swapped.iter().collect::<String>()).is_err());
            }
        }
    }
}

//! Places: twelve-digit statistical codes and the six-digit district that every row lives in.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Level of a division in the statistical code (GB/T 2260, GB/T 10114): how many digits are meaningful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The whole country, code zero.
    Nation,
    /// 省, 2 digits.
    Province,
    /// 市, 4 digits.
    City,
    /// 区县, 6 digits.
    District,
    /// 街道 or 镇, 9 digits.
    Street,
    /// 社区 or 村, 12 digits.
    Community,
}

/// A division as its twelve-digit statistical code; shorter codes are padded with zeros at the right.
///
/// The subtree of a division is a contiguous range of codes, so "inside" is a comparison, in SQL too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(u64);

/// The six-digit county-level code that is the first column of every key; zeros above a county.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct District(u32);

/// Why a text is not a division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivisionCodeError {
    /// Not 2, 4, 6, 9 or 12 characters long.
    Length(usize),
    /// Something other than the digits 0 to 9.
    Digit,
}

impl fmt::Display for DivisionCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => write!(f, "a division code has 2, 4, 6, 9 or 12 digits, not {n}"),
            Self::Digit => f.write_str("a division code has digits only"),
        }
    }
}

impl std::error::Error for DivisionCodeError {}

impl DivisionCode {
    /// The whole country.
    pub const NATION: Self = Self(0);
    const MAX: u64 = 999_999_999_999;

    /// Takes the twelve-digit number; `None` when it has more digits.
    pub const fn new(code: u64) -> Option<Self> {
        if code <= Self::MAX { Some(Self(code)) } else { None }
    }

    /// Reads 2, 4, 6, 9 or 12 digits.
    pub fn parse(text: &str) -> Result<Self, DivisionCodeError> {
        let power = match text.len() {
            2 => 10,
            4 => 8,
            6 => 6,
            9 => 3,
            12 => 0,
            n => return Err(DivisionCodeError::Length(n)),
        };
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DivisionCodeError::Digit);
        }
        let number: u64 = text.parse().map_err(|_| DivisionCodeError::Digit)?;
        Ok(Self(number * 10_u64.pow(power)))
    }

    /// The twelve-digit number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// How deep the code goes, by its trailing zeros.
    pub const fn level(self) -> Level {
        if self.0 == 0 {
            Level::Nation
        } else if self.0.is_multiple_of(10_000_000_000) {
            Level::Province
        } else if self.0.is_multiple_of(100_000_000) {
            Level::City
        } else if self.0.is_multiple_of(1_000_000) {
            Level::District
        } else if self.0.is_multiple_of(1_000) {
            Level::Street
        } else {
            Level::Community
        }
    }

    const fn width(self) -> u64 {
        match self.level() {
            Level::Nation => 1_000_000_000_000,
            Level::Province => 10_000_000_000,
            Level::City => 100_000_000,
            Level::District => 1_000_000,
            Level::Street => 1_000,
            Level::Community => 1,
        }
    }

    /// The division one level up; the country is its own parent. A street of a city without districts has
    /// that city as its parent.
    pub const fn parent(self) -> Self {
        let up = match self.level() {
            Level::Nation | Level::Province => 1_000_000_000_000,
            Level::City => 10_000_000_000,
            Level::District => 100_000_000,
            Level::Street => 1_000_000,
            Level::Community => 1_000,
        };
        Self(self.0 - self.0 % up)
    }

    /// This division and everything above it, lowest first, the country last.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let here = next?;
            next = (here.0 != 0).then(|| here.parent());
            Some(here)
        })
    }

    /// The smallest division that holds all of these; `None` of none.
    pub fn smallest_over(divisions: impl IntoIterator<Item = Self>) -> Option<Self> {
        let join =
            |area: Self, next| area.ancestors().find(|wider| wider.contains(next)).unwrap_or(Self::NATION);
        divisions.into_iter().reduce(join)
    }

    /// All codes at or below this division.
    pub const fn subtree(self) -> RangeInclusive<u64> {
        self.0..=self.0 + self.width() - 1
    }

    /// Whether `other` is this division or lies below it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 <= other.0 && other.0 < self.0 + self.width()
    }

    /// The first six digits.
    pub const fn district(self) -> District {
        District((self.0 / 1_000_000) as u32)
    }

    /// The street the code lies in, or itself when it is above a street.
    pub const fn street(self) -> Self {
        if matches!(self.level(), Level::Community) { Self(self.0 - self.0 % 1_000) } else { self }
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl FromStr for DivisionCode {
    type Err = DivisionCodeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for DivisionCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DivisionCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl District {
    /// Takes the six-digit number; `None` when it has more digits.
    pub const fn new(code: u32) -> Option<Self> {
        if code <= 999_999 { Some(Self(code)) } else { None }
    }

    /// The six-digit number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The division this district is.
    pub const fn division(self) -> DivisionCode {
        DivisionCode(self.0 as u64 * 1_000_000)
    }
}

impl fmt::Display for District {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_holds_all_places_is_the_smallest_that_does() {
        let code = |text: &str| DivisionCode::parse(text).unwrap();
        let common = |codes: &[&str]| DivisionCode::smallest_over(codes.iter().map(|text| code(text)));
        assert_eq!(common(&[]), None);
        assert_eq!(common(&["420103002001", "420103002001"]), Some(code("420103002001")));
        assert_eq!(common(&["420103002001", "420103002004"]), Some(code("420103002")));
        assert_eq!(common(&["420103002001", "420103001001", "420103002001"]), Some(code("420103")));
    }

    #[test]
    fn a_code_climbs_to_the_country() {
        let community = DivisionCode::parse("420103001005").unwrap();
        let up: Vec<String> = community.ancestors().map(|c| c.to_string()).collect();
        assert_eq!(
            up,
            ["420103001005", "420103001000", "420103000000", "420100000000", "420000000000", "000000000000"]
        );
    }

    #[test]
    fn a_street_of_a_city_without_districts_lies_in_the_city() {
        let street = DivisionCode::parse("441900003").unwrap();
        assert_eq!(street.parent(), DivisionCode::parse("4419").unwrap());
        assert_eq!(street.district(), District::new(441_900).unwrap());
    }

    #[test]
    fn wrong_texts_are_named() {
        assert_eq!(DivisionCode::parse("42010"), Err(DivisionCodeError::Length(5)));
        assert_eq!(DivisionCode::parse("42x1"), Err(DivisionCodeError::Digit));
        assert_eq!(DivisionCode::parse("+201"), Err(DivisionCodeError::Digit));
    }

    proptest! {
        #[test]
        fn inside_means_the_range(a in 0_u64..=DivisionCode::MAX, b in 0_u64..=DivisionCode::MAX) {
            let (a, b) = (DivisionCode(a), DivisionCode(b));
            prop_assert_eq!(a.contains(b), a.subtree().contains(&b.0));
            prop_assert!(a.parent().contains(a));
            prop_assert!(a.ancestors().all(|up| up.contains(a)));
            prop_assert_eq!(DivisionCode::parse(&a.to_string()), Ok(a));
        }
    }
}

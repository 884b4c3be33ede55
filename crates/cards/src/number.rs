//! The number of a card: eight digits to be typed where no camera is.

use std::fmt;

use kernel::Random;

/// Digits by chance: ten million a district, and a number is looked for among those who are expected only.
const BY_CHANCE: u64 = 10_000_000;
/// Digits of a number, the check digit with them.
const DIGITS: usize = 8;

/// The quasigroup of H. M. Damm (Total anti-symmetrische Quasigruppen, 2004): its check digit finds every single wrong
/// digit and every two neighbours exchanged.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The check digit of these digits; of digits with their check digit it is 0.
fn check(digits: &str) -> u8 {
    digits.bytes().fold(0, |so_far, digit| {
        let row = DAMM.get(usize::from(so_far));
        row.and_then(|row| row.get(usize::from(digit.wrapping_sub(b'0')))).copied().unwrap_or_default()
    })
}

/// A card's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// A new number; whether it is taken, the table's index says.
    pub(crate) fn draw(random: &Random) -> Self {
        let digits = format!("{:07}", random.below(BY_CHANCE));
        Self(format!("{digits}{}", check(&digits)))
    }

    /// Reads a number as people type it, with spaces or dashes; `None` when a digit is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let right = digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
        (right && check(&digits) == 0).then_some(Self(digits))
    }

    /// As it is stored: eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Number {
    /// As it is printed: `1234 5678`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = self.0.split_at_checked(4).unwrap_or((&self.0, ""));
        write!(f, "{head} {tail}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slip_is_noticed(seed in any::<u64>(), place in 0_usize..8, other in 0_u8..10) {
            let number = Number::draw(&Random::seeded(seed));
            prop_assert_eq!(Number::parse(&number.to_string()), Some(number.clone()));
            let right = number.as_str().as_bytes().to_vec();
            let mut wrong = right.clone();
            wrong[place] = b'0' + other;
            prop_assert_eq!(Number::parse(std::str::from_utf8(&wrong).unwrap()).is_some(), wrong == right);
            let mut swapped = right.clone();
            swapped.swap(place, (place + 1).min(7));
            prop_assert_eq!(Number::parse(std::str::from_utf8(&swapped).unwrap()).is_some(), swapped == right);
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        // 572 has the check digit 4 in Damm's own example.
        assert_eq!(check("572"), 4);
        for text in ["", "1234567", "123456789", "一二三四五六七八", "1234567a"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}

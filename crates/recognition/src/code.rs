//! The code of a statement: 128 random bits as people can type them.

use std::{fmt, str::FromStr};

/// Crockford's base 32: no I, L, O or U, so that nothing is misread.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits that carry the 128 bits.
const BITS_DIGITS: usize = 26;
/// With the two more that find what was mistyped.
const DIGITS_COUNT: usize = BITS_DIGITS + 2;
const GROUP: usize = 4;

/// A statement's code: `7K3M-…`, seven groups of four.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code([u8; 16]);

/// Why a text is no code: too short, too long, a strange character, or a digit mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeError;

impl Code {
    /// The code with these random bits.
    pub const fn new(bits: [u8; 16]) -> Self {
        Self(bits)
    }

    /// The 128 bits.
    pub const fn bits(&self) -> [u8; 16] {
        self.0
    }

    /// What is stored instead of the code.
    pub fn hash(&self) -> [u8; 32] {
        vault::digest(&[b"linli statement code ".as_slice(), &self.0].concat())
    }

    /// A name, bound to this code, without its spaces.
    pub fn digest_of(&self, name: &str) -> [u8; 32] {
        let name: String = name.chars().filter(|one| !one.is_whitespace()).collect();
        vault::digest(&[b"linli statement name ".as_slice(), &self.0, name.as_bytes()].concat())
    }

    /// Ten bits by which a mistyped code is told from an unknown one.
    fn check(&self) -> u128 {
        let [a, b, ..] = vault::digest(&[b"check ".as_slice(), &self.0].concat());
        u128::from(u16::from_be_bytes([a, b]) >> 6)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bits, check) = (u128::from_be_bytes(self.0), self.check());
        let places = (0..BITS_DIGITS).rev().map(|place| bits >> (5 * place));
        for (at, digit) in places.chain([check >> 5, check]).enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str("-")?;
            }
            let digit = DIGITS.get((digit & 31) as usize).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(digit))?;
        }
        Ok(())
    }
}

/// Never in a log: the code is what opens the statement.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl FromStr for Code {
    type Err = CodeError;

    /// Reads a code as people type it: small letters, spaces and dashes anywhere, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut bits = 0_u128;
        let mut check = 0_u128;
        let mut count = 0;
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '－')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let value = DIGITS.iter().position(|digit| char::from(*digit) == c).ok_or(CodeError)? as u128;
            match count {
                // The first digit carries three bits only: 26 digits are 130 bits.
                0 if value > 7 => return Err(CodeError),
                0..BITS_DIGITS => bits = bits << 5 | value,
                _ => check = check << 5 | value,
            }
            count += 1;
            if count > DIGITS_COUNT {
                return Err(CodeError);
            }
        }
        let code = Self(bits.to_be_bytes());
        let right = count == DIGITS_COUNT && check == code.check();
        if right { Ok(code) } else { Err(CodeError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        for n in 0_u8..=255 {
            let code = Code::new(vault::digest(&[n])[..16].try_into().unwrap());
            let text = code.to_string();
            assert_eq!((text.len(), text.parse::<Code>().unwrap().bits()), (34, code.bits()));
            assert_eq!(text.replace('-', " ").to_lowercase().parse(), Ok(code));
            assert_eq!(text.replace('0', "o").replace('1', "l").parse(), Ok(code));
        }
        for edge in [[0; 16], [255; 16]] {
            assert_eq!(Code::new(edge).to_string().parse(), Ok(Code::new(edge)));
        }
    }

    #[test]
    fn a_mistyped_digit_is_noticed() {
        let text = Code::new([0x5a; 16]).to_string();
        let mut noticed = 0;
        let places: Vec<usize> = (0..text.len()).filter(|at| &text[*at..=*at] != "-").collect();
        for at in &places {
            let other = if &text[*at..=*at] == "2" { "3" } else { "2" };
            let mut wrong = text.clone();
            wrong.replace_range(*at..=*at, other);
            noticed += usize::from(wrong.parse::<Code>().is_err());
        }
        assert!(noticed + 1 >= places.len(), "{noticed} of {}", places.len());
        for wrong in ["", "7K3M", "U", &format!("{text}0"), &text[1..]] {
            assert_eq!(wrong.parse::<Code>(), Err(CodeError), "{wrong}");
        }
    }
}

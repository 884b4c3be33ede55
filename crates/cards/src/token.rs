//! What the square code of a card leads to: the district and 128 random bits.

use std::{fmt, str::FromStr};

use kernel::District;
use vault::{hex, unhex};

/// A card's token: `420103.` and 32 hexadecimal digits. It is never stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    district: District,
    bits: [u8; 16],
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenError;

impl Token {
    /// The token with these random bits.
    pub const fn new(district: District, bits: [u8; 16]) -> Self {
        Self { district, bits }
    }

    /// Where its card lies.
    pub const fn district(&self) -> District {
        self.district
    }

    /// What is stored instead of it. 128 random bits are not guessed from their digest, and a key that is replaced would
    /// end every card in every pocket.
    pub fn digest(&self) -> [u8; 32] {
        vault::digest(&[b"linli card token ".as_slice(), &self.bits].concat())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.district, hex(&self.bits))
    }
}

/// Never in a log: whoever has it can show the card.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let (district, bits) = text.split_once('.').ok_or(TokenError)?;
        let district = district.parse().ok().and_then(District::new).ok_or(TokenError)?;
        let bits = unhex(bits).and_then(|bits| bits.try_into().ok()).ok_or(TokenError)?;
        Ok(Self { district, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_else_is() {
        let token = Token::new(District::new(420_103).unwrap(), [0xa5; 16]);
        assert_eq!(token.to_string().parse(), Ok(token));
        assert_eq!(format!("{token:?}"), "Token(…)");
        for wrong in ["", "420103", "420103.", "420103.a5", "4201030.a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"] {
            assert_eq!(wrong.parse::<Token>(), Err(TokenError), "{wrong}");
        }
    }
}

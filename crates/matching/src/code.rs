//! Words of the catalogues (skills, categories, limits, languages) as small values.

use std::{error, fmt};

/// A word of a catalogue, such as `haircut`: 1 to 23 bytes of lower-case letters, digits, `_` and `-`. It is compared
/// without a look-up and copied without an allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; Self::LENGTH_MAX]);

/// The text is no word of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeError;

impl Code {
    /// Longest word, in bytes.
    pub const LENGTH_MAX: usize = 23;

    /// Reads a word.
    ///
    /// # Errors
    /// [`CodeError`] when it is empty, too long, or has any other character.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        let mut bytes = [0; Self::LENGTH_MAX];
        let room = bytes.get_mut(..text.len()).ok_or(CodeError)?;
        if text.is_empty() || !text.bytes().all(plain) {
            return Err(CodeError);
        }
        room.copy_from_slice(text.as_bytes());
        Ok(Self(bytes))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        let used = self.0.split(|b| *b == 0).next().unwrap_or_default();
        std::str::from_utf8(used).unwrap_or_default()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a catalogue word has 1 to 23 of a-z, 0-9, _ and -")
    }
}

impl error::Error for CodeError {}

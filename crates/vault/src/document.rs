//! Identity documents: which kinds there are, and what makes a number of each kind valid.
//!
//! The national volunteer system and Order 67 art. 5 (《志愿服务记录与证明出具办法(试行)》) ask for the kind and the
//! number. Numbers of GB 11643 carry a birth date, a sex and a check digit, and all three are used; for the other
//! kinds only the shape can be checked.

use std::fmt;

use crate::text::{last_four, masked, normalised};

mod resident;

#[cfg(test)]
mod tests;

/// A day of the civil calendar: year, month from 1 to 12, day from 1 to 31.
pub type CivilDate = (i16, i8, i8);

/// Kinds of identity document that a person may register with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// 居民身份证, and the residence permit of people from Hong Kong, Macau and Taiwan (港澳台居民居住证, areas
    /// 810000, 820000, 830000): 18 characters of GB 11643.
    ResidentId,
    /// 户口簿, for minors: under 16 the card is optional (居民身份证法 art. 2 and 7). It shows the same number that
    /// the card will bear.
    HouseholdBook,
    /// 外国人永久居留身份证: since 2023-12-01 18 digits that begin with 9; before, 3 letters and 12 digits.
    ForeignerPermanentResident,
    /// 护照 of any state: 5 to 9 letters and digits (ICAO Doc 9303-3 gives the number nine places).
    Passport,
    /// 港澳居民来往内地通行证: `H` or `M` and 8 digits, or 10 in the older form.
    HkMacauPermit,
    /// 台湾居民来往大陆通行证: 8 digits, or 10 and a letter in the older form.
    TaiwanPermit,
}

impl DocumentKind {
    /// Every kind, in the order in which a form offers them.
    pub const ALL: [Self; 6] = [
        Self::ResidentId,
        Self::HouseholdBook,
        Self::ForeignerPermanentResident,
        Self::Passport,
        Self::HkMacauPermit,
        Self::TaiwanPermit,
    ];

    /// The word for the kind in tables, forms and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResidentId => "resident_id",
            Self::HouseholdBook => "household_book",
            Self::ForeignerPermanentResident => "foreigner_permanent_resident",
            Self::Passport => "passport",
            Self::HkMacauPermit => "hk_macau_permit",
            Self::TaiwanPermit => "taiwan_permit",
        }
    }

    /// The kind with this [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The sex that a number bears (GB 11643: the last digit of the sequence is odd for men, even for women).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// 男, 1 in GB/T 2261.1.
    Male,
    /// 女, 2 in GB/T 2261.1.
    Female,
}

/// A valid document: a kind and its number in one form (half width, upper case, no spaces).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Document {
    kind: DocumentKind,
    number: String,
    borne: Option<Borne>,
}

/// What the number itself says of its holder.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Borne {
    birth: CivilDate,
    sex: Sex,
}

/// Why a text is not a number of the kind that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentError {
    /// No number of this kind has so many characters.
    WrongLength {
        /// How many there were.
        found: usize,
    },
    /// A letter where a digit stands, the reverse, or a character that no number has.
    WrongCharacter {
        /// Its place, counted from 1, spaces and dashes left out.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// A 15-digit number of the first cards, which ended on 2013-01-01; the holder has one of 18.
    FifteenDigits,
    /// The first two digits are no province of GB/T 2260 (nor 81, 82, 83).
    WrongArea,
    /// Positions 7 to 14 are no day, or one more than [`AGE_YEARS_MAX`] years ago.
    BirthdayImpossible,
    /// Positions 7 to 14 are a day after today.
    BirthdayInFuture {
        /// That day.
        birth: CivilDate,
    },
    /// The last character does not fit the 17 before it (ISO 7064 MOD 11-2): something is mistyped.
    WrongCheckDigit {
        /// The character that would fit.
        expected: char,
    },
}

/// An older holder than this is taken for a mistyped year.
pub const AGE_YEARS_MAX: i16 = 150;

impl Document {
    /// Reads a number as people type it: full-width digits, spaces, dashes and a small x are brought to one form.
    /// `today` is the local date; a child born on it is accepted.
    ///
    /// # Errors
    /// [`DocumentError`] says what is wrong and where, the area and the birthday before the check digit, since
    /// they tell the person more.
    pub fn parse(kind: DocumentKind, text: &str, today: CivilDate) -> Result<Self, DocumentError> {
        let number = normalised(text);
        let borne = match kind {
            DocumentKind::ResidentId | DocumentKind::HouseholdBook => {
                Some(resident::citizen(&number, today)?)
            }
            DocumentKind::ForeignerPermanentResident => permanent_resident(&number, today)?,
            DocumentKind::Passport => passport(&number)?,
            DocumentKind::HkMacauPermit => fits(&number, &["HDDDDDDDD", "HDDDDDDDDDD"])?,
            DocumentKind::TaiwanPermit => fits(&number, &["DDDDDDDD", "DDDDDDDDDDL"])?,
        };
        Ok(Self { kind, number, borne })
    }

    /// The document whose number is `body` and the check character that belongs to it: for invented people.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn completed(kind: DocumentKind, body: &str, today: CivilDate) -> Result<Self, DocumentError> {
        match Self::parse(kind, &format!("{body}0"), today) {
            Err(DocumentError::WrongCheckDigit { expected }) => {
                Self::parse(kind, &format!("{body}{expected}"), today)
            }
            parsed => parsed,
        }
    }

    /// The kind.
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The number in one form, in clear: for sealing and for the exchange, never for a view or a log.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The text that is the same for two documents of one person where the numbers can tell: the value to take
    /// the blind index of. Card and household book bear one number, so they give one text.
    pub fn unique_text(&self) -> String {
        let kind = match self.kind {
            DocumentKind::HouseholdBook => DocumentKind::ResidentId,
            kind => kind,
        };
        format!("{}:{}", kind.code(), self.number)
    }

    /// The birth date, where the number bears it.
    pub fn birth_date(&self) -> Option<CivilDate> {
        self.borne.map(|borne| borne.birth)
    }

    /// The sex, where the number bears it.
    pub fn sex(&self) -> Option<Sex> {
        self.borne.map(|borne| borne.sex)
    }

    /// `1****************X`: the first and the last character. The national system hides positions 7 to 15 only,
    /// which leaves the area and the end of the sequence, enough to tell neighbours apart.
    pub fn masked(&self) -> String {
        masked(&self.number, 1, 1)
    }

    /// The last four characters.
    pub fn last_four(&self) -> &str {
        last_four(&self.number)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} {})", self.kind.code(), self.masked())
    }
}

/// 18 digits with a check digit, or the older 3 letters and 12 digits, of which only the shape is public.
fn permanent_resident(number: &str, today: CivilDate) -> Result<Option<Borne>, DocumentError> {
    if number.chars().count() == 15 {
        return fits(number, &["LLLDDDDDDDDDDDD"]);
    }
    resident::foreigner(number, today).map(Some)
}

/// Letters and digits with at least one digit. States number their passports as they like.
fn passport(number: &str) -> Result<Option<Borne>, DocumentError> {
    if let Some((at, found)) = number.chars().enumerate().find(|(_, c)| !c.is_ascii_alphanumeric()) {
        return Err(DocumentError::WrongCharacter { position: at + 1, found });
    }
    if !(5..=9).contains(&number.len()) {
        return Err(DocumentError::WrongLength { found: number.len() });
    }
    match number.chars().next_back() {
        Some(found) if !number.contains(|c: char| c.is_ascii_digit()) => {
            Err(DocumentError::WrongCharacter { position: number.len(), found })
        }
        _ => Ok(None),
    }
}

/// Holds a number against shapes of different lengths: `D` a digit, `L` a letter, `H` the letter H or M.
fn fits(number: &str, shapes: &[&str]) -> Result<Option<Borne>, DocumentError> {
    let count = number.chars().count();
    let shape = shapes
        .iter()
        .find(|shape| shape.len() == count)
        .ok_or(DocumentError::WrongLength { found: count })?;
    for (at, (found, place)) in number.chars().zip(shape.chars()).enumerate() {
        let right = match place {
            'H' => matches!(found, 'H' | 'M'),
            'L' => found.is_ascii_uppercase(),
            _ => found.is_ascii_digit(),
        };
        if !right {
            return Err(DocumentError::WrongCharacter { position: at + 1, found });
        }
    }
    Ok(None)
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength { found } => write!(f, "no number of this kind has {found} characters"),
            Self::WrongCharacter { position, .. } => write!(f, "character {position} cannot stand there"),
            Self::FifteenDigits => write!(f, "15-digit numbers are out of use; the card bears one of 18"),
            Self::WrongArea => write!(f, "the first two digits are no province"),
            Self::BirthdayImpossible => write!(f, "positions 7 to 14 are no possible birthday"),
            Self::BirthdayInFuture { .. } => write!(f, "positions 7 to 14 are a day in the future"),
            // The expected character would complete the number; it is for the person, not for a log.
            Self::WrongCheckDigit { .. } => write!(f, "the last character does not fit the others"),
        }
    }
}

impl std::error::Error for DocumentError {}

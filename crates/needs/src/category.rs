//! The closed list of what may be asked for, and of the risks that go with it.

use kernel::{Minutes, ServiceCategory};
use matching::Code;

/// A category of needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Category {
    /// The word of its [`ServiceCategory`].
    pub word: &'static str,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// The risk the form proposes.
    pub risk: Risk,
    /// How long a visit takes, unless somebody says otherwise.
    pub minutes: Minutes,
    /// The skill a helper must have, if any (慈善法 art. 67, 志愿服务条例 art. 15 and 16).
    pub skill: Option<&'static str>,
}

macro_rules! categories {
    ($($name:ident $risk:ident $minutes:literal $skill:expr),+ $(,)?) => {
        /// Every category; the eight that are asked for most come first and are the tiles of the first screen.
        pub static CATEGORIES: &[Category] = &[$(Category {
            word: ServiceCategory::$name.word(),
            icon: web::category_icon(ServiceCategory::$name),
            risk: Risk::$risk,
            minutes: Minutes($minutes),
            skill: $skill,
        }),+];
    };
}

categories! {
    Convenience None 60 None,
    Elderly None 60 None,
    Care Illness 120 Some("nursing"),
    Medicine Illness 60 Some("medical"),
    Hardship None 60 None,
    Disability Lifting 90 None,
    ParentChild None 90 None,
    Study None 90 None,
    SkillTraining None 60 None,
    Psychology None 60 Some("counselling"),
    LegalAid None 60 Some("legal"),
    Rights None 60 None,
    Jobs None 60 None,
    Environment None 60 None,
    Traffic None 60 None,
    Neighbourhood None 60 None,
    Epidemic Illness 60 None,
    Science None 60 None,
    Emergency None 120 None,
}

/// Tiles on the first screen; the others stand behind "more" (eight in a list at most, for the elder version).
pub(crate) const TILES: usize = 8;

/// The category with this word.
pub fn category(word: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|one| one.word == word)
}

impl Category {
    /// The word as matching compares it.
    pub fn code(&self) -> Option<Code> {
        Code::parse(self.word).ok()
    }

    /// The skills asked of a helper.
    pub fn skills(&self) -> Vec<Code> {
        self.skill.and_then(|skill| Code::parse(skill).ok()).into_iter().collect()
    }
}

/// A possible risk, which whoever asks must name (志愿服务条例 art. 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Nothing particular.
    None,
    /// Something heavy.
    Lifting,
    /// A ladder, a window, a roof.
    Height,
    /// A dog or another animal in the home.
    Dogs,
    /// Somebody is ill.
    Illness,
}

impl Risk {
    /// Every risk, in the order of the form.
    pub const ALL: [Self; 5] = [Self::None, Self::Lifting, Self::Height, Self::Dogs, Self::Illness];

    /// Its word in rows, API and `need-risk-{word}`; the word of a volunteer's own limit too.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lifting => "lifting",
            Self::Height => "height",
            Self::Dogs => "dogs",
            Self::Illness => "illness",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// What it demands of a helper, which their own limits may exclude (志愿服务条例 art. 15).
    pub fn demands(self) -> Vec<Code> {
        if self == Self::None { Vec::new() } else { Code::parse(self.word()).into_iter().collect() }
    }

    /// Whether a helper must be insured first, as danger to life and limb is possible (志愿服务条例 art. 17).
    pub const fn insurance(self) -> bool {
        matches!(self, Self::Height)
    }

    /// Youngest age of a helper: adults only where there is a risk, else from 14 with a guardian's consent.
    pub const fn age_min(self) -> i32 {
        if matches!(self, Self::None) { 14 } else { 18 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_stands_once_and_has_a_code() {
        for one in CATEGORIES {
            assert!(one.code().is_some() && one.skills().len() == usize::from(one.skill.is_some()));
            assert!(std::ptr::eq(category(one.word).unwrap(), one), "{} stands once", one.word);
        }
        for risk in Risk::ALL {
            assert_eq!(Risk::from_word(risk.word()), Some(risk));
        }
        let words: Vec<_> = ServiceCategory::ALL.iter().map(|one| one.word()).collect();
        assert_eq!(CATEGORIES.iter().map(|one| one.word).collect::<Vec<_>>(), words);
        assert_eq!(category("gold"), None);
    }
}

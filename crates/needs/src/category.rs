//! The closed list of what may be asked for, and of the risks that go with it.

use kernel::Minutes;
use matching::Code;

/// A category of needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Category {
    /// Its word in rows, in the API and in `need-category-{word}`.
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
    ($($word:literal $icon:literal $risk:ident $minutes:literal $skill:expr),+ $(,)?) => {
        /// Every category; the eight that are asked for most come first and are the tiles of the first screen.
        pub static CATEGORIES: &[Category] = &[
            $(Category { word: $word, icon: $icon, risk: Risk::$risk, minutes: Minutes($minutes), skill: $skill }),+
        ];
    };
}

categories! {
    "convenience" "tools" None 60 None,
    "elderly" "old" None 60 None,
    "care" "home-heart" Illness 120 Some("nursing"),
    "medicine" "stethoscope" Illness 60 Some("medical"),
    "hardship" "heart-handshake" None 60 None,
    "disability" "wheelchair" Lifting 90 None,
    "parent_child" "baby-carriage" None 90 None,
    "study" "book" None 90 None,
    "skill_training" "school" None 60 None,
    "psychology" "brain" None 60 Some("counselling"),
    "legal_aid" "scale" None 60 Some("legal"),
    "rights" "speakerphone" None 60 None,
    "jobs" "certificate" None 60 None,
    "environment" "leaf" None 60 None,
    "traffic" "traffic-lights" None 60 None,
    "neighbourhood" "building-community" None 60 None,
    "epidemic" "shield-check" Illness 60 None,
    "science" "bulb" None 60 None,
    "emergency" "first-aid-kit" None 120 None,
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
    fn every_category_has_a_code_an_icon_and_words() {
        let sprite = include_str!("../../web/assets/icons.svg");
        for one in CATEGORIES {
            assert!(one.code().is_some() && one.skills().len() == usize::from(one.skill.is_some()));
            assert!(sprite.contains(&format!("id=\"{}\"", one.icon)), "{}", one.icon);
            assert!(std::ptr::eq(category(one.word).unwrap(), one), "{} stands once", one.word);
            for file in [crate::LOCALES.0, crate::LOCALES.1] {
                assert!(file.contains(&format!("\nneed-category-{} = ", one.word)), "{}", one.word);
            }
        }
        for risk in Risk::ALL {
            assert_eq!(Risk::from_word(risk.word()), Some(risk));
        }
        assert_eq!(CATEGORIES.len(), 19);
        assert_eq!(category("gold"), None);
    }
}

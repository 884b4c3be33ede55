//! Which column stands for what. A column holds a bit for each volunteer.

use std::collections::BTreeMap;

use crate::{Code, DISTANCE_BANDS};

/// Hours of a week: column `n` is hour `n` from Monday, local time.
pub(super) const HOURS: u32 = 7 * 24;
pub(super) const FEMALE: u32 = HOURS;
pub(super) const MALE: u32 = HOURS + 1;
/// Has an insurance, of whatever days.
pub(super) const INSURED: u32 = HOURS + 2;
/// Has a guardian's consent, of whatever days.
pub(super) const CONSENT: u32 = HOURS + 3;
/// Named no category, which is any.
pub(super) const ANY_CATEGORY: u32 = HOURS + 4;
/// The first of a column for each distance band: goes farther than its end.
pub(super) const BEYOND: u32 = HOURS + 5;
/// The first column of a word.
const WORDS: u32 = BEYOND + DISTANCE_BANDS.len() as u32;

/// What a word is a word of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Skill,
    Training,
    Category,
    Limit,
    Language,
}

/// The columns of words, in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns(BTreeMap<(Kind, Code), u32>);

impl Columns {
    /// The column of a word, a new one when it was never seen.
    pub(super) fn allot(&mut self, kind: Kind, code: Code) -> u32 {
        let next = WORDS + self.0.len() as u32;
        *self.0.entry((kind, code)).or_insert(next)
    }

    /// The column of a word; nobody has a word without one.
    pub(super) fn find(&self, kind: Kind, code: Code) -> Option<u32> {
        self.0.get(&(kind, code)).copied()
    }

    /// About the bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        // A leaf of the tree is at least half full.
        self.0.len() * 2 * (size_of::<(Kind, Code)>() + size_of::<u32>())
    }
}

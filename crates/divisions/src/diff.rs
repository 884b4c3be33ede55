use std::collections::{HashMap, HashSet};

use kernel::DivisionCode;

use crate::{Division, Tree};

/// A division of the old edition and the one that continues it in the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The code that ended.
    pub old: DivisionCode,
    /// The code that continues it.
    pub new: DivisionCode,
}

/// A division that kept its code and changed its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renamed<'a> {
    /// Its code.
    pub code: DivisionCode,
    /// The name before.
    pub from: &'a str,
    /// The name now.
    pub to: &'a str,
}

/// A division that goes on under another code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continued<'a> {
    /// As it was.
    pub from: Division<'a>,
    /// The division of the new edition that continues it, maybe under another name.
    pub to: Division<'a>,
}

/// What a new edition changes. Each list is ordered by code; its length is the count to report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// New codes that continue nothing.
    pub added: Vec<Division<'a>>,
    /// Same code, other name.
    pub renamed: Vec<Renamed<'a>>,
    /// Ended codes that continue under another parent.
    pub moved: Vec<Continued<'a>>,
    /// Ended codes that continue under the same parent, or under the one that continues their parent.
    pub replaced: Vec<Continued<'a>>,
    /// Ended codes that nothing continues.
    pub ended: Vec<Division<'a>>,
    /// Successions whose old code the old edition does not have: a mistake of the file.
    pub unknown: Vec<Succession>,
}

impl Changes<'_> {
    /// Whether the editions are the same.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}

/// Compares two editions; `successions` comes with the new one from [`crate::parse_csv`].
pub fn diff<'a>(old: &'a Tree, new: &'a Tree, successions: &[Succession]) -> Changes<'a> {
    let mut changes = Changes::default();
    let mut continued_by = HashMap::new();
    let mut continues = HashSet::new();
    for succession in successions {
        match new.get(succession.new) {
            Some(to) if old.contains(succession.old) => {
                continued_by.insert(succession.old, to);
                continues.insert(succession.new);
            }
            _ => changes.unknown.push(*succession),
        }
    }
    for from in old.iter() {
        let code = from.code;
        match (new.get(code), continued_by.get(&code)) {
            (Some(now), _) if now.name == from.name => {}
            (Some(now), _) => changes.renamed.push(Renamed { code, from: from.name, to: now.name }),
            (None, None) => changes.ended.push(from),
            (None, Some(to)) => {
                let parent = code.parent();
                let expected = continued_by.get(&parent).map_or(parent, |parent| parent.code);
                let list =
                    if to.code.parent() == expected { &mut changes.replaced } else { &mut changes.moved };
                list.push(Continued { from, to: *to });
            }
        }
    }
    let fresh = |division: &Division<'_>| !old.contains(division.code) && !continues.contains(&division.code);
    changes.added.extend(new.iter().filter(fresh));
    changes
}

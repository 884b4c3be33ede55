//! Search by the first letters of the pinyin: `jhq` for 江汉区.
//!
//! A character may have several readings (重 is zhòng and chóng), so each is reduced to the set of its first
//! letters. A few hundred different sets exist; a number names the set. A query is then
//! found by the shift-and method (Baeza-Yates and Gonnet 1992): one table look-up and one shift a character,
//! however many readings there are.

use pinyin::ToPinyinMulti;

/// One character in bits 0..26 for a letter, 26..36 for a digit.
type Symbols = u64;

/// First letters of all names.
#[derive(Debug)]
pub(crate) struct Initials {
    /// One for each character, in the order of the names; an index into `sets`.
    classes: Vec<u16>,
    /// Where each name begins in `classes`; one more entry than names.
    starts: Vec<u32>,
    sets: Vec<Symbols>,
}

/// A query of letters and digits, ready to run.
#[derive(Debug)]
pub(crate) struct InitialsQuery {
    /// For each set, the places of the query where it fits.
    masks: Vec<u64>,
    length: u32,
}

impl Initials {
    /// `names` has one name a line.
    pub(crate) fn new(names: &str) -> Self {
        const UNSEEN: u16 = u16::MAX;
        let mut class_of = vec![UNSEEN; 0x2_0000];
        let mut sets: Vec<Symbols> = vec![0];
        let mut classes = Vec::with_capacity(names.len() / 2);
        let mut starts = vec![0];
        for character in names.chars() {
            if character == '\n' {
                starts.push(classes.len() as u32);
                continue;
            }
            // Rare characters beyond the second plane cannot be typed by initials.
            let class = class_of.get_mut(character as usize).map_or(0, |class| {
                if *class == UNSEEN {
                    *class = class_for(&mut sets, symbols(character));
                }
                *class
            });
            classes.push(class);
        }
        classes.shrink_to_fit();
        starts.shrink_to_fit();
        Self { classes, starts, sets }
    }

    /// Compiles a query; `None` unless it is 1 to 64 letters and digits.
    pub(crate) fn query(&self, text: &str) -> Option<InitialsQuery> {
        if text.is_empty() || text.len() > 64 {
            return None;
        }
        let mut masks = vec![0; self.sets.len()];
        for (at, byte) in text.bytes().enumerate() {
            let symbol = symbol(byte)?;
            for (mask, set) in masks.iter_mut().zip(&self.sets) {
                if set & symbol != 0 {
                    *mask |= 1 << at;
                }
            }
        }
        Some(InitialsQuery { masks, length: text.len() as u32 })
    }

    /// Whether the name at this position holds the query, and after how many characters of the name it ends.
    pub(crate) fn find(&self, query: &InitialsQuery, position: usize) -> Option<usize> {
        let start = *self.starts.get(position)? as usize;
        let end = *self.starts.get(position + 1)? as usize;
        let last = 1_u64 << (query.length - 1);
        let mut state = 0_u64;
        for (at, class) in self.classes.get(start..end)?.iter().enumerate() {
            let mask = query.masks.get(usize::from(*class)).copied().unwrap_or(0);
            state = ((state << 1) | 1) & mask;
            if state & last != 0 {
                return Some(at + 1);
            }
        }
        None
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.classes.capacity() * size_of::<u16>()
            + self.starts.capacity() * size_of::<u32>()
            + self.sets.capacity() * size_of::<Symbols>()
    }
}

impl InitialsQuery {
    /// Length in characters.
    pub(crate) fn length(&self) -> usize {
        self.length as usize
    }
}

/// The index of a set, new or known.
fn class_for(sets: &mut Vec<Symbols>, set: Symbols) -> u16 {
    let known = sets.iter().position(|known| *known == set).unwrap_or_else(|| {
        sets.push(set);
        sets.len() - 1
    });
    // A test shows that all of Chinese has far fewer sets than that.
    u16::try_from(known).unwrap_or(0)
}

fn symbols(character: char) -> Symbols {
    if character.is_ascii() {
        return symbol(character as u8).unwrap_or(0);
    }
    let readings = character.to_pinyin_multi().into_iter().flatten();
    readings.filter_map(|reading| symbol(*reading.plain().as_bytes().first()?)).fold(0, |set, one| set | one)
}

fn symbol(byte: u8) -> Option<Symbols> {
    match byte {
        b'a'..=b'z' => Some(1 << (byte - b'a')),
        b'A'..=b'Z' => Some(1 << (byte - b'A')),
        b'0'..=b'9' => Some(1 << (byte - b'0' + 26)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_is_found() {
        let initials = Initials::new("重庆市\n江汉区\n24号院A座\n");
        let found = |text: &str| {
            let query = initials.query(text).unwrap();
            (0..3).filter(|p| initials.find(&query, *p).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(found("cqs"), [0]);
        assert_eq!(found("zqs"), [0]);
        assert_eq!(found("JHQ"), [1]);
        assert_eq!(found("hq"), [1]);
        assert_eq!(found("4hya"), [2]);
        assert_eq!(found("sj"), [] as [usize; 0], "a match does not run into the next name");
        assert!(initials.query("江").is_none());
        assert!(initials.query("").is_none());
    }

    #[test]
    fn the_sets_of_all_chinese_characters_are_few() {
        let mut sets = vec![0];
        for character in ('\u{3400}'..='\u{9fff}').chain('\u{20000}'..='\u{323af}') {
            class_for(&mut sets, symbols(character));
        }
        assert!(sets.len() > 26 && sets.len() < 2_000, "{} sets", sets.len());
    }
}

use std::{
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use kernel::{Day, DivisionCode, Level};

use crate::{initials::Initials, packed::FormatError};

/// City-level names that only hold a place in the code and are left out of an address.
const PLACEHOLDERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// Which edition of the tree this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The cut-off date of the list.
    pub day: Day,
    /// Where the list comes from, in words.
    pub source: String,
}

/// One division of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division<'a> {
    /// Its code.
    pub code: DivisionCode,
    /// Its own name as published, without those above it.
    pub name: &'a str,
    /// Its level.
    pub level: Level,
}

/// All divisions of one edition, ordered by code.
///
/// 22 MB for the whole country, and 11 MB more after the first search by initials.
#[derive(Debug)]
pub struct Tree {
    version: Version,
    /// Twelve-digit numbers, strictly rising: a division stands before everything below it.
    codes: Vec<u64>,
    /// Where each name begins in `names`; one more entry than codes.
    starts: Vec<u32>,
    /// All names, each ended by a line feed.
    names: String,
    /// Positions of the divisions above communities.
    upper: Vec<u32>,
    /// Provinces, cities, districts, streets, communities.
    counts: [usize; 5],
    initials: OnceLock<Initials>,
}

/// Why a code cannot stand where it stands; shared by the importer and by [`Tree::from_bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misplaced {
    Nation,
    NotRising,
    MissingParent(DivisionCode),
    SkipsLevel(DivisionCode),
}

/// Checks codes in rising order: each has its parent, and the parent is one level up.
#[derive(Debug, Default)]
pub(crate) struct Lineage {
    open: Vec<DivisionCode>,
    last: u64,
}

impl Lineage {
    /// Takes the next code. A misplaced one still counts as the parent of what follows, so that one fault is
    /// not told again for everything below it.
    pub(crate) fn step(&mut self, code: DivisionCode) -> Result<(), Misplaced> {
        if code == DivisionCode::NATION {
            return Err(Misplaced::Nation);
        }
        if code.number() <= self.last {
            return Err(Misplaced::NotRising);
        }
        self.last = code.number();
        while self.open.last().is_some_and(|top| !top.contains(code)) {
            self.open.pop();
        }
        let above = self.open.last().copied().unwrap_or(DivisionCode::NATION);
        self.open.push(code);
        let parent = code.parent();
        let adjacent = match code.level() {
            Level::Nation => false,
            Level::Province => parent.level() == Level::Nation,
            Level::City => parent.level() == Level::Province,
            Level::District => parent.level() == Level::City,
            // Four cities have no districts; their streets hang on the city itself.
            Level::Street => matches!(parent.level(), Level::District | Level::City),
            Level::Community => parent.level() == Level::Street,
        };
        if !adjacent {
            Err(Misplaced::SkipsLevel(parent))
        } else if above != parent {
            Err(Misplaced::MissingParent(parent))
        } else {
            Ok(())
        }
    }
}

impl Tree {
    /// The tree compiled into the binary: National Bureau of Statistics, 30 June 2023, see the crate's NOTICE.
    ///
    /// Decoded at the first call, which takes some tens of milliseconds; later calls are free.
    #[expect(clippy::expect_used, reason = "the bytes are compiled in and a test of this crate decodes them")]
    pub fn embedded() -> &'static Self {
        static TREE: LazyLock<Tree> = LazyLock::new(|| {
            Tree::from_bytes(include_bytes!("../data/divisions.bin")).expect("the embedded tree is whole")
        });
        &TREE
    }

    /// Builds the columns; `names` holds one line per code. Checks everything that the other methods rely on.
    pub(crate) fn assemble(version: Version, codes: Vec<u64>, names: String) -> Result<Self, FormatError> {
        let mut starts = Vec::with_capacity(codes.len() + 1);
        starts.push(0_u32);
        for end in memchr::memchr_iter(b'\n', names.as_bytes()) {
            let next = u32::try_from(end + 1).map_err(|_| FormatError::Size)?;
            if starts.last().is_some_and(|start| start + 1 >= next) {
                return Err(FormatError::Names);
            }
            starts.push(next);
        }
        if starts.len() != codes.len() + 1 || starts.last().is_none_or(|end| *end as usize != names.len()) {
            return Err(FormatError::Names);
        }
        let mut upper = Vec::new();
        let [mut provinces, mut cities, mut districts, mut streets] = [0; 4];
        let mut lineage = Lineage::default();
        let mut last = 0;
        for (position, number) in (0_u32..).zip(&codes) {
            if *number <= last {
                return Err(FormatError::Codes);
            }
            let same_street = number / 1_000 == last / 1_000 && last / 1_000 % 1_000 != 0;
            last = *number;
            // One more community of the street at hand, nine cases in ten, needs no closer look.
            if same_street {
                continue;
            }
            let code = DivisionCode::new(*number).ok_or(FormatError::Codes)?;
            lineage.step(code).map_err(|_| FormatError::Codes)?;
            match code.level() {
                Level::Nation | Level::Community => continue,
                Level::Province => provinces += 1,
                Level::City => cities += 1,
                Level::District => districts += 1,
                Level::Street => streets += 1,
            }
            upper.push(position);
        }
        let communities = codes.len() - upper.len();
        let counts = [provinces, cities, districts, streets, communities];
        Ok(Self { version, codes, starts, names, upper, counts, initials: OnceLock::new() })
    }

    /// Which edition this is.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// How many divisions there are, all levels together.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no division at all.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// How many divisions there are on a level; zero for the nation, which is not listed.
    pub fn count(&self, level: Level) -> usize {
        let [provinces, cities, districts, streets, communities] = self.counts;
        match level {
            Level::Nation => 0,
            Level::Province => provinces,
            Level::City => cities,
            Level::District => districts,
            Level::Street => streets,
            Level::Community => communities,
        }
    }

    /// The division with this code, if the edition has it.
    pub fn get(&self, code: DivisionCode) -> Option<Division<'_>> {
        self.division(self.position(code)?)
    }

    /// Whether the edition has this code.
    pub fn contains(&self, code: DivisionCode) -> bool {
        self.position(code).is_some()
    }

    /// All divisions by rising code, each before what lies below it.
    pub fn iter(&self) -> impl Iterator<Item = Division<'_>> {
        (0..self.codes.len()).filter_map(|position| self.division(position))
    }

    /// The division itself and everything below it by rising code; empty when it is not listed.
    pub fn subtree(&self, code: DivisionCode) -> impl Iterator<Item = Division<'_>> {
        self.slice(code).filter_map(|position| self.division(position))
    }

    /// The divisions right below, by rising code; the provinces for [`DivisionCode::NATION`].
    pub fn children(&self, code: DivisionCode) -> impl Iterator<Item = Division<'_>> {
        let all = self.slice(code);
        let mut next = if code == DivisionCode::NATION { all.start } else { all.start + 1 };
        std::iter::from_fn(move || {
            if next >= all.end {
                return None;
            }
            let child = self.division(next)?;
            // Among leaves the next one follows at once; otherwise skip what lies below this child.
            next = if child.level == Level::Community { next + 1 } else { self.slice(child.code).end };
            Some(child)
        })
    }

    /// The division and those above it, province first; empty when the code is not listed.
    pub fn path(&self, code: DivisionCode) -> Vec<Division<'_>> {
        if !self.contains(code) {
            return Vec::new();
        }
        let mut path: Vec<_> = code.ancestors().filter_map(|up| self.get(up)).collect();
        path.reverse();
        path
    }

    /// The name as in an address: everything from the province down in one word, without the placeholders
    /// (市辖区 and the like) that the code needs between a municipality and its districts.
    pub fn full_name(&self, code: DivisionCode) -> Option<String> {
        let path = self.path(code);
        let last = path.last()?.code;
        let shown = path.iter().filter(|d| d.code == last || !PLACEHOLDERS.contains(&d.name));
        Some(shown.map(|d| d.name).collect())
    }

    /// Bytes on the heap, columns and search index together.
    pub fn memory_bytes(&self) -> usize {
        self.codes.capacity() * size_of::<u64>()
            + (self.starts.capacity() + self.upper.capacity()) * size_of::<u32>()
            + self.names.capacity()
            + self.initials.get().map_or(0, Initials::memory_bytes)
    }

    pub(crate) fn division(&self, position: usize) -> Option<Division<'_>> {
        let code = DivisionCode::new(*self.codes.get(position)?)?;
        Some(Division { code, name: self.name(position), level: code.level() })
    }

    pub(crate) fn code(&self, position: usize) -> DivisionCode {
        self.codes.get(position).and_then(|number| DivisionCode::new(*number)).unwrap_or_default()
    }

    pub(crate) fn name(&self, position: usize) -> &str {
        let ends = self.start(position)..self.start(position + 1).saturating_sub(1);
        self.names.get(ends).unwrap_or_default()
    }

    /// Where the name begins in [`Tree::text`]; past the end for a position past the end.
    pub(crate) fn start(&self, position: usize) -> usize {
        self.starts.get(position).map_or(self.names.len(), |start| *start as usize)
    }

    pub(crate) fn text(&self) -> &str {
        &self.names
    }

    pub(crate) fn codes(&self) -> &[u64] {
        &self.codes
    }

    /// Positions of the divisions above communities within a slice.
    pub(crate) fn upper(&self, slice: &Range<usize>) -> &[u32] {
        let from = self.upper.partition_point(|p| (*p as usize) < slice.start);
        let to = self.upper.partition_point(|p| (*p as usize) < slice.end);
        self.upper.get(from..to).unwrap_or_default()
    }

    pub(crate) fn initials(&self) -> &Initials {
        self.initials.get_or_init(|| Initials::new(&self.names))
    }

    /// The slice of positions that the subtree occupies; empty when the code is not listed.
    pub(crate) fn slice(&self, code: DivisionCode) -> Range<usize> {
        if code == DivisionCode::NATION {
            return 0..self.codes.len();
        }
        let Some(from) = self.position(code) else { return 0..0 };
        let end = code.subtree();
        let below = self.codes.get(from..).unwrap_or_default();
        from..from + below.partition_point(|number| number <= end.end())
    }

    fn position(&self, code: DivisionCode) -> Option<usize> {
        self.codes.binary_search(&code.number()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assemble(codes: &[&str], names: &str) -> Result<Tree, FormatError> {
        let version = Version { day: Day::from_number(0), source: String::new() };
        let numbers = codes.iter().map(|code| DivisionCode::parse(code).unwrap().number());
        Tree::assemble(version, numbers.collect(), names.to_owned())
    }

    #[test]
    fn only_a_tree_is_assembled() {
        let good = ["42", "4201", "420103", "420103001", "420103001001", "420103001002", "420103002"];
        let tree = assemble(&good, "a\nb\nc\nd\ne\nf\ng\n").unwrap();
        assert_eq!((tree.count(Level::Street), tree.count(Level::Community)), (2, 2));
        let bad: [(&[&str], &str); 9] = [
            (&["42", "4201", "420103", "420103000001"], "a\nb\nc\nd\n"),
            (&["42", "4201", "420103", "420103001001"], "a\nb\nc\nd\n"),
            (&["42", "4201", "420103001", "420103001002", "420103001001"], "a\nb\nc\nd\ne\n"),
            (&["42", "42"], "a\nb\n"),
            (&["00", "42"], "a\nb\n"),
            (&["4201"], "a\n"),
            (&["42", "4201"], "a\n"),
            (&["42", "4201"], "a\n\n"),
            (&["42"], "a\nb"),
        ];
        for (codes, names) in bad {
            assert!(assemble(codes, names).is_err(), "{codes:?} {names:?}");
        }
    }
}

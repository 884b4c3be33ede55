//! Rows and columns, in pages of 512 leaves of 64 volunteers.
//!
//! A leaf's volunteers are the bits of one word in every column, so a question to 64 people is one instruction; a
//! column's words for the leaves of a page lie side by side, 4 KB that are read in a stream.

use super::{Ground, row::Row};

/// Volunteers in a leaf: the bits of a word.
const LEAF: usize = 64;
/// Leaves in a page, as a power of two; few in tests, so that these fill several.
const PAGE_BITS: u32 = if cfg!(test) { 2 } else { 9 };
/// Leaves in a page.
pub(super) const PAGE: usize = 1 << PAGE_BITS;

/// Where a volunteer stands: the leaf, and the bit in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(pub(super) u32);

impl Slot {
    pub(super) fn new(leaf: u32, bit: u32) -> Self {
        Self(leaf << 6 | bit)
    }

    pub(super) fn leaf(self) -> u32 {
        self.0 >> 6
    }

    pub(super) fn bit(self) -> u32 {
        self.0 & 63
    }
}

/// The bits of a word that are set, lowest first.
pub(super) fn ones(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit)
    })
}

/// A word for each leaf of a page.
pub(super) type Words = [u64; PAGE];

/// Leaves of volunteers who live near one another. What searches pass over lies side by side.
#[derive(Clone, Debug)]
struct Page {
    /// Which bits stand for somebody.
    alive: Vec<u64>,
    /// The ground that a leaf covers.
    grounds: Vec<Ground>,
    spans: Vec<Span>,
    /// The ends of all of these; they may be wider than they need.
    span: Span,
    rows: Vec<Vec<Row>>,
    /// By column: the leaves' words. Bits of those who left may stand.
    #[cfg_attr(test, expect(clippy::vec_box, reason = "a page is short in tests only"))]
    columns: Vec<Box<Words>>,
}

/// The ends of what a leaf's volunteers have in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// The earliest day anybody served.
    pub(super) last_served_min: i32,
    /// The earliest day of birth.
    pub(super) born_min: i32,
    /// The latest day of insurance.
    pub(super) insured_max: i32,
}

impl Span {
    const NONE: Self = Self { last_served_min: i32::MAX, born_min: i32::MAX, insured_max: i32::MIN };

    /// Counts one more.
    fn cover(&mut self, row: &Row) {
        self.last_served_min = self.last_served_min.min(row.last_served);
        self.born_min = self.born_min.min(row.born);
        self.insured_max = self.insured_max.max(row.insured_until);
    }
}

impl Page {
    fn new() -> Self {
        Self {
            alive: vec![0; PAGE],
            grounds: vec![Ground::NONE; PAGE],
            spans: vec![Span::NONE; PAGE],
            span: Span::NONE,
            rows: vec![Vec::new(); PAGE],
            columns: Vec::new(),
        }
    }

    /// Counts one more in a leaf.
    fn cover(&mut self, at: usize, row: &Row) {
        self.spans[at].cover(row);
        self.span.cover(row);
        self.grounds[at].cover(row);
    }

    /// Counts a leaf's volunteers again.
    fn survey(&mut self, at: usize) {
        (self.grounds[at], self.spans[at]) = (Ground::NONE, Span::NONE);
        for bit in ones(self.alive[at]) {
            let row = self.rows[at][bit as usize];
            self.cover(at, &row);
        }
    }

    /// Makes room for so many columns.
    fn widen(&mut self, columns: usize) {
        if columns > self.columns.len() {
            self.columns.resize_with(columns, || Box::new([0; PAGE]));
        }
    }
}

/// All pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    pages: Vec<Page>,
    /// About how many volunteers have a column.
    counts: Vec<u32>,
    /// Leaves that were given back.
    free: Vec<u32>,
    /// The first leaf that was never taken.
    next: u32,
}

/// Page and place in it.
fn split(leaf: u32) -> (usize, usize) {
    ((leaf >> PAGE_BITS) as usize, leaf as usize % PAGE)
}

impl Store {
    /// Takes a free leaf.
    pub(super) fn take(&mut self) -> u32 {
        let leaf = self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        let (page, at) = split(leaf);
        if page == self.pages.len() {
            self.pages.push(Page::new());
        }
        self.pages[page].rows[at].reserve_exact(LEAF);
        leaf
    }

    /// Gives back a leaf in which nobody is left.
    pub(super) fn give_back(&mut self, leaf: u32) {
        let (page, at) = split(leaf);
        self.pages[page].rows[at] = Vec::new();
        self.free.push(leaf);
    }

    /// Which bits of a leaf stand for somebody.
    pub(super) fn alive(&self, leaf: u32) -> u64 {
        let (page, at) = split(leaf);
        self.pages[page].alive[at]
    }

    pub(super) fn span(&self, leaf: u32) -> &Span {
        let (page, at) = split(leaf);
        &self.pages[page].spans[at]
    }

    pub(super) fn ground(&self, leaf: u32) -> &Ground {
        let (page, at) = split(leaf);
        &self.pages[page].grounds[at]
    }

    pub(super) fn row(&self, slot: Slot) -> &Row {
        let (page, at) = split(slot.leaf());
        &self.pages[page].rows[at][slot.bit() as usize]
    }

    /// A leaf's word of a column.
    pub(super) fn word(&self, column: u32, leaf: u32) -> u64 {
        let (page, at) = split(leaf);
        self.pages[page].columns.get(column as usize).map_or(0, |words| words[at])
    }

    /// About how many volunteers have a column.
    pub(super) fn count(&self, column: u32) -> u32 {
        self.counts.get(column as usize).copied().unwrap_or(0)
    }

    /// The ends of the numbers of all who are in the page that begins with `first`.
    pub(super) fn page_span(&self, first: u32) -> &Span {
        &self.pages[split(first).0].span
    }

    /// The first leaf of each page.
    pub(super) fn pages(&self) -> impl Iterator<Item = u32> {
        (0..self.pages.len() as u32).map(|page| page << PAGE_BITS)
    }

    /// Which bits of the leaves of the page that begins with `first` stand for somebody, and the ends of their numbers.
    pub(super) fn people(&self, first: u32) -> impl Iterator<Item = (u64, &Span)> {
        let page = &self.pages[split(first).0];
        page.alive.iter().copied().zip(&page.spans)
    }

    /// The words of a column for the leaves of the page that begins with `first`; `None` when nobody has it.
    pub(super) fn words(&self, column: u32, first: u32) -> Option<&Words> {
        self.pages[split(first).0].columns.get(column as usize).map(Box::as_ref)
    }

    /// Puts a volunteer into a leaf that has room.
    pub(super) fn add(&mut self, leaf: u32, row: Row, columns: &[u32]) -> Slot {
        let (page, at) = split(leaf);
        let found = &mut self.pages[page];
        let bit = (!found.alive[at]).trailing_zeros();
        let rows = &mut found.rows[at];
        if rows.len() <= bit as usize {
            rows.resize(bit as usize + 1, row);
        }
        rows[bit as usize] = row;
        found.alive[at] |= 1 << bit;
        found.cover(at, &row);
        let slot = Slot::new(leaf, bit);
        self.set_columns(slot, columns);
        slot
    }

    /// Takes a volunteer out; says whether the leaf is empty now.
    pub(super) fn take_out(&mut self, slot: Slot) -> bool {
        let (page, at) = split(slot.leaf());
        let found = &mut self.pages[page];
        found.alive[at] &= !(1 << slot.bit());
        found.survey(at);
        found.alive[at] == 0
    }

    /// Makes these, in their order, the columns of a volunteer.
    pub(super) fn set_columns(&mut self, slot: Slot, columns: &[u32]) {
        let (page, at) = split(slot.leaf());
        let page = &mut self.pages[page];
        let mask: u64 = 1 << slot.bit();
        page.widen(columns.last().map_or(0, |last| *last as usize + 1));
        if page.columns.len() > self.counts.len() {
            self.counts.resize(page.columns.len(), 0);
        }
        let mut wanted = columns.iter().copied().peekable();
        for ((column, words), count) in (0..).zip(&mut page.columns).zip(&mut self.counts) {
            let (word, set) = (&mut words[at], wanted.next_if_eq(&column).is_some());
            match (*word & mask != 0, set) {
                (false, true) => *count += 1,
                (true, false) => *count = count.saturating_sub(1),
                _ => continue,
            }
            *word ^= mask;
        }
    }

    /// Changes a row whose home stays.
    pub(super) fn change(&mut self, slot: Slot, change: impl FnOnce(&mut Row)) {
        let (page, at) = split(slot.leaf());
        let found = &mut self.pages[page];
        let row = &mut found.rows[at][slot.bit() as usize];
        let before = *row;
        change(row);
        let after = *row;
        let span = found.spans[at];
        if before.last_served == span.last_served_min && after.last_served > before.last_served {
            found.survey(at);
        }
        found.cover(at, &after);
    }

    /// Moves the volunteers of `mask` to an empty leaf, each to the same bit there.
    pub(super) fn move_bits(&mut self, from: u32, to: u32, mask: u64) {
        let ((page, at), (new_page, new_at)) = (split(from), split(to));
        self.pages[page].alive[at] &= !mask;
        self.pages[page].survey(at);
        let rows = self.pages[page].rows[at].clone();
        self.pages[new_page].rows[new_at].extend(rows);
        self.pages[new_page].alive[new_at] = mask;
        self.pages[new_page].survey(new_at);
        let columns = self.pages[page].columns.len();
        self.pages[new_page].widen(columns);
        for column in 0..self.pages[new_page].columns.len() {
            let word = self.pages[page].columns.get(column).map_or(0, |words| words[at]);
            self.pages[new_page].columns[column][new_at] = word & mask;
            if let Some(words) = self.pages[page].columns.get_mut(column) {
                words[at] = word & !mask;
            }
        }
    }

    /// Bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let page = |page: &Page| {
            let rows: usize = page.rows.iter().map(|rows| rows.capacity() * size_of::<Row>()).sum();
            let columns =
                page.columns.len() * size_of::<Words>() + page.columns.capacity() * size_of::<usize>();
            let leaf = size_of::<u64>() + size_of::<Ground>() + size_of::<Span>() + size_of::<Vec<Row>>();
            rows + columns + PAGE * leaf
        };
        self.pages.capacity() * size_of::<Page>()
            + (self.free.capacity() + self.counts.capacity()) * size_of::<u32>()
            + self.pages.iter().map(page).sum::<usize>()
    }
}

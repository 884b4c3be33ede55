//! Search by part of the name or by pinyin initials, over the whole country or inside one division.
//!
//! Several words narrow each other from the top: `江汉 民族` looks for 民族 inside whatever is called 江汉, in
//! either order. A query in one word that no single name holds is read as an address without its suffixes:
//! `武汉江汉民族` is 民族 in 江汉 in 武汉.
//!
//! A slice of the tree is a slice of the text of all names, so a word is found by one pass over that text.

use std::{collections::BinaryHeap, ops::Range};

use kernel::{DivisionCode, Level};
use memchr::memmem::Finder;

use crate::{Division, Tree, initials::InitialsQuery};

/// A longer query finds nothing; the longest full name has about 60 characters.
pub const QUERY_CHARS_MAX: usize = 64;
/// More words than this find nothing; an address has five levels.
pub const QUERY_WORDS_MAX: usize = 6;
/// No search returns more hits than this.
pub const SEARCH_LIMIT_MAX: usize = 1_000;
/// How many ways of splitting one word into an address are tried.
const SPLITS_MAX: usize = 48;

/// What may follow the query at the end of a name that is still called exactly so: 江汉 is 江汉区.
const SUFFIXES: [&str; 34] = [
    "",
    "省",
    "市",
    "区",
    "县",
    "旗",
    "盟",
    "镇",
    "乡",
    "村",
    "地区",
    "林区",
    "新区",
    "街道",
    "社区",
    "街道办事处",
    "地区办事处",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "居委会",
    "村委会",
    "居民委员会",
    "村民委员会",
    "村村委会",
    "村村民委员会",
    "社区居委会",
    "社区村委会",
    "社区居民委员会",
    "社区村民委员会",
];

/// How well a name fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// The query is the name, with or without a suffix such as 区 or 社区居委会.
    Exact,
    /// The name begins with the query.
    Prefix,
    /// The query is inside the name.
    Substring,
}

/// A division that a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The division.
    pub division: Division<'a>,
    /// How the last word of the query fits its name.
    pub kind: MatchKind,
}

/// One word of a query.
enum Word<'q> {
    Text(Box<Finder<'q>>),
    Initials(InitialsQuery),
}

/// The best hits so far; the worst of them is on top.
struct Best {
    limit: usize,
    heap: BinaryHeap<Rank>,
}

/// Order of hits: how well it fits, upper levels first, short names first, then by code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    kind: MatchKind,
    level: Level,
    length: usize,
    position: usize,
}

impl Best {
    fn offer(&mut self, rank: Rank) {
        if self.heap.len() < self.limit {
            self.heap.push(rank);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && rank < *worst
        {
            *worst = rank;
        }
    }
}

impl Tree {
    /// Finds at most `limit` divisions (and at most [`SEARCH_LIMIT_MAX`]), best first: exact before prefix
    /// before substring, then upper levels, short names and low codes first.
    ///
    /// A word of Latin letters and digits is read as pinyin initials (`jhq`), with every reading of a character
    /// (重庆 is `cq` and `zq`), any other word as part of a name. `within` limits the search to a subtree.
    pub fn search(&self, query: &str, within: Option<DivisionCode>, limit: usize) -> Vec<Hit<'_>> {
        let limit = limit.min(SEARCH_LIMIT_MAX);
        if limit == 0 || query.chars().nth(QUERY_CHARS_MAX).is_some() {
            return Vec::new();
        }
        let mut words: Vec<&str> = query.split_whitespace().collect();
        if words.len() > QUERY_WORDS_MAX {
            return Vec::new();
        }
        let whole = [self.slice(within.unwrap_or(DivisionCode::NATION))];
        let mut best = Best { limit, heap: BinaryHeap::new() };
        self.search_words(&words, &whole, &mut best);
        if best.heap.is_empty() && words.len() > 1 {
            words.reverse();
            self.search_words(&words, &whole, &mut best);
        }
        if let [word] = words[..]
            && best.heap.is_empty()
        {
            let mut splits = SPLITS_MAX;
            self.search_address(word, &whole, &mut best, &mut splits);
        }
        let ranked = best.heap.into_sorted_vec();
        ranked
            .into_iter()
            .filter_map(|rank| Some(Hit { division: self.division(rank.position)?, kind: rank.kind }))
            .collect()
    }

    /// Each word but the last narrows the search to the subtrees of what it finds; those include the finds
    /// themselves, so two words may also stand in one name.
    fn search_words(&self, words: &[&str], slices: &[Range<usize>], best: &mut Best) {
        let Some((last, above)) = words.split_last() else { return };
        let mut slices = slices.to_vec();
        for word in above {
            let word = self.word(word);
            let mut narrowed: Vec<Range<usize>> = Vec::new();
            for slice in &slices {
                self.find(&word, slice, |position, _| {
                    if narrowed.last().is_none_or(|open| open.end <= position) {
                        narrowed.push(self.slice_at(position));
                    }
                });
            }
            slices = narrowed;
        }
        self.collect(&self.word(last), &slices, best);
    }

    /// Reads `text` as an address: the longest beginning that some division above the communities begins with,
    /// then the rest inside those divisions.
    fn search_address(&self, text: &str, slices: &[Range<usize>], best: &mut Best, splits: &mut usize) {
        let mut begun: Vec<(usize, usize)> = Vec::new();
        for slice in slices {
            for position in self.upper(slice) {
                let position = *position as usize;
                let shared = shared_beginning(self.name(position), text);
                // One character says too little to be the name of a place.
                if text.get(..shared).is_some_and(|s| s.chars().nth(1).is_some()) && shared < text.len() {
                    begun.push((shared, position));
                }
            }
        }
        let mut lengths: Vec<usize> = begun.iter().map(|(shared, _)| *shared).collect();
        lengths.sort_unstable();
        lengths.dedup();
        for length in lengths.into_iter().rev() {
            if *splits == 0 {
                return;
            }
            *splits -= 1;
            let mut narrowed: Vec<Range<usize>> = Vec::new();
            for (shared, position) in &begun {
                if *shared >= length && narrowed.last().is_none_or(|open| open.end <= *position) {
                    narrowed.push(self.slice_at(*position));
                }
            }
            let rest = text.get(length..).unwrap_or_default();
            self.collect(&self.word(rest), &narrowed, best);
            if best.heap.is_empty() {
                self.search_address(rest, &narrowed, best, splits);
            }
            if !best.heap.is_empty() {
                return;
            }
        }
    }

    fn collect(&self, word: &Word<'_>, slices: &[Range<usize>], best: &mut Best) {
        for slice in slices {
            self.find(word, slice, |position, kind| {
                let length = self.start(position + 1) - self.start(position);
                best.offer(Rank { kind, level: self.code(position).level(), length, position });
            });
        }
    }

    fn word<'q>(&self, text: &'q str) -> Word<'q> {
        // Building the table of initials takes some tens of milliseconds, so only a word that needs it does.
        let latin = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match latin.then(|| self.initials().query(text)).flatten() {
            Some(query) => Word::Initials(query),
            None => Word::Text(Box::new(Finder::new(text))),
        }
    }

    /// Calls `found` for each position of the slice whose name holds the word, in rising order.
    fn find(&self, word: &Word<'_>, slice: &Range<usize>, mut found: impl FnMut(usize, MatchKind)) {
        match word {
            Word::Text(finder) => self.find_text(finder, slice, found),
            Word::Initials(query) => {
                let initials = self.initials();
                for position in slice.clone() {
                    if let Some(end) = initials.find(query, position) {
                        let name = self.name(position);
                        let rest = name.char_indices().nth(end).and_then(|(at, _)| name.get(at..));
                        found(position, kind(end == query.length(), rest.unwrap_or_default()));
                    }
                }
            }
        }
    }

    fn find_text(&self, finder: &Finder<'_>, slice: &Range<usize>, mut found: impl FnMut(usize, MatchKind)) {
        let end = self.start(slice.end);
        let mut position = slice.start;
        let mut from = self.start(position);
        while let Some(text) = self.text().as_bytes().get(from..end) {
            let Some(at) = finder.find(text) else { return };
            let at = from + at;
            position = self.position_of(at, position, slice.end);
            let (start, next) = (self.start(position), self.start(position + 1));
            let rest = self.text().get(at + finder.needle().len()..next - 1).unwrap_or_default();
            found(position, kind(at == start, rest));
            position += 1;
            from = next;
        }
    }

    /// The position whose name holds byte `at` of the text; hits lie close together, so it gallops from `low`.
    fn position_of(&self, at: usize, mut low: usize, end: usize) -> usize {
        let mut step = 1;
        while low + step < end && self.start(low + step) <= at {
            low += step;
            step *= 2;
        }
        while step > 1 {
            step /= 2;
            if low + step < end && self.start(low + step) <= at {
                low += step;
            }
        }
        low
    }

    fn slice_at(&self, position: usize) -> Range<usize> {
        let code = self.code(position);
        if code.level() == Level::Community { position..position + 1 } else { self.slice(code) }
    }
}

fn kind(at_start: bool, rest: &str) -> MatchKind {
    if !at_start {
        MatchKind::Substring
    } else if SUFFIXES.contains(&rest) {
        MatchKind::Exact
    } else {
        MatchKind::Prefix
    }
}

/// How many bytes of whole characters two texts have in common from their beginning.
fn shared_beginning(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, within: Option<&str>) -> Vec<(String, MatchKind)> {
        let within = within.map(|code| DivisionCode::parse(code).unwrap());
        let tree = Tree::embedded();
        let hits = tree.search(query, within, 20);
        hits.iter().map(|hit| (tree.full_name(hit.division.code).unwrap(), hit.kind)).collect()
    }

    fn first(query: &str) -> (String, MatchKind) {
        found(query, None).into_iter().next().unwrap_or_else(|| panic!("nothing is found for {query}"))
    }

    fn exact(name: &str) -> (String, MatchKind) {
        (name.to_owned(), MatchKind::Exact)
    }

    #[test]
    fn a_name_without_its_suffix_is_exact_and_upper_levels_come_first() {
        assert_eq!(first("武汉"), exact("湖北省武汉市"));
        assert_eq!(first("武汉市"), exact("湖北省武汉市"));
        assert_eq!(first("江汉"), exact("湖北省武汉市江汉区"));
        assert_eq!(first("内蒙古"), exact("内蒙古自治区"));
        assert_eq!(first("北京"), exact("北京市"));
        let kinds: Vec<_> = found("民族", None).iter().map(|(_, kind)| *kind).collect();
        assert!(kinds.is_sorted(), "{kinds:?}");
    }

    #[test]
    fn words_narrow_each_other_in_either_order() {
        let street = "湖北省武汉市江汉区民族街街道".to_owned();
        assert_eq!(first("江汉 民族"), (street.clone(), MatchKind::Prefix));
        assert_eq!(first("民族 江汉"), (street.clone(), MatchKind::Prefix));
        assert_eq!(first("武汉\u{3000}江汉  民族街"), exact(&street));
        assert_eq!(first("武汉江汉民族"), (street.clone(), MatchKind::Prefix));
        assert_eq!(first("武汉江汉民族街"), exact(&street));
        assert_eq!(first("湖北省武汉市江汉区民族街街道"), exact(&street));
        assert_eq!(first("武汉 jhq mzj"), exact(&street));
        assert_eq!(first("whs jhq mzj"), exact(&street));
        assert_eq!(first("北京东城区"), exact("北京市东城区"));
    }

    #[test]
    fn initials_know_every_reading() {
        assert!(found("jhq", None).contains(&exact("湖北省武汉市江汉区")));
        assert_eq!(found("jhq", Some("4201"))[0], exact("湖北省武汉市江汉区"));
        assert_eq!(first("cqs"), exact("重庆市"));
        assert_eq!(first("zqs"), exact("重庆市"));
        assert!(found("cq", None).contains(&exact("重庆市")));
        assert!(found("zq", None).contains(&exact("重庆市")));
        assert_eq!(first("CQ"), exact("重庆市"));
    }

    #[test]
    fn within_keeps_the_search_inside() {
        let inside = found("社区", Some("420103"));
        assert_eq!(inside.len(), 20);
        assert!(inside.iter().all(|(name, _)| name.starts_with("湖北省武汉市江汉区")), "{inside:?}");
        assert_eq!(found("东城区", Some("420103")), []);
        assert_eq!(found("江汉", Some("990000")), []);
    }

    #[test]
    fn what_nobody_is_called_finds_nothing() {
        for query in ["", "   ", "\n", "無此地名也", "qqqqqqqqqqqqq", "江汉 無此地名", "武汉江汉無", "-"]
        {
            let found = found(query, None);
            assert!(found.iter().all(|(name, _)| query == "-" && name.contains('-')), "{query}: {found:?}");
        }
        assert_eq!(found(&"江".repeat(QUERY_CHARS_MAX + 1), None), []);
        assert_eq!(found("区 区 区 区 区 区 区", None), []);
        assert!(Tree::embedded().search("江汉", None, 0).is_empty());
    }

    #[test]
    fn the_fast_search_finds_what_a_slow_one_finds() {
        let tree = Tree::embedded();
        let hubei = DivisionCode::parse("42").unwrap();
        for word in ["民族", "湖", "村村委会", "1", "区", "汉"] {
            let slow = tree.subtree(hubei).filter(|d| d.name.contains(word)).count();
            let text = Word::Text(Box::new(Finder::new(word)));
            let mut positions = Vec::new();
            tree.find(&text, &tree.slice(hubei), |position, _| positions.push(position));
            assert!(positions.is_sorted() && positions.iter().all(|p| tree.name(*p).contains(word)));
            assert_eq!(positions.len(), slow, "{word}");
        }
    }
}

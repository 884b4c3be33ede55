//! Looking a division up: by name, by pinyin initials, by clicking down the tree.

pub(crate) mod api;
pub(crate) mod pages;

use divisions::{CommunityKind, Tree};
use kernel::{DivisionCode, Level};

/// Hits shown for one search.
pub(crate) const HITS_MAX: usize = 20;
/// Stations shown on the page of one area; a street has few.
pub(crate) const STATIONS_MAX: i64 = 30;

/// A division as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) code: String,
    pub(crate) name: String,
    /// Everything from the province down, in one word.
    pub(crate) full_name: String,
}

pub(crate) fn entry(tree: &Tree, code: DivisionCode) -> Option<Entry> {
    let division = tree.get(code)?;
    Some(Entry {
        code: code.to_string(),
        name: division.name.to_owned(),
        full_name: tree.full_name(code).unwrap_or_default(),
    })
}

/// The hits inside the installation's own area, and those elsewhere in the country when there is room left.
pub(crate) fn search(tree: &Tree, query: &str, own: DivisionCode) -> (Vec<Entry>, Vec<Entry>) {
    let codes = |within, limit| -> Vec<DivisionCode> {
        tree.search(query, within, limit).into_iter().map(|hit| hit.division.code).collect()
    };
    let here = codes(Some(own), HITS_MAX);
    let mut elsewhere = Vec::new();
    if own != DivisionCode::NATION && here.len() < HITS_MAX {
        elsewhere = codes(None, HITS_MAX);
        elsewhere.retain(|code| !own.contains(*code));
        elsewhere.truncate(HITS_MAX - here.len());
    }
    let entries = |codes: Vec<DivisionCode>| codes.into_iter().filter_map(|code| entry(tree, code)).collect();
    (entries(here), entries(elsewhere))
}

/// Key of the sentence that says what a division is.
pub(crate) fn kind_key(code: DivisionCode) -> &'static str {
    match code.level() {
        Level::Nation => "place-kind-nation",
        Level::Province => "place-kind-province",
        Level::City => "place-kind-city",
        Level::District => "place-kind-district",
        Level::Street => "place-kind-street",
        Level::Community => match CommunityKind::of(code) {
            Some(CommunityKind::Residents) => "place-kind-residents",
            Some(CommunityKind::Villagers) => "place-kind-villagers",
            Some(CommunityKind::LikeResidents) => "place-kind-like-residents",
            Some(CommunityKind::LikeVillagers) => "place-kind-like-villagers",
            Some(CommunityKind::Other) | None => "place-kind-community",
        },
    }
}

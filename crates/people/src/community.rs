//! Choosing a community in a form: the installation's own to pick from, any other by a search.

use kernel::{DivisionCode, Level};
use places::Edition;
use web::{Ask, Choice, Fields};

/// Communities offered at most; a street has some twenty, the largest about ninety.
const CHOICES_MAX: usize = 120;
/// Hits of a search shown.
const HITS_MAX: usize = 20;

/// What a form offers as `division`, given what was typed into `place` and chosen before.
pub(crate) fn choices(tree: &Edition, ask: &Ask, query: &str, chosen: &str) -> Vec<Choice> {
    let own = ask.app.place().division;
    let community = |code: DivisionCode| code.level() == Level::Community;
    let mut list: Vec<Choice> = if query.is_empty() {
        // Above a street the list would be long, and a wrong first choice easy.
        let near = if own.level() >= Level::Street { own } else { DivisionCode::NATION };
        let near = (near != DivisionCode::NATION).then_some(near);
        near.into_iter()
            .flat_map(|near| tree.subtree(near))
            .filter(|one| community(one.code))
            .take(CHOICES_MAX)
            .map(|one| Choice::new(one.code.to_string(), one.name))
            .collect()
    } else {
        let within = tree.search(query, Some(own), HITS_MAX * 4);
        let anywhere = tree.search(query, None, HITS_MAX * 4);
        let mut codes: Vec<DivisionCode> =
            within.iter().chain(&anywhere).map(|hit| hit.division.code).collect();
        let mut seen = std::collections::BTreeSet::new();
        codes.retain(|code| community(*code) && seen.insert(*code));
        codes
            .into_iter()
            .take(HITS_MAX)
            .filter_map(|code| Some(Choice::new(code.to_string(), tree.full_name(code)?)))
            .collect()
    };
    if let Ok(code) = DivisionCode::parse(chosen)
        && list.iter().all(|choice| choice.value != chosen)
        && let Some(name) = tree.full_name(code)
    {
        list.insert(0, Choice::new(chosen, name));
    }
    list.into_iter().map(|choice| choice.chosen_if(chosen)).collect()
}

/// The community a form names: one of the tree, as twelve digits.
pub(crate) fn chosen(tree: &Edition, fields: &Fields) -> Option<DivisionCode> {
    let code = DivisionCode::parse(fields.text("division")).ok()?;
    (code.level() == Level::Community && tree.contains(code)).then_some(code)
}

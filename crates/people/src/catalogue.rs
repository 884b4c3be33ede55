//! What a volunteer can choose from. The words are those of the needs' categories and risks, which match them.

use kernel::ServiceCategory;
use web::{Choice, Page};

/// Skills a volunteer can declare.
pub const SKILLS: [&str; 12] = [
    "nursing",
    "medical",
    "counselling",
    "legal",
    "first_aid",
    "haircut",
    "repair",
    "driving",
    "cooking",
    "teaching",
    "sign_language",
    "computer",
];

/// What a volunteer may not take on.
pub(crate) const LIMITS: [&str; 4] = ["lifting", "height", "dogs", "illness"];

/// Radii offered, in metres; 0 is as far as needed.
pub(crate) const RADII: [i64; 4] = [0, 500, 1_500, 5_000];

/// Checkboxes of `words`, whose sentences are `{prefix}-{word}`.
pub(crate) fn choices<'w>(
    page: &Page,
    prefix: &str,
    words: impl IntoIterator<Item = &'w str>,
    chosen: &[String],
) -> Vec<Choice> {
    words
        .into_iter()
        .map(|word| {
            let mut choice = Choice::new(word, page.t(&format!("{prefix}-{word}")));
            choice.chosen = chosen.iter().any(|one| one == word);
            choice
        })
        .collect()
}

/// Checkboxes of the categories, with their icons.
pub(crate) fn categories(page: &Page, chosen: &[String]) -> Vec<Choice> {
    let choice = |category: &ServiceCategory| {
        let mut choice = Choice::category(page, *category);
        choice.chosen = chosen.contains(&choice.value);
        choice
    };
    ServiceCategory::ALL.iter().map(choice).collect()
}

//! What a volunteer can choose from. The words are those of the needs' categories and risks, which match them.

use web::{Choice, Page};

/// Categories a volunteer can serve in, and their icons.
pub(crate) const CATEGORIES: [(&str, &str); 19] = [
    ("convenience", "tools"),
    ("elderly", "old"),
    ("care", "home-heart"),
    ("medicine", "stethoscope"),
    ("hardship", "heart-handshake"),
    ("disability", "wheelchair"),
    ("parent_child", "baby-carriage"),
    ("study", "book"),
    ("skill_training", "school"),
    ("psychology", "brain"),
    ("legal_aid", "scale"),
    ("rights", "speakerphone"),
    ("jobs", "certificate"),
    ("environment", "leaf"),
    ("traffic", "traffic-lights"),
    ("neighbourhood", "building-community"),
    ("epidemic", "shield-check"),
    ("science", "bulb"),
    ("emergency", "first-aid-kit"),
];

/// Skills a volunteer can declare.
pub(crate) const SKILLS: [&str; 12] = [
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
    let words = CATEGORIES.iter().map(|(word, _)| *word);
    let plain = choices(page, "people-category", words, chosen);
    plain.into_iter().zip(CATEGORIES).map(|(choice, (_, icon))| choice.with_icon(icon)).collect()
}

//! Cards on paper, in the words of a page.

use db::{Fault, Outcome};
use paper::{CardFace, Cards, Fonts};
use web::{Ask, Page};

use super::Made;

/// A card with what is known of its person.
#[derive(Clone, Debug)]
pub(super) struct Face {
    pub(super) made: Made,
    /// Masked.
    pub(super) name: String,
    pub(super) is_volunteer: bool,
}

/// The cards as a PDF.
pub(super) async fn pdf(ask: &Ask, page: &Page, faces: &[Face], today: kernel::Day) -> Outcome<Vec<u8>> {
    let face = |one: &Face| CardFace {
        kind: page.t(if one.is_volunteer { "card-of-volunteer" } else { "card-of-resident" }),
        name: one.name.clone(),
        facts: vec![
            (page.t("card-number"), one.made.card.number.to_string()),
            (page.t("card-until"), page.date(one.made.card.until)),
        ],
        url: format!("{}/card/{}", ask.origin, one.made.token),
    };
    let cards = Cards {
        lang: page.lang.split('-').next().unwrap_or_default().to_owned(),
        title: page.t("card-title"),
        place: page.community_name.clone(),
        lost: page.ta("card-lost", "phone", &page.phone),
        notes: vec![page.t("card-cut")],
        cards: faces.iter().map(face).collect(),
        missing: page.t("card-missing"),
    };
    let (year, month, day) = today.ymd();
    let day = (i32::from(year), month.unsigned_abs(), day.unsigned_abs());
    let set = tokio::task::spawn_blocking(move || paper::cards(Fonts::of_the_machine(), &cards, day)).await;
    let defect = |words: String| Fault::Defect(words).into();
    set.map_err(|error| defect(error.to_string()))
        .and_then(|set| set.map_err(|error| defect(error.to_string())))
}

//! What was done, in the words of a page: the same on a page, on paper and to who checks.

use std::collections::BTreeSet;

use kernel::ServiceCategory;
use web::Page;

use crate::{Line, Statement};

/// A category; one that this version does not know is a service all the same.
pub(crate) fn category(page: &Page, word: &str) -> String {
    match ServiceCategory::from_word(word) {
        Some(known) => page.tw("category-", known.word()),
        None => page.t("cert-category-other"),
    }
}

impl Line {
    /// What the activity was called, or else its category.
    pub(crate) fn what(&self, page: &Page) -> String {
        if self.title.is_empty() { category(page, &self.category) } else { self.title.clone() }
    }
}

impl Statement {
    /// Its categories, each once.
    pub(crate) fn content(&self, page: &Page) -> String {
        let words: BTreeSet<&str> = self.lines.iter().map(|line| line.category.as_str()).collect();
        let categories: Vec<String> = words.into_iter().map(|word| category(page, word)).collect();
        categories.join(&page.t("cert-comma"))
    }
}

//! What the templates ask a page about its look: files, navigation, errors beside fields.

mod bars;
mod category;
mod nav;

pub use bars::{Bars, bars, per_cent};
pub use category::category_icon;
pub use nav::NavItem;

use kernel::ServiceCategory;

use crate::{Page, assets};

/// One thing to choose in a group of tiles, chips or rows, or in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// A second line, or empty.
    pub hint: String,
    /// Name of an icon in the sprite, or empty.
    pub icon: &'static str,
    /// Chosen when the page is shown.
    pub chosen: bool,
}

impl Choice {
    /// A choice without hint and icon, not chosen.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// The same with an icon of the sprite.
    #[must_use]
    pub fn with_icon(mut self, icon: &'static str) -> Self {
        self.icon = icon;
        self
    }

    /// A service category with its words and its icon, not chosen.
    pub fn category(page: &Page, category: ServiceCategory) -> Self {
        let word = category.word();
        Self::new(word, page.t(&format!("category-{word}"))).with_icon(category_icon(category))
    }

    /// The same with a second line.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same, chosen when its value is `value`.
    #[must_use]
    pub fn chosen_if(mut self, value: &str) -> Self {
        self.chosen = self.value == value;
        self
    }
}

impl Page {
    /// Path of the style sheet.
    #[must_use]
    pub fn css(&self) -> &'static str {
        assets::css_path()
    }

    /// Path of our script.
    #[must_use]
    pub fn js(&self) -> &'static str {
        assets::js_path()
    }

    /// Path of the icon sprite.
    #[must_use]
    pub fn icons(&self) -> &'static str {
        assets::icons_path()
    }

    /// Path of the mark 邻.
    #[must_use]
    pub fn logo(&self) -> &'static str {
        assets::logo_path()
    }

    /// What the big screen lays over the style sheet.
    pub fn screen_css(&self) -> &'static str {
        assets::screen_css_path()
    }

    /// Is this 长辈版 or 特大: one column, no tabs, the bar 返回 · 打电话找人?
    #[must_use]
    pub fn elder(&self) -> bool {
        matches!(self.size, "elder" | "max")
    }

    /// The telephone number as a `tel:` address takes it: digits and a leading plus.
    #[must_use]
    pub fn phone_digits(&self) -> String {
        self.phone.chars().filter(|character| character.is_ascii_digit() || *character == '+').collect()
    }

    /// The navigation that `tab` names (`"public/home"`, `"worker/inbox"`); empty without one.
    #[must_use]
    pub fn nav(&self) -> &'static [NavItem] {
        nav::items(self.tab)
    }

    /// Does the page show tabs (residents, volunteers, leaders)?
    #[must_use]
    pub fn has_tabs(&self) -> bool {
        !self.nav().is_empty() && !nav::is_rail(self.tab)
    }

    /// Does the page show the staff rail?
    #[must_use]
    pub fn has_rail(&self) -> bool {
        nav::is_rail(self.tab)
    }

    /// Is `item` the page one is on?
    #[must_use]
    pub fn is_here(&self, item: &NavItem) -> bool {
        item.tab == self.tab
    }

    /// The message for the field `name`, if it was refused.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }

    /// Was the field `name` refused?
    #[must_use]
    pub fn has_error(&self, name: &str) -> bool {
        self.error(name).is_some()
    }
}

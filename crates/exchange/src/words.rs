//! The words of a sheet. They are Chinese whoever asks: a sheet goes on to offices that fill in Chinese forms.

use kernel::{Arg, Day, DivisionCode, Instant};
use places::Edition;
use web::{App, Language};

/// Says what stands in a sheet.
#[derive(Clone)]
pub(crate) struct Words {
    app: App,
}

impl Words {
    pub(crate) fn of(app: &App) -> Self {
        Self { app: app.clone() }
    }

    pub(crate) fn say(&self, key: &str) -> String {
        self.with(key, &[])
    }

    pub(crate) fn with(&self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.app.text().get(Language::Chinese, key, args)
    }

    /// What a rule says when it refuses.
    pub(crate) fn refused(&self, rule: &str, args: &[(&'static str, Arg)]) -> String {
        self.app.text().rule(Language::Chinese, rule, args)
    }

    /// The sentence of a word that a row holds; nothing for none.
    pub(crate) fn word(&self, prefix: &str, word: &str) -> String {
        if word.is_empty() { String::new() } else { self.say(&format!("{prefix}{word}")) }
    }
}

/// The place's own name, or its code when the tree has it no more.
pub(crate) fn place(tree: &Edition, code: DivisionCode) -> String {
    tree.get(code).map_or_else(|| code.to_string(), |division| division.name.to_owned())
}

/// `09:30`.
pub(crate) fn clock(at: Instant) -> String {
    let minute = at.minute_of_day();
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Year, month and day as a file bears them.
pub(crate) fn ymd(day: Day) -> (u16, u8, u8) {
    let (year, month, day) = day.ymd();
    (u16::try_from(year).unwrap_or(1970), u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

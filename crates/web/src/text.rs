//! The sentences of pages and refusals, from the locale files of every crate.

use std::sync::OnceLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kernel::{Arg, FieldRefusal, Refusal};
use unic_langid::LanguageIdentifier;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Chinese, what residents read.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Its tag (BCP 47), as in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Chinese, Self::English].into_iter().find(|language| language.tag() == tag)
    }
}

/// The sentences of one area where no page asks for them: text messages, made when the first is sent.
#[derive(Debug)]
pub struct Said {
    locales: (&'static str, &'static str),
    text: OnceLock<Option<Text>>,
}

impl Said {
    /// Those of an area with its Chinese and English sentences, and those that all share.
    pub const fn of(locales: (&'static str, &'static str)) -> Self {
        Self { locales, text: OnceLock::new() }
    }

    /// The sentences; nothing when they cannot be read.
    pub fn text(&self) -> Option<&Text> {
        self.text.get_or_init(|| Text::new(&[crate::LOCALES, self.locales]).ok()).as_ref()
    }

    /// A sentence in Chinese, as a text message says it; empty when they cannot be read.
    pub fn say(&self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.text().map(|text| text.get(Language::Chinese, key, args)).unwrap_or_default()
    }
}

/// Every sentence in both languages.
pub struct Text {
    chinese: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text")
    }
}

impl Text {
    /// Reads the locale files: for each crate its Chinese and its English file.
    ///
    /// # Errors
    /// A sentence that names what is wrong: a key twice, a line that is no message.
    pub fn new(files: &[(&str, &str)]) -> Result<Self, String> {
        let bundle = |language: Language, pick: fn(&(&str, &str)) -> String| {
            let tag: LanguageIdentifier = language.tag().parse().map_err(|e| format!("{e}"))?;
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            // Isolation marks round arguments would stand in the HTML and break screen readers' words.
            bundle.set_use_isolating(false);
            for file in files {
                let resource =
                    FluentResource::try_new(pick(file)).map_err(|(_, errors)| format!("{errors:?}"))?;
                bundle.add_resource(resource).map_err(|errors| format!("{errors:?}"))?;
            }
            Ok::<_, String>(bundle)
        };
        Ok(Self {
            chinese: bundle(Language::Chinese, |file| file.0.to_owned())?,
            english: bundle(Language::English, |file| file.1.to_owned())?,
        })
    }

    /// The sentence `key` with its arguments. A missing sentence shows its key in brackets and is logged; a
    /// test finds it before a person does.
    pub fn get(&self, language: Language, key: &str, args: &[(&'static str, Arg)]) -> String {
        let bundle = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, language = language.tag(), "a sentence is missing");
            return format!("[{key}]");
        };
        let mut values = FluentArgs::new();
        for (name, arg) in args {
            values.set(
                *name,
                match arg {
                    Arg::Number(number) => FluentValue::from(*number),
                    Arg::Text(text) => FluentValue::from(text.clone()),
                    Arg::Day(day) => FluentValue::from(self.date(language, *day)),
                    Arg::Moment(at) => FluentValue::from(self.moment(language, *at)),
                },
            );
        }
        bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }

    /// Whether the sentence exists in the language.
    pub fn has(&self, language: Language, key: &str) -> bool {
        match language {
            Language::Chinese => self.chinese.has_message(key),
            Language::English => self.english.has_message(key),
        }
    }

    /// What a refusal says to the person.
    pub fn refusal(&self, language: Language, refusal: &Refusal) -> String {
        self.rule(language, refusal.rule, &refusal.args)
    }

    /// What is wrong with one field.
    pub fn field(&self, language: Language, field: &FieldRefusal) -> String {
        self.rule(language, field.rule, &field.args)
    }

    /// What a rule says when it refuses: the sentence `refusal-{rule}`.
    pub fn rule(&self, language: Language, rule: &str, args: &[(&'static str, Arg)]) -> String {
        self.get(language, &format!("refusal-{rule}"), args)
    }
}

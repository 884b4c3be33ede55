//! The font that comes along, and those of the machine for characters it lacks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{LazyLock, OnceLock},
};

use serde_json::Value;
use typst::{foundations::Bytes, text::Font};

/// Noto Serif CJK SC, cut down to GB 2312, CC-CEDICT's simplified characters and those of the names of all divisions;
/// see `fonts/NOTICE`.
static ALONG: &[u8] = include_bytes!("../fonts/NotoSerifCJKsc-subset.otf");
/// Stands for a character that no font has (GB 2312: 等号形 of printers).
const MISSING: char = '〓';
/// Files of a font folder looked at, at most.
const FILES_MAX: usize = 2_000;

/// The fonts papers are set with.
#[derive(Debug)]
pub struct Fonts {
    along: Vec<Font>,
    folders: Vec<PathBuf>,
    /// Fonts of the machine; read when a character first asks for them.
    others: OnceLock<Vec<Font>>,
}

impl Fonts {
    /// The font that comes along, and for rare characters what lies in these folders.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { along: Font::iter(Bytes::new(ALONG)).collect(), folders, others: OnceLock::new() }
    }

    /// Those of this machine, from the folders in which Debian keeps fonts; read once a process.
    pub fn of_the_machine() -> &'static Self {
        static FONTS: LazyLock<Fonts> =
            LazyLock::new(|| Fonts::new(vec!["/usr/share/fonts".into(), "/usr/local/share/fonts".into()]));
        &FONTS
    }

    /// The fonts for these words. A character that no font has becomes 〓, and `missing` with its code point is added to
    /// the notes, so that a hand can write it in.
    pub(crate) fn covering(&self, words: &mut Value, missing: &str) -> Vec<Font> {
        let mut wanted = BTreeSet::new();
        each_text(words, &mut |text| wanted.extend(text.chars().filter(|one| !one.is_control())));
        wanted.retain(|one| !self.along.iter().any(|font| has(font, *one)));
        let mut chosen = self.along.clone();
        if wanted.is_empty() {
            return chosen;
        }
        for font in self.others.get_or_init(|| read_all(&self.folders)) {
            if wanted.iter().any(|one| has(font, *one)) {
                wanted.retain(|one| !has(font, *one));
                chosen.push(font.clone());
            }
        }
        if !wanted.is_empty() {
            let codes: Vec<String> = wanted.iter().map(|one| format!("U+{:04X}", u32::from(*one))).collect();
            each_text(words, &mut |text| {
                *text = text.replace(|one| wanted.contains(&one), &MISSING.to_string())
            });
            if let Some(notes) = words.get_mut("notes").and_then(Value::as_array_mut) {
                notes.push(Value::String(format!("{missing}{}", codes.join(" "))));
            }
        }
        chosen
    }
}

fn has(font: &Font, one: char) -> bool {
    font.info().coverage.contains(u32::from(one))
}

fn each_text(value: &mut Value, take: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, take)),
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| each_text(value, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Every font below these folders, serif faces first, in the order of their paths.
fn read_all(folders: &[PathBuf]) -> Vec<Font> {
    let mut files = Vec::new();
    folders.iter().for_each(|folder| find(folder, &mut files));
    files.sort_by_key(|file| (!file.to_string_lossy().contains("Serif"), file.clone()));
    let read = |file: PathBuf| std::fs::read(file).ok();
    files.into_iter().filter_map(read).flat_map(|data| Font::iter(Bytes::new(data)).take(1)).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_font =
            path.extension().is_some_and(|end| ["otf", "ttf", "ttc", "otc"].iter().any(|one| end == *one));
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            find(&path, files);
        } else if is_font && files.len() < FILES_MAX {
            files.push(path);
        }
    }
}

//! Names of columns, and texts as people type them.

/// The letters of a column, as a spreadsheet shows them: `A` for 0, `AA` for 26.
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + digit as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A text without what an input method leaves in it: full-width letters, digits and signs become plain ones, invisible
/// characters go, any run of space becomes one.
pub fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        c => c,
    };
    let seen = |c: &char| {
        !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
            && (!c.is_control() || c.is_whitespace())
    };
    let narrowed: String = text.chars().filter(seen).map(narrow).collect();
    narrowed.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! Numbers as people type them, brought to one form; bytes as people read them.

use std::fmt::Write as _;

/// Characters left over from forms and printed cards, which carry no meaning: dashes and brackets of every
/// width, and marks without width that come along when a number is copied from a chat.
const SEPARATORS: &[char] = &[
    '-', '‐', '‑', '‒', '–', '—', '−', '－', '(', ')', '（', '）', '\u{200B}', '\u{200C}', '\u{200D}',
    '\u{200E}', '\u{200F}', '\u{202A}', '\u{202C}', '\u{202D}', '\u{2060}', '\u{FEFF}',
];

/// Half width, upper case, without white space and separators.
pub(crate) fn normalised(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !SEPARATORS.contains(c))
        .map(|c| half_width(c).to_ascii_uppercase())
        .collect()
}

/// U+FF01 to U+FF5E are the ASCII characters from `!` to `~`, one em wide.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The first `head` and last `tail` characters, with one `*` for each between them. A text that is not longer
/// than both together is hidden whole.
pub(crate) fn masked(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let shown = |at: usize| count > head + tail && (at < head || at >= count - tail);
    text.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

/// The last four characters, or fewer when there are fewer.
pub(crate) fn last_four(text: &str) -> &str {
    let start = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or_default()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a hexadecimal text, large or small letters; `None` when it is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// Bytes from hexadecimal text with white space, for known answers.
#[cfg(test)]
pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    unhex(&text.split_whitespace().collect::<String>()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_comes_to_one_form() {
        assert_eq!(normalised(" １３８-0000 0001\u{3000}"), "13800000001");
        assert_eq!(normalised("1101051949 1231002ｘ"), "11010519491231002X");
        assert_eq!(normalised("\u{202D}H（1）2\u{202C}"), "H12");
    }

    #[test]
    fn a_short_text_is_hidden_whole() {
        assert_eq!(masked("12345", 1, 1), "1***5");
        assert_eq!(masked("12", 1, 1), "**");
        assert_eq!(last_four("123"), "123");
        assert_eq!(last_four("12345"), "2345");
    }
}

//! Names: as typed, as found by pinyin initials, as shown to others.

use kernel::Refusal;
use pinyin::ToPinyin;

/// Characters of a name at most; the longest names of minorities on identity cards have about 30.
pub const NAME_CHARS_MAX: usize = 40;

/// A name as it will be stored: trimmed, spaces inside made single.
///
/// # Errors
/// `name-missing`, `name-too-long`, `name-not-letters` on `field`.
pub(crate) fn parse(field: &'static str, text: &str) -> Result<String, Refusal> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = name.chars().count();
    if count == 0 {
        return Err(Refusal::invalid(field, "name-missing"));
    }
    if count > NAME_CHARS_MAX {
        return Err(Refusal::invalid(field, "name-too-long"));
    }
    if !name.chars().all(|c| c.is_alphabetic() || "·•.'’- ".contains(c))
        || !name.contains(char::is_alphabetic)
    {
        return Err(Refusal::invalid(field, "name-not-letters"));
    }
    Ok(name)
}

/// First letters of the pinyin, by which staff find the name: `lsy` for 李淑英. Latin letters stand as they are.
pub fn initials(name: &str) -> String {
    name.chars()
        .filter_map(|c| match c.to_pinyin() {
            Some(pinyin) => pinyin.plain().chars().next(),
            None => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
        })
        .collect()
}

/// The name as others see it: 李* for two characters, 李** for more, only the first of one.
pub fn mask(name: &str) -> String {
    let stars = if name.chars().count() > 2 { "**" } else { "*" };
    format!("{}{stars}", surname(name))
}

/// Two-character surnames still in use; a name that begins with one keeps both characters.
const DOUBLE_SURNAMES: [&str; 12] =
    ["欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯"];

/// The surname: two characters for 欧阳 and its like in a name of three or more, else the first character.
pub fn surname(name: &str) -> String {
    let double = DOUBLE_SURNAMES.iter().any(|double| name.starts_with(double)) && name.chars().count() > 2;
    name.chars().take(if double { 2 } else { 1 }).collect()
}

/// Whether the words are what [`mask`] leaves of somebody's name: one character, or two for 欧阳 and its like.
pub(crate) fn may_be_surname(words: &str) -> bool {
    let mut letters = words.chars();
    let is_one = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    is_one || DOUBLE_SURNAMES.contains(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_hidden_but_for_the_surname() {
        assert_eq!(mask("李四"), "李*");
        assert_eq!(mask("李淑英"), "李**");
        assert_eq!(mask("欧阳小花"), "欧阳**");
        assert_eq!(mask("阿依古丽·买买提"), "阿**");
        assert_eq!(mask("李"), "李*");
    }

    #[test]
    fn initials_follow_the_pinyin() {
        assert_eq!(initials("李淑英"), "lsy");
        assert_eq!(initials("Anna 王"), "annaw");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let rule = |text: &str| parse("name", text).unwrap_err().fields.remove(0).rule;
        assert_eq!(rule("  "), "name-missing");
        assert_eq!(rule(&"李".repeat(41)), "name-too-long");
        assert_eq!(rule("李4"), "name-not-letters");
        assert_eq!(rule("·"), "name-not-letters");
        assert_eq!(parse("name", " 李　 四 ").unwrap(), "李 四");
        assert_eq!(parse("name", "阿依古丽·买买提").unwrap(), "阿依古丽·买买提");
    }
}

//! The columns of both kinds of sheets, and empty ones to fill in.

use kernel::ServiceCategory;
use people::SKILLS;
use sheets::{Book, Column, Heading, Unwritable, plain};
use vault::DocumentKind;

use super::ImportKind;
use crate::words::Words;

/// The head of the column that says what is wrong with a line.
pub(super) const PROBLEM: &str = "问题";

/// A column: its words, whether it must be there, its width. The words are the format, so they are no sentences.
pub(super) struct Known {
    pub(super) heading: Heading,
    pub(super) width: u8,
}

const fn column(names: &'static [&'static str], required: bool, width: u8) -> Known {
    Known { heading: Heading { names, required }, width }
}

/// Columns of volunteers, in the order of [`People`].
static PEOPLE: [Known; 7] = [
    column(&["姓名"], true, 12),
    column(&["证件种类", "证件类型"], false, 20),
    column(&["证件号码", "身份证号", "身份证号码", "证件号"], true, 24),
    column(&["手机号", "手机", "手机号码", "联系电话", "电话"], true, 16),
    column(&["社区", "社区代码", "居住社区", "所属社区"], true, 20),
    column(&["会什么", "技能", "特长"], false, 24),
    column(&["出生日期"], false, 14),
];

/// Columns of hours, in the order of [`Hours`].
static HOURS: [Known; 10] = [
    column(&["志愿者编号"], false, 16),
    column(&["证件号码", "身份证号", "身份证号码", "证件号"], false, 24),
    column(&["证件种类", "证件类型"], false, 20),
    column(&["服务日期", "日期"], true, 14),
    column(&["开始", "开始时间"], false, 10),
    column(&["结束", "结束时间"], false, 10),
    column(&["时长(分钟)", "服务时长(分钟)", "分钟"], false, 12),
    column(&["服务类别", "类别"], true, 20),
    column(&["服务内容", "内容"], true, 30),
    column(&["服务单位", "单位", "记录单位"], true, 24),
];

/// Places of the columns of volunteers.
pub(super) struct People;
impl People {
    pub(super) const NAME: usize = 0;
    pub(super) const KIND: usize = 1;
    pub(super) const NUMBER: usize = 2;
    pub(super) const PHONE: usize = 3;
    pub(super) const COMMUNITY: usize = 4;
    pub(super) const SKILLS: usize = 5;
    pub(super) const BORN: usize = 6;
}

/// Places of the columns of hours.
pub(super) struct Hours;
impl Hours {
    pub(super) const VOLUNTEER: usize = 0;
    pub(super) const NUMBER: usize = 1;
    pub(super) const KIND: usize = 2;
    pub(super) const DAY: usize = 3;
    pub(super) const FROM: usize = 4;
    pub(super) const TO: usize = 5;
    pub(super) const MINUTES: usize = 6;
    pub(super) const CATEGORY: usize = 7;
    pub(super) const WHAT: usize = 8;
    pub(super) const UNIT: usize = 9;
}

impl ImportKind {
    pub(super) fn columns(self) -> &'static [Known] {
        match self {
            Self::People => &PEOPLE,
            Self::Hours => &HOURS,
        }
    }

    pub(super) fn headings(self) -> Vec<Heading> {
        self.columns().iter().map(|known| known.heading).collect()
    }

    /// The words at the head of a column, as they are written.
    pub(super) fn head(self, index: usize) -> &'static str {
        let names = self.columns().get(index).map(|known| known.heading.names);
        names.and_then(|names| names.first()).copied().unwrap_or_default()
    }
}

/// The words of a kind of document, and the kind.
pub(super) fn document_kind(words: &Words, text: &str) -> Option<DocumentKind> {
    if text.is_empty() || text == "身份证" {
        return Some(DocumentKind::ResidentId);
    }
    let of = |kind: &&DocumentKind| plain(&words.say(&format!("people-document-{}", kind.code()))) == text;
    DocumentKind::ALL.iter().find(of).copied()
}

/// The category whose words these are, with or without what stands in brackets behind them.
pub(super) fn category(words: &Words, text: &str) -> Option<ServiceCategory> {
    let short = |text: &str| text.split('(').next().unwrap_or_default().trim().to_owned();
    let of = |category: &&ServiceCategory| {
        let full = plain(&words.say(&format!("category-{}", category.word())));
        full == text || short(&full) == short(text)
    };
    ServiceCategory::ALL.iter().find(of).copied()
}

/// The word of a skill in the catalogue.
pub(super) fn skill(words: &Words, text: &str) -> Option<&'static str> {
    SKILLS.into_iter().find(|word| plain(&words.say(&format!("people-skill-{word}"))) == text)
}

/// An empty sheet with notes on how to fill it in.
pub(super) fn template(kind: ImportKind, day: (u16, u8, u8), words: &Words) -> Result<Vec<u8>, Unwritable> {
    let documents = || {
        let kinds = DocumentKind::ALL.iter();
        kinds.map(|kind| words.say(&format!("people-document-{}", kind.code()))).collect::<Vec<_>>()
    };
    let categories = || {
        let all = ServiceCategory::ALL.iter();
        all.map(|category| plain(&words.say(&format!("category-{}", category.word())))).collect::<Vec<_>>()
    };
    let column = |(index, known): (usize, &Known)| {
        let mut column = Column::new(kind.head(index), known.width);
        column.choices = match (kind, index) {
            (ImportKind::People, People::KIND) | (ImportKind::Hours, Hours::KIND) => short_list(documents()),
            (ImportKind::Hours, Hours::CATEGORY) => short_list(categories()),
            _ => Vec::new(),
        };
        column
    };
    let columns = kind.columns().iter().enumerate().map(column).collect();
    let mut book = Book::new(words.word("import-kind-", kind.word()), day, columns);
    book.notes_name = words.say("sheet-notes");
    book.notes = words.say(&format!("import-notes-{}", kind.word())).lines().map(str::to_owned).collect();
    match kind {
        ImportKind::People => {
            let skills = SKILLS.iter().map(|word| words.say(&format!("people-skill-{word}")));
            book.notes.push(format!(
                "{}：{}",
                kind.head(People::SKILLS),
                skills.collect::<Vec<_>>().join("、")
            ));
            book.notes.push(format!("{}：{}", kind.head(People::KIND), documents().join("、")));
        }
        ImportKind::Hours => {
            book.notes.push(format!("{}：{}", kind.head(Hours::CATEGORY), categories().join("、")));
            book.notes.push(format!("{}：{}", kind.head(Hours::KIND), documents().join("、")));
        }
    }
    book.bytes()
}

/// Characters of a list to choose from that a spreadsheet takes, separators counted.
const LIST_CHARS_MAX: usize = 255;

/// The list, or none when a spreadsheet cannot hold it; the notes have it anyway.
fn short_list(words: Vec<String>) -> Vec<String> {
    let chars: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    // A comma would end a word.
    if chars > LIST_CHARS_MAX || words.iter().any(|word| word.contains(',')) { Vec::new() } else { words }
}

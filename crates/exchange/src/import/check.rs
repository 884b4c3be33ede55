//! Holding a whole file against the rules before anything of it is brought in.

use std::collections::BTreeMap;

use db::{Failure, Outcome, Tx};
use hours::ImportedHour;
use journal::Call;
use kernel::{Action, Arg, Day, DivisionCode, FieldRefusal, Id, Level, Person, Refusal};
use people::ImportedVolunteer;
use sheets::{CellFault, Refused, Row, Table, plain};

use super::{ImportKind, columns::PROBLEM, hours_lines, people_lines};
use crate::words::Words;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The line, as a spreadsheet counts.
    pub(super) line: u32,
    /// Letters of the column; empty where it is the whole line.
    pub(super) column: String,
    /// Words at the head of the column.
    pub(super) head: &'static str,
    /// Name of the rule; its sentence is `refusal-{rule}`.
    pub(super) rule: &'static str,
    /// Values named in the sentence.
    pub(super) args: Vec<(&'static str, Arg)>,
}

/// A right line, and what it is.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Volunteer(Box<ImportedVolunteer>),
    Hour(Box<ImportedHour>),
}

impl Item {
    /// The district in which it is written.
    pub(super) fn district(&self) -> kernel::District {
        match self {
            Self::Volunteer(line) => line.division.district(),
            Self::Hour(line) => line.person.district(),
        }
    }
}

/// A file that was looked at.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) table: Table,
    /// Every right line that is new, by its number.
    pub(super) items: Vec<(u32, Item)>,
    pub(super) problems: Vec<Problem>,
}

/// Reads a file.
///
/// # Errors
/// Why it is refused as a whole, on the field `file`.
pub(super) fn open(kind: ImportKind, bytes: &[u8]) -> Result<Table, Refusal> {
    sheets::read(bytes, &kind.headings(), &[PROBLEM]).map_err(|refused| refusal(&refused))
}

fn refusal(refused: &Refused) -> Refusal {
    let rule = |rule| Refusal::fields(vec![FieldRefusal { field: "file", rule, args: Vec::new() }]);
    let at = |refusal: Refusal, row: u32, column: &str, words: &str| {
        refusal.with("row", i64::from(row)).with("column", column.to_owned()).with("words", words.to_owned())
    };
    match refused {
        Refused::TooLarge => rule("sheet-too-large"),
        Refused::NotXlsx => rule("sheet-not-xlsx"),
        Refused::OldOrLocked => rule("sheet-old-or-locked"),
        Refused::Macro => rule("sheet-macro"),
        Refused::Broken => rule("sheet-broken"),
        Refused::UnpacksTooLarge => rule("sheet-unpacks-too-large"),
        Refused::TooManyRows => rule("sheet-too-many-rows").with("most", i64::from(sheets::ROWS_MAX)),
        Refused::MissingColumns(heads) => rule("sheet-columns-missing").with("heads", heads.join("、")),
        Refused::UnknownColumn { row, column, words } => {
            at(rule("sheet-column-unknown"), *row, column, words)
        }
        Refused::DoubledColumn { row, column, words } => {
            at(rule("sheet-column-doubled"), *row, column, words)
        }
        Refused::NoRows => rule("sheet-no-rows"),
    }
}

/// Checks every line; reads what is there already and writes nothing.
///
/// # Errors
/// Sign in first; a fault.
pub(super) fn check(
    tx: &mut Tx<'_>,
    call: &Call,
    words: &Words,
    (kind, sha256): (ImportKind, [u8; 32]),
    table: Table,
) -> Outcome<Checked> {
    call.actor.signed_in()?;
    let mut lines = Lines { kind, problems: Vec::new(), table };
    let items = match kind {
        ImportKind::People => people_lines::check(tx, call, words, &mut lines, sha256)?,
        ImportKind::Hours => hours_lines::check(tx, call, words, &mut lines, sha256)?,
    };
    Ok(Checked { items, problems: lines.problems, table: lines.table })
}

/// The lines of a file, and what was found wrong with them.
pub(super) struct Lines {
    kind: ImportKind,
    pub(super) table: Table,
    problems: Vec<Problem>,
}

impl Lines {
    /// A cell's text; what is wrong with the cell as such is put down, and its text is none then.
    pub(super) fn text(&mut self, row: &Row, index: usize) -> Option<String> {
        let cell = row.cells.get(index)?;
        let Some(fault) = cell.fault else { return Some(cell.text.clone()) };
        let rule = match fault {
            CellFault::Formula => "sheet-formula",
            CellFault::ErrorValue => "sheet-error-value",
            CellFault::DigitsLost => "sheet-digits-lost",
            CellFault::TooLong => "sheet-cell-too-long",
        };
        self.wrong(row.number, index, rule, Vec::new());
        None
    }

    /// Puts down what is wrong with a cell.
    pub(super) fn wrong(
        &mut self,
        line: u32,
        index: usize,
        rule: &'static str,
        args: Vec<(&'static str, Arg)>,
    ) {
        let column = self.table.letters(index);
        self.problems.push(Problem { line, column, head: self.kind.head(index), rule, args });
    }

    /// Puts down what an area finds wrong; `place` says which column a field of it is.
    pub(super) fn refused(&mut self, line: u32, fields: Vec<FieldRefusal>, place: impl Fn(&str) -> usize) {
        for field in fields {
            self.wrong(line, place(field.field), field.rule, field.args);
        }
    }

    /// How much is wrong so far; a line is right when it does not grow.
    pub(super) fn count(&self) -> usize {
        self.problems.len()
    }

    /// Puts down what stands in a column without a head.
    pub(super) fn stray(&mut self, row: &Row) {
        if let Some(column) = row.stray.clone() {
            let problem =
                Problem { line: row.number, column, head: "", rule: "sheet-stray", args: Vec::new() };
            self.problems.push(problem);
        }
    }
}

/// The communities somebody exchanges sheets of, by name and by code.
pub(super) struct Communities {
    by_name: BTreeMap<String, Vec<DivisionCode>>,
    tree: places::Edition,
}

/// What stands behind the name of a community, or not.
const ENDINGS: [&str; 6] = ["社区居委会", "社区居民委员会", "居委会", "居民委员会", "村委会", "社区"];

impl Communities {
    pub(super) fn of(tx: &mut Tx<'_>, call: &Call) -> Outcome<Self> {
        let tree = places::tree_in(tx)?;
        let mut by_name: BTreeMap<String, Vec<DivisionCode>> = BTreeMap::new();
        for own in places::own(call, Action::ExchangeSheets) {
            for one in tree.subtree(own).filter(|one| one.code.level() == Level::Community) {
                let codes = by_name.entry(stem(one.name).to_owned()).or_default();
                if !codes.contains(&one.code) {
                    codes.push(one.code);
                }
            }
        }
        Ok(Self { by_name, tree })
    }

    /// The community that a cell names.
    pub(super) fn find(&self, call: &Call, text: &str) -> Result<DivisionCode, &'static str> {
        if text.is_empty() {
            return Err("import-community-missing");
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let code = DivisionCode::parse(text).ok().filter(|code| self.tree.contains(*code));
            let code = code.filter(|code| code.level() == Level::Community);
            let code = code.ok_or("import-community-unknown")?;
            let mine = call.actor.may(Action::ExchangeSheets, code);
            return if mine { Ok(code) } else { Err("import-community-elsewhere") };
        }
        match self.by_name.get(stem(&plain(text))).map(Vec::as_slice) {
            None | Some([]) => Err("import-community-unknown"),
            Some([code]) => Ok(*code),
            Some(_) => Err("import-community-several"),
        }
    }
}

fn stem(name: &str) -> &str {
    ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name)
}

/// A day as people write it: 2026-03-09, 2026/3/9, 2026.3.9, 2026年3月9日, 20260309.
pub(super) fn day(text: &str) -> Option<Day> {
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?]
    } else {
        text.strip_suffix('日').unwrap_or(text).split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 {
        return None;
    }
    Day::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A time as people write it: 9:00, 09:30:00, 9点, 9点30分; in minutes of the day, up to 24:00.
pub(super) fn minute(text: &str) -> Option<i64> {
    let text = text.strip_suffix('分').unwrap_or(text);
    let mut parts = text.split([':', '点', '时']);
    let hour: i64 = parts.next()?.trim().parse().ok()?;
    let minute: i64 = match parts.next().map(str::trim) {
        None | Some("") => 0,
        Some(minute) => minute.parse().ok()?,
    };
    let whole = parts.all(|second| matches!(second.trim(), "0" | "00"));
    let at = hour * 60 + minute;
    ((0..=59).contains(&minute) && (0..=24).contains(&hour) && at <= 24 * 60 && whole).then_some(at)
}

/// Where the people of some lines live; one statement a district.
pub(super) fn homes(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Outcome<BTreeMap<Id<Person>, DivisionCode>> {
    let named = people::named(tx, people)?;
    Ok(named.into_iter().map(|(person, (card, _))| (person, card.division)).collect())
}

/// What a refusal of one line says, as problems of its own; a fault goes on.
pub(super) fn of_line(failure: Failure) -> Outcome<Vec<FieldRefusal>> {
    match failure {
        Failure::Refused(refusal) if refusal.fields.is_empty() => {
            Ok(vec![FieldRefusal { field: "", rule: refusal.rule, args: refusal.args }])
        }
        Failure::Refused(refusal) => Ok(refusal.fields),
        fault @ Failure::Fault(_) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_as_people_write_them() {
        let ninth = Day::from_ymd(2026, 3, 9);
        for text in ["2026-03-09", "2026/3/9", "2026.3.9", "2026年3月9日", "20260309"] {
            assert_eq!(day(text), ninth, "{text}");
        }
        for text in ["", "9.3.2026", "2026-02-30", "2026-03", "昨天", "260309", "2026-03-09 09:30"] {
            assert_eq!(day(text), None, "{text}");
        }
        for (text, at) in
            [("9:00", 540), ("09:30:00", 570), ("9点", 540), ("9点30分", 570), ("24:00", 1_440), ("0:00", 0)]
        {
            assert_eq!(minute(text), Some(at), "{text}");
        }
        for text in ["", "24:01", "9:60", "上午", "9:00:30", "-1:00", "25点"] {
            assert_eq!(minute(text), None, "{text}");
        }
    }

    #[test]
    fn a_community_is_known_by_its_stem() {
        for name in ["花楼社区居委会", "花楼社区", "花楼"] {
            assert_eq!(stem(name), "花楼");
        }
        assert_eq!(stem("社区"), "社区");
    }
}

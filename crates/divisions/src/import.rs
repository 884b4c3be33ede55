use std::{
    collections::HashMap,
    fmt,
    io::{BufRead, BufReader, Read},
};

use kernel::{DivisionCode, DivisionCodeError};

use crate::{
    Succession, Tree, Version,
    tree::{Lineage, Misplaced},
};

/// More rows are refused; the country has 665,000.
pub const ROWS_MAX: usize = 2_000_000;
/// A longer name is refused; the longest of 2023 has 33 characters.
pub const NAME_CHARS_MAX: usize = 60;
/// How many faults are told at once.
pub const FAULTS_MAX: usize = 20;

/// What a file holds.
#[derive(Debug)]
pub struct Imported {
    /// The whole tree.
    pub tree: Tree,
    /// Which codes of the edition before continue under which codes of this one, by the old code.
    pub successions: Vec<Succession>,
}

/// Why a file is refused; nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// The first faults by line, at most [`FAULTS_MAX`].
    pub faults: Vec<LineFault>,
    /// How many more there are.
    pub more: usize,
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Counted from 1; 0 for the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file could not be read to its end.
    Unreadable(String),
    /// The file has no division.
    Empty,
    /// More than [`ROWS_MAX`] lines.
    TooManyRows,
    /// The line is not UTF-8.
    NotUtf8,
    /// Fewer than two columns or more than three.
    Columns(usize),
    /// The code is no division code.
    Code(String, DivisionCodeError),
    /// The code is that of the whole country, which is not listed.
    Nation,
    /// There is no name.
    NameEmpty,
    /// The name has this many characters, more than [`NAME_CHARS_MAX`].
    NameLong(usize),
    /// The name has a quotation mark, a tab or another control character.
    NameCharacter,
    /// The code was on an earlier line already.
    Duplicate(DivisionCode, u64),
    /// The division above is not in the file.
    MissingParent(DivisionCode, DivisionCode),
    /// The code leaves out a level: what it says is above it is more than one level up.
    SkipsLevel(DivisionCode, DivisionCode),
    /// A predecessor is no division code.
    Predecessor(String, DivisionCodeError),
    /// The predecessor already continues elsewhere, by an earlier line.
    PredecessorTwice(DivisionCode, u64),
    /// The predecessor is still in the file, on that line, so nothing else continues it.
    PredecessorAlive(DivisionCode, u64),
    /// Predecessor and division are on different levels.
    PredecessorLevel(DivisionCode, DivisionCode),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => write!(f, "the file cannot be read: {cause}"),
            Self::Empty => f.write_str("the file has no division"),
            Self::TooManyRows => write!(f, "the file has more than {ROWS_MAX} lines"),
            Self::NotUtf8 => f.write_str("the line is not UTF-8; save the file as UTF-8"),
            Self::Columns(n) => {
                write!(f, "the line has {n} columns, not code,name or code,name,predecessors")
            }
            Self::Code(text, cause) => write!(f, "\"{text}\" is not a code: {cause}"),
            Self::Nation => f.write_str("the code of the whole country is not listed"),
            Self::NameEmpty => f.write_str("the name is empty"),
            Self::NameLong(n) => write!(f, "the name has {n} characters, more than {NAME_CHARS_MAX}"),
            Self::NameCharacter => f.write_str("the name has a quotation mark or a control character"),
            Self::Duplicate(code, line) => write!(f, "{code} is already on line {line}"),
            Self::MissingParent(code, parent) => {
                write!(f, "{code} lies in {parent}, which is not in the file")
            }
            Self::SkipsLevel(code, parent) => {
                write!(f, "{code} leaves out a level between itself and {parent}")
            }
            Self::Predecessor(text, cause) => write!(f, "predecessor \"{text}\" is not a code: {cause}"),
            Self::PredecessorTwice(code, line) => {
                write!(f, "predecessor {code} already continues by line {line}")
            }
            Self::PredecessorAlive(code, line) => {
                write!(f, "predecessor {code} is itself still on line {line}")
            }
            Self::PredecessorLevel(old, new) => {
                write!(f, "predecessor {old} is on another level than {new}")
            }
        }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { self.fault.fmt(f) } else { write!(f, "line {}: {}", self.line, self.fault) }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for ImportError {}

struct Row {
    code: DivisionCode,
    line: u64,
    name: String,
}

/// Reads a tree from a text file: either the whole tree or the list of what is wrong, never a part.
///
/// The file is text in UTF-8 (a byte order mark is tolerated), one division a line in any order, columns parted
/// by commas; a field may stand in quotation marks but holds neither comma nor quotation mark:
///
/// ```text
/// code,name,predecessors
/// 42,湖北省
/// 4201,武汉市
/// 420103,江汉区
/// 420103009,新设街道
/// 420103009001,新设社区居委会,420103001004;420103001005
/// ```
///
/// `code` has 2, 4, 6, 9 or 12 digits. The third column may be missing or empty; it names the codes of the
/// edition before that this division continues. The header line may be missing; its first word is `code` or
/// `代码`. Every division needs its parent in the same file, one level up; the street of a city without
/// districts has the city as its parent.
pub fn parse_csv(reader: impl Read, version: Version) -> Result<Imported, ImportError> {
    let mut faults = Vec::new();
    let (rows, predecessors) = read_rows(reader, &mut faults);
    let lines = check_rows(&rows, &mut faults);
    let successions = check_predecessors(predecessors, &lines, &mut faults);
    if rows.is_empty() && faults.is_empty() {
        faults.push(LineFault { line: 0, fault: Fault::Empty });
    }
    if faults.is_empty() {
        let codes = rows.iter().map(|row| row.code.number()).collect();
        let mut names = String::with_capacity(rows.iter().map(|row| row.name.len() + 1).sum());
        for row in &rows {
            names.push_str(&row.name);
            names.push('\n');
        }
        match Tree::assemble(version, codes, names) {
            Ok(tree) => return Ok(Imported { tree, successions }),
            Err(cause) => faults.push(LineFault { line: 0, fault: Fault::Unreadable(cause.to_string()) }),
        }
    }
    faults.sort_by_key(|fault| fault.line);
    let more = faults.len().saturating_sub(FAULTS_MAX);
    faults.truncate(FAULTS_MAX);
    Err(ImportError { faults, more })
}

/// A predecessor, the division that continues it, and the line.
type Predecessor = (DivisionCode, DivisionCode, u64);

/// Rows ordered by code, then line.
fn read_rows(reader: impl Read, faults: &mut Vec<LineFault>) -> (Vec<Row>, Vec<Predecessor>) {
    let mut reader = BufReader::new(reader);
    let (mut rows, mut predecessors) = (Vec::new(), Vec::new());
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) => {}
            Err(cause) => {
                faults.push(LineFault { line, fault: Fault::Unreadable(cause.to_string()) });
                break;
            }
        }
        let Ok(mut text) = str::from_utf8(&bytes) else {
            faults.push(LineFault { line, fault: Fault::NotUtf8 });
            continue;
        };
        if line == 1 {
            text = text.strip_prefix('\u{feff}').unwrap_or(text);
        }
        let header =
            line == 1 && ["code", "代码"].contains(&bare(text.split(',').next().unwrap_or_default()));
        if header || text.trim().is_empty() {
            continue;
        }
        if rows.len() == ROWS_MAX {
            faults.push(LineFault { line, fault: Fault::TooManyRows });
            break;
        }
        match read_row(text, line, &mut predecessors) {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(LineFault { line, fault }),
        }
    }
    rows.sort_by_key(|row| row.code);
    (rows, predecessors)
}

/// A field without the spaces and the pair of quotes around it.
fn bare(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(field).trim()
}

fn read_row(text: &str, line: u64, found: &mut Vec<Predecessor>) -> Result<Row, Fault> {
    let fields: Vec<&str> = text.split(',').map(bare).collect();
    let (code, name, old) = match fields[..] {
        [code, name] => (code, name, ""),
        [code, name, old] => (code, name, old),
        _ => return Err(Fault::Columns(fields.len())),
    };
    let code = DivisionCode::parse(code).map_err(|cause| Fault::Code(code.to_owned(), cause))?;
    if name.is_empty() {
        return Err(Fault::NameEmpty);
    }
    if name.contains(|c: char| c.is_control() || c == '"') {
        return Err(Fault::NameCharacter);
    }
    let characters = name.chars().count();
    if characters > NAME_CHARS_MAX {
        return Err(Fault::NameLong(characters));
    }
    for old in old.split(';').map(str::trim).filter(|old| !old.is_empty()) {
        let old = DivisionCode::parse(old).map_err(|cause| Fault::Predecessor(old.to_owned(), cause))?;
        if old.level() != code.level() {
            return Err(Fault::PredecessorLevel(old, code));
        }
        found.push((old, code, line));
    }
    Ok(Row { code, line, name: name.to_owned() })
}

/// Checks the place of every row and returns the line of every code.
fn check_rows(rows: &[Row], faults: &mut Vec<LineFault>) -> HashMap<DivisionCode, u64> {
    let mut lines: HashMap<DivisionCode, u64> = HashMap::with_capacity(rows.len());
    let mut lineage = Lineage::default();
    for row in rows {
        let first = *lines.entry(row.code).or_insert(row.line);
        let fault = match lineage.step(row.code) {
            Ok(()) => continue,
            Err(Misplaced::Nation) => Fault::Nation,
            Err(Misplaced::NotRising) => Fault::Duplicate(row.code, first),
            Err(Misplaced::MissingParent(parent)) => Fault::MissingParent(row.code, parent),
            Err(Misplaced::SkipsLevel(parent)) => Fault::SkipsLevel(row.code, parent),
        };
        faults.push(LineFault { line: row.line, fault });
    }
    lines
}

fn check_predecessors(
    mut found: Vec<Predecessor>,
    lines: &HashMap<DivisionCode, u64>,
    faults: &mut Vec<LineFault>,
) -> Vec<Succession> {
    found.sort_by_key(|(old, _, line)| (*old, *line));
    let mut successions: Vec<Succession> = Vec::with_capacity(found.len());
    let mut earlier = None;
    for (old, new, line) in found {
        match earlier {
            Some((code, first)) if code == old => {
                faults.push(LineFault { line, fault: Fault::PredecessorTwice(old, first) });
            }
            _ => earlier = Some((old, line)),
        }
        if let Some(alive) = lines.get(&old) {
            faults.push(LineFault { line, fault: Fault::PredecessorAlive(old, *alive) });
        }
        successions.push(Succession { old, new });
    }
    successions
}

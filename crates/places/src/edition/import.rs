//! A newer edition of the tree: taken whole, with what it changes, or not at all.

use std::{fmt, io::Read};

use db::{Db, Failure, Fault, Outcome, Tx, params};
use divisions::{
    Changes, Fault as LineProblem, ImportError, LEVEL_STORED, LineFault, Succession, Tree, Version,
};
use kernel::{Arg, Day, DivisionCode, Instant};
use web::{Language, Text};

use super::tree;

/// What an import changed, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// New codes that continue nothing.
    pub added: usize,
    /// Same code, other name.
    pub renamed: usize,
    /// Codes that continue under another parent.
    pub moved: usize,
    /// Codes that continue under the same parent.
    pub replaced: usize,
    /// Codes that nothing continues.
    pub ended: usize,
}

impl ImportReport {
    /// Whether the file was the tree in force already; then nothing was written.
    pub fn is_unchanged(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unchanged() {
            return f.write_str("Nothing changed: the file holds the tree that is in force.");
        }
        let Self { added, renamed, moved, replaced, ended } = self;
        write!(f, "{added} added, {renamed} renamed, {moved} moved, {replaced} replaced, {ended} ended.")
    }
}

/// Why a file was not taken.
#[derive(Debug)]
pub enum ImportRefused {
    /// Lines of the file are wrong.
    File(ImportError),
    /// These lines name a predecessor that the tree in force does not have.
    Unknown(Vec<Succession>),
    /// The edition in force is of a later day.
    Older(Day),
    /// The file is of a day to come, but would be in force at once.
    Future(Day),
    /// So many divisions would end, which looks like part of a list.
    Ends {
        /// Divisions that nothing would continue.
        ended: usize,
        /// How many the caller accepts.
        most: usize,
    },
    /// There is no source in words, or it is too long.
    Source,
    /// The database or the packing failed.
    Failed(Failure),
}

/// Characters of the source's words at most.
const SOURCE_CHARS_MAX: usize = 200;
/// Unknown predecessors named at most.
const UNKNOWN_SHOWN_MAX: usize = 20;

impl fmt::Display for ImportRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Unknown(list) => {
                f.write_str("predecessors that the tree in force does not have:")?;
                for one in list.iter().take(UNKNOWN_SHOWN_MAX) {
                    write!(f, "\n{} (continued by {})", one.old, one.new)?;
                }
                match list.len().saturating_sub(UNKNOWN_SHOWN_MAX) {
                    0 => Ok(()),
                    more => write!(f, "\nand {more} more"),
                }
            }
            Self::Older(day) => write!(f, "the tree in force is of {day}, later than this file"),
            Self::Future(day) => write!(f, "a list is in force at once: import this one on {day} or later"),
            Self::Ends { ended, most } => write!(
                f,
                "{ended} divisions would end, more than {most}. A file holds the whole list, not a part; if they really \
                 end, say --accept-ended {ended}"
            ),
            Self::Source => write!(f, "say where the list comes from, in 1 to {SOURCE_CHARS_MAX} characters"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for ImportRefused {}

impl From<Failure> for ImportRefused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// How an edition is to be taken.
#[derive(Clone, Copy, Debug)]
pub struct EditionWish<'a> {
    /// The day it is of.
    pub day: Day,
    /// Where it comes from.
    pub source: &'a str,
    /// So many divisions may end.
    pub ended_max: usize,
    /// Only say what it would change.
    pub dry_run: bool,
}

/// Reads an edition (format: [`divisions::parse_csv`]), compares it with the one in force, and stores tree and changes
/// in one transaction. The same file again changes nothing and says so.
///
/// # Errors
/// [`ImportRefused`]; nothing is written then.
pub fn import_divisions(
    db: &Db,
    reader: impl Read,
    wished: EditionWish<'_>,
    now: Instant,
) -> Result<ImportReport, ImportRefused> {
    let (day, source) = (wished.day, wished.source.trim());
    if source.is_empty() || source.chars().count() > SOURCE_CHARS_MAX {
        return Err(ImportRefused::Source);
    }
    if day > now.day() {
        return Err(ImportRefused::Future(day));
    }
    let version = Version { day, source: source.to_owned() };
    let read = divisions::parse_csv(reader, version).map_err(ImportRefused::File)?;
    let before = db.read_now("division_version", newest_version)?;
    let current = tree(db)?;
    if divisions::diff(&current, &read.tree, &[]).is_empty() {
        return Ok(ImportReport::default());
    }
    if day < current.version().day {
        return Err(ImportRefused::Older(current.version().day));
    }
    let changes = divisions::diff(&current, &read.tree, &read.successions);
    if !changes.unknown.is_empty() {
        return Err(ImportRefused::Unknown(changes.unknown));
    }
    let report = ImportReport {
        added: changes.added.len(),
        renamed: changes.renamed.len(),
        moved: changes.moved.len(),
        replaced: changes.replaced.len(),
        ended: changes.ended.len(),
    };
    if report.ended > wished.ended_max {
        return Err(ImportRefused::Ends { ended: report.ended, most: wished.ended_max });
    }
    if wished.dry_run {
        return Ok(report);
    }
    let edition = NewEdition {
        before,
        day,
        source: source.to_owned(),
        now,
        changes: rows(&changes),
        tree: pack(&read.tree)?,
    };
    db.write_now("division_import", move |tx| edition.store(tx))?;
    Ok(report)
}

fn pack(tree: &Tree) -> Result<Vec<u8>, Failure> {
    tree.to_bytes(LEVEL_STORED).map_err(|error| Fault::Defect(error.to_string()).into())
}

fn newest_version(tx: &mut Tx<'_>) -> Outcome<i64> {
    let newest: Option<(i64,)> =
        tx.query_opt("SELECT version FROM division_version ORDER BY version DESC LIMIT 1", params![])?;
    Ok(newest.map_or(0, |(version,)| version))
}

/// A row of `division_change`. The name is that of the edition in which the code stands: the new one for what
/// was added or renamed, the old one for what was moved, replaced or ended.
struct Change {
    code: DivisionCode,
    kind: &'static str,
    name: String,
    successor: Option<DivisionCode>,
}

fn rows(changes: &Changes<'_>) -> Vec<Change> {
    let change = |code, kind, name: &str, successor| Change { code, kind, name: name.to_owned(), successor };
    let continued = |list: &[divisions::Continued<'_>], kind| -> Vec<Change> {
        list.iter().map(|one| change(one.from.code, kind, one.from.name, Some(one.to.code))).collect()
    };
    let mut rows: Vec<Change> =
        changes.added.iter().map(|one| change(one.code, "added", one.name, None)).collect();
    rows.extend(changes.renamed.iter().map(|one| change(one.code, "renamed", one.to, None)));
    rows.extend(continued(&changes.moved, "moved"));
    rows.extend(continued(&changes.replaced, "replaced"));
    rows.extend(changes.ended.iter().map(|one| change(one.code, "ended", one.name, None)));
    rows
}

struct NewEdition {
    /// The version the changes were computed against; 0 for the embedded tree.
    before: i64,
    day: Day,
    source: String,
    now: Instant,
    changes: Vec<Change>,
    tree: Vec<u8>,
}

impl NewEdition {
    fn store(&self, tx: &mut Tx<'_>) -> Outcome<()> {
        let version = self.before + 1;
        let stored = tx.execute(
            "INSERT INTO division_version (version, valid_from, source, tree, imported_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (version) DO NOTHING",
            params![version, self.day, self.source, self.tree, self.now],
        )?;
        if stored == 0 {
            let words = "another edition was imported at the same time: import the file again";
            return Err(Fault::Constraint(words.to_owned()).into());
        }
        for change in &self.changes {
            tx.execute_one(
                "INSERT INTO division_change (version, code, kind, name, successor) VALUES ($1, $2, $3, $4, $5)",
                params![version, change.code, change.kind, change.name, change.successor],
            )?;
        }
        Ok(())
    }
}

/// What is wrong with a line of an imported file, in the reader's language.
pub fn fault_sentence(text: &Text, language: Language, fault: &LineFault) -> String {
    let code = |code: &DivisionCode| Arg::from(code.to_string());
    let line = |line: &u64| Arg::from(i64::try_from(*line).unwrap_or(i64::MAX));
    let count = |n: &usize| Arg::from(i64::try_from(*n).unwrap_or(i64::MAX));
    let (key, args) = match &fault.fault {
        LineProblem::Unreadable(cause) => ("unreadable", vec![("cause", Arg::from(cause.clone()))]),
        LineProblem::Empty => ("empty", vec![]),
        LineProblem::TooManyRows => ("too-many-rows", vec![("most", count(&divisions::ROWS_MAX))]),
        LineProblem::NotUtf8 => ("not-utf8", vec![]),
        LineProblem::Columns(n) => ("columns", vec![("count", count(n))]),
        LineProblem::Code(typed, _) => ("code", vec![("typed", Arg::from(typed.clone()))]),
        LineProblem::Nation => ("nation", vec![]),
        LineProblem::NameEmpty => ("name-empty", vec![]),
        LineProblem::NameLong(n) => {
            ("name-long", vec![("count", count(n)), ("most", count(&divisions::NAME_CHARS_MAX))])
        }
        LineProblem::NameCharacter => ("name-character", vec![]),
        LineProblem::Duplicate(a, at) => ("duplicate", vec![("code", code(a)), ("other", line(at))]),
        LineProblem::MissingParent(a, up) => {
            ("missing-parent", vec![("code", code(a)), ("parent", code(up))])
        }
        LineProblem::SkipsLevel(a, up) => ("skips-level", vec![("code", code(a)), ("parent", code(up))]),
        LineProblem::Predecessor(typed, _) => ("predecessor", vec![("typed", Arg::from(typed.clone()))]),
        LineProblem::PredecessorTwice(a, at) => {
            ("predecessor-twice", vec![("code", code(a)), ("other", line(at))])
        }
        LineProblem::PredecessorAlive(a, at) => {
            ("predecessor-alive", vec![("code", code(a)), ("other", line(at))])
        }
        LineProblem::PredecessorLevel(a, b) => {
            ("predecessor-level", vec![("code", code(a)), ("new", code(b))])
        }
    };
    let sentence = text.get(language, &format!("division-fault-{key}"), &args);
    if fault.line == 0 {
        return sentence;
    }
    text.get(language, "division-fault-line", &[("line", line(&fault.line)), ("what", sentence.into())])
}

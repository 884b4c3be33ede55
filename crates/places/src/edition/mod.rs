//! Which edition of the tree is in force, decoded once, and how a newer one comes in.

mod import;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use db::{Db, Fault, Outcome, Tx, params};
use divisions::Tree;
use kernel::{Day, DivisionCode, Instant};

pub use import::{EditionWish, ImportRefused, ImportReport, fault_sentence, import_divisions};

/// The tree in force; cheap to clone.
#[derive(Clone, Debug)]
pub enum Edition {
    /// The one compiled in: nothing was imported yet.
    Embedded(&'static Tree),
    /// The newest that was imported.
    Imported(Arc<Imported>),
}

/// An imported tree, and what the imports until it changed.
#[derive(Debug)]
pub struct Imported {
    tree: Tree,
    ended: BTreeSet<DivisionCode>,
    added: BTreeMap<DivisionCode, Day>,
}

static NONE_ENDED: BTreeSet<DivisionCode> = BTreeSet::new();

impl Edition {
    /// Every code that stood in an earlier edition and stands in this one no more; its rows stay.
    pub fn ended(&self) -> &BTreeSet<DivisionCode> {
        match self {
            Self::Embedded(_) => &NONE_ENDED,
            Self::Imported(imported) => &imported.ended,
        }
    }

    /// From which day the code stands, if an import brought it.
    pub fn added_on(&self, code: DivisionCode) -> Option<Day> {
        match self {
            Self::Embedded(_) => None,
            Self::Imported(imported) => imported.added.get(&code).copied(),
        }
    }
}

impl Deref for Edition {
    type Target = Tree;
    fn deref(&self) -> &Tree {
        match self {
            Self::Embedded(tree) => tree,
            Self::Imported(imported) => &imported.tree,
        }
    }
}

/// What names a row of `division_version` without reading its blob: version, instant of import, source.
pub(crate) type Mark = (i64, Instant, String);

/// Decoded editions kept at most. One is in force; a test process has many databases.
const KEPT_MAX: usize = 4;

static KEPT: Mutex<Vec<(Mark, Arc<Imported>)>> = Mutex::new(Vec::new());

/// The tree in force: one small statement, and the blob only when this process has not decoded it yet.
///
/// # Errors
/// A fault; a defect when the stored blob is damaged.
pub fn tree_in(tx: &mut Tx<'_>) -> Outcome<Edition> {
    let newest: Option<Mark> = tx.query_opt(
        "SELECT version, imported_at, source FROM division_version ORDER BY version DESC LIMIT 1",
        params![],
    )?;
    edition(tx, newest)
}

/// The tree of the newest import.
pub(crate) fn edition(tx: &mut Tx<'_>, newest: Option<Mark>) -> Outcome<Edition> {
    let Some(mark) = newest else { return Ok(Edition::Embedded(Tree::embedded())) };
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|(m, _)| *m == mark).cloned();
    if let Some((_, imported)) = kept {
        return Ok(Edition::Imported(imported));
    }
    let (bytes,): (Vec<u8>,) =
        tx.query_one("SELECT tree FROM division_version WHERE version = $1", params![mark.0])?;
    let tree = Tree::from_bytes(&bytes)
        .map_err(|error| Fault::Defect(format!("division_version {}: {error}", mark.0)))?;
    let imported = with_changes(tx, tree)?;
    Ok(Edition::Imported(keep(mark, Arc::new(imported))))
}

fn with_changes(tx: &mut Tx<'_>, tree: Tree) -> Outcome<Imported> {
    let changes: Vec<(DivisionCode, String, Option<DivisionCode>, Day)> = tx.query(
        "SELECT c.code, c.kind, c.successor, v.valid_from FROM division_change c
         JOIN division_version v ON v.version = c.version WHERE c.kind <> 'renamed' ORDER BY c.version, c.code",
        params![],
    )?;
    let (mut ended, mut added) = (BTreeSet::new(), BTreeMap::new());
    for (code, kind, successor, day) in changes {
        if kind == "added" {
            added.insert(code, day);
        } else {
            ended.insert(code);
        }
        // What continues under a new code begins there.
        added.extend(successor.map(|code| (code, day)));
    }
    ended.retain(|code| !tree.contains(*code));
    Ok(Imported { tree, ended, added })
}

/// [`tree_in`] in a transaction of its own, for commands and timers.
///
/// # Errors
/// As [`tree_in`].
pub fn tree(db: &Db) -> Outcome<Edition> {
    db.read_now("division_tree", tree_in)
}

fn keep(mark: Mark, imported: Arc<Imported>) -> Arc<Imported> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(known, _)| *known != mark);
    if kept.len() >= KEPT_MAX {
        kept.remove(0);
    }
    kept.push((mark, Arc::clone(&imported)));
    imported
}

//! Which edition of the tree is in force, decoded once, and how a newer one comes in.

mod import;

use std::{
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use db::{Db, Fault, Outcome, Tx, params};
use divisions::Tree;
use kernel::Instant;

pub use import::{EditionWish, ImportRefused, ImportReport, fault_sentence, import_divisions};

/// The tree in force; cheap to clone.
#[derive(Clone, Debug)]
pub enum Edition {
    /// The one compiled in: nothing was imported yet.
    Embedded(&'static Tree),
    /// The newest that was imported.
    Imported(Arc<Tree>),
}

impl Deref for Edition {
    type Target = Tree;
    fn deref(&self) -> &Tree {
        match self {
            Self::Embedded(tree) => tree,
            Self::Imported(tree) => tree,
        }
    }
}

/// What names a row of `division_version` without reading its blob: version, instant of import, source.
type Mark = (i64, Instant, String);

/// Decoded editions kept at most. One is in force; a test process has many databases.
const KEPT_MAX: usize = 4;

static KEPT: Mutex<Vec<(Mark, Arc<Tree>)>> = Mutex::new(Vec::new());

/// The tree in force: one small statement, and the blob only when this process has not decoded it yet.
///
/// # Errors
/// A fault; a defect when the stored blob is damaged.
pub fn tree_in(tx: &mut Tx<'_>) -> Outcome<Edition> {
    let newest: Option<Mark> = tx.query_opt(
        "SELECT version, imported_at, source FROM division_version ORDER BY version DESC LIMIT 1",
        params![],
    )?;
    let Some(mark) = newest else { return Ok(Edition::Embedded(Tree::embedded())) };
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|(m, _)| *m == mark).cloned();
    if let Some((_, tree)) = kept {
        return Ok(Edition::Imported(tree));
    }
    let (bytes,): (Vec<u8>,) =
        tx.query_one("SELECT tree FROM division_version WHERE version = $1", params![mark.0])?;
    let tree = Tree::from_bytes(&bytes)
        .map_err(|error| Fault::Defect(format!("division_version {}: {error}", mark.0)))?;
    Ok(Edition::Imported(keep(mark, Arc::new(tree))))
}

/// [`tree_in`] in a transaction of its own, for commands and timers.
///
/// # Errors
/// As [`tree_in`].
pub fn tree(db: &Db) -> Outcome<Edition> {
    db.read_now("division_tree", tree_in)
}

fn keep(mark: Mark, tree: Arc<Tree>) -> Arc<Tree> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(known, _)| *known != mark);
    if kept.len() >= KEPT_MAX {
        kept.remove(0);
    }
    kept.push((mark, Arc::clone(&tree)));
    tree
}

//! Holds every statement of a test against what Citus accepts and against our own lists.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    sync::{LazyLock, Mutex, PoisonError},
};

use db::{Value, Watch};
use shapes::{Catalogue, Shape, TransactionWatch};

use crate::allowed::{ACROSS_DISTRICTS, OWNERS, REFERENCE_TABLES, TWO_DISTRICTS};

/// The tables of the PostgreSQL schema, with their kinds.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let mut ddl: Vec<&str> = db::migrations().iter().map(|step| step.postgres).collect();
        ddl.push("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)");
        let catalogue = Catalogue::from_ddl(&ddl, REFERENCE_TABLES, OWNERS).expect("the schema parses");
        catalogue.allow_across(ACROSS_DISTRICTS)
    });
    &CATALOGUE
}

/// Transactions whose statements are not the application's: the schema itself and a test's own looks.
const OUTSIDE: &[&str] = &["migrate", "missing_migrations"];

/// The watch of one world.
#[derive(Default)]
pub struct Shapes {
    known: Mutex<HashMap<String, Option<Shape>>>,
    violations: Mutex<Vec<String>>,
    counts: Mutex<BTreeMap<&'static str, usize>>,
}

thread_local! {
    /// A transaction runs on one thread from begin to end, so what it did so far is the thread's.
    static CURRENT: RefCell<Option<TransactionWatch>> = const { RefCell::new(None) };
}

impl Shapes {
    /// A watch that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything that was wrong so far.
    pub fn violations(&self) -> Vec<String> {
        self.violations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Statements run in transactions of this name.
    pub fn count(&self, name: &str) -> usize {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or(0)
    }

    /// Statements run in all transactions.
    pub fn count_all(&self) -> usize {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    fn report(&self, words: String) {
        self.violations.lock().unwrap_or_else(PoisonError::into_inner).push(words);
    }

    fn shape(&self, name: &str, statement: &str) -> Option<Shape> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = known.get(statement) {
            return shape.clone();
        }
        let shape = match catalogue().check(statement) {
            Ok(shape) => Some(shape),
            Err(violations) => {
                // A test looks at whole tables; everything else must fit.
                let own_look = name == "testkit_count" || is_sealed_table_scan(name, statement);
                if !own_look {
                    for violation in violations {
                        self.report(format!("in `{name}`: {violation}"));
                    }
                }
                None
            }
        };
        known.insert(statement.to_owned(), shape.clone());
        shape
    }
}

fn is_sealed_table_scan(name: &str, statement: &str) -> bool {
    name == "journal_verify"
        && (statement.ends_with("WHERE district = $1")
            || statement.starts_with("SELECT DISTINCT district FROM "))
}

impl Watch for Shapes {
    fn saw(&self, name: &'static str, statement: &str, params: &[Value<'_>]) {
        if OUTSIDE.contains(&name) {
            return;
        }
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
        let Some(shape) = self.shape(name, statement) else { return };
        CURRENT.with_borrow_mut(|current| {
            let watch = current.get_or_insert_with(|| TransactionWatch::new(name));
            watch.saw(&shape, |n| match params.get(n as usize - 1) {
                Some(Value::Int(number)) => Some(*number),
                _ => None,
            });
        });
    }

    fn ended(&self, _: &'static str) {
        if let Some(watch) = CURRENT.take()
            && let Err(violation) = watch.finish(TWO_DISTRICTS)
        {
            self.report(violation.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    /// The text of every source file below `folder`, tests and this crate left out.
    fn sources(folder: &Path, found: &mut Vec<String>) {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let paths: Vec<PathBuf> = entries.collect();
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !matches!(name, "tests" | "testkit" | "shapes" | "target") {
                    sources(&path, found);
                }
            } else if name.ends_with(".rs") && name != "tests.rs" {
                found.push(one_spaced(&fs::read_to_string(&path).expect("a source file")));
            }
        }
    }

    fn one_spaced(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn all_sources() -> Vec<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the crates");
        let mut found = Vec::new();
        sources(crates, &mut found);
        assert!(found.len() > 100, "{} files are not the source", found.len());
        found
    }

    #[test]
    fn the_real_migrations_keep_the_rules_of_a_cluster() {
        assert!(catalogue().table_names().count() > 40, "that is not the schema");
        catalogue().check_ddl().expect("every table and index fits a cluster");
    }

    #[test]
    fn every_transaction_in_two_districts_is_in_the_source() {
        let source = all_sources();
        let gone = TWO_DISTRICTS.iter().filter(|name| {
            let quoted = format!("\"{name}\"");
            !source.iter().any(|text| text.contains(&quoted))
        });
        assert_eq!(gone.collect::<Vec<_>>(), Vec::<&&str>::new(), "named on the list, in no source file");
    }

    #[test]
    fn every_read_across_districts_is_needed() {
        let all: BTreeSet<String> = ACROSS_DISTRICTS.iter().map(|one| one.statement.to_owned()).collect();
        assert_eq!(
            catalogue().unused_allowances(&all),
            Vec::<&str>::new(),
            "these keep the rules by themselves"
        );
    }
}

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

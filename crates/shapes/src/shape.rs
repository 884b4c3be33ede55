//! What is known of a statement that keeps the rules.

use std::collections::BTreeSet;

/// What a statement does to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reads only.
    Read,
    /// Inserts, updates or deletes.
    Write,
    /// Reads and locks rows.
    Lock,
    /// Begins, ends or tunes a transaction.
    Control,
    /// Changes the schema; the text stands in a migration.
    Schema,
}

/// Where a statement's district comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The placeholder `$n`, counted from 1.
    Parameter(u32),
    /// A literal, as written.
    Literal(String),
}

/// A statement that keeps every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it does.
    pub kind: Kind,
    /// The tables of the catalogue that it touches.
    pub tables: BTreeSet<String>,
    /// Where the district of each written or locked distributed table comes from. Empty for reads and for
    /// reference and owner tables. Several only for an `INSERT` of several rows that repeats the district as
    /// another parameter; [`crate::TransactionWatch`] compares the values.
    pub districts: BTreeSet<Source>,
    /// The reason, when the statement may run across districts.
    pub across: Option<String>,
}

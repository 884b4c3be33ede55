//! Holds SQL text against what Citus accepts and against the rules of this project.
//!
//! The tests record every statement that they execute. Each text is parsed and checked here, so a statement
//! that would fail, or silently mean something else, on a distributed PostgreSQL or on SQLite is refused
//! before anyone runs it there. The checker knows the tables from the migrations' own text ([`Catalogue`]),
//! and everything else is a closed list: what it does not know, it refuses.
//!
//! A *district* is the distribution column of every operational table. A query block (one `SELECT`, `UPDATE`
//! or `DELETE`) is *pinned* when each of its distributed tables has `district = $n`, by itself or through
//! joins. Owner tables are the same with their own column.
//!
//! This crate touches no database; the caller keeps a cache by text, because parsing is not free.

mod block;
mod catalogue;
mod ddl;
mod expression;
mod rule;
mod shape;
mod statement;
mod transaction;
mod write;

#[cfg(test)]
mod tests;

pub use catalogue::{Allowance, Catalogue, Owner, TableKind};
pub use rule::{Rule, Violation};
pub use shape::{Kind, Shape, Source};
pub use transaction::TransactionWatch;

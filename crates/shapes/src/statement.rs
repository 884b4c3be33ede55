//! Checks one statement: parses it, finds its kind and hands its parts to the other modules.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{Query, Set, SetExpr, Statement, TransactionIsolationLevel, TransactionMode};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::block::{Outputs, Pin, Relation};
use crate::catalogue::{Catalogue, name};
use crate::{Kind, Rule, Shape, Source, Violation};

/// Session settings that stay on the connection and change no result.
const SETTINGS: &[&str] = &[
    "application_name",
    "client_min_messages",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "statement_timeout",
    "synchronous_commit",
];

impl Catalogue {
    /// Checks one statement text with `$n` placeholders.
    ///
    /// # Errors
    /// Every rule that it breaks, with the place and the way that works.
    pub fn check(&self, statement: &str) -> Result<Shape, Vec<Violation>> {
        if let Some(violation) = unparsed_form(statement) {
            return Err(vec![violation]);
        }
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, statement)
            .map_err(|error| vec![Violation::new(Rule::Unparsable, format!("{error} in {statement}"))])?;
        let in_migrations = |statement: &Statement| self.schema_texts.contains(&statement.to_string());
        if !parsed.is_empty() && parsed.iter().all(in_migrations) && parsed.iter().any(is_schema) {
            return Ok(Shape {
                kind: Kind::Schema,
                tables: BTreeSet::new(),
                districts: BTreeSet::new(),
                across: None,
            });
        }
        let [parsed] = parsed.as_slice() else {
            return Err(vec![Violation::new(Rule::OneStatement, statement)]);
        };
        let mut checker = Checker::new(self, statement);
        checker.statement(parsed);
        checker.finish()
    }

    /// Where the district of what a statement writes or locks comes from; empty for reads.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn district_parameters(&self, statement: &str) -> Result<Vec<Source>, Vec<Violation>> {
        self.check(statement).map(|shape| shape.districts.into_iter().collect())
    }
}

fn is_schema(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::CreateTable(_)
            | Statement::CreateIndex(_)
            | Statement::AlterTable(_)
            | Statement::Drop { .. }
            | Statement::CreateTrigger(_)
            | Statement::CreateSequence { .. }
    )
}

/// Forms that the parser refuses without naming them, or drops without a trace.
fn unparsed_form(statement: &str) -> Option<Violation> {
    let words = words(statement);
    let follows = |first: &str, second: &str| {
        words.windows(2).any(|pair| matches!(pair, [left, right] if left == first && right == second))
    };
    if follows("CURRENT", "OF") {
        return Some(Violation::new(Rule::Cursor, statement));
    }
    if follows("LIMIT", "ALL") {
        return Some(Violation::new(Rule::NotOnBothEngines, "LIMIT ALL"));
    }
    match words.first().map(String::as_str) {
        Some("LOCK") => Some(Violation::new(Rule::TableLock, statement)),
        Some("LISTEN" | "UNLISTEN" | "NOTIFY") => Some(Violation::new(Rule::Notify, statement)),
        _ => None,
    }
}

/// The words of a text in upper case; empty for every other token.
fn words(text: &str) -> Vec<String> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().unwrap_or_default();
    let words =
        tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_))).map(|token| match token {
            Token::Word(word) if word.quote_style.is_none() => word.value.to_uppercase(),
            _ => String::new(),
        });
    words.collect()
}

/// What is known of a statement while it is walked.
pub(crate) struct Checker<'a> {
    pub(crate) catalogue: &'a Catalogue,
    text: &'a str,
    kind: Kind,
    /// Every relation of the statement; scopes hold indexes into it.
    pub(crate) relations: Vec<Relation>,
    /// The blocks around the current place, outermost first.
    pub(crate) scopes: Vec<Vec<usize>>,
    /// For each scope, the outer relations that its block refers to.
    pub(crate) correlated: Vec<BTreeSet<usize>>,
    pub(crate) ctes: Vec<BTreeMap<String, Outputs>>,
    pub(crate) violations: Vec<Violation>,
    /// Reads without a district; the caller's list may allow them.
    pub(crate) unpinned_reads: Vec<Violation>,
    pub(crate) tables: BTreeSet<String>,
    /// The districts of all pinned blocks.
    pub(crate) read: BTreeSet<Pin>,
    /// The districts of written or locked tables.
    pub(crate) named: BTreeSet<Source>,
    pub(crate) recursive: bool,
    pub(crate) free: usize,
}

impl<'a> Checker<'a> {
    fn new(catalogue: &'a Catalogue, text: &'a str) -> Self {
        Self {
            catalogue,
            text,
            kind: Kind::Read,
            relations: Vec::new(),
            scopes: Vec::new(),
            correlated: Vec::new(),
            ctes: Vec::new(),
            violations: Vec::new(),
            unpinned_reads: Vec::new(),
            tables: BTreeSet::new(),
            read: BTreeSet::new(),
            named: BTreeSet::new(),
            recursive: false,
            free: 0,
        }
    }

    pub(crate) fn refuse(&mut self, rule: Rule, subject: impl std::fmt::Display) {
        let violation = Violation::new(rule, subject);
        if !self.violations.contains(&violation) {
            self.violations.push(violation);
        }
    }

    pub(crate) fn locks(&mut self) {
        if self.kind == Kind::Read {
            self.kind = Kind::Lock;
        }
    }

    /// Whether the only lock clause ends the text: SQLite's twin of a statement is cut off in front of it.
    pub(crate) fn lock_ends_text(&self) -> bool {
        let words = words(self.text);
        let starts =
            |pair: &[String]| matches!(pair, [first, second] if first == "FOR" && second == "UPDATE");
        let mut found = words.windows(2).enumerate().filter(|(_, pair)| starts(pair)).map(|(at, _)| at);
        let (Some(at), None) = (found.next(), found.next()) else { return false };
        match words.get(at + 2..).unwrap_or_default() {
            [] => true,
            [skip, locked] if skip == "SKIP" && locked == "LOCKED" => true,
            [of, _] if of == "OF" => true,
            [of, _, skip, locked] => of == "OF" && skip == "SKIP" && locked == "LOCKED",
            _ => false,
        }
    }

    /// Whether the statement reads only, so that the list across districts may cover it.
    pub(crate) fn reads_only(&self) -> bool {
        self.kind == Kind::Read
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Query(query) => self.top_query(query),
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => self.write(statement),
            Statement::StartTransaction { modes, statements, exception, .. } => {
                self.kind = Kind::Control;
                self.modes(modes);
                if !statements.is_empty() || exception.is_some() {
                    self.refuse(Rule::StatementKind, statement);
                }
            }
            Statement::Commit { .. }
            | Statement::Rollback { .. }
            | Statement::Savepoint { .. }
            | Statement::ReleaseSavepoint { .. } => self.kind = Kind::Control,
            Statement::Set(set) => {
                self.kind = Kind::Control;
                self.set(set);
            }
            Statement::Merge(_) => self.refuse(Rule::Merge, statement),
            other if is_schema(other) => self.refuse(Rule::DdlOutsideMigrations, other),
            other => self.refuse(Rule::StatementKind, other),
        }
    }

    /// `WITH … UPDATE` arrives as a query whose body is a write.
    fn top_query(&mut self, query: &Query) {
        match &*query.body {
            SetExpr::Insert(inner) | SetExpr::Update(inner) | SetExpr::Delete(inner) => {
                self.kind = Kind::Write;
                let depth = self.ctes.len();
                if let Some(with) = &query.with {
                    self.with(with);
                }
                self.write(inner);
                self.ctes.truncate(depth);
            }
            SetExpr::Merge(inner) => self.refuse(Rule::Merge, inner),
            _ => {
                self.query(query);
            }
        }
    }

    fn write(&mut self, statement: &Statement) {
        self.kind = Kind::Write;
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            other => self.refuse(Rule::StatementKind, other),
        }
    }

    fn modes(&mut self, modes: &[TransactionMode]) {
        if modes.contains(&TransactionMode::IsolationLevel(TransactionIsolationLevel::Serializable)) {
            self.refuse(Rule::Serializable, self.text);
        }
    }

    fn set(&mut self, set: &Set) {
        match set {
            Set::SetTransaction { modes, snapshot: None, .. } => self.modes(modes),
            Set::SingleAssignment { variable, .. } => {
                let variable = name(variable);
                if variable.contains("isolation") || self.text.to_lowercase().contains("serializable") {
                    self.refuse(Rule::Serializable, self.text);
                } else if !SETTINGS.contains(&variable.as_str()) {
                    self.refuse(Rule::SessionSetting, self.text);
                }
            }
            _ => self.refuse(Rule::SessionSetting, self.text),
        }
    }

    fn finish(mut self) -> Result<Shape, Vec<Violation>> {
        let mut across = None;
        if !self.unpinned_reads.is_empty() {
            across = self.catalogue.reason_across(self.text).map(ToOwned::to_owned);
            if across.is_none() || !self.reads_only() {
                self.violations.append(&mut self.unpinned_reads);
            }
        }
        if self.violations.is_empty() {
            Ok(Shape { kind: self.kind, tables: self.tables, districts: self.named, across })
        } else {
            Err(self.violations)
        }
    }
}

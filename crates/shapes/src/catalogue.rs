//! The tables, read from the migrations' own text.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{
    AlterTable, AlterTableOperation, ColumnOption, CreateTable, Ident, ObjectName, ObjectType,
    RenameTableNameKind, Statement, TableConstraint,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use crate::{Rule, Violation};

/// The distribution column of every operational table.
pub(crate) const DISTRICT: &str = "district";

/// How a table lies on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Distributed by `district`: the primary key begins with it.
    Distributed,
    /// A copy on every node.
    Reference,
    /// Distributed by a value that is unique everywhere, such as a blind index.
    Owner {
        /// The distribution column.
        column: String,
    },
    /// None of these; [`Catalogue::check_ddl`] refuses it.
    Unlisted,
}

/// An owner table of the caller's closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Name of the table.
    pub table: &'static str,
    /// The column that distributes it.
    pub column: &'static str,
}

/// A read that may run across districts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The exact text.
    pub statement: &'static str,
    /// Why it must.
    pub reason: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) kind: TableKind,
    pub(crate) columns: Vec<String>,
    primary_key: Vec<String>,
    dropped: bool,
}

impl Table {
    /// The column that distributes the table.
    pub(crate) fn distribution(&self) -> Option<&str> {
        match &self.kind {
            TableKind::Distributed => Some(DISTRICT),
            TableKind::Owner { column } => Some(column),
            TableKind::Reference | TableKind::Unlisted => None,
        }
    }
}

/// The tables of the product and what they allow.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub(crate) tables: BTreeMap<String, Table>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) schema_texts: BTreeSet<String>,
    pub(crate) stale: Vec<Violation>,
    allowances: BTreeMap<&'static str, &'static str>,
}

impl Catalogue {
    /// Reads the PostgreSQL text of every migration, in order. `reference` and `owners` are the closed lists of
    /// tables that are not distributed by district.
    ///
    /// # Errors
    /// [`Rule::Unparsable`] when a text does not parse. What breaks a rule is found by [`Self::check_ddl`].
    pub fn from_ddl(ddl: &[&str], reference: &[&str], owners: &[Owner]) -> Result<Self, Violation> {
        let mut statements = Vec::new();
        for text in ddl {
            let parsed = Parser::parse_sql(&PostgreSqlDialect {}, text)
                .map_err(|error| Violation::new(Rule::Unparsable, format!("{error} in a migration")))?;
            statements.extend(parsed);
        }
        let mut catalogue = Self {
            tables: BTreeMap::new(),
            schema_texts: statements.iter().map(ToString::to_string).collect(),
            statements: Vec::new(),
            stale: Vec::new(),
            allowances: BTreeMap::new(),
        };
        for statement in &statements {
            catalogue.apply(statement);
        }
        catalogue.statements = statements;
        catalogue.classify(reference, owners);
        Ok(catalogue)
    }

    /// Adds the closed list of statements that may run across districts.
    #[must_use]
    pub fn allow_across(mut self, allowances: &[Allowance]) -> Self {
        for Allowance { statement, reason } in allowances {
            if reason.trim().is_empty() {
                self.stale.push(Violation::new(Rule::AllowanceWithoutReason, statement));
            }
            self.allowances.insert(statement, reason);
        }
        self
    }

    /// The allowed texts that were never executed, or that keep the rules without the allowance.
    #[must_use]
    pub fn unused_allowances(&self, executed: &BTreeSet<String>) -> Vec<&'static str> {
        let needed = |text: &str| self.check(text).is_ok_and(|shape| shape.across.is_some());
        self.allowances.keys().copied().filter(|text| !executed.contains(*text) || !needed(text)).collect()
    }

    /// The kind of a table, or `None` when no migration creates it.
    #[must_use]
    pub fn table_kind(&self, table: &str) -> Option<&TableKind> {
        self.table(table).map(|table| &table.kind)
    }

    /// The names of all tables, in order.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().filter(|(_, table)| !table.dropped).map(|(name, _)| name.as_str())
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name).filter(|table| !table.dropped)
    }

    pub(crate) fn reason_across(&self, statement: &str) -> Option<&'static str> {
        self.allowances.get(statement).copied()
    }

    fn apply(&mut self, statement: &Statement) {
        match statement {
            Statement::CreateTable(create) => {
                let table = Table {
                    kind: TableKind::Unlisted,
                    columns: create.columns.iter().map(|column| ident(&column.name)).collect(),
                    primary_key: primary_key(create),
                    dropped: false,
                };
                let name = name(&create.name);
                if !(create.if_not_exists && self.table(&name).is_some()) {
                    self.tables.insert(name, table);
                }
            }
            Statement::AlterTable(alter) => self.alter(alter),
            Statement::Drop { object_type: ObjectType::Table, names, .. } => {
                for dropped in names {
                    if let Some(table) = self.tables.get_mut(&name(dropped)) {
                        table.dropped = true;
                    }
                }
            }
            _ => {}
        }
    }

    fn alter(&mut self, alter: &AlterTable) {
        let altered = name(&alter.name);
        for operation in &alter.operations {
            if let AlterTableOperation::RenameTable { table_name } = operation {
                let (RenameTableNameKind::To(to) | RenameTableNameKind::As(to)) = table_name;
                if let Some(table) = self.tables.get(&altered).cloned() {
                    self.tables.insert(name(to), table);
                }
            }
            let Some(table) = self.tables.get_mut(&altered) else { continue };
            match operation {
                AlterTableOperation::RenameTable { .. } => table.dropped = true,
                AlterTableOperation::AddColumn { column_def, .. } => {
                    table.columns.push(ident(&column_def.name))
                }
                AlterTableOperation::DropColumn { column_names, .. } => {
                    let gone: Vec<String> = column_names.iter().map(ident).collect();
                    table.columns.retain(|column| !gone.contains(column));
                }
                AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                    let old = ident(old_column_name);
                    for column in table.columns.iter_mut().chain(&mut table.primary_key) {
                        if *column == old {
                            *column = ident(new_column_name);
                        }
                    }
                }
                AlterTableOperation::AddConstraint {
                    constraint: TableConstraint::PrimaryKey(key), ..
                } => {
                    table.primary_key =
                        key.columns.iter().map(|column| expression_name(&column.column.expr)).collect();
                }
                _ => {}
            }
        }
    }

    fn classify(&mut self, reference: &[&str], owners: &[Owner]) {
        for table in self.tables.values_mut() {
            if table.primary_key.first().is_some_and(|column| column == DISTRICT) {
                table.kind = TableKind::Distributed;
            }
        }
        let named = reference.iter().map(|table| (*table, TableKind::Reference)).chain(
            owners.iter().map(|owner| (owner.table, TableKind::Owner { column: owner.column.to_owned() })),
        );
        for (name, kind) in named {
            let fits = |table: &&mut Table| match &kind {
                TableKind::Owner { column } => table.columns.contains(column),
                _ => true,
            };
            match self
                .tables
                .get_mut(name)
                .filter(|table| !table.dropped && table.kind == TableKind::Unlisted)
                .filter(fits)
            {
                Some(table) => table.kind = kind,
                None => self.stale.push(Violation::new(Rule::StaleList, name)),
            }
        }
    }
}

fn primary_key(create: &CreateTable) -> Vec<String> {
    for constraint in &create.constraints {
        if let TableConstraint::PrimaryKey(key) = constraint {
            return key.columns.iter().map(|column| expression_name(&column.column.expr)).collect();
        }
    }
    let holds_key = |option: &ColumnOption| matches!(option, ColumnOption::PrimaryKey(_));
    let column =
        create.columns.iter().find(|column| column.options.iter().any(|option| holds_key(&option.option)));
    column.map(|column| ident(&column.name)).into_iter().collect()
}

/// An identifier as PostgreSQL folds it.
pub(crate) fn ident(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// A table's name; a schema stays in front, so it is not found in the catalogue.
pub(crate) fn name(name: &ObjectName) -> String {
    let parts: Vec<String> =
        name.0.iter().map(|part| part.as_ident().map_or_else(|| part.to_string(), ident)).collect();
    parts.join(".")
}

/// The column that an index expression names, or its text when it is no plain column.
pub(crate) fn expression_name(expression: &sqlparser::ast::Expr) -> String {
    match expression {
        sqlparser::ast::Expr::Identifier(column) => ident(column),
        other => format!("({other})"),
    }
}

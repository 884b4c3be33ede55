//! The rules for migrations.

use sqlparser::ast::{
    AlterTableOperation, ColumnDef, ColumnOption, CreateIndex, CreateTable, DataType, Expr,
    ForeignKeyConstraint, IndexColumn, ObjectType, ReferentialAction, Statement, TableConstraint,
    UnaryOperator,
};

use crate::catalogue::{Catalogue, DISTRICT, TableKind, expression_name, ident, name};
use crate::expression::is_clock_or_chance;
use crate::{Rule, Violation};

impl Catalogue {
    /// Holds every migration against the rules for tables.
    ///
    /// # Errors
    /// Every violation found, in the order of the text.
    pub fn check_ddl(&self) -> Result<(), Vec<Violation>> {
        let mut found = self.stale.clone();
        for name in self.table_names() {
            if self.table_kind(name) == Some(&TableKind::Unlisted) {
                found.push(Violation::new(Rule::TableKind, name));
            }
        }
        for statement in &self.statements {
            self.check_schema_statement(statement, &mut found);
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    fn check_schema_statement(&self, statement: &Statement, found: &mut Vec<Violation>) {
        if let Some(word) = clock_word(&statement.to_string()) {
            found.push(Violation::new(Rule::ClockOrChance, format!("{word} in {statement}")));
        }
        match statement {
            Statement::CreateTable(create) => self.check_create_table(create, found),
            Statement::CreateIndex(index) => self.check_create_index(index, found),
            Statement::AlterTable(alter) => {
                let table = name(&alter.name);
                for operation in &alter.operations {
                    self.check_alter(&table, operation, found);
                }
            }
            Statement::Drop { object_type: ObjectType::Table | ObjectType::Index, .. } => {}
            Statement::CreateTrigger(_) => found.push(Violation::new(Rule::Trigger, statement)),
            Statement::CreateSequence { .. } => found.push(Violation::new(Rule::Serial, statement)),
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) | Statement::Query(_) => {
                if let Err(violations) = self.check(&statement.to_string()) {
                    found.extend(violations);
                }
            }
            other => found.push(Violation::new(Rule::StatementKind, other)),
        }
    }

    fn check_create_table(&self, create: &CreateTable, found: &mut Vec<Violation>) {
        let table = name(&create.name);
        if create.inherits.is_some() || create.partition_of.is_some() || create.partition_by.is_some() {
            found.push(Violation::new(Rule::Inherits, &table));
        }
        if create.query.is_some() || create.like.is_some() || create.temporary || create.unlogged {
            found.push(Violation::new(Rule::StatementKind, create));
        }
        for column in &create.columns {
            self.check_column(&table, column, found);
        }
        for constraint in &create.constraints {
            self.check_constraint(&table, constraint, found);
        }
    }

    fn check_column(&self, table: &str, column: &ColumnDef, found: &mut Vec<Violation>) {
        let here = format!("{table}.{}", ident(&column.name));
        match &column.data_type {
            DataType::BigInt(None) | DataType::Text | DataType::Bytea | DataType::Uuid => {}
            other if other.to_string().to_lowercase().contains("serial") => {
                found.push(Violation::new(Rule::Serial, format!("{here} {other}")));
            }
            other => found.push(Violation::new(Rule::ColumnType, format!("{here} {other}"))),
        }
        let columns = [ident(&column.name)];
        for option in &column.options {
            match &option.option {
                ColumnOption::Null | ColumnOption::NotNull | ColumnOption::Check(_) => {}
                ColumnOption::Default(value) => {
                    if !is_constant(value) {
                        found.push(Violation::new(
                            Rule::DefaultNotConstant,
                            format!("{here} DEFAULT {value}"),
                        ));
                    }
                }
                ColumnOption::PrimaryKey(_) | ColumnOption::Unique(_) => {
                    self.check_unique(table, &columns, &here, found);
                }
                ColumnOption::ForeignKey(key) => {
                    let key = ForeignKeyConstraint { columns: vec![column.name.clone()], ..key.clone() };
                    self.check_foreign_key(table, &key, found);
                }
                ColumnOption::Generated { .. } | ColumnOption::Identity(_) => {
                    found.push(Violation::new(Rule::Serial, format!("{here} {}", option.option)));
                }
                ColumnOption::Collation(collation) if name(collation) == "C" => {}
                other => found.push(Violation::new(Rule::StatementKind, format!("{here} {other}"))),
            }
        }
    }

    fn check_constraint(&self, table: &str, constraint: &TableConstraint, found: &mut Vec<Violation>) {
        match constraint {
            TableConstraint::PrimaryKey(key) => {
                self.check_unique(table, &index_columns(&key.columns), constraint, found);
            }
            TableConstraint::Unique(key) => {
                self.check_unique(table, &index_columns(&key.columns), constraint, found)
            }
            TableConstraint::ForeignKey(key) => self.check_foreign_key(table, key, found),
            TableConstraint::Check(_) => {}
            other => found.push(Violation::new(Rule::StatementKind, other)),
        }
    }

    fn check_create_index(&self, index: &CreateIndex, found: &mut Vec<Violation>) {
        let table = name(&index.table_name);
        if self.table(&table).is_none() && !self.tables.contains_key(&table) {
            found.push(Violation::new(Rule::UnknownTable, index));
        }
        if index.unique {
            self.check_unique(&table, &index_columns(&index.columns), index, found);
        }
    }

    fn check_unique(
        &self,
        table: &str,
        columns: &[String],
        subject: impl std::fmt::Display,
        found: &mut Vec<Violation>,
    ) {
        let distribution = self.tables.get(table).and_then(|table| table.distribution());
        if let Some(distribution) = distribution
            && columns.first().is_none_or(|first| first != distribution)
        {
            found.push(Violation::new(Rule::UniqueOffDistrict, format!("{table}: {subject}")));
        }
    }

    fn check_foreign_key(&self, table: &str, key: &ForeignKeyConstraint, found: &mut Vec<Violation>) {
        let here = format!("{table}: {key}");
        for action in [&key.on_delete, &key.on_update] {
            if matches!(action, Some(ReferentialAction::SetNull | ReferentialAction::SetDefault)) {
                found.push(Violation::new(Rule::ForeignKeySetsNull, &here));
            }
        }
        let target = name(&key.foreign_table);
        let (Some(from), Some(to)) = (self.tables.get(table), self.tables.get(&target)) else {
            found.push(Violation::new(Rule::UnknownTable, here));
            return;
        };
        match (&from.kind, &to.kind) {
            (_, TableKind::Reference | TableKind::Unlisted) => {}
            (TableKind::Distributed, TableKind::Distributed) => {
                let mut pairs = key.columns.iter().map(ident).zip(key.referred_columns.iter().map(ident));
                if !pairs.any(|(left, right)| left == DISTRICT && right == DISTRICT) {
                    found.push(Violation::new(Rule::ForeignKeyOffDistrict, here));
                }
            }
            (TableKind::Reference, _) => found.push(Violation::new(Rule::ForeignKeyFromReference, here)),
            _ => found.push(Violation::new(Rule::ForeignKeyOffDistrict, here)),
        }
    }

    fn check_alter(&self, table: &str, operation: &AlterTableOperation, found: &mut Vec<Violation>) {
        let Some(known) = self.tables.get(table) else {
            found.push(Violation::new(Rule::UnknownTable, format!("{table}: {operation}")));
            return;
        };
        let here = format!("{table}: {operation}");
        let is_distribution = |column: &str| known.distribution() == Some(column);
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                let constraint = |option: &ColumnOption| {
                    matches!(
                        option,
                        ColumnOption::PrimaryKey(_)
                            | ColumnOption::Unique(_)
                            | ColumnOption::ForeignKey(_)
                            | ColumnOption::Check(_)
                    )
                };
                if column_def.options.iter().any(|option| constraint(&option.option)) {
                    found.push(Violation::new(Rule::ColumnWithConstraint, &here));
                }
                self.check_column(table, column_def, found);
            }
            AlterTableOperation::AddConstraint { constraint, .. } => {
                if constraint_name(constraint).is_none() {
                    found.push(Violation::new(Rule::UnnamedConstraint, &here));
                }
                self.check_constraint(table, constraint, found);
            }
            AlterTableOperation::DropColumn { column_names, .. } => {
                if column_names
                    .iter()
                    .any(|column| is_distribution(&ident(column)) || ident(column) == DISTRICT)
                {
                    found.push(Violation::new(Rule::DistrictColumnChanged, &here));
                }
            }
            AlterTableOperation::RenameColumn { old_column_name: column, .. }
            | AlterTableOperation::AlterColumn { column_name: column, .. }
                if is_distribution(&ident(column)) || ident(column) == DISTRICT =>
            {
                found.push(Violation::new(Rule::DistrictColumnChanged, &here));
            }
            AlterTableOperation::EnableTrigger { .. } | AlterTableOperation::EnableAlwaysTrigger { .. } => {
                found.push(Violation::new(Rule::Trigger, &here));
            }
            AlterTableOperation::Inherit { .. } => found.push(Violation::new(Rule::Inherits, &here)),
            AlterTableOperation::RenameColumn { .. }
            | AlterTableOperation::RenameTable { .. }
            | AlterTableOperation::RenameConstraint { .. }
            | AlterTableOperation::DropConstraint { .. }
            | AlterTableOperation::AlterColumn { .. } => {}
            _ => found.push(Violation::new(Rule::StatementKind, &here)),
        }
    }
}

fn index_columns(columns: &[IndexColumn]) -> Vec<String> {
    columns.iter().map(|column| expression_name(&column.column.expr)).collect()
}

fn constraint_name(constraint: &TableConstraint) -> Option<String> {
    match constraint {
        TableConstraint::PrimaryKey(key) => key.name.as_ref().map(ident),
        TableConstraint::Unique(key) => key.name.as_ref().map(ident),
        TableConstraint::ForeignKey(key) => key.name.as_ref().map(ident),
        TableConstraint::Check(check) => check.name.as_ref().map(ident),
        _ => None,
    }
}

fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::Value(_) => true,
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => is_constant(expr),
        Expr::Nested(inner) => is_constant(inner),
        _ => false,
    }
}

/// The first word of a schema statement that asks the clock or chance. Words in quotes are not looked at.
fn clock_word(text: &str) -> Option<String> {
    use sqlparser::dialect::PostgreSqlDialect;
    use sqlparser::tokenizer::{Token, Tokenizer};
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().ok()?;
    tokens.iter().enumerate().find_map(|(at, token)| {
        let Token::Word(word) = token else { return None };
        let called = word.value.starts_with("CURRENT_")
            || tokens.get(at + 1..)?.iter().find(|token| !matches!(token, Token::Whitespace(_)))
                == Some(&Token::LParen);
        (word.quote_style.is_none() && called && is_clock_or_chance(&word.value.to_lowercase()))
            .then(|| word.value.clone())
    })
}

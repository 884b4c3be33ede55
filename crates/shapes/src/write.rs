//! `INSERT`, `UPDATE` and `DELETE`.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, Delete, Expr, FromTable, Insert, OnConflict,
    OnConflictAction, OnInsert, Query, SelectItem, SetExpr, TableFactor, TableObject, TableWithJoins, Update,
    UpdateTableFromKind,
};

use crate::block::{Pin, Sources};
use crate::catalogue::{DISTRICT, ident, name};
use crate::statement::Checker;
use crate::{Rule, Source};

impl Checker<'_> {
    pub(crate) fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(into) = &insert.table else {
            self.refuse(Rule::StatementKind, insert);
            return;
        };
        if insert.or.is_some()
            || insert.ignore
            || insert.overwrite
            || insert.replace_into
            || insert.overriding.is_some()
            || !insert.assignments.is_empty()
        {
            self.refuse(Rule::NotOnBothEngines, insert);
        }
        let into = name(into);
        let alias = insert.table_alias.as_ref().map_or_else(|| into.clone(), |alias| ident(&alias.alias));
        let Some(target) = self.table(&into, alias) else { return };
        let distribution =
            self.catalogue.table(&into).and_then(|table| table.distribution()).map(ToOwned::to_owned);
        let position = insert.columns.iter().position(|column| Some(name(column)) == distribution);
        if insert.columns.is_empty() || (distribution.is_some() && position.is_none()) {
            self.refuse(Rule::InsertWithoutDistrict, &into);
        }
        let by_district = distribution.as_deref() == Some(DISTRICT);
        match &insert.source {
            Some(source) => self.insert_source(&into, source, position, by_district, insert.on.is_some()),
            None => self.refuse(Rule::InsertWithoutDistrict, insert),
        }
        self.one_district(&into);
        match &insert.on {
            None => {}
            Some(OnInsert::OnConflict(conflict)) => {
                self.conflict(&into, target, conflict, distribution.as_deref())
            }
            Some(_) => self.refuse(Rule::NotOnBothEngines, insert),
        }
        self.returning(insert.returning.as_deref(), vec![target]);
    }

    fn insert_source(
        &mut self,
        into: &str,
        source: &Query,
        position: Option<usize>,
        by_district: bool,
        on_conflict: bool,
    ) {
        if let SetExpr::Values(values) = &*source.body {
            for row in &values.rows {
                if row.content.iter().any(holds_query) {
                    self.refuse(Rule::InsertSubquery, into);
                    continue;
                }
                self.expressions(&row.content);
                let Some(value) = position.and_then(|position| row.content.get(position)) else { continue };
                let pin = self.pin_of(value);
                self.inserted(into, pin, by_district);
            }
            return;
        }
        if let SetExpr::Select(select) = &*source.body
            && on_conflict
            && select.selection.is_none()
        {
            // SQLite would read ON CONFLICT as the ON of a join.
            self.refuse(Rule::NotOnBothEngines, "INSERT … SELECT … ON CONFLICT without a WHERE");
        }
        let outputs = self.query(source);
        if let Some(position) = position {
            let pin = outputs.into_iter().nth(position).and_then(|(_, pin)| pin);
            self.inserted(into, pin.clone(), by_district);
            if let Some(pin) = pin
                && by_district
            {
                self.read.insert(pin);
            }
        }
    }

    fn inserted(&mut self, into: &str, pin: Option<Pin>, by_district: bool) {
        match pin {
            Some(Pin::Named(source)) if by_district => {
                self.named.insert(source);
            }
            Some(Pin::Named(_)) => {}
            _ => self.refuse(Rule::InsertWithoutDistrict, into),
        }
    }

    /// All that a write reads and writes must lie in one district. Rows of `VALUES` alone may repeat it.
    fn one_district(&mut self, table: &str) {
        let mut all: BTreeSet<Pin> = self.read.clone();
        if !all.is_empty() {
            all.extend(self.named.iter().cloned().map(Pin::Named));
        }
        if all.len() > 1 {
            self.refuse(Rule::WriteOfTwoDistricts, table);
        }
    }

    fn conflict(&mut self, into: &str, target: usize, conflict: &OnConflict, distribution: Option<&str>) {
        let mut scope = vec![target];
        match &conflict.conflict_target {
            Some(ConflictTarget::Columns { columns, predicate }) => {
                let has = |wanted: &str| columns.iter().any(|column| ident(column) == wanted);
                if distribution.is_some_and(|wanted| !has(wanted)) {
                    self.refuse(Rule::ConflictTarget, conflict);
                }
                self.scopes.push(scope.clone());
                self.expressions(predicate);
                self.scopes.pop();
            }
            _ => self.refuse(Rule::ConflictTarget, conflict),
        }
        let OnConflictAction::DoUpdate(update) = &conflict.action else { return };
        scope.extend(self.table(into, "excluded".to_owned()));
        self.scopes.push(scope);
        for assignment in &update.assignments {
            if holds_query(&assignment.value) {
                self.refuse(Rule::ConflictSubquery, assignment);
            } else {
                self.assignment(assignment, distribution);
            }
        }
        if update.selection.as_ref().is_some_and(holds_query) {
            self.refuse(Rule::ConflictSubquery, conflict);
        } else {
            self.expressions(&update.selection);
        }
        self.scopes.pop();
    }

    fn assignment(&mut self, assignment: &Assignment, distribution: Option<&str>) {
        let assigned = match &assignment.target {
            AssignmentTarget::ColumnName(column) => vec![name(column)],
            AssignmentTarget::Tuple(columns) => columns.iter().map(name).collect(),
        };
        if assigned.iter().any(|column| distribution == Some(column)) {
            self.refuse(Rule::DistrictAssigned, assignment);
        }
        self.expression(&assignment.value);
    }

    pub(crate) fn update(&mut self, update: &Update) {
        if update.or.is_some()
            || !update.order_by.is_empty()
            || update.limit.is_some()
            || update.output.is_some()
        {
            self.refuse(Rule::NotOnBothEngines, update);
        }
        let mut sources = Sources::default();
        self.table_with_joins(&update.table, &mut sources);
        let Some(target) = self.target(&update.table, &sources) else { return };
        match &update.from {
            None => {}
            Some(UpdateTableFromKind::AfterSet(tables)) => {
                for table in tables {
                    self.table_with_joins(table, &mut sources);
                }
            }
            Some(UpdateTableFromKind::BeforeSet(_)) => self.refuse(Rule::NotOnBothEngines, update),
        }
        self.enter(&sources, update.selection.as_ref(), Some(target.at));
        for assignment in &update.assignments {
            self.assignment(assignment, target.distribution.as_deref());
        }
        self.leave(&sources.relations);
        self.written(&target);
        self.returning(update.returning.as_deref(), sources.relations);
    }

    pub(crate) fn delete(&mut self, delete: &Delete) {
        if !delete.tables.is_empty()
            || delete.using.is_some()
            || !delete.order_by.is_empty()
            || delete.limit.is_some()
            || delete.output.is_some()
        {
            self.refuse(Rule::NotOnBothEngines, delete);
        }
        let FromTable::WithFromKeyword(from) = &delete.from else {
            self.refuse(Rule::NotOnBothEngines, delete);
            return;
        };
        let [table] = from.as_slice() else {
            self.refuse(Rule::NotOnBothEngines, delete);
            return;
        };
        let mut sources = Sources::default();
        self.table_with_joins(table, &mut sources);
        let Some(target) = self.target(table, &sources) else { return };
        // USING is refused above; its tables still stand in the block, so that the second message is right.
        for table in delete.using.iter().flatten() {
            self.table_with_joins(table, &mut sources);
        }
        self.enter(&sources, delete.selection.as_ref(), Some(target.at));
        self.leave(&sources.relations);
        self.written(&target);
        self.returning(delete.returning.as_deref(), sources.relations);
    }

    fn target(&mut self, table: &TableWithJoins, sources: &Sources<'_>) -> Option<Target> {
        let TableFactor::Table { name: of, .. } = &table.relation else {
            self.refuse(Rule::StatementKind, table);
            return None;
        };
        if !table.joins.is_empty() {
            self.refuse(Rule::NotOnBothEngines, table);
        }
        let of = name(of);
        let distribution = self.catalogue.table(&of)?.distribution().map(ToOwned::to_owned);
        Some(Target { at: *sources.relations.first()?, table: of, distribution })
    }

    fn written(&mut self, target: &Target) {
        let source: Option<Source> =
            self.relations.get(target.at).filter(|relation| relation.by_district()).and_then(|relation| {
                match relation.pin() {
                    Some(Pin::Named(source)) => Some(source.clone()),
                    _ => None,
                }
            });
        self.named.extend(source);
        self.one_district(&target.table);
    }

    fn returning(&mut self, items: Option<&[SelectItem]>, relations: Vec<usize>) {
        self.scopes.push(relations);
        for item in items.unwrap_or_default() {
            if let SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } =
                item
                && holds_query(expression)
            {
                self.refuse(Rule::NotOnBothEngines, item);
            } else {
                self.item(item);
            }
        }
        self.scopes.pop();
    }
}

/// The table that an `UPDATE` or `DELETE` writes.
struct Target {
    at: usize,
    table: String,
    distribution: Option<String>,
}

/// Whether an expression holds a sub-select.
fn holds_query(expression: &Expr) -> bool {
    use sqlparser::dialect::PostgreSqlDialect;
    use sqlparser::tokenizer::{Token, Tokenizer};
    let text = expression.to_string();
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, &text).tokenize().unwrap_or_default();
    let is_select = |token: &Token| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("select"));
    tokens.iter().any(is_select)
}

//! Query blocks: which relations stand in one, and which district pins each of them.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, Join, JoinConstraint, JoinOperator, LimitClause, LockClause,
    LockType, NamedWindowDefinition, NamedWindowExpr, NonBlock, OffsetRows, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor,
    TableWithJoins, Value, With,
};

use crate::catalogue::{DISTRICT, ident, name};
use crate::expression::parameter_number;
use crate::statement::Checker;
use crate::{Rule, Source, Violation};

/// What a column is known to equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pin {
    /// A parameter or literal.
    Named(Source),
    /// Some value, the same for everything that carries this number.
    Free(usize),
}

/// The columns that a query gives, with what each is known to equal.
pub(crate) type Outputs = Vec<(String, Option<Pin>)>;

/// One entry of a `FROM`, or the target of a write.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    alias: String,
    /// The table's name; `None` for a derived table or CTE.
    table: Option<String>,
    columns: Vec<String>,
    distribution: Option<String>,
    nullable: bool,
    pins: BTreeMap<String, Pin>,
}

impl Relation {
    /// The pin of a distributed table's own distribution column.
    pub(crate) fn pin(&self) -> Option<&Pin> {
        self.pins.get(self.distribution.as_ref()?)
    }

    /// Whether its pin names a district, rather than the value of an owner table.
    pub(crate) fn by_district(&self) -> bool {
        self.distribution.as_deref() == Some(DISTRICT)
    }

    fn follows(&self, pin: &Pin) -> bool {
        match &self.distribution {
            Some(_) => self.pin() == Some(pin),
            None => self.table.is_none() && self.pins.values().any(|own| own == pin),
        }
    }
}

/// One side of an equality.
enum Term {
    Column(usize, String),
    Known(Source),
}

/// An equality, with the relations that it may pin.
struct Equality {
    left: Term,
    right: Term,
    pins: BTreeSet<usize>,
}

/// A join condition, with the relations that it filters.
pub(crate) struct Condition<'q> {
    expression: Option<&'q Expr>,
    /// Columns of `USING`, with the relation on the right.
    using: Vec<(String, usize)>,
    pub(crate) pins: BTreeSet<usize>,
}

/// The relations of a `FROM`, with the conditions that join them.
#[derive(Default)]
pub(crate) struct Sources<'q> {
    pub(crate) relations: Vec<usize>,
    pub(crate) conditions: Vec<Condition<'q>>,
}

impl Checker<'_> {
    pub(crate) fn query(&mut self, query: &Query) -> Outputs {
        let depth = self.ctes.len();
        if let Some(with) = &query.with {
            self.with(with);
        }
        if query.fetch.is_some()
            || query.for_clause.is_some()
            || query.settings.is_some()
            || query.format_clause.is_some()
            || !query.pipe_operators.is_empty()
        {
            self.refuse(Rule::NotOnBothEngines, query);
        }
        match &query.limit_clause {
            None => {}
            Some(LimitClause::LimitOffset { limit: Some(limit), offset, limit_by })
                if limit_by.is_empty() =>
            {
                self.expression(limit);
                if let Some(offset) = offset {
                    self.expression(&offset.value);
                    if offset.rows != OffsetRows::None {
                        self.refuse(Rule::NotOnBothEngines, offset);
                    }
                }
            }
            Some(other) => self.refuse(Rule::NotOnBothEngines, other),
        }
        let outputs = match &*query.body {
            SetExpr::Select(select) => self.select(select, Some(query)),
            body => {
                if !query.locks.is_empty() {
                    self.refuse(Rule::LockForm, query);
                }
                let outputs = self.set_expression(body);
                if let Some(order) = &query.order_by
                    && !order_of_outputs(order)
                {
                    self.refuse(Rule::NotOnBothEngines, order);
                }
                outputs
            }
        };
        self.ctes.truncate(depth);
        outputs
    }

    fn set_expression(&mut self, body: &SetExpr) -> Outputs {
        match body {
            SetExpr::Select(select) => self.select(select, None),
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                let plain = match op {
                    SetOperator::Union => matches!(set_quantifier, SetQuantifier::All | SetQuantifier::None),
                    SetOperator::Except | SetOperator::Intersect => *set_quantifier == SetQuantifier::None,
                    SetOperator::Minus => false,
                };
                if !plain {
                    self.refuse(Rule::NotOnBothEngines, body);
                }
                let left = self.set_expression(left);
                let right = self.set_expression(right);
                intersect(left, &right)
            }
            SetExpr::Values(values) => {
                let mut outputs = Outputs::new();
                for row in &values.rows {
                    self.expressions(&row.content);
                    outputs =
                        (1..=row.content.len()).map(|number| (format!("column{number}"), None)).collect();
                }
                outputs
            }
            other => {
                self.refuse(Rule::NotOnBothEngines, other);
                Outputs::new()
            }
        }
    }

    pub(crate) fn with(&mut self, with: &With) {
        self.recursive |= with.recursive;
        for cte in &with.cte_tables {
            let called = ident(&cte.alias.name);
            let names: Vec<String> = cte.alias.columns.iter().map(|column| ident(&column.name)).collect();
            let recursive_parts = match &*cte.query.body {
                SetExpr::SetOperation { left, right, .. } if with.recursive => Some((left, right)),
                _ => None,
            };
            let outputs = match recursive_parts {
                Some((left, right)) => {
                    let mut guess = renamed(self.set_expression(left), &names);
                    // What the step keeps is what the step itself gives when it may rely on it.
                    loop {
                        let before = (self.violations.len(), self.unpinned_reads.len());
                        self.ctes.push(BTreeMap::from([(called.clone(), guess.clone())]));
                        let step = self.set_expression(right);
                        self.ctes.pop();
                        let kept = intersect(guess.clone(), &step);
                        if kept == guess {
                            break guess;
                        }
                        self.violations.truncate(before.0);
                        self.unpinned_reads.truncate(before.1);
                        guess = kept;
                    }
                }
                None => {
                    let outputs = self.query(&cte.query);
                    renamed(outputs, &names)
                }
            };
            self.ctes.push(BTreeMap::from([(called, outputs)]));
        }
    }

    fn select(&mut self, select: &Select, query: Option<&Query>) -> Outputs {
        let odd = select.into.is_some()
            || select.top.is_some()
            || select.qualify.is_some()
            || select.prewhere.is_some()
            || select.exclude.is_some()
            || select.select_modifiers.is_some()
            || select.value_table_mode.is_some()
            || !select.lateral_views.is_empty()
            || !select.connect_by.is_empty()
            || matches!(select.distinct, Some(Distinct::On(_)));
        if odd {
            self.refuse(Rule::NotOnBothEngines, select);
        }
        let mut sources = Sources::default();
        for table in &select.from {
            self.table_with_joins(table, &mut sources);
        }
        self.enter(&sources, select.selection.as_ref(), None);
        for item in &select.projection {
            self.item(item);
        }
        match &select.group_by {
            GroupByExpr::Expressions(items, modifiers) if modifiers.is_empty() => self.expressions(items),
            GroupByExpr::Expressions(..) => self.refuse(Rule::GroupingSets, &select.group_by),
            GroupByExpr::All(_) => self.refuse(Rule::NotOnBothEngines, &select.group_by),
        }
        self.expressions(&select.having);
        for NamedWindowDefinition(_, window) in &select.named_window {
            match window {
                NamedWindowExpr::WindowSpec(window) => self.window(window),
                NamedWindowExpr::NamedWindow(_) => self.refuse(Rule::NotOnBothEngines, select),
            }
        }
        if let Some(query) = query {
            if let Some(order) = &query.order_by {
                self.order_by(order);
            }
            for lock in &query.locks {
                self.lock(lock, &sources.relations);
            }
        }
        let outputs = self.outputs(&select.projection, &sources.relations);
        self.leave(&sources.relations);
        outputs
    }

    pub(crate) fn item(&mut self, item: &SelectItem) {
        match item {
            SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => {
                self.expression(expression);
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {}
            SelectItem::ExprWithAliases { .. } => self.refuse(Rule::NotOnBothEngines, item),
        }
    }

    fn outputs(&mut self, projection: &[SelectItem], relations: &[usize]) -> Outputs {
        let mut outputs = Outputs::new();
        for item in projection {
            match item {
                SelectItem::UnnamedExpr(expression) => {
                    let called = match expression {
                        Expr::Identifier(column) => ident(column),
                        Expr::CompoundIdentifier(parts) => parts.last().map(ident).unwrap_or_default(),
                        _ => String::new(),
                    };
                    outputs.push((called, self.pin_of(expression)));
                }
                SelectItem::ExprWithAlias { expr, alias } => outputs.push((ident(alias), self.pin_of(expr))),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), _) => {
                    let of = name(of);
                    self.columns_into(relations, |relation| relation.alias == of, &mut outputs);
                }
                _ => self.columns_into(relations, |_| true, &mut outputs),
            }
        }
        outputs
    }

    fn columns_into(&self, relations: &[usize], wanted: impl Fn(&Relation) -> bool, outputs: &mut Outputs) {
        for relation in
            relations.iter().filter_map(|at| self.relations.get(*at)).filter(|relation| wanted(relation))
        {
            for column in &relation.columns {
                outputs.push((column.clone(), relation.pins.get(column).cloned()));
            }
        }
    }

    /// What an expression is known to equal.
    pub(crate) fn pin_of(&mut self, expression: &Expr) -> Option<Pin> {
        match self.term(expression)? {
            Term::Known(source) => Some(Pin::Named(source)),
            Term::Column(at, column) => self.relations.get(at)?.pins.get(&column).cloned(),
        }
    }

    // -- FROM ---------------------------------------------------------------------------------------------

    pub(crate) fn table_with_joins<'q>(&mut self, table: &'q TableWithJoins, sources: &mut Sources<'q>) {
        let Some(first) = self.factor(&table.relation) else { return };
        let mut group = vec![first];
        sources.relations.push(first);
        for join in &table.joins {
            if let Some(right) = self.factor(&join.relation) {
                self.join(join, right, &mut group, sources);
            }
        }
    }

    fn join<'q>(&mut self, join: &'q Join, right: usize, group: &mut Vec<usize>, sources: &mut Sources<'q>) {
        let earlier: BTreeSet<usize> = group.iter().copied().collect();
        let all: BTreeSet<usize> = earlier.iter().copied().chain([right]).collect();
        let (constraint, pins, nullable) = match &join.join_operator {
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::CrossJoin(constraint) => (constraint, all, BTreeSet::new()),
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (constraint, BTreeSet::from([right]), BTreeSet::from([right]))
            }
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                (constraint, earlier.clone(), earlier)
            }
            JoinOperator::FullOuter(constraint) => (constraint, BTreeSet::new(), all),
            _ => {
                self.refuse(Rule::NotOnBothEngines, join);
                return;
            }
        };
        for at in nullable {
            if let Some(relation) = self.relations.get_mut(at) {
                relation.nullable = true;
            }
        }
        group.push(right);
        sources.relations.push(right);
        let (expression, using) = match constraint {
            JoinConstraint::On(expression) => (Some(expression), Vec::new()),
            JoinConstraint::Using(columns) => {
                (None, columns.iter().map(|column| (name(column), right)).collect())
            }
            JoinConstraint::None => (None, Vec::new()),
            JoinConstraint::Natural | JoinConstraint::UsingAlias(..) => {
                self.refuse(Rule::NotOnBothEngines, join);
                return;
            }
        };
        sources.conditions.push(Condition { expression, using, pins });
    }

    fn factor(&mut self, factor: &TableFactor) -> Option<usize> {
        match factor {
            TableFactor::Table {
                name: of,
                alias,
                args: None,
                sample: None,
                version: None,
                inheritance: None,
                with_ordinality: false,
                ..
            } => {
                self.plain_alias(alias.as_ref());
                let of = name(of);
                let alias = alias.as_ref().map_or_else(|| of.clone(), |alias| ident(&alias.name));
                match self.ctes.iter().rev().find_map(|names| names.get(&of)) {
                    Some(outputs) => Some(self.derived(alias, outputs.clone())),
                    None => self.table(&of, alias),
                }
            }
            TableFactor::Derived { lateral, subquery, alias, sample: None } => {
                if *lateral {
                    self.refuse(Rule::Lateral, factor);
                }
                self.plain_alias(alias.as_ref());
                let outputs = self.query(subquery);
                let alias = alias.as_ref().map(|alias| ident(&alias.name)).unwrap_or_default();
                Some(self.derived(alias, outputs))
            }
            other => {
                self.refuse(Rule::NotOnBothEngines, other);
                None
            }
        }
    }

    fn plain_alias(&mut self, alias: Option<&TableAlias>) {
        if let Some(alias) = alias
            && (!alias.columns.is_empty() || alias.at.is_some())
        {
            self.refuse(Rule::NotOnBothEngines, alias);
        }
    }

    fn derived(&mut self, alias: String, outputs: Outputs) -> usize {
        let columns = outputs.iter().map(|(column, _)| column.clone()).collect();
        let pins = outputs.into_iter().filter_map(|(column, pin)| Some((column, pin?))).collect();
        self.relation(Relation { alias, table: None, columns, distribution: None, nullable: false, pins })
    }

    /// Adds a table of the catalogue under an alias.
    pub(crate) fn table(&mut self, of: &str, alias: String) -> Option<usize> {
        let Some(table) = self.catalogue.table(of) else {
            self.refuse(Rule::UnknownTable, of);
            return None;
        };
        self.tables.insert(of.to_owned());
        Some(self.relation(Relation {
            alias,
            table: Some(of.to_owned()),
            columns: table.columns.clone(),
            distribution: table.distribution().map(ToOwned::to_owned),
            nullable: false,
            pins: BTreeMap::new(),
        }))
    }

    fn relation(&mut self, relation: Relation) -> usize {
        self.relations.push(relation);
        self.relations.len() - 1
    }

    // -- Scopes and pins ----------------------------------------------------------------------------------

    /// Opens the scope of a block, pins its relations, and walks its conditions. `target` is the relation that
    /// the block writes.
    pub(crate) fn enter(&mut self, sources: &Sources<'_>, selection: Option<&Expr>, target: Option<usize>) {
        self.scopes.push(sources.relations.clone());
        self.correlated.push(BTreeSet::new());
        let mut equalities = Vec::new();
        let all: BTreeSet<usize> = sources.relations.iter().copied().collect();
        if let Some(selection) = selection {
            self.equalities(selection, &all, &mut equalities);
        }
        for condition in &sources.conditions {
            if let Some(expression) = condition.expression {
                self.equalities(expression, &condition.pins, &mut equalities);
            }
            for (column, right) in &condition.using {
                let has =
                    |at: &usize| self.relations.get(*at).is_some_and(|found| found.columns.contains(column));
                for left in sources.relations.iter().take_while(|at| *at != right).filter(|at| has(at)) {
                    equalities.push(Equality {
                        left: Term::Column(*left, column.clone()),
                        right: Term::Column(*right, column.clone()),
                        pins: condition.pins.clone(),
                    });
                }
            }
        }
        self.propagate(&equalities);
        self.judge(&sources.relations, &equalities, target);
        for condition in &sources.conditions {
            self.expressions(condition.expression);
        }
        self.expressions(selection);
    }

    /// Closes the scope of a block and looks at what it took from the blocks around it.
    pub(crate) fn leave(&mut self, relations: &[usize]) {
        self.scopes.pop();
        let outer = self.correlated.pop().unwrap_or_default();
        let mut refused = Vec::new();
        for inner in relations.iter().filter_map(|at| self.relations.get(*at)) {
            let (Some(table), Some(pin)) = (&inner.table, inner.pin()) else { continue };
            for around in outer.iter().filter_map(|at| self.relations.get(*at)) {
                let must = around.distribution.is_some() || matches!(pin, Pin::Free(_));
                if must && !around.follows(pin) {
                    refused.push(format!("{table} inside a block of {}", around.alias));
                }
            }
        }
        for subject in refused {
            self.refuse(Rule::CorrelatedOffDistrict, subject);
        }
    }

    fn propagate(&mut self, equalities: &[Equality]) {
        let mut changed = true;
        while changed {
            changed = false;
            for equality in equalities {
                for (from, to) in [(&equality.left, &equality.right), (&equality.right, &equality.left)] {
                    let Term::Column(at, column) = to else { continue };
                    let pin = match from {
                        Term::Known(source) => Some(Pin::Named(source.clone())),
                        Term::Column(at, column) => {
                            self.relations.get(*at).and_then(|relation| relation.pins.get(column)).cloned()
                        }
                    };
                    if let Some(pin) = pin
                        && equality.pins.contains(at)
                        && let Some(relation) = self.relations.get_mut(*at)
                        && !relation.pins.contains_key(column)
                    {
                        relation.pins.insert(column.clone(), pin);
                        changed = true;
                    }
                }
            }
        }
    }

    /// Refuses what the pins of a block do not hold together.
    fn judge(&mut self, relations: &[usize], equalities: &[Equality], target: Option<usize>) {
        let distributed: Vec<usize> = relations
            .iter()
            .copied()
            .filter(|at| self.relations.get(*at).is_some_and(|relation| relation.distribution.is_some()))
            .collect();
        let pinned =
            |checker: &Self, at: usize| checker.relations.get(at).is_some_and(|found| found.pin().is_some());
        let first = target.filter(|at| distributed.contains(at)).or_else(|| {
            let steady = |at: &usize| self.relations.get(*at).is_some_and(|relation| !relation.nullable);
            distributed.iter().copied().find(steady).or_else(|| distributed.first().copied())
        });
        let Some(first) = first else { return };
        let any_pinned = distributed.iter().any(|at| pinned(self, *at));
        if !pinned(self, first) && (!any_pinned || target == Some(first)) {
            self.missing(first, target);
            let free = Pin::Free(self.free);
            self.free += 1;
            if let Some(relation) = self.relations.get_mut(first)
                && let Some(column) = relation.distribution.clone()
            {
                relation.pins.insert(column, free);
            }
            self.propagate(equalities);
        }
        let lead = self.relations.get(first).cloned();
        let lead = if lead.as_ref().is_some_and(|lead| lead.pin().is_some()) {
            lead
        } else {
            distributed
                .iter()
                .filter_map(|at| self.relations.get(*at))
                .find(|found| found.pin().is_some())
                .cloned()
        };
        let Some(lead) = lead else { return };
        for at in distributed {
            let Some(relation) = self.relations.get(at).cloned() else { continue };
            if relation.pin() != lead.pin() || relation.distribution != lead.distribution {
                let rule = if relation.nullable { Rule::OuterJoinOffDistrict } else { Rule::JoinOffDistrict };
                self.refuse(rule, format!("{} beside {}", relation.alias, lead.alias));
            }
            if relation.by_district()
                && let Some(pin) = relation.pin()
            {
                self.read.insert(pin.clone());
            }
        }
    }

    fn missing(&mut self, at: usize, target: Option<usize>) {
        let Some(relation) = self.relations.get(at).cloned() else { return };
        let table = relation.table.unwrap_or_default();
        if target == Some(at) {
            self.refuse(Rule::WriteWithoutDistrict, &table);
        } else {
            self.unpinned_reads.push(Violation::new(Rule::ReadWithoutDistrict, &table));
        }
        if self.recursive {
            self.refuse(Rule::RecursiveWithoutDistrict, table);
        }
    }

    fn equalities(&mut self, expression: &Expr, pins: &BTreeSet<usize>, into: &mut Vec<Equality>) {
        match expression {
            Expr::Nested(inner) => self.equalities(inner, pins, into),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                self.equalities(left, pins, into);
                self.equalities(right, pins, into);
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                let pairs: Vec<(&Expr, &Expr)> = match (&**left, &**right) {
                    (Expr::Tuple(left), Expr::Tuple(right)) => left.iter().zip(right).collect(),
                    pair => vec![pair],
                };
                for (left, right) in pairs {
                    if let (Some(left), Some(right)) = (self.term(left), self.term(right)) {
                        into.push(Equality { left, right, pins: pins.clone() });
                    }
                }
            }
            _ => {}
        }
    }

    fn term(&mut self, expression: &Expr) -> Option<Term> {
        match expression {
            Expr::Nested(inner) => self.term(inner),
            // A cast column is another value than the one that picks the shard.
            Expr::Cast { expr: inner, .. } => self.term(inner).filter(|term| matches!(term, Term::Known(_))),
            Expr::Value(value) => match &value.value {
                Value::Placeholder(text) => Some(Term::Known(Source::Parameter(parameter_number(text)?))),
                Value::Number(text, _) => Some(Term::Known(Source::Literal(text.clone()))),
                Value::SingleQuotedString(text) => Some(Term::Known(Source::Literal(text.clone()))),
                _ => None,
            },
            _ => self.resolve(expression).map(|(at, column)| Term::Column(at, column)),
        }
    }

    /// Finds the relation of a column, from the inside out, and notes which blocks it correlates.
    pub(crate) fn resolve(&mut self, expression: &Expr) -> Option<(usize, String)> {
        let (qualifier, column) = match expression {
            Expr::Identifier(column) => (None, ident(column)),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [qualifier, column] => (Some(ident(qualifier)), ident(column)),
                _ => return None,
            },
            _ => return None,
        };
        for (depth, scope) in self.scopes.iter().enumerate().rev() {
            let found = scope.iter().copied().find(|at| {
                self.relations.get(*at).is_some_and(|relation| match &qualifier {
                    Some(qualifier) => relation.alias == *qualifier,
                    None => relation.columns.contains(&column),
                })
            });
            if let Some(at) = found {
                for inner in self.correlated.iter_mut().skip(depth + 1) {
                    inner.insert(at);
                }
                return Some((at, column));
            }
        }
        None
    }

    // -- Locks --------------------------------------------------------------------------------------------

    fn lock(&mut self, lock: &LockClause, relations: &[usize]) {
        self.locks();
        if lock.nonblock == Some(NonBlock::Nowait)
            || lock.lock_type == LockType::Share
            || !self.lock_ends_text()
        {
            self.refuse(Rule::LockForm, lock);
        }
        let of = lock.of.as_ref().map(name);
        let mut any = false;
        for at in relations {
            let Some(relation) = self.relations.get(*at).cloned() else { continue };
            if of.as_ref().is_some_and(|of| *of != relation.alias) {
                continue;
            }
            any = true;
            match (&relation.distribution, relation.pin()) {
                _ if relation.table.is_none() || relation.nullable => {
                    self.refuse(Rule::LockForm, format!("{lock} on {}", relation.alias));
                }
                (Some(_), Some(Pin::Named(source))) => {
                    if relation.by_district() {
                        self.named.insert(source.clone());
                    }
                }
                (Some(_), _) => {
                    self.refuse(Rule::LockWithoutDistrict, format!("{lock} on {}", relation.alias))
                }
                (None, _) => {}
            }
        }
        if !any {
            self.refuse(Rule::LockForm, lock);
        }
    }
}

fn order_of_outputs(order: &sqlparser::ast::OrderBy) -> bool {
    use sqlparser::ast::OrderByKind;
    match &order.kind {
        OrderByKind::Expressions(items) => {
            items.iter().all(|item| matches!(item.expr, Expr::Identifier(_) | Expr::Value(_)))
        }
        OrderByKind::All(_) => false,
    }
}

/// What both sides give alike, under the names of the left.
fn intersect(left: Outputs, right: &Outputs) -> Outputs {
    let mut right = right.iter();
    left.into_iter()
        .map(|(column, pin)| {
            let same = right.next().is_some_and(|(_, other)| *other == pin);
            (column, pin.filter(|_| same))
        })
        .collect()
}

fn renamed(outputs: Outputs, names: &[String]) -> Outputs {
    let mut names = names.iter();
    outputs.into_iter().map(|(column, pin)| (names.next().cloned().unwrap_or(column), pin)).collect()
}

//! The closed list of expressions that mean the same on both engines.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArguments, InTarget, OrderBy, OrderByExpr, OrderByKind, UnaryOperator,
    Value, WindowFrameBound, WindowSpec, WindowType,
};

use crate::Rule;
use crate::catalogue::name;
use crate::statement::Checker;

/// Functions that both engines have with one meaning for integers and text. `avg` is absent because it is
/// NUMERIC on one and REAL on the other: read sum and count.
const FUNCTIONS: &[&str] = &[
    "abs",
    "coalesce",
    "count",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "length",
    "lower",
    "ltrim",
    "max",
    "min",
    "ntile",
    "nullif",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "string_agg",
    "substr",
    "sum",
    "upper",
];

const CLOCK_OR_CHANCE: &[&str] = &[
    "clock_timestamp",
    "current_date",
    "current_time",
    "current_timestamp",
    "currval",
    "gen_random_bytes",
    "gen_random_uuid",
    "lastval",
    "localtime",
    "localtimestamp",
    "nextval",
    "now",
    "random",
    "randomblob",
    "setseed",
    "setval",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

const DATES: &[&str] = &[
    "age",
    "date",
    "date_bin",
    "date_part",
    "date_trunc",
    "datetime",
    "extract",
    "julianday",
    "make_date",
    "make_interval",
    "make_timestamp",
    "strftime",
    "to_char",
    "to_date",
    "to_timestamp",
    "unixepoch",
];

/// Whether a function asks the database's clock, its randomness or one of its sequences.
pub(crate) fn is_clock_or_chance(function: &str) -> bool {
    CLOCK_OR_CHANCE.contains(&function)
}

impl Checker<'_> {
    pub(crate) fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    /// Walks an expression and refuses what is not on the list.
    pub(crate) fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                self.resolve(expression);
            }
            Expr::Value(value) => self.value(&value.value),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) | Expr::Nested(inner) => self.expression(inner),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                self.expressions([&**left, &**right]);
            }
            Expr::In { expr, target, .. } => {
                self.expression(expr);
                match target {
                    InTarget::List(list) => self.expressions(list),
                    InTarget::Subquery(query) => {
                        self.query(query);
                    }
                    _ => self.refuse(Rule::NotOnBothEngines, expression),
                }
            }
            Expr::Between { expr, low, high, .. } => self.expressions([&**expr, &**low, &**high]),
            Expr::BinaryOp { left, op, right } => {
                if !is_common(op) {
                    self.refuse(Rule::NotOnBothEngines, expression);
                }
                self.expressions([&**left, &**right]);
            }
            Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::Minus | UnaryOperator::Plus, expr } => {
                self.expression(expr);
            }
            Expr::Like { any: false, expr, pattern, escape_char, .. } => {
                self.expressions([&**expr, &**pattern]);
                self.expressions(escape_char.as_deref());
            }
            Expr::Cast {
                kind: CastKind::Cast,
                expr,
                data_type: DataType::BigInt(None) | DataType::Text,
                format: None,
            } => self.expression(expr),
            Expr::Substring { expr, substring_from, substring_for, special: true, .. } => {
                self.expression(expr);
                self.expressions(substring_from.as_deref());
                self.expressions(substring_for.as_deref());
            }
            Expr::Trim { expr, trim_where: None, trim_what: None, trim_characters: None } => {
                self.expression(expr)
            }
            Expr::Function(function) => self.function(function),
            Expr::Case { operand, conditions, else_result, .. } => {
                self.expressions(operand.as_deref());
                for CaseWhen { condition, result } in conditions {
                    self.expressions([condition, result]);
                }
                self.expressions(else_result.as_deref());
            }
            Expr::Exists { subquery, .. } | Expr::Subquery(subquery) => {
                self.query(subquery);
            }
            Expr::Tuple(items) => self.expressions(items),
            Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => {
                self.refuse(Rule::GroupingSets, expression)
            }
            Expr::Extract { .. } | Expr::AtTimeZone { .. } | Expr::Interval(_) | Expr::TypedString(_) => {
                self.refuse(Rule::DateFunction, expression);
            }
            _ => self.refuse(Rule::NotOnBothEngines, expression),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Number(..) | Value::SingleQuotedString(_) | Value::Null => {}
            Value::Placeholder(text) if parameter_number(text).is_some() => {}
            _ => self.refuse(Rule::NotOnBothEngines, value),
        }
    }

    fn function(&mut self, function: &Function) {
        let called = name(&function.name).to_lowercase();
        let bare = called.strip_prefix("pg_catalog.").unwrap_or(&called);
        let rule = if is_clock_or_chance(bare) {
            Some(Rule::ClockOrChance)
        } else if DATES.contains(&bare) {
            Some(Rule::DateFunction)
        } else if bare.starts_with("pg_advisory") || bare.starts_with("pg_try_advisory") {
            Some(Rule::AdvisoryLock)
        } else if bare == "pg_notify" {
            Some(Rule::Notify)
        } else if bare == "set_config" || bare == "current_setting" {
            Some(Rule::SessionSetting)
        } else if !FUNCTIONS.contains(&called.as_str())
            || !function.within_group.is_empty()
            || function.null_treatment.is_some()
        {
            Some(Rule::NotOnBothEngines)
        } else {
            None
        };
        if let Some(rule) = rule {
            self.refuse(rule, function);
            return;
        }
        if let FunctionArguments::List(list) = &function.args {
            for argument in &list.args {
                match argument {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => self.expression(expression),
                    FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => {}
                    _ => self.refuse(Rule::NotOnBothEngines, function),
                }
            }
            for clause in &list.clauses {
                match clause {
                    FunctionArgumentClause::OrderBy(items) => self.order_items(items),
                    _ => self.refuse(Rule::NotOnBothEngines, function),
                }
            }
        } else {
            self.refuse(Rule::NotOnBothEngines, function);
        }
        self.expressions(function.filter.as_deref());
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            self.window(window);
        }
    }

    pub(crate) fn window(&mut self, window: &WindowSpec) {
        self.expressions(&window.partition_by);
        self.order_items(&window.order_by);
        if let Some(frame) = &window.window_frame {
            for bound in [Some(&frame.start_bound), frame.end_bound.as_ref()].into_iter().flatten() {
                if let WindowFrameBound::Preceding(Some(bound)) | WindowFrameBound::Following(Some(bound)) =
                    bound
                {
                    self.expression(bound);
                }
            }
        }
    }

    pub(crate) fn order_by(&mut self, order: &OrderBy) {
        match &order.kind {
            OrderByKind::Expressions(items) => self.order_items(items),
            OrderByKind::All(_) => self.refuse(Rule::NotOnBothEngines, order),
        }
    }

    fn order_items(&mut self, items: &[OrderByExpr]) {
        for item in items {
            self.expression(&item.expr);
            if let Some(sort) = &item.options.sort
                && !matches!(sort, sqlparser::ast::OrderBySort::Asc | sqlparser::ast::OrderBySort::Desc)
            {
                self.refuse(Rule::NotOnBothEngines, item);
            }
        }
    }
}

/// The number in `$n`.
pub(crate) fn parameter_number(placeholder: &str) -> Option<u32> {
    placeholder.strip_prefix('$')?.parse().ok().filter(|number| *number > 0)
}

fn is_common(operator: &BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::StringConcat
            | BinaryOperator::Gt
            | BinaryOperator::Lt
            | BinaryOperator::GtEq
            | BinaryOperator::LtEq
            | BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::And
            | BinaryOperator::Or
            | BinaryOperator::BitwiseAnd
            | BinaryOperator::BitwiseOr
            | BinaryOperator::PGBitwiseShiftLeft
            | BinaryOperator::PGBitwiseShiftRight
    )
}

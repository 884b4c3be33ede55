//! The closed list of rules, each with what it refuses and the way that works.

use std::fmt;

/// A rule that a statement or a table must keep.
///
/// The rules about districts come from measurements on Citus 13.2 with PostgreSQL 15; the others keep one
/// text usable on PostgreSQL and on SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The text does not parse as PostgreSQL.
    Unparsable,
    /// More than one statement, or none, in one text.
    OneStatement,
    /// A kind of statement that is not on the closed list.
    StatementKind,
    /// A statement that changes the schema but stands in no migration.
    DdlOutsideMigrations,
    /// A table that no migration creates.
    UnknownTable,
    /// A distributed table is read without an equality on its distribution column.
    ReadWithoutDistrict,
    /// A distributed table is written without an equality on its distribution column.
    WriteWithoutDistrict,
    /// One write names two districts.
    WriteOfTwoDistricts,
    /// An `INSERT` without its list of columns, or whose list lacks the distribution column.
    InsertWithoutDistrict,
    /// A sub-select inside `VALUES`.
    InsertSubquery,
    /// The distribution column is assigned.
    DistrictAssigned,
    /// `ON CONFLICT` without a list of columns, or whose list lacks the distribution column.
    ConflictTarget,
    /// A sub-select in `DO UPDATE SET`.
    ConflictSubquery,
    /// An inner join of distributed tables off the distribution column.
    JoinOffDistrict,
    /// An outer join of distributed tables off the distribution column.
    OuterJoinOffDistrict,
    /// A correlated sub-select that is not correlated on the distribution column.
    CorrelatedOffDistrict,
    /// `LATERAL`.
    Lateral,
    /// `ROLLUP`, `CUBE` or `GROUPING SETS`.
    GroupingSets,
    /// A recursive query beside a distributed table without its district.
    RecursiveWithoutDistrict,
    /// A row lock on a distributed table without its district.
    LockWithoutDistrict,
    /// A row lock in a form that is not on the closed list.
    LockForm,
    /// `LOCK TABLE`.
    TableLock,
    /// An advisory lock.
    AdvisoryLock,
    /// `LISTEN`, `UNLISTEN`, `NOTIFY` or `pg_notify`.
    Notify,
    /// The isolation level `SERIALIZABLE`.
    Serializable,
    /// A session setting that is not on the closed list.
    SessionSetting,
    /// `MERGE`.
    Merge,
    /// `WHERE CURRENT OF`.
    Cursor,
    /// The clock, chance or a sequence of the database.
    ClockOrChance,
    /// A function on dates.
    DateFunction,
    /// Syntax or a function that one of the two engines lacks or reads differently.
    NotOnBothEngines,
    /// A table whose primary key does not begin with `district` and that stands on no list.
    TableKind,
    /// A table on a list that does not exist or contradicts it.
    StaleList,
    /// A unique constraint or index that does not begin with the distribution column.
    UniqueOffDistrict,
    /// A foreign key between distributed tables that does not pair their distribution columns.
    ForeignKeyOffDistrict,
    /// A foreign key from a reference table to a distributed table.
    ForeignKeyFromReference,
    /// `ON DELETE` or `ON UPDATE` with `SET NULL` or `SET DEFAULT`.
    ForeignKeySetsNull,
    /// A trigger.
    Trigger,
    /// `SERIAL`, `IDENTITY`, a sequence or a generated column.
    Serial,
    /// `INHERITS` or a partition.
    Inherits,
    /// `ADD COLUMN` together with a constraint.
    ColumnWithConstraint,
    /// `ADD CONSTRAINT` without a name.
    UnnamedConstraint,
    /// A default that is not a constant.
    DefaultNotConstant,
    /// A column type outside the closed list.
    ColumnType,
    /// The distribution column is changed, renamed or dropped.
    DistrictColumnChanged,
    /// One transaction writes or locks in more than one district.
    TransactionOfTwoDistricts,
    /// A write whose district could not be read from the parameters that came with it.
    DistrictParameterMissing,
    /// A statement stands on the list across districts without a reason.
    AllowanceWithoutReason,
}

impl Rule {
    /// What the rule refuses, in one clause.
    #[must_use]
    pub fn refuses(self) -> &'static str {
        self.texts().0
    }

    /// The way that works instead.
    #[must_use]
    pub fn way(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Unparsable => {
                ("the text does not parse as PostgreSQL", "write plain SQL that the parser knows")
            }
            Self::OneStatement => ("a text holds exactly one statement", "send the statements one by one"),
            Self::StatementKind => (
                "this kind of statement is not on the closed list",
                "SELECT, INSERT, UPDATE, DELETE, transaction control, and in migrations CREATE/ALTER/DROP",
            ),
            Self::DdlOutsideMigrations => {
                ("the schema changes in migrations only", "put the statement into a migration")
            }
            Self::UnknownTable => {
                ("no migration creates this table", "name a table of the catalogue, without a schema")
            }
            Self::ReadWithoutDistrict => (
                "a distributed table is read without an equality on its distribution column",
                "add district = $n to this query block, or put the text on the list of statements across districts",
            ),
            Self::WriteWithoutDistrict => (
                "a distributed table is written without an equality on its distribution column",
                "add district = $n to the WHERE; a batch over districts is one transaction a district",
            ),
            Self::WriteOfTwoDistricts => (
                "one write names more than one district",
                "one statement a district; the journal carries what must cross",
            ),
            Self::InsertWithoutDistrict => (
                "an INSERT must list its columns, the distribution column among them, with a parameter or literal",
                "INSERT INTO t (district, …) VALUES ($1, …), or SELECT district/$1 from one district",
            ),
            Self::InsertSubquery => (
                "sub-selects are not supported within INSERT … VALUES",
                "INSERT INTO … SELECT … WHERE district = $n",
            ),
            Self::DistrictAssigned => (
                "modifying the distribution column of a row is not allowed",
                "DELETE … RETURNING, then INSERT, in one transaction",
            ),
            Self::ConflictTarget => (
                "ON CONFLICT needs a list of columns that has the distribution column",
                "ON CONFLICT (district, …) DO …",
            ),
            Self::ConflictSubquery => (
                "sub-selects are not supported in DO UPDATE SET",
                "INSERT INTO … SELECT … ON CONFLICT … DO UPDATE SET x = EXCLUDED.x",
            ),
            Self::JoinOffDistrict => (
                "distributed tables are joined off their distribution column",
                "add a.district = b.district to the join",
            ),
            Self::OuterJoinOffDistrict => (
                "distributed tables are outer-joined off their distribution column",
                "add a.district = b.district to the ON of the outer join",
            ),
            Self::CorrelatedOffDistrict => (
                "a correlated sub-select or EXISTS is not correlated on the distribution column",
                "correlate on district too, or use an uncorrelated IN with its own district = $n",
            ),
            Self::Lateral => (
                "LATERAL cannot be pushed down and SQLite has none",
                "row_number() OVER (PARTITION BY …) and keep the first n",
            ),
            Self::GroupingSets => (
                "GROUPING SETS, CUBE and ROLLUP cannot run distributed and SQLite has none",
                "GROUP BY in the statement, totals in the program",
            ),
            Self::RecursiveWithoutDistrict => (
                "a recursive query stands beside a distributed table without its district",
                "filter every distributed table by district = $n, or use the subtree's code prefix",
            ),
            Self::LockWithoutDistrict => (
                "FOR UPDATE/SHARE needs an equality on the distribution column of each locked table",
                "add district = $n; a queue is popped per district",
            ),
            Self::LockForm => (
                "a row lock is one FOR UPDATE [OF t] [SKIP LOCKED] on plain tables, and ends the text",
                "SELECT … FOR UPDATE by itself, then the UPDATE by key in a second statement",
            ),
            Self::TableLock => {
                ("tables are never locked", "lock the row that owns the invariant, FOR UPDATE")
            }
            Self::AdvisoryLock => {
                ("advisory locks hold on one node only", "lock the row that owns the invariant, FOR UPDATE")
            }
            Self::Notify => {
                ("LISTEN/NOTIFY stays on one node", "append an event to the journal and read it by cursor")
            }
            Self::Serializable => (
                "SERIALIZABLE lets write skew through across nodes",
                "READ COMMITTED, a row lock on the invariant's owner, and constraints",
            ),
            Self::SessionSetting => (
                "session settings do not reach the workers",
                "pass the value as a parameter; only timeouts and the like may be set",
            ),
            Self::Merge => (
                "MERGE takes no VALUES on Citus and SQLite has none",
                "INSERT … ON CONFLICT (district, …) DO UPDATE",
            ),
            Self::Cursor => ("DML cannot run with cursors", "UPDATE or DELETE by key"),
            Self::ClockOrChance => (
                "time, randomness and ids do not come from the database",
                "compute in the program and pass a parameter",
            ),
            Self::DateFunction => (
                "date functions and types differ between the engines",
                "instants are UTC microseconds in BIGINT; compute bounds in the program",
            ),
            Self::NotOnBothEngines => (
                "this form does not run, or means something else, on one of the two engines",
                "use the forms both know: CAST(x AS BIGINT), lower(x) LIKE, x = $n OR …, 0/1 for booleans, LIMIT n OFFSET m",
            ),
            Self::TableKind => (
                "a table's primary key begins with district, or the table stands on a list",
                "PRIMARY KEY (district, id)",
            ),
            Self::StaleList => {
                ("a list names a table that is not there or not of that kind", "correct the list")
            }
            Self::UniqueOffDistrict => (
                "PRIMARY KEY, UNIQUE and unique indexes begin with the distribution column",
                "UNIQUE (district, …); uniqueness over districts is an owner table in the same transaction",
            ),
            Self::ForeignKeyOffDistrict => (
                "a foreign key to a distributed table pairs the distribution columns",
                "FOREIGN KEY (district, x) REFERENCES t (district, id)",
            ),
            Self::ForeignKeyFromReference => (
                "a reference table has no foreign key to a distributed table",
                "no foreign key; `doctor` checks it",
            ),
            Self::ForeignKeySetsNull => (
                "SET NULL and SET DEFAULT are not supported where the key holds the distribution column",
                "NO ACTION or CASCADE, or write the NULL in the use case",
            ),
            Self::Trigger => {
                ("triggers are not supported on distributed tables", "write it in the statement")
            }
            Self::Serial => (
                "no SERIAL, IDENTITY, sequence or generated column",
                "ids are made by the program, values are computed by it",
            ),
            Self::Inherits => ("no INHERITS and no partitions", "one table, distributed by district"),
            Self::ColumnWithConstraint => (
                "ADD COLUMN takes no constraint in the same command",
                "ADD COLUMN, then ALTER TABLE … ADD CONSTRAINT name …",
            ),
            Self::UnnamedConstraint => ("an added constraint has a name", "ADD CONSTRAINT name …"),
            Self::DefaultNotConstant => ("a default is a constant", "pass the value as a parameter"),
            Self::ColumnType => {
                ("a column is BIGINT, TEXT, BYTEA or UUID", "BIGINT for numbers, instants and booleans")
            }
            Self::DistrictColumnChanged => (
                "the distribution column cannot be changed, renamed or dropped",
                "choose it once; otherwise a new table",
            ),
            Self::TransactionOfTwoDistricts => (
                "a transaction writes or locks in more than one district",
                "one district a transaction, the journal carries the rest, or name it on the list of two districts",
            ),
            Self::DistrictParameterMissing => (
                "the district of a write could not be read from its parameters",
                "bind the district as an integer",
            ),
            Self::AllowanceWithoutReason => ("an allowance says why it is needed", "write the reason"),
        }
    }
}

/// One rule broken at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// The table, expression or text that breaks it.
    pub subject: String,
}

impl Violation {
    pub(crate) fn new(rule: Rule, subject: impl fmt::Display) -> Self {
        Self { rule, subject: subject.to_string() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}: {}: `{}`. Instead: {}",
            self.rule,
            self.rule.refuses(),
            self.subject,
            self.rule.way()
        )
    }
}

impl std::error::Error for Violation {}

//! One transaction, as a use case sees it.

use kernel::District;

use crate::{Fault, FromRow, Value, pg, sqlite};

/// Sees what each transaction does. Tests hold every statement against what Citus accepts and against the
/// list of transactions that may write in two districts.
pub trait Watch: Send + Sync {
    /// A transaction called `name` ran `statements`, in order, with their parameters' districts as given, and
    /// was committed or not.
    fn saw(&self, name: &'static str, statement: &str, params: &[Value<'_>]);

    /// The transaction called `name` ends; what [`Watch::saw`] on this thread since the last end was its.
    fn ended(&self, name: &'static str);
}

/// A transaction. Whoever opened it commits it.
pub struct Tx<'c> {
    connection: Connection<'c>,
    name: &'static str,
    watch: Option<&'c dyn Watch>,
    woken: Vec<District>,
}

pub(crate) enum Connection<'c> {
    Sqlite(&'c sqlite::Connection),
    Postgres(&'c mut pg::Connection),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: Connection<'c>, name: &'static str, watch: Option<&'c dyn Watch>) -> Self {
        Self { connection, name, watch, woken: Vec::new() }
    }

    /// The name given to [`crate::Db::write`] or [`crate::Db::read`].
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs a statement that changes rows; says how many.
    ///
    /// # Errors
    /// A [`Fault`]; after one on PostgreSQL nothing more can be done in this transaction.
    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Fault> {
        self.watched(sql, params);
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.execute(sql, params),
            Connection::Postgres(connection) => connection.execute(sql, params),
        }
    }

    /// Runs a statement that must change exactly one row.
    ///
    /// # Errors
    /// [`Fault::Defect`] when it changed none or several.
    pub fn execute_one(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), Fault> {
        match self.execute(sql, params)? {
            1 => Ok(()),
            n => Err(Fault::Defect(format!("expected to change one row, changed {n}: {sql}"))),
        }
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn query<T: FromRow>(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<Vec<T>, Fault> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(T::from_row(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The only row of a query, or none.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there are several.
    pub fn query_opt<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<Option<T>, Fault> {
        let mut rows = self.query(sql, params)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            n => Err(Fault::Defect(format!("expected at most one row, got {n}: {sql}"))),
        }
    }

    /// The only row of a query.
    ///
    /// # Errors
    /// [`Fault::Defect`] when there is none or several.
    pub fn query_one<T: FromRow>(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<T, Fault> {
        self.query_opt(sql, params)?
            .ok_or_else(|| Fault::Defect(format!("expected one row, got none: {sql}")))
    }

    /// Calls `take` with each row, in order, without keeping them.
    ///
    /// # Errors
    /// A [`Fault`], of the query or of `take`.
    pub fn each(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        take: impl FnMut(&mut crate::Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.watched(sql, params);
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.each(sql, params, take),
            Connection::Postgres(connection) => connection.each(sql, params, take),
        }
    }

    /// [`Tx::each`] with a text made at run time, for the tools that walk every table by its column list.
    ///
    /// # Errors
    /// As [`Tx::each`].
    pub fn each_text(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        take: impl FnMut(&mut crate::Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.watched(sql, params);
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.each_text(sql, params, take),
            Connection::Postgres(connection) => connection.each_text(sql, params, take),
        }
    }

    /// Runs several statements without parameters: migrations only.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.batch(sql),
            Connection::Postgres(connection) => connection.batch(sql),
        }
    }

    /// After the commit, whoever waits in [`crate::Db::woken`] hears of this district.
    pub fn wake(&mut self, district: District) {
        self.woken.push(district);
    }

    pub(crate) fn into_woken(self) -> Vec<District> {
        if let Some(watch) = self.watch {
            watch.ended(self.name);
        }
        self.woken
    }

    pub(crate) const fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
    }

    fn watched(&self, sql: &str, params: &[Value<'_>]) {
        if let Some(watch) = self.watch {
            watch.saw(self.name, sql, params);
        }
    }
}

//! Where the rows of an area are: in one district, which the statement then names, or in a range of districts.
//!
//! A list of an area is one statement in two texts that [`spanning!`](crate::spanning) writes side by side: one for an
//! area within a district, one for a city and above. The second kind stands on the list of reads across districts.

use std::ops::RangeInclusive;

use kernel::DivisionCode;

use crate::{Fault, FromRow, Row, Tx, Value};

/// One text for one district and one for a range of districts: `$select WHERE ‹district› $rest`. The district's
/// parameters come last.
#[macro_export]
macro_rules! spanning {
    ($select:expr, $one:literal, $across:literal, $rest:expr) => {
        (concat!($select, " WHERE ", $one, $rest), concat!($select, " WHERE ", $across, $rest))
    };
}

/// A range of division codes with the districts that it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    divisions: (i64, i64),
    districts: (i64, i64),
}

/// Codes of one district.
const DISTRICT_WIDTH: i64 = 1_000_000;

impl Span {
    /// A division and everything below it. What is smaller than a district, or is one, lies in one district.
    pub fn of(division: DivisionCode) -> Self {
        Self::of_range(&division.subtree())
    }

    /// A range of codes, as [`kernel::Actor::scope`] gives it.
    pub fn of_range(codes: &RangeInclusive<u64>) -> Self {
        let (first, last) = (codes.start().cast_signed(), codes.end().cast_signed());
        Self { divisions: (first, last), districts: (first / DISTRICT_WIDTH, last / DISTRICT_WIDTH) }
    }

    /// Runs the text that fits: both take the division range as `$1` and `$2`, then `more`, then the district or the
    /// first and the last of the districts.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn each(
        &self,
        tx: &mut Tx<'_>,
        (in_one, across): (&'static str, &'static str),
        more: &[Value<'_>],
        take: impl FnMut(&mut Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut values = vec![Value::Int(self.divisions.0), Value::Int(self.divisions.1)];
        values.extend_from_slice(more);
        values.push(Value::Int(self.districts.0));
        if self.districts.0 == self.districts.1 {
            tx.each(in_one, &values, take)
        } else {
            values.push(Value::Int(self.districts.1));
            tx.each(across, &values, take)
        }
    }

    /// As [`Span::each`], with the rows read.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn query<T: FromRow>(
        &self,
        tx: &mut Tx<'_>,
        texts: (&'static str, &'static str),
        more: &[Value<'_>],
    ) -> Result<Vec<T>, Fault> {
        let mut rows = Vec::new();
        self.each(tx, texts, more, |row| {
            rows.push(T::from_row(row)?);
            Ok(())
        })?;
        Ok(rows)
    }
}

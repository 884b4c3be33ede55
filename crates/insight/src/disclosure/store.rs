//! What was counted in each division of a circle: one statement, whether it lies in one district or in several.

use db::{Fault, FromRow, Row, Span, Tx, params};
use kernel::{Day, DivisionCode};

use crate::figures::{RESPONSE_LIMIT, WINDOW_DAYS, bucket_bound, day_part};

/// A count of one division that holds from a day to another.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) division: DivisionCode,
    pub(super) figure: String,
    pub(super) part: String,
    from: Day,
    to: Day,
    pub(super) amount: i64,
}

impl Cell {
    pub(super) fn counts_on(&self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Whether it counts needs that were answered within the limit.
    pub(super) fn is_within_limit(&self) -> bool {
        let bound = bucket_bound(&self.part).flatten();
        self.figure == "answered" && bound.is_some_and(|bound| bound <= RESPONSE_LIMIT.number())
    }
}

impl FromRow for Cell {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            division: row.take()?,
            figure: row.take()?,
            part: row.take()?,
            from: row.take()?,
            to: row.take()?,
            amount: row.take()?,
        })
    }
}

/// One text for one district and one for a range of districts. What came before the first day counts from it on.
macro_rules! cells {
    ($district:literal) => {
        concat!(
            "SELECT division, 'active', '', CASE WHEN from_day > $3 THEN from_day ELSE $3 END,
                CASE WHEN to_day < $4 THEN to_day ELSE $4 END, COUNT(*)
             FROM active_interval WHERE ",
            $district,
            " AND division BETWEEN $1 AND $2 AND from_day <= $4 AND to_day >= $3 GROUP BY 1, 2, 3, 4, 5
             UNION ALL
             SELECT division, figure, CASE WHEN figure IN ('answered', 'asked_as', 'born') THEN part ELSE '' END,
                CASE WHEN figure = 'volunteers' AND day > $3 THEN day ELSE $3 END, $4, CAST(SUM(amount) AS BIGINT)
             FROM figure_day WHERE ",
            $district,
            " AND division BETWEEN $1 AND $2 AND day <= $4
                AND (figure IN ('volunteers', 'asked_as', 'born') OR (figure = 'answered' AND day > $5)
                     OR (figure IN ('needs', 'matched') AND part BETWEEN $6 AND $7))
             GROUP BY 1, 2, 3, 4, 5"
        )
    };
}

const CELLS: (&str, &str) = (cells!("district = $8"), cells!("district BETWEEN $8 AND $9"));

/// The counts of people and needs of every division of the area: of people for each day since `first`; of needs, and of
/// people by the decade of birth, at the end of `last`.
pub(super) fn cells(tx: &mut Tx<'_>, area: Span, first: Day, last: Day) -> Result<Vec<Cell>, Fault> {
    let before = last.plus(-WINDOW_DAYS);
    let (asked_from, asked_to) = (day_part(last.plus(-1 - WINDOW_DAYS)), day_part(last.plus(-2)));
    let mut cells = Vec::new();
    area.each(tx, CELLS, params![first, last, before, asked_from, asked_to], |row| {
        cells.push(Cell::from_row(row)?);
        Ok(())
    })?;
    Ok(cells)
}

//! Reading what somebody uploads.

use std::{
    collections::BTreeMap,
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx};

use crate::{CELL_CHARS_MAX, ROWS_MAX, column_name, plain, unpack};

/// A column that is looked for, by the words at its head.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// The words; the first is the one that is written.
    pub names: &'static [&'static str],
    /// Whether a file without it is refused.
    pub required: bool,
}

/// Why a file is not read at all. Rows count from 1, as a spreadsheet shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More than [`crate::FILE_BYTES_MAX`].
    TooLarge,
    /// No spreadsheet of the kind `.xlsx`.
    NotXlsx,
    /// A spreadsheet of the old kind, or one with a password.
    OldOrLocked,
    /// It carries macros.
    Macro,
    /// It says that it is one and cannot be read: cut off, or made by hand.
    Broken,
    /// Unpacked it is larger than the limits.
    UnpacksTooLarge,
    /// More than [`ROWS_MAX`] rows.
    TooManyRows,
    /// Columns that must be there are not: their words.
    MissingColumns(Vec<&'static str>),
    /// A column that is not known.
    UnknownColumn {
        /// Row of the heading.
        row: u32,
        /// Letters of the column.
        column: String,
        /// What stands there.
        words: String,
    },
    /// A column that is there twice.
    DoubledColumn {
        /// Row of the heading.
        row: u32,
        /// Letters of the second one.
        column: String,
        /// What stands there.
        words: String,
    },
    /// A heading and nothing below it.
    NoRows,
}

/// What is wrong with a cell, whatever it should mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// It is computed.
    Formula,
    /// `#N/A` and its like.
    ErrorValue,
    /// A number of more than 15 digits, of which the spreadsheet has lost the last ones.
    DigitsLost,
    /// More than [`CELL_CHARS_MAX`] characters; it is cut there.
    TooLong,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says, as [`plain`] text: a day is `2026-03-09`, a time `09:30`, a number its digits.
    pub text: String,
    /// What is wrong with it.
    pub fault: Option<CellFault>,
}

/// One row that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, as the spreadsheet shows it.
    pub number: u32,
    /// Its cells, in the order of the headings that were looked for.
    pub cells: Vec<Cell>,
    /// The letters of a column without a heading in which something stands.
    pub stray: Option<String>,
}

/// A sheet that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Row of the heading.
    pub heading: u32,
    /// For each heading that was looked for, the column it stands in, counted from 0.
    pub columns: Vec<Option<u32>>,
    /// The rows, by number.
    pub rows: Vec<Row>,
}

impl Table {
    /// The letters of the column of the heading at `index`; empty when it is not there.
    pub fn letters(&self, index: usize) -> String {
        self.columns.get(index).copied().flatten().map(column_name).unwrap_or_default()
    }
}

/// The heading is looked for in so many rows: sheets often have a title above it.
const HEADING_ROWS: u32 = 5;
/// Columns that are looked at; what stands further right is reported as stray in the last one.
const COLUMNS_MAX: u32 = 64;

/// Reads the first sheet of a file. `ignored` are words of columns that are passed over.
///
/// # Errors
/// Why the file is refused as a whole; what is wrong with single cells is in the [`Table`].
pub fn read(bytes: &[u8], headings: &[Heading], ignored: &[&str]) -> Result<Table, Refused> {
    // The limits hold what the readers below allocate. Neither library promises never to panic on a file that was made
    // to harm, so a panic is taken for what it means.
    let cells = catch_unwind(AssertUnwindSafe(|| {
        unpack::check(bytes)?;
        cells(bytes)
    }));
    table(cells.unwrap_or(Err(Refused::Broken))?, headings, ignored)
}

type Cells = BTreeMap<u32, BTreeMap<u32, Cell>>;

/// Every cell that says something, by row and column, both from 0.
fn cells(bytes: &[u8]) -> Result<Cells, Refused> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Refused::Broken)?;
    let shown = book.sheets_metadata().iter().find(|sheet| sheet.visible == SheetVisible::Visible);
    let name = shown.map(|sheet| sheet.name.clone()).ok_or(Refused::Broken)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| Refused::Broken)?;
    let mut rows = Cells::new();
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(|_| Refused::Broken)? {
        let cell = cell(&found.value, found.formula.is_some());
        if cell.text.is_empty() && cell.fault.is_none() {
            continue;
        }
        let (row, column) = found.pos;
        if row > ROWS_MAX + HEADING_ROWS {
            return Err(Refused::TooManyRows);
        }
        rows.entry(row).or_default().insert(column.min(COLUMNS_MAX), cell);
    }
    Ok(rows)
}

fn cell(value: &DataRef<'_>, computed: bool) -> Cell {
    let text = match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) => Ok(plain(text)),
        DataRef::SharedString(text) => Ok(plain(text)),
        DataRef::Int(number) => number_text(*number as f64),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(yes) => Ok(if *yes { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(at) => Ok(moment(at)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Ok(plain(&text.replace('T', " "))),
        DataRef::Error(_) => Err(CellFault::ErrorValue),
    };
    let (mut text, mut fault) = match text {
        Ok(text) => (text, None),
        Err(fault) => (String::new(), Some(fault)),
    };
    if let Some((end, _)) = text.char_indices().nth(CELL_CHARS_MAX) {
        text.truncate(end);
        fault = Some(CellFault::TooLong);
    }
    if computed {
        fault = Some(CellFault::Formula);
    }
    Cell { text, fault }
}

/// From here on a double does not hold every whole number that a spreadsheet shows.
const EXACT_BELOW: f64 = 1e15;

fn number_text(number: f64) -> Result<String, CellFault> {
    if !number.is_finite() {
        Err(CellFault::ErrorValue)
    } else if number.abs() >= EXACT_BELOW {
        Err(CellFault::DigitsLost)
    } else if number.fract() == 0.0 {
        Ok(format!("{}", number as i64))
    } else {
        Ok(format!("{number}"))
    }
}

/// A day, a time, or both; to the minute, since a day's fraction is no exact number.
fn moment(at: &ExcelDateTime) -> String {
    let days = at.as_f64();
    if !(0.0..2_958_466.0).contains(&days) {
        return format!("{days}");
    }
    let minutes = (days * 1_440.0).round() as i64;
    let (day, minute) = (minutes / 1_440, minutes % 1_440);
    let time = format!("{:02}:{:02}", minute / 60, minute % 60);
    if day == 0 {
        return time;
    }
    let (year, month, date, ..) = at.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{date:02}");
    if minute == 0 { day } else { format!("{day} {time}") }
}

fn table(cells: Cells, headings: &[Heading], ignored: &[&str]) -> Result<Table, Refused> {
    let known = |text: &str| headings.iter().position(|one| one.names.iter().any(|name| plain(name) == text));
    let words = |row: &BTreeMap<u32, Cell>| row.values().filter(|cell| known(&cell.text).is_some()).count();
    let mut first = cells.iter().take_while(|(row, _)| **row < HEADING_ROWS);
    // A title says one thing; two known words make a heading.
    let heading = first.find(|(_, row)| words(row) >= 2.min(headings.len()));
    let missing = |columns: &[Option<u32>]| -> Vec<&'static str> {
        let without = headings.iter().zip(columns).filter(|(one, column)| one.required && column.is_none());
        without.filter_map(|(one, _)| one.names.first().copied()).collect()
    };
    let mut columns = vec![None; headings.len()];
    let Some((at, heading)) = heading.map(|(at, row)| (*at, row.clone())) else {
        return Err(Refused::MissingColumns(missing(&columns)));
    };
    let mut passed_over = Vec::new();
    for (column, cell) in &heading {
        let place = |words: String| (at + 1, column_name(*column), words);
        match known(&cell.text) {
            Some(index) => {
                let slot = columns.get_mut(index).ok_or(Refused::Broken)?;
                if slot.replace(*column).is_some() {
                    let (row, column, words) = place(cell.text.clone());
                    return Err(Refused::DoubledColumn { row, column, words });
                }
            }
            None if ignored.iter().any(|name| plain(name) == cell.text) => passed_over.push(*column),
            None => {
                let (row, column, words) = place(cell.text.clone());
                return Err(Refused::UnknownColumn { row, column, words });
            }
        }
    }
    let missing = missing(&columns);
    if !missing.is_empty() {
        return Err(Refused::MissingColumns(missing));
    }
    let mut rows = Vec::new();
    for (number, mut cells) in cells.into_iter().filter(|(number, _)| *number > at) {
        if number > at + ROWS_MAX {
            return Err(Refused::TooManyRows);
        }
        passed_over.iter().for_each(|column| drop(cells.remove(column)));
        let own = columns.iter().map(|column| column.and_then(|column| cells.remove(&column)));
        let own: Vec<Cell> = own.map(Option::unwrap_or_default).collect();
        let stray = cells.keys().next().copied().map(column_name);
        let says = own.iter().any(|cell| *cell != Cell::default());
        if says || stray.is_some() {
            rows.push(Row { number: number + 1, cells: own, stray });
        }
    }
    if rows.is_empty() { Err(Refused::NoRows) } else { Ok(Table { heading: at + 1, columns, rows }) }
}

//! Writing a sheet for others.

use std::{collections::BTreeMap, fmt};

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};

use crate::ROWS_MAX;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, whatever it looks like: a number of a document stays one, `=1+1` is no formula.
    Text(String),
    /// A whole number to count with.
    Number(i64),
    /// A number with two decimals to count with, in hundredths.
    Hundredths(i64),
}

impl<T: Into<String>> From<T> for Value {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

/// A column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// The words at its head.
    pub head: String,
    /// Its width in characters of the digit zero; a Chinese character takes two.
    pub width: u8,
    /// The words that may be chosen from in an empty sheet; none is any.
    pub choices: Vec<String>,
    /// Whether it says what is wrong with a row.
    pub is_problem: bool,
}

impl Column {
    /// A column for any text.
    pub fn new(head: impl Into<String>, width: u8) -> Self {
        Self { head: head.into(), width, ..Self::default() }
    }
}

/// The file cannot be written: a defect, in the words of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable(String);

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sheet cannot be written: {}", self.0)
    }
}

impl std::error::Error for Unwritable {}

impl From<XlsxError> for Unwritable {
    fn from(error: XlsxError) -> Self {
        Self(error.to_string())
    }
}

/// A file with one sheet of rows and one of notes.
#[derive(Clone, Debug)]
pub struct Book {
    /// Name of the sheet.
    pub name: String,
    /// Year, month and day it was made.
    pub day: (u16, u8, u8),
    /// The columns.
    pub columns: Vec<Column>,
    /// Name of the second sheet.
    pub notes_name: String,
    /// What it says, a line each.
    pub notes: Vec<String>,
    /// What stands at the head of every printed page: who took it, when and why. Empty for none.
    pub mark: String,
    rows: BTreeMap<u32, Vec<Value>>,
}

impl Book {
    /// A file with a heading and nothing below it.
    pub fn new(name: impl Into<String>, day: (u16, u8, u8), columns: Vec<Column>) -> Self {
        Self {
            name: name.into(),
            day,
            columns,
            notes_name: String::new(),
            notes: Vec::new(),
            mark: String::new(),
            rows: BTreeMap::new(),
        }
    }

    /// One row more at the end.
    pub fn push(&mut self, cells: Vec<Value>) {
        let next = self.rows.last_key_value().map_or(2, |(last, _)| last + 1);
        self.rows.insert(next, cells);
    }

    /// A row at its number, as a spreadsheet shows it; the heading is 1.
    pub fn put(&mut self, number: u32, cells: Vec<Value>) {
        self.rows.insert(number, cells);
    }

    /// The file.
    ///
    /// # Errors
    /// [`Unwritable`]: a name of a sheet that no spreadsheet takes, or a cell of more than 32,767 characters.
    pub fn bytes(&self) -> Result<Vec<u8>, Unwritable> {
        let mut book = Workbook::new();
        let (year, month, day) = self.day;
        book.set_properties(
            &DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(year, month, day)?),
        );
        self.write_rows(book.add_worksheet())?;
        if !self.notes.is_empty() {
            let notes = book.add_worksheet();
            notes.set_name(&self.notes_name)?.set_column_width(0, 90)?;
            let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
            for (row, line) in (0..).zip(&self.notes) {
                notes.write_string_with_format(row, 0, line, &wrapped)?;
            }
        }
        Ok(book.save_to_buffer()?)
    }

    fn write_rows(&self, sheet: &mut Worksheet) -> Result<(), Unwritable> {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color(Color::RGB(0xf3_ea_dc));
        let text = Format::new().set_num_format("@");
        let number = Format::new().set_num_format("0");
        let decimal = Format::new().set_num_format("0.00");
        let problem = Format::new().set_font_color(Color::RGB(0xb4_23_18)).set_text_wrap();
        sheet.set_name(&self.name)?.set_freeze_panes(1, 0)?.set_landscape().set_repeat_rows(0, 0)?;
        sheet.set_print_fit_to_pages(1, 0);
        if !self.mark.is_empty() {
            // An ampersand begins a code of the page's head.
            sheet.set_header(format!("&L{}", self.mark.replace('&', "&&")));
        }
        for (at, column) in (0_u16..).zip(&self.columns) {
            let format = if column.is_problem { &problem } else { &text };
            sheet.set_column_width(at, column.width)?.set_column_format(at, format)?;
            sheet.write_string_with_format(0, at, &column.head, &head)?;
            if !column.choices.is_empty() {
                let list = DataValidation::new().allow_list_strings(&column.choices)?;
                sheet.add_data_validation(1, at, ROWS_MAX, at, &list)?;
            }
        }
        for (row, cells) in &self.rows {
            for ((at, column), cell) in (0_u16..).zip(&self.columns).zip(cells) {
                let format = if column.is_problem { &problem } else { &text };
                let row = row.saturating_sub(1);
                match cell {
                    Value::Text(words) if words.is_empty() => continue,
                    Value::Text(words) => sheet.write_string_with_format(row, at, words, format)?,
                    Value::Hundredths(n) => {
                        sheet.write_number_with_format(row, at, *n as f64 / 100.0, &decimal)?
                    }
                    Value::Number(n) => sheet.write_number_with_format(row, at, *n as f64, &number)?,
                };
            }
        }
        Ok(())
    }
}

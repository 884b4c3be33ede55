//! A table of whole numbers, read once, in blocks.
//!
//! The first line names the columns, every other line is a row; rows are counted from 0, since the other tables name
//! them so. Lines end with LF or CRLF, a byte order mark is passed over, empty lines may stand at the end alone.
//! Rows that are right are parsed without being looked at twice; one that is wrong is read again, slowly, for the words.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use crate::{FileError, Refused, Stage, Watch};

/// Bytes read at a time; no line may be longer.
const BLOCK_BYTES: usize = 1 << 18;
/// Characters of a wrong field that are shown.
const SHOWN_CHARS: usize = 40;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A column: its name, and what its numbers may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) least: i64,
    pub(crate) most: i64,
    /// What the number is, for the error: "a need", "seats".
    pub(crate) what: &'static str,
}

/// A table that is being read.
pub(crate) struct Table<'a, const N: usize> {
    path: PathBuf,
    columns: [Column; N],
    source: File,
    block: Vec<u8>,
    /// What is read of the block, and where its last whole line ends.
    at: usize,
    end: usize,
    filled: usize,
    /// Where the row begins that `row` gave last.
    begin: usize,
    is_over: bool,
    /// The line that `row` gave last.
    line: u64,
    bytes_read: u64,
    bytes: u64,
    watch: &'a dyn Watch,
}

impl<'a, const N: usize> Table<'a, N> {
    /// Opens the file and reads its header.
    pub(crate) fn open(path: &Path, columns: [Column; N], watch: &'a dyn Watch) -> Result<Self, Refused> {
        let unreadable = |error| FileError::io(path, "read", &error);
        let source = File::open(path).map_err(unreadable)?;
        let about = source.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(FileError::whole(path, "is a folder; name a file in it").into());
        }
        let mut table = Self {
            path: path.to_owned(),
            columns,
            source,
            block: vec![0; BLOCK_BYTES],
            at: 0,
            end: 0,
            filled: 0,
            begin: 0,
            is_over: false,
            line: 0,
            bytes_read: 0,
            bytes: about.len(),
            watch,
        };
        table.refill()?;
        table.header()?;
        Ok(table)
    }

    /// Bytes of the whole file, for a guess at its rows.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The line that was given last.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The file, for an error of the row that was given last.
    pub(crate) fn wrong_row(&self, words: impl Into<String>) -> Refused {
        FileError::line(&self.path, self.line, words).into()
    }

    /// The file and the number at this index, for an error of the row that was given last.
    pub(crate) fn wrong_number(&self, index: usize, words: impl Into<String>) -> Refused {
        let row = self.block.get(self.begin..self.at).unwrap_or_default();
        let before = row.split(|&byte| byte == b',').take(index);
        let column = before.map(|number| number.len() as u64 + 1).sum::<u64>() + 1;
        let (path, line, words) = (self.path.clone(), Some(self.line), words.into());
        FileError { path, line, column: Some(column), words }.into()
    }

    /// The next row; `None` after the last.
    pub(crate) fn row(&mut self) -> Result<Option<[i64; N]>, Refused> {
        if self.at == self.end && !self.refill()? {
            return Ok(None);
        }
        self.begin = self.at;
        let rest = self.block.get(self.at..self.end).unwrap_or_default();
        match row_of(rest, &self.columns) {
            Some((numbers, left)) => {
                self.at = self.end - left;
                self.line += 1;
                Ok(Some(numbers))
            }
            None => self.slow(),
        }
    }

    /// Moves on to the next whole lines. `false` when there are none.
    fn refill(&mut self) -> Result<bool, Refused> {
        self.block.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        self.end = 0;
        while self.end == 0 && !self.is_over {
            let room = self.block.get_mut(self.filled..).unwrap_or_default();
            if room.is_empty() {
                let words = format!("is longer than {BLOCK_BYTES} characters; is this a table?");
                return Err(FileError::line(&self.path, self.line + 1, words).into());
            }
            let read = match self.source.read(room) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read.map_err(|error| FileError::io(&self.path, "read", &error))?,
            };
            self.is_over = read == 0;
            let before = self.filled;
            self.filled += read;
            self.bytes_read += read as u64;
            let fresh = self.block.get(before..self.filled).unwrap_or_default();
            self.end = match fresh.iter().rposition(|&byte| byte == b'\n') {
                Some(last) => before + last + 1,
                // The last line may lack its end.
                None if self.is_over => self.filled,
                None => 0,
            };
            if !self.watch.goes_on(Stage::Reading, self.bytes_read, self.bytes.max(self.bytes_read)) {
                return Err(Refused::Stopped);
            }
        }
        Ok(self.end > 0)
    }

    /// The next line without its end; `None` after the last.
    fn take_line(&mut self) -> Result<Option<Vec<u8>>, Refused> {
        if self.at == self.end && !self.refill()? {
            return Ok(None);
        }
        let rest = self.block.get(self.at..self.end).unwrap_or_default();
        let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
        self.at = self.end.min(self.at + line.len() + 1);
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec()))
    }

    fn header(&mut self) -> Result<(), Refused> {
        let expected = self.columns.map(|column| column.name).join(",");
        let whole = |words: String| Err(FileError::whole(&self.path, words).into());
        if self.block.starts_with(b"\xFF\xFE") || self.block.starts_with(b"\xFE\xFF") {
            return whole("is UTF-16; save it as UTF-8".to_owned());
        }
        let path = self.path.clone();
        let Some(line) = self.take_line()? else {
            return Err(
                FileError::whole(&path, format!("is empty; its first line must be `{expected}`")).into()
            );
        };
        self.line = 1;
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line);
        if line == expected.as_bytes() {
            return Ok(());
        }
        let found = shown(line);
        let names: Vec<&[u8]> = line.split(|&byte| byte == b',').collect();
        let missing = self.columns.iter().find(|column| !names.contains(&column.name.as_bytes()));
        let missing =
            missing.map_or(String::new(), |column| format!("; the column `{}` is missing", column.name));
        let words = format!("the columns must be `{expected}`, here they are `{found}`{missing}");
        Err(FileError::line(&self.path, 1, words).into())
    }

    /// Reads a row that is not as it should be, to say why.
    fn slow(&mut self) -> Result<Option<[i64; N]>, Refused> {
        let Some(line) = self.take_line()? else { return Ok(None) };
        self.line += 1;
        let number = self.line;
        if line.is_empty() {
            while let Some(more) = self.take_line()? {
                if !more.is_empty() {
                    let words = "is empty; rows are counted, so none may be left out";
                    return Err(FileError::line(&self.path, number, words).into());
                }
            }
            return Ok(None);
        }
        let mut numbers = [0; N];
        let mut column = 1;
        let mut fields = line.split(|&byte| byte == b',');
        let wrong = |column: u64, words: String| {
            let path = self.path.clone();
            Err(FileError { path, line: Some(number), column: Some(column), words }.into())
        };
        for (index, (expected, into)) in self.columns.iter().zip(&mut numbers).enumerate() {
            let Some(field) = fields.next() else {
                return wrong(
                    column,
                    format!("the row ends after {index} of {N} numbers; `{}` is missing", expected.name),
                );
            };
            match field_number(field, expected) {
                Ok(value) => *into = value,
                Err(words) => return wrong(column, words),
            }
            column += String::from_utf8_lossy(field).chars().count() as u64 + 1;
        }
        if fields.next().is_some() {
            return wrong(column, format!("the row goes on after its {N} numbers"));
        }
        Ok(Some(numbers))
    }
}

/// A row at the beginning of these lines, and how many bytes are left after it; `None` where anything is wrong.
fn row_of<const N: usize>(lines: &[u8], columns: &[Column; N]) -> Option<([i64; N], usize)> {
    /// So many digits always fit.
    const DIGITS_MAX: usize = 18;
    let mut numbers = [0; N];
    let mut rest = lines;
    for (index, (column, into)) in columns.iter().zip(&mut numbers).enumerate() {
        let negative = rest.first() == Some(&b'-');
        if negative {
            rest = rest.get(1..)?;
        }
        let mut value = 0_i64;
        let before = rest.len();
        while let Some((digit @ b'0'..=b'9', after)) = rest.split_first() {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            rest = after;
        }
        let digits = before - rest.len();
        if digits == 0 || digits > DIGITS_MAX {
            return None;
        }
        let value = if negative { -value } else { value };
        if value < column.least || value > column.most {
            return None;
        }
        *into = value;
        rest = match (index + 1 == N, rest) {
            (false, [b',', after @ ..]) | (true, [b'\n', after @ ..] | [b'\r', b'\n', after @ ..]) => after,
            (true, [] | [b'\r']) => &[],
            _ => return None,
        };
    }
    Some((numbers, rest.len()))
}

fn field_number(field: &[u8], column: &Column) -> Result<i64, String> {
    let Column { name, least, most, what } = column;
    let expected = if most < least {
        format!("`{name}` must be {what}, and there is none")
    } else {
        format!("`{name}` must be {what}: a whole number from {least} to {most}")
    };
    if field.is_empty() {
        return Err(format!("{expected}; here is nothing"));
    }
    let digits = field.strip_prefix(b"-").unwrap_or(field);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let value =
        std::str::from_utf8(field).ok().filter(|_| is_number).and_then(|text| text.parse::<i64>().ok());
    match value {
        Some(value) if (*least..=*most).contains(&value) => Ok(value),
        _ => Err(format!("{expected}; here is `{}`", shown(field))),
    }
}

/// What stands there, short enough for a line, without what a terminal would obey.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut short: String = text.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().count() > SHOWN_CHARS {
        short.push('…');
    }
    short
}

//! The resident population by division and year, imported with its source.

use std::{
    collections::HashMap,
    fmt,
    io::{BufReader, Read},
    sync::Arc,
};

use csv::{ReaderBuilder, StringRecord};
use db::{Db, Fault, params};
use journal::{Call, Event, Kit};
use kernel::{Actor, DivisionCode, Id};

/// Rows of one file at most: every division down to the street, for two years.
pub const POPULATION_ROWS_MAX: usize = 100_000;
/// Faults that are listed before reading stops.
pub const POPULATION_FAULTS_MAX: usize = 100;
const RESIDENTS_MAX: i64 = 2_000_000_000;
const YEARS: std::ops::RangeInclusive<i64> = 1949..=2200;
const SOURCE_CHARS_MAX: usize = 200;
const HEADER: [&str; 4] = ["division", "year", "residents", "source"];

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Rows written; a division and year that stood already has the new number now.
    pub rows: usize,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFaultKind {
    /// The first line is not `division,year,residents,source`.
    Header,
    /// The line is not CSV or not UTF-8, or has not four cells.
    Cells,
    /// The first cell is no division code of 2, 4, 6, 9 or 12 digits.
    Division,
    /// The second cell is no year from 1949 to 2200.
    Year,
    /// The third cell is no whole number from 1 to 2,000,000,000.
    Residents,
    /// The fourth cell is empty or longer than 200 characters.
    Source,
    /// The division and year stood on this line already.
    Twice(u64),
    /// The file has more than [`POPULATION_ROWS_MAX`] rows.
    TooMany,
}

impl fmt::Display for LineFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("the first line must be `division,year,residents,source`"),
            Self::Cells => f.write_str("a line has four cells in UTF-8: division, year, residents, source"),
            Self::Division => f.write_str("the division code must have 2, 4, 6, 9 or 12 digits"),
            Self::Year => f.write_str("the year must be a number from 1949 to 2200"),
            Self::Residents => f.write_str("residents must be a whole number from 1 to 2000000000"),
            Self::Source => f.write_str("say where the number comes from, in at most 200 characters"),
            Self::Twice(line) => write!(f, "the same division and year stand on line {line}"),
            Self::TooMany => write!(f, "a file has at most {POPULATION_ROWS_MAX} rows; split it"),
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub kind: LineFaultKind,
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

/// Why nothing was imported.
#[derive(Debug)]
pub enum ImportError {
    /// Lines are wrong; all of them up to [`POPULATION_FAULTS_MAX`], in order.
    Lines(Vec<LineFault>),
    /// The file could not be read.
    Read(std::io::Error),
    /// The database could not take it.
    Fault(Fault),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(faults) => {
                f.write_str("nothing was imported")?;
                faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
            }
            Self::Read(error) => write!(f, "the file could not be read: {error}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}

#[derive(Clone)]
struct Row {
    division: DivisionCode,
    year: i64,
    residents: i64,
    source: String,
}

/// Imports a CSV file `division,year,residents,source` in UTF-8, with or without a byte order mark, in one
/// transaction: all of it or nothing. A statistic that was revised replaces what stood for its year. The journal says
/// which file it was, by its SHA-256.
///
/// # Errors
/// [`ImportError`]; every wrong line is named.
pub fn import_population(db: &Db, kit: &Arc<Kit>, mut reader: impl Read) -> Result<Imported, ImportError> {
    let mut file = Vec::new();
    reader.read_to_end(&mut file).map_err(ImportError::Read)?;
    let rows = parse(file.as_slice())?;
    let (count, digest) = (rows.len(), vault::hex(&vault::digest(&file)));
    let call = Call::new(kit, Actor::system());
    db.write_now("import_population", move |tx| {
        for row in &rows {
            tx.execute_one(
                "INSERT INTO population (division, year, residents, source) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (division, year)
                 DO UPDATE SET residents = EXCLUDED.residents, source = EXCLUDED.source",
                params![row.division, row.year, row.residents, row.source],
            )?;
        }
        let district = DivisionCode::NATION.district();
        let import: Id<Imported> = call.id(district);
        let event = Event::new("population.imported", district, import, 1)
            .with("sha256", digest.clone())
            .with("rows", rows.len() as i64);
        journal::append(tx, &call, event)
    })
    .map_err(ImportError::Fault)?;
    Ok(Imported { rows: count })
}

fn parse(reader: impl Read) -> Result<Vec<Row>, ImportError> {
    let mut csv = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(BufReader::new(reader));
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut seen: HashMap<(DivisionCode, i64), u64> = HashMap::new();
    let mut has_header = false;
    let mut record = StringRecord::new();
    while faults.len() < POPULATION_FAULTS_MAX {
        let line = csv.position().line();
        match csv.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => return Err(ImportError::Read(error)),
                _ => {
                    faults.push(LineFault { line, kind: LineFaultKind::Cells });
                    continue;
                }
            },
        }
        let line = record.position().map_or(line, csv::Position::line);
        if !has_header {
            has_header = true;
            let cells = record.iter().map(|cell| cell.trim_start_matches('\u{feff}').trim());
            if !cells.eq(HEADER) {
                faults.push(LineFault { line, kind: LineFaultKind::Header });
            }
            continue;
        }
        if rows.len() == POPULATION_ROWS_MAX {
            faults.push(LineFault { line, kind: LineFaultKind::TooMany });
            break;
        }
        match row(&record) {
            Err(kind) => faults.push(LineFault { line, kind }),
            Ok(row) => match seen.insert((row.division, row.year), line) {
                Some(before) => faults.push(LineFault { line, kind: LineFaultKind::Twice(before) }),
                None => rows.push(row),
            },
        }
    }
    if !has_header && faults.is_empty() {
        faults.push(LineFault { line: 1, kind: LineFaultKind::Header });
    }
    if faults.is_empty() { Ok(rows) } else { Err(ImportError::Lines(faults)) }
}

fn row(record: &StringRecord) -> Result<Row, LineFaultKind> {
    let mut cells = record.iter().map(str::trim);
    let (Some(division), Some(year), Some(residents), Some(source), None) =
        (cells.next(), cells.next(), cells.next(), cells.next(), cells.next())
    else {
        return Err(LineFaultKind::Cells);
    };
    let in_range = |text: &str, range: std::ops::RangeInclusive<i64>| {
        text.parse().ok().filter(|number| range.contains(number))
    };
    let named = !source.is_empty() && source.chars().count() <= SOURCE_CHARS_MAX;
    Ok(Row {
        division: DivisionCode::parse(division).map_err(|_| LineFaultKind::Division)?,
        year: in_range(year, YEARS).ok_or(LineFaultKind::Year)?,
        residents: in_range(residents, 1..=RESIDENTS_MAX).ok_or(LineFaultKind::Residents)?,
        source: named.then(|| source.to_owned()).ok_or(LineFaultKind::Source)?,
    })
}

#[cfg(test)]
mod tests;

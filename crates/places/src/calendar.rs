//! The national calendar, as far as it was imported: the holidays of a year and the weekend days that are worked in exchange,
//! by the notice of the State Council's General Office (国务院办公厅关于部分节假日安排的通知). It stands beside what is built
//! in, and for its years instead of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::Read,
    sync::Arc,
};

use csv::{ReaderBuilder, StringRecord};
use db::{Db, Fault, params};
use journal::{Call, Event, Kit};
use kernel::{Actor, Calendar, Day, DayKind, DivisionCode, Id};

/// Rows of one file at most: the exceptions of twenty years and more.
pub const CALENDAR_ROWS_MAX: usize = 1_000;
/// Characters of a source at most.
const SOURCE_CHARS_MAX: usize = 200;
const HEADER: [&str; 3] = ["day", "kind", "source"];
/// So many days ahead a deadline may lie: ten working days round the longest holidays, and a month for what is planned.
const AHEAD_DAYS: i32 = 60;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarImported {
    /// Rows written.
    pub rows: usize,
    /// The years they are of; what stood for these years is gone.
    pub years: Vec<i16>,
}

/// What is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarFault {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column, from 1; 0 where it is the whole line.
    pub column: usize,
    /// What is wrong.
    pub what: CalendarWrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarWrong {
    /// The first line is not `day,kind,source`.
    Header,
    /// The line is not CSV in UTF-8 with three cells.
    Cells,
    /// No day `YYYY-MM-DD`.
    Day,
    /// Neither `holiday` nor `workday`.
    Kind,
    /// A `workday` from Monday to Friday, which is worked anyway.
    Weekday,
    /// Empty, or longer than 200 characters.
    Source,
    /// The day stands on this line already.
    Twice(u64),
    /// More than [`CALENDAR_ROWS_MAX`] rows.
    TooMany,
    /// No row at all.
    Nothing,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if self.column > 0 {
            write!(f, ", column {}", self.column)?;
        }
        match self.what {
            CalendarWrong::Header => f.write_str(": the first line must be `day,kind,source`"),
            CalendarWrong::Cells => f.write_str(": a line has three cells in UTF-8: day, kind, source"),
            CalendarWrong::Day => f.write_str(": write the day as YYYY-MM-DD"),
            CalendarWrong::Kind => f.write_str(": write `holiday` or `workday`"),
            CalendarWrong::Weekday => f.write_str(": Monday to Friday are worked anyway; leave the line out"),
            CalendarWrong::Source => f.write_str(": say which notice it is from, in at most 200 characters"),
            CalendarWrong::Twice(line) => write!(f, ": the same day stands on line {line}"),
            CalendarWrong::TooMany => write!(f, ": a file has at most {CALENDAR_ROWS_MAX} rows"),
            CalendarWrong::Nothing => f.write_str(": there is no day in it"),
        }
    }
}

/// Why nothing was imported.
#[derive(Debug)]
pub enum CalendarError {
    /// Lines are wrong: all of them, in order.
    Lines(Vec<CalendarFault>),
    /// The file could not be read.
    Read(std::io::Error),
    /// The database could not take it.
    Fault(Fault),
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(faults) => {
                f.write_str("nothing was imported:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
            Self::Read(error) => write!(f, "the file cannot be read: {error}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

/// Imports a CSV file `day,kind,source` in UTF-8, with or without a byte order mark, in one transaction: all of it or nothing.
/// Each year that it names a day of is given whole. The journal says which file it was, by its SHA-256.
///
/// # Errors
/// [`CalendarError`]; every wrong line is named with its column.
pub fn import_calendar(
    db: &Db,
    kit: &Arc<Kit>,
    mut reader: impl Read,
) -> Result<CalendarImported, CalendarError> {
    let mut file = Vec::new();
    reader.read_to_end(&mut file).map_err(CalendarError::Read)?;
    let rows = parse(&file).map_err(CalendarError::Lines)?;
    let years: BTreeSet<i16> = rows.iter().map(|(day, ..)| day.ymd().0).collect();
    let imported = CalendarImported { rows: rows.len(), years: years.iter().copied().collect() };
    let digest = vault::hex(&vault::digest(&file));
    let call = Call::new(kit, Actor::system());
    db.write_now("import_calendar", move |tx| {
        for year in &years {
            let (first, last) = (Day::from_ymd(*year, 1, 1), Day::from_ymd(*year, 12, 31));
            tx.execute("DELETE FROM calendar_day WHERE day >= $1 AND day <= $2", params![first, last])?;
        }
        for (day, kind, source) in &rows {
            tx.execute_one(
                "INSERT INTO calendar_day (day, kind, source) VALUES ($1, $2, $3)",
                params![*day, kind.word(), source],
            )?;
        }
        let district = DivisionCode::NATION.district();
        let import: Id<CalendarImported> = call.id(district);
        let event = Event::new("calendar.imported", district, import, 1)
            .with("sha256", digest.clone())
            .with("rows", i64::try_from(rows.len()).unwrap_or(i64::MAX));
        journal::append(tx, &call, event)
    })
    .map_err(CalendarError::Fault)?;
    read_calendar(db, kit).map_err(CalendarError::Fault)?;
    Ok(imported)
}

/// Gives the process the calendar that is stored, on top of the one that is built in. Run by everything that starts, and
/// again and again by the timers: so every process hears of an import.
///
/// # Errors
/// A fault.
pub fn read_calendar(db: &Db, kit: &Arc<Kit>) -> Result<(), Fault> {
    kit.calendar.replace(stored_calendar(db)?);
    Ok(())
}

/// The calendar that is built in, with the years that are stored.
///
/// # Errors
/// A fault.
pub fn stored_calendar(db: &Db) -> Result<Calendar, Fault> {
    let rows: Vec<(Day, String)> = db.read_now("calendar_read", |tx| {
        tx.query("SELECT day, kind FROM calendar_day ORDER BY day", params![])
    })?;
    let known = |(day, kind): (Day, String)| {
        let kind =
            DayKind::from_word(&kind).ok_or_else(|| Fault::Defect(format!("no kind of day `{kind}`")))?;
        Ok((day, kind))
    };
    let days: Vec<_> = rows.into_iter().map(known).collect::<Result<_, Fault>>()?;
    Ok(Calendar::national().with_years(&days))
}

/// The year that deadlines of today reach into and whose holidays are not known; `None` when all is well.
pub fn missing_year(calendar: &Calendar, today: Day) -> Option<i16> {
    calendar.unknown_year(today, today.plus(AHEAD_DAYS))
}

type Rows = Vec<(Day, DayKind, String)>;

fn parse(file: &[u8]) -> Result<Rows, Vec<CalendarFault>> {
    let mut csv = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<Day, u64> = BTreeMap::new();
    let (mut record, mut has_header) = (StringRecord::new(), false);
    loop {
        let line = csv.position().line();
        let is_there = match csv.read_record(&mut record) {
            Ok(is_there) => is_there,
            Err(_) => {
                faults.push(CalendarFault { line, column: 0, what: CalendarWrong::Cells });
                continue;
            }
        };
        if !is_there {
            break;
        }
        let line = record.position().map_or(line, csv::Position::line);
        if !has_header {
            has_header = true;
            if !record.iter().map(|cell| cell.trim_start_matches('\u{feff}').trim()).eq(HEADER) {
                faults.push(CalendarFault { line, column: 0, what: CalendarWrong::Header });
            }
            continue;
        }
        if rows.len() == CALENDAR_ROWS_MAX {
            faults.push(CalendarFault { line, column: 0, what: CalendarWrong::TooMany });
            break;
        }
        match row(&record) {
            Err((column, what)) => faults.push(CalendarFault { line, column, what }),
            Ok(row) => match seen.insert(row.0, line) {
                Some(before) => {
                    faults.push(CalendarFault { line, column: 1, what: CalendarWrong::Twice(before) });
                }
                None => rows.push(row),
            },
        }
    }
    if rows.is_empty() && faults.is_empty() {
        let what = if has_header { CalendarWrong::Nothing } else { CalendarWrong::Header };
        faults.push(CalendarFault { line: 1, column: 0, what });
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn row(record: &StringRecord) -> Result<(Day, DayKind, String), (usize, CalendarWrong)> {
    let mut cells = record.iter().map(str::trim);
    let (Some(day), Some(kind), Some(source), None) =
        (cells.next(), cells.next(), cells.next(), cells.next())
    else {
        return Err((0, CalendarWrong::Cells));
    };
    let day: Day = day.parse().map_err(|()| (1, CalendarWrong::Day))?;
    let kind = DayKind::from_word(kind).ok_or((2, CalendarWrong::Kind))?;
    if kind == DayKind::Workday && day.weekday().number() < 5 {
        return Err((2, CalendarWrong::Weekday));
    }
    if source.is_empty() || source.chars().count() > SOURCE_CHARS_MAX {
        return Err((3, CalendarWrong::Source));
    }
    Ok((day, kind, source.to_owned()))
}

#[cfg(test)]
mod tests {
    use testkit::on_both;

    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Day {
        Day::from_ymd(year, month, day).unwrap()
    }

    #[test]
    fn a_year_is_imported_whole_and_every_process_hears_of_it() {
        on_both(|world| {
            let file = "\u{feff}day,kind,source\n2027-01-01,holiday,假设的通知\n2027-02-06,workday,假设的通知\n\
                        2027-02-08,holiday,假设的通知\n";
            let done = import_calendar(&world.db, &world.kit, file.as_bytes()).unwrap();
            assert_eq!(done, CalendarImported { rows: 3, years: vec![2027] });
            let calendar = world.kit.calendar.now();
            assert!(calendar.is_working(day(2027, 2, 6)) && !calendar.is_working(day(2027, 2, 8)));
            assert_eq!(calendar.working_days_after(day(2027, 2, 5), 2), day(2027, 2, 9));
            assert!(calendar.is_working(day(2026, 2, 14)), "built in");
            assert_eq!(missing_year(&calendar, day(2026, 11, 27)), None);
            assert_eq!(missing_year(&calendar, day(2027, 11, 27)), Some(2028));
            // Changed by a later notice: of the old one nothing stays.
            let file = "day,kind,source\n2027-01-04,holiday,另一个通知\n";
            import_calendar(&world.db, &world.kit, file.as_bytes()).unwrap();
            world.kit.calendar.replace(Calendar::default());
            read_calendar(&world.db, &world.kit).unwrap();
            let calendar = world.kit.calendar.now();
            assert!(!calendar.is_working(day(2027, 1, 4)) && calendar.is_working(day(2027, 1, 1)));
            assert!(!calendar.is_working(day(2027, 2, 6)));
            world.drain(vec![]);
        });
    }

    #[test]
    fn every_wrong_line_is_named_and_nothing_is_half_imported() {
        on_both(|world| {
            let file = "day,kind,source\n2027-01-01,holiday,通知\n2027-02-30,holiday,通知\n2027-01-02,feast,通知\n\
                        2027-01-04,workday,通知\n2027-01-05,holiday,\n2027-01-01,holiday,通知\n2027-01-06,holiday\n";
            let error = import_calendar(&world.db, &world.kit, file.as_bytes()).unwrap_err();
            let CalendarError::Lines(faults) = error else { panic!("{error}") };
            let found: Vec<_> = faults.iter().map(|one| (one.line, one.column, one.what.clone())).collect();
            assert_eq!(
                found,
                [
                    (3, 1, CalendarWrong::Day),
                    (4, 2, CalendarWrong::Kind),
                    (5, 2, CalendarWrong::Weekday),
                    (6, 3, CalendarWrong::Source),
                    (7, 1, CalendarWrong::Twice(2)),
                    (8, 0, CalendarWrong::Cells),
                ]
            );
            for (file, what) in [
                ("", CalendarWrong::Header),
                ("day,kind\n", CalendarWrong::Header),
                ("day,kind,source\n", CalendarWrong::Nothing),
            ] {
                let error = import_calendar(&world.db, &world.kit, file.as_bytes()).unwrap_err();
                let CalendarError::Lines(faults) = error else { panic!("{error}") };
                assert_eq!(faults.iter().map(|one| one.what.clone()).collect::<Vec<_>>(), [what]);
            }
            assert_eq!(world.count("SELECT COUNT(*) FROM calendar_day", &[]), 0);
        });
    }
}

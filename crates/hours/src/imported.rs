//! Hours that stand in a sheet from elsewhere: kept with the file and the line they come from, on record at grade D once
//! their person says "yes, I did that", and not before.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Tx, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{
    Action, Arg, Day, DivisionCode, FieldRefusal, Id, Instant, Minutes, Person, Refusal, ServiceCategory,
};
use people::Brought;

use crate::{
    AnyEngagement, Attendance, Engagement, EngagementKind, Signal, SignalKind, Source, open, record::DayBook,
    signal,
};

/// Mark of an imported hour's id.
#[derive(Debug)]
pub enum ImportedRow {}

/// Where an hour comes from, insert-only.
pub(crate) static IMPORTED_HOUR: SealedTable = sealed_table!(
    "imported_hour": "district" 1, "id" 2, "person" 3, "file" 4, "line" 5, "row_key" 6, "minutes" 7, "times_known" 8,
    "imported_by" 9, "imported_at" 10
);

/// Years that a day of service may lie back at most.
pub const IMPORT_YEARS_MAX: i32 = 30;
/// Characters of what was done, at most.
pub const WHAT_CHARS_MAX: usize = 200;
/// Characters of the unit that recorded it, at most.
pub const UNIT_CHARS_MAX: usize = 100;
/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;

/// A line of a list of hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedHour {
    /// Who served.
    pub person: Id<Person>,
    /// The day.
    pub day: Day,
    /// From and to, minutes of the day; `None` where the list tells a sum only.
    pub times: Option<(i64, i64)>,
    /// Whole minutes that were served.
    pub minutes: Minutes,
    /// What about.
    pub category: ServiceCategory,
    /// What was done, in the words of the list.
    pub what: String,
    /// The unit that recorded it.
    pub unit: String,
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The line in it, as a spreadsheet counts.
    pub line: u32,
}

impl ImportedHour {
    /// The planned time: what the line tells, else the whole day.
    fn planned(&self) -> (Instant, Instant) {
        let (from, to) = self.times.unwrap_or((0, DAY_MINUTES));
        (self.day.at_minute(from), self.day.at_minute(to))
    }

    /// The stretch that is taken, where the line tells it.
    fn stretch(&self) -> Option<(Instant, Instant)> {
        self.times.map(|(from, _)| (self.day.at_minute(from), self.day.at_minute(from) + self.minutes))
    }

    /// What is wrong with the line by itself at `now`: no future, no minute more than its times hold.
    pub fn wrong(&self, now: Instant) -> Vec<FieldRefusal> {
        let mut wrong = Vec::new();
        let mut refuse =
            |field, rule, args: Vec<(&'static str, Arg)>| wrong.push(FieldRefusal { field, rule, args });
        let (from, to) = self.planned();
        let longest = to.minutes_since(from);
        if self.times.is_some_and(|(from, to)| !(0 <= from && from < to && to <= DAY_MINUTES)) {
            refuse("to", "import-times-backwards", Vec::new());
        } else if self.minutes > longest {
            refuse("minutes", "import-minutes-most", vec![("most", longest.number().into())]);
        }
        if self.minutes <= Minutes::ZERO {
            refuse("minutes", "import-minutes-missing", Vec::new());
        }
        // A sum without times is somewhere in its day, so the day must be over.
        if to > now {
            refuse("day", "import-day-future", Vec::new());
        } else if now.day().years_since(self.day) >= IMPORT_YEARS_MAX {
            refuse("day", "import-day-old", vec![("years", i64::from(IMPORT_YEARS_MAX).into())]);
        }
        for (field, text, most, missing, long) in [
            ("what", &self.what, WHAT_CHARS_MAX, "import-what-missing", "import-what-long"),
            ("unit", &self.unit, UNIT_CHARS_MAX, "import-unit-missing", "import-unit-long"),
        ] {
            match text.trim().chars().count() {
                0 => refuse(field, missing, Vec::new()),
                count if count > most => {
                    let most = i64::try_from(most).unwrap_or(i64::MAX);
                    refuse(field, long, vec![("most", most.into())]);
                }
                _ => {}
            }
        }
        wrong
    }

    /// What the line says, as a digest: the same line in another file is the same hour.
    pub fn row_key(&self) -> [u8; 32] {
        let (from, to) = self.times.unwrap_or((-1, -1));
        let numbers = [i64::from(self.day.number()), from, to, self.minutes.number()];
        let mut bytes = self.person.bytes().to_vec();
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        for text in [self.category.word(), self.what.trim(), self.unit.trim()] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        vault::digest(&bytes)
    }
}

/// What a day of a person holds: on record, in review, or brought in and waiting for their yes.
#[derive(Clone, Debug)]
pub struct DayHeld {
    stretches: Vec<(Instant, Instant)>,
    minutes: Minutes,
}

impl DayHeld {
    /// Reads a day. Three statements.
    ///
    /// # Errors
    /// A fault.
    pub fn read(tx: &mut Tx<'_>, person: Id<Person>, day: Day) -> Outcome<Self> {
        let book = DayBook::read(tx, person, day)?;
        let mut held = Self { stretches: book.stretches().collect(), minutes: book.minutes(None) };
        let waiting: Vec<(Instant, Minutes, bool)> = tx.query(
            "SELECT a.planned_from, h.minutes, h.times_known FROM attendance a
             JOIN imported_hour h ON h.district = a.district AND h.id = a.engagement
             WHERE a.district = $1 AND a.person = $2 AND a.kind = $3 AND a.state = 'open'
             AND a.planned_from >= $4 AND a.planned_from < $5",
            params![person.district(), person, EngagementKind::Import, day.start(), day.plus(1).start()],
        )?;
        for (from, minutes, times_known) in waiting {
            held.minutes += minutes;
            if times_known {
                held.stretches.push((from, from + minutes));
            }
        }
        Ok(held)
    }

    /// Where so many minutes begin that nothing else has: from eight o'clock on, then from midnight on.
    pub(crate) fn first_free(&self, day: Day, minutes: Minutes) -> Option<Instant> {
        let eight = day.at_minute(8 * 60);
        let mut begins: Vec<Instant> = self.stretches.iter().map(|(_, to)| *to).collect();
        begins.extend([day.start(), eight]);
        begins.sort_unstable();
        let (early, late): (Vec<_>, Vec<_>) = begins.into_iter().partition(|begin| *begin < eight);
        let fits = |begin: &Instant| {
            let end = *begin + minutes;
            *begin >= day.start()
                && end <= day.plus(1).start()
                && !self.stretches.iter().any(|(from, to)| *from < end && *begin < *to)
        };
        late.into_iter().chain(early).find(fits)
    }

    /// Takes the line's time too, unless something else has it: no minute counts twice, no day has more than 24 hours.
    ///
    /// # Errors
    /// `import-overlap`, `import-day-full`.
    pub fn take(&mut self, line: &ImportedHour) -> Result<(), FieldRefusal> {
        if let Some((from, to)) = line.stretch() {
            if let Some((begins, ends)) =
                self.stretches.iter().find(|(begins, ends)| *begins < to && from < *ends)
            {
                let args = vec![("from", (*begins).into()), ("to", (*ends).into())];
                return Err(FieldRefusal { field: "from", rule: "import-overlap", args });
            }
            self.stretches.push((from, to));
        }
        self.minutes += line.minutes;
        if self.minutes > Minutes(DAY_MINUTES) {
            return Err(FieldRefusal { field: "minutes", rule: "import-day-full", args: Vec::new() });
        }
        Ok(())
    }
}

/// Whether the line was brought in before.
///
/// # Errors
/// A fault.
pub fn imported_before(tx: &mut Tx<'_>, line: &ImportedHour) -> Outcome<Option<Id<ImportedRow>>> {
    let found: Option<(Id<ImportedRow>,)> = tx.query_opt(
        "SELECT id FROM imported_hour WHERE district = $1 AND person = $2 AND row_key = $3",
        params![line.person.district(), line.person, line.row_key()],
    )?;
    Ok(found.map(|(id,)| id))
}

/// Brings in a line: a presence that waits for its person's yes. Of somebody asleep it waits until they wake. It counts
/// where the person lives, and takes the person's lock, then the attendance's.
///
/// # Errors
/// Sign in first; 404 for somebody outside the asker's area; `hours-own`, `import-person-refused` of an account that its
/// person refuses or has no more (conflict); every wrong field.
pub fn import_hour(tx: &mut Tx<'_>, call: &Call, line: &ImportedHour) -> Outcome<Brought<Id<ImportedRow>>> {
    let me = call.actor.signed_in()?;
    let locked = people::lock(tx, line.person)?;
    if !call.actor.may(Action::ExchangeSheets, locked.home) {
        return Err(Refusal::missing().into());
    }
    if me == line.person {
        return Err(Refusal::conflict("hours-own").into());
    }
    if [people::FROZEN, people::CLOSED, people::MERGED].contains(&locked.state.as_str()) {
        return Err(Refusal::conflict("import-person-refused").into());
    }
    let wrong = line.wrong(call.now);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    if let Some(id) = imported_before(tx, line)? {
        return Ok(Brought::Known(id));
    }
    let taken = DayHeld::read(tx, line.person, line.day)?.take(line);
    taken.map_err(|wrong| Refusal::fields(vec![wrong]))?;
    write(tx, call, line, (locked.home, me, call.now)).map(Brought::Made)
}

/// Writes a line that nothing stands against, as brought in by somebody at an instant; its person's lock is held.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    call: &Call,
    line: &ImportedHour,
    (home, by, at): (DivisionCode, Id<Person>, Instant),
) -> Outcome<Id<ImportedRow>> {
    let (person, district) = (line.person, line.person.district());
    let id: Id<ImportedRow> = call.id(district);
    let digest = IMPORTED_HOUR.insert(
        tx,
        params![
            district,
            id,
            person,
            line.file,
            i64::from(line.line),
            line.row_key(),
            line.minutes,
            line.times.is_some(),
            by,
            at
        ],
    )?;
    tx.execute_one(
        "INSERT INTO imported_words (district, hour, what, unit) VALUES ($1, $2, $3, $4)",
        params![district, id, line.what.trim(), line.unit.trim()],
    )?;
    let event = Event::new("hour.imported", district, id, 1)
        .with("division", home.to_string())
        .with("file", vault::hex(&line.file))
        .with("line", i64::from(line.line))
        .with_id("person", person)
        .row(&digest);
    append(tx, call, event)?;
    let attendance = opened(tx, call, line, (id, home))?;
    let (from, to) = line.planned();
    let said = |kind, at| Signal { kind, source: Source::Imported, witness: by, device: &[], at };
    let signals = match line.times {
        Some(_) => vec![said(SignalKind::Arrived, from), said(SignalKind::Left, to)],
        None => vec![said(SignalKind::Served, from)],
    };
    for one in &signals {
        signal(tx, call, attendance, one)?;
    }
    Ok(id)
}

fn opened(
    tx: &mut Tx<'_>,
    call: &Call,
    line: &ImportedHour,
    (id, home): (Id<ImportedRow>, DivisionCode),
) -> Outcome<Id<Attendance>> {
    let (from, to) = line.planned();
    let engagement = Engagement {
        id: id.cast(),
        kind: EngagementKind::Import,
        division: home,
        category: line.category.word().to_owned(),
        from,
        to,
        apart: crate::Apart::default(),
        no_hours: String::new(),
    };
    open(tx, call, &engagement, line.person, home)
}

/// The minutes that an imported hour tells.
pub(crate) fn minutes(tx: &mut Tx<'_>, engagement: Id<AnyEngagement>) -> Outcome<Minutes> {
    let (minutes,): (Minutes,) = tx.query_one(
        "SELECT minutes FROM imported_hour WHERE district = $1 AND id = $2",
        params![engagement.district(), engagement],
    )?;
    Ok(minutes)
}

/// Where an hour comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The line in it.
    pub line: i64,
    /// What was done.
    pub what: String,
    /// The unit that recorded it.
    pub unit: String,
}

/// Where an imported hour comes from; `None` for any other engagement.
///
/// # Errors
/// A fault.
pub fn origin(tx: &mut Tx<'_>, engagement: Id<AnyEngagement>) -> Outcome<Option<Origin>> {
    let row: Option<([u8; 32], i64, String, String)> = tx.query_opt(
        "SELECT h.file, h.line, w.what, w.unit FROM imported_hour h
         JOIN imported_words w ON w.district = h.district AND w.hour = h.id
         WHERE h.district = $1 AND h.id = $2",
        params![engagement.district(), engagement],
    )?;
    Ok(row.map(|(file, line, what, unit)| Origin { file, line, what, unit }))
}

/// What was done and which unit recorded it, of every hour of a person that a sheet brought in; one statement.
///
/// # Errors
/// A fault.
pub fn imported_words(
    tx: &mut Tx<'_>,
    person: Id<Person>,
) -> Result<BTreeMap<Id<AnyEngagement>, (String, String)>, Fault> {
    let rows: Vec<(Id<AnyEngagement>, String, String)> = tx.query(
        "SELECT h.id, w.what, w.unit FROM imported_hour h
         JOIN imported_words w ON w.district = h.district AND w.hour = h.id
         WHERE h.district = $1 AND h.person = $2",
        params![person.district(), person],
    )?;
    Ok(rows.into_iter().map(|(id, what, unit)| (id, (what, unit))).collect())
}

/// Presences of the asker that a sheet brought in and that wait for their yes, the oldest first.
pub(crate) fn unclaimed(tx: &mut Tx<'_>, call: &Call, most: i64) -> Outcome<Vec<Id<Attendance>>> {
    let me = call.actor.signed_in()?;
    let rows: Vec<(Id<Attendance>,)> = tx.query(
        "SELECT id FROM attendance WHERE district = $1 AND person = $2 AND kind = $3 AND state = 'open'
         ORDER BY planned_from, id LIMIT $4",
        params![me.district(), me, EngagementKind::Import, most],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

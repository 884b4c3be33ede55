//! Every hour that was brought in for a person, and what becomes of those that wait: they go with the account into another
//! one, or are struck because the person refuses the account.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{Day, Id, Instant, Minutes, Person, ServiceCategory};
use people::Locked;

use crate::{
    Attendance, Grade, ImportedHour, SignalKind,
    claim::{keep_word, own_word},
    imported::{DayHeld, imported_before, write},
    policy::policy,
    presence::{self, EngagementKind, give},
};

/// Hours that were brought in, shown at once.
pub const BROUGHT_SHOWN: i64 = 50;
/// State of a presence that went with its account into another.
const MOVED: &str = "moved";

/// An hour that was brought in, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtHour {
    /// The presence.
    pub attendance: Id<Attendance>,
    /// `open`, `recorded`, `denied` or `moved`.
    pub state: String,
    /// The grade once it is on record.
    pub grade: Option<Grade>,
    /// Word of the category.
    pub category: String,
    /// Planned time; the whole day where only a sum was told.
    pub planned: (Instant, Instant),
    /// Minutes the line tells.
    pub minutes: Minutes,
    /// Whether the line tells when.
    pub times_known: bool,
    /// What was done.
    pub what: String,
    /// The unit that recorded it.
    pub unit: String,
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// The line in it.
    pub line: i64,
    /// Who brought it in.
    pub by: Id<Person>,
    /// When.
    pub at: Instant,
}

impl FromRow for BroughtHour {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            attendance: row.take()?,
            state: row.take()?,
            grade: row.take()?,
            category: row.take()?,
            planned: (row.take()?, row.take()?),
            minutes: row.take()?,
            times_known: row.take()?,
            what: row.take()?,
            unit: row.take()?,
            file: row.take()?,
            line: row.take()?,
            by: row.take()?,
            at: row.take()?,
        })
    }
}

impl BroughtHour {
    /// The day it was served on.
    pub fn day(&self) -> Day {
        self.planned.0.day()
    }

    /// The same line for another account.
    fn line_for(&self, person: Id<Person>) -> Result<ImportedHour, Fault> {
        let minute = |at: Instant| at.minutes_since(self.day().start()).number();
        Ok(ImportedHour {
            person,
            day: self.day(),
            times: self.times_known.then(|| (minute(self.planned.0), minute(self.planned.1))),
            minutes: self.minutes,
            category: ServiceCategory::from_word(&self.category)
                .ok_or_else(|| Fault::Defect(format!("attendance holds `{}`", self.category)))?,
            what: self.what.clone(),
            unit: self.unit.clone(),
            file: self.file,
            line: u32::try_from(self.line).map_err(|_| Fault::Defect("imported_hour.line".to_owned()))?,
        })
    }
}

/// Hours that were brought in for a person, the newest day first; one statement.
///
/// # Errors
/// A fault.
pub fn brought_in(tx: &mut Tx<'_>, person: Id<Person>, most: i64) -> Outcome<Vec<BroughtHour>> {
    Ok(tx.query(
        "SELECT a.id, a.state, a.grade, a.category, a.planned_from, a.planned_to, h.minutes, h.times_known, w.what, w.unit,
             h.file, h.line, h.imported_by, h.imported_at
         FROM attendance a
         JOIN imported_hour h ON h.district = a.district AND h.id = a.engagement
         JOIN imported_words w ON w.district = h.district AND w.hour = h.id
         WHERE a.district = $1 AND a.person = $2 AND a.kind = $3
         ORDER BY a.planned_from DESC, a.id DESC LIMIT $4",
        params![person.district(), person, EngagementKind::Import, most],
    )?)
}

/// Presences that were brought in for a person and wait, each with who brought it in.
///
/// # Errors
/// A fault.
pub fn brought_to(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Vec<(Id<Attendance>, Id<Person>)>> {
    Ok(tx.query(
        "SELECT a.id, h.imported_by FROM attendance a
         JOIN imported_hour h ON h.district = a.district AND h.id = a.engagement
         WHERE a.district = $1 AND a.person = $2 AND a.kind = $3 AND a.state = 'open' ORDER BY a.id",
        params![person.district(), person, EngagementKind::Import],
    )?)
}

/// What moving hours came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MovedHours {
    /// Hours that wait for the yes of their person now.
    pub moved: i64,
    /// Hours that the person has already, or whose time something else has; they count nowhere.
    pub left: i64,
}

/// Brings what waits for `from` in for `to`, from the same line of the same file, as brought in then by the same worker;
/// no minute twice. Both locks are held.
///
/// Runs in a transaction that may write in two districts.
///
/// # Errors
/// A fault.
pub fn move_brought(tx: &mut Tx<'_>, call: &Call, from: Id<Person>, to: &Locked) -> Outcome<MovedHours> {
    let mut waiting = brought_in(tx, from, i64::MAX)?;
    waiting.retain(|hour| hour.state == presence::OPEN);
    let mut moved = MovedHours::default();
    for hour in waiting.iter().rev() {
        let line = hour.line_for(to.id)?;
        let free =
            imported_before(tx, &line)?.is_none() && DayHeld::read(tx, to.id, line.day)?.take(&line).is_ok();
        if free {
            write(tx, call, &line, (to.home, hour.by, hour.at))?;
            moved.moved += 1;
        } else {
            moved.left += 1;
        }
        let presence = presence::lock(tx, hour.attendance)?;
        tx.execute_one(
            "UPDATE attendance SET state = $3, version = $4 WHERE district = $1 AND id = $2",
            params![presence.id.district(), presence.id, MOVED, presence.version + 1],
        )?;
        let event = Event::new("attendance.moved", presence.id.district(), presence.id, presence.version + 1)
            .with("division", presence.division.to_string())
            .with("counted", i64::from(free))
            .with_id("to", to.id);
        append(tx, call, event)?;
    }
    Ok(moved)
}

/// Strikes what was brought in for a person and waits: the refusal of the account is their no to each hour of it. The
/// person's lock is held.
///
/// # Errors
/// A fault.
pub fn strike_brought(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<i64> {
    let waiting = brought_to(tx, person)?;
    let mut struck = 0;
    for (attendance, _) in waiting {
        let mut presence = presence::lock(tx, attendance)?;
        let policy = policy(tx, presence.division, presence.planned.0.day())?;
        let no = own_word(&presence, SignalKind::Denied, call.now);
        give(tx, call, &mut presence, &policy, &no)?;
        keep_word(tx, call, &mut presence, None)?;
        struck += 1;
    }
    Ok(struck)
}

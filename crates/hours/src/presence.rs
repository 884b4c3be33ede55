//! One person's presence at one engagement, and the signals that speak for it.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{District, DivisionCode, Id, Instant, Minutes, Person, Refusal};

use crate::{Evidence, Grade, SignalKind, Source};

/// Mark of an attendance's id.
#[derive(Debug)]
pub enum Attendance {}
/// Mark of a signal's id.
#[derive(Debug)]
pub enum SignalRow {}
/// Mark of the id of a need or a shift, where it does not matter which.
#[derive(Debug)]
pub enum AnyEngagement {}

/// What the person was promised to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngagementKind {
    /// A resident's need.
    Need,
    /// A shift of a project.
    Shift,
}

/// A need or a shift, as far as hours are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// Its id; its district is the place's.
    pub id: Id<AnyEngagement>,
    /// Which of the two.
    pub kind: EngagementKind,
    /// Where it takes place.
    pub division: DivisionCode,
    /// Word of the category.
    pub category: String,
    /// Planned beginning.
    pub from: Instant,
    /// Planned end.
    pub to: Instant,
}

/// One piece of evidence on its way in.
#[derive(Clone, Copy, Debug)]
pub struct Signal<'a> {
    /// What it says.
    pub kind: SignalKind,
    /// By what.
    pub source: Source,
    /// Who gives it.
    pub witness: Id<Person>,
    /// The device it was given with; empty where there is none.
    pub device: &'a [u8],
    /// The instant it speaks of.
    pub at: Instant,
}

/// An attendance as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceRow {
    /// Its id.
    pub id: Id<Attendance>,
    /// Whose.
    pub person: Id<Person>,
    /// When the person came, as far as is known.
    pub arrived_at: Option<Instant>,
    /// When the person went.
    pub left_at: Option<Instant>,
    /// `open` or `recorded`.
    pub state: String,
    /// The grade once recorded.
    pub grade: Option<Grade>,
    /// Minutes on record or in review.
    pub minutes: Minutes,
}

/// Every signal, insert-only; its digest is in the event that tells of it.
pub(crate) static SIGNAL: SealedTable = sealed_table!(
    "signal": "district" 1, "id" 2, "attendance" 3, "kind" 4, "source" 5, "witness" 6, "device" 7, "at" 8,
    "entered_at" 9
);

/// The row of an attendance, as use cases work on it.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    pub(crate) id: Id<Attendance>,
    pub(crate) engagement: Id<AnyEngagement>,
    pub(crate) category: String,
    pub(crate) division: DivisionCode,
    pub(crate) person: Id<Person>,
    pub(crate) home_division: DivisionCode,
    pub(crate) planned: (Instant, Instant),
    pub(crate) state: String,
    pub(crate) grade: Option<String>,
    pub(crate) minutes: Minutes,
    pub(crate) version: i64,
}

impl FromRow for Presence {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            engagement: row.take()?,
            category: row.take()?,
            division: row.take()?,
            person: row.take()?,
            home_division: row.take()?,
            planned: (row.take()?, row.take()?),
            state: row.take()?,
            grade: row.take()?,
            minutes: row.take()?,
            version: row.take()?,
        })
    }
}

/// The attendance; 404 when there is none.
pub(crate) fn load(tx: &mut Tx<'_>, id: Id<Attendance>) -> Outcome<Presence> {
    let row: Option<Presence> = tx.query_opt(
        "SELECT id, engagement, category, division, person, home_division, planned_from, planned_to, state, grade,
             minutes, version FROM attendance WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    Ok(row.ok_or_else(Refusal::missing)?)
}

/// The same under its lock.
pub(crate) fn lock(tx: &mut Tx<'_>, id: Id<Attendance>) -> Outcome<Presence> {
    let row: Option<Presence> = tx.query_opt(
        "SELECT id, engagement, category, division, person, home_division, planned_from, planned_to, state, grade,
             minutes, version FROM attendance WHERE district = $1 AND id = $2 FOR UPDATE",
        params![id.district(), id],
    )?;
    Ok(row.ok_or_else(Refusal::missing)?)
}

/// The attendance of a person at an engagement; opened when there is none yet.
///
/// # Errors
/// A fault.
pub fn open(
    tx: &mut Tx<'_>,
    call: &Call,
    engagement: &Engagement,
    person: Id<Person>,
    home: DivisionCode,
) -> Outcome<Id<Attendance>> {
    const FIND: &str = "SELECT id FROM attendance WHERE district = $1 AND engagement = $2 AND person = $3";
    let district = engagement.id.district();
    let find = params![district, engagement.id, person];
    if let Some((id,)) = tx.query_opt::<(Id<Attendance>,)>(FIND, find)? {
        return Ok(id);
    }
    let id: Id<Attendance> = call.id(district);
    let kind = match engagement.kind {
        EngagementKind::Need => "need",
        EngagementKind::Shift => "shift",
    };
    let made = tx.execute(
        "INSERT INTO attendance (district, id, engagement, kind, category, division, person, home_division,
             planned_from, planned_to, state, minutes, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', 0, 1)
         ON CONFLICT (district, engagement, person) DO NOTHING",
        params![
            district,
            id,
            engagement.id,
            kind,
            engagement.category,
            engagement.division,
            person,
            home,
            engagement.from,
            engagement.to
        ],
    )?;
    if made == 0 {
        let (id,): (Id<Attendance>,) = tx.query_one(FIND, find)?;
        return Ok(id);
    }
    let event = Event::new("attendance.opened", district, id, 1)
        .with("division", engagement.division.to_string())
        .with("kind", kind)
        .with_id("person", person)
        .with_id("engagement", engagement.id);
    append(tx, call, event)?;
    Ok(id)
}

/// Adds a piece of evidence. The same kind from the same source and witness twice is harmless.
///
/// # Errors
/// `signal-in-future` (conflict); 404 when there is no such attendance.
pub fn signal(tx: &mut Tx<'_>, call: &Call, attendance: Id<Attendance>, signal: &Signal<'_>) -> Outcome<()> {
    if signal.at > call.now {
        return Err(Refusal::conflict("signal-in-future").into());
    }
    let presence = lock(tx, attendance)?;
    let mut seen = evidence(tx, attendance)?;
    let same =
        |one: &Evidence| (one.kind, one.source, one.witness) == (signal.kind, signal.source, signal.witness);
    if seen.iter().any(same) {
        return Ok(());
    }
    let id: Id<SignalRow> = call.id(attendance.district());
    let digest = SIGNAL.insert(
        tx,
        params![
            attendance.district(),
            id,
            attendance,
            signal.kind.word(),
            signal.source.word(),
            signal.witness,
            signal.device,
            signal.at,
            call.now
        ],
    )?;
    seen.push(Evidence {
        kind: signal.kind,
        source: signal.source,
        witness: signal.witness,
        device: signal.device.to_vec(),
        at: signal.at,
        entered_at: call.now,
    });
    let policy = crate::policy::policy(tx, presence.division, presence.planned.0.day())?;
    let (arrived, left) = policy.setting(&presence).times(&seen);
    tx.execute_one(
        "UPDATE attendance SET arrived_at = $3, left_at = $4, version = version + 1 WHERE district = $1 AND id = $2",
        params![attendance.district(), attendance, arrived, left],
    )?;
    let event = Event::new("attendance.signalled", attendance.district(), attendance, presence.version + 1)
        .with("kind", signal.kind.word())
        .with("source", signal.source.word())
        .with_id("witness", signal.witness)
        .row(&digest);
    append(tx, call, event)?;
    Ok(())
}

/// Every signal of an attendance, oldest first.
pub(crate) fn evidence(tx: &mut Tx<'_>, attendance: Id<Attendance>) -> Result<Vec<Evidence>, Fault> {
    let mut all = Vec::new();
    tx.each(
        "SELECT kind, source, witness, device, at, entered_at FROM signal
         WHERE district = $1 AND attendance = $2 ORDER BY id",
        params![attendance.district(), attendance],
        |row| {
            let (kind, source): (String, String) = (row.take()?, row.take()?);
            let defect = || Fault::Defect(format!("no signal `{kind}` by `{source}`"));
            all.push(Evidence {
                kind: SignalKind::from_word(&kind).ok_or_else(defect)?,
                source: Source::from_word(&source).ok_or_else(defect)?,
                witness: row.take()?,
                device: row.take()?,
                at: row.take()?,
                entered_at: row.take()?,
            });
            Ok(())
        },
    )?;
    Ok(all)
}

/// Everybody who was expected or seen at an engagement.
///
/// # Errors
/// A fault.
pub fn of_engagement<E>(
    tx: &mut Tx<'_>,
    district: District,
    engagement: Id<E>,
) -> Outcome<Vec<AttendanceRow>> {
    let mut rows = Vec::new();
    tx.each(
        "SELECT id, person, arrived_at, left_at, state, grade, minutes FROM attendance
         WHERE district = $1 AND engagement = $2 ORDER BY id",
        params![district, engagement],
        |row| {
            rows.push(AttendanceRow {
                id: row.take()?,
                person: row.take()?,
                arrived_at: row.take()?,
                left_at: row.take()?,
                state: row.take()?,
                grade: row.take::<Option<String>>()?.as_deref().and_then(Grade::from_word),
                minutes: row.take()?,
            });
            Ok(())
        },
    )?;
    Ok(rows)
}

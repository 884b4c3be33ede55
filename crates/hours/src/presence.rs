//! One person's presence at one engagement, and the signals that speak for it.

use db::{Fault, FromRow, Outcome, Row, Tx, Value, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{District, DivisionCode, Id, Instant, Minutes, Person, Refusal};

use crate::{
    Evidence, Grade, SignalKind, Source,
    confirm::raise,
    location::Hints,
    policy::{Policy, policy},
    words::words,
};

/// Mark of an attendance's id.
#[derive(Debug)]
pub enum Attendance {}
/// Mark of a signal's id.
#[derive(Debug)]
pub enum SignalRow {}
/// Mark of the id of a need or a shift, where it does not matter which.
#[derive(Debug)]
pub enum AnyEngagement {}

words! {
    /// What the person was promised to.
    EngagementKind {
        /// A resident's need.
        Need = "need",
        /// A shift of a project.
        Shift = "shift",
        /// A line of a sheet that was brought in.
        Import = "import",
    }
}

/// Time within a service that is kept apart from what counts, unless the place says that it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// Breaks.
    pub pause: Minutes,
    /// The way there and back.
    pub travel: Minutes,
}

impl Apart {
    /// Both together.
    pub fn minutes(self) -> Minutes {
        self.pause + self.travel
    }
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
    /// What of it is planned not to be service.
    pub apart: Apart,
    /// Words of the kinds for which nothing of it counts, with a comma between; empty where it counts.
    pub no_hours: String,
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
    /// When the person says that they went, where nobody saw it.
    pub left_told_at: Option<Instant>,
    /// [`OPEN`], [`RECORDED`] or [`DENIED`].
    pub state: String,
    /// The grade once recorded.
    pub grade: Option<Grade>,
    /// Minutes on record.
    pub minutes: Minutes,
    /// Whether the person was near the meeting point, as far as they let their phone say so.
    pub hints: Hints,
}

impl FromRow for AttendanceRow {
    /// `id, person, arrived_at, left_at, left_told_at, state, grade, minutes, hint_arrived, hint_left`.
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: row.take()?,
            person: row.take()?,
            arrived_at: row.take()?,
            left_at: row.take()?,
            left_told_at: row.take()?,
            state: row.take()?,
            grade: row.take()?,
            minutes: row.take()?,
            hints: Hints::of(&row.take::<String>()?, &row.take::<String>()?),
        })
    }
}

/// State of a presence of which nothing is on record yet.
pub const OPEN: &str = "open";
/// State of a presence that was confirmed.
pub const RECORDED: &str = "recorded";
/// State of a presence of which the person says that it was none.
pub const DENIED: &str = "denied";

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
    pub(crate) grade: Option<Grade>,
    pub(crate) minutes: Minutes,
    pub(crate) claimed_at: Option<Instant>,
    /// From when on the level above answers the claim too.
    pub(crate) answer_by: Option<Instant>,
    pub(crate) version: i64,
    pub(crate) kind: EngagementKind,
    /// What of it is planned not to be service.
    pub(crate) apart_planned: Apart,
    /// What was kept apart when it was put on record.
    pub(crate) apart: Apart,
    /// The kinds for which nothing of it counts; empty where it counts.
    pub(crate) no_hours: String,
    /// Whether the person was near the meeting point, as far as they let their phone say so.
    pub(crate) hints: Hints,
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
            claimed_at: row.take()?,
            answer_by: row.take()?,
            version: row.take()?,
            kind: row.take()?,
            apart_planned: Apart { pause: row.take()?, travel: row.take()? },
            apart: Apart { pause: row.take()?, travel: row.take()? },
            no_hours: row.take()?,
            hints: Hints::of(&row.take::<String>()?, &row.take::<String>()?),
        })
    }
}

impl Presence {
    /// Whether it stands in a sheet that was brought in.
    pub(crate) fn is_imported(&self) -> bool {
        self.kind == EngagementKind::Import
    }

    /// How long it was meant to take: what may be stated at most.
    pub(crate) fn planned_minutes(&self) -> Minutes {
        self.planned.1.minutes_since(self.planned.0)
    }

    /// Gives the row, whose lock is held, its next version, and tells of it.
    pub(crate) fn follow(
        &mut self,
        tx: &mut Tx<'_>,
        call: &Call,
        kind: &'static str,
        more: impl FnOnce(Event) -> Event,
    ) -> Outcome<()> {
        self.version += 1;
        tx.execute_one(
            "UPDATE attendance SET version = $3 WHERE district = $1 AND id = $2",
            params![self.id.district(), self.id, self.version],
        )?;
        let event = Event::new(kind, self.id.district(), self.id, self.version)
            .with("division", self.division.to_string());
        Ok(append(tx, call, more(event))?)
    }
}

/// The attendance; 404 when there is none.
pub(crate) fn load(tx: &mut Tx<'_>, id: Id<Attendance>) -> Outcome<Presence> {
    let row: Option<Presence> = tx.query_opt(
        "SELECT id, engagement, category, division, person, home_division, planned_from, planned_to, state, grade,
             minutes, claimed_at, answer_by, version, kind, break_planned, travel_planned, break_apart, travel_apart,
             no_hours, hint_arrived, hint_left
         FROM attendance WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    Ok(row.ok_or_else(Refusal::missing)?)
}

/// The same under its lock.
pub(crate) fn lock(tx: &mut Tx<'_>, id: Id<Attendance>) -> Outcome<Presence> {
    let row: Option<Presence> = tx.query_opt(
        "SELECT id, engagement, category, division, person, home_division, planned_from, planned_to, state, grade,
             minutes, claimed_at, answer_by, version, kind, break_planned, travel_planned, break_apart, travel_apart,
             no_hours, hint_arrived, hint_left
         FROM attendance WHERE district = $1 AND id = $2 FOR UPDATE",
        params![id.district(), id],
    )?;
    Ok(row.ok_or_else(Refusal::missing)?)
}

/// The attendance of a person at an engagement; opened when there is none yet. It writes in the place's district, and a
/// mark in the person's when that is another.
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
    if let Some(row) = at_engagement(tx, engagement.id, person)? {
        return Ok(row.id);
    }
    match insert(tx, call, engagement, person, home, None)? {
        Some(id) => Ok(id),
        None => opened_meanwhile(tx, engagement, person),
    }
}

/// What [`open`] and then [`signal`] do, for a presence of which nothing is known to be there yet: half the statements.
///
/// # Errors
/// As [`signal`].
pub fn open_with(
    tx: &mut Tx<'_>,
    call: &Call,
    engagement: &Engagement,
    person: Id<Person>,
    home: DivisionCode,
    first: &Signal<'_>,
) -> Outcome<()> {
    first.must_be_of(call, person)?;
    if insert(tx, call, engagement, person, home, Some(first))?.is_none() {
        let id = opened_meanwhile(tx, engagement, person)?;
        signal(tx, call, id, first)?;
    }
    Ok(())
}

fn opened_meanwhile(tx: &mut Tx<'_>, engagement: &Engagement, person: Id<Person>) -> Outcome<Id<Attendance>> {
    Ok(at_engagement(tx, engagement.id, person)?.ok_or_else(Refusal::missing)?.id)
}

/// Inserts an attendance, with the first piece of evidence where there is one; `None` when there is an attendance already.
fn insert(
    tx: &mut Tx<'_>,
    call: &Call,
    engagement: &Engagement,
    person: Id<Person>,
    home: DivisionCode,
    first: Option<&Signal<'_>>,
) -> Outcome<Option<Id<Attendance>>> {
    let district = engagement.id.district();
    let id: Id<Attendance> = call.id(district);
    let at = |end: SignalKind| first.filter(|signal| signal.kind == end).map(|signal| signal.at);
    let made = tx.execute(
        "INSERT INTO attendance (district, id, engagement, kind, category, division, person, home_division,
             planned_from, planned_to, arrived_at, left_at, state, minutes, version, break_planned, travel_planned,
             no_hours)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, $16, $17)
         ON CONFLICT (district, engagement, person) DO NOTHING",
        params![
            district,
            id,
            engagement.id,
            engagement.kind,
            engagement.category,
            engagement.division,
            person,
            home,
            engagement.from,
            engagement.to,
            at(SignalKind::Arrived),
            at(SignalKind::Left),
            OPEN,
            1 + i64::from(first.is_some()),
            engagement.apart.pause,
            engagement.apart.travel,
            engagement.no_hours
        ],
    )?;
    if made == 0 {
        return Ok(None);
    }
    if person.district() != district {
        tx.execute_one(
            "INSERT INTO presence_elsewhere (district, person, attendance) VALUES ($1, $2, $3)",
            params![person.district(), person, id],
        )?;
    }
    let event = Event::new("attendance.opened", district, id, 1)
        .with("division", engagement.division.to_string())
        .with("kind", engagement.kind.word())
        .with_id("person", person)
        .with_id("engagement", engagement.id);
    append(tx, call, event)?;
    if let Some(first) = first {
        first.keep(tx, call, id, 2)?;
    }
    Ok(Some(id))
}

impl Signal<'_> {
    /// Refuses what speaks of a time to come, and anybody's own word given by another.
    fn must_be_of(&self, call: &Call, person: Id<Person>) -> Result<(), Refusal> {
        if self.at > call.now {
            return Err(Refusal::conflict("signal-in-future"));
        }
        if self.source == Source::SelfTap && self.witness != person {
            return Err(Refusal::conflict("signal-not-own"));
        }
        Ok(())
    }

    /// Inserts the row and tells of it, as the change of the attendance that gives it `version`.
    fn keep(&self, tx: &mut Tx<'_>, call: &Call, attendance: Id<Attendance>, version: i64) -> Outcome<()> {
        let district = attendance.district();
        let id: Id<SignalRow> = call.id(district);
        let digest = SIGNAL.insert(
            tx,
            params![
                district,
                id,
                attendance,
                self.kind,
                self.source,
                self.witness,
                self.device,
                self.at,
                call.now
            ],
        )?;
        let event = Event::new("attendance.signalled", district, attendance, version)
            .with("kind", self.kind.word())
            .with("source", self.source.word())
            .with_id("witness", self.witness)
            .row(&digest);
        append(tx, call, event)?;
        Ok(())
    }
}

/// Adds a piece of evidence. The same kind from the same source and witness twice is harmless, except that who went may
/// come again with a code, as often as the place allows a day. Whether the witness may say so there is the caller's
/// question. What is on record already may rise to a better grade, until its due date.
///
/// Runs in a transaction that may write in two districts, and takes the person's lock, then the attendance's.
///
/// # Errors
/// `signal-in-future`, `signal-not-own`, `check-in-pairs` (conflict); 404 when there is no such attendance.
pub fn signal(tx: &mut Tx<'_>, call: &Call, attendance: Id<Attendance>, signal: &Signal<'_>) -> Outcome<()> {
    let before = load(tx, attendance)?;
    signal.must_be_of(call, before.person)?;
    if before.grade.is_some() {
        people::lock(tx, before.person)?;
    }
    let mut presence = lock(tx, attendance)?;
    if presence.grade.is_some() != before.grade.is_some() {
        return Err(Fault::Again("the presence was confirmed meanwhile".to_owned()).into());
    }
    let policy = policy(tx, presence.division, presence.planned.0.day())?;
    if let Some(signals) = give(tx, call, &mut presence, &policy, signal)? {
        raise(tx, call, &mut presence, &policy, &signals)?;
    }
    Ok(())
}

/// Adds a signal to a presence whose lock is held, and gives every signal it has then; `None` when it had this one.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    call: &Call,
    presence: &mut Presence,
    policy: &Policy,
    signal: &Signal<'_>,
) -> Outcome<Option<Vec<Evidence>>> {
    let attendance = presence.id;
    let mut seen = evidence(tx, attendance)?;
    let same =
        |one: &Evidence| (one.kind, one.source, one.witness) == (signal.kind, signal.source, signal.witness);
    let turns = signal.source.repeats() && policy.setting(presence).turns(&seen, signal.kind, signal.at);
    if !turns && seen.iter().any(same) {
        return Ok(None);
    }
    if turns && signal.kind == SignalKind::Arrived {
        policy.must_be_one_of_the_day(presence, &seen, signal.at)?;
    }
    seen.push(Evidence {
        kind: signal.kind,
        source: signal.source,
        witness: signal.witness,
        device: signal.device.to_vec(),
        at: signal.at,
        entered_at: call.now,
    });
    presence.version += 1;
    let (arrived, left) = policy.setting(presence).times(&seen);
    tx.execute_one(
        "UPDATE attendance SET arrived_at = $3, left_at = $4, version = $5 WHERE district = $1 AND id = $2",
        params![attendance.district(), attendance, arrived, left, presence.version],
    )?;
    signal.keep(tx, call, attendance, presence.version)?;
    Ok(Some(seen))
}

/// Every signal of an attendance, oldest first.
pub(crate) fn evidence(tx: &mut Tx<'_>, attendance: Id<Attendance>) -> Result<Vec<Evidence>, Fault> {
    tx.query(
        "SELECT kind, source, witness, device, at, entered_at FROM signal
         WHERE district = $1 AND attendance = $2 ORDER BY id",
        params![attendance.district(), attendance],
    )
}

/// The attendance with every signal of it, oldest first, in one statement; 404 when there is none.
pub(crate) fn evidence_and_presence(
    tx: &mut Tx<'_>,
    id: Id<Attendance>,
) -> Outcome<(Presence, Vec<Evidence>)> {
    let (mut presence, mut signals) = (None, Vec::new());
    tx.each(
        "SELECT a.id, a.engagement, a.category, a.division, a.person, a.home_division, a.planned_from, a.planned_to,
             a.state, a.grade, a.minutes, a.claimed_at, a.answer_by, a.version, a.kind,
             a.break_planned, a.travel_planned, a.break_apart, a.travel_apart, a.no_hours,
             a.hint_arrived, a.hint_left,
             s.kind, s.source, s.witness, s.device, s.at, s.entered_at
         FROM attendance a LEFT JOIN signal s ON s.district = a.district AND s.attendance = a.id
         WHERE a.district = $1 AND a.id = $2 ORDER BY s.id",
        params![id.district(), id],
        |row| {
            presence = Some(Presence::from_row(row)?);
            if let Some(kind) = row.take()? {
                signals.push(Evidence {
                    kind,
                    source: row.take()?,
                    witness: row.take()?,
                    device: row.take()?,
                    at: row.take()?,
                    entered_at: row.take()?,
                });
            }
            Ok(())
        },
    )?;
    Ok((presence.ok_or_else(Refusal::missing)?, signals))
}

/// A presence without a record: its id, its planned beginning, word of its category.
pub(crate) type Unrecorded = (Id<Attendance>, Instant, String);

/// Other districts than the home that are looked into for unrecorded presences.
const ELSEWHERE_MAX: usize = 2;
/// Presences elsewhere that are looked at, the newest.
const MARKS: usize = 16;

/// Presences of the person that have begun and have no record, the newest first: one statement for the home district, one
/// for the marks of presences elsewhere, one for each other district, of which there are two at most.
pub(crate) fn unrecorded(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    now: Instant,
    most: usize,
) -> Result<Vec<Unrecorded>, Fault> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let mut open: Vec<Unrecorded> = tx.query(
        "SELECT id, planned_from, category FROM attendance
         WHERE district = $1 AND person = $2 AND state = $3 AND planned_from <= $4
         ORDER BY planned_from DESC, id DESC LIMIT $5",
        params![person.district(), person, OPEN, now, limit],
    )?;
    let marks: Vec<(Id<Attendance>,)> = tx.query(
        "SELECT attendance FROM presence_elsewhere WHERE district = $1 AND person = $2
         ORDER BY attendance DESC LIMIT $3",
        params![person.district(), person, MARKS as i64],
    )?;
    let mut by_district: Vec<(District, Vec<Id<Attendance>>)> = Vec::new();
    for (id,) in marks {
        match by_district.iter_mut().find(|(district, _)| *district == id.district()) {
            Some((_, ids)) => ids.push(id),
            None => by_district.push((id.district(), vec![id])),
        }
    }
    for (district, ids) in by_district.into_iter().take(ELSEWHERE_MAX) {
        let mut values = params![district, OPEN, now].to_vec();
        values.extend(ids.iter().map(|id| Value::Uuid(id.bytes())));
        values.resize(MARKS + 3, Value::Null);
        open.extend(tx.query::<Unrecorded>(
            "SELECT id, planned_from, category FROM attendance
             WHERE district = $1 AND state = $2 AND planned_from <= $3
             AND id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            &values,
        )?);
    }
    open.sort_by_key(|(id, from, _)| std::cmp::Reverse((*from, *id)));
    open.truncate(most);
    Ok(open)
}

/// What a source has said of a person's presence at an engagement, and when.
///
/// # Errors
/// A fault.
pub fn said_by(
    tx: &mut Tx<'_>,
    engagement: Id<AnyEngagement>,
    person: Id<Person>,
    source: Source,
) -> Outcome<Vec<(SignalKind, Instant)>> {
    Ok(tx.query(
        "SELECT s.kind, s.at FROM attendance a
         JOIN signal s ON s.district = a.district AND s.attendance = a.id
         WHERE a.district = $1 AND a.engagement = $2 AND a.person = $3 AND s.source = $4 ORDER BY s.id",
        params![engagement.district(), engagement, person, source],
    )?)
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
    Ok(tx.query(
        "SELECT id, person, arrived_at, left_at, left_told_at, state, grade, minutes, hint_arrived, hint_left FROM attendance
         WHERE district = $1 AND engagement = $2 ORDER BY id",
        params![district, engagement],
    )?)
}

/// The same of one person, however many are there.
///
/// # Errors
/// A fault.
pub fn at_engagement<E>(
    tx: &mut Tx<'_>,
    engagement: Id<E>,
    person: Id<Person>,
) -> Outcome<Option<AttendanceRow>> {
    Ok(tx.query_opt(
        "SELECT id, person, arrived_at, left_at, left_told_at, state, grade, minutes, hint_arrived, hint_left FROM attendance
         WHERE district = $1 AND engagement = $2 AND person = $3",
        params![engagement.district(), engagement, person],
    )?)
}

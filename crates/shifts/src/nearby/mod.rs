//! Whether somebody who has just come or gone is near the meeting point: they let their phone say so, after one sentence
//! on what becomes of it (个人信息保护法 art. 28 and 29: where one is, is sensitive and asks for its own consent). Where the
//! phone is comes in one request, is held against the meeting point in memory and forgotten; only inside, outside or not known
//! stays, and it decides nothing. Who is under fourteen is not asked (art. 31).

pub(crate) mod pages;
mod point;

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use hours::{AttendanceRow, Hint, SignalKind};
use journal::{Call, Event, append};
use kernel::{Id, Refusal};

pub use point::{Located, Point};

use crate::{
    check_in::{own_presence, rule},
    shift::{self, Shift, ShiftCard},
};

/// Who is younger is not asked where they are (个人信息保护法 art. 31).
const ASKED_FROM_AGE: i32 = 14;

/// Mark of a meeting point's id.
#[derive(Debug)]
enum MeetingPoint {}

/// Where the shift's project meets at this address, where somebody said so. One statement.
///
/// # Errors
/// A fault.
pub fn meeting_point(tx: &mut Tx<'_>, shift: &ShiftCard) -> Result<Option<Point>, Fault> {
    Ok(stored(tx, shift)?.and_then(|stored| stored.point))
}

/// A meeting point as it stands; without a place once it was taken back.
struct Stored {
    id: Id<MeetingPoint>,
    version: i64,
    point: Option<Point>,
}

impl FromRow for Stored {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        let (id, version) = (row.take()?, row.take()?);
        let (lat, lon) = (row.take::<Option<i64>>()?, row.take()?);
        Ok(Self { id, version, point: lat.zip(lon).map(|(lat, lon)| Point::of_parts(lat, lon)) })
    }
}

/// One statement.
fn stored(tx: &mut Tx<'_>, shift: &ShiftCard) -> Result<Option<Stored>, Fault> {
    tx.query_opt(
        "SELECT id, version, lat, lon FROM meeting_point WHERE district = $1 AND project = $2 AND address = $3",
        params![shift.id.district(), shift.project, shift.address.as_str()],
    )
}

/// Says where one meets, for every date of the project at this address, or takes it back.
///
/// # Errors
/// 404; forbidden for who does not run the shift.
pub fn meet_at(tx: &mut Tx<'_>, call: &Call, id: Id<Shift>, point: Option<Point>) -> Outcome<()> {
    let shift = shift::shift(tx, id)?;
    shift.must_be_run_by(call)?;
    let before = stored(tx, &shift)?;
    let (id, version) = match before {
        Some(stored) => (stored.id, stored.version + 1),
        None => (call.id(shift.id.district()), 1),
    };
    let (lat, lon) = point.map(Point::parts).unzip();
    tx.execute_one(
        "INSERT INTO meeting_point (district, id, project, address, lat, lon, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (district, project, address) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, version = excluded.version",
        params![id.district(), id, shift.project, shift.address.as_str(), lat, lon, version],
    )?;
    let event = Event::new("project.meeting_point", id.district(), id, version)
        .with_id("project", shift.project)
        .with("lat", lat)
        .with("lon", lon);
    append(tx, call, event)?;
    Ok(())
}

/// The meeting point, where who just came or went may be asked whether they are near it. Nothing where nobody said where one
/// meets, where it was answered already, and for who is younger than fourteen or of an age that is not known. At most two
/// statements.
///
/// # Errors
/// A fault.
pub(crate) fn may_be_asked(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: &ShiftCard,
    row: Option<&AttendanceRow>,
) -> Outcome<Option<Point>> {
    let Some(person) = row.filter(|row| row.hint_due(call).is_some()).map(|row| row.person) else {
        return Ok(None);
    };
    let Some(meeting) = meeting_point(tx, shift)? else { return Ok(None) };
    let born = people::birth_day(tx, person)?;
    Ok(born.is_some_and(|born| call.now.day().years_since(born) >= ASKED_FROM_AGE).then_some(meeting))
}

/// Holds where the actor's phone is against the meeting point and keeps what came of it. Gives what it says and of what.
///
/// # Errors
/// Sign in first; `check-in-not-signed-up`, `hint-not-due` (conflict), the latter also for who is not to be asked.
pub fn tell_nearby(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<Shift>,
    position: Located,
) -> Outcome<(SignalKind, Hint)> {
    let not_due = || Refusal::conflict("hint-not-due");
    let shift = shift::shift(tx, id)?;
    let row = own_presence(tx, call, &shift)?.ok_or_else(not_due)?;
    let meeting = may_be_asked(tx, call, &shift, Some(&row))?.ok_or_else(not_due)?;
    let hint = position.hint(meeting, rule(tx, &shift)?.near_metres);
    Ok((hours::note_hint(tx, call, &row, hint)?, hint))
}

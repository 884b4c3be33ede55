//! Who checked in and forgot to check out: asked the same evening when they left, never given an hour that nobody saw, and
//! never left at zero without a word. What they say is their own word; somebody of the place confirms it.

use db::{Fault, Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{District, Id, Instant, Minutes, Person, Refusal};

use crate::{
    AnyEngagement, Attendance, Signal, SignalKind, Source,
    claim::own,
    presence::{OPEN, evidence, give},
    quiet::not_at_night,
};

/// Somebody who came to a shift and of whose going nobody knows. Who went and came again has hours without that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unleft {
    /// The presence.
    pub attendance: Id<Attendance>,
    /// The shift.
    pub engagement: Id<AnyEngagement>,
    /// Who.
    pub person: Id<Person>,
    /// When it was to end.
    pub planned_to: Instant,
}

/// From this minute of the day on one is asked: when shifts of the day are over and people are at home.
const EVENING: i64 = 19 * 60;
/// So long after the planned end one may still check out by oneself.
const PATIENCE: Minutes = Minutes::from_hours(1);
/// Older ones are asked no more: when the process stood still for so long, the question comes too late.
const FORGET: Minutes = Minutes::from_hours(48);
/// So many in one look.
const LOOK_MAX: i64 = 200;

/// When somebody whose shift ended then is asked.
fn asks_at(planned_to: Instant) -> Instant {
    not_at_night((planned_to + PATIENCE).max(planned_to.day().at_minute(EVENING)))
}

/// The districts in which somebody may have to be asked, now or in the evening.
///
/// # Errors
/// A [`Fault`].
pub fn unleft_in(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<District>, Fault> {
    let rows: Vec<(District,)> = tx.query(
        "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM attendance a WHERE a.district = h.district AND a.state = 'open' AND a.left_at IS NULL
                  AND a.left_asked_at IS NULL AND a.planned_to > $1 AND a.planned_to <= $2 AND a.arrived_at IS NOT NULL
                  AND a.kind = 'shift')",
        params![now - FORGET, now - PATIENCE],
    )?;
    Ok(rows.into_iter().map(|(district,)| district).collect())
}

/// Who is to be asked now, in one district.
///
/// # Errors
/// A [`Fault`].
pub fn unleft(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<Vec<Unleft>, Fault> {
    let mut found = Vec::new();
    tx.each(
        "SELECT id, engagement, person, planned_to FROM attendance
         WHERE district = $1 AND state = 'open' AND left_at IS NULL AND left_asked_at IS NULL
             AND planned_to > $2 AND planned_to <= $3 AND arrived_at IS NOT NULL AND kind = 'shift'
             AND NOT EXISTS (SELECT 1 FROM signal s WHERE s.district = attendance.district
                 AND s.attendance = attendance.id AND s.kind = 'left')
         ORDER BY planned_to LIMIT $4",
        params![district, now - FORGET, now - PATIENCE, LOOK_MAX],
        |row| {
            let one = Unleft {
                attendance: row.take()?,
                engagement: row.take()?,
                person: row.take()?,
                planned_to: row.take()?,
            };
            if now >= asks_at(one.planned_to) {
                found.push(one);
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// Notes that the person is being asked; `false` when they were, or when their going is known by now.
///
/// # Errors
/// A [`Fault`].
pub fn ask_left(tx: &mut Tx<'_>, call: &Call, attendance: Id<Attendance>) -> Result<bool, Fault> {
    let asked = tx.execute(
        "UPDATE attendance SET left_asked_at = $3 WHERE district = $1 AND id = $2 AND state = 'open'
             AND left_at IS NULL AND left_asked_at IS NULL",
        params![attendance.district(), attendance, call.now],
    )?;
    Ok(asked == 1)
}

/// "I left then": what their clock showed, `16:30`, for the first time after they came. The person's own word: it makes no
/// hour by itself, and the grade asks for a witness as ever.
///
/// # Errors
/// `left-unreadable` (invalid) for no such time; `left-known` when somebody saw them go, or hours are on record; `hours-no-check-in` when nobody saw them come;
/// `hours-too-late` (conflict); `left-time` (invalid) outside coming and the planned end with its tolerance, or in the
/// future; 404 for anybody else's presence.
pub fn tell_left(tx: &mut Tx<'_>, call: &Call, id: Id<Attendance>, clock: &str) -> Outcome<()> {
    let (mut presence, policy) = own(tx, call, id)?;
    let signals = evidence(tx, id)?;
    let ends = |kind: SignalKind| signals.iter().any(|one| one.kind == kind);
    if presence.state != OPEN || ends(SignalKind::Left) || ends(SignalKind::Served) {
        return Err(Refusal::conflict("left-known").into());
    }
    policy.must_be_in_time(call, &presence)?;
    let (arrived, _) = policy.setting(&presence).times(&signals);
    let from = arrived.ok_or_else(|| Refusal::conflict("hours-no-check-in"))?;
    let at = first_after(from, clock).ok_or_else(|| Refusal::invalid("left", "left-unreadable"))?;
    let to = (presence.planned.1 + policy.tolerance).min(call.now);
    if at <= from || at > to {
        let mut refusal = Refusal::invalid("left", "left-time");
        for field in &mut refusal.fields {
            field.args.extend([("from", from.into()), ("to", to.into())]);
        }
        return Err(refusal.into());
    }
    let word =
        Signal { kind: SignalKind::Left, source: Source::SelfTap, witness: presence.person, device: &[], at };
    give(tx, call, &mut presence, &policy, &word)?;
    presence.version += 1;
    tx.execute_one(
        "UPDATE attendance SET left_told_at = $3, version = $4 WHERE district = $1 AND id = $2",
        params![id.district(), id, at, presence.version],
    )?;
    let event = Event::new("attendance.left_told", id.district(), id, presence.version)
        .with("division", presence.division.to_string())
        .with("at", at.micros());
    Ok(append(tx, call, event)?)
}

/// The first time after `came` that a clock showed this; `None` when it is no time of day.
fn first_after(came: Instant, clock: &str) -> Option<Instant> {
    let (hour, minute) = clock.trim().split_once([':', '：'])?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let minute = ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)?;
    let same_day = came.day().at_minute(minute);
    Some(if same_day > came { same_day } else { came.day().plus(1).at_minute(minute) })
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;

    #[test]
    fn one_is_asked_in_the_evening_and_not_at_night() {
        let day = Day::from_ymd(2026, 3, 9).unwrap();
        let clock = |minute: i64| (minute / 60, minute % 60);
        let at = |hour: i64, minute: i64| {
            let at = asks_at(day.at_minute(hour * 60 + minute));
            (at.day().number() - day.number(), clock(at.minute_of_day()))
        };
        assert_eq!(at(0, 30), (0, (19, 0)));
        assert_eq!(at(11, 0), (0, (19, 0)));
        assert_eq!(at(18, 30), (0, (19, 30)));
        assert_eq!(at(20, 30), (0, (21, 30)));
        assert_eq!(at(20, 31), (1, (8, 0)));
        assert_eq!(at(23, 30), (1, (8, 0)));
    }

    #[test]
    fn a_clock_is_read_as_the_first_time_after_coming() {
        let day = Day::from_ymd(2026, 3, 9).unwrap();
        let came = day.at_minute(22 * 60);
        assert_eq!(first_after(came, "23:05"), Some(day.at_minute(23 * 60 + 5)));
        assert_eq!(first_after(came, " 0：30 "), Some(day.plus(1).at_minute(30)));
        for wrong in ["", "23", "24:00", "1:60", "-1:30", "x:y", "1:2:3"] {
            assert_eq!(first_after(came, wrong), None, "{wrong}");
        }
    }
}

//! Hours that a leader types in, because nobody saw them at the time: with a reason, the person told at once and reminded
//! once, and nothing of it without the person's own yes within some days. After the yes it is a claim, which a second
//! person of the place answers ([`crate::answer_claim`]), never the one who typed it.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::Call;
use kernel::{Arg, Day, District, Id, Instant, Person, Refusal};

use crate::{
    Attendance,
    policy::policy,
    presence::{self, OPEN, Presence},
    tell::{Notice, tell},
    words::words,
};

words! {
    /// Why hours are typed in and were not seen at the time.
    TypedReason {
        /// No telephone, or an empty one.
        NoPhone = "no_phone",
        /// No network at the place.
        NoNetwork = "no_network",
        /// Too much to do at the time.
        Busy = "busy",
        /// The signed sheet came later.
        SheetLate = "sheet_late",
    }
}

/// What waits for the person's yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) attendance: Id<Attendance>,
    pub(crate) reason: TypedReason,
    pub(crate) entered_by: Id<Person>,
    /// From when on a yes comes too late.
    pub(crate) lapses_at: Instant,
    /// When to look again.
    next_at: Instant,
    /// Whether it waits; else the person said something, or it lapsed.
    pub(crate) state: State,
    version: i64,
}

words! {
    /// How far it is.
    State {
        /// Waits for the person's word.
        Open = "open",
        /// The person said something.
        Said = "said",
        /// Nobody said anything in time.
        Lapsed = "lapsed",
    }
}

impl FromRow for Typed {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            attendance: row.take()?,
            reason: row.take()?,
            entered_by: row.take()?,
            lapses_at: row.take()?,
            next_at: row.take()?,
            state: row.take()?,
            version: row.take()?,
        })
    }
}

impl Typed {
    /// Whether a yes comes too late, also where nobody has looked since.
    pub(crate) fn is_lapsed(&self, now: Instant) -> bool {
        self.state == State::Lapsed || (self.state == State::Open && now >= self.lapses_at)
    }

    /// Whether it waits for a word.
    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// The last day for a yes.
    pub(crate) fn until(&self) -> Day {
        self.lapses_at.day().plus(-1)
    }
}

/// The minute of the day at which one is reminded.
const REMIND: i64 = 9 * 60;
/// So many days before the last one.
const REMIND_BEFORE: i32 = 2;
/// So many in one look.
const LOOK_MAX: i64 = 200;

/// When the person is reminded of hours typed in on that day, `None` where there is no day between, and from when on a yes
/// comes too late: after the last of `days` days.
fn clock(entered: Day, days: i32) -> (Option<Instant>, Instant) {
    let remind = (days > REMIND_BEFORE).then(|| entered.plus(days - REMIND_BEFORE).at_minute(REMIND));
    (remind, entered.plus(days).plus(1).start())
}

/// What was typed in for a presence, the latest.
pub(crate) fn typed_for(tx: &mut Tx<'_>, id: Id<Attendance>) -> Result<Option<Typed>, Fault> {
    tx.query_opt(
        "SELECT attendance, reason, entered_by, lapses_at, next_at, state, version FROM typed_hours
         WHERE district = $1 AND attendance = $2",
        params![id.district(), id],
    )
}

/// Notes that `by` typed in what was not seen, and tells the person that it waits for their yes. Of a presence that its
/// person claims already, or that waits for their yes, nothing is noted anew. Who may type it in is the caller's question.
///
/// Runs in a transaction that may write in two districts and holds the presence's lock.
///
/// # Errors
/// 404 when there is no such presence.
pub fn type_in(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<Attendance>,
    by: Id<Person>,
    reason: TypedReason,
) -> Outcome<()> {
    let mut presence = presence::lock(tx, id)?;
    let before = typed_for(tx, id)?;
    let waits = presence.claimed_at.is_some() || before.is_some_and(|one| !one.is_lapsed(call.now));
    if presence.state != OPEN || waits {
        return Ok(());
    }
    let days = policy(tx, presence.division, presence.planned.0.day())?.typed_days;
    let (remind, lapses_at) = clock(call.now.day(), days);
    tx.execute_one(
        "INSERT INTO typed_hours (district, attendance, person, division, reason, entered_by, entered_at, lapses_at,
             next_at, state, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
         ON CONFLICT (district, attendance) DO UPDATE SET reason = EXCLUDED.reason, entered_by = EXCLUDED.entered_by,
             entered_at = EXCLUDED.entered_at, lapses_at = EXCLUDED.lapses_at, next_at = EXCLUDED.next_at,
             state = EXCLUDED.state, version = typed_hours.version + 1",
        params![
            id.district(),
            id,
            presence.person,
            presence.division,
            reason,
            by,
            call.now,
            lapses_at,
            remind.unwrap_or(lapses_at),
            State::Open
        ],
    )?;
    presence.follow(tx, call, "attendance.typed_in", |event| {
        event.with("reason", reason.word()).with_id("by", by).with("until", lapses_at.micros())
    })?;
    ask(tx, call, Notice::Typed, &presence, lapses_at)
}

fn ask(tx: &mut Tx<'_>, call: &Call, notice: Notice, presence: &Presence, lapses_at: Instant) -> Outcome<()> {
    let args = [("when", Arg::from(presence.planned.0)), ("until", Arg::from(lapses_at.day().plus(-1)))];
    tell(tx, call, notice, presence.id.district(), presence.person, &args)
}

/// Notes that the person has said something to what was typed in.
pub(crate) fn was_said(tx: &mut Tx<'_>, id: Id<Attendance>) -> Result<(), Fault> {
    tx.execute(
        "UPDATE typed_hours SET state = $3, version = version + 1
         WHERE district = $1 AND attendance = $2 AND state = $4",
        params![id.district(), id, State::Said, State::Open],
    )?;
    Ok(())
}

/// Of what waits, what is due now in one district: a reminder, or the end.
pub(crate) fn due(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<Vec<Typed>, Fault> {
    tx.query(
        "SELECT attendance, reason, entered_by, lapses_at, next_at, state, version FROM typed_hours
         WHERE district = $1 AND state = 'open' AND next_at <= $2 ORDER BY next_at LIMIT $3",
        params![district, now, LOOK_MAX],
    )
}

/// Reminds the person once, or ends what nobody said yes to; `None` when it was done or has become moot.
pub(crate) fn go_on(tx: &mut Tx<'_>, call: &Call, seen: &Typed) -> Outcome<Option<State>> {
    let id = seen.attendance;
    let mut presence = presence::lock(tx, id)?;
    let now = typed_for(tx, id)?.ok_or_else(Refusal::missing)?;
    if now != *seen {
        return Ok(None);
    }
    let state = if call.now >= now.lapses_at { State::Lapsed } else { State::Open };
    tx.execute_one(
        "UPDATE typed_hours SET state = $3, next_at = lapses_at, version = version + 1
         WHERE district = $1 AND attendance = $2",
        params![id.district(), id, state],
    )?;
    match state {
        State::Lapsed => presence.follow(tx, call, "attendance.typed_lapsed", |event| event)?,
        _ => ask(tx, call, Notice::TypedAgain, &presence, now.lapses_at)?,
    }
    Ok(Some(state))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_is_reminded_on_the_fifth_day_and_has_the_whole_seventh() {
        let day = Day::from_ymd(2026, 3, 9).unwrap();
        let (remind, lapse) = clock(day, 7);
        assert_eq!(remind.map(Instant::local_text).as_deref(), Some("2026-03-14T09:00"));
        assert_eq!(lapse.local_text(), "2026-03-17T00:00");
        assert_eq!(clock(day, 2), (None, day.plus(3).start()));
    }

    proptest! {
        #[test]
        fn a_reminder_comes_after_the_entry_and_a_day_before_the_end(day in 0_i32..40_000, days in 0_i32..366) {
            let day = Day::from_number(day);
            let (remind, lapse) = clock(day, days);
            prop_assert!(lapse > day.plus(days).start() && lapse.day() == day.plus(days + 1));
            if let Some(at) = remind {
                prop_assert!(at.day() > day && at.day() < lapse.day().plus(-1));
                prop_assert_eq!(crate::not_at_night(at), at);
            }
        }
    }
}

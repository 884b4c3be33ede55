//! The record of a shift has its day: ten working days after the end (decree 67, art. 11). Who is to write it is reminded,
//! then the next person, then the level above, each of each step once.

use std::sync::Arc;

use db::{Db, Fault, Outcome, Tx, params, unless_refused};
use hours::Deadlines;
use journal::{Call, Event, Kit, append};
use kernel::{Actor, Arg, Calendar, Day, District, Id, Instant, Person};

use crate::{
    notice::{Notice, tell_more},
    shift::{self, Shift, ShiftCard},
};

kernel::words! {
    /// Who is told, in the order of time.
    Step {
        /// The leader of the shift.
        Leader = "leader",
        /// The leader once more.
        Again = "again",
        /// The other leaders of the team.
        Team = "team",
        /// The workers nearest to the place.
        Place = "place",
        /// The workers of the level above it, on the last day.
        Above = "above",
    }
}

/// So many working days before the last one each step is due: of ten, after three, seven, eight, nine and ten.
const STEPS: [(Step, u32); 5] =
    [(Step::Leader, 7), (Step::Again, 3), (Step::Team, 2), (Step::Place, 1), (Step::Above, 0)];
/// The minute of the day at which people are told.
const AT: i64 = 9 * 60;
/// So many shifts in one look.
const LOOK_MAX: i64 = 200;

/// When each step is due of what ended on `end` and is to be on record `due` working days later. A step that would come
/// before the end is left out.
fn steps(end: Day, due: u32, calendar: &Calendar) -> impl Iterator<Item = (Step, Instant)> {
    STEPS.into_iter().filter_map(move |(step, before)| {
        let after = due.checked_sub(before).filter(|after| *after > 0)?;
        Some((step, calendar.working_days_after(end, after).at_minute(AT)))
    })
}

/// Of the steps, the latest that is due now and was not when one looked last, and when to look again. What was missed
/// meanwhile is not made up for: the later step stands for it.
fn turn(
    steps: impl Iterator<Item = (Step, Instant)>,
    looked_for: Instant,
    now: Instant,
) -> (Option<Step>, Option<Instant>) {
    let (mut step, mut next) = (None, None);
    for (one, at) in steps {
        if at > now {
            next = next.or(Some(at));
        } else if at >= looked_for {
            step = Some(one);
        }
    }
    (step, next)
}

/// Working days from today to the due day, today not counted: 0 on the day itself and after it.
pub(crate) fn days_left(calendar: &Calendar, today: Day, due: Day) -> i64 {
    let mut day = today;
    let mut left = 0;
    while day < due {
        day = day.plus(1);
        left += i64::from(calendar.is_working(day));
    }
    left
}

/// Reminds whom it is time to remind in these districts, a transaction for each shift; gives how many messages went. Several
/// processes may.
///
/// # Errors
/// A [`Fault`].
pub(crate) fn tick(db: &Db, kit: &Arc<Kit>, districts: &[District]) -> Result<usize, Fault> {
    let mut told = 0;
    for &district in districts {
        let now = kit.clock.now();
        if hours::not_at_night(now) != now {
            return Ok(told);
        }
        for (shift, at) in db.read_now("duty_due", move |tx| due(tx, district, now))? {
            let kit = Arc::clone(kit);
            let outcome =
                db.write_now("duty_tell", move |tx| remind(tx, &Call::new(&kit, Actor::system()), shift, at));
            told += unless_refused(outcome)?.unwrap_or(0);
        }
    }
    Ok(told)
}

/// The districts in which a step is due.
pub(crate) fn due_in(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<District>, Fault> {
    let rows: Vec<(District,)> = tx.query(
        "SELECT h.district FROM journal_head h WHERE EXISTS
             (SELECT 1 FROM shift s WHERE s.district = h.district AND s.duty_at <= $1)",
        params![now],
    )?;
    Ok(rows.into_iter().map(|(district,)| district).collect())
}

fn due(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<Vec<(Id<Shift>, Instant)>, Fault> {
    tx.query(
        "SELECT id, duty_at FROM shift WHERE district = $1 AND duty_at <= $2 ORDER BY duty_at LIMIT $3",
        params![district, now, LOOK_MAX],
    )
}

/// Does what was due at `at` for one shift, unless somebody else did; gives how many people were told.
fn remind(tx: &mut Tx<'_>, call: &Call, id: Id<Shift>, at: Instant) -> Outcome<usize> {
    let shift = shift::shift(tx, id)?;
    let deadlines = hours::deadlines(tx, call, shift.division, (shift.starts_at, shift.ends_at))?;
    let end = shift.ends_at.day();
    let (mut step, mut next) = turn(steps(end, deadlines.due_working_days, call.calendar()), at, call.now);
    if shift.state != "published" || shift::store::uncalled(tx, id)? == 0 {
        (step, next) = (None, None);
    }
    let mine = tx.execute(
        "UPDATE shift SET duty_at = $4, due_day = $5 WHERE district = $1 AND id = $2 AND duty_at = $3",
        params![id.district(), id, at, next, deadlines.due],
    )?;
    let Some(step) = step.filter(|_| mine == 1) else { return Ok(0) };
    let mut told = 0;
    for person in people_of(tx, call, step, &shift)? {
        let fresh = tx.execute(
            "INSERT INTO duty_told (district, shift, step, person, told_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (district, shift, step, person) DO NOTHING",
            params![id.district(), id, step.word(), person, call.now],
        )?;
        if fresh == 1 {
            tell(tx, call, step, person, &shift, &deadlines)?;
            told += 1;
        }
    }
    let event = Event::new("duty.told", id.district(), call.id::<Step>(id.district()), 1)
        .with("step", step.word())
        .with("people", i64::try_from(told).unwrap_or(i64::MAX))
        .with_id("shift", id);
    append(tx, call, event)?;
    Ok(told)
}

fn people_of(tx: &mut Tx<'_>, call: &Call, step: Step, shift: &ShiftCard) -> Outcome<Vec<Id<Person>>> {
    Ok(match step {
        Step::Leader | Step::Again => vec![shift.leader],
        Step::Team => {
            let mut leaders = people::leaders(tx, shift.organisation)?;
            leaders.retain(|person| *person != shift.leader);
            leaders
        }
        Step::Place => {
            people::workers(tx, people::Workers::Nearest, shift.division, Some(shift.leader), call.now)?
        }
        Step::Above => {
            people::workers(tx, people::Workers::Above, shift.division, Some(shift.leader), call.now)?
        }
    })
}

fn tell(
    tx: &mut Tx<'_>,
    call: &Call,
    step: Step,
    person: Id<Person>,
    shift: &ShiftCard,
    deadlines: &Deadlines,
) -> Outcome<()> {
    let notice = match step {
        Step::Leader | Step::Again => Notice::DutyLeader,
        Step::Team | Step::Place => Notice::DutyNext,
        Step::Above => Notice::DutyAbove,
    };
    let left = days_left(call.calendar(), call.now.day(), deadlines.due);
    tell_more(tx, call, notice, person, shift, &[("left", left.into()), ("due", Arg::from(deadlines.due))])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(month: i8, day: i8) -> Day {
        Day::from_ymd(2026, month, day).unwrap()
    }

    #[test]
    fn the_steps_of_ten_working_days_cross_the_spring_festival_with_its_working_saturdays() {
        // Of 2026: off from 15 to 23 February, worked on the Saturdays 14 and 28 February.
        let national = Calendar::national();
        let all: Vec<_> =
            steps(day(2, 11), 10, &national).map(|(step, at)| (step, at.local_text())).collect();
        assert_eq!(
            all,
            [
                (Step::Leader, "2026-02-14T09:00".to_owned()),
                (Step::Again, "2026-02-27T09:00".to_owned()),
                (Step::Team, "2026-02-28T09:00".to_owned()),
                (Step::Place, "2026-03-02T09:00".to_owned()),
                (Step::Above, "2026-03-03T09:00".to_owned()),
            ]
        );
        assert_eq!(days_left(&national, day(2, 13), day(2, 28)), 6, "14, 24 to 28");
        assert_eq!(days_left(&national, day(3, 4), day(3, 3)), 0);
    }

    proptest! {
        #[test]
        fn whoever_looks_when_everybody_is_told_of_a_step_once_and_the_last_one_always(
            end in 19_700_i32..20_900,
            due in 0_u32..30,
            mut looks in prop::collection::vec(0_i64..60 * 1_440, 1..40),
        ) {
            let (end, calendar) = (Day::from_number(end), Calendar::national());
            let all: Vec<_> = steps(end, due, &calendar).collect();
            prop_assert!(all.windows(2).all(|pair| pair[0].1 < pair[1].1));
            prop_assert!(all.iter().all(|(_, at)| at.day() > end && calendar.is_working(at.day())));
            prop_assert!(all.len() == STEPS.len() || due < 8);
            let last = calendar.working_days_after(end, due);
            prop_assert_eq!(all.last().map(|(step, at)| (*step, at.day())), (due > 0).then_some((Step::Above, last)));
            // One looks at any instants, and at last long after.
            looks.push(120 * 1_440);
            looks.sort_unstable();
            let (mut at, mut told) = (Some(end.at_minute(600)), Vec::new());
            for look in looks {
                let now = end.at_minute(600 + look);
                let Some(due) = at.filter(|at| *at <= now) else { continue };
                let (step, next) = turn(all.iter().copied(), due, now);
                told.extend(step);
                at = next;
                prop_assert!(next.is_none_or(|next| next > now));
            }
            prop_assert_eq!(at, None);
            prop_assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", told);
            prop_assert_eq!(told.last().copied(), all.last().map(|(step, _)| *step));
        }
    }
}

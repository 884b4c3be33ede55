//! What a new number would have done to the service of the last year: everything on record is counted once more, by the
//! rules that held and by the new one. Nothing is written.

use db::{FromRow, Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Instant, Level, Minutes, Person, Refusal};
use places::{Decision, Policy as Decided};

use super::within;
use crate::{
    Evidence, Grade,
    count::count,
    policy::{PREFIX, Policy},
    presence::{Presence, RECORDED},
    served::{Already, Share, by_limits, month_and_year},
};

/// Days that are counted once more.
const DAYS: i32 = 365;
/// The largest changes that are told.
const LARGEST_MAX: usize = 10;

/// How many presences changed in one direction, and by how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Presences.
    pub presences: i64,
    /// Minutes, never negative.
    pub minutes: Minutes,
}

/// One presence that would have come to something else; whose it is nobody needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The day on which it was planned.
    pub day: Day,
    /// Where.
    pub division: DivisionCode,
    /// Minutes by the rules that held.
    pub before: Minutes,
    /// Minutes by the new one.
    pub after: Minutes,
}

impl Changed {
    fn size(&self) -> i64 {
        (self.after - self.before).number().abs()
    }
}

/// What a decision would have done. Minutes are those that count and those that wait for a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// Presences that were counted once more.
    pub presences: i64,
    /// Those that would have come to more.
    pub gain: Moved,
    /// Those that would have come to less.
    pub lose: Moved,
    /// People whose minutes would have been others.
    pub people: i64,
    /// Minutes that would have waited for a review, before and after.
    pub waiting: (Minutes, Minutes),
    /// Minutes by grade, `a` to `d`, before and after.
    pub by_grade: [(Minutes, Minutes); 4],
    /// The largest changes, ten at most, the largest first.
    pub largest: Vec<Changed>,
}

/// A presence on record with what it was counted from.
#[derive(Clone, Debug)]
struct Recorded {
    presence: Presence,
    decided_at: Instant,
    signals: Vec<Evidence>,
}

/// What a presence comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Came {
    grade: Option<Grade>,
    at_once: Minutes,
    waits: Minutes,
}

impl Came {
    fn minutes(self) -> Minutes {
        self.at_once + self.waits
    }
}

/// Counts what one person served, in the order in which it was confirmed: of a day what came first takes its time and the
/// minutes that count at once. What was stated is known where the signals lack an end: it is what is on record.
fn replay(all: &[Recorded], policy: impl Fn(&Presence) -> Policy) -> Vec<Came> {
    let mut taken: Vec<(Instant, Instant, Minutes)> = Vec::new();
    let mut came = Vec::with_capacity(all.len());
    for Recorded { presence, decided_at, signals } in all {
        let policy = policy(presence);
        let counted = |stated| count(presence, &policy, signals, stated, *decided_at);
        let counted = match counted(None) {
            Err(no) if ["hours-no-check-in", "hours-no-check-out"].contains(&no.rule) => {
                counted(Some(presence.minutes))
            }
            counted => counted,
        };
        let mut one = Came::default();
        if let Ok(counted) = counted
            && !counted
                .parts
                .iter()
                .any(|part| taken.iter().any(|(from, to, _)| *from < part.to && part.from < *to))
        {
            one.grade = Some(counted.grade);
            for part in counted.parts {
                let held = |(first, last): (Day, Day)| {
                    let of = taken.iter().filter(|(from, ..)| (first..=last).contains(&from.day()));
                    of.map(|(.., minutes)| *minutes).sum::<Minutes>()
                };
                let [month, year] = month_and_year(part.day).map(held);
                let already = Already { day: held((part.day, part.day)), month, year };
                for (share, of) in by_limits(part, already, policy.limits) {
                    let sum = if of == Share::AtOnce { &mut one.at_once } else { &mut one.waits };
                    *sum += share.minutes;
                }
                taken.push((part.from, part.to, part.minutes));
            }
        }
        came.push(one);
    }
    came
}

impl Simulated {
    /// Adds what one person served.
    fn add(
        &mut self,
        mut all: Vec<Recorded>,
        since: Instant,
        before: &[(String, Decided)],
        after: &[(String, Decided)],
    ) {
        all.sort_by_key(|one| (one.decided_at, one.presence.id));
        let by = |decided: &[(String, Decided)]| {
            replay(&all, |presence| {
                let day = presence.planned.0.day();
                Policy::of(&places::in_force(decided, presence.division, day))
            })
        };
        let mut changed = false;
        for ((one, before), after) in all.iter().zip(by(before)).zip(by(after)) {
            // It is counted for the limit of its year alone.
            if one.presence.planned.0 < since {
                continue;
            }
            self.presences += 1;
            self.waiting.0 += before.waits;
            self.waiting.1 += after.waits;
            for (sums, grade) in self.by_grade.iter_mut().zip(Grade::ALL) {
                let of = |came: Came| if came.grade == Some(*grade) { came.minutes() } else { Minutes::ZERO };
                sums.0 += of(before);
                sums.1 += of(after);
            }
            let difference = after.minutes() - before.minutes();
            if difference == Minutes::ZERO {
                continue;
            }
            changed = true;
            let side = if difference > Minutes::ZERO { &mut self.gain } else { &mut self.lose };
            side.presences += 1;
            side.minutes += Minutes(difference.number().abs());
            self.largest.push(Changed {
                day: one.presence.planned.0.day(),
                division: one.presence.division,
                before: before.minutes(),
                after: after.minutes(),
            });
        }
        self.people += i64::from(changed);
        self.largest.sort_by_key(|one| std::cmp::Reverse(one.size()));
        self.largest.truncate(LARGEST_MAX);
    }
}

/// Counts the last year of a division once more as if the decision had held all along, except where something below
/// decided otherwise. What stands in a sheet from elsewhere is left out, for no rule counted it; so is what was never
/// confirmed. The rows are read one after the other, a person at a time.
///
/// # Errors
/// Forbidden; those of [`super::decide`]; `policy-try-district` (invalid) for more than a district.
pub fn simulate(tx: &mut Tx<'_>, call: &Call, decision: &Decision) -> Outcome<Simulated> {
    let decision = within(decision)?;
    let division = decision.division;
    call.actor.must(Action::ManagePlaces, division)?;
    decision.must_be_sound(call.now.day())?;
    places::must_be_left(tx, &decision)?;
    if division.level() < Level::District {
        return Err(Refusal::invalid("division", "policy-try-district").into());
    }
    let before = places::decisions(tx, division, PREFIX)?;
    let mut after = before.clone();
    let new = Decided {
        value: decision.value,
        version: i64::MAX,
        source: decision.source,
        division,
        from_day: Day::from_number(i32::MIN),
        binding: decision.binding,
    };
    after.push((decision.name, new));
    after.sort_by_key(|(_, policy)| (policy.division, policy.version));
    let today = call.now.day();
    let since = today.plus(-DAYS).start();
    let codes = division.subtree();
    let (first, last) = (codes.start().cast_signed(), codes.end().cast_signed());
    let mut sums = Simulated::default();
    let mut person: Option<Id<Person>> = None;
    let mut all: Vec<Recorded> = Vec::new();
    tx.each(
        "SELECT a.decided_at, a.id, a.engagement, a.category, a.division, a.person, a.home_division, a.planned_from,
             a.planned_to, a.state, a.grade, a.minutes, a.claimed_at, a.answer_by, a.version, a.kind,
             a.break_planned, a.travel_planned, a.break_apart, a.travel_apart, a.no_hours,
             a.hint_arrived, a.hint_left,
             s.kind, s.source, s.witness, s.device, s.at, s.entered_at
         FROM attendance a JOIN signal s ON s.district = a.district AND s.attendance = a.id
         WHERE a.district = $1 AND a.division BETWEEN $2 AND $3 AND a.state = $4 AND a.kind <> 'import'
             AND a.planned_from >= $5 AND a.planned_from < $6 AND s.entered_at <= a.decided_at
         ORDER BY a.person, a.id, s.id",
        params![
            division.district(),
            first,
            last,
            RECORDED,
            month_and_year(since.day())[1].0.start(),
            today.plus(1).start()
        ],
        |row| {
            let decided_at = row.take()?;
            let presence = Presence::from_row(row)?;
            let signal = Evidence::from_row(row)?;
            if person != Some(presence.person) {
                sums.add(std::mem::take(&mut all), since, &before, &after);
                person = Some(presence.person);
            }
            match all.last_mut().filter(|one| one.presence.id == presence.id) {
                Some(one) => one.signals.push(signal),
                None => all.push(Recorded { presence, decided_at, signals: vec![signal] }),
            }
            Ok(())
        },
    )?;
    sums.add(all, since, &before, &after);
    Ok(sums)
}

//! What a new number would have done to the service of the last year: everything on record is counted once more, by the
//! rules that held and by the new one. Nothing is written.

mod replay;
mod sums;

use db::{FromRow, Outcome, Tx, params};
use journal::Call;
use kernel::{Action, Day, District, DivisionCode, Id, Instant, Level, Person, Refusal};
use places::{Decision, Policy as Decided};

use self::replay::{Recorded, replay};
pub use self::sums::{Below, Changed, Compared, Moved, Simulated};
use super::within;
use crate::{
    Evidence,
    policy::{Held, PREFIX, RULES},
    presence::{Presence, RECORDED},
    served::month_and_year,
};

/// Days that are counted once more.
const DAYS: i32 = 365;
/// Presences that a page or the API counts once more at most; the command counts any number.
pub const TRIAL_MAX: i64 = 100_000;

/// A decision to be tried, with what it is held against.
#[derive(Clone, Debug)]
pub struct Trial {
    area: DivisionCode,
    today: Day,
    /// Every decision that was taken, and the same with the one that is tried.
    decided: [Vec<(String, Decided)>; 2],
    districts: Vec<District>,
}

impl Trial {
    /// A decision to be tried as if it had held all along, except where something below decided otherwise. Where it comes from
    /// does not matter yet.
    ///
    /// # Errors
    /// Forbidden; `policy-try-name`, `policy-range`, `policy-fixed`, `policy-stricter` (invalid).
    pub fn of(tx: &mut Tx<'_>, call: &Call, decision: &Decision) -> Outcome<Self> {
        if !RULES.iter().any(|rule| rule.name == decision.name) {
            return Err(Refusal::invalid("name", "policy-try-name").into());
        }
        let decision = within(decision)?;
        let area = decision.division;
        call.actor.must(Action::ManagePlaces, area)?;
        decision.must_be_possible()?;
        places::must_be_left(tx, &decision)?;
        let tree = places::tree_in(tx)?;
        let mut districts: Vec<District> = tree
            .subtree(area)
            .filter(|one| one.code.level() >= Level::Street)
            .map(|one| one.code.district())
            .collect();
        districts.dedup();
        let before = places::decisions(tx, area, PREFIX)?;
        let mut after = before.clone();
        let new = Decided {
            value: decision.value,
            version: i64::MAX,
            source: decision.source,
            division: area,
            from_day: Day::from_number(i32::MIN),
            binding: decision.binding,
        };
        after.push((decision.name, new));
        after.sort_by_key(|(_, policy)| (policy.division, policy.version));
        Ok(Self { area, today: call.now.day(), decided: [before, after], districts })
    }

    /// The districts in which something may have been served, in order.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// The first and the last code of the area.
    fn codes(&self) -> (i64, i64) {
        let codes = self.area.subtree();
        (codes.start().cast_signed(), codes.end().cast_signed())
    }

    /// From when presences are looked at, and until when. Those before the last year are counted for the limit of their year.
    fn days(&self) -> (Instant, Instant) {
        let [_, (year, _)] = month_and_year(self.today.plus(-DAYS));
        (year.start(), self.today.plus(1).start())
    }

    /// Presences of a district that [`Trial::count`] reads, counted up to `most`. One statement.
    ///
    /// # Errors
    /// A fault.
    pub fn size(&self, tx: &mut Tx<'_>, district: District, most: i64) -> Outcome<i64> {
        let ((first, last), (since, until)) = (self.codes(), self.days());
        let (count,) = tx.query_one(
            "SELECT COUNT(*) FROM (SELECT 1 FROM attendance
                 WHERE district = $1 AND division BETWEEN $2 AND $3 AND state = $4 AND kind <> 'import'
                     AND planned_from >= $5 AND planned_from < $6 LIMIT $7) AS one_each",
            params![district, first, last, RECORDED, since, until, most],
        )?;
        Ok(count)
    }

    /// Adds what was served in a district. The rows are read one after the other, a person at a time; who served in two
    /// districts is counted in each by itself. What stands in a sheet from elsewhere is left out, for no rule counted it; so is
    /// what was never confirmed. One statement.
    ///
    /// # Errors
    /// A fault.
    pub fn count(&self, tx: &mut Tx<'_>, district: District, sums: &mut Simulated) -> Outcome<()> {
        let ((first, last), (since, until)) = (self.codes(), self.days());
        let counted_from = self.today.plus(-DAYS).start();
        let [before, after] = &self.decided;
        let (mut before, mut after) = (Held::of(before), Held::of(after));
        let about = |held: &mut Held<'_>, one: &Presence| held.at(one.division, one.planned.0.day());
        let mut add = |all: &mut Vec<Recorded>| {
            all.sort_by_key(|one| (one.decided_at, one.presence.id));
            let came = replay(all, |presence| about(&mut before, presence));
            let came = came.into_iter().zip(replay(all, |presence| about(&mut after, presence)));
            let of_year = all.iter().zip(came).filter(|(one, _)| one.presence.planned.0 >= counted_from);
            sums.add(self.area, of_year.map(|(one, (before, after))| (one, before, after)));
            all.clear();
        };
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
            params![district, first, last, RECORDED, since, until],
            |row| {
                let decided_at = row.take()?;
                let presence = Presence::from_row(row)?;
                let signal = Evidence::from_row(row)?;
                if person != Some(presence.person) {
                    add(&mut all);
                    person = Some(presence.person);
                }
                match all.last_mut().filter(|one| one.presence.id == presence.id) {
                    Some(one) => one.signals.push(signal),
                    None => all.push(Recorded { presence, decided_at, signals: vec![signal] }),
                }
                Ok(())
            },
        )?;
        add(&mut all);
        Ok(())
    }
}

/// What a decision would have done to the last year of its division, for whoever waits for the answer. Two statements a
/// district.
///
/// # Errors
/// Those of [`Trial::of`]; `policy-try-too-many` (invalid) above [`TRIAL_MAX`] presences.
pub fn simulate(tx: &mut Tx<'_>, call: &Call, decision: &Decision) -> Outcome<Simulated> {
    let trial = Trial::of(tx, call, decision)?;
    let mut left = TRIAL_MAX;
    for district in trial.districts() {
        left -= trial.size(tx, *district, left + 1)?;
        if left < 0 {
            return Err(Refusal::invalid("division", "policy-try-too-many").with("most", TRIAL_MAX).into());
        }
    }
    let mut sums = Simulated::default();
    for district in trial.districts() {
        trial.count(tx, *district, &mut sums)?;
    }
    Ok(sums)
}

//! What stood on record of an area at a point of its journal: it stays the same whatever is recorded, corrected or raised
//! later.

use std::collections::BTreeMap;

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Sealed};
use kernel::{Action, Day, DivisionCode, Id, Instant, Level, Minutes, Person, Refusal};

use crate::{AnyEngagement, Attendance, Grade, rules::short};

/// A presence as it stood on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedIn {
    /// The presence.
    pub attendance: Id<Attendance>,
    /// What was served.
    pub engagement: Id<AnyEngagement>,
    /// Word of the category.
    pub category: String,
    /// Where.
    pub division: DivisionCode,
    /// Who served.
    pub person: Id<Person>,
    /// From when until when.
    pub served: (Instant, Instant),
    /// Whole minutes that counted; more than none.
    pub minutes: Minutes,
    /// How far they could be believed; of several the least.
    pub grade: Grade,
    /// Number of the rules the last of it was counted by, short ([`crate::short`]); empty where it was not kept.
    pub policy: String,
    /// Signals that speak for it today.
    pub signals: i64,
    /// The last event of the journal that says so, and its link in the chain.
    pub told: (i64, [u8; 32]),
}

impl FromRow for RecordedIn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            attendance: row.take()?,
            engagement: row.take()?,
            category: row.take()?,
            division: row.take()?,
            person: row.take()?,
            served: (row.take()?, row.take()?),
            minutes: Minutes::ZERO,
            grade: Grade::D,
            policy: String::new(),
            signals: 0,
            told: (0, [0; 32]),
        })
    }
}

/// The services of an area within a district that were planned for the days `first` to `last`, as they stood on record at
/// the event `cut` of the district's journal, by id. One statement.
///
/// # Errors
/// Sign in first, forbidden; `audit-district` (invalid) for an area above a district, whose districts have a journal each;
/// a defect when an event cannot be read: run `linli journal verify`.
pub fn recorded_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    (first, last): (Day, Day),
    cut: i64,
) -> Outcome<Vec<RecordedIn>> {
    call.actor.must(Action::Audit, area)?;
    if area.level() < Level::District {
        return Err(Refusal::invalid("division", "audit-district").into());
    }
    let district = area.district();
    let (from, to) = (area.subtree().start().cast_signed(), area.subtree().end().cast_signed());
    let mut all: Vec<RecordedIn> = Vec::new();
    let mut sums: BTreeMap<Grade, Minutes> = BTreeMap::new();
    tx.each(
        "SELECT a.id, a.engagement, a.category, a.division, a.person, COALESCE(a.arrived_at, a.planned_from),
             COALESCE(a.left_at, a.planned_to), j.seq, j.sealed_at, j.body, j.link,
             (SELECT COUNT(*) FROM signal s WHERE s.district = a.district AND s.attendance = a.id)
         FROM attendance a JOIN journal j ON j.district = a.district AND j.subject = a.id
         WHERE a.district = $1 AND a.division BETWEEN $2 AND $3 AND a.state IN ('recorded', 'denied')
             AND a.planned_from >= $4 AND a.planned_from < $5 AND j.kind = 'attendance.recorded' AND j.seq <= $6
         ORDER BY a.id, j.seq",
        params![district, from, to, first.start(), last.plus(1).start(), cut],
        |row| {
            let mut one = RecordedIn::from_row(row)?;
            let (seq, sealed_at, body): (i64, Instant, Vec<u8>) = (row.take()?, row.take()?, row.take()?);
            (one.told, one.signals) = ((seq, row.take()?), row.take()?);
            let event = Sealed::read(district, seq, sealed_at, &body)
                .ok_or_else(|| Fault::Defect(format!("journal {district}/{seq} is not an event")))?;
            let grade = Grade::from_word(&event.text("grade")?.to_lowercase())
                .ok_or_else(|| Fault::Defect(format!("journal {district}/{seq} names no grade")))?;
            one.policy = event.number("policy").map(short).unwrap_or_default();
            match all.last_mut() {
                Some(last) if last.attendance == one.attendance => *last = one,
                _ => {
                    finish(&mut all, &mut sums);
                    all.push(one);
                }
            }
            *sums.entry(grade).or_default() += Minutes(event.number("minutes")?);
            Ok(())
        },
    )?;
    finish(&mut all, &mut sums);
    Ok(all)
}

/// Puts the sums of the last presence on it, or leaves it out when nothing of it counted.
fn finish(all: &mut Vec<RecordedIn>, sums: &mut BTreeMap<Grade, Minutes>) {
    let sums = std::mem::take(sums);
    let minutes: Minutes = sums.values().copied().sum();
    let grade =
        sums.into_iter().filter(|(_, minutes)| *minutes > Minutes::ZERO).map(|(grade, _)| grade).max();
    match (all.last_mut(), grade) {
        (Some(one), Some(grade)) if minutes > Minutes::ZERO => (one.minutes, one.grade) = (minutes, grade),
        _ => drop(all.pop()),
    }
}

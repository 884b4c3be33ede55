//! What was served in an area with everything that speaks for it, for the rules that find what should be checked.

use std::collections::HashMap;

use db::{Fault, FromRow, Outcome, Row, Span, Tx, params, spanning};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Instant, Minutes, Person};

use crate::{
    AnyEngagement, Attendance, Evidence, Grade,
    policy::{Held, PREFIX},
};

/// A presence that counts, with its signals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceIn {
    /// The presence.
    pub attendance: Id<Attendance>,
    /// What was served: a shift or a need.
    pub engagement: Id<AnyEngagement>,
    /// Where.
    pub division: DivisionCode,
    /// Who served.
    pub person: Id<Person>,
    /// The planned time.
    pub planned: (Instant, Instant),
    /// From when until when.
    pub served: (Instant, Instant),
    /// Whole minutes that count.
    pub minutes: Minutes,
    /// How far they can be believed.
    pub grade: Grade,
    /// Every signal, in any order, and whether it [is on site](crate::Setting::is_on_site) by the policy of the place.
    pub signals: Vec<(Evidence, bool)>,
}

impl FromRow for EvidenceIn {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            attendance: row.take()?,
            engagement: row.take()?,
            division: row.take()?,
            person: row.take()?,
            planned: (row.take()?, row.take()?),
            served: (row.take()?, row.take()?),
            minutes: row.take()?,
            grade: row.take()?,
            signals: Vec::new(),
        })
    }
}

const COUNTED: (&str, &str) = spanning!(
    "SELECT id, engagement, division, person, planned_from, planned_to, COALESCE(arrived_at, planned_from),
         COALESCE(left_at, planned_to), minutes, grade FROM attendance",
    "district = $6",
    "district BETWEEN $6 AND $7",
    " AND state = 'recorded' AND kind IN ('shift', 'need') AND division BETWEEN $1 AND $2 AND planned_from >= $3
     AND planned_from < $4 AND minutes > 0 AND grade IS NOT NULL ORDER BY id LIMIT $5"
);

const SIGNALS: (&str, &str) = spanning!(
    "SELECT s.attendance, s.kind, s.source, s.witness, s.device, s.at, s.entered_at
     FROM attendance a JOIN signal s ON s.district = a.district AND s.attendance = a.id",
    "a.district = $5",
    "a.district BETWEEN $5 AND $6",
    " AND a.state = 'recorded' AND a.kind IN ('shift', 'need') AND a.division BETWEEN $1 AND $2
     AND a.planned_from >= $3 AND a.planned_from < $4 AND a.minutes > 0 AND a.grade IS NOT NULL"
);

/// What was served in the area on the days `first` to `last` and counts, with its signals: three statements. What a sheet
/// brought in is left out. Where there are more than `most`, one more than that comes back, without signals.
///
/// # Errors
/// Sign in first, forbidden.
pub fn evidence_in(
    tx: &mut Tx<'_>,
    call: &Call,
    area: DivisionCode,
    (first, last): (Day, Day),
    most: i64,
) -> Outcome<Vec<EvidenceIn>> {
    call.actor.must(Action::Audit, area)?;
    let (from, to) = (first.start(), last.plus(1).start());
    let span = Span::of(area);
    let mut rows: Vec<EvidenceIn> = span.query(tx, COUNTED, params![from, to, most.saturating_add(1)])?;
    if i64::try_from(rows.len()).is_ok_and(|count| count > most) {
        return Ok(rows);
    }
    let mut signals: HashMap<Id<Attendance>, Vec<Evidence>> = HashMap::new();
    span.each(tx, SIGNALS, params![from, to], |row| {
        let attendance: Id<Attendance> = row.take()?;
        signals.entry(attendance).or_default().push(Evidence::from_row(row)?);
        Ok(())
    })?;
    let decisions = places::decisions(tx, area, PREFIX)?;
    let mut policies = Held::of(&decisions);
    for row in &mut rows {
        let policy = policies.at(row.division, row.planned.0.day());
        let setting = policy.setting_of(row.person, row.planned);
        let held = signals.remove(&row.attendance).unwrap_or_default().into_iter();
        row.signals = held
            .map(|one| {
                let on_site = setting.is_on_site(&one);
                (one, on_site)
            })
            .collect();
    }
    Ok(rows)
}

//! The alarms of an area and some days: the evidence is gathered in four statements, the rules are pure.

pub(crate) mod api;
pub(crate) mod pages;

use std::collections::BTreeMap;

use alarms::{Alarm, Concern, Engagement, Evidence, Finding, Given, Service, Signal};
use db::{Outcome, Tx};
use hours::{Attendance, EvidenceIn, Grade, SignalKind, Source};
use journal::{Call, Event, append};
use kernel::{Action, Day, Id, Person, Refusal};

use crate::area::{Wish, quarter};

/// Services of one look at most; more ask for fewer days or a smaller place. 20,000 with their signals are 20 MB.
pub const SERVICES_MAX: usize = 20_000;

/// Mark of the id of a look at the alarms.
#[derive(Debug)]
enum Look {}

/// The alarms of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarmed {
    /// What was looked at.
    pub wish: Wish,
    /// How many services.
    pub services: usize,
    /// What was found, by alarm.
    pub found: Vec<Finding>,
}

/// The alarms of an area and some days, for an auditor of it or of a level above. The look is in the journal.
///
/// # Errors
/// Sign in first, forbidden; `audit-too-many` (invalid) above [`SERVICES_MAX`].
pub fn alarmed(tx: &mut Tx<'_>, call: &Call, wish: Wish) -> Outcome<Alarmed> {
    call.actor.must(Action::Audit, wish.area)?;
    let (evidence, found) = look_in(tx, call, wish, SERVICES_MAX)?;
    let district = call.actor.signed_in()?.district();
    let id: Id<Look> = call.id(district);
    let event = Event::new("alarms.looked_at", district, id, 1)
        .with_id("by", call.actor.signed_in()?)
        .with("area", wish.area.number())
        .with("from", wish.days.0.number())
        .with("to", wish.days.1.number())
        .with("found", found.len());
    append(tx, call, event)?;
    Ok(Alarmed { wish, services: evidence.services.len(), found })
}

/// The end of an id: enough to tell those on one page apart, and no name.
pub(crate) fn tail<T>(id: Id<T>) -> String {
    let text = id.to_string();
    text.get(text.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}

/// Whom an alarm or a share concerns, where that is a person.
pub(crate) fn typist(concern: Concern) -> Option<Id<Person>> {
    if let Concern::Typist(person) = concern { Some(person) } else { None }
}

/// The evidence of an area and some days and what the rules find in it: four statements.
///
/// # Errors
/// Sign in first, forbidden; `audit-too-many` (invalid) above `services_max` services.
pub(crate) fn look_in(
    tx: &mut Tx<'_>,
    call: &Call,
    wish: Wish,
    services_max: usize,
) -> Outcome<(Evidence, Vec<Finding>)> {
    let most = i64::try_from(services_max).unwrap_or(i64::MAX);
    let rows = hours::evidence_in(tx, call, wish.area, wish.days, most)?;
    if rows.len() > services_max {
        return Err(Refusal::invalid("from", "audit-too-many").with("most", most).into());
    }
    let held = shifts::held_in(tx, call, wish.area, wish.days)?;
    let service = |row: EvidenceIn| {
        let shift = held.get(&row.engagement.cast());
        // A need's presence is opened when somebody accepts it; a shift's when somebody comes.
        let accepted = shift.is_none().then(|| row.attendance.born());
        Service {
            id: row.attendance.cast(),
            person: row.person,
            engagement: row.engagement.cast::<Engagement>(),
            team: shift.map(|shift| shift.organisation),
            division: row.division,
            places: shift.map(|shift| shift.places),
            planned: row.planned,
            served: row.served,
            minutes: row.minutes,
            is_typed: row.grade == Grade::C,
            signed_up_at: shift.and_then(|shift| shift.signed_up.get(&row.person).copied()).or(accepted),
            signals: row.signals.into_iter().filter_map(signal).collect(),
        }
    };
    let services = rows.into_iter().map(service).collect();
    let evidence = Evidence { services, deadlines: deadlines(wish.days) };
    let found = alarms::look(&evidence);
    Ok((evidence, found))
}

/// A signal as the rules read it; a denial speaks for nothing.
fn signal((one, is_on_site): (hours::Evidence, bool)) -> Option<Signal> {
    let given = match one.source {
        Source::RotatingCode | Source::LeaderCode => Given::Code,
        Source::RollCall => Given::RollCall,
        Source::Card => Given::Card,
        Source::Paper => Given::Paper,
        Source::Resident | Source::ResidentCard => Given::Resident,
        Source::Typed => Given::Typed,
        Source::SelfTap => Given::Own,
        Source::Imported => Given::Imported,
    };
    let hours::Evidence { witness, device, at, entered_at, .. } = one;
    (one.kind != SignalKind::Denied).then_some(Signal { given, witness, device, at, entered_at, is_on_site })
}

/// The last days of the quarters that the days touch, and of the one after: what is reported is reported by quarters.
fn deadlines((first, last): (Day, Day)) -> Vec<Day> {
    let mut days = vec![quarter(first).1];
    while days.last().is_some_and(|day| *day <= last) {
        let next = days.last().map_or(last, |day| quarter(day.plus(1)).1);
        days.push(next);
    }
    days
}

/// The findings by alarm, in the order of the documents.
pub(crate) fn by_alarm(found: &[Finding]) -> BTreeMap<Alarm, Vec<&Finding>> {
    let mut groups: BTreeMap<Alarm, Vec<&Finding>> = BTreeMap::new();
    for one in found {
        groups.entry(one.alarm).or_default().push(one);
    }
    groups
}

/// The id under which the hours show a service.
pub(crate) fn presence(id: &Id<alarms::Attendance>) -> Id<Attendance> {
    id.cast()
}

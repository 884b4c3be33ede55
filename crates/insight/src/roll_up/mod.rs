//! Following the journal: what each sealed event adds to the figures.
//!
//! Everything is booked on the day the event was sealed and never on a day that is over: a late record, a
//! correction and a withdrawn need change the figures from that day on.

mod store;

use db::{Fault, Outcome, Tx};
use journal::{Call, Consumer, Sealed};
use kernel::{Day, District, DivisionCode, Id, Person};

use crate::figures::{MATCH_LIMIT, day_part, decade_part, response_bucket};
use store::{Clock, Interval};

/// The consumer "insight".
pub(crate) struct RollUp;

/// Acts on a need that bring a person who helps or decides before the one who asked.
const CONTACTS: [&str; 6] =
    ["need.verified", "need.offered", "need.accepted", "need.started", "need.refused", "need.handed_over"];

impl Consumer for RollUp {
    fn name(&self) -> &'static str {
        "insight"
    }

    fn version(&self) -> i64 {
        2
    }

    fn forget(&self, tx: &mut Tx<'_>, district: District) -> Result<bool, Fault> {
        store::forget(tx, district)?;
        Ok(true)
    }

    fn follow(&self, tx: &mut Tx<'_>, _: &Call, event: &Sealed) -> Outcome<()> {
        match event.kind.as_str() {
            "volunteer.joined" => joined(tx, event)?,
            "organisation.created" => add_one(tx, event, "teams")?,
            "project.published" => add_one(tx, event, "projects")?,
            "attendance.recorded" => minutes(tx, event)?,
            "record.made" => active(tx, event)?,
            "need.submitted" => submitted(tx, event)?,
            "need.cancelled" => need(tx, event)?,
            kind if CONTACTS.contains(&kind) => need(tx, event)?,
            _ => {}
        }
        Ok(())
    }
}

fn division(event: &Sealed, name: &str) -> Result<DivisionCode, Fault> {
    let text = event.text(name)?;
    DivisionCode::parse(text)
        .map_err(|error| Fault::Defect(format!("event {} ({}): {name}: {error}", event.id, event.kind)))
}

fn day(event: &Sealed) -> Result<Day, Fault> {
    let number = event.number("day")?;
    i32::try_from(number)
        .map(Day::from_number)
        .map_err(|_| Fault::Defect(format!("event {} ({}): {number} is no day", event.id, event.kind)))
}

fn add_one(tx: &mut Tx<'_>, event: &Sealed, figure: &'static str) -> Result<(), Fault> {
    store::add(tx, event, division(event, "division")?, figure, "", 1)
}

/// A volunteer counts in the decade of birth for ever, so that a birthday never moves anybody from one count to another.
fn joined(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    add_one(tx, event, "volunteers")?;
    let decade = decade_part(event.number("birth_year")?);
    store::add(tx, event, division(event, "division")?, "born", &decade, 1)
}

/// Minutes count where they were served. A correction is a record of its own with the difference; a grade that rose is
/// two, which take the minutes from the old grade and give them to the new one.
fn minutes(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    let place = division(event, "division")?;
    let minutes = event.number("minutes")?;
    let grade = match event.text("grade")? {
        "a" | "A" => "a",
        "b" | "B" => "b",
        "c" | "C" => "c",
        "d" | "D" => "d",
        other => {
            return Err(Fault::Defect(format!("event {} ({}): grade {other}", event.id, event.kind)));
        }
    };
    let served = day_part(day(event)?);
    store::add(tx, event, place, "minutes", grade, minutes)?;
    store::add(tx, event, place, "served", &served, minutes)?;
    store::add(tx, event, place, "served_as", event.text("category")?, minutes)
}

/// Keeps the days on which the person counts as active. Intervals of one person never overlap, so that they
/// add up over areas: who moved counts at the new home from the first record made there.
fn active(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    if event.text("kind")? != "service" || event.number("minutes")? <= 0 {
        return Ok(());
    }
    let (home, until) = (division(event, "home_division")?, last_active_day(day(event)?));
    let (person, today): (Id<Person>, Day) = (event.id("person")?, event.sealed_at.day());
    if until < today {
        return Ok(());
    }
    match store::latest_interval(tx, event.district, person)? {
        Some(last) if last.to >= today && (last.division == home || last.from == today) => {
            let longer = Interval { to: last.to.max(until), division: home, ..last };
            store::change_interval(tx, event.district, person, &longer)
        }
        Some(last) if last.to >= today => {
            let ended = Interval { to: today.plus(-1), ..last };
            store::change_interval(tx, event.district, person, &ended)?;
            let moved = Interval { from: today, to: last.to.max(until), division: home };
            store::add_interval(tx, event.district, person, &moved)
        }
        _ => {
            let new = Interval { from: today, to: until, division: home };
            store::add_interval(tx, event.district, person, &new)
        }
    }
}

/// The last day on which a service on `served` lies within the last twelve months: the day before the same
/// date a year later. After 29 February that is 28 February.
fn last_active_day(served: Day) -> Day {
    let (year, month, day) = served.ymd();
    let anniversary =
        Day::from_ymd(year + 1, month, day).or_else(|| Day::from_ymd(year + 1, 3, 1)).unwrap_or(served);
    anniversary.plus(-1)
}

fn submitted(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    let (division, category) = (division(event, "division")?, event.text("category")?);
    // A need that is put back to its beginning was asked once.
    if store::start_clock(tx, event, division, category)? {
        store::add(tx, event, division, "needs", &day_part(event.at.day()), 1)?;
        store::add(tx, event, division, "asked_as", category, 1)?;
    }
    Ok(())
}

/// A later step of a need: its first contact, its first acceptance, its end without help. A need whose
/// submission this journal does not know, or that has ended, is none of ours.
fn need(tx: &mut Tx<'_>, event: &Sealed) -> Result<(), Fault> {
    let Some(clock) = store::clock(tx, event)? else { return Ok(()) };
    let asked = day_part(clock.submitted_at.day());
    let by_person = event.actor.is_some() && CONTACTS.contains(&event.kind.as_str());
    if by_person && clock.answered_at.is_none() {
        let bucket = response_bucket(event.at.micros() - clock.submitted_at.micros());
        store::add(tx, event, clock.division, "answered", &bucket, 1)?;
        store::answered(tx, event)?;
    }
    match event.kind.as_str() {
        "need.accepted" if clock.accepted_at.is_none() => {
            store::accepted(tx, event)?;
            if is_matched(&Clock { accepted_at: Some(event.at), ..clock }) {
                store::add(tx, event, clock.division, "matched", &asked, 1)?;
            }
        }
        "need.refused" | "need.cancelled" => {
            store::add(tx, event, clock.division, "needs", &asked, -1)?;
            store::add(tx, event, clock.division, "asked_as", &clock.category, -1)?;
            if is_matched(&clock) {
                store::add(tx, event, clock.division, "matched", &asked, -1)?;
            }
            store::stop_clock(tx, event)?;
        }
        _ => {}
    }
    Ok(())
}

fn is_matched(clock: &Clock) -> bool {
    clock
        .accepted_at
        .is_some_and(|at| at.micros().saturating_sub(clock.submitted_at.micros()) <= MATCH_LIMIT.micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_counts_until_the_day_before_its_anniversary() {
        let day = |y, m, d| Day::from_ymd(y, m, d).unwrap();
        assert_eq!(last_active_day(day(2025, 3, 9)), day(2026, 3, 8));
        assert_eq!(last_active_day(day(2024, 2, 29)), day(2025, 2, 28));
        assert_eq!(last_active_day(day(2023, 3, 1)), day(2024, 2, 29));
        for number in 18_000..20_000 {
            let served = Day::from_number(number);
            let last = last_active_day(served);
            assert_eq!((last.years_since(served), last.plus(1).years_since(served)), (0, 1), "{served}");
        }
    }
}

//! What is found without anybody asking: after midnight the running quarter of every district is looked at, and the auditors
//! of the place and of the level above it are told once of what is new. It waits until one of them closed it with a note.

pub(crate) mod api;
pub(crate) mod pages;
mod store;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use alarms::{Alarm, Alike, Concern, Finding};
use db::{Db, Failure, Fault, Outcome, Tx};
use journal::{Call, Event, Kit, append};
use kernel::{
    Action, Actor, Arg, Day, District, DivisionCode, Id, Instant, Kind, Organisation, Person, Refusal,
};
use web::Said;

use crate::{
    area::{Wish, quarter},
    found::{look_in, typist},
};

/// Services of a quarter that are looked at together at most: 200,000 with their signals are 200 MB.
const SERVICES_TOGETHER_MAX: usize = 200_000;
/// For so many days after its end a quarter is still looked at: what was served in it may be entered for ten working days
/// (`hours.due_working_days`), which holidays make four weeks.
const STILL_DAYS: i32 = 28;
/// Nobody is told before this minute of the day.
const MORNING: i64 = 8 * 60;
/// Told alarms on one page.
pub const TOLD_SHOWN: i64 = 100;
/// Areas of one auditor whose alarms are listed.
const AREAS_MAX: usize = 3;

/// Mark of the id of what was told.
#[derive(Debug)]
pub enum AlarmTold {}

kernel::words! {
    /// What became of it.
    State {
        /// Nobody has looked yet.
        Open = "open",
        /// Somebody is looking at the evidence.
        LookedAt = "looked_at",
        /// Closed, with a note.
        Closed = "closed",
    }
}

impl ToldAlarm {
    /// Whether this actor may know whom it concerns: who gave a reason and is looking at the evidence, until it is closed.
    pub fn is_named_to(&self, actor: &Actor) -> bool {
        self.state == State::LookedAt && self.decided_by.is_some() && self.decided_by == actor.person
    }
}

/// One alarm that the auditors were told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAlarm {
    /// Its id.
    pub id: Id<AlarmTold>,
    /// Which.
    pub alarm: Alarm,
    /// Whom it concerns.
    pub concern: Concern,
    /// First day of the quarter in which it was found.
    pub quarter: Day,
    /// The smallest place that holds all of the evidence.
    pub division: DivisionCode,
    /// What was measured when it was told.
    pub measured: i64,
    /// The threshold it reached.
    pub threshold: i64,
    /// What honest thing it looks like, which is asked about first.
    pub looks_like: Option<Alike>,
    /// When it was told.
    pub told_at: Instant,
    /// What became of it.
    pub state: State,
    /// Why it was closed, or why it is being looked at; empty until then.
    pub note: String,
    /// Who did either; `None` until then.
    pub decided_by: Option<Id<Person>>,
    /// Counts changes.
    pub version: i64,
}

/// The quarters that are looked at on a day: that of the day before, and the one before it while its hours may still come.
fn quarters(today: Day) -> Vec<(Day, Day)> {
    let (first, last) = quarter(today.plus(-1));
    let before = (today < first.plus(STILL_DAYS)).then(|| quarter(first.plus(-1)));
    before.into_iter().chain([(first, last)]).collect()
}

/// Of those who audit, each with the area: who is told of something in this place. Those of the smallest area that holds it,
/// and those of the next larger one that has an auditor.
fn told_of(auditors: &[(DivisionCode, Id<Person>)], place: DivisionCode) -> Vec<Id<Person>> {
    let over = auditors.iter().filter(|(area, _)| area.contains(place));
    let mut areas: BTreeMap<DivisionCode, Vec<Id<Person>>> = BTreeMap::new();
    for (area, person) in over {
        areas.entry(*area).or_default().push(*person);
    }
    // Among the areas that hold one place the smaller has the greater code.
    areas.into_values().rev().take(2).flatten().collect()
}

/// A finding with the quarter and the place of its evidence.
struct Placed {
    quarter: Day,
    division: DivisionCode,
    finding: Finding,
}

/// What is found in a district on a day, where at most so many services are looked at together.
fn placed(
    tx: &mut Tx<'_>,
    call: &Call,
    (district, today): (District, Day),
    most: usize,
) -> Outcome<Vec<Placed>> {
    let mut all = Vec::new();
    for days in quarters(today) {
        look_by_places(tx, call, Wish { area: district.division(), days }, most, &mut all)?;
    }
    Ok(all)
}

/// Looks at an area; at one with more services than are looked at together, place by place below it. What one team or typist
/// did in several of the places is then not added up.
fn look_by_places(
    tx: &mut Tx<'_>,
    call: &Call,
    wish: Wish,
    most: usize,
    all: &mut Vec<Placed>,
) -> Outcome<()> {
    let (evidence, findings) = match look_in(tx, call, wish, most) {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let tree = places::tree_in(tx)?;
            let mut below = tree.children(wish.area).map(|place| place.code).peekable();
            if below.peek().is_none() {
                tracing::warn!(area = %wish.area, "too many services in a quarter to look for alarms");
            }
            return below.try_for_each(|area| look_by_places(tx, call, Wish { area, ..wish }, most, all));
        }
        looked => looked?,
    };
    let places: HashMap<_, _> = evidence.services.iter().map(|one| (one.id, one.division)).collect();
    for finding in findings {
        let at = finding.evidence.iter().filter_map(|id| places.get(id).copied());
        let division = DivisionCode::smallest_over(at).unwrap_or(wish.area);
        all.push(Placed { quarter: wish.days.0, division, finding });
    }
    Ok(())
}

/// Looks at every district that was not looked at today and tells its auditors what is new. The look is a read; the telling,
/// with the mark that the district was looked at, is one transaction, so being stopped in between or run twice by several
/// processes neither loses nor doubles anything. Gives how many alarms were told.
///
/// # Errors
/// A [`Failure`].
pub fn tick(db: &Db, kit: &Arc<Kit>) -> Result<usize, Failure> {
    let today = kit.clock.now().day();
    let mut told = 0;
    for district in db.read_now("alarm_districts", move |tx| store::due(tx, today))? {
        let call = || Call::new(kit, Actor::system());
        let looking = call();
        let found = db.read_now("alarm_look", move |tx| {
            placed(tx, &looking, (district, today), SERVICES_TOGETHER_MAX)
        })?;
        let telling = call();
        told += db.write_now("alarm_tell", move |tx| tell(tx, &telling, (district, today), &found))?;
    }
    Ok(told)
}

/// Tells what is new, unless the look of that day, on which this one began, was told already. A look that ends after midnight
/// is still that of the day before.
fn tell(tx: &mut Tx<'_>, call: &Call, (district, day): (District, Day), found: &[Placed]) -> Outcome<usize> {
    if !store::claim(tx, district, day)? {
        return Ok(0);
    }
    let auditors = if found.is_empty() { Vec::new() } else { people::auditors_over(tx, district, call.now)? };
    let (mut told, mut each) = (0, BTreeMap::<Id<Person>, i64>::new());
    for one in found {
        let id: Id<AlarmTold> = call.id(district);
        if !store::insert(tx, id, one, call.now)? {
            continue;
        }
        told += 1;
        for person in told_of(&auditors, one.division) {
            *each.entry(person).or_default() += 1;
        }
        let event = Event::new("alarm.told", district, id, 1)
            .with("alarm", one.finding.alarm.word())
            .with("division", one.division.to_string())
            .with("quarter", one.quarter.number())
            .with("measured", one.finding.measured);
        append(tx, call, event)?;
    }
    let people: Vec<_> = each.keys().copied().collect();
    let at = call.now.max(call.now.day().at_minute(MORNING));
    for (person, card) in people::cards(tx, &people)? {
        if let (Some(phone), Some(count)) = (card.phone(call.keys())?, each.get(&person)) {
            let words = message(*count);
            notify::send(tx, call, district, notify::Channel::Sms, &phone, "alarm_told", &words, at)?;
        }
    }
    Ok(told)
}

fn message(count: i64) -> String {
    static SAID: Said = Said::of(crate::LOCALES);
    SAID.say("told-message", &[("count", Arg::from(count))])
}

/// What was told of the auditor's areas, what is not closed first, then the newest; at most [`TOLD_SHOWN`]. One statement an
/// area.
///
/// # Errors
/// Forbidden without an area.
pub fn told(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<ToldAlarm>> {
    call.actor.signed_in()?;
    let areas = call.actor.scope(Action::Audit);
    if areas.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let mut all = Vec::new();
    for range in areas.iter().take(AREAS_MAX) {
        all.extend(store::newest(tx, range, TOLD_SHOWN)?);
    }
    all.sort_by_key(|one| (one.state == State::Closed, std::cmp::Reverse(one.id)));
    all.dedup_by_key(|one| one.id);
    all.truncate(usize::try_from(TOLD_SHOWN).unwrap_or(usize::MAX));
    Ok(all)
}

/// The alarm with its row locked, for an auditor of its place.
fn locked(tx: &mut Tx<'_>, call: &Call, id: Id<AlarmTold>) -> Outcome<ToldAlarm> {
    call.actor.signed_in()?;
    let one = store::locked(tx, id)?.filter(|one| call.actor.may(Action::Audit, one.division));
    Ok(one.ok_or_else(Refusal::missing)?)
}

/// Opens it for this auditor, with a reason that the journal keeps: until it is closed they, and nobody else, are shown whom it
/// concerns. Another auditor opens it with a reason of their own.
///
/// # Errors
/// Sign in first; 404; `alarm-closed` (conflict); `reason-too-short`, `reason-too-long` (invalid).
pub fn look_at(tx: &mut Tx<'_>, call: &Call, id: Id<AlarmTold>, reason: &str) -> Outcome<ToldAlarm> {
    let mut one = locked(tx, call, id)?;
    if one.state == State::Closed {
        return Err(Refusal::conflict("alarm-closed").into());
    }
    let reason = people::reason("reason", reason)?.to_owned();
    decide(tx, call, &mut one, State::LookedAt, reason)?;
    Ok(one)
}

/// The names of those whom alarms concern that are open to the asker, by concern: of a typist masked. One statement
/// for the typists, and one a district for the teams.
///
/// # Errors
/// A [`Failure`].
pub fn names(tx: &mut Tx<'_>, call: &Call, all: &[ToldAlarm]) -> Outcome<BTreeMap<Concern, String>> {
    let mut names = BTreeMap::new();
    let open = || all.iter().filter(|one| one.is_named_to(&call.actor)).map(|one| one.concern);
    let typists: Vec<Id<Person>> = open().filter_map(typist).collect();
    if !typists.is_empty() {
        let cards = people::cards(tx, &typists)?;
        names.extend(cards.into_iter().map(|(id, card)| (Concern::Typist(id), card.name_masked)));
    }
    let teams: BTreeSet<Id<Organisation>> =
        open().filter_map(|one| if let Concern::Team(id) = one { Some(id) } else { None }).collect();
    for district in teams.iter().map(|id| id.district()).collect::<BTreeSet<_>>() {
        let cards = people::organisations_in(tx, district.division())?.into_iter();
        names.extend(
            cards.filter(|card| teams.contains(&card.id)).map(|card| (Concern::Team(card.id), card.name)),
        );
    }
    Ok(names)
}

/// Closes it, with a note of what came of it. Nobody closes what concerns themselves.
///
/// # Errors
/// Sign in first; 404; `alarm-closed`, `alarm-own` (conflict); `reason-too-short`, `reason-too-long` (invalid).
pub fn close(tx: &mut Tx<'_>, call: &Call, id: Id<AlarmTold>, note: &str) -> Outcome<()> {
    let mut one = locked(tx, call, id)?;
    if one.state == State::Closed {
        return Err(Refusal::conflict("alarm-closed").into());
    }
    if call.actor.person.map(Concern::Typist) == Some(one.concern) {
        return Err(Refusal::conflict("alarm-own").into());
    }
    let note = people::reason("note", note)?.to_owned();
    decide(tx, call, &mut one, State::Closed, note)
}

fn decide(tx: &mut Tx<'_>, call: &Call, one: &mut ToldAlarm, state: State, note: String) -> Outcome<()> {
    let by = call.actor.signed_in()?;
    (one.state, one.note, one.decided_by, one.version) = (state, note, Some(by), one.version + 1);
    store::decide(tx, one, by, call.now)?;
    let event = Event::new("alarm.decided", one.id.district(), one.id, one.version)
        .with_id("by", by)
        .with("state", state.word())
        .with("note", one.note.clone());
    Ok(append(tx, call, event)?)
}

/// Kind and text of whom an alarm concerns, as a row and the API hold it.
pub(crate) fn concern_words(concern: Concern) -> (&'static str, String) {
    match concern {
        Concern::Team(id) => ("team", id.to_string()),
        Concern::Typist(id) => ("typist", id.to_string()),
        Concern::Place(code) => ("place", code.to_string()),
    }
}

/// The opposite of [`concern_words`].
fn concern_of(kind: &str, text: &str) -> Result<Concern, Fault> {
    let concern = match kind {
        "team" => text.parse().ok().map(Concern::Team),
        "typist" => text.parse().ok().map(Concern::Typist),
        "place" => DivisionCode::parse(text).ok().map(Concern::Place),
        _ => None,
    };
    concern.ok_or_else(|| Fault::Defect(format!("an alarm concerns no `{kind}` `{text}`")))
}

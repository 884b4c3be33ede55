//! Samples: services that a seed chooses out of all of an area and some days, to ask those who served whether it was so.
//!
//! What is chosen follows from the wish, the seed and the cut alone: the last event of the district's journal that is taken
//! into account. Whoever repeats it gets the same, whatever was recorded, corrected or raised since.

pub(crate) mod api;
pub(crate) mod called;
pub(crate) mod pages;
pub(crate) mod rules;
mod store;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use db::{Outcome, Span, Tx};
use hours::{AnyEngagement, Attendance, Grade, RecordedIn, recorded_in};
use journal::{Call, Event, append, sealed_to};
use kernel::{Action, DivisionCode, FieldRefusal, Id, Instant, Minutes, Organisation, Person, Refusal};
use people::{Card, Field};

pub use called::{Doubted, DoubtedList, doubted};
pub use rules::{Answer, Summary, interval};
pub(crate) use store::{AUDIT_OUTCOME, AUDIT_SAMPLE, calls};

use crate::{SERVICES_MAX, area::Wish};

/// Services of a sample at most.
pub const COUNT_MAX: usize = 200;
/// Services of a sample when nobody says how many.
pub const COUNT_DEFAULT: usize = 20;
/// Characters of a seed at most.
pub const SEED_CHARS_MAX: usize = 40;
/// Characters of a note at most.
pub const NOTE_CHARS_MAX: usize = 200;
/// Samples on the list.
const SAMPLES_SHOWN: i64 = 20;
/// The longest a service can be said to have taken: a day.
const MINUTES_MAX: Minutes = Minutes(24 * 60);

/// Mark of a sample's id.
#[derive(Debug)]
pub enum Sample {}
/// Mark of the id of what a call came to.
#[derive(Debug)]
pub enum OutcomeId {}
/// Mark of the id of a look at a sample.
#[derive(Debug)]
enum Look {}

/// Out of what is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Place, a district or below, and days.
    pub wish: Wish,
    /// These grades only; none is all.
    pub grades: Vec<Grade>,
    /// Shifts of this team only.
    pub team: Option<Id<Organisation>>,
}

/// A wish for a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSample {
    /// Out of what.
    pub drawing: Drawing,
    /// How many, [`COUNT_MAX`] at most.
    pub count: usize,
    /// A word or a number; empty is a fresh one.
    pub seed: String,
    /// The last event of the journal that is taken into account, to repeat what was drawn before; `None` is now.
    pub cut: Option<i64>,
}

/// A sample that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Its id.
    pub id: Id<Sample>,
    /// Out of what.
    pub drawing: Drawing,
    /// By which seed.
    pub seed: String,
    /// How many were wanted; where there were fewer, the sample is all of them.
    pub wanted: i64,
    /// Out of how many.
    pub population: i64,
    /// The last event of the journal that was taken into account.
    pub cut: i64,
    /// Who drew it.
    pub drawn_by: Id<Person>,
    /// When.
    pub drawn_at: Instant,
}

/// A service of a sample, as it stood on record at the cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// Its place in the sample, from 1.
    pub number: i64,
    /// The presence.
    pub attendance: Id<Attendance>,
    /// Who served.
    pub person: Id<Person>,
    /// Where.
    pub division: DivisionCode,
    /// Word of the category.
    pub category: String,
    /// From when until when.
    pub served: (Instant, Instant),
    /// Whole minutes.
    pub minutes: Minutes,
    /// How far they can be believed.
    pub grade: Grade,
    /// What calls came to, the first first.
    pub entries: Vec<Entry>,
}

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was said.
    pub answer: Answer,
    /// For other hours, how long it was said to have taken.
    pub minutes: Option<Minutes>,
    /// In the auditor's words.
    pub note: String,
    /// When it was entered.
    pub at: Instant,
}

/// What a call came to, before it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// What was said.
    pub answer: Answer,
    /// For other hours, how long it was said to have taken.
    pub minutes: Option<Minutes>,
    /// In the auditor's words, [`NOTE_CHARS_MAX`] at most.
    pub note: String,
}

impl Called {
    /// The last word, which counts.
    pub fn answer(&self) -> Option<Answer> {
        self.entries.last().map(|entry| entry.answer)
    }

    /// How often nobody answered.
    pub fn tries(&self) -> usize {
        self.entries.iter().filter(|entry| entry.answer == Answer::NotReached).count()
    }

    fn of(number: usize, one: RecordedIn) -> Self {
        Self {
            number: i64::try_from(number + 1).unwrap_or(i64::MAX),
            attendance: one.attendance,
            person: one.person,
            division: one.division,
            category: one.category,
            served: one.served,
            minutes: one.minutes,
            grade: one.grade,
            entries: Vec::new(),
        }
    }
}

/// The team of each shift, with its name.
pub(crate) type Teams = HashMap<Id<AnyEngagement>, (Id<Organisation>, String)>;

/// The teams of the shifts of a place, a district or below, and some days: one statement.
///
/// # Errors
/// Forbidden.
pub(crate) fn teams(tx: &mut Tx<'_>, call: &Call, wish: Wish) -> Outcome<Teams> {
    let shifts = shifts::teams_in(tx, call, wish.area, wish.days)?;
    Ok(shifts.into_iter().map(|(shift, team, name)| (shift.cast(), (team, name))).collect())
}

/// The teams, where they decide what is drawn.
fn teams_wanted(tx: &mut Tx<'_>, call: &Call, drawing: &Drawing) -> Outcome<Teams> {
    if drawing.team.is_some() { teams(tx, call, drawing.wish) } else { Ok(Teams::new()) }
}

/// Everything that a sample is drawn out of, as it stood on record at the cut: one statement.
///
/// # Errors
/// Those of [`recorded_in`]; `audit-too-many` (invalid) above [`SERVICES_MAX`].
pub(crate) fn population(
    tx: &mut Tx<'_>,
    call: &Call,
    drawing: &Drawing,
    (cut, teams): (i64, &Teams),
) -> Outcome<Vec<RecordedIn>> {
    let Wish { area, days } = drawing.wish;
    let mut all = recorded_in(tx, call, area, days, cut)?;
    if all.len() > SERVICES_MAX {
        let most = i64::try_from(SERVICES_MAX).unwrap_or(i64::MAX);
        return Err(Refusal::invalid("from", "audit-too-many").with("most", most).into());
    }
    let fits = |one: &RecordedIn| {
        let team = teams.get(&one.engagement).map(|(team, _)| *team);
        (drawing.grades.is_empty() || drawing.grades.contains(&one.grade))
            && (drawing.team.is_none() || drawing.team == team)
    };
    all.retain(fits);
    Ok(all)
}

/// Draws a sample and keeps it.
///
/// # Errors
/// Forbidden; `sample-count`, `sample-seed`, `sample-cut`, `sample-none` and those of `population` (invalid).
pub fn draw(tx: &mut Tx<'_>, call: &Call, new: &NewSample) -> Outcome<Id<Sample>> {
    let drawn_by = call.actor.signed_in()?;
    let area = new.drawing.wish.area;
    call.actor.must(Action::CallBack, area)?;
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    if !(1..=COUNT_MAX).contains(&new.count) {
        let most = i64::try_from(COUNT_MAX).unwrap_or(i64::MAX);
        wrong.extend(Refusal::invalid("count", "sample-count").with("most", most).fields);
    }
    if new.seed.chars().count() > SEED_CHARS_MAX || new.seed.chars().any(char::is_control) {
        let most = i64::try_from(SEED_CHARS_MAX).unwrap_or(i64::MAX);
        wrong.extend(Refusal::invalid("seed", "sample-seed").with("most", most).fields);
    }
    let sealed = sealed_to(tx, area.district())?;
    let cut = new.cut.unwrap_or(sealed);
    if !(0..=sealed).contains(&cut) {
        wrong.extend(Refusal::invalid("cut", "sample-cut").with("most", sealed).fields);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let teams = teams_wanted(tx, call, &new.drawing)?;
    let all = population(tx, call, &new.drawing, (cut, &teams))?;
    if all.is_empty() {
        return Err(Refusal::invalid("from", "sample-none").into());
    }
    let seed = new.seed.trim();
    let seed =
        if seed.is_empty() { format!("{:06}", call.random().below(1_000_000)) } else { seed.to_owned() };
    let drawn = Drawn {
        id: call.id(area.district()),
        drawing: new.drawing.clone(),
        wanted: i64::try_from(new.count).unwrap_or(i64::MAX),
        population: i64::try_from(all.len()).unwrap_or(i64::MAX),
        cut,
        drawn_by,
        drawn_at: call.now,
        seed,
    };
    let calls = numbered(&drawn.seed, all, new.count);
    let row = store::insert(tx, &drawn, &calls)?;
    let event = Event::new("sample.drawn", drawn.id.district(), drawn.id, 1)
        .with("area", area.number())
        .with("population", drawn.population)
        .with("services", calls.len())
        .with("cut", cut)
        .row(&row);
    append(tx, call, event)?;
    Ok(drawn.id)
}

fn numbered(seed: &str, all: Vec<RecordedIn>, count: usize) -> Vec<Called> {
    let chosen = rules::chosen(seed, all, |one| one.attendance, count);
    chosen.into_iter().enumerate().map(|(number, one)| Called::of(number, one)).collect()
}

/// A sample of a place the asker may audit.
pub(crate) fn found(tx: &mut Tx<'_>, call: &Call, id: Id<Sample>) -> Outcome<Drawn> {
    let drawn = store::find(tx, id)?.ok_or_else(Refusal::missing)?;
    if !call.actor.may(Action::Audit, drawn.drawing.wish.area) {
        return Err(Refusal::missing().into());
    }
    Ok(drawn)
}

/// Notes that the asker looks at a sample.
fn note(tx: &mut Tx<'_>, call: &Call, kind: &'static str, sample: Id<Sample>) -> Outcome<()> {
    let id: Id<Look> = call.id(sample.district());
    Ok(append(tx, call, Event::new(kind, sample.district(), id, 1).with_id("sample", sample))?)
}

/// A sample with its services.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The sample.
    pub drawn: Drawn,
    /// Its services, in the order in which they were drawn.
    pub calls: Vec<Called>,
    /// The masked cards of those who are wanted on this page.
    pub cards: BTreeMap<Id<Person>, Card>,
    /// Whether the asker drew it and so may call.
    pub own: bool,
}

impl Seen {
    /// What the calls came to so far.
    pub fn summary(&self) -> Summary {
        Summary::of(self.calls.iter().map(Called::answer))
    }
}

/// A sample of a place the asker may audit, with the cards of the services `shown`. The look is in the journal.
///
/// # Errors
/// 404 for none, and for one of another place.
pub fn sample(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<Sample>,
    shown: impl Fn(&Called) -> bool,
) -> Outcome<Seen> {
    let drawn = found(tx, call, id)?;
    let calls = store::calls(tx, id)?;
    let wanted: Vec<Id<Person>> = calls.iter().filter(|one| shown(one)).map(|one| one.person).collect();
    let cards = people::cards(tx, &wanted)?;
    note(tx, call, "sample.looked_at", id)?;
    let own = call.actor.person == Some(drawn.drawn_by);
    Ok(Seen { drawn, calls, cards, own })
}

/// The cards of some people.
pub(crate) type Cards = BTreeMap<Id<Person>, Card>;

/// The newest samples of an area, with the cards of those who drew them. Two statements.
///
/// # Errors
/// Forbidden.
pub fn samples(tx: &mut Tx<'_>, call: &Call, area: DivisionCode) -> Outcome<(Vec<Drawn>, Cards)> {
    call.actor.must(Action::Audit, area)?;
    let drawn = store::samples(tx, Span::of(area), SAMPLES_SHOWN)?;
    let by: Vec<Id<Person>> = drawn.iter().map(|one| one.drawn_by).collect();
    let cards = people::cards(tx, &by)?;
    Ok((drawn, cards))
}

/// Draws a sample once more and says how many of its services come again as they are, of how many.
///
/// # Errors
/// As [`sample`] and `population`.
pub fn again(tx: &mut Tx<'_>, call: &Call, id: Id<Sample>) -> Outcome<(Drawn, usize, usize)> {
    let drawn = found(tx, call, id)?;
    let kept = store::calls(tx, id)?;
    let teams = teams_wanted(tx, call, &drawn.drawing)?;
    let all = population(tx, call, &drawn.drawing, (drawn.cut, &teams))?;
    let drawn_anew = numbered(&drawn.seed, all, usize::try_from(drawn.wanted).unwrap_or_default());
    let said = |one: &Called| (one.number, one.attendance, one.person, one.minutes, one.grade);
    let same = kept.iter().zip(&drawn_anew).filter(|(a, b)| said(a) == said(b)).count();
    note(tx, call, "sample.drawn_again", id)?;
    Ok((drawn, same, kept.len().max(drawn_anew.len())))
}

/// A service of a sample of one's own.
fn own_call(tx: &mut Tx<'_>, call: &Call, id: Id<Sample>, number: i64) -> Outcome<Called> {
    let drawn = found(tx, call, id)?;
    call.actor.must(Action::CallBack, drawn.drawing.wish.area)?;
    if call.actor.person != Some(drawn.drawn_by) {
        return Err(Refusal::forbidden().into());
    }
    let calls = store::calls(tx, id)?;
    Ok(calls.into_iter().find(|one| one.number == number).ok_or_else(Refusal::missing)?)
}

/// The phone of who served, or of the guardian of a minor, for who drew the sample. The look is on record with its reason,
/// and the person sees it.
///
/// # Errors
/// 404; forbidden for a sample of another's; those of [`people::phone_to_call`].
pub fn phone(
    tx: &mut Tx<'_>,
    call: &Call,
    (id, number): (Id<Sample>, i64),
    reason: &str,
) -> Outcome<(Field, String)> {
    let called = own_call(tx, call, id, number)?;
    people::phone_to_call(tx, call, called.person, called.division, reason)
}

/// Enters what a call came to. Nothing that was entered before changes, and no hour does.
///
/// # Errors
/// 404; forbidden for a sample of another's; `call-own` (conflict) about one's own service; `call-minutes`,
/// `call-minutes-same`, `call-note` (invalid).
pub fn enter(tx: &mut Tx<'_>, call: &Call, (id, number): (Id<Sample>, i64), entry: NewEntry) -> Outcome<()> {
    let by = call.actor.signed_in()?;
    let called = own_call(tx, call, id, number)?;
    if called.person == by {
        return Err(Refusal::conflict("call-own").into());
    }
    let entry = checked(&called, entry)?;
    let outcome: Id<OutcomeId> = call.id(id.district());
    let row = store::enter(tx, call, outcome, (id, &called), (&entry, by))?;
    let event = Event::new("call.answered", id.district(), outcome, 1)
        .with_id("sample", id)
        .with("number", number)
        .with("outcome", entry.answer.word())
        .row(&row);
    Ok(append(tx, call, event)?)
}

/// The entry as it is kept: minutes only where other hours were said.
fn checked(called: &Called, entry: NewEntry) -> Result<NewEntry, Refusal> {
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    let minutes = entry.minutes.filter(|_| entry.answer == Answer::OtherHours);
    match minutes {
        Some(minutes) if minutes == called.minutes => {
            wrong.extend(Refusal::invalid("minutes", "call-minutes-same").fields);
        }
        Some(minutes) if minutes > Minutes::ZERO && minutes <= MINUTES_MAX => {}
        None if entry.answer != Answer::OtherHours => {}
        _ => {
            let refusal = Refusal::invalid("minutes", "call-minutes").with("most", MINUTES_MAX.number());
            wrong.extend(refusal.fields);
        }
    }
    let note = entry.note.trim().to_owned();
    if note.chars().count() > NOTE_CHARS_MAX {
        let most = i64::try_from(NOTE_CHARS_MAX).unwrap_or(i64::MAX);
        wrong.extend(Refusal::invalid("note", "call-note").with("most", most).fields);
    }
    if wrong.is_empty() { Ok(NewEntry { minutes, note, ..entry }) } else { Err(Refusal::fields(wrong)) }
}

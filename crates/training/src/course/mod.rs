//! Courses: what is taught, which unit holds it, and what passing gives.

pub(crate) mod rules;
pub(crate) mod store;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, Id, Refusal};

pub use rules::{CONTENT_CHARS_MAX, MONTHS_MAX, NewCourse, TITLE_CHARS_MAX, UNIT_CHARS_MAX};

/// Mark of a course's id.
#[derive(Debug)]
pub enum Course {}

/// Courses listed at once.
const COURSES_MAX: i64 = 60;

/// What passing a course gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Nothing but the record.
    Nothing,
    /// The basic training that activities ask for.
    Basic,
    /// One of [`people::SKILLS`], with the session as its proof.
    Skill(String),
}

impl Gives {
    /// Its word in rows and API: empty, `basic`, or the skill.
    pub fn word(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::Basic => people::BASIC_TRAINING,
            Self::Skill(word) => word,
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "" => Some(Self::Nothing),
            people::BASIC_TRAINING => Some(Self::Basic),
            word if people::SKILLS.contains(&word) => Some(Self::Skill(word.to_owned())),
            _ => None,
        }
    }
}

/// A course as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseCard {
    /// Its id.
    pub id: Id<Course>,
    /// What was written.
    pub written: NewCourse,
    /// How many sessions it has had.
    pub sessions: i64,
}

/// Writes a course of a place.
///
/// # Errors
/// Forbidden outside the asker's area; every field refusal of [`NewCourse::wrong_fields`].
pub fn create_course(tx: &mut Tx<'_>, call: &Call, new: &NewCourse) -> Outcome<Id<Course>> {
    call.actor.must(Action::HoldTraining, new.division)?;
    let wrong = new.wrong_fields();
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let id: Id<Course> = call.id(new.division.district());
    store::insert(tx, id, new, call.actor.signed_in()?, call.now)?;
    let event = event("course.written", id, 1, new.division)
        .with("gives", new.gives.word())
        .with("months", new.months);
    append(tx, call, event)?;
    Ok(id)
}

/// The course.
///
/// # Errors
/// 404 when there is none.
pub fn course(tx: &mut Tx<'_>, id: Id<Course>) -> Outcome<CourseCard> {
    Ok(store::seen(tx, id)?.ok_or_else(Refusal::missing)?)
}

/// Courses of the areas in which the asker holds trainings, the newest first; at most sixty of each area.
///
/// # Errors
/// A fault.
pub fn courses(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<CourseCard>> {
    let mut all = Vec::new();
    for range in call.actor.scope(Action::HoldTraining) {
        all.extend(store::in_area(tx, db::Span::of_range(&range), COURSES_MAX)?);
    }
    all.sort_by_key(|course| std::cmp::Reverse(course.id));
    all.dedup_by_key(|course| course.id);
    Ok(all)
}

pub(crate) fn event(kind: &'static str, id: Id<Course>, version: i64, division: DivisionCode) -> Event {
    Event::new(kind, id.district(), id, version).with("division", division.to_string())
}

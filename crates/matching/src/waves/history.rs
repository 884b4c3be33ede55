//! What earlier askings tell of the next: shrunk from what is usual to the person, the kind of need and the hour.

use kernel::Instant;

use crate::{Code, waves::Chance};

/// What became of an asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They came, or would have.
    Yes,
    /// Not this time.
    No,
    /// No answer in time.
    Silent,
    /// They may still answer.
    Open,
    /// Somebody else was faster or the need ended: it says nothing of them.
    Taken,
}

/// One asking of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Category of the need.
    pub kind: Code,
    /// When the visit was to begin.
    pub visit_at: Instant,
    /// When they were told.
    pub told_at: Instant,
    /// When it was answered or ended; `told_at` while it is open.
    pub settled_at: Instant,
    /// What became of it.
    pub answer: Answer,
}

/// What is usual, for those of whom nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prior {
    /// That somebody answers at all.
    pub answers: Chance,
    /// That an answer is yes.
    pub agrees: Chance,
}

/// Linli's guess until a place has its own history: six of ten answer, half of them agree.
impl Default for Prior {
    fn default() -> Self {
        Self { answers: Chance::percent(60), agrees: Chance::percent(50) }
    }
}

/// A whole observation; halving it makes it fade.
const WEIGHT: u64 = 64;
/// An observation counts half after so many days.
const FADES_BY_HALF_DAYS: i32 = 28;
/// How many observations the level above is worth: what is usual in a place, the person, the kind, the hour.
const USUAL: u64 = 20 * WEIGHT;
const PERSON: u64 = 4 * WEIGHT;
const KIND: u64 = 3 * WEIGHT;
const HOUR: u64 = 2 * WEIGHT;

impl Prior {
    /// What is usual among several people. The refusals of all together count here: they are nobody's.
    #[must_use]
    pub fn pooled<'a>(self, histories: impl Iterator<Item = &'a [Asking]>, now: Instant) -> Self {
        let (mut asked, mut answered, mut agreed) = (0, 0, 0);
        for one in histories.flatten() {
            let weight = weight(one, now);
            match one.answer {
                Answer::Yes => {
                    (asked, answered, agreed) = (asked + weight, answered + weight, agreed + weight)
                }
                Answer::No => (asked, answered) = (asked + weight, answered + weight),
                Answer::Silent => asked += weight,
                Answer::Open | Answer::Taken => {}
            }
        }
        Self {
            answers: shrunk(self.answers, USUAL, answered, asked),
            agrees: shrunk(self.agrees, USUAL, agreed, answered),
        }
    }
}

/// What is expected of one person for one kind of need at one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// That they answer at all. Yes and no raise it alike.
    pub answers: Chance,
    /// That an answer at this hour is yes.
    pub agrees: Chance,
    /// That they say yes: both.
    pub yes: Chance,
}

/// What is expected of a person with this history. With none it is the prior.
///
/// Each level is a Beta mean with the level above as prior. A no counts in the cell of its hour alone: full at its own hour
/// and kind, half an hour further or for another kind, a quarter two hours away.
pub fn estimate(history: &[Asking], kind: Code, visit_at: Instant, now: Instant, prior: Prior) -> Estimate {
    let (mut asked, mut answered, mut yes, mut yes_kind, mut yes_hour, mut no_hour) = (0, 0, 0, 0, 0, 0);
    for one in history {
        let weight = weight(one, now);
        let near = nearness(one.visit_at, visit_at, weight >> u32::from(one.kind != kind));
        match one.answer {
            Answer::Yes => {
                asked += weight;
                answered += weight;
                yes += weight;
                yes_kind += if one.kind == kind { weight } else { 0 };
                yes_hour += near;
            }
            Answer::No => {
                asked += weight;
                answered += weight;
                no_hour += near;
            }
            Answer::Silent => asked += weight,
            Answer::Open | Answer::Taken => {}
        }
    }
    let answers = shrunk(prior.answers, PERSON, answered, asked);
    let person = shrunk(prior.agrees, PERSON, yes, yes);
    let kind = shrunk(person, KIND, yes_kind, yes_kind);
    let agrees = shrunk(kind, HOUR, yes_hour, yes_hour + no_hour);
    Estimate { answers, agrees, yes: answers.and(agrees) }
}

/// How much an observation still counts.
fn weight(one: &Asking, now: Instant) -> u64 {
    let days = now.day().number().saturating_sub(one.told_at.day().number()).max(0);
    WEIGHT.checked_shr((days / FADES_BY_HALF_DAYS).unsigned_abs()).unwrap_or_default()
}

/// What of a weight counts at an hour of the day that is so far from its own.
fn nearness(own: Instant, asked: Instant, weight: u64) -> u64 {
    let apart = (own.minute_of_day() / 60 - asked.minute_of_day() / 60).unsigned_abs();
    match apart.min(24 - apart) {
        0 => weight,
        1 => weight / 2,
        2 => weight / 4,
        _ => 0,
    }
}

/// The mean of a Beta distribution: a prior worth `strength`, and what was seen.
fn shrunk(prior: Chance, strength: u64, hits: u64, of: u64) -> Chance {
    let whole = u64::from(Chance::ALWAYS.number());
    Chance::of(u64::from(prior.number()) * strength + hits * whole, (strength + of) * whole)
}

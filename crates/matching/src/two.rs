//! What needs two: whether these two can go together, and which two of the best.

use kernel::{Id, Instant, Person};

use crate::{Engagement, Limits, Ranked, Reason, Volunteer, eligible, together};

/// What stands against two going together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgainstTwo {
    /// A rule that stands against one of them.
    One {
        /// Whom.
        volunteer: Id<Person>,
        /// Which.
        reason: Reason,
    },
    /// One person is not two.
    SamePerson,
    /// Each could come, but not at one time.
    NoTimeTogether,
}

impl AgainstTwo {
    /// Name of the rule, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::One { reason, .. } => reason.rule(),
            Self::SamePerson => "same-person",
            Self::NoTimeTogether => "no-time-together",
        }
    }
}

/// Everything that stands against two going together; nothing means they can.
pub fn eligible_two(
    engagement: &Engagement,
    two: [&Volunteer; 2],
    now: Instant,
    limits: &Limits,
) -> Vec<AgainstTwo> {
    let of = |one: &Volunteer| {
        let volunteer = one.id;
        let reasons = eligible(engagement, one, now, limits).into_iter();
        reasons.map(move |reason| AgainstTwo::One { volunteer, reason }).collect::<Vec<_>>()
    };
    let [first, second] = two;
    let mut against = of(first);
    if first.id == second.id {
        against.push(AgainstTwo::SamePerson);
        return against;
    }
    against.extend(of(second));
    if against.is_empty() && together(engagement, &two, limits).is_none() {
        against.push(AgainstTwo::NoTimeTogether);
    }
    against
}

/// Two of the ranking who go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Two {
    /// Places of both in the ranking, from 0, the better first.
    pub places: [usize; 2],
    /// The earliest time at which they can begin.
    pub start: Instant,
}

/// The first of the ranking who can go with anybody in it, with the best of those; `None` when no two can. Asks at most
/// half the square of their number, so give it a few dozens.
pub fn best_two(engagement: &Engagement, best: &[Ranked<'_>], limits: &Limits) -> Option<Two> {
    best.iter().enumerate().find_map(|(place, one)| {
        best.iter().enumerate().skip(place + 1).find_map(|(other, two)| {
            let start = together(engagement, &[one.volunteer, two.volunteer], limits)?;
            Some(Two { places: [place, other], start })
        })
    })
}

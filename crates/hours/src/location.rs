//! The location hint: near the meeting point or not, as far as a volunteer lets their phone say so. It is shown beside what
//! was seen and decides nothing: no grade, no minute (docs/hours.md).

use db::{Outcome, Tx, params};
use journal::Call;
use kernel::{Minutes, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{AttendanceRow, SignalKind, presence};

kernel::words! {
    /// Whether somebody was near the meeting point.
    Hint {
        /// Near it.
        Inside = "inside",
        /// Not near it.
        Outside = "outside",
        /// The phone does not know it well enough.
        Unknown = "unknown",
    }
}

/// The hints of a presence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// When the person came.
    pub arrived: Option<Hint>,
    /// When the person went.
    pub left: Option<Hint>,
}

impl Hints {
    /// From the words of a row, empty where there is none.
    pub(crate) fn of(arrived: &str, left: &str) -> Self {
        Self { arrived: Hint::from_word(arrived), left: Hint::from_word(left) }
    }

    /// Each with what it was a hint of, in the order of the day.
    pub fn each(&self) -> impl Iterator<Item = (SignalKind, Hint)> {
        let arrived = self.arrived.map(|hint| (SignalKind::Arrived, hint));
        arrived.into_iter().chain(self.left.map(|hint| (SignalKind::Left, hint)))
    }
}

/// So long after coming or going a phone still says where one was then.
pub const HINT_MINUTES: Minutes = Minutes(10);

impl AttendanceRow {
    /// Whether a hint can be given at this moment, and of what: of having gone, else of having come, once.
    pub fn hint_due(&self, call: &Call) -> Option<SignalKind> {
        let (kind, at, given) = match (self.arrived_at, self.left_at) {
            (_, Some(left)) => (SignalKind::Left, left, self.hints.left),
            (Some(arrived), None) => (SignalKind::Arrived, arrived, self.hints.arrived),
            (None, None) => return None,
        };
        (given.is_none() && call.now <= at + HINT_MINUTES).then_some(kind)
    }
}

/// Notes a hint beside the coming or going that the actor's presence has just seen; says which. Where the phone was is the
/// caller's to hold against the meeting point, and to forget.
///
/// # Errors
/// 404 for a presence of somebody else; `hint-not-due` (conflict) where nobody came or went in the last minutes, or where it
/// was given already.
pub fn note_hint(tx: &mut Tx<'_>, call: &Call, row: &AttendanceRow, hint: Hint) -> Outcome<SignalKind> {
    let mut presence = presence::lock(tx, row.id)?;
    if call.actor.person != Some(presence.person) {
        return Err(Refusal::missing().into());
    }
    let row = presence::at_engagement(tx, presence.engagement, presence.person)?;
    let kind = row.and_then(|row| row.hint_due(call)).ok_or_else(|| Refusal::conflict("hint-not-due"))?;
    let at = |wanted: SignalKind| (kind == wanted).then(|| hint.word());
    tx.execute_one(
        "UPDATE attendance SET hint_arrived = COALESCE($3, hint_arrived), hint_left = COALESCE($4, hint_left)
         WHERE district = $1 AND id = $2",
        params![presence.id.district(), presence.id, at(SignalKind::Arrived), at(SignalKind::Left)],
    )?;
    presence.follow(tx, call, "attendance.location_hint", |event| {
        event.with("kind", kind.word()).with("hint", hint.word())
    })?;
    Ok(kind)
}

/// A hint of where a phone was when its owner came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LocationHint {
    /// `arrived` or `left`.
    pub kind: String,
    /// `inside`, `outside` or `unknown`.
    pub hint: String,
}

impl LocationHint {
    /// Those of a presence.
    pub(crate) fn all(hints: Hints) -> Vec<Self> {
        let each = |(kind, hint): (SignalKind, Hint)| Self {
            kind: kind.word().to_owned(),
            hint: hint.word().to_owned(),
        };
        hints.each().map(each).collect()
    }
}

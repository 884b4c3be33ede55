//! How long somebody is left in peace.

use kernel::{Instant, Minutes};

use crate::waves::{Answer, Asking, Pace};

/// Why somebody is left in peace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peace {
    /// They were called a short time ago.
    CalledLately,
    /// They said no a short time ago: asking again would be pressing.
    SaidNoLately,
    /// The last calls found nobody; each doubles the peace.
    CallsUnanswered {
        /// How many in a row.
        calls: u32,
    },
    /// They had their calls of the week.
    WeekOfCalls {
        /// How many in the last seven days.
        calls: usize,
    },
}

impl Peace {
    /// Name of the reason, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::CalledLately => "called-lately",
            Self::SaidNoLately => "said-no-lately",
            Self::CallsUnanswered { .. } => "calls-unanswered",
            Self::WeekOfCalls { .. } => "week-of-calls",
        }
    }
}

const WEEK: Minutes = Minutes::from_hours(7 * 24);

/// Until when somebody with this history is left in peace, and why; `None` when they may be asked now. Where it is urgent or
/// time presses, the week's number and the doubling after silence are set aside, never the rest after a call or a no.
pub fn peace(history: &[Asking], now: Instant, pressing: bool, pace: &Pace) -> Option<(Instant, Peace)> {
    let mut until: Option<(Instant, Peace)> = None;
    let mut rest = |end: Instant, why| {
        if end > now && until.is_none_or(|(known, _)| end > known) {
            until = Some((end, why));
        }
    };
    if let Some(last) = history.iter().map(|one| one.told_at).max() {
        rest(last + pace.rest_after_call, Peace::CalledLately);
    }
    let no = history.iter().filter(|one| one.answer == Answer::No).map(|one| one.settled_at).max();
    if let Some(no) = no {
        rest(no + pace.rest_after_no, Peace::SaidNoLately);
    }
    if pressing {
        return until;
    }
    let answered = history.iter().filter(|one| matches!(one.answer, Answer::Yes | Answer::No));
    let answered = answered.map(|one| one.told_at).max();
    let unanswered = history.iter().filter(|one| one.answer == Answer::Silent);
    let unanswered = unanswered.map(|one| one.told_at).filter(|told| answered.is_none_or(|yes| *told > yes));
    let (mut calls, mut last) = (0_u32, None);
    for told in unanswered {
        (calls, last) = (calls + 1, last.max(Some(told)));
    }
    if let Some(last) = last {
        let doubled = pace.rest_after_call.number().saturating_mul(1 << calls.min(DOUBLINGS_MAX));
        rest(last + Minutes(doubled).min(pace.rest_after_silence_max), Peace::CallsUnanswered { calls });
    }
    let mut week: Vec<Instant> =
        history.iter().map(|one| one.told_at).filter(|told| *told > now - WEEK).collect();
    week.sort_unstable();
    // Free again when so many of them are a week old that fewer than the number are left.
    let leaves = week.len().checked_sub(pace.calls_a_week).and_then(|over| week.get(over));
    if let Some(leaves) = leaves {
        rest(*leaves + WEEK, Peace::WeekOfCalls { calls: week.len() });
    }
    until
}

/// Doublings after which the peace is longer than any limit.
const DOUBLINGS_MAX: u32 = 20;

//! The life of a need as a table: which state may follow which, and whose turn it is.

use State::{
    Accepted, Cancelled, Closed, DoneClaimed, HandedOver, InService, Offered, Refused, Reopened, Submitted,
    Verified,
};

/// Where a need stands. The words of staff, residents and volunteers are in the locale files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Asked; nobody has checked it.
    Submitted,
    /// Checked; a helper is looked for.
    Verified,
    /// Somebody is being asked to help.
    Offered,
    /// Somebody has promised to come.
    Accepted,
    /// The helper is there.
    InService,
    /// The helper says it is done; the resident has not answered.
    DoneClaimed,
    /// The resident says it is done.
    Closed,
    /// The resident says it is not done; a helper is looked for again.
    Reopened,
    /// Not taken on, with a reason.
    Refused,
    /// Taken back.
    Cancelled,
    /// A named public service has taken it over.
    HandedOver,
}

/// Who must act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The workers of the place.
    Worker,
    /// Those who were asked.
    Asked,
    /// The helper.
    Helper,
    /// The resident.
    Resident,
    /// Nobody: it has ended.
    Nobody,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Submitted,
        Verified,
        Offered,
        Accepted,
        InService,
        DoneClaimed,
        Closed,
        Reopened,
        Refused,
        Cancelled,
        HandedOver,
    ];

    /// Its word in rows, events and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Submitted => "submitted",
            Verified => "verified",
            Offered => "offered",
            Accepted => "accepted",
            InService => "in_service",
            DoneClaimed => "done_claimed",
            Closed => "closed",
            Reopened => "reopened",
            Refused => "refused",
            Cancelled => "cancelled",
            HandedOver => "handed_over",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The states that may follow. `Offered` follows itself when the next one is asked.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Submitted => &[Verified, Refused, Cancelled, HandedOver],
            Verified => &[Offered, Accepted, Refused, Cancelled, HandedOver],
            Offered => &[Offered, Verified, Accepted, Cancelled, HandedOver],
            Accepted => &[Verified, InService, DoneClaimed, Reopened, Cancelled],
            InService => &[DoneClaimed, Closed, Reopened],
            DoneClaimed => &[Closed, Reopened],
            Reopened => &[Offered, Accepted, Refused, Cancelled, HandedOver],
            Closed | Refused | Cancelled | HandedOver => &[],
        }
    }

    /// Whether `to` may follow.
    pub fn may(self, to: Self) -> bool {
        self.next().contains(&to)
    }

    /// Whether nothing can follow.
    pub const fn is_end(self) -> bool {
        self.next().is_empty()
    }

    /// Whether a helper is still to be found.
    pub const fn is_open(self) -> bool {
        matches!(self, Verified | Offered | Reopened)
    }

    /// Whose turn it is.
    pub const fn turn(self) -> Turn {
        match self {
            Submitted | Verified | Reopened => Turn::Worker,
            Offered => Turn::Asked,
            Accepted | InService => Turn::Helper,
            DoneClaimed => Turn::Resident,
            Closed | Refused | Cancelled | HandedOver => Turn::Nobody,
        }
    }

    /// The event that tells of coming here from `from`.
    pub(crate) const fn event(self, from: Self) -> &'static str {
        match (from, self) {
            (_, Submitted) => "need.submitted",
            (Submitted, Verified) => "need.verified",
            // Nobody was found, or the helper cannot come: it was checked before and is open again.
            (_, Verified) => "need.returned",
            (_, Offered) => "need.offered",
            (_, Accepted) => "need.accepted",
            (_, InService) => "need.started",
            (_, DoneClaimed) => "need.done",
            (_, Closed) => "need.closed",
            (_, Reopened) => "need.reopened",
            (_, Refused) => "need.refused",
            (_, Cancelled) => "need.cancelled",
            (_, HandedOver) => "need.handed_over",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn any_state() -> impl Strategy<Value = State> {
        prop::sample::select(State::ALL.to_vec())
    }

    proptest! {
        /// Any walk over the table reaches an end by listed moves, and what has ended stays so.
        #[test]
        fn any_walk_stays_on_the_table(start in any_state(), tries in prop::collection::vec(any_state(), 0..60)) {
            let mut at = start;
            for to in tries {
                let listed = at.next().contains(&to);
                prop_assert_eq!(at.may(to), listed);
                prop_assert!(!(at.is_end() && listed));
                if listed {
                    prop_assert_eq!(to.event(at).split('.').next(), Some("need"));
                    at = to;
                }
            }
        }
    }

    fn reached(from: State) -> BTreeSet<State> {
        let mut seen = BTreeSet::from([from]);
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            next.extend(at.next().iter().filter(|to| seen.insert(**to)));
        }
        seen
    }

    #[test]
    fn nothing_but_an_end_is_a_dead_end() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
            assert_eq!(state.is_end(), state.turn() == Turn::Nobody, "{state:?}");
            let seen = reached(state);
            assert!(seen.iter().any(|one| one.is_end()), "{state:?} never ends");
            assert!(state.is_end() || seen.contains(&Closed), "{state:?} can never be closed well");
        }
        assert_eq!(reached(Submitted).len(), State::ALL.len(), "a state nobody can reach");
    }

    #[test]
    fn nobody_comes_before_the_need_was_checked() {
        assert!(!Submitted.may(Accepted) && !Submitted.may(Offered));
        assert!(!Accepted.may(Closed), "closed without anybody having come");
        assert!(!DoneClaimed.may(Cancelled) && !Closed.may(Reopened));
    }
}

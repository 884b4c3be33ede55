//! What a rule finds.

use kernel::{DivisionCode, Id, Organisation, Person};

use crate::Attendance;

kernel::words! {
    /// The kinds of alarm, in the order of the documents.
    Alarm {
        /// Hours typed for many engagements within minutes by one person.
        TypedFast = "typed_fast",
        /// Most of a team's hours are typed.
        TypedShare = "typed_share",
        /// The same people in two places at a time, again and again.
        TwoPlaces = "two_places",
        /// More people than the engagement has places.
        OverFull = "over_full",
        /// Nobody had signed up before it began, and nobody witnessed it while it lasted.
        NobodyBefore = "nobody_before",
        /// Two people are each other's only witness, again and again.
        SamePairs = "same_pairs",
        /// Signals that come at the same second of every engagement.
        TooRegular = "too_regular",
        /// One device gives the signals of many people.
        SharedDevice = "shared_device",
        /// Old hours typed in the days before a deadline.
        Burst = "burst",
    }
}

kernel::words! {
    /// The honest things that findings look like, as far as the evidence tells.
    Alike {
        /// Two who meet at the same time every week: neighbours, or a patrol of two.
        EveryWeek = "every_week",
        /// One phone in a large family.
        Family = "family",
        /// Who forgot to check out before going elsewhere.
        ForgottenCheckOut = "forgotten_check_out",
        /// Signed sheets that were entered late, in one go.
        Sheets = "sheets",
    }
}

/// Whom a finding concerns. A volunteer is never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concern {
    /// A team.
    Team(Id<Organisation>),
    /// Who typed.
    Typist(Id<Person>),
    /// The community that dispatched what no team holds: needs.
    Place(DivisionCode),
}

/// One alarm with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub alarm: Alarm,
    /// Whom it concerns.
    pub concern: Concern,
    /// What was measured, in the unit of the threshold.
    pub measured: i64,
    /// The threshold it reached.
    pub threshold: i64,
    /// What honest thing it looks like, which is asked about first; `None` where the evidence does not tell.
    pub looks_like: Option<Alike>,
    /// The services behind it, each once, by id.
    pub evidence: Vec<Id<Attendance>>,
}

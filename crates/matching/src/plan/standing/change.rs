//! What may happen to a standing plan, what comes of it, and why something may not happen.

use std::fmt;

use super::super::{Demand, Pair, ROWS_MAX, SEATS_MAX, Supply};

/// The other side of a pair that comes with a need or a volunteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The volunteer, for a need that comes; the need, for a volunteer that comes.
    pub other: u32,
    /// How far they live apart.
    pub metres: u32,
    /// Minutes the volunteer served lately.
    pub served: u32,
}

/// How firmly somebody was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Not at all: moved whenever that is better.
    None,
    /// Moved where a seat would stay empty otherwise, or an urgent one would, and only then; as few as possible.
    Kept,
    /// Never moved.
    Fixed,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// One more need, and who could serve it.
    NeedCame {
        /// The need.
        demand: Demand,
        /// Volunteers who could serve it.
        pairs: Vec<Candidate>,
    },
    /// Nobody is needed there any more; promises for it end.
    NeedWithdrawn {
        /// The need.
        need: u32,
    },
    /// One more volunteer, and what they could serve.
    VolunteerCame {
        /// The volunteer.
        supply: Supply,
        /// Needs they could serve.
        pairs: Vec<Candidate>,
    },
    /// This volunteer is not there any more; their promises end.
    VolunteerGone {
        /// The volunteer.
        volunteer: u32,
    },
    /// These two could meet, which was not known before.
    PairOpened {
        /// The two; [`Pair::kept`] is [`Promise::Kept`].
        pair: Pair,
    },
    /// These two will not meet, whoever declined; a promise between them ends.
    PairDeclined {
        /// The need.
        need: u32,
        /// The volunteer.
        volunteer: u32,
    },
    /// The need has so many seats now.
    SeatsSet {
        /// The need.
        need: u32,
        /// How many.
        seats: u32,
    },
    /// A seat of the need weighs so much now.
    UrgencySet {
        /// The need.
        need: u32,
        /// How much.
        urgency: u32,
    },
    /// The volunteer serves at most so many needs now.
    ShiftsSet {
        /// The volunteer.
        volunteer: u32,
        /// How many.
        shifts_max: u32,
    },
    /// These two were promised to each other, or are free of it. What is fixed need not have been planned before.
    Promised {
        /// The need.
        need: u32,
        /// The volunteer.
        volunteer: u32,
        /// How firmly.
        promise: Promise,
    },
}

/// Who serves which need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// The need.
    pub need: u32,
    /// The volunteer.
    pub volunteer: u32,
}

/// What a change came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// The number of the need or volunteer that came.
    pub number: Option<u32>,
    /// Who is no longer planned, by need.
    pub left: Vec<Placement>,
    /// Who is planned now, by need.
    pub joined: Vec<Placement>,
    /// Needs and volunteers looked at.
    pub visited: usize,
}

/// Why something cannot happen; the plan is as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// There is no such need.
    UnknownNeed(u32),
    /// There is no such volunteer.
    UnknownVolunteer(u32),
    /// These two are no pair: nobody said that they could meet.
    UnknownPair(Placement),
    /// These two are a pair already.
    TwiceTheSame(Placement),
    /// More seats than [`SEATS_MAX`].
    TooManySeats,
    /// More rows than [`ROWS_MAX`].
    TooManyRows,
    /// Urgencies, minutes and metres are so great that their sums do not fit.
    TooGreat,
    /// More people would be fixed for this need than it has seats.
    FixedAboveSeats(u32),
    /// This volunteer would be fixed for more needs than they have shifts.
    FixedAboveShifts(u32),
    /// This volunteer is fixed in this slot already.
    FixedTwoPlaces(u32, u16),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownNeed(need) => write!(f, "there is no need {need}"),
            Self::UnknownVolunteer(volunteer) => write!(f, "there is no volunteer {volunteer}"),
            Self::UnknownPair(Placement { need, volunteer }) => {
                write!(
                    f,
                    "nobody said that volunteer {volunteer} could serve need {need}; open the pair first"
                )
            }
            Self::TwiceTheSame(Placement { need, volunteer }) => {
                write!(f, "volunteer {volunteer} stands with need {need} already")
            }
            Self::TooManySeats => write!(f, "more than {SEATS_MAX} seats; split the need"),
            Self::TooManyRows => write!(f, "more than {ROWS_MAX} rows; split the area"),
            Self::TooGreat => write!(f, "urgencies, minutes and metres are too great to be added up"),
            Self::FixedAboveSeats(need) => {
                write!(f, "more people are fixed for need {need} than it would have seats; free one first")
            }
            Self::FixedAboveShifts(volunteer) => {
                write!(
                    f,
                    "volunteer {volunteer} is fixed for more needs than they would have shifts; free one first"
                )
            }
            Self::FixedTwoPlaces(volunteer, slot) => {
                write!(f, "volunteer {volunteer} is fixed for another need in slot {slot}; free that first")
            }
        }
    }
}

impl std::error::Error for ChangeError {}

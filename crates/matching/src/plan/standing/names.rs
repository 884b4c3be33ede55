//! Changes and what comes of them in other numbers: inside, a standing plan has those of its [`Order`].

use super::{super::order::Order, Candidate, Change, ChangeError, Pair, Placement, Repair};

impl Change {
    pub(super) fn renamed(&self, order: &Order) -> Self {
        let both = |need, volunteer| (order.need(need), order.volunteer(volunteer));
        match *self {
            Self::NeedCame { demand, ref pairs } => {
                Self::NeedCame { demand, pairs: renamed(pairs, |other| order.volunteer(other)) }
            }
            Self::NeedWithdrawn { need } => Self::NeedWithdrawn { need: order.need(need) },
            Self::VolunteerCame { supply, ref pairs } => {
                Self::VolunteerCame { supply, pairs: renamed(pairs, |other| order.need(other)) }
            }
            Self::VolunteerGone { volunteer } => {
                Self::VolunteerGone { volunteer: order.volunteer(volunteer) }
            }
            Self::PairOpened { pair } => {
                let (need, volunteer) = both(pair.need, pair.volunteer);
                Self::PairOpened { pair: Pair { need, volunteer, ..pair } }
            }
            Self::PairDeclined { need, volunteer } => {
                let (need, volunteer) = both(need, volunteer);
                Self::PairDeclined { need, volunteer }
            }
            Self::SeatsSet { need, seats } => Self::SeatsSet { need: order.need(need), seats },
            Self::UrgencySet { need, urgency } => Self::UrgencySet { need: order.need(need), urgency },
            Self::ShiftsSet { volunteer, shifts_max } => {
                Self::ShiftsSet { volunteer: order.volunteer(volunteer), shifts_max }
            }
            Self::Promised { need, volunteer, promise } => {
                let (need, volunteer) = both(need, volunteer);
                Self::Promised { need, volunteer, promise }
            }
        }
    }

    /// The number of what came.
    pub(super) fn renamed_number(&self, number: u32, order: &Order) -> u32 {
        if matches!(self, Self::NeedCame { .. }) { order.need(number) } else { order.volunteer(number) }
    }
}

fn renamed(candidates: &[Candidate], name: impl Fn(u32) -> u32) -> Vec<Candidate> {
    candidates.iter().map(|of| Candidate { other: name(of.other), ..*of }).collect()
}

impl Placement {
    pub(super) fn renamed(self, order: &Order) -> Self {
        Self { need: order.need(self.need), volunteer: order.volunteer(self.volunteer) }
    }
}

impl Repair {
    pub(super) fn renamed(mut self, order: &Order) -> Self {
        for list in [&mut self.left, &mut self.joined] {
            list.iter_mut().for_each(|placement| *placement = placement.renamed(order));
            list.sort_unstable();
        }
        self
    }
}

impl ChangeError {
    pub(super) fn renamed(self, order: &Order) -> Self {
        match self {
            Self::UnknownNeed(need) => Self::UnknownNeed(order.need(need)),
            Self::UnknownVolunteer(volunteer) => Self::UnknownVolunteer(order.volunteer(volunteer)),
            Self::UnknownPair(placement) => Self::UnknownPair(placement.renamed(order)),
            Self::TwiceTheSame(placement) => Self::TwiceTheSame(placement.renamed(order)),
            Self::TooManySeats | Self::TooManyRows | Self::TooGreat => self,
            Self::FixedAboveSeats(need) => Self::FixedAboveSeats(order.need(need)),
            Self::FixedAboveShifts(volunteer) => Self::FixedAboveShifts(order.volunteer(volunteer)),
            Self::FixedTwoPlaces(volunteer, slot) => Self::FixedTwoPlaces(order.volunteer(volunteer), slot),
        }
    }
}

//! Hours that are made up, each way as `platforms.md` tells it, from small to large. The small and the careful are part
//! of the truth that no rule finds.

use kernel::{Id, Minutes, Person};

use super::town::{Making, Team, WEEKS};
use crate::{Alarm, Given};

/// A way of making hours up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fraud {
    /// An administrator sells hours, five at a time, some buyers an evening (finding 1).
    Seller,
    /// People who do not know it are given hours for months (finding 2, and the centre that wanted to be first).
    WithoutKnowing,
    /// The roll is called for people who are elsewhere (§7.9).
    Absent,
    /// More names on the list than the room holds (§8.4).
    MoreNames,
    /// An activity that never was, published and typed afterwards (§8.4).
    NeverHeld,
    /// Two people confirm each other (§2.12, the parents' group).
    EachOther,
    /// A client that checks in by itself (§7.9).
    Scripted,
    /// One phone scans the code for those who stayed at home (§7.9).
    OnePhone,
    /// Missing records are filled in before an assessment (§5, quota pressure).
    FilledIn,
    /// Needs that nobody had, dispatched in a community and entered afterwards (finding 3).
    NeverAsked,
}

/// By what made-up hours are entered afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Late {
    /// Typed in.
    Typed,
    /// A paper sheet that nobody signed, or everybody on one evening.
    Paper,
    /// A roll call of people who were not there.
    RollCall,
}

impl Late {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Typed, Self::Paper, Self::RollCall];

    pub(super) const fn given(self) -> Given {
        match self {
            Self::Typed => Given::Typed,
            Self::Paper => Given::Paper,
            Self::RollCall => Given::RollCall,
        }
    }
}

impl Fraud {
    /// By what it is entered, where it is entered late.
    pub(super) const fn ways(self) -> &'static [Option<Late>] {
        match self {
            Self::Seller | Self::WithoutKnowing | Self::NeverHeld | Self::FilledIn | Self::NeverAsked => {
                &[Some(Late::Typed), Some(Late::Paper), Some(Late::RollCall)]
            }
            _ => &[None],
        }
    }

    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Seller,
        Self::WithoutKnowing,
        Self::Absent,
        Self::MoreNames,
        Self::NeverHeld,
        Self::EachOther,
        Self::Scripted,
        Self::OnePhone,
        Self::FilledIn,
        Self::NeverAsked,
    ];

    /// The alarm that is there for it.
    pub const fn alarm(self) -> Alarm {
        match self {
            Self::Seller => Alarm::TypedFast,
            Self::WithoutKnowing | Self::NeverAsked => Alarm::TypedShare,
            Self::Absent => Alarm::TwoPlaces,
            Self::MoreNames => Alarm::OverFull,
            Self::NeverHeld => Alarm::NobodyBefore,
            Self::EachOther => Alarm::SamePairs,
            Self::Scripted => Alarm::TooRegular,
            Self::OnePhone => Alarm::SharedDevice,
            Self::FilledIn => Alarm::Burst,
        }
    }
}

impl Making {
    /// What a team makes up on top of its honest weeks; what is entered late is given by `late`.
    pub(super) fn crooked(&mut self, team: &Team, fraud: Fraud, late: Given) {
        match fraud {
            Fraud::Seller => self.sell(team, late),
            Fraud::WithoutKnowing => self.without_knowing(team, late),
            Fraud::Absent => self.absent(team),
            Fraud::MoreNames => self.more_names(team),
            Fraud::NeverHeld => self.never_held(team, late),
            Fraud::EachOther => self.each_other(team),
            Fraud::Scripted => self.scripted(team),
            Fraud::OnePhone => self.one_phone(team),
            Fraud::FilledIn => self.fill_in(team, late),
            Fraud::NeverAsked => self.never_asked(team, late),
        }
    }

    /// Minutes from the first Monday to a day of the period, at some hour of daylight.
    fn some_time(&self, from_day: u64, to_day: u64) -> kernel::Instant {
        let day = self.begins.number() + self.between(from_day, to_day) as i32;
        kernel::Day::from_number(day).at_minute(self.between(17, 32) as i64 * 30)
    }

    fn sell(&mut self, team: &Team, given: Given) {
        let a_time_most = self.between(2, 10);
        for _ in 0..self.between(6, 20) {
            let sold_at = self.some_time(20, WEEKS * 7 - 1);
            for sale in 0..self.between(1, a_time_most) {
                let from = sold_at - Minutes(self.between(1, 19) as i64 * 1_440);
                let occasion = self.occasion(from, 300, 1);
                let mut service = self.service(team, occasion, self.id(), false);
                let entered = sold_at.plus_seconds((sale * self.between(20, 120)) as i64);
                self.by(&mut service, given, team.leader, entered);
                self.put(service);
            }
        }
    }

    fn without_knowing(&mut self, team: &Team, given: Given) {
        let people = self.people(self.between(8, 40));
        for _ in 0..self.between(6, 24) {
            let from = self.some_time(0, WEEKS * 7 - 20);
            let occasion = self.occasion(from, 120, people.len() as i64);
            let late_by = self.between(2, 20) as i64 * 1_440;
            for (row, person) in people.iter().enumerate() {
                let mut service = self.service(team, occasion, *person, false);
                let entered = occasion.planned.1 + Minutes(late_by + row as i64);
                self.by(&mut service, given, team.leader, entered);
                self.put(service);
            }
        }
    }

    fn absent(&mut self, team: &Team) {
        let is_typed = self.happens(50);
        for _ in 0..self.between(2, 12) {
            let at = self.random.below(self.used.len() as u64) as usize;
            let Some(real) = self.town.evidence.services.get(at).cloned() else { continue };
            if real.division == team.division {
                continue;
            }
            let occasion = self.occasion(real.planned.0 + Minutes(15), 120, 10);
            let mut service = self.service(team, occasion, real.person, !is_typed);
            let given = if is_typed { Given::Typed } else { Given::RollCall };
            let entered = occasion.planned.1 + Minutes(if is_typed { 2 * 1_440 } else { 10 });
            self.by(&mut service, given, team.leader, entered);
            self.put(service);
        }
    }

    fn more_names(&mut self, team: &Team) {
        for _ in 0..self.between(1, 4) {
            let occasion = self.occasion(self.some_time(0, WEEKS * 7 - 3), 120, self.between(10, 25) as i64);
            let people = occasion.places as u64 * self.between(110, 250) / 100;
            for person in self.people(people) {
                let mut service = self.service(team, occasion, person, true);
                self.by(&mut service, Given::RollCall, team.leader, occasion.planned.1 + Minutes(10));
                self.put(service);
            }
        }
    }

    fn never_held(&mut self, team: &Team, given: Given) {
        for _ in 0..self.between(1, 5) {
            let occasion = self.occasion(self.some_time(0, WEEKS * 7 - 20), 120, 20);
            let late_by = self.between(2, 15) as i64 * 1_440;
            let careful = self.happens(15);
            for (row, person) in self.people(self.between(2, 15)).into_iter().enumerate() {
                let mut service = self.service(team, occasion, person, careful && row == 0);
                let entered = occasion.planned.1 + Minutes(late_by + row as i64);
                self.by(&mut service, given, team.leader, entered);
                self.put(service);
            }
        }
    }

    fn each_other(&mut self, team: &Team) {
        let pair: [Id<Person>; 2] = [self.id(), self.id()];
        for turn in 0..2 * self.between(2, 12) {
            let [one, other] = if turn % 2 == 0 { pair } else { [pair[1], pair[0]] };
            let occasion = self.occasion(self.some_time(0, WEEKS * 7 - 3), 120, 2);
            let mut service = self.service(team, occasion, one, true);
            self.by(&mut service, Given::RollCall, other, occasion.planned.1 + Minutes(3));
            self.put(service);
        }
    }

    fn scripted(&mut self, team: &Team) {
        let jitter = if self.happens(25) { self.between(60, 600) } else { self.between(0, 3) };
        let ahead = self.between(0, 600) as i64;
        for person in self.people(self.between(2, 6)) {
            for week in 0..self.between(4, WEEKS) {
                let occasion = self.weekly(team, week);
                let mut service = self.service(team, occasion, person, true);
                self.by_code(&mut service, team.leader, &Self::device(person));
                let base = occasion.planned.0.plus_seconds(-ahead + self.between(0, jitter) as i64);
                if let Some(first) = service.signals.first_mut() {
                    (first.at, first.entered_at) = (base, base);
                }
                self.put(service);
            }
        }
    }

    fn one_phone(&mut self, team: &Team) {
        let phone = Self::device(self.id());
        let people = self.people(self.between(4, 15));
        for week in 0..self.between(2, WEEKS) {
            let occasion = self.weekly(team, week);
            for person in &people {
                let mut service = self.service(team, occasion, *person, true);
                self.by_code(&mut service, team.leader, &phone);
                self.put(service);
            }
        }
    }

    fn never_asked(&mut self, team: &Team, given: Given) {
        let helpers = self.people(self.between(2, 8));
        let size = self.between(1, 8);
        for _ in 0..size * self.between(6, 12) {
            let occasion = self.occasion(self.some_time(0, WEEKS * 7 - 16), 60, 1);
            let helper = helpers.get(self.random.below(helpers.len() as u64) as usize);
            let mut need = self.need(team, occasion, helper.copied().unwrap_or(team.leader), false);
            let late_by = Minutes(self.between(2, 14) as i64 * 1_440);
            self.by(&mut need, given, team.leader, occasion.planned.1 + late_by);
            self.put(need);
        }
    }

    fn fill_in(&mut self, team: &Team, given: Given) {
        let people = self.people(self.between(3, 15));
        let last = kernel::Day::from_number(self.begins.number() + WEEKS as i32 * 7 - 1);
        for day in 0..self.between(3, 8) {
            let occasion = self.occasion(self.some_time(0, WEEKS * 7 - 18), 120, people.len() as i64);
            let entered = last.at_minute(600) - Minutes(self.between(0, 5) as i64 * 1_440 + day as i64 * 25);
            let careful = self.happens(15);
            for (row, person) in people.iter().enumerate() {
                let mut service = self.service(team, occasion, *person, careful);
                self.by(&mut service, given, team.leader, entered.plus_seconds(row as i64 * 15));
                self.put(service);
            }
        }
    }
}

//! Honest teams, and how they look like those that are not.

use kernel::{Id, Minutes, Person};

use super::town::{Making, Occasion, Team, WEEKS};
use crate::{Given, Service, Signal};

/// What an honest team does that looks odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LookAlike {
    /// The leader's phone was without network; the roll call of everybody comes in one second, a day or two later.
    OfflineBatch,
    /// The same helper at the same resident every week.
    SamePairs,
    /// Round hours on a paper sheet, always 9 to 11.
    RoundHours,
    /// Phones failed for some weeks; the leader typed everything for those who had signed up, in one evening.
    CatchUp,
    /// Organised in a chat group: nobody signs up here, and the leader types within two days.
    ChatGroup,
    /// Families of two to five with one phone.
    FamilyPhone,
    /// Called out in an emergency: nobody had signed up, the roll was called there.
    CallOut,
    /// One or two substitutes more than places.
    Substitutes,
    /// Somebody who forgot to check out and was at another place by then; once or twice.
    ForgottenCheckOut,
    /// Two leaders call the roll in turns, each with the other in it.
    TakingTurns,
    /// A large activity in the last week before the deadline, typed days after.
    LastWeek,
    /// Signed sheets that the leader brings in a week later, for people who had signed up.
    LateSheets,
    /// The signed sheets of a month, entered at one sitting.
    MonthOfSheets,
    /// An older leader who announced everything beforehand and types it from paper, days or weeks later.
    OlderLeader,
    /// Beyond a threshold: a household of six to nine with one phone.
    LargeFamily,
    /// Beyond a threshold: the phone failed for a month and more, a third never signed up, and all was typed in one evening.
    FailedMonth,
    /// Beyond a threshold: called out in an emergency; the sheet signed there came in days later.
    CallOutOnPaper,
    /// Beyond a threshold: organised in a chat group; the leader types four to six days later.
    LateChatGroup,
    /// Beyond a threshold: once far more people came than there were places, each with a phone of their own.
    Crowd,
    /// Beyond a threshold: people who forget to check out and are at another place by then, every third week.
    OftenForgotten,
    /// Beyond a threshold: two neighbours who go on patrol together and call each other's roll.
    PatrolOfTwo,
    /// Beyond a threshold: the leader was ill and entered the sheets of six weeks before the deadline; a third of the people
    /// had never signed up.
    SheetsAfterIllness,
    /// Beyond a threshold: two neighbours who help each other every week, each with the other's nod.
    EachOthersHelp,
}

impl LookAlike {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::OfflineBatch,
        Self::SamePairs,
        Self::RoundHours,
        Self::CatchUp,
        Self::ChatGroup,
        Self::FamilyPhone,
        Self::CallOut,
        Self::Substitutes,
        Self::ForgottenCheckOut,
        Self::TakingTurns,
        Self::LastWeek,
        Self::LateSheets,
        Self::MonthOfSheets,
        Self::OlderLeader,
        Self::LargeFamily,
        Self::FailedMonth,
        Self::CallOutOnPaper,
        Self::LateChatGroup,
        Self::Crowd,
        Self::OftenForgotten,
        Self::PatrolOfTwo,
        Self::SheetsAfterIllness,
        Self::EachOthersHelp,
    ];

    /// Whether it goes beyond a threshold, so that numbers alone cannot tell it from what is made up.
    pub const fn is_beyond(self) -> bool {
        matches!(
            self,
            Self::LargeFamily
                | Self::FailedMonth
                | Self::CallOutOnPaper
                | Self::LateChatGroup
                | Self::Crowd
                | Self::OftenForgotten
                | Self::PatrolOfTwo
                | Self::SheetsAfterIllness
                | Self::EachOthersHelp
        )
    }
}

/// Weeks that a leader who was ill enters before the deadline.
const ILL_WEEKS: u64 = 6;

impl Making {
    /// Thirteen weeks of an honest team.
    pub(super) fn honest(&mut self, team: &Team, look: Option<LookAlike>) {
        let residents = self.people(team.members.len() as u64);
        let failed =
            if look == Some(LookAlike::FailedMonth) { self.between(4, 6) } else { self.between(2, 5) };
        let family =
            if look == Some(LookAlike::LargeFamily) { self.between(6, 9) } else { self.between(2, 5) };
        let (family, odd) = (family as usize, self.between(0, WEEKS - 1));
        let typed_on = (self.weekly(team, failed).planned.1 + Minutes(1_440)).plus_seconds(0);
        let deputy = team.members.first().copied().unwrap_or(team.leader);
        for week in 0..WEEKS {
            let mut occasion = self.weekly(team, week);
            let end = occasion.planned.1;
            let mut people: Vec<Id<Person>> = team.members.clone();
            people.retain(|_| self.happens(75));
            if look == Some(LookAlike::Substitutes) && week == odd {
                people = team.members.clone();
                occasion.places = people.len() as i64 - self.between(1, 2) as i64;
            }
            if look == Some(LookAlike::Crowd) && week == odd {
                people.extend(self.people(occasion.places as u64 / 2));
            }
            if look == Some(LookAlike::LastWeek) && week == WEEKS - 1 {
                people.extend(self.people(30));
                occasion.places = people.len() as i64;
            }
            let leader = if look == Some(LookAlike::TakingTurns) {
                let (one, other) = if week % 2 == 0 { (team.leader, deputy) } else { (deputy, team.leader) };
                people.retain(|person| *person != one);
                people.push(other);
                people.dedup();
                one
            } else {
                team.leader
            };
            people.sort_unstable();
            people.dedup();
            let synced = end + Minutes(self.between(1_200, 2_800) as i64);
            let days_late = match look {
                Some(LookAlike::LateSheets) => self.between(6, 8),
                Some(LookAlike::OlderLeader) => self.between(4, 20),
                _ => self.between(4, 6),
            };
            let later = end + Minutes(days_late as i64 * 1_440);
            let sitting = self.weekly(team, week / 4 * 4 + 3).planned.1 + Minutes(1_440);
            let well_again = self.weekly(team, WEEKS - 1).planned.1 + Minutes(60);
            for (number, person) in people.into_iter().enumerate() {
                let announced = match look {
                    Some(LookAlike::ChatGroup | LookAlike::LateChatGroup) => false,
                    Some(LookAlike::CallOut | LookAlike::CallOutOnPaper) => week != odd,
                    Some(LookAlike::FailedMonth | LookAlike::SheetsAfterIllness) => self.happens(66),
                    _ => self.happens(92),
                };
                let mut service = self.service(team, occasion, person, announced);
                match look {
                    Some(LookAlike::OfflineBatch | LookAlike::TakingTurns) => {
                        self.by(&mut service, Given::RollCall, leader, synced);
                    }
                    Some(LookAlike::CallOut) if week == odd => {
                        self.by(&mut service, Given::RollCall, leader, end + Minutes(5));
                    }
                    Some(LookAlike::SamePairs) => {
                        let resident = residents.get(number).copied().unwrap_or(leader);
                        self.nodded(&mut service, resident);
                    }
                    Some(LookAlike::RoundHours) => self.by(&mut service, Given::Paper, leader, synced),
                    Some(LookAlike::LateSheets) => {
                        self.by(&mut service, Given::Paper, leader, later.plus_seconds(number as i64 * 20));
                    }
                    Some(LookAlike::MonthOfSheets) => {
                        let row = (week % 4 * 20 + number as u64) as i64;
                        self.by(&mut service, Given::Paper, leader, sitting.plus_seconds(row * 8));
                    }
                    Some(LookAlike::OlderLeader | LookAlike::LateChatGroup) => {
                        self.by(&mut service, Given::Typed, leader, later.plus_seconds(number as i64 * 20));
                    }
                    Some(LookAlike::CallOutOnPaper) if week == odd => {
                        self.by(&mut service, Given::Paper, leader, later.plus_seconds(number as i64 * 20));
                    }
                    Some(LookAlike::SheetsAfterIllness) if week + ILL_WEEKS >= WEEKS => {
                        let row = (week * 20 + number as u64) as i64;
                        self.by(&mut service, Given::Paper, leader, well_again.plus_seconds(row * 8));
                    }
                    Some(LookAlike::CatchUp | LookAlike::FailedMonth) if week < failed => {
                        let row = (week * 20 + number as u64) as i64;
                        self.by(&mut service, Given::Typed, leader, typed_on.plus_seconds(row * 6));
                    }
                    Some(LookAlike::ChatGroup) => {
                        self.by(&mut service, Given::Typed, leader, synced.plus_seconds(number as i64 * 8));
                    }
                    Some(LookAlike::LastWeek) if week == WEEKS - 1 => {
                        let at = end + Minutes(3 * 1_440 + number as i64);
                        self.by(&mut service, Given::Typed, leader, at);
                    }
                    Some(LookAlike::FamilyPhone | LookAlike::LargeFamily) => {
                        let at = team.members.iter().position(|one| *one == person).unwrap_or(0);
                        let owner = team.members.get(at / family * family).copied().unwrap_or(person);
                        self.by_code(&mut service, leader, &Self::device(owner));
                    }
                    _ => self.by_code(&mut service, leader, &Self::device(person)),
                }
                let forgets = match look {
                    Some(LookAlike::ForgottenCheckOut) => week % 7 == odd % 7,
                    Some(LookAlike::OftenForgotten) => week % 3 == odd % 3,
                    _ => false,
                };
                if forgets && number == 0 {
                    self.forgotten(team, &mut service);
                }
                self.put(service);
            }
            if look == Some(LookAlike::PatrolOfTwo) {
                self.patrol(team, week);
            }
        }
    }

    /// Two of the team on patrol an evening a week, each other's witness in turns.
    fn patrol(&mut self, team: &Team, week: u64) {
        let evening = self.weekly(team, week).planned.1 + Minutes(180);
        let occasion = self.occasion(evening, 60, 2);
        let pair: Vec<Id<Person>> = team.members.iter().copied().take(2).collect();
        for (person, other) in pair.iter().zip(pair.iter().rev()) {
            let mut service = self.service(team, occasion, *person, true);
            self.by(&mut service, Given::RollCall, *other, occasion.planned.1 + Minutes(5));
            self.put(service);
        }
    }

    /// Thirteen weeks of a community's needs: accepted before, most with the resident's nod, some typed within days, and where
    /// neighbours help each other each nods for the other.
    pub(super) fn needs(&mut self, team: &Team, look: Option<LookAlike>) {
        for _ in 0..self.between(20, 80) {
            let day = self.begins.number() + self.between(0, WEEKS * 7 - 4) as i32;
            let from = kernel::Day::from_number(day).at_minute(self.between(17, 32) as i64 * 30);
            let occasion = self.occasion(from, 60, 1);
            let at = self.random.below(team.members.len() as u64) as usize;
            let helper = team.members.get(at).copied().unwrap_or(team.leader);
            let mut need = self.need(team, occasion, helper, true);
            if self.happens(15) {
                let days = self.between(1, 9) as i64;
                self.by(&mut need, Given::Typed, team.leader, occasion.planned.1 + Minutes(days * 1_440));
            } else {
                let resident = self.id();
                self.nodded(&mut need, resident);
            }
            self.put(need);
        }
        if look == Some(LookAlike::EachOthersHelp) {
            let pair: Vec<Id<Person>> = team.members.iter().copied().take(2).collect();
            for week in 0..WEEKS {
                for (helper, resident) in pair.iter().zip(pair.iter().rev()) {
                    let day = kernel::Day::from_number(self.begins.number() + week as i32 * 7 + team.weekday);
                    let occasion = self.occasion(day.at_minute(team.minute), 60, 1);
                    let mut need = self.need(team, occasion, *helper, true);
                    self.nodded(&mut need, *resident);
                    self.put(need);
                }
            }
        }
    }

    /// A service at a need, which no team holds.
    pub(super) fn need(
        &self,
        team: &Team,
        occasion: Occasion,
        helper: Id<Person>,
        accepted: bool,
    ) -> Service {
        Service { team: None, places: None, ..self.service(team, occasion, helper, accepted) }
    }

    /// The resident's nod within the hour, and the helper's own word.
    fn nodded(&self, service: &mut Service, resident: Id<Person>) {
        let at = service.planned.1 + Minutes(self.between(0, 60) as i64);
        service.signals.push(Signal {
            given: Given::Resident,
            witness: resident,
            device: Vec::new(),
            at,
            entered_at: at,
            is_on_site: true,
        });
    }

    /// The check-out came an hour and a half late, when the same person was at another team's place.
    fn forgotten(&mut self, team: &Team, service: &mut Service) {
        service.served.1 = service.served.1 + Minutes(90);
        let mut other = self.team();
        while other.division == team.division {
            other = self.team();
        }
        let next = self.occasion(service.planned.1 + Minutes(20), 120, 10);
        let mut there = self.service(&other, next, service.person, true);
        self.by_code(&mut there, other.leader, &Self::device(service.person));
        self.put(there);
    }
}

//! Honest teams, and how they look like those that are not.

use kernel::{Id, Minutes, Person};

use super::town::{Making, Team, WEEKS};
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
    ];
}

impl Making {
    /// Thirteen weeks of an honest team.
    pub(super) fn honest(&mut self, team: &Team, look: Option<LookAlike>) {
        let residents = self.people(team.members.len() as u64);
        let failed = self.between(2, 5);
        let (family, odd) = (self.between(2, 5) as usize, self.between(0, WEEKS - 1));
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
            for (number, person) in people.into_iter().enumerate() {
                let announced = match look {
                    Some(LookAlike::ChatGroup) => false,
                    Some(LookAlike::CallOut) => week != odd,
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
                    Some(LookAlike::CatchUp) if week < failed => {
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
                    Some(LookAlike::FamilyPhone) => {
                        let at = team.members.iter().position(|one| *one == person).unwrap_or(0);
                        let owner = team.members.get(at / family * family).copied().unwrap_or(person);
                        self.by_code(&mut service, leader, &Self::device(owner));
                    }
                    _ => self.by_code(&mut service, leader, &Self::device(person)),
                }
                if look == Some(LookAlike::ForgottenCheckOut) && number == 0 && week % 7 == odd % 7 {
                    self.forgotten(team, &mut service);
                }
                self.put(service);
            }
        }
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

//! The city: teams, their people and thirteen weeks of activities.

use std::{collections::BTreeMap, iter};

use kernel::{Day, District, DivisionCode, Id, IdSource, Instant, Minutes, Organisation, Person, Random};

use super::{
    crooked::{Fraud, Late},
    honest::LookAlike,
};
use crate::{Alarm, Concern, Engagement, Evidence, Given, Service, Signal};

/// Weeks of the period.
pub(super) const WEEKS: u64 = 13;
/// Honest teams that are nothing special, and those of each look-alike: fewer where it goes beyond a threshold.
const PLAIN_TEAMS: usize = 12;
const EACH_LOOK_ALIKE: usize = 5;
const EACH_BEYOND: usize = 2;
/// Teams of each kind of fraud.
const EACH_FRAUD: usize = 2;

/// Teams are in the first six communities; needs are everywhere, and those of a community with made-up ones are all there.
const FIRST_COMMUNITY: u64 = 110_101_001_001;
/// Communities with needs, the last [`EACH_BEYOND`] of which have neighbours who help each other.
const COMMUNITIES: u64 = 12;

/// How long after its end a roll call or a code, and a sheet or a nod, count as of the time: the city has no policy of
/// its own, so it is what hours are graded by where nobody set a number.
const GRACE: Minutes = Minutes(60);
const SHEET: Minutes = Minutes(1_440);

/// A city with what is true of it.
#[derive(Debug)]
pub struct Town {
    /// What the rules see.
    pub evidence: Evidence,
    /// The teams whose hours are made up, and who typed them: by which fraud.
    pub guilty: BTreeMap<Concern, Fraud>,
    /// The teams that are honest and whoever types for them: which team, and how it looks.
    pub honest: BTreeMap<Concern, (Id<Organisation>, Option<LookAlike>)>,
    /// Whom each alarm should find, and by what the hours were entered late, where they were.
    pub wanted: BTreeMap<(Alarm, Concern), Option<Late>>,
}

/// A team with its people.
pub(super) struct Team {
    pub(super) id: Id<Organisation>,
    pub(super) division: DivisionCode,
    pub(super) leader: Id<Person>,
    pub(super) members: Vec<Id<Person>>,
    /// Day of the week and minute of the day of its activity.
    pub(super) weekday: i32,
    pub(super) minute: i64,
}

/// One engagement about to be filled.
#[derive(Clone, Copy)]
pub(super) struct Occasion {
    pub(super) id: Id<Engagement>,
    pub(super) planned: (Instant, Instant),
    pub(super) places: i64,
}

/// The builder of a city.
pub(super) struct Making {
    pub(super) random: Random,
    pub(super) ids: IdSource,
    pub(super) begins: Day,
    pub(super) town: Town,
    /// The honest services so far: those whose people may be used elsewhere.
    pub(super) used: Vec<usize>,
}

impl Making {
    pub(super) fn between(&self, low: u64, high: u64) -> u64 {
        low + self.random.below(high - low + 1)
    }

    pub(super) fn happens(&self, hundredths: u64) -> bool {
        self.random.below(100) < hundredths
    }

    pub(super) fn id<T>(&self) -> Id<T> {
        self.ids.next(self.begins.at_minute(0), District::default())
    }

    pub(super) fn people(&self, count: u64) -> Vec<Id<Person>> {
        (0..count).map(|_| self.id()).collect()
    }

    /// A team of 8 to 16 with a weekly hour.
    pub(super) fn team(&self) -> Team {
        let members = self.people(self.between(8, 16));
        let division = community(FIRST_COMMUNITY + self.random.below(6));
        let (weekday, minute) = (self.between(0, 6) as i32, self.between(16, 36) as i64 * 30);
        Team { id: self.id(), division, leader: self.id(), members, weekday, minute }
    }

    /// The team's activity of a week: two hours.
    pub(super) fn weekly(&self, team: &Team, week: u64) -> Occasion {
        let day = Day::from_number(self.begins.number() + week as i32 * 7 + team.weekday);
        self.occasion(day.at_minute(team.minute), 120, team.members.len() as i64 + self.between(0, 4) as i64)
    }

    pub(super) fn occasion(&self, from: Instant, minutes: i64, places: i64) -> Occasion {
        Occasion { id: self.id(), planned: (from, from + Minutes(minutes)), places }
    }

    /// One service without a signal; signed up for two days before, or never.
    pub(super) fn service(
        &self,
        team: &Team,
        occasion: Occasion,
        person: Id<Person>,
        signed_up: bool,
    ) -> Service {
        let Occasion { id, planned, places } = occasion;
        let ahead = Minutes(self.between(60, 4 * 1_440) as i64);
        Service {
            id: self.id(),
            person,
            engagement: id,
            team: Some(team.id),
            division: team.division,
            places: Some(places),
            planned,
            served: planned,
            minutes: planned.1.minutes_since(planned.0),
            is_typed: false,
            signed_up_at: signed_up.then(|| planned.0 - ahead),
            signals: Vec::new(),
        }
    }

    /// Codes at coming and going from the person's own device, some minutes off.
    pub(super) fn by_code(&self, service: &mut Service, witness: Id<Person>, device: &[u8]) {
        let (from, to) = service.planned;
        let came = (from - Minutes(15)).plus_seconds(self.between(0, 1_500) as i64);
        let went = (to - Minutes(5)).plus_seconds(self.between(0, 1_200) as i64);
        for at in [came, went] {
            let device = device.to_vec();
            let (given, is_on_site) = (Given::Code, true);
            service.signals.push(Signal { given, witness, device, at, entered_at: at, is_on_site });
        }
        service.served = (came, went);
    }

    /// A word for both ends at the planned times, which reached us at `entered_at`. What came too late to be of the time
    /// is of grade C and has the person's own yes.
    pub(super) fn by(&self, service: &mut Service, given: Given, witness: Id<Person>, entered_at: Instant) {
        let until = service.planned.1 + if given == Given::Paper { SHEET } else { GRACE };
        let is_on_site = given != Given::Typed && entered_at <= until;
        for at in [service.planned.0, service.planned.1] {
            service.signals.push(Signal { given, witness, device: Vec::new(), at, entered_at, is_on_site });
        }
        if !is_on_site {
            let yes = entered_at + Minutes(self.between(30, 3_000) as i64);
            let (witness, at) = (service.person, service.planned.1);
            service.signals.push(Signal {
                given: Given::Own,
                witness,
                device: Vec::new(),
                at,
                entered_at: yes,
                is_on_site: false,
            });
            service.is_typed = true;
        }
    }

    pub(super) fn put(&mut self, service: Service) {
        self.town.evidence.services.push(service);
    }

    /// The device of a person who has one of their own.
    pub(super) fn device(person: Id<Person>) -> Vec<u8> {
        person.bytes().to_vec()
    }
}

fn community(code: u64) -> DivisionCode {
    DivisionCode::new(code).unwrap_or_default()
}

/// The city of a seed.
pub fn town(seed: u64) -> Town {
    let begins = Day::from_ymd(2026, 1, 5).unwrap_or_default();
    let deadline = Day::from_number(begins.number() + WEEKS as i32 * 7 - 1);
    let mut making = Making {
        random: Random::seeded(seed),
        ids: IdSource::new(Random::seeded(seed ^ 0x5eed)),
        begins,
        used: Vec::new(),
        town: Town {
            evidence: Evidence { services: Vec::new(), deadlines: vec![deadline] },
            guilty: BTreeMap::new(),
            honest: BTreeMap::new(),
            wanted: BTreeMap::new(),
        },
    };
    let of_teams = LookAlike::ALL.iter().filter(|look| **look != LookAlike::EachOthersHelp);
    let looks = of_teams.flat_map(|look| {
        let teams = if look.is_beyond() { EACH_BEYOND } else { EACH_LOOK_ALIKE };
        iter::repeat_n(Some(*look), teams)
    });
    for look in looks.chain([None; PLAIN_TEAMS]) {
        let team = making.team();
        making.town.honest.insert(Concern::Team(team.id), (team.id, look));
        making.town.honest.insert(Concern::Typist(team.leader), (team.id, look));
        making.honest(&team, look);
    }
    for number in 1..=COMMUNITIES {
        let look = (number > COMMUNITIES - EACH_BEYOND as u64).then_some(LookAlike::EachOthersHelp);
        let place = Team { division: community(FIRST_COMMUNITY + number), ..making.team() };
        making.town.honest.insert(Concern::Place(place.division), (place.id, look));
        making.town.honest.insert(Concern::Typist(place.leader), (place.id, look));
        making.needs(&place, look);
    }
    making.used = (0..making.town.evidence.services.len()).collect();
    let ways = Fraud::ALL.iter().flat_map(|fraud| fraud.ways().iter().map(|late| (*fraud, *late)));
    let mut crooked_places = 0;
    for (fraud, late) in ways.flat_map(|way| [way; EACH_FRAUD]) {
        let mut team = making.team();
        let mut whose = Concern::Team(team.id);
        if fraud == Fraud::NeverAsked {
            crooked_places += 1;
            team.division = community(FIRST_COMMUNITY + COMMUNITIES + crooked_places);
            whose = Concern::Place(team.division);
        }
        making.town.guilty.insert(whose, fraud);
        making.town.guilty.insert(Concern::Typist(team.leader), fraud);
        let concern = match fraud.alarm() {
            Alarm::TypedFast => Concern::Typist(team.leader),
            _ => whose,
        };
        making.town.wanted.insert((fraud.alarm(), concern), late);
        if fraud == Fraud::NeverAsked {
            making.needs(&team, None)
        } else {
            making.honest(&team, None)
        }
        making.crooked(&team, fraud, late.map_or(Given::Typed, Late::given));
    }
    making.town
}

//! An invented city: six communities and their edge, volunteers who live near the middle more often than those who need
//! them, and the needs of so many weeks.

use kernel::{Day, District, DivisionCode, Id, Instant, Minutes, Person, ServiceCategory, scatter};
use matching::{Code, Limits, Metres, Place, Point, Validity, Volunteer};

use crate::{
    Options,
    dice::{Dice, For},
};

/// A volunteer of the city.
#[derive(Clone, Debug)]
pub(crate) struct Helper {
    pub(crate) facts: Volunteer,
    /// When they joined; those of the beginning before it.
    pub(crate) joined: Instant,
    pub(crate) newcomer: bool,
    /// Those of one number live together.
    pub(crate) household: u64,
}

/// Somebody who may need help.
#[derive(Clone, Debug)]
pub(crate) struct Resident {
    pub(crate) id: Id<Person>,
    pub(crate) place: Place,
    /// 75 or older.
    pub(crate) old: bool,
    /// How far volunteers live from here: 0 the nearest third of the residents, 2 the furthest.
    pub(crate) third: usize,
}

/// One need.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) resident: usize,
    pub(crate) at: Instant,
    pub(crate) visit_at: Instant,
    pub(crate) deadline: Instant,
    pub(crate) kind: Code,
    pub(crate) urgent: bool,
    pub(crate) places: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct City {
    pub(crate) seed: u64,
    pub(crate) begins: Instant,
    pub(crate) ends: Instant,
    pub(crate) helpers: Vec<Helper>,
    pub(crate) residents: Vec<Resident>,
    /// In the order in which they are asked.
    pub(crate) needs: Vec<Need>,
}

/// Kinds of needs; how often each is asked by the younger and by the old, and of how many volunteers of a hundred it is
/// offered.
const KINDS: [(ServiceCategory, u64, u64, u64); 5] = [
    (ServiceCategory::Convenience, 40, 25, 60),
    (ServiceCategory::Elderly, 5, 35, 50),
    (ServiceCategory::Medicine, 10, 25, 15),
    (ServiceCategory::Study, 25, 5, 40),
    (ServiceCategory::Hardship, 20, 10, 35),
];

/// Centres of the communities, metres east and north of the corner, and how many of a hundred live there.
const CENTRES: [(i64, i64, u64); 6] = [
    (1_800, 1_800, 25),
    (3_000, 1_500, 20),
    (4_200, 2_000, 15),
    (2_000, 3_400, 15),
    (3_600, 3_600, 15),
    (4_800, 4_600, 10),
];
/// The city is a square of this side.
const SIDE_M: i64 = 6_000;
/// Homes lie this far from their centre at most.
const SPREAD_M: i64 = 700;
const RESIDENTS: u64 = 2_000;
/// Of a thousand residents and volunteers, those who live anywhere in the square.
const EDGE_RESIDENTS: u64 = 300;
const EDGE_HELPERS: u64 = 100;
/// Of a thousand residents in a community and outside, those of 75 and more.
const OLD: u64 = 400;
const OLD_AT_THE_EDGE: u64 = 600;
/// Of a thousand needs, those that cannot wait and those for two.
const URGENT: u64 = 150;
const FOR_TWO: u64 = 150;
/// How long a visit takes.
pub(crate) const VISIT: Minutes = Minutes(60);
/// Promises: 24 hours, two where it is urgent, as Linli's defaults.
const PROMISE: Minutes = Minutes::from_hours(24);
const PROMISE_URGENT: Minutes = Minutes::from_hours(2);
/// How many needs come in each hour from 7 to 20 o'clock, of a hundred and more.
const ARRIVALS: [u64; 14] = [4, 8, 14, 15, 11, 5, 5, 9, 10, 8, 6, 4, 3, 2];
const ARRIVALS_FROM_HOUR: i64 = 7;

fn point(east_m: i64, north_m: i64) -> Option<Point> {
    // About 30.6 degrees north: a degree of longitude is 95,710 m there, one of latitude 111,195 m.
    let lat = 30_600_000 + north_m * 1_000_000 / 111_195;
    let lon = 114_300_000 + east_m * 1_000_000 / 95_710;
    Point::new(i32::try_from(lat).ok()?, i32::try_from(lon).ok()?)
}

impl City {
    /// Invents the city of a seed.
    pub(crate) fn invent(options: &Options, seed: u64) -> Self {
        let dice = Dice(seed);
        let begins = Day::from_number(FIRST_DAY).start();
        let ends = begins + Minutes::from_hours(i64::from(options.weeks) * 7 * 24);
        let mut city =
            Self { seed, begins, ends, helpers: Vec::new(), residents: Vec::new(), needs: Vec::new() };
        city.helpers = (0..u64::from(options.volunteers)).map(|number| city.helper(dice, number)).collect();
        city.residents = (0..RESIDENTS).map(|number| resident(dice, number, begins)).collect();
        city.rank_residents();
        city.needs = city.needs_of(dice, options);
        city
    }

    fn helper(&self, dice: Dice, number: u64) -> Helper {
        let draw = |detail, end| dice.below(For::Person, number, detail, end);
        // Every third lives with the one before.
        let household = if number % 3 == 2 { number - 1 } else { number };
        let newcomer = dice.happens(For::Person, number, 1, 200);
        let span = self.ends.minutes_since(self.begins).number() * 3 / 4;
        let joined = if newcomer {
            self.begins + Minutes(draw(2, span.max(1).unsigned_abs()).cast_signed())
        } else {
            self.begins - Minutes(1)
        };
        let mut categories: Vec<Code> = (0_u64..)
            .zip(KINDS)
            .filter(|(at, (.., offered))| draw(10 + at, 100) < *offered)
            .filter_map(|(_, (kind, ..))| Code::parse(kind.word()).ok())
            .collect();
        if categories.is_empty() {
            categories.extend(Code::parse(ServiceCategory::Convenience.word()));
        }
        let facts = Volunteer {
            id: person(dice.bits(For::Person, number, 0), self.begins, number),
            born: Day::from_ymd(1980, 1, 1),
            sex: None,
            home: home(dice, household, EDGE_HELPERS).0,
            radius: Some(Metres(1_000 + draw(3, 2_001).cast_signed())),
            skills: Vec::new(),
            trainings: Vec::new(),
            insured: Some(Validity::default()),
            guardian_consent: None,
            categories,
            limits: Vec::new(),
            languages: Vec::new(),
            times: Vec::new(),
            exceptions: Vec::new(),
            commitments: Vec::new(),
            served: Vec::new(),
            week_max: None,
            last_call: None,
            last_served: None,
            refuses: Vec::new(),
            wishes: Vec::new(),
        };
        Helper { facts, joined, newcomer, household }
    }

    /// Thirds by the distance of the fifth nearest volunteer.
    fn rank_residents(&mut self) {
        let mut order: Vec<(Metres, usize)> = Vec::new();
        for (at, resident) in self.residents.iter().enumerate() {
            let mut far: Vec<Metres> =
                self.helpers.iter().map(|one| distance(&one.facts.home, &resident.place)).collect();
            let fifth = (far.len() > 4).then(|| *far.select_nth_unstable(4).1);
            order.push((fifth.unwrap_or_default(), at));
        }
        order.sort_unstable();
        let count = order.len().max(1);
        for (place, (_, at)) in order.into_iter().enumerate() {
            if let Some(resident) = self.residents.get_mut(at) {
                resident.third = place * 3 / count;
            }
        }
    }

    fn needs_of(&self, dice: Dice, options: &Options) -> Vec<Need> {
        let mut needs = Vec::new();
        let days = u64::from(options.weeks) * 7;
        for day in 0..days {
            // Between half and one and a half of the mean.
            let mean = u64::from(options.needs_a_day);
            let count = mean / 2 + dice.below(For::Arrival, day, 0, mean + 1);
            needs.extend((0..count).filter_map(|number| self.need(dice, day, number)));
        }
        needs.sort_by_key(|need| need.at);
        needs
    }

    fn need(&self, dice: Dice, day: u64, number: u64) -> Option<Need> {
        let of = scatter(day, &[number]);
        let draw = |detail, end| dice.below(For::Need, of, detail, end);
        let hour = ARRIVALS_FROM_HOUR + dice.weighted(For::Arrival, of, 1, &ARRIVALS) as i64;
        let today = self.begins.day().plus(i32::try_from(day).ok()?);
        let at = today.at_minute(hour * 60 + draw(1, 60).cast_signed());
        // The old ask for more than their share.
        let first = draw(2, RESIDENTS) as usize;
        let second = draw(3, RESIDENTS) as usize;
        let resident = if self.residents.get(first)?.old { first } else { second };
        let old = self.residents.get(resident)?.old;
        let weights = KINDS.map(|(_, young, old_share, _)| if old { old_share } else { young });
        let kind = KINDS.get(dice.weighted(For::Need, of, 4, &weights))?.0;
        let urgent = dice.happens(For::Need, of, 5, URGENT);
        let places = if dice.happens(For::Need, of, 6, FOR_TWO) { 2 } else { 1 };
        let visit_at = if urgent {
            at + PROMISE_URGENT
        } else {
            today.plus(1).at_minute((9 + draw(7, 11).cast_signed()) * 60)
        };
        let promise = at + if urgent { PROMISE_URGENT } else { PROMISE };
        let kind = Code::parse(kind.word()).ok()?;
        Some(Need { resident, at, visit_at, deadline: promise.min(visit_at), kind, urgent, places })
    }
}

/// A Monday: 2026-03-02.
const FIRST_DAY: i32 = 20_514;

fn resident(dice: Dice, number: u64, begins: Instant) -> Resident {
    let of = number + RESIDENT_HOMES;
    let (place, edge) = home(dice, of, EDGE_RESIDENTS);
    let old = dice.happens(For::Resident, number, 0, if edge { OLD_AT_THE_EDGE } else { OLD });
    Resident { id: person(dice.bits(For::Resident, number, 1), begins, of), place, old, third: 0 }
}

/// Homes of residents are drawn behind those of volunteers.
const RESIDENT_HOMES: u64 = 1 << 32;

/// Where a household lives, and whether that is outside the communities.
fn home(dice: Dice, household: u64, edge: u64) -> (Place, bool) {
    let draw = |detail, end: i64| dice.below(For::Home, household, detail, end.unsigned_abs()).cast_signed();
    let outside = dice.happens(For::Home, household, 0, edge);
    let (east, north) = if outside {
        (draw(1, SIDE_M), draw(2, SIDE_M))
    } else {
        let weights = CENTRES.map(|(.., weight)| weight);
        let (east, north, _) =
            CENTRES.get(dice.weighted(For::Home, household, 3, &weights)).copied().unwrap_or_default();
        let off = |detail| draw(detail, SPREAD_M + 1) + draw(detail + 1, SPREAD_M + 1) - SPREAD_M;
        (east + off(4), north + off(6))
    };
    (Place { division: DivisionCode::NATION, point: point(east, north) }, outside)
}

fn person(bits: u64, born: Instant, number: u64) -> Id<Person> {
    let mut digest = [0; 32];
    for (slot, byte) in digest.iter_mut().zip(scatter(bits, &[number]).to_be_bytes()) {
        *slot = byte;
    }
    Id::derived(born, District::default(), &digest)
}

pub(crate) fn distance(a: &Place, b: &Place) -> Metres {
    matching::Distance::between(a, b).metres()
}

/// The limits that hold for every policy; the rest after a call is the waves' own peace.
pub(crate) fn limits() -> Limits {
    Limits { rest_after_call: Minutes::ZERO, ..Limits::default() }
}

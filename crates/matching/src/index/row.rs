//! What the index keeps of one volunteer: a row of 64 bytes and a bit in each column that holds.
//!
//! Everything here may say "perhaps" where the rules say "no", never the other way round: a number that does not fit is
//! rounded to the side that lets the volunteer through.

use kernel::{Id, Instant, Person};

use super::{NONE, columns::Columns, hours};
use crate::{DISTANCE_BANDS, Metres, Place, Sex, Volunteer};

/// Microseconds in a minute.
const MINUTE_US: i64 = 60_000_000;
/// Latitude of whoever has no point.
const NO_POINT: i32 = i32::MIN;
/// Radius of whoever goes as far as needed.
const ANYWHERE: u32 = u32::MAX;

/// One volunteer, a cache line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) id: Id<Person>,
    /// Twelve-digit code of the home.
    pub(super) division: u64,
    lat_udeg: i32,
    lon_udeg: i32,
    /// Day number; [`i32::MIN`] is never.
    pub(super) last_served: i32,
    /// Minutes since 1970, rounded down; [`i32::MIN`] is never.
    last_call: i32,
    radius_m: u32,
    /// Day number; [`i32::MAX`] is not known.
    pub(super) born: i32,
    /// Last day of the insurance; [`i32::MIN`] without.
    pub(super) insured_until: i32,
    /// First promise in the arena, or [`NONE`].
    pub(super) promises: u32,
}

impl Row {
    /// The row of a volunteer, without promises.
    pub(super) fn of(volunteer: &Volunteer) -> Self {
        let (lat_udeg, lon_udeg) = volunteer.home.point.map_or((NO_POINT, 0), |point| point.udeg());
        let radius = volunteer.radius.and_then(|Metres(metres)| u32::try_from(metres.max(0)).ok());
        let insured = volunteer.insured.map(|cover| cover.until.map_or(i32::MAX, |day| day.number()));
        Self {
            id: volunteer.id,
            division: volunteer.home.division.number(),
            lat_udeg,
            lon_udeg,
            last_served: day_or_never(volunteer.last_served),
            last_call: minute_or_never(volunteer.last_call),
            radius_m: radius.unwrap_or(ANYWHERE),
            born: volunteer.born.map_or(i32::MAX, |day| day.number().min(i32::MAX - 1)),
            insured_until: insured.unwrap_or(i32::MIN),
            promises: NONE,
        }
    }

    /// Where they start from, north and east in millionths of a degree.
    pub(super) fn point(&self) -> Option<(i32, i32)> {
        (self.lat_udeg != NO_POINT).then_some((self.lat_udeg, self.lon_udeg))
    }

    /// Where they start from.
    pub(super) fn place(&self) -> Option<Place> {
        let point = self.point().and_then(|(lat, lon)| crate::Point::new(lat, lon));
        Some(Place { division: kernel::DivisionCode::new(self.division)?, point })
    }

    /// When they were last asked, at the earliest.
    pub(super) fn last_call(&self) -> Option<Instant> {
        let minute = (self.last_call != i32::MIN).then_some(self.last_call)?;
        Some(Instant::from_micros(i64::from(minute) * MINUTE_US))
    }

    /// Notes a call.
    pub(super) fn call(&mut self, at: Instant) {
        self.last_call = minute_or_never(Some(at));
    }

    /// Whether they go so far.
    pub(super) fn goes(&self, metres: u32) -> bool {
        metres <= self.radius_m
    }
}

/// The day somebody served, as a number that sorts "never" first.
pub(super) fn day_or_never(served: Option<Instant>) -> i32 {
    served.map_or(i32::MIN, |at| at.day().number())
}

fn minute_or_never(call: Option<Instant>) -> i32 {
    let minute = call.map(|call| call.micros().div_euclid(MINUTE_US).min(i64::from(i32::MAX)));
    minute.and_then(|minute| i32::try_from(minute).ok()).unwrap_or(i32::MIN)
}

/// The columns that hold for a volunteer; words that were never seen get one.
pub(super) fn bits(volunteer: &Volunteer, columns: &mut Columns) -> Vec<u32> {
    use super::columns::{self as column, Kind};
    let mut set: Vec<u32> = hours::free(volunteer).collect();
    match volunteer.sex {
        Some(Sex::Female) => set.push(column::FEMALE),
        Some(Sex::Male) => set.push(column::MALE),
        None => {}
    }
    if volunteer.insured.is_some() {
        set.push(column::INSURED);
    }
    if volunteer.guardian_consent.is_some() {
        set.push(column::CONSENT);
    }
    let beyond = |end: Metres| volunteer.radius.is_none_or(|radius| radius > end);
    set.extend(
        (column::BEYOND..).zip(DISTANCE_BANDS).filter(|(_, end)| beyond(*end)).map(|(column, _)| column),
    );
    if volunteer.categories.is_empty() {
        set.push(column::ANY_CATEGORY);
    }
    let words = [
        (Kind::Category, &volunteer.categories),
        (Kind::Limit, &volunteer.limits),
        (Kind::Language, &volunteer.languages),
    ];
    set.extend(
        words
            .into_iter()
            .flat_map(|(kind, codes)| codes.iter().map(move |code| (kind, *code)))
            .map(|(kind, code)| columns.allot(kind, code)),
    );
    set.extend(volunteer.skills.iter().map(|proof| columns.allot(Kind::Skill, proof.code)));
    set.extend(volunteer.trainings.iter().map(|proof| columns.allot(Kind::Training, proof.code)));
    set.sort_unstable();
    set.dedup();
    set
}

//! The ground that a leaf covers, and how near to an engagement anybody on it can be.

use kernel::{DivisionCode, Level};

use super::row::Row;
use crate::{
    DISTANCE_BANDS, Distance, Metres, Place,
    place::{FRACTION, cosine, decimetres},
};

/// Metres and units of [`cosine`] by which a bound is kept below the distance, which is rounded at every step.
const MARGIN_M: i64 = 2;
const MARGIN_COSINE: i64 = 64;
const TURN_UDEG: i64 = 360_000_000;

/// What a set of volunteers covers. It may be larger than they need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground {
    south: i32,
    north: i32,
    west: i32,
    east: i32,
    /// Smallest and largest division.
    first: u64,
    last: u64,
    /// Whether anybody is there whose point is not known.
    pointless: bool,
}

impl Ground {
    /// Nobody's.
    pub(super) const NONE: Self = Self {
        south: i32::MAX,
        north: i32::MIN,
        west: i32::MAX,
        east: i32::MIN,
        first: u64::MAX,
        last: 0,
        pointless: false,
    };

    /// Covers one more.
    pub(super) fn cover(&mut self, row: &Row) {
        self.first = self.first.min(row.division);
        self.last = self.last.max(row.division);
        match row.point() {
            Some((lat, lon)) => {
                self.south = self.south.min(lat);
                self.north = self.north.max(lat);
                self.west = self.west.min(lon);
                self.east = self.east.max(lon);
            }
            None => self.pointless = true,
        }
    }

    /// Covers another ground too.
    pub(super) fn join(&mut self, other: &Self) {
        self.south = self.south.min(other.south);
        self.north = self.north.max(other.north);
        self.west = self.west.min(other.west);
        self.east = self.east.max(other.east);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.pointless |= other.pointless;
    }

    fn has_points(&self) -> bool {
        self.south <= self.north
    }

    fn meets(&self, division: DivisionCode) -> bool {
        let codes = division.subtree();
        self.first <= *codes.end() && *codes.start() <= self.last
    }
}

/// The rectangle outside which everybody is farther than a band's end.
#[derive(Clone, Copy, Debug)]
struct Reach {
    south: i64,
    north: i64,
    west: i64,
    east: i64,
}

impl Reach {
    fn around(lat: i64, lon: i64, end: Metres) -> Self {
        let decimetres_max = (end.0 + MARGIN_M) * 10;
        let tall = decimetres_max * 1_000_000 / decimetres(1_000_000) + MARGIN_M;
        // Half the height lies between the two, so the middle latitude goes no farther.
        let narrow = cosine_least(lat - tall / 2, lat + tall / 2).max(1);
        let wide = ((tall << FRACTION) / narrow + MARGIN_M).min(TURN_UDEG);
        Self { south: lat - tall, north: lat + tall, west: lon - wide, east: lon + wide }
    }

    fn meets(&self, ground: &Ground) -> bool {
        let (west, east) = (i64::from(ground.west), i64::from(ground.east));
        let round = |turn: i64| west + turn <= self.east && self.west <= east + turn;
        i64::from(ground.south) <= self.north
            && self.south <= i64::from(ground.north)
            && (round(0) || round(TURN_UDEG) || round(-TURN_UDEG))
    }
}

/// The smallest cosine between two latitudes, less what rounding may add: it only falls towards the poles.
fn cosine_least(south: i64, north: i64) -> i64 {
    (cosine(south).min(cosine(north)) - MARGIN_COSINE).max(0)
}

/// Where an engagement is, ready to be held against grounds.
#[derive(Clone, Debug)]
pub(super) struct Target {
    place: Place,
    point: Option<(i64, i64)>,
    reach: [Option<Reach>; DISTANCE_BANDS.len()],
}

impl Target {
    pub(super) fn new(place: Place) -> Self {
        let point = place.point.map(|point| point.udeg()).map(|(lat, lon)| (i64::from(lat), i64::from(lon)));
        let reach = DISTANCE_BANDS.map(|end| point.map(|(lat, lon)| Reach::around(lat, lon, end)));
        Self { place, point, reach }
    }

    /// Whether anybody on the ground can be in this band or a nearer one, by a glance.
    pub(super) fn reaches(&self, ground: &Ground, band: usize) -> bool {
        let point = |reach: &Reach| ground.has_points() && reach.meets(ground);
        match self.reach.get(band) {
            // Nothing is farther than the last band.
            None => true,
            Some(Some(reach)) => point(reach) || ground.pointless && self.apart(ground).band() <= band,
            Some(None) => self.apart(ground).band() <= band,
        }
    }

    /// Whether this is the nearest band that anybody on the ground can be in, by a glance.
    pub(super) fn begins(&self, ground: &Ground, band: usize) -> bool {
        self.reaches(ground, band) && !(band > 0 && self.reaches(ground, band - 1))
    }

    /// Metres below which nobody on the ground is.
    pub(super) fn metres(&self, ground: &Ground) -> Metres {
        let apart = (ground.pointless || self.point.is_none()).then(|| self.apart(ground).metres());
        let point =
            self.point.filter(|_| ground.has_points()).map(|point| self.between_points(point, ground));
        match (apart, point) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b).unwrap_or_default(),
        }
    }

    /// How far they are apart at least where a point is missing.
    fn apart(&self, ground: &Ground) -> Distance {
        let here = self.place.division;
        if here.level() == Level::Community && ground.meets(here) {
            Distance::SameCommunity
        } else if here.level() >= Level::Street && ground.meets(here.street()) {
            Distance::SameStreet
        } else if here.level() >= Level::District && ground.meets(here.district().division()) {
            Distance::SameDistrict
        } else {
            Distance::Elsewhere
        }
    }

    fn between_points(&self, (lat, lon): (i64, i64), ground: &Ground) -> Metres {
        let (south, north) = (i64::from(ground.south), i64::from(ground.north));
        let (west, east) = (i64::from(ground.west), i64::from(ground.east));
        let tall = (south - lat).max(lat - north).max(0);
        let wide = if (west..=east).contains(&lon) {
            0
        } else {
            let round = |edge: i64| (lon - edge).abs().min(TURN_UDEG - (lon - edge).abs());
            round(west).min(round(east))
        };
        let narrow = cosine_least((lat + south) / 2, (lat + north) / 2);
        let (tall, wide) = (decimetres(tall), (decimetres(wide) * narrow) >> FRACTION);
        let metres = (tall * tall + wide * wide).unsigned_abs().isqrt() / 10;
        Metres((metres as i64 - MARGIN_M).max(0))
    }
}

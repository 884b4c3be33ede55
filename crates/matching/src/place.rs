//! Places and how far they are from one another, in integers.

use kernel::{DivisionCode, Level};

/// A length in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Metres(pub i64);

/// A point on the ground, WGS 84, in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    lat_udeg: i32,
    lon_udeg: i32,
}

impl Point {
    /// North and east are positive; `None` beyond 90 and 180 degrees.
    pub const fn new(lat_udeg: i32, lon_udeg: i32) -> Option<Self> {
        let on_earth = lat_udeg.unsigned_abs() <= 90_000_000 && lon_udeg.unsigned_abs() <= 180_000_000;
        if on_earth { Some(Self { lat_udeg, lon_udeg }) } else { None }
    }

    /// North and east, in millionths of a degree.
    pub(crate) const fn udeg(self) -> (i32, i32) {
        (self.lat_udeg, self.lon_udeg)
    }

    /// How far, by the equirectangular projection at the middle latitude: within 0.1 % of the great circle up
    /// to 100 km at the latitudes of China, rounded down.
    pub fn distance(self, other: Self) -> Metres {
        let north = (i64::from(self.lat_udeg) - i64::from(other.lat_udeg)).abs();
        let east = (i64::from(self.lon_udeg) - i64::from(other.lon_udeg)).abs();
        let east = east.min(360_000_000 - east);
        let middle = (i64::from(self.lat_udeg) + i64::from(other.lat_udeg)) / 2;
        let north = decimetres(north);
        let east = (decimetres(east) * cosine(middle)) >> FRACTION;
        Metres(((north * north + east * east).unsigned_abs().isqrt() / 10) as i64)
    }
}

/// Bits behind the point in [`cosine`].
pub(crate) const FRACTION: u32 = 30;

/// Length of an arc of the meridian: a degree has 111,195.08 m on the mean sphere (radius 6,371,008.8 m, IUGG).
pub(crate) const fn decimetres(udeg: i64) -> i64 {
    udeg * 1_111_951 / 1_000_000
}

/// Cosine of a latitude as a fraction of 2^30, by its series up to the tenth power (error below 10^-6).
pub(crate) fn cosine(udeg: i64) -> i64 {
    let one = 1_i64 << FRACTION;
    // One millionth of a degree is 18.740 330 of 2^-30 radians.
    let x = udeg * 18_740_330 / 1_000_000;
    let square = (x * x) >> FRACTION;
    let (mut sum, mut term) = (one, one);
    for step in [2, 12, 30, 56, 90] {
        term = -((term * square) >> FRACTION) / step;
        sum += term;
    }
    sum.clamp(0, one)
}

/// Where something is: always in a division, often at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The community, or the lowest division known.
    pub division: DivisionCode,
    /// The point, where it is known.
    pub point: Option<Point>,
}

/// How far two places are apart, as well as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// Between two points.
    Exact(Metres),
    /// A point is missing; both lie in one community.
    SameCommunity,
    /// A point is missing; both lie in one street or town.
    SameStreet,
    /// A point is missing; both lie in one district or county.
    SameDistrict,
    /// A point is missing and they share no district.
    Elsewhere,
}

/// Upper ends of the distance bands within which rest counts more than metres: on foot in 5 and 15 minutes (the
/// 15-minute neighbourhood of GB 50180-2018), by bicycle, by bus.
pub const DISTANCE_BANDS: [Metres; 4] = [Metres(300), Metres(1_000), Metres(3_000), Metres(10_000)];

impl Distance {
    /// Between two places.
    pub fn between(a: &Place, b: &Place) -> Self {
        if let (Some(a), Some(b)) = (a.point, b.point) {
            return Self::Exact(a.distance(b));
        }
        let (a, b) = (a.division, b.division);
        if a == b && a.level() == Level::Community {
            Self::SameCommunity
        } else if a.street() == b.street() && a.level() >= Level::Street && b.level() >= Level::Street {
            Self::SameStreet
        } else if a.district() == b.district() && a.level() >= Level::District && b.level() >= Level::District
        {
            Self::SameDistrict
        } else {
            Self::Elsewhere
        }
    }

    /// The metres, or what is assumed where a point is missing: about the mean between two homes of a community, a
    /// street and a district of a large city.
    pub const fn metres(self) -> Metres {
        match self {
            Self::Exact(metres) => metres,
            Self::SameCommunity => Metres(300),
            Self::SameStreet => Metres(1_000),
            Self::SameDistrict => Metres(5_000),
            Self::Elsewhere => Metres(50_000),
        }
    }

    /// Number of the band in [`DISTANCE_BANDS`], the nearest 0.
    pub fn band(self) -> usize {
        let metres = self.metres();
        DISTANCE_BANDS.iter().take_while(|end| metres > **end).count()
    }
}

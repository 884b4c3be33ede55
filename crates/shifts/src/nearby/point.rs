//! Points of the earth and how far they are from each other. Pure.

use hours::Hint;

/// Mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;
/// Parts of a degree in a row.
const PARTS: f64 = 1_000_000.0;

/// A point of WGS 84, as browsers give it (W3C Geolocation), in millionths of a degree: a tenth of a metre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// North of the equator, from -90 to 90 degrees.
    lat: i64,
    /// East of Greenwich, from -180 to 180 degrees.
    lon: i64,
}

impl Point {
    /// From degrees; `None` for what is no point.
    pub fn of_degrees(lat: f64, lon: f64) -> Option<Self> {
        // What is not a number is within nothing.
        let whole =
            |degrees: f64, most: f64| (degrees.abs() <= most).then(|| (degrees * PARTS).round() as i64);
        Some(Self { lat: whole(lat, 90.0)?, lon: whole(lon, 180.0)? })
    }

    /// From a row, in millionths.
    pub(crate) const fn of_parts(lat: i64, lon: i64) -> Self {
        Self { lat, lon }
    }

    /// For a row, in millionths.
    pub(crate) const fn parts(self) -> (i64, i64) {
        (self.lat, self.lon)
    }

    /// Degrees north and east.
    pub fn degrees(self) -> (f64, f64) {
        (self.lat as f64 / PARTS, self.lon as f64 / PARTS)
    }

    /// Metres along the great circle (haversine; the earth as a sphere, half a per cent wrong at most).
    pub fn metres_to(self, other: Self) -> f64 {
        let ((lat, lon), (other_lat, other_lon)) = (self.degrees(), other.degrees());
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let across = lat.to_radians().cos() * other_lat.to_radians().cos() * half(other_lon - lon);
        2.0 * EARTH_M * (half(other_lat - lat) + across).min(1.0).sqrt().asin()
    }
}

/// Where a phone says that it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    /// The point.
    pub point: Point,
    /// Within so many metres of it, with 95 per cent confidence (W3C Geolocation, `accuracy`).
    pub accuracy_m: f64,
}

impl Located {
    /// From degrees and metres; `None` for what is no position.
    pub fn of(lat: f64, lon: f64, accuracy_m: f64) -> Option<Self> {
        let point = Point::of_degrees(lat, lon)?;
        (accuracy_m >= 0.0 && accuracy_m.is_finite()).then_some(Self { point, accuracy_m })
    }

    /// Whether it is within `near_m` metres of where one meets: only what is so wherever the phone is within its accuracy is
    /// said.
    pub fn hint(self, meeting: Point, near_m: i64) -> Hint {
        let (far, near) = (self.point.metres_to(meeting), near_m as f64);
        if far + self.accuracy_m <= near {
            Hint::Inside
        } else if far - self.accuracy_m > near {
            Hint::Outside
        } else {
            Hint::Unknown
        }
    }
}

//! Ids that know when and in which district they were born.

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{District, Instant, Random};

/// Mark of a person's id.
#[derive(Debug)]
pub enum Person {}
/// Mark of an organisation's or team's id.
#[derive(Debug)]
pub enum Organisation {}

/// A UUID version 8 (RFC 9562 §5.8): 48 bits of milliseconds, a 12-bit counter, the 20-bit district code
/// and 42 random bits. It sorts by time. It is not a secret, and its district is where the row was born:
/// never use it for permission, residence or statistics.
pub struct Id<T>(u128, PhantomData<fn() -> T>);

const VERSION: u128 = 0x8 << 76;
const VARIANT: u128 = 0b10 << 62;
const COUNTER_MAX: u16 = 0xfff;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id of this system (UUID version 8)")
    }
}

impl std::error::Error for IdError {}

impl<T> Id<T> {
    /// Takes the 16 bytes of a UUID; refused when version, variant or district are not ours.
    pub fn from_bytes(bytes: [u8; 16]) -> Result<Self, IdError> {
        let raw = u128::from_be_bytes(bytes);
        let ours = raw & (0xf << 76) == VERSION && raw & (0b11 << 62) == VARIANT;
        let id = Self(raw, PhantomData);
        if ours && District::new(id.district_bits()).is_some() { Ok(id) } else { Err(IdError) }
    }

    /// The 16 bytes, most significant first.
    pub const fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    const fn district_bits(self) -> u32 {
        ((self.0 >> 42) & 0xf_ffff) as u32
    }

    /// The district the row was born in: its shard.
    pub fn district(self) -> District {
        District::new(self.district_bits()).unwrap_or_default()
    }

    /// The millisecond the id was made in.
    pub const fn born(self) -> Instant {
        Instant::from_micros((self.0 >> 80) as i64 * 1_000)
    }

    /// The same id under another mark, for a row that shares its key with another.
    pub const fn cast<U>(self) -> Id<U> {
        Id(self.0, PhantomData)
    }

    /// An id computed from a digest: the same input gives the same id, which makes a repeated effect visible.
    /// The time is that of the cause.
    pub fn derived(cause_born: Instant, district: District, digest: &[u8; 32]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *digest;
        let bits = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        Self::compose(cause_born.millis(), (bits >> 52) as u16 & COUNTER_MAX, district, bits)
    }

    fn compose(millis: i64, counter: u16, district: District, random: u64) -> Self {
        let time = (millis.max(0) as u128 & 0xffff_ffff_ffff) << 80;
        let counter = u128::from(counter & COUNTER_MAX) << 64;
        let district = u128::from(district.number()) << 42;
        let random = u128::from(random & ((1 << 42) - 1));
        Self(time | VERSION | counter | VARIANT | district | random, PhantomData)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            (raw >> 96) as u32,
            (raw >> 80) as u16,
            (raw >> 64) as u16,
            (raw >> 48) as u16,
            raw & 0xffff_ffff_ffff
        )
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> FromStr for Id<T> {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes = text.as_bytes();
        let dashes = [8, 13, 18, 23];
        if bytes.len() != 36 || dashes.iter().any(|&at| bytes.get(at) != Some(&b'-')) {
            return Err(IdError);
        }
        let hex: String = text.split('-').collect();
        if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(IdError);
        }
        let raw = u128::from_str_radix(&hex, 16).map_err(|_| IdError)?;
        Self::from_bytes(raw.to_be_bytes())
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where new ids come from: one a process, so that its ids never go backwards.
#[derive(Debug)]
pub struct IdSource {
    last: Mutex<Last>,
    random: Random,
}

#[derive(Debug, Default)]
struct Last {
    millis: i64,
    counter: u16,
}

impl IdSource {
    /// A source that draws its random bits from `random`.
    pub fn new(random: Random) -> Self {
        Self { last: Mutex::new(Last::default()), random }
    }

    /// A new id, greater than every id this source gave before, even when the clock stands still or is set
    /// back. After 4,096 ids in a millisecond the next millisecond is borrowed.
    pub fn next<T>(&self, now: Instant, district: District) -> Id<T> {
        let (millis, counter) = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let now = now.millis();
            *last = if now > last.millis {
                Last { millis: now, counter: 0 }
            } else if last.counter < COUNTER_MAX {
                Last { millis: last.millis, counter: last.counter + 1 }
            } else {
                Last { millis: last.millis + 1, counter: 0 }
            };
            (last.millis, last.counter)
        };
        Id::compose(millis, counter, district, self.random.u64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_only_grow_and_keep_their_district(
            steps in prop::collection::vec((-5_000_i64..5_000, 0_u32..=999_999), 1..300)
        ) {
            let source = IdSource::new(Random::seeded(7));
            let mut now = 1_700_000_000_000_000_i64;
            let mut before: Option<Id<Person>> = None;
            for (step, code) in steps {
                now += step;
                let district = District::new(code).unwrap();
                let id = source.next::<Person>(Instant::from_micros(now), district);
                prop_assert_eq!(id.district(), district);
                prop_assert_eq!(id.to_string().parse(), Ok(id));
                prop_assert_eq!(Id::from_bytes(id.bytes()), Ok(id));
                if let Some(before) = before {
                    prop_assert!(before < id);
                }
                before = Some(id);
            }
        }
    }

    #[test]
    fn five_thousand_in_one_millisecond_still_grow() {
        let source = IdSource::new(Random::seeded(1));
        let now = Instant::from_micros(1_700_000_000_000_000);
        let ids: Vec<Id<Person>> = (0..5_000).map(|_| source.next(now, District::default())).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn foreign_uuids_are_refused() {
        assert_eq!("123e4567-e89b-42d3-a456-426614174000".parse::<Id<Person>>(), Err(IdError));
        assert_eq!("not an id".parse::<Id<Person>>(), Err(IdError));
    }
}

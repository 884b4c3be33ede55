//! What a shift must be.

use kernel::{FieldRefusal, Id, Instant, Minutes, Person};

/// Places of a shift at most.
pub const PLACES_MAX: i64 = 500;
/// Hours a shift lasts at most.
pub const SHIFT_HOURS_MAX: i64 = 16;
/// Characters of an address at most.
const ADDRESS_CHARS_MAX: usize = 200;
/// Days ahead a shift may be noted at most.
const AHEAD_DAYS_MAX: i32 = 366;
/// The youngest age that may be asked at most.
const MIN_AGE_MAX: i64 = 70;

/// Characters of the reason or note that people are told at most: it goes into one text message.
const NOTICE_CHARS_MAX: usize = 60;

/// What is wrong with words that go into a message.
pub(super) fn wrong_notice(field: &'static str, text: &str) -> Vec<FieldRefusal> {
    if text.trim().chars().count() > NOTICE_CHARS_MAX {
        return vec![FieldRefusal { field, rule: "shift-notice-too-long", args: Vec::new() }];
    }
    Vec::new()
}

/// What is typed for a new shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShift {
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// How many may come.
    pub places: i64,
    /// Where to go.
    pub address: String,
    /// Who leads it.
    pub leader: Id<Person>,
    /// Youngest age in completed years; 0 for any.
    pub min_age: i64,
    /// Breaks, and the way there and back within its time.
    pub apart: hours::Apart,
}

impl NewShift {
    /// Everything that is wrong with it, each with its own sentence.
    pub fn wrong_fields(&self, now: Instant) -> Vec<FieldRefusal> {
        let mut wrong = Vec::new();
        let mut field = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
        if self.starts_at <= now {
            field("starts_at", "shift-in-past");
        } else if self.starts_at.day() > now.day().plus(AHEAD_DAYS_MAX) {
            field("starts_at", "shift-too-far-ahead");
        }
        if self.ends_at <= self.starts_at {
            field("ends_at", "shift-ends-before-start");
        } else if self.ends_at.minutes_since(self.starts_at) > Minutes::from_hours(SHIFT_HOURS_MAX) {
            field("ends_at", "shift-too-long");
        }
        let (pause, travel) = (self.apart.pause, self.apart.travel);
        if pause < Minutes::ZERO || travel < Minutes::ZERO {
            field("break_minutes", "shift-apart-odd");
        } else if pause + travel >= self.ends_at.minutes_since(self.starts_at).max(Minutes(1)) {
            field("break_minutes", "shift-apart-all");
        }
        match self.places {
            i64::MIN..=0 => field("places", "shift-no-places"),
            n if n > PLACES_MAX => field("places", "shift-too-many-places"),
            _ => {}
        }
        match self.address.trim().chars().count() {
            0 => field("address", "shift-address-missing"),
            n if n > ADDRESS_CHARS_MAX => field("address", "shift-address-too-long"),
            _ => {}
        }
        if !(0..=MIN_AGE_MAX).contains(&self.min_age) {
            field("min_age", "shift-age-odd");
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once() {
        let now = Instant::from_micros(1_773_000_000_000_000);
        let leader = Id::derived(now, kernel::District::new(420_103).unwrap(), &[1; 32]);
        let good = NewShift {
            starts_at: now + Minutes(60),
            ends_at: now + Minutes(120),
            places: 3,
            address: "松园路 1 号".to_owned(),
            leader,
            min_age: 0,
            apart: hours::Apart::default(),
        };
        assert_eq!(good.wrong_fields(now), []);
        let bad = NewShift {
            starts_at: now - Minutes(60),
            ends_at: now - Minutes(61),
            places: 0,
            address: " ".to_owned(),
            leader,
            min_age: -1,
            apart: hours::Apart { pause: Minutes(-1), travel: Minutes::ZERO },
        };
        let rules: Vec<_> = bad.wrong_fields(now).into_iter().map(|field| field.rule).collect();
        assert_eq!(
            rules,
            [
                "shift-in-past",
                "shift-ends-before-start",
                "shift-apart-odd",
                "shift-no-places",
                "shift-address-missing",
                "shift-age-odd"
            ]
        );
        let of = |pause, travel| hours::Apart { pause: Minutes(pause), travel: Minutes(travel) };
        let away =
            |pause, travel| NewShift { apart: of(pause, travel), ..good.clone() }.wrong_fields(now).len();
        assert_eq!((away(30, 29), away(30, 30)), (0, 1), "some of the hour is left to serve");
        let long = NewShift { ends_at: now + Minutes::from_hours(18), places: 501, ..good };
        let rules: Vec<_> = long.wrong_fields(now).into_iter().map(|field| field.rule).collect();
        assert_eq!(rules, ["shift-too-long", "shift-too-many-places"]);
    }
}

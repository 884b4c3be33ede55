//! What a session must be.

use kernel::{DivisionCode, FieldRefusal, Instant, Level, Minutes, Refusal};

/// Places of a session at most.
pub const PLACES_MAX: i64 = 100;
/// Hours a session lasts at most.
pub const SESSION_HOURS_MAX: i64 = 12;
/// Characters of an address at most.
const ADDRESS_CHARS_MAX: usize = 200;
/// Days ahead a session may be planned at most.
const AHEAD_DAYS_MAX: i32 = 366;
/// Characters of the reason that people are told at most: it goes into one text message.
const REASON_CHARS_MAX: usize = 60;

/// What is typed for a new session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The street or community in which it takes place.
    pub division: DivisionCode,
    /// Where to go.
    pub address: String,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Minutes of breaks in it; they are no learning time.
    pub pause: Minutes,
    /// How many may come.
    pub places: i64,
}

impl NewSession {
    /// Everything that is wrong with it, each with its own sentence.
    pub fn wrong_fields(&self, now: Instant) -> Vec<FieldRefusal> {
        let mut wrong = Vec::new();
        let mut field = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
        if self.division.level() < Level::Street {
            field("division", "training-place-wide");
        }
        match self.address.trim().chars().count() {
            0 => field("address", "training-address-missing"),
            1..=ADDRESS_CHARS_MAX => {}
            _ => field("address", "training-address-too-long"),
        }
        if self.starts_at <= now {
            field("starts_at", "training-in-past");
        } else if self.starts_at.day() > now.day().plus(AHEAD_DAYS_MAX) {
            field("starts_at", "training-too-far-ahead");
        }
        let length = self.ends_at.minutes_since(self.starts_at);
        if length <= Minutes::ZERO {
            field("ends_at", "training-ends-before-start");
        } else if length > Minutes::from_hours(SESSION_HOURS_MAX) {
            field("ends_at", "training-too-long");
        } else if !(Minutes::ZERO..length).contains(&self.pause) {
            field("break_minutes", "training-break-odd");
        }
        match self.places {
            i64::MIN..=0 => field("places", "training-no-places"),
            1..=PLACES_MAX => {}
            _ => field("places", "training-too-many-places"),
        }
        wrong
    }
}

/// What is wrong with the reason why a session is called off.
pub(super) fn reason(text: &str) -> Result<(), Refusal> {
    match text.trim().chars().count() {
        0 => Err(Refusal::invalid("reason", "training-reason-missing")),
        1..=REASON_CHARS_MAX => Ok(()),
        _ => Err(Refusal::invalid("reason", "training-reason-too-long")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once() {
        let now = Instant::from_micros(1_773_000_000_000_000);
        let division = DivisionCode::parse("420103001005").unwrap();
        let good = NewSession {
            division,
            address: "松园路 1 号二楼".to_owned(),
            starts_at: now + Minutes(60),
            ends_at: now + Minutes(180),
            pause: Minutes(15),
            places: 30,
        };
        assert_eq!(good.wrong_fields(now), []);
        let bad = NewSession {
            division: division.district().division(),
            address: " ".to_owned(),
            starts_at: now,
            ends_at: now,
            pause: Minutes(-1),
            places: 0,
        };
        let rules = |new: &NewSession| -> Vec<_> {
            new.wrong_fields(now).into_iter().map(|field| field.rule).collect()
        };
        assert_eq!(
            rules(&bad),
            [
                "training-place-wide",
                "training-address-missing",
                "training-in-past",
                "training-ends-before-start",
                "training-no-places"
            ]
        );
        let all_break = NewSession { pause: Minutes(120), places: PLACES_MAX + 1, ..good.clone() };
        assert_eq!(rules(&all_break), ["training-break-odd", "training-too-many-places"]);
        let far = now + Minutes::from_hours(24 * 400);
        let far = NewSession { starts_at: far, ends_at: far + Minutes::from_hours(13), ..good };
        assert_eq!(rules(&far), ["training-too-far-ahead", "training-too-long"]);
    }
}

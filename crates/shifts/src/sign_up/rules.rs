//! May this person have a place in this shift? Every reason that stands against it, in words of its own.

use kernel::{Arg, FieldRefusal, Instant, Kind, Minutes, Refusal};
use matching::{Code, Engagement, Limits, Place, Purpose, Reason, Volunteer, Window};

use crate::shift::ShiftCard;

/// The rule of a refusal that carries every reason.
pub const NOT_ELIGIBLE: &str = "sign-up-not-eligible";

/// Every reason against a sign-up at `now`; none means welcome. `volunteer` is `None` for who has not joined;
/// `signed_up` says that the person has a place or waits already.
pub fn reasons(
    shift: &ShiftCard,
    volunteer: Option<&Volunteer>,
    signed_up: bool,
    now: Instant,
) -> Vec<FieldRefusal> {
    let mut reasons = Vec::new();
    if shift.state == "cancelled" {
        reasons.push(reason("sign-up-cancelled"));
    } else if shift.starts_at <= now {
        reasons.push(reason("sign-up-started"));
    }
    if signed_up {
        reasons.push(reason("sign-up-already"));
    }
    match volunteer {
        None => reasons.push(reason("sign-up-not-volunteer")),
        // Who is signed up is busy with this very shift.
        Some(volunteer) if !signed_up => reasons.extend(matched(shift, volunteer, now)),
        Some(_) => {}
    }
    reasons
}

/// The refusal that carries `reasons`.
pub(crate) fn refusal(reasons: Vec<FieldRefusal>) -> Refusal {
    Refusal { kind: Kind::Conflict, rule: NOT_ELIGIBLE, args: Vec::new(), fields: reasons }
}

fn matched(shift: &ShiftCard, volunteer: &Volunteer, now: Instant) -> Vec<FieldRefusal> {
    let Ok(category) = Code::parse(&shift.category) else {
        return vec![reason("sign-up-unfit")];
    };
    let engagement = Engagement {
        purpose: Purpose::SignUp,
        category,
        skills: Vec::new(),
        trainings: Vec::new(),
        window: Window { from: shift.starts_at, to: shift.ends_at },
        minutes: shift.ends_at.minutes_since(shift.starts_at),
        place: Place { division: shift.division, point: None },
        age_min: i32::try_from(shift.min_age).unwrap_or(i32::MAX),
        guardian_present: false,
        insurance: false,
        demands: Vec::new(),
        languages: Vec::new(),
        sex: None,
        recipient: None,
        wished: Vec::new(),
        seen_before: Vec::new(),
        refused: Vec::new(),
        asked: Vec::new(),
    };
    matching::eligible(&engagement, volunteer, now, &Limits::default()).iter().map(words).collect()
}

fn reason(rule: &'static str) -> FieldRefusal {
    FieldRefusal { field: "sign-up", rule, args: Vec::new() }
}

/// A reason of the matching engine with the values its sentence names.
fn words(found: &Reason) -> FieldRefusal {
    let local = |at: Instant| Arg::from(at.local_text().replace('T', " "));
    let hours = |minutes: Minutes| Arg::from(minutes.to_string());
    let (rule, args) = match *found {
        Reason::AgeUnknown => ("sign-up-age-unknown", vec![]),
        Reason::Underage { age, min } => {
            ("sign-up-underage", vec![("age", Arg::Number(age.into())), ("min", Arg::Number(min.into()))])
        }
        Reason::GuardianMissing { .. } => ("sign-up-guardian", vec![]),
        Reason::Busy { promise, .. } => {
            ("sign-up-busy", vec![("from", local(promise.from)), ("to", local(promise.to))])
        }
        Reason::DailyLoad { day, max, .. } => {
            ("sign-up-day-full", vec![("day", Arg::from(day.to_string())), ("max", hours(max))])
        }
        Reason::WeeklyLoad { max, .. } => ("sign-up-week-full", vec![("max", hours(max))]),
        // A shift asks nothing else: no skill, no resident, no wish.
        _ => ("sign-up-unfit", vec![]),
    };
    FieldRefusal { field: "sign-up", rule, args }
}

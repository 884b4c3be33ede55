//! May this person have a place in this shift? Every reason that stands against it, in words of its own.

use kernel::{Arg, FieldRefusal, Instant, Kind, Minutes, Refusal};
use matching::{Code, Engagement, Limits, Place, Purpose, Reason, Window};
use people::Facts;

use crate::shift::ShiftCard;

/// The rule of a refusal that carries every reason.
pub const NOT_ELIGIBLE: &str = "sign-up-not-eligible";

/// Every reason against a sign-up at `now`; none means welcome. `volunteer` is `None` for who has not joined;
/// `signed_up` says that the person has a place or waits already.
pub fn reasons(
    shift: &ShiftCard,
    volunteer: Option<&Facts>,
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

/// Every reason against putting the person on the list on the spot; the same rules, in words for the leader, who
/// learns no more of the person than is needed.
pub(crate) fn walk_in_reasons(
    shift: &ShiftCard,
    volunteer: Option<&Facts>,
    listed: bool,
    now: Instant,
) -> Vec<FieldRefusal> {
    if listed {
        return vec![reason("walk-in-listed")];
    }
    let Some(volunteer) = volunteer else { return vec![reason("walk-in-not-volunteer")] };
    let mut reasons: Vec<FieldRefusal> = Vec::new();
    for found in matched(shift, volunteer, now) {
        let (rule, args) = match found.rule {
            "sign-up-age-unknown" | "sign-up-underage" => ("walk-in-underage", Vec::new()),
            "sign-up-guardian" => ("walk-in-guardian", Vec::new()),
            "sign-up-insurance" => ("walk-in-insurance", Vec::new()),
            "sign-up-training" => ("walk-in-training", Vec::new()),
            "sign-up-skill" => ("walk-in-skill", found.args),
            "sign-up-skill-unproved" => ("walk-in-skill-unproved", found.args),
            "sign-up-busy" => ("walk-in-busy", Vec::new()),
            "sign-up-day-full" | "sign-up-week-full" => ("walk-in-tired", Vec::new()),
            _ => ("walk-in-unfit", Vec::new()),
        };
        reasons.push(FieldRefusal { field: "phone", rule, args });
    }
    reasons.dedup_by_key(|reason| reason.rule);
    if shift.free() == 0 {
        reasons.push(reason("walk-in-full"));
    }
    reasons
}

fn matched(shift: &ShiftCard, facts: &Facts, now: Instant) -> Vec<FieldRefusal> {
    let Ok(category) = Code::parse(&shift.category) else {
        return vec![reason("sign-up-unfit")];
    };
    let skill = shift.protection.skill.as_deref().and_then(|skill| Code::parse(skill).ok());
    let has_skill = skill.map_or(HasSkill::Told, |skill| HasSkill::of(shift, facts, skill));
    let engagement = Engagement {
        purpose: Purpose::SignUp,
        category,
        skills: if has_skill == HasSkill::Proves { skill.into_iter().collect() } else { Vec::new() },
        trainings: if shift.protection.training {
            Code::parse(people::BASIC_TRAINING).into_iter().collect()
        } else {
            Vec::new()
        },
        window: Window { from: shift.starts_at, to: shift.ends_at },
        minutes: shift.ends_at.minutes_since(shift.starts_at),
        place: Place { division: shift.division, point: None },
        age_min: i32::try_from(shift.min_age).unwrap_or(i32::MAX),
        guardian_present: false,
        insurance: shift.protection.insurance,
        demands: Vec::new(),
        languages: Vec::new(),
        sex: None,
        recipient: None,
        wished: Vec::new(),
        seen_before: Vec::new(),
        refused: Vec::new(),
        asked: Vec::new(),
    };
    let unproved = skill.filter(|_| has_skill == HasSkill::Unproved).map(|skill| FieldRefusal {
        args: vec![("skill", Arg::from(skill.to_string()))],
        ..reason("sign-up-skill-unproved")
    });
    let others = matching::eligible(&engagement, &facts.volunteer, now, &Limits::default());
    unproved.into_iter().chain(others.iter().map(words)).collect()
}

/// How a volunteer stands to the skill that a shift asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HasSkill {
    /// Says to have it, which is enough where no proof is asked, whatever became of a proof.
    Told,
    /// Says to have it, but no worker has seen the proof that is asked.
    Unproved,
    /// Has it by a proof, whose days are to be looked at, or not at all.
    Proves,
}

impl HasSkill {
    fn of(shift: &ShiftCard, facts: &Facts, skill: Code) -> Self {
        let told = facts.volunteer.skills.iter().any(|proof| proof.code == skill);
        match (told, shift.protection.skill_proof) {
            (true, false) => Self::Told,
            (true, true) if facts.claimed.contains(&skill) => Self::Unproved,
            _ => Self::Proves,
        }
    }
}

fn reason(rule: &'static str) -> FieldRefusal {
    FieldRefusal { field: "sign-up", rule, args: Vec::new() }
}

/// A reason of the matching engine with the values its sentence names.
fn words(found: &Reason) -> FieldRefusal {
    let hours = |minutes: Minutes| Arg::from(minutes.to_string());
    let (rule, args) = match *found {
        Reason::AgeUnknown => ("sign-up-age-unknown", vec![]),
        Reason::Underage { age, min } => {
            ("sign-up-underage", vec![("age", Arg::Number(age.into())), ("min", Arg::Number(min.into()))])
        }
        Reason::GuardianMissing { .. } => ("sign-up-guardian", vec![]),
        Reason::InsuranceMissing { .. } => ("sign-up-insurance", vec![]),
        Reason::TrainingMissing { .. } => ("sign-up-training", vec![]),
        Reason::SkillMissing { skill } | Reason::SkillExpired { skill, .. } => {
            ("sign-up-skill", vec![("skill", Arg::from(skill.to_string()))])
        }
        Reason::Busy { promise, .. } => {
            ("sign-up-busy", vec![("from", promise.from.into()), ("to", promise.to.into())])
        }
        Reason::DailyLoad { day, max, .. } => {
            ("sign-up-day-full", vec![("day", day.into()), ("max", hours(max))])
        }
        Reason::WeeklyLoad { max, .. } => ("sign-up-week-full", vec![("max", hours(max))]),
        // A shift asks nothing else: no resident, no wish.
        _ => ("sign-up-unfit", vec![]),
    };
    FieldRefusal { field: "sign-up", rule, args }
}

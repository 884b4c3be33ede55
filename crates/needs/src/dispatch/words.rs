//! What speaks for somebody, what stands against them, and why so many are asked now: codes in a row, sentences on a page.

use kernel::{Arg, Day, Instant};
use matching::{
    Distance, Reason, Why,
    waves::{Because, Decision, Pick},
};
use web::{Language, Text};

use crate::view::Words;

/// The code of an asking whose people a worker named.
pub(crate) const NAMED: &str = "named";

/// Whether the two know or wish for each other.
pub(super) fn knows(why: &[Why]) -> bool {
    why.iter().any(|one| matches!(one, Why::CameBefore | Why::WishedFor | Why::WishesResident))
}

/// What speaks for somebody, and why it is their turn. Who knows the resident needs no other reason.
pub(super) fn with_pick(why: String, pick: Pick) -> String {
    match pick {
        Pick::Knows => why,
        Pick::Turn { calls } => format!("{why} turn:{calls}"),
        Pick::Newcomer => format!("{why} newcomer"),
    }
}

/// Why so many are asked now, as one short text: `time:360:6 likely:2:510000`; the instant of `quiet` in microseconds.
pub(crate) fn of_decision(decision: &Decision) -> String {
    let one = |because: &Because| {
        let rule = because.rule();
        match because {
            Because::Time { left, waves } => format!("{rule}:{}:{waves}", left.number()),
            Because::Likely { people, filled } => format!("{rule}:{people}:{}", filled.tenths()),
            Because::MostAtOnce { most } => format!("{rule}:{most}"),
            Because::NobodyElse => rule.to_owned(),
            Because::InPeace { people } => format!("{rule}:{people}"),
            Because::Quiet { until } => format!("{rule}:{}", until.micros()),
        }
    };
    let stop = decision.stop.iter().map(|stop| stop.rule().to_owned());
    decision.because.iter().map(one).chain(stop).collect::<Vec<_>>().join(" ")
}

/// The sentences of [`of_decision`].
pub(crate) fn asking(words: &Words<'_>, codes: &str) -> Vec<String> {
    let one = |code: &str| {
        let mut parts = code.split(':');
        let rule = parts.next().unwrap_or_default();
        let [first, second] = [parts.next(), parts.next()].map(|part| number(part.unwrap_or_default()));
        let args = match rule {
            "time" => vec![("left", Arg::from(words.minutes(first))), ("waves", Arg::from(second))],
            // Nothing that people do is sure.
            "likely" => vec![("people", Arg::from(first)), ("tenths", Arg::from(second.clamp(1, 9)))],
            "most-at-once" | "in-peace" => vec![("people", Arg::from(first))],
            "quiet" => vec![("until", Arg::from(words.moment(Instant::from_micros(first))))],
            _ => Vec::new(),
        };
        words.say(&format!("need-asking-{rule}"), &args)
    };
    codes.split_whitespace().map(one).collect()
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_default()
}

/// What speaks for somebody, as one short text: `came-before:2 near:300 skill:nursing never-served`.
pub(super) fn codes(why: &[Why], came: i64) -> String {
    let one = |why: &Why| match why {
        Why::CameBefore => format!("came-before:{came}"),
        Why::Near { distance } => format!("near:{}", near(*distance)),
        Why::Skill { skill } => format!("skill:{skill}"),
        Why::RestedSince { day } => format!("rested-since:{day}"),
        Why::WishedFor | Why::WishesResident | Why::NeverServed => why.rule().to_owned(),
    };
    why.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn near(distance: Distance) -> String {
    match distance {
        Distance::Exact(metres) => metres.0.to_string(),
        Distance::SameCommunity => "community".to_owned(),
        Distance::SameStreet => "street".to_owned(),
        Distance::SameDistrict => "district".to_owned(),
        Distance::Elsewhere => "elsewhere".to_owned(),
    }
}

/// The sentence of [`codes`]: 同一个社区，会护理，来过 2 次.
pub(crate) fn why(text: &Text, language: Language, codes: &str) -> String {
    let say = |key: &str, args: &[(&'static str, Arg)]| text.get(language, key, args);
    let one = |code: &str| {
        let (rule, value) = code.split_once(':').unwrap_or((code, ""));
        match (rule, value) {
            ("near", metres) if metres.bytes().all(|b| b.is_ascii_digit()) => {
                say("need-why-near", &[("metres", Arg::from(number(metres)))])
            }
            ("near", band) => say(&format!("need-why-near-{band}"), &[]),
            ("came-before", times) => {
                say("need-why-came-before", &[("times", Arg::from(times.parse::<i64>().unwrap_or(1)))])
            }
            ("skill", skill) => {
                say("need-why-skill", &[("skill", Arg::from(say(&format!("need-skill-{skill}"), &[])))])
            }
            ("turn", calls) => say("need-why-turn", &[("calls", Arg::from(number(calls)))]),
            ("rested-since", day) => match day.parse::<Day>() {
                Ok(day) => say("need-why-rested-since", &[("day", Arg::from(day))]),
                Err(()) => String::new(),
            },
            (rule, _) => say(&format!("need-why-{rule}"), &[]),
        }
    };
    let parts: Vec<String> = codes.split_whitespace().map(one).collect();
    parts.join(&say("need-comma", &[]))
}

/// What stands against somebody, in words.
pub(crate) fn against(text: &Text, language: Language, reason: &Reason) -> String {
    let say = |key: &str, args: &[(&'static str, Arg)]| text.get(language, key, args);
    let args = match reason {
        Reason::RestAfterCall { until } => vec![("until", Arg::from(*until))],
        Reason::LimitExceeded { limit } => {
            vec![("limit", Arg::from(say(&format!("need-risk-{limit}"), &[])))]
        }
        Reason::SkillMissing { skill } | Reason::SkillExpired { skill, .. } => {
            vec![("skill", Arg::from(say(&format!("need-skill-{skill}"), &[])))]
        }
        Reason::Underage { min, .. } => vec![("min", Arg::from(i64::from(*min)))],
        Reason::Busy { promise, .. } => {
            vec![("from", Arg::from(promise.from)), ("to", Arg::from(promise.to))]
        }
        _ => Vec::new(),
    };
    say(&format!("need-against-{}", reason.rule()), &args)
}

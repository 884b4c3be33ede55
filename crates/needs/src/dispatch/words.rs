//! What speaks for somebody and what stands against them: codes in a row, sentences on a page.

use kernel::Arg;
use matching::{Distance, Reason, Why};
use web::{Language, Text};

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
                say("need-why-near", &[("metres", Arg::from(metres.parse::<i64>().unwrap_or_default()))])
            }
            ("near", band) => say(&format!("need-why-near-{band}"), &[]),
            ("came-before", times) => {
                say("need-why-came-before", &[("times", Arg::from(times.parse::<i64>().unwrap_or(1)))])
            }
            ("skill", skill) => {
                say("need-why-skill", &[("skill", Arg::from(say(&format!("need-skill-{skill}"), &[])))])
            }
            ("rested-since", day) => say("need-why-rested-since", &[("day", Arg::from(day.to_owned()))]),
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
        Reason::RestAfterCall { until } => vec![("until", Arg::from(until.local_text().replace('T', " ")))],
        Reason::LimitExceeded { limit } => {
            vec![("limit", Arg::from(say(&format!("need-risk-{limit}"), &[])))]
        }
        Reason::SkillMissing { skill } | Reason::SkillExpired { skill, .. } => {
            vec![("skill", Arg::from(say(&format!("need-skill-{skill}"), &[])))]
        }
        Reason::Underage { min, .. } => vec![("min", Arg::from(i64::from(*min)))],
        Reason::Busy { promise, .. } => vec![
            ("from", Arg::from(promise.from.local_text().replace('T', " "))),
            ("to", Arg::from(promise.to.local_text().replace('T', " "))),
        ],
        _ => Vec::new(),
    };
    say(&format!("need-against-{}", reason.rule()), &args)
}

//! By which rules a record was counted: the numbers that held, and who decided each. A set of them is kept once a district;
//! its number stands in every record that was counted by it, and its digest in the journal.

use std::{collections::BTreeMap, fmt::Write};

use db::{Fault, Outcome, Tx, params};
use journal::{Call, Event, SealedTable, append, sealed_table};
use kernel::{District, DivisionCode, Id, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::policy::RULES;

/// Mark of a rule set's id.
#[derive(Debug)]
pub(super) enum RuleSetRow {}

/// Sets of rules, insert-only, in the home district of those whose records name them.
pub(crate) static RULE_SET: SealedTable =
    sealed_table!("rule_set": "district" 1, "id" 2, "number" 3, "rules" 4);

/// Below this a record names no set: it was made when only the newest version of a decision was kept.
const FIRST_NUMBER: i64 = 1 << 40;

/// What holds about every rule, in the order of [`RULES`], and which decision of which division that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RuleSet([(i64, Option<(DivisionCode, i64)>); RULES.len()]);

impl RuleSet {
    pub(crate) fn of(decided: &BTreeMap<String, places::Policy>) -> Self {
        Self(RULES.map(|rule| match decided.get(rule.name) {
            Some(policy) => (policy.value, Some((policy.division, policy.version))),
            None => (rule.usual, None),
        }))
    }

    /// A line for each rule: its name and number, and the division and version of the decision where there is one.
    fn text(&self) -> String {
        let mut text = String::new();
        for (rule, (value, by)) in RULES.iter().zip(self.0) {
            let _ = write!(text, "{} {value}", rule.name);
            if let Some((division, version)) = by {
                let _ = write!(text, " {} {version}", division.number());
            }
            text.push('\n');
        }
        text
    }
}

/// The number of a text: 52 bits of its digest, so that the same rules have the same number everywhere and a program that
/// holds numbers as floats loses nothing of it.
fn number(digest: &[u8; 32]) -> i64 {
    let [a, b, c, d, e, f, g, ..] = *digest;
    let bits = i64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 4;
    bits.max(FIRST_NUMBER)
}

/// The number under which the rules stand in the district; they are written down where they were not.
pub(crate) fn number_of(tx: &mut Tx<'_>, call: &Call, district: District, rules: &RuleSet) -> Outcome<i64> {
    let text = rules.text();
    let digest = vault::digest(text.as_bytes());
    let number = number(&digest);
    let known: Option<(i64,)> = tx.query_opt(
        "SELECT number FROM rule_set WHERE district = $1 AND number = $2",
        params![district, number],
    )?;
    if known.is_none() {
        let id: Id<RuleSetRow> = Id::derived(Instant::from_micros(0), district, &digest);
        // Somebody else was counted by the same rules for the first time meanwhile.
        let row = RULE_SET.insert(tx, params![district, id, number, text]).map_err(|fault| match fault {
            Fault::Constraint(words) => Fault::Again(words),
            fault => fault,
        })?;
        let event = Event::new("rules.used", district, id, 1).with("number", number).row(&row);
        append(tx, call, event)?;
    }
    Ok(number)
}

/// A rule by which something was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CountedBy {
    /// Its name.
    pub name: String,
    /// Its number.
    pub value: i64,
    /// The division that decided it; absent for the usual number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// The how-manieth decision of that division about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The law, notice or decision it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip)]
    pub(crate) decider: Option<DivisionCode>,
}

/// By which rules a record was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ByRules {
    /// The number of the set, the same for the same rules everywhere.
    pub number: i64,
    /// Whether it is known what they were: it is not for what was recorded before sets were kept.
    pub known: bool,
    /// Each rule.
    pub rules: Vec<CountedBy>,
}

impl ByRules {
    /// What a set's text says, where it is known.
    pub(crate) fn of(number: i64, text: Option<&str>, decided: &BTreeMap<String, places::Policy>) -> Self {
        let rules = text.into_iter().flat_map(str::lines).filter_map(|line| read(line, decided)).collect();
        Self { number, known: text.is_some(), rules }
    }

    /// Short, to hold one record against another: twelve hexadecimal digits.
    pub fn short(&self) -> String {
        short(self.number)
    }
}

/// How a rule set's number is written for people; nothing for what was recorded before sets were kept.
pub fn short(number: i64) -> String {
    if number < FIRST_NUMBER { String::new() } else { format!("{:012x}", number >> 4) }
}

/// The rules that a record in the district names by their number; `decided` are those from which the sources are taken.
/// One statement, none for an old record.
///
/// # Errors
/// A fault.
pub(crate) fn by_rules(
    tx: &mut Tx<'_>,
    district: District,
    number: i64,
    decided: &BTreeMap<String, places::Policy>,
) -> Outcome<ByRules> {
    let text: Option<(String,)> = if number < FIRST_NUMBER {
        None
    } else {
        tx.query_opt(
            "SELECT rules FROM rule_set WHERE district = $1 AND number = $2",
            params![district, number],
        )?
    };
    Ok(ByRules::of(number, text.as_ref().map(|(text,)| text.as_str()), decided))
}

fn read(line: &str, decided: &BTreeMap<String, places::Policy>) -> Option<CountedBy> {
    let mut words = line.split(' ');
    let (name, value) = (words.next()?, words.next()?.parse().ok()?);
    let decider = words.next().and_then(|code| DivisionCode::new(code.parse().ok()?));
    let version = words.next().and_then(|version| version.parse().ok());
    let same = |policy: &&places::Policy| Some(policy.division) == decider && Some(policy.version) == version;
    let source = decided.get(name).filter(same).map(|policy| policy.source.clone());
    let division = decider.map(|code| code.to_string());
    Some(CountedBy { name: name.to_owned(), value, division, version, source, decider })
}

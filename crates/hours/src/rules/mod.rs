//! The rules by which hours are counted, for who may change them: what holds at a place, where it comes from, and a new
//! number from a day on.

mod api;
mod counted_by;
mod pages;
mod simulate;
mod tried;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, Day, DivisionCode, FieldRefusal, Refusal};
use places::{Binding, Decision, Policy};
use web::{Access, Fields, Routes};

use crate::policy::{PREFIX, RULES, Rule, Stricter};

pub use api::PolicyTried;
pub use counted_by::{ByRules, CountedBy, short};
pub(crate) use counted_by::{RULE_SET, RuleSet, by_rules, number_of};
pub(crate) use pages::{By, by};
pub use simulate::{Below, Changed, Compared, Moved, Simulated, TRIAL_MAX, Trial, simulate};

pub(crate) fn routes() -> Routes {
    let manage = Access::Staff(Action::ManagePlaces);
    Routes::new()
        .get("/a/policies", manage, pages::show)
        .post("/a/policies", manage, pages::set)
        .api(manage, utoipa_axum::routes!(api::set))
        .api(manage, utoipa_axum::routes!(api::tried))
}

/// A rule as it stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub rule: Rule,
    /// What holds; none where nobody decided and the usual number does.
    pub held: Option<Policy>,
    /// The decision of a level above that leaves the place nothing, or only what is stricter.
    pub bound: Option<Policy>,
    /// Every decision of the place and of what is above it, the lowest and newest first, also those still to come.
    pub history: Vec<Policy>,
}

/// Every rule as it stands at `place` on `day`, in the order of [`RULES`]. One statement.
///
/// # Errors
/// Forbidden.
pub fn standing(tx: &mut Tx<'_>, call: &Call, place: DivisionCode, day: Day) -> Outcome<Vec<Standing>> {
    call.actor.must(Action::ManagePlaces, place)?;
    let decided = places::decisions(tx, place, PREFIX)?;
    let mut in_force = places::in_force(&decided, place, day);
    let of = |rule: Rule| {
        let is_one = |policy: &Policy| policy.division.contains(place);
        let mine = decided.iter().rev().filter(|(name, policy)| name == rule.name && is_one(policy));
        let history: Vec<Policy> = mine.map(|(_, policy)| policy.clone()).collect();
        let mut above: Vec<&Policy> = history.iter().filter(|policy| policy.from_day <= day).collect();
        above.dedup_by_key(|policy| policy.division);
        let binds = |policy: &&Policy| policy.division != place && policy.binding != Binding::Free;
        let bound = above.into_iter().find(binds).cloned();
        Standing { rule, held: in_force.remove(rule.name), bound, history }
    };
    Ok(RULES.into_iter().map(of).collect())
}

/// A decision as somebody typed it.
#[derive(Clone, Debug)]
struct Typed {
    division: String,
    name: String,
    value: String,
    from_day: String,
    source: String,
    /// `free`, `stricter` or `fixed`; empty is `free`.
    binding: String,
}

/// What a decision about `name` leaves below it, by its word; "stricter" is nothing where neither way is.
fn binding(name: &str, word: &str) -> Option<Binding> {
    match word {
        "" | "free" => Some(Binding::Free),
        "fixed" => Some(Binding::Fixed),
        "stricter" => match RULES.iter().find(|rule| rule.name == name)?.stricter? {
            Stricter::Less => Some(Binding::AtMost),
            Stricter::More => Some(Binding::AtLeast),
        },
        _ => None,
    }
}

impl Typed {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            division: text("division"),
            name: text("name"),
            value: text("value"),
            from_day: text("from_day"),
            source: text("source"),
            binding: text("binding"),
        }
    }

    /// Every field that cannot be read is told at once.
    fn read(&self) -> Result<Decision, Refusal> {
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        let mut refuse = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
        let division = DivisionCode::parse(self.division.trim());
        if division.is_err() {
            refuse("division", "place-code");
        }
        let value = self.value.trim().parse();
        if value.is_err() {
            refuse("value", "policy-value");
        }
        let from_day: Result<Day, ()> = self.from_day.trim().parse();
        if from_day.is_err() {
            refuse("from_day", "policy-day");
        }
        let binding = binding(&self.name, self.binding.trim());
        if binding.is_none() {
            refuse("binding", "policy-binding");
        }
        match (division, value, from_day, binding) {
            (Ok(division), Ok(value), Ok(from_day), Some(binding)) => {
                let (name, source) = (self.name.clone(), self.source.clone());
                Ok(Decision { division, name, value, range: None, from_day, source, binding })
            }
            _ => Err(Refusal::fields(wrong)),
        }
    }

    /// The same for what is only tried: today where no day is typed.
    fn to_be_tried(&self, today: Day) -> Result<Decision, Refusal> {
        let mut typed = self.clone();
        if typed.from_day.trim().is_empty() {
            typed.from_day = today.to_string();
        }
        typed.read()
    }
}

/// The decision with the range of its rule.
fn within(decision: &Decision) -> Result<Decision, Refusal> {
    let rule = RULES.iter().find(|rule| rule.name == decision.name);
    if rule.is_none() && decision.name.starts_with(PREFIX) {
        return Err(Refusal::invalid("name", "policy-name"));
    }
    let range = rule.map(|rule| rule.range.0..=rule.range.1);
    Ok(Decision { range, ..decision.clone() })
}

/// Decides: a rule of hours within its range, a policy of another area as it says. Gives which decision of the division about
/// this name it is, from 1.
///
/// # Errors
/// As [`places::set_policy`]; `policy-name` also for a rule of hours that there is not.
pub fn decide(tx: &mut Tx<'_>, call: &Call, decision: &Decision) -> Outcome<i64> {
    places::set_policy(tx, call, &within(decision)?)
}

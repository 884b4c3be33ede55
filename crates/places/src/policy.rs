//! Policies: numbers that a division decides from a day on and that everything below it inherits.

use std::{collections::BTreeMap, ops::RangeInclusive};

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, Arg, Day, DivisionCode, FieldRefusal, Id, Instant, Refusal};

use crate::edition::{Edition, edition};

/// Characters of a policy's name at most.
pub const POLICY_NAME_CHARS_MAX: usize = 60;
/// Characters of a policy's source at most.
const SOURCE_CHARS_MAX: usize = 200;

/// What the divisions at `$1` to `$6` decided until the day `$8` about names like `$7`, read by division and version: as
/// [`held`] wants it.
macro_rules! select_policies {
    () => {
        "SELECT 0, name, value, version, source, division, from_day, binding FROM policy
         WHERE division IN ($1, $2, $3, $4, $5, $6) AND name LIKE $7 AND from_day <= $8"
    };
}

kernel::words! {
    /// What a decision leaves to the divisions below.
    Binding {
        /// They may decide otherwise.
        Free = "free",
        /// Nothing.
        Fixed = "fixed",
        /// A number that is not greater.
        AtMost = "at_most",
        /// A number that is not less.
        AtLeast = "at_least",
    }
}

impl db::FromColumn for Binding {
    fn from_column(value: db::Value<'_>) -> Option<Self> {
        if let db::Value::Text(word) = value { Self::from_word(word) } else { None }
    }
}

impl db::ToValue for Binding {
    fn value(&self) -> db::Value<'_> {
        db::Value::Text(self.word())
    }
}

/// A decision that holds at a place on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The number; its unit belongs to the name.
    pub value: i64,
    /// Which decision of the division about this name, from 1.
    pub version: i64,
    /// The law, notice or decision it comes from.
    pub source: String,
    /// The division that decided.
    pub division: DivisionCode,
    /// From when.
    pub from_day: Day,
    /// What it leaves to the divisions below.
    pub binding: Binding,
}

impl FromRow for Policy {
    /// `value, version, source, division, from_day, binding`.
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            value: row.take()?,
            version: row.take()?,
            source: row.take()?,
            division: row.take()?,
            from_day: row.take()?,
            binding: row.take()?,
        })
    }
}

/// What the decisions that hold somewhere come to.
#[derive(Clone, Debug)]
struct Held {
    /// The one that counts.
    policy: Policy,
    /// The least and the most that those above leave to the divisions below.
    bounds: (i64, i64),
    /// Who set them last.
    bound_by: Option<Policy>,
}

impl Held {
    /// Adds the newest decision of a division below; what those above do not leave to it counts for nothing.
    fn add(held: Option<Self>, policy: Policy) -> Self {
        let (mut bounds, bound_by) = match held {
            Some(held) if !(held.bounds.0..=held.bounds.1).contains(&policy.value) => return held,
            Some(held) => (held.bounds, held.bound_by),
            None => ((i64::MIN, i64::MAX), None),
        };
        match policy.binding {
            Binding::Free => {}
            Binding::Fixed => bounds = (policy.value, policy.value),
            Binding::AtMost => bounds.1 = policy.value,
            Binding::AtLeast => bounds.0 = policy.value,
        }
        let bound_by = if policy.binding == Binding::Free { bound_by } else { Some(policy.clone()) };
        Self { policy, bounds, bound_by }
    }
}

/// What holds of decisions that come by division and version: of each division its newest, and the lower before the
/// higher, as far as the higher leaves it to them. A lower division has the greater code among those above one place, for
/// the rest of its digits are zeros.
fn held(decisions: impl IntoIterator<Item = (String, Policy)>) -> BTreeMap<String, Held> {
    let mut newest: BTreeMap<(String, DivisionCode), Policy> = BTreeMap::new();
    for (name, policy) in decisions {
        newest.insert((name, policy.division), policy);
    }
    let mut all: BTreeMap<String, Held> = BTreeMap::new();
    for ((name, _), policy) in newest {
        let above = all.remove(&name);
        all.insert(name, Held::add(above, policy));
    }
    all
}

/// What holds, by name.
fn holding(decisions: impl IntoIterator<Item = (String, Policy)>) -> BTreeMap<String, Policy> {
    held(decisions).into_iter().map(|(name, held)| (name, held.policy)).collect()
}

/// What holds for `name` at `place` on `day`: the decision of the lowest division at or above the place, and of
/// its decisions in force the newest. `None` when nobody decided; the caller then has the law's default.
///
/// # Errors
/// A fault.
pub fn policy(tx: &mut Tx<'_>, place: DivisionCode, name: &str, day: Day) -> Outcome<Option<Policy>> {
    Ok(policies(tx, place, name, day)?.remove(name))
}

/// Everything that holds at `place` on `day` whose name begins with `prefix`, by name: as [`policy`], in one statement.
///
/// # Errors
/// A fault.
pub fn policies(
    tx: &mut Tx<'_>,
    place: DivisionCode,
    prefix: &str,
    day: Day,
) -> Result<BTreeMap<String, Policy>, Fault> {
    Ok(holding(decided_above(tx, place, prefix, day)?))
}

/// What `place` and the divisions above it decided until `day`, by division and version.
fn decided_above(
    tx: &mut Tx<'_>,
    place: DivisionCode,
    prefix: &str,
    day: Day,
) -> Result<Vec<(String, Policy)>, Fault> {
    let [a, b, c, d, e, f] = up_from(place);
    let like = format!("{prefix}%");
    let mut decided = Vec::new();
    tx.each(
        concat!(select_policies!(), " ORDER BY division, version"),
        params![a, b, c, d, e, f, like, day],
        |row| {
            let _kind: i64 = row.take()?;
            decided.push((row.take()?, Policy::from_row(row)?));
            Ok(())
        },
    )?;
    Ok(decided)
}

/// As [`policies`], with the tree in force, in one statement: for a page that names divisions too.
///
/// # Errors
/// A fault.
pub fn policies_and_tree(
    tx: &mut Tx<'_>,
    place: DivisionCode,
    prefix: &str,
    day: Day,
) -> Outcome<(BTreeMap<String, Policy>, Edition)> {
    let [a, b, c, d, e, f] = up_from(place);
    let like = format!("{prefix}%");
    let (mut decided, mut newest) = (Vec::new(), None);
    tx.each(
        concat!(
            select_policies!(),
            " UNION ALL SELECT 1, '', imported_at, version, source, 0, 0, '' FROM division_version ORDER BY 1, 6, 4"
        ),
        params![a, b, c, d, e, f, like, day],
        |row| {
            let (kind, name): (i64, String) = (row.take()?, row.take()?);
            if kind == 0 {
                decided.push((name, Policy::from_row(row)?));
            } else {
                let (at, version) = (row.take()?, row.take()?);
                newest = Some((version, at, row.take()?));
            }
            Ok(())
        },
    )?;
    Ok((holding(decided), edition(tx, newest)?))
}

/// A place and the five divisions above it.
fn up_from(place: DivisionCode) -> [DivisionCode; 6] {
    let mut up = place.ancestors();
    std::array::from_fn(|_| up.next().unwrap_or(DivisionCode::NATION))
}

/// Writes a default of the program as the country's first decision, so that an administrator sees it with its source;
/// harmless when the country has decided about this name.
///
/// # Errors
/// A fault.
pub fn seed_policy(tx: &mut Tx<'_>, name: &str, value: i64, source: &str, day: Day) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO policy (division, name, version, from_day, value, source) VALUES ($1, $2, 1, $3, $4, $5)
         ON CONFLICT (division, name, version) DO NOTHING",
        params![DivisionCode::NATION, name, day, value, source],
    )?;
    Ok(())
}

/// Mark of a policy's id in the journal.
#[derive(Debug)]
enum PolicyName {}

/// Every decision that `area`, what is above it and what is below it ever took about names with this prefix, also those
/// whose day is still to come; of each name the newest of the lowest division comes last. One statement.
///
/// # Errors
/// A fault.
pub fn decisions(tx: &mut Tx<'_>, area: DivisionCode, prefix: &str) -> Result<Vec<(String, Policy)>, Fault> {
    let [a, b, c, d, e, f] = up_from(area);
    let (first, last) = crate::bounds(area);
    let mut decided = Vec::new();
    tx.each(
        "SELECT name, value, version, source, division, from_day, binding FROM policy
         WHERE (division IN ($1, $2, $3, $4, $5, $6) OR division BETWEEN $7 AND $8) AND name LIKE $9
         ORDER BY name, division, version",
        params![a, b, c, d, e, f, first, last, format!("{prefix}%")],
        |row| {
            decided.push((row.take()?, Policy::from_row(row)?));
            Ok(())
        },
    )?;
    Ok(decided)
}

/// Of [`decisions`] what holds at `place` on `day`, by name: as [`policies`].
pub fn in_force(decisions: &[(String, Policy)], place: DivisionCode, day: Day) -> BTreeMap<String, Policy> {
    let holds = |policy: &Policy| policy.division.contains(place) && policy.from_day <= day;
    holding(decisions.iter().filter(|(_, policy)| holds(policy)).cloned())
}

/// A decision on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The division that decides.
    pub division: DivisionCode,
    /// About which policy.
    pub name: String,
    /// The number; its unit belongs to the name.
    pub value: i64,
    /// What the number may be, where whose policy it is says so.
    pub range: Option<RangeInclusive<i64>>,
    /// First day on which it holds.
    pub from_day: Day,
    /// The law, notice or decision it comes from.
    pub source: String,
    /// What it leaves to the divisions below.
    pub binding: Binding,
}

impl Decision {
    /// Refuses what may not be decided, whoever decides: every field is told at once.
    ///
    /// # Errors
    /// `policy-name`, `policy-range`, `policy-source-missing`, `policy-source-too-long`, `policy-in-past` (invalid).
    pub fn must_be_sound(&self, today: Day) -> Result<(), Refusal> {
        let source = self.source.trim();
        let mut wrong = self.impossible();
        if source.is_empty() {
            wrong.extend(Refusal::invalid("source", "policy-source-missing").fields);
        } else if source.chars().count() > SOURCE_CHARS_MAX {
            wrong.extend(Refusal::invalid("source", "policy-source-too-long").fields);
        }
        if self.from_day < today {
            let args = vec![("today", Arg::from(today))];
            wrong.push(FieldRefusal { field: "from_day", rule: "policy-in-past", args });
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(wrong)) }
    }

    /// Refuses a name that is none and a number that no decision may name, wherever it comes from.
    ///
    /// # Errors
    /// `policy-name`, `policy-range` (invalid).
    pub fn must_be_possible(&self) -> Result<(), Refusal> {
        let wrong = self.impossible();
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(wrong)) }
    }

    fn impossible(&self) -> Vec<FieldRefusal> {
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        if !is_name(&self.name) {
            wrong.extend(Refusal::invalid("name", "policy-name").fields);
        }
        if let Some(range) = self.range.as_ref().filter(|range| !range.contains(&self.value)) {
            let args = vec![("least", Arg::from(*range.start())), ("most", Arg::from(*range.end()))];
            wrong.push(FieldRefusal { field: "value", rule: "policy-range", args });
        }
        wrong
    }
}

/// Decides a policy for a division from a day on, never backwards: what was counted stays as it was counted.
/// Says which decision it is, from 1.
///
/// # Errors
/// Forbidden; those of [`Decision::must_be_sound`]; `policy-fixed`, `policy-stricter` (invalid) for what a level above does
/// not leave to the division on that day.
pub fn set_policy(tx: &mut Tx<'_>, call: &Call, decision: &Decision) -> Outcome<i64> {
    let &Decision { division, ref name, value, from_day, ref source, binding, .. } = decision;
    call.actor.must(Action::ManagePlaces, division)?;
    decision.must_be_sound(call.now.day())?;
    must_be_left(tx, decision)?;
    let (name, source) = (name.as_str(), source.trim());
    let newest: Option<(i64,)> = tx.query_opt(
        "SELECT version FROM policy WHERE division = $1 AND name = $2 ORDER BY version DESC LIMIT 1",
        params![division, name],
    )?;
    let version = newest.map_or(1, |(version,)| version + 1);
    let kept = tx.execute(
        "INSERT INTO policy (division, name, version, from_day, value, source, binding)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (division, name, version) DO NOTHING",
        params![division, name, version, from_day, value, source, binding],
    )?;
    if kept == 0 {
        return Err(Fault::Again("the same policy was decided meanwhile".to_owned()).into());
    }
    let event = Event::new("policy.set", division.district(), subject(division, name), version)
        .with("division", division.to_string())
        .with("name", name)
        .with("value", value)
        .with("from_day", from_day.number())
        .with("binding", binding.word());
    append(tx, call, event)?;
    Ok(version)
}

/// Refuses what a level above does not leave to the division, and says who that was.
///
/// # Errors
/// `policy-fixed`, `policy-stricter` (invalid).
pub fn must_be_left(tx: &mut Tx<'_>, decision: &Decision) -> Outcome<()> {
    let Decision { division, name, value, from_day, .. } = decision;
    let mut above = decided_above(tx, *division, name, *from_day)?;
    above.retain(|(one, policy)| one == name && policy.division != *division);
    let Some(Held { bounds, bound_by: Some(by), .. }) = held(above).remove(name) else { return Ok(()) };
    if (bounds.0..=bounds.1).contains(value) {
        return Ok(());
    }
    let area = crate::tree_in(tx)?.full_name(by.division).unwrap_or_default();
    let refusal = match bounds {
        (least, most) if least == most => Refusal::invalid("value", "policy-fixed"),
        _ => Refusal::invalid("value", "policy-stricter"),
    };
    Err(refusal
        .with("area", area)
        .with("number", by.value)
        .with("day", by.from_day)
        .with("source", by.source)
        .into())
}

/// Small letters, digits, dots and underscores, beginning with a letter: `need.find_urgent`.
fn is_name(name: &str) -> bool {
    name.len() <= POLICY_NAME_CHARS_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.')
}

/// A policy has no row id: its subject in the journal is computed from division and name.
fn subject(division: DivisionCode, name: &str) -> Id<PolicyName> {
    let digest = vault::digest(format!("policy {division} {name}").as_bytes());
    Id::derived(Instant::from_micros(0), division.district(), &digest)
}

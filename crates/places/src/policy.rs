//! Policies: numbers that a division decides from a day on and that everything below it inherits.

use std::{collections::BTreeMap, ops::RangeInclusive};

use db::{Fault, Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, Arg, Day, DivisionCode, FieldRefusal, Id, Instant, Refusal};

use crate::edition::{Edition, edition};

/// Characters of a policy's name at most.
pub const POLICY_NAME_CHARS_MAX: usize = 60;
/// Characters of a policy's source at most.
const SOURCE_CHARS_MAX: usize = 200;

/// What the divisions at `$1` to `$6` decided until the day `$8` about names like `$7`. Read by division and version: a
/// lower division has the greater code among those above one place, for the rest of its digits are zeros, and whatever
/// comes later takes the place of what came before.
macro_rules! select_policies {
    () => {
        "SELECT 0, name, value, version, source, division, from_day FROM policy
         WHERE division IN ($1, $2, $3, $4, $5, $6) AND name LIKE $7 AND from_day <= $8"
    };
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
    let [a, b, c, d, e, f] = up_from(place);
    let like = format!("{prefix}%");
    let rows: Vec<(i64, String, i64, i64, String, DivisionCode, Day)> = tx.query(
        concat!(select_policies!(), " ORDER BY division, version"),
        params![a, b, c, d, e, f, like, day],
    )?;
    Ok(rows.into_iter().map(decided).collect())
}

/// A row as [`select_policies`] gives it, by name.
fn decided(
    (_, name, value, version, source, division, from_day): (i64, String, i64, i64, String, DivisionCode, Day),
) -> (String, Policy) {
    (name, Policy { value, version, source, division, from_day })
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
    let (mut decided, mut newest) = (BTreeMap::new(), None);
    tx.each(
        concat!(
            select_policies!(),
            " UNION ALL SELECT 1, '', imported_at, version, source, 0, 0 FROM division_version ORDER BY 1, 6, 4"
        ),
        params![a, b, c, d, e, f, like, day],
        |row| {
            let (kind, name): (i64, String) = (row.take()?, row.take()?);
            if kind == 0 {
                let (value, version, source) = (row.take()?, row.take()?, row.take()?);
                let (division, from_day) = (row.take()?, row.take()?);
                decided.insert(name, Policy { value, version, source, division, from_day });
            } else {
                let (at, version) = (row.take()?, row.take()?);
                newest = Some((version, at, row.take()?));
            }
            Ok(())
        },
    )?;
    Ok((decided, edition(tx, newest)?))
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
    let rows: Vec<(String, i64, i64, String, DivisionCode, Day)> = tx.query(
        "SELECT name, value, version, source, division, from_day FROM policy
         WHERE (division IN ($1, $2, $3, $4, $5, $6) OR division BETWEEN $7 AND $8) AND name LIKE $9
         ORDER BY name, division, version",
        params![a, b, c, d, e, f, first, last, format!("{prefix}%")],
    )?;
    let decided = |(name, value, version, source, division, from_day)| {
        (name, Policy { value, version, source, division, from_day })
    };
    Ok(rows.into_iter().map(decided).collect())
}

/// Of [`decisions`] what holds at `place` on `day`, by name: as [`policies`].
pub fn in_force(decisions: &[(String, Policy)], place: DivisionCode, day: Day) -> BTreeMap<String, Policy> {
    let holds = |policy: &Policy| policy.division.contains(place) && policy.from_day <= day;
    decisions.iter().filter(|(_, policy)| holds(policy)).cloned().collect()
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
}

impl Decision {
    /// Refuses what may not be decided, whoever decides: every field is told at once.
    ///
    /// # Errors
    /// `policy-name`, `policy-range`, `policy-source-missing`, `policy-source-too-long`, `policy-in-past` (invalid).
    pub fn must_be_sound(&self, today: Day) -> Result<(), Refusal> {
        let source = self.source.trim();
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        if !is_name(&self.name) {
            wrong.extend(Refusal::invalid("name", "policy-name").fields);
        }
        if let Some(range) = self.range.as_ref().filter(|range| !range.contains(&self.value)) {
            let args = vec![("least", Arg::from(*range.start())), ("most", Arg::from(*range.end()))];
            wrong.push(FieldRefusal { field: "value", rule: "policy-range", args });
        }
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
}

/// Decides a policy for a division from a day on, never backwards: what was counted stays as it was counted.
/// Says which decision it is, from 1.
///
/// # Errors
/// Forbidden; those of [`Decision::must_be_sound`].
pub fn set_policy(tx: &mut Tx<'_>, call: &Call, decision: &Decision) -> Outcome<i64> {
    let &Decision { division, ref name, value, from_day, ref source, .. } = decision;
    call.actor.must(Action::ManagePlaces, division)?;
    decision.must_be_sound(call.now.day())?;
    let (name, source) = (name.as_str(), source.trim());
    let newest: Option<(i64,)> = tx.query_opt(
        "SELECT version FROM policy WHERE division = $1 AND name = $2 ORDER BY version DESC LIMIT 1",
        params![division, name],
    )?;
    let version = newest.map_or(1, |(version,)| version + 1);
    let kept = tx.execute(
        "INSERT INTO policy (division, name, version, from_day, value, source)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (division, name, version) DO NOTHING",
        params![division, name, version, from_day, value, source],
    )?;
    if kept == 0 {
        return Err(Fault::Again("the same policy was decided meanwhile".to_owned()).into());
    }
    let event = Event::new("policy.set", division.district(), subject(division, name), version)
        .with("division", division.to_string())
        .with("name", name)
        .with("value", value)
        .with("from_day", from_day.number());
    append(tx, call, event)?;
    Ok(version)
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

//! Who holds which role where: given and ended by a security administrator, read with every request.

pub(crate) mod api;
pub(crate) mod pages;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use store::grant as read_grant;

use db::{Fault, Outcome, Span, Tx, params};
use journal::{Call, Event, append};
use kernel::{
    Action, Actor, District, DivisionCode, Grant, Id, Instant, Organisation, Over, Person, Refusal, Role,
};

use crate::lock;

/// Mark of a grant's id.
#[derive(Debug)]
pub enum RoleGrant {}

/// A role held by a person, as it stands in the list of grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The grant.
    pub id: Id<RoleGrant>,
    /// Who holds it.
    pub person: Id<Person>,
    /// Which role.
    pub role: Role,
    /// Over what.
    pub over: Over,
    /// Until when; `None` until it is ended.
    pub until: Option<Instant>,
    /// How many changes the grant has seen.
    pub version: i64,
}

/// Gives a role until it is ended. A security administrator may give it inside their own area, never to
/// themselves, and never a second kind of administrator to one person (GB/T 22239 clause 8.1.4 separates them).
///
/// # Errors
/// Forbidden; 404 for an unknown person or organisation; `grant-to-self`, `grant-held-by-all`, `grant-twice`,
/// `administrators-apart` (conflict).
pub fn grant(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    role: Role,
    over: Over,
) -> Outcome<Id<RoleGrant>> {
    grant_until(tx, call, person, role, over, None)
}

/// [`grant`] with an end.
///
/// # Errors
/// As [`grant`]; `until-in-past` (invalid).
pub fn grant_until(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    role: Role,
    over: Over,
    until: Option<Instant>,
) -> Outcome<Id<RoleGrant>> {
    let place = place_of(tx, over)?;
    call.actor.must(Action::GrantRoles, place)?;
    if call.actor.person == Some(person) {
        return Err(Refusal::conflict("grant-to-self").into());
    }
    if matches!(role, Role::Resident | Role::Volunteer) {
        return Err(Refusal::conflict("grant-held-by-all").into());
    }
    if until.is_some_and(|until| until <= call.now) {
        return Err(Refusal::invalid("until", "until-in-past").into());
    }
    give(tx, call, person, role, over, until)
}

/// Makes somebody a leader of a team: who may publish activities in the team's area says so, for no role of the
/// area itself goes with it. Writes in the person's and in the team's district.
///
/// # Errors
/// Forbidden; 404 for an unknown person or team; `grant-twice` (conflict).
pub fn name_leader(
    tx: &mut Tx<'_>,
    call: &Call,
    team: Id<Organisation>,
    person: Id<Person>,
) -> Outcome<Id<RoleGrant>> {
    let over = Over::Organisation(team);
    call.actor.must(Action::PublishShifts, place_of(tx, over)?)?;
    give(tx, call, person, Role::Leader, over, None)
}

/// Ends what [`name_leader`] gave.
///
/// # Errors
/// Forbidden; 404 for an unknown team or when the person does not lead it.
pub fn end_leader(tx: &mut Tx<'_>, call: &Call, team: Id<Organisation>, person: Id<Person>) -> Outcome<()> {
    let over = Over::Organisation(team);
    call.actor.must(Action::PublishShifts, place_of(tx, over)?)?;
    lock(tx, person)?;
    let held = grants_of(tx, person, call.now)?;
    let held = held.into_iter().find(|held| held.role == Role::Leader && held.over == over);
    end(tx, call, held.ok_or_else(Refusal::missing)?)
}

/// Who leads a team, in the order in which they were first known.
///
/// # Errors
/// A fault.
pub fn leaders(tx: &mut Tx<'_>, team: Id<Organisation>) -> Result<Vec<Id<Person>>, Fault> {
    let rows: Vec<(Id<Person>,)> = tx.query(
        "SELECT person FROM team_leader WHERE district = $1 AND organisation = $2 ORDER BY person",
        params![team.district(), team],
    )?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

fn give(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    role: Role,
    over: Over,
    until: Option<Instant>,
) -> Outcome<Id<RoleGrant>> {
    lock(tx, person)?;
    let held = grants_of(tx, person, call.now)?;
    if held.iter().any(|held| held.role == role && held.over == over) {
        return Err(Refusal::conflict("grant-twice").into());
    }
    let apart = |held: Role| is_administrator(held) && is_administrator(role) && held != role;
    if held.iter().any(|held| apart(held.role)) {
        return Err(Refusal::conflict("administrators-apart").into());
    }
    let id: Id<RoleGrant> = call.id(person.district());
    let (division, organisation) = match over {
        Over::Subtree(code) => (Some(code), None),
        Over::Organisation(organisation) => (None, Some(organisation)),
    };
    tx.execute_one(
        "INSERT INTO role_grant (district, id, person, role, division, organisation, granted_by, from_at, until_at,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
        params![
            person.district(),
            id,
            person,
            role.word(),
            division,
            organisation,
            call.actor.person,
            call.now,
            until
        ],
    )?;
    // Who leads for a while only is not offered as the leader of later shifts.
    if let (Role::Leader, Over::Organisation(team), None) = (role, over, until) {
        tx.execute(
            "INSERT INTO team_leader (district, organisation, person) VALUES ($1, $2, $3)
             ON CONFLICT (district, organisation, person) DO NOTHING",
            params![team.district(), team, person],
        )?;
    }
    append(tx, call, told("role.granted", id, 1, person, role, over))?;
    Ok(id)
}

/// Ends a role now. Whoever may give it may end it; its holder may give it back.
///
/// # Errors
/// 404 when there is no such grant or it is not in the asker's area; `grant-ended` (conflict).
pub fn end_grant(tx: &mut Tx<'_>, call: &Call, grant: Id<RoleGrant>) -> Outcome<()> {
    let held = store::locked(tx, grant)?.ok_or_else(Refusal::missing)?;
    let place = place_of(tx, held.over)?;
    if call.actor.person != Some(held.person) && !call.actor.may(Action::GrantRoles, place) {
        return Err(Refusal::missing().into());
    }
    if held.until.is_some_and(|until| until <= call.now) {
        return Err(Refusal::conflict("grant-ended").into());
    }
    end(tx, call, held)
}

fn end(tx: &mut Tx<'_>, call: &Call, held: Held) -> Outcome<()> {
    tx.execute_one(
        "UPDATE role_grant SET until_at = $3, version = version + 1 WHERE district = $1 AND id = $2",
        params![held.id.district(), held.id, call.now],
    )?;
    if let (Role::Leader, Over::Organisation(team)) = (held.role, held.over) {
        tx.execute(
            "DELETE FROM team_leader WHERE district = $1 AND organisation = $2 AND person = $3",
            params![team.district(), team, held.person],
        )?;
    }
    append(tx, call, told("role.ended", held.id, held.version + 1, held.person, held.role, held.over))?;
    Ok(())
}

fn told(
    kind: &'static str,
    id: Id<RoleGrant>,
    version: i64,
    person: Id<Person>,
    role: Role,
    over: Over,
) -> Event {
    let event =
        Event::new(kind, id.district(), id, version).with("role", role.word()).with_id("person", person);
    match over {
        Over::Subtree(code) => event.with("division", code.to_string()),
        Over::Organisation(organisation) => event.with_id("organisation", organisation),
    }
}

const fn is_administrator(role: Role) -> bool {
    matches!(role, Role::SystemAdministrator | Role::SecurityAdministrator | Role::AuditAdministrator)
}

fn place_of(tx: &mut Tx<'_>, over: Over) -> Outcome<DivisionCode> {
    match over {
        Over::Subtree(code) => Ok(code),
        Over::Organisation(organisation) => {
            Ok(crate::organisation(tx, organisation)?.ok_or_else(Refusal::missing)?.division)
        }
    }
}

/// The roles a person was given and holds at `now`; resident and volunteer are not among them.
///
/// # Errors
/// A fault.
pub fn grants_of(tx: &mut Tx<'_>, person: Id<Person>, now: Instant) -> Outcome<Vec<Held>> {
    Ok(store::of_person(tx, person, now)?)
}

/// Every grant that holds at `now` in the areas where the asker may give roles; at most `limit` of each.
///
/// # Errors
/// A fault.
pub fn grants_in_scope(tx: &mut Tx<'_>, call: &Call, limit: i64) -> Outcome<Vec<Held>> {
    let mut all = Vec::new();
    for range in call.actor.scope(Action::GrantRoles) {
        all.extend(store::in_area(tx, Span::of_range(&range), call.now, limit)?);
    }
    all.sort_by_key(|held| held.id);
    all.dedup_by_key(|held| held.id);
    Ok(all)
}

/// Which workers are meant, seen from a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workers {
    /// Those of the smallest area that holds it and has any.
    Nearest,
    /// Those of the smallest area above it that has any.
    Above,
}

/// These workers of a division, without `but`.
///
/// # Errors
/// A fault.
pub fn workers(
    tx: &mut Tx<'_>,
    which: Workers,
    division: DivisionCode,
    but: Option<Id<Person>>,
    now: Instant,
) -> Result<Vec<Id<Person>>, Fault> {
    let mut over = store::workers_over(tx, division, now)?;
    over.retain(|(area, person)| Some(*person) != but && (which == Workers::Nearest || *area != division));
    let first = over.first().map(|(area, _)| *area);
    Ok(over.into_iter().filter(|(area, _)| Some(*area) == first).map(|(_, person)| person).collect())
}

/// Whoever audits all or a part of a district, each with the area, wherever they live. One statement.
///
/// # Errors
/// A fault.
pub fn auditors_over(
    tx: &mut Tx<'_>,
    district: District,
    now: Instant,
) -> Result<Vec<(DivisionCode, Id<Person>)>, Fault> {
    store::auditors_over(tx, district.division(), now)
}

/// The person with every role held at `now`, resident and volunteer included: one statement.
///
/// # Errors
/// 404 when there is no such person.
pub fn actor(tx: &mut Tx<'_>, person: Id<Person>, now: Instant) -> Outcome<Actor> {
    let mut home = None;
    let mut volunteer: Option<String> = None;
    let mut held = Vec::new();
    // A row for each role the person holds, one without a role where there is none.
    tx.each(
        "SELECT p.division, v.state, g.role, g.division, g.organisation FROM person p
         LEFT JOIN volunteer v ON v.district = p.district AND v.person = p.id
         LEFT JOIN role_grant g ON g.district = p.district AND g.person = p.id AND g.from_at <= $3
             AND (g.until_at IS NULL OR g.until_at > $3)
         WHERE p.district = $1 AND p.id = $2 ORDER BY g.id",
        params![person.district(), person, now],
        |row| {
            (home, volunteer) = (Some(row.take()?), row.take()?);
            held.extend(read_grant(row)?);
            Ok(())
        },
    )?;
    Ok(assemble(person, home.ok_or_else(Refusal::missing)?, volunteer.as_deref(), held))
}

/// An actor from what was read; `volunteer` is the state of that row, if there is one.
pub(crate) fn assemble(
    person: Id<Person>,
    home: DivisionCode,
    volunteer: Option<&str>,
    held: impl IntoIterator<Item = Grant>,
) -> Actor {
    let own = |role| Grant { role, over: Over::Subtree(home) };
    let mut grants = vec![own(Role::Resident)];
    if volunteer == Some("active") {
        grants.push(own(Role::Volunteer));
    }
    grants.extend(held);
    Actor { person: Some(person), home, grants, system: false }
}

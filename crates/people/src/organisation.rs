//! Organisations and teams: who publishes activities.

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, FieldRefusal, Id, Organisation, Refusal};
use vault::CreditCode;

use crate::name::NAME_CHARS_MAX;

/// An organisation or team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationCard {
    /// Its id.
    pub id: Id<Organisation>,
    /// Where it works.
    pub division: DivisionCode,
    /// Its name.
    pub name: String,
    /// `team`, `association`, `enterprise`, `station`.
    pub kind: String,
}

/// Kinds of organisation.
pub const KINDS: [&str; 4] = ["team", "association", "enterprise", "station"];

impl FromRow for OrganisationCard {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { id: row.take()?, division: row.take()?, name: row.take()?, kind: row.take()? })
    }
}

/// Notes an organisation or a team of a place; who may publish activities there may do it.
///
/// # Errors
/// Forbidden; `name-missing`, `name-too-long`, `organisation-kind-unknown` (invalid).
pub fn create_organisation(
    tx: &mut Tx<'_>,
    call: &Call,
    division: DivisionCode,
    name: &str,
    kind: &str,
    credit_code: Option<&CreditCode>,
) -> Outcome<Id<Organisation>> {
    call.actor.must(Action::PublishShifts, division)?;
    let name = name.trim();
    let mut wrong = wrong_organisation_name(name);
    if !KINDS.contains(&kind) {
        wrong.extend(Refusal::invalid("kind", "organisation-kind-unknown").fields);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let id: Id<Organisation> = call.id(division.district());
    tx.execute_one(
        "INSERT INTO organisation (district, id, division, name, kind, credit_code, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        params![id.district(), id, division, name, kind, credit_code.map(CreditCode::as_str), call.now],
    )?;
    let event =
        Event::new("organisation.created", id.district(), id, 1).with("division", division.to_string());
    append(tx, call, event)?;
    Ok(id)
}

/// What is wrong with the name of an organisation.
pub fn wrong_organisation_name(name: &str) -> Vec<FieldRefusal> {
    match name.trim().chars().count() {
        0 => Refusal::invalid("name", "name-missing").fields,
        count if count > NAME_CHARS_MAX => Refusal::invalid("name", "name-too-long").fields,
        _ => Vec::new(),
    }
}

/// The organisation with this id.
///
/// # Errors
/// A fault.
pub fn organisation(tx: &mut Tx<'_>, id: Id<Organisation>) -> Outcome<Option<OrganisationCard>> {
    Ok(tx.query_opt(
        "SELECT id, division, name, kind FROM organisation WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?)
}

/// The organisations of a place and below it, by name.
///
/// # Errors
/// A fault.
pub fn organisations_in(tx: &mut Tx<'_>, place: DivisionCode) -> Outcome<Vec<OrganisationCard>> {
    let subtree = place.subtree();
    Ok(tx.query(
        "SELECT id, division, name, kind FROM organisation
         WHERE district = $1 AND division BETWEEN $2 AND $3 ORDER BY name, id",
        params![
            place.district(),
            i64::try_from(*subtree.start()).unwrap_or_default(),
            i64::try_from(*subtree.end()).unwrap_or_default()
        ],
    )?)
}

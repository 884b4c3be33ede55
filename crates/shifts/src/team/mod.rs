//! Teams: made by whoever publishes activities in a place, led by whom they name.

pub(crate) mod pages;
pub(crate) mod promptness;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, DivisionCode, Id, Organisation, Person, Refusal};
use people::OrganisationCard;
use vault::Phone;

/// Makes a team that works in a place; `place` is as it was typed, into the field of that name.
///
/// # Errors
/// Forbidden; `team-place-unknown` and what is wrong with the name (invalid), both at once.
pub(crate) fn create_team(
    tx: &mut Tx<'_>,
    call: &Call,
    (field, place): (&'static str, &str),
    name: &str,
) -> Outcome<Id<Organisation>> {
    let tree = places::tree_in(tx)?;
    let Some(place) = DivisionCode::parse(place).ok().filter(|code| tree.contains(*code)) else {
        let mut wrong = people::wrong_organisation_name(name);
        wrong.extend(Refusal::invalid(field, "team-place-unknown").fields);
        return Err(Refusal::fields(wrong).into());
    };
    people::create_organisation(tx, call, place, name, "team", None)
}

/// A team and its leaders, for who may name them.
///
/// # Errors
/// 404; forbidden.
pub(crate) fn team(
    tx: &mut Tx<'_>,
    call: &Call,
    team: Id<Organisation>,
) -> Outcome<(OrganisationCard, Vec<people::Card>)> {
    let card = people::organisation(tx, team)?.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::PublishShifts, card.division)?;
    Ok((card, leader_cards(tx, team)?))
}

/// The cards of a team's leaders.
pub(crate) fn leader_cards(tx: &mut Tx<'_>, team: Id<Organisation>) -> Outcome<Vec<people::Card>> {
    let leaders = people::leaders(tx, team)?;
    let mut cards = people::cards(tx, &leaders)?;
    Ok(leaders.iter().filter_map(|person| cards.remove(person)).collect())
}

/// Makes the person with this phone a leader of the team. Its transaction is called `leader_name`.
///
/// # Errors
/// 404; forbidden; `leader-unknown` (invalid), and what [`people::name_leader`] refuses.
pub fn name_leader(
    tx: &mut Tx<'_>,
    call: &Call,
    team: Id<Organisation>,
    phone: &Phone,
) -> Outcome<Id<Person>> {
    // Whose number it is concerns nobody who may not name a leader here.
    let card = people::organisation(tx, team)?.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::PublishShifts, card.division)?;
    let person = people::person_by_phone(tx, call.keys(), phone)?;
    let person = person.ok_or_else(|| Refusal::invalid("phone", "leader-unknown"))?;
    people::name_leader(tx, call, team, person)?;
    Ok(person)
}

//! A card is read: by the leader at the gate of a shift, or by the volunteer whom its resident let in. Anybody else learns
//! nothing of it, not even whether there is such a card.

pub(crate) mod api;
pub(crate) mod pages;

use db::{Outcome, Tx};
use hours::SignalKind;
use journal::Call;
use kernel::{Id, Instant, Person, Refusal};
use needs::AtHome;
use shifts::{AtGate, Shift};

use crate::{
    Card, Number, Token,
    made::store::{of_number, of_token},
};

/// How a card is shown to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What its square code says.
    Token(String),
    /// Its number, typed at the gate of a shift.
    Number(Id<Shift>, Number),
}

/// Where the asker reads it.
#[derive(Clone, Debug)]
pub enum Place {
    /// At the gate of a shift that the asker runs and the card's person has a place in.
    Gate(AtGate),
    /// At the home of the resident whom the asker promised to help.
    Home(AtHome),
}

/// What the asker sees of a card.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Whose, masked.
    pub who: people::Card,
    /// Where it is read.
    pub place: Place,
    /// Whether it is good: neither taken back nor outdated.
    pub is_good: bool,
}

/// The card behind a square code, as the asker may see it; `None` for whoever has nothing to do with its person now.
///
/// # Errors
/// A fault.
pub fn seen(tx: &mut Tx<'_>, call: &Call, token: &str) -> Outcome<Option<Seen>> {
    let (Ok(token), Some(me)) = (token.parse::<Token>(), call.actor.person) else { return Ok(None) };
    let Some(card) = of_token(tx, &token)?.filter(|card| card.person != me) else { return Ok(None) };
    let place = match shifts::at_gate(tx, call, card.person)? {
        Some(gate) => Some(Place::Gate(gate)),
        None => needs::at_home(tx, call, card.person)?.map(Place::Home),
    };
    place.map_or(Ok(None), |place| shown(tx, call, &card, place))
}

/// The card with a number that somebody typed at the gate of a shift they run: of one who has a place there.
///
/// # Errors
/// 404; forbidden; `card-not-here` (invalid).
pub fn seen_by_number(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, number: &Number) -> Outcome<Seen> {
    let (shift, lines) = shifts::roll(tx, call, shift)?;
    let mut districts: Vec<_> = lines.iter().map(|line| line.card.id.district()).collect();
    districts.sort_unstable();
    districts.dedup();
    for district in districts {
        let card = of_number(tx, district, number)?;
        let line = card.as_ref().and_then(|card| lines.iter().find(|line| line.card.id == card.person));
        if let (Some(card), Some(line)) = (&card, line) {
            let gate = AtGate::of(tx, shift, line.card.id, line.presence.clone())?;
            let place = Place::Gate(gate);
            return Ok(Seen { who: line.card.clone(), place, is_good: card.is_good(call.now.day()) });
        }
    }
    Err(Refusal::invalid("number", "card-not-here").into())
}

fn shown(tx: &mut Tx<'_>, call: &Call, card: &Card, place: Place) -> Outcome<Option<Seen>> {
    let who = people::cards(tx, &[card.person])?.remove(&card.person);
    Ok(who.map(|who| Seen { who, place, is_good: card.is_good(call.now.day()) }))
}

/// Notes what a card says: its leader's word at the gate, its resident's at home. Read twice it is one signal. Its
/// transaction is called `card_read`: it writes in the person's and in the place's district.
///
/// # Errors
/// `card-for-leader` (conflict) for whoever has nothing to do with its person now; `card-not-good` (conflict) when it was
/// taken back or is outdated; [`seen_by_number`]'s, [`shifts::read_at_gate`]'s and [`needs::nod_by_card`]'s.
pub fn read_card(
    tx: &mut Tx<'_>,
    call: &Call,
    reading: &Reading,
    kind: SignalKind,
    device: &[u8],
) -> Outcome<Instant> {
    let seen = match reading {
        Reading::Token(token) => seen(tx, call, token)?,
        Reading::Number(shift, number) => Some(seen_by_number(tx, call, *shift, number)?),
    };
    let seen = seen.ok_or_else(|| Refusal::conflict("card-for-leader"))?;
    if !seen.is_good {
        return Err(Refusal::conflict("card-not-good").into());
    }
    let person: Id<Person> = seen.who.id;
    match seen.place {
        Place::Gate(gate) => Ok(shifts::read_at_gate(tx, call, gate.shift.id, person, kind, device)?.at),
        Place::Home(home) => needs::nod_by_card(tx, call, home.need.id, kind, device),
    }
}

/// Coming or going, as a form or a program says it.
fn kind(text: &str) -> Result<SignalKind, Refusal> {
    SignalKind::from_word(text)
        .filter(|kind| matches!(kind, SignalKind::Arrived | SignalKind::Left))
        .ok_or_else(|| Refusal::invalid("kind", "check-in-kind-unknown"))
}

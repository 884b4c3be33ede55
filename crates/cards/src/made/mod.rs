//! Making a card and taking it back: by its person, or at the desk for who has no phone.

pub(crate) mod api;
pub(crate) mod pages;
mod print;
pub(crate) mod store;

use db::{Fault, Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Action, Day, Id, Instant, Person, Refusal};
use people::Locked;

use crate::{Number, Token};

/// So many days a card is good.
pub const VALID_DAYS: i32 = 730;
/// Cards printed at once, at most: eight pages.
pub const CARDS_AT_ONCE_MAX: usize = 64;
/// Numbers drawn until one is free.
const DRAWS_MAX: usize = 8;

/// Mark of a card's id.
#[derive(Debug)]
pub enum PrintedCard {}

/// A card as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: Id<PrintedCard>,
    /// Whose.
    pub person: Id<Person>,
    /// What is typed where no camera is.
    pub number: Number,
    /// When it was printed.
    pub made_at: Instant,
    /// The last day on which it is good.
    pub until: Day,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
    /// How many changes it has seen.
    pub version: i64,
}

impl Card {
    /// Whether it may be read on this day.
    pub fn is_good(&self, today: Day) -> bool {
        self.revoked_at.is_none() && today <= self.until
    }
}

/// A card that was just made, with what is printed on it and told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The card.
    pub card: Card,
    /// What its square code holds.
    pub token: Token,
}

/// The person's row, for themselves and for the desk of where they live.
fn locked_for(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Locked> {
    let me = call.actor.signed_in()?;
    let locked = people::lock(tx, person)?;
    if me != person {
        if !call.actor.may(Action::SeePeople, locked.home) {
            return Err(Refusal::missing().into());
        }
        call.actor.must(Action::KeepDesk, locked.home)?;
    }
    Ok(locked)
}

/// Makes a card for each of these people and takes back the one they had.
///
/// # Errors
/// `card-nobody`, `card-too-many` (invalid); 404 for anybody who does not live where the asker works, forbidden without a
/// desk there.
pub fn make(tx: &mut Tx<'_>, call: &Call, people: &[Id<Person>]) -> Outcome<Vec<Made>> {
    let mut people = people.to_vec();
    people.sort_unstable_by_key(|person| (person.district(), *person));
    people.dedup();
    match people.len() {
        0 => return Err(Refusal::invalid("person", "card-nobody").into()),
        1..=CARDS_AT_ONCE_MAX => {}
        _ => {
            let most = i64::try_from(CARDS_AT_ONCE_MAX).unwrap_or(i64::MAX);
            return Err(Refusal::invalid("person", "card-too-many").with("most", most).into());
        }
    }
    people.into_iter().map(|person| make_one(tx, call, person)).collect()
}

fn make_one(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Made> {
    locked_for(tx, call, person)?;
    if let Some(old) = store::of_person(tx, person)? {
        take_back(tx, call, &old)?;
    }
    let by = call.actor.signed_in()?;
    let token = Token::new(person.district(), call.random().bytes());
    for _ in 0..DRAWS_MAX {
        let card = Card {
            id: call.id(person.district()),
            person,
            number: Number::draw(call.random()),
            made_at: call.now,
            until: call.now.day().plus(VALID_DAYS),
            revoked_at: None,
            version: 1,
        };
        if store::insert(tx, &card, &token, by)? {
            append(tx, call, event("card.made", &card, 1))?;
            return Ok(Made { card, token });
        }
    }
    Err(Fault::Defect("no number of a card is free".to_owned()).into())
}

/// The good or outdated card of a person that was not taken back; for themselves and for the desk.
///
/// # Errors
/// 404 and forbidden as [`make`].
pub fn of_person(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Option<Card>> {
    if call.actor.signed_in()? != person {
        let home = people::masked(tx, call, person)?.card.division;
        call.actor.must(Action::KeepDesk, home)?;
    }
    Ok(store::of_person(tx, person)?)
}

/// Takes the person's card back: lost, stolen, not wanted. Harmless when there is none.
///
/// # Errors
/// 404 and forbidden as [`make`].
pub fn revoke(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<()> {
    locked_for(tx, call, person)?;
    store::of_person(tx, person)?.map_or(Ok(()), |card| take_back(tx, call, &card))
}

fn take_back(tx: &mut Tx<'_>, call: &Call, card: &Card) -> Outcome<()> {
    store::revoke(tx, card.id, call.actor.signed_in()?, call.now)?;
    Ok(append(tx, call, event("card.revoked", card, card.version + 1))?)
}

fn event(kind: &'static str, card: &Card, version: i64) -> Event {
    Event::new(kind, card.id.district(), card.id, version).with_id("person", card.person)
}

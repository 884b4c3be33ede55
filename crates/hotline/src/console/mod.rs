//! Taking a call: the number, who it is, what is asked, and sending that. What is written down is kept field by field, so
//! that a browser that closes in the middle loses nothing.

pub(crate) mod api;
pub(crate) mod pages;
mod rules;

use std::collections::BTreeMap;

use db::{Failure, Outcome, Tx};
use divisions::Tree;
use journal::Call;
use kernel::{Action, DivisionCode, FieldRefusal, Id, Level, Person, Refusal};
use needs::{Channel, Recalled, Typed};
use people::{Caller, Card, Field};
use places::Station;

pub use rules::{BACK_DAYS_MAX, WORDS_CHARS_MAX};

use crate::{
    Kind, Number, PhoneCall, Said, State,
    phone_call::{from_number, lock, on_the_line},
};

/// Communities offered for what was typed.
pub const PLACES_MAX: usize = 9;
/// Hits of a search that are looked through for communities.
const HITS_MAX: usize = 40;
/// What `person` says of somebody who is none of those known by the number.
const NOBODY_KNOWN: &str = "none";

/// Somebody known by a number.
#[derive(Clone, Debug)]
pub struct KnownBy {
    /// Masked.
    pub card: Card,
    /// The name of their community.
    pub community: String,
}

/// What the operator sees of the call on the line.
#[derive(Debug)]
pub struct Console {
    /// The call.
    pub call: PhoneCall,
    /// Everybody of the operator's places who is known by this number.
    pub people: Vec<KnownBy>,
    /// Who calls, once that is clear.
    pub caller: Option<(KnownBy, Caller)>,
    /// What is known of their needs.
    pub recalled: Recalled,
    /// The last helper who came and was liked, masked.
    pub liked: Option<Card>,
    /// Where else somebody with this number lives: district or street, with a station to call there.
    pub elsewhere: Option<(String, Option<Station>)>,
    /// The call-backs that wait for this number, but for this call.
    pub due: Vec<PhoneCall>,
    /// Communities that fit what was typed; the chosen one and its name come first.
    pub places: Vec<(DivisionCode, String)>,
    /// House and door to go to.
    pub address: String,
}

impl Console {
    /// The community to go to.
    pub fn place(&self) -> Option<DivisionCode> {
        let typed = self.places.first().map(|(code, _)| *code);
        typed.or_else(|| self.caller.as_ref().map(|(known, _)| known.card.division))
    }

    /// Its name.
    pub fn community(&self) -> String {
        let typed = self.places.first().map(|(_, name)| name.clone());
        typed.or_else(|| self.caller.as_ref().map(|(known, _)| known.community.clone())).unwrap_or_default()
    }

    /// The name of who calls.
    pub fn name(&self) -> &str {
        self.caller.as_ref().map_or(&self.call.said.name, |(_, caller)| &caller.name)
    }
}

/// The place whose hotline the asker takes; of a city or above the community they live in, where the rows then are.
///
/// # Errors
/// Sign in first, forbidden.
pub(crate) fn hotline(call: &Call) -> Outcome<DivisionCode> {
    call.actor.signed_in()?;
    let own = places::own(call, Action::TakeCalls).into_iter().next().ok_or_else(Refusal::forbidden)?;
    let near = own.level() >= Level::District || !call.actor.may(Action::TakeCalls, call.actor.home);
    Ok(if near { own } else { call.actor.home })
}

/// Whose account has this number, and who was recognised by it before.
fn known_by(
    tx: &mut Tx<'_>,
    call: &Call,
    number: Option<&Number>,
    earlier: &[PhoneCall],
) -> Outcome<Vec<Id<Person>>> {
    let mut people = Vec::new();
    if let Some(phone) = number.and_then(Number::mobile) {
        people.extend(people::person_by_phone(tx, call.keys(), &phone)?);
    }
    for person in earlier.iter().filter_map(|one| one.person) {
        if !people.contains(&person) {
            people.push(person);
        }
    }
    Ok(people)
}

/// Of these people, those of the asker's places, and where the others live.
fn near(
    call: &Call,
    people: &[Id<Person>],
    cards: &BTreeMap<Id<Person>, Card>,
) -> (Vec<Card>, Vec<DivisionCode>) {
    let (near, far): (Vec<Card>, Vec<Card>) = people
        .iter()
        .filter_map(|person| cards.get(person).cloned())
        .partition(|card| call.actor.may(Action::TakeCalls, card.division));
    (near, far.into_iter().map(|card| card.division).collect())
}

/// Calls from the number to this hotline, without the one on the line.
fn earlier(tx: &mut Tx<'_>, call: &Call, one: &PhoneCall) -> Outcome<Vec<PhoneCall>> {
    let Some(number) = &one.number else { return Ok(Vec::new()) };
    let mut calls = from_number(tx, call, (one.id.district(), number))?;
    calls.retain(|other| other.id != one.id);
    Ok(calls)
}

/// Who alone of the asker's places is known by the number of a call.
pub(crate) fn alone_known(tx: &mut Tx<'_>, call: &Call, one: &PhoneCall) -> Outcome<Option<Card>> {
    let before = earlier(tx, call, one)?;
    let people = known_by(tx, call, one.number.as_ref(), &before)?;
    let (near, _) = near(call, &people, &people::cards(tx, &people)?);
    Ok(if near.len() == 1 { near.into_iter().next() } else { None })
}

/// The call is this person's, whose name the operator sees from now on; the look is on record.
fn recognise(tx: &mut Tx<'_>, call: &Call, one: &mut PhoneCall, person: Id<Person>) -> Outcome<()> {
    one.division = people::look_at_caller(tx, call, person, Field::Caller)?;
    one.person = Some(person);
    Ok(())
}

/// Begins a call, or puts the number of the one on the line right. Who alone is known by the number is recognised. Its
/// transaction is called `hotline_begin`: it notes the look in the person's district too.
///
/// # Errors
/// Sign in first, forbidden; `call-number` (invalid).
pub fn begin(tx: &mut Tx<'_>, call: &Call, typed: &str) -> Outcome<PhoneCall> {
    let me = call.actor.signed_in()?;
    let division = hotline(call)?;
    let number = match typed.trim() {
        "" => None,
        typed => Some(Number::parse(typed).ok_or_else(|| Refusal::invalid("number", "call-number"))?),
    };
    // Two windows of one operator begin one call.
    people::lock(tx, me)?;
    // What is kept of it meanwhile is not lost.
    let open = on_the_line(tx, call, division.district())?;
    let open = open.map(|open| lock(tx, call, open.id)).transpose()?.filter(|one| one.state == State::Open);
    let mut one = match open {
        Some(open) if open.number == number => return Ok(open),
        Some(open) => PhoneCall { person: None, division, ..open },
        None => PhoneCall::new(call, division, State::Open, call.now),
    };
    (one.operator, one.number) = (Some(me), number);
    one.said.person.clear();
    if let Some(card) = alone_known(tx, call, &one)? {
        recognise(tx, call, &mut one, card.id)?;
    }
    one.put(tx, call, "phone_call.begun")?;
    Ok(one)
}

/// The communities of the asker's places that what was typed finds, the chosen one first.
fn places_of(call: &Call, tree: &Tree, said: &Said) -> Vec<(DivisionCode, String)> {
    if said.place.is_empty() {
        return Vec::new();
    }
    let own = places::own(call, Action::TakeCalls);
    let hits = own.iter().flat_map(|area| tree.search(&said.place, Some(*area), HITS_MAX));
    let mut found: Vec<(DivisionCode, String)> = Vec::new();
    for hit in hits.filter(|hit| hit.division.code.level() == Level::Community) {
        if found.len() < PLACES_MAX && found.iter().all(|(code, _)| *code != hit.division.code) {
            found.push((hit.division.code, hit.division.name.to_owned()));
        }
    }
    let chosen = said.division.parse().ok();
    if let Some(at) = found.iter().position(|(code, _)| Some(*code) == chosen) {
        let one = found.remove(at);
        found.insert(0, one);
    }
    found
}

/// The call that the asker has on the line, with everything known of who calls; `None` when there is none.
///
/// # Errors
/// Sign in first, forbidden.
pub fn console(tx: &mut Tx<'_>, call: &Call) -> Outcome<Option<Console>> {
    let Some(one) = on_the_line(tx, call, hotline(call)?.district())? else { return Ok(None) };
    let tree = places::tree_in(tx)?;
    let before = earlier(tx, call, &one)?;
    let mut people = known_by(tx, call, one.number.as_ref(), &before)?;
    people.extend(one.person.filter(|person| !people.contains(person)));
    let recalled = one.person.map(|person| needs::recall(tx, call, person)).transpose()?.unwrap_or_default();
    let wanted: Vec<Id<Person>> = people.iter().copied().chain(recalled.liked).collect();
    let cards = people::cards(tx, &wanted)?;
    let (near, far) = near(call, &people, &cards);
    let known = |card: Card| KnownBy {
        community: tree.get(card.division).map(|one| one.name.to_owned()).unwrap_or_default(),
        card,
    };
    let people: Vec<KnownBy> = near.into_iter().map(known).collect();
    let caller = match people.iter().find(|known| Some(known.card.id) == one.person) {
        Some(known) => Some((known.clone(), people::caller(tx, call, &known.card)?)),
        None => None,
    };
    let elsewhere = match far.first().filter(|_| people.is_empty()) {
        Some(code) => {
            let name = tree.full_name(code.street()).unwrap_or_default();
            Some((name, places::stations_around(tx, code.street(), 1)?.into_iter().next()))
        }
        None => None,
    };
    let address = [
        one.said.address.clone(),
        recalled.address.clone(),
        caller.as_ref().map(|(_, caller)| caller.address.clone()).unwrap_or_default(),
    ];
    Ok(Some(Console {
        places: places_of(call, &tree, &one.said),
        people,
        caller,
        liked: recalled.liked.and_then(|helper| cards.get(&helper).cloned()),
        recalled,
        elsewhere,
        due: before.into_iter().filter(|one| one.state == State::Due).collect(),
        address: address.into_iter().find(|text| !text.is_empty()).unwrap_or_default(),
        call: one,
    }))
}

/// Keeps what is written down so far, whatever is still wrong with it, and who of those known by the number calls. Its
/// transaction is called `hotline_save`.
///
/// # Errors
/// 404 for another's call; `call-over` (conflict) when it has ended; `call-words-too-long` (invalid).
pub fn save(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>, said: &Said) -> Outcome<PhoneCall> {
    let me = call.actor.signed_in()?;
    let mut one = lock(tx, call, id)?;
    if one.operator != Some(me) {
        return Err(Refusal::missing().into());
    }
    if one.state != State::Open {
        return Err(Refusal::conflict("call-over").into());
    }
    let wrong = rules::too_long(said);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    match said.person.as_str() {
        "" => {}
        NOBODY_KNOWN => one.person = None,
        id => {
            let person: Id<Person> = id.parse().map_err(|_| Refusal::missing())?;
            let before = earlier(tx, call, &one)?;
            if !known_by(tx, call, one.number.as_ref(), &before)?.contains(&person) {
                return Err(Refusal::missing().into());
            }
            if one.person != Some(person) {
                recognise(tx, call, &mut one, person)?;
            }
        }
    }
    one.said = said.clone();
    if one.person.is_none() && !said.place.is_empty() {
        let tree = places::tree_in(tx)?;
        if let Some((code, _)) = places_of(call, &tree, said).first() {
            one.division = *code;
        }
    }
    one.write(tx, call)?;
    Ok(one)
}

/// What a need calls a field, as the console calls it.
fn in_our_fields(failure: Failure) -> Failure {
    let Failure::Refused(mut refusal) = failure else { return failure };
    for wrong in &mut refusal.fields {
        wrong.field = match wrong.field {
            "for_name" => "name",
            "for_phone" => "number",
            "detail" => "words",
            "division" => "place",
            other => other,
        };
    }
    refusal.into()
}

/// Ends the call as what it was: a need for help, an enquiry answered or to be called back, or nothing. Its transaction is
/// called `hotline_send`: a need may be in another district than the hotline.
///
/// # Errors
/// Those of [`save`]; `call-kind`, `call-words-missing`, `call-answer-missing`, `call-back-when`, `call-back-number`,
/// `call-name-missing`, `call-category-missing`, `call-place` and every wrong field of a need (invalid).
pub fn send(tx: &mut Tx<'_>, call: &Call, id: Id<PhoneCall>, said: &Said) -> Outcome<PhoneCall> {
    let mut one = save(tx, call, id, said)?;
    let kind = match said.kind.as_str() {
        "" => Kind::Help,
        word => Kind::from_word(word).ok_or_else(|| Refusal::invalid("kind", "call-kind"))?,
    };
    one.kind = Some(kind);
    one.ended_at = Some(call.now);
    let event = match kind {
        Kind::Help => {
            let typed = help(tx, call, &one)?;
            let need = needs::submit(tx, call, &typed).map_err(in_our_fields)?;
            one.division = need.division;
            one.person = Some(need.recipient);
            one.need = Some((need.id, need.number));
            one.state = State::Closed;
            "phone_call.helped"
        }
        Kind::Enquiry => {
            let back = rules::enquiry(said, one.number.is_some(), (call.now, call.calendar()))?;
            one.state = if back.is_some() { State::Due } else { State::Closed };
            one.due_at = back.or(one.due_at);
            "phone_call.enquired"
        }
        Kind::Other => {
            one.state = State::Closed;
            "phone_call.ended"
        }
    };
    one.put(tx, call, event)?;
    Ok(one)
}

/// The need that is asked for.
fn help(tx: &mut Tx<'_>, call: &Call, one: &PhoneCall) -> Outcome<Typed> {
    let said = &one.said;
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    let (division, address) = match one.person {
        Some(person) => {
            let card = people::cards(tx, &[person])?.remove(&person).ok_or_else(Refusal::missing)?;
            let address = if said.address.is_empty() {
                let known = needs::recall(tx, call, person)?.address;
                if known.is_empty() { people::caller(tx, call, &card)?.address } else { known }
            } else {
                said.address.clone()
            };
            (Some(card.division), address)
        }
        None => (None, said.address.clone()),
    };
    let tree = places::tree_in(tx)?;
    let typed = places_of(call, &tree, said).first().map(|(code, _)| *code);
    let division = typed.or(division.filter(|_| said.place.is_empty()));
    if division.is_none() {
        wrong.extend(Refusal::invalid("place", "call-place").fields);
    }
    if one.person.is_none() && said.name.is_empty() {
        wrong.extend(Refusal::invalid("name", "call-name-missing").fields);
    }
    if said.category.is_empty() {
        wrong.extend(Refusal::invalid("category", "call-category-missing").fields);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let phone = one.number.as_ref().and_then(Number::mobile);
    Ok(Typed {
        category: said.category.clone(),
        detail: said.words.clone(),
        day: said.day.clone(),
        part: said.part.clone(),
        address,
        division: division.map(|code| code.to_string()).unwrap_or_default(),
        urgent: said.urgent.clone(),
        for_name: if one.person.is_some() { String::new() } else { said.name.clone() },
        for_phone: phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
        for_person: one.person.map_or_else(|| "new".to_owned(), |person| person.to_string()),
        channel: Channel::Phone.word().to_owned(),
        ..Typed::default()
    })
}

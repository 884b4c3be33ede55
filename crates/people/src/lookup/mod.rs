//! How staff find a person and see a masked card, how a field is shown in clear with a reason, and how the person
//! sees who looked.

pub(crate) mod api;
pub(crate) mod pages;
mod store;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use db::{Outcome, Span, Tx};
use journal::{Call, Event, append};
use kernel::{Action, Day, DivisionCode, Id, Instant, Person, Refusal};
use web::Fields;

use crate::{ADULT_AGE, Card, Locked, cards, lock, lock::bump, name, vaulted};

/// People on one answer.
pub const FOUND_MAX: i64 = 30;
/// Areas of one asker that are searched; a person with more roles sees the first.
const AREAS_MAX: usize = 4;
/// Characters of a reason at least, and at most.
pub const REASON_CHARS_MIN: usize = 4;
/// Characters of a reason at most.
pub const REASON_CHARS_MAX: usize = 200;
/// People whose fields are shown in clear at once, at most: each look is a row and an event.
pub const REVEALED_AT_ONCE_MAX: usize = 500;
/// Looks on the list of the person looked at.
const LOOKS_MAX: i64 = 50;

/// Mark of a look's id.
#[derive(Debug)]
pub enum Reveal {}

/// A field that is masked until somebody gives a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name in full.
    Name,
    /// The phone.
    Phone,
    /// The number of the identity document.
    Document,
    /// The day of birth.
    BirthDay,
    /// The address.
    Address,
    /// The phone of a minor's guardian.
    GuardianPhone,
    /// The evidence of their hours: read by an auditor, no field of theirs.
    Evidence,
    /// Name and address together, by who took their call.
    Caller,
}

impl Field {
    /// Every one that can be shown in clear, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Phone, Self::Document, Self::BirthDay, Self::Address, Self::GuardianPhone];

    /// Its word in rows, API and locale keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Document => "document",
            Self::BirthDay => "birth_day",
            Self::Address => "address",
            Self::GuardianPhone => "guardian_phone",
            Self::Evidence => "evidence",
            Self::Caller => "caller",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Evidence, Self::Caller]).find(|field| field.word() == word)
    }
}

/// A person as staff see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// Masked name, last digits of the phone, community.
    pub card: Card,
    /// `10-17`, `18-59`, …; empty where no document was given.
    pub age_band: &'static str,
    /// Kind of document; empty without one.
    pub document_kind: String,
    /// Last four characters of the document's number; of a minor none.
    pub document_last4: String,
    /// Number of the volunteer; empty when the person is none.
    pub volunteer_number: String,
    /// Whether the account waits for its person.
    pub asleep: bool,
    /// Fields there is something to show of.
    pub fields: Vec<Field>,
}

/// One look at a field, as the person it was about sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Instant,
    /// Which field.
    pub field: Field,
    /// Why, in the words of who looked.
    pub reason: String,
    /// Who looked.
    pub by: Option<Card>,
}

/// The band an age falls in. Of minors it is the only thing staff see.
pub fn age_band(birth: Option<Day>, today: Day) -> &'static str {
    match birth.map(|birth| today.years_since(birth)) {
        None => "",
        Some(..10) => "0-9",
        Some(10..18) => "10-17",
        Some(18..60) => "18-59",
        Some(60..70) => "60-69",
        Some(70..80) => "70-79",
        Some(80..) => "80+",
    }
}

pub(crate) fn is_minor(birth: Option<Day>, today: Day) -> bool {
    birth.is_some_and(|birth| today.years_since(birth) < ADULT_AGE)
}

/// People in the asker's areas whose name begins with the query, or whose pinyin initials do (`lsy`), or whose phone
/// ends with it (four digits); in the order in which they came, those after `after`, at most [`FOUND_MAX`]. One statement
/// an area, also where an area is a city.
///
/// # Errors
/// `query-missing` (invalid).
pub fn find_people(tx: &mut Tx<'_>, call: &Call, query: &str, after: Option<Id<Person>>) -> Outcome<Found> {
    let query = query.trim();
    if query.is_empty() {
        return Err(Refusal::invalid("q", "query-missing").into());
    }
    let mut people: Vec<Card> = Vec::new();
    for range in call.actor.scope(Action::SeePeople).into_iter().take(AREAS_MAX) {
        // One more than is shown tells whether there are more.
        let area = Span::of_range(&range);
        people.extend(store::find(tx, area, query, after, FOUND_MAX + 1)?);
    }
    people.sort_by_key(|card| card.id);
    people.dedup_by_key(|card| card.id);
    let most = usize::try_from(FOUND_MAX).unwrap_or_default();
    let are_more = people.len() > most;
    people.truncate(most);
    let next = people.last().filter(|_| are_more).map(|card| card.id);
    Ok(Found { people, next })
}

/// People that were found, and after whom the search goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The people.
    pub people: Vec<Card>,
    /// The last of them when there are more.
    pub next: Option<Id<Person>>,
}

/// Whom a search goes on behind.
fn after_of(typed: &Fields) -> Result<Option<Id<Person>>, Refusal> {
    let after = typed.given("after").map(str::parse).transpose();
    after.map_err(|_| Refusal::invalid("after", "after-unreadable"))
}

/// The masked page of a person of the asker's areas.
///
/// # Errors
/// 404 when there is no such person there.
pub fn masked(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Masked> {
    let card = cards(tx, &[person])?.remove(&person).ok_or_else(Refusal::missing)?;
    if !call.actor.may(Action::SeePeople, card.division) {
        return Err(Refusal::missing().into());
    }
    let row = store::secrets(tx, person)?.ok_or_else(Refusal::missing)?;
    let minor = is_minor(row.birth_day, call.now.day());
    let there = |field: &Field| match field {
        Field::Name => true,
        Field::Phone => row.phone.is_some(),
        Field::Document => row.document.is_some() && !minor,
        Field::BirthDay => row.birth_day.is_some() && !minor,
        Field::Address => !row.address.is_empty(),
        Field::GuardianPhone => row.guardian_phone.is_some(),
        Field::Evidence | Field::Caller => false,
    };
    Ok(Masked {
        age_band: age_band(row.birth_day, call.now.day()),
        fields: Field::ALL.into_iter().filter(there).collect(),
        document_kind: row.document_kind.unwrap_or_default(),
        document_last4: row.document_last4.filter(|_| !minor).unwrap_or_default(),
        volunteer_number: row.volunteer_number.unwrap_or_default(),
        asleep: row.state == "asleep",
        card,
    })
}

/// A reason as it is kept, from what was typed into `field`.
///
/// # Errors
/// `reason-too-short`, `reason-too-long` (invalid).
pub fn reason<'t>(field: &'static str, typed: &'t str) -> Result<&'t str, Refusal> {
    let reason = typed.trim();
    match reason.chars().count() {
        ..REASON_CHARS_MIN => Err(Refusal::invalid(field, "reason-too-short")),
        REASON_CHARS_MIN..=REASON_CHARS_MAX => Ok(reason),
        _ => Err(Refusal::invalid(field, "reason-too-long")),
    }
}

/// Shows one field in clear; the look is on record with its reason, and its person can see it.
///
/// # Errors
/// 404 outside the asker's areas; forbidden without the right; `reason-too-short`, `reason-too-long` (invalid);
/// `minor-age-band-only`, `nothing-to-reveal` (conflict).
pub fn reveal(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    field: Field,
    reason: &str,
) -> Outcome<String> {
    let by = call.actor.signed_in()?;
    let locked = lock(tx, person)?;
    if !call.actor.may(Action::SeePeople, locked.home) {
        return Err(Refusal::missing().into());
    }
    call.actor.must(Action::RevealPeople, locked.home)?;
    let reason = self::reason("reason", reason)?;
    let row = store::secrets(tx, person)?.ok_or_else(Refusal::missing)?;
    if matches!(field, Field::Document | Field::BirthDay) && is_minor(row.birth_day, call.now.day()) {
        return Err(Refusal::conflict("minor-age-band-only").into());
    }
    let clear = clear(call, &row, field)?.ok_or_else(|| Refusal::conflict("nothing-to-reveal"))?;
    note(tx, call, &locked, (field, by, reason))?;
    Ok(clear)
}

/// Shows the phone at which somebody is asked about an hour they served at `place`: of a minor the guardian's. The look is
/// on record with its reason as any other, and the person can see it. Whether they are in a sample of the asker's is the
/// caller's question.
///
/// # Errors
/// Forbidden without the right at the place; `reason-too-short`, `reason-too-long` (invalid); `nothing-to-reveal` (conflict)
/// without a phone; 404 when there is no such person.
pub fn phone_to_call(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    place: DivisionCode,
    reason: &str,
) -> Outcome<(Field, String)> {
    let by = call.actor.signed_in()?;
    call.actor.must(Action::CallBack, place)?;
    let reason = self::reason("reason", reason)?;
    let locked = lock(tx, person)?;
    let row = store::secrets(tx, person)?.ok_or_else(Refusal::missing)?;
    let minor = is_minor(row.birth_day, call.now.day());
    let field = if minor { Field::GuardianPhone } else { Field::Phone };
    let clear = clear(call, &row, field)?.ok_or_else(|| Refusal::conflict("nothing-to-reveal"))?;
    note(tx, call, &locked, (field, by, reason))?;
    Ok((field, clear))
}

/// A person as who takes their call sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name in full.
    pub name: String,
    /// House and door as somebody who registered them said; may be empty.
    pub address: String,
}

/// Puts on record that the asker sees name and address of somebody who calls, or the number to call them back; the person
/// can see it.
///
/// # Errors
/// Sign in first; 404 outside the places whose calls the asker takes.
pub fn look_at_caller(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    field: Field,
) -> Outcome<DivisionCode> {
    let by = call.actor.signed_in()?;
    let locked = lock(tx, person)?;
    if !call.actor.may(Action::TakeCalls, locked.home) {
        return Err(Refusal::missing().into());
    }
    note(tx, call, &locked, (field, by, ""))?;
    Ok(locked.home)
}

/// Who calls, for whoever has put the look on record with [`look_at_caller`]. One statement.
///
/// # Errors
/// 404 outside the places whose calls the asker takes.
pub fn caller(tx: &mut Tx<'_>, call: &Call, card: &Card) -> Outcome<Caller> {
    if !call.actor.may(Action::TakeCalls, card.division) {
        return Err(Refusal::missing().into());
    }
    let row = store::secrets(tx, card.id)?.ok_or_else(Refusal::missing)?;
    Ok(Caller { name: row.name, address: row.address })
}

/// What a field says, opened; `None` where there is nothing.
fn clear(call: &Call, row: &store::Secrets, field: Field) -> Outcome<Option<String>> {
    let open = |purpose, sealed: &Option<Vec<u8>>| {
        sealed.as_deref().map(|sealed| vaulted::open(call.keys(), purpose, sealed)).transpose()
    };
    Ok(match field {
        Field::Name => Some(row.name.clone()),
        Field::Phone => open(vaulted::PHONE, &row.phone)?,
        Field::Document => open(vaulted::DOCUMENT, &row.document)?,
        Field::BirthDay => row.birth_day.map(|day| day.to_string()),
        Field::Address => Some(row.address.clone()).filter(|address| !address.is_empty()),
        Field::GuardianPhone => open(vaulted::GUARDIAN_PHONE, &row.guardian_phone)?,
        Field::Evidence | Field::Caller => None,
    })
}

/// Puts one look at a field on record: the one way in which it gets there.
fn note(
    tx: &mut Tx<'_>,
    call: &Call,
    locked: &Locked,
    (field, by, reason): (Field, Id<Person>, &str),
) -> Outcome<i64> {
    let person = locked.id;
    let id: Id<Reveal> = call.id(person.district());
    store::log(tx, id, person, field, by, reason, call.now)?;
    let version = bump(tx, locked)?;
    let event = Event::new("person.revealed", person.district(), person, version)
        .with("field", field.word())
        .with_id("reveal", id);
    append(tx, call, event)?;
    Ok(version)
}

/// Fields of one person in clear, in the order they were asked for; `None` where there is nothing.
pub type InClear = Vec<Option<String>>;

/// Shows fields of many people in clear; each look is on record as one at that person alone. Who is a minor stays
/// masked: of minors nothing leaves in bulk.
///
/// # Errors
/// As [`reveal`], for any of the people; `reveal-too-many` (invalid) above [`REVEALED_AT_ONCE_MAX`].
pub fn reveal_many(
    tx: &mut Tx<'_>,
    call: &Call,
    people: &BTreeSet<Id<Person>>,
    fields: &[Field],
    reason: &str,
) -> Outcome<BTreeMap<Id<Person>, InClear>> {
    let by = call.actor.signed_in()?;
    let reason = self::reason("reason", reason)?;
    if people.len() > REVEALED_AT_ONCE_MAX {
        let most = i64::try_from(REVEALED_AT_ONCE_MAX).unwrap_or(i64::MAX);
        return Err(Refusal::invalid("division", "reveal-too-many").with("most", most).into());
    }
    let mut shown = BTreeMap::new();
    for person in people {
        let mut locked = lock(tx, *person)?;
        if !call.actor.may(Action::SeePeople, locked.home) {
            return Err(Refusal::missing().into());
        }
        call.actor.must(Action::RevealPeople, locked.home)?;
        let row = store::secrets(tx, *person)?.ok_or_else(Refusal::missing)?;
        if is_minor(row.birth_day, call.now.day()) {
            continue;
        }
        let mut all = InClear::new();
        for field in fields {
            let clear = clear(call, &row, *field)?;
            if clear.is_some() {
                locked.version = note(tx, call, &locked, (*field, by, reason))?;
            }
            all.push(clear);
        }
        shown.insert(*person, all);
    }
    Ok(shown)
}

/// Notes that the asker reads the evidence of a person's hours; the person sees it among the looks.
///
/// # Errors
/// Sign in first.
pub fn look_at_evidence(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<()> {
    let by = call.actor.signed_in()?;
    let id: Id<Reveal> = call.id(person.district());
    store::log(tx, id, person, Field::Evidence, by, "", call.now)?;
    let event = Event::new("person.looked_at", person.district(), id, 1)
        .with("field", Field::Evidence.word())
        .with_id("person", person);
    Ok(append(tx, call, event)?)
}

/// Who looked at the asker's own fields, the last first.
///
/// # Errors
/// Sign in first.
pub fn looks(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<Look>> {
    let person = call.actor.signed_in()?;
    let rows = store::looks(tx, person, LOOKS_MAX)?;
    let by: Vec<Id<Person>> = rows.iter().map(|row| row.actor).collect();
    let cards = cards(tx, &by)?;
    let look = |row: store::LookRow| {
        let field = Field::from_word(&row.field)?;
        Some(Look { at: row.at, field, reason: row.reason, by: cards.get(&row.actor).cloned() })
    };
    Ok(rows.into_iter().filter_map(look).collect())
}

/// What was typed, as the pattern of the column it is searched in.
pub(crate) enum Query {
    /// Last four digits of the phone.
    Phone(String),
    /// Beginning of the pinyin initials.
    Initials(String),
    /// Beginning of the name.
    Name(String),
}

impl Query {
    pub(crate) fn new(text: &str) -> Self {
        let escaped = |text: &str| {
            let special = |c: char| matches!(c, '%' | '_' | '\\');
            let escape = |c| special(c).then_some('\\').into_iter().chain([c]);
            format!("{}%", text.chars().flat_map(escape).collect::<String>())
        };
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Phone(text.to_owned())
        } else if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Self::Initials(escaped(&name::initials(text)))
        } else {
            Self::Name(escaped(text))
        }
    }
}

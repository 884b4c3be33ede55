//! Asking for a statement of one's own record.

pub(crate) mod pages;

use db::{Fault, Outcome, Tx};
use hours::ServiceRecord;
use journal::{Call, Event};
use kernel::{Action, DivisionCode, Id, Minutes, Refusal};

use crate::{Code, Statement, fact, statement, store};

/// A statement that was issued, and the code that finds it. The code is shown to who asked and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its code.
    pub code: Code,
    /// What it says.
    pub statement: Statement,
}

/// Issues a signed statement of `record` as it counts today, to the volunteer whose it is or to a worker of the place.
///
/// Asking again gives another statement with a code of its own; the former stays valid, because somebody may hold it on
/// paper. `place` is the area this installation stands for and its name: it is the recording unit of what was served
/// there; what was served elsewhere names the place by its code.
///
/// # Errors
/// 404 for a record that is neither one's own nor of one's place; `statement-nothing-left` when corrections took
/// all its minutes.
pub fn issue(
    tx: &mut Tx<'_>,
    call: &Call,
    record: Id<ServiceRecord>,
    place: (DivisionCode, &str),
) -> Outcome<Issued> {
    let by = call.actor.signed_in()?;
    let (person, line) = hours::find_record(tx, record)?.ok_or_else(Refusal::missing)?;
    let fact = fact::of_record(tx, person, record, line.day)?.ok_or_else(Refusal::missing)?;
    if by != person && !call.actor.may(Action::ReviewHours, fact.division) {
        return Err(Refusal::missing().into());
    }
    if fact.minutes() <= Minutes::ZERO {
        return Err(Refusal::conflict("statement-nothing-left").into());
    }
    let cards = people::cards(tx, &[person])?;
    let card = cards.get(&person).ok_or_else(Refusal::missing)?;
    let code = Code::new(call.random().bytes());
    let id: Id<Statement> = call.id(person.district());
    let unit = if place.0.contains(fact.division) { place.1.to_owned() } else { fact.division.to_string() };
    let statement = Statement {
        id,
        number: statement::number(id, call.now.day()),
        code_hash: code.hash(),
        record,
        person,
        name_masked: card.name_masked.clone(),
        volunteer_number: people::volunteer_number(tx, person)?,
        day: fact.day,
        category: fact.category,
        unit,
        division: fact.division,
        grades: fact.grades,
        issued_at: call.now,
        issued_by: by,
    };
    let body = statement.bytes();
    let signature = call.keys().sign(&body).map_err(|error| Fault::Defect(error.to_string()))?;
    store::insert(tx, &statement, &body, signature.as_bytes())?;
    let event = Event::new("statement.issued", person.district(), id, 1)
        .with_id("person", person)
        .with_id("record", record)
        .with("division", fact.division.to_string())
        .with("digest", journal::hex(&vault::digest(&body)));
    journal::append(tx, call, event)?;
    Ok(Issued { code, statement })
}

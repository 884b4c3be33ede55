//! A certificate of one's own hours: over a period, of a project, or of one service.

pub(crate) mod api;
pub(crate) mod pages;
pub(crate) mod pdf;

use std::collections::BTreeMap;

use db::{Fault, Outcome, Tx};
use hours::{AnyEngagement, Grade, ServiceRecord};
use journal::{Call, Event};
use kernel::{Action, Day, DivisionCode, Id, Minutes, Person, Refusal};
use shifts::Project;
use vault::PublicKey;

use crate::{
    Code, Statement, Verdict, check,
    fact::{self, Fact},
    statement::{self, Line},
    store,
};

/// Services on one certificate at most.
pub const LINES_MAX: usize = 300;

/// What a certificate is to speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One service.
    Record(Id<ServiceRecord>),
    /// Every service of these days.
    Days(Day, Day),
    /// Every service there is.
    All,
    /// Every service in a project.
    Project(Id<Project>),
}

/// A statement that was issued, and the code that finds it. The code is shown to who asked and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its code.
    pub code: Code,
    /// What it says.
    pub statement: Statement,
}

/// The services of `scope` that count today and that the caller may certify, and what each activity is called.
fn lines(tx: &mut Tx<'_>, call: &Call, person: Id<Person>, scope: Scope) -> Outcome<Vec<Line>> {
    let by = call.actor.signed_in()?;
    let days = match scope {
        Scope::Days(first, last) => (first, last),
        Scope::Record(_) | Scope::All | Scope::Project(_) => fact::EVER,
    };
    let mut facts = fact::of_days(tx, person, days)?;
    if let Scope::Record(record) = scope {
        facts.retain(|fact| fact.record == record);
    }
    facts.retain(|fact| by == person || call.actor.may(Action::ReviewHours, fact.division));
    if facts.is_empty() && (by != person || matches!(scope, Scope::Record(_))) {
        return Err(Refusal::missing().into());
    }
    facts.retain(|fact| fact.minutes() > Minutes::ZERO);
    let served = shifts::titles(tx, facts.iter().map(|fact| fact.engagement))?;
    if let Scope::Project(project) = scope {
        facts.retain(|fact| served.get(&fact.engagement).is_some_and(|one| one.project == project));
    }
    if facts.len() > LINES_MAX {
        let most = i64::try_from(LINES_MAX).unwrap_or(i64::MAX);
        return Err(Refusal::conflict("statement-too-long").with("most", most).into());
    }
    let tree = places::tree_in(tx)?;
    let is_imported = |fact: &Fact| fact.grades.contains_key(Grade::D.word());
    let imported = match facts.iter().any(is_imported) {
        true => hours::imported_words(tx, person)?,
        false => BTreeMap::new(),
    };
    // What another unit recorded names that unit (decree 67, art. 15).
    let title = |of: &Id<AnyEngagement>| match (served.get(of), imported.get(of)) {
        (Some(shift), _) => shift.title.clone(),
        (None, Some((what, unit))) => format!("{what}（{unit}）"),
        (None, None) => String::new(),
    };
    let line = |fact: Fact| Line {
        title: title(&fact.engagement),
        place: tree.get(fact.division).map_or_else(|| fact.division.to_string(), |one| one.name.to_owned()),
        record: fact.record,
        day: fact.day,
        from: fact.from,
        to: fact.to,
        category: fact.category,
        division: fact.division,
        grades: fact.grades,
    };
    Ok(facts.into_iter().map(line).collect())
}

/// Issues a signed statement of what counts today, to the volunteer whose it is, or to a worker for what was served in
/// their place. Free of charge, as often as wanted (decree 67, art. 14).
///
/// Asking again gives another statement with a code of its own; the former stays valid, because somebody may hold it on
/// paper. `place` is the area this installation stands for and its name: it is the recording unit of what was served
/// there; what was served elsewhere names the place by its code.
///
/// # Errors
/// 404 for a person or record that is neither oneself nor of one's place; `statement-nothing-left` when nothing
/// counts in that scope; `statement-too-long` over [`LINES_MAX`] services; `statement-days` (invalid) for a period that
/// ends before it begins.
pub fn issue(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    scope: Scope,
    place: (DivisionCode, &str),
) -> Outcome<Issued> {
    let by = call.actor.signed_in()?;
    if matches!(scope, Scope::Days(first, last) if last < first) {
        return Err(Refusal::invalid("to", "statement-days").into());
    }
    let lines = lines(tx, call, person, scope)?;
    let (Some(begin), Some(end)) = (lines.first(), lines.last()) else {
        return Err(Refusal::conflict("statement-nothing-left").into());
    };
    let (first, last) = match scope {
        Scope::Days(first, last) => (first, last.min(call.now.day()).max(end.day)),
        Scope::Record(_) | Scope::All | Scope::Project(_) => (begin.day, end.day),
    };
    let name = people::full_name(tx, person)?;
    let code = Code::new(call.random().bytes());
    let id: Id<Statement> = call.id(person.district());
    let division = DivisionCode::smallest_over(lines.iter().map(|line| line.division));
    let division = division.unwrap_or(DivisionCode::NATION);
    let statement = Statement {
        id,
        number: statement::number(id, call.now.day()),
        code_hash: code.hash(),
        person,
        name_masked: people::mask(&name),
        name_digest: code.digest_of(&name),
        volunteer_number: people::volunteer_number(tx, person)?,
        first,
        last,
        lines,
        unit: if place.0.contains(division) { place.1.to_owned() } else { division.to_string() },
        division,
        issued_at: call.now,
        issued_by: by,
    };
    let body = statement.bytes();
    let signature = call.keys().sign(&body).map_err(|error| Fault::Defect(error.to_string()))?;
    store::insert(tx, &statement, &body, signature.as_bytes())?;
    let event = Event::new("statement.issued", person.district(), id, 1)
        .with_id("person", person)
        .with("division", statement.division.to_string())
        .with("services", i64::try_from(statement.lines.len()).unwrap_or(i64::MAX))
        .with("digest", vault::hex(&vault::digest(&body)));
    journal::append(tx, call, event)?;
    Ok(Issued { code, statement })
}

/// What the code is sealed for on its way to the page that shows it: it stands in no log and no table.
const TICKET: &str = "statement.code";

/// The ticket that leads who asked to what was issued.
fn ticket(call: &Call, code: Code) -> Outcome<String> {
    let sealed = call.keys().seal(TICKET, &code.bits(), call.random().bytes());
    Ok(vault::hex(&sealed.map_err(|error| Fault::Defect(error.to_string()))?))
}

/// What a ticket leads to.
struct Held {
    issued: Issued,
    verdict: Verdict,
    signature: Vec<u8>,
    /// The key it was signed with.
    key: PublicKey,
}

/// What a ticket leads to: for whose it is and for who asked for it.
fn of_ticket(tx: &mut Tx<'_>, call: &Call, ticket: &str) -> Outcome<Held> {
    let me = call.actor.signed_in()?;
    let bits = vault::unhex(ticket).and_then(|sealed| call.keys().open(TICKET, &sealed).ok());
    let code = bits.and_then(|bits| <[u8; 16]>::try_from(bits).ok()).map(Code::new);
    let code = code.ok_or_else(Refusal::missing)?;
    let stored = store::find(tx, code.hash())?.ok_or_else(Refusal::missing)?;
    let statement = Statement::read(&stored.body).ok_or_else(Refusal::missing)?;
    if ![statement.person, statement.issued_by].contains(&me) {
        return Err(Refusal::missing().into());
    }
    let verdict = check(tx, call, code)?;
    let key = call
        .keys()
        .signer_of(&stored.body, &stored.signature)
        .map_err(|_| Refusal::conflict("statement-tampered"))?;
    Ok(Held { issued: Issued { code, statement }, verdict, signature: stored.signature, key })
}

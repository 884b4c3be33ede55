//! A case: somebody refused an account that was made for them. It is frozen until the level above those who made it has
//! decided, in ten working days.

pub(crate) mod api;
mod notice;
pub(crate) mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use db::{Fault, Outcome, Span, Tx};
use hours::BroughtHour;
use journal::{Call, Event, append};
use kernel::{Action, Day, DivisionCode, Id, Instant, Over, Person, Refusal};
use people::{Account, Card, Locked};
use vault::Phone;

use crate::proof::read_ticket;
use store::Item;

pub use rules::CASE_WORKING_DAYS;

/// What the phone that is told the decision is sealed for.
pub(crate) const CONTACT: &str = "identity_case.contact";
/// Cases on one answer.
const CASES_MAX: i64 = 20;

kernel::words! {
    /// Where a case stands.
    CaseState {
        /// It waits for its decision; the account is frozen.
        Open = "open",
        /// Its person took the refusal back.
        Withdrawn = "withdrawn",
        /// The refusal was right: the account is closed and nothing of it counts.
        Upheld = "upheld",
        /// It was not: the account sleeps again.
        NotUpheld = "not_upheld",
    }
}

kernel::words! {
    /// How the person proved who they are.
    Via {
        /// By the phone on file.
        Phone = "phone",
        /// A worker saw the document.
        Desk = "desk",
    }
}

/// A case as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id, in the account's district.
    pub id: Id<Case>,
    /// The account.
    pub person: Id<Person>,
    /// The community in which the account is registered.
    pub division: DivisionCode,
    /// The place that decides.
    pub decider: DivisionCode,
    /// How the person proved who they are.
    pub via: Via,
    /// The worker who wrote the refusal down.
    pub recorded_by: Option<Id<Person>>,
    /// Who made the account, where that is known.
    pub made_by: Option<Id<Person>>,
    /// Where it stands.
    pub state: CaseState,
    /// When it was opened.
    pub opened_at: Instant,
    /// The last day on which it is decided in time.
    pub due: Day,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// Why it was decided so.
    pub reason: String,
    /// How many changes it has seen.
    pub version: i64,
    /// The phone that is told, sealed.
    contact: Vec<u8>,
}

/// The newest case about an account.
///
/// # Errors
/// A fault.
pub fn latest_case(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Option<Case>> {
    Ok(store::latest(tx, person)?)
}

/// The phone that a worker, or the person, gave with an open case; one statement.
pub(crate) fn contact_of(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<Option<Phone>> {
    let open = store::latest(tx, person)?.filter(|case| case.state == CaseState::Open);
    open.map(|case| case.phone(call)).transpose()
}

impl Case {
    fn phone(&self, call: &Call) -> Outcome<Phone> {
        let open = || {
            let plain = call.keys().open(CONTACT, &self.contact).ok()?;
            Phone::parse(&String::from_utf8(plain).ok()?).ok()
        };
        Ok(open().ok_or_else(|| Fault::Defect(format!("{CONTACT} of {} does not open", self.id)))?)
    }

    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, self.id.district(), self.id, self.version)
            .with("division", self.division.to_string())
            .with_id("person", self.person)
    }
}

/// The person whom a ticket shows refuses the account.
///
/// # Errors
/// `ticket-over` and those of `open` (conflict).
pub fn refuse(tx: &mut Tx<'_>, call: &Call, ticket: &str) -> Outcome<Case> {
    let (person, phone) = read_ticket(call.keys(), ticket, call.now)?;
    let locked = people::lock(tx, person)?;
    open(tx, call, &locked, (Via::Phone, &phone))
}

/// Freezes an account and opens the case about it; its lock is held. Those who decide are told.
///
/// # Errors
/// `person-awake`, `account-frozen`, `account-closed`, `identity-refused-before` (conflict).
pub(crate) fn open(
    tx: &mut Tx<'_>,
    call: &Call,
    locked: &Locked,
    (via, phone): (Via, &Phone),
) -> Outcome<Case> {
    people::freeze(tx, call, locked)?;
    if store::latest(tx, locked.id)?.is_some_and(|case| case.state == CaseState::NotUpheld) {
        return Err(Refusal::conflict("identity-refused-before").into());
    }
    let made_by = people::account(tx, locked.id)?.origins.first().and_then(|origin| origin.made_by);
    let brought = hours::brought_to(tx, locked.id)?;
    let mut areas = Vec::new();
    for maker in makers(made_by, &brought) {
        areas.extend(areas_of(tx, maker, call.now)?);
    }
    let sealed = call.keys().seal(CONTACT, phone.as_str().as_bytes(), call.random().bytes());
    let case = Case {
        id: call.id(locked.id.district()),
        person: locked.id,
        division: locked.home,
        decider: rules::decider(locked.home, &areas),
        via,
        recorded_by: call.actor.person.filter(|_| via == Via::Desk),
        made_by,
        state: CaseState::Open,
        opened_at: call.now,
        due: rules::due(call.calendar(), call.now.day()),
        decided_at: None,
        reason: String::new(),
        version: 1,
        contact: sealed.map_err(|error| Fault::Defect(format!("{CONTACT}: {error}")))?,
    };
    store::insert(tx, &case)?;
    let account = Item { item: locked.id.bytes(), kind: "account", by: made_by };
    store::insert_item(tx, case.id, &account)?;
    for (hour, by) in &brought {
        store::insert_item(tx, case.id, &Item { item: hour.bytes(), kind: "hour", by: Some(*by) })?;
    }
    let event = case.event("case.opened").with("decider", case.decider.to_string()).with("via", via.word());
    append(tx, call, event.with("hours", i64::try_from(brought.len()).unwrap_or(i64::MAX)))?;
    notice::opened(tx, call, &case)?;
    Ok(case)
}

fn makers<T>(made_by: Option<Id<Person>>, brought: &[(T, Id<Person>)]) -> Vec<Id<Person>> {
    let mut makers: Vec<Id<Person>> = made_by.into_iter().chain(brought.iter().map(|(_, by)| *by)).collect();
    makers.sort_unstable();
    makers.dedup();
    makers
}

/// The areas in which somebody brings sheets in today.
fn areas_of(tx: &mut Tx<'_>, maker: Id<Person>, now: Instant) -> Outcome<Vec<DivisionCode>> {
    let held = people::grants_of(tx, maker, now)?;
    let area = |over| match over {
        Over::Subtree(code) => Some(code),
        Over::Organisation(_) => None,
    };
    let brings = held.into_iter().filter(|held| held.role.allows(Action::ExchangeSheets));
    Ok(brings.filter_map(|held| area(held.over)).collect())
}

/// The person whom a ticket shows takes the refusal back; the account sleeps again.
///
/// # Errors
/// `ticket-over`, `case-decided` (conflict).
pub fn take_back(tx: &mut Tx<'_>, call: &Call, ticket: &str) -> Outcome<()> {
    let (person, _) = read_ticket(call.keys(), ticket, call.now)?;
    let locked = people::lock(tx, person)?;
    let open = store::latest(tx, person)?.filter(|case| case.state == CaseState::Open);
    let mut case = open.ok_or_else(|| Refusal::conflict("case-decided"))?;
    people::thaw(tx, call, &locked)?;
    (case.state, case.version) = (CaseState::Withdrawn, case.version + 1);
    store::end(tx, &case, None)?;
    Ok(append(tx, call, case.event("case.withdrawn"))?)
}

/// Decides a case. Upheld, the account is closed, each hour of it struck, and the document is free for a registration of
/// its person's own. Not upheld, the account sleeps again. The person is told.
///
/// # Errors
/// 404 outside the asker's areas; `case-own`, `case-decided` (conflict); `reason-too-short`, `reason-too-long` (invalid).
pub fn decide(tx: &mut Tx<'_>, call: &Call, id: Id<Case>, upheld: bool, reason: &str) -> Outcome<Case> {
    let me = call.actor.signed_in()?;
    let person = seen(tx, call, id)?.person;
    let reason = people::reason("reason", reason)?;
    let locked = people::lock(tx, person)?;
    let mut case = store::locked(tx, id)?.ok_or_else(Refusal::missing)?;
    let mut concerned = store::makers(tx, id)?;
    concerned.extend(case.recorded_by);
    concerned.push(person);
    if concerned.contains(&me) {
        return Err(Refusal::conflict("case-own").into());
    }
    if case.state != CaseState::Open {
        return Err(Refusal::conflict("case-decided").into());
    }
    if upheld {
        hours::strike_brought(tx, call, person)?;
        people::close(tx, call, &locked)?;
        case.state = CaseState::Upheld;
    } else {
        people::thaw(tx, call, &locked)?;
        case.state = CaseState::NotUpheld;
    }
    reason.clone_into(&mut case.reason);
    (case.decided_at, case.version) = (Some(call.now), case.version + 1);
    store::end(tx, &case, Some(me))?;
    append(tx, call, case.event("case.decided").with("upheld", i64::from(upheld)))?;
    notice::decided(tx, call, &case)?;
    Ok(case)
}

/// The case, for who may decide it; 404 for anybody else.
fn seen(tx: &mut Tx<'_>, call: &Call, id: Id<Case>) -> Outcome<Case> {
    let case = store::one(tx, id)?.ok_or_else(Refusal::missing)?;
    if call.actor.may(Action::SeePeople, case.decider) { Ok(case) } else { Err(Refusal::missing().into()) }
}

/// Cases that wait for the asker's decision, the oldest first, at most twenty behind `after`; with the cards of their
/// people, and behind which the list goes on. On the first page also the newest twenty that are over. Two statements an
/// area, also where an area is a city.
///
/// # Errors
/// A fault.
pub fn cases(tx: &mut Tx<'_>, call: &Call, after: Option<Id<Case>>) -> Outcome<Listed> {
    let (mut cases, mut over) = (Vec::new(), Vec::new());
    for range in call.actor.scope(Action::SeePeople) {
        let area = Span::of_range(&range);
        cases.extend(store::waiting(tx, area, after, CASES_MAX + 1)?);
        if after.is_none() {
            over.extend(store::over(tx, area, CASES_MAX)?);
        }
    }
    cases.sort_by_key(|case| case.id);
    cases.dedup_by_key(|case| case.id);
    let most = usize::try_from(CASES_MAX).unwrap_or_default();
    let are_more = cases.len() > most;
    cases.truncate(most);
    let next = cases.last().filter(|_| are_more).map(|case| case.id);
    over.sort_by_key(|case| std::cmp::Reverse(case.id));
    over.dedup_by_key(|case| case.id);
    over.truncate(most);
    let people: Vec<_> = cases.iter().chain(&over).map(|case| case.person).collect();
    Ok(Listed { cards: people::cards(tx, &people)?, cases, over, next })
}

/// Cases of somebody's areas.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Those that wait.
    pub cases: Vec<Case>,
    /// Those that are over, the newest first.
    pub over: Vec<Case>,
    /// The masked cards of their people.
    pub cards: BTreeMap<Id<Person>, Card>,
    /// The last of them when there are more.
    pub next: Option<Id<Case>>,
}

/// A case with what speaks in it.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The case.
    pub case: Case,
    /// The account: who made it, from which line of which file.
    pub account: Account,
    /// Hours that were brought in for it, the newest day first.
    pub hours: Vec<BroughtHour>,
    /// The masked cards of the person, of who made the account and of who wrote the refusal down.
    pub cards: BTreeMap<Id<Person>, Card>,
}

/// Shows who may decide a case what speaks in it. The look is on record, and the person sees it.
///
/// # Errors
/// 404 outside the asker's areas.
pub fn look_at_case(tx: &mut Tx<'_>, call: &Call, id: Id<Case>) -> Outcome<Evidence> {
    let case = seen(tx, call, id)?;
    let account = people::account(tx, case.person)?;
    let hours = hours::brought_in(tx, case.person, hours::BROUGHT_SHOWN)?;
    let mut known = vec![case.person];
    known.extend(case.made_by);
    // Whoever is of a third district stays unnamed: a page costs the same whoever made the list.
    known.extend(case.recorded_by.filter(|by| by.district() == case.person.district()));
    people::look_at_evidence(tx, call, case.person)?;
    Ok(Evidence { cards: people::cards(tx, &known)?, case, account, hours })
}

//! The members of a team. Nobody is entered as one: who has or had a place in a published shift of the team is one, whether
//! they signed up or were added on the spot.

pub(crate) mod api;
pub(crate) mod pages;
mod store;

use std::collections::BTreeMap;

use db::{Outcome, Tx};
use hours::Grade;
use journal::Call;
use kernel::{Action, Id, Instant, Minutes, Organisation, Person, Refusal};
use people::{Member, OrganisationCard};

/// Members on one page.
pub const MEMBERS_SHOWN: usize = 20;
/// Members of one team that are looked at, those last seen first.
const MEMBERS_MAX: i64 = 2_000;

const _: () = assert!(MEMBERS_SHOWN <= people::MEMBERS_AT_ONCE && MEMBERS_SHOWN <= hours::SERVED_BY_MAX);

/// A member with what they did in the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    /// Masked name, training and skills.
    pub member: Member,
    /// Beginning of the last shift of the team in which they have or had a place; it may lie ahead.
    pub last_place: Instant,
    /// When they last served with the team; `None` while nothing is on record.
    pub last_served: Option<Instant>,
    /// Services with the team that count.
    pub services: i64,
    /// What they come to.
    pub minutes: Minutes,
    /// What of it two witnesses or one saw on the spot: grades A and B.
    pub witnessed: Minutes,
}

/// A page of the members of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// The team.
    pub team: OrganisationCard,
    /// How many there are, or are called as was asked for.
    pub count: usize,
    /// Those of the page, the last seen first.
    pub lines: Vec<MemberLine>,
    /// The last of them when there are more.
    pub next: Option<Id<Person>>,
}

/// Members of the team whose surname, whole name or last four digits of the phone are `words` (all when empty), those after
/// `after`, at most [`MEMBERS_SHOWN`]. Statements: four, and one for each district they live in.
///
/// # Errors
/// 404; forbidden; `after-unreadable` (invalid) when `after` is none of them.
pub fn members(
    tx: &mut Tx<'_>,
    call: &Call,
    team: Id<Organisation>,
    words: &str,
    after: Option<Id<Person>>,
) -> Outcome<Members> {
    let team = people::organisation(tx, team)?.ok_or_else(Refusal::missing)?;
    if !call.actor.may_in(Action::RunShifts, team.id, team.division) {
        call.actor.signed_in()?;
        return Err(Refusal::forbidden().into());
    }
    let mut seen = store::seen(tx, team.id, MEMBERS_MAX)?;
    let mut called = BTreeMap::new();
    if !words.trim().is_empty() {
        let ids: Vec<_> = seen.iter().map(|(person, _)| *person).collect();
        called = people::members_called(tx, &ids, words)?;
        seen.retain(|(person, _)| called.contains_key(person));
    }
    let count = seen.len();
    let from = match after {
        None => 0,
        Some(after) => {
            let at = seen.iter().position(|(person, _)| *person == after);
            at.ok_or_else(|| Refusal::invalid("after", "after-unreadable"))? + 1
        }
    };
    let shown: Vec<_> = seen.into_iter().skip(from).take(MEMBERS_SHOWN).collect();
    let ids: Vec<_> = shown.iter().map(|(person, _)| *person).collect();
    if called.is_empty() {
        called = people::members(tx, &ids)?;
    }
    let shifts = store::shifts_of(tx, team.id)?;
    let mut served = hours::served_by(tx, team.id.district(), &ids)?;
    served.retain(|one| shifts.contains(&one.engagement));
    let lines: Vec<MemberLine> = shown
        .into_iter()
        .filter_map(|(person, last_place)| {
            let own: Vec<_> = served.iter().filter(|one| one.person == person).collect();
            let witnessed = own.iter().filter(|one| matches!(one.grade, Grade::A | Grade::B));
            Some(MemberLine {
                member: called.remove(&person)?,
                last_place,
                last_served: own.iter().map(|one| one.from).max(),
                services: i64::try_from(own.len()).unwrap_or(i64::MAX),
                minutes: own.iter().map(|one| one.minutes).sum(),
                witnessed: witnessed.map(|one| one.minutes).sum(),
            })
        })
        .collect();
    let next = ids.last().copied().filter(|_| from + ids.len() < count);
    Ok(Members { team, count, lines, next })
}

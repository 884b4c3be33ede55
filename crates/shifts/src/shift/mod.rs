//! Shifts: one date of a project, with places and a leader.

pub(crate) mod manage;
pub(crate) mod pages;
pub(crate) mod rules;
pub(crate) mod store;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{
    Action, Day, District, DivisionCode, FieldRefusal, Id, Instant, Minutes, Organisation, Person, Refusal,
};

use crate::{
    kinds::{Stands, stands},
    project::{Project, Protection, must_in, publish_project},
};
pub use rules::{NewShift, PLACES_MAX, SHIFT_HOURS_MAX};
pub use store::{Filter, Position};

/// Mark of a shift's id.
#[derive(Debug)]
pub enum Shift {}

/// The one role of a shift in this edition; the table holds any number.
pub(crate) const ROLE: &str = "volunteer";

/// A shift as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftCard {
    /// Its id.
    pub id: Id<Shift>,
    /// The project it is a date of.
    pub project: Id<Project>,
    /// Where it takes place.
    pub division: DivisionCode,
    /// Whose it is.
    pub organisation: Id<Organisation>,
    /// The project's title.
    pub title: String,
    /// The project's category.
    pub category: String,
    /// Where to go.
    pub address: String,
    /// Who leads it.
    pub leader: Id<Person>,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Youngest age in completed years.
    pub min_age: i64,
    /// What a volunteer must have before coming.
    pub protection: Protection,
    /// How many may come.
    pub places: i64,
    /// How many have a place.
    pub taken: i64,
    /// How many wait.
    pub waiting: i64,
    /// `draft`, `published` or `cancelled`.
    pub state: String,
    /// Why it was called off, or what was said of its last change.
    pub notice: String,
    /// How often its time or place was changed.
    pub(crate) moves: i64,
    /// Whether a sign-up still has to follow a change or the end.
    pub(crate) unfollowed: bool,
    /// What the rotating code is made from; never shown.
    pub(crate) code_secret: Vec<u8>,
    /// How many changes it has seen, sign-ups not counted.
    pub version: i64,
    /// Breaks, and the way there and back within its time.
    pub apart: hours::Apart,
    /// Words of the kinds for which nothing of it counts, with a comma between; empty where it counts.
    pub no_hours: String,
}

impl ShiftCard {
    /// Places that nobody has and nobody waits for.
    pub const fn free(&self) -> i64 {
        self.places - self.taken
    }

    /// Whether people can still sign up at `now`.
    pub fn is_open(&self, now: Instant) -> bool {
        self.state == "published" && now < self.starts_at
    }

    /// The same hours of the same weekday, as many weeks later as it takes to lie ahead of `now`.
    pub(crate) fn next_time(&self, now: Instant) -> Instant {
        let week = Minutes::from_hours(7 * 24);
        let gone = now.minutes_since(self.starts_at).number().max(0) / week.number();
        self.starts_at + Minutes((gone + 1) * week.number())
    }

    /// Whether the actor runs it: its leader, or a role over its team or place.
    pub(crate) fn is_run_by(&self, call: &Call) -> bool {
        call.actor.may_in(Action::RunShifts, self.organisation, self.division)
            || call.actor.person == Some(self.leader)
    }

    /// [`ShiftCard::is_run_by`] or the refusal that fits.
    pub(crate) fn must_be_run_by(&self, call: &Call) -> Result<(), Refusal> {
        if self.is_run_by(call) {
            return Ok(());
        }
        call.actor.signed_in().and_then(|_| Err(Refusal::forbidden()))
    }
}

/// Notes a shift of a project as a draft.
///
/// # Errors
/// 404, forbidden, and every field refusal of [`NewShift::wrong_fields`].
pub fn create_shift(
    tx: &mut Tx<'_>,
    call: &Call,
    project: Id<Project>,
    shift: &NewShift,
) -> Outcome<Id<Shift>> {
    let project = crate::project::project(tx, project)?;
    must_in(call, Action::PublishShifts, project.organisation, project.division)?;
    let mut wrong = shift.wrong_fields(call.now);
    if Some(shift.leader) != call.actor.person {
        wrong.extend(wrong_leader(tx, project.organisation, shift.leader)?);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let secret: [u8; 32] = call.random().bytes();
    let card = ShiftCard {
        id: call.id(project.division.district()),
        project: project.id,
        division: project.division,
        organisation: project.organisation,
        title: project.title,
        category: project.category,
        address: shift.address.trim().to_owned(),
        leader: shift.leader,
        starts_at: shift.starts_at,
        ends_at: shift.ends_at,
        min_age: shift.min_age,
        protection: project.protection,
        places: shift.places,
        taken: 0,
        waiting: 0,
        state: "draft".to_owned(),
        notice: String::new(),
        moves: 0,
        unfollowed: false,
        code_secret: secret.to_vec(),
        version: 1,
        apart: shift.apart,
        no_hours: String::new(),
    };
    store::insert(tx, &card)?;
    append(tx, call, event("shift.created", &card, 1))?;
    Ok(card.id)
}

/// A shift is led by who makes it or by one of the team's leaders.
fn wrong_leader(
    tx: &mut Tx<'_>,
    team: Id<Organisation>,
    leader: Id<Person>,
) -> Result<Vec<FieldRefusal>, db::Fault> {
    let known = people::leaders(tx, team)?.contains(&leader);
    Ok(if known { Vec::new() } else { Refusal::invalid("leader", "shift-leader-missing").fields })
}

/// The same shift at another time: places, address and age as before, led by its leader where that may still be.
///
/// # Errors
/// As [`create_shift`].
pub fn copy_shift(tx: &mut Tx<'_>, call: &Call, from: Id<Shift>, starts_at: Instant) -> Outcome<Id<Shift>> {
    let old = shift(tx, from)?;
    let length = old.ends_at.minutes_since(old.starts_at);
    let still = people::leaders(tx, old.organisation)?.contains(&old.leader);
    let new = NewShift {
        starts_at,
        ends_at: starts_at + length,
        places: old.places,
        address: old.address,
        leader: if still { old.leader } else { call.actor.signed_in()? },
        min_age: old.min_age,
        apart: old.apart,
    };
    create_shift(tx, call, old.project, &new)
}

/// What came of a wish to publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// People can sign up.
    Open,
    /// It looks like no volunteering: a second person looks first.
    Waits,
    /// It is no volunteering: it opens with [`publish_without_hours`] alone.
    NoService,
}

impl Published {
    /// Its word in API and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "published",
            Self::Waits => "waits",
            Self::NoService => "no-service",
        }
    }
}

/// Opens a shift for sign-up, and its project with it; harmless when it is open. What looks like no volunteering stays a draft,
/// until a second person of the place says what it is.
///
/// # Errors
/// 404; forbidden; `shift-cancelled`, `shift-over` (conflict).
pub fn publish_shift(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<Published> {
    publish(tx, call, shift, false)
}

/// The same for what is no volunteering: people can come, and no hours are recorded.
///
/// # Errors
/// As [`publish_shift`].
pub fn publish_without_hours(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<Published> {
    publish(tx, call, shift, true)
}

fn publish(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, without_hours: bool) -> Outcome<Published> {
    let project = self::shift(tx, shift)?.project;
    let project = crate::project::locked(tx, call, project)?;
    let card = store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    must_in(call, Action::PublishShifts, card.organisation, card.division)?;
    match card.state.as_str() {
        "published" => return Ok(Published::Open),
        "cancelled" => return Err(Refusal::conflict("shift-cancelled").into()),
        _ if card.starts_at <= call.now => return Err(Refusal::conflict("shift-over").into()),
        _ => {}
    }
    let no_hours = match stands(tx, call, &project)? {
        (Stands::Nothing, _) => String::new(),
        (Stands::Waits, _) => return Ok(Published::Waits),
        (Stands::NoService, _) if !without_hours => return Ok(Published::NoService),
        (Stands::NoService, kinds) => kinds,
    };
    publish_project(tx, call, project.id)?;
    store::publish(tx, shift, &no_hours)?;
    let event = event("shift.published", &card, card.version + 1).with("no_hours", no_hours);
    append(tx, call, event)?;
    Ok(Published::Open)
}

/// Changes a shift. Those who signed up follow a change of time or place by [`crate::tick`], a transaction for each,
/// and are told, with `note`; who has promised to be elsewhere then loses the place and is told that too. After the
/// beginning only places, leader and age may change.
///
/// # Errors
/// 404; forbidden; `shift-cancelled`, `shift-over` (conflict); every field refusal of [`NewShift::wrong_fields`],
/// `shift-begun-time`, `shift-begun-apart`, `shift-places-taken`, `shift-notice-too-long` (invalid).
pub fn change_shift(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: Id<Shift>,
    new: &NewShift,
    note: &str,
) -> Outcome<()> {
    let old = store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    must_in(call, Action::PublishShifts, old.organisation, old.division)?;
    if old.state == "cancelled" {
        return Err(Refusal::conflict("shift-cancelled").into());
    }
    if old.ends_at <= call.now {
        return Err(Refusal::conflict("shift-over").into());
    }
    let mut wrong = wrong_change(&old, new, note, call.now);
    if new.leader != old.leader && Some(new.leader) != call.actor.person {
        wrong.extend(wrong_leader(tx, old.organisation, new.leader)?);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let moved = is_moved(&old, new);
    let card = ShiftCard {
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        address: new.address.trim().to_owned(),
        leader: new.leader,
        min_age: new.min_age,
        apart: new.apart,
        places: new.places,
        notice: note.trim().to_owned(),
        ..old
    };
    store::change(tx, &card, moved)?;
    let event = event("shift.changed", &card, card.version + 1).with("moved", i64::from(moved));
    append(tx, call, event)?;
    Ok(())
}

fn is_moved(old: &ShiftCard, new: &NewShift) -> bool {
    (old.starts_at, old.ends_at, old.address.as_str()) != (new.starts_at, new.ends_at, new.address.trim())
}

/// What is wrong with a change, every field of it.
pub(crate) fn wrong_change(old: &ShiftCard, new: &NewShift, note: &str, now: Instant) -> Vec<FieldRefusal> {
    let mut wrong = new.wrong_fields(now);
    let same_begin = new.starts_at == old.starts_at;
    wrong.retain(|field| !(same_begin && field.rule == "shift-in-past"));
    if old.starts_at <= now && is_moved(old, new) {
        wrong.extend(Refusal::invalid("starts_at", "shift-begun-time").fields);
    }
    if old.starts_at <= now && old.apart != new.apart {
        wrong.extend(Refusal::invalid("break_minutes", "shift-begun-apart").fields);
    }
    if (1..old.taken).contains(&new.places) {
        wrong.extend(Refusal::invalid("places", "shift-places-taken").with("taken", old.taken).fields);
    }
    wrong.extend(rules::wrong_notice("note", note));
    wrong
}

/// Calls a shift off, with the reason that everybody in it is told. They are released by [`crate::tick`], a
/// transaction for each.
///
/// # Errors
/// 404; forbidden; `shift-cancelled`, `shift-begun` (conflict); `shift-reason-missing`, `shift-notice-too-long`
/// (invalid).
pub fn cancel_shift(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, reason: &str) -> Outcome<()> {
    let card = store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    must_in(call, Action::PublishShifts, card.organisation, card.division)?;
    if card.state == "cancelled" {
        return Err(Refusal::conflict("shift-cancelled").into());
    }
    if card.starts_at <= call.now {
        return Err(Refusal::conflict("shift-begun").into());
    }
    let mut wrong = rules::wrong_notice("reason", reason);
    if reason.trim().is_empty() {
        wrong.extend(Refusal::invalid("reason", "shift-reason-missing").fields);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    store::cancel(tx, shift, reason.trim())?;
    append(tx, call, event("shift.cancelled", &card, card.version + 1))?;
    Ok(())
}

/// The shift, whatever its state.
///
/// # Errors
/// 404 when there is none.
pub fn shift(tx: &mut Tx<'_>, shift: Id<Shift>) -> Outcome<ShiftCard> {
    Ok(store::seen(tx, shift)?.ok_or_else(Refusal::missing)?)
}

/// The shift as the actor may see it: a draft is seen by those who run it.
///
/// # Errors
/// 404 when there is none or it is a draft of others.
pub fn shift_seen(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<ShiftCard> {
    let card = self::shift(tx, shift)?;
    if card.state == "draft" && !card.is_run_by(call) {
        return Err(Refusal::missing().into());
    }
    Ok(card)
}

/// Open shifts of one district by time, those after `position`, at most `limit`.
///
/// # Errors
/// A fault.
pub fn open_shifts(
    tx: &mut Tx<'_>,
    district: District,
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
) -> Outcome<Vec<ShiftCard>> {
    Ok(store::open(tx, district, filter, after, limit)?)
}

/// Districts of one leader that are looked in.
const DISTRICTS_MAX: usize = 4;

/// Shifts that the actor runs and that begin from `from` on and before `to`, by time: those that are not over, and those in
/// which somebody is still to be called; each with the last day for its record, once it is over. One statement for each
/// district the actor's roles lie in, four at most.
///
/// # Errors
/// Sign in first.
pub fn shifts_run(
    tx: &mut Tx<'_>,
    call: &Call,
    from: Instant,
    to: Instant,
) -> Outcome<Vec<(ShiftCard, Option<Day>)>> {
    let person = call.actor.signed_in()?;
    let run = call.actor.grants.iter().filter(|grant| grant.role.allows(Action::RunShifts));
    let mut districts: Vec<District> = run
        .map(|grant| match grant.over {
            kernel::Over::Subtree(code) => code.district(),
            kernel::Over::Organisation(team) => team.district(),
        })
        .collect();
    districts.sort_unstable();
    districts.dedup();
    let mut all = Vec::new();
    for &district in districts.iter().take(DISTRICTS_MAX) {
        all.extend(store::run_by(tx, district, &call.actor, person, (from, to, call.now))?);
    }
    all.sort_by_key(|(shift, _)| (shift.starts_at, shift.id));
    Ok(all)
}

fn event(kind: &'static str, card: &ShiftCard, version: i64) -> Event {
    Event::new(kind, card.id.district(), card.id, version)
        .with("division", card.division.to_string())
        .with("category", card.category.clone())
        .with("places", card.places)
}

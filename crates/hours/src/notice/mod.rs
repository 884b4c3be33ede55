//! The public notice of hours (公示): what was served in an area and counts stands open to anybody for a week or more, so
//! that who knows better can say so.
//!
//! Nothing is copied: a notice names an area and a time, and shows what counts at the moment it is read. Named, by surname
//! and the end of their number, is who agreed to it themselves and is an adult; everybody else is in one line, and that
//! line tells no numbers while they are few (docs/figures.md). For how long is a rule of the place. Who agrees may change their mind at any time, and the name is gone.

pub(crate) mod api;
pub(crate) mod pages;
mod store;

use std::collections::BTreeMap;

use db::{Fault, Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Action, Day, DivisionCode, FieldRefusal, Id, Instant, Level, Minutes, Refusal};

use crate::policy::policy;

/// Days for which it stays up at most.
pub const NOTICE_DAYS_MAX: i32 = 60;
/// Days of service that one notice is about, at most.
pub const NOTICE_PERIOD_MAX: i32 = 366;
/// Notices on one list.
pub const NOTICES_SHOWN: i64 = 50;
/// Fewer people without a name than this are not counted in public: `insight` tells counts by the same ten.
pub const UNNAMED_MIN: usize = 10;
/// Areas of one asker whose notices are listed.
const AREAS_MAX: usize = 3;

/// Mark of a notice's id.
#[derive(Debug)]
pub enum PublicNotice {}

/// What a notice is to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Where it was served: a district or a part of one.
    pub division: DivisionCode,
    /// First day of service.
    pub first: Day,
    /// Last day of service.
    pub last: Day,
    /// Last day on which the notice is up.
    pub until: Day,
}

/// A notice as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeCard {
    /// Its id.
    pub id: Id<PublicNotice>,
    /// What it is about, and until when.
    pub about: NewNotice,
    /// Since when it is up.
    pub put_up_at: Instant,
    /// When it was taken down before its time.
    pub taken_down_at: Option<Instant>,
    /// Why it was taken down; empty otherwise.
    pub reason: String,
    /// How many changes it has seen.
    pub version: i64,
}

impl NoticeCard {
    /// Whether anybody may read it on `today`.
    pub fn is_up(&self, today: Day) -> bool {
        self.taken_down_at.is_none() && today <= self.about.until
    }
}

/// What one named volunteer served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLine {
    /// Masked.
    pub name: String,
    /// Last four characters of the volunteer's number.
    pub number_end: String,
    /// Services that count.
    pub services: i64,
    /// What they come to.
    pub minutes: Minutes,
    /// What of it two witnesses or one saw on the spot: grades A and B.
    pub witnessed: Minutes,
}

/// Those who are not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// Everybody is named.
    Nobody,
    /// Fewer than [`UNNAMED_MIN`]: neither how many nor how much.
    Few,
    /// So many, and what they served.
    Counted {
        /// People.
        people: usize,
        /// What their services come to.
        minutes: Minutes,
    },
}

/// What a notice shows when it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// By name, which is no ranking.
    pub named: Vec<NamedLine>,
    /// Everybody else.
    pub unnamed: Unnamed,
}

/// A notice as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The notice.
    pub card: NoticeCard,
    /// Whether it is up.
    pub is_up: bool,
    /// What it shows; once it is over, to the staff of the area alone.
    pub listing: Option<Listing>,
    /// Whether the asker may take it down.
    pub may_end: bool,
}

/// What is wrong with a wish for a notice, every field of it.
fn wrong_fields(new: &NewNotice, today: Day, days: i32) -> Vec<FieldRefusal> {
    let mut wrong = Vec::new();
    let mut refuse = |refusal: Refusal| wrong.extend(refusal.fields);
    if new.division.level() < Level::District {
        refuse(Refusal::invalid("division", "notice-area"));
    }
    if new.last < new.first {
        refuse(Refusal::invalid("first", "notice-days"));
    } else if new.last.number() - new.first.number() >= NOTICE_PERIOD_MAX {
        refuse(Refusal::invalid("first", "notice-period"));
    }
    if new.last > today {
        refuse(Refusal::invalid("last", "notice-ahead"));
    }
    if new.until < today.plus(days) {
        let too_short = Refusal::invalid("until", "notice-too-short");
        refuse(too_short.with("until", today.plus(days)).with("days", i64::from(days)));
    } else if new.until > today.plus(NOTICE_DAYS_MAX) {
        refuse(Refusal::invalid("until", "notice-too-long").with("until", today.plus(NOTICE_DAYS_MAX)));
    }
    wrong
}

/// Days for which a notice about the area stays up at least by the rules of `day`, the day on which it is put up not counted.
///
/// # Errors
/// A fault.
pub fn notice_days(tx: &mut Tx<'_>, area: DivisionCode, day: Day) -> Result<i32, Fault> {
    Ok(policy(tx, area, day)?.notice_days)
}

/// Puts a notice up, of an area in which the asker may review hours. It is there at once.
///
/// # Errors
/// Sign in first, forbidden; `notice-area`, `notice-days`, `notice-period`, `notice-ahead`, `notice-too-short`,
/// `notice-too-long`, `notice-nothing` (invalid); `notice-there` (conflict) when the same is up already.
pub fn put_up(tx: &mut Tx<'_>, call: &Call, new: &NewNotice) -> Outcome<Id<PublicNotice>> {
    let by = call.actor.signed_in()?;
    call.actor.must(Action::ReviewHours, new.division)?;
    let today = call.now.day();
    let days = notice_days(tx, new.division, today)?;
    let mut wrong = wrong_fields(new, today, days);
    if wrong.is_empty() && !places::tree_in(tx)?.contains(new.division) {
        wrong.extend(Refusal::invalid("division", "notice-area").fields);
    }
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    if store::is_there(tx, new, call.now.day())? {
        return Err(Refusal::conflict("notice-there").into());
    }
    if store::served(tx, new)?.is_empty() {
        return Err(Refusal::invalid("first", "notice-nothing").into());
    }
    let id: Id<PublicNotice> = call.id(new.division.district());
    store::insert(tx, id, new, by, call.now)?;
    let event = Event::new("notice.put_up", id.district(), id, 1)
        .with("division", new.division.to_string())
        .with("first", new.first.number())
        .with("last", new.last.number())
        .with("until", new.until.number());
    append(tx, call, event)?;
    Ok(id)
}

/// Takes a notice down before its time. Why stands on it for the staff, and for who comes to its address.
///
/// # Errors
/// 404; forbidden; `notice-over` (conflict) when it is down; `reason-too-short`, `reason-too-long` (invalid).
pub fn take_down(tx: &mut Tx<'_>, call: &Call, id: Id<PublicNotice>, reason: &str) -> Outcome<()> {
    let by = call.actor.signed_in()?;
    let card = store::locked(tx, id)?.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ReviewHours, card.about.division)?;
    if !card.is_up(call.now.day()) {
        return Err(Refusal::conflict("notice-over").into());
    }
    let reason = people::reason("reason", reason)?;
    let version = card.version + 1;
    store::end(tx, id, by, call.now, reason, version)?;
    let event = Event::new("notice.taken_down", id.district(), id, version)
        .with("division", card.about.division.to_string());
    Ok(append(tx, call, event)?)
}

/// Notices that are up about an area, a part of it, or the street and the district around it, those that end first before
/// the others, at most [`NOTICES_SHOWN`]; for anybody. One
/// statement.
///
/// # Errors
/// A fault.
pub fn notices(tx: &mut Tx<'_>, call: &Call, area: DivisionCode) -> Outcome<Vec<NoticeCard>> {
    Ok(store::up(tx, area, call.now.day(), NOTICES_SHOWN)?)
}

/// Every notice of the asker's areas, the newest first, at most [`NOTICES_SHOWN`]: one statement an area.
///
/// # Errors
/// A fault.
pub fn own_notices(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<NoticeCard>> {
    let mut all = Vec::new();
    for range in call.actor.scope(Action::ReviewHours).iter().take(AREAS_MAX) {
        all.extend(store::newest(tx, range, NOTICES_SHOWN)?);
    }
    all.sort_by_key(|card| std::cmp::Reverse(card.id));
    all.dedup_by_key(|card| card.id);
    all.truncate(usize::try_from(NOTICES_SHOWN).unwrap_or(usize::MAX));
    Ok(all)
}

/// Reads a notice: while it is up anybody, later the staff of its area. Two statements, and one for each district that
/// those who served live in.
///
/// # Errors
/// 404.
pub fn read_notice(tx: &mut Tx<'_>, call: &Call, id: Id<PublicNotice>) -> Outcome<Read> {
    let card = store::seen(tx, id)?.ok_or_else(Refusal::missing)?;
    let is_up = card.is_up(call.now.day());
    let is_staff = call.actor.may(Action::ReviewHours, card.about.division);
    let listing = if is_up || is_staff { Some(listing(tx, call, &card.about)?) } else { None };
    Ok(Read { may_end: is_up && is_staff, is_up, listing, card })
}

fn listing(tx: &mut Tx<'_>, call: &Call, about: &NewNotice) -> Outcome<Listing> {
    let served = store::served(tx, about)?;
    let ids: Vec<_> = served.iter().map(|one| one.person).collect();
    let mut names: BTreeMap<_, _> = people::named_in_notices(tx, &ids, call.now.day())?;
    let (mut named, mut others, mut minutes) = (Vec::new(), 0, Minutes::ZERO);
    for one in served {
        match names.remove(&one.person) {
            Some((name, number_end)) => named.push(NamedLine {
                name,
                number_end,
                services: one.services,
                minutes: one.minutes,
                witnessed: one.witnessed,
            }),
            None => {
                others += 1;
                minutes += one.minutes;
            }
        }
    }
    named.sort_by(|a, b| (&a.name, &a.number_end).cmp(&(&b.name, &b.number_end)));
    let unnamed = match others {
        0 => Unnamed::Nobody,
        1..UNNAMED_MIN => Unnamed::Few,
        people => Unnamed::Counted { people, minutes },
    };
    Ok(Listing { named, unnamed })
}

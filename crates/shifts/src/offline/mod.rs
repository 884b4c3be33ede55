//! The roster that works without network: the leader's phone keeps it for a day, notes who came and went, and brings the
//! notes back once.
//!
//! The roster is signed text: which shift, for whom, when it was made, whose presence may be noted. It is made by looking
//! and kept nowhere; the one row that is written is that of its coming back, so it comes back once. What the phone's clocks
//! are worth is decided by [`clocks`]: a note that is bound by our clock is a roll call of that moment, any other is typed.

pub mod clocks;
pub(crate) mod pages;

use db::{Outcome, Tx, params};
use hours::{Signal, SignalKind, Source};
use journal::{Call, Event, append};
use kernel::{FieldRefusal, Id, Instant, Minutes, Person, Refusal};
use people::Card;
use serde::{Deserialize, Serialize};
use vault::{hex, unhex};

use self::clocks::{Contacts, Reading, noted};
use crate::{
    presence::engagement,
    shift::{self, Shift, ShiftCard},
    sign_up,
};

/// How long a roster is good.
pub const ROSTER_MINUTES: Minutes = Minutes::from_hours(24);
/// People on one roster at most, so that all that was noted comes back in one request.
pub const ROSTER_PEOPLE_MAX: usize = 200;
/// What a roster's signature says it is.
const PURPOSE: &str = "linli-roster-1";

/// Mark of a roster's id.
#[derive(Debug)]
pub enum Roster {}

/// What is signed of a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    purpose: String,
    id: String,
    shift: String,
    leader: String,
    /// Microseconds, as everywhere.
    issued_at: i64,
    people: Vec<String>,
}

/// A roster for the leader's phone.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The shift.
    pub shift: ShiftCard,
    /// Who may be noted, masked; what comes back names them by their place in this list.
    pub people: Vec<Card>,
    /// What is signed, to be brought back as it is.
    pub text: String,
    /// Its signature, hexadecimal.
    pub signature: String,
}

/// A roster that comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// [`Issued::text`].
    pub text: String,
    /// [`Issued::signature`].
    pub signature: String,
    /// The phone's clocks when it had the roster: wall in milliseconds since 1970, milliseconds since the page was loaded,
    /// which loading.
    pub issued: [i64; 3],
    /// The phone's clocks when it sent this.
    pub sent: [i64; 3],
    /// In the order they were noted: whose, by the place on the roster; 0 came or 1 went; the phone's clocks.
    pub notes: Vec<[i64; 5]>,
}

/// What came of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Notes that count as a roll call of their moment.
    pub in_time: i64,
    /// Notes that count as typed later.
    pub late: i64,
}

/// A roster of everybody who has a place, for who runs the shift. Nothing is written.
///
/// # Errors
/// 404; forbidden; `check-in-cancelled`, `roster-over`, `roster-too-many` (conflict).
pub fn issue_roster(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<Issued> {
    let leader = call.actor.signed_in()?;
    let shift = shift::shift(tx, shift)?;
    let placed = sign_up::placed(tx, call, &shift)?;
    if shift.state != "published" {
        return Err(Refusal::conflict("check-in-cancelled").into());
    }
    if call.now > shift.ends_at + crate::AROUND_MINUTES {
        return Err(Refusal::conflict("roster-over").into());
    }
    if placed.len() > ROSTER_PEOPLE_MAX {
        let most = i64::try_from(ROSTER_PEOPLE_MAX).unwrap_or(i64::MAX);
        return Err(Refusal::conflict("roster-too-many").with("most", most).into());
    }
    let ids: Vec<Id<Person>> =
        placed.iter().map(|signup| signup.person).filter(|person| *person != leader).collect();
    let mut cards = people::cards(tx, &ids)?;
    let people: Vec<Card> = ids.iter().filter_map(|id| cards.remove(id)).collect();
    let signed = Signed {
        purpose: PURPOSE.to_owned(),
        id: call.id::<Roster>(shift.id.district()).to_string(),
        shift: shift.id.to_string(),
        leader: leader.to_string(),
        issued_at: call.now.micros(),
        people: people.iter().map(|card| card.id.to_string()).collect(),
    };
    let text = serde_json::to_string(&signed).map_err(|error| db::Fault::Defect(error.to_string()))?;
    let signature =
        call.keys().sign(text.as_bytes()).map_err(|error| db::Fault::Defect(error.to_string()))?;
    Ok(Issued { shift, people, signature: hex(signature.as_bytes()), text })
}

/// A roster as it was signed.
struct Opened {
    id: Id<Roster>,
    shift: Id<Shift>,
    issued_at: Instant,
    people: Vec<Id<Person>>,
}

/// Reads a roster that this installation signed for the asker not longer than a day ago.
fn open(call: &Call, sent: &Sent) -> Result<Opened, Refusal> {
    let wrong = || Refusal::conflict("roster-unreadable");
    let signature = unhex(&sent.signature).ok_or_else(wrong)?;
    call.keys().signer_of(sent.text.as_bytes(), &signature).map_err(|_| wrong())?;
    let signed: Signed = serde_json::from_str(&sent.text).map_err(|_| wrong())?;
    let leader: Id<Person> = signed.leader.parse().map_err(|_| wrong())?;
    if signed.purpose != PURPOSE || call.actor.signed_in()? != leader {
        return Err(wrong());
    }
    let issued_at = Instant::from_micros(signed.issued_at);
    if call.now > issued_at + ROSTER_MINUTES {
        return Err(Refusal::conflict("roster-expired"));
    }
    Ok(Opened {
        id: signed.id.parse().map_err(|_| wrong())?,
        shift: signed.shift.parse().map_err(|_| wrong())?,
        issued_at,
        people: signed.people.iter().map(|id| id.parse()).collect::<Result<_, _>>().map_err(|_| wrong())?,
    })
}

const fn reading([wall_ms, counted_ms, load]: [i64; 3]) -> Reading {
    Reading { wall_ms, counted_ms, load }
}

/// Brings back what was noted, once: sent again it gives the same, anything else under the same roster is refused. Its
/// transaction is called `roster_sync`: it writes in the place's district and in those of the people.
///
/// # Errors
/// 404; forbidden; `roster-unreadable`, `roster-expired`, `roster-used` (conflict); `roster-note-unreadable` (invalid).
pub fn sync_roster(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, sent: &Sent) -> Outcome<Synced> {
    let leader = call.actor.signed_in()?;
    let card = shift::shift(tx, shift)?;
    card.must_be_run_by(call)?;
    let opened = open(call, sent)?;
    if opened.shift != shift {
        return Err(Refusal::conflict("roster-unreadable").into());
    }
    let bytes = serde_json::to_vec(sent).map_err(|error| db::Fault::Defect(error.to_string()))?;
    if let Some((before, in_time, late)) = stored(tx, opened.id)? {
        let is_same = same_notes(&before, sent);
        return if is_same {
            Ok(Synced { in_time, late })
        } else {
            Err(Refusal::conflict("roster-used").into())
        };
    }
    let notes = read_notes(&opened, sent)?;
    let contacts =
        Contacts { issued: (opened.issued_at, reading(sent.issued)), synced: (call.now, reading(sent.sent)) };
    let readings: Vec<Reading> = notes.iter().map(|note| note.2).collect();
    let whens = noted(&contacts, &readings);
    let synced = Synced {
        in_time: whens.iter().filter(|when| when.is_in_time).count() as i64,
        late: whens.iter().filter(|when| !when.is_in_time).count() as i64,
    };
    let added = tx.execute(
        "INSERT INTO offline_roster (district, id, shift, leader, issued_at, synced_at, sent, in_time, late)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (district, id) DO NOTHING",
        params![
            opened.id.district(),
            opened.id,
            shift,
            leader,
            opened.issued_at,
            call.now,
            bytes,
            synced.in_time,
            synced.late
        ],
    )?;
    if added == 0 {
        return Err(db::Fault::Again("the roster came back twice at once".to_owned()).into());
    }
    let event =
        |kind, version| Event::new(kind, opened.id.district(), opened.id, version).with_id("shift", shift);
    append(tx, call, event("roster.synced", 1).with("in_time", synced.in_time).with("late", synced.late))?;
    for (version, ((person, kind, phone), when)) in (2..).zip(notes.iter().zip(&whens)) {
        let told = event("roster.noted", version)
            .with_id("person", *person)
            .with("kind", kind.word())
            .with("in_time", i64::from(when.is_in_time))
            .with("phone_ms", phone.wall_ms)
            .with("at", when.at.micros());
        append(tx, call, told)?;
    }
    // Locks of people in one order, whoever else takes them.
    let mut order: Vec<_> = notes.iter().zip(&whens).collect();
    order.sort_by_key(|((person, ..), _)| (person.district(), *person));
    for ((person, kind, _), when) in order {
        let locked = people::lock(tx, *person)?;
        // What was seen in time was seen when it was noted.
        let mut then = call.clone();
        then.now = if when.is_in_time { when.at } else { call.now };
        let attendance = hours::open(tx, &then, &engagement(&card), *person, locked.home)?;
        let source = if when.is_in_time { Source::RollCall } else { Source::Typed };
        let signal = Signal { kind: *kind, source, witness: leader, device: &[], at: when.at };
        hours::signal(tx, &then, attendance, &signal)?;
    }
    Ok(synced)
}

fn stored(tx: &mut Tx<'_>, id: Id<Roster>) -> Outcome<Option<(Vec<u8>, i64, i64)>> {
    Ok(tx.query_opt(
        "SELECT sent, in_time, late FROM offline_roster WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?)
}

/// Whether it is what came before; the phone's clocks go on between two tries to send it.
fn same_notes(before: &[u8], sent: &Sent) -> bool {
    let before: Option<Sent> = serde_json::from_slice(before).ok();
    before.is_some_and(|before| Sent { sent: sent.sent, ..before } == *sent)
}

/// Whose coming or going a note is, and what the phone's clocks read.
type Note = (Id<Person>, SignalKind, Reading);

/// The notes; each person came once and went once at most.
fn read_notes(opened: &Opened, sent: &Sent) -> Result<Vec<Note>, Refusal> {
    let mut notes: Vec<Note> = Vec::new();
    let mut wrong: Vec<FieldRefusal> = Vec::new();
    for (number, [who, what, wall_ms, counted_ms, load]) in (1_i64..).zip(&sent.notes) {
        let person = usize::try_from(*who).ok().and_then(|who| opened.people.get(who));
        let kind = [SignalKind::Arrived, SignalKind::Left].get(usize::try_from(*what).unwrap_or(usize::MAX));
        match (person, kind) {
            (Some(person), Some(kind)) if !notes.iter().any(|one| (&one.0, &one.1) == (person, kind)) => {
                let (wall_ms, counted_ms, load) = (*wall_ms, *counted_ms, *load);
                notes.push((*person, *kind, Reading { wall_ms, counted_ms, load }));
            }
            _ => {
                let args = vec![("note", number.into())];
                wrong.push(FieldRefusal { field: "notes", rule: "roster-note-unreadable", args });
            }
        }
    }
    if wrong.is_empty() { Ok(notes) } else { Err(Refusal::fields(wrong)) }
}

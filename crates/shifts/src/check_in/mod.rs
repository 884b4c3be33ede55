//! Check-in and check-out by the code that the leader shows: scanned, or typed as six digits.
//!
//! The code changes every 30 seconds. Scanning it (a GET) changes nothing and gives a signed ticket for this browser
//! with the scan's time inside; pressing the one button (a POST) spends the ticket, and the signal's time is the scan's.

pub(crate) mod pages;

use db::{Outcome, Tx, params};
use hours::{AttendanceRow, Signal, SignalKind, Source};
use journal::Call;
use kernel::{Id, Instant, Minutes, Person, Refusal};
use vault::{Keys, hex, unhex};

use crate::{
    presence::engagement,
    shift::{self, Shift, ShiftCard},
    sign_up,
};

/// How long one code is shown.
pub const CODE_SECONDS: i64 = 30;
/// How long a ticket is good.
pub const TICKET_MINUTES: Minutes = Minutes(5);
/// So long after the end one may check out, and so long before the beginning take in who did not sign up. From when one may
/// check in is the place's rule.
pub const AROUND_MINUTES: Minutes = Minutes(60);
/// A code this old is told as expired; an older one is no code we know.
const EXPIRED_STEPS: i64 = 40;
/// Six-digit codes that one person may try in one window, and the window in seconds.
const TRIES_MAX: i64 = 10;
const TRIES_SECONDS: i64 = 600;
/// What a sealed ticket is for.
const PURPOSE: &str = "shift.ticket";

/// What the leader's screen shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What the square code leads to, behind `/c/`.
    pub token: String,
    /// The same to be typed.
    pub digits: String,
    /// When the next one comes.
    pub until: Instant,
}

/// The right to check in or out once, for five minutes, in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// At which shift.
    pub shift: Id<Shift>,
    /// When the code was seen.
    pub at: Instant,
    /// Scanned, or typed.
    pub source: Source,
    /// Digest of the browser's nonce.
    pub browser: [u8; 32],
}

/// What came of a check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Arrived or left.
    pub kind: SignalKind,
    /// When, by the scan.
    pub at: Instant,
}

const fn step(at: Instant) -> i64 {
    at.micros().div_euclid(CODE_SECONDS * 1_000_000)
}

fn mac(keys: &Keys, shift: &ShiftCard, step: i64) -> [u8; 32] {
    keys.blind_index("shift.code", &format!("{}.{}.{step}", shift.id, hex(&shift.code_secret)))
}

fn token(mac: &[u8; 32]) -> String {
    hex(mac.first_chunk::<8>().map_or(&[][..], |chunk| chunk.as_slice()))
}

fn digits(mac: &[u8; 32]) -> String {
    let number = mac.last_chunk::<4>().map_or(0, |chunk| u32::from_be_bytes(*chunk));
    format!("{:06}", number % 1_000_000)
}

/// The code of this moment; for the leader alone, who is the witness of whoever scans it. If others could show it,
/// one person could be two witnesses: by the code in the leader's name, and by calling the roll in their own.
///
/// # Errors
/// Sign in first, or forbidden; `check-in-code-of-leader` (conflict) for others who run the shift.
pub fn code(call: &Call, shift: &ShiftCard) -> Result<Code, Refusal> {
    shift.must_be_run_by(call)?;
    if call.actor.person != Some(shift.leader) {
        return Err(Refusal::conflict("check-in-code-of-leader"));
    }
    let step = step(call.now);
    let mac = mac(call.keys(), shift, step);
    Ok(Code {
        token: format!("{}.{}", shift.id, token(&mac)),
        digits: digits(&mac),
        until: Instant::from_micros((step + 1) * CODE_SECONDS * 1_000_000),
    })
}

/// Holds what was shown against the codes of this and the last half minute.
fn held(call: &Call, shift: &ShiftCard, is_it: impl Fn(&[u8; 32]) -> bool) -> Result<(), Refusal> {
    let now = step(call.now);
    let age = (0..EXPIRED_STEPS).find(|age| is_it(&mac(call.keys(), shift, now - age)));
    match age {
        Some(0 | 1) => Ok(()),
        Some(_) => Err(Refusal::conflict("check-in-code-expired")),
        None => Err(Refusal::conflict("check-in-code-wrong")),
    }
}

/// From when one may check in, as far as it matters at `now`: one statement for who is so early that the place decides.
pub(crate) fn opens_at(tx: &mut Tx<'_>, shift: &ShiftCard, now: Instant) -> Result<Instant, db::Fault> {
    let least = shift.starts_at - hours::OPENS_LEAST;
    if now >= least || now < shift.starts_at - hours::OPENS_MOST {
        return Ok(least);
    }
    Ok(shift.starts_at - rule(tx, shift)?.opens)
}

/// Whether one may come and go at this moment.
pub(crate) fn must_be_open(tx: &mut Tx<'_>, call: &Call, shift: &ShiftCard) -> Outcome<()> {
    if shift.state != "published" {
        return Err(Refusal::conflict("check-in-cancelled").into());
    }
    let from = opens_at(tx, shift, call.now)?;
    if call.now < from {
        return Err(Refusal::conflict("check-in-too-early").with("from", from).into());
    }
    if call.now > shift.ends_at + AROUND_MINUTES {
        return Err(Refusal::conflict("check-in-too-late").into());
    }
    Ok(())
}

fn ticket(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: &ShiftCard,
    source: Source,
    browser: [u8; 32],
) -> Outcome<Ticket> {
    must_be_open(tx, call, shift)?;
    Ok(Ticket { shift: shift.id, at: call.now, source, browser })
}

/// What the shift's place says of checking in.
pub(crate) fn rule(tx: &mut Tx<'_>, shift: &ShiftCard) -> Result<hours::CheckInRule, db::Fault> {
    hours::check_in_rule(tx, shift.division, shift.starts_at.day())
}

/// A ticket for who scanned `token` now. Changes nothing.
///
/// # Errors
/// `check-in-code-wrong`, `check-in-code-expired`, `check-in-too-early`, `check-in-too-late`, `check-in-cancelled` (conflict).
pub fn scan(tx: &mut Tx<'_>, call: &Call, token: &str, browser: [u8; 32]) -> Outcome<(ShiftCard, Ticket)> {
    let wrong = || Refusal::conflict("check-in-code-wrong");
    let (id, typed) = token.split_once('.').ok_or_else(wrong)?;
    let shift = shift::store::seen(tx, id.parse().map_err(|_| wrong())?)?.ok_or_else(wrong)?;
    held(call, &shift, |mac| self::token(mac) == typed)?;
    let ticket = ticket(tx, call, &shift, Source::RotatingCode, browser)?;
    Ok((shift, ticket))
}

/// A ticket for who typed the six digits now. Changes nothing.
///
/// # Errors
/// As [`scan`].
pub fn typed(
    tx: &mut Tx<'_>,
    call: &Call,
    shift: &ShiftCard,
    code: &str,
    browser: [u8; 32],
) -> Outcome<Ticket> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    held(call, shift, |mac| digits(mac) == code)?;
    ticket(tx, call, shift, Source::LeaderCode, browser)
}

impl Ticket {
    /// As it travels in a form: sealed, so that nobody can make one.
    ///
    /// # Errors
    /// A defect of the vault.
    pub fn seal(&self, call: &Call) -> Result<String, db::Fault> {
        let source = u8::from(self.source == Source::LeaderCode);
        let plain =
            [&self.shift.bytes()[..], &self.at.micros().to_be_bytes(), &[source], &self.browser].concat();
        let sealed = call.keys().seal(PURPOSE, &plain, call.random().bytes());
        Ok(hex(&sealed.map_err(|error| db::Fault::Defect(error.to_string()))?))
    }

    /// Reads what [`Ticket::seal`] made, for the browser it was given to.
    ///
    /// # Errors
    /// `check-in-ticket-unreadable`, `check-in-ticket-expired`, `check-in-other-browser` (conflict).
    pub fn open(call: &Call, text: &str, browser: [u8; 32]) -> Result<Self, Refusal> {
        let ticket =
            Self::read(call.keys(), text).ok_or_else(|| Refusal::conflict("check-in-ticket-unreadable"))?;
        if ticket.browser != browser {
            return Err(Refusal::conflict("check-in-other-browser"));
        }
        if call.now > ticket.at + TICKET_MINUTES {
            return Err(Refusal::conflict("check-in-ticket-expired"));
        }
        Ok(ticket)
    }

    fn read(keys: &Keys, text: &str) -> Option<Self> {
        let plain = keys.open(PURPOSE, &unhex(text)?).ok()?;
        let (id, rest) = plain.split_first_chunk::<16>()?;
        let (at, rest) = rest.split_first_chunk::<8>()?;
        let (source, browser) = rest.split_first()?;
        Some(Self {
            shift: Id::from_bytes(*id).ok()?,
            at: Instant::from_micros(i64::from_be_bytes(*at)),
            source: if *source == 1 { Source::LeaderCode } else { Source::RotatingCode },
            browser: browser.try_into().ok()?,
        })
    }
}

/// Counts one try of six digits by a person: of a million codes two are good, and ten may be tried in ten minutes, at
/// whatever shift. Counted in the database, so that a restart forgives none; in a transaction of its own, so that a
/// wrong code, which is refused, counts too.
///
/// # Errors
/// `check-in-too-often` with the time from which it may be tried again.
pub fn count_try(tx: &mut Tx<'_>, person: Id<Person>, now: Instant) -> Outcome<()> {
    let begins = now.plus_seconds(-TRIES_SECONDS);
    tx.execute_one(
        "INSERT INTO code_try (district, person, since, tries) VALUES ($1, $2, $3, 1)
         ON CONFLICT (district, person) DO UPDATE
         SET tries = CASE WHEN code_try.since <= $4 THEN 1 ELSE code_try.tries + 1 END,
             since = CASE WHEN code_try.since <= $4 THEN excluded.since ELSE code_try.since END",
        params![person.district(), person, now, begins],
    )?;
    let (since, tries): (Instant, i64) = tx.query_one(
        "SELECT since, tries FROM code_try WHERE district = $1 AND person = $2",
        params![person.district(), person],
    )?;
    if tries > TRIES_MAX {
        let until = since.plus_seconds(TRIES_SECONDS);
        let clock = web::clock(until);
        return Err(Refusal::too_fast("check-in-too-often", until).with("until", clock).into());
    }
    Ok(())
}

/// What the actor's next press would be: come, go, or nothing more, unless they come again.
pub fn next_kind(row: Option<&AttendanceRow>) -> Option<SignalKind> {
    match row.map(|row| (row.arrived_at, row.left_at)) {
        None | Some((None, _)) => Some(SignalKind::Arrived),
        Some((Some(_), None)) => Some(SignalKind::Left),
        Some((Some(_), Some(_))) => None,
    }
}

/// The actor's presence at the shift, if it has begun. Refused for who has no place there.
///
/// # Errors
/// Sign in first; `check-in-not-signed-up` (conflict).
pub fn own_presence(tx: &mut Tx<'_>, call: &Call, shift: &ShiftCard) -> Outcome<Option<AttendanceRow>> {
    let person = call.actor.signed_in()?;
    if !sign_up::has_place(tx, shift.id, person)? {
        return Err(Refusal::conflict("check-in-not-signed-up").into());
    }
    hours::at_engagement(tx, shift.id, person)
}

/// Spends a ticket: the actor came or went when the code was seen. Its transaction is called `check_in`: it writes in the
/// place's district, and in the person's.
///
/// # Errors
/// `check-in-not-signed-up`, `check-in-code-used`, `check-in-pairs`, `check-out-before-in`, `check-out-done` (conflict).
pub fn check_in(tx: &mut Tx<'_>, call: &Call, ticket: &Ticket, kind: SignalKind) -> Outcome<Checked> {
    let person = call.actor.signed_in()?;
    let shift = shift::shift(tx, ticket.shift)?;
    let row = own_presence(tx, call, &shift)?;
    let arrived = row.as_ref().and_then(|row| row.arrived_at);
    let left = row.as_ref().and_then(|row| row.left_at);
    let refused = match (kind, arrived, next_kind(row.as_ref())) {
        (SignalKind::Arrived, Some(_), Some(_)) => Some("check-in-code-used"),
        // Who went comes again, by a later code than they went by.
        (SignalKind::Arrived, Some(_), None) if left.is_some_and(|left| step(ticket.at) <= step(left)) => {
            Some("check-in-code-used")
        }
        (SignalKind::Left, None, _) => Some("check-out-before-in"),
        (SignalKind::Left, _, None) => Some("check-out-done"),
        // The code of the half minute in which one came is used, however often it is read or typed.
        (SignalKind::Left, Some(arrived), _) if step(ticket.at) <= step(arrived) => {
            Some("check-in-code-used")
        }
        _ => None,
    };
    if let Some(rule) = refused {
        return Err(Refusal::conflict(rule).into());
    }
    let signal =
        Signal { kind, source: ticket.source, witness: shift.leader, device: &ticket.browser, at: ticket.at };
    match row {
        Some(row) => hours::signal(tx, call, row.id, &signal)?,
        None => hours::open_with(tx, call, &engagement(&shift), person, call.actor.home, &signal)?,
    }
    Ok(Checked { kind, at: ticket.at })
}

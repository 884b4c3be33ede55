//! Signing in: a phone, and the six-digit code that was sent to it.
//!
//! The answer is the same whether the phone is known or not. Who is not known is asked, after the right code, for a
//! name and a community only; a sealed ticket carries the proof of the phone from one form to the next.

pub(crate) mod api;
pub(crate) mod pages;
mod store;
#[cfg(test)]
pub(crate) mod tests;

pub use pages::send;

use axum::response::{IntoResponse, Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Outcome, Tx};
use journal::Call;
use kernel::{District, DivisionCode, Id, Instant, Minutes, Person, Refusal};
use subtle::ConstantTimeEq;
use vault::{Keys, Phone, PhoneError};
use web::{Ask, SESSION_COOKIE, set_cookie};

use crate::{
    Join, Joined, Registration, join::join_as, person_by_phone, register::register_verified, session, vaulted,
};

/// How long a code may be used.
pub const CODE_LIFE: Minutes = Minutes(5);
/// Wrong tries after which a code is worth nothing.
pub const CODE_TRIES_MAX: i64 = 5;
/// Codes to one phone on one local day.
pub const CODES_A_DAY_MAX: i64 = 10;
/// Codes to one phone in an hour; counted in memory.
const CODES_AN_HOUR_MAX: u32 = 5;
/// Seconds between two codes to one phone.
const CODE_REST_SECONDS: i64 = 60;
/// How long a proven phone may wait for a name, or for the end of the form to join.
pub const TICKET_LIFE: Minutes = Minutes(30);
/// Requests for a code, and tries of one, from one address in ten minutes; a community's hall has one address.
const ADDRESS_CODES_MAX: u32 = 30;
const ADDRESS_TRIES_MAX: u32 = 100;
const ADDRESS_SECONDS: i64 = 600;

const TICKET: &str = "sign_in.ticket";
const CODE: &str = "sign_in.code";

/// How trying a code ended. It is no refusal inside the transaction, so that a wrong try is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The right code of a phone that is known.
    SignedIn {
        /// Who.
        person: Id<Person>,
        /// The new session's token.
        token: String,
    },
    /// The right code of a phone that nobody has yet.
    NewPhone {
        /// Proof of the phone for [`register`] and [`join_new`].
        ticket: String,
    },
    /// A wrong code.
    Wrong {
        /// Tries that are left.
        left: i64,
    },
    /// No code was sent, or it is too old, or tried too often.
    Over,
    /// The right code, but it was used already.
    Used,
}

/// Reads a phone as typed into `field`.
///
/// # Errors
/// One of the `phone-…` rules.
pub fn read_phone(field: &'static str, text: &str) -> Result<Phone, Refusal> {
    Phone::parse(text).map_err(|error| match error {
        PhoneError::Empty => Refusal::invalid(field, "phone-missing"),
        PhoneError::WrongLength { found } => {
            Refusal::invalid(field, "phone-length").with("found", i64::try_from(found).unwrap_or(i64::MAX))
        }
        PhoneError::WrongCharacter { .. } => Refusal::invalid(field, "phone-character"),
        PhoneError::NotMobile => Refusal::invalid(field, "phone-not-mobile"),
        PhoneError::OtherCountry => Refusal::invalid(field, "phone-other-country"),
    })
}

/// Sends a new code; the one before is worth nothing then. `words` makes the message's text of the code. `district`
/// is the installation's, so that nothing tells whether the phone is known.
///
/// # Errors
/// `code-just-sent`, `codes-of-today-used` (too fast).
pub fn send_code(
    tx: &mut Tx<'_>,
    call: &Call,
    district: District,
    phone: &Phone,
    words: &dyn Fn(&str) -> String,
) -> Outcome<()> {
    let index = call.keys().blind_index(vaulted::PHONE, phone.as_str());
    let sent = store::locked_or_new(tx, &index)?;
    let today = call.now.day();
    let again = sent.sent_at.plus_seconds(CODE_REST_SECONDS);
    if again > call.now {
        return Err(Refusal::too_fast("code-just-sent", again).into());
    }
    let sent_today = if sent.day == today { sent.sent_today } else { 0 };
    if sent_today >= CODES_A_DAY_MAX {
        return Err(Refusal::too_fast("codes-of-today-used", today.plus(1).start()).into());
    }
    let code = format!("{:06}", call.random().below(1_000_000));
    store::put(tx, &index, &hash(call.keys(), phone, &code), call.now, call.now + CODE_LIFE, sent_today + 1)?;
    notify::send(tx, call, district, notify::Channel::Sms, phone, "sign_in_code", &words(&code), call.now)?;
    Ok(())
}

/// A keyed hash: who has the table without the key file cannot try a million codes.
fn hash(keys: &Keys, phone: &Phone, code: &str) -> [u8; 32] {
    keys.blind_index(CODE, &format!("{}:{code}", phone.as_str()))
}

/// Tries a code. The right one opens a session, in place of `old_token`'s, or gives the ticket of a new phone.
///
/// # Errors
/// A fault; that the code is wrong is told in [`Tried`].
pub fn try_code(
    tx: &mut Tx<'_>,
    call: &Call,
    phone: &Phone,
    code: &str,
    old_token: Option<&str>,
) -> Outcome<Tried> {
    if let Some(not_right) = spend_code(tx, call, phone, code)? {
        return Ok(not_right);
    }
    match person_by_phone(tx, call.keys(), phone)? {
        Some(person) => {
            if let Some(old) = old_token {
                session::end_session(tx, call, old)?;
            }
            Ok(Tried::SignedIn { person, token: session::open_session(tx, call, person)? })
        }
        None => Ok(Tried::NewPhone { ticket: ticket(call, phone)? }),
    }
}

/// Spends the right code of a phone; what was wrong with any other, which is counted.
///
/// # Errors
/// A fault; that the code is wrong is told in [`Tried`].
pub fn spend_code(tx: &mut Tx<'_>, call: &Call, phone: &Phone, code: &str) -> Outcome<Option<Tried>> {
    let index = call.keys().blind_index(vaulted::PHONE, phone.as_str());
    let Some(sent) = store::locked(tx, &index)? else { return Ok(Some(Tried::Over)) };
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let right = bool::from(sent.code_hash.as_slice().ct_eq(&hash(call.keys(), phone, &digits)));
    if call.now >= sent.expires_at || sent.tries >= CODE_TRIES_MAX {
        return Ok(Some(Tried::Over));
    }
    if sent.tries == store::USED {
        return Ok(Some(if right { Tried::Used } else { Tried::Over }));
    }
    if !right {
        store::set_tries(tx, &index, sent.tries + 1)?;
        return Ok(Some(Tried::Wrong { left: CODE_TRIES_MAX - sent.tries - 1 }));
    }
    store::set_tries(tx, &index, store::USED)?;
    Ok(None)
}

fn ticket(call: &Call, phone: &Phone) -> Outcome<String> {
    let text = format!("{}:{}", phone.as_str(), (call.now + TICKET_LIFE).micros());
    Ok(URL_SAFE_NO_PAD.encode(vaulted::seal(call, TICKET, &text)?))
}

/// The phone a ticket proves.
///
/// # Errors
/// `ticket-over` (conflict): it is too old, or none of ours.
pub fn ticket_phone(keys: &Keys, ticket: &str, now: Instant) -> Result<Phone, Refusal> {
    let open = || {
        let sealed = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let text = vaulted::open(keys, TICKET, &sealed).ok()?;
        let (phone, until) = text.split_once(':')?;
        let until = Instant::from_micros(until.parse().ok()?);
        (now < until).then(|| Phone::parse(phone).ok()).flatten()
    };
    open().ok_or_else(|| Refusal::conflict("ticket-over"))
}

/// Registers the resident of a proven phone and opens a session.
///
/// # Errors
/// `ticket-over`, `phone-taken` (conflict); a wrong name or division.
pub fn register(
    tx: &mut Tx<'_>,
    call: &Call,
    ticket: &str,
    name: &str,
    division: DivisionCode,
) -> Outcome<(Id<Person>, String)> {
    let phone = ticket_phone(call.keys(), ticket, call.now)?;
    let registration = Registration { name: name.to_owned(), phone, division };
    let person = register_verified(tx, call, &registration)?;
    Ok((person, session::open_session(tx, call, person)?))
}

/// Makes the holder of a proven phone a volunteer, registering them first, and opens a session. A document that is
/// somebody's already registers nobody.
///
/// # Errors
/// `ticket-over` (conflict); those of [`crate::join()`].
pub fn join_new(
    tx: &mut Tx<'_>,
    call: &Call,
    ticket: &str,
    mut join: Join,
) -> Outcome<(Joined, Option<String>)> {
    join.phone = ticket_phone(call.keys(), ticket, call.now)?;
    let person = person_by_phone(tx, call.keys(), &join.phone)?;
    match join_as(tx, call, person, &join)? {
        Joined::New(person) => Ok((Joined::New(person), Some(session::open_session(tx, call, person)?))),
        offered @ Joined::ClaimOffered { .. } => Ok((offered, None)),
    }
}

/// Counts a request for a code by address and by phone.
pub(crate) fn count_codes(ask: &Ask, phone: &Phone) -> Result<(), Refusal> {
    let (limits, now) = (ask.app.limits(), ask.app.kit().clock.now());
    limits.count(
        format!("codes:{}", ask.address),
        ADDRESS_CODES_MAX,
        ADDRESS_SECONDS,
        "too-many-here",
        now,
    )?;
    let index = ask.app.kit().keys.blind_index(vaulted::PHONE, phone.as_str());
    limits.count(format!("codes:{index:?}"), CODES_AN_HOUR_MAX, 3_600, "codes-of-hour-used", now)
}

/// Counts a try of a code by address.
///
/// # Errors
/// `too-many-here` (too fast).
pub fn count_tries(ask: &Ask) -> Result<(), Refusal> {
    let now = ask.app.kit().clock.now();
    ask.app.limits().count(
        format!("tries:{}", ask.address),
        ADDRESS_TRIES_MAX,
        ADDRESS_SECONDS,
        "too-many-here",
        now,
    )
}

/// What a try of a code refuses; `None` when it was right.
pub fn refusal_of(tried: &Tried) -> Option<Refusal> {
    match tried {
        Tried::SignedIn { .. } | Tried::NewPhone { .. } => None,
        Tried::Wrong { left: 0 } => Some(Refusal::invalid("code", "code-wrong-last")),
        Tried::Wrong { left } => Some(Refusal::invalid("code", "code-wrong").with("left", *left)),
        Tried::Over => Some(Refusal::invalid("code", "code-over")),
        Tried::Used => Some(Refusal::invalid("code", "code-used")),
    }
}

/// The answer with the session's cookie.
pub fn with_cookie(ask: &Ask, token: &str, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    set_cookie(ask, &mut response, SESSION_COOKIE, token, session::AGE_MAX.number() * 60);
    response
}

/// The answer that removes the session's cookie.
pub(crate) fn without_cookie(ask: &Ask, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    set_cookie(ask, &mut response, SESSION_COOKIE, "", 0);
    response
}

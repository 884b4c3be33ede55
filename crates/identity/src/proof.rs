//! What proves that somebody is who they say: a name, the number of a document, and a phone whose code was right.
//!
//! Anybody may know another's name and number, and everybody has a phone. So these three show what stands under an identity
//! only where the phone is the one on file, or the one a worker wrote down who saw the document. Any other phone learns
//! that there is something, and where to go with the document.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Fault, Outcome, Tx};
use journal::Call;
use kernel::{Day, Id, Instant, Minutes, Person, Refusal};
use people::{
    ASLEEP, FROZEN,
    sign_in::{refusal_of, spend_code},
};
use vault::{Document, Keys, Phone};

use crate::case;

/// Under this age a guardian looks, at the desk (PIPL art. 31).
pub(crate) const OWN_LOOK_AGE: i32 = 14;
/// How long what was proved may be acted on.
const TICKET_LIFE: Minutes = Minutes(30);
/// What a ticket is sealed for.
const TICKET: &str = "identity.ticket";
/// What the first screen is sealed for on the second.
const CARRIED: &str = "identity.carried";

/// What somebody tells of themselves.
#[derive(Clone, Debug)]
pub struct Typed {
    /// Name as typed.
    pub name: String,
    /// The identity document, valid by construction.
    pub document: Document,
    /// The phone to which the code was sent.
    pub phone: Phone,
    /// The code as typed.
    pub code: String,
}

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing stands under this name and number.
    Nothing,
    /// Something does; the phone is not the one on file.
    Desk,
    /// The account that the person uses already.
    Own(Id<Person>),
    /// An account that somebody else made, and the ticket to claim or refuse it.
    Shown(Id<Person>, String),
}

/// The day of birth that the document bears is of somebody old enough to look alone.
pub(crate) fn old_enough(document: &Document, today: Day) -> Result<(), Refusal> {
    let born = document.birth_date().and_then(|(year, month, day)| Day::from_ymd(year, month, day));
    match born {
        Some(born) if today.years_since(born) < OWN_LOOK_AGE => {
            Err(Refusal::invalid("number", "identity-guardian"))
        }
        _ => Ok(()),
    }
}

/// Looks what stands under an identity. The code is spent; what was wrong with it is given back, so that the try is
/// counted. A wrong name takes the same statements and gets the same answer as a number under which nothing stands.
///
/// # Errors
/// `identity-guardian` (invalid).
pub fn look(tx: &mut Tx<'_>, call: &Call, typed: &Typed) -> Outcome<Result<Found, Refusal>> {
    old_enough(&typed.document, call.now.day())?;
    if let Some(tried) = spend_code(tx, call, &typed.phone, &typed.code)? {
        return Ok(Err(refusal_of(&tried).unwrap_or_else(|| Refusal::invalid("code", "code-over"))));
    }
    let fit = people::fit(tx, call, &typed.document, (&typed.name, &typed.phone))?;
    let person = fit.as_ref().map_or_else(|| call.id(call.actor.home.district()), |fit| fit.person);
    let contact = case::contact_of(tx, call, person)?;
    let Some(fit) = fit.filter(|fit| fit.name) else { return Ok(Ok(Found::Nothing)) };
    let own_phone = fit.phone || contact.as_ref() == Some(&typed.phone);
    Ok(Ok(match fit.state.as_str() {
        ASLEEP | FROZEN if own_phone => Found::Shown(person, ticket(call, person, &typed.phone)?),
        ASLEEP | FROZEN => Found::Desk,
        _ if own_phone => Found::Own(person),
        _ => Found::Desk,
    }))
}

fn seal(call: &Call, purpose: &str, text: &str) -> Outcome<String> {
    let until = (call.now + TICKET_LIFE).micros();
    let sealed = call.keys().seal(purpose, format!("{text}\n{until}").as_bytes(), call.random().bytes());
    Ok(URL_SAFE_NO_PAD.encode(sealed.map_err(|error| Fault::Defect(format!("{purpose}: {error}")))?))
}

/// The lines of what [`seal`] made, while it is not too old.
fn open(keys: &Keys, purpose: &str, sealed: &str, now: Instant) -> Option<Vec<String>> {
    let plain = keys.open(purpose, &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
    let text = String::from_utf8(plain).ok()?;
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let until = Instant::from_micros(lines.pop()?.parse().ok()?);
    (now < until).then_some(lines)
}

fn ticket(call: &Call, person: Id<Person>, phone: &Phone) -> Outcome<String> {
    seal(call, TICKET, &format!("{person}\n{}", phone.as_str()))
}

/// Whose account a ticket shows, and the phone that was proved.
///
/// # Errors
/// `ticket-over` (conflict): it is too old, or none of ours.
pub fn read_ticket(keys: &Keys, ticket: &str, now: Instant) -> Result<(Id<Person>, Phone), Refusal> {
    let read = || {
        let lines = open(keys, TICKET, ticket, now)?;
        let [person, phone] = lines.as_slice() else { return None };
        Some((person.parse().ok()?, Phone::parse(phone).ok()?))
    };
    read().ok_or_else(|| Refusal::conflict("ticket-over"))
}

/// What was told on the first screen, sealed for the second, so that no page holds the number again.
pub(crate) fn carry(call: &Call, (name, document, phone): (&str, &Document, &Phone)) -> Outcome<String> {
    let kind = document.kind().code();
    seal(call, CARRIED, &[name, kind, document.number(), phone.as_str()].join("\n"))
}

/// What [`carry`] sealed, with the code typed on the second screen.
///
/// # Errors
/// `ticket-over` (conflict): it is too old, or none of ours.
pub(crate) fn carried(keys: &Keys, who: &str, code: &str, now: Instant) -> Result<Typed, Refusal> {
    let read = || {
        let lines = open(keys, CARRIED, who, now)?;
        let [name, kind, number, phone] = lines.as_slice() else { return None };
        let document = people::read_document(kind, number, now.day()).ok()?;
        let (name, code) = (name.clone(), code.to_owned());
        Some(Typed { name, document, phone: Phone::parse(phone).ok()?, code })
    };
    read().ok_or_else(|| Refusal::conflict("ticket-over"))
}

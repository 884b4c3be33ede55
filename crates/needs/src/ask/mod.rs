//! Asking for help: what, when and where, check and send. No typed character is mandatory: tiles, chips, or one
//! recording. Somebody may ask for somebody else, and a worker writes down what is asked at the desk or by phone.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Fault, Outcome, Tx, params};
use divisions::Tree;
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, FieldRefusal, Id, Instant, Level, Person, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;
use vault::Phone;
use web::Fields;

use crate::{
    category::{Category, Risk, category},
    need::{Channel, Need},
    number,
    promise::Promises,
    state::State,
    voice::{self, Blob},
    when,
};

/// Characters of the asker's own words at most.
pub const DETAIL_CHARS_MAX: usize = 500;
/// What seals the phone to call about a need.
pub(crate) const CONTACT_PHONE: &str = "need.contact_phone";
/// Draws of a number before giving up; one in 28 million is taken by each earlier need.
const NUMBER_DRAWS_MAX: usize = 16;

/// A need as typed, chosen or sent to the API; everything is text and nothing is checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default)]
pub struct Typed {
    /// Word of a category; may be empty when there is a recording.
    pub category: String,
    /// Token of a recording.
    pub voice: String,
    /// The asker's words; may be empty.
    pub detail: String,
    /// `today`, `tomorrow`, `weekend` or `2026-03-09`; empty is tomorrow.
    pub day: String,
    /// `any`, `morning`, `afternoon` or `evening`; empty is any.
    pub part: String,
    /// House and door; may be empty.
    pub address: String,
    /// Twelve digits of the community; empty is the asker's own.
    pub division: String,
    /// Word of a risk; empty is what the category proposes.
    pub risk: String,
    /// `1` when it cannot wait.
    pub urgent: String,
    /// Name of the person it is for; empty is the asker.
    pub for_name: String,
    /// Phone of that person; may be empty.
    pub for_phone: String,
    /// `desk` or `phone` when a worker writes it down; else empty.
    pub channel: String,
    /// For whoever writes it down: id of the person it is for, or `new` for somebody not known yet though the phone is
    /// another's; empty is whose phone it is.
    pub for_person: String,
}

impl Typed {
    /// Reads the fields of a form or a query.
    pub fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        // A day picked in the browser's own field wins over the chips.
        let day = fields.given("date").unwrap_or(fields.text("day")).to_owned();
        Self {
            category: text("category"),
            voice: text("voice"),
            detail: text("detail"),
            day,
            part: text("part"),
            address: text("address"),
            division: text("division"),
            risk: text("risk"),
            urgent: text("urgent"),
            for_name: text("for_name"),
            for_phone: text("for_phone"),
            channel: text("channel"),
            for_person: text("for_person"),
        }
    }

    /// Name and text of everything that is not empty, for hidden fields and links: nothing is lost between screens.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all: [(&'static str, &str); 13] = [
            ("category", &self.category),
            ("voice", &self.voice),
            ("detail", &self.detail),
            ("day", &self.day),
            ("part", &self.part),
            ("address", &self.address),
            ("division", &self.division),
            ("risk", &self.risk),
            ("urgent", &self.urgent),
            ("for_name", &self.for_name),
            ("for_phone", &self.for_phone),
            ("channel", &self.channel),
            ("for_person", &self.for_person),
        ];
        all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Checks everything and says everything that is wrong.
    ///
    /// # Errors
    /// Every wrong field with its rule.
    pub(crate) fn parse(&self, call: &Call, tree: &Tree) -> Result<Draft, Refusal> {
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        let mut refuse = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
        let voice = voice::named(call.keys(), &self.voice);
        if !self.voice.is_empty() && voice.is_none() {
            refuse("recording", "voice-gone");
        }
        let kind = match category(&self.category) {
            Some(one) => Some(one),
            None if self.category.is_empty() && voice.is_some() => category("convenience"),
            None => {
                refuse(
                    "category",
                    if self.category.is_empty() { "need-category-missing" } else { "need-category-unknown" },
                );
                None
            }
        };
        let risk = match Risk::from_word(&self.risk) {
            Some(risk) => risk,
            None if self.risk.is_empty() => kind.map_or(Risk::None, |kind| kind.risk),
            None => {
                refuse("risk", "need-risk-unknown");
                Risk::None
            }
        };
        let filled =
            |text: &str, or: &'static str| if text.is_empty() { or.to_owned() } else { text.to_owned() };
        let (day, part) = (filled(&self.day, "tomorrow"), filled(&self.part, "any"));
        let minutes = kind.map_or(kernel::Minutes(60), |kind| kind.minutes);
        let window = when::window(&day, &part, call.now, minutes).unwrap_or_else(|(field, rule)| {
            refuse(field, rule);
            (call.now, call.now)
        });
        let division =
            if self.division.is_empty() { Some(call.actor.home) } else { self.division.parse().ok() };
        let division =
            division.filter(|code: &DivisionCode| code.level() == Level::Community && tree.contains(*code));
        if division.is_none() && (!self.division.is_empty() || call.actor.person.is_some()) {
            refuse("division", "need-place-unknown");
        }
        if self.detail.chars().count() > DETAIL_CHARS_MAX {
            refuse("detail", "need-detail-too-long");
        }
        if self.address.chars().count() > people::ADDRESS_CHARS_MAX {
            refuse("address", "need-address-too-long");
        }
        let phone = if self.for_phone.is_empty() {
            None
        } else {
            Phone::parse(&self.for_phone).map_err(|_| refuse("for_phone", "need-phone-wrong")).ok()
        };
        let channel = match (self.channel.as_str(), self.for_name.is_empty()) {
            ("", true) => Channel::Web,
            ("", false) => Channel::Proxy,
            ("desk", _) => Channel::Desk,
            ("phone", _) => Channel::Phone,
            _ => {
                refuse("channel", "need-channel-unknown");
                Channel::Web
            }
        };
        let written_down = matches!(channel, Channel::Desk | Channel::Phone);
        let whose = match self.for_person.as_str() {
            _ if !written_down => Whose::OfPhone,
            "" => Whose::OfPhone,
            "new" => Whose::New,
            id => id.parse().map(Whose::Known).unwrap_or_else(|_| {
                refuse("for_person", "need-person-unknown");
                Whose::New
            }),
        };
        let known = matches!(whose, Whose::Known(_));
        if self.for_name.is_empty() && !known && (written_down || !self.for_phone.is_empty()) {
            refuse("for_name", "need-name-missing");
        }
        if self.for_name.chars().count() > people::NAME_CHARS_MAX {
            refuse("for_name", "need-name-too-long");
        }
        let (Some(category), true) = (kind, wrong.is_empty()) else { return Err(Refusal::fields(wrong)) };
        Ok(Draft {
            category,
            voice,
            detail: self.detail.clone(),
            window,
            address: self.address.clone(),
            division: division.unwrap_or_default(),
            risk,
            urgent: self.urgent == "1" || self.urgent == "true",
            for_name: Some(self.for_name.clone()).filter(|name| !name.is_empty()),
            phone,
            channel,
            whose,
        })
    }
}

/// Whom a need that is written down is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose {
    /// Whose phone was given, or else somebody not known yet.
    OfPhone,
    /// Somebody not known yet, whosever the phone is.
    New,
    /// This person.
    Known(Id<Person>),
}

/// A need that may be sent.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) category: &'static Category,
    pub(crate) voice: Option<Id<Blob>>,
    pub(crate) detail: String,
    pub(crate) window: (Instant, Instant),
    pub(crate) address: String,
    pub(crate) division: DivisionCode,
    pub(crate) risk: Risk,
    pub(crate) urgent: bool,
    pub(crate) for_name: Option<String>,
    pub(crate) phone: Option<Phone>,
    pub(crate) channel: Channel,
    pub(crate) whose: Whose,
}

/// Sends a need.
///
/// # Errors
/// Sign in first; every wrong field; forbidden when somebody who is no worker of the place says they write it down for
/// somebody at the desk; 404 for a person of another place.
pub fn submit(tx: &mut Tx<'_>, call: &Call, typed: &Typed) -> Outcome<Need> {
    let me = call.actor.signed_in()?;
    let tree = places::tree_in(tx)?;
    let draft = typed.parse(call, &tree)?;
    match draft.channel {
        Channel::Desk => call.actor.must(Action::RecordNeed, draft.division)?,
        Channel::Phone => call.actor.must(Action::TakeCalls, draft.division)?,
        Channel::Web | Channel::Proxy => {}
    }
    if let Some(voice) = draft.voice
        && !voice::exists(tx, voice)?
    {
        return Err(Refusal::invalid("recording", "voice-gone").into());
    }
    let (recipient, detail) = recipient(tx, call, me, &draft)?;
    let seal = |phone: &Phone| {
        let sealed = call.keys().seal(CONTACT_PHONE, phone.as_str().as_bytes(), call.random().bytes());
        sealed.map_err(|error| Fault::Defect(format!("{CONTACT_PHONE}: {error}")))
    };
    let contact_phone = draft.phone.as_ref().map(seal).transpose()?;
    let district = draft.division.district();
    let promises = Promises::load(tx, draft.division, call.now.day())?;
    let (starts_at, ends_at) = draft.window;
    let mut need = Need {
        id: call.id(district),
        number: String::new(),
        division: draft.division,
        category: draft.category,
        recipient,
        asked_by: me,
        channel: draft.channel,
        detail,
        voice: draft.voice,
        address: draft.address,
        contact_phone,
        risk: draft.risk,
        urgent: draft.urgent,
        starts_at,
        ends_at,
        minutes: draft.category.minutes,
        state: State::Submitted,
        due_at: promises.due(State::Submitted, draft.urgent, ends_at, call.now, call.calendar()),
        look_at: None,
        ask_until: None,
        asking: String::new(),
        urged_at: None,
        refused_reason: None,
        helper: None,
        rating: None,
        reopened: 0,
        created_at: call.now,
        version: 1,
    };
    insert(tx, call, &mut need)?;
    need.step(tx, call, "")?;
    let event = Event::new("need.submitted", district, need.id, 1)
        .with("division", need.division.to_string())
        .with("category", need.category.word)
        .with("channel", need.channel.word());
    append(tx, call, event)?;
    Ok(need)
}

/// Whose need it is, and the words that go with it. A neighbour or a worker registers a person who is not known yet;
/// somebody from elsewhere cannot, so the need is theirs and says for whom it is.
fn recipient(tx: &mut Tx<'_>, call: &Call, me: Id<Person>, draft: &Draft) -> Outcome<(Id<Person>, String)> {
    if let Whose::Known(person) = draft.whose {
        let home = people::cards(tx, &[person])?.remove(&person).map(|card| card.division);
        let near = home.is_some_and(|home| call.actor.may(Action::TakeCalls, home));
        return if near { Ok((person, draft.detail.clone())) } else { Err(Refusal::missing().into()) };
    }
    let Some(name) = &draft.for_name else { return Ok((me, draft.detail.clone())) };
    if let Some(phone) = draft.phone.as_ref().filter(|_| matches!(draft.whose, Whose::OfPhone))
        && let Some(known) = people::person_by_phone(tx, call.keys(), phone)?
    {
        return Ok((known, draft.detail.clone()));
    }
    let staff =
        [Action::RecordNeed, Action::TakeCalls].iter().any(|&one| call.actor.may(one, draft.division));
    let near = call.actor.home == draft.division || staff;
    if !near {
        return Ok((me, format!("{name}：{}", draft.detail)));
    }
    let somebody =
        people::ForSomebody { name: name.clone(), division: draft.division, address: draft.address.clone() };
    let person = people::register_for(tx, call, somebody).map_err(|failure| match failure {
        // The form calls it by another name than the people's own.
        db::Failure::Refused(refusal) if refusal.fields.iter().any(|field| field.field == "name") => {
            Refusal::invalid("for_name", "need-name-wrong").into()
        }
        other => other,
    })?;
    Ok((person, draft.detail.clone()))
}

fn insert(tx: &mut Tx<'_>, call: &Call, need: &mut Need) -> Outcome<()> {
    for _ in 0..NUMBER_DRAWS_MAX {
        need.number = number::draw(call.random());
        let made = tx.execute(
            "INSERT INTO need (district, id, number, division, category, recipient, asked_by, channel, detail, voice,
                 address, contact_phone, risk, urgent, starts_at, ends_at, minutes, state, due_at, reopened, created_at,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0, $20, 1)
             ON CONFLICT (district, number) DO NOTHING",
            params![
                need.id.district(),
                need.id,
                need.number,
                need.division,
                need.category.word,
                need.recipient,
                need.asked_by,
                need.channel.word(),
                need.detail,
                need.voice,
                need.address,
                need.contact_phone,
                need.risk.word(),
                need.urgent,
                need.starts_at,
                need.ends_at,
                need.minutes,
                need.state.word(),
                need.due_at,
                need.created_at
            ],
        )?;
        if made == 1 {
            return Ok(());
        }
    }
    Err(Fault::Defect(format!("no free need number in {}", need.id.district())).into())
}

/// The address of the last need in the caller's own community that was for them: what the form begins with.
///
/// # Errors
/// A fault.
pub(crate) fn known_address(tx: &mut Tx<'_>, call: &Call) -> Outcome<String> {
    let Some(me) = call.actor.person else { return Ok(String::new()) };
    let row: Option<(String,)> = tx.query_opt(
        "SELECT address FROM need WHERE district = $1 AND recipient = $2 AND address <> ''
         ORDER BY created_at DESC LIMIT 1",
        params![call.actor.home.district(), me],
    )?;
    Ok(row.map(|(address,)| address).unwrap_or_default())
}

//! Needs in words and as the API tells them.

use db::{Outcome, Tx};
use divisions::Tree;
use journal::Call;
use kernel::{Arg, Id, Instant};
use serde::Serialize;
use utoipa::ToSchema;
use vault::Phone;
use web::{Answer, Ask, Choice, Failed, Language, OrFailed, Text};

use crate::{
    ask::CONTACT_PHONE,
    category::{CATEGORIES, Category, Risk},
    dispatch::{Offer, words as said},
    need::{self, Need},
    place,
    state::State,
    task::Glimpse,
    when::{DAYS, PART_WORDS},
};

/// Says things in the reader's language.
pub(crate) struct Words<'a> {
    pub(crate) text: &'a Text,
    pub(crate) language: Language,
}

impl<'a> Words<'a> {
    pub(crate) fn of(ask: &'a Ask) -> Self {
        Self { text: ask.app.text(), language: ask.language }
    }

    pub(crate) fn say(&self, key: &str, args: &[(&'static str, Arg)]) -> String {
        self.text.get(self.language, key, args)
    }

    pub(crate) fn category(&self, category: &Category) -> String {
        self.say(&format!("category-{}", category.word), &[])
    }

    pub(crate) fn risk(&self, risk: Risk) -> String {
        self.say(&format!("need-risk-{}", risk.word()), &[])
    }

    pub(crate) fn window(&self, from: Instant, to: Instant) -> String {
        self.text.window(self.language, from, to)
    }

    pub(crate) fn moment(&self, at: Instant) -> String {
        self.text.moment(self.language, at)
    }

    /// So many minutes, as people say them: 3 小时.
    pub(crate) fn minutes(&self, minutes: i64) -> String {
        let (unit, count) = in_units(minutes);
        self.say(&format!("need-{unit}"), &[("count", Arg::from(count))])
    }

    /// How long is left until `due`: 还有 3 小时, 已过 2 小时.
    pub(crate) fn left(&self, due: Instant, now: Instant) -> String {
        let late = due < now;
        let minutes = if late { now.minutes_since(due) } else { due.minutes_since(now) }.number();
        let (unit, count) = in_units(minutes);
        self.say(
            &format!("need-{}-{unit}", if late { "late" } else { "left" }),
            &[("count", Arg::from(count))],
        )
    }

    /// Why volunteers are asked so, how long it waits and what happens next.
    pub(crate) fn asking(&self, need: &Need, offers: &[Offer]) -> Vec<String> {
        if need.asking.is_empty() {
            return Vec::new();
        }
        let mut lines = said::asking(self, &need.asking);
        let at = |key: &str, at| self.say(key, &[("at", Arg::from(self.moment(at)))]);
        let answer_by =
            offers.iter().filter(|offer| offer.state.is_open()).map(|offer| offer.answer_by).max();
        lines.extend(answer_by.map(|by| at("need-asking-answer", by)));
        lines.push(match need.look_at {
            None => self.say("need-asking-yours", &[]),
            Some(next) if need.state != State::Offered => at("need-asking-later", next),
            Some(next) if need.ask_until.is_some_and(|until| until <= next) => at("need-asking-last", next),
            Some(next) if need.asking == said::NAMED => at("need-asking-named-next", next),
            Some(next) => at("need-asking-next", next),
        });
        lines
    }

    pub(crate) fn tiles(&self, chosen: &str) -> Vec<Choice> {
        let tile =
            |one: &Category| Choice::new(one.word, self.category(one)).with_icon(one.icon).chosen_if(chosen);
        CATEGORIES.iter().map(tile).collect()
    }

    pub(crate) fn risks(&self, chosen: &str) -> Vec<Choice> {
        Risk::ALL.iter().map(|risk| Choice::new(risk.word(), self.risk(*risk)).chosen_if(chosen)).collect()
    }

    pub(crate) fn days(&self, chosen: &str) -> Vec<Choice> {
        let chip =
            |word: &&str| Choice::new(*word, self.say(&format!("need-day-{word}"), &[])).chosen_if(chosen);
        DAYS.iter().map(chip).collect()
    }

    pub(crate) fn parts(&self, chosen: &str) -> Vec<Choice> {
        let chip =
            |word: &&str| Choice::new(*word, self.say(&format!("need-part-{word}"), &[])).chosen_if(chosen);
        PART_WORDS.iter().map(chip).collect()
    }
}

/// The unit in which so many minutes are said, and how many of it.
const fn in_units(minutes: i64) -> (&'static str, i64) {
    match minutes {
        ..120 => ("minutes", minutes),
        120..2_880 => ("hours", minutes / 60),
        _ => ("days", minutes / 1_440),
    }
}

/// The class of a state's tag.
pub(crate) const fn tag(state: State) -> &'static str {
    match state {
        State::Submitted | State::Reopened => "tag-warn",
        State::Verified | State::Offered => "tag-info",
        State::Accepted | State::InService | State::DoneClaimed => "tag-go",
        State::Closed | State::HandedOver => "tag-ok",
        State::Refused | State::Cancelled => "",
    }
}

/// The phone to call about a need: the one that was given, or else the recipient's own.
pub(crate) fn phone(call: &Call, need: &Need, recipient: Option<&people::Card>) -> Outcome<Option<Phone>> {
    let Some(sealed) = &need.contact_phone else {
        return recipient.map_or(Ok(None), |card| card.phone(call.keys()));
    };
    let defect = |error: String| db::Fault::Defect(format!("{CONTACT_PHONE}: {error}"));
    let plain = call.keys().open(CONTACT_PHONE, sealed).map_err(|error| defect(error.to_string()))?;
    let text = String::from_utf8(plain).map_err(|error| defect(error.to_string()))?;
    Ok(Some(Phone::parse(&text).map_err(|error| defect(error.to_string()))?))
}

/// A need's id from a path.
pub(crate) fn id_of(text: &str) -> Outcome<Id<Need>> {
    text.parse().map_err(|_| kernel::Refusal::missing().into())
}

/// A need as whoever asked, its helper and its workers see it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedView {
    /// Its id.
    id: String,
    /// The short number people read out.
    number: String,
    /// `submitted`, `verified`, `offered`, `accepted`, `in_service`, `done_claimed`, `closed`, `reopened`, `refused`,
    /// `cancelled` or `handed_over`.
    state: &'static str,
    /// Word of the category.
    category: &'static str,
    /// Twelve digits of the community.
    division: String,
    /// Its name.
    community: String,
    /// From when (RFC 3339).
    starts_at: String,
    /// Until when (RFC 3339).
    ends_at: String,
    /// How long a visit takes.
    minutes: i64,
    /// By when the next step is promised (RFC 3339).
    due_at: String,
    /// Word of the risk.
    risk: &'static str,
    /// Whether it cannot wait.
    urgent: bool,
    /// The asker's words.
    detail: String,
    /// House and door.
    address: String,
    /// Whether there is a recording.
    has_voice: bool,
    /// Why it was not taken on.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_reason: Option<String>,
    /// Who promised to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    helper: Option<String>,
    /// How-manieth change this is.
    version: i64,
}

impl NeedView {
    pub(crate) fn of(need: &Need, tree: &Tree) -> Self {
        Self {
            id: need.id.to_string(),
            number: need.number.clone(),
            state: need.state.word(),
            category: need.category.word,
            division: need.division.to_string(),
            community: place::name(tree, need.division),
            starts_at: need.starts_at.rfc3339(),
            ends_at: need.ends_at.rfc3339(),
            minutes: need.minutes.number(),
            due_at: need.due_at.rfc3339(),
            risk: need.risk.word(),
            urgent: need.urgent,
            detail: need.detail.clone(),
            address: need.address.clone(),
            has_voice: need.voice.is_some(),
            refused_reason: need.refused_reason.clone(),
            helper: need.helper.map(|id| id.to_string()),
            version: need.version,
        }
    }
}

/// What anybody may know of a need.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GlimpseView {
    /// Its id.
    id: String,
    /// Word of the category.
    category: &'static str,
    /// Twelve digits of the community.
    division: String,
    /// Its name.
    community: String,
    /// From when (RFC 3339).
    starts_at: String,
    /// Until when (RFC 3339).
    ends_at: String,
    /// How long a visit takes.
    minutes: i64,
    /// Whether it cannot wait.
    urgent: bool,
}

impl GlimpseView {
    pub(crate) fn of(one: &Glimpse, tree: &Tree) -> Self {
        Self {
            id: one.id.to_string(),
            category: one.category.word,
            division: one.division.to_string(),
            community: place::name(tree, one.division),
            starts_at: one.starts_at.rfc3339(),
            ends_at: one.ends_at.rfc3339(),
            minutes: one.minutes.number(),
            urgent: one.urgent,
        }
    }
}

/// What a change answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// The need's id.
    id: String,
    /// Where it stands now.
    state: &'static str,
    /// Its version.
    version: i64,
}

/// Changes one need through the API and answers where it stands. The idempotency key is bound to the need too.
pub(crate) async fn act<F>(
    ask: &Ask,
    name: &'static str,
    id: &str,
    digest: [u8; 32],
    mut work: F,
) -> Result<Answer, Failed>
where
    F: FnMut(&mut Tx<'_>, &Call, Id<Need>) -> Outcome<()> + Send + 'static,
{
    let id = id_of(id).or_failed(ask)?;
    let answer = ask.app.command(ask, name, None, digest, move |tx, call| {
        work(tx, call, id)?;
        let need = need::load(tx, id)?;
        let changed = Changed { id: id.to_string(), state: need.state.word(), version: need.version };
        let json = serde_json::to_value(changed).map_err(|error| db::Fault::Defect(error.to_string()))?;
        Ok(Answer::json(200, &json))
    });
    answer.await.or_failed(ask)
}

//! `/me/identity`: what stands under who is signed in, and the look for anybody who proves who they are.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use db::{Failure, Outcome, Tx};
use hours::BroughtHour;
use journal::Call;
use kernel::{FieldRefusal, Id, Kind, Person, Refusal};
use people::{
    ASLEEP, FROZEN, Origin, open_session, phone_of,
    sign_in::{count_tries, read_phone, send, with_cookie},
};
use shifts::MyShift;
use vault::{Document, DocumentKind, Phone};
use web::{Ask, Choice, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{Under, under};
use crate::{
    CaseState, Found, claim, look,
    proof::{carried, carry, old_enough, read_ticket},
    refuse, take_back,
};

#[derive(Template)]
#[template(path = "own/templates/identity.html")]
struct IdentityPage {
    page: Page,
    said: &'static str,
    left: i64,
    shown: Option<Shown>,
    form: Option<Form>,
    asked: Option<Asked>,
}

/// The second screen: the code that was sent.
#[derive(Clone, Default)]
struct Asked {
    /// What the first screen told, sealed.
    who: String,
    phone: String,
}

/// What stands under a person, ready to be read.
struct Shown {
    under: Under,
    place: String,
    /// What the buttons send; none for the own account.
    ticket: Option<String>,
}

/// The form with which one proves who one is.
#[derive(Default)]
struct Form {
    kinds: Vec<Choice>,
    full_name: String,
    number: String,
    phone: String,
    own_phone: bool,
}

impl Shown {
    fn waits(&self) -> bool {
        self.under.account.state == ASLEEP && self.ticket.is_some()
    }

    fn frozen(&self) -> bool {
        self.under.account.state == FROZEN
    }

    fn maker(&self, by: Option<&Id<Person>>) -> String {
        by.and_then(|by| self.under.makers.get(by)).map(|card| card.name_masked.clone()).unwrap_or_default()
    }

    fn made(&self, page: &Page, origin: &Origin) -> String {
        let at = page.date(origin.made_at.day());
        let maker = self.maker(origin.made_by.as_ref());
        let by = if maker.is_empty() { page.t("identity-somebody") } else { maker };
        match origin.line {
            Some((_, line)) => format!(
                "{} {}",
                page.tb("identity-made-sheet", "by", by, "day", at),
                page.ta("identity-line", "line", line)
            ),
            None => page.tb("identity-made", "by", by, "day", at),
        }
    }

    fn hour(&self, page: &Page, hour: &BroughtHour) -> String {
        let hours = format!("{} {}", hour.minutes, page.t("hours-unit"));
        format!("{} · {hours}", page.date(hour.day()))
    }

    fn hour_by(&self, page: &Page, hour: &BroughtHour) -> String {
        let maker = self.maker(Some(&hour.by));
        let by = if maker.is_empty() { page.t("identity-somebody") } else { maker };
        format!(
            "{} {}",
            page.tb("identity-made-sheet", "by", by, "day", page.date(hour.at.day())),
            page.ta("identity-line", "line", hour.line)
        )
    }

    fn shift(&self, page: &Page, shift: &MyShift) -> String {
        format!("{} · {}", page.window(shift.starts_at, shift.ends_at), shift.title)
    }
}

/// What a page shows of a person, with the place the account is registered in.
fn shown(tx: &mut Tx<'_>, call: &Call, person: Id<Person>, ticket: Option<String>) -> Outcome<Shown> {
    let under = under(tx, call, person)?;
    let place = places::tree_in(tx)?.full_name(under.account.division).unwrap_or_default();
    Ok(Shown { under, place, ticket })
}

/// The page of who is signed in, or the empty form.
async fn stands(
    ask: &Ask,
    status: StatusCode,
    (said, left): (&'static str, i64),
    fields: &Fields,
    wrong: &[FieldRefusal],
) -> Result<Response, Failed> {
    let ((own, phone), page) = ask
        .app
        .read(ask, "identity_page", |tx, call| {
            let Some(me) = call.actor.person else { return Ok((None, None)) };
            Ok((Some(shown(tx, call, me, None)?), phone_of(tx, call.keys(), me)?))
        })
        .await
        .or_failed(ask)?;
    // Whoever has a document on file has seen everything: one document makes one account.
    let known = own.as_ref().is_some_and(|own| own.under.account.document.is_some());
    let form = (!known).then(|| form(&page, fields, phone.as_ref()));
    let page = page.back(if own.is_some() { "/me" } else { "/" }).tab("public/me").wrong(wrong);
    Ok(html(status, &IdentityPage { page, said, left, shown: own, form, asked: None }))
}

fn form(page: &Page, fields: &Fields, own_phone: Option<&Phone>) -> Form {
    let kind = fields.given("kind").unwrap_or(DocumentKind::ResidentId.code());
    let kinds = DocumentKind::ALL.iter().map(|one| {
        Choice::new(one.code(), page.t(&format!("people-document-{}", one.code()))).chosen_if(kind)
    });
    Form {
        kinds: kinds.collect(),
        full_name: fields.text("name").to_owned(),
        number: fields.text("number").to_owned(),
        phone: own_phone.map_or_else(|| fields.text("phone").to_owned(), Phone::masked),
        own_phone: own_phone.is_some(),
    }
}

pub(crate) async fn page(ask: Ask) -> Result<Response, Failed> {
    stands(&ask, StatusCode::OK, ("", 0), &Fields::default(), &[]).await
}

/// The phone that is to be proved: of who is signed in the one on file.
async fn phone(ask: &Ask, fields: &Fields) -> Outcome<Phone> {
    let read = ask.app.read(ask, "identity_phone", |tx, call| {
        call.actor.person.map(|me| phone_of(tx, call.keys(), me)).transpose()
    });
    match read.await?.0.flatten() {
        Some(phone) => Ok(phone),
        None => Ok(read_phone("phone", fields.text("phone"))?),
    }
}

fn document(ask: &Ask, fields: &Fields) -> Result<Document, Refusal> {
    let today = ask.app.kit().clock.now().day();
    let document = people::read_document(fields.text("kind"), fields.text("number"), today)?;
    old_enough(&document, today)?;
    if fields.text("name").is_empty() {
        return Err(Refusal::invalid("name", "name-missing"));
    }
    Ok(document)
}

pub(crate) async fn step(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let done = match fields.text("step") {
        "claim" => claim_form(&ask, &fields).await,
        "refuse" => {
            ticket_form(&ask, &fields, "identity_refuse", "refused", |tx, call, ticket| {
                refuse(tx, call, ticket).map(|_| ())
            })
            .await
        }
        "take-back" => ticket_form(&ask, &fields, "identity_take_back", "taken-back", take_back).await,
        "look" => look_form(&ask, &fields).await,
        _ => send_form(&ask, &fields).await,
    };
    match done {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            stands(&ask, status_of(&refusal), ("", 0), &fields, &refusal.fields).await
        }
        other => other.or_failed(&ask)?,
    }
}

type Answered = Outcome<Result<Response, Failed>>;

/// The code leaves, and the second screen asks for it.
async fn send_form(ask: &Ask, fields: &Fields) -> Answered {
    let document = document(ask, fields)?;
    let phone = phone(ask, fields).await?;
    send(ask, fields.digest(), &phone).await?;
    let (name, masked) = (fields.text("name").to_owned(), phone.masked());
    let read = ask.app.read(ask, "identity_code", move |_, call| carry(call, (&name, &document, &phone)));
    let (who, page) = read.await?;
    Ok(Ok(code_screen(page, StatusCode::OK, Asked { who, phone: masked }, &[])))
}

fn code_screen(page: Page, status: StatusCode, asked: Asked, wrong: &[FieldRefusal]) -> Response {
    let page = page.back("/me/identity").tab("public/me").wrong(wrong);
    html(status, &IdentityPage { page, said: "", left: 0, shown: None, form: None, asked: Some(asked) })
}

async fn look_form(ask: &Ask, fields: &Fields) -> Answered {
    let kit = ask.app.kit();
    let typed = carried(&kit.keys, fields.text("who"), fields.text("code"), kit.clock.now())?;
    let asked = Asked { who: fields.text("who").to_owned(), phone: typed.phone.masked() };
    let found = if typed.code.trim().is_empty() {
        Err(Refusal::invalid("code", "code-missing"))
    } else {
        count_tries(ask)?;
        secretly(ask, "identity_look", fields.digest(), move |tx, call| look(tx, call, &typed)).await?
    };
    let found = match found {
        Ok(found) => found,
        Err(refusal) => {
            let ((), page) = ask.app.read(ask, "identity_code", |_, _| Ok(())).await?;
            return Ok(Ok(code_screen(page, status_of(&refusal), asked, &refusal.fields)));
        }
    };
    Ok(match found {
        Found::Nothing => said(ask, "nothing", None).await,
        Found::Desk => said(ask, "desk", None).await,
        Found::Own(_) => said(ask, "own", None).await,
        Found::Shown(person, ticket) => said(ask, "found", Some((person, ticket))).await,
    })
}

/// The answer to a look or to a button: what was found, or what came of it.
async fn said(
    ask: &Ask,
    said: &'static str,
    found: Option<(Id<Person>, String)>,
) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "identity_found", move |tx, call| {
        found.clone().map(|(person, ticket)| shown(tx, call, person, Some(ticket))).transpose()
    });
    let (shown, page) = read.await.or_failed(ask)?;
    let page = page.back("/me/identity").tab("public/me");
    Ok(html(StatusCode::OK, &IdentityPage { page, said, left: 0, shown, form: None, asked: None }))
}

async fn claim_form(ask: &Ask, fields: &Fields) -> Answered {
    let ticket = fields.text("ticket").to_owned();
    let claimed = secretly(ask, "identity_claim", fields.digest(), move |tx, call| {
        let claimed = claim(tx, call, &ticket)?;
        let guest = call.actor.person.is_none();
        let token = guest.then(|| open_session(tx, call, claimed.person)).transpose()?;
        Ok((claimed, token))
    });
    let (claimed, token) = claimed.await?;
    let mut entered = ask.clone();
    if let Some(token) = &token {
        entered.token = Some(token.as_str().into());
    }
    let nothing = Fields::default();
    let done = stands(&entered, StatusCode::OK, ("claimed", claimed.left), &nothing, &[]).await;
    Ok(match token {
        Some(token) => done.map(|page| with_cookie(ask, &token, page)),
        None => done,
    })
}

async fn ticket_form(
    ask: &Ask,
    fields: &Fields,
    name: &'static str,
    done: &'static str,
    act: impl Fn(&mut Tx<'_>, &Call, &str) -> Outcome<()> + Send + 'static,
) -> Answered {
    let ticket = fields.text("ticket").to_owned();
    let (person, again) = {
        let kit = ask.app.kit();
        let (person, _) = read_ticket(&kit.keys, &ticket, kit.clock.now())?;
        (person, ticket.clone())
    };
    secretly(ask, name, fields.digest(), move |tx, call| act(tx, call, &ticket)).await?;
    Ok(said(ask, done, Some((person, again))).await)
}

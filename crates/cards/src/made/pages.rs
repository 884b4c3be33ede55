//! `/me/card`, `/w/people/{id}/card` and `/w/cards`: what card there is, a new one as a PDF, taking it back.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx};
use journal::Call;
use kernel::{Id, Kind, Person, Refusal};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{
    Card, make, of_person,
    print::{Face, pdf},
    revoke,
};

#[derive(Template)]
#[template(path = "made/templates/card.html")]
struct CardPage {
    page: Page,
    /// Where it is printed.
    action: String,
    /// Where it is taken back.
    revoke: String,
    /// Whose it is, masked; empty for one's own.
    name: String,
    number: String,
    until: String,
    is_good: bool,
    revoked: bool,
}

/// Whose card a page is about.
#[derive(Clone, Copy)]
enum Whose {
    Own,
    Of(Id<Person>),
}

impl Whose {
    fn person(self, call: &Call) -> Result<Id<Person>, Refusal> {
        match self {
            Self::Own => call.actor.signed_in(),
            Self::Of(person) => Ok(person),
        }
    }

    /// Where its page is.
    fn path(self) -> String {
        match self {
            Self::Own => "/me/card".to_owned(),
            Self::Of(person) => format!("/w/people/{person}/card"),
        }
    }

    fn read(ask: &Ask, id: &str) -> Result<Self, Failed> {
        id.parse().map(Self::Of).map_err(|_| Failed::new(ask, Refusal::missing().into()))
    }
}

async fn show(ask: &Ask, whose: Whose, query: Option<String>) -> Result<Response, Failed> {
    let ((name, card, today), page) = ask
        .app
        .read(ask, "card_page", move |tx, call| {
            let person = whose.person(call)?;
            let card: Option<Card> = of_person(tx, call, person)?;
            let name = match whose {
                Whose::Own => String::new(),
                Whose::Of(_) => masked(tx, &[person])?.remove(&person).unwrap_or_default(),
            };
            Ok((name, card, call.now.day()))
        })
        .await
        .or_failed(ask)?;
    let page = match whose {
        Whose::Own => page.back("/me").tab("public/me"),
        Whose::Of(person) => page.back(format!("/w/people/{person}")).tab("worker/people"),
    };
    let shown = CardPage {
        action: whose.path(),
        revoke: format!("{}/revoke", whose.path()),
        name,
        number: card.as_ref().map(|card| card.number.to_string()).unwrap_or_default(),
        until: card.as_ref().map(|card| page.date(card.until)).unwrap_or_default(),
        is_good: card.is_some_and(|card| card.is_good(today)),
        revoked: Fields::parse(query.unwrap_or_default().as_bytes()).text("done") == "revoked",
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

fn masked(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Outcome<BTreeMap<Id<Person>, String>> {
    Ok(people::cards(tx, people)?.into_iter().map(|(id, card)| (id, card.name_masked)).collect())
}

/// Makes the cards and gives them as a file, once.
async fn print(
    ask: &Ask,
    fields: &Fields,
    people: impl Fn(&Call) -> Outcome<Vec<Id<Person>>> + Send + 'static,
) -> Outcome<Response> {
    let (faces, today) = secretly(ask, "card_make", fields.digest(), move |tx, call| {
        let made = make(tx, call, &people(call)?)?;
        let people: Vec<_> = made.iter().map(|one| one.card.person).collect();
        let mut names = masked(tx, &people)?;
        let mut faces = Vec::new();
        for made in made {
            let person = made.card.person;
            let name = names.remove(&person).unwrap_or_default();
            let is_volunteer = !people::volunteer_number(tx, person)?.is_empty();
            faces.push(Face { made, name, is_volunteer });
        }
        Ok((faces, call.now.day()))
    })
    .await?;
    let page = Page::new(ask, &kernel::Actor::guest());
    let bytes = pdf(ask, &page, &faces, today).await?;
    Ok(web::download("linli-card.pdf", "application/pdf", bytes))
}

async fn print_one(ask: &Ask, fields: &Fields, whose: Whose) -> Result<Response, Failed> {
    print(ask, fields, move |call| Ok(vec![whose.person(call)?])).await.or_failed(ask)
}

async fn take_back(ask: &Ask, fields: &Fields, whose: Whose) -> Result<Response, Failed> {
    let answer = ask
        .app
        .command(ask, "card_revoke", fields.key(), fields.digest(), move |tx, call| {
            revoke(tx, call, whose.person(call)?)?;
            Ok(Answer::go(format!("{}?done=revoked", whose.path())))
        })
        .await;
    Ok(answer.or_failed(ask)?.into_response())
}

/// The asker's own card.
pub(crate) async fn own(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    show(&ask, Whose::Own, query).await
}

pub(crate) async fn print_own(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    print_one(&ask, &fields, Whose::Own).await
}

pub(crate) async fn revoke_own(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    take_back(&ask, &fields, Whose::Own).await
}

/// The card of somebody who came to the desk.
pub(crate) async fn of_somebody(
    ask: Ask,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    show(&ask, Whose::read(&ask, &id)?, query).await
}

pub(crate) async fn print_for(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    print_one(&ask, &fields, Whose::read(&ask, &id)?).await
}

pub(crate) async fn revoke_for(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    take_back(&ask, &fields, Whose::read(&ask, &id)?).await
}

#[derive(Template)]
#[template(path = "made/templates/choose.html")]
struct ChoosePage {
    page: Page,
    query: String,
    asked: bool,
    people: Vec<Choice>,
    are_more: bool,
}

async fn chooser(ask: &Ask, fields: &Fields, refusal: Option<&Refusal>) -> Result<Response, Failed> {
    let query = fields.text("q").to_owned();
    let asked = query.clone();
    let (found, page) = ask
        .app
        .read(ask, "card_people_page", move |tx, call| match asked.trim() {
            "" => Ok(None),
            query => people::find_people(tx, call, query, None).map(Some),
        })
        .await
        .or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = page.back("/w/people").tab("worker/people").wrong(wrong);
    let choice = |card: &people::Card| {
        let hint = if card.phone_last4.is_empty() {
            page.t("card-no-phone")
        } else {
            page.ta("card-last4", "last4", &card.phone_last4)
        };
        let id = card.id.to_string();
        let mut choice = Choice::new(id.clone(), card.name_masked.clone()).with_hint(hint);
        choice.chosen = fields.all("person").any(|one| one == id);
        choice
    };
    let shown = ChoosePage {
        asked: !query.trim().is_empty(),
        query,
        people: found.iter().flat_map(|found| &found.people).map(choice).collect(),
        are_more: found.is_some_and(|found| found.next.is_some()),
        page,
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

/// Whose cards are to be printed on one sheet.
pub(crate) async fn choose(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    chooser(&ask, &Fields::parse(query.unwrap_or_default().as_bytes()), None).await
}

pub(crate) async fn print_many(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let typed = fields.clone();
    let printed = print(&ask, &fields, move |_| {
        let read = |text: &str| text.parse().map_err(|_| Failure::from(Refusal::missing()));
        typed.all("person").map(read).collect()
    })
    .await;
    match printed {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            chooser(&ask, &fields, Some(&refusal)).await
        }
        printed => printed.or_failed(&ask),
    }
}

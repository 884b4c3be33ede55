//! `/w/people/{id}/phone`.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use db::{Failure, Outcome};
use kernel::{FieldRefusal, Id, Kind, Person, Refusal};
use people::{
    masked,
    sign_in::{count_tries, read_phone, send},
};
use vault::Phone;
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{give_phone, refuse};
use crate::Claimed;

#[derive(Template)]
#[template(path = "desk/templates/phone.html")]
struct PhonePage {
    page: Page,
    id: String,
    name: String,
    phone: String,
    sent: bool,
}

fn id_of(ask: &Ask, text: &str) -> Result<Id<Person>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

async fn show(
    ask: &Ask,
    status: StatusCode,
    person: Id<Person>,
    fields: &Fields,
    sent: bool,
    wrong: &[FieldRefusal],
) -> Result<Response, Failed> {
    let (masked, page) = ask
        .app
        .read(ask, "person_phone_page", move |tx, call| {
            let masked = masked(tx, call, person)?;
            if masked.asleep { Ok(masked) } else { Err(Refusal::conflict("person-awake").into()) }
        })
        .await
        .or_failed(ask)?;
    let page = page.back(format!("/w/people/{person}")).tab("worker/people").wrong(wrong);
    let (id, phone) = (person.to_string(), fields.text("phone").to_owned());
    Ok(html(status, &PhonePage { page, id, name: masked.card.name_masked, phone, sent }))
}

pub(crate) async fn form(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let person = id_of(&ask, &id)?;
    let read = ask.app.read(&ask, "person_phone_page", move |tx, call| Ok(masked(tx, call, person)?.asleep));
    if read.await.or_failed(&ask)?.0 {
        show(&ask, StatusCode::OK, person, &Fields::default(), false, &[]).await
    } else {
        Ok(Redirect::to(&format!("/w/people/{person}")).into_response())
    }
}

/// Tries the code, whoever is asked at the desk; the try is counted by address too.
pub(super) async fn give(
    ask: &Ask,
    digest: [u8; 32],
    person: Id<Person>,
    phone: Phone,
    code: String,
) -> Outcome<Result<Claimed, Refusal>> {
    count_tries(ask)?;
    secretly(ask, "person_claim", digest, move |tx, call| give_phone(tx, call, person, &phone, &code)).await
}

/// Sends the code, gives the phone whose code was typed, or writes the refusal down.
pub(crate) async fn step(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let person = id_of(&ask, &id)?;
    let again = |refusal: Refusal, sent| {
        let (ask, fields) = (ask.clone(), fields.clone());
        async move { show(&ask, status_of(&refusal), person, &fields, sent, &refusal.fields).await }
    };
    let phone = match read_phone("phone", fields.text("phone")) {
        Ok(phone) => phone,
        Err(refusal) => return again(refusal, false).await,
    };
    if fields.text("step") == "send" {
        // Who may not see the person sends no code either.
        show(&ask, StatusCode::OK, person, &fields, true, &[]).await?;
        return match send(&ask, fields.digest(), &phone).await {
            Ok(()) => show(&ask, StatusCode::OK, person, &fields, true, &[]).await,
            Err(failure) => Err(Failed::new(&ask, failure)),
        };
    }
    if fields.text("step") == "refuse" {
        let refused =
            ask.app.command(&ask, "person_refuse", fields.key(), fields.digest(), move |tx, call| {
                refuse(tx, call, person, &phone)?;
                Ok(Answer::go(format!("/w/people/{person}")))
            });
        return Ok(refused.await.or_failed(&ask)?.into_response());
    }
    match give(&ask, fields.digest(), person, phone, fields.text("code").to_owned()).await {
        Ok(Ok(claimed)) => Ok(Answer::go(format!("/w/people/{}", claimed.person)).into_response()),
        Ok(Err(refusal)) => again(refusal, true).await,
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => again(refusal, true).await,
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

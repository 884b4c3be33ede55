//! `/sign-in`, its second and third screen.

use askama::Template;
use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use db::{Failure, Outcome};
use kernel::{DivisionCode, Kind, Refusal};
use vault::Phone;
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, local_path, secretly, status_of};

use super::{
    Tried, count_codes, count_tries, read_phone, refusal_of, register, send_code, try_code, with_cookie,
};
use crate::community;

#[derive(Template)]
#[template(path = "sign_in/templates/phone.html")]
struct PhonePage {
    page: Page,
    phone: String,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in/templates/code.html")]
struct CodePage {
    page: Page,
    phone: String,
    masked: String,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in/templates/new.html")]
struct NewPage {
    page: Page,
    ticket: String,
    full_name: String,
    place: String,
    communities: Vec<Choice>,
    next: String,
}

/// A guest's page for answers to forms: who is behind the cookie does not matter here.
async fn page(ask: &Ask) -> Result<Page, Failed> {
    let ((), page) = ask.app.read(ask, "sign_in_page", |_, _| Ok(())).await.or_failed(ask)?;
    Ok(page.back("/"))
}

pub(crate) async fn phone(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let next = local_path(query.text("next")).to_owned();
    Ok(html(StatusCode::OK, &PhonePage { page: page(&ask).await?, phone: String::new(), next }))
}

/// Sends a code; the words of the message in the language of the page.
///
/// # Errors
/// Those of [`super::send_code`]; `codes-of-hour-used`, `too-many-here` (too fast).
pub async fn send(ask: &Ask, digest: [u8; 32], phone: &Phone) -> Outcome<()> {
    count_codes(ask, phone)?;
    let (asked, to) = (ask.clone(), phone.clone());
    ask.app
        .command(ask, "sign_in_send", None, digest, move |tx, call| {
            let words = |code: &str| {
                let args = [("code", code.to_owned().into())];
                asked.app.text().get(asked.language, "people-code-message", &args)
            };
            send_code(tx, call, asked.app.place().division.district(), &to, &words)?;
            Ok(Answer::go("/sign-in/code"))
        })
        .await?;
    Ok(())
}

/// Tries a code, whoever was signed in with this browser before.
pub(crate) async fn try_typed(ask: &Ask, digest: [u8; 32], phone: &Phone, code: &str) -> Outcome<Tried> {
    count_tries(ask)?;
    let (old, phone, code) = (ask.token.clone(), phone.clone(), code.to_owned());
    secretly(ask, "sign_in_try", digest, move |tx, call| try_code(tx, call, &phone, &code, old.as_deref()))
        .await
}

/// The fields a form can show again, or the failure it cannot.
fn shown(ask: &Ask, failure: Failure) -> Result<Refusal, Failed> {
    match failure {
        Failure::Refused(refusal) if matches!(refusal.kind, Kind::Invalid) => Ok(refusal),
        other => Err(Failed::new(ask, other)),
    }
}

pub(crate) async fn send_code_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let next = local_path(fields.text("next")).to_owned();
    let typed = fields.text("phone");
    let phone = match read_phone("phone", typed) {
        Ok(phone) => phone,
        Err(refusal) => {
            let page = page(&ask).await?.wrong(&refusal.fields);
            let again = PhonePage { page, phone: typed.to_owned(), next };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &again));
        }
    };
    send(&ask, fields.digest(), &phone).await.or_failed(&ask)?;
    let (masked, phone) = (phone.masked(), phone.as_str().to_owned());
    Ok(html(StatusCode::OK, &CodePage { page: page(&ask).await?.back("/sign-in"), phone, masked, next }))
}

/// A bookmark of the second or third screen begins again.
pub(crate) async fn begin_again() -> Redirect {
    Redirect::to("/sign-in")
}

pub(crate) async fn try_code_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let next = local_path(fields.text("next")).to_owned();
    let phone = read_phone("phone", fields.text("phone")).map_err(Failure::from).or_failed(&ask)?;
    let tried = try_typed(&ask, fields.digest(), &phone, fields.text("code")).await.or_failed(&ask)?;
    if let Some(refusal) = refusal_of(&tried) {
        let page = page(&ask).await?.back("/sign-in").wrong(&refusal.fields);
        let (masked, phone) = (phone.masked(), phone.as_str().to_owned());
        return Ok(html(status_of(&refusal), &CodePage { page, phone, masked, next }));
    }
    match tried {
        Tried::SignedIn { token, .. } => Ok(with_cookie(&ask, &token, Answer::go(next))),
        Tried::NewPhone { ticket } => new_page(&ask, StatusCode::OK, &ticket, &fields, &next, &[]).await,
        Tried::Wrong { .. } | Tried::Over | Tried::Used => Ok(Redirect::to("/sign-in").into_response()),
    }
}

async fn new_page(
    ask: &Ask,
    status: StatusCode,
    ticket: &str,
    fields: &Fields,
    next: &str,
    wrong: &[kernel::FieldRefusal],
) -> Result<Response, Failed> {
    let (tree, page) = ask.app.read(ask, "sign_in_page", |tx, _| places::tree_in(tx)).await.or_failed(ask)?;
    let place = fields.text("place").to_owned();
    let communities = community::choices(&tree, ask, &place, fields.text("division"));
    let shown = NewPage {
        page: page.back("/sign-in").wrong(wrong),
        ticket: ticket.to_owned(),
        full_name: fields.text("name").to_owned(),
        place,
        communities,
        next: next.to_owned(),
    };
    Ok(html(status, &shown))
}

pub(crate) async fn register_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let next = local_path(fields.text("next")).to_owned();
    let ticket = fields.text("ticket").to_owned();
    if fields.given("search").is_some() {
        return new_page(&ask, StatusCode::OK, &ticket, &fields, &next, &[]).await;
    }
    let (proof, form) = (ticket.clone(), fields.clone());
    let registered = secretly(&ask, "sign_in_register", fields.digest(), move |tx, call| {
        let tree = places::tree_in(tx)?;
        // An unknown community has the code of no community, which the use case names as wrong.
        let division = community::chosen(&tree, &form).unwrap_or(DivisionCode::NATION);
        register(tx, call, &proof, form.text("name"), division)
    })
    .await;
    match registered {
        Ok((_, token)) => Ok(with_cookie(&ask, &token, Answer::go(next))),
        Err(failure) => {
            let refusal = shown(&ask, failure)?;
            new_page(&ask, status_of(&refusal), &ticket, &fields, &next, &refusal.fields).await
        }
    }
}

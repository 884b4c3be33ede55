//! The leader's code, the page behind it with its one button, and the form for six digits.

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome};
use hours::SignalKind;
use journal::Call;
use kernel::{Action, Id, Kind, Refusal};
use web::{Access, Answer, Ask, Browser, Failed, Fields, OrFailed, Page, Routes, html, set_cookie};

use super::{Checked, Code, Ticket};
use crate::{
    nearby::may_be_asked,
    qr,
    shift::{Shift, ShiftCard},
    view::{self, ShiftView},
};

/// The cookie that keeps a scan while the person signs in.
const SCAN_COOKIE: &str = "linli_scan";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/team/shifts/{id}/code", Access::Staff(Action::RunShifts), code_page)
        .get("/c/{token}", Access::Guest, scan_page)
        .get("/shifts/{id}/check-in", Access::SignedIn, digits_page)
        .post("/shifts/{id}/check-in", Access::SignedIn, digits_sent)
        .post("/check-in", Access::SignedIn, spend)
        .get("/shifts/{id}/checked", Access::SignedIn, checked_page)
}

#[derive(Template)]
#[template(path = "check_in/templates/code.html")]
struct CodePage {
    page: Page,
    shift: ShiftView,
    digits: String,
    svg: String,
    refresh: i64,
}

async fn code_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((shift, code, now), page) = ask
        .app
        .read(&ask, "shift_code_page", move |tx, call| {
            let shift = crate::shift(tx, id)?;
            let code = super::code(call, &shift)?;
            Ok((shift, code, call.now))
        })
        .await
        .or_failed(&ask)?;
    let svg = qr::square(&format!("{}/c/{}", ask.origin, code.token)).or_failed(&ask)?;
    let page = page.back(format!("/team/shifts/{id}")).tab("leader/team");
    let Code { digits, until, .. } = code;
    // The next code is there when the page looks again.
    let refresh = (until.micros() - now.micros()).div_euclid(1_000_000) + 1;
    let shift = ShiftView::new(&page, &shift);
    Ok(html(StatusCode::OK, &CodePage { page, shift, digits, svg, refresh }))
}

#[derive(Template)]
#[template(path = "check_in/templates/scan.html")]
struct ScanPage {
    page: Page,
    shift: ShiftView,
    ticket: String,
    at: String,
    /// `arrived`, `left`, or empty when both are known.
    kind: &'static str,
    again: bool,
    sign_in: String,
}

/// What the page behind a code shows.
struct Scanned {
    shift: ShiftCard,
    ticket: Ticket,
    sealed: String,
    kind: Option<SignalKind>,
    /// Whether who came and went may come again.
    again: bool,
    signed_in: bool,
}

fn scanned(tx: &mut db::Tx<'_>, call: &Call, shift: ShiftCard, ticket: Ticket) -> Outcome<Scanned> {
    let sealed = ticket.seal(call)?;
    let signed_in = call.actor.person.is_some();
    let kind = match signed_in {
        true => super::next_kind(super::own_presence(tx, call, &shift)?.as_ref()),
        false => None,
    };
    let again = signed_in && kind.is_none() && super::rule(tx, &shift)?.pairs > 1;
    Ok(Scanned { shift, ticket, sealed, kind, again, signed_in })
}

fn show(ask: &Ask, page: Page, scanned: &Scanned, browser: &Browser) -> Response {
    let page = page.back("/my/shifts");
    let view = ScanPage {
        shift: ShiftView::new(&page, &scanned.shift),
        ticket: scanned.sealed.clone(),
        at: web::clock(scanned.ticket.at),
        kind: scanned.kind.map_or("", SignalKind::word),
        again: scanned.again,
        sign_in: if scanned.signed_in { String::new() } else { format!("/sign-in?next={}", page.path()) },
        page,
    };
    let mut response = html(StatusCode::OK, &view);
    browser.keep(ask, &mut response);
    if !scanned.signed_in {
        set_cookie(ask, &mut response, SCAN_COOKIE, &scanned.sealed, 300);
    }
    response
}

async fn scan_page(ask: Ask, headers: HeaderMap, Path(token): Path<String>) -> Result<Response, Failed> {
    let browser = Browser::of(&ask, &headers);
    let device = browser.device();
    let kept = web::cookie(&headers, SCAN_COOKIE).map(str::to_owned);
    let (seen, page) = ask
        .app
        .read(&ask, "scan_page", move |tx, call| {
            let outcome = super::scan(tx, call, &token, device);
            // Who signed in meanwhile still has the scan from before.
            let before = kept.as_deref().and_then(|text| Ticket::open(call, text, device).ok());
            let (shift, ticket) = match (outcome, before) {
                (Err(_), Some(ticket)) if token.starts_with(&ticket.shift.to_string()) => {
                    (crate::shift(tx, ticket.shift)?, ticket)
                }
                (outcome, _) => outcome?,
            };
            scanned(tx, call, shift, ticket)
        })
        .await
        .or_failed(&ask)?;
    Ok(show(&ask, page, &seen, &browser))
}

#[derive(Template)]
#[template(path = "check_in/templates/digits.html")]
struct DigitsPage {
    page: Page,
    shift: ShiftView,
    typed: String,
}

async fn digits_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    digits_form(&ask, &id, None, "").await
}

async fn digits_form(ask: &Ask, id: &str, wrong: Option<&Refusal>, typed: &str) -> Result<Response, Failed> {
    let shift: Id<Shift> = view::id(id).map_err(Failure::from).or_failed(ask)?;
    let (shift, page) = ask
        .app
        .read(ask, "check_in_page", move |tx, call| {
            let shift = crate::shift(tx, shift)?;
            super::own_presence(tx, call, &shift)?;
            Ok(shift)
        })
        .await
        .or_failed(ask)?;
    let mut page = page.back("/my/shifts").tab("volunteer/today");
    let mut status = StatusCode::OK;
    if let Some(refusal) = wrong {
        status = web::status_of(refusal);
        let message = ask.app.text().refusal(ask.language, refusal);
        page.errors = vec![web::FieldError { field: "code", message }];
    }
    let now = ask.app.kit().clock.now();
    let shift = ShiftView::new(&page, &shift);
    let mut response = html(status, &DigitsPage { page, shift, typed: typed.to_owned() });
    if let Some(Kind::TooFast(until)) = wrong.map(|refusal| refusal.kind) {
        let seconds = (until.micros() - now.micros()).max(0) / 1_000_000 + 1;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Typing the digits gives the same ticket as scanning: it changes nothing yet.
async fn digits_sent(
    ask: Ask,
    headers: HeaderMap,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let shift: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let browser = Browser::of(&ask, &headers);
    let device = browser.device();
    let typed = fields.text("code").to_owned();
    let outcome = match counted(&ask).await {
        Ok(()) => {
            ask.app
                .read(&ask, "check_in_page", move |tx, call| {
                    let shift = crate::shift(tx, shift)?;
                    let ticket = super::typed(tx, call, &shift, &typed, device)?;
                    scanned(tx, call, shift, ticket)
                })
                .await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok((seen, page)) => Ok(show(&ask, page, &seen, &browser)),
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Conflict | Kind::TooFast(_)) => {
            digits_form(&ask, &id, Some(&refusal), fields.text("code")).await
        }
        Err(failure) => Err(failure).or_failed(&ask),
    }
}

/// Counts a try of six digits before they are looked at.
pub(crate) async fn counted(ask: &Ask) -> Outcome<()> {
    let who = |_: &mut db::Tx<'_>, call: &Call| Ok((call.actor.signed_in()?, call.now));
    let ((person, now), _) = ask.app.read(ask, "check_in_who", who).await?;
    ask.app.db().write("check_in_try", move |tx| super::count_try(tx, person, now)).await
}

async fn spend(ask: Ask, headers: HeaderMap, fields: Fields) -> Result<Response, Failed> {
    let device = Browser::of(&ask, &headers).device();
    let typed = fields.clone();
    let answer = ask
        .app
        .command(&ask, "check_in", fields.key(), fields.digest(), move |tx, call| {
            let kind = SignalKind::from_word(typed.text("kind"))
                .ok_or_else(|| Refusal::conflict("check-in-ticket-unreadable"))?;
            let ticket = Ticket::open(call, typed.text("ticket"), device)?;
            let Checked { kind, .. } = super::check_in(tx, call, &ticket, kind)?;
            Ok(Answer::go(format!("/shifts/{}/checked?kind={}", ticket.shift, kind.word())))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

#[derive(Template)]
#[template(path = "check_in/templates/checked.html")]
struct CheckedPage {
    page: Page,
    shift: ShiftView,
    arrived: String,
    left: String,
    /// What the phone said of where it was, by signal.
    hints: Vec<(&'static str, &'static str)>,
    /// Whether the phone may be asked whether it is near.
    may_be_asked: bool,
}

async fn checked_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((shift, row, asked), page) = ask
        .app
        .read(&ask, "checked_page", move |tx, call| {
            let shift = crate::shift(tx, id)?;
            let row = super::own_presence(tx, call, &shift)?;
            let asked = may_be_asked(tx, call, &shift, row.as_ref())?;
            Ok((shift, row, asked))
        })
        .await
        .or_failed(&ask)?;
    let page = page.back("/my/shifts").tab("volunteer/today");
    let at = |at: Option<kernel::Instant>| at.map(web::clock).unwrap_or_default();
    let view = CheckedPage {
        shift: ShiftView::new(&page, &shift),
        arrived: at(row.as_ref().and_then(|row| row.arrived_at)),
        left: at(row.as_ref().and_then(|row| row.left_at)),
        hints: row
            .iter()
            .flat_map(|row| row.hints.each())
            .map(|(kind, hint)| (kind.word(), hint.word()))
            .collect(),
        may_be_asked: asked.is_some(),
        page,
    };
    Ok(html(StatusCode::OK, &view))
}

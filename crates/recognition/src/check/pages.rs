//! `/verify`: a form and the verdict, for everybody.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Actor, Day, FieldRefusal, Refusal};
use serde::Deserialize;
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html};

use super::{Verdict, check, reason_of, revoke, revoked_file};
use crate::{Code, Statement};

/// Checks from one address in a minute at most: enough for a desk, too few to guess.
const CHECKS_MAX: u32 = 30;
const CHECKS_SECONDS: i64 = 60;

/// Counts one check of this address.
pub(super) fn count(ask: &Ask) -> Result<(), Failed> {
    let now = ask.app.kit().clock.now();
    let key = format!("verify {}", ask.address);
    ask.app
        .limits()
        .count(key, CHECKS_MAX, CHECKS_SECONDS, "verify-too-fast", now)
        .map_err(|refusal| Failed::new(ask, refusal.into()))
}

#[derive(Template)]
#[template(path = "check/templates/form.html")]
struct FormPage {
    page: Page,
    code: String,
}

/// The form's field.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    code: Option<String>,
}

/// The form; with a code in it, the verdict.
pub(crate) async fn form_page(ask: Ask, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    match asked.code {
        Some(code) => verdict(&ask, &code, "").await,
        None => Ok(form(&ask, String::new(), &[])),
    }
}

fn form(ask: &Ask, code: String, wrong: &[FieldRefusal]) -> Response {
    let page = Page::new(ask, &Actor::guest()).back("/").tab("public/home").wrong(wrong);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &FormPage { page, code })
}

#[derive(Template)]
#[template(path = "check/templates/verdict.html")]
struct VerdictPage {
    page: Page,
    code: String,
    verdict: Verdict,
    may_revoke: bool,
    /// Why it was revoked, for who may know.
    reason: Option<String>,
    /// Whether the pages with the evidence may be read.
    may_audit: bool,
    today: Day,
    /// The name that was compared, and whether it is the one on the statement.
    compared: Option<(String, bool)>,
}

impl VerdictPage {
    fn title(&self) -> String {
        self.page.t(&format!("verify-{}-title", self.verdict.word()))
    }

    /// Whether the day on which it was issued is over, so that there is a proof.
    fn is_proved(&self, statement: &Statement) -> bool {
        statement.issued_at.day() < self.today
    }

    fn meaning(&self) -> String {
        let key = match &self.verdict {
            Verdict::Tampered => "verify-tampered-what".to_owned(),
            verdict => format!("verify-{}-what", verdict.word()),
        };
        self.page.t(&key)
    }
}

/// Whether the statement with this code is genuine.
pub(crate) async fn verdict_page(ask: Ask, Path(code): Path<String>) -> Result<Response, Failed> {
    verdict(&ask, &code, "").await
}

/// The same, and whether it was issued to somebody of this name. Sent as a form, so that no name stands in an address.
pub(crate) async fn compare_name(
    ask: Ask,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    verdict(&ask, &code, fields.text("name")).await
}

async fn verdict(ask: &Ask, typed: &str, name: &str) -> Result<Response, Failed> {
    count(ask)?;
    match typed.parse::<Code>() {
        Ok(code) => shown(ask, code, name, &[]).await,
        Err(_) => {
            let refusal = Refusal::invalid("code", "verify-code");
            Ok(form(ask, typed.chars().take(80).collect(), &refusal.fields))
        }
    }
}

async fn shown(ask: &Ask, code: Code, name: &str, wrong: &[FieldRefusal]) -> Result<Response, Failed> {
    let ((verdict, may_revoke, may_audit, reason), page) = ask
        .app
        .read(ask, "verify_page", move |tx, call| {
            let verdict = check(tx, call, code)?;
            let place = verdict.statement().map(|statement| statement.division);
            let may = |action| place.is_some_and(|place| call.actor.may(action, place));
            let (revoke, audit) = (may(kernel::Action::ReviewHours), may(kernel::Action::Audit));
            let revoked = matches!(verdict, Verdict::Revoked(_));
            let reason = if revoked { reason_of(tx, call, code)? } else { None };
            Ok((verdict, revoke, audit, reason))
        })
        .await
        .or_failed(ask)?;
    let status = match (&verdict, wrong.is_empty()) {
        (_, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (Verdict::Unknown, _) => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    let name: String = name.trim().chars().take(people::NAME_CHARS_MAX).collect();
    let statement = verdict.statement().filter(|_| !name.is_empty());
    let compared = statement.map(|statement| (name.clone(), statement.is_of(code, &name)));
    let (page, code) = (page.back("/verify").tab("public/home").wrong(wrong), code.to_string());
    let today = ask.app.kit().clock.now().day();
    Ok(html(status, &VerdictPage { page, code, verdict, may_revoke, reason, may_audit, today, compared }))
}

/// The statements that were taken back, as a signed file.
pub(crate) async fn revoked_page(ask: Ask) -> Result<Response, Failed> {
    let (text, _) =
        ask.app.read(&ask, "revoked_file", |tx, call| Ok(revoked_file(tx, call)?)).await.or_failed(&ask)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Takes the statement back.
pub(crate) async fn revoke_form(
    ask: Ask,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let (parsed, reason) = (code.parse::<Code>(), fields.text("reason").to_owned());
    let answer = ask
        .app
        .command(&ask, "statement_revoke", fields.key(), fields.digest(), move |tx, call| {
            let code = parsed.map_err(|_| Refusal::missing())?;
            revoke(tx, call, code, &reason)?;
            Ok(Answer::go(format!("/verify/{code}")))
        })
        .await;
    match (answer, parsed) {
        (Ok(answer), _) => Ok(answer.into_response()),
        (Err(failure), Ok(code)) => match failure.refusal() {
            Some(refusal) if !refusal.fields.is_empty() => shown(&ask, code, "", &refusal.fields).await,
            _ => Err(failure).or_failed(&ask),
        },
        (Err(failure), Err(_)) => Err(failure).or_failed(&ask),
    }
}

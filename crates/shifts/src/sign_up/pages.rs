//! The buttons of an activity's page, the page of reasons, and a volunteer's own shifts.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Id, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html};

use super::rules::NOT_ELIGIBLE;
use crate::{shift::Shift, view};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .post("/activities/{id}/sign-up", Access::SignedIn, sign_up)
        .post("/activities/{id}/withdraw", Access::SignedIn, withdraw)
        .get("/my/shifts", Access::SignedIn, mine)
}

/// A reason and, where the person can mend it alone, the page to do it on.
struct ReasonView {
    sentence: String,
    href: &'static str,
    label: String,
}

#[derive(Template)]
#[template(path = "sign_up/templates/refused.html")]
struct RefusedPage {
    page: Page,
    back: String,
    reasons: Vec<ReasonView>,
}

fn mend(rule: &str) -> (&'static str, &'static str) {
    match rule {
        "sign-up-not-volunteer" => ("/join", "sign-up-go-join"),
        "sign-up-insurance" => ("/help", "sign-up-go-help"),
        "sign-up-training" | "sign-up-skill" | "sign-up-skill-unproved" => {
            ("/v/training", "sign-up-go-training")
        }
        "sign-up-busy" | "sign-up-already" => ("/my/shifts", "sign-up-go-mine"),
        _ => ("/activities", "sign-up-go-others"),
    }
}

async fn refused(ask: &Ask, id: Id<Shift>, refusal: Refusal) -> Result<Response, Failed> {
    let ((), page) = ask.app.read(ask, "sign_up_refused", |_, _| Ok(())).await.or_failed(ask)?;
    let page = page.back(format!("/activities/{id}")).tab("public/activities");
    let reasons = view::worded(refusal.fields, ask).into_iter().map(|field| {
        let (href, label) = mend(field.rule);
        ReasonView { sentence: ask.app.text().field(ask.language, &field), href, label: page.t(label) }
    });
    let reasons = reasons.collect();
    Ok(html(StatusCode::CONFLICT, &RefusedPage { page, back: format!("/activities/{id}"), reasons }))
}

async fn sign_up(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let outcome = ask
        .app
        .command(&ask, "signup_make", fields.key(), fields.digest(), move |tx, call| {
            super::sign_up(tx, call, id)?;
            Ok(Answer::go(format!("/activities/{id}")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.rule == NOT_ELIGIBLE => refused(&ask, id, refusal).await,
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

async fn withdraw(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let answer = ask
        .app
        .command(&ask, "signup_withdraw", fields.key(), fields.digest(), move |tx, call| {
            super::withdraw(tx, call, id)?;
            Ok(Answer::go("/my/shifts?done=withdrawn"))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

struct MineView {
    state: String,
    shift: String,
    title: String,
    when: String,
    address: String,
    /// Whether the check-in is open now.
    now: bool,
}

#[derive(Template)]
#[template(path = "sign_up/templates/mine.html")]
struct MinePage {
    page: Page,
    mine: Vec<MineView>,
    done: String,
}

async fn mine(ask: Ask, Query(query): Query<HashMap<String, String>>) -> Result<Response, Failed> {
    let ((mine, now), page) = ask
        .app
        .read(&ask, "my_shifts_page", move |tx, call| {
            let from = call.now - crate::check_in::AROUND_MINUTES;
            Ok((super::my_shifts(tx, call, from)?, call.now))
        })
        .await
        .or_failed(&ask)?;
    let page = page.back("/me").tab("volunteer/me");
    let mine = mine.into_iter().map(|mine| MineView {
        now: mine.is_around(now),
        shift: mine.shift.to_string(),
        when: page.window(mine.starts_at, mine.ends_at),
        title: mine.title,
        address: mine.address,
        state: mine.state,
    });
    let mine = mine.collect();
    Ok(html(StatusCode::OK, &MinePage { mine, done: query.get("done").cloned().unwrap_or_default(), page }))
}

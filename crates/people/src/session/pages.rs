//! `/sign-out` and `/me/sessions`.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html};

use super::{OpenSession, end_all_sessions, end_session, own_sessions};
use crate::sign_in::without_cookie;

#[derive(Template)]
#[template(path = "session/templates/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<OpenSession>,
}

pub(crate) async fn sessions(ask: Ask) -> Result<Response, Failed> {
    let (sessions, page) = ask.app.read(&ask, "sessions_page", own_sessions).await.or_failed(&ask)?;
    Ok(html(StatusCode::OK, &SessionsPage { page: page.back("/me").tab("public/me"), sessions }))
}

pub(crate) async fn end_everywhere(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let ended = ask
        .app
        .command(&ask, "sessions_end", fields.key(), fields.digest(), |tx, call| {
            end_all_sessions(tx, call)?;
            Ok(Answer::go("/"))
        })
        .await
        .or_failed(&ask)?;
    Ok(without_cookie(&ask, ended))
}

pub(crate) async fn sign_out(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let token = ask.token.clone();
    let ended = ask
        .app
        .command(&ask, "sign_out", None, fields.digest(), move |tx, call| {
            if let Some(token) = &token {
                end_session(tx, call, token)?;
            }
            Ok(Answer::go("/"))
        })
        .await
        .or_failed(&ask)?;
    Ok(without_cookie(&ask, ended))
}

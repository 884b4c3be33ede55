//! `/v/cert`: my records, a button for each, and the statement with its code.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Fault, Outcome};
use kernel::{Id, Refusal};
use web::{Answer, Ask, Failed, Fields, OrFailed, Page, html};

use super::issue;
use crate::{
    Code, Statement,
    check::category_key,
    fact::{self, Fact},
    store,
};

/// What the code is sealed for on its way to the page that shows it: it stands in no log and no table.
const TICKET: &str = "statement.code";

#[derive(Template)]
#[template(path = "certificate/templates/list.html")]
struct ListPage {
    page: Page,
    records: Vec<Fact>,
}

impl ListPage {
    fn category(&self, fact: &Fact) -> String {
        self.page.t(&category_key(&fact.category))
    }
}

/// My records, newest first.
pub(crate) async fn list_page(ask: Ask) -> Result<Response, Failed> {
    let (records, page) = ask
        .app
        .read(&ask, "cert_page", |tx, call| fact::of_person(tx, call.actor.signed_in()?))
        .await
        .or_failed(&ask)?;
    Ok(html(StatusCode::OK, &ListPage { page: page.back("/v").tab("volunteer/me"), records }))
}

/// Issues the statement of the record that was pressed.
pub(crate) async fn issue_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let record = fields.text("record").parse();
    let place = ask.app.place().clone();
    let answer = ask
        .app
        .command(&ask, "statement_issue", fields.key(), fields.digest(), move |tx, call| {
            let record = record.map_err(|_| Refusal::missing())?;
            let issued = issue(tx, call, record, (place.division, &place.name))?;
            let sealed = call
                .keys()
                .seal(TICKET, &issued.code.bits(), call.random().bytes())
                .map_err(|error| Fault::Defect(error.to_string()))?;
            Ok(Answer::go(format!("/v/cert/{}", journal::hex(&sealed))))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

#[derive(Template)]
#[template(path = "certificate/templates/issued.html")]
struct IssuedPage {
    page: Page,
    code: String,
    statement: Statement,
}

impl IssuedPage {
    /// What others see of it.
    fn look(&self) -> String {
        format!("/verify/{}", self.code)
    }

    fn category(&self) -> String {
        self.page.t(&category_key(&self.statement.category))
    }
}

/// The statement that was issued, with its code, for who asked for it and whose it is.
pub(crate) async fn issued_page(ask: Ask, Path(ticket): Path<String>) -> Result<Response, Failed> {
    let opened = store::unhex(&ticket).and_then(|sealed| ask.app.kit().keys.open(TICKET, &sealed).ok());
    let code = opened.and_then(|bits| <[u8; 16]>::try_from(bits).ok()).map(Code::new);
    let (statement, page) = ask
        .app
        .read(&ask, "statement_page", move |tx, call| -> Outcome<_> {
            let me: Id<kernel::Person> = call.actor.signed_in()?;
            let code = code.ok_or_else(Refusal::missing)?;
            let stored = store::find(tx, code.hash())?.ok_or_else(Refusal::missing)?;
            let statement = Statement::read(&stored.body).ok_or_else(Refusal::missing)?;
            if ![statement.person, statement.issued_by].contains(&me) {
                return Err(Refusal::missing().into());
            }
            Ok((code, statement))
        })
        .await
        .or_failed(&ask)?;
    let (code, statement) = (statement.0.to_string(), statement.1);
    let page = page.back("/v/cert").tab("volunteer/me");
    Ok(html(StatusCode::OK, &IssuedPage { page, code, statement }))
}

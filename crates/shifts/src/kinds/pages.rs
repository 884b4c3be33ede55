//! `/w/kinds`: what looks like no volunteering, for who may say whether it is.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Action, FieldRefusal, Kind, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html};

use super::{api, decide_kind, suspected};
use crate::view;

pub(crate) fn routes() -> Routes {
    let review = Access::Staff(Action::ReviewHours);
    Routes::new()
        .get("/w/kinds", review, list)
        .post("/w/kinds/{id}", review, decide)
        .api(review, utoipa_axum::routes!(api::kind_list))
        .api(review, utoipa_axum::routes!(api::kind_decide))
}

struct Line {
    id: String,
    title: String,
    summary: String,
    kinds: String,
    /// What was typed for this one, and what is wrong with it.
    reason: String,
    wrong: String,
}

#[derive(Template)]
#[template(path = "kinds/templates/kinds.html")]
struct KindsPage {
    page: Page,
    lines: Vec<Line>,
    done: String,
}

/// The kinds by their words, in the reader's language.
pub(crate) fn named(page: &Page, words: &[String]) -> String {
    words.iter().map(|word| page.tw("kind-", word)).collect::<Vec<_>>().join(&page.t("kinds-and"))
}

async fn show(
    ask: &Ask,
    status: StatusCode,
    done: &str,
    typed: Option<(&str, &str, &[FieldRefusal])>,
) -> Result<Response, Failed> {
    let (all, page) = ask.app.read(ask, "kinds_page", suspected).await.or_failed(ask)?;
    let page = page.back("/w/reviews").tab("worker/reviews");
    let lines = all.into_iter().map(|one| {
        let id = one.review.id.to_string();
        let (reason, wrong) = match typed.filter(|(of, ..)| *of == id) {
            Some((_, reason, wrong)) => {
                let said = wrong.iter().map(|one| page.why(one)).collect::<Vec<_>>();
                (reason.to_owned(), said.join(" "))
            }
            None => Default::default(),
        };
        Line {
            id,
            kinds: named(&page, &one.review.words()),
            title: one.title,
            summary: one.summary,
            reason,
            wrong,
        }
    });
    Ok(html(status, &KindsPage { lines: lines.collect(), done: done.to_owned(), page }))
}

async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    show(&ask, StatusCode::OK, fields.text("done"), None).await
}

async fn decide(ask: Ask, Path(path): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = view::id(&path).map_err(Failure::from).or_failed(&ask)?;
    let (decision, reason) = (fields.text("decision").to_owned(), fields.text("reason").to_owned());
    let outcome = ask
        .app
        .command(&ask, "kind_decide", fields.key(), fields.digest(), move |tx, call| {
            let is_service = match decision.as_str() {
                "pass" => true,
                "refuse" => false,
                _ => return Err(Refusal::invalid("decision", "decision-missing").into()),
            };
            decide_kind(tx, call, id, is_service, &reason)?;
            Ok(Answer::go(format!("/w/kinds?done={decision}")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let typed = Some((path.as_str(), fields.text("reason"), refusal.fields.as_slice()));
            show(&ask, StatusCode::UNPROCESSABLE_ENTITY, "", typed).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

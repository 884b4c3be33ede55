//! `/w/people/{id}/cover`: what a volunteer has, and noting it.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{FieldRefusal, Id, Kind, Person, Refusal};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html};

use super::{Proven, Typed, cover, record_cover};
use crate::catalogue::SKILLS;

#[derive(Template)]
#[template(path = "cover/templates/cover.html")]
struct CoverPage {
    page: Page,
    id: String,
    name: String,
    skills: Vec<(String, String)>,
    insured_until: String,
    trained_until: String,
    choices: Vec<Choice>,
    proof: String,
    skill_until: String,
    done: bool,
}

fn id(ask: &Ask, text: &str) -> Result<Id<Person>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

async fn show(
    ask: &Ask,
    id: Id<Person>,
    status: StatusCode,
    wrong: &[FieldRefusal],
    typed: Option<&Fields>,
    done: bool,
) -> Result<Response, Failed> {
    let ((card, cover), page) =
        ask.app.read(ask, "cover_page", move |tx, call| cover(tx, call, id)).await.or_failed(ask)?;
    let page = page.back(format!("/w/people/{id}")).tab("worker/people").wrong(wrong);
    let day = |day: Option<kernel::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = |name: &str| typed.map(|typed| typed.text(name).to_owned());
    let line = |one: &Proven| {
        let proof = match one.proof.as_str() {
            "" => page.t("people-cover-told"),
            proof => proof.to_owned(),
        };
        let until = one.until.map(|day| page.ta("people-cover-until", "day", day));
        (page.t(&format!("people-skill-{}", one.skill)), format!("{proof} {}", until.unwrap_or_default()))
    };
    let chosen = text("skill").unwrap_or_default();
    let none = Choice::new("", page.t("people-cover-no-skill"));
    let some = SKILLS.iter().map(|word| Choice::new(*word, page.t(&format!("people-skill-{word}"))));
    let choices = std::iter::once(none).chain(some).map(|choice| choice.chosen_if(&chosen)).collect();
    let shown = CoverPage {
        id: id.to_string(),
        name: card.name_masked,
        skills: cover.skills.iter().map(line).collect(),
        insured_until: text("insured_until").unwrap_or_else(|| day(cover.insured_until)),
        trained_until: text("trained_until").unwrap_or_else(|| day(cover.trained_until)),
        choices,
        proof: text("proof").unwrap_or_default(),
        skill_until: text("skill_until").unwrap_or_default(),
        done,
        page,
    };
    Ok(html(status, &shown))
}

pub(crate) async fn look(
    ask: Ask,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let done = Fields::parse(query.unwrap_or_default().as_bytes()).text("done") == "noted";
    show(&ask, id, StatusCode::OK, &[], None, done).await
}

pub(crate) async fn note(ask: Ask, Path(path): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "volunteer_cover", fields.key(), fields.digest(), move |tx, call| {
            let read = Typed {
                insured_until: typed.text("insured_until"),
                trained_until: typed.text("trained_until"),
                skill: typed.text("skill"),
                proof: typed.text("proof"),
                skill_until: typed.text("skill_until"),
            };
            record_cover(tx, call, id, &read.read()?)?;
            Ok(Answer::go(format!("/w/people/{id}/cover?done=noted")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, id, StatusCode::UNPROCESSABLE_ENTITY, &refusal.fields, Some(&fields), false).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

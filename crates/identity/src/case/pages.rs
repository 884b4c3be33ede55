//! `/w/cases`: what waits for the decision of the level above, and one case with what speaks in it.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Failure;
use kernel::{Id, Kind, Person, Refusal};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, status_of};

use super::{Case, CaseState, Evidence, Listed, cases, decide, look_at_case};

#[derive(Template)]
#[template(path = "case/templates/cases.html")]
struct CasesPage {
    page: Page,
    listed: Listed,
    late: Vec<bool>,
}

impl CasesPage {
    fn line(&self, case: &Case) -> String {
        let name = self.listed.cards.get(&case.person).map(|card| card.name_masked.clone());
        self.page.tb(
            "identity-cases-line",
            "name",
            name.unwrap_or_default(),
            "day",
            self.page.date(case.opened_at.day()),
        )
    }

    fn is_late(&self, at: &usize) -> bool {
        self.late.get(*at).copied().unwrap_or_default()
    }
}

pub(crate) async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    // A page starts anew where it cannot read what to go on behind.
    let typed = Fields::parse(query.unwrap_or_default().as_bytes());
    let after = typed.given("after").and_then(|after| after.parse().ok());
    let read = ask.app.read(&ask, "cases_page", move |tx, call| cases(tx, call, after));
    let (listed, page) = read.await.or_failed(&ask)?;
    let today = ask.app.kit().clock.now().day();
    let late = listed.cases.iter().map(|case| case.due < today).collect();
    Ok(html(StatusCode::OK, &CasesPage { page: page.back("/me").tab("worker/cases"), listed, late }))
}

#[derive(Template)]
#[template(path = "case/templates/case.html")]
struct CasePage {
    page: Page,
    evidence: Evidence,
    place: String,
    decisions: Vec<Choice>,
    reason: String,
}

impl CasePage {
    fn name(&self, person: Option<&Id<Person>>) -> String {
        let card = person.and_then(|person| self.evidence.cards.get(person));
        card.map_or_else(|| self.page.t("identity-somebody"), |card| card.name_masked.clone())
    }

    fn file(&self, file: &[u8; 32]) -> String {
        vault::hex(file).chars().take(12).collect()
    }
}

fn id_of(ask: &Ask, text: &str) -> Result<Id<Case>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

async fn show(
    ask: &Ask,
    id: Id<Case>,
    (fields, refusal): (&Fields, Option<&Refusal>),
) -> Result<Response, Failed> {
    let look = ask.app.look(ask, "case_page", move |tx, call| {
        let evidence = look_at_case(tx, call, id)?;
        let place = places::tree_in(tx)?.full_name(evidence.case.division).unwrap_or_default();
        Ok((evidence, place))
    });
    let ((evidence, place), page) = look.await.or_failed(ask)?;
    let decisions = ["uphold", "keep"].map(|word| {
        Choice::new(word, page.t(&format!("identity-decide-{word}")))
            .with_hint(page.t(&format!("identity-decide-{word}-means")))
            .chosen_if(fields.text("decision"))
    });
    let wrong = refusal.map(|refusal| refusal.fields.clone()).unwrap_or_default();
    let shown = CasePage {
        page: page.back("/w/cases").tab("worker/cases").wrong(&wrong),
        evidence,
        place,
        decisions: decisions.to_vec(),
        reason: fields.text("reason").to_owned(),
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

pub(crate) async fn one(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id = id_of(&ask, &id)?;
    show(&ask, id, (&Fields::default(), None)).await
}

/// Reads whether a refusal is upheld.
pub(super) fn upheld(decision: &str) -> Result<bool, Refusal> {
    match decision {
        "uphold" => Ok(true),
        "keep" => Ok(false),
        _ => Err(Refusal::invalid("decision", "decision-missing")),
    }
}

pub(crate) async fn decide_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id_of(&ask, &path)?;
    let typed = fields.clone();
    let decided = ask.app.command(&ask, "case_decide", fields.key(), fields.digest(), move |tx, call| {
        decide(tx, call, id, upheld(typed.text("decision"))?, typed.text("reason"))?;
        Ok(Answer::go(format!("/w/cases/{id}")))
    });
    match decided.await {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, id, (&fields, Some(&refusal))).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

//! `/w/people`, `/w/people/{id}` and `/me/looks`.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use db::Failure;
use kernel::{Action, Id, Kind, Person, Refusal};
use web::{Ask, Choice, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{Field, Look, Masked, after_of, find_people, looks, masked, reveal};
use crate::{Card, catalogue};

#[derive(Template)]
#[template(path = "lookup/templates/find.html")]
struct FindPage {
    page: Page,
    /// Whether the caller keeps a desk, where cards are printed.
    keeps_desk: bool,
    query: String,
    asked: bool,
    found: Vec<Line>,
    /// Behind whom the search goes on.
    more: Option<String>,
}

struct Line {
    card: Card,
    community: String,
}

#[derive(Template)]
#[template(path = "lookup/templates/person.html")]
struct PersonPage {
    page: Page,
    person: Masked,
    community: String,
    phone: String,
    document: String,
    /// Whether the caller may certify what the person served here.
    certifies: bool,
    /// Whether the caller keeps a desk here, where cards are printed.
    keeps_desk: bool,
    fields: Vec<Choice>,
    reason: String,
    shown: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "lookup/templates/looks.html")]
struct LooksPage {
    page: Page,
    looks: Vec<Look>,
}

impl LooksPage {
    fn line(&self, look: &Look) -> String {
        let field = self.page.t(&format!("people-field-{}", look.field.word()));
        self.page.tb("people-looks-one", "at", look.at, "field", field)
    }

    fn by(&self, look: &Look) -> String {
        let by = look.by.as_ref().map(|card| card.name_masked.as_str()).unwrap_or_default();
        if look.reason.is_empty() {
            let why = if look.field == Field::Evidence { "people-looks-audit" } else { "people-looks-call" };
            return self.page.ta(why, "by", by);
        }
        self.page.tb("people-looks-why", "by", by, "reason", look.reason.as_str())
    }
}

pub(crate) async fn find(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes());
    let query = typed.text("q").to_owned();
    // A page starts anew where it cannot read behind whom to go on.
    let after = after_of(&typed).unwrap_or_default();
    let asked = query.clone();
    let ((found, next, keeps_desk), page) = ask
        .app
        .read(&ask, "people_page", move |tx, call| {
            let keeps_desk = !call.actor.scope(Action::KeepDesk).is_empty();
            if asked.is_empty() {
                return Ok((Vec::new(), None, keeps_desk));
            }
            let tree = places::tree_in(tx)?;
            let name =
                |card: &Card| tree.get(card.division).map(|one| one.name.to_owned()).unwrap_or_default();
            let found = find_people(tx, call, &asked, after)?;
            let lines = found.people.into_iter().map(|card| Line { community: name(&card), card });
            Ok((lines.collect(), found.next, keeps_desk))
        })
        .await
        .or_failed(&ask)?;
    let page = page.back("/w").tab("worker/people");
    let more = next.map(|after| after.to_string());
    Ok(html(StatusCode::OK, &FindPage { page, keeps_desk, asked: !query.is_empty(), query, found, more }))
}

async fn show(
    ask: &Ask,
    status: StatusCode,
    id: Id<Person>,
    fields: &Fields,
    refusal: Option<&Refusal>,
    shown: Option<(Field, String)>,
) -> Result<Response, Failed> {
    let ((person, community, certifies, keeps_desk), page) = ask
        .app
        .read(ask, "person_page", move |tx, call| {
            let person = masked(tx, call, id)?;
            let name = places::tree_in(tx)?.get(person.card.division).map(|one| one.name.to_owned());
            let certifies = call.actor.may(Action::ReviewHours, person.card.division);
            let keeps_desk = call.actor.may(Action::KeepDesk, person.card.division);
            Ok((person, name.unwrap_or_default(), certifies, keeps_desk))
        })
        .await
        .or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page = page.back("/w/people").tab("worker/people").wrong(wrong);
    let words = person.fields.iter().map(|field| field.word());
    let chosen = [fields.text("field").to_owned()];
    let document = match person.document_kind.as_str() {
        "" => String::new(),
        kind => format!("{} ****{}", page.t(&format!("people-document-{kind}")), person.document_last4),
    };
    let shown = shown.map(|(field, clear)| (page.t(&format!("people-field-{}", field.word())), clear));
    let phone = match person.card.phone_last4.as_str() {
        "" => String::new(),
        last4 => format!("****{last4}"),
    };
    let template = PersonPage {
        phone,
        fields: catalogue::choices(&page, "people-field", words, &chosen),
        reason: if shown.is_some() { String::new() } else { fields.text("reason").to_owned() },
        page,
        person,
        community,
        document,
        certifies,
        keeps_desk,
        shown,
    };
    Ok(html(status, &template))
}

fn id(ask: &Ask, text: &str) -> Result<Id<Person>, Failed> {
    text.parse().map_err(|_| Failed::new(ask, Refusal::missing().into()))
}

pub(crate) async fn person_page(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    show(&ask, StatusCode::OK, id, &Fields::default(), None, None).await
}

pub(crate) async fn reveal_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let id = id(&ask, &path)?;
    let typed = fields.clone();
    let shown = secretly(&ask, "person_reveal", fields.digest(), move |tx, call| {
        let field = Field::from_word(typed.text("field"));
        let field = field.ok_or_else(|| Refusal::invalid("field", "field-unknown"))?;
        Ok((field, reveal(tx, call, id, field, typed.text("reason"))?))
    })
    .await;
    match shown {
        Ok(shown) => show(&ask, StatusCode::OK, id, &fields, None, Some(shown)).await,
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, status_of(&refusal), id, &fields, Some(&refusal), None).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

pub(crate) async fn own_looks(ask: Ask) -> Result<Response, Failed> {
    let (looks, page) = ask.app.read(&ask, "looks_page", looks).await.or_failed(&ask)?;
    Ok(html(StatusCode::OK, &LooksPage { page: page.back("/me").tab("public/me"), looks }))
}

//! `/join`: three screens, one form. What was typed travels in hidden fields; nothing is kept until the last.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use db::Failure;
use kernel::{Day, DivisionCode, FieldRefusal, Kind, Refusal};
use vault::{Document, DocumentKind};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, secretly, status_of};

use super::{ADULT_AGE, Guardian, Join, Joined, join, read_document, rules};
use crate::{
    catalogue, community, full_name, name, phone_of,
    sign_in::{self, Tried, join_new, read_phone, refusal_of, ticket_phone, with_cookie},
    weekly,
};

#[derive(Template)]
#[template(path = "join/templates/identity.html")]
struct IdentityPage {
    page: Page,
    full_name: String,
    kinds: Vec<Choice>,
    number: String,
    birth_day: String,
}

#[derive(Template)]
#[template(path = "join/templates/wishes.html")]
struct WishesPage {
    page: Page,
    carried: Vec<(&'static str, String)>,
    signed_in: bool,
    proven: String,
    phone: String,
    sent: bool,
    place: String,
    communities: Vec<Choice>,
    categories: Vec<Choice>,
    times: Vec<Choice>,
    minor: bool,
    guardian_name: String,
    guardian_phone: String,
    consent: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "join/templates/check.html")]
struct CheckPage {
    page: Page,
    carried: Vec<(&'static str, String)>,
    full_name: String,
    document: String,
    community: String,
    categories: String,
    times: String,
    guardian: String,
}

#[derive(Template)]
#[template(path = "join/templates/claim.html")]
struct ClaimPage {
    page: Page,
    last4: String,
}

#[derive(Template)]
#[template(path = "join/templates/done.html")]
struct DonePage {
    page: Page,
    number: String,
}

/// Fields of the first screen, which the second and third carry along.
const FIRST: [&str; 4] = ["name", "kind", "number", "birth_day"];
/// Fields of the second screen, which the third carries along.
const SECOND: [&str; 5] = ["ticket", "division", "guardian_name", "guardian_phone", "guardian_consent"];
/// Fields of the second screen that may come several times.
const SEVERAL: [&str; 2] = ["categories", "times"];

fn carried(
    fields: &Fields,
    single: &[&'static str],
    several: &[&'static str],
) -> Vec<(&'static str, String)> {
    let one = single.iter().map(|name| (*name, fields.text(name).to_owned()));
    let many = several.iter().flat_map(|name| fields.all(name).map(move |value| (*name, value.to_owned())));
    one.chain(many).collect()
}

pub(crate) async fn begin(ask: Ask) -> Result<Response, Failed> {
    let (known, page) = ask
        .app
        .read(&ask, "join_page", |tx, call| call.actor.person.map(|person| full_name(tx, person)).transpose())
        .await
        .or_failed(&ask)?;
    if page.volunteer {
        return Ok(Redirect::to("/v/profile").into_response());
    }
    let known = known.unwrap_or_default();
    Ok(identity(page, StatusCode::OK, &Fields::default(), &known, &[]))
}

fn identity(
    page: Page,
    status: StatusCode,
    fields: &Fields,
    known: &str,
    wrong: &[FieldRefusal],
) -> Response {
    let kind = fields.given("kind").unwrap_or(DocumentKind::ResidentId.code());
    let kinds = DocumentKind::ALL
        .iter()
        .map(|one| {
            Choice::new(one.code(), page.t(&format!("people-document-{}", one.code()))).chosen_if(kind)
        })
        .collect();
    let shown = IdentityPage {
        kinds,
        full_name: fields.given("name").unwrap_or(known).to_owned(),
        number: fields.text("number").to_owned(),
        birth_day: fields.text("birth_day").to_owned(),
        page: page.back("/").wrong(wrong),
    };
    html(status, &shown)
}

/// The first screen's document and day of birth, every wrong field named.
fn first(fields: &Fields, today: Day) -> Result<(Document, Option<Day>), Vec<FieldRefusal>> {
    let mut wrong = Vec::new();
    if let Err(refusal) = name::parse("name", fields.text("name")) {
        wrong.extend(refusal.fields);
    }
    let document = read_document(fields.text("kind"), fields.text("number"), today);
    let told: Option<Day> = fields.text("birth_day").parse().ok();
    match document {
        Ok(document) => {
            let born = rules::born(&document).or(told);
            wrong.extend(rules::wrong_age(born.map(|born| today.years_since(born))));
            if wrong.is_empty() { Ok((document, born)) } else { Err(wrong) }
        }
        Err(refusal) => {
            wrong.extend(refusal.fields);
            Err(wrong)
        }
    }
}

pub(crate) async fn step(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let today = ask.app.kit().clock.now().day();
    let (document, born) = match first(&fields, today) {
        Ok(read) => read,
        Err(wrong) => {
            let ((), page) = ask.app.read(&ask, "join_page", |_, _| Ok(())).await.or_failed(&ask)?;
            return Ok(identity(page, StatusCode::UNPROCESSABLE_ENTITY, &fields, "", &wrong));
        }
    };
    let minor = born.is_some_and(|born| today.years_since(born) < ADULT_AGE);
    let form = Form { ask, fields, document, born, minor };
    match form.fields.text("step") {
        "send" => form.send_code().await,
        "search" => form.wishes(StatusCode::OK, &[], "", form.fields.given("sent").is_some()).await,
        "check" => form.check().await,
        "join" => form.join().await,
        _ => form.wishes(StatusCode::OK, &[], "", false).await,
    }
}

/// The form as far as it was filled in: the first screen is right.
struct Form {
    ask: Ask,
    fields: Fields,
    document: Document,
    born: Option<Day>,
    minor: bool,
}

impl Form {
    /// The second screen. `proven` is the ticket of a phone whose code was right.
    async fn wishes(
        &self,
        status: StatusCode,
        wrong: &[FieldRefusal],
        proven: &str,
        sent: bool,
    ) -> Result<Response, Failed> {
        let (ask, fields) = (&self.ask, &self.fields);
        let ((tree, home), page) = ask
            .app
            .read(ask, "join_page", |tx, call| Ok((places::tree_in(tx)?, call.actor.home)))
            .await
            .or_failed(ask)?;
        let place = fields.text("place").to_owned();
        let home = if page.signed_in { home.to_string() } else { String::new() };
        let division = fields.given("division").unwrap_or(&home);
        let chosen = |name: &str| fields.all(name).map(str::to_owned).collect::<Vec<_>>();
        let ticket = if proven.is_empty() { fields.text("ticket") } else { proven };
        let shown = WishesPage {
            carried: carried(fields, &FIRST, &[]),
            signed_in: page.signed_in,
            proven: ticket.to_owned(),
            phone: fields.text("phone").to_owned(),
            sent,
            communities: community::choices(&tree, ask, &place, division),
            place,
            categories: catalogue::categories(&page, &chosen("categories")),
            times: catalogue::choices(&page, "people-time", weekly::words(), &chosen("times")),
            minor: self.minor,
            guardian_name: fields.text("guardian_name").to_owned(),
            guardian_phone: fields.text("guardian_phone").to_owned(),
            consent: catalogue::choices(&page, "people-consent", ["yes"], &chosen("guardian_consent")),
            page: page.back("/join").wrong(wrong),
        };
        Ok(html(status, &shown))
    }

    async fn send_code(&self) -> Result<Response, Failed> {
        let phone = match read_phone("phone", self.fields.text("phone")) {
            Ok(phone) => phone,
            Err(refusal) => return self.wishes(status_of(&refusal), &refusal.fields, "", false).await,
        };
        match sign_in::pages::send(&self.ask, self.fields.digest(), &phone).await {
            Ok(()) => self.wishes(StatusCode::OK, &[], "", true).await,
            Err(Failure::Refused(refusal)) => {
                let wrong = [FieldRefusal { field: "phone", rule: refusal.rule, args: refusal.args.clone() }];
                self.wishes(status_of(&refusal), &wrong, "", true).await
            }
            Err(failure) => Err(Failed::new(&self.ask, failure)),
        }
    }

    /// From the second screen to the third: the phone is proven, everything typed is right.
    async fn check(&self) -> Result<Response, Failed> {
        let (signed_in, tree) = {
            let read = self.ask.app.read(&self.ask, "join_page", |tx, call| {
                Ok((call.actor.person.is_some(), places::tree_in(tx)?))
            });
            read.await.or_failed(&self.ask)?.0
        };
        let mut wrong = Vec::new();
        if community::chosen(&tree, &self.fields).is_none() {
            wrong.extend(Refusal::invalid("division", "division-not-community").fields);
        }
        if self.minor {
            wrong.extend(self.guardian().err().unwrap_or_default());
        }
        let mut ticket = self.fields.text("ticket").to_owned();
        let mut cookie = None;
        if !signed_in && ticket.is_empty() {
            match read_phone("phone", self.fields.text("phone")) {
                Err(refusal) => wrong.extend(refusal.fields),
                Ok(_) if self.fields.given("code").is_none() => {
                    wrong.extend(Refusal::invalid("code", "code-missing").fields);
                }
                // A code is spent once all else is right.
                Ok(_) if !wrong.is_empty() => {}
                Ok(phone) => {
                    let code = self.fields.text("code");
                    let tried = sign_in::pages::try_typed(&self.ask, self.fields.digest(), &phone, code);
                    let tried = tried.await.or_failed(&self.ask)?;
                    wrong.extend(refusal_of(&tried).map(|refusal| refusal.fields).unwrap_or_default());
                    match tried {
                        Tried::SignedIn { token, .. } => cookie = Some(token),
                        Tried::NewPhone { ticket: new } => ticket = new,
                        Tried::Wrong { .. } | Tried::Over | Tried::Used => {}
                    }
                }
            }
        }
        if !wrong.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return self.wishes(status, &wrong, &ticket, self.fields.given("sent").is_some()).await;
        }
        let response = self.third(&tree, ticket).await?;
        Ok(match cookie {
            Some(token) => with_cookie(&self.ask, &token, response),
            None => response,
        })
    }

    async fn third(&self, tree: &places::Edition, ticket: String) -> Result<Response, Failed> {
        let ((), page) =
            self.ask.app.read(&self.ask, "join_page", |_, _| Ok(())).await.or_failed(&self.ask)?;
        let words = |prefix: &str, name: &str| {
            let list: Vec<String> =
                self.fields.all(name).map(|word| page.t(&format!("{prefix}-{word}"))).collect();
            if list.is_empty() { page.t("people-any") } else { list.join(" · ") }
        };
        let code = community::chosen(tree, &self.fields).unwrap_or_default();
        let kind = page.t(&format!("people-document-{}", self.document.kind().code()));
        let mut along = carried(&self.fields, &FIRST, &[]);
        along.extend(carried(&self.fields, &SECOND, &SEVERAL));
        for (name, value) in &mut along {
            if *name == "ticket" {
                value.clone_from(&ticket);
            }
        }
        let shown = CheckPage {
            carried: along,
            full_name: self.fields.text("name").to_owned(),
            document: format!("{kind} {}", self.document.masked()),
            community: tree.full_name(code).unwrap_or_default(),
            categories: words("category", "categories"),
            times: words("people-time", "times"),
            guardian: if self.minor { self.fields.text("guardian_name").to_owned() } else { String::new() },
            page: page.back("/join"),
        };
        Ok(html(StatusCode::OK, &shown))
    }

    fn guardian(&self) -> Result<Guardian, Vec<FieldRefusal>> {
        let mut wrong = Vec::new();
        let typed = self.fields.text("guardian_name");
        if typed.is_empty() {
            wrong.extend(Refusal::invalid("guardian_name", "guardian-missing").fields);
        } else if let Err(refusal) = name::parse("guardian_name", typed) {
            wrong.extend(refusal.fields);
        }
        let consent = self.fields.text("guardian_consent") == "yes";
        if !consent {
            wrong.extend(Refusal::invalid("guardian_consent", "guardian-consent-missing").fields);
        }
        match read_phone("guardian_phone", self.fields.text("guardian_phone")) {
            Ok(phone) if wrong.is_empty() => Ok(Guardian { name: typed.to_owned(), phone, consent }),
            Ok(_) => Err(wrong),
            Err(refusal) => {
                wrong.extend(refusal.fields);
                Err(wrong)
            }
        }
    }

    async fn join(&self) -> Result<Response, Failed> {
        let guardian = if self.minor { self.guardian().ok() } else { None };
        let (fields, document, born) = (self.fields.clone(), self.document.clone(), self.born);
        let joined = secretly(&self.ask, "volunteer_join", self.fields.digest(), move |tx, call| {
            let tree = places::tree_in(tx)?;
            let ticket = fields.text("ticket");
            let phone = match call.actor.person {
                Some(person) => phone_of(tx, call.keys(), person)?.ok_or_else(Refusal::sign_in_first)?,
                None => ticket_phone(call.keys(), ticket, call.now)?,
            };
            let wish = Join {
                name: fields.text("name").to_owned(),
                document: document.clone(),
                birth_day: born,
                phone,
                division: community::chosen(&tree, &fields).unwrap_or(DivisionCode::NATION),
                categories: fields.all("categories").map(str::to_owned).collect(),
                skills: Vec::new(),
                times: weekly::times(fields.all("times")),
                radius_m: 0,
                limits: Vec::new(),
                guardian: guardian.clone(),
            };
            if call.actor.person.is_some() {
                return Ok((join(tx, call, wish)?, None));
            }
            join_new(tx, call, ticket, wish)
        })
        .await;
        match joined {
            Ok((Joined::New(_), token)) => {
                let answer = Answer::go("/join/done");
                Ok(match token {
                    Some(token) => with_cookie(&self.ask, &token, answer),
                    None => answer.into_response(),
                })
            }
            Ok((Joined::ClaimOffered { last4 }, _)) => {
                let ((), page) =
                    self.ask.app.read(&self.ask, "join_page", |_, _| Ok(())).await.or_failed(&self.ask)?;
                Ok(html(StatusCode::CONFLICT, &ClaimPage { page: page.back("/join"), last4 }))
            }
            Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
                self.wishes(status_of(&refusal), &refusal.fields, "", false).await
            }
            Err(failure) => Err(Failed::new(&self.ask, failure)),
        }
    }
}

pub(crate) async fn done(ask: Ask) -> Result<Response, Failed> {
    let (own, page) = ask.app.read(&ask, "join_done_page", crate::profile).await.or_failed(&ask)?;
    Ok(html(StatusCode::OK, &DonePage { page: page.back("/v").tab("volunteer/me"), number: own.number }))
}

/// Whether a document belongs to another account, for the API's answer.
pub(super) fn claimed(last4: String) -> Refusal {
    Refusal::conflict("document-claimed").with("last4", last4)
}

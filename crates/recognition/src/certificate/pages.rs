//! `/v/cert`: what is to be certified, and the certificate with its code.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Outcome, Tx};
use journal::Call;
use kernel::{Day, Id, Minutes, Person, Refusal};
use shifts::Project;
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Place, html};

use super::{Scope, issue, of_ticket, ticket};
use crate::{
    Statement,
    fact::{self, Fact},
    words,
};

/// Single services offered on the page, the newest.
const SINGLE_MAX: usize = 20;
/// Projects offered, those with the most hours.
const PROJECTS_MAX: usize = 5;
/// Newest services whose projects are looked at.
const OF_PROJECTS_MAX: usize = 48;

/// What there is to certify.
struct Offered {
    today: Day,
    facts: Vec<Fact>,
    projects: BTreeMap<Id<Project>, (String, usize, Minutes)>,
}

fn offered(tx: &mut Tx<'_>, call: &Call) -> Outcome<Offered> {
    let mut facts = fact::of_days(tx, call.actor.signed_in()?, fact::EVER)?;
    facts.retain(|fact| fact.minutes() > Minutes::ZERO);
    facts.reverse();
    let newest = || facts.iter().take(OF_PROJECTS_MAX);
    let served = shifts::titles(tx, newest().map(|fact| fact.engagement))?;
    let mut projects = BTreeMap::new();
    for fact in newest() {
        if let Some(one) = served.get(&fact.engagement) {
            let sum = projects.entry(one.project).or_insert((one.title.clone(), 0, Minutes::ZERO));
            sum.1 += 1;
            sum.2 += fact.minutes();
        }
    }
    Ok(Offered { today: call.now.day(), facts, projects })
}

/// First and last day of the year `back` years before this one.
fn year(today: Day, back: i16) -> Option<(Day, Day)> {
    let (year, ..) = today.ymd();
    Some((Day::from_ymd(year - back, 1, 1)?, Day::from_ymd(year - back, 12, 31)?))
}

#[derive(Template)]
#[template(path = "certificate/templates/list.html")]
struct ListPage {
    page: Page,
    choices: Vec<Choice>,
    records: Vec<Fact>,
    from: String,
    to: String,
}

impl ListPage {
    fn new(page: Page, offered: Offered, from: String, to: String) -> Self {
        let Offered { today, facts, projects } = offered;
        let hint = |count: usize, minutes: Minutes| {
            page.tb("cert-sum", "count", count, "hours", minutes.to_string())
        };
        let mut choices = Vec::new();
        let mut offer = |value: String, label: String, (count, minutes): (usize, Minutes)| {
            if count > 0 {
                choices.push(Choice::new(value, label).with_hint(hint(count, minutes)));
            }
        };
        let sum = |(first, last): (Day, Day)| {
            let within = facts.iter().filter(|fact| (first..=last).contains(&fact.day));
            within.fold((0, Minutes::ZERO), |(count, sum), fact| (count + 1, sum + fact.minutes()))
        };
        for (back, word) in [(0, "this-year"), (1, "last-year")] {
            if let Some(days) = year(today, back) {
                offer(word.to_owned(), page.t(&format!("cert-{word}")), sum(days));
            }
        }
        let all = sum(fact::EVER);
        if all.0 > sum(year(today, 0).unwrap_or(fact::EVER)).0 {
            offer("all".to_owned(), page.t("cert-all"), all);
        }
        let mut projects: Vec<_> = projects.into_iter().collect();
        projects.sort_by_key(|(_, (.., minutes))| std::cmp::Reverse(*minutes));
        for (project, (title, count, minutes)) in projects.into_iter().take(PROJECTS_MAX) {
            offer(project.to_string(), page.ta("cert-project", "title", title), (count, minutes));
        }
        let first = choices.first().map(|choice| choice.value.clone()).unwrap_or_default();
        let choices = choices.into_iter().map(|choice| choice.chosen_if(&first)).collect();
        let records = facts.into_iter().take(SINGLE_MAX).collect();
        Self { page, choices, records, from, to }
    }

    fn category(&self, fact: &Fact) -> String {
        words::category(&self.page, &fact.category)
    }
}

async fn list(ask: &Ask, fields: &Fields, wrong: Option<Refusal>) -> Result<Response, Failed> {
    let (offered, page) = ask.app.read(ask, "cert_page", offered).await.or_failed(ask)?;
    let fields_wrong = wrong.map(|refusal| refusal.fields).unwrap_or_default();
    let status = if fields_wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = page.back("/v").tab("volunteer/me").wrong(&fields_wrong);
    let (from, to) = (fields.text("from").to_owned(), fields.text("to").to_owned());
    Ok(html(status, &ListPage::new(page, offered, from, to)))
}

/// What can be certified.
pub(crate) async fn list_page(ask: Ask) -> Result<Response, Failed> {
    list(&ask, &Fields::default(), None).await
}

/// What the form chose: a button of one service, two days, or one of the choices.
fn chosen(fields: &Fields, today: Day) -> Result<Scope, Refusal> {
    if let Some(record) = fields.given("record") {
        return record.parse().map(Scope::Record).map_err(|_| Refusal::missing());
    }
    let day = |field: &'static str| -> Result<Option<Day>, Refusal> {
        let read = |text: &str| read_day(text).ok_or_else(|| Refusal::invalid(field, "statement-day"));
        fields.given(field).map(read).transpose()
    };
    match (day("from")?, day("to")?) {
        (Some(first), Some(last)) => return Ok(Scope::Days(first, last)),
        (Some(first), None) => return Ok(Scope::Days(first, today)),
        (None, Some(_)) => return Err(Refusal::invalid("from", "statement-day")),
        (None, None) => {}
    }
    let of_year = |back| year(today, back).map(|(first, last)| Scope::Days(first, last));
    let scope = match fields.text("scope") {
        "" | "this-year" => of_year(0),
        "last-year" => of_year(1),
        "all" => Some(Scope::All),
        project => project.parse().ok().map(Scope::Project),
    };
    scope.ok_or_else(Refusal::missing)
}

/// A day as a date field sends it: `2026-03-09`.
pub(super) fn read_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Day::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Issues a certificate and leads to where it is shown.
fn issue_and_show(
    tx: &mut Tx<'_>,
    call: &Call,
    person: Id<Person>,
    scope: Scope,
    place: &Place,
) -> Outcome<Answer> {
    let issued = issue(tx, call, person, scope, (place.division, &place.name))?;
    Ok(Answer::go(format!("/v/cert/{}", ticket(call, issued.code)?)))
}

/// Issues the certificate that was chosen.
pub(crate) async fn issue_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let place = ask.app.place().clone();
    let typed = fields.clone();
    let answer = ask
        .app
        .command(&ask, "statement_issue", fields.key(), fields.digest(), move |tx, call| {
            let scope = chosen(&typed, call.now.day())?;
            issue_and_show(tx, call, call.actor.signed_in()?, scope, &place)
        })
        .await;
    match answer {
        Ok(answer) => Ok(answer.into_response()),
        Err(failure) => match failure.refusal() {
            Some(refusal) if !refusal.fields.is_empty() => list(&ask, &fields, Some(refusal.clone())).await,
            _ => Err(failure).or_failed(&ask),
        },
    }
}

/// Issues a certificate of everything that somebody served in the worker's places: who has no phone comes to the counter.
pub(crate) async fn issue_for_form(
    ask: Ask,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failed> {
    let person: Id<Person> = path.parse().map_err(|_| Refusal::missing().into()).or_failed(&ask)?;
    let place = ask.app.place().clone();
    let answer = ask
        .app
        .command(&ask, "statement_issue", fields.key(), fields.digest(), move |tx, call| {
            issue_and_show(tx, call, person, Scope::All, &place)
        })
        .await;
    Ok(answer.or_failed(&ask)?.into_response())
}

#[derive(Template)]
#[template(path = "certificate/templates/issued.html")]
struct IssuedPage {
    page: Page,
    ticket: String,
    code: String,
    statement: Statement,
    genuine: bool,
}

impl IssuedPage {
    /// Where the paper is.
    fn paper(&self) -> String {
        format!("/v/cert/{}/linli.pdf", self.ticket)
    }

    /// Where the picture of it is, unless it is too long for one.
    fn picture(&self) -> Option<String> {
        let fits = self.statement.lines.len() <= super::pdf::PICTURE_LINES_MAX;
        fits.then(|| format!("/v/cert/{}/linli.png", self.ticket))
    }

    /// What others see of it.
    fn look(&self) -> String {
        format!("/verify/{}", self.code)
    }
}

/// The certificate that was issued, with its code, for who asked for it and whose it is.
pub(crate) async fn issued_page(ask: Ask, Path(ticket): Path<String>) -> Result<Response, Failed> {
    let found = ticket.clone();
    let read = ask.app.read(&ask, "statement_page", move |tx, call| of_ticket(tx, call, &found));
    let (held, page) = read.await.or_failed(&ask)?;
    let page = page.back("/v/cert").tab("volunteer/me");
    let genuine = matches!(held.verdict, crate::Verdict::Genuine(_));
    let super::Issued { code, statement } = held.issued;
    Ok(html(StatusCode::OK, &IssuedPage { page, ticket, code: code.to_string(), statement, genuine }))
}

//! `/a/roles`: who holds which role in the asker's areas; giving and ending.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome, Tx};
use journal::Call;
use kernel::{Day, DivisionCode, FieldRefusal, Id, Instant, Kind, Over, Person, Refusal, Role};
use web::{Answer, Ask, Choice, Failed, Fields, OrFailed, Page, html, status_of};

use super::{Held, end_grant, grant_until, grants_in_scope};
use crate::{cards, person_by_phone, sign_in::read_phone};

/// Grants on the page.
pub(super) const SHOWN_MAX: i64 = 60;

/// Roles that are given; resident and volunteer are not.
pub(super) fn given() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| !matches!(role, Role::Resident | Role::Volunteer))
}

#[derive(Template)]
#[template(path = "roles/templates/roles.html")]
struct RolesPage {
    page: Page,
    lines: Vec<Line>,
    done: String,
    person: String,
    roles: Vec<Choice>,
    division: String,
    until: String,
}

struct Line {
    id: String,
    who: String,
    role: String,
    place: String,
    until: String,
}

async fn show(
    ask: &Ask,
    status: StatusCode,
    fields: &Fields,
    wrong: &[FieldRefusal],
    done: &str,
) -> Result<Response, Failed> {
    let ((held, cards, tree), page) = ask
        .app
        .read(ask, "roles_page", |tx, call| {
            let held = grants_in_scope(tx, call, SHOWN_MAX)?;
            let people: Vec<Id<Person>> = held.iter().map(|held| held.person).collect();
            let cards = cards(tx, &people)?;
            Ok((held, cards, places::tree_in(tx)?))
        })
        .await
        .or_failed(ask)?;
    let line = |held: &Held| Line {
        id: held.id.to_string(),
        who: cards.get(&held.person).map(|card| card.name_masked.clone()).unwrap_or_default(),
        role: page.t(&format!("people-role-{}", held.role.word())),
        place: match held.over {
            Over::Subtree(code) => tree.full_name(code).unwrap_or_else(|| code.to_string()),
            Over::Organisation(_) => page.t("people-role-organisation"),
        },
        until: held.until.map(|at| page.date(at.day())).unwrap_or_default(),
    };
    let lines = held.iter().map(line).collect();
    let choice = |role: Role| {
        let word = role.word();
        Choice::new(word, page.t(&format!("people-role-{word}"))).chosen_if(fields.text("role"))
    };
    let roles = given().map(choice).collect();
    let shown = RolesPage {
        lines,
        roles,
        page: page.back("/me").tab("admin/roles").wrong(wrong),
        done: done.to_owned(),
        person: fields.text("person").to_owned(),
        division: fields.text("division").to_owned(),
        until: fields.text("until").to_owned(),
    };
    Ok(html(status, &shown))
}

pub(crate) async fn list(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    show(&ask, StatusCode::OK, &Fields::default(), &[], query.text("done")).await
}

/// A grant as it is typed or sent.
#[derive(Clone)]
pub(super) struct Typed {
    pub(super) person: String,
    pub(super) role: String,
    pub(super) division: String,
    pub(super) until: String,
}

/// Reads the fields, every wrong one named, and gives the role.
pub(super) fn give(tx: &mut Tx<'_>, call: &Call, typed: &Typed) -> Outcome<Id<super::RoleGrant>> {
    let mut wrong = Vec::new();
    let mut keep = |refusal: Refusal| wrong.extend(refusal.fields);
    let person: Option<Id<Person>> = match typed.person.parse() {
        Ok(id) => Some(id),
        Err(_) => match read_phone("person", &typed.person) {
            Ok(phone) => person_by_phone(tx, call.keys(), &phone)?.or_else(|| {
                keep(Refusal::invalid("person", "person-unknown"));
                None
            }),
            Err(refusal) => {
                keep(refusal);
                None
            }
        },
    };
    let role = Role::from_word(&typed.role);
    if role.is_none() {
        keep(Refusal::invalid("role", "role-unknown"));
    }
    let tree = places::tree_in(tx)?;
    let division = DivisionCode::parse(&typed.division).ok();
    let division = division.filter(|code| *code == DivisionCode::NATION || tree.contains(*code));
    if division.is_none() {
        keep(Refusal::invalid("division", "division-unknown"));
    }
    let until = until(&typed.until, call.now).unwrap_or_else(|refusal| {
        keep(refusal);
        None
    });
    match (person, role, division) {
        (Some(person), Some(role), Some(division)) if wrong.is_empty() => {
            grant_until(tx, call, person, role, Over::Subtree(division), until)
        }
        _ => Err(Refusal::fields(wrong).into()),
    }
}

/// The end of the day named, or none.
fn until(text: &str, now: Instant) -> Result<Option<Instant>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: Day = text.parse().map_err(|()| Refusal::invalid("until", "day-unknown"))?;
    let end = day.plus(1).start();
    if end <= now { Err(Refusal::invalid("until", "until-in-past")) } else { Ok(Some(end)) }
}

pub(crate) async fn give_form(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let text = |name: &str| fields.text(name).to_owned();
    let typed = Typed {
        person: text("person"),
        role: text("role"),
        division: text("division"),
        until: text("until"),
    };
    let given = ask
        .app
        .command(&ask, "role_grant", fields.key(), fields.digest(), move |tx, call| {
            give(tx, call, &typed)?;
            Ok(Answer::go("/a/roles?done=role-given"))
        })
        .await;
    match given {
        Ok(answer) => Ok(answer.into_response()),
        Err(Failure::Refused(refusal)) if matches!(refusal.kind, Kind::Invalid | Kind::Conflict) => {
            let mut wrong = refusal.fields.clone();
            if wrong.is_empty() {
                let args = refusal.args.clone();
                wrong.push(FieldRefusal { field: "person", rule: refusal.rule, args });
            }
            show(&ask, status_of(&refusal), &fields, &wrong, "").await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

pub(crate) async fn end_form(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id = id.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let ended = ask
        .app
        .command(&ask, "role_end", fields.key(), fields.digest(), move |tx, call| {
            end_grant(tx, call, id)?;
            Ok(Answer::go("/a/roles?done=role-ended"))
        })
        .await
        .or_failed(&ask)?;
    Ok(ended.into_response())
}

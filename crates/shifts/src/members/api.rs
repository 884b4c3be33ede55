//! The members of a team, for programs.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use db::Failure;
use kernel::{Id, Instant, Person, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem};

use super::MemberLine;
use crate::view;

/// What a member can do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SkillJson {
    skill: String,
    /// Whether a worker has seen a proof of it.
    seen: bool,
    /// Last day it is good for; absent for good.
    until: Option<String>,
}

/// Somebody who has or had a place in a shift of the team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberJson {
    person: String,
    /// Masked.
    name: String,
    phone_last4: String,
    /// Beginning of the last shift in which they have or had a place (RFC 3339); it may lie ahead.
    last_place: String,
    /// When they last served with the team (RFC 3339); absent while nothing is on record.
    last_served: Option<String>,
    /// Services with the team that count.
    services: i64,
    /// Minutes with the team that count.
    minutes: i64,
    /// Of these, minutes of grades A and B.
    witnessed_minutes: i64,
    /// Last day the basic training is good for; absent without one.
    trained_until: Option<String>,
    skills: Vec<SkillJson>,
}

impl MemberJson {
    fn new(line: MemberLine) -> Self {
        let member = line.member;
        let skill = |one: people::MemberSkill| SkillJson {
            skill: one.skill,
            seen: one.seen,
            until: one.until.map(|day| day.to_string()),
        };
        Self {
            person: member.card.id.to_string(),
            name: member.card.name_masked,
            phone_last4: member.card.phone_last4,
            last_place: line.last_place.rfc3339(),
            last_served: line.last_served.map(Instant::rfc3339),
            services: line.services,
            minutes: line.minutes.number(),
            witnessed_minutes: line.witnessed.number(),
            trained_until: member.trained_until.map(|day| day.to_string()),
            skills: member.skills.into_iter().map(skill).collect(),
        }
    }
}

/// A page of the members of a team, the last seen first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberPage {
    members: Vec<MemberJson>,
    /// How many there are in all, or are called as was asked for.
    count: usize,
    /// The `after` of the next page; absent on the last.
    next: Option<String>,
}

/// Reads the member behind whom a list goes on; nothing is the beginning.
pub(super) fn after_of(query: &HashMap<String, String>) -> Result<Option<Id<Person>>, Refusal> {
    let after = query.get("after").filter(|text| !text.is_empty()).map(|text| text.parse()).transpose();
    after.map_err(|_| Refusal::invalid("after", "after-unreadable"))
}

/// The members of a team: who has or had a place in one of its shifts.
#[utoipa::path(get, path = "/api/v1/teams/{id}/members", params(("id" = String, Path),
    ("name" = Option<String>, Query, description = "surname, whole name, or the last four digits of the phone"),
    ("after" = Option<String>, Query)), responses((status = 200, body = MemberPage),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn member_list(
    ask: Ask,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failed> {
    let id = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let after = after_of(&query).map_err(Failure::from).or_failed(&ask)?;
    let words = query.get("name").cloned().unwrap_or_default();
    let (found, _) = ask
        .app
        .read(&ask, "member_list_api", move |tx, call| super::members(tx, call, id, &words, after))
        .await
        .or_failed(&ask)?;
    let json = MemberPage {
        members: found.lines.into_iter().map(MemberJson::new).collect(),
        count: found.count,
        next: found.next.map(|person| person.to_string()),
    };
    Ok(web::json(StatusCode::OK, &json))
}

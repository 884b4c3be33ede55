//! Deciding and trying over the API.

use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, Fields, OrFailed, Problem, json};

use super::{Below, Changed, Compared, Moved, Simulated, Typed, decide, simulate};
use crate::Grade;

/// A decision to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyBody {
    /// Code of the deciding division: 2, 4, 6, 9 or 12 digits.
    division: String,
    /// Name of the policy, such as `need.find`.
    name: String,
    /// The number; its unit belongs to the name.
    value: i64,
    /// First day on which it holds, `YYYY-MM-DD`, today at the earliest.
    from_day: String,
    /// The law, notice or decision it comes from.
    source: String,
    /// What it leaves to the divisions below: `free` (they may decide otherwise), `stricter` or `fixed` (nothing); `free`
    /// where it is absent.
    binding: Option<String>,
}

/// Which decision it became.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicySet {
    /// The how-manieth decision of the division about this name.
    version: i64,
}

/// Decides a policy of a division from a day on.
#[utoipa::path(post, path = "/api/v1/policies", request_body = PolicyBody,
    params(("idempotency-key" = String, Header, description = "the same key counts once")),
    responses((status = 201, body = PolicySet), (status = "4XX", body = Problem)))]
pub(crate) async fn set(ask: Ask, body: Body<PolicyBody>) -> Result<Response, Failed> {
    let PolicyBody { division, name, value, from_day, source, binding } = body.value;
    let binding = binding.unwrap_or_default();
    let typed = Typed { division, name, value: value.to_string(), from_day, source, binding };
    let answer = ask
        .app
        .command(&ask, "policy_set", None, body.digest, move |tx, call| {
            let version = decide(tx, call, &typed.read()?)?;
            Ok(Answer::json(201, &serde_json::json!(PolicySet { version })))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

/// Minutes before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedMinutes {
    /// By the rules that held.
    before: i64,
    /// By the new one.
    after: i64,
}

impl From<Compared> for TriedMinutes {
    fn from(Compared { before, after }: Compared) -> Self {
        Self { before: before.number(), after: after.number() }
    }
}

/// Services that would have come to more, or to less.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedMoved {
    services: i64,
    /// By how much together, never negative.
    minutes: i64,
}

impl From<Moved> for TriedMoved {
    fn from(Moved { presences, minutes }: Moved) -> Self {
        Self { services: presences, minutes: minutes.number() }
    }
}

/// Minutes of a grade, before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedGrade {
    /// `a` to `d`.
    grade: &'static str,
    #[serde(flatten)]
    minutes: TriedMinutes,
}

/// Minutes of a month, before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedMonth {
    /// Its first day; of the first month of the year only what was within the year is counted.
    month: String,
    #[serde(flatten)]
    minutes: TriedMinutes,
}

/// Minutes of a place directly below, before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedPlace {
    /// Its code.
    division: String,
    /// People whose minutes there would have been others.
    people: i64,
    #[serde(flatten)]
    minutes: TriedMinutes,
}

/// A service that would have come to something else.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedService {
    day: String,
    /// Where: its code.
    division: String,
    #[serde(flatten)]
    minutes: TriedMinutes,
}

/// What a number would have done to the services of the last year. Minutes are those that count and those that wait for a
/// review.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyTried {
    /// Services that were counted once more.
    services: i64,
    /// People whose minutes would have been others; who served in two districts is counted in each.
    people: i64,
    gain: TriedMoved,
    lose: TriedMoved,
    /// Minutes that would have waited for a review.
    waiting: TriedMinutes,
    grades: Vec<TriedGrade>,
    months: Vec<TriedMonth>,
    /// Every place directly below the one that tries.
    places: Vec<TriedPlace>,
    /// The largest changes, ten at most, the largest first.
    largest: Vec<TriedService>,
}

impl From<Simulated> for PolicyTried {
    fn from(all: Simulated) -> Self {
        let grades = Grade::ALL.iter().map(|grade| grade.word()).zip(all.by_grade);
        let months = all.by_month.into_iter().map(|(day, of)| (day.to_string(), of));
        let places = all.by_place.into_iter().map(|(code, of)| (code.to_string(), of));
        let service = |one: Changed| TriedService {
            day: one.day.to_string(),
            division: one.division.to_string(),
            minutes: one.minutes.into(),
        };
        Self {
            services: all.presences,
            people: all.people,
            gain: all.gain.into(),
            lose: all.lose.into(),
            waiting: all.waiting.into(),
            grades: grades.map(|(grade, of)| TriedGrade { grade, minutes: of.into() }).collect(),
            months: months.map(|(month, of)| TriedMonth { month, minutes: of.into() }).collect(),
            places: places
                .map(|(division, Below { minutes, people })| TriedPlace {
                    division,
                    people,
                    minutes: minutes.into(),
                })
                .collect(),
            largest: all.largest.into_iter().map(service).collect(),
        }
    }
}

/// Counts the last year of a division once more as if a decision had held all along; nothing is written.
#[utoipa::path(get, path = "/api/v1/policies/trial",
    params(("division" = String, Query, description = "Code of the deciding division: 2, 4, 6, 9 or 12 digits"),
        ("name" = String, Query, description = "Name of the rule, such as `hours.day_pairs`"),
        ("value" = i64, Query, description = "The number; its unit belongs to the name"),
        ("binding" = Option<String>, Query, description = "What it leaves to the divisions below: `free`, `stricter` or `fixed`; `free` where it is absent")),
    responses((status = 200, body = PolicyTried), (status = "4XX", body = Problem)))]
pub(crate) async fn tried(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let typed = Typed::of(&fields);
    let tried = ask.app.read(&ask, "policy_simulate", move |tx, call| {
        simulate(tx, call, &typed.to_be_tried(call.now.day())?)
    });
    let (all, _) = tried.await.or_failed(&ask)?;
    Ok(json(StatusCode::OK, &PolicyTried::from(all)))
}

//! What a volunteer has and lacks, for programs.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem};

use super::{Asked, Has, Line, Readiness, readiness};

/// An activity that turns the volunteer away.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedBy {
    shift: String,
    title: String,
    /// RFC 3339.
    starts_at: String,
}

/// One thing that activities ask for.
#[derive(Debug, Serialize, ToSchema)]
struct LineJson {
    /// `insurance`, `training` or `skill`.
    what: &'static str,
    /// The skill, where it is one.
    skill: Option<String>,
    /// `no`, `told` (by the volunteer's own word) or `noted` (by a worker).
    has: &'static str,
    /// Last day it is or was good for, as `2026-12-31`; absent for good.
    until: Option<String>,
    /// Open activities of the next month that they cannot come to for want of it, by time.
    refused_by: Vec<RefusedBy>,
}

impl LineJson {
    fn new(line: Line) -> Self {
        let (what, skill) = match line.asked {
            Asked::Insurance => ("insurance", None),
            Asked::Training => ("training", None),
            Asked::Skill(word) => ("skill", Some(word)),
        };
        let (has, until) = match line.has {
            Has::No => ("no", None),
            Has::Told => ("told", None),
            Has::Noted(until) => ("noted", until),
        };
        let shifts = line.refused_by.into_iter().map(|shift| RefusedBy {
            shift: shift.id.to_string(),
            title: shift.title,
            starts_at: shift.starts_at.rfc3339(),
        });
        Self { what, skill, has, until: until.map(|day| day.to_string()), refused_by: shifts.collect() }
    }
}

/// What a volunteer has and is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadinessJson {
    /// Insurance, training, then each skill they have or lack.
    lines: Vec<LineJson>,
    /// Whether they take a rest: then no activity was looked at.
    is_resting: bool,
}

/// What the asker, a volunteer, has before risky or skilled work, and which activities turn them away without it.
#[utoipa::path(get, path = "/api/v1/me/training", responses((status = 200, body = ReadinessJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn own_training(ask: Ask) -> Result<Response, Failed> {
    let (Readiness { lines, is_resting }, _) =
        ask.app.read(&ask, "own_training_api", readiness).await.or_failed(&ask)?;
    let lines = lines.into_iter().map(LineJson::new).collect();
    Ok(web::json(StatusCode::OK, &ReadinessJson { lines, is_resting }))
}

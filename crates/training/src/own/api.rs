//! What a volunteer has and lacks, where they can learn it, and what they learned, for programs.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use shifts::{Asked, Has, Line};
use utoipa::ToSchema;
use web::{Ask, Failed, OrFailed, Problem};

use super::{OwnTraining, own};
use crate::{api::SessionJson, session::SessionCard};

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
    /// `no`, `told` (by the volunteer's own word) or `noted` (by a worker, or by a training that was passed).
    has: &'static str,
    /// Last day it is or was good for, as `2026-12-31`; absent for good.
    until: Option<String>,
    /// Open activities of the next month that they cannot come to for want of it, by time.
    refused_by: Vec<RefusedBy>,
    /// Sessions with a free place that give it, where it is lacking or ends soon; the nearest first.
    sessions: Vec<SessionJson>,
}

impl LineJson {
    fn new(line: Line, sessions: &[SessionCard]) -> Self {
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
        Self {
            what,
            skill,
            has,
            until: until.map(|day| day.to_string()),
            refused_by: shifts.collect(),
            sessions: sessions.iter().map(SessionJson::new).collect(),
        }
    }
}

/// One training of the asker's own: what the record of a training holds.
#[derive(Debug, Serialize, ToSchema)]
struct OwnTrainingJson {
    session: String,
    /// Name of the course.
    title: String,
    /// Its main content.
    content: String,
    /// Which unit held it.
    unit: String,
    /// Where.
    address: String,
    /// RFC 3339.
    starts_at: String,
    ends_at: String,
    /// The local day, as `2026-03-09`.
    day: String,
    /// Learning time; no service hours.
    minutes: i64,
    /// `enrolled`, `withdrawn`, `cancelled`, `passed`, `failed` or `absent`.
    state: String,
}

impl OwnTrainingJson {
    fn new(one: OwnTraining) -> Self {
        Self {
            session: one.session.to_string(),
            title: one.title,
            content: one.content,
            unit: one.unit,
            address: one.address,
            starts_at: one.starts_at.rfc3339(),
            ends_at: one.ends_at.rfc3339(),
            day: one.starts_at.day().to_string(),
            minutes: one.minutes.number(),
            state: one.state,
        }
    }
}

/// What a volunteer has and is asked for, and what they learned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnJson {
    /// Insurance, training, then each skill they have or lack.
    lines: Vec<LineJson>,
    /// Whether they take a rest: then no activity was looked at.
    is_resting: bool,
    /// Their trainings, the newest first.
    trainings: Vec<OwnTrainingJson>,
}

/// What the asker, a volunteer, has before risky or skilled work, which activities turn them away without it, where they can
/// learn it, and their own trainings.
#[utoipa::path(get, path = "/api/v1/me/training", responses((status = 200, body = OwnJson),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn own_training(ask: Ask) -> Result<Response, Failed> {
    let (found, _) = ask.app.read(&ask, "own_training_api", own).await.or_failed(&ask)?;
    let json = OwnJson {
        lines: found.lines.into_iter().map(|(line, sessions)| LineJson::new(line, &sessions)).collect(),
        is_resting: found.is_resting,
        trainings: found.trainings.into_iter().map(OwnTrainingJson::new).collect(),
    };
    Ok(web::json(StatusCode::OK, &json))
}

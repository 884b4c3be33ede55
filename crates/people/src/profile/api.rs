//! A volunteer's own profile for programs, and what both bodies share.

use axum::{http::StatusCode, response::Response};
use kernel::{Refusal, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem, json};

use super::{Preferences, change_profile, profile};

/// A time of the week.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WeeklyTime {
    /// 0 is Monday, 6 is Sunday.
    pub(crate) weekday: u8,
    /// From this minute of the day.
    pub(crate) from_minute: i64,
    /// To this minute of the day, at most 1440.
    pub(crate) to_minute: i64,
}

/// The weekly times of a body.
pub(crate) fn times(list: &[WeeklyTime]) -> Result<Vec<(Weekday, i64, i64)>, Refusal> {
    list.iter()
        .map(|time| {
            let day =
                Weekday::new(time.weekday).ok_or_else(|| Refusal::invalid("times", "weekday-unknown"))?;
            Ok((day, time.from_minute, time.to_minute))
        })
        .collect()
}

/// What a volunteer can change; a member left out is empty.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct ProfileBody {
    /// Categories they wish to serve in; none is any.
    #[serde(default)]
    categories: Vec<String>,
    /// What they can do.
    #[serde(default)]
    skills: Vec<String>,
    /// When they can come; none is any time.
    #[serde(default)]
    times: Vec<WeeklyTime>,
    /// How far they go, in metres; 0 is as far as needed.
    #[serde(default)]
    radius_m: i64,
    /// What they do not take on.
    #[serde(default)]
    limits: Vec<String>,
    /// Whether they take a rest and are not asked.
    #[serde(default)]
    resting: bool,
    /// Whether public notices of hours may name them, by surname and the end of their number.
    #[serde(default)]
    named: bool,
}

/// A volunteer as they see themselves.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProfileAnswer {
    /// Their number.
    number: String,
    /// Last day of their insurance, `2026-12-31`.
    insured_until: Option<String>,
    #[serde(flatten)]
    preferences: ProfileBody,
}

/// Saved.
#[derive(Serialize, ToSchema)]
pub(crate) struct Saved {
    /// Always true.
    saved: bool,
}

#[utoipa::path(get, path = "/api/v1/me/volunteer",
    responses((status = 200, body = ProfileAnswer), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn look(ask: Ask) -> Result<Response, Failed> {
    let (own, _) = ask.app.read(&ask, "profile_api", profile).await.or_failed(&ask)?;
    let now = own.preferences;
    let times = now.times.iter().map(|(day, from, to)| WeeklyTime {
        weekday: day.number(),
        from_minute: *from,
        to_minute: *to,
    });
    let answer = ProfileAnswer {
        number: own.number,
        insured_until: own.insured_until.map(|day| day.to_string()),
        preferences: ProfileBody {
            times: times.collect(),
            categories: now.categories,
            skills: now.skills,
            radius_m: now.radius_m,
            limits: now.limits,
            resting: now.resting,
            named: now.named,
        },
    };
    Ok(json(StatusCode::OK, &answer))
}

#[utoipa::path(post, path = "/api/v1/me/volunteer", request_body = ProfileBody,
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 200, body = Saved), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(ask: Ask, body: Body<ProfileBody>) -> Result<Response, Failed> {
    let new = body.value;
    let answer = ask
        .app
        .command(&ask, "profile_change", None, body.digest, move |tx, call| {
            let new = new.clone();
            let preferences = Preferences {
                times: times(&new.times)?,
                categories: new.categories,
                skills: new.skills,
                radius_m: new.radius_m,
                limits: new.limits,
                resting: new.resting,
                named: new.named,
            };
            change_profile(tx, call, &preferences)?;
            Ok(Answer::json(200, &serde_json::json!({ "saved": true })))
        })
        .await
        .or_failed(&ask)?;
    Ok(axum::response::IntoResponse::into_response(answer))
}

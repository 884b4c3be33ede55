//! What a volunteer has before risky or skilled work, for programs of the staff.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use kernel::{Id, Person, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{Typed, record_cover};

/// What is noted. Days as `2026-12-31`; a day left out ends what was noted before.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CoverBody {
    /// Last day of the insurance.
    #[serde(default)]
    insured_until: String,
    /// Last day the basic training is good for.
    #[serde(default)]
    trained_until: String,
    /// A skill whose proof was seen.
    #[serde(default)]
    skill: String,
    /// What was seen.
    #[serde(default)]
    proof: String,
    /// Last day of the proof.
    #[serde(default)]
    skill_until: String,
}

/// It is noted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Noted {
    /// Whose.
    person: String,
}

/// Notes what a volunteer has.
#[utoipa::path(post, path = "/api/v1/people/{id}/cover", request_body = CoverBody,
    params(("id" = String, Path), ("idempotency-key" = String, Header)), responses((status = 200, body = Noted),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn note(
    ask: Ask,
    Path(path): Path<String>,
    body: Body<CoverBody>,
) -> Result<Response, Failed> {
    let id: Id<Person> = path.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let typed = body.value;
    let answer = ask
        .app
        .command(&ask, "volunteer_cover", None, body.digest, move |tx, call| {
            let read = Typed {
                insured_until: &typed.insured_until,
                trained_until: &typed.trained_until,
                skill: &typed.skill,
                proof: &typed.proof,
                skill_until: &typed.skill_until,
            };
            record_cover(tx, call, id, &read.read()?)?;
            Ok(Answer::json(200, &serde_json::json!(Noted { person: id.to_string() })))
        })
        .await
        .or_failed(&ask)?;
    Ok(answer.into_response())
}

//! Deciding over the API.

use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{Typed, decide};

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

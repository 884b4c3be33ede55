//! Joining for programs, by who is signed in.

use axum::response::{IntoResponse, Response};
use kernel::{Day, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Ask, Body, Failed, OrFailed, Problem};

use super::{Guardian, Join, Joined, join, pages::claimed, read_document};
use crate::{
    phone_of, profile,
    profile::api::{WeeklyTime, times},
    sign_in::read_phone,
};

/// A wish to become a volunteer.
#[derive(Clone, Deserialize, ToSchema)]
pub(crate) struct JoinBody {
    /// Name as on the document.
    name: String,
    /// `resident_id`, `household_book`, `foreigner_permanent_resident`, `passport`, `hk_macau_permit`, `taiwan_permit`.
    kind: String,
    /// Number of the document.
    number: String,
    /// `1985-05-17`, for documents that bear no day of birth.
    #[serde(default)]
    birth_day: Option<String>,
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
    /// For who is 10 to 17.
    #[serde(default)]
    guardian: Option<GuardianBody>,
}

/// A minor's guardian.
#[derive(Clone, Deserialize, ToSchema)]
pub(crate) struct GuardianBody {
    /// Name.
    name: String,
    /// Phone.
    phone: String,
    /// Whether they consent.
    consent: bool,
}

/// A new volunteer.
#[derive(Serialize, ToSchema)]
pub(crate) struct JoinedAnswer {
    /// The person.
    person: String,
    /// Their number.
    number: String,
}

#[utoipa::path(post, path = "/api/v1/volunteers", request_body = JoinBody,
    params(("idempotency-key" = String, Header, description = "Any text; the same for a repetition")),
    responses((status = 201, body = JoinedAnswer), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn volunteers(ask: Ask, body: Body<JoinBody>) -> Result<Response, Failed> {
    let wish = body.value;
    let joined = ask
        .app
        .command(&ask, "volunteer_join", None, body.digest, move |tx, call| {
            let person = call.actor.signed_in()?;
            let wish = wish.clone();
            let birth_day: Option<Day> = match &wish.birth_day {
                Some(text) => Some(text.parse().map_err(|()| Refusal::invalid("birth_day", "day-unknown"))?),
                None => None,
            };
            let guardian = match wish.guardian {
                Some(one) => Some(Guardian {
                    name: one.name,
                    phone: read_phone("guardian_phone", &one.phone)?,
                    consent: one.consent,
                }),
                None => None,
            };
            let wish = Join {
                document: read_document(&wish.kind, &wish.number, call.now.day())?,
                phone: phone_of(tx, call.keys(), person)?.ok_or_else(Refusal::sign_in_first)?,
                division: call.actor.home,
                times: times(&wish.times)?,
                name: wish.name,
                birth_day,
                categories: wish.categories,
                skills: wish.skills,
                radius_m: wish.radius_m,
                limits: wish.limits,
                guardian,
            };
            match join(tx, call, wish)? {
                Joined::New(person) => {
                    let number = profile(tx, call)?.number;
                    let answer = serde_json::json!({ "person": person.to_string(), "number": number });
                    Ok(Answer::json(201, &answer))
                }
                Joined::ClaimOffered { last4 } => Err(claimed(last4).into()),
            }
        })
        .await
        .or_failed(&ask)?;
    Ok(joined.into_response())
}

//! `GET /api/v1/alarms`.

use alarms::{Finding, TypedShare};
use axum::{extract::Query, http::StatusCode, response::Response};
use kernel::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Ask, Failed, OrFailed, Problem, json};

use super::alarmed;
use crate::{area::Typed, told::concern_words};

/// Which place and days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The place, with everything below it; one's own when it is not named.
    division: Option<String>,
    /// First day (ISO 8601); the first of the quarter when it is not named.
    from: Option<String>,
    /// Last day; today when it is not named.
    to: Option<String>,
}

impl Wanted {
    pub(crate) fn typed(self) -> Typed {
        let text = |text: Option<String>| text.unwrap_or_default();
        Typed { division: text(self.division), from: text(self.from), to: text(self.to) }
    }
}

/// What should be checked in a place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlarmList {
    /// The place.
    division: String,
    /// First day.
    from: String,
    /// Last day.
    to: String,
    /// Services looked at.
    services: usize,
    /// What was found; each asks to be checked and says nothing about anybody.
    alarms: Vec<AlarmFound>,
}

/// One alarm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlarmFound {
    /// Which: the words are in docs/alarms.md.
    alarm: &'static str,
    /// `team`, `typist` or `place`. Which one it is stands in the evidence alone; each look into that is noted down.
    concern_kind: &'static str,
    /// What was measured.
    measured: i64,
    /// The threshold it reached, in the same unit.
    threshold: i64,
    /// What honest thing it looks like and is asked about first: `every_week`, `family`, `forgotten_check_out`, `sheets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    looks_like: Option<&'static str>,
    /// Ids of the presences behind it.
    evidence: Vec<String>,
}

/// How much of a team's, a place's or a typist's minutes was typed: a figure, no alarm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShareFound {
    /// `team`, `typist` or `place`.
    concern_kind: &'static str,
    /// Its id; of a place its code.
    concern: String,
    /// Minutes of grade C.
    typed_minutes: i64,
    /// All minutes.
    minutes: i64,
}

impl From<TypedShare> for ShareFound {
    fn from(share: TypedShare) -> Self {
        let (concern_kind, concern) = concern_words(share.concern);
        Self { concern_kind, concern, typed_minutes: share.typed.number(), minutes: share.all.number() }
    }
}

impl From<Finding> for AlarmFound {
    fn from(finding: Finding) -> Self {
        Self {
            alarm: finding.alarm.word(),
            concern_kind: concern_words(finding.concern).0,
            measured: finding.measured,
            threshold: finding.threshold,
            looks_like: finding.looks_like.map(alarms::Alike::word),
            evidence: finding.evidence.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What should be checked in a place and on some days, each with its evidence. The look is in the journal.
#[utoipa::path(get, path = "/api/v1/alarms", params(Wanted), responses((status = 200, body = AlarmList),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn alarm_list(ask: Ask, Query(wanted): Query<Wanted>) -> Result<Response, Failed> {
    let typed = wanted.typed();
    let looked = ask.app.look(&ask, "alarms_api", move |tx, call| {
        let wish = typed.read(tx, call, Action::Audit)?;
        alarmed(tx, call, wish)
    });
    let (alarmed, _) = looked.await.or_failed(&ask)?;
    let list = AlarmList {
        division: alarmed.wish.area.to_string(),
        from: alarmed.wish.days.0.to_string(),
        to: alarmed.wish.days.1.to_string(),
        services: alarmed.services,
        alarms: alarmed.found.into_iter().map(AlarmFound::from).collect(),
    };
    Ok(json(StatusCode::OK, &list))
}

//! `GET` and `POST /api/v1/exports/{sheet}`.

use axum::{
    extract::{Path, Query},
    response::Response,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Ask, Body, Failed, OrFailed, Problem};

use super::{
    Typed,
    pages::{answer, taken},
};

/// Of what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Area {
    /// The place, with everything below it; one's own when it is not named.
    division: Option<String>,
    /// First day (ISO 8601); the first of this month when it is not named. Of people it says nothing.
    from: Option<String>,
    /// Last day; today when it is not named.
    to: Option<String>,
}

/// Of what, in clear, and why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InClear {
    /// The place, a district or smaller.
    division: Option<String>,
    /// First day (ISO 8601).
    from: Option<String>,
    /// Last day.
    to: Option<String>,
    /// At least four characters; everybody in the sheet can read it.
    reason: String,
}

/// A sheet with everybody masked: `people`, `needs` or `hours` of a place.
#[utoipa::path(get, path = "/api/v1/exports/{sheet}",
    params(("sheet" = String, Path, description = "`people`, `needs` or `hours`"), Area),
    responses((status = 200, description = "a spreadsheet", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn masked(
    ask: Ask,
    Path(sheet): Path<String>,
    Query(area): Query<Area>,
) -> Result<Response, Failed> {
    let text = |text: Option<String>| text.unwrap_or_default();
    let typed =
        Typed { kind: sheet, division: text(area.division), from: text(area.from), to: text(area.to) };
    let gathered = taken(&ask, typed, None, [0; 32]).await.or_failed(&ask)?;
    answer(&ask, gathered).await.or_failed(&ask)
}

/// The same in clear, for a reason. Each adult in it sees who looked and why; minors stay masked.
#[utoipa::path(post, path = "/api/v1/exports/{sheet}", request_body = InClear,
    params(("sheet" = String, Path, description = "`people`, `needs` or `hours`"),
        ("idempotency-key" = String, Header, description = "Any text; a repetition is not answered twice")),
    responses((status = 200, description = "a spreadsheet", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn in_clear(
    ask: Ask,
    Path(sheet): Path<String>,
    body: Body<InClear>,
) -> Result<Response, Failed> {
    let text = |text: Option<String>| text.unwrap_or_default();
    let wish = body.value;
    let typed =
        Typed { kind: sheet, division: text(wish.division), from: text(wish.from), to: text(wish.to) };
    let gathered = taken(&ask, typed, Some(wish.reason), body.digest).await.or_failed(&ask)?;
    answer(&ask, gathered).await.or_failed(&ask)
}

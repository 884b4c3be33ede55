//! The areas put together: routes, sentences, consumers, sealed tables.

use std::sync::Arc;

use crate::demo::Guide;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use db::{Db, Failure};
use journal::{Consumer, EncryptedColumn, Kit, SealedTable};
use kernel::{Minutes, Refusal, Role};
use tower_http::{
    compression::{CompressionLayer, CompressionLevel},
    set_header::SetResponseHeaderLayer,
};
use web::{Access, App, Ask, Failed, Place, Route, Routes, Text};

/// Bytes of any request at most; a recording is the largest (2 MB, in a form).
const REQUEST_BYTES_MAX: usize = 3 * 1024 * 1024;

/// Every area's routes.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .and(places::routes())
        .and(people::routes())
        .and(hours::routes())
        .and(shifts::routes())
        .and(needs::routes())
        .and(hotline::routes())
        .and(cards::routes())
        .and(timebank::routes())
        .and(recognition::routes())
        .and(insight::routes())
        .and(exchange::routes())
        .and(identity::routes())
        .and(audit::routes())
        .and(training::routes())
        .and(home::routes())
}

/// Every area's sentences: Chinese, English.
pub(crate) const fn locales() -> [(&'static str, &'static str); 16] {
    [
        web::LOCALES,
        places::LOCALES,
        people::LOCALES,
        hours::LOCALES,
        shifts::LOCALES,
        needs::LOCALES,
        hotline::LOCALES,
        cards::LOCALES,
        timebank::LOCALES,
        recognition::LOCALES,
        insight::LOCALES,
        exchange::LOCALES,
        identity::LOCALES,
        audit::LOCALES,
        training::LOCALES,
        home::LOCALES,
    ]
}

/// The sentences, ready to be asked.
pub(crate) fn text() -> Result<Text, String> {
    Text::new(&locales())
}

/// Everything that follows the journal.
pub(crate) fn consumers() -> Vec<Arc<dyn Consumer>> {
    [timebank::consumers(), insight::consumers()].into_iter().flatten().collect()
}

/// Every insert-only table.
pub(crate) fn sealed_tables() -> Vec<&'static SealedTable> {
    [hours::SEALED, timebank::SEALED, audit::SEALED].concat()
}

/// Every column that holds encrypted values.
pub(crate) fn encrypted_columns() -> impl Iterator<Item = &'static EncryptedColumn> {
    [
        people::ENCRYPTED,
        needs::ENCRYPTED,
        hotline::ENCRYPTED,
        notify::ENCRYPTED,
        exchange::ENCRYPTED,
        shifts::ENCRYPTED,
        identity::ENCRYPTED,
    ]
    .into_iter()
    .flatten()
}

/// Every column that names a person without a foreign key: table, column.
pub(crate) fn people_columns() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let areas = [
        people::PEOPLE,
        needs::PEOPLE,
        shifts::PEOPLE,
        hotline::PEOPLE,
        cards::PEOPLE,
        hours::PEOPLE,
        exchange::PEOPLE,
        audit::PEOPLE,
        identity::PEOPLE,
        training::PEOPLE,
    ];
    areas.into_iter().flatten()
}

/// The application over an open database.
pub(crate) fn app(db: Db, kit: Arc<Kit>, place: Place, demo: bool) -> Result<App, String> {
    Ok(App::new(db, kit, text()?, place, Box::new(people::SessionTable), demo))
}

/// The whole router: the areas, static files, health, the API's description.
pub(crate) fn router(app: App, guide: Option<Guide>) -> Router {
    let (list, router, api) = routes().into_parts();
    let api = describe(api);
    let mut router = router
        .route("/static/{file}", get(asset))
        .route("/healthz", get(health))
        .route("/api/v1/openapi.json", get(move || async move { axum::Json(api) }));
    if let Some(guide) = guide {
        let (people, routes) = (guide.people().clone(), route_list(&list, &guide));
        router = router
            .route("/demo/people", get(move || async move { axum::Json(people) }))
            .route("/demo/routes", get(move || async move { axum::Json(routes) }))
            .route("/demo/clock/{minutes}", post(pass_time));
    }
    let secure = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    router
        .fallback(missing)
        .with_state(app.clone())
        .layer(from_fn_with_state(app, web::in_our_words))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(secure(
            "content-security-policy",
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
        ))
        .layer(secure("x-content-type-options", "nosniff"))
        .layer(secure("referrer-policy", "same-origin"))
}

/// The description as it is served. Every refusal is problem+json, said once here for all operations.
fn describe(mut api: utoipa::openapi::OpenApi) -> serde_json::Value {
    api.info = utoipa::openapi::InfoBuilder::new()
        .title("Linli 邻里")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Community volunteer service. Refusals are problem+json; their rules are listed in docs/api.md.",
        ))
        .build();
    let mut described = serde_json::to_value(api).unwrap_or_default();
    let problem = serde_json::json!({
        "description": "refused: the rule says why",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    let paths = described.get_mut("paths").and_then(serde_json::Value::as_object_mut).into_iter().flatten();
    for operation in
        paths.filter_map(|(_, item)| item.as_object_mut()).flatten().map(|(_, operation)| operation)
    {
        if let Some(responses) = operation.get_mut("responses").and_then(serde_json::Value::as_object_mut) {
            responses.retain(|status, _| !status.starts_with(['4', '5']));
            responses.insert("4XX".to_owned(), problem.clone());
            for status in ["503", "507"] {
                responses.insert(status.to_owned(), problem.clone());
            }
        }
    }
    described
}

fn route_list(list: &[Route], guide: &Guide) -> serde_json::Value {
    list.iter()
        .map(|route| {
            serde_json::json!({
                "method": route.method.as_str(),
                "path": route.path,
                "kind": format!("{:?}", route.kind),
                "access": format!("{:?}", route.access),
                "roles": admitted(route.access),
                "sample": guide.sample(&route.path),
            })
        })
        .collect()
}

/// Minutes the demo may be moved ahead at once: a week.
const PASS_MINUTES_MAX: i64 = 7 * 24 * 60;

/// Lets time pass in the demo, so that what takes hours can be seen in one sitting. Nothing goes back.
async fn pass_time(State(app): State<App>, Path(minutes): Path<i64>) -> Response {
    let clock = &app.kit().clock;
    if !(0..=PASS_MINUTES_MAX).contains(&minutes) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    clock.advance_to(clock.now() + Minutes(minutes));
    clock.now().rfc3339().into_response()
}

/// The words of all roles that may use a route.
fn admitted(access: Access) -> Vec<&'static str> {
    let may = |role: &&Role| match access {
        Access::Guest | Access::SignedIn => true,
        Access::Staff(action) => role.allows(action),
    };
    Role::ALL.iter().filter(may).map(|role| role.word()).collect()
}

async fn asset(Path(file): Path<String>) -> Response {
    match web::assets::asset(&format!("/static/{file}")) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Whether the database answers a question right now.
async fn health(State(app): State<App>) -> Response {
    let asked = app.db().read("health", |tx| tx.query_one::<(i64,)>("SELECT COUNT(*) FROM migration", &[]));
    match tokio::time::timeout(std::time::Duration::from_secs(4), asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok\n").into_response(),
        Ok(Err(fault)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{fault}\n")).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

async fn missing(ask: Ask) -> Response {
    Failed::new(&ask, Failure::Refused(Refusal::missing())).into_response()
}

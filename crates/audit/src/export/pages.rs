//! `/x/export`, the files, and the same for programs.

use askama::Template;
use axum::{
    extract::{Path, Query, RawQuery},
    http::StatusCode,
    response::Response,
};
use db::{Failure, Fault, Outcome};
use journal::Call;
use kernel::{Action, Day, Kind, Refusal};
use places::Edition;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Ask, Choice, Failed, OrFailed, Page, Piece, Problem, download, html, status_of, streamed};

use super::{Table, Words, begin, begin_records, day_of, lines, sample_table, take_sample};
use crate::area::{Typed, Wish, quarter};

/// Media type of a text table (RFC 7111).
const MEDIA_TYPE: &str = "text/csv; charset=utf-8";

#[derive(Template)]
#[template(path = "export/templates/export.html")]
struct ExportPage {
    page: Page,
    areas: Vec<Choice>,
    from: String,
    to: String,
}

pub(crate) async fn export_page(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    show(&ask, Typed::of(query.as_deref()), None).await
}

async fn show(ask: &Ask, typed: Typed, refusal: Option<&Refusal>) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "audit_export_page", |tx, call| {
        Ok((places::own(call, Action::Audit), places::tree_in(tx)?, call.now.day()))
    });
    let ((own, tree, today), page) = read.await.or_failed(ask)?;
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let or = |text: String, day: Day| if text.is_empty() { day.to_string() } else { text };
    let shown = ExportPage {
        areas: places::choices(&tree, &own, &typed.division),
        from: or(typed.from, quarter(today).0),
        to: or(typed.to, today),
        page: page.back("/x").tab("audit/export").wrong(wrong),
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

pub(crate) async fn export_file(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let typed = Typed::of(query.as_deref());
    match records(&ask, typed.clone()).await {
        Ok(response) => Ok(response),
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            show(&ask, typed, Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// Notes the look, then sends a day of records after the other, so that no more than a day is held in memory.
async fn records(ask: &Ask, typed: Typed) -> Outcome<Response> {
    let looked = ask.app.look(ask, "records_take", move |tx, call| {
        let wish = typed.read(tx, call, Action::Audit)?;
        let (cut, tree) = begin_records(tx, call, wish)?;
        Ok((wish, cut, tree, call.clone()))
    });
    let ((wish, cut, tree, call), _) = looked.await?;
    let name = format!("linli-{}-{}-{}.csv", wish.area, wish.days.0, wish.days.1);
    let (response, sender) = streamed(&name, MEDIA_TYPE);
    let ask = ask.clone();
    tokio::spawn(async move {
        let words = Words { text: ask.app.text(), language: ask.language };
        let (mut table, head) = begin(wish, words);
        if sender.send(Ok(head.into())).await.is_err() {
            return;
        }
        let mut day = wish.days.0;
        while day <= wish.days.1 {
            let piece = day_lines(&ask, (wish, day, cut), &call, (&mut table, &tree), words).await;
            let failed = piece.is_err();
            if sender.send(piece).await.is_err() || failed {
                return;
            }
            day = day.plus(1);
        }
        let end = table.end(&call).map(Into::into).map_err(broken);
        drop(sender.send(end).await);
    });
    Ok(response)
}

/// What breaks a file off that is on its way; the cause is in the log.
fn broken(fault: Fault) -> std::io::Error {
    tracing::error!(%fault, "a table could not be written to its end");
    std::io::Error::other("the table could not be written to its end")
}

async fn day_lines(
    ask: &Ask,
    (wish, day, cut): (Wish, Day, i64),
    call: &Call,
    (table, tree): (&mut Table, &Edition),
    words: Words<'_>,
) -> Piece {
    let call = call.clone();
    let read = ask.app.db().read("records_day", move |tx| day_of(tx, &call, wish, day, cut)).await;
    match read {
        Ok(batch) => Ok(lines(table, &batch, tree, words).into()),
        Err(Failure::Fault(fault)) => Err(broken(fault)),
        Err(Failure::Refused(refusal)) => Err(broken(Fault::Defect(refusal.rule.to_owned()))),
    }
}

pub(crate) async fn sample_file(ask: Ask, Path(path): Path<String>) -> Result<Response, Failed> {
    let id = path.parse().map_err(|_| Failed::new(&ask, Refusal::missing().into()))?;
    let looked =
        ask.app.look(&ask, "sample_take", move |tx, call| Ok((take_sample(tx, call, id)?, call.clone())));
    let ((sampled, call), _) = looked.await.or_failed(&ask)?;
    let words = Words { text: ask.app.text(), language: ask.language };
    let bytes = sample_table(&sampled, &call, words).map_err(Failure::from).or_failed(&ask)?;
    Ok(download(&format!("linli-sample-{id}.csv"), MEDIA_TYPE, bytes))
}

/// Of which place and days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The place, a district or below, with everything below it; one's own when it is not named.
    division: Option<String>,
    /// First day (ISO 8601); the first of the quarter when it is not named.
    from: Option<String>,
    /// Last day; today when it is not named.
    to: Option<String>,
}

/// All records of a place and some days, everybody masked, as a signed text table. That it was taken is in the journal.
#[utoipa::path(get, path = "/api/v1/audit/export", params(Wanted), responses(
    (status = 200, description = "a text table; `linli-verify --export` checks it", body = String, content_type = "text/csv"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn export_api(ask: Ask, Query(wanted): Query<Wanted>) -> Result<Response, Failed> {
    let text = |text: Option<String>| text.unwrap_or_default();
    let typed = Typed { division: text(wanted.division), from: text(wanted.from), to: text(wanted.to) };
    records(&ask, typed).await.or_failed(&ask)
}

/// A sample with what the calls came to, everybody masked, as a signed text table. That it was taken is in the journal.
#[utoipa::path(get, path = "/api/v1/samples/{id}/export", params(("id" = String, Path)), responses(
    (status = 200, description = "a text table; `linli-verify --export` checks it", body = String, content_type = "text/csv"),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn sample_api(ask: Ask, path: Path<String>) -> Result<Response, Failed> {
    sample_file(ask, path).await
}

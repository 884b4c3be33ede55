//! `/w/export`.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use db::{Failure, Fault, Outcome};
use kernel::{Action, Refusal};
use web::{Ask, Choice, Failed, Fields, OrFailed, Page, download, html, secretly, status_of};

use super::{Gathered, Kind, Typed, book, gather, read};
use crate::words::Words;

#[derive(Template)]
#[template(path = "export/templates/export.html")]
struct ExportPage {
    page: Page,
    kinds: Vec<Choice>,
    areas: Vec<Choice>,
    from: String,
    to: String,
    clear: Vec<Choice>,
    reason: String,
}

impl Typed {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self { kind: text("kind"), division: text("division"), from: text("from"), to: text("to") }
    }
}

pub(crate) async fn form(ask: Ask, RawQuery(query): RawQuery) -> Result<Response, Failed> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    show(&ask, &fields, None).await
}

async fn show(ask: &Ask, fields: &Fields, refusal: Option<&Refusal>) -> Result<Response, Failed> {
    let read = ask.app.read(ask, "export_page", |tx, call| {
        Ok((places::own(call, Action::ExchangeSheets), call.now.day(), places::tree_in(tx)?))
    });
    let ((own, today, tree), page) = read.await.or_failed(ask)?;
    let (year, month, _) = today.ymd();
    let begins = kernel::Day::from_ymd(year, month, 1).unwrap_or(today);
    let kind = fields.given("kind").unwrap_or(Kind::Hours.word());
    let wrong = refusal.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let kinds = Kind::ALL.iter().map(|kind| kind.word());
    let mut clear = Choice::new("yes", page.t("export-clear")).with_hint(page.t("export-clear-hint"));
    clear.chosen = fields.text("clear") == "yes";
    let shown = ExportPage {
        kinds: kinds.map(|word| Choice::new(word, page.tw("export-kind-", word)).chosen_if(kind)).collect(),
        areas: places::choices(&tree, &own, fields.text("division")),
        from: fields.given("from").map_or_else(|| begins.to_string(), str::to_owned),
        to: fields.given("to").map_or_else(|| today.to_string(), str::to_owned),
        clear: vec![clear],
        reason: fields.text("reason").to_owned(),
        page: page.back("/w").tab("worker/sheets").wrong(wrong),
    };
    Ok(html(refusal.map_or(StatusCode::OK, status_of), &shown))
}

pub(crate) async fn take(ask: Ask, fields: Fields) -> Result<Response, Failed> {
    let reason = (fields.text("clear") == "yes").then(|| fields.text("reason").to_owned());
    match taken(&ask, Typed::of(&fields), reason, fields.digest()).await {
        Ok(gathered) => answer(&ask, gathered).await.or_failed(&ask),
        Err(Failure::Refused(refusal)) if refusal.kind == kernel::Kind::Invalid => {
            show(&ask, &fields, Some(&refusal)).await
        }
        Err(failure) => Err(Failed::new(&ask, failure)),
    }
}

/// Reads the wish and gathers what it asks for: a look without a reason, a command with one.
pub(super) async fn taken(
    ask: &Ask,
    typed: Typed,
    reason: Option<String>,
    digest: [u8; 32],
) -> Outcome<Gathered> {
    if reason.is_none() {
        let read = ask.app.read(ask, "export_masked", move |tx, call| {
            let wish = read(tx, call, &typed)?;
            gather(tx, call, wish, None)
        });
        return Ok(read.await?.0);
    }
    secretly(ask, "export_in_clear", digest, move |tx, call| {
        let wish = read(tx, call, &typed)?;
        gather(tx, call, wish, reason.as_deref())
    })
    .await
}

/// The sheet as a file to keep.
pub(super) async fn answer(ask: &Ask, gathered: Gathered) -> Outcome<Response> {
    let words = Words::of(&ask.app);
    // 20,000 rows take half a second.
    let made = tokio::task::spawn_blocking(move || book::file(&gathered, &words)).await;
    let made = made.map_err(|error| Fault::Defect(error.to_string()))?;
    let (name, bytes) = made.map_err(|error| Fault::Defect(error.to_string()))?;
    Ok(download(&name, sheets::MEDIA_TYPE, bytes))
}

//! `/v/training`: what I must learn, and how far I am.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use kernel::Day;
use web::{Access, Ask, Failed, OrFailed, Page, Routes, html};

use super::{Asked, Has, Line, readiness};
use crate::view::ShiftView;

/// Activities shown below one thing at most.
const SHOWN: usize = 3;
/// What ends within so many days is said to end soon.
const SOON_DAYS: i32 = 30;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/v/training", Access::SignedIn, training_page)
        .api(Access::SignedIn, utoipa_axum::routes!(super::api::own_training))
}

struct LineView {
    what: String,
    /// Word of the state, and how its tag looks.
    state: String,
    look: &'static str,
    /// Until when, or what is still to do.
    note: String,
    shifts: Vec<ShiftView>,
    /// Further activities that are not shown.
    more: usize,
}

impl LineView {
    fn new(page: &Page, today: Day, line: &Line) -> Self {
        let what = match &line.asked {
            Asked::Insurance => page.t("training-insurance"),
            Asked::Training => page.t("training-basic"),
            Asked::Skill(word) => page.tw("people-skill-", word),
        };
        let dated = |key: &str, day: Day| page.ta(key, "day", page.date(day));
        let (state, look, note) = match line.has {
            // What nobody asks for may well be missing.
            Has::No if line.refused_by.is_empty() => ("training-no", "", page.t("training-no-how")),
            Has::No => ("training-no", "tag-warn", page.t("training-no-how")),
            Has::Told => ("training-told", "tag-info", page.t("training-told-how")),
            Has::Noted(None) => ("training-has", "tag-ok", page.t("training-for-good")),
            Has::Noted(Some(day)) if day < today => {
                ("training-over", "tag-warn", dated("training-over-how", day))
            }
            Has::Noted(Some(day)) if day < today.plus(SOON_DAYS) => {
                ("training-soon", "tag-warn", dated("training-soon-how", day))
            }
            Has::Noted(Some(day)) => ("training-has", "tag-ok", dated("training-until", day)),
        };
        Self {
            what,
            state: page.t(state),
            look,
            note,
            shifts: line.refused_by.iter().take(SHOWN).map(|shift| ShiftView::new(page, shift)).collect(),
            more: line.refused_by.len().saturating_sub(SHOWN),
        }
    }
}

#[derive(Template)]
#[template(path = "training/templates/training.html")]
struct TrainingPage {
    page: Page,
    lines: Vec<LineView>,
    /// How it stands in one sentence.
    lead: &'static str,
}

async fn training_page(ask: Ask) -> Result<Response, Failed> {
    let ((own, today), page) = ask
        .app
        .read(&ask, "training_page", |tx, call| Ok((readiness(tx, call)?, call.now.day())))
        .await
        .or_failed(&ask)?;
    let page = page.back("/me").tab("volunteer/me");
    let lead = match own.lines.iter().all(|line| line.refused_by.is_empty()) {
        _ if own.is_resting => "training-resting",
        true => "training-ready",
        false => "training-lead",
    };
    let lines = own.lines.iter().map(|line| LineView::new(&page, today, line)).collect();
    Ok(html(StatusCode::OK, &TrainingPage { page, lines, lead }))
}

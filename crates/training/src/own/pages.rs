//! `/v/training`: what I must learn, where I can, and what I have learned.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use kernel::{Day, Instant};
use shifts::{Asked, Has, Line, ShiftCard};
use web::{Ask, Failed, OrFailed, Page, html};

use super::{OwnTraining, SOON_DAYS, own};
use crate::{session::SessionCard, view::SessionView};

/// Activities shown below one thing at most, and sessions.
const SHOWN: usize = 3;

/// An activity that turns the volunteer away.
struct ShiftView {
    id: String,
    title: String,
    when: String,
}

impl ShiftView {
    fn new(page: &Page, shift: &ShiftCard) -> Self {
        let when = page.window(shift.starts_at, shift.ends_at);
        Self { id: shift.id.to_string(), title: shift.title.clone(), when }
    }
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
    /// Sessions that give it.
    sessions: Vec<SessionView>,
    more_sessions: usize,
}

impl LineView {
    fn new(page: &Page, now: Instant, line: &Line, sessions: &[SessionCard]) -> Self {
        let what = match &line.asked {
            Asked::Insurance => page.t("training-insurance"),
            Asked::Training => page.t("training-basic"),
            Asked::Skill(word) => page.tw("people-skill-", word),
        };
        let dated = |key: &str, day: Day| page.ta(key, "day", page.date(day));
        let today = now.day();
        let (state, look, note) = match line.has {
            // What nobody asks for may well be missing.
            Has::No if line.refused_by.is_empty() => ("training-no", "", page.t("training-no-how")),
            Has::No => ("training-no", "tag-warn", page.t("training-no-how")),
            Has::Told => ("training-told", "tag-info", page.t("training-told-how")),
            Has::Noted(None) => ("training-has", "tag-ok", page.t("training-for-good")),
            Has::Noted(Some(day)) if day < today => {
                ("training-ended", "tag-warn", dated("training-ended-how", day))
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
            sessions: sessions.iter().take(SHOWN).map(|one| SessionView::new(page, one, now)).collect(),
            more_sessions: sessions.len().saturating_sub(SHOWN),
        }
    }
}

struct RecordView {
    session: String,
    title: String,
    content: String,
    unit: String,
    when: String,
    day: String,
    address: String,
    /// Learning time, in words.
    lasts: String,
    state: String,
    is_begun: bool,
}

impl RecordView {
    fn new(page: &Page, now: Instant, one: &OwnTraining) -> Self {
        Self {
            session: one.session.to_string(),
            title: one.title.clone(),
            content: one.content.clone(),
            unit: one.unit.clone(),
            when: page.window(one.starts_at, one.ends_at),
            day: page.date(one.starts_at.day()),
            address: one.address.clone(),
            lasts: page.lasting(one.minutes.number()),
            state: one.state.clone(),
            is_begun: one.starts_at <= now,
        }
    }
}

#[derive(Template)]
#[template(path = "own/templates/training.html")]
struct TrainingPage {
    page: Page,
    lines: Vec<LineView>,
    ahead: Vec<RecordView>,
    record: Vec<RecordView>,
    /// Learning time in all, in words; empty without any.
    learned: String,
    /// How it stands in one sentence.
    lead: &'static str,
}

pub(crate) async fn look(ask: Ask) -> Result<Response, Failed> {
    let (own, page) = ask.app.read(&ask, "own_training_page", own).await.or_failed(&ask)?;
    let page = page.back("/me").tab("volunteer/me");
    let today = own.now.day();
    let has = |line: &Line| matches!(line.has, Has::Noted(until) if until.is_none_or(|day| day >= today));
    let lead = if own.is_resting {
        "training-resting"
    } else if own.lines.iter().any(|(line, _)| !line.refused_by.is_empty()) {
        "training-lead"
    } else if own.lines.iter().all(|(line, _)| has(line)) {
        "training-complete"
    } else {
        "training-ready"
    };
    let pick = |is_it: fn(&OwnTraining) -> bool| -> Vec<RecordView> {
        let found = own.trainings.iter().filter(|one| is_it(one));
        found.map(|one| RecordView::new(&page, own.now, one)).collect()
    };
    let learned: i64 =
        own.trainings.iter().filter(|one| one.is_attended()).map(|one| one.minutes.number()).sum();
    let shown = TrainingPage {
        lines: own
            .lines
            .iter()
            .map(|(line, sessions)| LineView::new(&page, own.now, line, sessions))
            .collect(),
        ahead: pick(OwnTraining::is_ahead),
        record: pick(OwnTraining::is_attended),
        learned: if learned > 0 { page.lasting(learned) } else { String::new() },
        lead,
        page,
    };
    Ok(html(StatusCode::OK, &shown))
}

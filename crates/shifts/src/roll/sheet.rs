//! The sign-in sheet: to print, and to type in what was signed on it, all rows on one screen.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Failure, Outcome};
use kernel::{Action, FieldRefusal, Id, Instant, Kind, Person};
use web::{Access, Answer, Ask, Choice, Failed, Fields, OrFailed, Page, Routes, html};

use super::{
    RollLine,
    pages::{LineView, is_about},
    paper::{SheetRow, enter_sheet, nearest},
    photos::pages::PhotoView,
};
use crate::{
    qr,
    shift::{Shift, ShiftCard},
    view::{self, ShiftView},
};

pub(crate) fn routes() -> Routes {
    let run = Access::Staff(Action::RunShifts);
    Routes::new()
        .get("/team/shifts/{id}/sheet", run, sheet_page)
        .get("/team/shifts/{id}/sheet/enter", run, enter_page)
        .post("/team/shifts/{id}/sheet/enter", run, enter_sent)
}

/// Lines of a sheet for people who come without having signed up.
const EMPTY_LINES: usize = 6;

/// A printed row.
struct SheetLine {
    name: String,
    last4: String,
    /// Leads to this row where it is typed in.
    svg: String,
}

#[derive(Template)]
#[template(path = "roll/templates/sheet.html")]
struct SheetPage {
    page: Page,
    shift: ShiftView,
    people: Vec<SheetLine>,
    /// Numbers of the lines left empty.
    empty: Vec<usize>,
    /// Leads to where it is typed in.
    svg: String,
}

/// The sign-in sheet to print: who signed up, and room for a signature when they come and when they go. Its square code
/// leads the leader to where it is typed in.
async fn sheet_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let ((shift, lines), page) =
        ask.app.read(&ask, "sheet_page", move |tx, call| super::roll(tx, call, id)).await.or_failed(&ask)?;
    let enter = format!("{}/team/shifts/{id}/sheet/enter", ask.origin);
    let svg = qr::square(&enter).or_failed(&ask)?;
    let page = page.back(format!("/team/shifts/{}", shift.id)).tab("leader/team");
    let printed = |line: &RollLine| {
        Ok(SheetLine {
            name: line.card.name_masked.clone(),
            last4: line.card.phone_last4.clone(),
            svg: qr::square(&format!("{enter}#{}", anchor(line.card.id)))?,
        })
    };
    let people = lines.iter().map(printed).collect::<Outcome<Vec<_>>>().or_failed(&ask)?;
    let empty = (people.len() + 1..=people.len() + EMPTY_LINES).collect();
    Ok(html(StatusCode::OK, &SheetPage { shift: ShiftView::new(&page, &shift), people, empty, svg, page }))
}

/// Where a person's row stands on the page on which the sheet is typed in: short, so that its square code is small.
fn anchor(person: Id<Person>) -> String {
    let id = person.to_string();
    format!("p{}", id.get(id.len().saturating_sub(8)..).unwrap_or_default())
}

/// A row of the sheet, with the number that is printed before it.
struct EntryLine {
    number: String,
    anchor: String,
    id: String,
    name: String,
    last4: String,
    state: &'static str,
    signed: bool,
    /// As it stands on the sheet, `09:00`.
    came: String,
    left: String,
    wrong: String,
}

#[derive(Template)]
#[template(path = "roll/templates/enter.html")]
struct EnterPage {
    page: Page,
    shift: ShiftView,
    lines: Vec<EntryLine>,
    /// Rows that can still be typed in.
    open: usize,
    is_over: bool,
    ends: String,
    /// Whether the sheet still counts as evidence of the time.
    in_time: bool,
    until: String,
    /// Why it is late, to choose from.
    reasons: Vec<Choice>,
    /// Where to mend it, and what is wrong.
    wrong: Vec<(String, String)>,
    photos: Vec<PhotoView>,
}

/// What was typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Sent<'s> {
    fields: &'s Fields,
    wrong: &'s [FieldRefusal],
}

fn entry(
    ask: &Ask,
    shift: &ShiftCard,
    me: Option<Id<Person>>,
    (number, line): (usize, &RollLine),
    sent: Option<Sent<'_>>,
) -> EntryLine {
    let view = LineView::new(ask, line, me, None);
    let mut entry = EntryLine {
        number: number.to_string(),
        anchor: anchor(line.card.id),
        id: view.id,
        name: view.name,
        last4: view.last4,
        state: view.state,
        signed: false,
        came: web::clock(shift.starts_at),
        left: web::clock(shift.ends_at),
        wrong: view.wrong,
    };
    if let Some(Sent { fields, wrong }) = sent {
        let typed = |name: &str| fields.text(&format!("{name}-{}", entry.id)).to_owned();
        let mine = wrong.iter().find(|one| is_about(one, &entry.id));
        let words = mine.map(|one| ask.app.text().field(ask.language, one)).unwrap_or_default();
        (entry.came, entry.left, entry.wrong) = (typed("came"), typed("left"), words);
        entry.signed = fields.all("signed").any(|id| id == entry.id);
    }
    entry
}

async fn show(
    ask: &Ask,
    id: Id<Shift>,
    status: StatusCode,
    sent: Option<Sent<'_>>,
) -> Result<Response, Failed> {
    let ((shift, lines, until, photos, call), page) = ask
        .app
        .read(ask, "sheet_enter_page", move |tx, call| {
            let (shift, lines) = super::roll(tx, call, id)?;
            let planned = (shift.starts_at, shift.ends_at);
            let until = hours::deadlines(tx, call, shift.division, planned)?.sheet;
            let photos = super::photos::list(tx, id)?;
            Ok((shift, lines, until, photos, call.clone()))
        })
        .await
        .or_failed(ask)?;
    let page = page.back(format!("/team/shifts/{}", shift.id)).tab("leader/team");
    let me = call.actor.person;
    let numbered = lines.iter().enumerate().map(|(n, line)| (n + 1, line));
    let views: Vec<EntryLine> = numbered.map(|line| entry(ask, &shift, me, line, sent)).collect();
    let href = |wrong: &FieldRefusal| {
        if wrong.field == "reason" {
            return "f-reason".to_owned();
        }
        let line = views.iter().find(|view| view.state == "open" && is_about(wrong, &view.id));
        line.map(|view| format!("f-came-{}", view.id)).unwrap_or_default()
    };
    let refused = sent.map(|sent| sent.wrong).unwrap_or_default();
    let wrong = refused.iter().map(|one| (href(one), ask.app.text().field(ask.language, one)));
    let shown = EnterPage {
        wrong: wrong.collect(),
        photos: photos.iter().map(|photo| PhotoView::new(&page, &call, true, photo)).collect(),
        shift: ShiftView::new(&page, &shift),
        open: views.iter().filter(|view| view.state == "open").count(),
        lines: views,
        is_over: call.now >= shift.ends_at,
        ends: web::clock(shift.ends_at),
        in_time: call.now <= until,
        until: page.moment(until),
        reasons: view::reasons(&page, sent.map_or("", |sent| sent.fields.text("reason"))),
        page,
    };
    Ok(html(status, &shown))
}

async fn enter_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    show(&ask, id, StatusCode::OK, None).await
}

/// The rows that are ticked, with the numbers printed before them; who is on no line comes behind the last.
fn signed(fields: &Fields, shift: &ShiftCard, lines: &[RollLine]) -> Vec<SheetRow> {
    let numbers: HashMap<String, usize> =
        lines.iter().enumerate().map(|(n, line)| (line.card.id.to_string(), n + 1)).collect();
    let at = |name: &str, id: &str, planned: Instant| nearest(fields.text(&format!("{name}-{id}")), planned);
    let row = |id: &str| SheetRow {
        number: numbers.get(id).copied().unwrap_or(lines.len() + 1),
        person: id.parse().ok(),
        came_at: at("came", id, shift.starts_at),
        left_at: at("left", id, shift.ends_at),
    };
    fields.all("signed").map(row).collect()
}

async fn enter_sent(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let typed = fields.clone();
    let outcome = ask
        .app
        .command(&ask, "sheet_enter", fields.key(), fields.digest(), move |tx, call| {
            let (shift, lines) = super::roll(tx, call, id)?;
            let reason = view::reason(Some(typed.text("reason")))?;
            enter_sheet(tx, call, id, &signed(&typed, &shift, &lines), reason)?;
            Ok(Answer::go(format!("/team/shifts/{id}/roll?done=called")))
        })
        .await;
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            let sent = Some(Sent { fields: &fields, wrong: &refusal.fields });
            show(&ask, id, StatusCode::UNPROCESSABLE_ENTITY, sent).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

//! The photographs of a sheet as pages: to look at, to send, to take away.

use askama::Template;
use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request},
    handler::Handler,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{Failure, Fault, Outcome};
use kernel::{Action, Id, Kind, Refusal};
use web::{Access, Answer, Ask, Failed, Fields, OrFailed, Page, Routes, html};

use super::{
    PHOTO_BYTES_MAX, PHOTO_DROP_MINUTES, Photo, PhotoCard, drop_photo, keep_photo, open_photo, tidied,
};
use crate::{
    shift::Shift,
    view::{self, ShiftView},
};

/// Room for the frame of a multipart body round the photograph.
const UPLOAD_BYTES_MAX: usize = PHOTO_BYTES_MAX + 64 * 1024;

pub(crate) fn routes() -> Routes {
    let run = Access::Staff(Action::RunShifts);
    let send = sent.layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    Routes::new()
        .get("/team/shifts/{id}/sheet/photos", run, photos_page)
        .post("/team/shifts/{id}/sheet/photos", run, send)
        .get("/team/photos/{id}", run, photo)
        .post("/team/photos/{id}/drop", run, dropped)
        .get("/x/shifts/{id}/photos", Access::Staff(Action::Audit), photos_page)
        .get("/x/photos/{id}", Access::Staff(Action::Audit), photo)
}

/// A photograph as pages show it.
pub(crate) struct PhotoView {
    pub(crate) href: String,
    pub(crate) sent: String,
    pub(crate) sha256: String,
    /// Whether who looks may still take it away.
    pub(crate) can_drop: bool,
}

impl PhotoView {
    pub(crate) fn new(page: &Page, call: &journal::Call, runs: bool, photo: &PhotoCard) -> Self {
        let seat = if runs { "team" } else { "x" };
        Self {
            href: format!("/{seat}/photos/{}", photo.id),
            sent: page.moment(photo.sent_at),
            sha256: vault::hex(&photo.sha256),
            can_drop: call.actor.person == Some(photo.sent_by)
                && call.now <= photo.sent_at + PHOTO_DROP_MINUTES,
        }
    }
}

#[derive(Template)]
#[template(path = "roll/templates/photos.html")]
struct PhotosPage {
    page: Page,
    shift: ShiftView,
    photos: Vec<PhotoView>,
    /// Whether who looks runs the shift and may send more.
    runs: bool,
}

async fn photos_page(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    photos(&ask, &id, None).await
}

async fn photos(ask: &Ask, id: &str, wrong: Option<&Refusal>) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(id).map_err(Failure::from).or_failed(ask)?;
    let ((shift, found, call), page) = ask
        .app
        .look(ask, "sheet_photos", move |tx, call| {
            let (shift, found) = super::photos(tx, call, id)?;
            Ok((shift, found, call.clone()))
        })
        .await
        .or_failed(ask)?;
    let wrong_fields = wrong.map(|refusal| refusal.fields.as_slice()).unwrap_or_default();
    let page =
        page.back(format!("/team/shifts/{}/sheet/enter", shift.id)).tab("leader/team").wrong(wrong_fields);
    let runs = shift.is_run_by(&call);
    let shown = PhotosPage {
        photos: found.iter().map(|photo| PhotoView::new(&page, &call, runs, photo)).collect(),
        runs,
        shift: ShiftView::new(&page, &shift),
        page,
    };
    Ok(html(wrong.map_or(StatusCode::OK, web::status_of), &shown))
}

/// What a form with a photograph brings: its key and the bytes.
async fn uploaded(request: Request) -> Result<(Option<String>, Vec<u8>), Refusal> {
    let missing = |_| Refusal::invalid("photo", "photo-missing");
    let mut form = Multipart::from_request(request, &()).await.map_err(missing)?;
    let too_large = |_| Refusal::invalid("photo", "photo-too-large");
    let (mut key, mut bytes) = (None, Vec::new());
    while let Some(field) = form.next_field().await.map_err(too_large)? {
        match field.name() {
            Some("key") => key = Some(field.text().await.map_err(too_large)?),
            Some("photo") => bytes = field.bytes().await.map_err(too_large)?.to_vec(),
            _ => {}
        }
    }
    Ok((key, bytes))
}

/// Who may not is refused before anything is read or unpacked.
pub(crate) async fn must_run(ask: &Ask, id: Id<Shift>) -> Outcome<()> {
    let may =
        ask.app.read(ask, "sheet_photo_who", move |tx, call| Ok(crate::shift(tx, id)?.must_be_run_by(call)?));
    may.await.map(|_| ())
}

/// Makes a photograph what is kept of it, outside the database's threads, and keeps it.
pub(crate) async fn keep(
    ask: &Ask,
    id: Id<Shift>,
    key: Option<&str>,
    bytes: Vec<u8>,
    answer: fn(Id<Shift>, Id<Photo>) -> Answer,
) -> Outcome<Answer> {
    let digest = vault::digest(&bytes);
    let jpeg = tokio::task::spawn_blocking(move || tidied(&bytes)).await;
    let jpeg = jpeg.map_err(|error| Fault::Defect(error.to_string()))??;
    let kept = ask.app.command(ask, "sheet_photo", key, digest, move |tx, call| {
        Ok(answer(id, keep_photo(tx, call, id, &jpeg)?))
    });
    kept.await
}

async fn sent(ask: Ask, Path(path): Path<String>, request: Request) -> Result<Response, Failed> {
    let id: Id<Shift> = view::id(&path).map_err(Failure::from).or_failed(&ask)?;
    must_run(&ask, id).await.or_failed(&ask)?;
    let go = |id, _| Answer::go(format!("/team/shifts/{id}/sheet/enter#photos"));
    let outcome = match uploaded(request).await {
        Ok((key, bytes)) => keep(&ask, id, key.as_deref(), bytes, go).await,
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Err(Failure::Refused(refusal)) if refusal.kind == Kind::Invalid => {
            photos(&ask, &path, Some(&refusal)).await
        }
        outcome => Ok(outcome.or_failed(&ask)?.into_response()),
    }
}

async fn photo(ask: Ask, Path(id): Path<String>) -> Result<Response, Failed> {
    let id: Id<Photo> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let (jpeg, _) = ask
        .app
        .look(&ask, "sheet_photo_open", move |tx, call| open_photo(tx, call, id))
        .await
        .or_failed(&ask)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((head, jpeg).into_response())
}

async fn dropped(ask: Ask, Path(id): Path<String>, fields: Fields) -> Result<Response, Failed> {
    let id: Id<Photo> = view::id(&id).map_err(Failure::from).or_failed(&ask)?;
    let dropped =
        ask.app.command(&ask, "sheet_photo_drop", fields.key(), fields.digest(), move |tx, call| {
            let shift = drop_photo(tx, call, id)?;
            Ok(Answer::go(format!("/team/shifts/{shift}/sheet/photos")))
        });
    Ok(dropped.await.or_failed(&ask)?.into_response())
}

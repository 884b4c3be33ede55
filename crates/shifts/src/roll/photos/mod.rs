//! Photographs of the signed sheet. What is typed in stands beside what was signed, and can be held against it later.
//!
//! A photograph is turned upright, made small and written anew before it is kept, so that nothing is left of where and with
//! what it was taken; it is kept encrypted.

pub(crate) mod pages;

use std::io::Cursor;

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use journal::{Call, Event, append};
use kernel::{Action, Id, Instant, Minutes, Person, Refusal};

use crate::shift::{self, Shift, ShiftCard};

/// Mark of a photograph's id.
#[derive(Debug)]
pub enum Photo {}
/// Mark of the id of a look at photographs.
#[derive(Debug)]
enum PhotoLook {}

/// Bytes of a photograph at most, as it is sent.
pub const PHOTO_BYTES_MAX: usize = 12 * 1024 * 1024;
/// Photographs of one sheet at most.
pub const PHOTOS_MAX: usize = 12;
/// So long who sent a photograph may take it away again.
pub const PHOTO_DROP_MINUTES: Minutes = Minutes::from_hours(24);
/// Pixels of the longer edge, as it is kept: an A4 sheet at 200 dots an inch.
const EDGE_MAX: u32 = 2_339;
/// Pixels of an edge at most, as it is sent.
const SENT_EDGE_MAX: u32 = 16_000;
/// Bytes that one may take while it is unpacked: 50 million pixels.
const UNPACKED_MAX: u64 = 200_000_000;
/// Of 100: writing on paper stays clear.
const QUALITY: u8 = 78;

/// What a photograph is sealed for.
pub(crate) const PURPOSE: &str = "shift.sheet";

/// A photograph as lists show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoCard {
    /// Its id.
    pub id: Id<Photo>,
    /// SHA-256 of what is kept.
    pub sha256: [u8; 32],
    /// Who sent it.
    pub sent_by: Id<Person>,
    /// When.
    pub sent_at: Instant,
}

impl FromRow for PhotoCard {
    /// `id, sha256, sent_by, sent_at`.
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self { id: row.take()?, sha256: row.take()?, sent_by: row.take()?, sent_at: row.take()? })
    }
}

/// The photograph as it is kept: JPEG, upright, small. It takes up to a second, so it is nothing for a database's thread.
///
/// # Errors
/// `photo-missing`, `photo-too-large`, `photo-no-picture` (invalid).
pub fn tidied(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let refused = |rule| Refusal::invalid("photo", rule);
    match bytes.len() {
        0 => return Err(refused("photo-missing")),
        length if length > PHOTO_BYTES_MAX => return Err(refused("photo-too-large")),
        _ => {}
    }
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| refused("photo-no-picture"))?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(refused("photo-no-picture"));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SENT_EDGE_MAX);
    limits.max_image_height = Some(SENT_EDGE_MAX);
    limits.max_alloc = Some(UNPACKED_MAX);
    reader.limits(limits);
    let picture = || -> image::ImageResult<Vec<u8>> {
        let mut decoder = reader.into_decoder()?;
        let upright = decoder.orientation()?;
        let mut picture = DynamicImage::from_decoder(decoder)?;
        if picture.width().max(picture.height()) > EDGE_MAX {
            picture = picture.resize(EDGE_MAX, EDGE_MAX, FilterType::Triangle);
        }
        picture.apply_orientation(upright);
        let mut kept = Vec::new();
        JpegEncoder::new_with_quality(&mut kept, QUALITY).encode_image(&picture.to_rgb8())?;
        Ok(kept)
    };
    picture().map_err(|_| refused("photo-no-picture"))
}

/// Keeps a photograph of the sheet of a shift, as [`tidied`] gives it; the same one twice is one.
///
/// # Errors
/// 404; forbidden; `photo-too-many` (conflict) over [`PHOTOS_MAX`].
pub fn keep_photo(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>, jpeg: &[u8]) -> Outcome<Id<Photo>> {
    let me = call.actor.signed_in()?;
    let card = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    card.must_be_run_by(call)?;
    let before = list(tx, shift)?;
    let sha256 = vault::digest(jpeg);
    if let Some(same) = before.iter().find(|photo| photo.sha256 == sha256) {
        return Ok(same.id);
    }
    if before.len() >= PHOTOS_MAX {
        return Err(Refusal::conflict("photo-too-many").with("most", PHOTOS_MAX as i64).into());
    }
    let id: Id<Photo> = call.id(shift.district());
    let sealed = call
        .keys()
        .seal(PURPOSE, jpeg, call.random().bytes())
        .map_err(|error| Fault::Defect(format!("{PURPOSE}: {error}")))?;
    tx.execute_one(
        "INSERT INTO sheet_photo (district, id, shift, content, sha256, sent_by, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![shift.district(), id, shift, sealed, sha256, me, call.now],
    )?;
    append(tx, call, event("sheet.photographed", &card, id, 1).with("sha256", vault::hex(&sha256)))?;
    Ok(id)
}

fn event(kind: &'static str, shift: &ShiftCard, photo: Id<Photo>, version: i64) -> Event {
    Event::new(kind, photo.district(), photo, version)
        .with("division", shift.division.to_string())
        .with_id("shift", shift.id)
}

/// Every photograph of a sheet, the oldest first. Who audits the place may look too, and the look is in the journal.
///
/// # Errors
/// 404, also for whoever neither runs the shift nor audits its place.
pub fn photos(tx: &mut Tx<'_>, call: &Call, shift: Id<Shift>) -> Outcome<(ShiftCard, Vec<PhotoCard>)> {
    let card = shift::shift(tx, shift)?;
    let photos = list(tx, shift)?;
    look(tx, call, &card, photos.len())?;
    Ok((card, photos))
}

pub(crate) fn list(tx: &mut Tx<'_>, shift: Id<Shift>) -> Outcome<Vec<PhotoCard>> {
    Ok(tx.query(
        "SELECT id, sha256, sent_by, sent_at FROM sheet_photo WHERE district = $1 AND shift = $2 ORDER BY sent_at, id",
        params![shift.district(), shift],
    )?)
}

/// Refuses who may not look; notes the look of who audits.
fn look(tx: &mut Tx<'_>, call: &Call, shift: &ShiftCard, photos: usize) -> Outcome<()> {
    if shift.is_run_by(call) {
        return Ok(());
    }
    if !call.actor.may(Action::Audit, shift.division) {
        return Err(Refusal::missing().into());
    }
    let id: Id<PhotoLook> = call.id(shift.id.district());
    let event = Event::new("sheet.looked_at", shift.id.district(), id, 1)
        .with("division", shift.division.to_string())
        .with_id("shift", shift.id)
        .with_id("by", call.actor.signed_in()?)
        .with("photographs", photos);
    Ok(append(tx, call, event)?)
}

/// A photograph in clear, JPEG.
///
/// # Errors
/// As [`photos`].
pub fn open_photo(tx: &mut Tx<'_>, call: &Call, id: Id<Photo>) -> Outcome<Vec<u8>> {
    let (shift, sealed) = row(tx, id)?;
    let card = shift::shift(tx, shift)?;
    look(tx, call, &card, 1)?;
    Ok(call.keys().open(PURPOSE, &sealed).map_err(|error| Fault::Defect(format!("{PURPOSE}: {error}")))?)
}

fn row(tx: &mut Tx<'_>, id: Id<Photo>) -> Outcome<(Id<Shift>, Vec<u8>)> {
    let row: Option<(Id<Shift>, Vec<u8>)> = tx.query_opt(
        "SELECT shift, content FROM sheet_photo WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    Ok(row.ok_or_else(Refusal::missing)?)
}

/// Takes away a photograph that was sent by mistake; its digest stays in the journal. Gives the shift.
///
/// # Errors
/// 404; forbidden for whoever did not send it; `photo-kept` (conflict) after [`PHOTO_DROP_MINUTES`].
pub fn drop_photo(tx: &mut Tx<'_>, call: &Call, id: Id<Photo>) -> Outcome<Id<Shift>> {
    let (shift, _) = row(tx, id)?;
    let card = shift::store::locked(tx, shift)?.ok_or_else(Refusal::missing)?;
    card.must_be_run_by(call)?;
    let photo = list(tx, shift)?.into_iter().find(|photo| photo.id == id).ok_or_else(Refusal::missing)?;
    if Some(photo.sent_by) != call.actor.person {
        return Err(Refusal::forbidden().into());
    }
    if call.now > photo.sent_at + PHOTO_DROP_MINUTES {
        return Err(Refusal::conflict("photo-kept").into());
    }
    tx.execute_one("DELETE FROM sheet_photo WHERE district = $1 AND id = $2", params![id.district(), id])?;
    append(tx, call, event("sheet.photograph_dropped", &card, id, 2))?;
    Ok(shift)
}

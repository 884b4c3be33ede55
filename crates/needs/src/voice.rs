//! A recording instead of words: nobody has to type to ask for help. It is kept encrypted, at most 2 MB.

use db::{Fault, Outcome, Tx, params};
use journal::Call;
use kernel::{District, Id, Instant, Minutes, Refusal};
use vault::Keys;

use crate::need::Need;

/// Mark of a kept recording's id.
#[derive(Debug)]
pub enum Blob {}

/// Bytes of a recording at most.
pub const VOICE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How long a recording waits for its need to be sent.
pub const UNSENT: Minutes = Minutes::from_hours(24);

/// What a recording is sealed for.
pub(crate) const PURPOSE: &str = "need.voice";

/// The media type of a recording by its first bytes; `None` when it is none of those phones make.
pub(crate) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("audio/webm"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("audio/mp4"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        [b'#', b'!', b'A', b'M', b'R', ..] => Some("audio/amr"),
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xfa | 0xf3 | 0xf2, ..] => Some("audio/mpeg"),
        [0xff, 0xf1 | 0xf9, ..] => Some("audio/aac"),
        [b'c', b'a', b'f', b'f', ..] => Some("audio/x-caf"),
        _ => None,
    }
}

/// Keeps a recording until its need is sent; gives the token by which the sender names it.
///
/// # Errors
/// `voice-empty`, `voice-too-long`, `voice-not-sound`.
pub(crate) fn keep(tx: &mut Tx<'_>, call: &Call, district: District, bytes: &[u8]) -> Outcome<String> {
    if bytes.is_empty() {
        return Err(Refusal::invalid("recording", "voice-empty").into());
    }
    if bytes.len() > VOICE_BYTES_MAX {
        return Err(Refusal::invalid("recording", "voice-too-long").into());
    }
    let kind = media_type(bytes).ok_or_else(|| Refusal::invalid("recording", "voice-not-sound"))?;
    let id: Id<Blob> = call.id(district);
    let sealed = call
        .keys()
        .seal(PURPOSE, bytes, call.random().bytes())
        .map_err(|error| Fault::Defect(format!("{PURPOSE}: {error}")))?;
    tx.execute_one(
        "INSERT INTO blob (district, id, media_type, content, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![district, id, kind, sealed, call.now],
    )?;
    Ok(token(call.keys(), id))
}

/// An id is no secret, so a sender proves with it that the recording is theirs.
fn token(keys: &Keys, id: Id<Blob>) -> String {
    let proof = keys.blind_index(PURPOSE, &id.to_string());
    format!("{id}.{}", vault::hex(proof.get(..12).unwrap_or_default()))
}

/// The recording a token names; `None` when the token is not one we gave.
pub(crate) fn named(keys: &Keys, text: &str) -> Option<Id<Blob>> {
    let id: Id<Blob> = text.split('.').next()?.parse().ok()?;
    (token(keys, id) == text).then_some(id)
}

/// Whether the recording is still kept.
pub(crate) fn exists(tx: &mut Tx<'_>, id: Id<Blob>) -> Outcome<bool> {
    let found: Option<(i64,)> = tx.query_opt(
        "SELECT created_at FROM blob WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    Ok(found.is_some())
}

/// The recording of a need in clear, with its media type.
///
/// # Errors
/// 404 when the need has none.
pub(crate) fn open(tx: &mut Tx<'_>, call: &Call, need: &Need) -> Outcome<(String, Vec<u8>)> {
    let id = need.voice.ok_or_else(Refusal::missing)?;
    let row: Option<(String, Vec<u8>)> = tx.query_opt(
        "SELECT media_type, content FROM blob WHERE district = $1 AND id = $2",
        params![id.district(), id],
    )?;
    let (kind, sealed) = row.ok_or_else(Refusal::missing)?;
    let plain =
        call.keys().open(PURPOSE, &sealed).map_err(|error| Fault::Defect(format!("{PURPOSE}: {error}")))?;
    Ok((kind, plain))
}

/// Deletes the recordings of a district whose need was never sent.
pub(crate) fn forget_unsent(tx: &mut Tx<'_>, district: District, now: Instant) -> Result<u64, Fault> {
    tx.execute(
        "DELETE FROM blob WHERE district = $1 AND created_at < $2
         AND NOT EXISTS (SELECT 1 FROM need n WHERE n.district = blob.district AND n.voice = blob.id)",
        params![district, now - UNSENT],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sound_is_kept() {
        assert_eq!(media_type(b"OggS\0\x02"), Some("audio/ogg"));
        assert_eq!(media_type(b"\0\0\0\x1cftypM4A "), Some("audio/mp4"));
        assert_eq!(media_type(b"RIFF\x24\0\0\0WAVEfmt "), Some("audio/wav"));
        assert_eq!(media_type(b"#!AMR\n"), Some("audio/amr"));
        for other in [b"%PDF-1.7".as_slice(), b"\x89PNG\r\n", b"<html>", b"RIFF\x24\0\0\0AVI ", b""] {
            assert_eq!(media_type(other), None);
        }
    }
}

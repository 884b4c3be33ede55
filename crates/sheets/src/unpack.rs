//! Whether a file may be opened at all: what it is, what lies in it, how large it becomes. Every part is really unpacked
//! and counted, since the sizes that a file tells of itself may be lies.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use crate::{FILE_BYTES_MAX, PART_BYTES_MAX, Refused, UNPACKED_BYTES_MAX};

/// Parts of a file at most; one that a spreadsheet program writes has about a dozen.
const PARTS_MAX: usize = 256;
/// Bytes of the list of content types that are looked at.
const TYPES_BYTES_MAX: u64 = 256 * 1024;

/// Holds a file against the limits.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refused> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refused::TooLarge);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Refused::OldOrLocked);
    }
    if !bytes.starts_with(b"PK") {
        return Err(Refused::NotXlsx);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::Broken)?;
    if archive.len() > PARTS_MAX {
        return Err(Refused::UnpacksTooLarge);
    }
    let (mut unpacked, mut is_book) = (0, false);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(_) => Refused::OldOrLocked,
            _ => Refused::Broken,
        })?;
        let name = part.name().map_err(|_| Refused::Broken)?.to_ascii_lowercase();
        if name.contains("vbaproject") || name.contains("macrosheets") || name.contains("activex") {
            return Err(Refused::Macro);
        }
        is_book |= name == "xl/workbook.xml";
        let most = if name.starts_with("xl/worksheets/") { UNPACKED_BYTES_MAX } else { PART_BYTES_MAX };
        if name == "[content_types].xml" {
            let mut types = String::new();
            let read = (&mut part).take(TYPES_BYTES_MAX).read_to_string(&mut types);
            unpacked += read.map_err(|_| Refused::Broken)? as u64;
            if types.to_ascii_lowercase().contains("macroenabled") {
                return Err(Refused::Macro);
            }
        }
        let size = std::io::copy(&mut part.take(most + 1), &mut std::io::sink());
        let size = size.map_err(|_| Refused::Broken)?;
        unpacked += size;
        if size > most || unpacked > UNPACKED_BYTES_MAX {
            return Err(Refused::UnpacksTooLarge);
        }
    }
    if is_book { Ok(()) } else { Err(Refused::NotXlsx) }
}

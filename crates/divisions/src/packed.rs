//! The packed form of a tree.
//!
//! ```text
//! 8 bytes   "LINLIDT1"
//! i32       day of the edition, days since 1970-01-01
//! u32       length of the source text, then the text
//! u32       number of divisions
//! u32       length of the names
//! zstd      one frame with checksum: the names in UTF-8, each ended by a line feed, in the order of the codes;
//!           then each code less the one before it as LEB128
//! ```
//! Integers are little-endian. The names decompress to the very bytes that search runs over. Splitting off
//! suffixes and coding characters in one or two bytes would save a quarter of the file and cost that.

use std::{error, fmt, io};

use kernel::Day;
use zstd::{bulk, zstd_safe::CParameter};

use crate::{Tree, Version};

/// Compression level of the file in the repository: the smallest, made once in many seconds.
pub const LEVEL_SHIPPED: i32 = 19;
/// Compression level for a tree that an operator imports: a fifth larger, made in less than a second.
pub const LEVEL_STORED: i32 = 9;

const MAGIC: &[u8; 8] = b"LINLIDT1";
/// No more than this is ever decompressed; the whole country takes 14 MB.
const CONTENT_BYTES_MAX: usize = 64 << 20;

/// Why bytes are not a packed tree.
#[derive(Debug)]
pub enum FormatError {
    /// They do not begin as a packed tree does, or the beginning is cut short.
    Header,
    /// The compressed part is cut short, was changed, or is longer than any tree.
    Compression(io::Error),
    /// The list of codes is cut short, not rising, or has a division without its parent.
    Codes,
    /// A name is missing, empty or not UTF-8.
    Names,
    /// More than four gigabytes of names.
    Size,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("not a packed division tree"),
            Self::Compression(cause) => write!(f, "the packed division tree is damaged: {cause}"),
            Self::Codes => f.write_str("the codes of the packed division tree are not a tree"),
            Self::Names => f.write_str("the names of the packed division tree do not fit its codes"),
            Self::Size => f.write_str("the division tree is too large to pack"),
        }
    }
}

impl error::Error for FormatError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Compression(cause) => Some(cause),
            _ => None,
        }
    }
}

impl Tree {
    /// Packs the tree into one blob; `level` is [`LEVEL_SHIPPED`] or [`LEVEL_STORED`].
    ///
    /// Fails with [`FormatError::Size`] or, when memory runs out, with [`FormatError::Compression`].
    pub fn to_bytes(&self, level: i32) -> Result<Vec<u8>, FormatError> {
        let size = |n: usize| u32::try_from(n).map(u32::to_le_bytes).map_err(|_| FormatError::Size);
        let version = self.version();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(version.day.number().to_le_bytes());
        bytes.extend(size(version.source.len())?);
        bytes.extend(version.source.as_bytes());
        bytes.extend(size(self.len())?);
        bytes.extend(size(self.text().len())?);

        let mut content = self.text().as_bytes().to_vec();
        let mut last = 0;
        for number in self.codes() {
            push_leb128(&mut content, number - last);
            last = *number;
        }
        if content.len() > CONTENT_BYTES_MAX {
            return Err(FormatError::Size);
        }
        let mut compressor = bulk::Compressor::new(level).map_err(FormatError::Compression)?;
        compressor.set_parameter(CParameter::ChecksumFlag(true)).map_err(FormatError::Compression)?;
        bytes.extend(compressor.compress(&content).map_err(FormatError::Compression)?);
        Ok(bytes)
    }

    /// Reads what [`Tree::to_bytes`] made. Damaged or foreign bytes are an error, never a wrong tree.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut header = Header { rest: bytes };
        let version = header.version()?;
        let count = header.u32()? as usize;
        let names_len = header.u32()? as usize;
        let mut content =
            bulk::decompress(header.rest, CONTENT_BYTES_MAX).map_err(FormatError::Compression)?;
        let packed_codes = content.get(names_len..).ok_or(FormatError::Names)?;
        let codes = unpack_codes(packed_codes, count).ok_or(FormatError::Codes)?;
        content.truncate(names_len);
        content.shrink_to_fit();
        let names = String::from_utf8(content).map_err(|_| FormatError::Names)?;
        Self::assemble(version, codes, names)
    }
}

impl Version {
    /// Reads the edition of a packed tree without decompressing it.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        Header { rest: bytes }.version()
    }
}

struct Header<'a> {
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    fn version(&mut self) -> Result<Version, FormatError> {
        if self.take(MAGIC.len())? != MAGIC {
            return Err(FormatError::Header);
        }
        let day = Day::from_number(self.u32()?.cast_signed());
        let length = self.u32()? as usize;
        let source = str::from_utf8(self.take(length)?).map_err(|_| FormatError::Header)?;
        Ok(Version { day, source: source.to_owned() })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], FormatError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(FormatError::Header)?;
        self.rest = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, FormatError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(FormatError::Header)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*taken))
    }
}

fn push_leb128(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// `None` when the bytes are not exactly `count` numbers whose sum stays within 64 bits.
fn unpack_codes(bytes: &[u8], count: usize) -> Option<Vec<u64>> {
    // Every code takes a byte at least, so a false count cannot ask for more memory than there is content.
    let mut codes = Vec::with_capacity(count.min(bytes.len()));
    let (mut last, mut delta, mut shift) = (0_u64, 0_u64, 0_u32);
    for byte in bytes {
        if shift > 42 {
            return None;
        }
        delta |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            last = last.checked_add(delta)?;
            codes.push(last);
            (delta, shift) = (0, 0);
        }
    }
    (shift == 0 && codes.len() == count).then_some(codes)
}

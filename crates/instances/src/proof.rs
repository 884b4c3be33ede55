//! The file of a proof: the prices of [`matching::plan::Proof`], compact, with a version and a checksum.
//!
//! `LINLIPRF`, a byte with the version, then numbers: how many needs, volunteers and slot prices there are; the price
//! of each need; the price of each volunteer; for each slot price the volunteer (as the step from the one before), the
//! slot and the price; at the end the SHA-256 of everything before. A number is in groups of seven bits, the lowest
//! first, the eighth bit says that more follow; a price is zigzag, so that a negative one is told and not misread.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use matching::plan::Proof;
use sha2::{Digest, Sha256};

use crate::{FileError, Replacement};

/// The version that is written and read.
pub const PROOF_VERSION: u8 = 1;

const MAGIC: &[u8; 8] = b"LINLIPRF";
const DIGEST_BYTES: usize = 32;
/// Bytes written at a time.
const BLOCK_BYTES: usize = 1 << 16;

struct Writer<'a> {
    into: &'a mut Replacement,
    digest: Sha256,
    block: Vec<u8>,
}

impl Writer<'_> {
    fn number(&mut self, mut number: u128) -> io::Result<()> {
        while number >= 0x80 {
            self.block.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.block.push(number as u8);
        if self.block.len() >= BLOCK_BYTES { self.flush() } else { Ok(()) }
    }

    fn price(&mut self, price: i128) -> io::Result<()> {
        self.number(((price << 1) ^ (price >> 127)).cast_unsigned())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.digest.update(&self.block);
        self.into.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

/// Writes a proof; the caller finishes the file.
///
/// # Errors
/// When the disk refuses.
pub fn write_proof(proof: &Proof, into: &mut Replacement) -> Result<(), FileError> {
    let mut writer = Writer { into, digest: Sha256::new(), block: Vec::with_capacity(BLOCK_BYTES + 32) };
    let written = (|| {
        writer.block.extend_from_slice(MAGIC);
        writer.block.push(PROOF_VERSION);
        for count in [proof.needs.len(), proof.volunteers.len(), proof.slots.len()] {
            writer.number(count as u128)?;
        }
        for &price in proof.needs.iter().chain(&proof.volunteers) {
            writer.price(price)?;
        }
        let mut before = 0;
        for &(volunteer, slot, price) in &proof.slots {
            // Wraps where volunteers do not rise, and comes back when it is read.
            writer.number(u128::from(volunteer.wrapping_sub(before)))?;
            writer.number(u128::from(slot))?;
            writer.price(price)?;
            before = volunteer;
        }
        writer.flush()?;
        let digest = writer.digest.finalize();
        writer.into.write_all(&digest)
    })();
    written.map_err(|error| into.refused(&error))
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<u128> {
        let mut number = 0_u128;
        for shift in (0..u128::BITS).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u128::from(byte & 0x7F);
            if (bits << shift) >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        // Everything counted takes a byte at the least.
        (count <= self.0.len()).then_some(count)
    }

    fn price(&mut self) -> Option<i128> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn proof(&mut self) -> Option<Proof> {
        let (needs, volunteers, slots) = (self.count()?, self.count()?, self.count()?);
        let needs = (0..needs).map(|_| self.price()).collect::<Option<_>>()?;
        let volunteers = (0..volunteers).map(|_| self.price()).collect::<Option<_>>()?;
        let mut before = 0_u32;
        let slots = (0..slots).map(|_| {
            before = before.wrapping_add(u32::try_from(self.number()?).ok()?);
            Some((before, u16::try_from(self.number()?).ok()?, self.price()?))
        });
        let slots = slots.collect::<Option<_>>()?;
        self.0.is_empty().then_some(Proof { needs, volunteers, slots })
    }
}

/// Reads a proof.
///
/// # Errors
/// When it cannot be read, is no proof, is of another version or was damaged.
pub fn read_proof(path: &Path) -> Result<Proof, FileError> {
    let bytes = fs::read(path).map_err(|error| FileError::io(path, "read", &error))?;
    let wrong = |words: String| FileError::whole(path, words);
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(wrong("is no proof that `linli match plan --proof` wrote".to_owned()));
    };
    let damaged =
        || wrong("is damaged or cut off; write it again with `linli match plan --proof`".to_owned());
    let (&version, rest) = rest.split_first().ok_or_else(damaged)?;
    if version != PROOF_VERSION {
        return Err(wrong(format!(
            "is a proof of version {version}; this program reads version {PROOF_VERSION}"
        )));
    }
    let (body, digest) = rest.split_last_chunk::<DIGEST_BYTES>().ok_or_else(damaged)?;
    let hashed = bytes.len() - DIGEST_BYTES;
    if Sha256::digest(bytes.get(..hashed).unwrap_or_default()).as_slice() != digest {
        return Err(damaged());
    }
    Reader(body).proof().ok_or_else(damaged)
}

//! The list of the statements that were taken back.

use std::fmt::Write as _;

use kernel::{Day, Instant};

use crate::{RevokedLine, Signed, leaf_hash, merkle_root};

/// The statements that were taken back as of an instant, as it is published: by their digest, so that who holds one finds
/// it, and who holds none learns nothing but how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revoked {
    /// SHA-256 of each statement, and the day on which it was taken back, by digest.
    pub statements: Vec<([u8; 32], Day)>,
}

fn entry((digest, day): &([u8; 32], Day)) -> String {
    format!("{} {day}", vault::hex(digest))
}

impl Revoked {
    /// The line to be signed.
    pub fn line(&self, at: Instant) -> RevokedLine {
        let leaves: Vec<[u8; 32]> =
            self.statements.iter().map(|one| leaf_hash(entry(one).as_bytes())).collect();
        RevokedLine { count: self.statements.len() as u64, root: merkle_root(&leaves), at }
    }

    /// The file: the signed line, key and signature, then a line for each statement.
    pub fn file(&self, line: &Signed) -> String {
        let mut file = format!("{}\nkey {}\nsignature {}\n", line.text, line.key, line.signature);
        for one in &self.statements {
            let _ = writeln!(file, "{}", entry(one));
        }
        file
    }

    /// Reads a file, and gives what is signed of it; `None` when it is none, was changed or its signature does not hold.
    pub fn read(text: &str) -> Option<(Self, RevokedLine, Signed)> {
        let mut lines = text.lines();
        let signed = Signed {
            text: lines.next()?.to_owned(),
            key: lines.next()?.strip_prefix("key ")?.to_owned(),
            signature: lines.next()?.strip_prefix("signature ")?.to_owned(),
        };
        let read = |line: &str| {
            let (digest, day) = line.split_once(' ')?;
            Some((vault::unhex(digest)?.try_into().ok()?, day.parse().ok()?))
        };
        let revoked = Self { statements: lines.map(read).collect::<Option<_>>()? };
        let line: RevokedLine = signed.text.parse().ok()?;
        (revoked.line(line.at) == line && signed.holds()).then_some((revoked, line, signed))
    }

    /// The day on which the statement with this digest was taken back.
    pub fn day_of(&self, statement: &[u8; 32]) -> Option<Day> {
        self.statements.iter().find(|(digest, _)| digest == statement).map(|(_, day)| *day)
    }
}

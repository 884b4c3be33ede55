//! The lines that are signed and published. Each holds everything that is said, so that it can be checked by itself.

use std::{fmt, str::FromStr};

use kernel::{Day, District, DivisionCode, Instant};

/// Of one district's day: `linli-journal-day DISTRICT DAY FIRST LAST ROOT CLOSED_AT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayLine {
    /// Whose journal.
    pub district: District,
    /// The day of sealing.
    pub day: Day,
    /// First event of the day.
    pub first: i64,
    /// Last event of the day.
    pub last: i64,
    /// Merkle root over the day's events.
    pub root: [u8; 32],
    /// When the day was closed.
    pub closed_at: Instant,
}

/// Of one day of all districts: `linli-node-day DAY DISTRICTS ROOT CLOSED_AT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeLine {
    /// The day of sealing.
    pub day: Day,
    /// How many districts have a root of that day.
    pub districts: i64,
    /// Merkle root over the districts' [`DayLine`]s, by district.
    pub root: [u8; 32],
    /// When the day was closed for the node.
    pub closed_at: Instant,
}

/// Of the list of statements that were taken back: `linli-revoked COUNT ROOT AT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevokedLine {
    /// How many there are.
    pub count: u64,
    /// Merkle root over the list's lines.
    pub root: [u8; 32],
    /// As of when.
    pub at: Instant,
}

/// Of a table that was taken away: `linli-export WHAT AREA FIRST LAST ROWS DIGEST AT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLine {
    /// `records`, or the id of a sample.
    pub what: String,
    /// Of which place and what is below it.
    pub area: DivisionCode,
    /// First and last day.
    pub days: (Day, Day),
    /// How many rows it has below its heading.
    pub rows: u64,
    /// SHA-256 of every byte before this line.
    pub digest: [u8; 32],
    /// When it was taken.
    pub at: Instant,
}

impl fmt::Display for DayLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { district, day, first, last, root, closed_at } = self;
        let (root, closed_at) = (vault::hex(root), closed_at.micros());
        write!(f, "linli-journal-day {district} {day} {first} {last} {root} {closed_at}")
    }
}

impl fmt::Display for NodeLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, districts, root, closed_at } = self;
        write!(f, "linli-node-day {day} {districts} {} {}", vault::hex(root), closed_at.micros())
    }
}

impl fmt::Display for RevokedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "linli-revoked {} {} {}", self.count, vault::hex(&self.root), self.at.micros())
    }
}

impl fmt::Display for ExportLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, area, days: (first, last), rows, digest, at } = self;
        write!(f, "linli-export {what} {area} {first} {last} {rows} {} {}", vault::hex(digest), at.micros())
    }
}

/// The words of a line that begins with `name`.
fn words<const N: usize>(line: &str, name: &str) -> Option<[String; N]> {
    let rest = line.strip_prefix(name)?.strip_prefix(' ')?;
    let words: Vec<String> = rest.split(' ').map(str::to_owned).collect();
    words.try_into().ok()
}

fn root(word: &str) -> Option<[u8; 32]> {
    vault::unhex(word)?.try_into().ok()
}

fn instant(word: &str) -> Option<Instant> {
    word.parse().ok().map(Instant::from_micros)
}

/// A line is read when it is written back the same, so that one meaning has one text.
fn read<T: fmt::Display>(line: &str, parsed: Option<T>) -> Result<T, ()> {
    parsed.filter(|one| one.to_string() == line).ok_or(())
}

impl FromStr for DayLine {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let parse = || {
            let [district, day, first, last, hash, at] = words(line, "linli-journal-day")?;
            Some(Self {
                district: district.parse().ok().and_then(District::new)?,
                day: day.parse().ok()?,
                first: first.parse().ok()?,
                last: last.parse().ok()?,
                root: root(&hash)?,
                closed_at: instant(&at)?,
            })
        };
        read(line, parse())
    }
}

impl FromStr for NodeLine {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let parse = || {
            let [day, districts, hash, at] = words(line, "linli-node-day")?;
            Some(Self {
                day: day.parse().ok()?,
                districts: districts.parse().ok()?,
                root: root(&hash)?,
                closed_at: instant(&at)?,
            })
        };
        read(line, parse())
    }
}

impl FromStr for RevokedLine {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let parse = || {
            let [count, hash, at] = words(line, "linli-revoked")?;
            Some(Self { count: count.parse().ok()?, root: root(&hash)?, at: instant(&at)? })
        };
        read(line, parse())
    }
}

impl FromStr for ExportLine {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let parse = || {
            let [what, area, first, last, rows, digest, at] = words(line, "linli-export")?;
            Some(Self {
                what,
                area: DivisionCode::parse(&area).ok()?,
                days: (first.parse().ok()?, last.parse().ok()?),
                rows: rows.parse().ok()?,
                digest: root(&digest)?,
                at: instant(&at)?,
            })
        };
        read(line, parse())
    }
}

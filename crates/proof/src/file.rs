//! The proof as a file, and checking it.

use std::{collections::BTreeMap, fmt};

use kernel::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DayLine, NodeLine, Row, canonical_json, leaf_hash, root_by_path};

/// What the member `form` says.
pub const FORM: &str = "linli-proof-1";

/// A text with its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// What is signed, byte for byte.
    pub text: String,
    /// SM2 with SM3 (GB/T 32918.2): r and s, hexadecimal.
    pub signature: String,
    /// The key: a point of the curve, uncompressed, hexadecimal.
    pub key: String,
}

/// That something stands in a signed tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// Its place among the leaves, from 0.
    pub index: u64,
    /// How many leaves there are.
    pub size: u64,
    /// What stands beside the way to the root, lowest first, hexadecimal.
    pub path: Vec<String>,
    /// The line with the root.
    pub line: Signed,
}

/// That an event stands in the journal: the event, the way to the root of its day, and to the root of all districts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`FORM`].
    pub form: String,
    /// The statement of which the event says that it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Signed>,
    /// The row whose digest the event carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Row>,
    /// The event, byte for byte.
    pub event: String,
    /// Within the events of its district's day.
    pub day: Within,
    /// Its day's line within those of all districts; not there until every district has closed the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<Within>,
}

/// Which part of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The statement.
    Statement,
    /// The row.
    Row,
    /// The event.
    Event,
    /// The district's day.
    Day,
    /// The day of all districts.
    Node,
    /// A table that was taken away.
    Export,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It is no file of this form.
    Form,
    /// A part cannot be read: another form, or changed.
    Unreadable(Part),
    /// The signature of a part does not hold.
    Signature(Part),
    /// A part does not lead to what is signed above it.
    Elsewhere(Part),
}

/// What a proof that holds shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What happened: `statement.issued`.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// The day of its district.
    pub day: DayLine,
    /// The day of all districts.
    pub node: Option<NodeLine>,
    /// Each part that is signed: by which key, and as of when.
    pub signed: BTreeMap<Part, (String, Instant)>,
}

impl Signed {
    /// Whether the signature holds under its own key. Whose the key is, only [`crate::Trust`] can say.
    pub fn holds(&self) -> bool {
        let bytes = vault::unhex(&self.key).zip(vault::unhex(&self.signature));
        bytes.is_some_and(|(key, signature)| vault::verify(&key, self.text.as_bytes(), &signature).is_ok())
    }
}

impl Within {
    /// The root that the path leads to.
    fn root(&self, leaf: &[u8; 32]) -> Option<[u8; 32]> {
        let path: Option<Vec<[u8; 32]>> =
            self.path.iter().map(|hash| vault::unhex(hash)?.try_into().ok()).collect();
        root_by_path(leaf, self.index, self.size, &path?)
    }
}

/// What this crate reads of an event.
struct Event {
    kind: String,
    at: Instant,
    value: Value,
}

impl Event {
    fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let kind = value.get("kind")?.as_str()?.to_owned();
        let at = Instant::from_micros(value.get("at")?.as_i64()?);
        (canonical_json(&value) == text.as_bytes()).then_some(Self { kind, at, value })
    }

    fn text(&self, of: &str, name: &str) -> Option<&str> {
        self.value.get(of)?.get(name)?.as_str()
    }
}

impl Proof {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Broken::Form`].
    pub fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let proof: Self = serde_json::from_slice(bytes).map_err(|_| Broken::Form)?;
        if proof.form == FORM { Ok(proof) } else { Err(Broken::Form) }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Whether everything in it leads to what is signed, each under the key it names.
    ///
    /// # Errors
    /// The first part that is [`Broken`].
    pub fn check(&self) -> Result<Held, Broken> {
        let mut signed = BTreeMap::new();
        let event = Event::read(&self.event).ok_or(Broken::Unreadable(Part::Event))?;
        if let Some(statement) = &self.statement {
            if !statement.holds() {
                return Err(Broken::Signature(Part::Statement));
            }
            let digest = vault::hex(&vault::digest(statement.text.as_bytes()));
            if event.kind != "statement.issued" || event.text("payload", "digest") != Some(&digest) {
                return Err(Broken::Elsewhere(Part::Statement));
            }
            signed.insert(Part::Statement, (statement.key.clone(), event.at));
        }
        if let Some(row) = &self.row {
            let (name, digest) =
                row.name().map(|name| (name, row.digest())).ok_or(Broken::Unreadable(Part::Row))?;
            if event.text("rows", &name) != Some(&vault::hex(&digest)) {
                return Err(Broken::Elsewhere(Part::Row));
            }
        }
        let day: DayLine = self.day.line.text.parse().map_err(|()| Broken::Unreadable(Part::Day))?;
        let count = day.last.checked_sub(day.first).and_then(|count| u64::try_from(count).ok());
        let is_here = event.value.get("district").and_then(Value::as_u64)
            == Some(u64::from(day.district.number()))
            && count.and_then(|count| count.checked_add(1)) == Some(self.day.size)
            && self.day.root(&leaf_hash(self.event.as_bytes())) == Some(day.root);
        if !is_here {
            return Err(Broken::Elsewhere(Part::Event));
        }
        if !self.day.line.holds() {
            return Err(Broken::Signature(Part::Day));
        }
        signed.insert(Part::Day, (self.day.line.key.clone(), day.closed_at));
        let node = self.node.as_ref().map(|within| self.node(within, &day)).transpose()?;
        if let (Some(line), Some(within)) = (&node, &self.node) {
            signed.insert(Part::Node, (within.line.key.clone(), line.closed_at));
        }
        Ok(Held { kind: event.kind, at: event.at, day, node, signed })
    }

    fn node(&self, within: &Within, day: &DayLine) -> Result<NodeLine, Broken> {
        let line: NodeLine = within.line.text.parse().map_err(|()| Broken::Unreadable(Part::Node))?;
        let is_here = line.day == day.day
            && u64::try_from(line.districts) == Ok(within.size)
            && within.root(&leaf_hash(self.day.line.text.as_bytes())) == Some(line.root);
        if !is_here {
            return Err(Broken::Elsewhere(Part::Day));
        }
        if within.line.holds() { Ok(line) } else { Err(Broken::Signature(Part::Node)) }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statement => "the statement",
            Self::Row => "the row",
            Self::Event => "the event",
            Self::Day => "the line of the day",
            Self::Node => "the line of all districts",
            Self::Export => "the table",
        })
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => write!(f, "this is no file of the form {FORM}"),
            Self::Unreadable(part) => write!(f, "{part} is not as it was written"),
            Self::Signature(part) => write!(f, "the signature of {part} does not hold"),
            Self::Elsewhere(part) => write!(f, "{part} does not belong to what is signed above it"),
        }
    }
}

impl std::error::Error for Broken {}

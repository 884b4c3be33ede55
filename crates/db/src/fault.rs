//! What can go wrong with a database, and the two ways a use case can end without a result.

use std::fmt;

use kernel::Refusal;

use crate::Retry;

/// A fault of the machinery; the person reads one sentence, the log has the words here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The database cannot be reached, is full, or stopped in the middle; whether the last transaction counts
    /// is unknown, and the caller's idempotency key decides when it is sent again.
    Unavailable(String),
    /// What was to be written found no room: the disk or a quota is full, or the disk refuses. Nothing of the
    /// transaction was kept; what is there can still be read.
    NoRoom(String),
    /// Deadlock, serialization failure or busy: the transaction was rolled back and may be run again.
    Again(String),
    /// A constraint of the schema refused the row.
    Constraint(String),
    /// A statement, a row or a value is not what the code expects: a defect.
    Defect(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(words) => write!(f, "database unavailable: {words}"),
            Self::NoRoom(words) => write!(f, "nothing can be written: {words}"),
            Self::Again(words) => write!(f, "transaction must be run again: {words}"),
            Self::Constraint(words) => write!(f, "constraint: {words}"),
            Self::Defect(words) => write!(f, "defect: {words}"),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// Whether it lies with the database and passes by itself or by the operator's hand: the same transaction may
    /// succeed later.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::NoRoom(_) | Self::Again(_))
    }
}

impl Retry for Fault {
    fn is_retry(&self) -> bool {
        matches!(self, Self::Again(_))
    }
}

/// Why a use case gave no result: it was refused by a rule, or the machinery failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A rule stands against it.
    Refused(Refusal),
    /// The machinery failed.
    Fault(Fault),
}

/// What a use case returns.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The refusal, when it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Fault(_) => None,
        }
    }
}

/// What a use case gave; nothing when a rule stands against it.
///
/// # Errors
/// The [`Fault`].
pub fn unless_refused<T>(outcome: Outcome<T>) -> Result<Option<T>, Fault> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Fault(fault)) => Err(fault),
        Err(Failure::Refused(_)) => Ok(None),
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Retry for Failure {
    fn is_retry(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_retry())
    }
}

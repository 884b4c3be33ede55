//! How a caller sees how far the work is, and stops it.

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes of a table.
    Reading,
    /// Needs that have their candidates.
    Candidates,
    /// Seats that have somebody, and may lose them again.
    Bidding,
    /// Paths that are gone on the way to the optimum.
    Proving,
    /// Rows written.
    Writing,
}

/// Somebody who looks on.
pub trait Watch: Sync {
    /// So much of the whole is done. `false` asks to stop.
    fn goes_on(&self, stage: Stage, done: u64, whole: u64) -> bool;
}

/// Nobody looks on, and nobody stops it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn goes_on(&self, _: Stage, _: u64, _: u64) -> bool {
        true
    }
}

//! The leaves in the order of place: along a Z-curve over the points, before them by division those without; then by id.
//!
//! Leaves stand in runs, so that a new one moves few others, and a run's ground answers for all of them.

use super::{Ground, row::Row, store::Store};

/// Leaves in a run at most; few in tests, so that these fill several.
const RUN_LEAVES_MAX: usize = if cfg!(test) { 3 } else { 32 };

/// Where a volunteer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    has_point: bool,
    /// Place on the curve, or the division where there is no point.
    place: u64,
    id: u128,
}

impl Key {
    const FIRST: Self = Self { has_point: false, place: 0, id: 0 };

    pub(super) fn of(row: &Row) -> Self {
        let curve = row.point().map(|(lat, lon)| spread(lat) << 1 | spread(lon));
        let id = u128::from_be_bytes(row.id.bytes());
        Self { has_point: curve.is_some(), place: curve.unwrap_or(row.division), id }
    }
}

/// Puts a zero behind every bit, the sign turned so that order is kept.
fn spread(number: i32) -> u64 {
    let mut bits = u64::from(number as u32 ^ 1 << 31);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// Leaves that follow one another.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The ground of all of them.
    pub(super) ground: Ground,
    /// Each with the first key that belongs into it.
    leaves: Vec<(Key, u32)>,
}

impl Run {
    /// Its leaves.
    pub(super) fn leaves(&self) -> impl Iterator<Item = u32> {
        self.leaves.iter().map(|(_, leaf)| *leaf)
    }

    fn low(&self) -> Key {
        self.leaves.first().map_or(Key::FIRST, |(low, _)| *low)
    }
}

/// All leaves in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    runs: Vec<Run>,
}

/// Where a leaf stands in the order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    run: usize,
    at: usize,
}

impl Order {
    /// The leaf into which a key belongs; `None` while there is none.
    pub(super) fn find(&self, key: &Key) -> Option<(Position, u32)> {
        let run = self.runs.partition_point(|run| run.low() <= *key).saturating_sub(1);
        let leaves = &self.runs.get(run)?.leaves;
        let at = leaves.partition_point(|(low, _)| low <= key).saturating_sub(1);
        leaves.get(at).map(|(_, leaf)| (Position { run, at }, *leaf))
    }

    /// Covers one more at a position.
    pub(super) fn cover(&mut self, position: Position, row: &Row) {
        self.runs[position.run].ground.cover(row);
    }

    /// Whether nothing comes behind.
    pub(super) fn is_last(&self, position: Position) -> bool {
        position.run + 1 == self.runs.len() && position.at + 1 == self.runs[position.run].leaves.len()
    }

    /// The first leaf of all.
    pub(super) fn begin(&mut self, leaf: u32) {
        self.runs.push(Run { ground: Ground::NONE, leaves: vec![(Key::FIRST, leaf)] });
    }

    /// Puts a leaf behind another.
    pub(super) fn insert_after(&mut self, position: Position, low: Key, leaf: u32, store: &Store) {
        let run = &mut self.runs[position.run];
        run.leaves.insert(position.at + 1, (low, leaf));
        if run.leaves.len() > RUN_LEAVES_MAX {
            let leaves = run.leaves.split_off(RUN_LEAVES_MAX / 2);
            self.runs.insert(position.run + 1, Run { ground: Ground::NONE, leaves });
            self.survey(position.run, store);
            self.survey(position.run + 1, store);
        }
    }

    /// Takes an empty leaf out.
    pub(super) fn remove(&mut self, position: Position) {
        let run = &mut self.runs[position.run];
        run.leaves.remove(position.at);
        if run.leaves.is_empty() {
            self.runs.remove(position.run);
        }
    }

    /// Counts again what a run covers.
    fn survey(&mut self, run: usize, store: &Store) {
        let mut ground = Ground::NONE;
        for leaf in self.runs[run].leaves() {
            ground.join(store.ground(leaf));
        }
        self.runs[run].ground = ground;
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let leaves: usize = self.runs.iter().map(|run| run.leaves.capacity()).sum();
        self.runs.capacity() * size_of::<Run>() + leaves * size_of::<(Key, u32)>()
    }
}

//! The pairs of each volunteer, side by side, with what a path back must know of them.
//!
//! When they were a chain through the pairs, every step waited for memory that the step before named: a third of the time of
//! a path back.

use super::amount::Amount;

/// A pair, as its volunteer sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tie<T> {
    /// The same as that of the pair.
    pub(super) cost: T,
    pub(super) pair: u32,
    pub(super) need: u32,
}

/// Where the pairs of a volunteer lie.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    first: u32,
    count: u32,
    /// How many fit.
    fits: u32,
}

/// All of them. A row that becomes too long moves to a place twice as long.
#[derive(Clone, Debug)]
pub(super) struct Ties<T> {
    rows: Vec<Row>,
    ties: Vec<Tie<T>>,
    /// Where each pair is.
    at: Vec<u32>,
    /// Places that are no longer used, by the power of two that fits into them.
    unused: Vec<Vec<u32>>,
}

impl<T: Amount> Ties<T> {
    /// Pairs in the order of their numbers: the volunteer, the need and the cost.
    pub(super) fn new(volunteers: usize, pairs: impl Iterator<Item = (u32, u32, T)> + Clone) -> Self {
        let mut rows = vec![Row::default(); volunteers];
        for (volunteer, ..) in pairs.clone() {
            rows[volunteer as usize].fits += 1;
        }
        let mut end = 0;
        for row in &mut rows {
            row.first = end;
            end += row.fits;
        }
        let mut ties = vec![Tie { cost: T::ZERO, pair: 0, need: 0 }; end as usize];
        let mut at = Vec::with_capacity(end as usize);
        for (pair, (volunteer, need, cost)) in (0..).zip(pairs) {
            let row = &mut rows[volunteer as usize];
            at.push(row.first + row.count);
            ties[(row.first + row.count) as usize] = Tie { cost, pair, need };
            row.count += 1;
        }
        Self { rows, ties, at, unused: vec![Vec::new(); 32] }
    }

    /// The same in wider integers.
    pub(super) fn widened<W: Amount>(self) -> Ties<W> {
        let widen = |tie: Tie<T>| Tie { cost: W::of(tie.cost.wide()), pair: tie.pair, need: tie.need };
        Ties {
            rows: self.rows,
            ties: self.ties.into_iter().map(widen).collect(),
            at: self.at,
            unused: self.unused,
        }
    }

    /// Those of a volunteer.
    pub(super) fn of(&self, volunteer: usize) -> &[Tie<T>] {
        let Row { first, count, .. } = self.rows[volunteer];
        &self.ties[first as usize..][..count as usize]
    }

    pub(super) fn set_cost(&mut self, pair: usize, cost: T) {
        let tie = &mut self.ties[self.at[pair] as usize];
        // The place of a pair that is no more may be another's.
        if tie.pair == pair as u32 {
            tie.cost = cost;
        }
    }

    pub(super) fn add_volunteer(&mut self) {
        self.rows.push(Row::default());
    }

    /// One more pair of a volunteer.
    pub(super) fn add(&mut self, volunteer: usize, tie: Tie<T>) {
        if self.rows[volunteer].count == self.rows[volunteer].fits {
            self.widen(volunteer);
        }
        let row = &mut self.rows[volunteer];
        let at = row.first + row.count;
        row.count += 1;
        self.ties[at as usize] = tie;
        let pair = tie.pair as usize;
        self.at.resize(self.at.len().max(pair + 1), 0);
        self.at[pair] = at;
    }

    /// A pair of a volunteer is no more.
    pub(super) fn remove(&mut self, volunteer: usize, pair: usize) {
        let row = &mut self.rows[volunteer];
        row.count -= 1;
        let (at, last) = (self.at[pair], row.first + row.count);
        self.ties.swap(at as usize, last as usize);
        self.at[self.ties[at as usize].pair as usize] = at;
        self.at[pair] = last;
    }

    fn widen(&mut self, volunteer: usize) {
        let Row { first, count, fits } = self.rows[volunteer];
        let power = (fits + 1).next_power_of_two().ilog2();
        let to = self.unused[power as usize].pop().unwrap_or(self.ties.len() as u32);
        let end = to as usize + (1 << power);
        let nobody = Tie { cost: T::ZERO, pair: u32::MAX, need: 0 };
        self.ties.resize(self.ties.len().max(end), nobody);
        for step in 0..count {
            let tie = self.ties[(first + step) as usize];
            self.ties[(to + step) as usize] = tie;
            self.at[tie.pair as usize] = to + step;
        }
        if fits > 0 {
            self.unused[fits.ilog2() as usize].push(first);
        }
        self.rows[volunteer] = Row { first: to, count, fits: 1 << power };
    }
}

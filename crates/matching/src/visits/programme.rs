//! The best prices of a scope: the duals of a linear programme, solved exactly in integers.
//!
//! Its columns are the rounds of the visitors and what needs may take from beyond the border; its rows say that a visitor
//! goes one round and that a need has no more than its seats. What else binds a team comes as a row when a solution breaks
//! it, and a round comes as a column when the prices make it worth going (Gilmore and Gomory 1961; Desrosiers, Soumis and
//! Desrochers 1984). Where [`Prices::ascend`] moves one price after the other and stays where none of them alone helps,
//! this moves all together: the bound is the lowest that any prices give, but for rounding and for ties of teams so
//! tangled that pairs of them do not tell.
//!
//! The inverse of the basis is kept as integers over one determinant (Edmonds 1967; Bareiss 1968), so that nothing is ever
//! rounded on the way; where a number does not fit, the prices stay as good as they were. Decided pairs only change what
//! columns gain, by more than all else comes to, so the basis of one node is where the next begins.

use std::{cmp::Ordering, collections::BTreeMap};

use super::{
    local::{Fix, best_round},
    prices::Prices,
    problem::{Problem, TeamRule},
    scope::Scope,
};

/// A decided pair weighs so many times all gains together, or a fraction of it could be given up for them.
const DECIDED: i128 = 64;
/// Numbers that fit: what a decided pair weighs, a dual, the determinant, seats of those who go together. Sums of their
/// products are far below what an `i128` holds.
const DECIDED_MAX: i128 = 1 << 90;
const DUAL_MAX: i128 = 1 << 102;
const WHOLE_MAX: i64 = 1 << 10;
const SEATS_MAX: u32 = 1 << 8;

/// What the rows of a solution share out.
#[derive(Clone, Debug)]
pub(super) struct Share {
    /// Of each pair that is taken at all, by pair.
    pub(super) taken: BTreeMap<u32, i64>,
    /// What a whole pair has.
    pub(super) whole: i64,
}

/// What came out.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// By the prices that stay.
    pub(super) bound: i128,
    pub(super) end: End,
}

/// How it ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// No prices give less.
    Solved(Share),
    /// The bound is low enough.
    Enough,
    /// A number did not fit or there was no end: nothing more is to be asked of the programme.
    Lost,
}

/// What a visitor may go, or a pair that a need may take from beyond the border.
#[derive(Clone, Debug)]
struct Column {
    pairs: Vec<u32>,
    /// Position of the visitor in the scope.
    visitor: Option<usize>,
    /// Row and factor.
    entries: Vec<(usize, i64)>,
    gain: i128,
}

/// A rule of a team as a row: factors of pairs, of all other pairs of the need, and what their sum may be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cut {
    /// Position of the need in the scope.
    need: usize,
    pairs: Vec<(u32, i64)>,
    rest: i64,
    most: i64,
}

impl Cut {
    fn factor(&self, pair: u32) -> i64 {
        self.pairs.iter().find(|(of, _)| *of == pair).map_or(self.rest, |(_, factor)| *factor)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basic {
    /// What a row leaves open.
    Slack(usize),
    Column(usize),
}

/// The programme of a scope, and the basis it stands at.
pub(super) struct Programme<'a> {
    problem: &'a Problem,
    scope: &'a Scope,
    cuts: Vec<Cut>,
    /// Positions of the cuts of each need of the scope.
    cuts_of: Vec<Vec<usize>>,
    columns: Vec<Column>,
    known: BTreeMap<(Option<usize>, Vec<u32>), usize>,
    /// What a decided pair weighs.
    decided: i128,
    /// Of each row.
    basis: Vec<Basic>,
    /// Over `whole`, row by row.
    inverse: Vec<Vec<i64>>,
    /// Of what is basic, over `whole`.
    values: Vec<i64>,
    /// Of each row, over `whole`.
    duals: Vec<i128>,
    whole: i64,
    pivots_max: u32,
    pivots_left: u32,
}

impl<'a> Programme<'a> {
    /// With nothing taken; `None` where the gains are too great.
    pub(super) fn new(
        problem: &'a Problem,
        scope: &'a Scope,
        prices: &Prices,
        pivots_max: u32,
    ) -> Option<Self> {
        let seats = scope.needs.iter().map(|&need| i64::from(problem.visits[need as usize].seats));
        let values: Vec<i64> = scope.volunteers.iter().map(|_| 1).chain(seats).collect();
        let rows = values.len();
        let row = |at: usize| (0..rows).map(|other| i64::from(other == at)).collect();
        let mut made = Self {
            problem,
            scope,
            cuts: Vec::new(),
            cuts_of: vec![Vec::new(); scope.needs.len()],
            columns: Vec::new(),
            known: BTreeMap::new(),
            decided: 0,
            basis: (0..rows).map(Basic::Slack).collect(),
            inverse: (0..rows).map(row).collect(),
            values,
            duals: vec![0; rows],
            whole: 1,
            pivots_max,
            pivots_left: 0,
        };
        let inner = scope.inner.iter().map(|&pair| problem.gain[pair as usize].abs());
        let border = scope.border.iter().map(|&(pair, is_need)| made.worth(prices, pair, is_need).abs());
        let all = inner.chain(border).try_fold(1_i128, i128::checked_add)?;
        made.decided = all.checked_mul(DECIDED).filter(|decided| *decided <= DECIDED_MAX)?;
        for &(pair, _) in scope.border.iter().filter(|(_, is_need)| *is_need) {
            made.column(None, vec![pair]);
        }
        Some(made)
    }

    /// Lowers the bound by prices as far as they go, or to `enough`; they stay as they were where that is no better. `None`
    /// when what is fixed allows no plan.
    pub(super) fn solve(&mut self, prices: &mut Prices, mut bound: i128, enough: i128) -> Option<Outcome> {
        let mut best = prices.within(self.scope);
        self.pivots_left = self.pivots_max;
        let mut is_fit = self.set_gains(prices).is_some();
        let end = loop {
            if !is_fit {
                break End::Lost;
            }
            self.set_prices(prices);
            let lower = prices.bound(self.problem, self.scope)?;
            if lower < bound {
                bound = lower;
                best = prices.within(self.scope);
            }
            if bound <= enough {
                break End::Enough;
            }
            match self.step(prices) {
                Some(true) => {}
                Some(false) => break End::Solved(self.share()),
                None => is_fit = false,
            }
        };
        prices.set_within(self.scope, &best);
        prices.bound(self.problem, self.scope)?;
        Some(Outcome { bound, end })
    }

    /// Takes columns that gain at these prices, or rows that are broken. Gives whether there were any; `None` where a number
    /// does not fit or there was no end.
    fn step(&mut self, prices: &Prices) -> Option<bool> {
        let mut entering = self.gaining(prices)?;
        if entering.is_empty() {
            let cuts = self.broken()?;
            let is_any = !cuts.is_empty();
            for cut in cuts {
                self.add_row(cut)?;
            }
            while is_any && self.mend()? {}
            return Some(is_any);
        }
        entering.sort_by_key(|&(gain, _)| std::cmp::Reverse(gain));
        for (_, next) in entering {
            let gain = self.gain_of(next)?;
            if gain > 0 {
                self.enter(next, gain)?;
            }
        }
        Some(true)
    }

    fn need_at(&self, need: u32) -> Option<usize> {
        self.scope.needs.binary_search(&need).ok()
    }

    /// What a pair gains within the scope: all of it within, what this side gets at the border.
    fn worth(&self, prices: &Prices, pair: u32, is_need: bool) -> i128 {
        let (gain, price) = (self.problem.gain[pair as usize], prices.price[pair as usize]);
        let base = match (is_need, self.need_at(self.problem.pair(pair).need)) {
            (true, _) => price,
            (false, Some(_)) => gain,
            (false, None) => gain - price,
        };
        base + self.weight(prices.fix[pair as usize]) + self.weight(self.met_of(prices, pair))
    }

    fn weight(&self, fix: Fix) -> i128 {
        match fix {
            Fix::Free => 0,
            Fix::In => self.decided,
            Fix::Out => -self.decided,
        }
    }

    fn met_of(&self, prices: &Prices, pair: u32) -> Fix {
        prices.met[self.problem.pair(pair).need as usize]
    }

    /// The column of these pairs, made where there is none.
    fn column(&mut self, visitor: Option<usize>, mut pairs: Vec<u32>) -> usize {
        pairs.sort_unstable();
        let next = self.columns.len();
        let at = *self.known.entry((visitor, pairs.clone())).or_insert(next);
        if at == next {
            let mut entries: BTreeMap<usize, i64> = visitor.into_iter().map(|row| (row, 1)).collect();
            let first = self.scope.volunteers.len();
            for &pair in &pairs {
                let Some(need) = self.need_at(self.problem.pair(pair).need) else { continue };
                *entries.entry(first + need).or_default() += 1;
                for &cut in &self.cuts_of[need] {
                    let row = first + self.scope.needs.len() + cut;
                    *entries.entry(row).or_default() += self.cuts[cut].factor(pair);
                }
            }
            let entries = entries.into_iter().filter(|(_, factor)| *factor != 0).collect();
            self.columns.push(Column { pairs, visitor, entries, gain: 0 });
        }
        at
    }

    /// What each column gains by what is fixed now, and the duals of the basis.
    fn set_gains(&mut self, prices: &Prices) -> Option<()> {
        for at in 0..self.columns.len() {
            self.columns[at].gain = self.gain_by(prices, &self.columns[at]);
        }
        self.duals = vec![0; self.basis.len()];
        for (basic, row) in self.basis.iter().zip(&self.inverse) {
            let Basic::Column(column) = basic else { continue };
            let gain = self.columns[*column].gain;
            for (dual, &factor) in self.duals.iter_mut().zip(row).filter(|(_, factor)| **factor != 0) {
                *dual = dual.checked_add(gain.checked_mul(factor.into())?)?;
            }
        }
        self.fits()
    }

    fn gain_by(&self, prices: &Prices, column: &Column) -> i128 {
        let is_need = column.visitor.is_none();
        column.pairs.iter().map(|&pair| self.worth(prices, pair, is_need)).sum()
    }

    /// What a need asks for a pair, over `whole`.
    fn asked(&self, pair: u32) -> i128 {
        let first = self.scope.volunteers.len();
        self.need_at(self.problem.pair(pair).need).map_or(0, |need| {
            let cuts = self.cuts_of[need].iter().map(|&cut| {
                let factor = self.cuts[cut].factor(pair);
                i128::from(factor) * self.duals[first + self.scope.needs.len() + cut]
            });
            self.duals[first + need] + cuts.sum::<i128>()
        })
    }

    /// The duals as prices.
    fn set_prices(&self, prices: &mut Prices) {
        for &pair in &self.scope.inner {
            if prices.fix[pair as usize] == Fix::Free {
                prices.price[pair as usize] =
                    self.asked(pair).div_euclid(self.whole.into()) - self.weight(self.met_of(prices, pair));
            }
        }
    }

    /// Columns and slacks that would gain, with how much.
    fn gaining(&mut self, prices: &Prices) -> Option<Vec<(i128, Basic)>> {
        let whole = i128::from(self.whole);
        let mut all: Vec<(i128, Basic)> = Vec::new();
        for at in 0..self.scope.volunteers.len() {
            let left = |pair: u32| self.worth(prices, pair, false) * whole - self.asked(pair);
            let round =
                best_round(self.problem, self.scope.volunteers[at], left, |pair| prices.fix[pair as usize])?;
            let gain = round.value - self.duals[at];
            if gain > 0 && !round.chosen.is_empty() {
                let column = self.column(Some(at), round.chosen);
                self.columns[column].gain = self.gain_by(prices, &self.columns[column]);
                all.push((gain, Basic::Column(column)));
            }
        }
        for column in 0..self.columns.len() {
            if self.columns[column].visitor.is_none() {
                let basic = Basic::Column(column);
                let gain = self.gain_of(basic)?;
                if gain > 0 {
                    all.push((gain, basic));
                }
            }
        }
        let slacks = self.duals.iter().zip(0..).filter(|(dual, _)| **dual < 0);
        all.extend(slacks.map(|(dual, row)| (-dual, Basic::Slack(row))));
        Some(all)
    }

    /// What taking more of it would gain, over `whole`.
    fn gain_of(&self, of: Basic) -> Option<i128> {
        match of {
            Basic::Slack(row) => Some(-self.duals[row]),
            Basic::Column(column) => {
                let column = &self.columns[column];
                let mut gain = column.gain.checked_mul(self.whole.into())?;
                for &(row, factor) in &column.entries {
                    gain = gain.checked_sub(self.duals[row].checked_mul(factor.into())?)?;
                }
                Some(gain)
            }
        }
    }

    /// What one unit of it takes of each row of the basis, over `whole`.
    fn takes(&self, of: Basic) -> Option<Vec<i64>> {
        let one = |row: &Vec<i64>| self.takes_of(row, of);
        self.inverse.iter().map(one).collect()
    }

    fn takes_of(&self, row: &[i64], of: Basic) -> Option<i64> {
        match of {
            Basic::Slack(at) => Some(row[at]),
            Basic::Column(column) => {
                let entries = self.columns[column].entries.iter();
                let terms = entries.map(|&(at, factor)| i128::from(row[at]) * i128::from(factor));
                i64::try_from(terms.sum::<i128>()).ok()
            }
        }
    }

    /// Takes into the basis what gains, as much as fits.
    fn enter(&mut self, next: Basic, gain: i128) -> Option<()> {
        let takes = self.takes(next)?;
        let mut out: Option<usize> = None;
        for row in (0..takes.len()).filter(|&row| takes[row] > 0) {
            if out.is_none_or(|out| self.leaves_before(&takes, row, out) == Ordering::Less) {
                out = Some(row);
            }
        }
        self.pivot(out?, next, &takes, gain)
    }

    /// Which of two rows ends first as more is taken; where both do, by the inverse, so that no basis comes again.
    fn leaves_before(&self, takes: &[i64], one: usize, other: usize) -> Ordering {
        let scaled = |value: i64, by: usize| i128::from(value) * i128::from(takes[by]);
        let first = scaled(self.values[one], other).cmp(&scaled(self.values[other], one));
        let rows = self.inverse[one].iter().zip(&self.inverse[other]);
        let rest = rows.map(|(&a, &b)| scaled(a, other).cmp(&scaled(b, one)));
        first.then_with(|| rest.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
    }

    /// Lets the row that is broken most be kept again, at the least loss. Gives whether one was broken.
    fn mend(&mut self) -> Option<bool> {
        let worst = (0..self.values.len()).min_by_key(|&row| self.values[row])?;
        if self.values[worst] >= 0 {
            return Some(false);
        }
        let slacks = (0..self.basis.len()).map(Basic::Slack);
        let mut best: Option<(i128, i128, Basic)> = None;
        for next in slacks.chain((0..self.columns.len()).map(Basic::Column)) {
            let takes = i128::from(self.takes_of(&self.inverse[worst], next)?);
            if takes >= 0 {
                continue;
            }
            let loss = -self.gain_of(next)?;
            let is_less = match best {
                None => true,
                Some((least, by, _)) => loss.checked_mul(by)? > least.checked_mul(takes)?,
            };
            if is_less {
                best = Some((loss, takes, next));
            }
        }
        let (loss, _, next) = best?;
        let takes = self.takes(next)?;
        self.pivot(worst, next, &takes, -loss)?;
        Some(true)
    }

    /// Puts `next` in the place of what is basic in a row.
    fn pivot(&mut self, row: usize, next: Basic, takes: &[i64], gain: i128) -> Option<()> {
        self.pivots_left = self.pivots_left.checked_sub(1)?;
        let (by, whole) = (takes[row], self.whole);
        let sign = by.signum();
        let mut leaving = std::mem::take(&mut self.inverse[row]);
        let scaled = |value: i64, take: i64, other: i64| {
            let all = i128::from(value) * i128::from(by) - i128::from(take) * i128::from(other);
            i64::try_from(all / i128::from(whole) * i128::from(sign)).ok()
        };
        for (at, &take) in takes.iter().enumerate() {
            if at == row || (take == 0 && by == whole) {
                continue;
            }
            for (value, &other) in self.inverse[at].iter_mut().zip(&leaving) {
                *value = scaled(*value, take, other)?;
            }
            self.values[at] = scaled(self.values[at], take, self.values[row])?;
        }
        for (dual, &other) in self.duals.iter_mut().zip(&leaving) {
            let all = dual.checked_mul(by.into())?.checked_add(gain.checked_mul(other.into())?)?;
            *dual = all / i128::from(whole) * i128::from(sign);
        }
        leaving.iter_mut().for_each(|value| *value *= sign);
        self.values[row] *= sign;
        self.inverse[row] = leaving;
        self.basis[row] = next;
        self.whole = by * sign;
        self.fits()
    }

    fn fits(&self) -> Option<()> {
        let is_small = self.duals.iter().all(|dual| dual.abs() <= DUAL_MAX);
        (is_small && self.whole <= WHOLE_MAX).then_some(())
    }

    fn share(&self) -> Share {
        let mut taken = BTreeMap::new();
        for (basic, &value) in self.basis.iter().zip(&self.values) {
            if let (Basic::Column(column), true) = (basic, value != 0) {
                for &pair in &self.columns[*column].pairs {
                    *taken.entry(pair).or_insert(0) += value;
                }
            }
        }
        Share { taken, whole: self.whole }
    }

    /// Rules of teams that the solution breaks.
    fn broken(&self) -> Option<Vec<Cut>> {
        let Share { taken, whole } = self.share();
        let of = |pair: u32| taken.get(&pair).copied().unwrap_or(0);
        let mut cuts = Vec::new();
        for (at, &need) in self.scope.needs.iter().enumerate() {
            let visit = &self.problem.visits[need as usize];
            let pairs = self.problem.pairs_of(need);
            let all: i64 = taken.range(pairs.clone()).map(|(_, taken)| taken).sum();
            if visit.together && all > 0 && visit.seats > SEATS_MAX {
                return None;
            }
            // With all seats or none, what a whole team has of a pair is a part of all that is taken.
            let (seats, rest, most) =
                if visit.together { (i64::from(visit.seats), -1, 0) } else { (1, 0, 1) };
            let may = if visit.together { all } else { whole };
            for (&pair, &has) in taken.range(pairs) {
                if seats * has > may {
                    cuts.push(Cut { need: at, pairs: vec![(pair, seats + rest)], rest, most });
                }
            }
            for rule in self.problem.team_rules.get(&need).into_iter().flatten() {
                match *rule {
                    TeamRule::Apart(one, other) if seats * (of(one) + of(other)) > may => {
                        let pairs = vec![(one, seats + rest), (other, seats + rest)];
                        cuts.push(Cut { need: at, pairs, rest, most });
                    }
                    TeamRule::With { who, whom } if of(who) > of(whom) => {
                        cuts.push(Cut { need: at, pairs: vec![(who, 1), (whom, -1)], rest: 0, most: 0 });
                    }
                    _ => {}
                }
            }
        }
        Some(cuts)
    }

    /// Adds a row with nothing of its own in the basis.
    fn add_row(&mut self, cut: Cut) -> Option<()> {
        let row = self.basis.len();
        let mut inverse = vec![0_i128; row];
        let mut value = i128::from(cut.most) * i128::from(self.whole);
        for column in &mut self.columns {
            let of_need = |pair: &&u32| self.problem.pair(**pair).need == self.scope.needs[cut.need];
            let factor = column.pairs.iter().filter(of_need).map(|&pair| cut.factor(pair)).sum::<i64>();
            if factor != 0 {
                column.entries.push((row, factor));
            }
        }
        for ((basic, of), has) in self.basis.iter().zip(&self.inverse).zip(&self.values) {
            let Basic::Column(column) = basic else { continue };
            let entry = self.columns[*column].entries.last().filter(|(at, _)| *at == row);
            let Some(&(_, factor)) = entry else { continue };
            value -= i128::from(factor) * i128::from(*has);
            for (sum, part) in inverse.iter_mut().zip(of) {
                *sum -= i128::from(factor) * i128::from(*part);
            }
        }
        for of in &mut self.inverse {
            of.push(0);
        }
        let mut inverse: Vec<i64> =
            inverse.into_iter().map(|value| i64::try_from(value).ok()).collect::<Option<_>>()?;
        inverse.push(self.whole);
        self.inverse.push(inverse);
        self.values.push(i64::try_from(value).ok()?);
        self.duals.push(0);
        self.basis.push(Basic::Slack(row));
        self.cuts_of[cut.need].push(self.cuts.len());
        self.cuts.push(cut);
        Some(())
    }
}

//! The two kinds of piece that are solved outright: the best team of one need, the best round of one visitor.

use super::problem::{Item, Problem, Round};

/// What is decided of a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fix {
    /// Nothing.
    #[default]
    Free,
    /// It is chosen.
    In,
    /// It is not.
    Out,
}

/// The best choice of one side, and what it comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Best {
    pub(super) value: i128,
    /// Pairs, in no order.
    pub(super) chosen: Vec<u32>,
}

/// The best team of a need when each pair is worth so much and it is decided whether anybody goes; `None` when what is
/// fixed allows none.
pub(super) fn best_team(
    problem: &Problem,
    need: u32,
    worth: impl Fn(u32) -> i128,
    fix: impl Fn(u32) -> Fix,
    met: Fix,
) -> Option<Best> {
    let seats = problem.seats(need);
    let together = problem.visits[need as usize].together || (seats == 1 && met == Fix::In);
    let mut best = Best::default();
    let mut open: Vec<(i128, u32)> = Vec::new();
    for pair in problem.pairs_of(need) {
        match fix(pair) {
            Fix::In => {
                best.value += worth(pair);
                best.chosen.push(pair);
            }
            Fix::Free => open.push((worth(pair), pair)),
            Fix::Out => {}
        }
    }
    if best.chosen.len() > seats || (met == Fix::Out && !best.chosen.is_empty()) {
        return None;
    }
    if met == Fix::Out {
        return Some(best);
    }
    open.sort_unstable_by(|a, b| b.cmp(a));
    if problem.team_rules.contains_key(&need) {
        let mut search =
            TeamSearch { problem, need, seats, together, met, open, team: best.chosen, best: None };
        search.go(0, best.value);
        return search.best;
    }
    let left = seats - best.chosen.len();
    let takes = if together { open.len() >= left } else { true };
    let add: Vec<(i128, u32)> =
        open.into_iter().take(left).take_while(|(worth, _)| together || *worth > 0).collect();
    let gain: i128 = add.iter().map(|(worth, _)| worth).sum();
    if together && met != Fix::In && (!takes || best.value + gain <= 0) && best.chosen.is_empty() {
        return Some(best);
    }
    if !takes {
        return None;
    }
    best.value += gain;
    best.chosen.extend(add.into_iter().map(|(_, pair)| pair));
    Some(best)
}

/// Teams under rules, tried one after the other from the dearest pairs on.
struct TeamSearch<'a> {
    problem: &'a Problem,
    need: u32,
    seats: usize,
    together: bool,
    met: Fix,
    open: Vec<(i128, u32)>,
    team: Vec<u32>,
    best: Option<Best>,
}

impl TeamSearch<'_> {
    fn go(&mut self, at: usize, value: i128) {
        if self.best.as_ref().is_none_or(|best| value > best.value)
            && (self.met != Fix::In || !self.team.is_empty())
            && self.problem.may_meet(self.need, &self.team)
        {
            self.best = Some(Best { value, chosen: self.team.clone() });
        }
        if self.team.len() == self.seats {
            return;
        }
        for next in at..self.open.len() {
            let left = self.seats - self.team.len();
            let rest = self.open[next..].iter().take(left).map(|(worth, _)| *worth);
            // All seats of those who go together must be filled, at a loss too.
            let most: i128 = if self.together { rest.sum() } else { rest.map(|worth| worth.max(0)).sum() };
            if self.best.as_ref().is_some_and(|best| value + most <= best.value) {
                return;
            }
            let (worth, pair) = self.open[next];
            self.team.push(pair);
            self.go(next + 1, value + worth);
            self.team.pop();
        }
    }
}

/// The best round of a visitor when each pair is worth so much; `None` when what is fixed allows none.
pub(super) fn best_round(
    problem: &Problem,
    volunteer: u32,
    worth: impl Fn(u32) -> i128,
    fix: impl Fn(u32) -> Fix,
) -> Option<Best> {
    if let Some(rounds) = &problem.rounds[volunteer as usize] {
        return best_of(&problem.items[volunteer as usize], rounds, worth, fix);
    }
    let items = &problem.items[volunteer as usize];
    let mut search = RoundSearch {
        problem,
        volunteer,
        open: Vec::new(),
        sums: Vec::new(),
        taken: Vec::new(),
        pairs: 0,
        best: i128::MIN,
        best_taken: Vec::new(),
    };
    let mut value = 0;
    for (item, at) in items.iter().zip(0..) {
        let (mut is_in, mut is_out, mut gain) = (false, false, 0);
        for &pair in &item.pairs {
            gain += worth(pair);
            match fix(pair) {
                Fix::In => is_in = true,
                Fix::Out => is_out = true,
                Fix::Free => {}
            }
        }
        if is_in {
            if is_out || !search.may_add(at) {
                return None;
            }
            search.add(at);
            value += gain;
        } else if !is_out && gain > 0 {
            search.open.push((gain, at));
        }
    }
    search.open.sort_unstable_by(|a, b| b.cmp(a));
    search.sums.push(0);
    for at in 0..search.open.len() {
        search.sums.push(search.sums[at] + search.open[at].0);
    }
    search.go(0, value);
    let chosen = search.best_taken.iter().flat_map(|&item| items[item].pairs.iter().copied()).collect();
    Some(Best { value: search.best, chosen })
}

/// The best of the rounds there are.
fn best_of(
    items: &[Item],
    rounds: &[Round],
    worth: impl Fn(u32) -> i128,
    fix: impl Fn(u32) -> Fix,
) -> Option<Best> {
    let (mut needed, mut refused) = (0_u64, 0_u64);
    let mut gains = Vec::with_capacity(items.len());
    for (item, at) in items.iter().zip(0..) {
        for &pair in &item.pairs {
            match fix(pair) {
                Fix::In => needed |= 1 << at,
                Fix::Out => refused |= 1 << at,
                Fix::Free => {}
            }
        }
        gains.push(item.pairs.iter().map(|&pair| worth(pair)).sum::<i128>());
    }
    let mut values: Vec<i128> = Vec::with_capacity(rounds.len());
    let mut best: Option<(i128, u64)> = None;
    for round in rounds {
        let value = match round.items {
            0 => 0,
            _ => values[usize::from(round.before)] + gains[usize::from(round.last)],
        };
        values.push(value);
        let is_allowed = round.items & needed == needed && round.items & refused == 0;
        if is_allowed && best.is_none_or(|(most, _)| value > most) {
            best = Some((value, round.items));
        }
    }
    best.map(|(value, taken)| {
        let taken = (0..items.len()).filter(|item| taken >> item & 1 == 1);
        Best { value, chosen: taken.flat_map(|item| items[item].pairs.iter().copied()).collect() }
    })
}

/// Rounds, tried one after the other from the dearest items on.
struct RoundSearch<'a> {
    problem: &'a Problem,
    volunteer: u32,
    open: Vec<(i128, usize)>,
    /// Of the first items of `open`.
    sums: Vec<i128>,
    taken: Vec<usize>,
    pairs: usize,
    best: i128,
    best_taken: Vec<usize>,
}

impl RoundSearch<'_> {
    fn go(&mut self, at: usize, value: i128) {
        if value > self.best {
            self.best = value;
            self.best_taken.clone_from(&self.taken);
        }
        let left = self.problem.visitors[self.volunteer as usize].shifts_max as usize - self.pairs;
        for next in at..self.open.len() {
            let most = self.sums[self.open.len().min(next.saturating_add(left))] - self.sums[next];
            if value + most <= self.best {
                return;
            }
            let (gain, item) = self.open[next];
            if self.may_add(item) {
                self.add(item);
                self.go(next + 1, value + gain);
                self.take_back();
            }
        }
    }

    fn may_add(&self, item: usize) -> bool {
        let items = &self.problem.items[self.volunteer as usize];
        let compatible = &self.problem.compatible[self.volunteer as usize];
        self.taken.iter().all(|&other| compatible[item * items.len() + other])
            && (self.taken.len() < 2 || {
                let all =
                    self.taken.iter().chain([&item]).flat_map(|&item| items[item].pairs.iter().copied());
                self.problem.may_hold(self.volunteer, all)
            })
    }

    fn add(&mut self, item: usize) {
        self.taken.push(item);
        self.pairs += self.problem.items[self.volunteer as usize][item].pairs.len();
    }

    fn take_back(&mut self) {
        if let Some(item) = self.taken.pop() {
            self.pairs -= self.problem.items[self.volunteer as usize][item].pairs.len();
        }
    }
}

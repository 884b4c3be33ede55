//! The proof of a bound, and the check of it. This file knows the rules of a problem and nothing of how a plan is made.
//!
//! A pair's gain is split by its price between its need and its visitor. When each of them chooses for itself, all
//! together come to at least what the best plan does. A [`Piece`] looks at some needs and visitors more closely: a tree
//! that decides pairs, and whether anybody goes to a need, one by one, and prices of its own at every leaf. The best
//! leaf bounds the piece; the pieces share nobody, so the bounds add up.

use std::collections::HashMap;

use super::Problem;

/// A node of a tree, in the order: a branch, all of the tree where it is so, all where it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Decides whether this pair is chosen.
    Branch(u32),
    /// Decides whether anybody goes to this need.
    Meet(u32),
    /// Prices, by pair, that differ here from those of the proof; pairs within the piece alone.
    Leaf(Vec<(u32, i128)>),
}

/// Needs and visitors that are bounded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The needs, rising.
    pub needs: Vec<u32>,
    /// The visitors, rising.
    pub volunteers: Vec<u32>,
    /// The tree.
    pub steps: Vec<Step>,
}

/// Why no plan comes to more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What the need gets of the gain of each pair.
    pub prices: Vec<i128>,
    /// Pieces that share no need and no visitor.
    pub pieces: Vec<Piece>,
}

/// What is wrong with a plan or its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no pair of this index, or the indices do not rise.
    UnknownPair(u32),
    /// This need may not have its team: too many, some of those who go together, or people who must be apart.
    Team(u32),
    /// This visitor cannot keep their round: too much, too close in time, or a face that must be the same is not.
    Round(u32),
    /// The proof names what is not there, or something twice.
    OtherProblem,
    /// A tree that does not end, or goes on after its end.
    BrokenTree,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownPair(pair) => {
                write!(f, "pair {pair} does not exist or does not stand in rising order")
            }
            Self::Team(need) => write!(f, "need {need} may not have this team"),
            Self::Round(volunteer) => write!(f, "volunteer {volunteer} cannot keep this round"),
            Self::OtherProblem => f.write_str("the proof is of another problem"),
            Self::BrokenTree => f.write_str("a tree of the proof is not whole"),
        }
    }
}

impl std::error::Error for Fault {}

/// Checks that the plan is allowed; gives by how much, in units of the whole objective, another might be better at the
/// most by this proof. Nought means that none is.
///
/// # Errors
/// The first [`Fault`] found.
pub fn verify(problem: &Problem, chosen: &[u32], proof: &Proof) -> Result<i128, Fault> {
    let value = check_plan(problem, chosen)?;
    if proof.prices.len() != problem.gain.len() {
        return Err(Fault::OtherProblem);
    }
    // Which piece a need and a visitor belong to.
    let mut needs = vec![None; problem.visits.len()];
    let mut volunteers = vec![None; problem.visitors.len()];
    for (piece, at) in proof.pieces.iter().zip(0_usize..) {
        let both = [(&piece.needs, &mut needs), (&piece.volunteers, &mut volunteers)];
        for (rows, owner) in both {
            for &row in rows {
                let owner = owner.get_mut(row as usize).ok_or(Fault::OtherProblem)?;
                if owner.replace(at).is_some() {
                    return Err(Fault::OtherProblem);
                }
            }
        }
    }
    let mut check =
        Check { problem, proof, prices: HashMap::new(), fixed: HashMap::new(), met: HashMap::new() };
    let mut bound = 0;
    for need in (0..problem.visits.len() as u32).filter(|&need| needs[need as usize].is_none()) {
        bound += check.team(need).unwrap_or(0);
    }
    let alone = |&volunteer: &u32| volunteers[volunteer as usize].is_none();
    for volunteer in (0..problem.visitors.len() as u32).filter(alone) {
        bound += check.round(volunteer).unwrap_or(0);
    }
    for (piece, at) in proof.pieces.iter().zip(0_usize..) {
        let is_within = |pair: u32| {
            let row = problem.pairs().get(pair as usize);
            row.is_some_and(|row| {
                needs[row.need as usize] == Some(at) && volunteers[row.volunteer as usize] == Some(at)
            })
        };
        bound += check.tree(piece, is_within)?;
    }
    Ok(bound - value)
}

/// Whether the plan is allowed; gives what it gains.
pub(super) fn check_plan(problem: &Problem, chosen: &[u32]) -> Result<i128, Fault> {
    let mut teams: Vec<Vec<u32>> = vec![Vec::new(); problem.visits.len()];
    let mut rounds: Vec<Vec<u32>> = vec![Vec::new(); problem.visitors.len()];
    let mut last = None;
    for &pair in chosen {
        let row = problem.pairs().get(pair as usize).filter(|_| last.is_none_or(|last| last < pair));
        let Some(row) = row else { return Err(Fault::UnknownPair(pair)) };
        last = Some(pair);
        teams[row.need as usize].push(pair);
        rounds[row.volunteer as usize].push(pair);
    }
    if let Some((_, need)) = teams.iter().zip(0..).find(|(team, need)| !problem.may_meet(*need, team)) {
        return Err(Fault::Team(need));
    }
    for (round, volunteer) in rounds.iter().zip(0..) {
        let whole = |pairs: &[u32]| {
            let taken = pairs.iter().filter(|pair| round.contains(pair)).count();
            taken == 0 || taken == pairs.len()
        };
        let items = &problem.items[volunteer as usize];
        let is_whole = round.is_empty() || items.iter().all(|item| whole(&item.pairs));
        if !is_whole || !problem.may_hold(volunteer, round.iter().copied()) {
            return Err(Fault::Round(volunteer));
        }
    }
    Ok(chosen.iter().map(|&pair| problem.gain[pair as usize]).sum())
}

/// The best that each side could choose, by trying all that is allowed.
struct Check<'a> {
    problem: &'a Problem,
    proof: &'a Proof,
    /// Of the leaf.
    prices: HashMap<u32, i128>,
    /// What was decided on the way to it.
    fixed: HashMap<u32, bool>,
    /// The same of needs.
    met: HashMap<u32, bool>,
}

/// A side whose best is looked for.
struct Trial<'a> {
    /// What can be taken or left, the dearest first: worth and pairs.
    open: Vec<(i128, &'a [u32])>,
    /// No more pairs than this.
    most: usize,
    /// Whether a part of a team is worth nothing.
    is_whole: bool,
    best: Option<i128>,
}

impl Check<'_> {
    /// The best leaf of a piece.
    fn tree(&mut self, piece: &Piece, is_within: impl Fn(u32) -> bool) -> Result<i128, Fault> {
        let mut bound = None;
        // What was decided on the way, and whether the side where it is so is done.
        let mut path: Vec<(&Step, bool)> = Vec::new();
        let mut is_ended = false;
        for step in &piece.steps {
            if is_ended {
                return Err(Fault::BrokenTree);
            }
            match step {
                Step::Branch(pair) => {
                    if !is_within(*pair) || self.fixed.insert(*pair, true).is_some() {
                        return Err(Fault::OtherProblem);
                    }
                    path.push((step, false));
                }
                Step::Meet(need) => {
                    if !piece.needs.contains(need) || self.met.insert(*need, true).is_some() {
                        return Err(Fault::OtherProblem);
                    }
                    path.push((step, false));
                }
                Step::Leaf(changes) => {
                    if changes.iter().any(|(pair, _)| !is_within(*pair)) {
                        return Err(Fault::OtherProblem);
                    }
                    self.prices = changes.iter().copied().collect();
                    let teams = piece.needs.iter().map(|&need| self.team(need));
                    let rounds = piece.volunteers.iter().map(|&volunteer| self.round(volunteer));
                    let leaf: Option<i128> = teams.chain(rounds).sum();
                    bound = bound.max(leaf);
                    while path.last().is_some_and(|(_, is_done)| *is_done) {
                        match path.pop() {
                            Some((Step::Branch(pair), _)) => self.fixed.remove(pair),
                            Some((Step::Meet(need), _)) => self.met.remove(need),
                            _ => None,
                        };
                    }
                    match path.last_mut() {
                        Some((on, is_done)) => {
                            *is_done = true;
                            match on {
                                Step::Branch(pair) => self.fixed.insert(*pair, false),
                                Step::Meet(need) => self.met.insert(*need, false),
                                Step::Leaf(_) => None,
                            };
                        }
                        None => is_ended = true,
                    }
                }
            }
        }
        self.prices.clear();
        if is_ended { bound.ok_or(Fault::BrokenTree) } else { Err(Fault::BrokenTree) }
    }

    fn price(&self, pair: u32) -> i128 {
        *self.prices.get(&pair).unwrap_or(&self.proof.prices[pair as usize])
    }

    /// What the best team comes to at these prices.
    fn team(&self, need: u32) -> Option<i128> {
        let pairs: Vec<u32> = self.problem.pairs_of(need).collect();
        let items = pairs.chunks(1).map(|pair| (self.price(pair[0]), pair));
        let most = self.problem.seats(need);
        let together = self.problem.visits[need as usize].together;
        let met = self.met.get(&need);
        self.best(items, most, together, |team| {
            met.is_none_or(|met| *met != team.is_empty()) && self.problem.may_meet(need, team)
        })
    }

    /// What the best round comes to at what the prices leave.
    fn round(&self, volunteer: u32) -> Option<i128> {
        let problem = self.problem;
        let left = |pair: &u32| problem.gain[*pair as usize] - self.price(*pair);
        let items = problem.items[volunteer as usize].iter();
        let items = items.map(|item| (item.pairs.iter().map(left).sum(), item.pairs.as_slice()));
        let most = problem.visitors[volunteer as usize].shifts_max as usize;
        self.best(items, most, false, |round| problem.may_hold(volunteer, round.iter().copied()))
    }

    fn best<'a>(
        &self,
        items: impl Iterator<Item = (i128, &'a [u32])>,
        most: usize,
        is_whole: bool,
        allowed: impl Fn(&[u32]) -> bool,
    ) -> Option<i128> {
        let mut open = Vec::new();
        let mut chosen = Vec::new();
        let mut value = 0;
        for (worth, pairs) in items {
            let says = |wanted: bool| pairs.iter().any(|pair| self.fixed.get(pair) == Some(&wanted));
            match (says(true), says(false)) {
                (true, true) => return None,
                (true, false) => {
                    chosen.extend_from_slice(pairs);
                    value += worth;
                }
                (false, true) => {}
                (false, false) => open.push((worth, pairs)),
            }
        }
        open.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
        let mut trial = Trial { open, most, is_whole, best: None };
        trial.go(0, value, &mut chosen, &allowed);
        trial.best
    }
}

impl Trial<'_> {
    fn go(&mut self, at: usize, value: i128, chosen: &mut Vec<u32>, allowed: &impl Fn(&[u32]) -> bool) {
        if chosen.len() > self.most {
            return;
        }
        if self.best.is_none_or(|best| value > best) && allowed(chosen) {
            self.best = Some(value);
        }
        for next in at..self.open.len() {
            let rest = self.open[next..].iter().take(self.most - chosen.len()).map(|(worth, _)| *worth);
            let more: i128 = if self.is_whole { rest.sum() } else { rest.map(|worth| worth.max(0)).sum() };
            if self.best.is_some_and(|best| value + more <= best) {
                return;
            }
            let (worth, pairs) = self.open[next];
            let before = chosen.len();
            chosen.extend_from_slice(pairs);
            self.go(next + 1, value + worth, chosen, allowed);
            chosen.truncate(before);
        }
    }
}

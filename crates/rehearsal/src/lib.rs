//! A rehearsal of asking: weeks of needs in an invented city, the same for four ways of asking and four ways in which
//! people may answer, over several seeds.
//!
//! [`rehearse`] runs it and gives a [`Report`], which writes itself as a table, as Markdown with a plain account of where
//! the waves lose, as JSON lines and as an SVG chart. Nothing is read and nothing is printed here; words come from whoever
//! calls, by the keys of [`LOCALES`]. The same [`Options`] give the same report, byte by byte, on any number of threads.
//!
//! # What is compared
//! [`Policy::Nearest`] asks one after the other, the nearest first. [`Policy::Everybody`] asks all who fit at once.
//! [`Policy::Seven`] keeps seven asked and replaces who says no or nothing (the phased alerts that did best on 29,307
//! GoodSAM alerts of New Zealand, PLOS One, March 2026). [`Policy::Waves`] is [`matching::waves`]. All four know the same
//! rules of eligibility, wait the same time for an answer and ask at night only what is urgent. The rest of twelve hours
//! after a call is part of the waves; the other three know no rest, as they are described.
//!
//! # How people answer
//! In all of [`Model`] a volunteer is keen, middling or seldom free, answers surely or not, and prefers a part of the day.
//! [`Model::Steady`] stays so for ever. In [`Model::Tiring`] a call makes people inactive for a random time (Manshadi and
//! Rodilitz, Management Science 2022), and three of ten volunteers leave within a year (their figure). In
//! [`Model::Habits`] the hour decides, households are away together and rain keeps everybody at home. In
//! [`Model::Misleading`] a yes makes the next unlikely and half-way through the keen and the seldom change places: history
//! tells the wrong thing.
//!
//! From the literature are the seven, the inactivity after a call and the three of ten a year; that three calls in ten make
//! inactive, for two days on average, that a second call within a week makes one in fifty silent for good, every share of
//! people, kinds, rain and hours, are assumed. Figures of a rehearsal compare ways of asking; they predict no city.

mod city;
mod dice;
mod measure;
mod minds;
mod policy;
mod replay;
mod report;
mod statistics;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, OnceLock, PoisonError};

pub use measure::{Better, Figure};
pub use minds::Model;
pub use policy::Policy;
pub use report::{Report, Say};
pub use statistics::Spread;

/// The words of the reports: Chinese, English.
pub const LOCALES: (&str, &str) = (include_str!("../locales/zh-CN.ftl"), include_str!("../locales/en.ftl"));

/// What is rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Length of a run.
    pub weeks: u32,
    /// Volunteers, a fifth of whom join on the way.
    pub volunteers: u32,
    /// Needs a day, on average.
    pub needs_a_day: u32,
    /// The first seed.
    pub seed: u64,
    /// Runs, each with the next seed.
    pub runs: u32,
}

impl Options {
    /// Longest run.
    pub const WEEKS_MAX: u32 = 52;
    /// Most volunteers.
    pub const VOLUNTEERS_MAX: u32 = 20_000;
    /// Most needs a day.
    pub const NEEDS_A_DAY_MAX: u32 = 1_000;
    /// Most runs.
    pub const RUNS_MAX: u32 = 100;
}

impl Default for Options {
    fn default() -> Self {
        Self { weeks: 8, volunteers: 400, needs_a_day: 10, seed: 1, runs: 5 }
    }
}

/// Runs every policy under every model for every seed, on so many threads. `look_on` is told how many runs of how many
/// are done; once it says false, no other run begins and there is no report.
pub fn rehearse(
    options: &Options,
    threads: usize,
    look_on: impl FnMut(usize, usize) -> bool + Send,
) -> Option<Report> {
    let mut jobs = Vec::new();
    for run in 0..options.runs {
        for model in Model::ALL {
            jobs.extend(Policy::ALL.map(|policy| (options.seed.wrapping_add(u64::from(run)), model, policy)));
        }
    }
    let todo = Mutex::new(jobs.iter().enumerate());
    let cities: Vec<OnceLock<city::City>> = (0..options.runs).map(|_| OnceLock::new()).collect();
    // What is shared: who looks on, how many are done, whether to go on, the figures by job.
    let state = Mutex::new((look_on, 0, true, vec![Vec::new(); jobs.len()]));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, THREADS_MAX) {
            scope.spawn(|| {
                loop {
                    let next = todo.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, (seed, model, policy))) = next else { break };
                    if !state.lock().unwrap_or_else(PoisonError::into_inner).2 {
                        break;
                    }
                    let Some(city) = cities.get(at / RUNS_OF_A_CITY) else { break };
                    let city = city.get_or_init(|| city::City::invent(options, *seed));
                    let figures = measure::figures(&replay::replay(city, *model, *policy));
                    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                    let (look_on, done, going, results) = &mut *state;
                    *done += 1;
                    *going &= look_on(*done, jobs.len());
                    if let Some(result) = results.get_mut(at) {
                        *result = figures;
                    }
                }
            });
        }
    });
    let (_, _, going, results) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let results = jobs.into_iter().zip(results).map(|((seed, model, policy), figures)| report::Run {
        seed,
        model,
        policy,
        figures,
    });
    going.then(|| Report::new(*options, results.collect()))
}

/// Every model with every policy.
const RUNS_OF_A_CITY: usize = Model::ALL.len() * Policy::ALL.len();
/// More threads than this would not help.
const THREADS_MAX: usize = 64;

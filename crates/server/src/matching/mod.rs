//! `linli match`: the matching engine on files, without a database.
//!
//! Every subcommand is a file here with its options and a `run`; what is read, computed and written is in `instances` and
//! `matching`. Formats and examples: `docs/matching.md`.

mod explain;
mod plan;
mod simulate;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use instances::{Refused, Sources};
use web::Language;

use crate::error::Ended;

#[derive(Debug, Subcommand)]
pub(crate) enum MatchWhat {
    /// The best plan for many needs, with its proof
    #[command(
        after_help = "Example: linli match plan --volunteers volunteers.csv --needs needs.csv --pairs pairs.csv --out plan.csv --proof proof.bin"
    )]
    Plan(plan::PlanOptions),
    /// Check a plan and its proof against the files, believing nothing
    #[command(
        after_help = "Example: linli match verify --volunteers volunteers.csv --needs needs.csv --pairs pairs.csv --plan plan.csv --proof proof.bin"
    )]
    Verify(verify::VerifyOptions),
    /// Why this person, why not that one, why a place is empty; without --need, whom to look for
    #[command(
        after_help = "Example: linli match explain --volunteers volunteers.csv --needs needs.csv --plan plan.csv --need 12 --volunteer 7 --lang en"
    )]
    Explain(explain::ExplainOptions),
    /// Rehearse four ways of asking in an invented city, and say which finds help and which tires people
    #[command(after_help = "Example: linli match simulate --runs 5 --out rehearsal --lang en")]
    Simulate(simulate::SimulateOptions),
}

pub(crate) fn run(what: &MatchWhat) -> Result<(), Ended> {
    match what {
        MatchWhat::Plan(options) => plan::run(options),
        MatchWhat::Verify(options) => verify::run(options),
        MatchWhat::Explain(options) => explain::run(options),
        MatchWhat::Simulate(options) => simulate::run(options),
    }
}

/// The language of the words.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Spoken {
    /// 中文
    Zh,
    /// English
    En,
}

impl Spoken {
    const fn language(self) -> Language {
        match self {
            Self::Zh => Language::Chinese,
            Self::En => Language::English,
        }
    }
}

/// The files of an instance.
#[derive(Clone, Debug, Args)]
pub(crate) struct SourceOptions {
    /// Who offers what: x_dm,y_dm,skill_mask,slot_mask,max_shifts
    #[arg(long, value_name = "FILE")]
    volunteers: PathBuf,
    /// Who is needed: x_dm,y_dm,skill,slot,headcount,urgency
    #[arg(long, value_name = "FILE")]
    needs: PathBuf,
    /// Who could serve which need: need,volunteer,dist_m; by default the 20 nearest within 3 km who hold the skill and
    /// are free in the slot
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// Promises that every plan keeps: need,volunteer
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Threads that look for candidates; the answer is the same on any number
    #[arg(long, value_name = "N", default_value_t = threads())]
    threads: usize,
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl SourceOptions {
    pub(crate) fn sources(&self) -> Sources {
        let Self { volunteers, needs, pairs, keep, .. } = self.clone();
        Sources { volunteers, needs, pairs, keep }
    }
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Asked(refused.to_string())
    }
}

/// A number as people read it: 1,038,118.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_000, 1_038_118].map(grouped), ["0", "999", "1,000", "1,038,118"]);
    }
}

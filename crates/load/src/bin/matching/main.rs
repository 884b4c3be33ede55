//! The matching engine beside OR-Tools and HiGHS: the same instances in turn, objectives compared exactly, CPU with CPU.
//!
//! `matching --linli FILE --python FILE --peer FOLDER --folder FOLDER --out FOLDER [--quick true] [--seeds 10]`. PYTHON has
//! what `requirements.txt` in the peer's folder names; instances are kept in FOLDER and made once. Prints a JSON line for
//! each figure, writes `matching.md` and `matching.svg` into OUT, and stops with an error where two objectives differ.
//!
//! Ours is the program as people run it: `linli match plan`. What is compared is solving alone on both sides, from pairs
//! in memory to a choice; OR-Tools' building of its graph and our reading of the files are told beside it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool stops with words"
)]

mod plot;
mod report;
mod sides;

use std::{path::PathBuf, process::ExitCode};

use load::option;
use serde_json::json;

use sides::{Ours, Peer, Sides};

/// The cost of an urgency for OR-Tools: its best, and large enough here, which every run checks.
const BIG_M: u64 = 20_000;
/// The seed whose objectives are known.
const SEED: u64 = 7;
/// Ours is run so often, and the median taken; theirs once.
const RUNS: usize = 3;
/// With other candidates than those given a plan weighs the same but for one part in so many.
const OWN_CANDIDATES: u64 = 10_000;
/// HiGHS solves linear programmes in general; beyond this many pairs it is not asked.
const HIGHS_PAIRS_MAX: u64 = 100_000;

/// An instance and what it must come to.
struct Row {
    volunteers: u64,
    needs: u64,
    /// Weight and metres at [`SEED`].
    known: (u64, u64),
    /// The figure, and which part of OR-Tools' CPU is allowed.
    ratio: (&'static str, f64),
    /// Whether a quick run has it.
    is_quick: bool,
    /// Seeds beside [`SEED`] in a whole run.
    more_seeds: u64,
}

const ROWS: [Row; 5] = [
    row(2_000, 500, (1_581, 1_116_886), ("matching_2k_ratio", 1.0 / 20.0), true),
    row(20_000, 5_000, (25_275, 8_023_414), ("matching_20k_ratio", 1.0 / 20.0), true),
    row(200_000, 50_000, (260_836, 22_300_535), ("matching_200k_ratio", 1.0 / 40.0), true),
    row(60_000, 50_000, (258_807, 69_174_649), ("matching_tight_ratio", 1.0 / 4.0), false),
    row(1_000_000, 200_000, (1_038_118, 39_964_476), ("matching_1m_ratio", 1.0 / 40.0), false),
];

const fn row(
    volunteers: u64,
    needs: u64,
    known: (u64, u64),
    ratio: (&'static str, f64),
    is_quick: bool,
) -> Row {
    Row { volunteers, needs, known, ratio, is_quick, more_seeds: 9 }
}

/// What both sides did with one instance.
pub(crate) struct Result {
    pub(crate) volunteers: u64,
    pub(crate) needs: u64,
    pub(crate) seed: u64,
    pub(crate) ours: Ours,
    pub(crate) own_candidates: Ours,
    pub(crate) peer: Peer,
    pub(crate) highs: Option<Peer>,
    /// What is wrong; nothing when all agree.
    pub(crate) wrong: Vec<String>,
}

fn main() -> ExitCode {
    let path = |name: &str| PathBuf::from(option(name, String::new()));
    let sides = Sides {
        linli: path("--linli"),
        python: path("--python"),
        peer: path("--peer"),
        folder: path("--folder"),
    };
    let quick = option("--quick", false);
    let seeds: u64 = option("--seeds", if quick { 1 } else { u64::MAX });
    let mut results = Vec::new();
    for row in ROWS.iter().filter(|row| row.is_quick || !quick) {
        let seeds = (SEED..=SEED + row.more_seeds).take(usize::try_from(seeds).unwrap_or(usize::MAX));
        for seed in seeds {
            let result = both(&sides, row, seed);
            eprintln!("{}", report::line(&result));
            if seed == SEED {
                tell(row, &result);
            }
            results.push(result);
        }
    }
    let out = path("--out");
    std::fs::create_dir_all(&out).expect("the folder of the report");
    std::fs::write(out.join("matching.svg"), plot::growth(&results)).expect("the plot is written");
    std::fs::write(out.join("matching.md"), report::markdown(&results)).expect("the report is written");
    eprintln!("{}", out.join("matching.md").display());
    let wrong: Vec<&String> = results.iter().flat_map(|result| &result.wrong).collect();
    for words in &wrong {
        eprintln!("WRONG {words}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn both(sides: &Sides, row: &Row, seed: u64) -> Result {
    let folder = sides.instance(row.volunteers, row.needs, seed);
    let ours = sides.ours(&folder, true, RUNS);
    let mut peer = sides.peer("ortools", &folder, BIG_M);
    let mut wrong = Vec::new();
    let name = format!("{}/{} seed {seed}", row.volunteers, row.needs);
    if peer.objective() != Some(ours.objective()) {
        // Was it the big M that was too small?
        let careful = sides.peer("ortools", &folder, 0);
        wrong.extend(differs(&name, "OR-Tools", &ours, &careful));
        peer = careful;
    }
    let highs = (ours.pairs <= HIGHS_PAIRS_MAX).then(|| sides.peer("highs", &folder, 0));
    if let Some(highs) = highs.as_ref().filter(|highs| highs.done) {
        wrong.extend(differs(&name, "HiGHS", &ours, highs));
    }
    if seed == SEED && ours.objective() != row.known {
        wrong.push(format!("{name}: {:?} is not the known {:?}", ours.objective(), row.known));
    }
    let own_candidates = sides.ours(&folder, false, RUNS);
    // Decimetres in the tables leave a pair or two out that the exact places have, or have one more: only there a plan may weigh
    // something else, and where nobody is to spare it may be a place.
    let is_same = own_candidates.pairs == ours.pairs && own_candidates.dist_m_by_pairs.is_some();
    let beside = if is_same { 0 } else { ours.weighted / OWN_CANDIDATES };
    if own_candidates.weighted.abs_diff(ours.weighted) > beside {
        wrong.push(format!(
            "{name}: with its own candidates it fills {} and not {}",
            own_candidates.weighted, ours.weighted
        ));
    }
    let (volunteers, needs) = (row.volunteers, row.needs);
    Result { volunteers, needs, seed, ours, own_candidates, peer, highs, wrong }
}

fn differs(name: &str, who: &str, ours: &Ours, peer: &Peer) -> Option<String> {
    let theirs = peer.objective();
    (theirs != Some(ours.objective()))
        .then(|| format!("{name}: {who} has {theirs:?} and we have {:?}", ours.objective()))
}

/// Prints the figures of a row.
fn tell(row: &Row, result: &Result) {
    let (ours, own, peer) = (&result.ours, &result.own_candidates, &result.peer);
    let (name, target) = row.ratio;
    let value = ours.solving.cpu / peer.solve_cpu_s;
    let rounded = |value: f64| (value * 1e5).round() / 1e5;
    println!(
        "{}",
        json!({"figure": name, "value": rounded(value), "unit": "of OR-Tools' CPU", "target": target,
               "peer": rounded(peer.solve_cpu_s), "ratio": (10.0 / value).round() / 10.0,
               "cpu_s": rounded(ours.solving.cpu), "wall_s": rounded(ours.solving.wall),
               "whole_cpu_s": rounded(ours.whole.cpu), "peer_build_cpu_s": rounded(peer.build_cpu_s),
               "weighted": ours.weighted, "dist_m": ours.dist_m})
    );
    if row.volunteers == 1_000_000 {
        let figures = [
            ("matching_1m_total_cpu_s", own.whole.cpu, "s", 5.0),
            ("matching_1m_rss_mb", own.peak_mb, "MB", 400.0),
        ];
        for (figure, value, unit, target) in figures {
            let rounded = (value * 1e3).round() / 1e3;
            println!(
                "{}",
                json!({"figure": figure, "value": rounded, "unit": unit, "target": target, "peer": null, "ratio": null,
                       "candidates_cpu_s": own.candidates.cpu, "solving_cpu_s": own.solving.cpu, "wall_s": own.whole.wall,
                       "weighted": own.weighted, "dist_m": own.dist_m, "dist_m_by_pairs": own.dist_m_by_pairs})
            );
        }
    }
}

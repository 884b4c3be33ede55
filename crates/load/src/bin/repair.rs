//! How long a standing plan takes to come to its new optimum after a change: thousands of changes of every kind, drawn
//! at random, on the plan of an instance. At the end the plan must be proved, and come to what solving anew comes to.
//! Times are CPU of the thread, since others may share the machine; the longest is also told by the clock.
//!
//! `repair FOLDER [--changes 4000] [--seed 7] [--name repair] [--target 1.0]` reads `volunteers.csv`, `needs.csv` and
//! `pairs.csv` of the folder; prints a JSON line for each figure, the 99th percentile and the longest, in milliseconds, and
//! how many changes took longer than the longest should.
//! With `--kinds` it also prints a line for each kind of change. Exit code 1 when the plan is not the best.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode, time::Instant};

use kernel::Random;
use load::{option, thread_cpu_us};
use matching::plan::{
    Candidate, Change, Demand, Pair, Problem, Promise, Standing, Supply, Totals, solve, verify,
};
use serde_json::json;

/// No change should take longer.
const LONGEST_MS: f64 = 100.0;

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).expect("a folder with volunteers.csv, needs.csv and pairs.csv");
    let (count, seed): (usize, u64) = (option("--changes", 4_000), option("--seed", 7));
    let name: String = option("--name", "repair".to_owned());
    let target: f64 = option("--target", 1.0);

    let problem = read(Path::new(&folder));
    let town = Town::of(&problem, seed);
    let (mut standing, solved_ms) = timed(|| Standing::new(problem).expect("room for changes"));

    let mut all: Vec<f64> = Vec::with_capacity(count);
    let mut by_kind: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let (mut moved, mut longest_wall) = (0, 0.0_f64);
    while all.len() < count {
        let (kind, change) = town.change(&standing);
        let started = Instant::now();
        let (repair, took) = timed(|| standing.apply(&change));
        // A change that contradicts a promise is no repair.
        let Ok(repair) = repair else { continue };
        longest_wall = longest_wall.max(started.elapsed().as_secs_f64() * 1_000.0);
        all.push(took);
        by_kind.entry(kind).or_default().push(took);
        moved += repair.left.len();
    }

    let total_ms: f64 = all.iter().sum();
    let too_long = all.iter().filter(|&&took| took > LONGEST_MS).count();
    let tell = |figure: &str, value: f64, target: f64| {
        println!(
            "{}",
            json!({"figure": format!("{name}_{figure}_ms"), "value": round(value), "unit": "ms of CPU", "target": target,
                   "peer": null, "ratio": null, "changes": count, "left": moved, "solve_ms": round(solved_ms),
                   "total_s": round(total_ms / 1_000.0), "too_long": too_long, "max_wall_ms": round(longest_wall)})
        );
    };
    if std::env::args().any(|arg| arg == "--kinds") {
        for (kind, times) in &mut by_kind {
            let (half, late, last) = (part(times, 500), part(times, 990), part(times, 1_000));
            println!(
                "{}",
                json!({"kind": kind, "changes": times.len(), "p50_ms": round(half), "p99_ms": round(late),
                       "max_ms": round(last)})
            );
        }
    }
    tell("p50", part(&mut all, 500), target);
    tell("p99", part(&mut all, 990), target);
    tell("max", part(&mut all, 1_000), LONGEST_MS);

    let (problem, plan) = standing.plan();
    if let Err(fault) = verify(&problem, &plan.chosen, &plan.proof) {
        println!("not proved: {fault}");
        return ExitCode::FAILURE;
    }
    let anew = solve(&problem);
    if levels(plan.totals) != levels(anew.totals) {
        println!("repaired {:?}, solved anew {:?}", plan.totals, anew.totals);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// What is decided: a seat that weighs nothing may be filled or not.
fn levels(totals: Totals) -> [u64; 4] {
    [totals.weighted, totals.kept, totals.served, totals.metres]
}

/// What this gives, and the milliseconds of CPU it took.
fn timed<V>(work: impl FnOnce() -> V) -> (V, f64) {
    let before = thread_cpu_us();
    let value = work();
    (value, (thread_cpu_us() - before) / 1_000.0)
}

fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// The value below which so many thousandths are.
fn part(times: &mut [f64], thousandths: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * thousandths).div_ceil(1_000).saturating_sub(1)]
}

/// The numbers of a file with a line of names.
fn rows(file: &Path) -> Vec<Vec<u32>> {
    let text = fs::read_to_string(file).expect("a file of the instance");
    let number = |field: &str| field.parse().unwrap_or(0);
    text.lines().skip(1).map(|line| line.split(',').map(number).collect()).collect()
}

fn read(folder: &Path) -> Problem {
    let supply = |row: &Vec<u32>| Supply { shifts_max: row[4] };
    let supplies = rows(&folder.join("volunteers.csv")).iter().map(supply).collect();
    let demand = |row: &Vec<u32>| Demand {
        slot: u16::try_from(row[3]).expect("a slot"),
        seats: row[4],
        urgency: row[5],
    };
    let demands = rows(&folder.join("needs.csv")).iter().map(demand).collect();
    let pair =
        |row: &Vec<u32>| Pair { need: row[0], volunteer: row[1], metres: row[2], served: 0, kept: false };
    let pairs = rows(&folder.join("pairs.csv")).iter().map(pair).collect();
    Problem::new(demands, supplies, pairs).expect("an instance")
}

/// The needs and volunteers of the beginning: those that come are like one of them.
struct Town {
    needs: Vec<(Demand, Vec<Candidate>)>,
    volunteers: Vec<(Supply, Vec<Candidate>)>,
    chance: Random,
}

impl Town {
    fn of(problem: &Problem, seed: u64) -> Self {
        let mut needs: Vec<_> = problem.demands().iter().map(|&demand| (demand, Vec::new())).collect();
        let mut volunteers: Vec<_> = problem.supplies().iter().map(|&supply| (supply, Vec::new())).collect();
        for &Pair { need, volunteer, metres, served, .. } in problem.pairs() {
            needs[need as usize].1.push(Candidate { other: volunteer, metres, served });
            volunteers[volunteer as usize].1.push(Candidate { other: need, metres, served });
        }
        Self { needs, volunteers, chance: Random::seeded(seed) }
    }

    /// A number below this one.
    fn below(&self, end: usize) -> u32 {
        u32::try_from(self.chance.below(end as u64)).expect("few enough")
    }

    fn need(&self) -> u32 {
        self.below(self.needs.len())
    }

    fn volunteer(&self) -> u32 {
        self.below(self.volunteers.len())
    }

    /// A need that has somebody, and who that is.
    fn planned(&self, standing: &Standing) -> (u32, u32) {
        loop {
            let need = self.need();
            if let Some((placement, _)) = standing.at_need(need).first() {
                return (placement.need, placement.volunteer);
            }
        }
    }

    fn change(&self, standing: &Standing) -> (&'static str, Change) {
        match self.below(20) {
            0..3 => {
                let (need, volunteer) = self.planned(standing);
                ("declined", Change::PairDeclined { need, volunteer })
            }
            3..5 => ("gone", Change::VolunteerGone { volunteer: self.volunteer() }),
            5..7 => {
                let (supply, pairs) = self.volunteers[self.volunteer() as usize].clone();
                let pairs = pairs.into_iter().filter(|of| standing.knows_need(of.other)).collect();
                ("volunteer came", Change::VolunteerCame { supply, pairs })
            }
            7..10 => {
                let (demand, pairs) = self.needs[self.need() as usize].clone();
                let pairs = pairs.into_iter().filter(|of| standing.knows_volunteer(of.other)).collect();
                ("need came", Change::NeedCame { demand, pairs })
            }
            10..12 => ("withdrawn", Change::NeedWithdrawn { need: self.need() }),
            12..14 => {
                let need = self.need();
                ("seats", Change::SeatsSet { need, seats: 1 + self.below(5) })
            }
            14 => {
                let need = self.need();
                ("urgency", Change::UrgencySet { need, urgency: 1 + self.below(5) })
            }
            15..17 => {
                let volunteer = self.volunteer();
                ("shifts", Change::ShiftsSet { volunteer, shifts_max: self.below(5) })
            }
            _ => {
                let (need, volunteer) = self.planned(standing);
                let promise = [Promise::Fixed, Promise::Kept, Promise::None][self.below(3) as usize];
                ("promised", Change::Promised { need, volunteer, promise })
            }
        }
    }
}

//! Starts the two sides and reads what they print.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// Where everything is.
pub(crate) struct Sides {
    pub(crate) linli: PathBuf,
    pub(crate) python: PathBuf,
    pub(crate) peer: PathBuf,
    pub(crate) folder: PathBuf,
}

/// Seconds.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

/// What `linli match plan` reports.
#[derive(Clone)]
pub(crate) struct Ours {
    pub(crate) pairs: u64,
    pub(crate) weighted: u64,
    pub(crate) dist_m: u64,
    /// The metres of its plan as `pairs.csv` has them; without a pair that is not there.
    pub(crate) dist_m_by_pairs: Option<u64>,
    pub(crate) candidates: Cost,
    pub(crate) solving: Cost,
    pub(crate) whole: Cost,
    pub(crate) peak_mb: f64,
}

/// What `reference.py` reports.
pub(crate) struct Peer {
    pub(crate) done: bool,
    pub(crate) build_cpu_s: f64,
    pub(crate) solve_cpu_s: f64,
    pub(crate) solve_s: f64,
    pub(crate) peak_mb: f64,
    weighted: u64,
    dist_m: u64,
}

impl Ours {
    pub(crate) fn objective(&self) -> (u64, u64) {
        (self.weighted, self.dist_m)
    }

    fn of(report: &Value) -> Self {
        assert!(report["proved"] == true, "a plan that is not proved: {report}");
        let cost = |step: &str| Cost {
            wall: float(&report[step]["seconds"]),
            cpu: float(&report[step]["cpu_seconds"]),
        };
        Self {
            pairs: whole(&report["pairs"]),
            weighted: whole(&report["weighted"]),
            dist_m: whole(&report["dist_m"]),
            dist_m_by_pairs: None,
            candidates: cost("candidates"),
            solving: cost("solving"),
            whole: cost("whole"),
            peak_mb: float(&report["peak_mb"]),
        }
    }
}

impl Peer {
    /// Nothing when it was not done in time.
    pub(crate) fn objective(&self) -> Option<(u64, u64)> {
        self.done.then_some((self.weighted, self.dist_m))
    }
}

fn float(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn whole(value: &Value) -> u64 {
    value.as_u64().expect("a whole number")
}

/// The last line a program prints, as JSON.
fn printed(command: &mut Command) -> Value {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("the program starts");
    assert!(output.status.success(), "{command:?} ended with {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default()).expect("JSON")
}

impl Sides {
    /// The folder of an instance, made when it is not there.
    pub(crate) fn instance(&self, volunteers: u64, needs: u64, seed: u64) -> PathBuf {
        let folder = self.folder.join(format!("{volunteers}-{needs}-{seed}"));
        let mut make = Command::new(&self.python);
        make.arg(self.peer.join("generate.py")).args([volunteers.to_string(), needs.to_string()]);
        make.args(["--seed", &seed.to_string(), "--out"]).arg(&folder);
        assert!(make.status().expect("python starts").success(), "{make:?} failed");
        folder
    }

    /// The median of some runs by the CPU of everything.
    pub(crate) fn ours(&self, folder: &Path, pairs: bool, runs: usize) -> Ours {
        let plan = folder.join("plan.csv");
        let mut all: Vec<Ours> = (0..runs)
            .map(|_| {
                let mut command = Command::new(&self.linli);
                command.args(["match", "plan", "--json", "--volunteers"]).arg(folder.join("volunteers.csv"));
                command.arg("--needs").arg(folder.join("needs.csv")).arg("--out").arg(&plan);
                command.arg("--proof").arg(folder.join("proof.bin"));
                if pairs {
                    command.arg("--pairs").arg(folder.join("pairs.csv"));
                }
                Ours::of(&printed(&mut command))
            })
            .collect();
        all.sort_by(|a, b| a.whole.cpu.total_cmp(&b.whole.cpu));
        let mut median = all.swap_remove(all.len() / 2);
        if !pairs {
            median.dist_m_by_pairs = by_pairs(&folder.join("pairs.csv"), &plan);
        }
        median
    }

    pub(crate) fn peer(&self, engine: &str, folder: &Path, big_m: u64) -> Peer {
        let mut command = Command::new(&self.python);
        command
            .arg(self.peer.join("reference.py"))
            .arg(engine)
            .arg(folder)
            .args(["--bigm", &big_m.to_string()]);
        let report = printed(&mut command);
        let done = report["done"] == true;
        Peer {
            done,
            build_cpu_s: float(&report["build_cpu_s"]),
            solve_cpu_s: float(&report["solve_cpu_s"]),
            solve_s: float(&report["solve_s"]),
            peak_mb: float(&report["peak_mb"]),
            weighted: if done { whole(&report["weighted"]) } else { 0 },
            dist_m: if done { whole(&report["dist_m"]) } else { 0 },
        }
    }
}

/// What a plan walks by the metres of `pairs.csv`, whose places were not yet rounded to decimetres.
fn by_pairs(pairs: &Path, plan: &Path) -> Option<u64> {
    let rows = |path: &Path| fs::read_to_string(path).expect("a table that was written");
    let (pairs, plan) = (rows(pairs), rows(plan));
    let known: HashMap<&str, &str> = pairs.lines().filter_map(|row| row.rsplit_once(',')).collect();
    plan.lines().skip(1).map(|row| known.get(row.rsplit_once(',')?.0)?.parse::<u64>().ok()).sum()
}

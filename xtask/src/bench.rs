//! `cargo xtask bench web`: what pages and sign-ups cost, on both databases, beside a peer on the same machine.
//! `cargo xtask bench checkin`: the rush at a gate on a slow disk, with kills: nothing lost, nothing doubled.
//! `cargo xtask bench matching`: what the optimal plan costs, beside OR-Tools and HiGHS on the same instances; what a
//! question to the ranking costs among a million, what a change of a plan costs, and people to positions beside ephios.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::load::{ENGINES, tool};
use crate::postgres::Cluster;
use crate::{Subcommand, paths, process};

pub(crate) const SUBCOMMAND: Subcommand = Subcommand {
    name: "bench",
    usage: &[
        "web [--quick] [--no-peer]",
        "checkin [--quick | --day]",
        "matching [--quick] [--seeds N] [--out FOLDER] [--only plan|rank|repair|assign]…",
    ],
    about: "Measures and prints a JSON line a figure. web: CPU a request over HTTP, the storm, start and memory. checkin: the rush at a gate \
            on a slow disk, with kills; with --day 100,000 check-ins of one day instead. matching: \
            the plan beside OR-Tools and HiGHS, with a report, the ranking, the repair of a plan, and positions beside ephios. Not for the CI.",
    run,
};

fn run(arguments: &[String]) -> Outcome {
    match arguments.split_first().map(|(what, options)| (what.as_str(), options)) {
        Some(("web", options)) => web(options),
        Some(("checkin", options)) => checkin(options),
        Some(("matching", options)) => matching(options),
        _ => Err(Failure::new("say what to measure: `cargo xtask bench web`, `checkin` or `matching`")),
    }
}

/// Builds these programs as people run them.
fn build(binaries: &[&str]) -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["build", "--release", "-p", "linli", "-p", "load"]);
    for binary in binaries {
        cargo.args(["--bin", binary]);
    }
    process::run(&mut cargo)
}

/// Makes a Python environment below the target folder, with what the file asks for.
fn venv(name: &str, requirements: &Path) -> Outcome<PathBuf> {
    let folder = paths::target().join("tools").join(name);
    let python = folder.join("bin/python");
    if !python.exists() {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    process::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(requirements),
    )?;
    Ok(python)
}

/// What the parts of the bench of the matching engine have in common.
struct Matching {
    quick: bool,
    seeds: Option<String>,
    /// Where the report goes.
    out: PathBuf,
    /// Python with what instances and the peers of the plan need.
    python: PathBuf,
    /// The folder with `generate.py` and `reference.py`.
    peer: PathBuf,
}

/// A name after `--only`, and what it runs.
type Part = (&'static str, fn(&Matching) -> Outcome<Vec<Command>>);

/// The plan first: it writes the report that the figures of all are added to.
const PARTS: &[Part] = &[
    ("plan", |bench| Ok(vec![bench.plan()])),
    ("rank", |bench| Ok(vec![bench.rank()])),
    ("repair", Matching::repair),
    ("assign", |bench| Ok(vec![bench.assign()?])),
];

impl Matching {
    fn of(options: &[String]) -> Outcome<(Self, Vec<Part>)> {
        let mut quick = false;
        let (mut out, mut seeds, mut only) = (paths::target().join("bench"), None, Vec::new());
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let mut value =
                || options.next().ok_or_else(|| Failure::new(format!("`{option}` wants a value")));
            match option.as_str() {
                "--quick" => quick = true,
                "--out" => out = PathBuf::from(value()?),
                "--seeds" => seeds = Some(value()?.clone()),
                "--only" => {
                    let name = value()?;
                    let part = PARTS.iter().find(|part| part.0 == name);
                    only.push(*part.ok_or_else(|| Failure::new(format!("there is no part `{name}`")))?);
                }
                other => return Err(Failure::new(format!("`{other}` is not understood"))),
            }
        }
        let peer = paths::root().join("crates/load/peer/matching");
        let python = venv("matching", &peer.join("requirements.txt"))?;
        let parts = if only.is_empty() { PARTS.to_vec() } else { only };
        Ok((Self { quick, seeds, out, python, peer }, parts))
    }

    fn instances() -> PathBuf {
        paths::target().join("bench/instances")
    }

    fn plan(&self) -> Command {
        let mut plan = program("matching");
        plan.arg("--linli").arg(built("linli")).arg("--python").arg(&self.python);
        plan.arg("--peer").arg(&self.peer).arg("--folder").arg(Self::instances()).arg("--out").arg(&self.out);
        plan.args(["--quick", if self.quick { "true" } else { "false" }]);
        plan.args(self.seeds.iter().flat_map(|seeds| ["--seeds", seeds]));
        plan
    }

    fn rank(&self) -> Command {
        let mut rank = program("rank");
        if self.quick {
            rank.args(["--volunteers", "100000", "--queries", "4000", "--updates", "20000", "--scans", "20"]);
        }
        rank
    }

    fn repair(&self) -> Outcome<Vec<Command>> {
        let mut ordinary = program("repair");
        ordinary.arg(self.instance("20000", "5000")?);
        if self.quick {
            return Ok(vec![ordinary]);
        }
        let mut tight = program("repair");
        tight.arg(self.instance("60000", "50000")?).args(["--name", "repair_tight", "--target", "100"]);
        Ok(vec![ordinary, tight])
    }

    fn assign(&self) -> Outcome<Command> {
        let python = venv("ephios", &paths::root().join("crates/load/peer/requirements.txt"))?;
        let mut assign = program("assign");
        assign.arg("--python").arg(python);
        if self.quick {
            assign.args(["--sizes", "100,300", "--seeds", "2", "--limit-s", "10"]);
        }
        Ok(assign)
    }

    /// The folder of the instance with these volunteers and needs, made when it is not there.
    fn instance(&self, volunteers: &str, needs: &str) -> Outcome<PathBuf> {
        let folder = Self::instances().join(format!("{volunteers}-{needs}-7"));
        let mut make = Command::new(&self.python);
        make.arg(self.peer.join("generate.py")).args([volunteers, needs, "--out"]).arg(&folder);
        process::run(&mut make)?;
        Ok(folder)
    }
}

fn built(name: &str) -> PathBuf {
    paths::target().join("release").join(name)
}

fn program(name: &str) -> Command {
    Command::new(built(name))
}

/// Runs every part, also after one that failed, and keeps the figures: a JSON line each.
fn matching(options: &[String]) -> Outcome {
    let (bench, parts) = Matching::of(options)?;
    build(&["linli", "matching", "rank", "repair", "assign"])?;
    let (mut figures, mut failed) = (String::new(), Vec::new());
    for (name, commands) in parts {
        let done = commands(&bench).and_then(|commands| {
            let mut whole = true;
            for mut command in commands {
                let run = process::run_and_keep(&mut command)?;
                whole &= run.success;
                figures.extend(
                    run.text.lines().filter(|line| line.starts_with('{')).map(|line| format!("{line}\n")),
                );
            }
            Ok(whole)
        });
        match done {
            Ok(true) => {}
            Ok(false) => failed.push(name.to_owned()),
            Err(failure) => failed.push(format!("{name} ({failure})")),
        }
    }
    let keep = |name: &str, text: &str| {
        let path = bench.out.join(name);
        fs::create_dir_all(&bench.out)
            .and_then(|()| fs::write(&path, text))
            .map_err(Failure::during(path.display()))
    };
    let path = bench.out.join("matching.md");
    let page = fs::read_to_string(&path).unwrap_or_default();
    let page = page.split(FIGURES).next().unwrap_or_default();
    keep("matching.md", &format!("{page}{FIGURES}```json\n{figures}```\n"))?;
    keep("matching.jsonl", &figures)?;
    println!("\n{figures}{}", path.display());
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!("not as it should be: {}", failed.join(", "))))
    }
}

/// What the figures stand under in the report.
const FIGURES: &str = "\n## Every figure\n\n";

fn web(options: &[String]) -> Outcome {
    let (mut quick, mut with_peer) = (false, true);
    for option in options {
        match option.as_str() {
            "--quick" => quick = true,
            "--no-peer" => with_peer = false,
            other => return Err(Failure::new(format!("`{other}` is not understood"))),
        }
    }
    build(&["linli", "web"])?;
    let peer = if with_peer { peer(quick) } else { Err(Failure::new("not asked for")) };
    let peer = peer.map_err(|failure| println!("no peer: {failure}")).ok();
    for engine in ENGINES {
        let mut web = tool("release", "web", engine);
        web.args(["--requests", if quick { "500" } else { "3000" }]);
        if let Some(file) = &peer {
            web.arg("--peer").arg(file);
        }
        process::run(&mut web)?;
    }
    Ok(())
}

/// The rush at a gate, on both databases, with every sync slowed by a shim that is built here.
fn checkin(options: &[String]) -> Outcome {
    let people: &[&str] = match options {
        [] => &["--people", "2000", "--seconds", "10"],
        [one] if one == "--quick" => &["--people", "400", "--seconds", "2"],
        [one] if one == "--day" => &["--day", "100000"],
        _ => return Err(Failure::new(format!("`{}` is not understood", options.join(" ")))),
    };
    build(&["linli", "rush"])?;
    let shim = paths::target().join("release/slow_sync.so");
    let source = paths::root().join("crates/load/shim/slow_sync.c");
    process::run(
        Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-o"])
            .arg(&shim)
            .arg(source)
            .arg("-ldl"),
    )?;
    for engine in ENGINES {
        process::run(tool("release", "rush", engine).arg("--shim").arg(&shim).args(people))?;
    }
    Ok(())
}

/// Measures ephios and gives the file with its figures. Everything it needs lies below the target folder.
fn peer(quick: bool) -> Outcome<PathBuf> {
    let here = paths::root().join("crates/load/peer");
    let python = venv("ephios", &here.join("requirements.txt"))?;
    let cluster = Cluster::named(&format!("peer-{}", std::process::id()))?;
    let url = cluster.start()?;
    let folder = paths::target().join("tools/ephios-data");
    let measured = process::output(
        Command::new(&python)
            .arg(here.join("ephios_peer.py"))
            .args(["--database", &url, "--requests", if quick { "10" } else { "40" }])
            .arg("--folder")
            .arg(&folder),
    );
    cluster.delete()?;
    let measured = measured?;
    let figures = measured.lines().last().unwrap_or_default();
    println!("ephios: {figures}");
    let file = paths::target().join("tools/ephios.json");
    fs::write(&file, figures).map_err(Failure::during(file.display()))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bench_refuses_what_it_does_not_know() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, says) in [
            ("matching --only all", "no part `all`"),
            ("matching --seeds", "wants a value"),
            ("matching --slow", "`--slow` is not understood"),
            ("everything", "say what to measure"),
        ] {
            assert!(run(&words(line)).unwrap_err().to_string().contains(says), "{line}");
        }
    }

    #[test]
    fn every_part_is_in_the_help() {
        let parts = PARTS.iter().map(|part| part.0).collect::<Vec<_>>().join("|");
        assert!(SUBCOMMAND.usage.iter().any(|usage| usage.contains(&parts)));
    }
}

//! `cargo xtask bench web`: what pages and sign-ups cost, on both databases, beside a peer on the same machine.
//! `cargo xtask bench matching`: what the optimal plan costs, beside OR-Tools and HiGHS on the same instances.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::load::{ENGINES, tool};
use crate::postgres::Cluster;
use crate::{Subcommand, paths, process};

pub(crate) const SUBCOMMAND: Subcommand = Subcommand {
    name: "bench",
    usage: &["web [--quick] [--no-peer]", "matching [--quick] [--seeds N] [--out FOLDER]"],
    about: "Measures and prints a JSON line a figure. web: CPU a request over HTTP, the storm, start and memory. matching: \
            the plan beside OR-Tools and HiGHS, with a report. Not for the CI.",
    run,
};

fn run(arguments: &[String]) -> Outcome {
    match arguments.split_first().map(|(what, options)| (what.as_str(), options)) {
        Some(("web", options)) => web(options),
        Some(("matching", options)) => matching(options),
        _ => {
            Err(Failure::new("say what to measure: `cargo xtask bench web` or `cargo xtask bench matching`"))
        }
    }
}

/// Builds these programs as people run them.
fn build(binaries: &[&str]) -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["build", "--profile", "demo", "-p", "linli", "-p", "load"]);
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

fn matching(options: &[String]) -> Outcome {
    let mut quick = false;
    let (mut out, mut seeds) = (paths::target().join("bench"), None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let mut value = || options.next().ok_or_else(|| Failure::new(format!("`{option}` wants a value")));
        match option.as_str() {
            "--quick" => quick = true,
            "--out" => out = PathBuf::from(value()?),
            "--seeds" => seeds = Some(value()?),
            other => return Err(Failure::new(format!("`{other}` is not understood"))),
        }
    }
    build(&["linli", "matching"])?;
    let peer = paths::root().join("crates/load/peer/matching");
    let python = venv("matching", &peer.join("requirements.txt"))?;
    let programs = paths::target().join("demo");
    let mut bench = Command::new(programs.join("matching"));
    bench.arg("--linli").arg(programs.join("linli")).arg("--python").arg(python).arg("--peer").arg(peer);
    bench.arg("--folder").arg(paths::target().join("bench/instances")).arg("--out").arg(out);
    bench.args(["--quick", if quick { "true" } else { "false" }]);
    if let Some(seeds) = seeds {
        bench.args(["--seeds", seeds]);
    }
    process::run(&mut bench)
}

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
        let mut web = tool("demo", "web", engine);
        web.args(["--requests", if quick { "500" } else { "3000" }]);
        if let Some(file) = &peer {
            web.arg("--peer").arg(file);
        }
        process::run(&mut web)?;
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

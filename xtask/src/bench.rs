//! `cargo xtask bench web`: what pages and sign-ups cost, on both databases, beside a peer on the same machine.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::load::{ENGINES, tool};
use crate::postgres::Cluster;
use crate::{Subcommand, paths, process};

pub(crate) const SUBCOMMAND: Subcommand = Subcommand {
    name: "bench",
    usage: &["web [--quick] [--no-peer]"],
    about: "Measures CPU a request over HTTP, the storm, start and memory; prints a JSON line a figure. Not for the CI.",
    run,
};

fn run(arguments: &[String]) -> Outcome {
    let Some(("web", options)) = arguments.split_first().map(|(what, options)| (what.as_str(), options))
    else {
        return Err(Failure::new("say what to measure: `cargo xtask bench web`"));
    };
    let (mut quick, mut with_peer) = (false, true);
    for option in options {
        match option.as_str() {
            "--quick" => quick = true,
            "--no-peer" => with_peer = false,
            other => return Err(Failure::new(format!("`{other}` is not understood"))),
        }
    }
    process::run(Command::new("cargo").current_dir(paths::root()).args([
        "build",
        "--profile",
        "demo",
        "-p",
        "linli",
        "-p",
        "load",
        "--bin",
        "linli",
        "--bin",
        "web",
    ]))?;
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
    let tools = paths::target().join("tools/ephios");
    let python = tools.join("bin/python");
    if !python.exists() {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&tools))?;
    }
    process::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(here.join("requirements.txt")),
    )?;
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

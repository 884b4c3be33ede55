//! The tools of `crates/load`: from outside, against a real server and databases of their own.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::{Subcommand, paths, process};

pub(crate) const SOAK: Subcommand = Subcommand {
    name: "soak",
    usage: &["[--kills 100] [--stops 20] [--changes 1000]"],
    about: "Kills the server, cuts the power of PostgreSQL and tampers with rows, at length, on both databases.",
    run: soak,
};

/// The databases, as the tools' first argument names them.
pub(crate) const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// A tool built under `profile` (a folder of the target folder), to be run on one database.
pub(crate) fn tool(profile: &str, name: &str, engine: &str) -> Command {
    let built = paths::target().join(profile);
    let mut command = Command::new(built.join(name));
    command
        .current_dir(paths::root())
        .arg(engine)
        .env("LINLI_BINARY", built.join("linli"))
        .env("LINLI_XTASK", paths::target().join("debug/xtask"));
    command
}

/// The number behind an option, or what it is without.
pub(crate) fn number(arguments: &[String], name: &str, otherwise: u32) -> Outcome<u32> {
    let Some(at) = arguments.iter().position(|argument| argument == name) else { return Ok(otherwise) };
    let given = arguments.get(at + 1).and_then(|text| text.parse().ok());
    given.ok_or_else(|| Failure::new(format!("{name} takes a number")))
}

fn soak(arguments: &[String]) -> Outcome {
    const OPTIONS: [&str; 3] = ["--kills", "--stops", "--changes"];
    for (at, word) in arguments.iter().enumerate() {
        if at.is_multiple_of(2) && !OPTIONS.contains(&word.as_str()) {
            return Err(Failure::new(format!(
                "`{word}` is not understood; there are {}",
                OPTIONS.join(", ")
            )));
        }
    }
    let kills = number(arguments, "--kills", 100)?.to_string();
    let stops = number(arguments, "--stops", 20)?.to_string();
    let changes = number(arguments, "--changes", 1_000)?.to_string();
    // Other changes each time; the tool prints the seed.
    let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_secs()).to_string();
    process::run(
        Command::new("cargo")
            .current_dir(paths::root())
            .args(["build", "-p", "linli", "-p", "load", "--bins"]),
    )?;
    let mut failed = Vec::new();
    for engine in ENGINES {
        let runs: [(&str, &[&str]); 2] = [
            ("kills", &["--kills", &kills, "--stops", &stops]),
            ("tamper", &["--changes", &changes, "--seed", &seed]),
        ];
        for (name, options) in runs {
            if process::run(tool("debug", name, engine).args(options)).is_err() {
                failed.push(format!("{name} on {engine}"));
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("not passed: {}", failed.join(", ")))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(number(&words("--kills 7 --stops 2"), "--stops", 20).unwrap(), 2);
        assert_eq!(number(&words("--kills 7"), "--stops", 20).unwrap(), 20);
        assert!(number(&words("--stops many"), "--stops", 20).is_err());
        assert!(number(&words("--stops"), "--stops", 20).is_err());
    }
}

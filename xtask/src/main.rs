//! `cargo xtask`: everything a developer or the CI does to this workspace beyond plain cargo.
//!
//! A subcommand is a module with one [`Subcommand`] constant, listed in [`SUBCOMMANDS`]. It gets the arguments
//! after its name and answers with an [`Outcome`]; `main` prints the failure and sets the exit code. Nothing here
//! is linked into Linli, and nothing here depends on it, so a broken crate never keeps the tests from starting.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its output"
)]

mod bench;
mod failure;
mod load;
mod paths;
mod postgres;
mod process;
mod setup;
mod test;

use std::process::ExitCode;

use failure::{Failure, Outcome};

/// One word after `cargo xtask`.
pub(crate) struct Subcommand {
    /// The word.
    pub(crate) name: &'static str,
    /// Its arguments, one line for each form, as shown by `cargo xtask --help`.
    pub(crate) usage: &'static [&'static str],
    /// One sentence for `cargo xtask --help`.
    pub(crate) about: &'static str,
    /// Does the work with the arguments after the name.
    pub(crate) run: fn(&[String]) -> Outcome,
}

const SUBCOMMANDS: &[Subcommand] =
    &[setup::SUBCOMMAND, postgres::SUBCOMMAND, test::SUBCOMMAND, load::SOAK, bench::SUBCOMMAND];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::new(format!("say what to do\n\n{}", help())));
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        println!("{}", help());
        return Ok(());
    }
    let Some(subcommand) = SUBCOMMANDS.iter().find(|subcommand| subcommand.name == name) else {
        return Err(Failure::new(format!("there is no `{name}`\n\n{}", help())));
    };
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{}", describe(subcommand));
        return Ok(());
    }
    (subcommand.run)(rest)
}

fn help() -> String {
    SUBCOMMANDS.iter().map(describe).collect::<Vec<_>>().join("\n")
}

fn describe(subcommand: &Subcommand) -> String {
    let mut text = String::new();
    for usage in subcommand.usage {
        text.push_str(&format!("cargo xtask {} {usage}\n", subcommand.name));
    }
    text.push_str(&format!("    {}\n", subcommand.about));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subcommand_is_in_the_help_once() {
        let help = help();
        for subcommand in SUBCOMMANDS {
            assert!(help.contains(subcommand.about), "{} is missing", subcommand.name);
            assert_eq!(SUBCOMMANDS.iter().filter(|other| other.name == subcommand.name).count(), 1);
        }
    }

    #[test]
    fn an_unknown_word_is_refused() {
        assert!(dispatch(&["no-such-word".to_owned()]).is_err());
        assert!(dispatch(&[]).is_err());
    }
}

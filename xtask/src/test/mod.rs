//! `cargo xtask test`: everything that must hold before a change is merged, stage by stage.
//!
//! It stops at the first stage that fails unless told to go on, prints what each stage took beside its budget, and
//! ends with one line that adds up all test runners. A stage that fails without naming a failed test counts as one
//! failed test, so the last line never says `0 failed` about a failed run.

mod stages;
mod tally;

use std::time::{Duration, Instant};

use crate::Subcommand;
use crate::failure::{Failure, Outcome};
use stages::{STAGES, Session, Stage};
use tally::Tally;

pub(crate) const SUBCOMMAND: Subcommand = Subcommand {
    name: "test",
    usage: &["[--only STAGE]… [--keep-going]"],
    about: "Runs all checks and tests, or the named stages and what they build on. --list names the stages.",
    run,
};

/// What became of one stage.
struct Report {
    stage: &'static Stage,
    took: Duration,
    tally: Tally,
    summary: Option<String>,
}

fn run(arguments: &[String]) -> Outcome {
    let request = Request::parse(arguments)?;
    if request.list {
        for stage in STAGES {
            println!("{:<11} {}", stage.name, stage.about);
        }
        return Ok(());
    }
    let began = Instant::now();
    let mut session = Session::default();
    let mut reports = Vec::new();
    for stage in STAGES.iter().filter(|stage| request.wants(stage)) {
        let report = perform(stage, &mut session);
        let failed = report.tally.failed > 0;
        reports.push(report);
        if failed && !request.keep_going {
            break;
        }
    }
    drop(session);
    conclude(&reports, began.elapsed())
}

fn perform(stage: &'static Stage, session: &mut Session) -> Report {
    println!("\n=== {}: {}", stage.name, stage.about);
    let began = Instant::now();
    let outcome = (stage.run)(session);
    let took = began.elapsed();
    let (tally, summary) = match outcome {
        Ok(verdict) => (verdict.tally, verdict.summary),
        Err(failure) => {
            eprintln!("xtask: {failure}");
            (Tally { passed: 0, failed: 1 }, Some(format!("failed: {}", first_line(&failure.to_string()))))
        }
    };
    println!("=== {}: {:.1} s", stage.name, took.as_secs_f64());
    Report { stage, took, tally, summary }
}

fn conclude(reports: &[Report], took: Duration) -> Outcome {
    println!("\n{:<11} {:>9} {:>9}", "stage", "time", "budget");
    for Report { stage, took, .. } in reports {
        let over = if *took > stage.budget { "  over budget" } else { "" };
        println!("{:<11} {:>7.1} s {:>7} s{over}", stage.name, took.as_secs_f64(), stage.budget.as_secs());
    }
    println!("{:<11} {:>7.1} s\n", "all", took.as_secs_f64());
    for Report { stage, summary, .. } in reports {
        if let Some(summary) = summary {
            println!("{}: {summary}", stage.name);
        }
    }
    let total: Tally = reports.iter().map(|report| report.tally).sum();
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        return Ok(());
    }
    let failed: Vec<&str> =
        reports.iter().filter(|report| report.tally.failed > 0).map(|report| report.stage.name).collect();
    Err(Failure::new(format!("not passed: {}", failed.join(", "))))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Request {
    only: Vec<&'static str>,
    keep_going: bool,
    list: bool,
}

impl Request {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut request = Self::default();
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--keep-going" => request.keep_going = true,
                "--list" => request.list = true,
                "--only" => request.add(words.next().unwrap_or_default())?,
                other => {
                    return Err(Failure::new(format!(
                        "`{other}` is not understood; see `cargo xtask test --help`"
                    )));
                }
            }
        }
        Ok(request)
    }

    fn add(&mut self, name: &str) -> Outcome {
        let Some(stage) = STAGES.iter().find(|stage| stage.name == name) else {
            let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
            return Err(Failure::new(format!("`{name}` is no stage; there are {}", names.join(", "))));
        };
        self.only.push(stage.name);
        self.only.extend(stage.builds_on);
        Ok(())
    }

    fn wants(&self, stage: &Stage) -> bool {
        self.only.is_empty() || self.only.contains(&stage.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Outcome<Request> {
        Request::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn chosen(line: &str) -> Vec<&'static str> {
        let request = parse(line).unwrap();
        STAGES.iter().filter(|stage| request.wants(stage)).map(|stage| stage.name).collect()
    }

    #[test]
    fn a_stage_brings_what_it_builds_on() {
        assert_eq!(chosen("--only fmt"), ["fmt"]);
        assert_eq!(chosen("--only browser"), ["setup", "build", "browser"]);
        assert_eq!(chosen("").len(), STAGES.len());
        assert!(parse("--only nothing").is_err());
        assert!(parse("--only").is_err());
        assert!(parse("browser").is_err());
    }

    #[test]
    fn what_a_stage_builds_on_comes_before_it() {
        for (place, stage) in STAGES.iter().enumerate() {
            for needed in stage.builds_on {
                assert!(
                    STAGES[..place].iter().any(|earlier| earlier.name == *needed),
                    "{} before {}",
                    needed,
                    stage.name
                );
            }
        }
    }

    #[test]
    fn a_failed_stage_is_a_failed_run() {
        let report = |failed| Report {
            stage: &STAGES[0],
            took: Duration::ZERO,
            tally: Tally { passed: 1, failed },
            summary: None,
        };
        assert!(conclude(&[report(0), report(0)], Duration::ZERO).is_ok());
        assert!(conclude(&[report(0), report(1)], Duration::ZERO).is_err());
    }
}

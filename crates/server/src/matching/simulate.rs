//! `linli match simulate`.

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    thread,
};

use clap::{Args, value_parser};
use kernel::Arg;
use rehearsal::{Options, Report, rehearse};
use web::Text;

use super::Spoken;
use crate::{
    error::Ended,
    looking::{COUNT, Looking},
    serve::say,
};

#[derive(Clone, Debug, Args)]
pub(crate) struct SimulateOptions {
    /// Length of a run in weeks
    #[arg(long, default_value_t = Options::default().weeks, value_name = "N",
        value_parser = value_parser!(u32).range(1..=i64::from(Options::WEEKS_MAX)))]
    weeks: u32,
    /// Volunteers of the city; a fifth of them join on the way
    #[arg(long, default_value_t = Options::default().volunteers, value_name = "N",
        value_parser = value_parser!(u32).range(1..=i64::from(Options::VOLUNTEERS_MAX)))]
    volunteers: u32,
    /// Needs a day, on average
    #[arg(long, default_value_t = Options::default().needs_a_day, value_name = "N",
        value_parser = value_parser!(u32).range(1..=i64::from(Options::NEEDS_A_DAY_MAX)))]
    needs_a_day: u32,
    /// The first seed; every further run takes the next
    #[arg(long, default_value_t = Options::default().seed, value_name = "N")]
    seed: u64,
    /// Runs; two or more tell a difference from chance
    #[arg(long, default_value_t = Options::default().runs, value_name = "N",
        value_parser = value_parser!(u32).range(1..=i64::from(Options::RUNS_MAX)))]
    runs: u32,
    /// The language of the words
    #[arg(long, value_enum, default_value = "zh")]
    lang: Spoken,
    /// Print a JSON object a line for each figure, and nothing else
    #[arg(long)]
    json: bool,
    /// Folder for rehearsal.md, rehearsal.svg and rehearsal.jsonl; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(options: &SimulateOptions) -> Result<(), Ended> {
    let text = Text::new(&[rehearsal::LOCALES]).map_err(Ended::Failed)?;
    let words = |key: &str, args: &[(&'static str, Arg)]| text.get(options.lang.language(), key, args);
    if let Some(folder) = &options.out {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    }
    let what = Options {
        weeks: options.weeks,
        volunteers: options.volunteers,
        needs_a_day: options.needs_a_day,
        seed: options.seed,
        runs: options.runs,
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let looking = Looking::start()?;
    let report =
        rehearse(&what, threads, |done, whole| looking.shows("Rehearsing", COUNT, done as u64, whole as u64));
    drop(looking);
    let report = report.ok_or_else(|| {
        Ended::Asked(
            "stopped before all runs were done; nothing was written. Fewer --runs or --weeks take less time"
                .to_owned(),
        )
    })?;
    if let Some(folder) = &options.out {
        write(&report, folder, &words)?;
    }
    if options.json {
        report.json_lines().iter().for_each(|line| say(line));
    } else {
        say(report.table(&words).trim_end());
    }
    Ok(())
}

fn write(report: &Report, folder: &Path, words: rehearsal::Say<'_>) -> Result<(), Ended> {
    let lines = report.json_lines().join("\n") + "\n";
    let files = [
        ("rehearsal.md", report.markdown(words, "rehearsal.svg")),
        ("rehearsal.svg", report.chart(words)),
        ("rehearsal.jsonl", lines),
    ];
    for (name, content) in files {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| cannot_write(&path, &error))?;
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Ended {
    Ended::Asked(format!("{} cannot be written: {error}; name another folder with --out", path.display()))
}

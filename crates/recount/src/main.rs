//! `recount FILE --division CODE --day YYYY-MM-DD`: the figures of an exported journal as JSON.

use std::{
    error::Error,
    fs::File,
    io::{BufReader, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use kernel::{Day, DivisionCode};

/// Computes the published figures once more from an exported journal.
#[derive(Parser)]
struct Arguments {
    /// The file that `linli export journal` wrote.
    file: PathBuf,
    /// The area: 2, 4, 6, 9 or 12 digits.
    #[arg(long)]
    division: DivisionCode,
    /// The day at whose end the figures stand.
    #[arg(long, value_parser = day)]
    day: Day,
    /// The file that `linli import population` took, for the share of residents.
    #[arg(long)]
    population: Option<PathBuf>,
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|()| format!("`{text}` is no day: write YYYY-MM-DD"))
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when the terminal itself is gone.
            let _ = writeln!(std::io::stderr(), "recount: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let entries = recount::read_journal(BufReader::new(File::open(&arguments.file)?))?;
    let population = match &arguments.population {
        Some(path) => recount::read_population(File::open(path)?)?,
        None => Vec::new(),
    };
    let counted = recount::count(&entries, &population, arguments.division, arguments.day)?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &counted)?;
    writeln!(out)?;
    Ok(())
}

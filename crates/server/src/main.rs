//! `linli`: the one program. It composes the areas, and knows no rule itself.

mod cli;
mod compose;
mod demo;
mod doctor;
mod error;
mod export;
mod import;
mod keys;
mod looking;
mod matching;
mod roles;
mod serve;
#[cfg(test)]
mod tests;
mod timers;
mod trial;
mod verify;

use clap::Parser;
use cli::{Cli, Command, ExportWhat, HoursWhat, ImportWhat, JournalWhat, KeysWhat, LedgerWhat, RolesWhat};
use error::Ended;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("LINLI_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli.command) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(ended) => ended.report(),
    }
}

fn run(command: Command) -> Result<(), Ended> {
    match command {
        Command::Demo(options) => demo::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Migrate(place) => serve::migrate(&place),
        Command::Doctor(place) => doctor::run(&place),
        Command::Import { what: ImportWhat::Divisions(options) } => import::divisions(&options),
        Command::Import { what: ImportWhat::Calendar(options) } => import::calendar(&options),
        Command::Import { what: ImportWhat::Population(options) } => import::population(&options),
        Command::Export { what: ExportWhat::Journal(options) } => export::journal(&options),
        Command::Journal { what: JournalWhat::Verify(options) } => verify::journal(&options),
        Command::Journal { what: JournalWhat::Retry(options) } => verify::retry(&options),
        Command::Ledger { what: LedgerWhat::Verify(place) } => verify::ledger(&place),
        Command::Hours { what: HoursWhat::Try(options) } => trial::run(&options),
        Command::Roles { what: RolesWhat::Give(options) } => roles::give(&options),
        Command::Match { what } => matching::run(&what),
        Command::Keys { what: KeysWhat::Create(options) } => keys::create(&options),
        Command::Keys { what: KeysWhat::Rotate(options) } => keys::rotate(&options),
        Command::Keys { what: KeysWhat::RotateSigning(options) } => keys::rotate_signing(&options),
        Command::Keys { what: KeysWhat::Reindex(place) } => keys::reindex(&place),
        Command::Keys { what: KeysWhat::Retire(place) } => keys::retire(&place),
    }
}

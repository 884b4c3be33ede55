//! Precision and recall of every alarm over invented cities: `alarms-rehearsal [--seeds N] [--from SEED]`.
//! Without `--from` it begins after the seeds on which the thresholds were fixed.
#![expect(clippy::print_stdout, reason = "a command prints")]

use alarms::rehearsal::{SEEDS_OF_THRESHOLDS, measure, table};

fn option(name: &str, otherwise: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|word| word != name);
    arguments.nth(1).and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

fn main() {
    let (from, seeds) = (option("--from", SEEDS_OF_THRESHOLDS + 1), option("--seeds", 20));
    println!("Seeds {from} to {}.\n", from + seeds.saturating_sub(1));
    print!("{}", table(&measure(from..from + seeds)));
}

//! `linli match plan`.

use std::path::PathBuf;

use clap::Args;
use instances::{Cut, PlanFiles, PlanReport};

use super::{SourceOptions, grouped};
use crate::{error::Ended, looking::Looking, serve::say};

/// Needs that nobody can serve, told one by one.
const CUTS_SHOWN: usize = 5;

#[derive(Clone, Debug, Args)]
pub(crate) struct PlanOptions {
    #[command(flatten)]
    sources: SourceOptions,
    /// The plan to write: need,volunteer,dist_m
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The proof to write, for `linli match verify`
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &PlanOptions) -> Result<(), Ended> {
    let files = PlanFiles {
        sources: options.sources.sources(),
        plan: options.out.clone(),
        proof: options.proof.clone(),
        threads: options.sources.threads,
    };
    let looking = Looking::start()?;
    let report = instances::plan(&files, &looking)?;
    drop(looking);
    if options.json {
        say(&serde_json::to_string(&report).map_err(|e| Ended::Failed(e.to_string()))?);
    } else {
        tell(&report);
    }
    if report.proved { Ok(()) } else { Err(Ended::Found) }
}

fn tell(report: &PlanReport) {
    say(&format!(
        "{} volunteers, {} needs, {} pairs",
        grouped(report.volunteers as u64),
        grouped(report.needs as u64),
        grouped(report.pairs as u64)
    ));
    say(&format!("filled     {} of {} places", grouped(report.filled), grouped(report.seats)));
    say(&format!("weighted   {} of {}", grouped(report.weighted), grouped(report.weighted_all)));
    say(&format!("dist_m     {}", grouped(report.dist_m)));
    if report.promised > 0 {
        say(&format!("kept       {} promises", grouped(report.promised as u64)));
    }
    say(&match (report.proved, report.stopped) {
        (true, _) => "proved     no plan is better".to_owned(),
        (false, true) => format!(
            "stopped    the plan holds, but it may not be the best: another may weigh {} more at the most",
            grouped(report.weighted_gap)
        ),
        (false, false) => "not proved: the check of the proof failed; please report this".to_owned(),
    });
    let steps = [
        ("reading", report.reading),
        ("candidates", report.candidates),
        ("solving", report.solving),
        ("checking", report.checking),
        ("writing", report.writing),
        ("in all", report.whole),
    ];
    for (step, cost) in steps {
        say(&format!("{step:<10} {:.3} s, CPU {:.3} s", cost.seconds, cost.cpu_seconds));
    }
    if let Some(peak) = report.peak_mb {
        say(&format!("memory     {peak:.0} MB at the most"));
    }
    if report.unserved.needs > 0 {
        say(&format!(
            "\nNeeds that nobody can serve: {}, places in them: {}",
            grouped(report.unserved.needs as u64),
            grouped(report.unserved.seats)
        ));
        for cut in report.unserved.first.iter().take(CUTS_SHOWN) {
            say(&format!("  need {} (line {}): {}", cut.need, cut.need + 2, why(cut, report.own_candidates)));
        }
        if report.unserved.needs > CUTS_SHOWN {
            say("  and others; --json tells more of them");
        }
    }
}

/// Who is cut by what.
fn why(cut: &Cut, own: bool) -> String {
    let Cut { skill, slot, volunteers, skilled, free, serving, nearest_m, .. } = cut;
    let but = if own { "which is beyond 3 km" } else { "and no pair names one of them" };
    match (volunteers, skilled, free, serving, nearest_m) {
        (0, ..) => "there are no volunteers".to_owned(),
        (_, 0, ..) => format!("of {volunteers} volunteers none holds skill {skill}"),
        (_, _, 0, ..) => format!("{skilled} hold skill {skill}, none of them is free in slot {slot}"),
        (_, _, _, 0, _) => format!(
            "{skilled} hold skill {skill}, {free} of them are free in slot {slot}, none of these takes a shift"
        ),
        (.., nearest) => format!(
            "{skilled} hold skill {skill}, {free} of them are free in slot {slot}, {serving} of these take shifts, the nearest lives {} m away, {but}",
            grouped(nearest.unwrap_or_default())
        ),
    }
}

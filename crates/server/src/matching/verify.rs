//! `linli match verify`.

use std::path::PathBuf;

use clap::Args;
use instances::VerifyFiles;

use super::{SourceOptions, grouped};
use crate::{error::Ended, looking::Looking, serve::say};

#[derive(Clone, Debug, Args)]
pub(crate) struct VerifyOptions {
    #[command(flatten)]
    sources: SourceOptions,
    /// The plan to check: need,volunteer,dist_m
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The proof that `linli match plan` wrote; without it only what is allowed is checked
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &VerifyOptions) -> Result<(), Ended> {
    let files = VerifyFiles {
        sources: options.sources.sources(),
        plan: options.plan.clone(),
        proof: options.proof.clone(),
        threads: options.sources.threads,
    };
    let looking = Looking::start()?;
    let report = instances::verify(&files, &looking)?;
    drop(looking);
    if options.json {
        say(&serde_json::to_string(&report).map_err(|e| Ended::Failed(e.to_string()))?);
    } else {
        if let Some(fault) = &report.fault {
            say(&format!("WRONG      {fault}"));
        }
        if report.allowed {
            say(&format!("filled     {}", grouped(report.filled)));
            say(&format!("weighted   {}", grouped(report.weighted)));
            say(&format!("dist_m     {}", grouped(report.dist_m)));
            say("allowed    nobody is asked for more than they can give");
        }
        match (report.proved, &options.proof) {
            (true, _) => say("proved     no plan is better"),
            (false, None) if report.fault.is_none() => {
                say("not proved: give --proof to check that no plan is better")
            }
            (false, _) => {}
        }
    }
    if report.fault.is_none() { Ok(()) } else { Err(Ended::Found) }
}

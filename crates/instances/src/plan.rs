//! From the tables to the plan: reads, solves, checks its own proof, writes.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use matching::plan::{self, Problem, Totals, solve_while};
use serde::Serialize;

use crate::{
    Cost, FileError, Instance, Refused, Replacement, Sources, Stage, Watch,
    meter::{Meter, peak_bytes},
    unserved::{self, Unserved},
    write_proof,
};

/// Rows after which the watch is asked again.
const ROWS_A_STEP: usize = 1 << 16;

/// What to read and where to write.
#[derive(Clone, Debug)]
pub struct PlanFiles {
    /// The instance.
    pub sources: Sources,
    /// Gets `need,volunteer,dist_m`, the chosen among the pairs.
    pub plan: PathBuf,
    /// Gets the prices that prove it.
    pub proof: Option<PathBuf>,
    /// How many look for candidates at once; the plan is the same on any number.
    pub threads: usize,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// Rows of the volunteers.
    pub volunteers: usize,
    /// Rows of the needs.
    pub needs: usize,
    /// Who could serve which need.
    pub pairs: usize,
    /// Promises that had to be kept.
    pub promised: usize,
    /// Places asked for, in all.
    pub seats: u64,
    /// Places filled.
    pub filled: u64,
    /// Urgency of the places asked for.
    pub weighted_all: u64,
    /// Urgency of the places filled.
    pub weighted: u64,
    /// Metres, added up over the filled places.
    pub dist_m: u64,
    /// Whether the proof was checked and shows that no plan is better.
    pub proved: bool,
    /// Whether the watch stopped it; the plan is allowed then, and may not be the best.
    pub stopped: bool,
    /// Urgency that a better plan might fill at the most; 0 when this one is proved.
    pub weighted_gap: u64,
    /// Needs that nobody could serve.
    pub unserved: Unserved,
    /// Whether the candidates were found here and not read.
    pub own_candidates: bool,
    /// Reading volunteers and needs.
    pub reading: Cost,
    /// Finding the candidates, or reading them, and putting the problem together.
    pub candidates: Cost,
    /// Solving.
    pub solving: Cost,
    /// Checking the proof.
    pub checking: Cost,
    /// Writing.
    pub writing: Cost,
    /// Everything.
    pub whole: Cost,
    /// The most memory the process had, where the system says it.
    pub peak_mb: Option<f64>,
}

/// Plans.
///
/// # Errors
/// When a table is wrong, a file cannot be written, or the watch stops it while there is nothing to keep.
pub fn plan(files: &PlanFiles, watch: &dyn Watch) -> Result<PlanReport, Refused> {
    let (mut whole, mut step) = (Meter::start(), Meter::start());
    apart(files)?;
    // First, so that a folder that is not there is known before the work.
    let plan_file = Replacement::of(&files.plan)?;
    let proof_file = files.proof.as_deref().map(Replacement::of).transpose()?;

    let instance = Instance::read(&files.sources, watch)?;
    let reading = step.lap();
    let problem = instance.problem(&files.sources, files.threads, watch)?;
    let unserved = unserved::find(&instance, &problem);
    let (volunteers, needs) = (instance.volunteers.len(), instance.needs.len());
    // The tables are a tenth of all memory, and nothing asks for them any more.
    drop(instance);
    let candidates = step.lap();

    let mut is_stopped = false;
    let plan = solve_while(&problem, &mut |progress| {
        let stage = match progress.stage {
            plan::Stage::Bidding => Stage::Bidding,
            plan::Stage::Proving => Stage::Proving,
        };
        let goes_on = watch.goes_on(stage, progress.done, progress.of);
        is_stopped |= !goes_on;
        goes_on
    });
    let solving = step.lap();
    let proved = plan::verify(&problem, &plan.chosen, &plan.proof).is_ok();
    let checking = step.lap();

    write_plan(&problem, &plan.chosen, plan_file, watch)?;
    if let Some(mut file) = proof_file {
        write_proof(&plan.proof, &mut file)?;
        file.finish()?;
    }
    let writing = step.lap();

    let Totals { filled, weighted, metres, .. } = plan.totals;
    let seats = |weigh: fn(u64, u64) -> u64| {
        problem.demands().iter().map(|of| weigh(u64::from(of.seats), u64::from(of.urgency))).sum()
    };
    Ok(PlanReport {
        volunteers,
        needs,
        pairs: problem.pairs().len(),
        promised: problem.fixed().len(),
        seats: seats(|seats, _| seats),
        filled,
        weighted_all: seats(|seats, urgency| seats * urgency),
        weighted,
        dist_m: metres,
        proved,
        stopped: is_stopped,
        weighted_gap: problem.urgency_in(plan.gap),
        unserved,
        own_candidates: files.sources.pairs.is_none(),
        reading,
        candidates,
        solving,
        checking,
        writing,
        whole: whole.lap(),
        peak_mb: peak_bytes().map(|bytes| bytes as f64 / (1 << 20) as f64),
    })
}

/// A plan never overwrites what it is made from.
fn apart(files: &PlanFiles) -> Result<(), FileError> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let Sources { volunteers, needs, pairs, keep } = &files.sources;
    let sources = [Some(volunteers), Some(needs), pairs.as_ref(), keep.as_ref()];
    for (index, written) in [Some(&files.plan), files.proof.as_ref()].into_iter().enumerate() {
        let Some(written) = written else { continue };
        let is_source = sources
            .iter()
            .flatten()
            .any(|source| real(source).is_some_and(|source| Some(source) == real(written)));
        if is_source || (index == 1 && *written == files.plan) {
            return Err(FileError::whole(
                written,
                "is another file of this command already; name a different one",
            ));
        }
    }
    Ok(())
}

fn write_plan(
    problem: &Problem,
    chosen: &[u32],
    mut file: Replacement,
    watch: &dyn Watch,
) -> Result<(), FileError> {
    let mut lines = String::from("need,volunteer,dist_m\n");
    for (count, rows) in chosen.chunks(ROWS_A_STEP).enumerate() {
        for pair in rows.iter().filter_map(|&index| problem.pairs().get(index as usize)) {
            lines.push_str(&format!("{},{},{}\n", pair.need, pair.volunteer, pair.metres));
        }
        file.write_all(lines.as_bytes()).map_err(|error| file.refused(&error))?;
        lines.clear();
        watch.goes_on(Stage::Writing, (count * ROWS_A_STEP + rows.len()) as u64, chosen.len() as u64);
    }
    file.write_all(lines.as_bytes()).map_err(|error| file.refused(&error))?;
    file.finish()
}

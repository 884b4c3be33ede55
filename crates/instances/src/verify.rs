//! A plan and its proof against the tables, and nothing believed.

use std::path::{Path, PathBuf};

use matching::plan::{Fault, Pair, Problem, Proof, Totals, verify as check};
use serde::Serialize;

use crate::{
    Instance, Refused, Sources, Watch,
    instance::{narrow, pair_columns},
    read_proof,
    table::Table,
};

/// What to read.
#[derive(Clone, Debug)]
pub struct VerifyFiles {
    /// The instance.
    pub sources: Sources,
    /// `need,volunteer,dist_m`.
    pub plan: PathBuf,
    /// The proof; without it a plan can be allowed, but not proved.
    pub proof: Option<PathBuf>,
    /// How many look for candidates at once.
    pub threads: usize,
}

/// What holds of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Rows of the plan.
    pub filled: u64,
    /// Their urgencies.
    pub weighted: u64,
    /// Their metres.
    pub dist_m: u64,
    /// Nobody is asked for more than they can give, no need gets more than it asks.
    pub allowed: bool,
    /// No plan is better.
    pub proved: bool,
    /// What is wrong, the first.
    pub fault: Option<String>,
}

/// Checks a plan.
///
/// # Errors
/// When a file cannot be read as what it should be. A plan that is wrong is no error: [`VerifyReport::fault`].
pub fn verify(files: &VerifyFiles, watch: &dyn Watch) -> Result<VerifyReport, Refused> {
    let instance = Instance::read(&files.sources, watch)?;
    let problem = instance.problem(&files.sources, files.threads, watch)?;
    let chosen = match chosen(&instance, &problem, &files.plan, watch)? {
        Ok(chosen) => chosen,
        Err(fault) => return Ok(VerifyReport { fault: Some(fault), ..VerifyReport::default() }),
    };
    let totals = Totals::of(&problem, &chosen);
    let report = VerifyReport {
        filled: totals.filled,
        weighted: totals.weighted,
        dist_m: totals.metres,
        ..VerifyReport::default()
    };
    let proof = match &files.proof {
        Some(path) => read_proof(path)?,
        // Nothing has a price: whatever is missing then is missing for the proof alone.
        None => Proof {
            needs: vec![0; problem.demands().len()],
            volunteers: vec![0; problem.supplies().len()],
            slots: Vec::new(),
        },
    };
    Ok(match check(&problem, &chosen, &proof) {
        Ok(()) => VerifyReport { allowed: true, proved: true, ..report },
        Err(Fault::NotProved { .. }) if files.proof.is_none() => VerifyReport { allowed: true, ..report },
        Err(fault) => VerifyReport {
            allowed: is_of_proof(&fault),
            fault: Some(in_words(&fault, &problem, &chosen)),
            ..report
        },
    })
}

/// Whether the plan as such is allowed.
const fn is_of_proof(fault: &Fault) -> bool {
    matches!(fault, Fault::OtherProblem | Fault::NegativePrice | Fault::NotProved { .. })
}

/// The pairs that a plan chooses, or what is wrong with one of its rows.
pub(crate) fn chosen(
    instance: &Instance,
    problem: &Problem,
    path: &Path,
    watch: &dyn Watch,
) -> Result<Result<Vec<u32>, String>, Refused> {
    let mut table = Table::open(path, pair_columns(instance), watch)?;
    let mut lines: Vec<(u32, u64)> = Vec::new();
    while let Some([need, volunteer, metres]) = table.row()? {
        let wrong = |words: String| Ok(Err(table.wrong_row(words).to_string()));
        let (need, volunteer) = (narrow::<u32>(need), narrow::<u32>(volunteer));
        let from = problem.pairs().partition_point(|pair| pair.need < need);
        let of_need = problem.pairs().iter().enumerate().skip(from).take_while(|(_, pair)| pair.need == need);
        let Some((index, pair)) = of_need.into_iter().find(|(_, pair)| pair.volunteer == volunteer) else {
            return wrong(format!("volunteer {volunteer} is no candidate for need {need}"));
        };
        if i64::from(pair.metres) != metres {
            return wrong(format!(
                "need {need} and volunteer {volunteer} are {} m apart, not {metres}",
                pair.metres
            ));
        }
        lines.push((u32::try_from(index).unwrap_or(u32::MAX), table.line()));
    }
    lines.sort_unstable();
    for pair in lines.windows(2) {
        if let [(first, before), (second, line)] = pair
            && first == second
        {
            return Ok(Err(format!("{}, line {line}: stands in line {before} already", path.display())));
        }
    }
    Ok(Ok(lines.into_iter().map(|(index, _)| index).collect()))
}

fn in_words(fault: &Fault, problem: &Problem, chosen: &[u32]) -> String {
    let pairs = || chosen.iter().filter_map(|&index| problem.pairs().get(index as usize));
    match *fault {
        Fault::TooManyAtNeed(need) => {
            let asked = problem.demands().get(need as usize).map_or(0, |of| of.seats);
            let got = pairs().filter(|pair| pair.need == need).count();
            format!("need {need} asks for {asked} people and gets {got}")
        }
        Fault::TooManyShifts(volunteer) => {
            let most = problem.supplies().get(volunteer as usize).map_or(0, |of| of.shifts_max);
            let got = pairs().filter(|pair| pair.volunteer == volunteer).count();
            format!("volunteer {volunteer} serves {most} needs at most and is sent to {got}")
        }
        Fault::TwoPlaces(volunteer, slot) => {
            let slot_of = |need: u32| problem.demands().get(need as usize).map(|of| of.slot);
            let there =
                pairs().filter(|pair| pair.volunteer == volunteer && slot_of(pair.need) == Some(slot));
            let needs: Vec<String> = there.map(|pair| pair.need.to_string()).collect();
            format!("volunteer {volunteer} is sent to needs {} in one slot, {slot}", needs.join(" and "))
        }
        Fault::FixedMissing(pair) => problem.pairs().get(pair as usize).map_or_else(
            || fault.to_string(),
            |Pair { need, volunteer, .. }| {
                format!("volunteer {volunteer} is promised to need {need} and not sent")
            },
        ),
        Fault::OtherProblem => "the proof is of other files: it counts other needs or volunteers".to_owned(),
        _ => fault.to_string(),
    }
}

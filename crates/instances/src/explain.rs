//! Why a plan of files is as it is: for one need, for one need and one volunteer, and whom to look for.

use std::{collections::HashMap, path::PathBuf};

use matching::{
    candidates::{Offered, Reach, Wanted},
    explain::{Against, Difference, Explainer, For, Offer},
    plan::{Candidate, Totals, solve},
};
use serde::Serialize;

use crate::{Cut, Instance, Refused, Sources, Watch, unserved::cut, verify::chosen};

/// Recruiting hints at most.
pub const HINTS_MAX: usize = 5;
/// Needs beside which a volunteer is looked for at most: those where one would gain most.
const SITES_MAX: usize = 2_000;
/// Needs that somebody whom a hint asks for serves at most.
const HINT_SHIFTS: u32 = 3;

/// What to explain.
#[derive(Clone, Debug)]
pub struct ExplainFiles {
    /// The instance.
    pub sources: Sources,
    /// The plan: `need,volunteer,dist_m`.
    pub plan: PathBuf,
    /// The row of the need to tell of.
    pub need: Option<u32>,
    /// The row of the volunteer to tell of, with the need.
    pub volunteer: Option<u32>,
    /// How many look for candidates at once.
    pub threads: usize,
}

/// What the plan would differ by: more is positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Levels {
    /// Places filled.
    pub filled: i64,
    /// Their urgency.
    pub weighted: i64,
    /// Metres, added up.
    pub metres: i64,
}

impl From<Difference> for Levels {
    fn from(of: Difference) -> Self {
        Self { filled: of.filled, weighted: of.weighted, metres: of.metres }
    }
}

/// Somebody who serves a need, and what speaks for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Serving {
    /// The row of the volunteer.
    pub volunteer: u32,
    /// How far they live.
    pub metres: u32,
    /// Candidates of the need who live nearer.
    pub nearer: u32,
    /// Whether it is a promise that every plan keeps.
    pub promised: bool,
    /// What the best plan would differ by if these two could not meet; nothing for a promise.
    pub without: Levels,
}

impl From<&For> for Serving {
    fn from(of: &For) -> Self {
        let (volunteer, metres) = (of.pair.volunteer, of.pair.metres);
        Self { volunteer, metres, nearer: of.nearer, promised: of.is_fixed, without: of.without.into() }
    }
}

/// A need and its places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AboutNeed {
    /// The row of the need, its skill and slot, and who is left as one reason after the other cuts.
    pub cut: Cut,
    /// Places.
    pub seats: u32,
    /// Places filled.
    pub filled: u32,
    /// Candidates.
    pub candidates: u32,
    /// Candidates who serve another need in this slot.
    pub in_slot: u32,
    /// Of the others, who have no shift left.
    pub no_shift: u32,
    /// Who serves it, nearest first.
    pub serving: Vec<Serving>,
    /// For one more place: the candidate who would cost least, and what the plan would differ by.
    pub cheapest: Option<(u32, Levels)>,
}

/// Why a volunteer does not serve a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum WhyNot {
    /// They do.
    Serves(Serving),
    /// They do not hold its skill.
    SkillMissing {
        /// Which.
        skill: u8,
    },
    /// They are not free then.
    NotFree {
        /// The slot.
        slot: u8,
    },
    /// They give no shift, or the need asks for nobody.
    Nobody,
    /// They live beyond reach.
    TooFar {
        /// How far.
        metres: u32,
        /// How far one looks.
        reach: u32,
    },
    /// So many others who could come live nearer.
    NotAmongNearest {
        /// How far they live.
        metres: u32,
        /// How many are looked at.
        most: usize,
    },
    /// The file of pairs does not name these two.
    NotInPairs,
    /// They serve other needs instead.
    Busy {
        /// Which.
        needs: Vec<u32>,
        /// What the best plan in which they serve this one would differ by.
        costs: Levels,
    },
    /// Others serve it better.
    Others {
        /// Who.
        volunteers: Vec<u32>,
        /// What the best plan in which they serve it would differ by.
        costs: Levels,
    },
}

/// Whom to look for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The skill they hold.
    pub skill: u8,
    /// The slots they are free in, rising; they serve one need in each.
    pub slots: Vec<u8>,
    /// Where they live, decimetres to the east: beside a need.
    pub x_dm: i32,
    /// Decimetres to the north.
    pub y_dm: i32,
    /// The needs they would serve, rising.
    pub needs: Vec<u32>,
    /// By how much the plan gets better: exactly this, with the candidates there are.
    pub brings: Levels,
}

/// What there is to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainReport {
    /// Whether the plan is as good as the best; what things cost is told against the best.
    pub is_best: bool,
    /// The need.
    pub need: Option<AboutNeed>,
    /// The need and the volunteer.
    pub volunteer: Option<WhyNot>,
    /// Whom to look for, best first; looked for when no need was named.
    pub hints: Vec<Hint>,
}

/// Explains.
///
/// # Errors
/// When a file is wrong, the plan is not of these files, or a row that is asked for is not there.
pub fn explain(files: &ExplainFiles, watch: &dyn Watch) -> Result<ExplainReport, Refused> {
    let instance = Instance::read(&files.sources, watch)?;
    let problem = instance.problem(&files.sources, files.threads, watch)?;
    let chosen = chosen(&instance, &problem, &files.plan, watch)?.map_err(Refused::Asked)?;
    let asked = |error: matching::explain::ExplainError| Refused::Asked(error.to_string());
    let best = solve(&problem).totals;
    let given = Totals::of(&problem, &chosen);
    let mut explainer = Explainer::new(&problem, &chosen).map_err(asked)?;
    let is_best = (best.weighted, best.metres) == (given.weighted, given.metres);
    let mut report = ExplainReport { is_best, need: None, volunteer: None, hints: Vec::new() };
    let Some(need) = files.need else {
        report.hints = hints(&instance, &mut explainer)?;
        return Ok(report);
    };
    let serving = explainer.why(need).map_err(asked)?;
    let told = explainer.shortage(need).map_err(asked)?;
    let Some(wanted) = instance.needs.get(need as usize) else { return Ok(report) };
    report.need = Some(AboutNeed {
        cut: cut(need as usize, wanted, &instance.volunteers),
        seats: told.seats,
        filled: told.filled,
        candidates: told.candidates,
        in_slot: told.in_slot,
        no_shift: told.no_shift,
        serving: serving.iter().map(Serving::from).collect(),
        cheapest: told.cheapest.map(|(volunteer, costs)| (volunteer, costs.into())),
    });
    if let Some(volunteer) = files.volunteer {
        let against = explainer.why_not(need, volunteer).map_err(asked)?;
        let offered = instance.volunteers.get(volunteer as usize);
        report.volunteer = offered.map(|offered| why_not(against, wanted, offered, files));
    }
    Ok(report)
}

fn why_not(against: Against, wanted: &Wanted, offered: &Offered, files: &ExplainFiles) -> WhyNot {
    let Reach { radius_dm, most } = Reach::default();
    let metres = wanted.metres(offered);
    match against {
        Against::Serves(of) => WhyNot::Serves(Serving::from(&of)),
        Against::Busy { needs, costs } => WhyNot::Busy { needs, costs: costs.into() },
        Against::Others { volunteers, costs } => WhyNot::Others { volunteers, costs: costs.into() },
        Against::Nobody => WhyNot::Nobody,
        Against::NoPair if !wanted.is_skill_of(offered) => WhyNot::SkillMissing { skill: wanted.skill },
        Against::NoPair if !wanted.is_slot_of(offered) => WhyNot::NotFree { slot: wanted.slot },
        Against::NoPair if offered.shifts_max == 0 || wanted.seats == 0 => WhyNot::Nobody,
        Against::NoPair if files.sources.pairs.is_some() => WhyNot::NotInPairs,
        Against::NoPair if wanted.square_dm(offered) > u128::from(radius_dm).pow(2) => {
            WhyNot::TooFar { metres, reach: radius_dm / 10 }
        }
        Against::NoPair => WhyNot::NotAmongNearest { metres, most },
    }
}

/// Looks beside the needs where one more volunteer would gain most.
fn hints(instance: &Instance, explainer: &mut Explainer<'_>) -> Result<Vec<Hint>, Refused> {
    let asked = |error: matching::explain::ExplainError| Refused::Asked(error.to_string());
    let reach = i64::from(Reach::default().radius_dm);
    let cell =
        |of: &Wanted| (of.skill, i64::from(of.x_dm).div_euclid(reach), i64::from(of.y_dm).div_euclid(reach));
    let mut cells: HashMap<(u8, i64, i64), Vec<u32>> = HashMap::new();
    let mut sites: Vec<(i128, u32)> = Vec::new();
    for (wanted, need) in instance.needs.iter().zip(0_u32..) {
        if wanted.seats > 0 {
            cells.entry(cell(wanted)).or_default().push(need);
            let alone = Offer { shifts_max: 1, able: vec![Candidate { other: need, metres: 0, served: 0 }] };
            sites.push((explainer.at_most(&alone), need));
        }
    }
    sites.retain(|(gain, _)| *gain > 0);
    sites.sort_unstable_by(|a, b| b.cmp(a));
    sites.truncate(SITES_MAX);
    let offer = |site: &Wanted| {
        let (skill, x, y) = cell(site);
        let home =
            Offered { x_dm: site.x_dm, y_dm: site.y_dm, skills: 1 << skill, slots: u64::MAX, shifts_max: 1 };
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (skill, x, y)));
        let near = around.filter_map(|cell| cells.get(&cell)).flatten();
        let able = near.filter_map(|&other| {
            let wanted = instance.needs.get(other as usize)?;
            let is_near = wanted.square_dm(&home) <= u128::from(Reach::default().radius_dm).pow(2);
            is_near.then(|| Candidate { other, metres: wanted.metres(&home), served: 0 })
        });
        Offer { shifts_max: HINT_SHIFTS, able: able.collect() }
    };
    let sites: Vec<&Wanted> =
        sites.iter().filter_map(|(_, need)| instance.needs.get(*need as usize)).collect();
    let offers: Vec<Offer> = sites.iter().map(|site| offer(site)).collect();
    // Neighbours would do the same, so more are looked at than are told.
    let found = explainer.recruits(&offers, HINTS_MAX * HINTS_MAX).map_err(asked)?;
    let mut hints: Vec<Hint> = Vec::new();
    for recruit in found {
        let Some(site) = sites.get(recruit.offer) else { continue };
        let slot = |need: &u32| instance.needs.get(*need as usize).map(|wanted| wanted.slot);
        let mut slots: Vec<u8> = recruit.serves.iter().filter_map(slot).collect();
        slots.sort_unstable();
        let is_told = |hint: &Hint| hint.needs.iter().any(|need| recruit.serves.contains(need));
        if hints.len() < HINTS_MAX && recruit.brings.weighted > 0 && !hints.iter().any(is_told) {
            let (x_dm, y_dm) = (site.x_dm, site.y_dm);
            let (needs, brings) = (recruit.serves, recruit.brings.into());
            hints.push(Hint { skill: site.skill, slots, x_dm, y_dm, needs, brings });
        }
    }
    Ok(hints)
}

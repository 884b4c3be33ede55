use super::Folder;
use crate::{ExplainFiles, ExplainReport, Levels, PlanReport, Refused, Unwatched, WhyNot, explain, plan};

/// A small town where more is asked than can be given: skills, slots and places by a fixed sequence.
fn town(seed: u32) -> (String, String) {
    let mut state = seed;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let mut volunteers = "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n".to_owned();
    for _ in 0..18 {
        let row = [random(60_000), random(60_000), 1 + random(7), 1 + random(15), random(3)];
        volunteers.push_str(&row.map(|of| of.to_string()).join(","));
        volunteers.push('\n');
    }
    let mut needs = "x_dm,y_dm,skill,slot,headcount,urgency\n".to_owned();
    for _ in 0..24 {
        let row = [random(60_000), random(60_000), random(3), random(4), random(3), 1 + random(5)];
        needs.push_str(&row.map(|of| of.to_string()).join(","));
        needs.push('\n');
    }
    (volunteers, needs)
}

fn planned(folder: &Folder) -> PlanReport {
    let mut files = folder.plan_files();
    files.sources.pairs = None;
    plan(&files, &Unwatched).unwrap()
}

fn told(folder: &Folder, need: Option<u32>, volunteer: Option<u32>) -> Result<ExplainReport, Refused> {
    let mut sources = folder.sources();
    sources.pairs = None;
    explain(&ExplainFiles { sources, plan: folder.path("plan.csv"), need, volunteer, threads: 1 }, &Unwatched)
}

#[test]
fn whoever_a_hint_asks_for_brings_what_it_says() {
    let mut hints = 0;
    for seed in 1..40 {
        let (volunteers, needs) = town(seed);
        let folder = Folder::of(&volunteers, &needs, "need,volunteer,dist_m\n");
        let before = planned(&folder);
        for hint in told(&folder, None, None).unwrap().hints {
            let slots: u64 = hint.slots.iter().map(|slot| 1 << slot).sum();
            let shifts = hint.slots.len();
            let one = format!("{},{},{},{slots},{shifts}\n", hint.x_dm, hint.y_dm, 1 << hint.skill);
            let more = Folder::of(&format!("{volunteers}{one}"), &needs, "need,volunteer,dist_m\n");
            let after = planned(&more);
            let by = |of: fn(&PlanReport) -> u64| of(&after) as i64 - of(&before) as i64;
            let brings = Levels {
                filled: by(|of| of.filled),
                weighted: by(|of| of.weighted),
                metres: by(|of| of.dist_m),
            };
            assert_eq!(brings, hint.brings, "seed {seed}");
            hints += 1;
        }
    }
    assert!(hints > 40, "{hints} hints were tried");
}

#[test]
fn why_not_names_the_rule_that_cuts() {
    let (volunteers, needs) = town(7);
    let folder = Folder::of(&volunteers, &needs, "need,volunteer,dist_m\n");
    planned(&folder);
    let rows = |text: &str| -> Vec<Vec<i64>> {
        text.lines().skip(1).map(|line| line.split(',').map(|of| of.parse().unwrap()).collect()).collect()
    };
    let plan = String::from_utf8(folder.read("plan.csv")).unwrap();
    let mut codes = std::collections::BTreeSet::new();
    for (need, wanted) in rows(&needs).iter().enumerate() {
        for (volunteer, offered) in rows(&volunteers).iter().enumerate() {
            let report = told(&folder, Some(need as u32), Some(volunteer as u32)).unwrap();
            let serves = plan.lines().any(|line| line.starts_with(&format!("{need},{volunteer},")));
            let holds = offered[2] >> wanted[2] & 1 == 1;
            let free = offered[3] >> wanted[3] & 1 == 1;
            let far = (offered[0] - wanted[0]).pow(2) + (offered[1] - wanted[1]).pow(2) > 30_000 * 30_000;
            let why = report.volunteer.unwrap();
            let (code, expected) = match why {
                WhyNot::SkillMissing { .. } => (0, !holds),
                WhyNot::NotFree { .. } => (1, holds && !free),
                WhyNot::Nobody => (2, holds && free && (offered[4] == 0 || wanted[4] == 0)),
                WhyNot::TooFar { .. } => (3, holds && free && far),
                WhyNot::Serves(_) => (4, serves),
                WhyNot::Busy { ref needs, .. } => (5, holds && free && !far && !serves && !needs.is_empty()),
                WhyNot::Others { .. } => (6, holds && free && !far && !serves),
                WhyNot::NotAmongNearest { .. } | WhyNot::NotInPairs => (7, false),
            };
            assert!(expected, "need {need}, volunteer {volunteer}: {why:?}");
            codes.insert(code);
        }
    }
    assert!(codes.len() >= 6, "{codes:?}");
}

#[test]
fn a_row_that_is_not_there_is_refused() {
    let (volunteers, needs) = town(3);
    let folder = Folder::of(&volunteers, &needs, "need,volunteer,dist_m\n");
    planned(&folder);
    assert_eq!(told(&folder, Some(99), None).unwrap_err().to_string(), "there is no need 99");
    assert_eq!(told(&folder, Some(0), Some(99)).unwrap_err().to_string(), "there is no volunteer 99");
}

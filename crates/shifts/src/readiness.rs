//! What a volunteer has to have before risky or skilled work, and which activities turn them away without it
//! (志愿服务条例 art. 16 and 17).

use std::collections::BTreeMap;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Arg, Day, FieldRefusal};

use crate::{
    shift::{ShiftCard, store},
    sign_up::rules::reasons,
};

/// How far ahead activities are looked at.
const AHEAD_DAYS: i32 = 31;
/// Activities that ask for something, looked at most.
const ASKING_MAX: i64 = 60;

/// What an activity may ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// An insurance.
    Insurance,
    /// The basic training.
    Training,
    /// One of [`people::SKILLS`].
    Skill(String),
}

/// How the volunteer stands to it today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// Not at all.
    No,
    /// By their own word.
    Told,
    /// Noted by a worker; the last day it is or was good for, `None` for good.
    Noted(Option<Day>),
}

/// One line of what a volunteer has or is asked for.
#[derive(Clone, Debug)]
pub struct Line {
    /// What.
    pub asked: Asked,
    /// How they stand to it.
    pub has: Has,
    /// Open activities of the next month that they cannot come to for want of it, by time.
    pub refused_by: Vec<ShiftCard>,
}

/// What a volunteer has and is asked for.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Insurance, training, then each skill they have or lack.
    pub lines: Vec<Line>,
    /// Whether they take a rest: then no activity was looked at.
    pub is_resting: bool,
}

/// What the asker, a volunteer, has, and what the open activities of their district want of them besides. Whether an
/// activity wants it is what [`reasons`] says.
///
/// # Errors
/// Sign in first; 404 when they are no volunteer.
pub fn readiness(tx: &mut Tx<'_>, call: &Call) -> Outcome<Readiness> {
    let person = call.actor.signed_in()?;
    let own = people::own_cover(tx, call)?;
    let mut has = BTreeMap::from([
        (Asked::Insurance, own.insured_until.map_or(Has::No, |day| Has::Noted(Some(day)))),
        (Asked::Training, own.trained_until.map_or(Has::No, |day| Has::Noted(Some(day)))),
    ]);
    has.extend(own.skills.into_iter().map(|one| {
        let stands = if one.proof.is_empty() { Has::Told } else { Has::Noted(one.until) };
        (Asked::Skill(one.skill), stands)
    }));
    let until = call.now.day().plus(AHEAD_DAYS).start();
    let mut refused_by: BTreeMap<Asked, Vec<ShiftCard>> = BTreeMap::new();
    // Who takes a rest has no facts to look at.
    let facts = people::volunteer_with_proofs(tx, person, (call.now, until))?;
    if let Some(facts) = &facts {
        for shift in store::asking(tx, call.actor.home.district(), (call.now, until), ASKING_MAX)? {
            for asked in reasons(&shift, Some(facts), false, call.now).iter().filter_map(asked) {
                refused_by.entry(asked).or_default().push(shift.clone());
            }
        }
    }
    for asked in refused_by.keys() {
        has.entry(asked.clone()).or_insert(Has::No);
    }
    let line = |(asked, has)| {
        let refused_by = refused_by.remove(&asked).unwrap_or_default();
        Line { asked, has, refused_by }
    };
    Ok(Readiness { lines: has.into_iter().map(line).collect(), is_resting: facts.is_none() })
}

/// What a reason against signing up wants; nothing where it wants nothing that can be had.
fn asked(reason: &FieldRefusal) -> Option<Asked> {
    let skill = || match reason.args.as_slice() {
        [("skill", Arg::Text(word))] => Some(Asked::Skill(word.to_string())),
        _ => None,
    };
    match reason.rule {
        "sign-up-insurance" => Some(Asked::Insurance),
        "sign-up-training" => Some(Asked::Training),
        "sign-up-skill" | "sign-up-skill-unproved" => skill(),
        _ => None,
    }
}

//! What a volunteer has before risky or skilled work: insurance, basic training, and skills whose proof somebody saw
//! (志愿服务条例 art. 16 and 17). Noted by a worker of the place where the volunteer lives.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Action, Day, FieldRefusal, Id, Person, Refusal};

use crate::{Card, Locked, cards, catalogue::SKILLS, lock, lock::bump};

/// Characters of what was seen at most: kind and number of a certificate, or the session of a training.
pub const PROOF_CHARS_MAX: usize = 60;

/// A skill and its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// One of [`SKILLS`].
    pub skill: String,
    /// What was seen; empty for what the volunteer only told.
    pub proof: String,
    /// Last day it is good for; `None` for good.
    pub until: Option<Day>,
}

/// What a volunteer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Last day of the insurance.
    pub insured_until: Option<Day>,
    /// Last day the basic training is good for.
    pub trained_until: Option<Day>,
    /// Skills, told and proven.
    pub skills: Vec<Proven>,
}

/// What is noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCover {
    /// Last day of the insurance; `None` for none.
    pub insured_until: Option<Day>,
    /// Last day the basic training is good for; `None` for none.
    pub trained_until: Option<Day>,
    /// A skill whose proof was seen.
    pub proven: Option<Proven>,
}

/// A volunteer of the asker's areas, and what they have.
///
/// # Errors
/// 404 when there is no such volunteer there; forbidden for who may not note it.
pub fn cover(tx: &mut Tx<'_>, call: &Call, person: Id<Person>) -> Outcome<(Card, Cover)> {
    let card = cards(tx, &[person])?.remove(&person).ok_or_else(Refusal::missing)?;
    if !call.actor.may(Action::SeePeople, card.division) {
        return Err(Refusal::missing().into());
    }
    call.actor.must(Action::RevealPeople, card.division)?;
    Ok((card, held(tx, person)?))
}

/// What the asker, a volunteer, has themselves.
///
/// # Errors
/// Sign in first; 404 when they are no volunteer.
pub fn own_cover(tx: &mut Tx<'_>, call: &Call) -> Outcome<Cover> {
    held(tx, call.actor.signed_in()?)
}

fn held(tx: &mut Tx<'_>, person: Id<Person>) -> Outcome<Cover> {
    let row: Option<(Option<Day>, Option<Day>)> = tx.query_opt(
        "SELECT insured_until, trained_until FROM volunteer WHERE district = $1 AND person = $2",
        params![person.district(), person],
    )?;
    let (insured_until, trained_until) = row.ok_or_else(Refusal::missing)?;
    let skills: Vec<(String, String, Option<Day>)> = tx.query(
        "SELECT skill, proof, valid_until FROM volunteer_skill WHERE district = $1 AND person = $2 ORDER BY skill",
        params![person.district(), person],
    )?;
    let skills = skills.into_iter().map(|(skill, proof, until)| Proven { skill, proof, until }).collect();
    Ok(Cover { insured_until, trained_until, skills })
}

/// Notes what a volunteer has; days that are left out end what was noted before.
///
/// # Errors
/// As [`cover`]; `skills-unknown`, `proof-missing`, `proof-too-long` (invalid).
pub fn record_cover(tx: &mut Tx<'_>, call: &Call, person: Id<Person>, new: &NewCover) -> Outcome<()> {
    let locked = lock(tx, person)?;
    if !call.actor.may(Action::SeePeople, locked.home) {
        return Err(Refusal::missing().into());
    }
    call.actor.must(Action::RevealPeople, locked.home)?;
    let wrong = wrong_fields(new);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let changed = tx.execute(
        "UPDATE volunteer SET insured_until = $3, trained_until = $4, version = version + 1
         WHERE district = $1 AND person = $2",
        params![person.district(), person, new.insured_until, new.trained_until],
    )?;
    if changed == 0 {
        return Err(Refusal::missing().into());
    }
    if let Some(proven) = &new.proven {
        put_skill(tx, call, person, proven)?;
    }
    let version = bump(tx, &locked)?;
    let day = |day: Option<Day>| day.map_or(0, Day::number);
    let event = Event::new("volunteer.covered", person.district(), person, version)
        .with("division", locked.home.to_string())
        .with("insured_until", day(new.insured_until))
        .with("trained_until", day(new.trained_until))
        .with("proven", new.proven.as_ref().map_or_else(String::new, |proven| proven.skill.clone()));
    Ok(append(tx, call, event)?)
}

/// What a training gives who passes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gained {
    /// The basic training, good until this day.
    Training(Day),
    /// A skill; the proof names the training.
    Skill(Proven),
}

/// Adds what a training gives who passed it, under the person's lock. What is noted already and is good for as long or longer
/// stays. `false` where that is so, and where the person is no volunteer. It asks for no right: whoever closes the results of
/// a training has shown theirs.
///
/// # Errors
/// A fault.
pub fn qualify(tx: &mut Tx<'_>, call: &Call, locked: &Locked, gained: &Gained) -> Outcome<bool> {
    let person = locked.id;
    let (skill, until) = match gained {
        Gained::Training(until) => {
            let changed = tx.execute(
                "UPDATE volunteer SET trained_until = $3, version = version + 1
                 WHERE district = $1 AND person = $2 AND (trained_until IS NULL OR trained_until < $3)",
                params![person.district(), person, until],
            )?;
            if changed == 0 {
                return Ok(false);
            }
            ("", Some(*until))
        }
        Gained::Skill(new) => {
            let old: Option<(Option<String>, Option<Day>)> = tx.query_opt(
                "SELECT s.proof, s.valid_until FROM volunteer v
                 LEFT JOIN volunteer_skill s ON s.district = v.district AND s.person = v.person AND s.skill = $3
                 WHERE v.district = $1 AND v.person = $2",
                params![person.district(), person, new.skill],
            )?;
            let Some((proof, until)) = old else { return Ok(false) };
            if proof.is_some_and(|proof| !proof.is_empty()) && lasts_as_long(until, new.until) {
                return Ok(false);
            }
            put_skill(tx, call, person, new)?;
            (new.skill.as_str(), new.until)
        }
    };
    let version = bump(tx, locked)?;
    let event = Event::new("volunteer.qualified", person.district(), person, version)
        .with("division", locked.home.to_string())
        .with("skill", skill)
        .with("until", until.map_or(0, Day::number));
    append(tx, call, event)?;
    Ok(true)
}

/// Whether what is good until `old` is good for at least as long as what is good until `new`; `None` is for good.
fn lasts_as_long(old: Option<Day>, new: Option<Day>) -> bool {
    old.is_none_or(|old| new.is_some_and(|new| old >= new))
}

fn put_skill(tx: &mut Tx<'_>, call: &Call, person: Id<Person>, new: &Proven) -> Outcome<()> {
    Ok(tx.execute_one(
        "INSERT INTO volunteer_skill (district, person, skill, proof, valid_from, valid_until)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (district, person, skill) DO UPDATE SET proof = excluded.proof,
             valid_from = excluded.valid_from, valid_until = excluded.valid_until",
        params![person.district(), person, new.skill, new.proof.trim(), call.now.day(), new.until],
    )?)
}

fn wrong_fields(new: &NewCover) -> Vec<FieldRefusal> {
    let mut wrong = Vec::new();
    let Some(proven) = &new.proven else { return wrong };
    if !SKILLS.contains(&proven.skill.as_str()) {
        wrong.extend(Refusal::invalid("skill", "skills-unknown").fields);
    }
    match proven.proof.trim().chars().count() {
        0 => wrong.extend(Refusal::invalid("proof", "proof-missing").fields),
        1..=PROOF_CHARS_MAX => {}
        _ => wrong.extend(Refusal::invalid("proof", "proof-too-long").fields),
    }
    wrong
}

/// As it is typed or sent: days as `2026-12-31`, nothing for none.
pub(crate) struct Typed<'t> {
    pub(crate) insured_until: &'t str,
    pub(crate) trained_until: &'t str,
    pub(crate) skill: &'t str,
    pub(crate) proof: &'t str,
    pub(crate) skill_until: &'t str,
}

impl Typed<'_> {
    /// Reads every field; every wrong one is named.
    pub(crate) fn read(&self) -> Result<NewCover, Refusal> {
        let mut wrong = Vec::new();
        let mut day = |field: &'static str, text: &str| {
            let day = text.parse::<Day>().ok();
            if day.is_none() && !text.is_empty() {
                wrong.extend(Refusal::invalid(field, "day-unknown").fields);
            }
            day
        };
        let until = day("skill_until", self.skill_until);
        let proven = Proven { skill: self.skill.to_owned(), proof: self.proof.to_owned(), until };
        let new = NewCover {
            insured_until: day("insured_until", self.insured_until),
            trained_until: day("trained_until", self.trained_until),
            proven: Some(proven).filter(|one| !one.skill.is_empty() || !one.proof.trim().is_empty()),
        };
        wrong.extend(wrong_fields(&new));
        if wrong.is_empty() { Ok(new) } else { Err(Refusal::fields(wrong)) }
    }
}

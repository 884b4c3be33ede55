//! What a volunteer told when joining can be changed later: categories, skills, times, radius, limits, a rest.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{Outcome, Tx, params};
use journal::{Call, Event, append};
use kernel::{Day, Instant, Refusal, Weekday};

use crate::{
    join::{preferences, replace_lists, words},
    lock,
    lock::bump,
};

/// What a volunteer can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Categories they wish to serve in; none is any.
    pub categories: Vec<String>,
    /// What they can do. Those whose proof was seen stay, whatever is asked.
    pub skills: Vec<String>,
    /// Weekday, from and to minute of the day; none is any time.
    pub times: Vec<(Weekday, i64, i64)>,
    /// How far they go, in metres; 0 is as far as needed.
    pub radius_m: i64,
    /// What they do not take on.
    pub limits: Vec<String>,
    /// Whether they take a rest and are not asked.
    pub resting: bool,
    /// Whether public notices of hours may name them, by surname and the end of their number. Nobody is named who did
    /// not say so, and no minor is.
    pub named: bool,
}

/// A volunteer as they see themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Their number.
    pub number: String,
    /// What they can change.
    pub preferences: Preferences,
    /// Last day of their insurance.
    pub insured_until: Option<Day>,
}

/// The asker's own profile.
///
/// # Errors
/// Sign in first; 404 when they are no volunteer.
pub fn profile(tx: &mut Tx<'_>, call: &Call) -> Outcome<Profile> {
    /// Number, state, radius, limits, last insured day, since when named in notices.
    type Own = (String, String, i64, String, Option<Day>, Option<Instant>);
    let person = call.actor.signed_in()?;
    let district = person.district();
    let one = params![district, person];
    let row: Option<Own> = tx.query_opt(
        "SELECT number, state, radius_m, limits, insured_until, named_since FROM volunteer
         WHERE district = $1 AND person = $2",
        one,
    )?;
    let (number, state, radius_m, limits, insured_until, named_since) = row.ok_or_else(Refusal::missing)?;
    let categories: Vec<(String,)> = tx.query(
        "SELECT category FROM volunteer_category WHERE district = $1 AND person = $2 ORDER BY category",
        one,
    )?;
    let skills: Vec<(String,)> = tx
        .query("SELECT skill FROM volunteer_skill WHERE district = $1 AND person = $2 ORDER BY skill", one)?;
    let times: Vec<(u8, i64, i64)> = tx.query(
        "SELECT weekday, from_minute, to_minute FROM volunteer_time
         WHERE district = $1 AND person = $2 ORDER BY weekday, from_minute",
        one,
    )?;
    let times =
        times.into_iter().filter_map(|(day, from, to)| Some((Weekday::new(day)?, from, to))).collect();
    let preferences = Preferences {
        categories: categories.into_iter().map(|(word,)| word).collect(),
        skills: skills.into_iter().map(|(word,)| word).collect(),
        times,
        radius_m,
        limits: limits.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        resting: state == RESTING,
        named: named_since.is_some(),
    };
    Ok(Profile { number, preferences, insured_until })
}

const ACTIVE: &str = "active";
const RESTING: &str = "resting";

/// Replaces what the asker, a volunteer, told before.
///
/// # Errors
/// Sign in first; 404 when they are no volunteer; every wrong field.
pub fn change_profile(tx: &mut Tx<'_>, call: &Call, new: &Preferences) -> Outcome<()> {
    let person = call.actor.signed_in()?;
    let wrong = preferences(&new.categories, &new.skills, &new.times, new.radius_m, &new.limits);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let locked = lock(tx, person)?;
    let state = if new.resting { RESTING } else { ACTIVE };
    let before: Option<(Option<Instant>,)> = tx.query_opt(
        "SELECT named_since FROM volunteer WHERE district = $1 AND person = $2",
        params![person.district(), person],
    )?;
    let (before,) = before.ok_or_else(Refusal::missing)?;
    let named_since = new.named.then(|| before.unwrap_or(call.now));
    tx.execute_one(
        "UPDATE volunteer SET state = $3, radius_m = $4, limits = $5, named_since = $6, version = version + 1
         WHERE district = $1 AND person = $2",
        params![person.district(), person, state, new.radius_m, words(&new.limits), named_since],
    )?;
    replace_lists(tx, call, person, &new.categories, &new.skills, &new.times)?;
    let version = bump(tx, &locked)?;
    let event = Event::new("volunteer.changed", person.district(), person, version)
        .with("division", locked.home.to_string())
        .with("resting", i64::from(new.resting))
        .with("named", i64::from(new.named));
    Ok(append(tx, call, event)?)
}

//! What the matching engine looks at, gathered for one volunteer or for all of a category in an area.
//!
//! Left to the caller, since other areas know them: minutes on record (`served`), refused and wished pairs.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Row, Tx, Value, params};
use kernel::{Day, DivisionCode, Id, Instant, Minutes, Person, Weekday};
use matching::{Code, Commitment, Metres, Place, Proof, Sex, Validity, Volunteer, WeeklyTime};

/// The training that `trained_until` of a volunteer stands for.
pub const BASIC_TRAINING: &str = "basic";

/// Promises are looked at this far beyond the window: a week from Monday may begin or end outside it.
const AROUND: Minutes = Minutes::from_hours(8 * 24);

/// `SELECT` of every volunteer among these people for whom the condition holds, and of everything that hangs on them, in one
/// statement. A row holds which part it is, whose, a word and up to nine numbers; promises are those between `$2` and `$3`.
/// `CROSS JOIN` has SQLite begin with the people, and go on with who is found, however few it expects them to be. People in the
/// order of their ids meet what hangs on them in the order in which it lies: two thirds of the time of the order of their divisions.
macro_rules! select_facts {
    ($people:expr, $condition:expr) => {
        concat!(
            "WITH people AS MATERIALIZED (",
            $people,
            "), who AS MATERIALIZED (
                 SELECT v.district, v.person, v.limits, p.division, p.birth_day, p.sex, v.radius_m, v.guardian_consent_at,
                     v.insured_until, v.trained_until, v.last_called_at, v.last_served_at
                 FROM people p CROSS JOIN volunteer v
                 WHERE v.district = $1 AND v.person = p.id AND v.state = 'active'",
            $condition,
            ")
             SELECT 0, person, limits, division, birth_day, sex, radius_m, guardian_consent_at, insured_until,
                 trained_until, last_called_at, last_served_at
             FROM who
             UNION ALL SELECT 1, one.person, category, 0, 0, 0, 0, 0, 0, 0, 0, 0
             FROM who CROSS JOIN volunteer_category one WHERE one.district = who.district AND one.person = who.person
             UNION ALL SELECT 2, one.person, skill, valid_from, valid_until, CASE WHEN proof = '' THEN 1 ELSE 0 END, 0, 0, 0,
                 0, 0, 0
             FROM who CROSS JOIN volunteer_skill one WHERE one.district = who.district AND one.person = who.person
             UNION ALL SELECT 3, one.person, '', weekday, from_minute, to_minute, 0, 0, 0, 0, 0, 0
             FROM who CROSS JOIN volunteer_time one WHERE one.district = who.district AND one.person = who.person
             UNION ALL SELECT 4, one.person, '', starts_at, ends_at, one.division, 0, 0, 0, 0, 0, 0
             FROM who CROSS JOIN commitment one WHERE one.district = who.district AND one.person = who.person
                 AND ends_at > $2 AND starts_at < $3"
        )
    };
}

/// People whom [`volunteers_for`] reads wherever they live.
pub const ALSO_MAX: usize = 32;

/// What hangs on a volunteer.
enum Part {
    Category(Code),
    /// And whether only they themselves say so.
    Skill(Proof, bool),
    Time(WeeklyTime),
    Promise(Commitment),
}

/// Volunteers and what hangs on them, as the rows come: in no order.
#[derive(Default)]
struct Found {
    volunteers: BTreeMap<Id<Person>, Volunteer>,
    parts: Vec<(Id<Person>, Part)>,
}

impl Found {
    fn take(&mut self, row: &mut Row<'_>) -> Result<(), Fault> {
        let (part, person): (i64, _) = (row.take()?, row.take()?);
        let word: String = row.take()?;
        let part = match part {
            0 => {
                self.volunteers.insert(person, volunteer(person, &word, row)?);
                return Ok(());
            }
            1 => Part::Category(code(&word)?),
            2 => {
                let validity = Validity { from: Some(row.take()?), until: row.take()? };
                Part::Skill(Proof { code: code(&word)?, validity }, row.take::<i64>()? == 1)
            }
            3 => {
                let weekday =
                    Weekday::new(row.take()?).ok_or_else(|| Fault::Defect("no weekday".to_owned()))?;
                Part::Time(WeeklyTime { weekday, from_minute: row.take()?, to_minute: row.take()? })
            }
            _ => {
                let (from, to) = (row.take()?, row.take()?);
                let place = Place { division: row.take()?, point: None };
                Part::Promise(Commitment { from, to, place })
            }
        };
        self.parts.push((person, part));
        Ok(())
    }

    /// Skills of anybody in it that nobody has seen a proof of.
    fn claimed(&self) -> Vec<Code> {
        let skill = |part: &Part| match part {
            Part::Skill(proof, true) => Some(proof.code),
            _ => None,
        };
        self.parts.iter().filter_map(|(_, part)| skill(part)).collect()
    }

    /// The volunteers in the order of their ids, their lists in one order, whichever the engine read them in.
    fn volunteers(mut self) -> impl Iterator<Item = Volunteer> {
        for (person, part) in self.parts {
            let Some(volunteer) = self.volunteers.get_mut(&person) else { continue };
            match part {
                Part::Category(code) => volunteer.categories.push(code),
                Part::Skill(proof, _) => volunteer.skills.push(proof),
                Part::Time(time) => volunteer.times.push(time),
                Part::Promise(promise) => volunteer.commitments.push(promise),
            }
        }
        self.volunteers.into_values().map(|mut volunteer| {
            volunteer.categories.sort_unstable();
            volunteer.skills.sort_unstable_by_key(|proof| proof.code);
            volunteer.times.sort_unstable_by_key(|time| (time.weekday, time.from_minute));
            volunteer.commitments.sort_unstable_by_key(|promise| promise.from);
            volunteer
        })
    }
}

/// The volunteer of a row whose first three columns are read.
fn volunteer(person: Id<Person>, limits: &str, row: &mut Row<'_>) -> Result<Volunteer, Fault> {
    let until = |day: Option<Day>| day.map(|day| Validity { from: None, until: Some(day) });
    let home = Place { division: row.take()?, point: None };
    let born = row.take()?;
    let sex = match row.take::<i64>()? {
        1 => Some(Sex::Male),
        2 => Some(Sex::Female),
        _ => None,
    };
    let radius_m: i64 = row.take()?;
    let consent: Option<Instant> = row.take()?;
    let insured = until(row.take()?);
    let training = until(row.take()?).zip(Code::parse(BASIC_TRAINING).ok());
    Ok(Volunteer {
        id: person,
        born,
        sex,
        home,
        radius: (radius_m > 0).then_some(Metres(radius_m)),
        skills: Vec::new(),
        trainings: training.map(|(validity, code)| Proof { code, validity }).into_iter().collect(),
        insured,
        guardian_consent: consent.map(|at| Validity { from: Some(at.day()), until: None }),
        categories: Vec::new(),
        limits: codes(limits),
        languages: Vec::new(),
        times: Vec::new(),
        exceptions: Vec::new(),
        commitments: Vec::new(),
        served: Vec::new(),
        week_max: None,
        last_call: row.take()?,
        last_served: row.take()?,
        refuses: Vec::new(),
        wishes: Vec::new(),
    })
}

/// The words of a column that holds several, `dogs,lifting`.
pub(crate) fn codes(text: &str) -> Vec<Code> {
    text.split(',').filter_map(|word| Code::parse(word).ok()).collect()
}

/// A volunteer with what of their skills rests on their own word alone.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The volunteer; a skill counts here whoever says so.
    pub volunteer: Volunteer,
    /// Skills that no worker has seen a proof of.
    pub claimed: Vec<Code>,
}

/// The facts of one volunteer for an engagement within `window`; `None` when the person is none today. One statement.
///
/// # Errors
/// A fault.
pub fn volunteer_facts(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    window: (Instant, Instant),
) -> Outcome<Option<Volunteer>> {
    Ok(volunteer_with_proofs(tx, person, window)?.map(|facts| facts.volunteer))
}

/// As [`volunteer_facts`], for who asks what is proved.
///
/// # Errors
/// A fault.
pub fn volunteer_with_proofs(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    window: (Instant, Instant),
) -> Outcome<Option<Facts>> {
    let mut found = Found::default();
    tx.each(
        select_facts!("SELECT id, division, birth_day, sex FROM person WHERE district = $1 AND id = $4", ""),
        params![person.district(), window.0 - AROUND, window.1 + AROUND, person],
        |row| found.take(row),
    )?;
    let claimed = found.claimed();
    Ok(found.volunteers().next().map(|volunteer| Facts { volunteer, claimed }))
}

/// The facts of every volunteer who lives in `area` or is one of `also` (of its district; at most [`ALSO_MAX`] of them) and
/// serves in `category` or named none, for an engagement within `window`; in the order of their ids. One statement, however
/// many volunteers.
///
/// # Errors
/// A fault.
pub fn volunteers_for(
    tx: &mut Tx<'_>,
    area: DivisionCode,
    also: &[Id<Person>],
    category: &str,
    window: (Instant, Instant),
) -> Outcome<Vec<Volunteer>> {
    let mut found = Found::default();
    let (from, to) = (window.0 - AROUND, window.1 + AROUND);
    let homes = area.subtree();
    let bound = |code: u64| i64::try_from(code).unwrap_or(i64::MAX);
    let (first, last) = (bound(*homes.start()), bound(*homes.end()));
    let district = area.district();
    let mut values = params![district, from, to, category, first, last].to_vec();
    let before = values.len();
    values.extend(also.iter().take(ALSO_MAX).map(|id| Value::Uuid(id.bytes())));
    values.resize(before + ALSO_MAX, Value::Null);
    tx.each(
        select_facts!(
            "SELECT id, division, birth_day, sex FROM person WHERE district = $1 AND division BETWEEN $5 AND $6
             UNION ALL SELECT id, division, birth_day, sex FROM person
             WHERE district = $1 AND division NOT BETWEEN $5 AND $6 AND id IN ($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)
             ORDER BY id",
            " AND (EXISTS (SELECT 1 FROM volunteer_category c
                 WHERE c.district = $1 AND c.person = p.id AND c.category = $4)
             OR NOT EXISTS (SELECT 1 FROM volunteer_category c WHERE c.district = $1 AND c.person = p.id))"
        ),
        &values,
        |row| found.take(row),
    )?;
    Ok(found.volunteers().collect())
}

fn code(text: &str) -> Result<Code, Fault> {
    Code::parse(text).map_err(|error| Fault::Defect(format!("`{text}`: {error}")))
}

/// Notes when the volunteer was last asked; under the person's lock.
///
/// # Errors
/// A fault; a defect when the person is no volunteer.
pub fn called(tx: &mut Tx<'_>, person: Id<Person>, at: Instant) -> Outcome<()> {
    Ok(tx.execute_one(
        "UPDATE volunteer SET last_called_at = $3, version = version + 1 WHERE district = $1 AND person = $2",
        params![person.district(), person, at],
    )?)
}

/// Notes when the person last served, if they are a volunteer; never an earlier time than is known. Under the
/// person's lock.
///
/// # Errors
/// A fault.
pub fn served(tx: &mut Tx<'_>, person: Id<Person>, at: Instant) -> Outcome<()> {
    tx.execute(
        "UPDATE volunteer SET last_served_at = $3, version = version + 1
         WHERE district = $1 AND person = $2 AND (last_served_at IS NULL OR last_served_at < $3)",
        params![person.district(), person, at],
    )?;
    Ok(())
}

//! What the matching engine looks at, gathered for one volunteer or for all of a category in a district.
//!
//! Left to the caller, since other areas know them: minutes on record (`served`), refused and wished pairs.

use std::collections::BTreeMap;

use db::{Fault, FromRow, Outcome, Row, Tx, params};
use kernel::{Day, District, DivisionCode, Id, Instant, Minutes, Person, Weekday};
use matching::{Code, Commitment, Metres, Place, Proof, Sex, Validity, Volunteer, WeeklyTime};

/// The training that `trained_until` of a volunteer stands for.
pub const BASIC_TRAINING: &str = "basic";

/// Promises are looked at this far beyond the window: a week from Monday may begin or end outside it.
const AROUND: Minutes = Minutes::from_hours(8 * 24);

type Found = BTreeMap<Id<Person>, Volunteer>;

struct Base {
    person: Id<Person>,
    division: DivisionCode,
    birth_day: Option<Day>,
    sex: i64,
    radius_m: i64,
    limits: String,
    guardian_consent_at: Option<Instant>,
    insured_until: Option<Day>,
    trained_until: Option<Day>,
    last_called_at: Option<Instant>,
    last_served_at: Option<Instant>,
}

impl FromRow for Base {
    fn from_row(row: &mut Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            person: row.take()?,
            division: row.take()?,
            birth_day: row.take()?,
            sex: row.take()?,
            radius_m: row.take()?,
            limits: row.take()?,
            guardian_consent_at: row.take()?,
            insured_until: row.take()?,
            trained_until: row.take()?,
            last_called_at: row.take()?,
            last_served_at: row.take()?,
        })
    }
}

impl Base {
    fn volunteer(self) -> Volunteer {
        let until = |day: Option<Day>| day.map(|day| Validity { from: None, until: Some(day) });
        let training = until(self.trained_until).zip(Code::parse(BASIC_TRAINING).ok());
        Volunteer {
            id: self.person,
            born: self.birth_day,
            sex: match self.sex {
                1 => Some(Sex::Male),
                2 => Some(Sex::Female),
                _ => None,
            },
            home: Place { division: self.division, point: None },
            radius: (self.radius_m > 0).then_some(Metres(self.radius_m)),
            skills: Vec::new(),
            trainings: training.map(|(validity, code)| Proof { code, validity }).into_iter().collect(),
            insured: until(self.insured_until),
            guardian_consent: self
                .guardian_consent_at
                .map(|at| Validity { from: Some(at.day()), until: None }),
            categories: Vec::new(),
            limits: codes(&self.limits),
            languages: Vec::new(),
            times: Vec::new(),
            exceptions: Vec::new(),
            commitments: Vec::new(),
            served: Vec::new(),
            week_max: None,
            last_call: self.last_called_at,
            last_served: self.last_served_at,
            refuses: Vec::new(),
            wishes: Vec::new(),
        }
    }
}

/// The words of a column that holds several, `dogs,lifting`.
pub(crate) fn codes(text: &str) -> Vec<Code> {
    text.split(',').filter_map(|word| Code::parse(word).ok()).collect()
}

/// The facts of one volunteer for an engagement within `window`; `None` when the person is none today.
///
/// # Errors
/// A fault.
pub fn volunteer_facts(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    window: (Instant, Instant),
) -> Outcome<Option<Volunteer>> {
    let district = person.district();
    let one = params![district, person];
    let base: Option<Base> = tx.query_opt(
        "SELECT v.person, p.division, p.birth_day, p.sex, v.radius_m, v.limits, v.guardian_consent_at,
             v.insured_until, v.trained_until, v.last_called_at, v.last_served_at
         FROM volunteer v JOIN person p ON p.district = v.district AND p.id = v.person
         WHERE v.district = $1 AND v.person = $2 AND v.state = 'active'",
        one,
    )?;
    let Some(base) = base else { return Ok(None) };
    let mut found = Found::from([(person, base.volunteer())]);
    tx.each(
        "SELECT person, category FROM volunteer_category WHERE district = $1 AND person = $2 ORDER BY category",
        one,
        |row| category(row, &mut found),
    )?;
    tx.each(
        "SELECT person, skill, valid_from, valid_until FROM volunteer_skill
         WHERE district = $1 AND person = $2 ORDER BY skill",
        one,
        |row| skill(row, &mut found),
    )?;
    tx.each(
        "SELECT person, weekday, from_minute, to_minute FROM volunteer_time
         WHERE district = $1 AND person = $2 ORDER BY weekday, from_minute",
        one,
        |row| time(row, &mut found),
    )?;
    let (from, to) = (window.0 - AROUND, window.1 + AROUND);
    tx.each(
        "SELECT person, starts_at, ends_at, division FROM commitment
         WHERE district = $1 AND person = $2 AND ends_at > $3 AND starts_at < $4 ORDER BY starts_at",
        params![district, person, from, to],
        |row| promise(row, &mut found),
    )?;
    Ok(found.remove(&person))
}

/// The facts of every volunteer of the place's district who serves in `category` or named none, for an engagement
/// within `window`; in the order of their ids. Five statements, however many volunteers.
///
/// # Errors
/// A fault.
pub fn volunteers_for(
    tx: &mut Tx<'_>,
    place: DivisionCode,
    category: &str,
    window: (Instant, Instant),
) -> Outcome<Vec<Volunteer>> {
    let district: District = place.district();
    let mut found = Found::new();
    tx.each(
        "SELECT v.person, p.division, p.birth_day, p.sex, v.radius_m, v.limits, v.guardian_consent_at,
             v.insured_until, v.trained_until, v.last_called_at, v.last_served_at
         FROM volunteer v JOIN person p ON p.district = v.district AND p.id = v.person
         WHERE v.district = $1 AND v.state = 'active'
         AND (EXISTS (SELECT 1 FROM volunteer_category c
                  WHERE c.district = v.district AND c.person = v.person AND c.category = $2)
              OR NOT EXISTS (SELECT 1 FROM volunteer_category c
                  WHERE c.district = v.district AND c.person = v.person))",
        params![district, category],
        |row| {
            let base = Base::from_row(row)?;
            found.insert(base.person, base.volunteer());
            Ok(())
        },
    )?;
    tx.each(
        "SELECT person, category FROM volunteer_category WHERE district = $1 ORDER BY person, category",
        params![district],
        |row| self::category(row, &mut found),
    )?;
    tx.each(
        "SELECT person, skill, valid_from, valid_until FROM volunteer_skill
         WHERE district = $1 ORDER BY person, skill",
        params![district],
        |row| skill(row, &mut found),
    )?;
    tx.each(
        "SELECT person, weekday, from_minute, to_minute FROM volunteer_time
         WHERE district = $1 ORDER BY person, weekday, from_minute",
        params![district],
        |row| time(row, &mut found),
    )?;
    let (from, to) = (window.0 - AROUND, window.1 + AROUND);
    tx.each(
        "SELECT person, starts_at, ends_at, division FROM commitment
         WHERE district = $1 AND ends_at > $2 AND starts_at < $3 ORDER BY person, starts_at",
        params![district, from, to],
        |row| promise(row, &mut found),
    )?;
    Ok(found.into_values().collect())
}

fn code(text: &str) -> Result<Code, Fault> {
    Code::parse(text).map_err(|error| Fault::Defect(format!("`{text}`: {error}")))
}

fn category(row: &mut Row<'_>, found: &mut Found) -> Result<(), Fault> {
    let Some(volunteer) = found.get_mut(&row.take()?) else { return Ok(()) };
    volunteer.categories.push(code(&row.take::<String>()?)?);
    Ok(())
}

fn skill(row: &mut Row<'_>, found: &mut Found) -> Result<(), Fault> {
    let Some(volunteer) = found.get_mut(&row.take()?) else { return Ok(()) };
    let code = code(&row.take::<String>()?)?;
    let validity = Validity { from: Some(row.take()?), until: row.take()? };
    volunteer.skills.push(Proof { code, validity });
    Ok(())
}

fn time(row: &mut Row<'_>, found: &mut Found) -> Result<(), Fault> {
    let Some(volunteer) = found.get_mut(&row.take()?) else { return Ok(()) };
    let weekday = Weekday::new(row.take()?).ok_or_else(|| Fault::Defect("no weekday".to_owned()))?;
    volunteer.times.push(WeeklyTime { weekday, from_minute: row.take()?, to_minute: row.take()? });
    Ok(())
}

fn promise(row: &mut Row<'_>, found: &mut Found) -> Result<(), Fault> {
    let Some(volunteer) = found.get_mut(&row.take()?) else { return Ok(()) };
    let (from, to) = (row.take()?, row.take()?);
    volunteer.commitments.push(Commitment { from, to, place: Place { division: row.take()?, point: None } });
    Ok(())
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

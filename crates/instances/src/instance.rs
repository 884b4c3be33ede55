//! The three tables, and the problem they make.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use matching::{
    candidates::{Offered, Reach, Wanted, nearest},
    plan::{Demand, Pair, Problem, ProblemError, ROWS_MAX, SEATS_MAX, Supply},
};

use crate::{
    Refused, Stage, Unwatched, Watch,
    table::{Column, Table},
};

/// Bits of a skill mask.
const SKILLS_MAX: i64 = 32;
/// Bits of a slot mask: three weeks of 21 slots.
const SLOTS_MAX: i64 = 63;
/// Bytes of a row of pairs at the least, for a guess at their number.
const PAIR_BYTES_MIN: u64 = 12;

/// The files an instance is read from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// `x_dm,y_dm,skill_mask,slot_mask,max_shifts`, a row a volunteer.
    pub volunteers: PathBuf,
    /// `x_dm,y_dm,skill,slot,headcount,urgency`, a row a need.
    pub needs: PathBuf,
    /// `need,volunteer,dist_m`, a row for each who could serve; without it they are [`nearest`] within [`Reach`].
    pub pairs: Option<PathBuf>,
}

/// Volunteers and needs as their tables say.
#[derive(Clone, Debug)]
pub struct Instance {
    /// By row.
    pub volunteers: Vec<Offered>,
    /// By row.
    pub needs: Vec<Wanted>,
}

const fn column(name: &'static str, least: i64, most: i64, what: &'static str) -> Column {
    Column { name, least, most, what }
}

const WHOLE: i64 = u32::MAX as i64;
const X_DM: Column = column("x_dm", i32::MIN as i64, i32::MAX as i64, "decimetres to the east");
const Y_DM: Column = column("y_dm", i32::MIN as i64, i32::MAX as i64, "decimetres to the north");

const VOLUNTEERS: [Column; 5] = [
    X_DM,
    Y_DM,
    column("skill_mask", 0, (1 << SKILLS_MAX) - 1, "a bit for each skill"),
    column("slot_mask", 0, i64::MAX, "a bit for each slot"),
    column("max_shifts", 0, WHOLE, "the most needs they serve"),
];

const NEEDS: [Column; 6] = [
    X_DM,
    Y_DM,
    column("skill", 0, SKILLS_MAX - 1, "a bit of skill_mask"),
    column("slot", 0, SLOTS_MAX - 1, "a bit of slot_mask"),
    column("headcount", 0, SEATS_MAX as i64, "the people asked for"),
    column("urgency", 0, WHOLE, "what a filled place weighs"),
];

/// The columns of pairs and of a plan, for so many needs and volunteers.
pub(crate) fn pair_columns(instance: &Instance) -> [Column; 3] {
    let rows = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX) - 1;
    [
        column("need", 0, rows(instance.needs.len()), "a row of the needs, counted from 0"),
        column("volunteer", 0, rows(instance.volunteers.len()), "a row of the volunteers, counted from 0"),
        column("dist_m", 0, WHOLE, "metres"),
    ]
}

/// A number that its column keeps within the type.
pub(crate) fn narrow<T: TryFrom<i64> + Default>(number: i64) -> T {
    T::try_from(number).unwrap_or_default()
}

impl Instance {
    /// Reads volunteers and needs.
    ///
    /// # Errors
    /// The first thing that is wrong with one of the tables.
    pub fn read(sources: &Sources, watch: &dyn Watch) -> Result<Self, Refused> {
        let mut volunteers = Vec::new();
        let mut table = Table::open(&sources.volunteers, VOLUNTEERS, watch)?;
        while let Some([x_dm, y_dm, skills, slots, shifts_max]) = table.row()? {
            few_enough(volunteers.len(), &table)?;
            volunteers.push(Offered {
                x_dm: narrow(x_dm),
                y_dm: narrow(y_dm),
                skills: narrow(skills),
                slots: narrow(slots),
                shifts_max: narrow(shifts_max),
            });
        }
        let mut needs = Vec::new();
        let mut table = Table::open(&sources.needs, NEEDS, watch)?;
        while let Some([x_dm, y_dm, skill, slot, seats, urgency]) = table.row()? {
            few_enough(needs.len(), &table)?;
            needs.push(Wanted {
                x_dm: narrow(x_dm),
                y_dm: narrow(y_dm),
                skill: narrow(skill),
                slot: narrow(slot),
                seats: narrow(seats),
                urgency: narrow(urgency),
            });
        }
        Ok(Self { volunteers, needs })
    }

    /// Who could serve which need: read where the sources say so, else found here.
    ///
    /// # Errors
    /// The first thing that is wrong with the table; the same two may stand there once. Sums that do not fit.
    pub fn problem(&self, sources: &Sources, threads: usize, watch: &dyn Watch) -> Result<Problem, Refused> {
        let pairs = match &sources.pairs {
            Some(path) => self.read_pairs(path, watch)?,
            None => nearest(&self.volunteers, &self.needs, Reach::default(), threads, &mut |done, of| {
                watch.goes_on(Stage::Candidates, done, of)
            })
            .ok_or(Refused::Stopped)?,
        };
        let demands: Vec<Demand> = self.needs.iter().copied().map(Demand::from).collect();
        let supplies: Vec<Supply> = self.volunteers.iter().copied().map(Supply::from).collect();
        Problem::new(demands, supplies, pairs).map_err(|error| match (&error, &sources.pairs) {
            (ProblemError::TwiceTheSame { .. }, Some(path)) => self.twice(path),
            _ => Refused::Asked(error.to_string()),
        })
    }

    fn read_pairs(&self, path: &Path, watch: &dyn Watch) -> Result<Vec<Pair>, Refused> {
        let mut table = Table::open(path, pair_columns(self), watch)?;
        let mut pairs = Vec::with_capacity(narrow_rows(table.bytes() / PAIR_BYTES_MIN));
        while let Some([need, volunteer, metres]) = table.row()? {
            few_enough(pairs.len(), &table)?;
            let (need, volunteer, metres) = (narrow(need), narrow(volunteer), narrow(metres));
            pairs.push(Pair { need, volunteer, metres, served: 0, kept: false });
        }
        Ok(pairs)
    }

    /// Where the same two stand together for the second time; only looked for when that is known.
    fn twice(&self, path: &Path) -> Refused {
        let mut lines: HashMap<(i64, i64), u64> = HashMap::new();
        let found = Table::open(path, pair_columns(self), &Unwatched).and_then(|mut table| {
            while let Some([need, volunteer, _]) = table.row()? {
                if let Some(before) = lines.insert((need, volunteer), table.line()) {
                    let words = format!(
                        "need {need} and volunteer {volunteer} stand together in line {before} already"
                    );
                    return Ok(table.wrong_row(words));
                }
            }
            Ok(Refused::Asked(format!("{} changed while it was read", path.display())))
        });
        found.unwrap_or_else(|refused| refused)
    }
}

fn narrow_rows(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(0).min(ROWS_MAX)
}

fn few_enough<const N: usize>(rows: usize, table: &Table<'_, N>) -> Result<(), Refused> {
    if rows < ROWS_MAX {
        Ok(())
    } else {
        Err(table.wrong_row(format!("the table has more than {ROWS_MAX} rows; split the area")))
    }
}

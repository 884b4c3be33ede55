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
    /// `need,volunteer`, a row for each promise that every plan keeps.
    pub keep: Option<PathBuf>,
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

/// The columns of promises.
fn promise_columns(instance: &Instance) -> [Column; 2] {
    let [need, volunteer, _] = pair_columns(instance);
    [need, volunteer]
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

    /// Who could serve which need: read where the sources say so, else found here; and who must, by promise. A promise
    /// adds its pair to those found here, never to those that are read.
    ///
    /// # Errors
    /// The first thing that is wrong with a table; the same two may stand there once. A promise that cannot be kept, or
    /// not beside the others. Sums that do not fit.
    pub fn problem(&self, sources: &Sources, threads: usize, watch: &dyn Watch) -> Result<Problem, Refused> {
        let keep = sources.keep.as_deref();
        let promised = keep.map(|path| self.read_promised(path, sources.pairs.is_none(), watch));
        let promised = promised.transpose()?.unwrap_or_default();
        let mut pairs = match &sources.pairs {
            Some(path) => self.read_pairs(path, watch)?,
            None => nearest(&self.volunteers, &self.needs, Reach::default(), threads, &mut |done, of| {
                watch.goes_on(Stage::Candidates, done, of)
            })
            .ok_or(Refused::Stopped)?,
        };
        if sources.pairs.is_none() {
            self.add_promised(&promised, &mut pairs);
        }
        let demands: Vec<Demand> = self.needs.iter().copied().map(Demand::from).collect();
        let supplies: Vec<Supply> = self.volunteers.iter().copied().map(Supply::from).collect();
        let problem =
            Problem::new(demands, supplies, pairs).map_err(|error| match (&error, &sources.pairs) {
                (ProblemError::TwiceTheSame { .. }, Some(path)) => self.twice(path),
                _ => Refused::Asked(error.to_string()),
            })?;
        problem.with_fixed(&promised).map_err(|error| match keep {
            Some(path) => self.cannot_keep(path, &error),
            None => Refused::Asked(error.to_string()),
        })
    }

    /// The promises; where no pairs are read, each must be of somebody with the skill who is free in the slot.
    fn read_promised(
        &self,
        path: &Path,
        by_rules: bool,
        watch: &dyn Watch,
    ) -> Result<Vec<(u32, u32)>, Refused> {
        let mut table = Table::open(path, promise_columns(self), watch)?;
        let mut promised = Vec::new();
        while let Some([need, volunteer]) = table.row()? {
            few_enough(promised.len(), &table)?;
            let (need, volunteer): (u32, u32) = (narrow(need), narrow(volunteer));
            let both = self.needs.get(need as usize).zip(self.volunteers.get(volunteer as usize));
            if let Some((wanted, offered)) = both.filter(|_| by_rules) {
                let Wanted { skill, slot, .. } = wanted;
                if !wanted.is_skill_of(offered) {
                    let words =
                        format!("volunteer {volunteer} does not hold skill {skill}, which need {need} asks");
                    return Err(table.wrong_number(1, words));
                }
                if !wanted.is_slot_of(offered) {
                    let words =
                        format!("volunteer {volunteer} is not free in slot {slot}, when need {need} is");
                    return Err(table.wrong_number(1, words));
                }
            }
            promised.push((need, volunteer));
        }
        Ok(promised)
    }

    /// Adds the pairs of promises that are not among the nearest.
    fn add_promised(&self, promised: &[(u32, u32)], pairs: &mut Vec<Pair>) {
        let is_found = |&(need, volunteer): &(u32, u32)| {
            let from = pairs.partition_point(|pair| pair.need < need);
            let of_need = pairs.iter().skip(from).take_while(|pair| pair.need == need);
            of_need.into_iter().any(|pair| pair.volunteer == volunteer)
        };
        let mut missing: Vec<(u32, u32)> = promised.iter().copied().filter(|two| !is_found(two)).collect();
        missing.sort_unstable();
        missing.dedup();
        pairs.extend(missing.into_iter().filter_map(|(need, volunteer)| {
            let both = self.needs.get(need as usize).zip(self.volunteers.get(volunteer as usize));
            both.map(|(wanted, offered)| Pair {
                need,
                volunteer,
                metres: wanted.metres(offered),
                served: 0,
                kept: false,
            })
        }));
    }

    /// Where the promise stands that cannot be kept, or not beside those before it; only looked for when that is known.
    fn cannot_keep(&self, path: &Path, error: &ProblemError) -> Refused {
        let needs = |row: u32| self.needs.get(row as usize);
        let volunteers = |row: u32| self.volunteers.get(row as usize);
        // The number that is wrong, and how many rows like it there may be.
        let (number, room) = match *error {
            ProblemError::FixedNoPair { .. } => (1, 0),
            ProblemError::FixedAboveSeats { need } => (0, needs(need).map_or(0, |of| of.seats)),
            ProblemError::FixedAboveShifts { volunteer } => {
                (1, volunteers(volunteer).map_or(0, |of| of.shifts_max))
            }
            ProblemError::FixedTwoPlaces { .. } => (1, 1),
            _ => return Refused::Asked(error.to_string()),
        };
        let is_like = |of: (u32, u32)| match *error {
            ProblemError::FixedNoPair { need, volunteer } => of == (need, volunteer),
            ProblemError::FixedAboveSeats { need } => of.0 == need,
            ProblemError::FixedAboveShifts { volunteer } => of.1 == volunteer,
            ProblemError::FixedTwoPlaces { volunteer, slot } => {
                of.1 == volunteer && needs(of.0).is_some_and(|need| u16::from(need.slot) == slot)
            }
            _ => false,
        };
        let found = Table::open(path, promise_columns(self), &Unwatched).and_then(|mut table| {
            let mut before = 0;
            while let Some([need, volunteer]) = table.row()? {
                if is_like((narrow(need), narrow(volunteer))) {
                    if before == room {
                        return Ok(table.wrong_number(number, error.to_string()));
                    }
                    before += 1;
                }
            }
            Ok(changed(path))
        });
        found.unwrap_or_else(|refused| refused)
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
            Ok(changed(path))
        });
        found.unwrap_or_else(|refused| refused)
    }
}

fn changed(path: &Path) -> Refused {
    Refused::Asked(format!("{} changed while it was read", path.display()))
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

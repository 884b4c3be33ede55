//! A week of a city with visits that overlap, windows and the way between, and two who go together: how long the plan
//! takes and what is proved of it. Prints a JSON line a figure.
//!
//! ```text
//! cargo run --profile demo -p matching --example visits -- [VOLUNTEERS NEEDS [SEED]]
//! ```
#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "a tool for developers, with small numbers"
)]

use std::{collections::HashMap, error::Error, time};

use kernel::{Day, DivisionCode, Minutes, Random};
use matching::{
    Limits, Place, Point, Window,
    plan::Pair,
    visits::{Effort, Problem, Rules, Visit, Visitor, solve, verify},
};

const COMMUNITIES: u64 = 2_000;
/// Metres.
const CITY: u64 = 50_000;
const RADIUS: i64 = 3_000;
const SKILLS: u64 = 12;
/// Mornings, afternoons and evenings of a week: day and first minute.
const SLOTS: u64 = 21;
const NEAREST: usize = 20;

/// A volunteer by index, home, skills and slots.
type Known = (u32, (i64, i64), u32, u32);

struct City {
    random: Random,
    communities: Vec<(i64, i64)>,
}

impl City {
    fn new(seed: u64) -> Self {
        let random = Random::seeded(seed);
        let at =
            |spread: u64| (0..4).map(|_| random.below(spread) as i64).sum::<i64>() / 4 - spread as i64 / 2;
        let centres: Vec<(i64, i64)> = (0..12)
            .map(|_| {
                let within = |from: u64| (from + random.below(CITY - 2 * from)) as i64;
                (within(CITY / 6), within(CITY / 6))
            })
            .collect();
        let communities = (0..COMMUNITIES)
            .map(|_| {
                let (x, y) = centres.get(random.below(12) as usize).copied().unwrap_or_default();
                (x + at(28_000), y + at(28_000))
            })
            .collect();
        Self { random, communities }
    }

    fn home(&self, spread: u64) -> (i64, i64) {
        // A few communities are large.
        let a = self.random.below(COMMUNITIES).min(self.random.below(COMMUNITIES));
        let (x, y) = self.communities.get(a as usize).copied().unwrap_or_default();
        let near = || (self.random.below(spread) + self.random.below(spread)) as i64 - spread as i64;
        (x + near(), y + near())
    }

    fn some_of(&self, of: u64, from: u64, to: u64) -> u32 {
        (0..from + self.random.below(to - from + 1)).fold(0, |mask, _| mask | 1 << self.skewed(of))
    }

    /// The low numbers more often.
    fn skewed(&self, of: u64) -> u64 {
        self.random.below(of).min(self.random.below(of))
    }
}

fn place((x, y): (i64, i64), division: DivisionCode) -> Place {
    // 30 degrees north: a metre is 8.993 millionths of a degree north and 10.384 east.
    let lat = 30_000_000 + (y * 8_993 / 1_000) as i32;
    let lon = 104_000_000 + (x * 10_384 / 1_000) as i32;
    Place { division, point: Point::new(lat, lon) }
}

fn problem(people: u64, needs: u64, seed: u64) -> Result<Problem, Box<dyn Error>> {
    let city = City::new(seed);
    let random = &city.random;
    let division = DivisionCode::parse("510100000000")?;
    let monday = Day::from_ymd(2026, 3, 2).ok_or("no such day")?;
    let mut visitors = Vec::new();
    let mut by_cell: HashMap<(i64, i64), Vec<Known>> = HashMap::new();
    for volunteer in 0..people as u32 {
        let home = city.home(150);
        let shifts_max = [1, 1, 1, 1, 2, 2, 3, 3, 4, 2].get(random.below(10) as usize).copied().unwrap_or(1);
        visitors.push(Visitor { shifts_max, minutes_max: Minutes::from_hours(10), commitments: Vec::new() });
        let known = (volunteer, home, city.some_of(SKILLS, 1, 4), city.some_of(SLOTS, 3, 9));
        by_cell.entry((home.0.div_euclid(RADIUS), home.1.div_euclid(RADIUS))).or_default().push(known);
    }
    let (mut visits, mut pairs) = (Vec::new(), Vec::new());
    for need in 0..needs as u32 {
        let at = city.home(200);
        let (skill, slot) = (city.skewed(SKILLS), random.below(SLOTS));
        let together = random.below(10) == 0;
        let seats = if together { 2 } else { 1 + city.skewed(4) as u32 };
        // On the quarter of an hour, within a part of the day of four hours.
        let quarters = 3 + random.below(6) as i64;
        let begin = random.below(16 - quarters as u64 + 1) as i64;
        let room = if together || random.below(2) == 0 { 0 } else { 16 - quarters - begin };
        let first = 8 * 60 + (slot % 3) as i64 * 300 + begin * 15;
        let on = monday.plus((slot / 3) as i32);
        visits.push(Visit {
            window: Window {
                from: on.at_minute(first),
                to: on.at_minute(first + (quarters + room.min(random.below(9) as i64)) * 15),
            },
            minutes: Minutes(quarters * 15),
            place: place(at, division),
            seats,
            urgency: 1 + city.skewed(5) as u32,
            together,
        });
        let (x, y) = (at.0.div_euclid(RADIUS), at.1.div_euclid(RADIUS));
        let cells = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        let near = cells.filter_map(|cell| by_cell.get(&cell)).flatten();
        let mut able: Vec<(i64, u32)> = near
            .filter(|(_, _, skills, slots)| skills >> skill & 1 == 1 && slots >> slot & 1 == 1)
            .map(|(volunteer, home, ..)| ((home.0 - at.0).pow(2) + (home.1 - at.1).pow(2), *volunteer))
            .filter(|(square, _)| *square <= RADIUS * RADIUS)
            .collect();
        able.sort_unstable();
        pairs.extend(able.into_iter().take(NEAREST).map(|(square, volunteer)| Pair {
            need,
            volunteer,
            metres: square.unsigned_abs().isqrt() as u32,
            served: 0,
            kept: false,
        }));
    }
    let rules = Rules { limits: Limits::default(), night_rest: Minutes::ZERO };
    Ok(Problem::new(visits, visitors, pairs, &[], rules)?)
}

/// Seconds of CPU this process has used, from /proc, which counts in hundredths.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = stat.rsplit_once(") ").unwrap_or_default();
    let ticks =
        |at: usize| fields.split(' ').nth(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let mut next = |otherwise| numbers.next().unwrap_or(Ok(otherwise));
    let (people, needs, seed) = (next(20_000)?, next(5_000)?, next(7)?);
    let began = time::Instant::now();
    let problem = problem(people, needs, seed)?;
    let figure = |figure: &str, value: f64, unit: &str| {
        println!(r#"{{"figure":"visits_{figure}","value":{value},"unit":"{unit}"}}"#);
    };
    figure("pairs", problem.pairs().len() as f64, "pairs");
    figure("read_s", began.elapsed().as_secs_f64(), "s");
    let began = time::Instant::now();
    let cpu = cpu_s();
    let plan = solve(&problem, Effort::default());
    figure("solve_s", began.elapsed().as_secs_f64(), "s");
    figure("solve_cpu_s", cpu_s() - cpu, "s");
    figure("filled", plan.totals.filled as f64, "seats");
    figure("weighted", plan.totals.weighted as f64, "urgency");
    figure("metres", plan.totals.metres as f64, "m");
    figure("gap_weighted", plan.gap.weighted as f64, "urgency");
    figure("gap_metres", plan.gap.metres as f64, "m");
    let largest = plan.proof.pieces.iter().map(|piece| piece.needs.len() + piece.volunteers.len()).max();
    figure("pieces", plan.proof.pieces.len() as f64, "pieces");
    figure("largest_piece", largest.unwrap_or(0) as f64, "needs and volunteers");
    let began = time::Instant::now();
    let gap = verify(&problem, &plan.chosen, &plan.proof)?;
    figure("verify_s", began.elapsed().as_secs_f64(), "s");
    assert_eq!(problem.levels(gap), plan.gap, "the proof shows the gap that was reported");
    Ok(())
}

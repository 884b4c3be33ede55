//! People with qualifications and wishes to positions of a shift, beside ephios' `match_participants_to_positions`.
//!
//! `assign --python VENV/bin/python [--sizes 100,300,1000,3000] [--seeds 5] [--limit-s 120]`
//!
//! Both get the same instances and are scored by the same levels, which are those that ephios packs into one float: as
//! many valid pairs as can be, then designations kept, then required positions, then the sum of what is small: 5 for a
//! pair, 3 for a wish, 2 for who is confirmed, up to 1 for the skill a position asks. Ours are whole numbers. Prints a
//! JSON line a figure; ends with an error when ours is worse at any level. A run of ephios that is not done by the
//! limit is ended and counted.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a tool fails by stopping, with words")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use kernel::Random;
use load::option;
use matching::plan::{Demand, Pair, Problem, Supply, solve, verify};
use serde_json::{Value, json};

/// Two ladders of three, and one that stands alone; a qualification includes those below it.
const INCLUDES: [&[usize]; 7] = [&[], &[0], &[1], &[], &[3], &[4, 1], &[]];
/// Every share that `skill_level` of ephios can be here is a whole number of these.
const PARTS: u32 = 420;

struct Participant {
    qualifications: BTreeSet<usize>,
    is_confirmed: bool,
}

struct Position {
    is_required: bool,
    qualifications: BTreeSet<usize>,
    designated_for: BTreeSet<usize>,
    preferred_by: BTreeSet<usize>,
}

struct Shift {
    participants: Vec<Participant>,
    positions: Vec<Position>,
    designated: BTreeSet<usize>,
}

/// Better is greater: valid pairs, designations, required positions, the rest.
type Levels = (u32, u32, u32, u32);

fn spread(of: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    let mut next: Vec<usize> = of.iter().copied().collect();
    while let Some(one) = next.pop() {
        if all.insert(one) {
            next.extend(INCLUDES.get(one).copied().unwrap_or_default());
        }
    }
    all
}

impl Shift {
    fn new(size: u64, seed: u64) -> Self {
        let random = Random::seeded(seed);
        let some = |share: u64| random.below(100) < share;
        let pick = |of: u64| usize::try_from(random.below(of)).unwrap_or(0);
        let known = INCLUDES.len() as u64;
        let few = |most: u64| (0..random.below(most + 1)).map(|_| pick(known)).collect::<BTreeSet<_>>();
        let participants: Vec<Participant> =
            (0..size).map(|_| Participant { qualifications: few(3), is_confirmed: some(20) }).collect();
        let mut designated = BTreeSet::new();
        let positions = (0..size)
            .map(|_| {
                let qualifications = few(2);
                let asked = spread(&qualifications);
                let preferred_by = (0..random.below(6)).map(|_| pick(size)).collect();
                let someone = pick(size);
                let skilled =
                    participants.get(someone).is_some_and(|of| asked.is_subset(&spread(&of.qualifications)));
                let mut designated_for = BTreeSet::new();
                if some(5) && skilled && designated.insert(someone) {
                    designated_for.insert(someone);
                }
                Position { is_required: some(30), qualifications, designated_for, preferred_by }
            })
            .collect();
        Self { participants, positions, designated }
    }

    fn json(&self) -> Value {
        json!({
            "includes": INCLUDES,
            "participants": self.participants.iter().map(|of| json!({
                "qualifications": of.qualifications, "confirmed": of.is_confirmed,
            })).collect::<Vec<_>>(),
            "positions": self.positions.iter().map(|of| json!({
                "required": of.is_required, "qualifications": of.qualifications,
                "designated_for": of.designated_for, "preferred_by": of.preferred_by,
            })).collect::<Vec<_>>(),
        })
    }

    /// What ephios gives this position for its skill, in parts: the share of what it asks in what hangs together with it.
    fn skill_parts(position: &Position) -> u32 {
        let asked = spread(&position.qualifications);
        let above = (0..INCLUDES.len())
            .filter(|&one| spread(&BTreeSet::from([one])).intersection(&asked).next().is_some());
        let all: BTreeSet<usize> = asked.iter().copied().chain(above).collect();
        let (asked, all) = (asked.len() as u32, all.len() as u32);
        (PARTS * asked).checked_div(all).unwrap_or(0)
    }

    /// The levels of one pair; `None` when ephios lets them not meet.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize, Levels)> {
        let skills: Vec<BTreeSet<usize>> =
            self.participants.iter().map(|of| spread(&of.qualifications)).collect();
        self.positions.iter().enumerate().flat_map(move |(at, position)| {
            let (asked, skill) = (spread(&position.qualifications), Self::skill_parts(position));
            let people = self.participants.iter().zip(skills.clone()).enumerate();
            let pairs = people.filter_map(move |(who, (participant, skills))| {
                let is_designated = position.designated_for.contains(&who);
                let meets = is_designated || (!self.designated.contains(&who) && asked.is_subset(&skills));
                let small = 5
                    + 3 * u32::from(position.preferred_by.contains(&who))
                    + 2 * u32::from(participant.is_confirmed);
                let levels =
                    (1, u32::from(is_designated), u32::from(position.is_required), small * PARTS + skill);
                meets.then_some((who, at, levels))
            });
            pairs.collect::<Vec<_>>()
        })
    }
}

/// Ours: pairs and seconds of CPU.
fn ours(shift: &Shift) -> (Vec<(usize, usize)>, f64) {
    let began = cpu_s();
    let narrow = |row: usize| u32::try_from(row).expect("a row");
    let pair = |(who, at, (_, designated, required, small)): (usize, usize, Levels)| Pair {
        need: narrow(at),
        volunteer: narrow(who),
        kept: designated > 0,
        // As many are chosen in every best plan, so fewer that are not required is more that are.
        served: 1 - required,
        metres: 11 * PARTS - small,
    };
    let pairs: Vec<Pair> = shift.pairs().map(pair).collect();
    let demands = shift.positions.iter().map(|_| Demand { slot: 0, seats: 1, urgency: 1 }).collect();
    let supplies = shift.participants.iter().map(|_| Supply { shifts_max: 1 }).collect();
    let problem = Problem::new(demands, supplies, pairs).expect("a problem");
    let plan = solve(&problem);
    let cpu = cpu_s() - began;
    verify(&problem, &plan.chosen, &plan.proof).expect("a proof");
    let rows = plan.chosen.iter().filter_map(|&pair| problem.pairs().get(pair as usize));
    (rows.map(|pair| (pair.volunteer as usize, pair.need as usize)).collect(), cpu)
}

/// Theirs: pairs and seconds of CPU; `None` when they are not done by the limit.
fn theirs(python: &str, file: &Path, limit: Duration) -> Option<(Vec<(usize, usize)>, f64)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peer/ephios_match.py");
    let answer = file.with_extension("answer.json");
    let out = fs::File::create(&answer).expect("a file for the answer");
    let mut child = Command::new(python)
        .arg(script)
        .arg(file)
        .stdin(Stdio::null())
        .stdout(out)
        .spawn()
        .expect("python with ephios");
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the state of ephios") {
            break status;
        }
        if began.elapsed() > limit {
            child.kill().expect("ephios to end");
            child.wait().expect("the end of ephios");
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "ephios failed on {}", file.display());
    let text = fs::read_to_string(&answer).expect("what ephios says");
    let answer: Value = serde_json::from_str(text.lines().last().unwrap_or_default()).expect("JSON");
    let row = |pair: &Value, at: usize| usize::try_from(pair.get(at)?.as_u64()?).ok();
    let pairings = answer.get("pairings").and_then(Value::as_array).expect("pairings");
    let pairs = pairings.iter().filter_map(|pair| Some((row(pair, 0)?, row(pair, 1)?))).collect();
    Some((pairs, answer.get("cpu_s").and_then(Value::as_f64).expect("seconds")))
}

/// Adds up the levels; a pair that may not meet stops it, and so does one participant or position twice.
fn levels(of: &BTreeMap<(usize, usize), Levels>, pairs: &[(usize, usize)]) -> Levels {
    let people: BTreeSet<usize> = pairs.iter().map(|pair| pair.0).collect();
    let places: BTreeSet<usize> = pairs.iter().map(|pair| pair.1).collect();
    assert!(people.len() == pairs.len() && places.len() == pairs.len(), "one place each");
    pairs.iter().fold((0, 0, 0, 0), |sum, pair| {
        let one = of.get(pair).expect("a pair that may meet");
        (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2, sum.3 + one.3)
    })
}

/// Seconds on a processor so far: the scheduler counts nanoseconds. There is one thread.
fn cpu_s() -> f64 {
    let counted = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = counted.split(' ').next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.expect("the time the scheduler counted") / 1e9
}

fn main() {
    let python = option("--python", String::new());
    assert!(!python.is_empty(), "say --python with the one that has ephios installed");
    let sizes = option("--sizes", "100,300,1000,3000".to_owned());
    let (seeds, limit) = (option("--seeds", 5_u64), option("--limit-s", 120_u64));
    let folder = tempfile::tempdir().expect("a folder");
    let mut worse = 0;
    for size in sizes.split(',').map(|text| text.parse::<u64>().expect("a size")) {
        let (mut done, mut beaten, mut cpu_ours, mut cpu_theirs, mut cpu_beside) = (0, 0, 0.0, 0.0, 0.0);
        for seed in 1..=seeds {
            let shift = Shift::new(size, seed);
            let file = folder.path().join("shift.json");
            fs::write(&file, shift.json().to_string()).expect("the instance");
            let all: BTreeMap<(usize, usize), Levels> =
                shift.pairs().map(|(who, at, levels)| ((who, at), levels)).collect();
            let (mine, cpu) = ours(&shift);
            let mine = levels(&all, &mine);
            cpu_ours += cpu;
            let Some((peer, peer_cpu)) = theirs(&python, &file, Duration::from_secs(limit)) else { continue };
            let peer = levels(&all, &peer);
            done += 1;
            cpu_theirs += peer_cpu;
            cpu_beside += cpu;
            beaten += u64::from(mine > peer);
            if mine < peer {
                worse += 1;
                println!("size {size}, seed {seed}: ours {mine:?}, theirs {peer:?}");
            }
        }
        let figure = |name: &str, value: Value, unit: &str, peer: Value| {
            println!(
                "{}",
                json!({"figure": format!("assign_{size}_{name}"), "value": value, "unit": unit, "peer": peer})
            );
        };
        figure("done", json!(seeds), "runs", json!(done));
        figure("cpu_s", json!(cpu_ours / seeds as f64), "s", Value::Null);
        if done > 0 {
            let ratio = (cpu_beside / cpu_theirs * 1e6).round() / 1e6;
            figure(
                "cpu_s_where_both_are_done",
                json!(cpu_beside / done as f64),
                "s",
                json!(cpu_theirs / done as f64),
            );
            figure("cpu_ratio", json!(ratio), "of theirs", json!(1));
            figure("better", json!(beaten), "runs", json!(0));
        }
    }
    println!("{}", json!({"figure": "assign_worse", "value": worse, "unit": "runs", "target": 0}));
    assert_eq!(worse, 0, "ours is worse somewhere");
}

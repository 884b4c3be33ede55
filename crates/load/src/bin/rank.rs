//! What a question to the ranking costs among a million volunteers: CPU of the thread by the index and by looking at
//! everybody, what an update costs, and the memory of the index.
//!
//! `rank [--volunteers 1000000] [--queries 20000] [--updates 200000] [--scans 60] [--seed 7]`; prints a JSON line for each
//! figure. Every answer that was also found by looking at everybody is compared, in its order.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a tool stops with words"
)]

use std::collections::{BTreeMap, HashMap};

use kernel::{Id, Minutes, Person, Random};
use load::{Ask, City, option, resident_bytes, thread_cpu_us};
use matching::{Engagement, Index, Limits, Ranked, Volunteer, rank};
use serde_json::{Value, json};

/// Targets of the three figures.
const QUERY_US: f64 = 1_000.0;
const UPDATE_US: f64 = 50.0;
const VOLUNTEER_BYTES: f64 = 200.0;
/// The answers asked for: as many as a worker sees, and as many as the API gives.
const ANSWERS: [usize; 2] = [3, 20];

fn main() {
    let (count, queries): (usize, usize) = (option("--volunteers", 1_000_000), option("--queries", 20_000));
    let (updates, scans): (usize, usize) = (option("--updates", 200_000), option("--scans", 60));
    let city = City::new(option("--seed", 7));
    let mut people: Vec<Volunteer> = (0..count).map(|_| city.volunteer()).collect();
    let mut places: HashMap<Id<Person>, usize> =
        people.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
    eprintln!("{count} volunteers");

    let before = resident_bytes();
    let began = thread_cpu_us();
    let mut index = Index::default();
    people.iter().for_each(|one| index.put(one));
    let built_us = thread_cpu_us() - began;
    eprintln!("the index stands after {:.2} s of CPU", built_us / 1e6);
    let chance = Random::seeded(option("--seed", 7_u64) + 1);
    let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..updates {
        let at = chance.below(people.len() as u64) as usize;
        let (kind, took) = update(&city, &chance, &mut index, &mut people, &mut places, at);
        kinds.entry(kind).or_default().push(took);
    }
    // What was freed before may have been used again, so the larger of the two counts.
    let resident = resident_bytes().saturating_sub(before);
    let bytes = resident.max(index.bytes());

    let questions: Vec<(Ask, Engagement, usize)> = (0..queries)
        .map(|n| {
            let mut left = n % 100;
            let share = Ask::SHARES.iter().find(|(_, share)| match left.checked_sub(*share) {
                Some(less) => {
                    left = less;
                    false
                }
                None => true,
            });
            let ask = share.map_or(Ask::Dense, |(ask, _)| *ask);
            (ask, city.engagement(ask, &people), ANSWERS[n / 100 % 2])
        })
        .collect();
    let limits = Limits::default();
    let mut took: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let (mut all, mut empty, mut gathered) = (Vec::new(), 0_usize, 0_usize);
    for (ask, engagement, k) in &questions {
        let began = thread_cpu_us();
        let best = index.best(engagement, *k, city.now(), &limits, |id| {
            gathered += 1;
            places.get(&id).map(|at| &people[*at])
        });
        let us = thread_cpu_us() - began;
        empty += usize::from(best.is_empty());
        took.entry(format!("{ask:?}").to_lowercase()).or_default().push(us);
        all.push(us);
    }
    eprintln!(
        "{queries} questions, {empty} without an answer, {:.1} looked at for each",
        gathered as f64 / queries as f64
    );

    let mut scanned = Vec::new();
    for (_, engagement, k) in questions.iter().step_by((queries / scans.max(1)).max(1) | 1) {
        let began = thread_cpu_us();
        let slow = rank(engagement, &people, *k, city.now(), &limits);
        scanned.push(thread_cpu_us() - began);
        let fast =
            index.best(engagement, *k, city.now(), &limits, |id| places.get(&id).map(|at| &people[*at]));
        assert_eq!(shown(&fast), shown(&slow), "the index answers as the ranking does: {engagement:?}");
    }

    let each: BTreeMap<&String, Value> =
        took.iter_mut().map(|(kind, us)| (kind, json!({"p50": at(us, 50), "p99": at(us, 99)}))).collect();
    let more = json!({"p50_us": at(&mut all, 50), "worst_us": at(&mut all, 100), "kinds": each,
                      "queries": queries, "volunteers": count, "compared": scanned.len(),
                      "peer_is": "rank over all of them"});
    tell("rank_p99_us", at(&mut all, 99), "us", QUERY_US, Some(at(&mut scanned, 99)), more);
    let each: BTreeMap<&str, Value> =
        kinds.iter_mut().map(|(kind, us)| (*kind, json!({"p50": at(us, 50), "p99": at(us, 99)}))).collect();
    let mut every: Vec<f64> = kinds.into_values().flatten().collect();
    let more = json!({"p50_us": at(&mut every, 50), "worst_us": at(&mut every, 100), "kinds": each,
                      "build_s": (built_us / 1e4).round() / 100.0});
    tell("rank_update_us", at(&mut every, 99), "us", UPDATE_US, None, more);
    let more = json!({"resident": resident, "counted": index.bytes()});
    tell("rank_bytes_a_volunteer", bytes as f64 / index.len() as f64, "bytes", VOLUNTEER_BYTES, None, more);
}

/// Lets something happen to one of the people, and says what and what it cost.
fn update(
    city: &City,
    chance: &Random,
    index: &mut Index,
    people: &mut [Volunteer],
    places: &mut HashMap<Id<Person>, usize>,
    at: usize,
) -> (&'static str, f64) {
    let one = &mut people[at];
    let time = |index: &mut Index, work: &mut dyn FnMut(&mut Index)| {
        let began = thread_cpu_us();
        work(index);
        thread_cpu_us() - began
    };
    match chance.below(6) {
        0 => {
            let new = city.volunteer();
            let (id, old) = (new.id, std::mem::replace(one, new));
            places.remove(&old.id);
            places.insert(id, at);
            // Somebody leaves and somebody comes.
            (
                "left and came",
                time(index, &mut |index| {
                    index.remove(old.id);
                    index.put(one);
                }) / 2.0,
            )
        }
        1 => {
            one.home = city.volunteer().home;
            ("moved", time(index, &mut |index| index.put(one)))
        }
        2 => {
            one.skills = city.volunteer().skills;
            ("new skill", time(index, &mut |index| index.put(one)))
        }
        3 => {
            let promise = city.promise();
            one.commitments.push(promise);
            ("promised", time(index, &mut |index| index.promised(one.id, &promise)))
        }
        4 => {
            let call = city.now() - Minutes(chance.below(3_000) as i64);
            one.last_call = Some(call);
            ("called", time(index, &mut |index| index.called(one.id, call)))
        }
        _ => {
            let served = city.now() - Minutes(chance.below(90_000) as i64);
            one.last_served = Some(served);
            ("served", time(index, &mut |index| index.served(one.id, served)))
        }
    }
}

fn shown(best: &[Ranked<'_>]) -> Vec<(Id<Person>, kernel::Instant)> {
    best.iter().map(|one| (one.volunteer.id, one.start)).collect()
}

/// The value below which so many percent lie, to a hundredth.
fn at(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(place).map_or(0.0, |value| (value * 100.0).round() / 100.0)
}

fn tell(name: &str, value: f64, unit: &str, target: f64, peer: Option<f64>, more: Value) {
    let hundredths = |value: f64| (value * 100.0).round() / 100.0;
    let value = hundredths(value);
    let ratio = peer.filter(|_| value > 0.0).map(|peer| hundredths(peer / value));
    let mut line =
        json!({"figure": name, "value": value, "unit": unit, "target": target, "peer": peer, "ratio": ratio});
    if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
        line.extend(more);
    }
    println!("{line}");
}

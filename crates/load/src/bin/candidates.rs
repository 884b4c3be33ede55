//! What it costs to find whom to ask for a need in a large district: CPU of the thread by reading the street first and
//! everybody only where too few of it fit, as the product does; by reading everybody; and by the index in memory, whose few
//! are read again in the transaction.
//!
//! `candidates [--volunteers 20000] [--queries 40] [--seed 7]`, on SQLite in a folder of its own; prints a JSON line for each
//! figure. All three must name the same people in the same order.

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a tool stops with words"
)]

use std::collections::BTreeMap;

use db::{Address, Db, Fault, Options, Outcome, Tx, params};
use kernel::{Day, DivisionCode, Id, IdSource, Instant, Minutes, Person, Random};
use load::{option, thread_cpu_us};
use matching::{Code, Engagement, Index, Limits, Place, Purpose, Volunteer, Window, rank};
use serde_json::json;

/// As many as a worker sees, and as many as the waves look at.
const ANSWERS: [usize; 2] = [3, 60];
/// Streets of the district, and communities of each.
const STREETS: u64 = 12;
const COMMUNITIES: u64 = 10;
const CATEGORIES: [&str; 6] = ["convenience", "elderly", "care", "study", "medical", "jobs"];

fn main() {
    let (count, queries): (usize, usize) = (option("--volunteers", 20_000), option("--queries", 40));
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { workers: 1, durable: false, watch: None };
    let db = Db::open(&Address::Sqlite(folder.path().join("linli.db")), &options).expect("a database");
    let now = Day::from_ymd(2026, 3, 9).expect("a day").at_minute(9 * 60);
    db.migrate(now).expect("the schema");
    let chance = Random::seeded(option("--seed", 7));
    let ids = IdSource::new(Random::seeded(option("--seed", 7_u64) + 1));
    let place = |n: u64| {
        let (street, community) = (n % STREETS + 1, n / STREETS % COMMUNITIES + 1);
        DivisionCode::parse(&format!("420103{street:03}{community:03}")).expect("a community")
    };
    let district = place(0).district();
    let people: Vec<Id<Person>> = (0..count).map(|_| ids.next(now, district)).collect();
    for part in people.chunks(1_000) {
        let rows: Vec<_> = part.iter().map(|id| (*id, place(chance.below(120)), chance.u64())).collect();
        let wrote: Result<(), Fault> = db.write_now("fill", move |tx| {
            rows.iter().try_for_each(|(id, home, dice)| insert(tx, *id, *home, *dice, now))
        });
        wrote.expect("rows");
    }

    let window = move |n: u64| {
        let from =
            now.day().plus(1 + (n % 3) as i32).at_minute(if n.is_multiple_of(2) { 8 * 60 } else { 13 * 60 });
        (from, from + Minutes(240))
    };
    let mut index = Index::default();
    let everybody: Vec<Volunteer> = db.read_now("all", move |tx| all(tx, place(0), window(0))).expect("rows");
    everybody.iter().for_each(|one| index.put(one));
    let mut took: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for n in 0..queries as u64 {
        let category = CATEGORIES[n as usize % CATEGORIES.len()];
        let engagement = engagement(category, place(n * 7), window(n));
        for k in ANSWERS {
            // The areas that are read until one is enough.
            let by_sql = |areas: &[DivisionCode]| {
                let (engagement, areas) = (engagement.clone(), areas.to_vec());
                let found: Outcome<_> = db.read_now("sql", move |tx| {
                    let began = thread_cpu_us();
                    let (mut best, mut reads) = (Vec::new(), 0);
                    for area in &areas {
                        let those = people::volunteers_for(tx, *area, &[], category, window(n))?;
                        let ranked = rank(&engagement, &those, k, now, &Limits::default());
                        best = ranked.iter().map(|one| one.volunteer.id).collect();
                        reads += 1;
                        if best.len() == k {
                            break;
                        }
                    }
                    Ok((best, thread_cpu_us() - began, reads))
                });
                found.expect("an answer")
            };
            let (street, whole) =
                (engagement.place.division.street(), engagement.place.division.district().division());
            let (by_all, all_us, _) = by_sql(&[whole]);
            let (by_street, street_us, areas_read) = by_sql(&[street, whole]);
            let (by_index, index_us, reads) = {
                let (engagement, index) = (engagement.clone(), index.clone());
                let found: Outcome<_> = db.read_now("index", move |tx| {
                    let began = thread_cpu_us();
                    let mut reads = 0;
                    let gather = |ids: &[Id<Person>]| -> Outcome<Vec<Volunteer>> {
                        reads += ids.len();
                        let facts = ids.iter().map(|id| people::volunteer_facts(tx, *id, window(n)));
                        Ok(facts.collect::<Outcome<Vec<_>>>()?.into_iter().flatten().collect())
                    };
                    let best = index.gathered(&engagement, k, now, &Limits::default(), 8, gather)?;
                    let best: Vec<_> = best.iter().map(|one| one.id).collect();
                    Ok((best, thread_cpu_us() - began, reads))
                });
                found.expect("an answer")
            };
            assert_eq!(by_all, by_index, "the same people in the same order");
            assert_eq!(by_all, by_street, "the same people in the same order");
            for (what, value) in [
                ("everybody_us", all_us),
                ("street_first_us", street_us),
                ("areas_read", f64::from(areas_read)),
                ("index_us", index_us),
                ("index_people_read", reads as f64),
                ("answers", by_all.len() as f64),
            ] {
                took.entry(format!("candidates_{what}_{k}")).or_default().push(value);
            }
        }
    }
    for (figure, mut values) in took {
        values.sort_by(f64::total_cmp);
        println!(
            "{}",
            json!({ "figure": figure, "median": values[values.len() / 2], "most": values.last() })
        );
    }
}

fn all(tx: &mut Tx<'_>, place: DivisionCode, window: (Instant, Instant)) -> Outcome<Vec<Volunteer>> {
    let mut everybody = BTreeMap::new();
    for category in CATEGORIES {
        let those = people::volunteers_for(tx, place.district().division(), &[], category, window)?;
        everybody.extend(those.into_iter().map(|one| (one.id, one)));
    }
    Ok(everybody.into_values().collect())
}

fn engagement(category: &str, division: DivisionCode, (from, to): (Instant, Instant)) -> Engagement {
    Engagement {
        purpose: Purpose::Ask,
        category: Code::parse(category).expect("a code"),
        skills: Vec::new(),
        trainings: Vec::new(),
        window: Window { from, to },
        minutes: Minutes(60),
        place: Place { division, point: None },
        age_min: 14,
        guardian_present: false,
        insurance: false,
        demands: Vec::new(),
        languages: Vec::new(),
        sex: None,
        recipient: None,
        wished: Vec::new(),
        seen_before: Vec::new(),
        refused: Vec::new(),
        asked: Vec::new(),
    }
}

/// A volunteer of up to three categories, free on four half days a week, one in four promised somewhere.
fn insert(tx: &mut Tx<'_>, id: Id<Person>, home: DivisionCode, dice: u64, now: Instant) -> Result<(), Fault> {
    let district = id.district();
    let born = Day::from_ymd(1985, 5, 17);
    tx.execute_one(
        "INSERT INTO person (district, id, division, name, initials, phone_last4, birth_day, sex, address, state,
             created_at, version) VALUES ($1, $2, $3, '孙某', 'sm', '', $4, 2, '', 'active', $5, 1)",
        params![district, id, home, born, now],
    )?;
    let served = (!dice.is_multiple_of(3)).then(|| now - Minutes::from_hours((dice % 5_000) as i64));
    tx.execute_one(
        "INSERT INTO volunteer (district, person, number, state, radius_m, limits, last_served_at, joined_at, version)
         VALUES ($1, $2, '', 'active', 0, '', $3, $4, 1)",
        params![district, id, served, now],
    )?;
    for n in 0..dice % 4 {
        tx.execute(
            "INSERT INTO volunteer_category (district, person, category) VALUES ($1, $2, $3)
             ON CONFLICT (district, person, category) DO NOTHING",
            params![district, id, CATEGORIES[(dice >> (8 + 3 * n)) as usize % CATEGORIES.len()]],
        )?;
    }
    for n in 0..4 {
        let from = if dice >> (40 + n) & 1 == 0 { 8 * 60 } else { 13 * 60 };
        tx.execute(
            "INSERT INTO volunteer_time (district, person, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (district, person, weekday, from_minute) DO NOTHING",
            params![district, id, (dice >> (20 + 3 * n)) as i64 % 7, from as i64, from as i64 + 300],
        )?;
    }
    if dice.is_multiple_of(4) {
        let from = now.day().plus(1).at_minute(9 * 60);
        tx.execute_one(
            "INSERT INTO commitment (district, person, engagement, division, starts_at, ends_at) VALUES ($1, $2, $2, $3, $4, $5)",
            params![district, id, home, from, from + Minutes(60)],
        )?;
    }
    Ok(())
}

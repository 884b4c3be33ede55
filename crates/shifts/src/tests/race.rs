//! Two hundred clients fight for ten places over overlapping shifts in two districts, with real threads.
//!
//! On PostgreSQL these fail without the lock of the shift's row (one too many) and without the lock of the person's row
//! (two places at once); SQLite has one writer and needs neither.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
};

use db::{Db, Failure, Options};
use journal::Call;
use kernel::{Actor, Id, Minutes};
use people::testing;
use testkit::World;

use super::scene;
use crate::{Shift, sign_up, tick, withdraw};

/// Two clients for each person: a phone and a browser.
const CLIENTS: usize = 200;
const PEOPLE: usize = CLIENTS / 2;
const ROUNDS: u64 = 4;

/// A database of many connections: on PostgreSQL the fight is on its row locks, on SQLite on its one writer.
pub(super) fn many(world: &World) -> Db {
    match world.engine {
        "postgres" => {
            let options = Options { workers: 16, durable: false, watch: None };
            Db::open(&world.address, &options).unwrap()
        }
        _ => world.db.clone(),
    }
}

#[test]
fn never_one_too_many_and_never_two_places_at_once() {
    testkit::on_both(|world| {
        let at = world.now() + Minutes::from_hours(48);
        let mut shifts = Vec::new();
        for (community, places) in [(scene::HERE, [3, 2]), (scene::THERE, [2, 3])] {
            let worker = scene::worker(world, community);
            let team = scene::team(world, &worker, community);
            let project = scene::project(world, &worker, team);
            for (n, places) in (0..).zip(places) {
                // The two of a district overlap one another and those of the other district.
                let starts_at = at + Minutes(n * 60);
                shifts.push(scene::shift(world, &worker, project, starts_at, 120, places));
            }
        }
        let people: Vec<Actor> = (0..PEOPLE)
            .map(|n| testing::volunteer(world, "冯赛跑", [scene::HERE, scene::THERE][n % 2]))
            .collect();
        let shifts: Arc<[Id<Shift>]> = shifts.into();
        let db = many(world);
        let (done, start) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(CLIENTS)));
        let mover = {
            let (db, kit, done) = (db.clone(), Arc::clone(&world.kit), Arc::clone(&done));
            std::thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    tick(&db, &kit).unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
            })
        };
        let threads: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let client = &people[n % PEOPLE];
                let (db, kit, shifts) = (db.clone(), Arc::clone(&world.kit), Arc::clone(&shifts));
                let (client, start) = (client.clone(), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    fight(&db, &kit, &client, &shifts, n as u64)
                })
            })
            .collect();
        let acknowledged: Vec<BTreeSet<Id<Shift>>> =
            threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        done.store(true, Ordering::Relaxed);
        mover.join().unwrap();
        world.drain(vec![]);
        scene::follow_up(world);

        assert_eq!(scene::broken(world), [], "{}", world.engine);
        assert_eq!(scene::waiting_in_vain(world), 0, "{}", world.engine);
        let placed = world.count("SELECT COUNT(*) FROM signup WHERE state = 'placed'", &[]);
        assert!((1..=10).contains(&placed), "{placed} placed");
        for (n, client) in people.iter().enumerate() {
            let (phone, browser) = (&acknowledged[n], &acknowledged[n + PEOPLE]);
            assert!(phone.is_disjoint(browser), "one sign-up was acknowledged twice");
            let person = client.person.unwrap();
            let found: Vec<(Id<Shift>,)> = [scene::HERE, scene::THERE]
                .into_iter()
                .flat_map(|community| {
                    let district = testing::division(community).district();
                    world
                        .read("test_signups", client, move |tx, _| {
                            Ok(tx.query(
                                "SELECT shift FROM signup WHERE district = $1 AND person = $2
                                 AND state IN ('placed', 'waiting')",
                                db::params![district, person],
                            )?)
                        })
                        .unwrap()
                })
                .collect();
            let found_once: BTreeSet<_> = found.iter().map(|(shift,)| *shift).collect();
            assert_eq!(found.len(), found_once.len(), "a sign-up exists twice");
            assert_eq!(found_once, phone | browser, "what was acknowledged is what stands");
        }
    });
}

/// Signs up and withdraws at random; gives the shifts whose last acknowledged answer was a sign-up.
fn fight(
    db: &Db,
    kit: &Arc<journal::Kit>,
    client: &Actor,
    shifts: &[Id<Shift>],
    seed: u64,
) -> BTreeSet<Id<Shift>> {
    let chance = kernel::Random::seeded(seed);
    let mut stands = BTreeSet::new();
    for round in 0..ROUNDS {
        for _ in 0..2 {
            let shift = shifts[chance.below(shifts.len() as u64) as usize];
            let call = Call::new(kit, client.clone());
            match db.write_now("signup_make", move |tx| sign_up(tx, &call, shift)) {
                Ok(_) => assert!(stands.insert(shift), "signed up twice"),
                Err(Failure::Refused(_)) => {}
                Err(Failure::Fault(fault)) => panic!("{fault}"),
            }
        }
        // Half of those who got something give it back, except in the last round.
        if round + 1 < ROUNDS && chance.below(2) == 0 {
            let Some(&shift) = stands.iter().next() else { continue };
            let call = Call::new(kit, client.clone());
            db.write_now("signup_withdraw", move |tx| withdraw(tx, &call, shift)).unwrap();
            stands.remove(&shift);
        }
    }
    stands
}

#[test]
fn one_person_with_many_browsers_gets_one_place_at_a_time() {
    const SHIFTS: usize = 12;
    testkit::on_both(|world| {
        let worker = scene::worker(world, scene::HERE);
        let team = scene::team(world, &worker, scene::HERE);
        let project = scene::project(world, &worker, team);
        let at = world.now() + Minutes::from_hours(48);
        let shifts: Vec<_> = (0..SHIFTS).map(|_| scene::shift(world, &worker, project, at, 60, 50)).collect();
        let db = many(world);
        for _ in 0..8 {
            let person = testing::volunteer(world, "冯分身", scene::THERE);
            let start = Arc::new(Barrier::new(SHIFTS));
            let browsers: Vec<_> = shifts
                .iter()
                .map(|&shift| {
                    let (db, start) = (db.clone(), Arc::clone(&start));
                    let call = Call::new(&world.kit, person.clone());
                    std::thread::spawn(move || {
                        start.wait();
                        db.write_now("signup_make", move |tx| sign_up(tx, &call, shift)).is_ok()
                    })
                })
                .collect();
            let placed = browsers.into_iter().map(|browser| browser.join().unwrap());
            assert_eq!(placed.filter(|placed| *placed).count(), 1, "{}", world.engine);
        }
        assert_eq!(scene::broken(world), [], "{}", world.engine);
    });
}

#[test]
fn many_processes_settle_a_roll_call_once() {
    const TICKERS: usize = 8;
    testkit::on_both(|world| {
        let worker = scene::worker(world, scene::HERE);
        let team = scene::team(world, &worker, scene::HERE);
        let project = scene::project(world, &worker, team);
        let shift = scene::shift(world, &worker, project, world.now() + Minutes::from_hours(24), 60, 20);
        let people: Vec<Actor> = (0..20)
            .map(|n| testing::volunteer(world, "冯众人", [scene::HERE, scene::THERE][n % 2]))
            .collect();
        for person in &people {
            scene::sign_up(world, person, shift).unwrap();
        }
        world.pass_minutes(25 * 60 + 5);
        let present = |person: &Actor| crate::Present {
            person: person.person.unwrap(),
            came: true,
            late: Minutes::ZERO,
            early: Minutes::ZERO,
        };
        let said: Vec<_> = people.iter().map(present).collect();
        world
            .write("roll_call", &worker, move |tx, call| crate::call_roll(tx, call, shift, &said, None))
            .unwrap();
        world.pass_minutes(10);
        let db = many(world);
        let start = Arc::new(Barrier::new(TICKERS));
        let tickers: Vec<_> = (0..TICKERS)
            .map(|_| {
                let (db, kit, start) = (db.clone(), Arc::clone(&world.kit), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    tick(&db, &kit).unwrap().settled
                })
            })
            .collect();
        let settled: usize = tickers.into_iter().map(|ticker| ticker.join().unwrap()).sum();
        assert_eq!(settled, 20, "{}", world.engine);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 20);
        assert_eq!(world.count("SELECT COUNT(*) FROM signal", &[]), 40);
        assert_eq!(
            world.count("SELECT COUNT(*) FROM roll_call WHERE state = 'settled' AND version = 2", &[]),
            20
        );
        world.drain(vec![]);
        let report = journal::verify(
            &world.db,
            &world.kit.keys,
            hours::SEALED.to_vec(),
            &journal::Published::default(),
        )
        .unwrap();
        assert_eq!(report.findings, []);
    });
}

//! Two hundred people fight for ten places over overlapping shifts in two districts, with real threads.

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

const CLIENTS: usize = 200;
const ROUNDS: u64 = 4;

/// A database of many connections: on PostgreSQL the fight is on its row locks, on SQLite on its one writer.
fn many(world: &World) -> Db {
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
        let clients: Vec<Actor> = (0..CLIENTS)
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
        let threads: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(n, client)| {
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
        while tick(&world.db, &world.kit).unwrap() != crate::Moved::default() {}

        assert_eq!(scene::broken(world), [], "{}", world.engine);
        assert_eq!(scene::waiting_in_vain(world), 0, "{}", world.engine);
        let placed = world.count("SELECT COUNT(*) FROM signup WHERE state = 'placed'", &[]);
        assert!((1..=10).contains(&placed), "{placed} placed");
        for (client, acknowledged) in clients.iter().zip(acknowledged) {
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
            assert_eq!(found_once, acknowledged, "what was acknowledged is what stands");
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

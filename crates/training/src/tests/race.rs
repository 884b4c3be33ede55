//! Sixty clients fight for seven places of two sessions, with real threads. On PostgreSQL this fails without the lock of the
//! session's row (one too many) and without the person's (a place twice).

use std::{
    collections::BTreeSet,
    sync::{Arc, Barrier},
};

use db::{Db, Failure, Options};
use journal::Call;
use people::testing;

use super::*;

/// Two clients for each person.
const CLIENTS: usize = 60;
const PEOPLE: usize = CLIENTS / 2;
const ROUNDS: usize = 6;

/// A database of many connections: on PostgreSQL the fight is on its row locks, on SQLite on its one writer.
fn many(world: &World) -> Db {
    match world.engine {
        "postgres" => {
            let options = Options { workers: 12, durable: false, watch: None };
            Db::open(&world.address, &options).unwrap()
        }
        _ => world.db.clone(),
    }
}

#[test]
fn places_are_never_overfilled() {
    testkit::on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, basic());
        let sessions: Arc<[_]> = [3, 4].map(|places| planned(world, &by, course, places)).into();
        let people: Vec<Actor> =
            (0..PEOPLE).map(|n| testing::volunteer(world, "冯赛跑", [HERE, FAR][n % 2])).collect();
        let (db, start) = (many(world), Arc::new(Barrier::new(CLIENTS)));
        let threads: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let who = people[n % PEOPLE].clone();
                let (db, kit) = (db.clone(), Arc::clone(&world.kit));
                let (sessions, start) = (Arc::clone(&sessions), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    let mut mine = BTreeSet::new();
                    for round in 0..ROUNDS {
                        let session = sessions[(n + round) % 2];
                        let call = Call::new(&kit, who.clone());
                        // Each gives back what it took, but for the last rounds.
                        if round < ROUNDS - 2 && mine.remove(&session) {
                            db.write_now("training_withdraw", move |tx| crate::withdraw(tx, &call, session))
                                .unwrap();
                            continue;
                        }
                        match db.write_now("training_enrol", move |tx| crate::enrol(tx, &call, session)) {
                            Ok(()) => assert!(mine.insert(session), "acknowledged twice"),
                            Err(Failure::Refused(refusal)) => {
                                assert!(["training-full", "training-already"].contains(&refusal.rule));
                            }
                            Err(fault) => panic!("{fault}"),
                        }
                    }
                    mine
                })
            })
            .collect();
        let acknowledged: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(broken(world), [], "{}", world.engine);
        let told: usize = acknowledged.iter().map(BTreeSet::len).sum();
        let stands = world.count("SELECT COUNT(*) FROM enrolment WHERE state = 'enrolled'", &[]);
        assert_eq!(i64::try_from(told).unwrap(), stands, "what was acknowledged is what stands");
        assert_eq!(stands, 7, "nobody who wanted a place was kept from one: {}", world.engine);
        world.drain(vec![]);
    });
}

//! From a real attendance to coins, by the use cases of `hours`.

use hours::{Engagement, EngagementKind, Signal, SignalKind, Source};
use kernel::{Coins, Minutes};
use testkit::on_both;

use super::*;

#[test]
fn a_confirmed_hour_becomes_a_coin_and_its_correction_takes_the_rest_back() {
    on_both(|world| {
        let person = volunteer(world);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let witness = worker.person.unwrap();
        let end = world.now() + Minutes(60);
        let attendance = world
            .write("attendance_open", &worker, move |tx, call| {
                let engagement = Engagement {
                    id: call.id(district()),
                    kind: EngagementKind::Need,
                    division: home(),
                    category: "care".to_owned(),
                    from: call.now,
                    to: end,
                    apart: hours::Apart::default(),
                    no_hours: String::new(),
                };
                hours::open(tx, call, &engagement, person, home())
            })
            .unwrap();
        world.wait_until(end);
        let confirmed = world.write("hours_confirm", &worker, move |tx, call| {
            let (kind, source, device) = (SignalKind::Served, Source::RollCall, b"".as_slice());
            let signal = Signal { kind, source, witness, device, at: call.now };
            hours::signal(tx, call, attendance, &signal)?;
            hours::confirm(tx, call, attendance, Some(Minutes(60)))
        });
        assert_eq!(confirmed.unwrap().minutes, Minutes(60));
        drain(world);
        assert_eq!(balance(world, person), Coins(100));
        let me = people::testing::actor(world, person);
        let id = world.read("own_hours", &me, hours::own_hours).unwrap().records[0].id.parse().unwrap();
        world
            .write("hours_correct", &worker, move |tx, call| hours::correct(tx, call, id, Minutes(45)))
            .unwrap();
        drain(world);
        assert_eq!(balance(world, person), Coins(75));
        sound(world);
        let tables = [hours::SEALED, crate::SEALED].concat();
        let report =
            journal::verify(&world.db, &world.kit.keys, tables, &journal::Published::default()).unwrap();
        // One signal, two records, the set of rules they name, two transfers.
        assert_eq!((report.rows, report.findings), (6, vec![]));
    });
}

#[test]
fn an_hour_earns_when_later_evidence_raises_its_grade_and_not_twice() {
    on_both(|world| {
        let person = volunteer(world);
        let me = people::testing::actor(world, person);
        let worker = people::testing::worker(world, "钱社工", HOME, "420103001");
        let resident = people::testing::resident(world, "李受助", HOME).person.unwrap();
        let (typist, end) = (worker.person.unwrap(), world.now() + Minutes(60));
        let attendance = world
            .write("attendance_open", &worker, move |tx, call| {
                let engagement = Engagement {
                    id: call.id(district()),
                    kind: EngagementKind::Need,
                    division: home(),
                    category: "care".to_owned(),
                    from: call.now,
                    to: end,
                    apart: hours::Apart::default(),
                    no_hours: String::new(),
                };
                hours::open(tx, call, &engagement, person, home())
            })
            .unwrap();
        world.wait_until(end);
        // The volunteer claims it and the worker writes an hour down: grade C, which earns nothing.
        world.write("hours_claim", &me, move |tx, call| hours::claim(tx, call, attendance)).unwrap();
        world
            .write("claim_answer", &worker, move |tx, call| {
                hours::answer_claim(tx, call, attendance, Some(Minutes(60)))
            })
            .unwrap();
        drain(world);
        assert_eq!((balance(world, person), transfers(world)), (Coins(0), 0));
        let says = |witness, source| {
            world
                .write("need_close", &worker, move |tx, call| {
                    let kind = SignalKind::Served;
                    hours::signal(
                        tx,
                        call,
                        attendance,
                        &Signal { kind, source, witness, device: &[], at: call.now },
                    )
                })
                .unwrap();
            drain(world);
        };
        // The resident says so too: grade B.
        says(resident, Source::Resident);
        assert_eq!((balance(world, person), transfers(world)), (Coins(100), 1));
        // And somebody who minded the card reader: grade A, for which nothing more is due.
        says(typist, Source::Card);
        assert_eq!((balance(world, person), transfers(world)), (Coins(100), 1));
        let mine = world.read("own_hours", &me, hours::own_hours).unwrap();
        assert_eq!((mine.by_grade, mine.records.len()), (vec![60, 0, 0, 0], 5));
        sound(world);
        let tables = [hours::SEALED, crate::SEALED].concat();
        assert_eq!(
            journal::verify(&world.db, &world.kit.keys, tables, &journal::Published::default())
                .unwrap()
                .findings,
            []
        );
    });
}

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
        let report = journal::verify(&world.db, &world.kit.keys, tables, &[]).unwrap();
        // One signal, two records, two transfers.
        assert_eq!((report.rows, report.findings), (5, vec![]));
    });
}

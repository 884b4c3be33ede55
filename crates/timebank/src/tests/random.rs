//! Random histories: whatever the order of records and corrections, the balance is what the sums earn.

use std::collections::BTreeMap;

use kernel::{Coins, Minutes};
use ledger::{Sofar, earn};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use testkit::on_both;

use super::*;
use crate::Scheme;

/// Which attendance, which day before today, minutes, grade, and whether the journal is followed after it.
type Act = (usize, i32, i64, usize, bool);

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((0_usize..3, 0_i32..2, -80_i64..200, 0_usize..4, any::<bool>()), 1..12)
}

#[test]
fn the_balance_is_what_the_sums_earn() {
    on_both(|world| {
        // Half hours, so that a rule that rounds each record by itself would show.
        policy(world, "42", "coin_quantum", 1, 50);
        let mut scheme = Scheme::DEFAULT;
        scheme.earn.rounding.quantum = Coins(50);
        let mut runner = TestRunner::deterministic();
        for _ in 0..12 {
            let history = acts().new_tree(&mut runner).unwrap().current();
            let person = volunteer(world);
            let places = [0; 3].map(|_| attendance(world));
            let mut sums: BTreeMap<(usize, i32), [i64; 4]> = BTreeMap::new();
            for (place, ago, minutes, grade, follow) in history.iter().copied() {
                // A correction never takes more than stands on record, as `hours` keeps it.
                let Some(sum) = sums.entry((place, ago)).or_default().get_mut(grade) else { continue };
                let minutes = minutes.max(-*sum);
                *sum += minutes;
                let kind = if minutes < 0 { "correction" } else { "service" };
                let grade = ["a", "b", "c", "d"][grade];
                let (attendance, day) = (places[place], today(world).plus(-ago));
                record(world, Wish { person, attendance, day, minutes, grade, kind });
                if follow {
                    drain(world);
                }
            }
            drain(world);
            let due: i64 = sums
                .values()
                .map(|[a, b, ..]| earn(Minutes(a + b), &scheme.earn, &Sofar::default()).earned.0)
                .sum();
            assert_eq!(balance(world, person), Coins(due), "{}: {history:?}", world.engine);
        }
        sound(world);
    });
}

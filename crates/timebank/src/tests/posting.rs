//! What one record does to the accounts.

use std::{sync::Arc, thread};

use journal::Follower;
use kernel::Coins;
use ledger::Kind;
use testkit::on_both;

use super::*;

#[test]
fn an_hour_is_a_coin_and_the_sum_stays_zero() {
    on_both(|world| {
        let person = volunteer(world);
        record(world, hour(world, person));
        world.pass_minutes(1);
        record(world, Wish { minutes: 95, grade: "a", ..hour(world, person) });
        drain(world);
        let coins = coins(world, person);
        assert_eq!((coins.balance, coins.surplus), (Coins(100 + 158), Coins(0)));
        assert_eq!(coins.lines.iter().map(|line| line.amount.0).collect::<Vec<_>>(), [158, 100]);
        assert!(coins.lines.iter().all(|line| line.kind == Kind::Earn));
        sound(world);
        let report = journal::verify(
            &world.db,
            &world.kit.keys,
            crate::SEALED.to_vec(),
            &journal::Published::default(),
        )
        .unwrap();
        assert_eq!((report.rows, report.findings), (2, vec![]));
    });
}

#[test]
fn what_was_typed_in_earns_only_when_its_grade_rises() {
    on_both(|world| {
        let person = volunteer(world);
        let typed = Wish { grade: "c", ..hour(world, person) };
        record(world, typed);
        record(world, Wish { grade: "d", ..hour(world, person) });
        drain(world);
        assert_eq!((balance(world, person), transfers(world)), (Coins(0), 0));
        // A regrade takes the hour back in its old grade and gives it in the new one.
        record(world, Wish { minutes: -60, kind: "correction", ..typed });
        record(world, Wish { grade: "b", kind: "correction", ..typed });
        drain(world);
        assert_eq!((balance(world, person), transfers(world)), (Coins(100), 1));
        sound(world);
    });
}

/// Puts the consumer before the first event, as after a restore of its cursor alone.
fn rewind(world: &World) {
    world
        .db
        .write_now("test_rewind", |tx| {
            tx.execute_one(
                "UPDATE consumer SET seq = 0 WHERE district = $1 AND name = $2",
                db::params![district(), "timebank"],
            )
        })
        .unwrap();
}

#[test]
fn following_the_journal_again_posts_nothing_again() {
    on_both(|world| {
        let person = volunteer(world);
        let wish = hour(world, person);
        record(world, wish);
        drain(world);
        record(world, Wish { minutes: -15, kind: "correction", ..wish });
        drain(world);
        let before = (coins(world, person), transfers(world));
        assert_eq!(before.0.balance, Coins(75));
        rewind(world);
        drain(world);
        assert_eq!((coins(world, person), transfers(world)), before, "{}", world.engine);
        sound(world);
    });
}

#[test]
fn a_correction_names_the_transfer_it_corrects_and_never_takes_more() {
    on_both(|world| {
        let person = volunteer(world);
        let wish = hour(world, person);
        record(world, wish);
        drain(world);
        for (minutes, left) in [(-45, 25), (-15, 0), (30, 50)] {
            record(world, Wish { minutes, kind: "correction", ..wish });
            drain(world);
            assert_eq!(balance(world, person), Coins(left), "{minutes}");
        }
        let referring = world.count(
            "SELECT COUNT(*) FROM transfer c JOIN transfer o ON o.district = c.district AND o.id = c.refers_to
             WHERE c.kind = 'correct' AND o.kind = 'earn'",
            &[],
        );
        assert_eq!(referring, 3);
        sound(world);
    });
}

#[test]
fn above_a_cap_coins_go_to_the_surplus_and_the_nearest_division_decides() {
    on_both(|world| {
        policy(world, "420103", "coin_cap_day", 3, 100);
        policy(world, "420103001", "coin_cap_day", 7, 200);
        policy(world, "42", "coin_per_hour", 2, 50);
        policy(world, "42", "coin_per_hour", 4, 100);
        let person = volunteer(world);
        let first = Wish { minutes: 90, ..hour(world, person) };
        record(world, first);
        record(world, Wish { minutes: 90, ..hour(world, person) });
        drain(world);
        let now = coins(world, person);
        assert_eq!((now.balance, now.surplus), (Coins(200), Coins(100)));
        assert_eq!(world.count("SELECT COUNT(*) FROM transfer WHERE policy = 7", &[]), 3);
        // The next day has its own room.
        record(world, Wish { day: today(world).plus(-1), ..hour(world, person) });
        record(world, Wish { minutes: -90, kind: "correction", ..first });
        drain(world);
        let now = coins(world, person);
        assert_eq!((now.balance, now.surplus), (Coins(150), Coins(100)));
        // Room that a correction made is not filled by following an older record again.
        rewind(world);
        drain(world);
        assert_eq!(balance(world, person), Coins(150));
        sound(world);
    });
}

#[test]
fn many_followers_at_once_post_each_record_once() {
    on_both(|world| {
        let people: Vec<_> = (0..4).map(|_| volunteer(world)).collect();
        for _ in 0..5 {
            for person in &people {
                record(world, hour(world, *person));
            }
        }
        let follower = || Follower::new(world.db.clone(), Arc::clone(&world.kit), consumers());
        thread::scope(|scope| {
            let running: Vec<_> = (0..3).map(|_| scope.spawn(|| follower().drain().unwrap())).collect();
            for one in running {
                one.join().unwrap();
            }
        });
        drain(world);
        assert_eq!(transfers(world), 20);
        for person in people {
            assert_eq!(balance(world, person), Coins(500));
        }
        sound(world);
    });
}

#[test]
fn one_minor_unit_too_much_is_found_and_named() {
    on_both(|world| {
        let (one, other) = (volunteer(world), volunteer(world));
        record(world, hour(world, one));
        record(world, hour(world, other));
        drain(world);
        sound(world);
        let account = own_account(one);
        let add = move |world: &World, by: i64| {
            world
                .db
                .write_now("test_tamper", move |tx| {
                    tx.execute_one(
                        "UPDATE account SET balance = balance + $3 WHERE district = $1 AND id = $2",
                        db::params![district(), account, by],
                    )
                })
                .unwrap();
        };
        add(world, 1);
        let findings = crate::ledger_report(&world.db).unwrap().findings;
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings.iter().any(|words| words.contains(&account.to_string()) && words.contains("101")));
        assert!(findings.iter().any(|words| words.contains("add up to 1")));
        add(world, -1);
        // A transfer that moves more than was posted names both its accounts.
        world
            .db
            .write_now("test_tamper", move |tx| {
                tx.execute(
                    "UPDATE transfer SET amount = amount + 1 WHERE district = $1 AND credit = $2",
                    db::params![district(), account],
                )
            })
            .unwrap();
        let report = crate::ledger_report(&world.db).unwrap();
        assert_eq!((report.accounts, report.transfers, report.findings.len()), (3, 2, 2));
        assert!(report.findings.iter().any(|words| words.contains(&account.to_string())));
    });
}

#[test]
fn a_row_that_does_not_say_what_its_event_says_stops_the_district() {
    on_both(|world| {
        let person = volunteer(world);
        let id = record(world, hour(world, person));
        world
            .db
            .write_now("test_tamper", move |tx| {
                tx.execute_one(
                    "UPDATE service_record SET minutes = 600 WHERE district = $1 AND id = $2",
                    db::params![district(), id],
                )
            })
            .unwrap();
        let follower = Follower::new(world.db.clone(), Arc::clone(&world.kit), consumers());
        for _ in 0..journal::CONSUMER_TRIES_MAX {
            follower.drain().unwrap();
        }
        let lag = world.db.read_now("lag", journal::lag).unwrap();
        assert!(
            lag.iter().any(|lag| lag.halted.as_ref().is_some_and(|words| words.contains(&id.to_string())))
        );
        assert_eq!(transfers(world), 0);
    });
}

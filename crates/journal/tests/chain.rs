//! The journal as its users see it, on both engines.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use db::{Failure, Fault, Outcome, Tx, params};
use journal::{
    Call, Consumer, Event, Follower, Journal, Proof, Proved, Published, Sealed, SealedTable, append,
    events_after, prove, sealed_table,
};
use kernel::{Actor, District, Id, Person};
use proof::Trust;
use testkit::{World, on_both};

static BLOBS: SealedTable =
    sealed_table!("blob": "district" 1, "id" 2, "media_type" 3, "content" 4, "created_at" 5);

fn district() -> District {
    District::new(420_103).unwrap()
}

/// A fact with an insert-only row, the way a use case writes one.
fn happen(world: &World, kind: &'static str) -> Id<Person> {
    world
        .write("happen", &Actor::system(), move |tx, call| {
            let id: Id<Person> = call.id(district());
            let row = BLOBS.insert(tx, params![district(), id, "text/plain", b"x".as_slice(), call.now])?;
            append(tx, call, Event::new(kind, district(), id, 1).with("n", 5).row(&row))?;
            Ok(id)
        })
        .unwrap()
}

fn verify(world: &World) -> journal::Report {
    journal::verify(&world.db, &world.kit.keys, vec![&BLOBS], &Published::default()).unwrap()
}

#[test]
fn what_is_committed_is_sealed_in_order_without_gaps() {
    on_both(|world| {
        let ids: Vec<_> = (0..300).map(|_| happen(world, "thing.happened")).collect();
        let refused: Outcome<()> = world.write("refused", &Actor::system(), |tx, call| {
            append(tx, call, Event::new("never", district(), call.id::<Person>(district()), 1))?;
            Err(Failure::Fault(Fault::Defect("on purpose".to_owned())))
        });
        assert!(refused.is_err());
        world.drain(Vec::new());
        let events = world
            .read("look", &Actor::system(), |tx, _| Ok(events_after(tx, district(), 0, 1_000)?))
            .unwrap();
        let subjects: Vec<_> = events.iter().map(|event| event.subject.cast::<Person>()).collect();
        assert_eq!(subjects, ids, "{}", world.engine);
        assert!(events.iter().enumerate().all(|(n, event)| event.seq == n as i64 + 1));
        assert_eq!(verify(world).findings, []);
    });
}

#[test]
fn a_day_that_is_over_gets_its_signed_root() {
    on_both(|world| {
        for _ in 0..3 {
            happen(world, "thing.happened");
            happen(world, "thing.happened");
            world.drain(Vec::new());
            world.pass_minutes(24 * 60);
        }
        world.drain(Vec::new());
        let report = verify(world);
        assert_eq!((report.events, report.rows, report.days, report.findings), (6, 6, 3, vec![]));
        assert_eq!(report.node_days, 3);
        let published = published(world);
        let fits = journal::verify(&world.db, &world.kit.keys, vec![&BLOBS], &published).unwrap();
        assert_eq!(fits.findings, []);
        let other = Published {
            days: published.days.keys().map(|key| (*key, "00".to_owned())).collect(),
            ..Published::default()
        };
        let differs = journal::verify(&world.db, &world.kit.keys, vec![&BLOBS], &other).unwrap();
        assert_eq!(differs.findings.len(), 3);
        assert!(differs.findings.iter().all(|f| f.what.contains("published")));
    });
}

/// What a person finds in the public file.
fn published(world: &World) -> Published {
    let keys = Arc::clone(&world.kit);
    let file =
        world.read("roots", &Actor::system(), move |tx, _| Ok(journal::roots_file(tx, &keys.keys)?)).unwrap();
    Published::parse(&file).unwrap()
}

/// Three closed days of two events each, and what was published of them.
fn three_days(world: &World) -> Published {
    for _ in 0..3 {
        happen(world, "thing.happened");
        happen(world, "thing.happened");
        world.drain(Vec::new());
        world.pass_minutes(24 * 60);
    }
    world.drain(Vec::new());
    published(world)
}

fn tamper(world: &World, statements: &'static [&'static str]) {
    world
        .db
        .write_now("tamper", move |tx| {
            for statement in statements {
                tx.execute(statement, params![district()])?;
            }
            Ok::<(), Fault>(())
        })
        .unwrap();
}

#[test]
fn what_was_published_and_is_gone_is_found() {
    on_both(|world| {
        let published = three_days(world);
        // The last two days are cut off, and the head is set to where the chain then ends.
        world
            .db
            .write_now("tamper", |tx| {
                let (link, at): (Vec<u8>, i64) = tx.query_one(
                    "SELECT link, sealed_at FROM journal WHERE district = $1 AND seq = 2",
                    params![district()],
                )?;
                tx.execute_one(
                    "UPDATE journal_head SET seq = 2, day_first_seq = 3, link = $2 WHERE district = $1",
                    params![district(), link],
                )?;
                tx.execute(
                    "DELETE FROM blob WHERE district = $1 AND created_at > $2",
                    params![district(), at],
                )
            })
            .unwrap();
        tamper(
            world,
            &[
                "DELETE FROM journal WHERE district = $1 AND seq > 2",
                "DELETE FROM journal_day WHERE district = $1 AND first_seq > 2",
            ],
        );
        // The roots of roots still tell, as long as they stand.
        let told: Vec<String> =
            verify(world).findings.iter().map(|f| format!("{} {}", f.table, f.row)).collect();
        assert_eq!(told, ["node_day 2026-03-10", "node_day 2026-03-11"], "{}", world.engine);
        forget_node_days(world, "DELETE FROM node_day WHERE district = $1 AND day > $2");
        assert_eq!(verify(world).findings, [], "{}: nothing in the database tells", world.engine);
        let against = |published: &Published| {
            journal::verify(&world.db, &world.kit.keys, vec![&BLOBS], published).unwrap().findings
        };
        let gone = |findings: &[journal::Finding]| -> Vec<String> {
            let gone = findings.iter().filter(|f| f.what == "published, but gone");
            gone.map(|f| format!("{} {}", f.district, f.row)).collect()
        };
        let names = |days: &[&str]| -> Vec<String> {
            let own = days.iter().map(|day| format!("420103 {day}"));
            own.chain(days.iter().map(|day| format!("000000 {day}"))).collect()
        };
        let cut = ["2026-03-10", "2026-03-11"];
        assert_eq!(gone(&against(&published)), names(&cut), "{}", world.engine);
        // The whole district is wiped.
        tamper(
            world,
            &[
                "DELETE FROM blob WHERE district = $1",
                "DELETE FROM journal_head WHERE district = $1",
                "DELETE FROM journal WHERE district = $1",
                "DELETE FROM journal_day WHERE district = $1",
            ],
        );
        forget_node_days(world, "DELETE FROM node_day WHERE district = $1 AND day > $2 - 9");
        assert_eq!(verify(world).findings, [], "{}", world.engine);
        let findings = against(&published);
        let all = names(&["2026-03-09", "2026-03-10", "2026-03-11"]);
        assert_eq!((gone(&findings), findings.len()), (all, 7), "{}: {findings:?}", world.engine);
    });
}

/// Runs a change of the node's rows; `$2` is the first of the three days.
fn forget_node_days(world: &World, sql: &'static str) {
    let first = testkit::beginning().day();
    world.db.write_now("tamper", move |tx| tx.execute(sql, params![District::default(), first])).unwrap();
}

#[test]
fn one_root_holds_the_roots_of_every_district_of_a_day() {
    on_both(|world| {
        let other = District::new(420_106).unwrap();
        let happen_in = |at: District| {
            let told = world.write("happen", &Actor::system(), move |tx, call| {
                Ok(append(tx, call, Event::new("thing.happened", at, call.id::<Person>(at), 1))?)
            });
            told.unwrap();
        };
        happen_in(district());
        happen_in(other);
        world.drain(Vec::new());
        // Just after midnight the districts close their days; the node waits for an hour.
        world.pass_minutes(24 * 60 - world.now().minute_of_day() + 10);
        world.drain(Vec::new());
        assert_eq!((verify(world).days, verify(world).node_days), (2, 0));
        world.pass_minutes(60);
        world.drain(Vec::new());
        let day = testkit::beginning().day();
        let (nodes, roots) = world
            .read("roots", &Actor::system(), move |tx, _| {
                Ok((journal::node_roots(tx, None, 9)?, journal::roots_of_days(tx, day, day)?))
            })
            .unwrap();
        let node = &nodes[0];
        assert_eq!((nodes.len(), node.day, node.districts, roots.len()), (1, day, 2, 2));
        let leaves: Vec<_> = roots.iter().map(|root| proof::leaf_hash(root.statement().as_bytes())).collect();
        assert_eq!(node.root, proof::merkle_root(&leaves), "an outsider computes the same");
        let key = world.kit.keys.public_key();
        vault::verify(key.as_bytes(), node.statement().as_bytes(), &node.signature).unwrap();
        // Whatever is changed of a root, or of the root of roots, or taken away, is found and named.
        for wrong in [
            "UPDATE journal_day SET closed_at = closed_at + 1 WHERE district = $1",
            "DELETE FROM journal_day WHERE district = $1",
        ] {
            let fresh = journal::verify(&world.db, &world.kit.keys, vec![&BLOBS], &published(world)).unwrap();
            assert_eq!(fresh.findings, [], "{wrong}");
            world.db.write_now("tamper", move |tx| tx.execute(wrong, params![other])).unwrap();
            let found = verify(world).findings;
            let named = found.iter().any(|f| f.table == "node_day" && f.row == day.to_string());
            assert!(named, "{}: {wrong}: {found:?}", world.engine);
            let root = roots.iter().find(|root| root.district == other).unwrap().clone();
            world
                .db
                .write_now("tamper", move |tx| {
                    tx.execute("DELETE FROM journal_day WHERE district = $1", params![other])?;
                    tx.execute_one(
                        "INSERT INTO journal_day (district, day, first_seq, last_seq, root, link, signature, closed_at)
                         SELECT district, $2, 1, 1, $3, link, $4, $5 FROM journal WHERE district = $1 AND seq = 1",
                        params![other, root.day, root.root, root.signature, root.closed_at],
                    )
                })
                .unwrap();
        }
    });
}

#[test]
fn a_district_that_is_stuck_does_not_keep_the_days_of_the_node_open() {
    on_both(|world| {
        happen(world, "thing.happened");
        world.drain(Vec::new());
        let id: Id<Person> = world.kit.ids.next(world.now(), district());
        world
            .db
            .write_now("tamper", move |tx| {
                tx.execute_one(
                    "INSERT INTO journal_pending (district, id, subject, version, body) VALUES ($1, $2, $2, 1, $3)",
                    params![district(), id, b"no event".as_slice()],
                )
            })
            .unwrap();
        world.pass_minutes(26 * 60);
        let follower = Follower::new(world.db.clone(), Arc::clone(&world.kit), Vec::new());
        assert!(follower.drain().is_err(), "{}", world.engine);
        let report = verify(world);
        assert_eq!((report.days, report.node_days, report.findings), (1, 1, vec![]), "{}", world.engine);
    });
}

#[test]
fn every_event_of_a_day_that_is_over_has_a_proof_that_holds_after_the_key_was_replaced_too() {
    on_both(|world| {
        let ids: Vec<_> = (0..5).map(|_| happen(world, "thing.happened")).collect();
        let ask = |id: Id<Person>, version| {
            let kit = Arc::clone(&world.kit);
            let asked =
                world.read("prove", &Actor::system(), move |tx, _| Ok(prove(tx, &kit.keys, id, version)?));
            asked.unwrap()
        };
        assert_eq!(ask(ids[0], 1), Proved::NotYet, "not sealed");
        world.drain(Vec::new());
        assert_eq!(ask(ids[0], 1), Proved::NotYet, "the day is not over");
        assert_eq!(ask(ids[0], 2), Proved::Never);
        world.pass_minutes(26 * 60);
        happen(world, "another.day");
        world.drain(Vec::new());
        let trust = Trust::of_roots(&published(world));
        for id in &ids {
            let Proved::Yes(mut proof) = ask(*id, 1) else { panic!("{}: no proof", world.engine) };
            let id = *id;
            proof.row = world.read("row", &Actor::system(), move |tx, _| Ok(BLOBS.row(tx, id)?)).unwrap();
            let held = Proof::read(&proof.bytes()).unwrap().check().unwrap();
            assert_eq!((held.kind.as_str(), held.day.day), ("thing.happened", testkit::beginning().day()));
            assert_eq!(trust.believes(&held), Ok(true), "{}", world.engine);
            let row = proof.row.as_mut().unwrap();
            row.columns.last_mut().unwrap().1 = proof::Cell::Number(7);
            assert_eq!(proof.check(), Err(proof::Broken::Elsewhere(proof::Part::Row)));
        }
        // With a new key in its place, what the old one signed still verifies; with another's it does not.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        world.kit.keys.create(&file).unwrap();
        let mut keys = vault::Keys::load(&file).unwrap();
        keys.rotate_signing(world.now().micros(), &mut rand::rng()).unwrap();
        let found =
            |keys| journal::verify(&world.db, keys, vec![&BLOBS], &Published::default()).unwrap().findings;
        assert_eq!(found(&keys), []);
        let stranger = vault::Keys::generate(vault::Suite::International, &mut rand::rng()).unwrap();
        assert!(found(&stranger).iter().any(|one| one.what == "the signature does not hold"));
    });
}

#[test]
fn rows_whose_whole_journal_is_gone_are_found() {
    on_both(|world| {
        happen(world, "thing.happened");
        world.drain(Vec::new());
        tamper(
            world,
            &["DELETE FROM journal_head WHERE district = $1", "DELETE FROM journal WHERE district = $1"],
        );
        let findings = verify(world).findings;
        assert!(findings.iter().any(|f| f.what == "no event has its digest"), "{findings:?}");
    });
}

#[test]
fn the_open_day_of_the_head_is_recomputed() {
    for wrong in [
        "UPDATE journal_head SET day = day + 1 WHERE district = $1",
        "UPDATE journal_head SET day = day - 1 WHERE district = $1",
        "UPDATE journal_head SET day = day + 9000000000000 WHERE district = $1",
        "UPDATE journal_head SET day_first_seq = day_first_seq + 1 WHERE district = $1",
    ] {
        on_both(|world| {
            three_days(world);
            happen(world, "thing.happened");
            world.drain(Vec::new());
            assert_eq!(verify(world).findings, [], "{}", world.engine);
            world.db.write_now("tamper", move |tx| tx.execute_one(wrong, params![district()])).unwrap();
            let findings = verify(world).findings;
            assert!(
                !findings.is_empty() && findings.iter().all(|f| f.table == "journal_head"),
                "{wrong}: {findings:?}"
            );
        });
    }
}

#[test]
fn one_change_is_one_finding_that_names_the_row() {
    on_both(|world| {
        let ids: Vec<_> = (0..5).map(|_| happen(world, "thing.happened")).collect();
        world.drain(Vec::new());
        let id = ids[2];
        world
            .db
            .write_now("tamper", move |tx| {
                tx.execute_one(
                    "UPDATE blob SET media_type = $3 WHERE district = $1 AND id = $2",
                    params![district(), id, "text/plaim"],
                )
            })
            .unwrap();
        let report = verify(world);
        assert_eq!(report.findings.len(), 1, "{}: {:?}", world.engine, report.findings);
        assert_eq!(
            (report.findings[0].table.as_str(), report.findings[0].row.clone()),
            ("blob", vault::hex(&id.bytes()))
        );
        world
            .db
            .write_now("tamper", |tx| {
                tx.execute_one(
                    "UPDATE journal SET kind = $3 WHERE district = $1 AND seq = $2",
                    params![district(), 4_i64, "thing.happenec"],
                )
            })
            .unwrap();
        let report = verify(world);
        assert!(
            report.findings.iter().any(|f| f.table == "journal" && f.row == "4"),
            "{:?}",
            report.findings
        );
        world
            .db
            .write_now("tamper", move |tx| {
                let gone = ids[0];
                tx.execute_one("DELETE FROM blob WHERE district = $1 AND id = $2", params![district(), gone])
            })
            .unwrap();
        let report = verify(world);
        assert!(report.findings.iter().any(|f| f.what.contains("the row is gone")), "{:?}", report.findings);
    });
}

#[test]
fn the_same_version_cannot_be_told_twice() {
    on_both(|world| {
        let id: Id<Person> = world.kit.ids.next(world.now(), district());
        let tell = move |world: &World| {
            world.write("tell", &Actor::system(), move |tx, call| {
                Ok(append(tx, call, Event::new("thing.happened", district(), id, 1).with("n", 1))?)
            })
        };
        tell(world).unwrap();
        assert!(tell(world).is_err(), "{}: while the first waits", world.engine);
        world.drain(Vec::new());
        assert!(tell(world).is_err(), "{}: when the first is sealed", world.engine);
        world.drain(Vec::new());
        assert_eq!(verify(world).events, 1);
        assert_eq!(world.db.read_now("doctor", journal::stuck).unwrap(), []);
    });
}

/// A pending row written past [`append`].
fn plant(world: &World, district: District, subject: Id<Person>, body: Vec<u8>) -> Id<Journal> {
    let id = world.kit.ids.next(world.now(), district);
    world
        .db
        .write_now("tamper", move |tx| {
            tx.execute_one(
                "INSERT INTO journal_pending (district, id, subject, version, body) VALUES ($1, $2, $3, 1, $4)",
                params![district, id, subject, body],
            )
        })
        .unwrap();
    id
}

#[test]
fn a_district_that_is_stuck_keeps_no_other_waiting() {
    on_both(|world| {
        // Before `district()` in every order, so that the other would be worked on later.
        let other = District::new(110_101).unwrap();
        let ids = &world.kit.ids;
        let nothing = plant(world, other, ids.next(world.now(), other), b"{}".to_vec());
        for _ in 0..3 {
            happen(world, "thing.happened");
        }
        let adder: Arc<dyn Consumer> =
            Arc::new(Adder { fail_on: AtomicI64::new(0), halts: true, version: 1 });
        let follower = Follower::new(world.db.clone(), Arc::clone(&world.kit), vec![adder]);
        assert!(follower.drain().is_err(), "{}: the fault is told", world.engine);
        assert_eq!(sum(world), 15, "{}", world.engine);
        let stuck = || world.db.read_now("doctor", journal::stuck).unwrap();
        assert_eq!(stuck().iter().map(|one| (one.district, one.id)).collect::<Vec<_>>(), [(other, nothing)]);

        let body: (Vec<u8>, Id<Person>) = world
            .db
            .read_now("look", |tx| {
                tx.query_one(
                    "SELECT body, subject FROM journal WHERE district = $1 AND seq = 2",
                    params![district()],
                )
            })
            .unwrap();
        let again = plant(world, district(), body.1, body.0);
        assert!(follower.drain().is_err());
        assert!(stuck().iter().any(|one| one.id == again && one.why == "tells what event 2 has told"));
    });
}

/// Adds up what it follows, in the database, and fails on demand.
struct Adder {
    fail_on: AtomicI64,
    halts: bool,
    /// Each version adds so many times what the first one does.
    version: i64,
}

impl Consumer for Adder {
    fn name(&self) -> &'static str {
        "adder"
    }
    fn halts(&self) -> bool {
        self.halts
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn forget(&self, tx: &mut Tx<'_>, district: District) -> Result<bool, Fault> {
        if self.version == 1 {
            return Ok(false);
        }
        tx.execute("DELETE FROM figure_day WHERE district = $1", params![district])?;
        Ok(true)
    }
    fn follow(&self, tx: &mut Tx<'_>, _: &Call, event: &Sealed) -> Outcome<()> {
        tx.execute(
            "INSERT INTO figure_day (district, division, day, figure, part, amount) VALUES ($1, 0, 0, 'sum', '', $2)
             ON CONFLICT (district, division, day, figure, part) DO UPDATE SET amount = figure_day.amount + EXCLUDED.amount",
            params![event.district, event.number("n")? * self.version],
        )?;
        if event.seq == self.fail_on.load(Ordering::SeqCst) {
            return Err(Fault::Defect("on purpose".to_owned()).into());
        }
        Ok(())
    }
}

fn sum(world: &World) -> i64 {
    world.count("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM figure_day", &[])
}

#[test]
fn effects_count_once_and_a_bad_event_is_parked_or_halts() {
    for halts in [false, true] {
        on_both(|world| {
            for _ in 0..10 {
                happen(world, "thing.happened");
            }
            let adder = Arc::new(Adder { fail_on: AtomicI64::new(4), halts, version: 1 });
            let follower =
                Follower::new(world.db.clone(), Arc::clone(&world.kit), vec![Arc::clone(&adder) as _]);
            for _ in 0..10 {
                follower.drain().unwrap();
            }
            let lag = world.db.read_now("lag", journal::lag).unwrap().remove(0);
            if halts {
                assert_eq!((sum(world), lag.behind, lag.parked, lag.halted.is_some()), (15, 7, 0, true));
            } else {
                assert_eq!((sum(world), lag.behind, lag.parked, lag.halted), (45, 0, 1, None));
            }
            adder.fail_on.store(0, Ordering::SeqCst);
            let again = Arc::clone(&adder);
            world
                .write("retry", &Actor::system(), move |tx, call| {
                    journal::retry(tx, call, again.as_ref(), district())
                })
                .unwrap();
            follower.drain().unwrap();
            assert_eq!(sum(world), 50, "{}", world.engine);
        });
    }
}

#[test]
fn a_newer_version_follows_the_whole_journal_again_once() {
    on_both(|world| {
        let follow = |version: i64, fail_on: i64| {
            let adder: Arc<dyn Consumer> =
                Arc::new(Adder { fail_on: AtomicI64::new(fail_on), halts: false, version });
            let follower = Follower::new(world.db.clone(), Arc::clone(&world.kit), vec![adder]);
            for _ in 0..6 {
                follower.drain().unwrap();
            }
        };
        for _ in 0..70 {
            happen(world, "thing.happened");
        }
        follow(1, 4);
        assert_eq!(sum(world), 69 * 5, "{}: one is parked", world.engine);
        happen(world, "thing.happened");
        follow(3, 0);
        assert_eq!(sum(world), 70 * 15, "{}: what is parked stays parked", world.engine);
        follow(3, 0);
        assert_eq!(sum(world), 70 * 15, "{}: only once", world.engine);
        assert_eq!(world.db.read_now("lag", journal::lag).unwrap().remove(0).parked, 1);
    });
}

#[test]
fn two_followers_at_once_seal_and_count_once() {
    on_both(|world| {
        let adder: Arc<dyn Consumer> =
            Arc::new(Adder { fail_on: AtomicI64::new(0), halts: true, version: 1 });
        std::thread::scope(|scope| {
            for _ in 0..2 {
                let follower =
                    Follower::new(world.db.clone(), Arc::clone(&world.kit), vec![Arc::clone(&adder)]);
                scope.spawn(move || {
                    for _ in 0..30 {
                        follower.drain().unwrap();
                    }
                });
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..40 {
                        happen(world, "thing.happened");
                    }
                });
            }
        });
        world.drain(vec![adder]);
        assert_eq!((sum(world), verify(world).findings), (400, vec![]), "{}", world.engine);
    });
}

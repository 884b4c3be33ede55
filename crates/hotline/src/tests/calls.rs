//! Calling back: whose turn it is, races, tries in vain, taking back, missed calls, what is forgotten.

use std::sync::Barrier;

use db::Outcome;
use kernel::{Actor, Id, Instant, Minutes, Person};
use testkit::World;

use super::{HERE, begun, help, id, later, on_the_line, operator, resident, rule, sent};
use crate::{Board, KEPT_DAYS, PhoneCall, Said, Settled, State};

fn board(world: &World, who: &Actor) -> Board {
    world.read("hotline_calls_page", who, crate::board).expect("a board")
}

fn take(world: &World, who: &Actor, one: Id<PhoneCall>) -> Outcome<String> {
    world.write("hotline_take", who, move |tx, call| Ok(crate::take(tx, call, one)?.1.as_str().to_owned()))
}

fn settle(world: &World, who: &Actor, one: Id<PhoneCall>, came: Settled, words: &str) -> Outcome<PhoneCall> {
    let words = words.to_owned();
    world.write("hotline_settle", who, move |tx, call| crate::settle(tx, call, one, (came, &words)))
}

fn missed(world: &World, who: &Actor, number: &str, at: Instant) -> Outcome<PhoneCall> {
    let number = number.to_owned();
    world.write("hotline_missed", who, move |tx, call| crate::missed(tx, call, &number, at))
}

/// An enquiry that waits since now.
fn waiting(world: &World, who: &Actor, number: &str) -> PhoneCall {
    let one = begun(world, who, number).unwrap();
    sent(world, who, &one, later("材料齐了没有")).unwrap()
}

fn looks(world: &World, who: &Actor) -> Vec<people::Field> {
    let looks = world.read("test_looks", who, people::looks).unwrap();
    looks.into_iter().map(|look| look.field).collect()
}

#[test]
fn of_two_operators_one_calls_back_and_the_other_is_told_who() {
    testkit::on_both(|world| {
        let both = [operator(world, "何立夏"), operator(world, "吕立秋")];
        for n in 0..4 {
            let one = waiting(world, &both[0], &format!("1380000020{n}")).id;
            let start = Barrier::new(2);
            let taken: Vec<Outcome<String>> = std::thread::scope(|scope| {
                let tries: Vec<_> = both
                    .iter()
                    .map(|who| {
                        let start = &start;
                        scope.spawn(move || {
                            start.wait();
                            take(world, who, one)
                        })
                    })
                    .collect();
                tries.into_iter().map(|one| one.join().unwrap()).collect()
            });
            assert_eq!(taken.iter().filter(|one| one.is_ok()).count(), 1, "{taken:?}");
            let winner = taken.iter().position(Outcome::is_ok).unwrap();
            let loser = &both[1 - winner];
            match taken.into_iter().find_map(Result::err) {
                Some(db::Failure::Refused(refusal)) => {
                    assert_eq!(refusal.rule, "call-taken");
                    let name = ["何**", "吕**"][winner];
                    assert_eq!(refusal.args, [("who", kernel::Arg::from(name.to_owned()))]);
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(rule(settle(world, loser, one, Settled::NoAnswer, "")), "call-take-first");
            let by: Option<Id<Person>> = board(world, loser)
                .later
                .iter()
                .find(|seen| seen.id == one)
                .and_then(|seen| seen.taken_now(world.now()));
            assert_eq!(by, both[winner].person);
        }
    });
}

#[test]
fn who_forgets_a_call_back_leaves_it_to_others_after_a_while() {
    testkit::on_both(|world| {
        let (her, him) = (operator(world, "何立夏"), operator(world, "吕立秋"));
        let one = waiting(world, &her, "13800000210").id;
        assert_eq!(take(world, &her, one).unwrap(), "13800000210");
        assert_eq!(take(world, &her, one).unwrap(), "13800000210", "again is harmless");
        world.pass_minutes(14);
        assert_eq!(rule(take(world, &him, one)), "call-taken");
        world.pass_minutes(1);
        take(world, &him, one).unwrap();
        assert_eq!(rule(settle(world, &her, one, Settled::NoAnswer, "")), "call-take-first");
    });
}

#[test]
fn three_tries_in_vain_are_given_up_for_a_worker() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let li = resident(world, "李淑英", HERE, "13800000211");
        let one = waiting(world, &her, "13800000211").id;
        for tries in 1..=3 {
            take(world, &her, one).unwrap();
            let done = settle(world, &her, one, Settled::NoAnswer, "").unwrap();
            assert_eq!(done.tries, tries);
            if tries < 3 {
                assert_eq!((done.state, done.due_at), (State::Due, Some(world.now() + Minutes(120))));
                assert!(board(world, &her).due.is_empty());
                world.pass_minutes(120);
                assert_eq!(board(world, &her).due.len(), 1);
            } else {
                assert_eq!(done.state, State::GivenUp);
            }
        }
        let seen = board(world, &her);
        assert_eq!((seen.given_up.len(), seen.due.len(), seen.later.len()), (1, 0, 0));
        // Each reveal is on record: one look as she called, three for the number.
        let seen = looks(world, &li);
        assert_eq!(seen.iter().filter(|field| **field == people::Field::Phone).count(), 3);
        assert_eq!(seen.len(), 4);
        // The third time was a slip: taken back, the call waits now.
        let undone = world.write("hotline_undo", &her, move |tx, call| crate::undo(tx, call, one)).unwrap();
        assert_eq!((undone.tries, undone.state, undone.due_at), (2, State::Due, Some(world.now())));
        take(world, &her, one).unwrap();
        settle(world, &her, one, Settled::NoAnswer, "").unwrap();
        world.pass_minutes(10);
        let late = world.write("hotline_undo", &her, move |tx, call| crate::undo(tx, call, one));
        assert_eq!(rule(late), "call-undo-late");
        // A worker of the place sees it and looks after it.
        let worker = people::testing::worker(world, "周工作", HERE, HERE);
        assert_eq!(board(world, &worker).given_up.len(), 1);
        take(world, &worker, one).unwrap();
        let done = settle(world, &worker, one, Settled::Otherwise, "上门问过了").unwrap();
        assert_eq!(done.state, State::Closed);
        assert_eq!(rule(take(world, &worker, one)), "call-done");
    });
}

#[test]
fn who_is_reached_is_told_something_or_asks_for_help() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let li = resident(world, "李淑英", HERE, "13800000212");
        let one = waiting(world, &her, "13800000212").id;
        take(world, &her, one).unwrap();
        assert_eq!(rule(settle(world, &her, one, Settled::Reached, "")), "words:call-words-missing");
        let long = "长".repeat(501);
        assert_eq!(rule(settle(world, &her, one, Settled::Reached, &long)), "words:call-words-too-long");
        let done = settle(world, &her, one, Settled::Reached, "材料齐了").unwrap();
        assert_eq!((done.state, done.said.answer.as_str()), (State::Closed, "材料齐了"));

        let rang = world.now() - Minutes(5);
        let other = missed(world, &her, "13800000212", rang).unwrap();
        assert_eq!((other.person, other.due_at, other.began_at), (li.person, Some(world.now()), rang));
        assert_eq!(
            missed(world, &her, "13800000212", world.now()).unwrap().id,
            other.id,
            "rings twice, waits once"
        );
        let other = other.id;
        let resume = || world.write("hotline_resume", &her, move |tx, call| crate::resume(tx, call, other));
        assert_eq!(rule(resume()), "call-take-first");
        take(world, &her, other).unwrap();
        let busy = begun(world, &her, "").unwrap();
        assert_eq!(rule(resume()), "call-on-the-line");
        sent(world, &her, &busy, Said { kind: "other".into(), ..Said::default() }).unwrap();
        let resumed = resume().unwrap();
        assert_eq!(on_the_line(world, &her).unwrap().name(), "李淑英");
        let helped = sent(world, &her, &resumed, help("米")).unwrap();
        assert!(helped.need.is_some());
        let figures = board(world, &her).figures;
        assert_eq!((figures.today, figures.at_once, figures.waiting, figures.since), (3, 1, 0, None));
    });
}

#[test]
fn a_missed_call_is_due_at_once_and_what_is_no_call_is_refused() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let now = world.now();
        missed(world, &her, "027-55500101", now - Minutes(30)).unwrap();
        let agreed = waiting(world, &her, "13800000213");
        assert!(agreed.due_at > Some(now));
        assert_eq!(
            missed(world, &her, "13800000213", now).unwrap().due_at,
            Some(now),
            "who rings again waits no longer"
        );
        let seen = board(world, &her);
        assert_eq!(
            (seen.due.len(), seen.figures.waiting, seen.figures.since),
            (2, 2, Some(now - Minutes(30)))
        );
        assert_eq!(rule(missed(world, &her, "110", now)), "number:call-number");
        for at in [now + Minutes(1), now - Minutes(7 * 24 * 60 + 1)] {
            assert_eq!(rule(missed(world, &her, "13800000214", at)), "at:call-at");
        }
        let li = resident(world, "李淑英", HERE, "13800000215");
        assert_eq!(rule(missed(world, &li, "13800000215", now)), "forbidden");
    });
}

#[test]
fn what_made_no_need_is_forgotten_after_half_a_year() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        resident(world, "李淑英", HERE, "13800000216");
        let need = begun(world, &her, "13800000216").unwrap();
        sent(world, &her, &need, help("米")).unwrap();
        let enquiry = waiting(world, &her, "13800000217").id;
        let day = 24 * 60;
        world.pass_minutes(i64::from(KEPT_DAYS) * day);
        let kept = || {
            world.count("SELECT COUNT(*) FROM phone_call WHERE said IS NOT NULL AND number IS NOT NULL", &[])
        };
        crate::forget(&world.db, world.now()).unwrap();
        assert_eq!(kept(), 2, "on its last day it is there");
        world.pass_minutes(1);
        crate::forget(&world.db, world.now()).unwrap();
        assert_eq!(kept(), 1);
        assert_eq!(rule(take(world, &her, enquiry)), "call-done");
        let forgotten = "SELECT COUNT(*) FROM phone_call
             WHERE said IS NULL AND number IS NULL AND number_index IS NULL AND state = 'closed'";
        assert_eq!(world.count(forgotten, &[]), 1);
        // Only the one that made a need is still found by its number.
        assert_eq!(begun(world, &her, "13800000217").unwrap().person, None);
        assert_eq!(id(&her), begun(world, &her, "13800000216").unwrap().operator.unwrap());
    });
}

#[test]
fn a_rotation_of_keys_leaves_every_number_findable() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        waiting(world, &her, "13800000218");
        assert_eq!(crate::reindex(&world.db, &world.kit).unwrap(), 0, "all are under the key in use");
        let index = "SELECT COUNT(*) FROM phone_call WHERE number_index IS NOT NULL";
        assert_eq!(world.count(index, &[]), 1);
        world
            .write("test_old_index", &her, |tx, _| {
                let old = "UPDATE phone_call SET number_index = $1 WHERE district = 420103";
                Ok(tx.execute(old, db::params![[7_u8; 32]])?)
            })
            .unwrap();
        assert_eq!(crate::reindex(&world.db, &world.kit).unwrap(), 1);
        assert_eq!(crate::reindex(&world.db, &world.kit).unwrap(), 0);
        let seen = missed(world, &her, "13800000218", world.now()).unwrap();
        assert_eq!(seen.said.words, "材料齐了没有", "found by its number");
    });
}

//! Asking volunteers: sixty seconds to undo, no, silence, and two who say yes at once.

use std::sync::Barrier;

use kernel::{Actor, Instant, Minutes};
use people::testing;
use testkit::{World, on_both};

use crate::{
    State, Typed, accept, decline, give_back, take_back,
    tests::{
        FAR, HERE, NEAR, browser, change, dispatched, events, id, now_is, rule, state, submitted, tick,
        typed, verified,
    },
};

struct Street {
    li: Actor,
    worker: Actor,
    wang: Actor,
    zhao: Actor,
}

fn street(world: &World) -> Street {
    Street {
        li: testing::resident(world, "李淑英", HERE),
        worker: testing::worker(world, "冯九", HERE, "420103001"),
        wang: testing::volunteer(world, "王建国", HERE),
        zhao: testing::volunteer(world, "赵小雨", NEAR),
    }
}

impl Street {
    fn need(&self, world: &World) -> crate::Need {
        let need = submitted(world, &self.li, typed("elderly")).unwrap();
        verified(world, &self.worker, &need);
        need
    }
}

#[test]
fn what_is_taken_back_within_a_minute_was_never_sent() {
    on_both(|world| {
        let street = street(world);
        let need = street.need(world);
        dispatched(world, &street.worker, &need, &[&street.wang, &street.zhao]).unwrap();
        world.kit.clock.advance_to(world.now().plus_seconds(59));
        assert_eq!(tick(world).told, 0);
        assert_eq!(rule(change(world, "need_accept", &street.wang, &need, accept)), "task-asked-others");
        assert_eq!(browser(world, &street.wang).get(&format!("/tasks/{}", need.id)).status, 404);
        change(world, "need_take_back", &street.worker, &need, take_back).unwrap();
        assert_eq!(state(world, &need), State::Verified);
        world.pass_minutes(10);
        tick(world);
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE district = $1", &[420_103]), 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM offer WHERE district = $1", &[420_103]), 0);
        // Asked again, and now the minute passes: it is sent, to the phones, and stays so.
        dispatched(world, &street.worker, &need, &[&street.wang]).unwrap();
        world.pass_minutes(1);
        assert_eq!((tick(world).told, tick(world).told), (1, 0));
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE district = $1", &[420_103]), 1);
        assert_eq!(
            rule(change(world, "need_take_back", &street.worker, &need, take_back)),
            "need-already-sent"
        );
    });
}

#[test]
fn who_says_no_makes_room_for_the_next() {
    on_both(|world| {
        let street = street(world);
        let need = street.need(world);
        dispatched(world, &street.worker, &need, &[&street.wang]).unwrap();
        assert_eq!(rule(change(world, "need_decline", &street.zhao, &need, decline)), "missing");
        world.pass_minutes(2);
        change(world, "need_decline", &street.wang, &need, decline).unwrap();
        change(world, "need_decline", &street.wang, &need, decline).unwrap();
        assert_eq!(state(world, &need), State::Offered);
        assert!(browser(world, &street.zhao).get("/tasks").body.contains("请您来帮忙"));
        assert_eq!(rule(change(world, "need_accept", &street.wang, &need, accept)), "task-asked-others");
        // The last one says no too: back to the worker, in words, and nobody is punished.
        change(world, "need_decline", &street.zhao, &need, decline).unwrap();
        assert_eq!(state(world, &need), State::Verified);
        assert_eq!((events(world, "need.returned"), events(world, "need.offered")), (1, 2));
        assert_eq!(rule(dispatched(world, &street.worker, &need, &[])), "need-nobody-fits");
        // "No" was to this asking; who finds time after all may still come.
        change(world, "need_accept", &street.wang, &need, accept).unwrap();
    });
}

#[test]
fn silence_makes_room_for_the_next() {
    on_both(|world| {
        let street = street(world);
        let need = street.need(world);
        let offers = dispatched(world, &street.worker, &need, &[&street.wang]).unwrap();
        world.wait_until(offers[0].answer_by);
        assert_eq!(tick(world).looked, 1);
        assert_eq!(tick(world).expired, 0, "the last moment still counts");
        world.pass_minutes(1);
        assert_eq!(rule(change(world, "need_accept", &street.wang, &need, accept)), "task-answer-late");
        assert_eq!(tick(world).expired, 1);
        change(world, "need_accept", &street.zhao, &need, accept).unwrap();
        let now = now_is(world, &need);
        assert_eq!((now.state, now.helper), (State::Accepted, Some(id(&street.zhao))));
        assert_eq!(rule(change(world, "need_accept", &street.wang, &need, accept)), "task-taken");
        assert_eq!(now.ends_at.minutes_since(now.starts_at), now.minutes, "the time is exact now");
    });
}

#[test]
fn the_helper_who_cannot_come_is_replaced() {
    on_both(|world| {
        let street = street(world);
        let need = street.need(world);
        change(world, "need_accept", &street.wang, &need, accept).unwrap();
        assert_eq!(rule(change(world, "need_give_back", &street.zhao, &need, give_back)), "missing");
        change(world, "need_give_back", &street.wang, &need, give_back).unwrap();
        assert_eq!((state(world, &need), now_is(world, &need).helper), (State::Verified, None));
        assert_eq!(world.count("SELECT COUNT(*) FROM commitment WHERE district = $1", &[420_103]), 0);
        change(world, "need_accept", &street.zhao, &need, accept).unwrap();
    });
}

#[test]
fn two_at_once_and_exactly_one_has_it() {
    on_both(|world| {
        let street = street(world);
        for round in 0..50 {
            let need = street.need(world);
            if round % 2 == 0 {
                dispatched(world, &street.worker, &need, &[&street.wang, &street.zhao]).unwrap();
                world.pass_minutes(1);
            }
            let gate = Barrier::new(2);
            let try_it = |who: &Actor| {
                gate.wait();
                change(world, "need_accept", who, &need, accept)
            };
            let (a, b) = std::thread::scope(|scope| {
                let (a, b) = (scope.spawn(|| try_it(&street.wang)), scope.spawn(|| try_it(&street.zhao)));
                (a.join().unwrap(), b.join().unwrap())
            });
            let (winner, loser) = match (a, b) {
                (Ok(_), Err(lost)) => (&street.wang, lost),
                (Err(lost), Ok(_)) => (&street.zhao, lost),
                other => panic!("{}: round {round}: {other:?}", world.engine),
            };
            assert_eq!(loser.refusal().map(|refusal| refusal.rule), Some("task-taken"), "{loser}");
            assert_eq!(now_is(world, &need).helper, Some(id(winner)));
            assert_eq!(world.count("SELECT COUNT(*) FROM commitment WHERE district = $1", &[420_103]), 1);
            change(world, "need_cancel", &street.li, &need, crate::cancel).unwrap();
            assert_eq!(world.count("SELECT COUNT(*) FROM commitment WHERE district = $1", &[420_103]), 0);
        }
        assert_eq!(events(world, "need.accepted"), 50);
    });
}

#[test]
fn nobody_is_promised_to_two_at_one_time() {
    on_both(|world| {
        let street = street(world);
        let at = |part: &str| {
            let day = "2026-03-11".to_owned();
            let need = submitted(world, &street.li, Typed { day, part: part.to_owned(), ..typed("elderly") })
                .unwrap();
            verified(world, &street.worker, &need);
            need
        };
        let (first, second, third) = (at("evening"), at("evening"), at("evening"));
        change(world, "need_accept", &street.wang, &first, accept).unwrap();
        change(world, "need_accept", &street.wang, &second, accept).unwrap();
        assert!(now_is(world, &second).starts_at >= now_is(world, &first).ends_at, "one after the other");
        assert_eq!(rule(change(world, "need_accept", &street.wang, &third, accept)), "busy-then");
        let late = Instant::parse_local("2026-03-11T19:45").unwrap();
        world.wait_until(late);
        assert_eq!(rule(change(world, "need_accept", &street.zhao, &third, accept)), "task-over");
    });
}

#[test]
fn why_and_why_not_are_said() {
    on_both(|world| {
        let street = street(world);
        let limited = testing::volunteer_with(world, "孙大力", HERE, |wish| {
            wish.limits = vec!["lifting".to_owned()]
        });
        let need =
            submitted(world, &street.li, Typed { risk: "lifting".into(), ..typed("elderly") }).unwrap();
        let desk = browser(world, &street.worker);
        let why = desk.get(&format!("/w/needs/{}/why/{}", need.id, id(&limited)));
        assert!(why.body.contains("说过不方便：要搬重东西"), "{}", why.body);
        let path = format!("/api/v1/needs/{}/candidates", need.id);
        let best = desk.get(&path).json();
        let best = best["candidates"].as_array().unwrap();
        assert_eq!(best.len(), 2);
        assert_eq!(best[0]["person"], id(&street.wang).to_string());
        assert_eq!(best[0]["why"], "同一个社区，还没轮到过");
        assert_eq!(best[1]["why"], "同一条街道，还没轮到过");
        let against = desk.get(&format!("{path}/{}", id(&limited))).json();
        assert_eq!(against["rules"][0], "limit-exceeded");
        let skilled = submitted(world, &street.li, typed("care")).unwrap();
        let refused = change(world, "need_accept", &street.wang, &skilled, accept);
        assert_eq!(rule(refused), "missing", "nobody may know of it before it was checked");
        verified(world, &street.worker, &skilled);
        assert_eq!(rule(change(world, "need_accept", &street.wang, &skilled, accept)), "task-not-for-you");
        let resident = testing::resident(world, "周大妈", HERE);
        assert_eq!(rule(change(world, "need_accept", &resident, &skilled, accept)), "task-not-volunteer");
    });
}

#[test]
fn the_same_face_comes_first_again() {
    on_both(|world| {
        let street = street(world);
        let need = street.need(world);
        change(world, "need_accept", &street.zhao, &need, accept).unwrap();
        world.wait_until(now_is(world, &need).starts_at);
        change(world, "need_start", &street.zhao, &need, crate::start).unwrap();
        world.pass_minutes(55);
        change(world, "need_done", &street.zhao, &need, crate::done).unwrap();
        change(world, "need_close", &street.li, &need, |tx, call, id| {
            crate::confirm(tx, call, id, crate::Answered::Done(0))
        })
        .unwrap();
        let next = street.need(world);
        let best = change(world, "test_candidates", &street.worker, &next, |tx, call, id| {
            crate::candidates(tx, call, id, 3)
        });
        let best = best.unwrap();
        assert_eq!(best[0].person, id(&street.zhao));
        assert!(best[0].why.starts_with("came-before:1 near:street"), "{}", best[0].why);
    });
}

#[test]
fn a_helper_from_another_district_is_one_transaction() {
    on_both(|world| {
        let street = street(world);
        let guest = testing::volunteer(world, "郑远来", FAR);
        let need = street.need(world);
        change(world, "need_accept", &guest, &need, accept).unwrap();
        world.wait_until(now_is(world, &need).starts_at + Minutes(5));
        change(world, "need_start", &guest, &need, crate::start).unwrap();
        world.pass_minutes(40);
        change(world, "need_done", &guest, &need, crate::done).unwrap();
        change(world, "need_close", &street.li, &need, |tx, call, id| {
            crate::confirm(tx, call, id, crate::Answered::Done(2))
        })
        .unwrap();
        assert_eq!(state(world, &need), State::Closed);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE district = $1", &[420_102]), 1);
    });
}

#[test]
fn where_enough_neighbours_fit_nobody_else_is_looked_at() {
    on_both(|world| {
        let street = street(world);
        let away = testing::volunteer(world, "郑远方", "420103002001");
        let need = street.need(world);
        let needs_id = need.id;
        // Who is suggested, and how many statements it took.
        let best = || {
            let before = world.statements("test_candidates");
            let found = world
                .read("test_candidates", &street.worker, move |tx, call| {
                    crate::candidates(tx, call, needs_id, crate::CANDIDATES_MAX)
                })
                .unwrap();
            let people: Vec<_> = found.iter().map(|one| one.person).collect();
            (people, world.statements("test_candidates") - before)
        };
        let (few, with_district) = best();
        assert_eq!(few, [id(&street.wang), id(&street.zhao), id(&away)]);
        for n in 0..super::candidates::RANKED - 2 {
            testing::volunteer(world, "钱近邻", if n % 2 == 0 { HERE } else { NEAR });
        }
        let (many, street_alone) = best();
        assert_eq!(street_alone, with_district - 1);
        assert_eq!((many.len(), many[0]), (crate::CANDIDATES_MAX, few[0]));
        assert!(!many.contains(&id(&away)));
        // Who is named is asked wherever they live.
        assert_eq!(dispatched(world, &street.worker, &need, &[&away]).unwrap().len(), 1);
    });
}

//! Typed hours wait for their person's yes and a second person; claims go to the level above.

use super::*;
use crate::{Ticked, TypedReason, answer_claim, claim, deny, tick, type_in};

/// Two days after it was, the leader says that the volunteer was there.
fn typed(world: &World, leader: &Actor, id: Id<Attendance>, (from, to): (Instant, Instant)) {
    let by = leader.person.unwrap();
    world
        .write("roll_settle", &Actor::system(), move |tx, call| {
            for (kind, at) in [(SignalKind::Arrived, from), (SignalKind::Left, to)] {
                let source = Source::RollCall;
                signal(tx, call, id, &Signal { kind, source, witness: by, device: &[], at })?;
            }
            type_in(tx, call, id, by, TypedReason::NoNetwork)
        })
        .unwrap();
}

fn says_yes(world: &World, who: &Actor, id: Id<Attendance>) -> db::Outcome<Option<crate::Confirmed>> {
    world.write("hours_claim", who, move |tx, call| claim(tx, call, id))
}

fn answers(
    world: &World,
    who: &Actor,
    id: Id<Attendance>,
    minutes: Option<i64>,
) -> db::Outcome<Option<crate::Confirmed>> {
    world.write("claim_answer", who, move |tx, call| answer_claim(tx, call, id, minutes.map(Minutes)))
}

fn told(world: &World, who: &Actor, id: Id<Attendance>) -> crate::Why {
    world.read("why_page", who, move |tx, call| why(tx, call, id)).unwrap()
}

fn ticked(world: &World) -> Ticked {
    world.drain(Vec::new());
    tick(&world.db, &world.kit).unwrap()
}

/// Messages of a kind, also those that wait for the morning.
fn sent(world: &World, kind: &'static str) -> i64 {
    let counted: Vec<(String, i64)> = world
        .db
        .read_now("test_look", |tx| {
            tx.query(
                "SELECT kind, COUNT(*) FROM message WHERE district = 420103 GROUP BY kind",
                db::params![],
            )
        })
        .unwrap();
    counted.into_iter().find(|(one, _)| one == kind).map_or(0, |(_, count)| count)
}

#[test]
fn typed_hours_lapse_without_the_persons_yes() {
    on_both(|world| {
        let from = world.now();
        let (leader, volunteer, id) = presence(world, ELSEWHERE, 60);
        world.wait_until(from.day().plus(2).at_minute(9 * 60));
        typed(world, &leader, id, (from, from + Minutes(60)));
        assert_eq!(sent(world, "hours_typed"), 1, "told at once");
        let why = told(world, &volunteer, id);
        assert_eq!(
            (why.reasons, why.typed_reason.as_deref(), why.yes_until.as_deref(), why.may_say_yes),
            (vec!["no-own-yes".to_owned(), "typed".to_owned()], Some("no_network"), Some("2026-03-18"), true)
        );
        // Reminded once on the fifth day, by two servers at once.
        world.wait_until(from.day().plus(7).at_minute(9 * 60).plus_seconds(-1));
        assert_eq!(ticked(world), Ticked::default());
        world.pass_minutes(1);
        let reminded: usize = std::thread::scope(|scope| {
            let both: Vec<_> =
                (0..2).map(|_| scope.spawn(|| tick(&world.db, &world.kit).unwrap().reminded)).collect();
            both.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!((reminded, sent(world, "hours_typed_again")), (1, 1), "{}", world.engine);
        assert_eq!(ticked(world), Ticked::default());
        // The last minute of the seventh day is in time; who says nothing then has nothing.
        world.wait_until(from.day().plus(10).start().plus_seconds(-60));
        assert_eq!(ticked(world).lapsed, 0);
        world.pass_minutes(1);
        assert_eq!(rule(says_yes(world, &volunteer, id)), "typed-lapsed", "before anybody has looked");
        assert_eq!(ticked(world).lapsed, 1);
        assert_eq!(ticked(world).lapsed, 0);
        let why = told(world, &volunteer, id);
        assert_eq!((why.reasons.last().map(String::as_str), why.may_say_yes), (Some("lapsed"), false));
        assert_eq!(rule(says_yes(world, &volunteer, id)), "typed-lapsed");
        let counted = world.read("hours_page", &volunteer, own_hours).unwrap();
        assert_eq!((counted.minutes, counted.by_grade), (0, vec![0; 4]));
        // Typed in anew by another, it waits anew.
        typed(
            world,
            &people::testing::worker(world, "吴再录", HERE, "420103002"),
            id,
            (from, from + Minutes(60)),
        );
        assert_eq!(sent(world, "hours_typed"), 2);
        assert_eq!(says_yes(world, &volunteer, id).unwrap(), None);
        verified(world);
    });
}

#[test]
fn who_typed_it_in_is_not_the_second_person() {
    on_both(|world| {
        let from = world.now();
        let (leader, volunteer, id) = presence(world, HERE, 60);
        world.pass_minutes(2 * 1_440);
        typed(world, &leader, id, (from, from + Minutes(60)));
        assert_eq!(says_yes(world, &volunteer, id).unwrap(), None);
        assert_eq!(told(world, &leader, id).may_answer, None);
        assert_eq!(rule(answers(world, &leader, id, Some(60))), "typed-second");
        let second = people::testing::worker(world, "吴复核", HERE, "420103002");
        let confirmed = answers(world, &second, id, Some(60)).unwrap().unwrap();
        assert_eq!((confirmed.minutes, confirmed.grade), (Minutes(60), Grade::C));
        // What was said is asked for no more.
        world.pass_minutes(20 * 1_440);
        assert_eq!(ticked(world), Ticked::default());
        verified(world);
    });
}

#[test]
fn after_the_due_date_typed_hours_still_have_their_days_and_a_no_ends_them() {
    on_both(|world| {
        let from = world.now();
        let (leader, volunteer, id) = presence(world, HERE, 60);
        let (_, other, denied) = presence(world, HERE, 60);
        world.wait_until(from.day().plus(14).at_minute(23 * 60));
        for id in [id, denied] {
            typed(world, &leader, id, (from, from + Minutes(60)));
        }
        let leaves = world.count("SELECT MAX(not_before) FROM message WHERE district = 420103", &[]);
        assert_eq!(leaves, from.day().plus(15).at_minute(8 * 60).micros(), "nobody is woken");
        world.wait_until(from.day().plus(20).start());
        assert_eq!(says_yes(world, &volunteer, id).unwrap(), None);
        world.write("hours_claim", &other, move |tx, call| deny(tx, call, denied)).unwrap();
        let second = people::testing::worker(world, "吴复核", HERE, "420103002");
        assert_eq!(answers(world, &second, id, Some(60)).unwrap().unwrap().minutes, Minutes(60));
        world.pass_minutes(30 * 1_440);
        assert_eq!(ticked(world), Ticked::default());
        assert_eq!(told(world, &other, denied).reasons, ["denied"]);
    });
}

#[test]
fn a_claim_that_nobody_answers_goes_to_the_level_above_once() {
    on_both(|world| {
        let from = world.now();
        let place = people::testing::worker(world, "周社区", HERE, HERE);
        let street = people::testing::worker(world, "李街道", HERE, &HERE[..9]);
        people::testing::worker(world, "王区里", HERE, &HERE[..6]);
        let (_, volunteer, id) = presence(world, ELSEWHERE, 60);
        world.pass_minutes(90);
        assert_eq!(says_yes(world, &volunteer, id).unwrap(), None);
        assert_eq!(told(world, &volunteer, id).answer_until.as_deref(), Some("2026-03-16"));
        world.wait_until(from.day().plus(8).at_minute(9 * 60).plus_seconds(-9 * 3_600 - 1));
        assert_eq!(ticked(world), Ticked::default());
        world.pass_minutes(1);
        let escalated: usize = std::thread::scope(|scope| {
            let both: Vec<_> =
                (0..2).map(|_| scope.spawn(|| tick(&world.db, &world.kit).unwrap().escalated)).collect();
            both.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(escalated, 1, "{}", world.engine);
        // The two workers of the street whom `presence` and this test made, nobody of the community or the district.
        assert_eq!(sent(world, "hours_claim_late"), 2);
        assert_eq!(ticked(world), Ticked::default());
        assert_eq!(told(world, &volunteer, id).reasons.last().map(String::as_str), Some("answer-late"));
        assert_eq!(waits(world, &place).claims.len(), 1, "the place still may");
        // Past the due date it is answered all the same: it was claimed in time.
        world.wait_until(from.day().plus(40).start());
        assert_eq!(answers(world, &street, id, Some(60)).unwrap().unwrap().minutes, Minutes(60));
        assert_eq!(told(world, &volunteer, id).answer_until, None);
        verified(world);
    });
}

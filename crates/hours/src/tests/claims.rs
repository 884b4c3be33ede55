//! The person's own yes and no.

use super::*;
use crate::{answer_claim, claim, deny};

fn says_yes(world: &World, who: &Actor, id: Id<Attendance>) -> db::Outcome<Option<crate::Confirmed>> {
    world.write("hours_claim", who, move |tx, call| claim(tx, call, id))
}

fn says_no(world: &World, who: &Actor, id: Id<Attendance>) -> db::Outcome<()> {
    world.write("hours_claim", who, move |tx, call| deny(tx, call, id))
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

/// The leader says when the volunteer came and went, two days later.
fn typed(world: &World, leader: &Actor, attendance: Id<Attendance>, (from, to): (Instant, Instant)) {
    let witness = leader.person.unwrap();
    world
        .write("check_in", &Actor::system(), move |tx, call| {
            for (kind, at) in [(SignalKind::Arrived, from), (SignalKind::Left, to)] {
                let source = Source::RollCall;
                signal(tx, call, attendance, &Signal { kind, source, witness, device: &[], at })?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn typed_hours_count_with_the_persons_yes_only() {
    on_both(|world| {
        let from = world.now();
        let (leader, volunteer, id) = presence(world, ELSEWHERE, 60);
        assert_eq!(rule(says_yes(world, &leader, id)), "missing");
        world.pass_minutes(2 * 1_440);
        typed(world, &leader, id, (from, from + Minutes(60)));
        let confirmed = world.write("roll_call", &leader, move |tx, call| confirm(tx, call, id, None));
        assert_eq!(rule(confirmed), "hours-no-evidence");
        let before = told(world, &volunteer, id);
        assert_eq!(
            (before.reasons, before.may_say_yes),
            (vec!["no-own-yes".to_owned(), "not-confirmed".to_owned()], true)
        );
        // A leader's later word is typed: a second person checks it.
        assert_eq!(says_yes(world, &volunteer, id).unwrap(), None);
        assert_eq!(told(world, &volunteer, id).reasons, ["no-second-word", "claimed"]);
        assert_eq!(
            rule(world.write("roll_call", &leader, move |tx, call| confirm(tx, call, id, None))),
            "hours-no-evidence"
        );
        let second = people::testing::worker(world, "吴复核", HERE, "420103002");
        let confirmed = answers(world, &second, id, Some(60)).unwrap().unwrap();
        assert_eq!((confirmed.minutes, confirmed.grade), (Minutes(60), Grade::C));
        // Again is harmless.
        assert_eq!(says_yes(world, &volunteer, id).unwrap().unwrap(), confirmed);
        let after = told(world, &volunteer, id);
        assert_eq!((after.minutes, after.may_say_yes, after.may_say_no), (60, false, true));
        verified(world);
    });
}

#[test]
fn a_claim_waits_for_somebody_of_the_place() {
    on_both(|world| {
        let (worker, volunteer, id) = presence(world, ELSEWHERE, 60);
        let (_, other, second) = presence(world, HERE, 60);
        assert_eq!(rule(says_yes(world, &worker, id)), "missing");
        world.pass_minutes(90);
        for (who, id) in [(&volunteer, id), (&other, second)] {
            assert_eq!(says_yes(world, who, id).unwrap(), None);
            assert_eq!(says_yes(world, who, id).unwrap(), None);
        }
        let far = people::testing::worker(world, "吴清明", ELSEWHERE, "420106001");
        assert_eq!(waits(world, &far).claims.len(), 0);
        let here = waits(world, &worker);
        assert_eq!((here.claims.len(), here.claims[0].attendance, here.cards.len()), (2, id, 2));
        assert_eq!(told(world, &worker, id).may_answer, Some(60));
        assert_eq!(rule(answers(world, &far, id, Some(30))), "forbidden");
        assert_eq!(rule(answers(world, &worker, id, Some(61))), "invalid");
        assert_eq!(rule(answers(world, &worker, id, Some(0))), "invalid");
        let confirmed = answers(world, &worker, id, Some(40)).unwrap().unwrap();
        assert_eq!((confirmed.minutes, confirmed.grade), (Minutes(40), Grade::C));
        assert_eq!(rule(answers(world, &worker, id, Some(40))), "claim-answered");
        // A no leaves nothing behind but the words that were said.
        assert_eq!(answers(world, &worker, second, None).unwrap(), None);
        assert_eq!(rule(says_yes(world, &other, second)), "claim-answered");
        assert_eq!(waits(world, &worker).claims.len(), 0);
        verified(world);
    });
}

#[test]
fn somebody_of_the_city_sees_what_waits_in_all_its_districts_page_by_page() {
    on_both(|world| {
        let city = people::testing::worker(world, "吴市里", ELSEWHERE, "4201");
        let claimed: Vec<_> = (0..22).map(|_| presence(world, HERE, 60)).collect();
        world.pass_minutes(90);
        for (_, volunteer, id) in &claimed {
            assert_eq!(says_yes(world, volunteer, *id).unwrap(), None);
        }
        let first = waits(world, &city);
        assert_eq!((first.claims.len(), first.cards.len()), (20, 20));
        let after = After { claim: first.next_claim, ..After::default() };
        let rest = world.read("reviews_page", &city, move |tx, call| waiting(tx, call, after)).unwrap();
        assert_eq!((rest.claims.len(), rest.next_claim), (2, None));
        let seen = first.claims.iter().chain(&rest.claims).map(|claim| claim.attendance);
        let mut all: Vec<_> = claimed.iter().map(|(.., id)| *id).collect();
        all.sort();
        assert_eq!(seen.collect::<Vec<_>>(), all, "each once");
        // What they see they may answer.
        assert!(answers(world, &city, all[0], Some(40)).unwrap().is_some());
        assert_eq!(waits(world, &city).claims.len(), 20);
        verified(world);
    });
}

#[test]
fn nobody_answers_their_own_claim() {
    on_both(|world| {
        let (_, volunteer, id) = presence(world, HERE, 60);
        let over = kernel::Over::Subtree(people::testing::division(HERE));
        let both = people::testing::give(world, volunteer.person.unwrap(), kernel::Role::Worker, over);
        world.pass_minutes(90);
        says_yes(world, &both, id).unwrap();
        assert_eq!(waits(world, &both).claims.len(), 0);
        assert_eq!(told(world, &both, id).may_answer, None);
        assert_eq!(rule(answers(world, &both, id, Some(60))), "hours-own");
    });
}

#[test]
fn a_no_takes_back_what_was_counted_and_what_waits() {
    on_both(|world| {
        let (leader, volunteer, id) = served(world, ELSEWHERE, 600);
        world.write("roll_call", &leader, move |tx, call| confirm(tx, call, id, None)).unwrap();
        says_no(world, &volunteer, id).unwrap();
        says_no(world, &volunteer, id).unwrap();
        let mine = world.read("hours_page", &volunteer, own_hours).unwrap();
        assert_eq!((mine.minutes, mine.records.len()), (0, 2));
        assert_eq!(waits(world, &leader).reviews.len(), 0);
        assert_eq!(told(world, &volunteer, id).reasons, ["denied"]);
        assert_eq!(rule(says_yes(world, &volunteer, id)), "hours-denied");
        let again = world.write("roll_call", &leader, move |tx, call| confirm(tx, call, id, None));
        assert_eq!(rule(again), "hours-denied");
        // Nothing can be put back over the person's head, and no later word raises it.
        let record: Id<crate::ServiceRecord> = mine.records.last().unwrap().id.parse().unwrap();
        let back =
            world.write("record_correct", &leader, move |tx, call| correct(tx, call, record, Minutes(1)));
        assert_eq!(rule(back), "hours-denied");
        tell(
            world,
            id,
            SignalKind::Served,
            Source::Resident,
            &people::testing::resident(world, "周春分", HERE),
        );
        assert_eq!(world.read("hours_page", &volunteer, own_hours).unwrap().records.len(), 2);
        verified(world);
    });
}

#[test]
fn a_no_before_anything_is_recorded_can_be_taken_back() {
    on_both(|world| {
        let (leader, volunteer, id) = served(world, HERE, 60);
        says_no(world, &volunteer, id).unwrap();
        let refused = world.write("roll_call", &leader, move |tx, call| confirm(tx, call, id, None));
        assert_eq!(rule(refused), "hours-denied");
        assert_eq!(says_yes(world, &volunteer, id).unwrap(), None);
        let done = world.write("roll_call", &leader, move |tx, call| confirm(tx, call, id, None)).unwrap();
        assert_eq!((done.minutes, done.grade), (Minutes(60), Grade::B));
        assert_eq!(waits(world, &leader).claims.len(), 0);
    });
}

#[test]
fn nobody_gives_anothers_own_word() {
    on_both(|world| {
        let (leader, volunteer, id) = presence(world, HERE, 60);
        let (witness, at) = (leader.person.unwrap(), world.now());
        let word = move |kind| Signal { kind, source: Source::SelfTap, witness, device: &[], at };
        for kind in [SignalKind::Served, SignalKind::Denied] {
            let said = world.write("check_in", &leader, move |tx, call| signal(tx, call, id, &word(kind)));
            assert_eq!(rule(said), "signal-not-own");
        }
        assert_eq!(told(world, &volunteer, id).reasons, ["no-signal", "not-confirmed"]);
    });
}

#[test]
fn a_claim_has_its_time() {
    on_both(|world| {
        let (who, division) =
            (people::testing::volunteer(world, "钱雨水", HERE), people::testing::division(HERE));
        let (person, from) = (who.person.unwrap(), world.now() + Minutes(60));
        let id = world
            .write("check_in", &who, move |tx, call| {
                let engagement = Engagement {
                    id: call.id(division.district()),
                    kind: EngagementKind::Need,
                    division,
                    category: "care".to_owned(),
                    from,
                    to: from + Minutes(60),
                    apart: crate::Apart::default(),
                    no_hours: String::new(),
                };
                open(tx, call, &engagement, person, division)
            })
            .unwrap();
        assert_eq!(world.read("hours_page", &who, own_hours).unwrap().open.len(), 0, "it has not begun");
        assert_eq!(rule(says_yes(world, &who, id)), "claim-too-early");
        assert_eq!(rule(says_no(world, &who, id)), "claim-too-early");
        world.wait_until(from.day().plus(15).start());
        assert_eq!(world.read("hours_page", &who, own_hours).unwrap().open.len(), 1);
        assert_eq!(rule(says_yes(world, &who, id)), "hours-too-late");
        says_no(world, &who, id).unwrap();
    });
}

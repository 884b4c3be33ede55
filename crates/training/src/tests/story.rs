//! From a course to what its learners have of it.

use kernel::{Actor, Day, Id, Person};
use people::{Cover, Proven, testing};
use testkit::{World, on_both};

use super::*;
use crate::{OwnTraining, copy_session, own_trainings, sessions_held};

fn cover(world: &World, who: &Actor) -> Cover {
    world.read("test_cover", who, people::own_cover).unwrap()
}

fn own(world: &World, who: &Actor) -> Vec<OwnTraining> {
    world.read("test_own", who, own_trainings).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn who_passes_has_the_skill_with_its_proof_and_everybody_who_was_there_the_record() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, first_aid());
        let session = planned(world, &by, course, 5);
        let [passes, fails, misses] =
            ["李淑英", "王小明", "孙立秋"].map(|name| testing::volunteer(world, name, HERE));
        for who in [&passes, &fails, &misses] {
            enrol(world, who, session).unwrap();
            assert_eq!(own(world, who)[0].state, "enrolled");
            assert_eq!(messages(world, who)[0].0, "training_enrolled");
        }
        assert_eq!(rule(enrol(world, &passes, session)), "training-already");
        assert_eq!(rule(enrol(world, &by, session)), "training-not-volunteer");
        assert_eq!(broken(world), []);

        // Nothing is said before its time.
        let there: Vec<(Id<Person>, bool)> =
            [(&passes, true), (&fails, true), (&misses, false)].map(|(who, came)| (id(who), came)).into();
        assert_eq!(rule(call_roll(world, &by, session, &there)), "training-not-begun");
        world.pass_minutes(60);
        assert_eq!(rule(withdraw(world, &passes, session)), "training-withdraw-late");
        let marks = [(id(&passes), Mark::Passed), (id(&fails), Mark::Failed), (id(&misses), Mark::Absent)];
        assert_eq!(rule(close(world, &by, session, &marks)), "results-too-early");
        // Late comers: the roll may be said again.
        call_roll(world, &by, session, &[(id(&passes), false), (id(&fails), true)]).unwrap();
        world.wait_until(seen(world, session).ends_at);
        assert_eq!(rule(close(world, &by, session, &marks)), "results-roll-first");
        call_roll(world, &by, session, &there).unwrap();

        // Everybody has a result, and nobody else.
        assert_eq!(rule(close(world, &by, session, &marks[..2])), "result-missing");
        let stranger = testing::volunteer(world, "赵寒露", HERE);
        let more = [marks.as_slice(), &[(id(&stranger), Mark::Passed)]].concat();
        assert_eq!(rule(close(world, &by, session, &more)), "training-not-enrolled");
        let until = close(world, &by, session, &marks).unwrap();
        assert_eq!(until, world.now() + crate::UNDO_MINUTES);
        assert_eq!(rule(close(world, &by, session, &marks)), "results-closed");
        assert_eq!(rule(call_roll(world, &by, session, &there)), "results-closed");
        assert_eq!(rule(cancel(world, &by, session, "下雨")), "results-closed");
        assert_eq!(follow(world), 0, "for ten minutes nothing comes of it");
        assert!(cover(world, &passes).skills.is_empty());

        world.wait_until(until);
        assert_eq!(rule(undo(world, &by, session)), "results-undo-late");
        assert_eq!((follow(world), follow(world)), (3, 0), "once");
        assert_eq!(seen(world, session).state, "held");
        assert_eq!(broken(world), []);
        let proven = Proven {
            skill: "first_aid".to_owned(),
            proof: "急救 第 1 场 2026-03-09".to_owned(),
            until: Some(day("2028-03-09")),
        };
        assert_eq!(cover(world, &passes).skills, [proven]);
        assert!(cover(world, &fails).skills.is_empty() && cover(world, &misses).skills.is_empty());
        let record = own(world, &passes).remove(0);
        assert_eq!(
            (record.title.as_str(), record.content.as_str(), record.unit.as_str()),
            ("急救", "心肺复苏、止血包扎。", "松园街道志愿服务中心")
        );
        assert_eq!((record.minutes, record.starts_at.day()), (Minutes(120), day("2026-03-09")));
        assert_eq!((record.state.as_str(), record.is_attended()), ("passed", true));
        let states = [&fails, &misses].map(|who| own(world, who).remove(0));
        assert_eq!(states.each_ref().map(|one| one.state.as_str()), ["failed", "absent"]);
        assert_eq!(states.each_ref().map(OwnTraining::is_attended), [true, false]);
        assert_eq!(messages(world, &passes)[0].0, "training_passed");
        assert_eq!(messages(world, &fails).len(), 1, "who did not pass was told by the trainer");
        // Learning makes no service hours.
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM attendance", &[]), 0);
    });
}

#[test]
fn what_is_good_for_longer_already_is_never_shortened() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let worker = testing::worker(world, "周工作", HERE, STREET);
        let people: Vec<Actor> =
            ["李淑英", "王小明", "孙立秋", "赵寒露"].map(|name| testing::volunteer(world, name, HERE)).into();
        let note = |who: &Actor, trained: Option<&str>, until: Option<Option<&str>>| {
            let proven = until.map(|until| Proven {
                skill: "first_aid".to_owned(),
                proof: "红十字救护员证".to_owned(),
                until: until.map(day),
            });
            let cover = people::NewCover { insured_until: None, trained_until: trained.map(day), proven };
            let person = id(who);
            world
                .write("volunteer_cover", &worker, move |tx, call| {
                    people::record_cover(tx, call, person, &cover)
                })
                .unwrap();
        };
        note(&people[0], Some("2030-01-01"), Some(None));
        note(&people[1], Some("2026-05-01"), Some(Some("2026-05-01")));
        note(&people[2], Some("2027-03-09"), Some(Some("2028-03-09")));
        for new in [first_aid(), basic()] {
            let course = written(world, &by, new);
            let session = plan(world, &by, course, &dated(world.now() + Minutes(10), 9)).unwrap();
            for who in &people {
                enrol(world, who, session).unwrap();
            }
            let marks: Vec<_> = people.iter().map(|who| (id(who), Mark::Passed)).collect();
            held(world, &by, session, &marks);
        }
        let now: Vec<_> = people.iter().map(|who| cover(world, who)).collect();
        let trained: Vec<_> = now.iter().map(|one| one.trained_until.unwrap()).collect();
        assert_eq!(trained, ["2030-01-01", "2027-03-09", "2027-03-09", "2027-03-09"].map(day));
        let skills: Vec<_> =
            now.iter().map(|one| (one.skills[0].proof.as_str(), one.skills[0].until)).collect();
        let (ours, theirs) = ("急救 第 1 场 2026-03-09", "红十字救护员证");
        let until = |text| Some(day(text));
        assert_eq!(
            skills,
            [
                (theirs, None),
                (ours, until("2028-03-09")),
                (theirs, until("2028-03-09")),
                (ours, until("2028-03-09"))
            ]
        );
        let told = world.count("SELECT COUNT(*) FROM own_training WHERE state = 'passed'", &[]);
        assert_eq!(told, 8, "the record is everybody's all the same");
    });
}

#[test]
fn results_are_taken_back_and_said_anew() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, basic());
        let session = planned(world, &by, course, 2);
        // Of another district, where their own rows lie.
        let who = testing::volunteer(world, "李淑英", FAR);
        enrol(world, &who, session).unwrap();
        world.wait_until(seen(world, session).ends_at);
        call_roll(world, &by, session, &[(id(&who), true)]).unwrap();
        assert_eq!(rule(undo(world, &by, session)), "results-undo-late");
        close(world, &by, session, &[(id(&who), Mark::Absent)]).unwrap();
        undo(world, &by, session).unwrap();
        world.pass_minutes(60);
        assert_eq!(follow(world), 0);
        assert_eq!(messages(world, &who).len(), 1, "nobody was told anything");
        close(world, &by, session, &[(id(&who), Mark::Passed)]).unwrap();
        world.pass_minutes(10);
        assert_eq!(follow(world), 1);
        assert_eq!(cover(world, &who).trained_until, Some(day("2027-03-09")));
    });
}

#[test]
fn who_is_enrolled_is_told_that_it_was_called_off() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, basic());
        let session = planned(world, &by, course, 3);
        // One of another district, whose own rows lie there.
        let people = [HERE, FAR].map(|home| testing::volunteer(world, "李淑英", home));
        for who in &people {
            enrol(world, who, session).unwrap();
        }
        assert_eq!(rule(cancel(world, &by, session, " ")), "training-reason-missing");
        cancel(world, &by, session, "会场停电").unwrap();
        assert_eq!(rule(cancel(world, &by, session, "会场停电")), "training-cancelled");
        assert_eq!(
            rule(enrol(world, &testing::volunteer(world, "王小明", HERE), session)),
            "training-cancelled"
        );
        assert_eq!((follow(world), follow(world)), (2, 0));
        for who in &people {
            let (kind, words) = messages(world, who).remove(0);
            assert!(kind == "training_cancelled" && words.contains("会场停电"), "{words}");
            assert_eq!(own(world, who)[0].state, "cancelled");
        }
        assert_eq!(broken(world), []);
        assert_eq!(seen(world, session).state, "cancelled");
    });
}

#[test]
fn a_place_given_back_is_free_again_and_a_walk_in_takes_it() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, basic());
        let session = planned(world, &by, course, 1);
        let [first, second] = ["李淑英", "王小明"].map(|name| testing::volunteer(world, name, HERE));
        enrol(world, &first, session).unwrap();
        assert_eq!(rule(enrol(world, &second, session)), "training-full");
        withdraw(world, &first, session).unwrap();
        assert_eq!(rule(withdraw(world, &first, session)), "training-not-enrolled");
        enrol(world, &second, session).unwrap();
        withdraw(world, &second, session).unwrap();
        enrol(world, &second, session).unwrap();
        withdraw(world, &second, session).unwrap();
        assert_eq!(broken(world), []);
        let came = |who: &Actor| {
            let person = id(who);
            world.write("training_walk_in", &by, move |tx, call| {
                let phone = people::phone_of(tx, call.keys(), person)?.unwrap();
                crate::walk_in(tx, call, session, &phone)
            })
        };
        assert_eq!(rule(came(&first)), "training-not-begun");
        world.pass_minutes(60);
        assert_eq!(rule(enrol(world, &second, session)), "training-begun");
        assert_eq!(rule(came(&testing::resident(world, "孙居民", HERE))), "training-walk-in-unknown");
        assert_eq!(came(&first).unwrap(), id(&first));
        assert_eq!(messages(world, &first)[0].0, "training_walk_in");
        assert_eq!(rule(came(&second)), "training-full");
        assert_eq!(rule(came(&first)), "training-already");
        // Who is there on the spot was called with it.
        world.wait_until(seen(world, session).ends_at);
        close(world, &by, session, &[(id(&first), Mark::Passed)]).unwrap();
        assert_eq!(broken(world), []);
        world.drain(vec![]);
    });
}

#[test]
fn the_longest_title_is_still_a_proof() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let title = "急".repeat(crate::TITLE_CHARS_MAX);
        let course = written(world, &by, NewCourse { title, ..first_aid() });
        let session = planned(world, &by, course, 1);
        let last = SessionCard { number: 1_000_000, ..seen(world, session) };
        let proof = crate::notice::proof(&last);
        assert!(proof.chars().count() <= people::PROOF_CHARS_MAX, "{proof}");
        world.drain(vec![]);
    });
}

#[test]
fn what_is_still_to_be_closed_stands_before_what_is_over() {
    on_both(|world| {
        let (by, other) = (trainer(world, "范白露"), trainer(world, "何谷雨"));
        let course = written(world, &by, basic());
        for n in 0..61 {
            let starts_at = world.now() + Minutes::from_hours(24 + n);
            plan(world, &other, course, &dated(starts_at, 1)).unwrap();
        }
        let mine = plan(world, &by, course, &dated(world.now() + Minutes::from_hours(24 * 300), 1)).unwrap();
        let held = world.read("test_held", &by, sessions_held).unwrap();
        assert_eq!((held.len(), held.last().unwrap().id), (60, mine), "the farthest, but one's own");
        for one in held.iter().take(58) {
            cancel(world, &by, one.id, "会场停电").unwrap();
        }
        let held = world.read("test_held", &by, sessions_held).unwrap();
        let planned = held.iter().filter(|one| one.state == "planned").count();
        assert_eq!((held.len(), planned), (60, 4));
        follow(world);
    });
}

#[test]
fn a_copy_lies_a_week_later_and_has_the_next_number() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, basic());
        let session = planned(world, &by, course, 7);
        let copy = |from| world.write("training_copy", &by, move |tx, call| copy_session(tx, call, from));
        let week = Minutes::from_hours(7 * 24);
        let old = seen(world, session);
        let next = seen(world, copy(session).unwrap());
        assert_eq!((next.starts_at, next.ends_at), (old.starts_at + week, old.ends_at + week));
        assert_eq!((next.number, next.places, next.pause, next.taken), (2, 7, Minutes(15), 0));
        world.wait_until(old.starts_at + week + week);
        let later = seen(world, copy(session).unwrap());
        assert_eq!(later.starts_at, old.starts_at + week + week + week);
        let held: Vec<_> = world.read("test_held", &by, sessions_held).unwrap();
        assert_eq!(held.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2, 3]);
        world.drain(vec![]);
    });
}

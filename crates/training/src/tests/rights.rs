//! Who may do what, inside and outside their area, and never for themselves.

use axum::http::StatusCode;
use people::testing;
use serde_json::json;
use testkit::on_both;

use super::*;

#[test]
fn a_trainer_acts_in_their_area_alone() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let far = testing::holder(world, "秦远", FAR, Role::Trainer, "420104002");
        let course = written(world, &by, basic());
        let session = planned(world, &by, course, 3);
        let who = testing::volunteer(world, "李淑英", HERE);
        enrol(world, &who, session).unwrap();

        // Neither their course there, nor a session of it elsewhere, nor a copy.
        let elsewhere = |new: NewCourse| {
            world.write("course_create", &far, move |tx, call| crate::create_course(tx, call, &new))
        };
        assert_eq!(rule(elsewhere(basic())), "forbidden");
        let there = NewSession { division: testing::division(FAR), ..dated(world.now() + Minutes(60), 3) };
        assert_eq!(rule(plan(world, &by, course, &there)), "forbidden");
        assert_eq!(rule(plan(world, &far, course, &there)), "forbidden");
        let both = testing::holder(world, "吕小满", FAR, Role::Trainer, "4201");
        assert_eq!(rule(plan(world, &both, course, &there)), "training-other-district");
        // Who holds trainings in a city sees those of its districts.
        let seen: Vec<_> = world.read("test_held", &both, crate::sessions_held).unwrap();
        assert_eq!(seen.iter().map(|one| one.id).collect::<Vec<_>>(), [session]);
        assert_eq!(world.read("test_courses", &both, crate::courses).unwrap().len(), 1);

        world.wait_until(super::seen(world, session).ends_at);
        let worker = testing::worker(world, "周工作", HERE, STREET);
        for other in [&far, &worker, &who] {
            let client = browser(world, other);
            for path in ["roll", "results"] {
                assert_eq!(client.get(&format!("/t/{session}/{path}")).status, StatusCode::FORBIDDEN);
            }
            for path in ["roll", "results", "results/undo", "walk-in", "cancel", "copy"] {
                let sent = client
                    .post(&format!("/t/{session}/{path}"), &[("phone", "19900000001"), ("reason", "x")]);
                assert_eq!(sent.status, StatusCode::FORBIDDEN, "{path}");
            }
            let api = format!("/api/v1/training-sessions/{session}");
            assert_eq!(client.get(&format!("{api}/roll")).status, StatusCode::FORBIDDEN);
            let none = json!({"people": [], "reason": "x", "phone": "19900000001"});
            for path in ["roll", "results", "results/undo", "walk-in", "cancel", "copy"] {
                let sent = client.post_json(&format!("{api}/{path}"), path, &none);
                assert_eq!(sent.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
        assert_eq!(browser(world, &by).get("/t/none/roll").status, StatusCode::NOT_FOUND);
        let unknown: Id<Session> = Id::derived(world.now(), session.district(), &[7; 32]);
        assert_eq!(browser(world, &by).get(&format!("/t/{unknown}/roll")).status, StatusCode::NOT_FOUND);
        world.drain(vec![]);
    });
}

#[test]
fn nobody_passes_themselves() {
    on_both(|world| {
        let learner = testing::volunteer(world, "范白露", HERE);
        let over = kernel::Over::Subtree(testing::division(STREET));
        let both = testing::give(world, id(&learner), Role::Trainer, over);
        let course = written(world, &both, basic());
        let own = planned(world, &both, course, 3);
        assert_eq!(rule(enrol(world, &both, own)), "training-own");
        // Nor in somebody else's session, though it is in their area.
        let other = trainer(world, "何谷雨");
        let session = planned(world, &other, course, 3);
        enrol(world, &both, session).unwrap();
        world.wait_until(seen(world, session).ends_at);
        assert_eq!(rule(call_roll(world, &both, session, &[(id(&both), true)])), "training-own");
        call_roll(world, &other, session, &[(id(&both), true)]).unwrap();
        assert_eq!(rule(close(world, &both, session, &[(id(&both), Mark::Passed)])), "training-own");
        close(world, &other, session, &[(id(&both), Mark::Passed)]).unwrap();
        world.drain(vec![]);
    });
}

//! A shift from the first word to the last place.

use kernel::{Actor, Minutes, Role};
use people::testing;

use super::scene::{self, HERE, THERE};
use crate::{Moved, SignedUp, tick};

#[test]
fn a_shift_is_made_filled_and_left() {
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let leader = testing::volunteer(world, "韩队长", HERE).person.unwrap();
        let leader = testing::give(world, leader, Role::Leader, kernel::Over::Organisation(team));
        let project = scene::project(world, &leader, team);
        let at = world.now() + Minutes::from_hours(24);
        let shift = scene::shift(world, &leader, project, at, 120, 1);

        let first = testing::volunteer(world, "李第一", HERE);
        let second = testing::volunteer(world, "王第二", THERE);
        let third = testing::volunteer(world, "赵第三", HERE);
        assert_eq!(scene::sign_up(world, &first, shift), Ok(SignedUp::Placed));
        assert_eq!(scene::sign_up(world, &second, shift), Ok(SignedUp::Waiting { position: 1 }));
        assert_eq!(scene::sign_up(world, &third, shift), Ok(SignedUp::Waiting { position: 2 }));
        let again = scene::sign_up(world, &first, shift).unwrap_err();
        assert_eq!(rules_of(&again), ["sign-up-already"]);

        // Who waits may be placed elsewhere; then the next one's turn comes.
        let other = scene::shift(world, &leader, project, at + Minutes(30), 120, 1);
        assert_eq!(scene::sign_up(world, &second, other), Ok(SignedUp::Placed));
        world.drain(vec![]);
        assert_eq!(tick(&world.db, &world.kit), Ok(Moved::default()));
        scene::withdraw(world, &first, shift).unwrap();
        assert_eq!(tick(&world.db, &world.kit), Ok(Moved { placed: 1, ..Moved::default() }));
        let stands = world.read("own", &third, move |tx, call| crate::own(tx, call, shift)).unwrap().unwrap();
        assert_eq!((stands.0.state.as_str(), stands.1), ("placed", 0));
        let waits = world.read("own", &second, move |tx, call| crate::own(tx, call, shift)).unwrap().unwrap();
        assert_eq!((waits.0.state.as_str(), waits.1), ("waiting", 1));

        // A shift that is called off lets everybody go, one by one, also those of another district.
        let calls_off = |who: &Actor, which| {
            world.write("test_cancel", who, move |tx, call| crate::cancel_shift(tx, call, which, "下大雨"))
        };
        assert_eq!(calls_off(&third, shift).unwrap_err().refusal().unwrap().rule, "forbidden");
        calls_off(&leader, shift).unwrap();
        assert_eq!(tick(&world.db, &world.kit), Ok(Moved { released: 2, ..Moved::default() }));
        assert_eq!(scene::broken(world), []);
        assert_eq!(world.count("SELECT COUNT(*) FROM commitment", &[]), 1, "the other shift's");
        let refused = scene::sign_up(world, &third, shift).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-cancelled"]);
        world.drain(vec![]);
    });
}

#[test]
fn every_reason_is_told_at_once() {
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let project = scene::project(world, &worker, team);
        let at = world.now() + Minutes::from_hours(24);
        let shift = scene::shift(world, &worker, project, at, 120, 5);
        let resident = testing::resident(world, "孙居民", HERE);
        let refused = scene::sign_up(world, &resident, shift).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-not-volunteer"]);

        let mut old_enough = scene::new_shift(&worker, at, 120, 5);
        old_enough.min_age = 65;
        let busy = testing::volunteer(world, "钱忙碌", THERE);
        assert_eq!(scene::sign_up(world, &busy, shift), Ok(SignedUp::Placed));
        let for_old = world
            .write("test_shift", &worker, move |tx, call| {
                let shift = crate::create_shift(tx, call, project, &old_enough)?;
                crate::publish_shift(tx, call, shift).map(|_| shift)
            })
            .unwrap();
        let refused = scene::sign_up(world, &busy, for_old).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-underage", "sign-up-busy"]);

        world.wait_until(at);
        let refused = scene::sign_up(world, &busy, for_old).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-started", "sign-up-underage", "sign-up-busy"]);
        let late = scene::withdraw(world, &busy, shift).unwrap_err();
        assert_eq!(late.refusal().unwrap().rule, "withdraw-too-late");
        let never = scene::withdraw(world, &busy, for_old).unwrap_err();
        assert_eq!(never.refusal().unwrap().rule, "withdraw-not-signed-up");
    });
}

#[test]
fn only_who_may_makes_activities_there() {
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let stranger = scene::worker(world, THERE);
        let volunteer = testing::volunteer(world, "吴志愿", HERE);
        for who in [&stranger, &volunteer] {
            let refused = world.write("test_project", who, move |tx, call| {
                crate::create_project(tx, call, &scene::new_project(team))
            });
            assert_eq!(refused.unwrap_err().refusal().unwrap().rule, "forbidden");
        }
        let bad = crate::NewProject {
            title: String::new(),
            summary: " ".to_owned(),
            risk: String::new(),
            category: "gold".to_owned(),
            ..scene::new_project(team)
        };
        let refused =
            world.write("test_project", &worker, move |tx, call| crate::create_project(tx, call, &bad));
        assert_eq!(
            rules_of(&refused.unwrap_err()),
            [
                "project-title-missing",
                "project-summary-missing",
                "project-risk-missing",
                "project-category-unknown"
            ]
        );
        // A draft is nobody's business but the team's.
        let project = scene::project(world, &worker, team);
        let new = scene::new_shift(&worker, world.now() + Minutes(600), 60, 2);
        let draft = world
            .write("test_shift", &worker, move |tx, call| crate::create_shift(tx, call, project, &new))
            .unwrap();
        let seen = world.read("seen", &volunteer, move |tx, call| crate::shift_seen(tx, call, draft));
        assert_eq!(seen.unwrap_err().refusal().unwrap().rule, "missing");
        assert!(world.read("seen", &worker, move |tx, call| crate::shift_seen(tx, call, draft)).is_ok());
        let next = world.now() + Minutes::from_hours(24 * 30);
        let copy = world
            .write("test_copy", &worker, move |tx, call| crate::copy_shift(tx, call, draft, next))
            .unwrap();
        let copy = world.read("seen", &worker, move |tx, call| crate::shift_seen(tx, call, copy)).unwrap();
        assert_eq!((copy.starts_at, copy.ends_at, copy.places), (next, next + Minutes(60), 2));
    });
}

pub(super) fn rules_of(failure: &db::Failure) -> Vec<&'static str> {
    failure
        .refusal()
        .map(|refusal| refusal.fields.iter().map(|field| field.rule).collect())
        .unwrap_or_default()
}

//! What a volunteer has and lacks, and which activities turn them away for it.

use kernel::{Actor, Minutes};
use people::{NewCover, Preferences, Proven, testing};
use testkit::{World, on_both};

use super::scene::{self, HERE};
use crate::{Asked, Has, Protection, Readiness, readiness};

fn ready(world: &World, who: &Actor) -> Readiness {
    world.read("own_training", who, readiness).unwrap()
}

fn note(world: &World, worker: &Actor, who: &Actor, cover: NewCover) {
    let person = who.person.unwrap();
    world
        .write("volunteer_cover", worker, move |tx, call| people::record_cover(tx, call, person, &cover))
        .unwrap();
}

#[test]
fn what_is_lacking_and_what_it_keeps_from_is_told_until_it_is_there() {
    on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let mut new = scene::new_project(team);
        new.protection = Protection {
            insurance: true,
            training: true,
            skill: Some("nursing".to_owned()),
            skill_proof: true,
        };
        let guarded =
            world.write("project", &worker, move |tx, call| crate::create_project(tx, call, &new)).unwrap();
        let (free, now) = (scene::project(world, &worker, team), world.now());
        let mut days = 1..;
        let mut shift = |project| {
            let starts_at = now + Minutes::from_hours(24 * days.next().unwrap());
            scene::shift(world, &worker, project, starts_at, 120, 5)
        };
        let (_, four) = (shift(free), [0; 4].map(|_| shift(guarded)));
        let who = testing::volunteer(world, "李淑英", HERE);

        let own = ready(world, &who);
        let asked = [Asked::Insurance, Asked::Training, Asked::Skill("nursing".to_owned())];
        assert_eq!(own.lines.iter().map(|line| line.asked.clone()).collect::<Vec<_>>(), asked);
        for line in &own.lines {
            assert_eq!(line.has, Has::No);
            assert_eq!(
                line.refused_by.iter().map(|shift| shift.id).collect::<Vec<_>>(),
                four,
                "{:?}",
                line.asked
            );
        }

        // Insured until the day of the second, trained until yesterday, a proof for good.
        let day = |days: i32| Some(now.day().plus(days));
        let proven = Proven { skill: "nursing".to_owned(), proof: "护士执业证".to_owned(), until: None };
        let some = NewCover { insured_until: day(3), trained_until: day(-1), proven: Some(proven) };
        note(world, &worker, &who, some);
        let own = ready(world, &who);
        let counts: Vec<_> = own.lines.iter().map(|line| (line.has, line.refused_by.len())).collect();
        assert_eq!(counts, [(Has::Noted(day(3)), 2), (Has::Noted(day(-1)), 4), (Has::Noted(None), 0)]);

        let all = NewCover { insured_until: day(90), trained_until: day(90), proven: None };
        note(world, &worker, &who, all);
        assert!(ready(world, &who).lines.iter().all(|line| line.refused_by.is_empty()));
        world.drain(vec![]);
    });
}

#[test]
fn who_rests_is_told_so_and_who_has_not_joined_finds_none() {
    on_both(|world| {
        let who = testing::volunteer(world, "王小明", HERE);
        let rests = world.write("profile_change", &who, |tx, call| {
            let now = people::profile(tx, call)?.preferences;
            let skills = vec!["nursing".to_owned()];
            people::change_profile(tx, call, &Preferences { resting: true, skills, ..now })?;
            Ok(())
        });
        rests.unwrap();
        let own = ready(world, &who);
        assert!(own.is_resting);
        assert_eq!(own.lines[2].has, Has::Told);
        let resident = testing::resident(world, "孙居民", HERE);
        let none = world.read("own_training", &resident, readiness);
        assert!(matches!(none, Err(db::Failure::Refused(refusal)) if refusal.kind == kernel::Kind::Missing));
        world.drain(vec![]);
    });
}

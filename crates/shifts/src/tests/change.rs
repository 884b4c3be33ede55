//! What becomes of sign-ups when a shift changes: the new time, the message, the clash, the reason, who leads.

use axum::http::StatusCode;
use kernel::{Actor, Id, Minutes};
use people::testing;
use serde_json::json;
use testkit::World;

use super::{
    pages::{client, led},
    scene::{self, HERE, THERE},
    story::rules_of,
};
use crate::{Moved, NewShift, Protection, Shift, SignedUp, sign_up};

fn change(world: &World, who: &Actor, shift: Id<Shift>, edit: impl FnOnce(&mut NewShift)) -> db::Outcome<()> {
    let card = world.read("shift", who, move |tx, _| crate::shift(tx, shift)).unwrap();
    let mut new = NewShift {
        starts_at: card.starts_at,
        ends_at: card.ends_at,
        places: card.places,
        address: card.address,
        leader: card.leader,
        min_age: card.min_age,
        apart: hours::Apart::default(),
    };
    edit(&mut new);
    world.write("shift_change", who, move |tx, call| crate::change_shift(tx, call, shift, &new, "门口修路"))
}

#[test]
fn everybody_follows_a_new_time_and_is_told_once() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 2);
        let stays = testing::volunteer(world, "李第一", THERE);
        let clashes = testing::volunteer(world, "王第二", HERE);
        let waits = testing::volunteer(world, "赵第三", HERE);
        scene::sign_up(world, &stays, shift).unwrap();
        scene::sign_up(world, &clashes, shift).unwrap();
        assert_eq!(scene::sign_up(world, &waits, shift), Ok(SignedUp::Waiting { position: 1 }));
        let card = world.read("shift", &leader, move |tx, _| crate::shift(tx, shift)).unwrap();
        // Promised elsewhere just after the shift as it stands.
        let later = scene::shift(world, &leader, card.project, card.ends_at + Minutes(60), 60, 5);
        scene::sign_up(world, &clashes, later).unwrap();

        change(world, &leader, shift, |new| {
            new.starts_at = new.starts_at + Minutes(180);
            new.ends_at = new.ends_at + Minutes(180);
            "松园路 2 号".clone_into(&mut new.address);
        })
        .unwrap();
        let moved = scene::follow_up(world);
        assert_eq!(moved, Moved { placed: 1, followed: 2, released: 1, ..Moved::default() });
        assert_eq!(scene::follow_up(world), Moved::default());
        assert_eq!(scene::broken(world), [], "{}", world.engine);
        let told = scene::messages(world);
        let of = |who: &Actor| {
            let phone = scene::phone_of(world, who);
            let mut mine: Vec<_> =
                told.iter().filter(|(_, to, _)| *to == phone).map(|(kind, _, text)| (kind, text)).collect();
            mine.sort();
            mine
        };
        let (stays, clashes, waits) = (of(&stays), of(&clashes), of(&waits));
        assert_eq!(stays.len(), 1);
        assert_eq!(stays[0].0, "shift_changed");
        for words in ["清理楼道", "3月10日 周二 12:00", "松园路 2 号", "门口修路"] {
            assert!(stays[0].1.contains(words), "{words}: {}", stays[0].1);
        }
        assert!(clashes.len() == 1 && clashes[0].0 == "shift_clash", "{clashes:?}");
        let kinds: Vec<_> = waits.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["shift_changed", "shift_place"], "the place that got free is the next one's");

        // Places alone: nobody has to be told.
        change(world, &leader, shift, |new| new.places = 4).unwrap();
        assert_eq!(scene::follow_up(world), Moved::default());
        assert_eq!(scene::messages(world).len(), told.len());

        // Called off: everybody who stands hears why, once.
        world
            .write("shift_cancel", &leader, move |tx, call| crate::cancel_shift(tx, call, shift, "下大雨"))
            .unwrap();
        assert_eq!(scene::follow_up(world), Moved { released: 2, ..Moved::default() });
        let off: Vec<_> =
            scene::messages(world).into_iter().filter(|(kind, ..)| kind == "shift_cancelled").collect();
        assert!(off.len() == 2 && off.iter().all(|(_, _, text)| text.contains("下大雨")), "{off:?}");
        let seen = client(world, &leader).get(&format!("/activities/{shift}"));
        assert!(seen.body.contains("下大雨"), "{}", seen.body);
    });
}

#[test]
fn a_change_is_refused_with_every_reason_and_keeps_what_was_typed() {
    testkit::on_both(|world| {
        let (leader, shift) = led(world, 3);
        let people: Vec<_> = (0..2).map(|_| testing::volunteer(world, "李众人", HERE)).collect();
        for person in &people {
            scene::sign_up(world, person, shift).unwrap();
        }
        let page = client(world, &leader);
        let path = format!("/team/shifts/{shift}/edit");
        let form = page.get(&path);
        assert!(
            form.body.contains("value=\"2026-03-10T09:00\"") && form.body.contains("我自己"),
            "{}",
            form.body
        );
        let me = leader.person.unwrap().to_string();
        let fields =
            |starts: &'static str, ends: &'static str, places: &'static str, leader: &'static str| {
                vec![
                    ("key", "k"),
                    ("starts_at", starts),
                    ("ends_at", ends),
                    ("address", "花坛边"),
                    ("places", places),
                    ("min_age", "0"),
                    ("leader", leader),
                    ("note", "带手套"),
                ]
            };
        let wrong = page.post(&path, &fields("2026-03-10T11:00", "2026-03-10T10:00", "1", "somebody"));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in
            ["要比开始时间晚", "已经有 2 个人", "从这个队的队长里选", "value=\"花坛边\"", "value=\"带手套\""]
        {
            assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
        }
        let mut good = fields("2026-03-10T10:00", "2026-03-10T12:00", "2", "");
        good[6].1 = &me;
        let done = page.post(&path, &good).location.expect("changed");
        assert!(page.get(&done).body.contains("data-done=\"shift-changed\""));
        scene::follow_up(world);
        assert_eq!(scene::broken(world), []);
        // A copy that cannot be: the page comes back with what was typed.
        let copy = page.post(&format!("/team/shifts/{shift}/copy"), &[("starts_at", "2026-03-01T09:00")]);
        assert_eq!(copy.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            copy.body.contains("已经过去了") && copy.body.contains("value=\"2026-03-01T09:00\""),
            "{}",
            copy.body
        );

        // Once it has begun only places, leader and age may change.
        world.pass_minutes(25 * 60 + 10);
        let begun = change(world, &leader, shift, |new| new.ends_at = new.ends_at + Minutes(60)).unwrap_err();
        assert_eq!(rules_of(&begun), ["shift-begun-time"]);
        change(world, &leader, shift, |new| new.places = 3).unwrap();
        world.pass_minutes(3 * 60);
        let over = change(world, &leader, shift, |new| new.places = 4).unwrap_err();
        assert_eq!(over.refusal().unwrap().rule, "shift-over");
        let volunteer = client(world, &people[0]);
        assert_eq!(volunteer.get(&path).status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_worker_names_a_leader_who_then_runs_the_shift() {
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let project = scene::project(world, &worker, team);
        let shift = scene::shift(world, &worker, project, world.now() + Minutes::from_hours(24), 120, 3);
        let named = testing::volunteer(world, "韩队长", THERE);
        let phone = scene::phone_of(world, &named);
        let desk = client(world, &worker);
        let path = format!("/team/teams/{team}");
        assert!(desk.get("/team").body.contains(&path));
        let wrong = desk.post(&format!("{path}/leaders"), &[("key", "w"), ("phone", "199")]);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("value=\"199\""));
        let unknown = desk.post(&format!("{path}/leaders"), &[("key", "u"), ("phone", "19912345678")]);
        assert!(unknown.body.contains("没有找到用这个手机号登记的人"), "{}", unknown.body);
        let added =
            desk.post(&format!("{path}/leaders"), &[("key", "a"), ("phone", &phone)]).location.unwrap();
        let shown = desk.get(&added);
        assert!(
            shown.body.contains("data-done=\"leader-named\"") && shown.body.contains("韩**"),
            "{}",
            shown.body
        );
        let again = desk.post_json(&format!("/api/v1/teams/{team}/leaders"), "b", &json!({"phone": phone}));
        assert_eq!(again.json()["rule"], "grant-twice");
        let listed = desk.get(&format!("/api/v1/teams/{team}/leaders")).json();
        assert_eq!(listed[0]["person"], named.person.unwrap().to_string());

        // Chosen for the shift, the leader runs it; nobody from outside can be chosen.
        let leader = named.person.unwrap();
        change(world, &worker, shift, |new| new.leader = leader).unwrap();
        let outsider = testing::volunteer(world, "吴路人", HERE).person.unwrap();
        let refused = change(world, &worker, shift, |new| new.leader = outsider).unwrap_err();
        assert_eq!(rules_of(&refused), ["shift-leader-missing"]);
        let theirs = client(world, &testing::actor(world, leader));
        assert_eq!(theirs.get(&format!("/team/shifts/{shift}/code")).status, StatusCode::OK);
        // A leader names nobody, and a worker of another place neither.
        assert_eq!(theirs.get(&path).status, StatusCode::FORBIDDEN);
        let far = client(world, &scene::worker(world, THERE));
        assert_eq!(
            far.post(&format!("{path}/leaders"), &[("key", "f"), ("phone", &phone)]).status,
            StatusCode::FORBIDDEN
        );

        let ended = desk.post(&format!("{path}/leaders/{leader}/end"), &[("key", "e")]).location.unwrap();
        assert!(desk.get(&ended).body.contains("还没有队长"));
        assert!(!testing::actor(world, leader).holds(kernel::Role::Leader));
    });
}

#[test]
fn what_must_be_had_before_coming_is_asked_of_everybody() {
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let skill = Some("first_aid".to_owned());
        let protection = Protection { insurance: true, training: true, skill, skill_proof: true };
        let asked = crate::NewProject { protection, ..scene::new_project(team) };
        let project = world
            .write("test_project", &worker, move |tx, call| crate::create_project(tx, call, &asked))
            .unwrap();
        let shift = scene::shift(world, &worker, project, world.now() + Minutes::from_hours(24), 120, 3);
        let bare = testing::volunteer(world, "李第一", THERE);
        let refused = scene::sign_up(world, &bare, shift).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-skill", "sign-up-training", "sign-up-insurance"]);
        let told = client(world, &bare).post(&format!("/activities/{shift}/sign-up"), &[("key", "a")]);
        assert!(told.body.contains("要会急救") && told.body.contains("要有保险"), "{}", told.body);
        let seen = client(world, &bare).get(&format!("/activities/{shift}"));
        assert!(seen.body.contains("志愿者保险、基础培训、会急救（要有证明）"), "{}", seen.body);

        let ready = testing::volunteer_with(world, "王第二", THERE, |wish| {
            wish.skills = vec!["first_aid".to_owned()]
        });
        let person = ready.person.unwrap();
        let until = world.now().day().plus(30);
        world
            .write("test_covered", &ready, move |tx, _| {
                Ok(tx.execute_one(
                    "UPDATE volunteer SET insured_until = $3, trained_until = $3 WHERE district = $1 AND person = $2",
                    db::params![person.district(), person, until],
                )?)
            })
            .unwrap();
        // One's own word is no proof, and the person is told so.
        let refused = scene::sign_up(world, &ready, shift).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-skill-unproved"]);
        let told = client(world, &ready).post(&format!("/activities/{shift}/sign-up"), &[("key", "u")]);
        assert!(told.body.contains("急救") && told.body.contains("社区还没有看过证明"), "{}", told.body);
        // A proof that a worker has seen passes while it is valid on the day.
        let note = |until: kernel::Day| {
            let proven = people::Proven {
                skill: "first_aid".to_owned(),
                proof: "急救证 0000".to_owned(),
                until: Some(until),
            };
            let cover = people::NewCover {
                insured_until: Some(world.now().day().plus(30)),
                trained_until: Some(world.now().day().plus(30)),
                proven: Some(proven),
            };
            let registrar = scene::worker(world, THERE);
            world
                .write("test_cover", &registrar, move |tx, call| {
                    people::record_cover(tx, call, person, &cover)
                })
                .unwrap();
        };
        note(world.now().day());
        let refused = scene::sign_up(world, &ready, shift).unwrap_err();
        assert_eq!(rules_of(&refused), ["sign-up-skill"], "the proof ends before the day of the shift");
        note(world.now().day().plus(1));
        assert_eq!(scene::sign_up(world, &ready, shift), Ok(SignedUp::Placed));
        // Where no proof is asked, one's own word is enough, and so is a proof that has ended; none is not.
        let loose = Protection { skill: Some("first_aid".to_owned()), ..Protection::default() };
        let asked = crate::NewProject { protection: loose, ..scene::new_project(team) };
        let project = world
            .write("test_project", &worker, move |tx, call| crate::create_project(tx, call, &asked))
            .unwrap();
        let told = testing::volunteer_with(world, "赵第三", THERE, |wish| {
            wish.skills = vec!["first_aid".to_owned()]
        });
        let loose = scene::shift(world, &worker, project, world.now() + Minutes::from_hours(72), 120, 3);
        assert_eq!(scene::sign_up(world, &told, loose), Ok(SignedUp::Placed));
        assert_eq!(scene::sign_up(world, &ready, loose), Ok(SignedUp::Placed), "the proof ended by then");
        assert_eq!(rules_of(&scene::sign_up(world, &bare, loose).unwrap_err()), ["sign-up-skill"]);
        // A copy asks the same; a skill that nobody can prove is no skill.
        let bad = crate::NewProject {
            protection: Protection { skill: Some("alchemy".to_owned()), ..Protection::default() },
            ..scene::new_project(team)
        };
        let refused =
            world.write("test_project", &worker, move |tx, call| crate::create_project(tx, call, &bad));
        assert_eq!(rules_of(&refused.unwrap_err()), ["project-skill-unknown"]);
    });
}

#[test]
fn ones_own_list_is_whole_wherever_the_shifts_are() {
    testkit::on_both(|world| {
        let who = testing::volunteer(world, "李走遍", HERE);
        let at = world.now() + Minutes::from_hours(24);
        let places = [HERE, THERE, "420105003001", "420106004002"];
        let shifts: Vec<Id<Shift>> = (0..)
            .zip(places)
            .map(|(n, community)| {
                let worker = scene::worker(world, community);
                let team = scene::team(world, &worker, community);
                let project = scene::project(world, &worker, team);
                let shift = scene::shift(world, &worker, project, at + Minutes::from_hours(48 * n), 60, 1);
                if n == 3 {
                    let first = testing::volunteer(world, "王第二", THERE);
                    scene::sign_up(world, &first, shift).unwrap();
                }
                scene::sign_up(world, &who, shift).unwrap();
                shift
            })
            .collect();
        let mine = world.read("mine", &who, move |tx, call| crate::my_shifts(tx, call, call.now)).unwrap();
        let found: Vec<_> = mine.iter().map(|one| (one.shift, one.state.as_str())).collect();
        let wanted: Vec<_> = shifts.iter().copied().zip(["placed", "placed", "placed", "waiting"]).collect();
        assert_eq!(found, wanted);
    });
}

#[test]
fn times_that_change_while_people_sign_up_leave_nobody_in_two_places() {
    use std::sync::{Arc, Barrier};
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let project = scene::project(world, &worker, team);
        let at = world.now() + Minutes::from_hours(48);
        let shifts: Vec<Id<Shift>> =
            (0..4).map(|n| scene::shift(world, &worker, project, at + Minutes(n * 120), 120, 6)).collect();
        let people: Vec<Actor> =
            (0..30).map(|n| testing::volunteer(world, "冯赛跑", [HERE, THERE][n % 2])).collect();
        let db = super::race::many(world);
        let start = Arc::new(Barrier::new(people.len() + 1));
        let mover = {
            let (db, kit, start, worker) =
                (db.clone(), Arc::clone(&world.kit), Arc::clone(&start), worker.clone());
            let shifts = shifts.clone();
            std::thread::spawn(move || {
                start.wait();
                for round in 0..12_i64 {
                    let shift = shifts[round as usize % shifts.len()];
                    let call = journal::Call::new(&kit, worker.clone());
                    db.write_now("shift_change", move |tx| {
                        let card = crate::shift(tx, shift)?;
                        let starts_at = at + Minutes(round % 5 * 60);
                        let new = NewShift {
                            starts_at,
                            ends_at: starts_at + Minutes(120),
                            places: card.places,
                            address: card.address,
                            leader: card.leader,
                            min_age: 0,
                            apart: hours::Apart::default(),
                        };
                        crate::change_shift(tx, &call, shift, &new, "")
                    })
                    .unwrap();
                    crate::tick(&db, &kit).unwrap();
                }
            })
        };
        let threads: Vec<_> = people
            .into_iter()
            .map(|person| {
                let (db, kit, start) = (db.clone(), Arc::clone(&world.kit), Arc::clone(&start));
                let shifts = shifts.clone();
                std::thread::spawn(move || {
                    start.wait();
                    for shift in shifts {
                        let call = journal::Call::new(&kit, person.clone());
                        match db.write_now("signup_make", move |tx| sign_up(tx, &call, shift)) {
                            Ok(_) | Err(db::Failure::Refused(_)) => {}
                            Err(db::Failure::Fault(fault)) => panic!("{fault}"),
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        mover.join().unwrap();
        scene::follow_up(world);
        assert_eq!(scene::broken(world), [], "{}", world.engine);
        assert_eq!(scene::waiting_in_vain(world), 0, "{}", world.engine);
        assert!(world.count("SELECT COUNT(*) FROM signup WHERE state = 'placed'", &[]) > 0);
    });
}

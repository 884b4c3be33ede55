use kernel::{Actor, Role};
use testkit::{World, on_both};
use web::Sessions;

use crate::{
    SessionTable,
    sign_in::tests::{client_of, guest},
    testing::{holder, resident, volunteer, worker},
};

const HERE: &str = "420103001005";

fn open(world: &World, actor: &Actor) -> String {
    let person = actor.person.unwrap();
    world.write("test_open", actor, move |tx, call| crate::open_session(tx, call, person)).unwrap()
}

fn entered(world: &World, token: &str) -> web::Entered {
    let token = token.to_owned();
    world
        .read("test_enter", &Actor::guest(), move |tx, call| Ok(SessionTable.actor(tx, call, &token)?))
        .unwrap()
}

#[test]
fn a_token_brings_the_person_with_every_role_in_one_statement() {
    on_both(|world| {
        for actor in [
            resident(world, "李四", HERE),
            volunteer(world, "王五", HERE),
            worker(world, "冯九", HERE, "420103001"),
        ] {
            let token = open(world, &actor);
            let before = world.statements("test_enter");
            assert_eq!(entered(world, &token).actor, actor);
            assert_eq!(world.statements("test_enter") - before, 1);
        }
    });
}

#[test]
fn a_token_with_a_wrong_secret_is_a_guests() {
    on_both(|world| {
        let actor = resident(world, "李四", HERE);
        let token = open(world, &actor);
        let flipped = if token.ends_with('A') { 'B' } else { 'A' };
        // The last character but one holds whole bits of the secret.
        let mut wrong: Vec<char> = token.chars().collect();
        wrong[40] = if wrong[40] == flipped { 'C' } else { flipped };
        let wrong: String = wrong.into_iter().collect();
        for token in [wrong.as_str(), "", "nonsense", &token[..20]] {
            assert_eq!(entered(world, token).actor, Actor::guest(), "{token}");
        }
    });
}

#[test]
fn an_idle_session_ends_and_a_used_one_lives_until_its_age() {
    on_both(|world| {
        let actor = resident(world, "李四", HERE);
        let (idle, used) = (open(world, &actor), open(world, &actor));
        for _ in 0..(30 * 24 / 6 - 1) {
            world.pass_minutes(6 * 60);
            let touched = used.clone();
            assert!(entered(world, &used).touch);
            world
                .write("test_touch", &Actor::guest(), move |tx, call| {
                    Ok(SessionTable.touch(tx, call, &touched)?)
                })
                .unwrap();
            assert!(!entered(world, &used).touch, "once in five minutes");
        }
        assert_eq!(entered(world, &idle).actor, Actor::guest());
        assert_eq!(entered(world, &used).actor, actor);
        world.pass_minutes(6 * 60);
        assert_eq!(entered(world, &used).actor, Actor::guest());
    });
}

#[test]
fn who_works_for_others_signs_in_every_day() {
    on_both(|world| {
        let staff = holder(world, "冯九", HERE, Role::SecurityAdministrator, "420103");
        let token = open(world, &staff);
        world.pass_minutes(8 * 60 - 1);
        assert_eq!(entered(world, &token).actor, staff);
        world.pass_minutes(1);
        assert_eq!(entered(world, &token).actor, Actor::guest());
    });
}

#[test]
fn signing_out_everywhere_ends_all_of_ones_own() {
    on_both(|world| {
        let (actor, other) = (resident(world, "李四", HERE), resident(world, "王五", HERE));
        let (here, there) = (client_of(world, &actor), client_of(world, &actor));
        let others = client_of(world, &other);
        assert!(there.get("/me/sessions").body.contains("2 台手机或电脑"));
        let ended = here.post("/me/sessions", &[("key", "once")]);
        assert_eq!((ended.status.as_u16(), ended.location.as_deref()), (303, Some("/")));
        assert_eq!(here.get("/me/sessions").status, 303);
        assert_eq!(there.get("/me/sessions").status, 303);
        assert_eq!(others.get("/me/sessions").status, 200);
        assert_eq!(guest(world, false).get("/me/sessions").status, 303);
    });
}

#[test]
fn signing_in_again_ends_the_session_of_this_browser() {
    on_both(|world| {
        let phone = crate::testing::phone();
        let actor = crate::testing::resident_with_phone(world, "李四", HERE, &phone);
        let old = open(world, &actor);
        let browser = guest(world, false).with_token(old.clone());
        browser.post("/sign-in", &[("phone", phone.as_str())]);
        let code = crate::sign_in::tests::code(world, &phone);
        let reply = browser.post("/sign-in/code", &[("phone", phone.as_str()), ("code", &code)]);
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert_eq!(entered(world, &old).actor, Actor::guest());
        assert_eq!(entered(world, &crate::sign_in::tests::token(&reply)).actor, actor);
    });
}

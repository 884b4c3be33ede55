//! A resident's card in the hands of the volunteer who came.

use axum::http::StatusCode;
use hours::Grade;
use kernel::{Actor, Id};
use needs::{Answered, Need, Typed, Verified};
use people::testing;
use testkit::World;

use super::{HERE, browser, card, id, signals, whole};

/// A need of `resident` that `helper` promised to meet, at its beginning.
fn promised(world: &World, resident: &Actor, helper: &Actor) -> Id<Need> {
    let worker = testing::worker(world, "冯九", HERE, "420103001");
    let typed = Typed { category: "elderly".to_owned(), address: "3栋501".to_owned(), ..Typed::default() };
    let need = world.write("need_submit", resident, move |tx, call| needs::submit(tx, call, &typed)).unwrap();
    let (need, volunteer) = (need.id, id(helper));
    world
        .write("need_verify", &worker, move |tx, call| {
            needs::verify(tx, call, need, &Verified::default())?;
            needs::dispatch(tx, call, need, &[volunteer])
        })
        .unwrap();
    world.pass_minutes(1);
    needs::tick(&world.db, &world.kit, world.now()).unwrap();
    world.write("need_accept", helper, move |tx, call| needs::accept(tx, call, need).map(drop)).unwrap();
    let starts =
        world.read("test_task", helper, move |tx, call| Ok(needs::task(tx, call, need)?.glimpse.starts_at));
    world.wait_until(starts.unwrap());
    need
}

#[test]
fn a_card_handed_over_is_the_residents_yes_to_coming_and_going() {
    testkit::on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let (wang, zhao) =
            (testing::volunteer(world, "王建国", HERE), testing::volunteer(world, "赵第二", HERE));
        let need = promised(world, &li, &wang);
        let (token, _) = card(world, &li);
        let path = format!("/card/{token}");
        let his = browser(world, &wang);
        let page = his.get(&path);
        assert!(
            whole(&page).contains("邻居的卡") && page.body.contains("value=\"arrived\""),
            "{}",
            page.body
        );
        assert!(browser(world, &zhao).get(&path).body.contains("请把卡交给队长"));
        assert!(his.post(&path, &[("key", "a"), ("kind", "arrived")]).location.is_some());
        // Once a direction, and not both in one moment.
        assert!(his.post(&path, &[("key", "b"), ("kind", "arrived")]).location.is_some());
        let too_soon = his.post(&path, &[("key", "c"), ("kind", "left")]);
        assert!(
            too_soon.status == StatusCode::CONFLICT && too_soon.body.contains("刚刚扫过"),
            "{}",
            too_soon.body
        );
        world.pass_minutes(50);
        assert!(his.post(&path, &[("key", "d"), ("kind", "left")]).location.is_some());
        assert!(whole(&his.get(&path)).contains("都记下了"));
        let cards: Vec<_> = signals(world).into_iter().filter(|one| one.1 == "resident_card").collect();
        assert_eq!(cards.len(), 2);
        assert!(cards.iter().all(|one| one.2 == id(&li)));
        let state = |need: Id<Need>| {
            world
                .read("test_task", &wang, move |tx, call| {
                    Ok(needs::task(tx, call, need)?.mine.unwrap().state)
                })
                .unwrap()
        };
        assert_eq!(state(need), needs::State::DoneClaimed);

        // The resident's own yes comes from the same resident: it stays one witness.
        world
            .write("need_close", &li, move |tx, call| needs::confirm(tx, call, need, Answered::Done(3)))
            .unwrap();
        let rows =
            world.read("test_rows", &wang, move |tx, _| hours::of_engagement(tx, need.district(), need));
        let row = rows.unwrap().remove(0);
        assert_eq!((row.grade, row.minutes.number()), (Some(Grade::B), 50));
        world.drain(vec![]);
    });
}

#[test]
fn a_card_that_was_taken_back_says_nothing_at_home() {
    testkit::on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let wang = testing::volunteer(world, "王建国", HERE);
        let need = promised(world, &li, &wang);
        let (token, _) = card(world, &li);
        browser(world, &li).post("/me/card/revoke", &[("key", "r")]);
        let his = browser(world, &wang);
        let page = his.get(&format!("/card/{token}"));
        assert!(
            whole(&page).contains(&format!("/tasks/{need}/visit")) && !page.body.contains("name=\"kind\"")
        );
        let refused = his.post(&format!("/card/{token}"), &[("key", "a"), ("kind", "arrived")]);
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(signals(world).len(), 0);
        let before = world.statements("card_look_page");
        his.get(&format!("/card/{token}"));
        let cost = world.statements("card_look_page") - before;
        assert!(cost <= 8, "{cost}");
    });
}

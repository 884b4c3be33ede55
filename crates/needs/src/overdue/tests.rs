//! Urging on: only from above, only what is late, once a day, and those who must act are told.

use people::testing;
use testkit::on_both;

use crate::{
    State,
    tests::{FAR, HERE, browser, change, events, key, rule, submitted, typed, verified},
};

#[test]
fn the_level_above_urges_on_what_is_late_and_those_nearest_are_told() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let here = testing::worker(world, "冯九", HERE, HERE);
        let street = testing::worker(world, "吴街道", HERE, &HERE[..9]);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        let urge = |who| change(world, "need_urge", who, &need, crate::urge);
        assert_eq!(rule(urge(&street)), "need-not-late");
        let above = browser(world, &street);
        assert!(above.get("/a/overdue").body.contains("没有超时的求助"));

        world.pass_minutes(24 * 60);
        let page = above.get("/a/overdue");
        assert!(page.body.contains(&need.number) && page.body.contains("督办</button>"), "{}", page.body);
        assert!(!page.body.contains("李淑英") && !page.body.contains("3栋501"));
        assert!(world.statements("need_overdue_page") <= 8);
        // Who must act sees it and cannot urge themselves on.
        let own = browser(world, &here).get("/a/overdue");
        assert!(own.body.contains(&need.number) && !own.body.contains("督办</button>"));
        assert_eq!(rule(urge(&here)), "forbidden");
        assert_eq!(rule(urge(&li)), "forbidden");

        let fields = [("key", &*key(&page)), ("need", &*need.id.to_string())];
        assert_eq!(above.post("/a/overdue", &fields).status, 303);
        assert_eq!(events(world, "need.urged"), 1);
        let told = world.read("outbox", &here, |tx, call| notify::outbox(tx, call, 10)).unwrap();
        let urged: Vec<_> = told.iter().filter(|message| message.kind == "need_urged").collect();
        assert_eq!(urged.len(), 1, "the worker of the community, and nobody else");
        assert!(urged[0].text.contains(&need.number), "{}", urged[0].text);
        assert!(browser(world, &here).get("/w").body.contains("上级督办"));
        assert_eq!(rule(urge(&street)), "need-urged");
        assert!(!above.get("/a/overdue").body.contains("督办</button>"));

        // It has gone on: the mark is gone with the lateness.
        verified(world, &here, &need);
        assert!(!browser(world, &here).get("/w").body.contains("上级督办"));
        assert!(above.get("/a/overdue").body.contains("没有超时的求助"));
    });
}

#[test]
fn all_are_urged_on_at_once_but_for_those_nobody_can_act_on() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let far = testing::resident(world, "周大妈", FAR);
        let street = testing::worker(world, "吴街道", HERE, &HERE[..9]);
        let city = testing::worker(world, "吴市里", HERE, "4201");
        let needs = [typed("elderly"), typed("study")].map(|asked| submitted(world, &li, asked).unwrap());
        let away = submitted(world, &far, typed("elderly")).unwrap();
        world.pass_minutes(24 * 60);
        let above = browser(world, &city);
        let page = above.get("/a/overdue");
        assert!(page.body.contains("督办江汉区全部（2 件）"), "{}", page.body);
        assert_eq!(above.post("/a/overdue", &[("key", &*key(&page)), ("all", "420103")]).status, 303);
        assert_eq!(events(world, "need.urged"), needs.len());
        // Nobody but the city's own worker is there for the far district.
        assert_eq!(rule(change(world, "need_urge", &city, &away, crate::urge)), "need-urge-nobody");
        assert_eq!(crate::tests::state(world, &away), State::Submitted);
        assert_eq!(rule(change(world, "need_urge", &street, &needs[0], crate::urge)), "need-urged");
        assert_eq!(above.post("/a/overdue", &[("key", "00000000000000000000")]).status, 404);
    });
}

#[test]
fn where_one_only_sees_figures_one_does_not_read_what_was_asked() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        let elsewhere = testing::worker(world, "韩远", FAR, "420102010");
        let person = crate::tests::id(&elsewhere);
        let city = kernel::Over::Subtree(testing::division("4201"));
        let both = testing::give(world, person, kernel::Role::SystemAdministrator, city);
        world.pass_minutes(24 * 60);
        let client = browser(world, &both);
        assert!(client.get("/a/overdue").body.contains(&need.number));
        let told = client.get("/api/v1/needs/overdue");
        assert!(told.status == 200 && !told.body.contains(&need.number), "{}", told.body);
    });
}

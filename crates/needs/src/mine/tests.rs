//! After asking: taking back, another time, and whom not to meet again.

use people::testing;
use testkit::on_both;

use crate::{
    State, accept, cancel, refuse_helper,
    tests::{
        HERE, browser, change, dispatched, events, key, now_is, rule, state, submitted, typed, verified,
    },
};

#[test]
fn taking_back_frees_the_helper() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &need);
        assert_eq!(rule(change(world, "need_cancel", &wang, &need, cancel)), "missing");
        change(world, "need_accept", &wang, &need, accept).unwrap();
        change(world, "need_cancel", &li, &need, cancel).unwrap();
        change(world, "need_cancel", &li, &need, cancel).unwrap();
        assert_eq!((state(world, &need), events(world, "need.cancelled")), (State::Cancelled, 1));
        assert_eq!(world.count("SELECT COUNT(*) FROM commitment WHERE district = $1", &[420_103]), 0);
        assert_eq!(rule(change(world, "need_accept", &wang, &need, accept)), "task-taken");
        let offered = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &offered);
        dispatched(world, &worker, &offered, &[&wang]).unwrap();
        change(world, "need_cancel", &li, &offered, cancel).unwrap();
        world.pass_minutes(5);
        assert_eq!(crate::tests::tick(world).told, 0, "nobody is told of what was taken back");
    });
}

#[test]
fn the_time_moves_until_somebody_is_asked() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        let hers = browser(world, &li);
        let path = format!("/need/{}", need.id);
        let page = hers.get(&path);
        let wrong = hers
            .post(&format!("{path}/time"), &[("key", &key(&page)), ("day", "2026-03-01"), ("part", "any")]);
        assert!(wrong.status == 422 && wrong.body.contains("已经过去了"), "{}", wrong.body);
        let fields = [("key", &*key(&wrong)), ("day", "2026-03-12"), ("part", "morning")];
        assert_eq!(hers.post(&format!("{path}/time"), &fields).status, 303);
        assert_eq!(now_is(world, &need).starts_at.local_text(), "2026-03-12T08:00");
        assert_eq!(events(world, "need.time_changed"), 1);
        verified(world, &worker, &need);
        dispatched(world, &worker, &need, &[&wang]).unwrap();
        let late = hers.post(&format!("{path}/time"), &[("day", "2026-03-13"), ("part", "morning")]);
        assert!(late.status == 409 && late.body.contains("改时间请打电话"), "{}", late.body);
    });
}

#[test]
fn whom_not_to_meet_again_is_said_after_it_is_closed_only() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &need);
        change(world, "need_accept", &wang, &need, accept).unwrap();
        assert_eq!(rule(change(world, "need_refuse_helper", &li, &need, refuse_helper)), "need-moved-on");
        assert_eq!(rule(change(world, "need_refuse_helper", &worker, &need, refuse_helper)), "missing");
        let mine = browser(world, &li).get("/my/needs");
        assert!(mine.body.contains("王师傅会来"), "{}", mine.body);
    });
}

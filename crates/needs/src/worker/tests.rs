//! The worker: only in the own area, with a reason, the late ones first.

use people::testing;
use testkit::on_both;

use crate::{
    State, Typed, Verified,
    tests::{
        FAR, HERE, browser, change, dispatched, events, guest, id, key, now_is, rule, state, submitted,
        typed, verified,
    },
};

#[test]
fn another_area_and_other_people_are_refused() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let stranger = testing::worker(world, "韩远", FAR, "420102010");
        let leader = testing::leader(world, "秦队长", HERE, "420103001");
        let need = submitted(world, &li, typed("elderly")).unwrap();
        for who in [&stranger, &leader, &li] {
            let verify = |tx: &mut db::Tx<'_>, call: &journal::Call, id| {
                crate::verify(tx, call, id, &Verified::default()).map(drop)
            };
            assert_eq!(rule(change(world, "need_verify", who, &need, verify)), "forbidden");
            assert_eq!(rule(dispatched(world, who, &need, &[])), "forbidden");
            assert_eq!(rule(change(world, "need_take_back", who, &need, crate::take_back)), "forbidden");
            let refuse =
                |tx: &mut db::Tx<'_>, call: &journal::Call, id| crate::refuse(tx, call, id, "asked-twice");
            assert_eq!(rule(change(world, "need_refuse", who, &need, refuse)), "forbidden");
            let over = |tx: &mut db::Tx<'_>, call: &journal::Call, id| {
                crate::hand_over(tx, call, id, "卫生站", "12345")
            };
            assert_eq!(rule(change(world, "need_hand_over", who, &need, over)), "forbidden");
            let page = browser(world, who).get(&format!("/w/needs/{}", need.id));
            assert_eq!(page.status, 403, "{}", page.body);
            assert!(!page.body.contains("3栋501"));
        }
        assert!(!browser(world, &stranger).get("/w").body.contains(&need.id.to_string()));
        assert_eq!(guest(world).get("/w").status, 303);
        assert_eq!(browser(world, &li).get("/w").status, 403);
        // A need of somebody else does not exist for a resident.
        let other = browser(world, &testing::resident(world, "周大妈", HERE));
        for path in ["", "/confirm", "/voice"] {
            assert_eq!(other.get(&format!("/need/{}{path}", need.id)).status, 404, "{path}");
        }
        assert_eq!(other.get("/need/not-an-id").status, 404);
        assert_eq!(other.post(&format!("/need/{}/cancel", need.id), &[]).status, 404);
    });
}

#[test]
fn somebody_of_the_city_sees_the_needs_of_all_its_districts_by_the_time_left() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let far = testing::resident(world, "周大妈", FAR);
        let street = testing::worker(world, "冯九", HERE, "420103001");
        let city = testing::worker(world, "吴市里", HERE, "4201");
        let other_city = testing::worker(world, "郑外市", HERE, "4202");
        let near = submitted(world, &li, typed("elderly")).unwrap();
        world.pass_minutes(5);
        let away = submitted(world, &far, typed("elderly")).unwrap();
        let seen = |who| -> Vec<_> {
            world.read("needs_inbox", who, crate::inbox).unwrap().iter().map(|need| need.id).collect()
        };
        assert_eq!(seen(&street), [near.id]);
        assert_eq!(seen(&city), [near.id, away.id]);
        assert!(seen(&other_city).is_empty());
        let page = browser(world, &city).get("/w");
        assert!(page.body.contains(&near.id.to_string()) && page.body.contains(&away.id.to_string()));
        verified(world, &city, &away);
        assert_eq!(state(world, &away), State::Verified);
    });
}

#[test]
fn a_refusal_names_its_reason_and_the_resident_reads_it() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let need = submitted(world, &li, typed("elderly")).unwrap();
        let desk = browser(world, &worker);
        let path = format!("/w/needs/{}", need.id);
        let page = desk.get(&path);
        let none = desk.post(&format!("{path}/refuse"), &[("key", &key(&page))]);
        assert!(none.status == 422 && none.body.contains("请选一个原因"), "{}", none.body);
        let sent = desk.post(&format!("{path}/refuse"), &[("key", &key(&none)), ("reason", "too-dangerous")]);
        assert_eq!(sent.status, 303);
        assert_eq!(state(world, &need), State::Refused);
        let hers = browser(world, &li).get(&format!("/need/{}", need.id));
        assert!(hers.body.contains("没办成") && hers.body.contains("有危险，志愿者不能做"), "{}", hers.body);
        assert_eq!(rule(dispatched(world, &worker, &need, &[])), "need-moved-on");
        assert_eq!(events(world, "need.refused"), 1);
    });
}

#[test]
fn a_public_service_takes_over() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let need = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &need);
        let desk = browser(world, &worker);
        let path = format!("/w/needs/{}", need.id);
        let nobody = desk.get(&path);
        assert!(nobody.body.contains("暂时没有合适的志愿者"), "{}", nobody.body);
        let wrong =
            desk.post(&format!("{path}/hand-over"), &[("key", &key(&nobody)), ("service_phone", "abc")]);
        assert!(
            wrong.status == 422
                && wrong.body.contains("请写接手的单位")
                && wrong.body.contains("单位电话不对")
        );
        let fields = [("key", &*key(&wrong)), ("service", "松园卫生站"), ("service_phone", "027-00000001")];
        assert_eq!(desk.post(&format!("{path}/hand-over"), &fields).status, 303);
        let hers = browser(world, &li).get(&format!("/need/{}", need.id));
        assert!(hers.body.contains("没找到邻居，已请 松园卫生站 027-00000001 接手"), "{}", hers.body);
        assert_eq!(events(world, "need.handed_over"), 1);
    });
}

#[test]
fn the_inbox_puts_the_late_ones_first() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let old = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &old);
        world.pass_minutes(30);
        let second = submitted(world, &li, typed("study")).unwrap();
        world.pass_minutes(30);
        let third = submitted(world, &li, Typed { urgent: "1".into(), ..typed("jobs") }).unwrap();
        let order = |minutes| {
            world.pass_minutes(minutes);
            let desk = browser(world, &worker).get("/api/v1/needs/inbox").json();
            let ids: Vec<String> = desk["needs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|need| need["id"].as_str().unwrap().to_owned())
                .collect();
            ids
        };
        let ids = [&second, &third, &old].map(|need| need.id.to_string());
        assert_eq!(order(0), ids);
        assert_eq!(order(3 * 60), ids);
        assert!(browser(world, &worker).get("/w").body.contains("2 件已经超时"));
    });
}

#[test]
fn verifying_writes_up_what_was_said() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let need = submitted(world, &li, typed("elderly")).unwrap();
        let desk = browser(world, &worker);
        let path = format!("/w/needs/{}", need.id);
        let found = [
            ("key", &*key(&desk.get(&path))),
            ("category", "study"),
            ("risk", "dogs"),
            ("detail", "教孙子算术"),
            ("address", "9栋"),
            ("urgent", "1"),
        ];
        assert_eq!(desk.post(&format!("{path}/verify"), &found).status, 303);
        let now = now_is(world, &need);
        assert_eq!((now.category.word, now.risk.word(), now.minutes.number()), ("study", "dogs", 90));
        assert_eq!((now.detail.as_str(), now.address.as_str(), now.urgent), ("教孙子算术", "9栋", true));
        assert_eq!(now.due_at.minutes_since(world.now()).number(), 120, "urgent: two hours");
        let twice = browser(world, &worker).post_json(
            &format!("/api/v1/needs/{}/verify", need.id),
            "again",
            &serde_json::json!({}),
        );
        assert_eq!((twice.status.as_u16(), twice.json()["rule"].as_str()), (409, Some("need-moved-on")));
        let nobody = desk.post_json(
            &format!("/api/v1/needs/{}/dispatch", need.id),
            "who",
            &serde_json::json!({ "volunteers": [id(&li).to_string()] }),
        );
        assert_eq!(nobody.json()["rule"], "need-volunteer-not-fitting");
    });
}

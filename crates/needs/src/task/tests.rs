//! What a volunteer and what anybody sees, and how many statements it costs.

use people::testing;
use testkit::on_both;

use crate::{
    Typed,
    tests::{HERE, NEAR, browser, change, dispatched, guest, id, state, submitted, tick, typed, verified},
};

#[test]
fn before_the_promise_there_is_no_name_no_door_and_no_phone() {
    on_both(|world| {
        let phone = testing::phone();
        let li = testing::resident_with_phone(world, "李淑英", HERE, &phone);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let secret = Typed { detail: "我叫李淑英".into(), for_phone: String::new(), ..typed("elderly") };
        let (asked, open) =
            (submitted(world, &li, secret.clone()).unwrap(), submitted(world, &li, secret).unwrap());
        verified(world, &worker, &asked);
        verified(world, &worker, &open);
        dispatched(world, &worker, &asked, &[&wang]).unwrap();
        world.pass_minutes(1);
        tick(world);
        let his = browser(world, &wang);
        let mut pages = vec![
            his.get("/tasks"),
            his.get("/api/v1/tasks"),
            his.get("/needs"),
            guest(world).get("/needs"),
            guest(world).get("/api/v1/needs/open"),
        ];
        for need in [&asked, &open] {
            pages.push(his.get(&format!("/tasks/{}", need.id)));
            for hidden in ["/tasks/{id}/visit", "/need/{id}", "/need/{id}/voice", "/api/v1/needs/{id}"] {
                let page = his.get(&hidden.replace("{id}", &need.id.to_string()));
                assert_eq!(page.status, 404, "{hidden}");
                pages.push(page);
            }
        }
        for page in &pages {
            for private in
                ["李", "淑英", "3栋", phone.as_str(), phone.last_four(), &asked.number, &id(&li).to_string()]
            {
                assert!(!page.body.contains(private), "{private}: {}", page.body);
            }
        }
        assert!(
            pages[0].body.contains(&asked.id.to_string()) && pages[0].body.contains(&open.id.to_string())
        );
        assert!(pages[3].body.contains("陪伴老人") && !pages[3].body.contains(&asked.id.to_string()));
        assert!(pages[4].json()["needs"].as_array().unwrap().len() == 1);
        // The text message says neither.
        let sent = world.db.read_now("outbox", |tx| {
            tx.query::<(String,)>("SELECT kind FROM message WHERE district = 420103", db::params![])
        });
        assert_eq!(sent.map_err(|e: db::Fault| e).unwrap(), [("offer".to_owned(),)]);
        change(world, "need_accept", &wang, &asked, crate::accept).unwrap();
        let visit = his.get(&format!("/tasks/{}/visit", asked.id));
        for shown in ["李淑英", "3栋501", phone.as_str()] {
            assert!(visit.body.contains(shown), "{shown}: {}", visit.body);
        }
        // When it has ended, the door and the phone are gone again.
        change(world, "need_cancel", &li, &asked, crate::cancel).unwrap();
        let over = his.get(&format!("/tasks/{}/visit", asked.id));
        assert_eq!(state(world, &asked), crate::State::Cancelled);
        assert!(!over.body.contains("3栋501") && !over.body.contains(phone.as_str()), "{}", over.body);
    });
}

#[test]
fn no_page_asks_more_with_more_rows() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let first = submitted(world, &li, typed("elderly")).unwrap();
        let (hers, desk, his) = (browser(world, &li), browser(world, &worker), browser(world, &wang));
        let cost = |name: &str, client: &testkit::Client, path: &str| {
            let before = world.statements(name);
            let page = client.get(path);
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            world.statements(name) - before
        };
        let (need, work) = (format!("/need/{}", first.id), format!("/w/needs/{}", first.id));
        let all = || {
            [
                ("need_page", cost("need_page", &hers, &need), 8),
                ("need_mine", cost("need_mine", &hers, "/my/needs"), 8),
                ("need_when", cost("need_when", &hers, "/need/new/when?category=care"), 8),
                ("need_inbox", cost("need_inbox", &desk, "/w"), 8),
                ("need_open", cost("need_open", &his, "/needs"), 8),
                ("task_list", cost("task_list", &his, "/tasks"), 8),
                ("need_worker_page", cost("need_worker_page", &desk, &work), 8),
            ]
        };
        let before = all();
        for number in 0..6 {
            testing::volunteer(world, &format!("孙{}", ["甲", "乙", "丙", "丁", "戊", "己"][number]), NEAR);
            let more = submitted(world, &li, typed("elderly")).unwrap();
            verified(world, &worker, &more);
        }
        let after = all();
        for ((name, before, most), (_, after, _)) in before.into_iter().zip(after) {
            assert_eq!(before, after, "{name}");
            assert!(after <= most, "{name}: {after} statements, {most} at most");
        }
    });
}

#[test]
fn the_public_list_goes_on_page_by_page() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", HERE, "420103001");
        for _ in 0..23 {
            verified(world, &worker, &submitted(world, &li, typed("elderly")).unwrap());
        }
        let first = guest(world).get("/api/v1/needs/open").json();
        let next = first["next"].as_str().expect("there is more").to_owned();
        let second = guest(world).get(&format!("/api/v1/needs/open?after={next}")).json();
        let ids = |page: &serde_json::Value| -> Vec<String> {
            page["needs"].as_array().unwrap().iter().map(|need| need["id"].to_string()).collect()
        };
        let (a, b) = (ids(&first), ids(&second));
        assert_eq!((a.len(), b.len(), second["next"].is_null()), (20, 3, true));
        assert!(a.iter().all(|one| !b.contains(one)));
        assert!(guest(world).get("/needs").body.contains("/needs?after="));
    });
}

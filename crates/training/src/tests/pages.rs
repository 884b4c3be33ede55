//! Pages and API through the router: what is said, what is kept of a wrong form, how many statements it costs.

use axum::http::StatusCode;
use people::testing;
use serde_json::json;
use testkit::on_both;

use super::*;

fn form<'a>(starts: &'a str, ends: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("course", ""),
        ("title", "急救"),
        ("content", "心肺复苏、止血包扎。"),
        ("gives", "first_aid"),
        ("months", "24"),
        ("unit", "松园街道志愿服务中心"),
        ("division", HERE),
        ("address", "松园路 1 号二楼"),
        ("starts_at", starts),
        ("ends_at", ends),
        ("break_minutes", "15"),
        ("places", "30"),
    ]
}

#[test]
fn a_trainer_plans_calls_and_closes_in_pages() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let client = browser(world, &by);
        let first = client.get("/t");
        assert!(whole(&first).contains("还没有开过培训"), "{}", first.body);

        let mut wrong = form("2026-03-09T08:00", "someday");
        wrong[1].1 = "";
        let sent = client.post("/t", &wrong);
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in
            ["请写课程名称", "开始时间已经过了", "时间看不懂", "心肺复苏、止血包扎。", "2026-03-09T08:00"]
        {
            assert!(whole(&sent).contains(words), "{words}: {}", sent.body);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM course", &[]), 0, "all or nothing");

        let sent = client.post("/t", &form("2026-03-09T10:00", "2026-03-09T12:15"));
        assert_eq!(sent.location.as_deref(), Some("/t?done=planned"), "{}", sent.body);
        let list = client.get("/t?done=planned");
        for words in [
            "data-done=\"training-planned\"",
            "急救",
            "第 1 场",
            "一共 30 个名额",
            "管 24 个月",
            "晚一周，照样再开一场",
        ] {
            assert!(whole(&list).contains(words), "{words}: {}", list.body);
        }
        let session = super::seen(world, {
            let held = world.read("test_held", &by, crate::sessions_held).unwrap();
            held[0].id
        });
        assert_eq!(session.minutes(), Minutes(120));

        // A second one of the course there is, and a copy by one tap.
        let mut second = form("2026-03-10T10:00", "2026-03-10T12:15");
        let course = session.course.to_string();
        second[0].1 = &course;
        second[1].1 = "";
        assert_eq!(client.post("/t", &second).location.as_deref(), Some("/t?done=planned"));
        let copied = client.post(&format!("/t/{}/copy", session.id), &[]);
        assert_eq!(copied.location.as_deref(), Some("/t?done=copied"), "{}", copied.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM course", &[]), 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM training_session", &[]), 3);

        let people: Vec<_> = (0..30).map(|_| testing::volunteer(world, "李淑英", HERE)).collect();
        for who in &people {
            enrol(world, who, session.id).unwrap();
        }
        let roll = format!("/t/{}/roll", session.id);
        let before = client.get(&roll);
        assert!(
            whole(&before).contains("开始点名") && !before.body.contains("type=\"radio\""),
            "{}",
            before.body
        );
        world.wait_until(session.ends_at);
        let page = client.get(&roll);
        assert_eq!(whole(&page).matches("value=\"no\"").count(), 30);
        assert!(page.body.contains("李**") && !page.body.contains("李淑英"), "names are masked");
        let results = format!("/t/{}/results", session.id);
        assert!(whole(&client.get(&results)).contains("先点名，再登结果"));
        let away = format!("present-{}", id(&people[3]));
        let called = client.post(&roll, &[(&away, "no")]);
        assert_eq!(called.location, Some(format!("{results}?done=called")));
        // Everybody at once, and then the one again.
        assert!(client.post(&roll, &[(&away, "no"), ("all", "yes")]).location.is_some());
        assert_eq!(world.count("SELECT COUNT(*) FROM enrolment WHERE present = 1", &[]), 30);
        client.post(&roll, &[(&away, "no")]);

        let page = client.get(&results);
        assert_eq!(whole(&page).matches("value=\"passed\" checked").count(), 29);
        assert_eq!(page.body.matches("value=\"absent\" checked").count(), 1);
        let missing = client.post(&results, &[]);
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(whole(&missing).matches("请给这个人选一个结果").count(), 30);
        let names: Vec<String> = people.iter().map(|who| format!("result-{}", id(who))).collect();
        let mut marks: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "passed")).collect();
        (marks[3].1, marks[5].1) = ("absent", "failed");
        let closed = client.post(&results, &marks);
        assert_eq!(closed.location, Some(format!("{results}?done=closed")), "{}", closed.body);
        let page = client.get(&format!("{results}?done=closed"));
        assert!(whole(&page).contains("data-passed=\"28\" data-others=\"2\""), "{}", page.body);
        let undone = client.post(&format!("{results}/undo"), &[]);
        assert!(whole(&client.get(&undone.location.unwrap())).contains("data-done=\"results-undone\""));
        client.post(&results, &marks);
        world.pass_minutes(10);
        assert_eq!(follow(world), 30);
        assert_eq!(whole(&client.get(&results)).matches("data-line=\"passed\"").count(), 28);
        assert!(whole(&client.get(&roll)).contains("点名不能再改"));
    });
}

#[test]
fn a_volunteer_reads_enrols_and_gives_the_place_back() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, first_aid());
        let session = planned(world, &by, course, 2);
        let path = format!("/training/{session}");
        let list = guest(world).get("/training");
        assert!(whole(&list).contains("急救") && list.body.contains("还有 2 个名额"), "{}", list.body);
        let page = guest(world).get(&path);
        for words in ["范**", "松园路 1 号二楼", "急救", "管 24 个月", "2 小时", "松园街道志愿服务中心"]
        {
            assert!(whole(&page).contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains("范白露"));
        assert!(guest(world).post(&format!("{path}/enrol"), &[]).location.unwrap().starts_with("/sign-in"));

        let resident = browser(world, &testing::resident(world, "孙居民", HERE));
        assert!(whole(&resident.get(&path)).contains("/join"));
        let refused = resident.post(&format!("{path}/enrol"), &[]);
        assert!(refused.status == StatusCode::CONFLICT && whole(&refused).contains("先成为志愿者"));

        let who = testing::volunteer(world, "李淑英", HERE);
        let client = browser(world, &who);
        let done = client.post(&format!("{path}/enrol"), &[]).location.unwrap();
        assert!(whole(&client.get(&done)).contains("data-done=\"enrolled\""));
        let gone = client.post(&format!("{path}/withdraw"), &[]).location.unwrap();
        assert!(whole(&client.get(&gone)).contains("data-done=\"withdrawn\""));
        let far = browser(world, &testing::volunteer(world, "王小明", FAR));
        assert!(whole(&far.get("/training")).contains("您这个区近期没有培训"));
        world.pass_minutes(60);
        assert!(whole(&client.get(&path)).contains("已经开始，不能再报名"));
        world.drain(vec![]);
    });
}

#[test]
fn a_page_of_one_session_costs_few_statements() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let course = written(world, &by, first_aid());
        let session = planned(world, &by, course, 2);
        let who = browser(world, &testing::volunteer(world, "李淑英", HERE));
        let trainer = browser(world, &by);
        for (client, path, name) in [
            (&who, format!("/training/{session}"), "training_page"),
            (&who, "/training".to_owned(), "trainings_page"),
            (&who, "/v/training".to_owned(), "own_training_page"),
            (&trainer, "/t".to_owned(), "courses_page"),
            (&trainer, format!("/t/{session}/roll"), "training_roll_page"),
            (&trainer, format!("/t/{session}/results"), "training_results_page"),
        ] {
            let before = world.statements(name);
            assert_eq!(client.get(&path).status, StatusCode::OK, "{path}");
            let statements = world.statements(name) - before;
            assert!((1..=8).contains(&statements), "{name}: {statements}");
        }
        world.drain(vec![]);
    });
}

#[test]
fn a_program_does_the_same() {
    on_both(|world| {
        let by = trainer(world, "范白露");
        let (client, who) = (browser(world, &by), testing::volunteer(world, "李淑英", HERE));
        let learner = browser(world, &who);
        let bad =
            json!({"division": HERE, "title": "急救", "content": "包扎", "gives": "magic", "unit": "中心"});
        assert_eq!(client.post_json("/api/v1/courses", "a", &bad).status, StatusCode::UNPROCESSABLE_ENTITY);
        let course = json!({"division": HERE, "title": "急救", "content": "包扎", "gives": "first_aid", "unit": "中心"});
        let made = client.post_json("/api/v1/courses", "b", &course);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let course = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(client.get("/api/v1/courses").json()[0]["gives"], "first_aid");
        let starts_at = world.now() + Minutes(30);
        let session = json!({"course": course, "division": HERE, "address": "二楼", "starts_at": starts_at.rfc3339(),
            "ends_at": (starts_at + Minutes(60)).rfc3339(), "places": 2});
        let made = client.post_json("/api/v1/training-sessions", "c", &session);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let session = made.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/training-sessions/{session}");
        let copy = client.post_json(&format!("{path}/copy"), "d", &json!({})).json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let reason = json!({"reason": "会场停电"});
        let cancelled = client.post_json(&format!("/api/v1/training-sessions/{copy}/cancel"), "e", &reason);
        assert_eq!(cancelled.json()["state"], "cancelled");
        assert_eq!(guest(world).get("/api/v1/training-sessions").json().as_array().unwrap().len(), 1);
        assert_eq!(learner.post_json(&format!("{path}/enrol"), "f", &json!({})).json()["state"], "enrolled");
        assert_eq!(
            learner.post_json(&format!("{path}/withdraw"), "g", &json!({})).json()["state"],
            "withdrawn"
        );
        learner.post_json(&format!("{path}/enrol"), "h", &json!({}));
        let told = learner.get(&path).json();
        assert_eq!(
            (&told["own"], &told["taken"], &told["trainer"]),
            (&json!("enrolled"), &json!(1), &json!("范**"))
        );
        world.pass_minutes(30);
        let second = testing::volunteer(world, "王小明", HERE);
        let person = id(&second);
        let phone =
            world.read("test_phone", &second, move |tx, call| people::phone_of(tx, call.keys(), person));
        let came = json!({"phone": phone.unwrap().unwrap().as_str()});
        assert_eq!(
            client.post_json(&format!("{path}/walk-in"), "i", &came).json()["person"],
            person.to_string()
        );
        world.pass_minutes(60);
        let there = json!({"people": [{"person": id(&who).to_string(), "present": true}]});
        assert_eq!(client.post_json(&format!("{path}/roll"), "j", &there).json()["state"], "called");
        let list = client.get(&format!("{path}/roll")).json();
        assert_eq!((list.as_array().unwrap().len(), &list[0]["present"]), (2, &json!(true)));
        let result = |who: Id<Person>, word: &str| json!({"person": who.to_string(), "result": word});
        let odd = json!({"people": [result(person, "perhaps")]});
        assert_eq!(
            client.post_json(&format!("{path}/results"), "k", &odd).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let all = json!({"people": [result(id(&who), "passed"), result(person, "failed")]});
        let closed = client.post_json(&format!("{path}/results"), "l", &all);
        assert_eq!(closed.json()["undo_until"], (world.now() + Minutes(10)).rfc3339(), "{}", closed.body);
        assert_eq!(
            client.post_json(&format!("{path}/results/undo"), "m", &json!({})).json()["state"],
            "planned"
        );
        client.post_json(&format!("{path}/results"), "n", &all);
        world.pass_minutes(10);
        assert_eq!(follow(world), 2);
        assert_eq!(learner.get("/api/v1/me/training").json()["trainings"][0]["state"], "passed");
    });
}

//! What looks like no volunteering is looked at by a second person, and what is none earns no hours and says so.

use hours::Source;
use kernel::{Minutes, Role};
use serde_json::json;
use testkit::{World, on_both};

use super::{
    pages::client,
    scene::{HERE, new_project, new_shift, team, worker},
};
use crate::{KindReviewCard, NewProject, Published, Shift};
use kernel::{Actor, Id};

fn draft(world: &World, by: &Actor, title: &str) -> Id<Shift> {
    let project = NewProject { title: title.to_owned(), ..new_project(team(world, by, HERE)) };
    let shift = new_shift(by, world.now() + Minutes(120), 60, 5);
    world
        .write("test_shift", by, move |tx, call| {
            let project = crate::create_project(tx, call, &project)?;
            crate::create_shift(tx, call, project, &shift)
        })
        .unwrap()
}

fn publish(world: &World, by: &Actor, shift: Id<Shift>) -> Published {
    world.write("shift_publish", by, move |tx, call| crate::publish_shift(tx, call, shift)).unwrap()
}

fn review(world: &World, by: &Actor, shift: Id<Shift>) -> Option<KindReviewCard> {
    world
        .read("team_shift_page", by, move |tx, call| {
            let project = crate::shift_seen(tx, call, shift)?.project;
            crate::kind_review(tx, project)
        })
        .unwrap()
}

fn decide(
    world: &World,
    by: &Actor,
    shift: Id<Shift>,
    is_service: bool,
    why: &'static str,
) -> db::Outcome<()> {
    let id = review(world, by, shift).unwrap().id;
    world.write("kind_decide", by, move |tx, call| crate::decide_kind(tx, call, id, is_service, why))
}

fn rule<T: std::fmt::Debug>(outcome: db::Outcome<T>) -> &'static str {
    outcome.unwrap_err().refusal().map_or("a fault", |refusal| refusal.rule)
}

fn decided(world: &World, name: &'static str, value: i64) {
    let manager = people::testing::holder(world, "冯立夏", HERE, Role::SystemAdministrator, &HERE[..6]);
    world
        .write("policy_set", &manager, move |tx, call| {
            let decision = places::Decision {
                division: people::testing::division(&HERE[..6]),
                name: name.to_owned(),
                value,
                range: None,
                from_day: call.now.day(),
                source: "测试".to_owned(),
                binding: places::Binding::Free,
            };
            hours::decide(tx, call, &decision)
        })
        .unwrap();
}

#[test]
fn a_second_person_says_what_is_volunteering() {
    on_both(|world| {
        let (first, second) = (worker(world, HERE), worker(world, HERE));
        let plain = draft(world, &first, "清理楼道");
        assert_eq!(publish(world, &first, plain), Published::Open);
        assert_eq!(review(world, &first, plain), None);

        let taught = draft(world, &first, "手机使用培训");
        assert_eq!(publish(world, &first, taught), Published::Waits);
        assert_eq!(publish(world, &first, taught), Published::Waits, "asking again asks once");
        let asked = review(world, &first, taught).unwrap();
        assert_eq!((asked.kinds.as_str(), asked.state.as_str(), asked.version), ("training", "open", 1));
        let waits = world.read("kinds_page", &second, crate::suspected).unwrap();
        assert_eq!(waits.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["手机使用培训"]);
        assert_eq!(rule(decide(world, &first, taught, true, "教老人用手机")), "kind-own");
        let stranger = worker(world, super::scene::THERE);
        let id = asked.id;
        let no = world.write("kind_decide", &stranger, move |tx, call| {
            crate::decide_kind(tx, call, id, true, "教老人用手机")
        });
        assert_eq!(rule(no), "forbidden");
        assert_eq!(rule(decide(world, &second, taught, true, " ")), "invalid");
        decide(world, &second, taught, true, "教社区老人用手机，是服务").unwrap();
        assert_eq!(rule(decide(world, &second, taught, false, "教社区老人用手机")), "kind-decided");
        let told = super::scene::messages(world);
        let [(kind, _, text)] = &told[..] else { panic!("one message, to who wants to publish: {told:?}") };
        assert!(kind == "kind_passed" && text.contains("“手机使用培训”有人看过了，算志愿服务"), "{text}");
        assert_eq!(publish(world, &first, taught), Published::Open);
        assert!(world.read("kinds_page", &second, crate::suspected).unwrap().is_empty());
    });
}

#[test]
fn what_is_none_takes_place_without_hours_and_says_so() {
    on_both(|world| {
        let (first, second) = (worker(world, HERE), worker(world, HERE));
        let shift = draft(world, &first, "季度例会");
        assert_eq!(publish(world, &first, shift), Published::Waits);
        decide(world, &second, shift, false, "开会不是志愿服务").unwrap();
        let told = super::scene::messages(world);
        assert!(told.iter().any(|(kind, ..)| kind == "kind_refused"), "{told:?}");
        assert_eq!(publish(world, &first, shift), Published::NoService);
        let mine = client(world, &first);
        let page = mine.get(&format!("/team/shifts/{shift}")).body;
        assert!(page.contains("开会不是志愿服务") && page.contains("不记时长"), "{page}");
        let done = mine.post(&format!("/team/shifts/{shift}/publish"), &[("key", "a"), ("hours", "none")]);
        assert!(done.location.unwrap().ends_with("done=published"));
        let told = mine.get(&format!("/activities/{shift}")).body;
        assert!(told.contains("这个活动不记时长") && told.contains("会议"), "{told}");
        let json = mine.get(&format!("/api/v1/shifts/{shift}")).json();
        assert_eq!((&json["no_hours"], &json["state"]), (&json!(["meeting"]), &json!("published")));

        // Whoever comes finds out why nothing counts, also when the leader saw them come and go.
        let volunteer = people::testing::volunteer(world, "钱雨水", HERE);
        let (who, leader) = (volunteer.person.unwrap(), first.person.unwrap());
        world.pass_minutes(180);
        let attendance = world
            .write("check_in", &volunteer, move |tx, call| {
                let card = crate::shift_seen(tx, call, shift)?;
                let engagement = crate::presence::engagement(&card);
                let id = hours::open(tx, call, &engagement, who, people::testing::division(HERE))?;
                for (kind, at) in
                    [(hours::SignalKind::Arrived, card.starts_at), (hours::SignalKind::Left, card.ends_at)]
                {
                    let source = Source::RotatingCode;
                    hours::signal(
                        tx,
                        call,
                        id,
                        &hours::Signal { kind, source, witness: leader, device: &[], at },
                    )?;
                }
                Ok(id)
            })
            .unwrap();
        let no =
            world.write("roll_call", &second, move |tx, call| hours::confirm(tx, call, attendance, None));
        assert_eq!(rule(no), "hours-not-service");
        let why =
            world.read("why_page", &volunteer, move |tx, call| hours::why(tx, call, attendance)).unwrap();
        assert_eq!((why.minutes, why.kinds), (0, vec!["meeting".to_owned()]));
        assert!(why.reasons.contains(&"not-service".to_owned()), "{:?}", why.reasons);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record", &[]), 0);
    });
}

#[test]
fn a_place_decides_what_each_kind_leads_to() {
    on_both(|world| {
        let (first, second) = (worker(world, HERE), worker(world, HERE));
        decided(world, "hours.kind_training", 0);
        decided(world, "hours.kind_meeting", 2);
        let taught = draft(world, &first, "手机使用培训");
        assert_eq!(publish(world, &first, taught), Published::Open);
        let meeting = draft(world, &first, "季度例会");
        assert_eq!(publish(world, &first, meeting), Published::NoService);
        assert!(
            world.read("kinds_page", &second, crate::suspected).unwrap().is_empty(),
            "nobody needs to look"
        );
        assert_eq!(rule(decide(world, &second, meeting, true, "开会也算一次吧")), "kind-decided");
        let page = client(world, &first).get(&format!("/team/shifts/{meeting}")).body;
        assert!(page.contains("一律不算"), "{page}");
        // When the rule is gone, somebody looks.
        decided(world, "hours.kind_meeting", 1);
        assert_eq!(publish(world, &first, meeting), Published::Waits);
        assert_eq!(world.read("kinds_page", &second, crate::suspected).unwrap().len(), 1);
    });
}

#[test]
fn the_page_and_the_api_decide_by_the_same_rules() {
    on_both(|world| {
        let (first, second) = (worker(world, HERE), worker(world, HERE));
        let shift = draft(world, &first, "团建聚餐");
        let mine = client(world, &first);
        let body = json!({});
        let asked = mine.post_json(&format!("/api/v1/shifts/{shift}/publish"), "p", &body);
        assert_eq!(asked.json()["state"], json!("waits"), "{}", asked.body);
        let other = client(world, &second);
        let before = world.statements_in_all();
        let list = other.get("/w/kinds");
        assert!(world.statements_in_all() - before <= 8);
        assert!(
            list.body.contains("团建聚餐") && list.body.contains("聚餐、团建、生日祝福、排练"),
            "{}",
            list.body
        );
        let id = other.get("/api/v1/kinds").json()[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/w/kinds/{id}");
        let wrong = other.post(&path, &[("key", "a"), ("decision", "refuse"), ("reason", "不")]);
        assert!(wrong.status == 422 && wrong.body.contains(">不</textarea>"), "{}", wrong.body);
        let path = format!("/api/v1/kinds/{id}/decision");
        let done = other.post_json(&path, "b", &json!({"service": false, "reason": "聚餐不是服务"}));
        assert_eq!(done.status.as_u16(), 200, "{}", done.body);
        assert!(other.get("/w/kinds").body.contains("现在没有要看的"));
        let body = json!({"without_hours": true});
        let open = mine.post_json(&format!("/api/v1/shifts/{shift}/publish"), "q", &body);
        assert_eq!(open.json()["state"], json!("published"));
        let guest = client(world, &people::testing::resident(world, "周春分", HERE));
        assert_eq!(guest.get("/w/kinds").status, 403);
    });
}

//! `/v/training`: what is lacking, where it can be learned, what was learned.

use axum::http::StatusCode;
use people::{NewCover, testing};
use shifts::{NewProject, NewShift, Protection};
use testkit::on_both;

use super::*;

/// Four activities of the next days that ask for insurance, the basic training and first aid with a proof.
fn asking(world: &World, worker: &Actor) -> Vec<String> {
    let leader = id(worker);
    let made = world.write("shift_create", worker, move |tx, call| {
        let division = testing::division(HERE);
        let team = people::create_organisation(tx, call, division, "松园测试队", "team", None)?;
        let new = NewProject {
            organisation: team,
            title: "马拉松医疗点".to_owned(),
            summary: "在终点照看跑完的人。".to_owned(),
            category: "medicine".to_owned(),
            risk: "人多。".to_owned(),
            protection: Protection {
                insurance: true,
                training: true,
                skill: Some("first_aid".to_owned()),
                skill_proof: true,
            },
            copied_from: None,
        };
        let project = shifts::create_project(tx, call, &new)?;
        let mut made = Vec::new();
        for day in 1..5 {
            let starts_at = call.now + Minutes::from_hours(24 * day);
            let new = NewShift {
                starts_at,
                ends_at: starts_at + Minutes(120),
                places: 5,
                address: "终点".to_owned(),
                leader,
                min_age: 0,
                apart: hours::Apart::default(),
            };
            let shift = shifts::create_shift(tx, call, project, &new)?;
            shifts::publish_shift(tx, call, shift)?;
            made.push(shift.to_string());
        }
        Ok(made)
    });
    made.unwrap()
}

#[test]
fn what_is_lacking_stands_beside_where_it_can_be_learned() {
    on_both(|world| {
        let (by, worker) = (trainer(world, "范白露"), testing::worker(world, "周工作", HERE, STREET));
        let shifts = asking(world, &worker);
        let who = testing::volunteer(world, "李淑英", HERE);
        let client = browser(world, &who);
        let page = client.get("/v/training");
        for words in
            ["还缺什么", "还有 1 个活动也一样", &format!("/activities/{}", shifts[2]), "还没有培训记录"]
        {
            assert!(whole(&page).contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains(&shifts[3]) && !page.body.contains("这些培训能补上"), "{}", page.body);

        let (basics, aid) = (written(world, &by, basic()), written(world, &by, first_aid()));
        let near = NewSession { division: testing::division(NEAR), ..dated(world.now() + Minutes(30), 5) };
        plan(world, &by, basics, &near).unwrap();
        let here = plan(world, &by, basics, &dated(world.now() + Minutes(90), 5)).unwrap();
        let aid = planned(world, &by, aid, 1);
        let json = client.get("/api/v1/me/training").json();
        let beside = |line: usize| json["lines"][line]["sessions"].as_array().unwrap().clone();
        let counts: Vec<_> = (0..3).map(|line| beside(line).len()).collect();
        assert_eq!(counts, [0, 2, 1], "insurance is nothing to be learned");
        assert_eq!(beside(1)[0]["id"], here.to_string(), "the nearest first, though it is later");
        let page = client.get("/v/training");
        assert!(whole(&page).contains(&format!("action=\"/training/{aid}/enrol\"")), "{}", page.body);

        // Who is enrolled is offered it no more, and who finds no place neither.
        enrol(world, &who, aid).unwrap();
        let page = client.get("/v/training");
        assert!(whole(&page).contains(&format!("action=\"/training/{aid}/withdraw\"")), "{}", page.body);
        assert!(!page.body.contains(&format!("/training/{aid}/enrol")));
        let other = browser(world, &testing::volunteer(world, "王小明", HERE));
        assert!(!other.get("/v/training").body.contains(&aid.to_string()), "it is full");

        held(world, &by, aid, &[(id(&who), Mark::Passed)]);
        enrol(world, &who, here).unwrap_err();
        let page = client.get("/v/training");
        for words in
            ["一共学习 2 小时", "心肺复苏、止血包扎。", "松园街道志愿服务中心", "通过", "不算志愿服务时长"]
        {
            assert!(whole(&page).contains(words), "{words}: {}", page.body);
        }
        let json = client.get("/api/v1/me/training").json();
        let line = &json["lines"][2];
        assert_eq!((&line["has"], &line["until"]), (&"noted".into(), &"2028-03-09".into()));
        assert!(
            line["refused_by"].as_array().unwrap().is_empty()
                && line["sessions"].as_array().unwrap().is_empty()
        );
        let record = &json["trainings"][0];
        let held = ["title", "content", "unit", "day", "state"].map(|name| record[name].as_str().unwrap());
        assert_eq!(held, ["急救", "心肺复苏、止血包扎。", "松园街道志愿服务中心", "2026-03-09", "passed"]);
        assert_eq!(record["minutes"], 120);
    });
}

#[test]
fn what_was_noted_is_told_with_its_last_day() {
    on_both(|world| {
        let worker = testing::worker(world, "周工作", HERE, STREET);
        let who = testing::volunteer(world, "李淑英", HERE);
        let (client, person, today) = (browser(world, &who), id(&who), world.now().day());
        assert!(
            whole(&client.get("/v/training")).contains("近一个月的活动都不要求"),
            "nothing asks for it yet"
        );
        asking(world, &worker);
        let note = |insured, trained| {
            let day = |days: i32| Some(today.plus(days));
            let proven = people::Proven {
                skill: "first_aid".to_owned(),
                proof: "红十字救护员证".to_owned(),
                until: None,
            };
            let new =
                NewCover { insured_until: day(insured), trained_until: day(trained), proven: Some(proven) };
            world
                .write("volunteer_cover", &worker, move |tx, call| {
                    people::record_cover(tx, call, person, &new)
                })
                .unwrap();
        };
        note(3, -1);
        let page = client.get("/v/training");
        for words in ["快到期了", "过期了", "长期有效"] {
            assert!(whole(&page).contains(words), "{words}: {}", page.body);
        }
        let json = client.get("/api/v1/me/training").json();
        let said = |line: usize| (json["lines"][line]["has"].clone(), json["lines"][line]["until"].clone());
        assert_eq!(said(0), ("noted".into(), today.plus(3).to_string().into()));
        assert_eq!(said(2), ("noted".into(), serde_json::Value::Null));
        note(90, 90);
        assert!(whole(&client.get("/v/training")).contains("这些您都有了，不耽误报名"));

        let rests = world.write("profile_change", &who, |tx, call| {
            let now = people::profile(tx, call)?.preferences;
            people::change_profile(tx, call, &people::Preferences { resting: true, ..now })?;
            Ok(())
        });
        rests.unwrap();
        assert!(whole(&client.get("/v/training")).contains("您现在休息"));
        let resident = browser(world, &testing::resident(world, "孙居民", HERE));
        assert_eq!(resident.get("/v/training").status, StatusCode::NOT_FOUND);
        assert!(guest(world).get("/v/training").location.is_some_and(|to| to.starts_with("/sign-in")));
        world.drain(vec![]);
    });
}

//! What holds at a place, and a new number, through pages and API.

use kernel::Role;
use serde_json::json;

use super::{pages::client, *};
use crate::{RULES, Rule, policy::policy};

fn manager(world: &World, over: &str) -> Actor {
    people::testing::holder(world, "冯立夏", HERE, Role::SystemAdministrator, over)
}

#[test]
fn a_rule_is_shown_with_where_it_comes_from_and_set_from_a_day_on() {
    on_both(|world| {
        let (city, district) = (manager(world, "4201"), manager(world, "420103"));
        let mine = client(world, &district);
        let usual = mine.get("/a/policies");
        assert!(usual.status == 200 && usual.body.contains("120 分钟"), "{}", usual.body);
        assert!(usual.body.contains("0 不算，1 算"), "{}", usual.body);
        assert!(usual.body.contains("没有人另定") && !usual.body.contains(">["), "{}", usual.body);
        let typed = |key: &'static str, division: &'static str, value: &'static str, day: &'static str| {
            [
                ("key", key),
                ("division", division),
                ("name", "hours.day_pairs"),
                ("value", value),
                ("from_day", day),
                ("source", "议事会 1 号决定"),
            ]
        };
        // Everything that is wrong is told, and what was typed stays.
        let wrong = mine.post("/a/policies", &typed("a", "420103", "11", "2026-03-08"));
        assert_eq!(wrong.status, 422);
        for told in ["只能定 1 到 10", "不能往回算", "value=\"11\"", "议事会 1 号决定"] {
            assert!(wrong.body.contains(told), "{told}: {}", wrong.body);
        }
        let unread = mine.post("/a/policies", &typed("b", "420103", "两次", "明天"));
        assert!(unread.body.contains("请写一个数") && unread.body.contains("2026-03-09"), "{}", unread.body);
        assert_eq!(mine.post("/a/policies", &typed("c", "4201", "2", "2026-03-09")).status, 403);
        assert_eq!(mine.get("/a/policies?division=4201").status, 403);
        assert_eq!(mine.get("/a/policies?division=x").status, 422);

        // What it would have done is told before it is decided, and nothing is written.
        let mut try_it = typed("t", "420103", "2", "2026-03-09").to_vec();
        try_it.push(("do", "try"));
        let tried = mine.post("/a/policies", &try_it);
        assert!(tried.body.contains("data-done=\"policy-tried\""), "{}", tried.body);
        assert!(tried.body.contains("value=\"2\"") && !tried.body.contains(">["), "{}", tried.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM policy", &[]), 0);
        let mut too_much = typed("u", "420103", "11", "2026-03-09").to_vec();
        too_much.push(("do", "try"));
        assert!(mine.post("/a/policies", &too_much).body.contains("只能定 1 到 10"));
        try_it[1].1 = "4201";
        let city_tries = client(world, &city).post("/a/policies", &try_it);
        assert!(city_tries.body.contains("还没有记过时长"), "{}", city_tries.body);
        // No hour depends on how long a notice is up; what is tried needs no source yet.
        try_it[2].1 = "hours.notice_days";
        try_it[3].1 = "10";
        try_it[5].1 = "";
        let same = client(world, &city).post("/a/policies", &try_it);
        assert!(same.status == 200 && same.body.contains("不影响怎么算时长"), "{}", same.body);

        // The city decides first, then the district from a later day on.
        let above = client(world, &city);
        let done = above.post("/a/policies", &typed("d", "4201", "2", "2026-03-09")).location.unwrap();
        assert!(above.get(&done).body.contains("data-done=\"policy-set\""));
        let inherited = mine.get("/a/policies").body;
        assert!(inherited.contains("武汉市定的") && inherited.contains("2 次"), "{inherited}");
        let later = typed("e", "420103", "1", "2026-03-11");
        assert!(mine.post("/a/policies", &later).location.is_some());
        let at = |day| {
            let (place, day) = (people::testing::division(HERE), world.now().day().plus(day));
            world.db.read_now("test_look", move |tx| policy(tx, place, day)).unwrap().pairs
        };
        assert_eq!((at(0), at(1), at(2)), (2, 2, 1));
        let history = mine.get("/a/policies").body;
        assert!(history.contains("武汉市定的") && history.contains("1 次"), "{history}");
        world.pass_minutes(2 * 24 * 60);
        let before = world.statements_in_all();
        assert!(mine.get("/a/policies").body.contains("本地定的"));
        assert!(world.statements_in_all() - before <= 8);
        assert_eq!(
            client(world, &people::testing::resident(world, "周春分", HERE)).get("/a/policies").status,
            403
        );
    });
}

#[test]
fn what_a_level_above_fixed_is_not_decided_otherwise_below() {
    on_both(|world| {
        let (city, district) = (manager(world, "4201"), manager(world, "420103"));
        let (above, mine) = (client(world, &city), client(world, &district));
        let decide = |client: &testkit::Client,
                      key: &str,
                      division: &str,
                      name: &str,
                      value: i64,
                      binding: &str| {
            let body = json!({"division": division, "name": name, "value": value, "from_day": "2026-03-09",
                "source": "市文明办 2026 年 3 号", "binding": binding});
            client.post_json("/api/v1/policies", key, &body)
        };
        let at = |name: &'static str| {
            let place = people::testing::division(HERE);
            let day = world.now().day();
            world.db.read_now("test_look", move |tx| places::policies(tx, place, name, day)).unwrap()[name]
                .value
        };
        // The district decided before; what the city fixes then takes its place.
        assert_eq!(decide(&mine, "a", "420103", "hours.day_pairs", 2, "free").status, 201);
        assert_eq!(at("hours.day_pairs"), 2);
        assert_eq!(decide(&above, "b", "4201", "hours.day_pairs", 4, "fixed").status, 201);
        assert_eq!(at("hours.day_pairs"), 4, "{}", world.engine);
        let no = decide(&mine, "c", "420103", "hours.day_pairs", 2, "free");
        assert_eq!((no.status.as_u16(), &no.json()["errors"][0]["rule"]), (422, &json!("policy-fixed")));
        assert!(no.body.contains("武汉市") && no.body.contains("市文明办 2026 年 3 号"), "{}", no.body);
        assert!(mine.get("/a/policies").body.contains("武汉市定了 4 次，本地不得另定"));
        // Only what is stricter is left: a smaller number here, a greater one there.
        assert_eq!(decide(&above, "d", "4201", "hours.tolerance_minutes", 20, "stricter").status, 201);
        assert_eq!(decide(&above, "e", "4201", "hours.notice_days", 10, "stricter").status, 201);
        for (key, name, laxer, stricter) in
            [("f", "hours.tolerance_minutes", 21, 20), ("g", "hours.notice_days", 9, 14)]
        {
            let no = decide(&mine, key, "420103", name, laxer, "free");
            assert_eq!(no.json()["errors"][0]["rule"], json!("policy-stricter"), "{}", no.body);
            assert_eq!(decide(&mine, &format!("{key}2"), "420103", name, stricter, "free").status, 201);
            assert_eq!(at(name), stricter);
        }
        assert!(mine.get("/a/policies").body.contains("武汉市定了 20 分钟，本地只能更严"));
        // Where neither way is stricter nothing can be left to it; the city itself may decide anew.
        let no = decide(&above, "h", "4201", "hours.unit_minutes", 30, "stricter");
        assert_eq!(no.json()["errors"][0]["rule"], json!("policy-binding"), "{}", no.body);
        assert_eq!(decide(&above, "i", "4201", "hours.day_pairs", 3, "free").status, 201);
        assert_eq!(at("hours.day_pairs"), 2, "what the district decided holds again");
    });
}

#[test]
fn the_api_decides_by_the_same_rules() {
    on_both(|world| {
        let mine = client(world, &manager(world, "420103"));
        let body = json!({"division": "420103", "name": "need.find", "value": 60, "from_day": "2026-03-09", "source": "测试"});
        let set = mine.post_json("/api/v1/policies", "a", &body);
        assert_eq!((set.status.as_u16(), &set.json()["version"]), (201, &json!(1)));
        let refused = |key: &str, change: serde_json::Value| {
            let mut body = body.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let refused = mine.post_json("/api/v1/policies", key, &body);
            assert_eq!(refused.status.as_u16(), 422, "{}", refused.body);
            refused.json()["errors"].as_array().unwrap().len()
        };
        assert_eq!(refused("b", json!({"name": "Need", "from_day": "2026-03-08", "source": ""})), 3);
        assert_eq!(refused("c", json!({"name": "hours.none"})), 1);
        assert_eq!(refused("d", json!({"name": "hours.least_percent", "value": 101})), 1);
        assert_eq!(refused("e", json!({"division": "x", "from_day": "x"})), 2);
    });
}

#[test]
fn every_rule_has_its_words_and_its_usual_number_is_one_that_may_be_decided() {
    for rule in RULES {
        let Rule { name, usual, range: (least, most), .. } = rule;
        assert!((least..=most).contains(&usual), "{name}");
        assert_eq!(RULES.iter().filter(|one| one.name == name).count(), 1);
        for words in [crate::LOCALES.0, crate::LOCALES.1] {
            let word = rule.word();
            let keys = [
                format!("rule-{word}"),
                format!("rule-source-{word}"),
                format!("rules-unit-{}", rule.unit.word()),
            ];
            for key in keys {
                assert!(words.contains(&format!("\n{key} = ")), "{key}");
            }
        }
    }
}

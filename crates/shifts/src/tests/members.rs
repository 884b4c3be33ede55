//! Who is in a team, and what its leader sees of them.

use axum::http::StatusCode;
use kernel::{Minutes, Role};
use people::{NewCover, Proven, testing};

use super::{
    pages::client,
    scene::{self, HERE, THERE},
};
use crate::Present;

#[test]
fn members_are_who_had_a_place_masked_searched_and_page_by_page() {
    testkit::on_both(|world| {
        let worker = scene::worker(world, HERE);
        let team = scene::team(world, &worker, HERE);
        let leader = testing::volunteer(world, "韩队长", HERE).person.unwrap();
        let leader = testing::give(world, leader, Role::Leader, kernel::Over::Organisation(team));
        let project = scene::project(world, &leader, team);
        let empty = client(world, &leader).get("/team/members");
        assert!(empty.status == StatusCode::OK && empty.body.contains("队里还没有人"), "{}", empty.body);

        let first = scene::shift(world, &leader, project, world.now() + Minutes::from_hours(24), 120, 40);
        let li = testing::volunteer_with(world, "李建国", HERE, |wish| {
            wish.skills = vec!["nursing".to_owned(), "cooking".to_owned()];
        });
        let ouyang = testing::volunteer(world, "欧阳小花", THERE);
        let gone = testing::volunteer(world, "钱退了", HERE);
        let crowd: Vec<_> = (0..22).map(|_| testing::volunteer(world, "王众人", HERE)).collect();
        for person in [&li, &ouyang, &gone].into_iter().chain(&crowd) {
            scene::sign_up(world, person, first).unwrap();
        }
        scene::withdraw(world, &gone, first).unwrap();
        let (person, today) = (li.person.unwrap(), world.now().day());
        let cover = NewCover {
            insured_until: None,
            trained_until: Some(today.plus(-1)),
            proven: Some(Proven {
                skill: "nursing".to_owned(),
                proof: "护士执业证，尾号 0123".to_owned(),
                until: Some(today.plus(300)),
            }),
        };
        world
            .write("volunteer_cover", &worker, move |tx, call| people::record_cover(tx, call, person, &cover))
            .unwrap();
        world.pass_minutes(24 * 60 + 121);
        let said = [Present { person, came: true, late: Minutes(30), early: Minutes::ZERO }].to_vec();
        world
            .write("roll_call", &leader, move |tx, call| crate::call_roll(tx, call, first, &said, None))
            .unwrap();
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);
        // Hours elsewhere are not hours with the team.
        let other = scene::team(world, &worker, HERE);
        let elsewhere = scene::project(world, &worker, other);
        let elsewhere = scene::shift(world, &worker, elsewhere, world.now() + Minutes(60), 60, 4);
        scene::sign_up(world, &li, elsewhere).unwrap();
        world.pass_minutes(121);
        let said = [Present { person, came: true, late: Minutes::ZERO, early: Minutes::ZERO }];
        world
            .write("roll_call", &worker, move |tx, call| crate::call_roll(tx, call, elsewhere, &said, None))
            .unwrap();
        world.pass_minutes(10);
        assert_eq!(scene::follow_up(world).settled, 1);

        let leads = client(world, &leader);
        let all = leads.get("/team/members");
        assert_eq!(all.body.matches("data-line=\"member\"").count(), 20, "{}", all.body);
        assert!(all.body.contains("24 人"), "{}", all.body);
        let found = leads.get(&format!("/team/members?team={team}&name=李")).body;
        assert_eq!(found.matches("data-line=\"member\"").count(), 1, "{found}");
        for words in [
            "李**",
            "一起服务 1 次，1.50 小时",
            "有人看见的（甲、乙）1.50 小时",
            "护理，到",
            "做饭，本人说的",
            "基础培训，",
            "已过期",
        ] {
            assert!(found.contains(words), "{words}: {found}");
        }
        for hidden in ["李建国", "1985", "0123", "钱"] {
            assert!(!found.contains(hidden), "{hidden}: {found}");
        }
        // Only what is seen anyway, or the whole name.
        let count = |words: &str| {
            let reply = leads.get(&format!("/api/v1/teams/{team}/members?name={words}"));
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
            reply.json()["count"].as_u64().unwrap()
        };
        let last4 = scene::phone_of(world, &ouyang)[7..].to_owned();
        assert_eq!(
            [
                count("欧阳小花"),
                count("欧阳"),
                count("欧阳小"),
                count("欧"),
                count("李建"),
                count("%25"),
                count("李建国")
            ],
            [1, 1, 0, 1, 0, 0, 1]
        );
        assert!(count(&last4) >= 1);
        // Page by page, everybody once.
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = leads.get(&format!("/api/v1/teams/{team}/members?after={next}")).json();
            seen.extend(
                page["members"].as_array().unwrap().iter().map(|one| one["person"].clone().to_string()),
            );
            match page["next"].as_str() {
                Some(after) => next = after.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen.len(), 24);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 24);

        // What it costs, and who may not.
        for path in ["/team/members".to_owned(), format!("/team/members?team={team}&name=王")] {
            let before = world.statements("members_page");
            let reply = leads.get(&path);
            assert!(!reply.body.contains(">["), "a sentence is missing: {}", reply.body);
            let cost = world.statements("members_page") - before;
            assert!((1..=8).contains(&cost), "{path} costs {cost} statements");
        }
        let stranger = client(world, &testing::leader(world, "外队长", THERE, "420104"));
        let path = format!("/api/v1/teams/{team}/members");
        assert_eq!(stranger.get(&path).status, StatusCode::FORBIDDEN);
        assert_eq!(stranger.get(&format!("/team/members?team={team}")).status, StatusCode::FORBIDDEN);
        assert!(stranger.get("/team/members").body.contains("还没有队"));
        let nobody = leads.get(&format!("{path}?after=nonsense"));
        assert_eq!(nobody.json()["errors"][0]["rule"], "after-unreadable");
        let place = client(world, &worker).get(&format!("/team/members?team={team}"));
        assert!(place.body.contains("24 人") && place.body.contains("<select"), "{}", place.body);
    });
}

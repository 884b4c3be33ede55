use kernel::{Actor, DivisionCode, Id, Person};
use people::ForSomebody;
use serde_json::json;
use testkit::{World, on_both};

use people::testing::{phone, resident, resident_with_phone, worker};

use crate::testing::{self, bring, browser, code, guest, listed, minutes, state};

const HERE: &str = "420103001005";

fn asleep(world: &World, by: &Actor) -> Id<Person> {
    let somebody = ForSomebody {
        name: "张奶奶".to_owned(),
        division: DivisionCode::parse(HERE).unwrap(),
        address: String::new(),
    };
    world
        .write("test_for_somebody", by, move |tx, call| people::register_for(tx, call, somebody.clone()))
        .unwrap()
}

#[test]
fn who_was_registered_by_another_gets_a_phone_at_the_desk_and_signs_in() {
    on_both(|world| {
        let desk = worker(world, "冯九", HERE, "420103001");
        let person = asleep(world, &desk);
        let (hers, clerk) = (phone(), browser(world, &desk));
        let path = format!("/w/people/{person}/phone");
        assert!(clerk.get(&format!("/w/people/{person}")).body.contains(&path));
        assert_eq!(clerk.get(&path).status, 200);
        let sent = clerk.post(&path, &[("phone", hers.as_str()), ("step", "send")]);
        assert!(sent.status == 200 && sent.body.contains("验证码已发出"), "{}", sent.body);
        let right = code(world, &hers);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let refused = clerk.post(&path, &[("phone", hers.as_str()), ("code", wrong), ("step", "give")]);
        assert!(refused.status == 422 && refused.body.contains("还可以试 4 次"), "{}", refused.body);
        let form = [("phone", hers.as_str()), ("code", right.as_str()), ("step", "give")];
        let given = clerk.post(&path, &form);
        assert_eq!(given.location, Some(format!("/w/people/{person}")), "{}", given.body);
        assert_eq!(clerk.post(&path, &form).status, 409, "she is awake now");
        let name = people::testing::actor(world, person);
        assert_eq!(name.person, Some(person));

        world.pass_minutes(2);
        let own = guest(world);
        own.post("/sign-in", &[("phone", hers.as_str())]);
        let own_code = code(world, &hers);
        let in_now = own.post("/sign-in/code", &[("phone", hers.as_str()), ("code", &own_code)]);
        assert_eq!(in_now.status, 303, "{}", in_now.body);
        let cookie = in_now.cookies.iter().find(|cookie| cookie.starts_with(web::SESSION_COOKIE)).unwrap();
        let token = cookie.split(['=', ';']).nth(1).unwrap();
        assert_eq!(own.with_token(token).get("/me/sessions").status, 200);
        world.drain(Vec::new());
    });
}

#[test]
fn nobody_elses_phone_and_nobody_elses_area() {
    on_both(|world| {
        let (desk, taken) = (worker(world, "冯九", HERE, "420103001"), phone());
        resident_with_phone(world, "李四", HERE, &taken);
        let person = asleep(world, &desk);
        let path = format!("/api/v1/people/{person}/phone");
        let give = |client: &testkit::Client, key: &str, phone: &vault::Phone| {
            client.post_json(&path, key, &json!({ "phone": phone.as_str(), "code": "123456" }))
        };
        let clerk = browser(world, &desk);
        assert_eq!(give(&clerk, "a", &taken).json()["rule"], "phone-taken");
        assert_eq!(give(&clerk, "b", &phone()).json()["errors"][0]["rule"], "code-over");
        let elsewhere = browser(world, &worker(world, "吴十", HERE, "420103003"));
        assert_eq!(give(&elsewhere, "c", &phone()).status, 404);
        let neighbour = browser(world, &resident(world, "王五", HERE));
        assert_eq!(give(&neighbour, "d", &phone()).status, 403);
        assert_eq!(give(&guest(world), "e", &phone()).status, 401);
    });
}

#[test]
fn a_phone_that_has_an_account_already_becomes_one_with_the_listed_one() {
    on_both(|world| {
        let by = testing::worker(world);
        let (hers, wrong) = (phone(), phone());
        let sleeper = bring(world, &by, &listed(&wrong));
        let awake = resident_with_phone(world, "小李", HERE, &hers).person.unwrap();
        let clerk = browser(world, &by);
        let path = format!("/w/people/{sleeper}/phone");
        clerk.post(&path, &[("phone", hers.as_str()), ("step", "send")]);
        let form = [("phone", hers.as_str()), ("code", &code(world, &hers)), ("step", "give")];
        let given = clerk.post(&path, &form);
        assert_eq!(given.location, Some(format!("/w/people/{awake}")), "{}", given.body);
        assert_eq!((state(world, sleeper).as_str(), minutes(world, awake)), ("merged", (0, 2)));
        // Whoever has a document of their own is another person.
        let other = bring(world, &by, &listed(&wrong));
        let body = json!({ "phone": hers.as_str(), "code": "123456" });
        let refused = clerk.post_json(&format!("/api/v1/people/{other}/phone"), "a", &body);
        assert_eq!(refused.json()["rule"], "phone-taken");
        world.drain(Vec::new());
    });
}

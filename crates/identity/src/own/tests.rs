use kernel::{Actor, Day};
use people::testing::{self, phone, resident_with_phone};
use testkit::on_both;

use crate::testing::{
    FAR, HERE, NAME, above, bring, browser, code, guest, hidden, listed, looked, minutes, state, ticket,
    worker,
};

#[test]
fn whoever_was_listed_sees_it_with_their_own_phone_and_claims_it() {
    on_both(|world| {
        let by = worker(world);
        let line = listed(&phone());
        let person = bring(world, &by, &line);
        let client = guest(world);
        assert!(client.get("/me/identity").body.contains("有没有人替我登记过"));
        let found = looked(world, &client, (NAME, &line), &line.phone);
        for words in ["有人替您登记过", "冯**", "第 5 行", "陪老人看病", "2.00", "等您来认"]
        {
            assert!(found.body.contains(words), "{words}: {}", found.body);
        }
        let number = line.document.number();
        assert!(!found.body.contains(number) && !found.body.contains(NAME), "{}", found.body);
        let form = [("ticket", hidden(&found, "ticket")), ("step", "claim".to_owned())];
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let claimed = client.post("/me/identity", &form);
        assert!(claimed.status == 200 && claimed.body.contains("identity-claimed"), "{}", claimed.body);
        assert!(claimed.cookies.iter().any(|cookie| cookie.starts_with(web::SESSION_COOKIE)));
        assert_eq!(
            (state(world, person).as_str(), minutes(world, person)),
            ("active", (0, 2)),
            "not yet counted"
        );
        let own = browser(world, &testing::actor(world, person));
        let page = own.get("/me/identity").body;
        assert!(page.contains("您自己在用") && page.contains("认或不认"), "{page}");
        own.post("/v/hours", &[("said", "yes"), ("key", "k")]);
        assert_eq!(minutes(world, person), (180, 0));
        assert_eq!(client.post("/me/identity", &form).status, 409, "once");
        world.drain(Vec::new());
    });
}

#[test]
fn another_phone_learns_only_that_there_is_something_and_a_wrong_name_nothing() {
    on_both(|world| {
        let by = worker(world);
        let line = listed(&phone());
        let person = bring(world, &by, &line);
        let (client, other) = (guest(world), phone());
        let desk = looked(world, &client, (NAME, &line), &other);
        assert!(
            desk.body.contains("请您本人到社区来看") && !desk.body.contains("陪老人看病"),
            "{}",
            desk.body
        );
        assert!(!desk.body.contains("name=\"ticket\"") && !desk.body.contains("冯**"), "{}", desk.body);
        let before = world.statements("identity_look");
        let misnamed = looked(world, &client, ("李淑芳", &line), &line.phone);
        let with_name = world.statements("identity_look") - before;
        let nobody = listed(&phone());
        let before = world.statements("identity_look");
        let nothing = looked(world, &client, (NAME, &nobody), &line.phone);
        let without = world.statements("identity_look") - before;
        assert!(nothing.body.contains("identity-nothing"), "{}", nothing.body);
        let plain = |body: &str| {
            let key = body.split("name=\"key\" value=\"").nth(1).map(|rest| rest[..32].to_owned());
            body.replace(&key.unwrap_or_else(|| "-".to_owned()), "")
        };
        assert_eq!(plain(&misnamed.body), plain(&nothing.body), "no oracle for names");
        assert_eq!(with_name, without, "nor by the work it takes");
        // An account that is in use tells another phone no more.
        let ticket = ticket(world, &line);
        world
            .write("identity_claim", &Actor::guest(), move |tx, call| crate::claim(tx, call, &ticket))
            .unwrap();
        let same = looked(world, &client, (NAME, &line), &other);
        assert_eq!(plain(&same.body), plain(&desk.body));
        assert!(looked(world, &client, (NAME, &line), &line.phone).body.contains("您自己在用的账号"));
        assert_eq!(state(world, person), "active");
    });
}

#[test]
fn a_code_is_good_for_one_look_and_a_child_comes_with_a_guardian() {
    on_both(|world| {
        let by = worker(world);
        let line = listed(&phone());
        bring(world, &by, &line);
        let client = guest(world);
        let first = |number: &str| {
            let kind = line.document.kind().code();
            let form = [("name", NAME), ("kind", kind), ("number", number), ("phone", line.phone.as_str())];
            client.post("/me/identity", &form)
        };
        world.pass_minutes(2);
        let sent = first(line.document.number());
        let who = hidden(&sent, "who");
        let right = code(world, &line.phone);
        let try_code =
            |code: &str| client.post("/me/identity", &[("who", &who), ("code", code), ("step", "look")]);
        let wrong = try_code(if right == "000000" { "000001" } else { "000000" });
        assert!(wrong.status == 422 && wrong.body.contains("还可以试 4 次"), "{}", wrong.body);
        assert!(try_code("").status == 422 && try_code(&right).body.contains("陪老人看病"));
        let again = try_code(&right);
        assert!(again.status == 422 && again.body.contains("已经用过"), "{}", again.body);
        assert!(!again.body.contains("陪老人看病"));
        let child = testing::document(Day::from_ymd(2013, 5, 17).unwrap());
        let refused = first(child.number());
        assert!(refused.status == 422 && refused.body.contains("未满 14 岁"), "{}", refused.body);
        let last = if line.document.number().ends_with('1') { "2" } else { "1" };
        let broken = format!("{}{last}", line.document.number().get(..17).unwrap());
        assert_eq!(first(&broken).status, 422, "the check digit is looked at");
        for (field, step) in [("ticket", "claim"), ("ticket", "refuse"), ("who", "look")] {
            let forged = client.post("/me/identity", &[(field, "AAAA"), ("code", "123456"), ("step", step)]);
            assert_eq!(forged.status, 409, "{step}");
        }
    });
}

#[test]
fn who_joined_with_the_phone_alone_has_one_account_in_the_end() {
    on_both(|world| {
        for home in [HERE, FAR] {
            let by = worker(world);
            let line = listed(&phone());
            let sleeper = bring(world, &by, &line);
            let awake = resident_with_phone(world, "小李", home, &line.phone);
            let me = awake.person.unwrap();
            let client = browser(world, &awake);
            let found = looked(world, &client, (NAME, &line), &line.phone);
            let form = [("ticket", hidden(&found, "ticket")), ("step", "claim".to_owned())];
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let claimed = client.post("/me/identity", &form);
            assert!(claimed.body.contains("identity-claimed"), "{}", claimed.body);
            assert_eq!((state(world, sleeper).as_str(), state(world, me).as_str()), ("merged", "active"));
            assert_eq!((minutes(world, sleeper), minutes(world, me)), ((0, 0), (0, 2)), "moved, not doubled");
            client.post("/v/hours", &[("said", "yes"), ("key", "k")]);
            assert_eq!(minutes(world, me), (180, 0));
            let page = client.get("/me/identity").body;
            assert!(page.contains("并到您的账号里") && page.contains("冯**") == (home == HERE), "{page}");
            let now = testing::actor(world, me);
            assert!(now.holds(kernel::Role::Volunteer));
            let owner = line.clone();
            let owned = world.read("test_owner", &awake, move |tx, call| {
                people::document_owner(tx, call, &owner.document)
            });
            assert_eq!(owned.unwrap(), Some(me));
            // The same sheet again brings nothing in for the account that ended.
            let hour = world.write("import_rows", &by, move |tx, call| {
                let hour = hours::ImportedHour {
                    person: sleeper,
                    day: Day::from_ymd(2026, 3, 4).unwrap(),
                    times: None,
                    minutes: kernel::Minutes(30),
                    category: kernel::ServiceCategory::Elderly,
                    what: "扫地".to_owned(),
                    unit: "松园社区".to_owned(),
                    file: [8; 32],
                    line: 2,
                };
                hours::import_hour(tx, call, &hour)
            });
            assert_eq!(hour.unwrap_err().refusal().unwrap().rule, "import-person-refused");
        }
        world.drain(Vec::new());
        let report = world.read("journal_verify", &Actor::system(), |_, _| Ok::<_, db::Failure>(()));
        report.unwrap();
    });
}

#[test]
fn the_own_page_costs_the_same_whatever_stands_there() {
    on_both(|world| {
        let by = worker(world);
        let line = listed(&phone());
        let person = bring(world, &by, &line);
        let own = ticket(world, &line);
        world.write("identity_claim", &Actor::guest(), move |tx, call| crate::claim(tx, call, &own)).unwrap();
        let client = browser(world, &testing::actor(world, person));
        let before = world.statements("identity_page");
        assert_eq!(client.get("/me/identity").status, 200);
        assert!(world.statements("identity_page") - before <= 8);
        let api = client.get("/api/v1/me/identity").json();
        assert_eq!((api["state"].as_str(), api["hours"].as_array().unwrap().len()), (Some("active"), 2));
        assert_eq!(api["made"][0]["line"], 5);
        assert_eq!(guest(world).get("/api/v1/me/identity").status, 401);
        let _ = above(world);
    });
}

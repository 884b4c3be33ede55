use std::thread;

use kernel::{Actor, Id, Role};
use people::testing::{self, document, holder, phone};
use serde_json::json;
use testkit::{World, on_both};

use super::{Case, CaseState, decide, latest_case};
use crate::testing::{
    DISTRICT, HERE, NAME, STREET, above, bring, browser, guest, hidden, listed, looked, messages, minutes,
    state, ticket, worker,
};

fn refused(world: &World, ticket: &str) -> db::Outcome<Case> {
    let ticket = ticket.to_owned();
    world.write("identity_refuse", &Actor::guest(), move |tx, call| crate::refuse(tx, call, &ticket))
}

fn decided(world: &World, by: &Actor, id: Id<Case>, upheld: bool) -> db::Outcome<Case> {
    world.write("case_decide", by, move |tx, call| decide(tx, call, id, upheld, "查了原始名单，没有签字"))
}

fn rule<T: std::fmt::Debug>(outcome: db::Outcome<T>) -> &'static str {
    outcome.unwrap_err().refusal().unwrap().rule
}

#[test]
fn a_refusal_freezes_and_the_level_above_closes_the_account() {
    on_both(|world| {
        let (by, street) = (worker(world), above(world));
        let line = listed(&phone());
        let person = bring(world, &by, &line);
        let client = guest(world);
        let found = looked(world, &client, (NAME, &line), &line.phone);
        let ticket = hidden(&found, "ticket");
        let done = client.post("/me/identity", &[("ticket", &ticket), ("step", "refuse")]);
        assert!(done.body.contains("记下了：您不认") && done.body.contains("正在查"), "{}", done.body);
        assert_eq!(state(world, person), "frozen");
        let claim = client.post("/me/identity", &[("ticket", &ticket), ("step", "claim")]);
        assert!(claim.status == 409 && claim.body.contains("冻结"), "{}", claim.body);
        let clerk = browser(world, &by);
        assert!(clerk.get("/w/cases").body.contains("现在没有要查的"), "not who made the list");
        let told = messages(world, &phone_of(world, &street));
        assert!(told[0].contains("账号已冻结"), "{told:?}");
        let decider = browser(world, &street);
        let list = decider.get("/w/cases").body;
        let path = list.split("href=\"").find(|part| part.starts_with("/w/cases/")).unwrap();
        let path = path.split('"').next().unwrap().to_owned();
        assert_eq!(clerk.get(&path).status, 404);
        let page = decider.get(&path).body;
        for words in ["冯**", "第 5 行", "070707070707", "陪老人看病", "李**"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains(line.document.number()) && !page.contains(NAME), "masked");
        let short = decider.post(&path, &[("decision", "uphold"), ("reason", "对"), ("key", "a")]);
        assert!(short.status == 422 && short.body.contains("至少四个字"), "{}", short.body);
        let form = [("decision", "uphold"), ("reason", "查了原始名单，没有签字"), ("key", "b")];
        assert_eq!(decider.post(&path, &form).status, 303);
        assert_eq!((state(world, person).as_str(), minutes(world, person)), ("closed", (0, 0)));
        assert!(messages(world, &line.phone)[0].contains("您说得对"), "{:?}", messages(world, &line.phone));
        let case = world.read("test_case", &street, move |tx, _| latest_case(tx, person)).unwrap().unwrap();
        assert_eq!(case.state, CaseState::Upheld);
        let list = decider.get("/w/cases").body;
        assert!(
            list.contains("已经定了的") && list.contains(&path) && list.contains("现在没有要查的"),
            "{list}"
        );
        assert!(!clerk.get("/w/cases").body.contains(&path));
        assert_eq!(decider.get("/api/v1/cases").json()["over"][0]["state"], "upheld");
        // The document is free: its person may register, and the same list is no way back in.
        let free = line.document.clone();
        let owner = world
            .read("test_owner", &street, move |tx, call| people::document_owner(tx, call, &free))
            .unwrap();
        assert_eq!(owner, None);
        let again = [("decision", "keep"), ("reason", "再想了一下"), ("key", "c")];
        assert_eq!(decider.post(&path, &again).status, 409);
        let looks =
            world.count("SELECT COUNT(*) FROM reveal WHERE district = $1 AND field = 'evidence'", &[420_103]);
        assert!(looks >= 1, "each look at a case is on record");
        world.drain(Vec::new());
    });
}

fn phone_of(world: &World, who: &Actor) -> vault::Phone {
    let person = who.person.unwrap();
    world.read("test_phone", who, move |tx, call| people::phone_of(tx, call.keys(), person)).unwrap().unwrap()
}

#[test]
fn nobody_decides_about_their_own_list_and_each_area_sees_its_own() {
    on_both(|world| {
        let maker = above(world);
        let line = listed(&phone());
        bring(world, &maker, &line);
        let case = refused(world, &ticket(world, &line)).unwrap();
        assert_eq!(case.decider, testing::division(DISTRICT), "above the street");
        let colleague = testing::worker(world, "卫十二", HERE, STREET);
        assert!(
            matches!(decided(world, &colleague, case.id, true), Err(f) if f.refusal().unwrap().rule == "missing")
        );
        // Who made the list was given the district meanwhile.
        testing::give(
            world,
            maker.person.unwrap(),
            Role::Worker,
            kernel::Over::Subtree(testing::division(DISTRICT)),
        );
        let maker = testing::actor(world, maker.person.unwrap());
        assert_eq!(rule(decided(world, &maker, case.id, false)), "case-own");
        let security = holder(world, "安全", HERE, Role::SecurityAdministrator, DISTRICT);
        assert_eq!(decided(world, &security, case.id, false).unwrap().state, CaseState::NotUpheld);
        assert_eq!(rule(decided(world, &security, case.id, true)), "case-decided");
        let elsewhere = holder(world, "别处", HERE, Role::SecurityAdministrator, "420106");
        assert!(browser(world, &elsewhere).get(&format!("/w/cases/{}", case.id)).status == 404);
        // The account sleeps again, and may still be claimed; the same refusal is not asked twice.
        let again = ticket(world, &line);
        assert_eq!(rule(refused(world, &again)), "identity-refused-before");
        world
            .write("identity_claim", &Actor::guest(), move |tx, call| crate::claim(tx, call, &again))
            .unwrap();
    });
}

#[test]
fn a_refusal_is_taken_back_while_nobody_decided() {
    on_both(|world| {
        let by = worker(world);
        let line = listed(&phone());
        let person = bring(world, &by, &line);
        let own = ticket(world, &line);
        refused(world, &own).unwrap();
        assert_eq!(rule(refused(world, &own)), "account-frozen");
        let frozen = looked(world, &guest(world), (NAME, &line), &line.phone);
        assert!(frozen.body.contains("收回") && frozen.body.contains("最晚"), "{}", frozen.body);
        let back = own.clone();
        let taken = move || back.clone();
        for expected in [true, false] {
            let ticket = taken();
            let done = world.write("identity_take_back", &Actor::guest(), move |tx, call| {
                crate::take_back(tx, call, &ticket)
            });
            assert_eq!(done.is_ok(), expected);
        }
        assert_eq!(state(world, person), "asleep");
        refused(world, &own).unwrap();
        assert_eq!(state(world, person), "frozen");
    });
}

#[test]
fn a_claim_and_a_refusal_at_one_moment_leave_exactly_one() {
    on_both(|world| {
        for _ in 0..8 {
            let by = worker(world);
            let line = listed(&phone());
            let person = bring(world, &by, &line);
            let own = ticket(world, &line);
            let (claimed, refused) = thread::scope(|scope| {
                let claims = scope.spawn(|| {
                    let ticket = own.clone();
                    world.write("identity_claim", &Actor::guest(), move |tx, call| {
                        crate::claim(tx, call, &ticket)
                    })
                });
                let refuses = scope.spawn(|| refused(world, &own));
                (claims.join().unwrap(), refuses.join().unwrap())
            });
            assert!(claimed.is_ok() != refused.is_ok(), "{claimed:?} {refused:?}");
            let expected = if claimed.is_ok() { "active" } else { "frozen" };
            assert_eq!(state(world, person), expected);
        }
    });
}

#[test]
fn the_api_says_the_same() {
    on_both(|world| {
        let (by, street) = (worker(world), above(world));
        let line = listed(&phone());
        let person = bring(world, &by, &line);
        let clerk = browser(world, &by);
        let told = phone();
        let path = format!("/api/v1/people/{person}/refusal");
        let refused = clerk.post_json(&path, "a", &json!({ "phone": told.as_str() }));
        assert_eq!(refused.status, 200, "{}", refused.body);
        let decider = browser(world, &street);
        let list = decider.get("/api/v1/cases").json();
        let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(list["cases"][0]["via"], "desk");
        let one = decider.get(&format!("/api/v1/cases/{id}")).json();
        assert_eq!((one["hours"].as_array().unwrap().len(), one["line"].as_i64()), (2, Some(5)));
        // The phone that the worker wrote down shows it too.
        let shown = looked(world, &guest(world), (NAME, &line), &told);
        assert!(shown.body.contains("正在查"), "{}", shown.body);
        let body = json!({ "decision": "uphold", "reason": "本人没有同意过" });
        assert_eq!(clerk.post_json(&format!("/api/v1/cases/{id}/decision"), "b", &body).status, 404);
        let done = decider.post_json(&format!("/api/v1/cases/{id}/decision"), "c", &body);
        assert_eq!((done.status.as_u16(), done.json()["state"].as_str()), (200, Some("upheld")));
        assert!(messages(world, &told)[0].contains("您说得对"));
        let _ = document(kernel::Day::from_ymd(1985, 5, 17).unwrap());
    });
}

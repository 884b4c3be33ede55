use kernel::{Action, Actor, Id, Kind, Over, Person, Role};
use serde_json::json;
use testkit::{World, on_both};

use crate::{
    RoleGrant,
    sign_in::tests::{client_of, guest},
    testing::{actor, division, give, holder, phone, resident, resident_with_phone, volunteer, worker},
};

const HERE: &str = "420103001005";
const THERE: &str = "420103002001";
const STREET: &str = "420103001";

fn person(actor: &Actor) -> Id<Person> {
    actor.person.unwrap()
}

fn security(world: &World, over: &str) -> Actor {
    holder(world, "安全", HERE, Role::SecurityAdministrator, over)
}

fn grant(
    world: &World,
    by: &Actor,
    to: &Actor,
    role: Role,
    over: &str,
) -> Result<Id<RoleGrant>, db::Failure> {
    let (to, over) = (person(to), Over::Subtree(division(over)));
    world.write("test_grant", by, move |tx, call| crate::grant(tx, call, to, role, over))
}

fn rule(outcome: Result<Id<RoleGrant>, db::Failure>) -> &'static str {
    outcome.unwrap_err().refusal().unwrap().rule
}

#[test]
fn a_role_is_given_inside_ones_own_area_only() {
    on_both(|world| {
        let by = security(world, STREET);
        let one = resident(world, "李四", HERE);
        assert_eq!(rule(grant(world, &by, &one, Role::Worker, THERE)), "forbidden");
        assert_eq!(rule(grant(world, &by, &one, Role::Worker, "420103")), "forbidden");
        for nobody in [&one, &volunteer(world, "王五", HERE), &worker(world, "冯九", HERE, STREET)] {
            assert_eq!(rule(grant(world, nobody, &one, Role::Leader, HERE)), "forbidden");
        }
        assert_eq!(rule(grant(world, &Actor::guest(), &one, Role::Leader, HERE)), "sign-in-first");
        grant(world, &by, &one, Role::Worker, HERE).unwrap();
        let now = actor(world, person(&one));
        assert!(now.may(Action::DispatchNeeds, division(HERE)));
        assert!(!now.may(Action::DispatchNeeds, division("420103001006")));
        assert_eq!(rule(grant(world, &by, &one, Role::Worker, HERE)), "grant-twice");
        assert_eq!(rule(grant(world, &by, &by, Role::Worker, HERE)), "grant-to-self");
        assert_eq!(rule(grant(world, &by, &one, Role::Volunteer, HERE)), "grant-held-by-all");
        world.drain(Vec::new());
    });
}

#[test]
fn the_three_administrators_are_three_people() {
    on_both(|world| {
        let by = security(world, "420103");
        let one = resident(world, "李四", HERE);
        grant(world, &by, &one, Role::SystemAdministrator, STREET).unwrap();
        assert_eq!(rule(grant(world, &by, &one, Role::AuditAdministrator, HERE)), "administrators-apart");
        assert_eq!(rule(grant(world, &by, &one, Role::SecurityAdministrator, HERE)), "administrators-apart");
        grant(world, &by, &one, Role::SystemAdministrator, THERE).expect("the same kind elsewhere");
    });
}

#[test]
fn a_role_ends_by_its_day_or_by_hand() {
    on_both(|world| {
        let by = security(world, STREET);
        let one = resident(world, "李四", HERE);
        let (to, until) = (person(&one), world.now().plus_seconds(3_600));
        let over = Over::Subtree(division(HERE));
        world
            .write("test_until", &by, move |tx, call| {
                crate::grant_until(tx, call, to, Role::Worker, over, Some(until))
            })
            .unwrap();
        let leader = grant(world, &by, &one, Role::Leader, HERE).unwrap();
        assert!(actor(world, to).holds(Role::Worker));
        world.pass_minutes(60);
        let now = actor(world, to);
        assert!(!now.holds(Role::Worker) && now.holds(Role::Leader));
        let end = |by: &Actor| {
            world.write("test_end", by, move |tx, call| crate::end_grant(tx, call, leader)).map_err(
                |failure| {
                    let refusal = failure.refusal().cloned().unwrap();
                    (refusal.kind, refusal.rule)
                },
            )
        };
        assert_eq!(end(&security(world, THERE)), Err((Kind::Missing, "missing")));
        assert_eq!(end(&by), Ok(()));
        assert_eq!(end(&by), Err((Kind::Conflict, "grant-ended")));
        assert!(!actor(world, to).holds(Role::Leader));
        let own = grant(world, &by, &one, Role::Leader, HERE).unwrap();
        let holder = actor(world, to);
        let back = world.write("test_end", &holder, move |tx, call| crate::end_grant(tx, call, own));
        assert_eq!(back, Ok(()), "given back");
        world.drain(Vec::new());
    });
}

#[test]
fn the_page_gives_and_ends_and_keeps_what_was_typed() {
    on_both(|world| {
        let phone = phone();
        let one = resident_with_phone(world, "李淑英", HERE, &phone);
        let client = client_of(world, &security(world, "420103"));
        let wrong = client.post(
            "/a/roles",
            &[("person", "19811111111"), ("role", "worker"), ("division", "999"), ("until", "soon")],
        );
        assert_eq!(wrong.status, 422);
        for words in ["还没有人用过", "没有这个区划", "日期不对", "value=\"19811111111\""] {
            assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
        }
        let form =
            [("person", phone.as_str()), ("role", "worker"), ("division", STREET), ("until", "2026-12-31")];
        let given = client.post("/a/roles", &form);
        assert_eq!(given.location.as_deref(), Some("/a/roles?done=role-given"), "{}", given.body);
        let page = client.get("/a/roles?done=role-given").body;
        for words in ["data-done=\"role-given\"", "李**", "社区工作者", "2027年1月1日"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("李淑英"));
        let before = world.statements("roles_page");
        client.get("/a/roles");
        assert!(world.statements("roles_page") - before <= 8);
        assert!(actor(world, person(&one)).holds(Role::Worker));
        let twice = client.post("/a/roles", &form);
        assert!(twice.status == 409 && twice.body.contains("已经有这个权限"), "{}", twice.body);
        let list = client.get("/api/v1/role-grants").json();
        let grants = list["grants"].as_array().unwrap();
        let worker = grants.iter().find(|grant| grant["role"] == "worker").unwrap();
        assert!(page.contains(&format!("/a/roles/{}/end", worker["id"].as_str().unwrap())));
        let path = format!("/api/v1/role-grants/{}/end", worker["id"].as_str().unwrap());
        assert_eq!(client.post_json(&path, "end", &json!({})).status, 200);
        assert!(!actor(world, person(&one)).holds(Role::Worker));
        let again = json!({ "person": person(&one).to_string(), "role": "leader", "division": STREET });
        assert_eq!(client.post_json("/api/v1/role-grants", "give", &again).status, 201);
    });
}

#[test]
fn nobody_else_sees_the_page() {
    on_both(|world| {
        assert_eq!(guest(world, false).get("/a/roles").status, 303);
        for one in [resident(world, "李四", HERE), worker(world, "冯九", HERE, STREET)] {
            let client = client_of(world, &one);
            assert_eq!(client.get("/a/roles").status, 403);
            assert_eq!(client.get("/api/v1/role-grants").status, 403);
            let body = json!({ "person": "19900000001", "role": "worker", "division": STREET });
            assert_eq!(client.post_json("/api/v1/role-grants", "x", &body).status, 403);
            assert_eq!(client.post_json("/api/v1/role-grants/none/end", "y", &json!({})).status, 404);
        }
    });
}

#[test]
fn an_organisations_role_reaches_no_further() {
    on_both(|world| {
        let by = worker(world, "冯九", HERE, STREET);
        let team = world
            .write("test_team", &by, |tx, call| {
                crate::create_organisation(tx, call, division(HERE), "银发理发队", "team", None)
            })
            .unwrap();
        let one = volunteer(world, "李四", HERE);
        let leader = give(world, person(&one), Role::Leader, Over::Organisation(team));
        assert!(leader.may_in(Action::RunShifts, team, division(HERE)));
        assert!(!leader.may(Action::RunShifts, division(HERE)));
        let listed =
            world.read("test_teams", &by, |tx, _| crate::organisations_in(tx, division(STREET))).unwrap();
        assert_eq!(listed.len(), 1);
        let refused = world.write("test_team", &one, |tx, call| {
            crate::create_organisation(tx, call, division(HERE), "队", "team", None)
        });
        assert_eq!(refused.unwrap_err().refusal().unwrap().kind, Kind::Forbidden);
    });
}

//! A team, its leader and its shifts, as the tests of this crate need them.

use kernel::{Actor, Id, Instant, Minutes, Organisation};
use people::testing;
use testkit::World;

use crate::{NewProject, NewShift, Project, Shift};

/// A community of the place's district and of another.
pub(super) const HERE: &str = "420103001005";
pub(super) const THERE: &str = "420104002007";

/// A worker of the district of `community`.
pub(super) fn worker(world: &World, community: &str) -> Actor {
    testing::worker(world, "周工作", community, &community[..6])
}

pub(super) fn team(world: &World, worker: &Actor, community: &str) -> Id<Organisation> {
    let division = testing::division(community);
    world
        .write("test_team", worker, move |tx, call| {
            people::create_organisation(tx, call, division, "松园测试队", "team", None)
        })
        .unwrap()
}

pub(super) fn new_project(team: Id<Organisation>) -> NewProject {
    NewProject {
        organisation: team,
        title: "清理楼道".to_owned(),
        summary: "一起把楼道的旧物搬走，要爬楼。".to_owned(),
        category: "environment".to_owned(),
        risk: "搬东西可能扭伤，请戴手套。".to_owned(),
        protection: crate::Protection::default(),
        copied_from: None,
    }
}

pub(super) fn new_shift(leader: &Actor, starts_at: Instant, minutes: i64, places: i64) -> NewShift {
    NewShift {
        starts_at,
        ends_at: starts_at + Minutes(minutes),
        places,
        address: "松园路 1 号院门口".to_owned(),
        leader: leader.person.unwrap(),
        min_age: 0,
        apart: hours::Apart::default(),
    }
}

pub(super) fn project(world: &World, by: &Actor, team: Id<Organisation>) -> Id<Project> {
    world
        .write("test_project", by, move |tx, call| crate::create_project(tx, call, &new_project(team)))
        .unwrap()
}

/// A published shift led by `by`.
pub(super) fn shift(
    world: &World,
    by: &Actor,
    project: Id<Project>,
    starts_at: Instant,
    minutes: i64,
    places: i64,
) -> Id<Shift> {
    let new = new_shift(by, starts_at, minutes, places);
    world
        .write("test_shift", by, move |tx, call| {
            let shift = crate::create_shift(tx, call, project, &new)?;
            crate::publish_shift(tx, call, shift)?;
            Ok(shift)
        })
        .unwrap()
}

pub(super) fn sign_up(world: &World, who: &Actor, shift: Id<Shift>) -> db::Outcome<crate::SignedUp> {
    world.write("signup_make", who, move |tx, call| crate::sign_up(tx, call, shift))
}

pub(super) fn withdraw(world: &World, who: &Actor, shift: Id<Shift>) -> db::Outcome<()> {
    world.write("signup_withdraw", who, move |tx, call| crate::withdraw(tx, call, shift))
}

/// What must be true of every shift and every person at any time: the number of rows that break it.
pub(super) fn broken(world: &World) -> Vec<(&'static str, i64)> {
    let rules: [(&'static str, &'static str); 8] = [
        ("one person too many", "SELECT COUNT(*) FROM shift WHERE taken > places"),
        (
            "taken is not the placed",
            "SELECT COUNT(*) FROM shift s WHERE s.taken <>
                (SELECT COUNT(*) FROM signup g WHERE g.shift = s.id AND g.state = 'placed')",
        ),
        (
            "waiting is not the waiting",
            "SELECT COUNT(*) FROM shift s WHERE s.waiting <>
                (SELECT COUNT(*) FROM signup g WHERE g.shift = s.id AND g.state = 'waiting')",
        ),
        (
            "the role's taken is not the shift's",
            "SELECT COUNT(*) FROM shift s JOIN shift_role r ON r.shift = s.id WHERE r.taken <> s.taken",
        ),
        (
            "two places at once",
            "SELECT COUNT(*) FROM signup a JOIN signup b ON b.person = a.person AND b.id > a.id
             JOIN shift s ON s.id = a.shift JOIN shift t ON t.id = b.shift
             WHERE a.state = 'placed' AND b.state = 'placed'
             AND s.starts_at < t.ends_at AND t.starts_at < s.ends_at",
        ),
        (
            "a place without its promise, or a promise without its place",
            "SELECT (SELECT COUNT(*) FROM signup g WHERE g.state = 'placed' AND NOT EXISTS
                    (SELECT 1 FROM commitment c WHERE c.person = g.person AND c.engagement = g.shift))
                + (SELECT COUNT(*) FROM commitment c WHERE NOT EXISTS
                    (SELECT 1 FROM signup g WHERE g.person = c.person AND g.shift = c.engagement AND g.state = 'placed'))",
        ),
        (
            "a promise at another time than the place's",
            "SELECT COUNT(*) FROM commitment c JOIN shift s ON s.id = c.engagement
             WHERE c.starts_at <> s.starts_at OR c.ends_at <> s.ends_at",
        ),
        (
            "the person's own copy says otherwise",
            "SELECT COUNT(*) FROM signup g JOIN shift s ON s.id = g.shift WHERE NOT EXISTS
                (SELECT 1 FROM own_signup o WHERE o.person = g.person AND o.shift = g.shift AND o.state = g.state
                    AND (g.state NOT IN ('placed', 'waiting')
                         OR (o.starts_at = s.starts_at AND o.ends_at = s.ends_at AND o.address = s.address)))",
        ),
    ];
    let counted = rules.into_iter().map(|(name, sql)| (name, world.count(sql, &[])));
    counted.filter(|(_, count)| *count != 0).collect()
}

/// People who wait although a place is free and they are not promised elsewhere.
pub(super) fn waiting_in_vain(world: &World) -> i64 {
    world.count(
        "SELECT COUNT(*) FROM signup g JOIN shift s ON s.id = g.shift
         WHERE g.state = 'waiting' AND s.state = 'published' AND s.taken < s.places
         AND NOT EXISTS (SELECT 1 FROM commitment c WHERE c.person = g.person
             AND c.starts_at < s.ends_at AND c.ends_at > s.starts_at)",
        &[],
    )
}

/// The phone of somebody, as it is typed.
pub(super) fn phone_of(world: &World, who: &Actor) -> String {
    let person = who.person.unwrap();
    let phone = world.read("test_phone", who, move |tx, call| people::phone_of(tx, call.keys(), person));
    phone.unwrap().unwrap().as_str().to_owned()
}

/// Messages by kind, and their words, of everybody.
pub(super) fn messages(world: &World) -> Vec<(String, String, String)> {
    let sent = world.read("test_outbox", &Actor::system(), |tx, call| notify::outbox(tx, call, 100)).unwrap();
    sent.into_iter().map(|one| (one.kind, one.phone.as_str().to_owned(), one.text)).collect()
}

/// What happens by itself, until nothing is left.
pub(super) fn follow_up(world: &World) -> crate::Moved {
    world.drain(vec![]);
    let mut all = crate::Moved::default();
    loop {
        let done = crate::tick(&world.db, &world.kit).unwrap();
        if done == crate::Moved::default() {
            return all;
        }
        all.placed += done.placed;
        all.followed += done.followed;
        all.released += done.released;
        all.settled += done.settled;
        all.asked += done.asked;
        all.reminded += done.reminded;
    }
}

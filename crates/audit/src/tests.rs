//! The auditor's seat on both databases.

use std::sync::Arc;

use hours::{AnyEngagement, Attendance, Engagement, EngagementKind, Signal, SignalKind, Source};
use kernel::{Actor, DivisionCode, Id, Instant, Minutes, Person, Role};
use people::testing;
use testkit::{Client, World, on_both};
use web::{App, Place, Text};

use crate::area::quarter;

pub(crate) const HERE: &str = "420103002001";
pub(crate) const STREET: &str = "420103002";

pub(crate) fn id(actor: &Actor) -> Id<Person> {
    actor.person.unwrap()
}

pub(crate) fn browser(world: &World, actor: &Actor) -> Client {
    let text = Text::new(&[web::LOCALES, people::LOCALES, hours::LOCALES, crate::LOCALES]).unwrap();
    let place = Place {
        division: testing::division(STREET),
        name: "松园街道".to_owned(),
        phone: "027-0000".to_owned(),
    };
    let app = App::new(world.db.clone(), Arc::clone(&world.kit), text, place, Box::new(testing::ById), false);
    let routes = crate::routes().and(hours::routes());
    Client::guest(routes.into_parts().1.with_state(app)).with_token(id(actor).to_string())
}

/// So many minutes each at engagements nobody had accepted before, entered ten days later within a minute, with
/// everybody's yes.
pub(crate) fn sold(world: &World, count: usize, minutes: i64, source: Source) -> Actor {
    sold_at(world, HERE, count, minutes, source)
}

pub(crate) fn sold_at(world: &World, place: &str, count: usize, minutes: i64, source: Source) -> Actor {
    let leader = testing::holder(world, "孙小雪", place, Role::Worker, STREET);
    let home = testing::division(place);
    let (from, to) = (world.now(), world.now() + Minutes(minutes));
    let buyers: Vec<Actor> = (0..count)
        .map(|n| testing::volunteer(world, ["赵立春", "钱雨水", "李惊蛰", "周谷雨", "吴清明"][n % 5], place))
        .collect();
    world.pass_minutes(10 * 1_440);
    for buyer in buyers {
        let shift = world.call(&leader).id(home.district());
        entered(world, &leader, &buyer, home, shift, (from, to), source);
    }
    leader
}

/// Hours at an engagement that the leader types and the person says yes to.
pub(crate) fn typed(
    world: &World,
    leader: &Actor,
    buyer: &Actor,
    shift: Id<AnyEngagement>,
    planned: (Instant, Instant),
) -> Id<Attendance> {
    entered(world, leader, buyer, testing::division(HERE), shift, planned, Source::Typed)
}

/// Hours at an engagement that the leader enters in this way and the person says yes to.
fn entered(
    world: &World,
    leader: &Actor,
    buyer: &Actor,
    home: DivisionCode,
    shift: Id<AnyEngagement>,
    (from, to): (Instant, Instant),
    source: Source,
) -> Id<Attendance> {
    let (person, by) = (id(buyer), id(leader));
    let attendance = world
        .write("attendance_open", leader, move |tx, call| {
            let engagement = Engagement {
                id: shift,
                kind: EngagementKind::Shift,
                division: home,
                category: "elder_care".to_owned(),
                from,
                to,
                apart: hours::Apart::default(),
                no_hours: String::new(),
            };
            hours::open(tx, call, &engagement, person, home)
        })
        .unwrap();
    let tell = |who: &Actor, kind, source, witness, at| {
        world
            .write("signal", who, move |tx, call| {
                hours::signal(tx, call, attendance, &Signal { kind, source, witness, device: &[], at })
            })
            .unwrap();
    };
    tell(leader, SignalKind::Arrived, source, by, from);
    tell(leader, SignalKind::Left, source, by, to);
    tell(buyer, SignalKind::Served, Source::SelfTap, person, to);
    if source != Source::Typed {
        // A late sheet or roll call needs a second word.
        let neighbour = testing::resident(world, "郑白露", HERE);
        tell(&neighbour, SignalKind::Served, Source::Resident, id(&neighbour), to);
    }
    world
        .write("attendance_confirm", leader, move |tx, call| hours::confirm(tx, call, attendance, None))
        .unwrap();
    attendance
}

#[test]
fn an_auditor_sees_what_to_check_with_its_evidence_and_the_look_is_in_the_journal() {
    on_both(|world| {
        let leader = sold(world, 5, 300, Source::Typed);
        let auditor = testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        let above = testing::holder(world, "吕小满", HERE, Role::Auditor, "4201");
        let far = testing::holder(world, "施小暑", HERE, Role::Auditor, "420106");
        assert_eq!(browser(world, &leader).get("/x").status, 403);
        assert_eq!(browser(world, &far).get(&format!("/x?division={STREET}")).status, 403);
        let before = world.statements_in_all();
        let page = browser(world, &auditor).get("/x");
        let ran = world.statements_in_all() - before;
        assert!(page.status == 200 && ran <= 8, "{ran} statements, {}: {}", page.status, page.body);
        for words in
            ["需要核实", "看了 5 次服务", "短时间大量补录", "5 次活动", "一位录入人（尾号", "也可能是"]
        {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        for never in ["[alarms-", "孙**", "孙小雪", "赵立春", "钱雨水", "作假", "造假", "欺诈"]
        {
            assert!(!page.body.contains(never), "{never}: {}", page.body);
        }
        for (who, area) in [(&auditor, STREET), (&above, "4201")] {
            let list = browser(world, who).get(&format!("/api/v1/alarms?division={area}")).json();
            let found = list["alarms"].as_array().unwrap();
            assert_eq!((list["services"].as_i64(), found.len()), (Some(5), 1));
            assert_eq!(found[0]["alarm"], "typed_fast");
            assert_eq!(
                (&found[0]["concern_kind"], &found[0]["concern"]),
                (&"typist".into(), &serde_json::Value::Null)
            );
            assert_eq!(found[0]["evidence"].as_array().map(Vec::len), Some(5));
            let shares = browser(world, who).get(&format!("/api/v1/typed-shares?division={area}")).json();
            let shares = shares.as_array().unwrap();
            let of = |kind: &str| shares.iter().find(|one| one["concern_kind"] == kind).unwrap();
            assert_eq!(
                (&of("place")["concern"], &of("typist")["typed_minutes"]),
                (&HERE.into(), &1_500.into())
            );
        }
        let link = page.body.split("href=\"/x/presences/").nth(1).unwrap().split('"').next().unwrap();
        let led = browser(world, &auditor).get(&format!("/x/presences/{link}"));
        assert_eq!(led.status, 303);
        assert_eq!(browser(world, &far).get(&format!("/x/presences/{link}")).status, 404);
        let evidence = browser(world, &auditor).get(&led.location.unwrap());
        assert!(evidence.status == 200 && evidence.body.contains("丙级"), "{}", evidence.body);
        world.drain(Vec::new());
        let looks = world.count("SELECT COUNT(*) FROM journal WHERE kind = 'alarms.looked_at'", &[]);
        assert_eq!(looks, 3);
    });
}

#[test]
fn a_late_sheet_is_no_witness_unless_the_policy_of_the_place_lets_it_count() {
    on_both(|world| {
        let auditor = testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        let manager = testing::holder(world, "施小暑", HERE, Role::SystemAdministrator, "4201");
        let found = |names: &[&str]| {
            let list = browser(world, &auditor).get("/api/v1/alarms").json();
            let alarms: Vec<_> =
                list["alarms"].as_array().unwrap().iter().map(|one| one["alarm"].clone()).collect();
            assert_eq!(alarms, names);
        };
        sold(world, 5, 300, Source::Paper);
        found(&["typed_fast"]);
        let today = world.now().day();
        world
            .write("test_policy", &manager, move |tx, call| {
                let decision = places::Decision {
                    division: testing::division("420103"),
                    name: "hours.sheet_minutes".to_owned(),
                    value: 30 * 1_440,
                    range: None,
                    binding: places::Binding::Free,
                    from_day: today,
                    source: "测试规定".to_owned(),
                };
                places::set_policy(tx, call, &decision)
            })
            .unwrap();
        sold(world, 5, 300, Source::Paper);
        found(&["typed_fast"]);
    });
}

#[test]
fn where_nothing_is_to_be_checked_the_page_says_so_and_what_is_wrong_is_named() {
    on_both(|world| {
        sold(world, 5, 60, Source::Typed);
        let auditor = testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        let page = browser(world, &auditor).get("/x");
        assert!(page.status == 200 && page.body.contains("没有需要核实的"), "{}", page.body);
        for (query, words) in [
            ("from=2025-01-01&to=2026-12-31", "一次最多看 366 天"),
            ("from=xx", "from"),
            ("division=999999", "没有这个地方"),
        ] {
            let page = browser(world, &auditor).get(&format!("/x?{query}"));
            assert!(
                page.status == 422 && page.body.contains(words),
                "{query} {}: {}",
                page.status,
                page.body
            );
        }
    });
}

#[test]
fn quarters_begin_and_end_where_they_do() {
    let day = |text: &str| text.parse::<kernel::Day>().unwrap();
    for (one, first, last) in [
        ("2026-01-01", "2026-01-01", "2026-03-31"),
        ("2024-02-29", "2024-01-01", "2024-03-31"),
        ("2026-06-30", "2026-04-01", "2026-06-30"),
        ("2026-12-31", "2026-10-01", "2026-12-31"),
    ] {
        assert_eq!(quarter(day(one)), (day(first), day(last)));
    }
}

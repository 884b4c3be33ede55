//! What is told, to whom, and once, on both databases.

use std::thread;

use hours::Source;
use kernel::{IdSource, Random, Role};
use people::testing;
use testkit::{Reply, World, on_both};

use super::*;
use crate::tests::{HERE, STREET, browser, id, sold, sold_at};

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

#[test]
fn a_quarter_is_looked_at_until_its_last_hours_have_come() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let firsts = |text: &str| quarters(day(text)).iter().map(|one| one.0.to_string()).collect::<Vec<_>>();
    assert_eq!(firsts("2026-04-01"), ["2026-01-01"], "the day before is the quarter's last");
    assert_eq!(firsts("2026-04-02"), ["2026-01-01", "2026-04-01"]);
    assert_eq!(firsts("2026-04-28"), ["2026-01-01", "2026-04-01"]);
    assert_eq!(firsts("2026-04-29"), ["2026-04-01"]);
    for number in 0..800 {
        let today = day("2024-01-01").plus(number);
        let days = quarters(today);
        assert!(days.last().is_some_and(|one| one.0 < today && today <= one.1.plus(1)), "{today}");
    }
}

#[test]
fn the_auditors_of_the_place_and_of_the_level_above_are_told() {
    let ids = IdSource::new(Random::seeded(1));
    let person = || ids.next(Instant::default(), District::default());
    let people: Vec<Id<Person>> = (0..6).map(|_| person()).collect();
    let areas = ["420103002", "420103002", "420103001", "4201", "42", "420103002001"];
    let auditors: Vec<_> = areas.iter().map(|text| code(text)).zip(people.iter().copied()).collect();
    let told = |place: &str| {
        let told = told_of(&auditors, code(place));
        people.iter().enumerate().filter(|(_, one)| told.contains(one)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    assert_eq!(told("420103002001"), [0, 1, 5]);
    assert_eq!(told("420103002004"), [0, 1, 3]);
    assert_eq!(told("420103001004"), [2, 3]);
    assert_eq!(told("420103"), [3, 4]);
    assert_eq!(told("430102"), Vec::<usize>::new());
}

/// To whom messages of alarms went, by the end of the number, and when they leave.
fn messages(world: &World) -> Vec<(String, String, Instant)> {
    let sent = world.read("test_outbox", &Actor::system(), |tx, call| {
        let mut late = call.clone();
        late.now = call.now + kernel::Minutes(1_440);
        notify::outbox(tx, &late, 100)
    });
    let sent = sent.unwrap().into_iter().filter(|one| one.kind == "alarm_told");
    sent.map(|one| (one.phone.masked(), one.text, one.not_before)).collect()
}

/// What the timer does, where the journal knows the district.
fn night(world: &World) -> Result<usize, Failure> {
    world.drain(Vec::new());
    tick(&world.db, &world.kit)
}

fn rows(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM alarm_told", &[])
}

fn key(page: &Reply) -> String {
    page.body.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn the_auditors_of_the_place_and_above_are_told_once_after_midnight() {
    on_both(|world| {
        let [street, district, city] = [STREET, "420103", "4201"]
            .map(|area| testing::holder(world, "何立夏", HERE, Role::Auditor, area));
        sold(world, 5, 300, Source::RollCall);
        assert_eq!(night(world), Ok(1));
        let phone = |actor: &Actor| {
            let person = id(actor);
            let read =
                world.read("test_phone", actor, move |tx, call| people::phone_of(tx, call.keys(), person));
            read.unwrap().unwrap().masked()
        };
        let told = messages(world);
        let to: Vec<_> = told.iter().map(|one| one.0.clone()).collect();
        assert!(to.len() == 2 && to.contains(&phone(&street)) && to.contains(&phone(&district)), "{to:?}");
        assert!(!to.contains(&phone(&city)));
        for (_, text, at) in &told {
            assert!(text.contains("有 1 条时长需要核实"), "{text}");
            assert!(at.minute_of_day() >= MORNING && !text.contains("孙"), "{at:?} {text}");
        }
        // The same day and the next: nothing new, and nothing is told again.
        assert_eq!(night(world), Ok(0));
        world.pass_minutes(1_440);
        assert_eq!(night(world), Ok(0));
        sold(world, 4, 300, Source::Typed);
        assert_eq!(night(world), Ok(2), "another typist, and what the community adds up to");
        assert_eq!((rows(world), messages(world).len()), (3, 4));
    });
}

#[test]
fn being_stopped_in_the_middle_or_run_by_many_neither_loses_nor_doubles() {
    on_both(|world| {
        testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        sold(world, 5, 300, Source::Paper);
        let district = testing::division(HERE).district();
        let stopped = world.write("alarm_tell", &Actor::system(), move |tx, call| {
            let today = call.now.day();
            let found = placed(tx, call, (district, today), 100)?;
            assert_eq!(tell(tx, call, (district, today), &found)?, 1);
            Err::<(), _>(Fault::Defect("stopped before the end".to_owned()).into())
        });
        assert!(stopped.is_err());
        assert_eq!((rows(world), messages(world).len()), (0, 0), "nothing of it is left");
        world.drain(Vec::new());
        let told: usize = thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(|| tick(&world.db, &world.kit).unwrap())).collect();
            all.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!((told, rows(world), messages(world).len()), (1, 1, 1));
    });
}

#[test]
fn a_look_that_ends_after_midnight_leaves_the_new_day_to_be_looked_at() {
    on_both(|world| {
        testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        let district = testing::division(HERE).district();
        let yesterday = world.now().day();
        let found = world.read("alarm_look", &Actor::system(), move |tx, call| {
            placed(tx, call, (district, yesterday), 100)
        });
        let found = found.unwrap();
        sold(world, 5, 300, Source::Paper);
        let told = world.write("alarm_tell", &Actor::system(), move |tx, call| {
            tell(tx, call, (district, yesterday), &found)
        });
        assert_eq!(told, Ok(0));
        assert_eq!(night(world), Ok(1), "what came after the look began is found the same day");
    });
}

#[test]
fn a_district_with_too_many_services_is_looked_at_place_by_place() {
    on_both(|world| {
        sold(world, 5, 300, Source::Paper);
        let district = testing::division(HERE).district();
        let found = |most: usize| {
            let placed = world.read("alarm_look", &Actor::system(), move |tx, call| {
                placed(tx, call, (district, call.now.day()), most)
            });
            placed.unwrap().into_iter().map(|one| (one.division, one.finding)).collect::<Vec<_>>()
        };
        let nearby = "420103002002";
        sold_at(world, nearby, 4, 300, Source::Paper);
        let together = found(9);
        assert_eq!(found(8), together, "in each community is enough of it to be asked about");
        assert!([HERE, nearby].iter().all(|place| together.iter().any(|one| one.0 == code(place))));
        assert!(found(4).iter().all(|one| one.0 == code(nearby)) && !found(4).is_empty());
        assert_eq!(found(3), [], "nothing is below a community");
    });
}

#[test]
fn an_auditor_looks_and_closes_it_with_a_note_and_nobody_elsewhere_may() {
    on_both(|world| {
        let auditor = testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        let above = testing::holder(world, "吕小满", HERE, Role::Auditor, "4201");
        let far = testing::holder(world, "施小暑", HERE, Role::Auditor, "420106");
        let leader = sold(world, 5, 300, Source::Typed);
        assert!(browser(world, &auditor).get("/x/told").body.contains("没有待核实的提示"));
        night(world).unwrap();
        assert_eq!(browser(world, &leader).get("/x/told").status, 403);
        assert!(browser(world, &far).get("/x/told").body.contains("没有待核实的提示"));
        let before = world.statements_in_all();
        let page = browser(world, &auditor).get("/x/told");
        let ran = world.statements_in_all() - before;
        assert!(page.status == 200 && ran <= 8, "{ran} statements, {}: {}", page.status, page.body);
        for words in ["短时间大量补录", "还没有人看", "一位录入人（尾号", "5 次活动"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        for never in ["[told-", "[alarms-", "孙**", "孙小雪", "赵立春", "作假", "欺诈"] {
            assert!(!page.body.contains(never), "{never}: {}", page.body);
        }
        let list = browser(world, &above).get("/api/v1/alarms/told").json();
        let (one, state) = (list[0]["id"].as_str().unwrap().to_owned(), |who: &Actor| {
            browser(world, who).get("/api/v1/alarms/told").json()[0]["state"].as_str().unwrap().to_owned()
        });
        let concern =
            |who: &Actor| browser(world, who).get("/api/v1/alarms/told").json()[0]["concern"].clone();
        assert_eq!((concern(&above), &*state(&above)), (serde_json::Value::Null, "open"), "nobody is named");
        let found = browser(world, &auditor).get("/api/v1/alarms");
        assert!(found.status == 200 && !found.json()["alarms"][0]["evidence"][0].is_null(), "{}", found.body);
        assert!(found.json()["alarms"][0]["concern"].is_null(), "{}", found.body);
        let (look, close) = (format!("/x/told/{one}/look"), format!("/x/told/{one}/close"));
        let post = |who: &Actor, path: &str, note: &str| {
            let form = browser(world, who).get("/prefs");
            let key = if form.body.contains("name=\"key\"") {
                key(&form)
            } else {
                world.call(who).id::<()>(District::default()).to_string()
            };
            browser(world, who).post(path, &[("key", &*key), ("note", note), ("reason", note)])
        };
        assert_eq!(post(&far, &close, "打过电话核实").status, 404);
        // Who opens it says why; only they are told whom it concerns, and the journal keeps the reason.
        let short = post(&auditor, &look, "好");
        assert!(
            short.status == 422 && short.body.contains("好</textarea>") && state(&above) == "open",
            "{} {}",
            short.status,
            short.body
        );
        let led = post(&auditor, &look, "补录的次数很多");
        assert!(led.status == 303 && state(&above) == "looked_at", "{}", led.status);
        let before = world.statements_in_all();
        let opened = browser(world, &auditor).get("/x/told");
        let ran = world.statements_in_all() - before;
        assert!(ran <= 8 && opened.body.contains("涉及：孙**"), "{ran} statements: {}", opened.body);
        assert!(opened.body.contains("您打开的理由：补录的次数很多"), "{}", opened.body);
        assert_eq!(concern(&auditor), id(&leader).to_string().as_str());
        assert!(concern(&above).is_null(), "who did not say why is not told");
        let not_told = browser(world, &above).get("/x/told").body;
        assert!(!not_told.contains("孙**") && not_told.contains("一位录入人（尾号"), "{not_told}");
        world.drain(Vec::new());
        let alarm: Id<AlarmTold> = one.parse().unwrap();
        let events = world
            .read("events", &auditor, move |tx, _| Ok(journal::events_of(tx, alarm.district(), &[alarm])?));
        let events = events.unwrap();
        assert!(events.iter().any(|linked| linked.event.text("note") == Ok("补录的次数很多")), "{events:?}");
        let href = opened.body.split("href=\"").find(|part| part.starts_with("/x?division=")).unwrap();
        let href = href.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let evidence = browser(world, &auditor).get(&href);
        assert!(evidence.status == 200 && evidence.body.contains("5 次活动"), "{}", evidence.body);
        let short = post(&auditor, &close, "好");
        assert!(
            short.status == 422 && short.body.contains("好</textarea>"),
            "{} {}",
            short.status,
            short.body
        );
        assert_eq!(post(&above, &close, "打电话核实了五个人").status, 303);
        assert_eq!(state(&auditor), "closed");
        assert!(concern(&auditor).is_null() && concern(&above).is_null(), "nobody is named for ever");
        assert_eq!(post(&auditor, &look, "补录的次数很多").status, 409);
        let again = post(&auditor, &close, "打电话核实了五个人");
        assert!(
            again.status == 409 && again.body.contains("打电话核实了五个人"),
            "{} {}",
            again.status,
            again.body
        );
        world.drain(Vec::new());
        let decided = world.count("SELECT COUNT(*) FROM journal WHERE kind = 'alarm.decided'", &[]);
        assert_eq!(decided, 2);
    });
}

#[test]
fn nobody_closes_what_concerns_themselves() {
    on_both(|world| {
        let leader = sold(world, 5, 300, Source::Typed);
        night(world).unwrap();
        let both = Actor {
            grants: vec![kernel::Grant {
                role: Role::Auditor,
                over: kernel::Over::Subtree(testing::division(STREET)),
            }],
            ..leader
        };
        let close = |note: &'static str| {
            world.write("alarm_close", &both, move |tx, call| {
                let one = told(tx, call)?;
                close(tx, call, one[0].id, note)
            })
        };
        let refused = close("打过电话核实").unwrap_err();
        assert_eq!(refused.refusal().map(|refusal| refusal.rule), Some("alarm-own"));
    });
}

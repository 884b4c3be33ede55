//! Hours on public notice: who is named, who is not, and until when.

use serde_json::json;

use super::{pages::client, *};
use crate::{NewNotice, Unnamed, put_up, read_notice};

/// An hour here, seen by `leader`, of a volunteer.
fn hour(world: &World, leader: &Actor, volunteer: &Actor, home: &str) -> Id<Attendance> {
    let (who, home) = (volunteer.person.unwrap(), people::testing::division(home));
    let (from, division, witness) = (world.now(), people::testing::division(HERE), leader.person.unwrap());
    world.pass_minutes(60);
    world
        .write("roll_settle", leader, move |tx, call| {
            let engagement = Engagement {
                id: call.id(division.district()),
                kind: EngagementKind::Shift,
                division,
                category: "environment".to_owned(),
                from,
                to: from + Minutes(60),
                apart: crate::Apart::default(),
                no_hours: String::new(),
            };
            let id = open(tx, call, &engagement, who, home)?;
            for (kind, at) in [(SignalKind::Arrived, from), (SignalKind::Left, from + Minutes(60))] {
                signal(tx, call, id, &Signal { kind, source: Source::RollCall, witness, device: &[], at })?;
            }
            confirm(tx, call, id, None)?;
            Ok(id)
        })
        .unwrap()
}

fn agree(world: &World, who: &Actor, named: bool) {
    world
        .write("profile_change", who, move |tx, call| {
            let preferences = people::profile(tx, call)?.preferences;
            people::change_profile(tx, call, &people::Preferences { named, ..preferences })
        })
        .unwrap();
}

fn about(world: &World) -> NewNotice {
    let today = world.now().day();
    let division = people::testing::division("420103002");
    NewNotice { division, first: today.plus(-7), last: today, until: today.plus(7) }
}

#[test]
fn a_place_may_ask_for_a_longer_notice() {
    on_both(|world| {
        let leader = people::testing::worker(world, "孙惊蛰", HERE, "420103002");
        let volunteer = people::testing::volunteer(world, "钱雨水", ELSEWHERE);
        hour(world, &leader, &volunteer, ELSEWHERE);
        decided(world, "420103", "hours.notice_days", 10);
        let form = client(world, &leader).get("/w/announce").body;
        let tenth = world.now().day().plus(10);
        assert!(form.contains("至少 10 天") && form.contains(&format!("value=\"{tenth}\"")), "{form}");
        let until = |days| {
            let new = NewNotice { until: world.now().day().plus(days), ..about(world) };
            world.write("notice_put_up", &leader, move |tx, call| put_up(tx, call, &new))
        };
        assert_eq!(rule(until(9)), "invalid");
        until(10).unwrap();
    });
}

#[test]
fn named_is_who_agreed_and_is_grown_up_and_the_others_are_a_line() {
    on_both(|world| {
        let leader = people::testing::worker(world, "孙惊蛰", HERE, "420103002");
        let grown = people::testing::volunteer(world, "钱雨水", ELSEWHERE);
        let silent = people::testing::volunteer(world, "吴春分", HERE);
        let minor = people::testing::volunteer_with(world, "郑少年", HERE, |wish| {
            wish.document = people::testing::document(Day::from_ymd(2010, 1, 1).unwrap());
            wish.guardian = Some(people::testing::guardian());
        });
        hour(world, &leader, &grown, ELSEWHERE);
        hour(world, &leader, &silent, HERE);
        hour(world, &leader, &minor, HERE);
        for who in [&grown, &minor] {
            agree(world, who, true);
        }
        let new = about(world);
        let id = world.write("notice_put_up", &leader, move |tx, call| put_up(tx, call, &new)).unwrap();
        let again = world.write("notice_put_up", &leader, move |tx, call| put_up(tx, call, &new));
        assert_eq!(rule(again), "notice-there");

        // Anybody reads it, also who is nobody here.
        let path = format!("/notices/{id}");
        let anybody = client(world, &silent);
        let page = anybody.get(&path);
        let number = world.read("test", &grown, people::profile).unwrap().number;
        assert!(page.status == 200 && page.body.contains("data-notice=\"up\""), "{}", page.body);
        assert!(page.body.contains("钱**") && page.body.contains("1.00"), "{}", page.body);
        assert!(page.body.contains(&number[number.len() - 4..]), "{}", page.body);
        assert!(page.body.contains("不到 10 人，人数和时长不公布"), "{}", page.body);
        for hidden in ["钱雨水", "吴", "郑", number.as_str(), "提前撤下"] {
            assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
        }
        assert!(!page.body.contains(">["), "a sentence is missing: {}", page.body);
        assert!(anybody.get("/notices").body.contains(&path));
        assert!(anybody.get("/notices?division=420106").body.contains("现在没有公示"));
        assert_eq!(anybody.get("/notices?division=x").status, 422);
        assert!(anybody.get("/notices?division=4201").body.contains(&path), "above a district");
        let city = people::testing::worker(world, "何大市", HERE, "4201");
        assert!(client(world, &city).get("/w/announce").body.contains(&path));

        // What counts is read each time: a correction shows at once, a consent that is withdrawn too.
        let record = world
            .read("test", &grown, |tx, call| {
                let days = (call.now.day(), call.now.day());
                Ok(crate::records(tx, call.actor.signed_in()?, days)?)
            })
            .unwrap()[0]
            .id;
        world
            .write("record_correct", &leader, move |tx, call| correct(tx, call, record, Minutes(30)))
            .unwrap();
        assert!(anybody.get(&path).body.contains("0.50"), "{}", anybody.get(&path).body);
        agree(world, &grown, false);
        let without = anybody.get(&path);
        assert!(!without.body.contains("钱**") && without.body.contains("没有人同意写名字"));
        // Ten without a name are counted.
        for n in 0..7 {
            hour(
                world,
                &leader,
                &people::testing::volunteer(world, "王众人", [HERE, ELSEWHERE][n % 2]),
                HERE,
            );
        }
        let count = |unnamed: Unnamed| {
            let read = world.read("notice_page", &leader, move |tx, call| read_notice(tx, call, id)).unwrap();
            assert_eq!(read.listing.unwrap().unnamed, unnamed);
        };
        count(Unnamed::Counted { people: 10, minutes: Minutes(9 * 60 + 30) });
        agree(world, &grown, true);
        count(Unnamed::Few);

        let before = world.statements("notice_page");
        anybody.get(&path);
        assert!(world.statements("notice_page") - before <= 8);
        verified(world);
    });
}

#[test]
fn a_notice_ends_by_itself_or_with_a_reason_and_then_only_staff_read_it() {
    on_both(|world| {
        let leader = people::testing::worker(world, "孙惊蛰", HERE, "420103002");
        let grown = people::testing::volunteer(world, "钱雨水", ELSEWHERE);
        hour(world, &leader, &grown, ELSEWHERE);
        agree(world, &grown, true);
        let staff = client(world, &leader);
        let form = staff.get("/w/announce");
        assert!(form.body.contains("还没有贴过") && form.body.contains("2026-03-16"), "{}", form.body);
        let sent = |first: &str, last: &str, until: &str, key: &str| {
            staff.post(
                "/w/announce",
                &[
                    ("division", "420103002"),
                    ("first", first),
                    ("last", last),
                    ("until", until),
                    ("key", key),
                ],
            )
        };
        for (first, last, until, words) in [
            ("2026-03-09", "2026-03-09", "2026-03-15", "至少公示 7 天"),
            ("2026-03-09", "2026-03-09", "2026-06-15", "公示太久了"),
            ("2026-03-09", "2026-03-01", "2026-03-16", "第一天比最后一天还晚"),
            ("2025-03-01", "2026-03-09", "2026-03-16", "最多写一年"),
            ("2026-03-09", "2026-03-10", "2026-03-16", "还没过的日子"),
            ("2026-02-01", "2026-02-28", "2026-03-16", "没有记下时长"),
            ("yesterday", "2026-03-09", "2026-03-16", "日期"),
        ] {
            let wrong = sent(first, last, until, words);
            assert_eq!(wrong.status, 422, "{words}");
            assert!(wrong.body.contains(words) && wrong.body.contains("summary"), "{words}: {}", wrong.body);
        }
        let done = sent("2026-03-09", "2026-03-09", "2026-03-16", "a").location.unwrap();
        assert!(staff.get(&done).body.contains("data-done=\"notice-up\""));
        assert!(sent("2026-03-09", "2026-03-09", "2026-03-17", "b").body.contains("同样的公示正贴着"));
        let anybody = client(world, &grown);
        let id = anybody.get("/api/v1/notices").json()[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/notices/{id}");
        let down = format!("{path}/down");

        // Not by others: not by who may not, not by who may elsewhere.
        assert_eq!(anybody.get("/w/announce").status, 403);
        assert_eq!(anybody.post(&down, &[("reason", "不想写我")]).status, 403);
        let elsewhere = people::testing::worker(world, "周小暑", ELSEWHERE, "420106001");
        assert_eq!(client(world, &elsewhere).post(&down, &[("reason", "不是我这里")]).status, 403);
        let other = client(world, &elsewhere);
        let body = json!({"division": "420103002", "first": "2026-03-09", "last": "2026-03-09", "until": "2026-03-16"});
        assert_eq!(other.post_json("/api/v1/notices", "x", &body).status, 403);
        let city =
            json!({"division": "4201", "first": "2026-03-09", "last": "2026-03-09", "until": "2026-03-16"});
        assert_eq!(staff.post_json("/api/v1/notices", "y", &city).status, 403, "not the city's worker");

        // Its last day is a day of it; then the list is gone for all but the staff.
        world.pass_minutes(7 * 24 * 60);
        let (staff, anybody) = (client(world, &leader), client(world, &grown));
        assert!(anybody.get(&path).body.contains("钱**"));
        world.pass_minutes(24 * 60);
        let over = anybody.get(&path);
        assert!(over.status == 200 && over.body.contains("data-notice=\"over\""), "{}", over.body);
        assert!(!over.body.contains("钱**"));
        assert!(anybody.get("/notices").body.contains("现在没有公示"));
        assert_eq!(anybody.get(&format!("/api/v1{path}")).json()["listing"], json!(null));
        assert!(staff.get(&path).body.contains("钱**") && staff.get("/w/announce").body.contains(&path));
        assert_eq!(staff.post(&down, &[("reason", "日子写错了")]).status, 409);

        // Taken down early.
        let body =
            json!({"division": HERE, "first": "2026-03-09", "last": "2026-03-09", "until": "2026-04-01"});
        let made = staff.post_json("/api/v1/notices", "c", &body);
        assert_eq!(made.status, 201, "{}", made.body);
        let path = format!("/notices/{}", made.json()["id"].as_str().unwrap());
        let down = format!("{path}/down");
        let short = staff.post(&down, &[("reason", "错")]);
        assert!(short.status == 422 && short.body.contains("value=\"错\""), "{}", short.body);
        let done = staff.post(&down, &[("reason", "日子写错了"), ("key", "d")]).location.unwrap();
        assert!(staff.get(&done).body.contains("data-done=\"notice-down\""));
        let gone = anybody.get(&path);
        assert!(gone.body.contains("原因：日子写错了") && !gone.body.contains("钱**"), "{}", gone.body);
        assert_eq!(
            staff.post_json(&format!("/api/v1{down}"), "e", &json!({"reason": "再撤一次"})).status,
            409
        );
        assert_eq!(anybody.get("/notices/nonsense").status, 404);
        for page in ["/w/announce", "/notices"] {
            let name = if page == "/notices" { "notices_page" } else { "announce_page" };
            let before = world.statements(name);
            assert!(!staff.get(page).body.contains(">["));
            assert!(world.statements(name) - before <= 8);
        }
        verified(world);
    });
}

use hours::{Engagement, EngagementKind, Signal, SignalKind, Source};
use kernel::{Actor, Day, Id, Minutes};
use people::testing::{self, division, volunteer, volunteer_with};
use sheets::Heading;
use testkit::{World, on_both};

use crate::testing::{FAR, HERE, NEAR, STREET, THERE, browser, id, rows, worker};

const fn head(names: &'static [&'static str]) -> Heading {
    Heading { names, required: true }
}

const PEOPLE: [Heading; 11] = [
    head(&["志愿者编号"]),
    head(&["姓名"]),
    head(&["证件种类"]),
    head(&["证件号码"]),
    head(&["手机号"]),
    head(&["社区"]),
    head(&["社区代码"]),
    head(&["年龄段"]),
    head(&["会什么"]),
    head(&["状态"]),
    head(&["加入日期"]),
];

const HOURS: [Heading; 13] = [
    head(&["志愿者编号"]),
    head(&["姓名"]),
    head(&["证件号码"]),
    head(&["服务日期"]),
    head(&["开始"]),
    head(&["结束"]),
    head(&["时长(分钟)"]),
    head(&["证据等级"]),
    head(&["服务类别"]),
    head(&["社区"]),
    head(&["社区代码"]),
    head(&["来源"]),
    head(&["到场编号"]),
];

/// Somebody serves here for so many minutes from now on, and a worker was there.
fn serves(world: &World, by: &Actor, who: &Actor, minutes: i64) {
    let (from, person, witness, home) = (world.now(), id(who), id(by), who.home);
    world.pass_minutes(minutes);
    let served = world.write("roll_call", by, move |tx, call| {
        let engagement = Engagement {
            id: call.id(division(HERE).district()),
            kind: EngagementKind::Shift,
            division: division(HERE),
            category: "environment".to_owned(),
            from,
            to: from + Minutes(minutes),
            apart: hours::Apart::default(),
            no_hours: String::new(),
        };
        let attendance = hours::open(tx, call, &engagement, person, home)?;
        for (kind, at) in [(SignalKind::Arrived, from), (SignalKind::Left, from + Minutes(minutes))] {
            let signal = Signal { kind, source: Source::RollCall, witness, device: &[], at };
            hours::signal(tx, call, attendance, &signal)?;
        }
        hours::confirm(tx, call, attendance, None)
    });
    served.unwrap();
}

#[test]
fn people_of_the_area_leave_masked_with_their_numbers_as_text() {
    on_both(|world| {
        let by = worker(world);
        let one = volunteer_with(world, "李淑英", HERE, |join| join.skills = vec!["nursing".to_owned()]);
        volunteer(world, "王远", THERE);
        let child = volunteer_with(world, "王小明", NEAR, |join| {
            join.document = testing::document(Day::from_ymd(2012, 5, 17).unwrap());
            join.guardian = Some(testing::guardian());
        });
        let client = browser(world, &by);
        let file = client.get("/api/v1/exports/people");
        assert_eq!((file.status.as_u16(), file.kind.as_str()), (200, sheets::MEDIA_TYPE), "{}", file.body);
        let rows = rows(&file.bytes, &PEOPLE);
        assert_eq!(rows.len(), 3, "{rows:?}");
        let of = |who: &Actor| {
            let who = id(who);
            let number =
                world.read("test_number", &by, move |tx, _| people::volunteer_number(tx, who)).unwrap();
            rows.iter().find(|row| row[0] == number).unwrap().clone()
        };
        let row = of(&one);
        assert_eq!((row[1].as_str(), row[2].as_str(), row[7].as_str()), ("李**", "居民身份证", "18-59"));
        assert!(row[3].starts_with("****") && row[4].starts_with("****"), "{row:?}");
        assert_eq!((row[6].as_str(), row[8].as_str(), row[9].as_str()), (HERE, "护理", "志愿者"));
        assert_eq!(row[10], "2026-03-09");
        assert_eq!(
            (of(&child)[3].as_str(), of(&child)[7].as_str()),
            ("", "10-17"),
            "of minors the band only"
        );
        // The whole file, unpacked, knows no name.
        assert!(!rows.iter().flatten().any(|cell| cell.contains("淑英") || cell.contains("小明")));
        let near = client.get(&format!("/api/v1/exports/people?division={NEAR}"));
        assert_eq!(crate::testing::rows(&near.bytes, &PEOPLE).len(), 1);
    });
}

#[test]
fn in_clear_every_adult_sees_who_looked_and_no_minor_is_shown() {
    on_both(|world| {
        let by = worker(world);
        let one = volunteer(world, "李淑英", HERE);
        let child = volunteer_with(world, "王小明", HERE, |join| {
            join.document = testing::document(Day::from_ymd(2012, 5, 17).unwrap());
            join.guardian = Some(testing::guardian());
        });
        let client = browser(world, &by);
        let wish = |reason: &'static str| {
            [("kind", "people"), ("division", HERE), ("clear", "yes"), ("reason", reason), ("key", "k")]
        };
        let short = client.post("/w/export", &wish("看看"));
        assert_eq!(short.status, 422);
        assert!(short.body.contains("至少四个字") && short.body.contains("value=\"看看\""), "{}", short.body);
        let file = client.post("/w/export", &wish("给志愿者办保险"));
        assert_eq!(file.status, 200, "{}", file.body);
        let rows = rows(&file.bytes, &PEOPLE);
        let row = rows.iter().find(|row| row[1] == "李淑英").unwrap();
        assert!(row[3].len() == 18 && row[4].len() == 11 && row[4].starts_with("199"), "{row:?}");
        assert!(rows.iter().any(|row| row[1] == "王**") && !rows.iter().any(|row| row[1] == "王小明"));
        let looks = |who: &Actor| world.read("test_looks", who, people::looks).unwrap();
        let seen: Vec<_> = looks(&one).into_iter().map(|look| (look.field.word(), look.reason)).collect();
        let why = || "给志愿者办保险".to_owned();
        assert_eq!(seen, [("document", why()), ("phone", why()), ("name", why())]);
        assert_eq!(looks(&child), []);
        assert_eq!(looks(&by).len(), 2, "the worker lives there too");
        world.drain(Vec::new());
        let told = "SELECT COUNT(*) FROM journal WHERE district = $1 AND kind = 'person.revealed'";
        assert_eq!(world.count(told, &[420_103]), 5);
        let kept = "SELECT COUNT(*) FROM idempotency WHERE district = $1 AND answer LIKE '%淑英%'";
        assert_eq!(world.count(kept, &[420_103]), 0);
    });
}

#[test]
fn hours_of_the_days_leave_as_they_count() {
    on_both(|world| {
        let by = worker(world);
        let (one, away) = (volunteer(world, "李淑英", HERE), volunteer(world, "王远", FAR));
        serves(world, &by, &one, 90);
        serves(world, &by, &away, 30);
        let client = browser(world, &by);
        let file = client.get("/api/v1/exports/hours?from=2026-03-09&to=2026-03-09");
        let masked = rows(&file.bytes, &HOURS);
        assert_eq!(masked.len(), 2, "{masked:?}");
        let row: Vec<&str> = masked[0].iter().map(String::as_str).collect();
        assert_eq!(row[1..8], ["李**", "", "2026-03-09", "09:00", "10:30", "90", "乙 现场确认"]);
        assert_eq!((row[9 + 1], row[11], masked[1][1].as_str()), (HERE, "活动", "王*"));
        let none = client.get("/api/v1/exports/hours?from=2026-03-10&to=2026-03-11");
        assert_eq!(sheets::read(&none.bytes, &HOURS, &[]), Err(sheets::Refused::NoRows));
        let body = serde_json::json!({"division": STREET, "from": "2026-03-09", "reason": "核对时长证明"});
        let clear = client.post_json("/api/v1/exports/hours", "k1", &body);
        let clear = rows(&clear.bytes, &HOURS);
        assert_eq!((clear[0][1].as_str(), clear[0][2].len()), ("李淑英", 18));
        assert_eq!(
            (clear[1][1].as_str(), clear[1][2].as_str()),
            ("王*", ""),
            "people of elsewhere stay masked"
        );
        let again = client.post_json("/api/v1/exports/hours", "k1", &body);
        assert_eq!((again.status.as_u16(), again.json()["rule"].clone()), (409, "told-once".into()));
    });
}

#[test]
fn needs_leave_without_words_and_doors() {
    on_both(|world| {
        let by = worker(world);
        let asks = testing::resident(world, "赵立春", HERE);
        let typed = needs::Typed {
            category: "elderly".to_owned(),
            address: "三栋五〇一".to_owned(),
            detail: "请说话大声".to_owned(),
            ..needs::Typed::default()
        };
        world.write("need_submit", &asks, move |tx, call| needs::submit(tx, call, &typed)).unwrap();
        let heads = [head(&["需求编号"]), head(&["受助人"]), head(&["办到哪一步"]), head(&["服务类别"])];
        let file = browser(world, &by).get("/api/v1/exports/needs");
        let all: Vec<&str> = super::book::columns(super::Kind::Needs).iter().map(|(name, _)| *name).collect();
        assert!(!all.contains(&"detail") && !all.contains(&"address"));
        let other: Vec<&str> =
            ["社区", "社区代码", "提出时间", "服务日期", "开始", "结束", "怎么来的", "要当心的", "急不急"]
                .into_iter()
                .chain(["受助人手机号", "志愿者", "志愿者编号", "评价"])
                .collect();
        let table = sheets::read(&file.bytes, &heads, &other).unwrap();
        assert_eq!(table.rows.len(), 1);
        let texts: Vec<&str> = table.rows[0].cells[1..].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["赵**", "待核实", "陪伴老人"]);
    });
}

#[test]
fn a_sheet_costs_the_same_however_long_it_is() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let cost = |kind: &str| {
            let before = world.statements("export_masked");
            let file = client.get(&format!("/api/v1/exports/{kind}"));
            assert_eq!(file.status, 200);
            world.statements("export_masked") - before
        };
        let one = volunteer(world, "李淑英", HERE);
        serves(world, &by, &one, 30);
        let before: Vec<usize> = ["people", "needs", "hours"].map(cost).to_vec();
        for _ in 0..40 {
            let more = volunteer(world, "李淑英", HERE);
            serves(world, &by, &more, 10);
        }
        let after: Vec<usize> = ["people", "needs", "hours"].map(cost).to_vec();
        assert_eq!(before, after);
        assert!(after.iter().all(|count| *count <= 8), "{after:?}");
    });
}

#[test]
fn who_may_not_and_what_is_wrong() {
    on_both(|world| {
        let by = worker(world);
        let client = browser(world, &by);
        let rule = |path: &str| {
            let reply = client.get(path);
            let json = reply.json();
            let of_field = json["errors"][0]["rule"].as_str().map(str::to_owned);
            (reply.status.as_u16(), of_field.unwrap_or_else(|| json["rule"].as_str().unwrap().to_owned()))
        };
        let cases = [
            ("/api/v1/exports/people?division=420106", 403, "forbidden"),
            ("/api/v1/exports/people?division=420103", 403, "forbidden"),
            ("/api/v1/exports/people?division=999999", 422, "sheet-area"),
            ("/api/v1/exports/people?division=x", 422, "sheet-area"),
            ("/api/v1/exports/coins", 422, "export-kind"),
            ("/api/v1/exports/hours?from=gestern", 422, "day-unknown"),
            ("/api/v1/exports/hours?from=2026-03-09&to=2026-03-08", 422, "export-days"),
            ("/api/v1/exports/hours?from=2020-01-01&to=2026-03-08", 422, "export-days"),
        ];
        for (path, status, name) in cases {
            assert_eq!(rule(path), (status, name.to_owned()), "{path}");
        }
        let resident = testing::resident(world, "赵立春", HERE);
        let other = browser(world, &resident);
        assert_eq!(other.get("/w/export").status, 403);
        assert_eq!(other.post("/w/export", &[("kind", "people")]).status, 403);
        assert_eq!(other.get("/api/v1/exports/people").status, 403);
        let page = client.get("/w/export").body;
        assert!(page.contains("导出表格") && page.contains("服务时长"), "{page}");
        let kind = client.post("/w/export", &[("kind", "coins"), ("division", HERE)]);
        assert!(kind.status == 422 && kind.body.contains("请选导出人员"), "{}", kind.body);
        let city = testing::worker(world, "冯市里", HERE, "4201");
        let city = browser(world, &city);
        let wide = [("kind", "people"), ("division", "4201"), ("clear", "yes"), ("reason", "全市办保险")];
        let refused = city.post("/w/export", &wide);
        assert!(refused.status == 422 && refused.body.contains("区县或更小"), "{}", refused.body);
        for kind in ["people", "needs", "hours"] {
            assert_eq!(city.get(&format!("/api/v1/exports/{kind}?division=420100000000")).status, 200);
        }
    });
}

#[test]
fn too_many_in_clear_is_refused_with_a_way_out() {
    on_both(|world| {
        let by = worker(world);
        let one = id(&volunteer(world, "李淑英", HERE));
        let mut people: std::collections::BTreeSet<Id<kernel::Person>> = [one].into();
        for _ in 0..people::REVEALED_AT_ONCE_MAX {
            people.insert(world.kit.ids.next(world.now(), one.district()));
        }
        let refused = world.write("export_in_clear", &by, move |tx, call| {
            people::reveal_many(tx, call, &people, &[people::Field::Name], "给志愿者办保险")
        });
        let refusal = refused.unwrap_err();
        assert_eq!(refusal.refusal().unwrap().fields[0].rule, "reveal-too-many");
    });
}

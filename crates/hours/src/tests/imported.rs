//! Hours of a sheet: brought in, said yes to, on record.

use kernel::ServiceCategory;
use people::Brought;

use super::{pages::client, *};
use crate::{ImportedHour, ImportedRow, import_hour, own_hours};

const STREET: &str = "420103002";

/// A line of last Thursday, from 9 to 11.
fn line(who: &Actor) -> ImportedHour {
    ImportedHour {
        person: who.person.unwrap(),
        day: Day::from_ymd(2026, 3, 5).unwrap(),
        times: Some((9 * 60, 11 * 60)),
        minutes: Minutes(120),
        category: ServiceCategory::Elderly,
        what: "陪老人看病".to_owned(),
        unit: "松园社区".to_owned(),
        file: [7; 32],
        line: 5,
    }
}

fn sum(who: &Actor, minutes: i64, what: &str) -> ImportedHour {
    ImportedHour { times: None, minutes: Minutes(minutes), what: what.to_owned(), ..line(who) }
}

fn cast(world: &World) -> (Actor, Actor) {
    let worker = people::testing::worker(world, "冯九", HERE, STREET);
    (worker, people::testing::volunteer(world, "钱雨水", HERE))
}

fn bring(world: &World, by: &Actor, line: &ImportedHour) -> db::Outcome<Brought<Id<ImportedRow>>> {
    let line = line.clone();
    world.write("import_rows", by, move |tx, call| import_hour(tx, call, &line))
}

fn wrong(outcome: db::Outcome<Brought<Id<ImportedRow>>>) -> &'static str {
    let failure = outcome.unwrap_err();
    let refusal = failure.refusal().unwrap();
    refusal.fields.first().map_or(refusal.rule, |field| field.rule)
}

fn mine(world: &World, who: &Actor) -> crate::OwnHours {
    world.read("hours_page", who, own_hours).unwrap()
}

#[test]
fn a_line_waits_for_its_person_and_counts_at_grade_d_from_the_yes_on() {
    on_both(|world| {
        let (worker, volunteer) = cast(world);
        let Brought::Made(row) = bring(world, &worker, &line(&volunteer)).unwrap() else {
            panic!("it was new")
        };
        let mut other_file = line(&volunteer);
        (other_file.file, other_file.line) = ([8; 32], 9);
        assert_eq!(
            bring(world, &worker, &other_file).unwrap(),
            Brought::Known(row),
            "the same line is one hour"
        );
        let before = mine(world, &volunteer);
        assert_eq!((before.minutes, before.imported, before.open.len()), (0, 1, 1));
        // Long after every due date of typed hours.
        world.pass_minutes(90 * 24 * 60);
        let browser = client(world, &volunteer);
        let list = browser.get("/v/hours").body;
        assert!(list.contains("有 1 次服务等您认") && list.contains("都是我做的"), "{list}");
        let page = browser.get(&format!("/v/hours/{}", before.open[0].attendance)).body;
        assert!(
            page.contains("陪老人看病") && page.contains("松园社区") && page.contains("要您本人说一声"),
            "{page}"
        );
        let said = browser.post("/v/hours", &[("said", "yes"), ("key", "k")]);
        assert_eq!(
            (said.status.as_u16(), said.location.as_deref()),
            (303, Some("/v/hours")),
            "{}",
            said.body
        );
        browser.post("/v/hours", &[("said", "yes"), ("key", "k2")]);
        let after = mine(world, &volunteer);
        assert_eq!((after.minutes, after.by_grade.clone(), after.imported), (120, vec![0, 0, 0, 120], 0));
        assert_eq!((after.records.len(), after.records[0].day.as_str()), (1, "2026-03-05"));
        assert!(!browser.get("/v/hours").body.contains("都是我做的"));
        let auditor = people::testing::holder(world, "审计", HERE, kernel::Role::Auditor, STREET);
        let chain = client(world, &auditor).get(&format!("/api/v1/records/{}/evidence", after.records[0].id));
        let chain = chain.json();
        assert_eq!((chain["origin"]["line"].as_i64(), chain["grade"].as_str()), (Some(5), Some("d")));
        assert_eq!(chain["origin"]["file"].as_str().unwrap(), "07".repeat(32));
        let page = client(world, &auditor).get(&format!("/x/hours/{}", after.records[0].id)).body;
        assert!(page.contains("来自表格第 5 行"), "{page}");
        verified(world);
    });
}

#[test]
fn who_says_no_has_no_such_hour_and_no_sheet_brings_it_back() {
    on_both(|world| {
        let (worker, volunteer) = cast(world);
        bring(world, &worker, &line(&volunteer)).unwrap();
        let attendance = mine(world, &volunteer).open[0].attendance.clone();
        let browser = client(world, &volunteer);
        assert_eq!(browser.post(&format!("/v/hours/{attendance}"), &[("said", "no")]).status, 303);
        assert!(matches!(bring(world, &worker, &line(&volunteer)).unwrap(), Brought::Known(_)));
        browser.post("/v/hours", &[("said", "yes")]);
        let after = mine(world, &volunteer);
        assert_eq!((after.minutes, after.imported), (0, 0));
        assert_eq!(browser.post("/v/hours", &[("said", "maybe")]).status, 422);
    });
}

#[test]
fn no_minute_counts_twice_and_a_sum_finds_its_place() {
    on_both(|world| {
        let (worker, volunteer) = cast(world);
        bring(world, &worker, &line(&volunteer)).unwrap();
        let mut over = line(&volunteer);
        (over.times, over.what) = (Some((10 * 60, 12 * 60)), "别的".to_owned());
        assert_eq!(wrong(bring(world, &worker, &over)), "import-overlap");
        bring(world, &worker, &sum(&volunteer, 90, "写春联")).unwrap();
        bring(world, &worker, &sum(&volunteer, 90, "发传单")).unwrap();
        assert_eq!(wrong(bring(world, &worker, &sum(&volunteer, 1_200, "值班"))), "import-day-full");
        client(world, &volunteer).post("/v/hours", &[("said", "yes")]);
        let who = volunteer.person.unwrap();
        let day = Day::from_ymd(2026, 3, 5).unwrap();
        let lines = world
            .read("test_records", &worker, move |tx, _| Ok(crate::records(tx, who, (day, day))?))
            .unwrap();
        let mut taken: Vec<_> = lines.iter().map(|line| (line.from, line.to)).collect();
        taken.sort_unstable();
        assert_eq!(taken.len(), 3);
        assert!(taken.windows(2).all(|two| two[0].1 <= two[1].0), "{taken:?}");
        assert_eq!(lines.iter().map(|line| line.minutes).sum::<Minutes>(), Minutes(300));
        // What is on record stands against a sheet too.
        assert_eq!(wrong(bring(world, &worker, &over)), "import-overlap");
    });
}

#[test]
fn what_is_over_the_daily_limit_waits_for_a_review() {
    on_both(|world| {
        let (worker, volunteer) = cast(world);
        bring(world, &worker, &sum(&volunteer, 600, "值班")).unwrap();
        client(world, &volunteer).post("/v/hours", &[("said", "yes")]);
        let after = mine(world, &volunteer);
        assert_eq!((after.minutes, after.by_grade.clone()), (480, vec![0, 0, 0, 480]));
        assert_eq!(waits(world, &worker).reviews.len(), 1);
    });
}

#[test]
fn of_somebody_asleep_nothing_counts_until_they_wake_and_say_yes() {
    on_both(|world| {
        let worker = people::testing::worker(world, "冯九", HERE, STREET);
        let wish = people::testing::wish("李淑英", HERE);
        let listed = people::ImportedVolunteer {
            name: wish.name.clone(),
            document: wish.document.clone(),
            birth_day: None,
            phone: wish.phone.clone(),
            division: wish.division,
            skills: Vec::new(),
            file: [7; 32],
            line: 2,
        };
        let made = world
            .write("import_rows", &worker, move |tx, call| people::import_volunteer(tx, call, &listed))
            .unwrap();
        let Brought::Made(person) = made else { panic!("it was new") };
        let mut asleep = line(&worker);
        asleep.person = person;
        bring(world, &worker, &asleep).unwrap();
        let on_record = |by: &Actor| {
            world.read("test_sum", by, move |tx, call| crate::on_record(tx, person, call.now)).unwrap()
        };
        assert_eq!((on_record(&worker).minutes(), on_record(&worker).imported), (Minutes(0), 1));
        world
            .write("volunteer_join", &Actor::system(), move |tx, call| people::join(tx, call, wish.clone()))
            .unwrap();
        assert_eq!(on_record(&worker).minutes(), Minutes(0), "awake is no yes");
        let awake = people::testing::actor(world, person);
        client(world, &awake).post("/v/hours", &[("said", "yes")]);
        assert_eq!(on_record(&worker).by_grade, [0, 0, 0, 120]);
    });
}

#[test]
fn who_may_bring_hours_in_and_what_a_line_may_say() {
    on_both(|world| {
        let (worker, volunteer) = cast(world);
        let away = people::testing::volunteer(world, "王远", ELSEWHERE);
        assert_eq!(rule(bring(world, &worker, &line(&away))), "missing");
        assert_eq!(rule(bring(world, &worker, &line(&worker))), "hours-own");
        assert_eq!(rule(bring(world, &volunteer, &line(&volunteer))), "missing");
        assert_eq!(rule(bring(world, &Actor::guest(), &line(&volunteer))), "sign-in-first");
        let with = |change: &dyn Fn(&mut ImportedHour)| {
            let mut line = line(&volunteer);
            change(&mut line);
            wrong(bring(world, &worker, &line))
        };
        let today = world.now().day();
        assert_eq!(with(&|line| line.day = today.plus(1)), "import-day-future");
        assert_eq!(with(&|line| line.day = today), "import-day-future", "it is nine o'clock");
        assert_eq!(with(&|line| (line.day, line.times) = (today, None)), "import-day-future");
        assert_eq!(with(&|line| line.day = Day::from_ymd(1990, 1, 1).unwrap()), "import-day-old");
        assert_eq!(with(&|line| line.times = Some((660, 540))), "import-times-backwards");
        assert_eq!(with(&|line| line.times = Some((-60, 540))), "import-times-backwards");
        assert_eq!(with(&|line| line.times = Some((1_400, 1_500))), "import-times-backwards");
        assert_eq!(with(&|line| line.minutes = Minutes(121)), "import-minutes-most");
        assert_eq!(with(&|line| line.minutes = Minutes(0)), "import-minutes-missing");
        assert_eq!(with(&|line| line.minutes = Minutes(-5)), "import-minutes-missing");
        assert_eq!(with(&|line| line.what = " ".to_owned()), "import-what-missing");
        assert_eq!(with(&|line| line.what = "长".repeat(201)), "import-what-long");
        assert_eq!(with(&|line| line.unit = String::new()), "import-unit-missing");
        assert_eq!(with(&|line| line.unit = "长".repeat(101)), "import-unit-long");
        assert_eq!(mine(world, &volunteer).imported, 0);
    });
}

#[test]
fn a_sheet_is_the_weakest_evidence() {
    let at = |source, witness| Evidence {
        source,
        kind: SignalKind::Served,
        ..evidence(0, 0, witness, 0, 0, 9_000)
    };
    let sheet = at(Source::Imported, 1);
    assert_eq!(setting().grade(std::slice::from_ref(&sheet)), None);
    assert_eq!(setting().grade(&[sheet.clone(), at(Source::SelfTap, 0)]), Some(Grade::D));
    assert_eq!(setting().grade(&[sheet, at(Source::SelfTap, 0), at(Source::Typed, 2)]), Some(Grade::C));
    assert_eq!(
        setting().grade(&[at(Source::Imported, 0), at(Source::SelfTap, 0)]),
        None,
        "nobody for themselves"
    );
}

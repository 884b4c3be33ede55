//! The whole way of a need through the pages, in Chinese, on both databases; and what the other tests share.

use std::sync::Arc;

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Actor, Id, Instant, Person, Refusal};
use people::testing;
use testkit::{Client, Reply, World, on_both};
use web::{App, Place, Text};

use crate::{Need, Offer, State, Typed, Verified};

pub(crate) const HERE: &str = "420103001005";
/// A community of the same street.
pub(crate) const NEAR: &str = "420103001006";
/// A community of another district.
pub(crate) const FAR: &str = "420102010003";

/// Every page and route of this crate over a world.
pub(crate) fn router(world: &World) -> axum::Router {
    let files = [
        (include_str!("../../web/locales/zh-CN.ftl"), include_str!("../../web/locales/en.ftl")),
        people::LOCALES,
        crate::LOCALES,
    ];
    let text = Text::new(&files).expect("the words");
    let place = Place {
        division: testing::division(HERE),
        name: "松园社区".to_owned(),
        phone: "027-00000000".to_owned(),
    };
    let app = App::new(world.db.clone(), Arc::clone(&world.kit), text, place, Box::new(testing::ById), false);
    let (_, router, _) = crate::routes().into_parts();
    router.with_state(app)
}

/// A browser of nobody.
pub(crate) fn guest(world: &World) -> Client {
    Client::guest(router(world))
}

pub(crate) fn id(actor: &Actor) -> Id<Person> {
    actor.person.expect("somebody")
}

pub(crate) fn browser(world: &World, actor: &Actor) -> Client {
    guest(world).with_token(id(actor).to_string())
}

pub(crate) fn typed(category: &str) -> Typed {
    Typed { category: category.to_owned(), address: "3栋501".to_owned(), ..Typed::default() }
}

pub(crate) fn submitted(world: &World, actor: &Actor, typed: Typed) -> Outcome<Need> {
    world.write("need_submit", actor, move |tx, call| crate::submit(tx, call, &typed))
}

pub(crate) fn verified(world: &World, worker: &Actor, need: &Need) {
    let need = need.id;
    let done = world.write("need_verify", worker, move |tx, call| {
        crate::verify(tx, call, need, &Verified::default()).map(drop)
    });
    done.expect("it is verified");
}

pub(crate) fn dispatched(
    world: &World,
    worker: &Actor,
    need: &Need,
    chosen: &[&Actor],
) -> Outcome<Vec<Offer>> {
    let (need, chosen): (_, Vec<_>) = (need.id, chosen.iter().map(|one| id(one)).collect());
    world.write("need_dispatch", worker, move |tx, call| crate::dispatch(tx, call, need, &chosen))
}

pub(crate) fn change<T: Send + 'static>(
    world: &World,
    name: &'static str,
    actor: &Actor,
    need: &Need,
    work: fn(&mut Tx<'_>, &Call, Id<Need>) -> Outcome<T>,
) -> Outcome<T> {
    let need = need.id;
    world.write(name, actor, move |tx, call| work(tx, call, need))
}

pub(crate) fn now_is(world: &World, need: &Need) -> Need {
    let need = need.id;
    world.read("test_load", &Actor::system(), move |tx, _| crate::need::load(tx, need)).expect("the need")
}

pub(crate) fn state(world: &World, need: &Need) -> State {
    now_is(world, need).state
}

pub(crate) fn rule<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    match outcome.expect_err("it is refused") {
        db::Failure::Refused(Refusal { rule: "invalid", fields, .. }) => fields[0].rule,
        db::Failure::Refused(refusal) => refusal.rule,
        db::Failure::Fault(fault) => panic!("{fault}"),
    }
}

pub(crate) fn tick(world: &World) -> crate::Ticked {
    crate::tick(&world.db, &world.kit, world.now()).expect("a round")
}

/// The hidden field `key` of a page.
pub(crate) fn key(reply: &Reply) -> String {
    let start = reply.body.find("name=\"key\" value=\"").expect("a key") + 18;
    reply.body[start..start + 32].to_owned()
}

pub(crate) fn follow(client: &Client, reply: &Reply) -> Reply {
    assert_eq!(reply.status, 303, "{}", reply.body);
    let page = client.get(reply.location.as_deref().expect("where to"));
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains(">["), "a sentence is missing: {}", page.body);
    page
}

pub(crate) fn events(world: &World, kind: &'static str) -> usize {
    world.drain(Vec::new());
    let counted: (i64,) = world
        .db
        .read_now("testkit_count", move |tx| {
            tx.query_one::<(i64,)>("SELECT COUNT(*) FROM journal WHERE kind = $1", db::params![kind])
        })
        .expect("a count");
    counted.0 as usize
}

#[test]
fn a_need_is_asked_found_done_and_closed_through_the_pages() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", NEAR, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let (hers, his, desk) = (browser(world, &li), browser(world, &wang), browser(world, &worker));

        // Three screens, no key typed: a tile, when, send.
        let what = guest(world).get("/need/new");
        assert!(what.body.contains("您想请人帮什么忙？") && what.body.contains("便民"), "{}", what.body);
        let when = hers.get("/need/new/when?category=convenience");
        assert!(when.body.contains("什么时候，在哪里？"));
        let check =
            hers.get("/need/new/check?category=convenience&day=tomorrow&part=morning&address=3%E6%A0%8B501");
        assert!(
            check.body.contains("3月10日 周二 08:00–12:00") && check.body.contains("3栋501"),
            "{}",
            check.body
        );
        let fields = [
            ("key", &*key(&check)),
            ("category", "convenience"),
            ("day", "tomorrow"),
            ("part", "morning"),
            ("address", "3栋501"),
            ("risk", "none"),
        ];
        let sent = hers.post("/need/new/check", &fields);
        let page = follow(&hers, &sent);
        assert!(
            page.body.contains("data-done=\"need-posted\"") && page.body.contains("我们收到了"),
            "{}",
            page.body
        );
        assert_eq!(
            hers.post("/need/new/check", &fields).location,
            sent.location,
            "sent twice, it counts once"
        );
        let path = sent.location.clone().unwrap();
        let need = path.trim_start_matches("/need/").trim_end_matches("?new=1").to_owned();
        assert_eq!(events(world, "need.submitted"), 1);

        // The worker opens it and sends with one tap: verified and offered.
        let inbox = desk.get("/w");
        assert!(inbox.body.contains(&need) && inbox.body.contains("还有 2 小时"), "{}", inbox.body);
        let page = desk.get(&format!("/w/needs/{need}"));
        assert!(page.body.contains("王**") && page.body.contains("同一个社区"), "{}", page.body);
        let him = id(&wang).to_string();
        let send = desk.post(
            &format!("/w/needs/{need}/dispatch"),
            &[("key", &key(&page)), ("volunteer", &him), ("category", "convenience"), ("risk", "none")],
        );
        let page = follow(&desk, &send);
        assert!(
            page.body.contains("data-done=\"need-dispatched\"") && page.body.contains("撤回"),
            "{}",
            page.body
        );

        // For sixty seconds the volunteer knows nothing; then he is asked, and told nothing private.
        assert!(!his.get("/tasks").body.contains("请您来帮忙"));
        world.pass_minutes(1);
        assert_eq!(tick(world).told, 1);
        let tasks = his.get("/tasks");
        assert!(tasks.body.contains("请您来帮忙"), "{}", tasks.body);
        let task = his.get(&format!("/tasks/{need}"));
        assert!(task.body.contains("便民") && task.body.contains("我去"), "{}", task.body);
        let yes = his.post(&format!("/tasks/{need}/accept"), &[("key", &key(&task))]);
        let visit = follow(&his, &yes);
        assert!(visit.body.contains("data-done=\"task-accepted\""), "{}", visit.body);
        assert!(
            visit.body.contains("李淑英") && visit.body.contains("3栋501") && visit.body.contains("tel:1")
        );

        // She sees who comes and can call.
        let page = hers.get(&format!("/need/{need}"));
        assert!(page.body.contains("王师傅会来") && page.body.contains("tel:1"), "{}", page.body);
        assert!(
            page.body.contains("data-done=\"helper-seen\"") && page.body.contains("3月10日 周二 08:00–09:00")
        );

        world.wait_until(Instant::parse_local("2026-03-10T08:05").unwrap());
        let here = his.post(&format!("/tasks/{need}/visit"), &[("key", &key(&visit)), ("tap", "in_service")]);
        let visit = follow(&his, &here);
        assert!(hers.get(&format!("/need/{need}")).body.contains("王师傅到了"));
        world.pass_minutes(50);
        let done = his.post(&format!("/tasks/{need}/visit"), &[("key", &key(&visit)), ("tap", "done")]);
        assert!(follow(&his, &done).body.contains("data-done=\"visit-done\""));

        let ask = hers.get(&format!("/need/{need}/confirm"));
        assert!(ask.body.contains("办好了吗？") && ask.body.contains("没办好"), "{}", ask.body);
        let yes = [("key", &*key(&ask)), ("rating", "3"), ("answer", "done")];
        let closed = follow(&hers, &hers.post(&format!("/need/{need}/confirm"), &yes));
        assert!(
            closed.body.contains("data-done=\"need-confirmed\"") && closed.body.contains("已办好"),
            "{}",
            closed.body
        );
        for kind in
            ["need.verified", "need.offered", "need.accepted", "need.started", "need.done", "need.closed"]
        {
            assert_eq!(events(world, kind), 1, "{kind}");
        }
        assert_eq!(
            world.count("SELECT COUNT(*) FROM service_record WHERE minutes = $1 AND grade = 'b'", &[50]),
            1
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM commitment WHERE district = $1", &[420_103]), 0);

        // Never this one again, one tap; he is not suggested for her any more.
        let page = hers.post(&format!("/need/{need}/refuse-helper"), &[("key", &key(&closed))]);
        assert!(follow(&hers, &page).body.contains("data-done=\"helper-refused\""));
        let next = submitted(world, &li, typed("convenience")).unwrap();
        verified(world, &worker, &next);
        assert_eq!(rule(dispatched(world, &worker, &next, &[])), "need-nobody-fits");
    });
}

#[test]
fn not_done_opens_it_again_and_is_no_satisfaction() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", NEAR, "420103001");
        let (wang, zhao) =
            (testing::volunteer(world, "王建国", HERE), testing::volunteer(world, "赵小雨", HERE));
        let need = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &need);
        change(world, "need_accept", &wang, &need, crate::accept).unwrap();
        assert_eq!(rule(change(world, "need_start", &wang, &need, crate::start)), "task-too-early");
        assert_eq!(rule(change(world, "need_done", &wang, &need, crate::done)), "task-too-early");
        let no = |tx: &mut Tx<'_>, call: &Call, id| crate::confirm(tx, call, id, crate::Answered::NotDone);
        assert_eq!(rule(change(world, "need_close", &li, &need, no)), "need-not-yet");
        world.wait_until(now_is(world, &need).starts_at);
        change(world, "need_done", &wang, &need, crate::done).unwrap();
        assert_eq!(rule(change(world, "need_close", &zhao, &need, no)), "missing");
        let bad = |tx: &mut Tx<'_>, call: &Call, id| crate::confirm(tx, call, id, crate::Answered::Done(4));
        assert_eq!(rule(change(world, "need_close", &li, &need, bad)), "need-rating-unknown");
        // Three days of silence: late on the worker's list, and not closed.
        let due = now_is(world, &need).due_at;
        world.wait_until(due + kernel::Minutes(1));
        assert_eq!(due.minutes_since(need.created_at).number() / 60, 23 + 72);
        tick(world);
        assert_eq!(state(world, &need), State::DoneClaimed);
        change(world, "need_close", &worker, &need, no).unwrap();
        let now = now_is(world, &need);
        assert_eq!((now.state, now.reopened, now.helper, now.rating), (State::Reopened, 1, None, None));
        assert_eq!(world.count("SELECT COUNT(*) FROM commitment WHERE district = $1", &[420_103]), 0);
        change(world, "need_accept", &zhao, &need, crate::accept).unwrap();
    });
}

#[test]
fn who_can_close_and_what_the_hour_is_worth() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", NEAR, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let visited = |minutes| {
            let grandmother = Typed { for_name: "陈奶奶".to_owned(), ..typed("elderly") };
            let need = submitted(world, &wang, grandmother).unwrap();
            verified(world, &worker, &need);
            change(world, "need_accept", &wang, &need, crate::accept).unwrap();
            world.wait_until(now_is(world, &need).starts_at);
            change(world, "need_start", &wang, &need, crate::start).unwrap();
            world.pass_minutes(minutes);
            change(world, "need_done", &wang, &need, crate::done).unwrap();
            need
        };
        let yes = |tx: &mut Tx<'_>, call: &Call, id| crate::confirm(tx, call, id, crate::Answered::Done(0));
        // He asked for her and came himself: he cannot say that it is done, and she is no stranger's to confirm.
        let need = visited(50);
        assert_eq!(rule(change(world, "need_close", &wang, &need, yes)), "need-own-visit");
        assert_eq!(rule(change(world, "need_close", &li, &need, yes)), "missing");
        change(world, "need_close", &worker, &need, yes).unwrap();
        assert_eq!(rule(change(world, "need_close", &worker, &need, yes)), "need-moved-on");
        assert_eq!(
            world.count("SELECT COUNT(*) FROM service_record WHERE minutes = $1 AND grade = 'c'", &[50]),
            1
        );
        // A visit of no time is closed, and no hour is invented.
        let short = visited(0);
        change(world, "need_close", &worker, &short, yes).unwrap();
        assert_eq!(state(world, &short), State::Closed);
        assert_eq!(world.count("SELECT COUNT(*) FROM service_record WHERE minutes <> $1", &[50]), 0);
    });
}

#[test]
fn the_residents_own_yes_after_the_workers_raises_the_hour() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", NEAR, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &need);
        change(world, "need_accept", &wang, &need, crate::accept).unwrap();
        world.wait_until(now_is(world, &need).starts_at);
        change(world, "need_start", &wang, &need, crate::start).unwrap();
        world.pass_minutes(50);
        change(world, "need_done", &wang, &need, crate::done).unwrap();
        let by_grade = || world.read("hours_page", &wang, hours::own_hours).unwrap().by_grade;
        let yes = |tx: &mut Tx<'_>, call: &Call, id| crate::confirm(tx, call, id, crate::Answered::Done(0));
        change(world, "need_close", &worker, &need, yes).unwrap();
        assert_eq!(by_grade(), [0, 0, 50, 0]);
        assert_eq!(rule(change(world, "need_close", &wang, &need, yes)), "missing");
        let hers = browser(world, &li);
        let page = format!("/need/{}", need.id);
        assert!(hers.get(&page).body.contains("是，来帮过我了"));
        let said = hers.post(&format!("{page}/confirm"), &[("answer", "done")]);
        assert_eq!(said.location, Some(format!("{page}?witnessed=1")));
        assert!(hers.get(&said.location.unwrap()).body.contains("need-witnessed"));
        assert_eq!(by_grade(), [0, 50, 0, 0]);
        assert_eq!(state(world, &need), State::Closed);
    });
}

#[test]
fn every_sentence_of_this_crate_is_there_in_both_languages() {
    let keys = |file: &str| -> Vec<String> {
        let line = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
        file.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect()
    };
    let (zh, en) = (keys(crate::LOCALES.0), keys(crate::LOCALES.1));
    assert_eq!(zh, en);
    for template in [
        include_str!("ask/templates/what.html"),
        include_str!("ask/templates/when.html"),
        include_str!("ask/templates/check.html"),
        include_str!("ask/templates/desk.html"),
        include_str!("mine/templates/mine.html"),
        include_str!("mine/templates/need.html"),
        include_str!("mine/templates/confirm.html"),
        include_str!("task/templates/open.html"),
        include_str!("task/templates/list.html"),
        include_str!("task/templates/task.html"),
        include_str!("task/templates/visit.html"),
        include_str!("worker/templates/inbox.html"),
        include_str!("worker/templates/need.html"),
        include_str!("worker/templates/why.html"),
    ] {
        for part in template.split("page.t").skip(1) {
            let wanted = part.split('"').nth(1).unwrap_or_default();
            assert!(
                wanted.starts_with("shell-") || zh.iter().any(|key| key == wanted),
                "no words for {wanted}"
            );
        }
    }
    for state in State::ALL {
        for side in ["resident", "staff", "step"] {
            assert!(zh.contains(&format!("need-{side}-{}", state.word())), "{side} {state:?}");
        }
    }
}

#[test]
fn a_call_to_the_desk_is_the_residents_yes_and_the_resident_hears_of_it() {
    on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let worker = testing::worker(world, "冯九", NEAR, "420103001");
        let wang = testing::volunteer(world, "王建国", HERE);
        let need = submitted(world, &li, typed("elderly")).unwrap();
        verified(world, &worker, &need);
        change(world, "need_accept", &wang, &need, crate::accept).unwrap();
        world.wait_until(now_is(world, &need).starts_at);
        change(world, "need_start", &wang, &need, crate::start).unwrap();
        world.pass_minutes(50);
        change(world, "need_done", &wang, &need, crate::done).unwrap();
        let path = format!("/need/{}/confirm", need.id);
        assert!(!browser(world, &li).get(&path).body.contains("value=\"heard\""));
        let desk = browser(world, &worker);
        let page = desk.get(&path);
        assert!(
            page.body.contains("居民本人来电说办好了") && page.body.contains("听别人说办好了"),
            "{}",
            page.body
        );
        follow(&desk, &desk.post(&path, &[("key", "k"), ("answer", "heard")]));
        let by_grade = world.read("hours_page", &wang, hours::own_hours).unwrap().by_grade;
        assert_eq!(by_grade, [0, 50, 0, 0]);
        let witness = id(&li);
        let seen: Vec<(String, Id<Person>)> = world
            .read("test_signal", &worker, |tx, _| {
                let sql = "SELECT source, witness FROM signal WHERE district = 420103 AND kind = 'served'";
                Ok(tx.query(sql, db::params![])?)
            })
            .unwrap();
        assert_eq!(seen, [("resident".to_owned(), witness)]);
        world.drain(Vec::new());
        let told = world.read("test_event", &worker, |tx, _| {
            let sql = "SELECT body FROM journal WHERE district = 420103 AND kind = 'need.closed'";
            Ok(tx.query_one::<(Vec<u8>,)>(sql, db::params![])?.0)
        });
        let told = String::from_utf8(told.unwrap()).unwrap();
        assert!(told.contains(&format!("\"entered_by\":\"{}\"", id(&worker))), "{told}");
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE kind = 'need_heard'", &[]), 1);
    });
}

//! Asking in waves, with the clock moved by hand: how many at first, who is replaced, what silence does, when it stops,
//! who is left in peace, and that nothing of it lies in memory.

use db::{Db, Options};
use kernel::{Actor, Id, Instant, Minutes, Person};
use matching::waves::Answer;
use people::testing;
use testkit::{World, on_both};

use crate::{
    Need, Offer, OfferState, State, Ticked, Typed, accept, decline,
    dispatch::history,
    take_back,
    tests::{
        FAR, HERE, browser, change, dispatched, events, id, now_is, rule, state, submitted, tick, typed,
        verified,
    },
};

/// Names of neighbours, one character each.
const NAMES: &str = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥春夏秋冬东南西北";

fn neighbours(world: &World, from: usize, to: usize) -> Vec<Actor> {
    let names = NAMES.chars().take(to).skip(from);
    names.map(|name| testing::volunteer(world, &format!("孙{name}"), HERE)).collect()
}

struct Street {
    li: Actor,
    worker: Actor,
    neighbours: Vec<Actor>,
}

fn street(world: &World, count: usize) -> Street {
    Street {
        li: testing::resident(world, "李淑英", HERE),
        worker: testing::worker(world, "冯九", HERE, "420103001"),
        neighbours: neighbours(world, 0, count),
    }
}

impl Street {
    fn need(&self, world: &World) -> Need {
        let need = submitted(world, &self.li, typed("elderly")).unwrap();
        verified(world, &self.worker, &need);
        need
    }

    fn who(&self, offer: &Offer) -> &Actor {
        self.neighbours.iter().find(|one| id(one) == offer.volunteer).expect("a neighbour")
    }
}

/// Every offer of a need, the first asked first.
fn offers(world: &World, need: &Need) -> Vec<Offer> {
    change(world, "test_offers", &Actor::system(), need, |tx, _, id| super::of_need(tx, id)).unwrap()
}

fn open(world: &World, need: &Need) -> Vec<Offer> {
    offers(world, need).into_iter().filter(|offer| offer.state.is_open()).collect()
}

fn messages(world: &World, kind: &str) -> usize {
    let sent = world.read("outbox", &Actor::system(), |tx, _| {
        Ok(tx.query::<(String,)>("SELECT kind FROM message WHERE district = 420103", db::params![])?)
    });
    sent.unwrap().into_iter().filter(|(of,)| of == kind).count()
}

/// Lets the time pass to when it is decided anew, and does what is due.
fn next_look(world: &World, need: &Need) -> Ticked {
    world.wait_until(now_is(world, need).look_at.expect("it is decided again"));
    tick(world)
}

/// Goes on until more than `before` were asked.
fn next_wave(world: &World, need: &Need, before: usize) -> Vec<Offer> {
    for _ in 0..6 {
        next_look(world, need);
        let all = offers(world, need);
        if all.len() > before {
            return all;
        }
    }
    panic!("{}: nobody more was asked than {before}", world.engine);
}

#[test]
fn a_few_at_a_time_and_who_says_no_is_replaced_at_once() {
    on_both(|world| {
        let street = street(world, 8);
        let need = street.need(world);
        let first = dispatched(world, &street.worker, &need, &[]).unwrap();
        // A whole day is six waves, of two strangers of three tenths each: the known answer of `matching::waves`.
        assert_eq!(first.len(), 2, "{}", world.engine);
        world.pass_minutes(1);
        assert_eq!(tick(world), Ticked { told: 2, expired: 0, looked: 0 });
        assert_eq!(now_is(world, &need).ask_until, Some(need.created_at + Minutes::from_hours(24)));
        world.pass_minutes(20);
        change(world, "need_decline", street.who(&first[0]), &need, decline).unwrap();
        let (asked, waiting) = (offers(world, &need), open(world, &need));
        assert_eq!((asked.len(), waiting.len()), (3, 2), "one was put in the place of the one");
        assert!(
            asked
                .iter()
                .all(|offer| offer.volunteer != first[0].volunteer || offer.state == OfferState::Declined)
        );
        assert_eq!(tick(world), Ticked { told: 1, expired: 0, looked: 0 });
        assert_eq!(state(world, &need), State::Offered);
        assert_eq!((events(world, "need.offered"), messages(world, "offer")), (2, 3));
    });
}

#[test]
fn silence_brings_the_next_wave_and_a_yes_ends_it() {
    on_both(|world| {
        let street = street(world, 8);
        let need = street.need(world);
        let first = dispatched(world, &street.worker, &need, &[]).unwrap();
        world.pass_minutes(1);
        tick(world);
        world.pass_minutes(30);
        assert_eq!((tick(world).looked, offers(world, &need).len()), (0, 2), "the wave waits");
        let second = next_wave(world, &need, 2);
        assert!(world.now() <= need.created_at + Minutes(61 + 1), "an hour later");
        assert!(second[2..].iter().all(|offer| first.iter().all(|one| one.volunteer != offer.volunteer)));
        tick(world);
        // The first wave may still say yes; everybody else is thanked, once.
        let asked = second.len();
        change(world, "need_accept", street.who(&first[1]), &need, accept).unwrap();
        let now = now_is(world, &need);
        assert_eq!((now.state, now.helper, now.look_at), (State::Accepted, Some(first[1].volunteer), None));
        assert_eq!(now.asking, "");
        assert!(open(world, &need).is_empty());
        assert_eq!(messages(world, "offer_closed"), asked - 1);
        let late = street.who(&first[0]);
        assert_eq!(rule(change(world, "need_accept", late, &need, accept)), "task-taken");
        assert!(browser(world, late).get(&format!("/tasks/{}", need.id)).body.contains("邻居先答应了"));
        for _ in 0..30 {
            world.pass_minutes(60);
            assert_eq!(tick(world), Ticked::default());
        }
        assert_eq!(offers(world, &need).len(), asked);
        // Every no and every silence is told to the rule as it was.
        let ids: Vec<Id<Person>> = street.neighbours.iter().map(id).collect();
        let now = world.now();
        let known = world
            .read("test_history", &Actor::system(), move |tx, _| {
                history::of(tx, need.id.district(), &ids, now)
            })
            .unwrap();
        assert_eq!(known.len(), asked);
        assert_eq!(known[&first[1].volunteer][0].answer, Answer::Yes);
        assert_eq!(known[&first[0].volunteer][0].answer, Answer::Taken);
    });
}

#[test]
fn who_was_called_is_left_in_peace_and_asked_when_it_is_over() {
    on_both(|world| {
        let street = street(world, 2);
        let first = street.need(world);
        assert_eq!(dispatched(world, &street.worker, &first, &[]).unwrap().len(), 2);
        world.pass_minutes(1);
        tick(world);
        // Both rest for twelve hours, which end at night: they are asked in the morning.
        let second = street.need(world);
        assert_eq!(dispatched(world, &street.worker, &second, &[]).unwrap().len(), 0);
        let now = now_is(world, &second);
        assert_eq!((now.state, now.asking.as_str()), (State::Verified, "time:780:6 in-peace:2 nobody-else"));
        assert_eq!(now.look_at, Some(world.now() + Minutes::from_hours(12)));
        let desk = browser(world, &street.worker);
        assert!(desk.get("/w").body.contains("到时候再请"));
        let page = desk.get(&format!("/w/needs/{}", second.id));
        assert!(
            page.body.contains("有 2 位合适，可是刚请过") && page.body.contains("3月9日 周一 21:01 再请"),
            "{}",
            page.body
        );
        assert_eq!(next_look(world, &second).looked, 1);
        assert_eq!((offers(world, &second).len(), state(world, &second)), (0, State::Verified));
        assert!(now_is(world, &second).asking.contains("quiet:"), "it is night");
        let morning = Instant::parse_local("2026-03-10T08:00").unwrap();
        assert_eq!(now_is(world, &second).look_at, Some(morning));
        next_look(world, &second);
        assert_eq!((offers(world, &second).len(), state(world, &second)), (2, State::Offered));
    });
}

#[test]
fn nobody_found_is_back_on_the_workers_list_in_words() {
    on_both(|world| {
        let street = street(world, 2);
        let need = street.need(world);
        let asked = dispatched(world, &street.worker, &need, &[]).unwrap();
        world.pass_minutes(1);
        tick(world);
        let desk = browser(world, &street.worker);
        let page = desk.get(&format!("/w/needs/{}", need.id));
        for words in
            ["离答应居民的时间还有", "把握大约有 5 成", "再请下一批", "请他们在 3月9日 周一 13:01 前回话"]
        {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let due = now_is(world, &need).due_at;
        for offer in &asked {
            change(world, "need_decline", street.who(offer), &need, decline).unwrap();
        }
        let now = now_is(world, &need);
        assert_eq!((now.state, now.look_at, now.due_at), (State::Verified, None, due));
        assert!(now.asking.ends_with("nobody-left"), "{}", now.asking);
        assert!(desk.get("/w").body.contains("没找到人"));
        let page = desk.get(&format!("/w/needs/{}", need.id));
        assert!(
            page.body.contains("合适的人都请过了") && page.body.contains("下一步由您来定"),
            "{}",
            page.body
        );
        assert_eq!(events(world, "need.returned"), 1);
        assert_eq!(rule(dispatched(world, &street.worker, &need, &[])), "need-nobody-fits");
    });
}

#[test]
fn it_stops_at_the_promised_time() {
    on_both(|world| {
        let street = street(world, 30);
        let urgent = Typed { urgent: "1".to_owned(), ..typed("elderly") };
        let need = submitted(world, &street.li, urgent).unwrap();
        verified(world, &street.worker, &need);
        dispatched(world, &street.worker, &need, &[]).unwrap();
        let until = now_is(world, &need).ask_until.unwrap();
        assert_eq!(until, world.now() + Minutes(120));
        while world.now() <= until + Minutes(31) {
            world.pass_minutes(1);
            tick(world);
        }
        let now = now_is(world, &need);
        assert_eq!((now.state, now.look_at, now.asking.as_str()), (State::Verified, None, "time-over"));
        let asked = offers(world, &need);
        assert!(asked.iter().all(|offer| offer.state == OfferState::Expired && offer.sent_at < until));
        assert!(asked.len() > 4, "urgent: every ten minutes");
        assert!(browser(world, &street.worker).get("/w").body.contains("没找到人"));
        // The worker may go on; the promise is broken and stays so.
        assert_eq!(now.due_at, until);
    });
}

#[test]
fn another_process_goes_on_where_the_first_stopped() {
    on_both(|world| {
        let street = street(world, 8);
        let need = street.need(world);
        dispatched(world, &street.worker, &need, &[]).unwrap();
        world.pass_minutes(1);
        tick(world);
        // The server was stopped in the middle of a wave; another one begins with the tables alone.
        let options = Options { workers: 2, durable: false, watch: None };
        let other = Db::open(&world.address, &options).unwrap();
        world.wait_until(now_is(world, &need).look_at.unwrap() + Minutes(1));
        let done = crate::tick(&other, &world.kit, world.now()).unwrap();
        assert_eq!((done.looked, done.expired), (1, 0));
        let asked = offers(world, &need);
        assert!(asked.len() > 2, "{}", world.engine);
        assert_eq!(crate::tick(&other, &world.kit, world.now()).unwrap().told, asked.len() - 2);
        assert_eq!(tick(world), Ticked::default(), "what one did the other need not do");
        change(world, "need_accept", street.who(asked.last().unwrap()), &need, accept).unwrap();
        world.pass_minutes(600);
        assert_eq!(crate::tick(&other, &world.kit, world.now()).unwrap(), Ticked::default());
    });
}

#[test]
fn who_is_named_is_asked_alone_and_then_the_waves_go_on() {
    on_both(|world| {
        let street = street(world, 4);
        let need = street.need(world);
        let named = &street.neighbours[2];
        let stranger = testing::volunteer(world, "郑远来", FAR);
        assert_eq!(
            rule(dispatched(world, &street.worker, &need, &[named, &stranger])),
            "need-volunteer-not-fitting"
        );
        let only = dispatched(world, &street.worker, &need, &[named]).unwrap();
        assert_eq!((only.len(), only[0].volunteer), (1, id(named)));
        let now = now_is(world, &need);
        assert_eq!((now.look_at, now.asking.as_str()), (Some(only[0].answer_by), "named"));
        let page = browser(world, &street.worker).get(&format!("/w/needs/{}", need.id));
        assert!(
            page.body.contains("点名请的") && page.body.contains("3月9日 周一 13:01 还没有人答应"),
            "{}",
            page.body
        );
        // Within a minute it can be taken back, and nothing goes on by itself.
        change(world, "need_take_back", &street.worker, &need, take_back).unwrap();
        assert_eq!((now_is(world, &need).look_at, state(world, &need)), (None, State::Verified));
        world.pass_minutes(300);
        assert_eq!((tick(world), offers(world, &need).len()), (Ticked::default(), 0));
        dispatched(world, &street.worker, &need, &[named]).unwrap();
        world.pass_minutes(200);
        tick(world);
        assert_eq!(offers(world, &need).len(), 1, "they have their time");
        change(world, "need_decline", named, &need, decline).unwrap();
        let asked = offers(world, &need);
        assert!(asked.len() > 1 && state(world, &need) == State::Offered);
        assert!(
            asked[1..].iter().all(|offer| offer.why.contains("turn:0") || offer.why.contains("newcomer"))
        );
        let theirs = browser(world, street.who(&asked[1]));
        world.pass_minutes(1);
        let task = theirs.get(&format!("/tasks/{}", need.id));
        assert!(
            task.body.contains("请在 3月9日 周一 21:20 前回话") && task.body.contains("谁先答应谁去"),
            "{}",
            task.body
        );
    });
}

#[test]
fn the_wave_on_the_page_is_the_wave_that_is_asked() {
    on_both(|world| {
        let street = street(world, 6);
        let need = street.need(world);
        let desk = browser(world, &street.worker);
        let page = desk.get(&format!("/w/needs/{}", need.id));
        let chosen: Vec<&Actor> = street
            .neighbours
            .iter()
            .filter(|one| page.body.contains(&format!("value=\"{}\" checked", id(one))))
            .collect();
        assert_eq!(chosen.len(), 2, "{}", page.body);
        assert_eq!(page.body.matches("name=\"volunteer\"").count(), 5, "three others to choose from");
        assert!(page.body.contains("打了勾的是现在请的一批") && page.body.contains("来得及分 6 批请"));
        dispatched(world, &street.worker, &need, &chosen).unwrap();
        let now = now_is(world, &need);
        assert_eq!(now.asking, "time:780:6 likely:2:5");
        assert_eq!(now.look_at, Some(world.now() + Minutes(60)), "it goes on as a wave");
    });
}

#[test]
fn a_decision_asks_the_tables_no_more_with_more_people() {
    on_both(|world| {
        let street = street(world, 2);
        let cost = || {
            let need = street.need(world);
            dispatched(world, &street.worker, &need, &[&street.neighbours[0]]).unwrap();
            let before = world.statements("need_decline");
            world.pass_minutes(1);
            change(world, "need_decline", &street.neighbours[0], &need, decline).unwrap();
            (world.statements("need_decline") - before, offers(world, &need).len())
        };
        let (few, asked) = cost();
        assert_eq!(asked, 2);
        neighbours(world, 2, 8);
        let (many, asked) = cost();
        // One more is asked than before, with one statement.
        assert_eq!((asked, many), (3, few + 1), "{}", world.engine);
    });
}

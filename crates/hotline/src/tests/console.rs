//! Taking a call: who it is, what is kept, what it ends as.

use kernel::Role;
use people::testing;

use super::{
    FAR, HERE, NEAR, STREET, begun, browser, help, id, later, on_the_line, operator, resident, rule, saved,
    sent, whole,
};
use crate::{Kind, Said, State};

#[test]
fn a_known_caller_fills_in_and_a_need_is_made() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let li = resident(world, "李淑英", NEAR, "13800000101");
        let one = begun(world, &her, "138 0000 0101").unwrap();
        assert_eq!((one.state, one.person, one.division), (State::Open, li.person, testing::division(NEAR)));
        // Who calls reads that somebody saw it; nobody else's look is on record.
        let looks = world.read("test_looks", &li, people::looks).unwrap();
        let [look] = looks.as_slice() else { panic!("{looks:?}") };
        assert_eq!((look.field, look.reason.as_str()), (people::Field::Caller, ""));
        let seen = on_the_line(world, &her).unwrap();
        assert_eq!(seen.name(), "李淑英");
        assert!(seen.recalled.last.is_empty() && seen.elsewhere.is_none() && seen.due.is_empty());
        assert_eq!(seen.place(), Some(testing::division(NEAR)));

        let said = Said { address: "3栋501".into(), urgent: "1".into(), ..help("灯坏了") };
        let done = sent(world, &her, &one, said).unwrap();
        assert_eq!((done.state, done.kind, done.person), (State::Closed, Some(Kind::Help), li.person));
        let (need, number) = done.need.clone().expect("a need");
        assert!(!number.is_empty() && on_the_line(world, &her).is_none());
        let recalled = world
            .read("test_recall", &her, {
                let person = id(&li);
                move |tx, call| needs::recall(tx, call, person)
            })
            .unwrap();
        let [made] = recalled.last.as_slice() else { panic!("{recalled:?}") };
        assert_eq!(
            (made.id, made.recipient, made.asked_by, made.channel.word()),
            (need, id(&li), id(&her), "phone")
        );
        assert_eq!((made.detail.as_str(), made.urgent, made.address.as_str()), ("灯坏了", true, "3栋501"));
        // The next time the address is known, and the need is.
        let again = begun(world, &her, "13800000101").unwrap();
        let seen = on_the_line(world, &her).unwrap();
        assert_eq!((seen.address.as_str(), seen.recalled.last.len()), ("3栋501", 1));
        let second = sent(world, &her, &again, help("")).unwrap();
        assert_ne!(second.need.unwrap().0, need);
        assert_eq!(rule(sent(world, &her, &again, help(""))), "call-over");
    });
}

#[test]
fn a_stranger_is_asked_for_name_and_community_by_two_characters() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let one = begun(world, &her, "027-5550 0100").unwrap();
        assert_eq!((one.person, one.division), (None, testing::division(STREET)));
        assert_eq!(
            rule(sent(world, &her, &one, Said::default())),
            "place:call-place name:call-name-missing category:call-category-missing"
        );
        let name = world.read("test_place", &her, |tx, _| {
            let tree = places::tree_in(tx)?;
            Ok(tree.get(testing::division(NEAR)).map(|one| one.name.to_owned()).unwrap_or_default())
        });
        let two: String = name.unwrap().chars().take(2).collect();
        let said = Said { name: "陈小满".into(), place: two, division: NEAR.into(), ..help("") };
        saved(world, &her, &one, said.clone()).unwrap();
        let seen = on_the_line(world, &her).unwrap();
        assert_eq!(seen.place(), Some(testing::division(NEAR)), "{:?}", seen.places);
        assert_eq!((seen.name(), seen.call.division), ("陈小满", testing::division(NEAR)));
        let done = sent(world, &her, &one, said).unwrap();
        let chen = done.person.expect("registered");
        // By the same land line she is recognised from now on.
        let again = begun(world, &her, "02755500100").unwrap();
        assert_eq!(again.person, Some(chen));
        let wrong = Said { place: "不存在的社区".into(), ..help("") };
        assert_eq!(rule(sent(world, &her, &again, wrong)), "place:call-place");
        for number in ["110", "1380000010x"] {
            assert_eq!(rule(begun(world, &her, number)), "number:call-number");
        }
    });
}

#[test]
fn of_several_on_one_number_the_operator_chooses() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let li = resident(world, "李淑英", HERE, "13800000102");
        let one = begun(world, &her, "13800000102").unwrap();
        // Her neighbour calls from her phone.
        let none =
            Said { person: "none".into(), name: "王小雪".into(), place: "社区".into(), ..help("") };
        let kept = saved(world, &her, &one, none.clone()).unwrap();
        assert_eq!(kept.person, None);
        let wang = sent(world, &her, &one, none).unwrap().person.expect("registered");
        assert_ne!(wang, id(&li));
        let again = begun(world, &her, "13800000102").unwrap();
        assert_eq!(again.person, None, "nobody is guessed");
        let seen = on_the_line(world, &her).unwrap();
        let known: Vec<_> = seen.people.iter().map(|known| known.card.id).collect();
        assert_eq!(known, [id(&li), wang]);
        let looks = |who| world.read("test_looks", who, people::looks).unwrap().len();
        let before = looks(&li);
        let chosen = Said { person: id(&li).to_string(), ..help("") };
        assert_eq!(saved(world, &her, &again, chosen.clone()).unwrap().person, li.person);
        saved(world, &her, &again, chosen).unwrap();
        assert_eq!(looks(&li), before + 1, "looked at once however often it is kept");
        let stranger = resident(world, "张寒露", HERE, "13800000103");
        let guessed = Said { person: id(&stranger).to_string(), ..help("") };
        assert_eq!(rule(saved(world, &her, &again, guessed)), "missing");
        assert_eq!(looks(&stranger), 0);
    });
}

#[test]
fn a_browser_that_closes_loses_nothing_and_the_number_can_be_put_right() {
    testkit::on_both(|world| {
        let (her, him) = (operator(world, "何立夏"), operator(world, "吕立秋"));
        let one = begun(world, &her, "13800000104").unwrap();
        saved(world, &her, &one, Said { name: "陈小".into(), ..help("水管") }).unwrap();
        let seen = on_the_line(world, &her).unwrap();
        assert_eq!((seen.call.id, seen.call.said.name.as_str()), (one.id, "陈小"));
        assert_eq!(begun(world, &her, "13800000104").unwrap().id, one.id, "one open call");
        let li = resident(world, "李淑英", HERE, "13800000105");
        let right = begun(world, &her, "13800000105").unwrap();
        assert_eq!((right.id, right.person, right.said.words.as_str()), (one.id, li.person, "水管"));
        // Another has a line of their own, and not this one.
        assert!(on_the_line(world, &him).is_none());
        assert_eq!(rule(saved(world, &him, &one, help(""))), "missing");
        assert_eq!(begun(world, &him, "").unwrap().number, None);
        assert_eq!(world.count("SELECT COUNT(*) FROM phone_call WHERE state = 'open'", &[]), 2);
        let long = Said { words: "长".repeat(501), ..help("") };
        assert_eq!(rule(saved(world, &her, &one, long)), "words:call-words-too-long");
        // What is kept is sealed, and the journal holds none of it.
        world.drain(vec![]);
        let stored: Vec<(Vec<u8>,)> = world
            .read("test_stored", &her, |tx, _| {
                let mut all: Vec<(Vec<u8>,)> = tx.query(
                    "SELECT said FROM phone_call WHERE district = 420103 AND said IS NOT NULL",
                    db::params![],
                )?;
                all.extend(tx.query::<(Vec<u8>,)>(
                    "SELECT number FROM phone_call WHERE district = 420103 AND number IS NOT NULL",
                    db::params![],
                )?);
                all.extend(tx.query::<(Vec<u8>,)>(
                    "SELECT body FROM journal WHERE district = 420103",
                    db::params![],
                )?);
                Ok(all)
            })
            .unwrap();
        assert!(stored.len() > 4);
        for (bytes,) in &stored {
            let text = String::from_utf8_lossy(bytes);
            assert!(
                !text.contains("水管") && !text.contains("1380000010") && !text.contains("陈小"),
                "{text}"
            );
        }
    });
}

#[test]
fn somebody_from_elsewhere_is_not_shown_and_gets_no_need_here() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let far = resident(world, "王建国", FAR, "13800000106");
        let one = begun(world, &her, "13800000106").unwrap();
        assert_eq!(one.person, None);
        let seen = on_the_line(world, &her).unwrap();
        let (place, station) = seen.elsewhere.clone().expect("elsewhere");
        assert!(!place.is_empty() && station.is_none() && seen.people.is_empty() && seen.name().is_empty());
        let page = browser(world, &her).get("/h");
        assert!(whole(&page).contains(&place) && !page.body.contains("建国") && !page.body.contains("王**"));
        assert!(world.read("test_looks", &far, people::looks).unwrap().is_empty());
        let forced = Said { person: id(&far).to_string(), ..help("") };
        assert_eq!(rule(sent(world, &her, &one, forced)), "missing");
        let there = Said { name: "王建国".into(), place: FAR.into(), division: FAR.into(), ..help("") };
        assert_eq!(rule(sent(world, &her, &one, there)), "place:call-place");
        assert_eq!(world.count("SELECT COUNT(*) FROM need", &[]), 0);
    });
}

#[test]
fn an_enquiry_is_answered_or_waits_and_silence_is_noted() {
    testkit::on_both(|world| {
        let her = operator(world, "何立夏");
        let one = begun(world, &her, "13800000107").unwrap();
        let asked = Said { kind: "enquiry".into(), words: "几点开门".into(), ..Said::default() };
        assert_eq!(rule(sent(world, &her, &one, asked.clone())), "answer:call-answer-missing");
        let told = Said { answer: "八点半".into(), ..asked };
        let done = sent(world, &her, &one, told).unwrap();
        assert_eq!((done.state, done.kind, done.due_at), (State::Closed, Some(Kind::Enquiry), None));
        let one = begun(world, &her, "13800000107").unwrap();
        let waits = sent(world, &her, &one, later("材料齐了没有")).unwrap();
        assert_eq!((waits.state, waits.due_at), (State::Due, Some(world.now() + kernel::Minutes(60))));
        let withheld = begun(world, &her, "").unwrap();
        assert_eq!(rule(sent(world, &her, &withheld, later("几点开门"))), "number:call-back-number");
        assert_eq!(
            rule(sent(world, &her, &withheld, Said { kind: "gossip".into(), ..Said::default() })),
            "kind:call-kind"
        );
        let silent = Said { kind: "other".into(), ..Said::default() };
        assert_eq!(sent(world, &her, &withheld, silent).unwrap().state, State::Closed);
        assert_eq!(world.count("SELECT COUNT(*) FROM need", &[]), 0);
    });
}

#[test]
fn who_may_not_take_calls_takes_none() {
    testkit::on_both(|world| {
        let li = resident(world, "李淑英", HERE, "13800000108");
        assert_eq!(rule(begun(world, &li, "13800000108")), "forbidden");
        let her = operator(world, "何立夏");
        let one = begun(world, &her, "13800000108").unwrap();
        let other = testing::holder(world, "吕立秋", FAR, Role::Operator, "420104");
        assert_eq!(rule(saved(world, &other, &one, help(""))), "missing");
        let leader = testing::leader(world, "韩队长", HERE, STREET);
        for who in [&li, &leader] {
            assert_eq!(browser(world, who).get("/h").status, 403);
            assert_eq!(browser(world, who).get("/h/calls").status, 403);
        }
        // An operator finds nobody by name, and no page of anybody.
        assert!(!her.grants.iter().any(|grant| grant.role.allows(kernel::Action::SeePeople)));
        let worker = testing::worker(world, "周工作", HERE, STREET);
        assert_eq!(begun(world, &worker, "13800000108").unwrap().person, li.person);
    });
}

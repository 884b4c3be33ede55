//! What the other areas rely on: locks, promises, cards, facts.

use kernel::{Actor, Day, DivisionCode, Id, Instant, Person, Refusal, Weekday};
use testkit::{World, on_both};

use crate::testing::{resident, volunteer, volunteer_with, worker};

#[derive(Debug)]
enum Thing {}

const HERE: &str = "420103001005";
const THERE: &str = "420103002001";
const OTHER_DISTRICT: &str = "420106001001";

fn person(actor: &Actor) -> Id<Person> {
    actor.person.expect("a person")
}

fn hour(n: i64) -> Instant {
    Day::from_ymd(2026, 3, 10).unwrap().at_minute(n * 60)
}

fn promise(world: &World, who: Id<Person>, thing: Id<Thing>, from: i64, to: i64) -> Result<(), db::Failure> {
    world.write("test_promise", &Actor::system(), move |tx, _| {
        let locked = crate::lock(tx, who)?;
        crate::commit(tx, who, thing, locked.home, hour(from), hour(to))
    })
}

fn thing(world: &World) -> Id<Thing> {
    world.call(&Actor::system()).id(DivisionCode::parse(HERE).unwrap().district())
}

#[test]
fn nobody_is_promised_to_two_places_at_one_time() {
    on_both(|world| {
        let who = person(&volunteer(world, "赵一", HERE));
        let (first, second) = (thing(world), thing(world));
        promise(world, who, first, 9, 11).unwrap();
        let refused = promise(world, who, second, 10, 12).unwrap_err();
        let expected = Refusal::conflict("busy-then").with("from", hour(9)).with("to", hour(11));
        assert_eq!(refused.refusal(), Some(&expected));
        promise(world, who, second, 11, 12).expect("one ends when the other begins");
        promise(world, who, first, 8, 10).expect("the same engagement moves");
        let busy = |from, to, except: Option<Id<Thing>>| {
            let except = except.map(Id::bytes);
            world.read("test_busy", &Actor::system(), move |tx, _| {
                crate::is_busy(tx, who, hour(from), hour(to), except)
            })
        };
        assert_eq!(busy(8, 9, None), Ok(true));
        assert_eq!(busy(8, 9, Some(first)), Ok(false));
        assert_eq!(busy(10, 11, None), Ok(false));
        world.write("test_release", &Actor::system(), move |tx, _| crate::release(tx, who, first)).unwrap();
        assert_eq!(busy(8, 9, None), Ok(false));
    });
}

#[test]
fn of_many_promises_at_one_time_one_is_kept() {
    on_both(|world| {
        let who = person(&volunteer(world, "赵一", HERE));
        let things: Vec<_> = (0..8).map(|_| thing(world)).collect();
        let kept = std::thread::scope(|scope| {
            let tries: Vec<_> = things
                .iter()
                .map(|&one| scope.spawn(move || promise(world, who, one, 9, 11).is_ok()))
                .collect();
            tries.into_iter().map(|handle| handle.join().unwrap()).filter(|kept| *kept).count()
        });
        assert_eq!(kept, 1, "{}", world.engine);
    });
}

#[test]
fn two_rows_are_taken_in_one_order() {
    on_both(|world| {
        let (a, b) = (person(&resident(world, "赵一", HERE)), person(&resident(world, "钱二", HERE)));
        std::thread::scope(|scope| {
            for pair in [(a, b), (b, a)] {
                scope.spawn(move || {
                    for _ in 0..20 {
                        let (x, y) = world
                            .write("test_two", &Actor::system(), move |tx, _| {
                                crate::lock_two(tx, pair.0, pair.1)
                            })
                            .unwrap();
                        assert_eq!((x.id, y.id), pair);
                    }
                });
            }
        });
        let nobody = thing(world).cast::<Person>();
        let missing = world.write("test_missing", &Actor::system(), move |tx, _| crate::lock(tx, nobody));
        assert_eq!(missing.unwrap_err().refusal(), Some(&Refusal::missing()));
    });
}

#[test]
fn cards_are_masked_and_cost_one_statement_a_district() {
    on_both(|world| {
        let mut ids: Vec<Id<Person>> = (0..20).map(|_| person(&resident(world, "欧阳小花", HERE))).collect();
        ids.push(person(&resident(world, "李四", OTHER_DISTRICT)));
        let asked = ids.clone();
        let before = world.statements("test_cards");
        let cards =
            world.read("test_cards", &Actor::system(), move |tx, _| crate::cards(tx, &asked)).unwrap();
        assert_eq!(world.statements("test_cards") - before, 2);
        assert_eq!(cards.len(), 21);
        let card = &cards[&ids[0]];
        assert_eq!((card.name_masked.as_str(), card.surname.as_str()), ("欧阳**", "欧阳"));
        assert_eq!(cards[&ids[20]].name_masked, "李*");
        assert_eq!(card.phone_last4.len(), 4);
    });
}

#[test]
fn the_facts_of_one_are_the_facts_among_all() {
    on_both(|world| {
        let monday = Weekday::new(0).unwrap();
        let barber = volunteer_with(world, "孙三", HERE, |join| {
            join.categories = vec!["haircut".to_owned()];
            join.skills = vec!["barber".to_owned()];
            join.times = vec![(monday, 540, 720), (monday, 840, 1_020)];
            join.radius_m = 1_500;
            join.limits = vec!["dogs".to_owned(), "lifting".to_owned()];
        });
        let any = volunteer(world, "周五", THERE);
        let gardener =
            volunteer_with(world, "吴六", HERE, |join| join.categories = vec!["garden".to_owned()]);
        volunteer(world, "郑七", OTHER_DISTRICT);
        resident(world, "王八一", HERE);
        let who = person(&barber);
        promise(world, who, thing(world), 9, 11).unwrap();
        world
            .write("test_called", &Actor::system(), move |tx, _| {
                crate::called(tx, who, hour(1))?;
                crate::served(tx, who, hour(5))?;
                crate::served(tx, who, hour(3))
            })
            .unwrap();
        let window = (hour(9), hour(12));
        let found_in = |area: DivisionCode, also: &[Id<Person>]| {
            let also = also.to_vec();
            let found = world.read("test_for", &Actor::system(), move |tx, _| {
                crate::volunteers_for(tx, area, &also, "haircut", window)
            });
            found.unwrap()
        };
        let ids = |found: &[matching::Volunteer]| found.iter().map(|one| one.id).collect::<Vec<_>>();
        let place = DivisionCode::parse(HERE).unwrap();
        let found = found_in(place.district().division(), &[]);
        let ids_found = ids(&found);
        assert_eq!(ids_found, [person(&barber), person(&any)]);
        assert_eq!(world.statements("test_for"), 1);
        for volunteer in &found {
            let id = volunteer.id;
            let one = world
                .read("test_one", &Actor::system(), move |tx, _| crate::volunteer_facts(tx, id, window))
                .unwrap()
                .unwrap();
            assert_eq!(format!("{one:?}"), format!("{volunteer:?}"));
        }
        let facts = &found[0];
        assert_eq!(facts.radius, Some(matching::Metres(1_500)));
        assert_eq!((facts.times.len(), facts.limits.len(), facts.commitments.len()), (2, 2, 1));
        assert_eq!(facts.born, Day::from_ymd(1985, 5, 17));
        assert_eq!((facts.last_call, facts.last_served), (Some(hour(1)), Some(hour(5))));
        let gone = person(&worker(world, "冯九", HERE, HERE));
        let none = world
            .read("test_one", &Actor::system(), move |tx, _| crate::volunteer_facts(tx, gone, window))
            .unwrap();
        assert!(none.is_none(), "a resident is no volunteer");
        assert!(!ids_found.contains(&person(&gardener)));
        assert_eq!(ids(&found_in(place, &[])), [person(&barber)]);
        let nearby = found_in(place, &[person(&barber), person(&any), person(&gardener)]);
        assert_eq!(format!("{nearby:?}"), format!("{found:?}"), "who is named, with all that hangs on them");
    });
}

#[test]
fn a_neighbour_registers_a_neighbour_and_a_worker_anybody_in_the_area() {
    on_both(|world| {
        let neighbour = resident(world, "李四", HERE);
        let desk = worker(world, "冯九", THERE, "420103001");
        let try_as = |actor: &Actor, code: &str, name: &str| {
            let somebody = crate::ForSomebody {
                name: name.to_owned(),
                division: DivisionCode::parse(code).unwrap(),
                address: "3 栋 2 单元".to_owned(),
            };
            world.write("test_for_somebody", actor, move |tx, call| {
                crate::register_for(tx, call, somebody.clone())
            })
        };
        let mother = try_as(&neighbour, HERE, "张奶奶").unwrap();
        let locked =
            world.write("test_lock", &Actor::system(), move |tx, _| crate::lock(tx, mother)).unwrap();
        assert_eq!((locked.state.as_str(), locked.home.to_string().as_str()), ("asleep", HERE));
        assert!(try_as(&desk, HERE, "陈奶奶").is_ok());
        let rule =
            |outcome: Result<Id<Person>, db::Failure>| outcome.unwrap_err().refusal().cloned().unwrap();
        assert_eq!(rule(try_as(&neighbour, THERE, "陈奶奶")), Refusal::forbidden());
        assert_eq!(rule(try_as(&desk, "420103003001", "陈奶奶")), Refusal::forbidden());
        assert_eq!(rule(try_as(&Actor::guest(), HERE, "陈奶奶")), Refusal::sign_in_first());
        assert_eq!(rule(try_as(&neighbour, HERE, "4")).fields[0].rule, "name-not-letters");
        world.drain(Vec::new());
    });
}

#[test]
fn one_phone_is_one_person() {
    on_both(|world| {
        let phone = crate::testing::phone();
        crate::testing::resident_with_phone(world, "李四", HERE, &phone);
        let again = crate::Registration {
            name: "李五".to_owned(),
            phone: phone.clone(),
            division: DivisionCode::parse(OTHER_DISTRICT).unwrap(),
        };
        let refused = world
            .write("test_again", &Actor::system(), move |tx, call| crate::register(tx, call, again.clone()))
            .unwrap_err();
        assert_eq!(refused.refusal(), Some(&Refusal::conflict("phone-taken")));
        let guest = crate::Registration {
            name: "李五".to_owned(),
            phone: crate::testing::phone(),
            division: DivisionCode::parse(HERE).unwrap(),
        };
        let refused = world
            .write("test_guest", &Actor::guest(), move |tx, call| crate::register(tx, call, guest.clone()))
            .unwrap_err();
        assert_eq!(refused.refusal(), Some(&Refusal::sign_in_first()));
    });
}

/// Every `refusal-…`, `people-…` key that code and templates name, in both languages; a part in braces stands for any.
#[test]
fn every_sentence_exists_in_both_languages() {
    fn files(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if !path.ends_with("tests.rs") {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let keys = |file: &str| -> std::collections::BTreeSet<String> {
        let lines = file.lines().filter(|line| !line.starts_with(['#', ' ']));
        lines.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect()
    };
    let (chinese, english) = (keys(crate::LOCALES.0), keys(crate::LOCALES.1));
    assert_eq!(chinese, english);
    // Rules that several areas have stand with the web.
    let shared = keys(web::LOCALES.0);
    let mut sources = Vec::new();
    files(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
    let text = sources.join("\n");
    let quoted: Vec<&str> = text.split('"').collect();
    for word in &quoted {
        let named = word.starts_with("people-")
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let is_prefix = chinese.iter().any(|key| key.starts_with(&format!("{word}-")));
        assert!(!named || is_prefix || chinese.contains(*word), "no sentence {word}");
    }
    for rule in chinese.iter().filter_map(|key| key.strip_prefix("refusal-")) {
        assert!(quoted.contains(&rule), "nothing refuses with {rule}");
    }
    for call in ["Refusal::invalid(", "Refusal::conflict(", "Refusal::too_fast(", "field(", "wrong("] {
        for after in text.split(call).skip(1) {
            let inside = after.split(')').next().unwrap();
            let Some(rule) = inside.split('"').rfind(|word| word.contains('-') && !word.contains(' ')) else {
                continue;
            };
            let is_rule =
                !rule.starts_with("people-") && rule.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            let key = format!("refusal-{rule}");
            let has_sentence = chinese.contains(&key) || shared.contains(&key);
            assert!(!is_rule || has_sentence, "no sentence for {rule}");
        }
    }
}

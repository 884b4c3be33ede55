use kernel::{Actor, Day, Id, Kind, Person, Role};
use testkit::{World, on_both};
use vault::Phone;

use super::{Brought, ImportedVolunteer, import_volunteer, volunteers_by_number};
use crate::{
    Joined,
    testing::{division, document, holder, phone, resident_with_phone, wish, worker},
};

const HERE: &str = "420103001005";
const THERE: &str = "420103002001";
const STREET: &str = "420103001";

fn line(name: &str) -> ImportedVolunteer {
    ImportedVolunteer {
        name: name.to_owned(),
        document: document(Day::from_ymd(1985, 5, 17).unwrap()),
        birth_day: None,
        phone: phone(),
        division: division(HERE),
        skills: vec!["nursing".to_owned()],
        file: [7; 32],
        line: 2,
    }
}

fn brought(world: &World, by: &Actor, line: &ImportedVolunteer) -> db::Outcome<Brought<Id<Person>>> {
    let line = line.clone();
    world.write("import_rows", by, move |tx, call| import_volunteer(tx, call, &line))
}

fn rule(outcome: db::Outcome<Brought<Id<Person>>>) -> (Kind, &'static str) {
    let failure = outcome.unwrap_err();
    let refusal = failure.refusal().unwrap();
    (refusal.kind, refusal.fields.first().map_or(refusal.rule, |field| field.rule))
}

fn told(world: &World, kind: &str) -> i64 {
    world.drain(Vec::new());
    let sql: &'static str =
        format!("SELECT COUNT(*) FROM journal WHERE district = $1 AND kind = '{kind}'").leak();
    world.count(sql, &[420_103])
}

#[test]
fn a_line_makes_an_account_that_sleeps_and_is_asked_for_nothing() {
    on_both(|world| {
        let by = worker(world, "冯九", HERE, STREET);
        let one = line(" 李淑英 ");
        let Brought::Made(person) = brought(world, &by, &one).unwrap() else { panic!("it was new") };
        assert_eq!(brought(world, &by, &one).unwrap(), Brought::Known(person), "twice is once");
        let seen = world.read("test_masked", &by, move |tx, call| crate::masked(tx, call, person)).unwrap();
        assert!(seen.asleep && seen.volunteer_number.len() == 10, "{seen:?}");
        assert_eq!(
            (seen.card.name_masked.as_str(), seen.card.phone_last4.as_str()),
            ("李**", one.phone.last_four())
        );
        let actor =
            world.read("test_actor", &by, move |tx, call| crate::actor(tx, person, call.now)).unwrap();
        assert!(!actor.holds(Role::Volunteer));
        let window = (world.now(), world.now());
        let found = world.read("test_for", &by, move |tx, _| {
            crate::volunteers_for(tx, division(HERE).district().division(), &[], "elderly", window)
        });
        assert!(found.unwrap().is_empty(), "nobody asleep is asked");
        assert_eq!((told(world, "volunteer.imported"), told(world, "volunteer.joined")), (1, 0));
        let numbers = world
            .read("test_numbers", &by, |tx, _| volunteers_by_number(tx, &division(STREET).subtree()))
            .unwrap();
        assert_eq!(numbers.get(&seen.volunteer_number), Some(&(person, division(HERE))));
    });
}

#[test]
fn who_joins_with_the_told_phone_and_document_wakes_their_account() {
    on_both(|world| {
        let by = worker(world, "冯九", HERE, STREET);
        let one = line("李淑英");
        let Brought::Made(person) = brought(world, &by, &one).unwrap() else { panic!("it was new") };
        let join = |phone: &Phone| {
            let mut wish = wish("李淑英", HERE);
            (wish.document, wish.phone) = (one.document.clone(), phone.clone());
            world.write("volunteer_join", &Actor::system(), move |tx, call| {
                crate::join(tx, call, wish.clone())
            })
        };
        let offered = Joined::ClaimOffered { last4: one.phone.last_four().to_owned() };
        assert_eq!(join(&phone()).unwrap(), offered, "another phone wakes nobody");
        assert_eq!(told(world, "volunteer.joined"), 0);
        assert_eq!(join(&one.phone).unwrap(), Joined::New(person));
        assert_eq!((told(world, "person.claimed"), told(world, "volunteer.joined")), (1, 1));
        let actor = crate::testing::actor(world, person);
        assert!(actor.holds(Role::Volunteer));
        assert_eq!(brought(world, &by, &one).unwrap(), Brought::Known(person));
        assert_eq!(join(&one.phone).unwrap_err().refusal().unwrap().rule, "already-volunteer");
    });
}

#[test]
fn what_a_line_may_not_do() {
    on_both(|world| {
        let by = worker(world, "冯九", HERE, STREET);
        let known = resident_with_phone(world, "赵立春", HERE, &phone());
        let mut child = line("王小明");
        child.document = document(Day::from_ymd(2012, 5, 17).unwrap());
        assert_eq!(rule(brought(world, &by, &child)), (Kind::Invalid, "import-minor"));
        let mut young = line("王小明");
        young.document = document(Day::from_ymd(2020, 5, 17).unwrap());
        assert_eq!(rule(brought(world, &by, &young)), (Kind::Invalid, "join-too-young"));
        let mut elsewhere = line("李淑英");
        elsewhere.division = division(THERE);
        assert_eq!(rule(brought(world, &by, &elsewhere)), (Kind::Forbidden, "forbidden"));
        let mut street = line("李淑英");
        street.division = division(STREET);
        assert_eq!(rule(brought(world, &by, &street)), (Kind::Invalid, "division-not-community"));
        let mut name = line("李4");
        assert_eq!(rule(brought(world, &by, &name)), (Kind::Invalid, "name-not-letters"));
        name.name = "李四".to_owned();
        name.phone = {
            let person = known.person.unwrap();
            world
                .read("test_phone", &by, move |tx, call| crate::phone_of(tx, call.keys(), person))
                .unwrap()
                .unwrap()
        };
        assert_eq!(rule(brought(world, &by, &name)), (Kind::Invalid, "import-phone-known"));
        for role in [Role::SecurityAdministrator, Role::SystemAdministrator, Role::Leader] {
            let other = holder(world, "安全", HERE, role, STREET);
            assert_eq!(rule(brought(world, &other, &line("李淑英"))), (Kind::Forbidden, "forbidden"));
        }
        assert_eq!(rule(brought(world, &Actor::guest(), &line("李淑英"))).0, Kind::SignInFirst);
        assert_eq!(told(world, "volunteer.imported"), 0);
    });
}

#[test]
fn keys_are_made_anew_over_a_phone_that_is_nobodys_yet() {
    on_both(|world| {
        let by = worker(world, "冯九", HERE, STREET);
        brought(world, &by, &line("李淑英")).unwrap();
        assert_eq!(crate::reindex(&world.db, &world.kit, &mut |_| {}).unwrap(), 0);
    });
}

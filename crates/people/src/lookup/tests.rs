use kernel::{Actor, Day, Id, Kind, Person, Role};
use serde_json::json;
use testkit::{World, on_both};

use super::{Field, Query, age_band};
use crate::{
    sign_in::tests::{client_of, guest},
    testing::{document, guardian, holder, resident, volunteer, volunteer_with, worker},
};

const HERE: &str = "420103001005";
const THERE: &str = "420103002001";
const ELSEWHERE: &str = "420106001001";
const STREET: &str = "420103001";

fn person(actor: &Actor) -> Id<Person> {
    actor.person.unwrap()
}

fn reveal(
    world: &World,
    by: &Actor,
    who: Id<Person>,
    field: Field,
    reason: &'static str,
) -> Result<String, Kind> {
    world
        .write("test_reveal", by, move |tx, call| crate::reveal(tx, call, who, field, reason))
        .map_err(|failure| failure.refusal().unwrap().kind)
}

#[test]
fn staff_find_people_of_their_own_area_by_name_initials_and_digits() {
    on_both(|world| {
        let one = volunteer(world, "李淑英", HERE);
        let last4 = {
            let id = person(&one);
            let card = world.read("test_card", &one, move |tx, _| crate::cards(tx, &[id])).unwrap();
            card[&id].phone_last4.clone()
        };
        resident(world, "李淑芳", THERE);
        let by = worker(world, "冯九", HERE, STREET);
        let find = |query: &'static str| {
            let found =
                world.read("test_find", &by, move |tx, call| crate::find_people(tx, call, query, None));
            found.unwrap().people.into_iter().map(|card| card.id).collect::<Vec<_>>()
        };
        for query in ["李", "李淑", "lsy", "LS", "l"] {
            assert_eq!(find(query), [person(&one)], "{query}");
        }
        assert_eq!(find(last4.leak()), [person(&one)]);
        for query in ["淑英", "%", "_", "sy", "王", "\\"] {
            assert_eq!(find(query), [], "{query}");
        }
        let empty = world.read("test_find", &by, |tx, call| crate::find_people(tx, call, "  ", None));
        assert_eq!(empty.unwrap_err().refusal().unwrap().fields[0].rule, "query-missing");
    });
}

#[test]
fn somebody_of_the_city_finds_people_of_all_its_districts_page_by_page() {
    on_both(|world| {
        let by = worker(world, "冯市里", HERE, "4201");
        let mut all: Vec<_> = (0..33)
            .map(|n| person(&resident(world, "李淑英", if n % 2 == 0 { HERE } else { ELSEWHERE })))
            .collect();
        all.sort();
        let districts: std::collections::BTreeSet<_> = all.iter().map(|id| id.district()).collect();
        assert_eq!(districts.len(), 2);
        let find = |query: &'static str, after| {
            world.read("test_find", &by, move |tx, call| crate::find_people(tx, call, query, after)).unwrap()
        };
        for query in ["李淑", "lsy"] {
            let first = find(query, None);
            assert_eq!((first.people.len(), first.next), (30, Some(all[29])));
            let rest = find(query, first.next);
            assert_eq!((rest.people.len(), rest.next), (3, None));
            let seen = first.people.iter().chain(&rest.people).map(|card| card.id);
            assert_eq!(seen.collect::<Vec<_>>(), all, "each once");
        }
        let last4 = find("李淑", None).people[0].phone_last4.clone();
        assert!(!find(last4.leak(), None).people.is_empty());
    });
}

#[test]
fn a_pattern_is_taken_by_the_letter() {
    let pattern = |text| match Query::new(text) {
        Query::Phone(text) | Query::Initials(text) | Query::Name(text) => text,
    };
    assert_eq!(pattern("0001"), "0001");
    assert_eq!(pattern("Lsy"), "lsy%");
    assert_eq!(pattern("李%_"), "李\\%\\_%");
}

#[test]
fn a_look_needs_right_place_and_reason_and_its_person_sees_it() {
    on_both(|world| {
        let one = volunteer(world, "李淑英", HERE);
        let id = person(&one);
        let by = worker(world, "冯九九", HERE, STREET);
        let away = worker(world, "卫十", HERE, THERE);
        let security = holder(world, "安全", HERE, Role::SecurityAdministrator, STREET);
        assert_eq!(reveal(world, &away, id, Field::Phone, "跌倒联系家属"), Err(Kind::Missing));
        assert_eq!(reveal(world, &security, id, Field::Phone, "跌倒联系家属"), Err(Kind::Forbidden));
        assert_eq!(reveal(world, &Actor::guest(), id, Field::Phone, "跌倒联系家属"), Err(Kind::SignInFirst));
        assert_eq!(reveal(world, &one, id, Field::Phone, "跌倒联系家属"), Err(Kind::Missing));
        assert_eq!(reveal(world, &by, id, Field::Phone, " 三个字 "), Err(Kind::Invalid));
        assert_eq!(reveal(world, &by, id, Field::Address, "跌倒联系家属"), Err(Kind::Conflict));
        let seen = |actor: &Actor| world.read("test_looks", actor, crate::looks).unwrap();
        assert_eq!(seen(&one), [], "what was refused is no look");
        let phone = reveal(world, &by, id, Field::Phone, "跌倒联系家属").unwrap();
        assert!(phone.starts_with("199") && phone.len() == 11);
        let number = reveal(world, &by, id, Field::Document, "核对证件号码").unwrap();
        assert_eq!(number.len(), 18);
        assert_eq!(reveal(world, &by, id, Field::Name, "登门核实").unwrap(), "李淑英");
        assert_eq!(reveal(world, &by, id, Field::BirthDay, "祝寿名单").unwrap(), "1985-05-17");
        let looks = seen(&one);
        assert_eq!(looks.len(), 4);
        assert_eq!((looks[3].field, looks[3].reason.as_str()), (Field::Phone, "跌倒联系家属"));
        assert_eq!(looks[3].by.as_ref().unwrap().name_masked, "冯**");
        assert_eq!(seen(&by), []);
        world.drain(Vec::new());
        let told = world.count(
            "SELECT COUNT(*) FROM journal WHERE district = $1 AND kind = 'person.revealed'",
            &[420_103],
        );
        assert_eq!(told, 4);
    });
}

#[test]
fn of_minors_staff_see_the_age_band_only() {
    on_both(|world| {
        let child = volunteer_with(world, "王小明", HERE, |join| {
            join.document = document(Day::from_ymd(2012, 5, 17).unwrap());
            join.guardian = Some(guardian());
        });
        let id = person(&child);
        let by = worker(world, "冯九", HERE, STREET);
        let seen = world.read("test_masked", &by, move |tx, call| crate::masked(tx, call, id)).unwrap();
        assert_eq!((seen.age_band, seen.document_last4.as_str()), ("10-17", ""));
        assert_eq!(seen.fields, [Field::Name, Field::Phone, Field::GuardianPhone]);
        for field in [Field::BirthDay, Field::Document] {
            assert_eq!(reveal(world, &by, id, field, "核对证件号码"), Err(Kind::Conflict));
        }
        assert!(reveal(world, &by, id, Field::GuardianPhone, "联系家长").is_ok());
    });
}

#[test]
fn pages_mask_and_show_once() {
    on_both(|world| {
        let one = volunteer(world, "李淑英", HERE);
        let other = volunteer(world, "李小龙", THERE);
        let by = worker(world, "冯九九", HERE, STREET);
        let client = client_of(world, &by);
        let list = client.get("/w/people?q=ls").body;
        assert!(list.contains("李**") && !list.contains("淑英"), "{list}");
        let path = format!("/w/people/{}", person(&one));
        assert!(list.contains(&path));
        let page = client.get(&path).body;
        assert!(page.contains("18-59") && !page.contains("淑英") && !page.contains("1985"), "{page}");
        let short = client.post(&path, &[("field", "name"), ("reason", "看看")]);
        assert_eq!(short.status, 422);
        assert!(short.body.contains("至少四个字") && short.body.contains("value=\"看看\""), "{}", short.body);
        let none = client.post(&path, &[("reason", "登门核实")]);
        assert!(none.status == 422 && none.body.contains("看哪一项"), "{}", none.body);
        let shown = client.post(&path, &[("field", "name"), ("reason", "登门核实"), ("key", "k")]);
        assert!(shown.status == 200 && shown.body.contains("李淑英"), "{}", shown.body);
        assert!(!client.get(&path).body.contains("淑英"), "once");
        let kept = world.count(
            "SELECT COUNT(*) FROM idempotency WHERE district = $1 AND answer LIKE '%淑英%'",
            &[420_103],
        );
        assert_eq!(kept, 0);
        let mine = client_of(world, &one).get("/me/looks").body;
        assert!(mine.contains("登门核实") && mine.contains("冯**") && !mine.contains("冯九九"), "{mine}");
        for name in ["people_page", "person_page", "looks_page", "person_reveal"] {
            let runs = if name == "person_page" { 8 } else { 4 };
            assert!(world.statements(name) <= runs * 8, "{name}");
        }
        let away = format!("/w/people/{}", person(&other));
        assert_eq!(client.get(&away).status, 404);
        assert_eq!(client.post(&away, &[("field", "name"), ("reason", "登门核实")]).status, 404);
        assert_eq!(client.get("/w/people/none").status, 404);
        assert_eq!(guest(world, false).get("/w/people").status, 303);
        assert_eq!(client_of(world, &one).get("/w/people").status, 403);
    });
}

#[test]
fn programs_of_the_staff_do_the_same() {
    on_both(|world| {
        let one = volunteer(world, "李淑英", HERE);
        let client = client_of(world, &worker(world, "冯九", HERE, STREET));
        let found = client.get("/api/v1/people?q=lsy").json();
        assert_eq!(found["people"][0]["name_masked"], "李**");
        assert_eq!(client.get("/api/v1/people").json()["errors"][0]["rule"], "query-missing");
        let id = person(&one);
        let page = client.get(&format!("/api/v1/people/{id}")).json();
        assert_eq!((page["age_band"].as_str(), page["asleep"].as_bool()), (Some("18-59"), Some(false)));
        let path = format!("/api/v1/people/{id}/reveals");
        let wish = json!({ "field": "name", "reason": "登门核实" });
        let shown = client.post_json(&path, "k1", &wish);
        assert_eq!(shown.json()["value"], "李淑英", "{}", shown.body);
        let again = client.post_json(&path, "k1", &wish);
        assert_eq!((again.status.as_u16(), again.json()["rule"].clone()), (409, json!("told-once")));
        let mine = client_of(world, &one);
        assert_eq!(mine.get("/api/v1/me/looks").json()["looks"].as_array().unwrap().len(), 1);
        assert_eq!(mine.post_json(&path, "k2", &wish).status, 403);
        assert_eq!(mine.get("/api/v1/people?q=l").status, 403);
        assert_eq!(client.get("/api/v1/people/none").status, 404);
    });
}

#[test]
fn age_bands_meet_without_a_gap() {
    let today = Day::from_ymd(2026, 3, 9).unwrap();
    let band =
        |years: i16, days: i32| age_band(Day::from_ymd(2026 - years, 3, 9).map(|day| day.plus(days)), today);
    assert_eq!([band(18, 1), band(18, 0), band(60, 1), band(60, 0)], ["10-17", "18-59", "18-59", "60-69"]);
    assert_eq!([band(80, 1), band(80, 0), band(10, 1)], ["70-79", "80+", "0-9"]);
    assert_eq!(age_band(None, today), "");
}

//! The page, the API and the public balance sheet, through the router.

use testkit::{Client, on_both};
use web::{App, Language, Place, Text};

use super::*;

fn client(world: &World) -> Client {
    let text = Text::new(&[web::LOCALES, crate::LOCALES]).unwrap();
    let place = Place { division: home(), name: "松柏社区".to_owned(), phone: "027-0000".to_owned() };
    let app = App::new(world.db.clone(), world.kit.clone(), text, place, Box::new(Door), false);
    Client::guest(crate::routes().into_parts().1.with_state(app))
}

/// A door for tests: the token is the person's id.
struct Door;

impl web::Sessions for Door {
    fn actor(&self, _: &mut db::Tx<'_>, _: &journal::Call, token: &str) -> Result<web::Entered, db::Fault> {
        let actor = Actor { person: token.parse().ok(), home: home(), ..Actor::default() };
        Ok(web::Entered { actor, touch: false })
    }

    fn touch(&self, _: &mut db::Tx<'_>, _: &journal::Call, _: &str) -> Result<(), db::Fault> {
        Ok(())
    }
}

#[test]
fn a_person_sees_their_own_coins_and_nobody_elses() {
    on_both(|world| {
        let (person, other) = (volunteer(world), volunteer(world));
        let guest = client(world);
        assert_eq!(guest.get("/v/coins").location.as_deref(), Some("/sign-in?next=/v/coins"));
        let empty = guest.with_token(person.to_string()).get("/v/coins");
        assert!(empty.status == 200 && empty.body.contains("还没有时间币"), "{}", empty.body);
        let wish = hour(world, person);
        record(world, wish);
        record(world, Wish { minutes: -30, kind: "correction", ..wish });
        record(world, hour(world, other));
        drain(world);
        let page = guest.with_token(person.to_string()).get("/v/coins");
        assert_eq!(page.body.matches("data-transfer").count(), 1);
        assert!(page.body.contains("+0.50") && page.body.contains("做志愿服务得到"), "{}", page.body);
        assert!(page.body.contains("2026年3月9日") && !page.body.contains("[coins-"));
        let before = world.statements("coins_page");
        guest.with_token(person.to_string()).get("/v/coins");
        assert!(world.statements("coins_page") - before <= 8);
        let api = guest.with_token(other.to_string()).get("/api/v1/me/coins").json();
        assert_eq!((api["balance"].as_i64(), api["transfers"][0]["amount"].as_i64()), (Some(100), Some(100)));
        assert_eq!(guest.get("/api/v1/me/coins").status, 401);
        assert_eq!(guest.with_token(other.to_string()).get("/api/v1/me/coins?before=x").status, 422);
    });
}

#[test]
fn older_movements_come_page_by_page() {
    on_both(|world| {
        let person = volunteer(world);
        for _ in 0..23 {
            record(world, hour(world, person));
        }
        drain(world);
        let me = client(world).with_token(person.to_string());
        let first = me.get("/api/v1/me/coins").json();
        assert_eq!(first["transfers"].as_array().unwrap().len(), 20);
        let next = first["next"].as_str().unwrap();
        let second = me.get(&format!("/api/v1/me/coins?before={next}")).json();
        assert_eq!((second["transfers"].as_array().unwrap().len(), second.get("next")), (3, None));
        assert!(me.get("/v/coins").body.contains(&format!("/v/coins?before={next}")));
    });
}

#[test]
fn the_balance_sheet_is_public_and_names_nobody() {
    on_both(|world| {
        let person = volunteer(world);
        record(world, hour(world, person));
        drain(world);
        let guest = client(world);
        let sheet = guest.get("/api/v1/timebank/balance-sheet?division=420103").json();
        assert_eq!((sheet["issued"].as_i64(), sheet["sum"].as_i64()), (Some(100), Some(0)));
        assert_eq!(sheet["lines"].as_array().unwrap().len(), 2);
        assert!(!sheet.to_string().contains(&person.to_string()));
        assert_eq!(guest.get("/api/v1/timebank/balance-sheet").json()["issued"].as_i64(), Some(100));
        assert_eq!(guest.get("/api/v1/timebank/balance-sheet?division=42").status, 422);
    });
}

#[test]
fn every_sentence_stands_in_both_languages() {
    let text = Text::new(&[web::LOCALES, crate::LOCALES]).unwrap();
    let source = [
        include_str!("../coins/templates/coins.html"),
        include_str!("../coins/api.rs"),
        include_str!("../balance_sheet.rs"),
    ];
    let mut keys: Vec<String> =
        ledger::Kind::ALL.iter().map(|kind| format!("coins-why-{}", kind.word())).collect();
    for part in source.iter().flat_map(|text| text.split("page.t(\"").skip(1)) {
        keys.push(part.split('"').next().unwrap().to_owned());
    }
    for part in source.iter().flat_map(|text| text.split("Refusal::invalid(").skip(1)) {
        keys.push(format!("refusal-{}", part.split('"').nth(3).unwrap()));
    }
    assert!(keys.len() > 20);
    for language in [Language::Chinese, Language::English] {
        for key in &keys {
            assert!(text.has(language, key), "{key} in {}", language.tag());
        }
    }
}

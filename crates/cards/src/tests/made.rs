//! Printing, printing anew, taking back.

use axum::http::StatusCode;
use people::testing;
use serde_json::json;

use super::{FAR, HERE, NEAR, browser, card, guest, id, led, whole};

#[test]
fn a_new_card_takes_the_old_one_back_and_only_its_digest_is_kept() {
    testkit::on_both(|world| {
        let li = testing::resident(world, "李淑英", HERE);
        let hers = browser(world, &li);
        let none = hers.get("/me/card");
        assert!(whole(&none).contains("还没有卡"), "{}", none.body);
        let pdf = hers.post("/me/card", &[("key", "k")]);
        assert_eq!((pdf.status, pdf.kind.as_str()), (StatusCode::OK, "application/pdf"), "{}", pdf.body);
        assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
        let (token, number) = card(world, &li);
        let page = hers.get("/me/card");
        let shown = format!("{} {}", &number[..4], &number[4..]);
        assert!(whole(&page).contains(&shown) && page.body.contains("2028年3月8日"), "{}", page.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM card", &[]), 2);
        assert_eq!(world.count("SELECT COUNT(*) FROM card WHERE revoked_at IS NULL", &[]), 1);
        // What is told once is told once, and nothing that is stored leads back to it.
        let again = hers.post_json("/api/v1/cards", "card", &json!({}));
        assert!(again.status == StatusCode::CONFLICT && again.body.contains("told-once"), "{}", again.body);
        world.drain(vec![]);
        let (_, bits) = token.split_once('.').unwrap();
        let stored = world.read("test_stored", &li, |tx, _| {
            let journal = "SELECT body FROM journal WHERE district = 420103";
            let mut all: Vec<(Vec<u8>,)> = tx.query(journal, db::params![])?;
            let answers: Vec<(String,)> =
                tx.query("SELECT answer FROM idempotency WHERE district = 420103", db::params![])?;
            all.extend(answers.into_iter().map(|(text,)| (text.into_bytes(),)));
            Ok(all)
        });
        let stored = stored.unwrap();
        assert!(stored.len() > 2);
        for (bytes,) in &stored {
            assert!(!String::from_utf8_lossy(bytes).contains(bits));
        }
        let kept: (Vec<u8>,) = world
            .read("test_card", &li, |tx, _| {
                let sql = "SELECT token_digest FROM card WHERE district = 420103 AND revoked_at IS NULL";
                Ok(tx.query_one(sql, db::params![])?)
            })
            .unwrap();
        assert_eq!(kept.0.len(), 32);
        assert!(!vault::hex(&kept.0).contains(bits));

        let gone = hers.post("/me/card/revoke", &[("key", "r")]).location.expect("taken back");
        assert!(whole(&hers.get(&gone)).contains("data-done=\"card-revoked\""));
        let again = hers.post_json("/api/v1/cards/revoke", "r2", &json!({}));
        assert_eq!(again.status, StatusCode::OK);
        assert_eq!(world.count("SELECT COUNT(*) FROM card WHERE revoked_at IS NULL", &[]), 0);
    });
}

#[test]
fn the_desk_prints_for_who_lives_there_and_nobody_else_does() {
    testkit::on_both(|world| {
        let worker = testing::worker(world, "周工作", NEAR, "420103001");
        let (li, far) = (testing::resident(world, "李淑英", HERE), testing::resident(world, "王建国", FAR));
        let desk = browser(world, &worker);
        let path = format!("/w/people/{}/card", id(&li));
        let page = desk.get(&path);
        assert!(whole(&page).contains("李**") && !page.body.contains("淑英"), "{}", page.body);
        let pdf = desk.post(&path, &[("key", "k")]);
        assert_eq!((pdf.status, pdf.kind.as_str()), (StatusCode::OK, "application/pdf"));
        let gone = desk.post(&format!("{path}/revoke"), &[("key", "r")]).location.expect("taken back");
        assert!(desk.get(&gone).body.contains("card-revoked"));
        for (who, person, status) in [
            (&worker, &far, StatusCode::NOT_FOUND),
            (&li, &far, StatusCode::NOT_FOUND),
            (&far, &li, StatusCode::NOT_FOUND),
        ] {
            let body = json!({"person": id(person).to_string()});
            for path in ["/api/v1/cards", "/api/v1/cards/revoke"] {
                assert_eq!(browser(world, who).post_json(path, "x", &body).status, status, "{path}");
            }
        }
        assert_eq!(browser(world, &li).get(&path).status, StatusCode::FORBIDDEN);
        assert_eq!(guest(world).post_json("/api/v1/cards", "x", &json!({})).status, StatusCode::UNAUTHORIZED);
        let (leader, _) = led(world, "韩队长");
        assert_eq!(browser(world, &leader).get(&path).status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn the_desk_prints_a_sheet_for_many() {
    testkit::on_both(|world| {
        let worker = testing::worker(world, "周工作", HERE, "420103001");
        let people: Vec<String> =
            (0..9).map(|_| id(&testing::resident(world, "李淑英", HERE)).to_string()).collect();
        let desk = browser(world, &worker);
        let found = desk.get("/w/cards?q=%E6%9D%8E");
        assert_eq!(whole(&found).matches("type=\"checkbox\"").count(), 9, "{}", found.body);
        let mut sent: Vec<(&str, &str)> = vec![("key", "k"), ("q", "李")];
        let nobody = desk.post("/w/cards", &sent);
        assert!(nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.body.contains("至少勾一个人"));
        sent.extend(people.iter().map(|person| ("person", person.as_str())));
        let pdf = desk.post("/w/cards", &sent);
        assert_eq!((pdf.status, pdf.kind.as_str()), (StatusCode::OK, "application/pdf"), "{}", pdf.body);
        assert_eq!(world.count("SELECT COUNT(*) FROM card", &[]), 9);
        let many: Vec<String> = (0..65).map(|n| format!("00000000-0000-8000-8000-{n:012}")).collect();
        let sent: Vec<(&str, &str)> = many.iter().map(|person| ("person", person.as_str())).collect();
        let refused = desk.post("/w/cards", &sent);
        assert!(refused.body.contains("一次最多打印 64 张"), "{}", refused.body);
        assert!(desk.get("/w/cards?q=nobody").body.contains("没有找到"));
    });
}

#[test]
fn a_page_costs_the_same_however_many_cards_there_were() {
    testkit::on_both(|world| {
        let worker = testing::worker(world, "周工作", HERE, "420103001");
        let li = testing::resident(world, "李淑英", HERE);
        card(world, &li);
        for (who, path, name) in [
            (&li, "/me/card".to_owned(), "card_page"),
            (&worker, format!("/w/people/{}/card", id(&li)), "card_page"),
            (&worker, "/w/cards?q=%E6%9D%8E".to_owned(), "card_people_page"),
        ] {
            let before = world.statements(name);
            assert_eq!(browser(world, who).get(&path).status, StatusCode::OK);
            let cost = world.statements(name) - before;
            assert!((1..=8).contains(&cost), "{path}: {cost}");
        }
    });
}

//! The pages and the API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::{Client, Reply};

use super::{HERE, browser, guest, id, operator, resident, whole};

fn field<'p>(page: &'p Reply, name: &str) -> &'p str {
    let mark = format!("name=\"{name}\" value=\"");
    let at = page.body.find(&mark).unwrap_or_else(|| panic!("no {name}: {}", page.body)) + mark.len();
    page.body[at..].split('"').next().unwrap()
}

/// Rings, and the page of the call.
fn ring(her: &Client, number: &str) -> Reply {
    let page = her.get("/h");
    let begun = her.post("/h", &[("key", field(&page, "key")), ("number", number)]);
    assert_eq!(begun.location.as_deref(), Some("/h"), "{}", begun.body);
    her.get("/h")
}

#[test]
fn a_call_is_taken_on_one_page() {
    testkit::on_both(|world| {
        let her = browser(world, &operator(world, "何立夏"));
        resident(world, "李淑英", HERE, "13800000301");
        let page = ring(&her, "13800000301");
        assert!(whole(&page).contains("李淑英") && page.body.contains("13800000301"));
        for key in ["h", "k", "c", "t", "p", "w", "u", "b", "v", "s"] {
            assert!(page.body.contains(&format!("accesskey=\"{key}\"")), "no key {key}");
        }
        let (call, key) = (field(&page, "call").to_owned(), field(&page, "key").to_owned());
        let said = [
            ("key", key.as_str()),
            ("call", call.as_str()),
            ("kind", "help"),
            ("category", "medicine"),
            ("day", "today"),
            ("part", "afternoon"),
            ("words", "取药。"),
            ("address", "3栋501"),
        ];
        // Each field is kept as it changes, under one key of the page.
        for upto in 3..=said.len() {
            assert_eq!(her.post("/h/save", &said[..upto]).location.as_deref(), Some("/h"));
        }
        let read = her.get("/h");
        assert!(whole(&read).contains("您是李淑英，请人帮忙：取药。今天下午，地址是"), "{}", read.body);
        assert!(read.body.contains("3栋501，对吗？"));
        let sent = her.post("/h/send", &said).location.expect("sent");
        let done = her.get(&sent);
        assert!(whole(&done).contains("data-done=\"call-need\"") && done.body.contains("big-code"));
        assert!(!done.body.contains("李淑英"), "ready for the next");
        assert_eq!(world.count("SELECT COUNT(*) FROM need WHERE channel = 'phone'", &[]), 1);
        // Sent twice it is one need.
        assert_eq!(her.post("/h/send", &said).location, Some(sent));
        assert_eq!(world.count("SELECT COUNT(*) FROM need", &[]), 1);
    });
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_lost() {
    testkit::on_both(|world| {
        let her = browser(world, &operator(world, "何立夏"));
        let wrong = her.post("/h", &[("number", "12")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(whole(&wrong).contains("号码不对") && wrong.body.contains("value=\"12\""));
        let page = ring(&her, "13800000302");
        assert!(whole(&page).contains("还不知道是谁打来的"));
        let call = field(&page, "call").to_owned();
        let said = [("call", call.as_str()), ("name", "陈小满"), ("words", "要人陪"), ("day", "someday")];
        let refused = her.post("/h/send", &said);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["没有找到归这里管的社区", "陈小满", "要人陪"] {
            assert!(whole(&refused).contains(words), "{words}: {}", refused.body);
        }
        assert!(her.get("/h").body.contains("陈小满"), "kept, though it could not be sent");
        assert_eq!(her.post("/h/send", &[("call", "none")]).status, StatusCode::NOT_FOUND);
        assert_eq!(guest(world).get("/h").status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn numbers_are_masked_until_somebody_calls() {
    testkit::on_both(|world| {
        let (mine, other) = (operator(world, "何立夏"), operator(world, "吕立秋"));
        let (her, him) = (browser(world, &mine), browser(world, &other));
        let empty = her.get("/h/calls");
        assert!(whole(&empty).contains("现在没有要回的电话"));
        let rang = json!({"number": "13800000303", "at": world.now().rfc3339()});
        let one = her.post_json("/api/v1/hotline/missed", "m", &rang).json();
        let path = format!("/h/calls/{}", one["id"].as_str().unwrap());
        let list = her.get("/h/calls");
        assert!(whole(&list).contains("138****0303") && !list.body.contains("13800000303"));
        assert!(list.body.contains("等回电 1 个"), "{}", list.body);
        let taken = her.post(&format!("{path}/take"), &[]);
        assert!(whole(&taken).contains("href=\"tel:13800000303\""), "{}", taken.body);
        assert!(!her.get("/h/calls").body.contains("13800000303"), "on the answer alone");
        let late = him.post(&format!("{path}/take"), &[]);
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("何**"), "{}", late.body);
        let wrong = her.post(&format!("{path}/settle"), &[("settled", "reached")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(whole(&wrong).contains("请写下对方说了什么"));
        let done = her.post(&format!("{path}/settle"), &[("settled", "no_answer"), ("key", "k")]);
        let list = her.get(&done.location.expect("settled"));
        assert!(whole(&list).contains("data-done=\"call-settled\"") && list.body.contains("打了 1 次没打通"));
        let undone = her.post(&format!("{path}/undo"), &[("key", "u")]);
        assert!(whole(&her.get(&undone.location.expect("undone"))).contains("现在该回的"));
        her.post(&format!("{path}/take"), &[]);
        let resumed = her.post(&format!("{path}/resume"), &[("key", "r")]);
        assert_eq!(resumed.location.as_deref(), Some("/h"));
        assert!(whole(&her.get("/h")).contains("13800000303"));
        assert_eq!(him.post(&format!("{path}/settle"), &[("settled", "gone")]).status, 422);
    });
}

#[test]
fn a_program_takes_a_call_and_calls_back() {
    testkit::on_both(|world| {
        let her = browser(world, &operator(world, "何立夏"));
        let li = resident(world, "李淑英", HERE, "13800000304");
        assert_eq!(her.get("/api/v1/hotline/call").status, StatusCode::NOT_FOUND);
        let begun = her.post_json("/api/v1/hotline/calls", "b", &json!({"number": "13800000304"}));
        assert!(!begun.body.contains("李") && !begun.body.contains("13800000304"), "{}", begun.body);
        let call: Value = her.get("/api/v1/hotline/call").json();
        assert_eq!((&call["name"], &call["number"]), (&json!("李淑英"), &json!("13800000304")));
        assert_eq!(call["people"][0]["id"], json!(id(&li).to_string()));
        let path = format!("/api/v1/hotline/calls/{}", call["id"].as_str().unwrap());
        let asked = json!({"kind": "enquiry", "words": "几点开门", "back": "today"});
        assert_eq!(her.post_json(&format!("{path}/save"), "s", &asked).status, StatusCode::OK);
        let sent = her.post_json(&format!("{path}/send"), "e", &asked).json();
        assert_eq!((&sent["state"], &sent["kind"]), (&json!("due"), &json!("enquiry")));
        world.pass_minutes(60);
        let list: Value = her.get("/api/v1/hotline/calls").json();
        assert_eq!((&list["waiting"], &list["due"][0]["id"]), (&json!(1), &call["id"]));
        let taken = her.post_json(&format!("{path}/take"), "t", &json!({}));
        assert_eq!(taken.json()["number"], json!("13800000304"));
        let again = her.post_json(&format!("{path}/take"), "t", &json!({}));
        assert!(again.status == StatusCode::CONFLICT && again.body.contains("told-once"), "{}", again.body);
        let reached = json!({"settled": "reached", "words": "八点半"});
        assert_eq!(her.post_json(&format!("{path}/settle"), "r", &reached).json()["state"], json!("closed"));
        assert_eq!(her.post_json(&format!("{path}/undo"), "u", &json!({})).json()["state"], json!("due"));
        her.post_json(&format!("{path}/take"), "t2", &json!({}));
        assert_eq!(her.post_json(&format!("{path}/resume"), "o", &json!({})).json()["state"], json!("open"));
        let wrong = her.post_json(&format!("{path}/settle"), "w", &json!({"settled": "gone"}));
        assert!(wrong.body.contains("call-settled-unknown"), "{}", wrong.body);
        assert_eq!(
            her.post_json("/api/v1/hotline/missed", "x", &json!({"number": "1", "at": "y"})).status,
            422
        );
    });
}

#[test]
fn a_page_costs_the_same_however_many_called() {
    testkit::on_both(|world| {
        let mine = operator(world, "何立夏");
        let her = browser(world, &mine);
        resident(world, "李淑英", HERE, "13800000305");
        ring(&her, "13800000305");
        let cost = |path: &str, name: &str| {
            let before = world.statements(name);
            assert_eq!(her.get(path).status, StatusCode::OK);
            world.statements(name) - before
        };
        let few = (cost("/h", "hotline_page"), cost("/h/calls", "hotline_calls_page"));
        for n in 0..20 {
            let rang = json!({"number": format!("138000004{n:02}"), "at": world.now().rfc3339()});
            her.post_json("/api/v1/hotline/missed", &format!("m{n}"), &rang);
        }
        let many = (cost("/h", "hotline_page"), cost("/h/calls", "hotline_calls_page"));
        assert_eq!(few, many);
        assert!(many.0 <= 8 && many.1 <= 8, "{many:?}");
    });
}

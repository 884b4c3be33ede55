use std::sync::Arc;

use kernel::{Actor, DivisionCode, Kind};
use serde_json::json;
use testkit::{Client, Reply, World, on_both};
use vault::Phone;
use web::{App, Place, PublicUrl, Site, Text};

use crate::testing::{phone, resident_with_phone};

const HERE: &str = "420103001005";

/// The people's routes over a world, as the demo's app or as an installation's.
pub(crate) fn guest(world: &World, demo: bool) -> Client {
    guest_at(world, demo, Site::default())
}

/// [`guest`] of an installation that is reached in its own way.
fn guest_at(world: &World, demo: bool, site: Site) -> Client {
    let text = Text::new(&[web::LOCALES, crate::LOCALES]).expect("sentences");
    let place = Place {
        division: DivisionCode::parse("420103001").unwrap(),
        name: "松园".to_owned(),
        phone: "027-00000000".to_owned(),
    };
    let sessions = Box::new(crate::SessionTable);
    let app = App::new(world.db.clone(), Arc::clone(&world.kit), text, place, sessions, demo).at(site);
    let (_, router, _) = crate::routes().into_parts();
    Client::guest(router.with_state(app))
}

/// A client signed in as this actor.
pub(crate) fn client_of(world: &World, actor: &Actor) -> Client {
    let person = actor.person.expect("a person");
    let token =
        world.write("test_session", actor, move |tx, call| crate::open_session(tx, call, person)).unwrap();
    guest(world, false).with_token(token)
}

/// The code of the newest message to this phone.
pub(crate) fn code(world: &World, phone: &Phone) -> String {
    let messages =
        world.read("test_outbox", &Actor::system(), |tx, call| notify::outbox(tx, call, 50)).unwrap();
    let message = messages.into_iter().find(|message| message.phone == *phone).expect("a message");
    message.text.chars().filter(char::is_ascii_digit).take(6).collect()
}

/// The token in the answer's cookie.
pub(crate) fn token(reply: &Reply) -> String {
    let cookie =
        reply.cookies.iter().find(|cookie| cookie.starts_with(web::SESSION_COOKIE)).expect("a cookie");
    cookie.split(['=', ';']).nth(1).expect("a value").to_owned()
}

/// The value of a hidden field.
pub(crate) fn hidden(reply: &Reply, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    let rest = reply.body.split_once(&from).unwrap_or_else(|| panic!("no {name}: {}", reply.body)).1;
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn who_is_known_is_in_after_two_screens() {
    on_both(|world| {
        let (guest, phone) = (guest(world, false), phone());
        resident_with_phone(world, "李四", HERE, &phone);
        let first = guest.get("/sign-in?next=/me/sessions");
        assert_eq!(hidden(&first, "next"), "/me/sessions");
        let second = guest.post("/sign-in", &[("phone", phone.as_str()), ("next", "/me/sessions")]);
        assert_eq!(second.status, 200, "{}", second.body);
        assert!(second.body.contains(&phone.masked()));
        let form = [("phone", phone.as_str()), ("next", "/me/sessions"), ("code", &code(world, &phone))];
        let in_now = guest.post("/sign-in/code", &form);
        assert_eq!((in_now.status.as_u16(), in_now.location.as_deref()), (303, Some("/me/sessions")));
        let cookie = in_now.cookies.join("");
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "over plain HTTP a browser would not keep it: {cookie}");
        let client = guest.with_token(token(&in_now));
        assert!(client.get("/me/sessions").body.contains("1 台手机或电脑"));
        let again = guest.post("/sign-in/code", &form);
        assert!(again.status == 422 && again.body.contains("已经用过"), "{}", again.body);
        let out = client.post("/sign-out", &[]);
        assert!(out.cookies.join("").contains("Max-Age=0"));
        assert_eq!(client.get("/me/sessions").location.as_deref(), Some("/sign-in?next=/me/sessions"));
    });
}

#[test]
fn who_is_new_gives_name_and_community_only() {
    on_both(|world| {
        let (guest, phone) = (guest(world, true), phone());
        guest.post("/sign-in", &[("phone", phone.as_str())]);
        let third = guest.post("/sign-in/code", &[("phone", phone.as_str()), ("code", &code(world, &phone))]);
        assert_eq!(third.status, 200);
        let ticket = hidden(&third, "ticket");
        assert!(!third.body.contains(phone.as_str()), "the ticket shows no phone");
        let wrong = guest.post("/sign-in/new", &[("ticket", &ticket), ("name", "李4"), ("division", "")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("value=\"李4\"") && wrong.body.contains("f-division"), "{}", wrong.body);
        let found = guest.post(
            "/sign-in/new",
            &[("ticket", &ticket), ("name", "李四"), ("place", "民族"), ("search", "1")],
        );
        assert!(found.status == 200 && found.body.contains("value=\"李四\"") && found.body.contains("民族"));
        let community = found.body.split("<option value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(community.len(), 12);
        let form = [("ticket", ticket.as_str()), ("name", "李四"), ("division", community)];
        let done = guest.post("/sign-in/new", &form);
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(guest.with_token(token(&done)).get("/me/sessions").status, 200);
        let twice = guest.post("/sign-in/new", &form);
        assert!(twice.status == 409 && twice.body.contains("已经有账号"), "{}", twice.body);
    });
}

#[test]
fn a_wrong_try_is_counted_and_the_sixth_is_not_heard() {
    on_both(|world| {
        let (guest, phone) = (guest(world, false), phone());
        guest.post("/sign-in", &[("phone", phone.as_str())]);
        let right = code(world, &phone);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for left in (0..5).rev() {
            let reply = guest.post("/sign-in/code", &[("phone", phone.as_str()), ("code", wrong)]);
            assert_eq!(reply.status, 422);
            let says =
                if left > 0 { format!("还可以试 {left} 次") } else { "不能再试了".to_owned() };
            assert!(reply.body.contains(&says), "{says}: {}", reply.body);
        }
        let late = guest.post("/sign-in/code", &[("phone", phone.as_str()), ("code", &right)]);
        assert!(late.status == 422 && late.body.contains("试得太多"), "{}", late.body);
    });
}

#[test]
fn a_code_lives_five_minutes_and_comes_once_a_minute_and_ten_times_a_day() {
    on_both(|world| {
        let (guest, phone) = (guest(world, false), phone());
        let send = || guest.post("/sign-in", &[("phone", phone.as_str())]).status.as_u16();
        assert_eq!((send(), send()), (200, 429));
        let old = code(world, &phone);
        world.pass_minutes(5);
        let late = guest.post("/sign-in/code", &[("phone", phone.as_str()), ("code", &old)]);
        assert!(late.status == 422 && late.body.contains("过期"));
        for _ in 0..9 {
            world.pass_minutes(20);
            assert_eq!(send(), 200);
        }
        world.pass_minutes(20);
        assert_eq!(send(), 429);
        world.pass_minutes(24 * 60);
        assert_eq!(send(), 200);
    });
}

#[test]
fn of_an_hour_the_sixth_code_is_refused_and_says_when() {
    on_both(|world| {
        let (guest, phone) = (guest(world, false), phone());
        for n in 0..6 {
            let path = "/api/v1/sign-in/codes";
            let reply = guest.post_json(path, &format!("k{n}"), &json!({ "phone": phone.as_str() }));
            assert_eq!(reply.status.as_u16(), if n < 5 { 200 } else { 429 }, "{}", reply.body);
            if n == 5 {
                assert_eq!(reply.json()["rule"], "codes-of-hour-used");
                assert!(reply.json()["retry_at"].is_string());
            }
            world.pass_minutes(1);
        }
    });
}

#[test]
fn the_cookie_is_for_https_alone_where_the_site_has_it() {
    on_both(|world| {
        let phone = phone();
        resident_with_phone(world, "李四", HERE, &phone);
        let public_url = Some(PublicUrl::parse("https://linli.example").unwrap());
        let guest = guest_at(world, false, Site { public_url, ..Site::default() });
        guest.post("/sign-in", &[("phone", phone.as_str())]);
        let in_now =
            guest.post("/sign-in/code", &[("phone", phone.as_str()), ("code", &code(world, &phone))]);
        assert!(in_now.cookies.join("").contains("; Secure"), "{:?}", in_now.cookies);
    });
}

#[test]
fn codes_are_limited_by_address_and_a_known_proxy_says_whose() {
    on_both(|world| {
        let proxies = vec!["127.0.0.1".parse().unwrap()];
        let behind = guest_at(world, false, Site { proxies, ..Site::default() });
        let ask = |client: &Client| client.post("/sign-in", &[("phone", phone().as_str())]).status.as_u16();
        let from = |address: &str| behind.with_header("x-forwarded-for", address);
        let hall = from("203.0.113.7");
        for n in 0..30 {
            assert_eq!(ask(&hall), 200, "{n}");
        }
        assert_eq!(ask(&hall), 429);
        let english = hall.with_header("accept-language", "en");
        assert!(english.post("/sign-in", &[("phone", phone().as_str())]).body.contains("Too many tries"));
        assert_eq!(ask(&from("203.0.113.8")), 200, "another address has its own limit");
        assert_eq!(ask(&from("203.0.113.8, 203.0.113.7")), 429, "what a guest writes before is not believed");
        world.pass_minutes(10);
        assert_eq!(ask(&hall), 200);
        // Without a known proxy the peer counts, whatever the header says.
        let open = guest(world, false);
        for n in 0..30 {
            assert_eq!(ask(&open.with_header("x-forwarded-for", &format!("203.0.113.{n}"))), 200);
        }
        assert_eq!(ask(&open.with_header("x-forwarded-for", "203.0.113.99")), 429);
    });
}

#[test]
fn the_answer_does_not_tell_whether_a_phone_is_known() {
    on_both(|world| {
        let (guest, known, new) = (guest(world, false), phone(), phone());
        resident_with_phone(world, "李四", HERE, &known);
        let shape = |phone: &Phone| {
            let reply = guest.post("/sign-in", &[("phone", phone.as_str())]);
            let body = reply.body.replace(phone.as_str(), "P").replace(&phone.masked(), "M");
            let parts: Vec<&str> = body.split("name=\"key\" value=\"").collect();
            let body: Vec<&str> = parts.iter().map(|part| part.get(32..).unwrap_or(part)).collect();
            (reply.status, body.concat().len())
        };
        let before = world.statements("sign_in_send");
        assert_eq!(shape(&known).0, 200);
        let first = world.statements("sign_in_send") - before;
        assert_eq!(shape(&new).0, 200);
        assert_eq!(world.statements("sign_in_send") - before, 2 * first);
        world.pass_minutes(2);
        assert_eq!(shape(&known), shape(&new));
    });
}

#[test]
fn a_program_signs_in_with_a_bearer_token() {
    on_both(|world| {
        let (guest, phone) = (guest(world, false), phone());
        let send = json!({ "phone": phone.as_str() });
        assert_eq!(guest.post_json("/api/v1/sign-in/codes", "a", &send).status, 200);
        let body = json!({ "phone": phone.as_str(), "code": code(world, &phone) });
        let new = guest.post_json("/api/v1/sign-in", "b", &body).json();
        assert!(new["token"].is_null());
        let resident = json!({ "ticket": new["ticket"], "name": "李四", "division": "420103001005" });
        let tree = divisions_have(HERE);
        let made = guest.post_json("/api/v1/people", "c", &resident);
        assert_eq!(made.status.as_u16(), if tree { 200 } else { 422 }, "{}", made.body);
        let wrong = json!({ "phone": phone.as_str(), "code": "1" });
        let refused = guest.post_json("/api/v1/sign-in", "d", &wrong);
        assert_eq!(
            (refused.status.as_u16(), refused.json()["errors"][0]["field"].clone()),
            (422, json!("code"))
        );
        let no_phone = guest.post_json("/api/v1/sign-in/codes", "e", &json!({ "phone": "12345" }));
        assert_eq!(no_phone.json()["errors"][0]["rule"], "phone-length");
        assert_eq!(guest.post_json("/api/v1/sign-out", "f", &json!({})).json()["signed_out"], true);
    });
}

/// Whether the national tree has the community; the API takes no other.
fn divisions_have(code: &str) -> bool {
    let world = World::sqlite();
    let code = DivisionCode::parse(code).unwrap();
    world.read("test_tree", &Actor::system(), move |tx, _| Ok(places::tree_in(tx)?.contains(code))).unwrap()
}

#[test]
fn a_ticket_is_over_after_half_an_hour_and_cannot_be_made() {
    on_both(|world| {
        let one = phone();
        let to = one.clone();
        let ticket =
            world.write("test_ticket", &Actor::guest(), move |_, call| super::ticket(call, &to)).unwrap();
        let open = |ticket: &str| super::ticket_phone(&world.kit.keys, ticket, world.now());
        assert_eq!(open(&ticket), Ok(one));
        let forged = format!("{}A", &ticket[..ticket.len() - 1]);
        assert!(open(&forged).is_err() || forged == ticket);
        world.pass_minutes(30);
        let refused = open(&ticket).unwrap_err();
        assert_eq!((refused.kind, refused.rule), (Kind::Conflict, "ticket-over"));
    });
}

#[test]
fn the_outbox_is_the_demos_alone() {
    on_both(|world| {
        let phone = phone();
        let (demo, serve) = (guest(world, true), guest(world, false));
        demo.post("/sign-in", &[("phone", phone.as_str())]);
        let page = demo.get("/demo/outbox").body;
        let code = code(world, &phone);
        assert!(page.contains(&format!("<b class=\"code\">{code}</b>")), "{page}");
        assert!(page.contains("class=\"message") && page.contains(phone.as_str()));
        assert_eq!(serve.get("/demo/outbox").status, 404);
        let pending = world.count("SELECT COUNT(*) FROM journal_pending WHERE district = $1", &[420_103]);
        assert_eq!(pending, 0, "a code is no event");
    });
}

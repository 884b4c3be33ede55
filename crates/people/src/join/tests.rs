use kernel::{Actor, Day, Id, Person, Role};
use serde_json::json;
use testkit::{Client, Reply, World, on_both};

use crate::{
    Join, Joined,
    sign_in::tests::{client_of, code, guest, hidden, token},
    testing::{document, guardian, phone, resident, resident_with_phone, wish},
};

const HERE: &str = "420103001005";

/// A community of the national tree in the street that the installation stands for.
fn community(world: &World) -> String {
    let code = world
        .read("test_tree", &Actor::system(), |tx, _| {
            let street = crate::testing::division("420103001");
            let tree = places::tree_in(tx)?;
            Ok(tree.subtree(street).map(|one| one.code).find(|code| *code != street))
        })
        .unwrap();
    code.expect("a community").to_string()
}

fn try_join(world: &World, wish: &Join) -> Result<Joined, db::Failure> {
    let wish = wish.clone();
    world.write("test_join", &Actor::system(), move |tx, call| crate::join(tx, call, wish.clone()))
}

fn rules(outcome: Result<Joined, db::Failure>) -> Vec<(&'static str, &'static str)> {
    let failure = outcome.unwrap_err();
    failure.refusal().unwrap().fields.iter().map(|field| (field.field, field.rule)).collect()
}

fn born(years_ago: i16) -> Day {
    Day::from_ymd(2026 - years_ago, 3, 9).unwrap()
}

#[test]
fn every_wrong_field_is_named_at_once() {
    on_both(|world| {
        let mut wrong = wish("4", "420103");
        wrong.document = document(born(12));
        wrong.categories = vec!["No Such".to_owned()];
        wrong.times = vec![(kernel::Weekday::new(0).unwrap(), 700, 600)];
        wrong.radius_m = -1;
        let expected = [
            ("name", "name-not-letters"),
            ("division", "division-not-community"),
            ("guardian_name", "guardian-missing"),
            ("categories", "categories-unknown"),
            ("times", "times-backwards"),
            ("radius_m", "radius-out-of-range"),
        ];
        assert_eq!(rules(try_join(world, &wrong)), expected);
        assert_eq!(world.count("SELECT COUNT(*) FROM person WHERE district = $1", &[420_103]), 0);
    });
}

#[test]
fn age_decides_who_must_be_asked() {
    on_both(|world| {
        let at_age = |years: i16, days: i32, with: bool, consent: bool| {
            let mut one = wish("王小明", HERE);
            one.document = document(born(years).plus(days));
            one.guardian = with.then(|| crate::Guardian { consent, ..guardian() });
            try_join(world, &one)
        };
        assert_eq!(rules(at_age(10, 1, true, true)), [("number", "join-too-young")]);
        assert!(at_age(10, 0, true, true).is_ok(), "ten today");
        assert_eq!(rules(at_age(18, 1, false, false)), [("guardian_name", "guardian-missing")]);
        let no_consent = rules(at_age(17, 0, true, false));
        assert_eq!(no_consent, [("guardian_consent", "guardian-consent-missing")]);
        assert!(at_age(18, 0, false, false).is_ok(), "of age today");
        let mut passport = wish("安娜", HERE);
        passport.document = crate::read_document("passport", "E1234567", world.now().day()).unwrap();
        assert_eq!(rules(try_join(world, &passport)), [("birth_day", "birth-day-missing")]);
        passport.birth_day = Some(world.now().day().plus(1));
        assert_eq!(rules(try_join(world, &passport)), [("birth_day", "birth-day-in-future")]);
        let typed =
            [("name", "安娜"), ("kind", "passport"), ("number", "E1234567"), ("birth_day", "2030-01-01")];
        let page = guest(world, true).post("/join", &typed);
        assert!(page.status == 422 && page.body.contains("出生日期在今天之后"), "{}", page.body);
        assert!(page.body.contains("value=\"2030-01-01\""), "nothing typed is lost");
        passport.birth_day = Some(born(30));
        assert!(try_join(world, &passport).is_ok());
    });
}

#[test]
fn a_document_is_one_volunteer_in_the_whole_country() {
    on_both(|world| {
        let first = wish("李四", HERE);
        let Ok(Joined::New(person)) = try_join(world, &first) else { panic!("the first joins") };
        let mut second = wish("李四", "420106001001");
        second.document = first.document.clone();
        let last4 = first.phone.last_four().to_owned();
        assert_eq!(try_join(world, &second), Ok(Joined::ClaimOffered { last4: last4.clone() }));
        // The household book bears the card's number.
        let book =
            crate::read_document("household_book", first.document.number(), world.now().day()).unwrap();
        second.document = book;
        assert_eq!(try_join(world, &second), Ok(Joined::ClaimOffered { last4 }));
        assert_eq!(world.count("SELECT COUNT(*) FROM person WHERE district = $1", &[420_106]), 0);
        let mut again = first.clone();
        again.document = document(born(40));
        let refused = try_join(world, &again).unwrap_err();
        assert_eq!(refused.refusal().unwrap().rule, "already-volunteer");
        let number = number_of(world, person);
        assert!(crate::is_volunteer_number(&number));
        for part in [first.document.number().get(6..14), first.document.number().get(14..)] {
            assert!(!number.contains(part.unwrap()), "{number}");
        }
        world.drain(Vec::new());
    });
}

fn number_of(world: &World, person: Id<Person>) -> String {
    let actor = crate::testing::actor(world, person);
    world.read("test_profile", &actor, crate::profile).unwrap().number
}

#[test]
fn of_many_with_one_document_at_once_one_joins() {
    on_both(|world| {
        let card = document(born(30));
        let wishes: Vec<Join> = (0..6)
            .map(|n| Join {
                document: card.clone(),
                ..wish("李四", if n % 2 == 0 { HERE } else { "420106001001" })
            })
            .collect();
        let joined: Vec<Joined> = std::thread::scope(|scope| {
            let tries: Vec<_> = wishes.iter().map(|one| scope.spawn(move || try_join(world, one))).collect();
            tries.into_iter().map(|handle| handle.join().unwrap().unwrap()).collect()
        });
        let new = joined.iter().filter(|joined| matches!(joined, Joined::New(_))).count();
        assert_eq!(new, 1, "{}: {joined:?}", world.engine);
        let people = [420_103, 420_106]
            .map(|district| world.count("SELECT COUNT(*) FROM person WHERE district = $1", &[district]));
        assert_eq!(people.iter().sum::<i64>(), 1, "no account without its volunteer");
    });
}

#[test]
fn a_document_that_is_wrong_says_how() {
    let today = Day::from_ymd(2026, 3, 9).unwrap();
    let right = document(Day::from_ymd(1985, 5, 17).unwrap()).number().to_owned();
    let flipped = if right.ends_with('1') { "2" } else { "1" };
    let mistyped = format!("{}{flipped}", right.get(..17).unwrap());
    let cases = [
        ("resident_id", "", "document-missing"),
        ("driving_licence", right.as_str(), "document-kind-unknown"),
        ("resident_id", "4201031985", "document-length"),
        ("resident_id", "420103850517001", "document-fifteen-digits"),
        ("resident_id", "99010319850517001X", "document-area"),
        ("resident_id", "42010319850231001X", "document-birthday-impossible"),
        ("resident_id", "42010320990101001X", "document-birthday-in-future"),
        ("resident_id", "4201031985051700AX", "document-character"),
        ("resident_id", mistyped.as_str(), "document-check-digit"),
    ];
    let text = web::Text::new(&[web::LOCALES, crate::LOCALES]).unwrap();
    let mut sentences = std::collections::BTreeSet::new();
    for (kind, number, rule) in cases {
        let refusal = crate::read_document(kind, number, today).unwrap_err();
        assert_eq!(refusal.fields[0].rule, rule, "{number}");
        for language in [web::Language::Chinese, web::Language::English] {
            let sentence = text.get(language, &format!("refusal-{rule}"), &refusal.fields[0].args);
            assert!(!sentence.contains(['[', '{']), "{sentence}");
            assert!(sentences.insert(sentence), "each has its own sentence");
        }
    }
}

struct Screen<'c> {
    client: &'c Client,
    identity: Vec<(&'static str, String)>,
}

impl Screen<'_> {
    fn step(&self, step: &'static str, more: &[(&'static str, &str)]) -> Reply {
        let mut form: Vec<(&str, &str)> =
            self.identity.iter().map(|(name, value)| (*name, value.as_str())).collect();
        form.push(("step", step));
        form.extend(more);
        self.client.post("/join", &form)
    }
}

fn screens<'c>(client: &'c Client, name: &str, number: &str) -> Screen<'c> {
    let identity =
        vec![("name", name.to_owned()), ("kind", "resident_id".to_owned()), ("number", number.to_owned())];
    Screen { client, identity }
}

#[test]
fn a_guest_joins_in_three_screens() {
    on_both(|world| {
        let (client, phone, place) = (guest(world, true), phone(), community(world));
        assert!(client.get("/join").body.contains("name=\"number\""));
        let wrong = client.post("/join", &[("name", "李四"), ("kind", "resident_id"), ("number", "123")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("value=\"123\"") && wrong.body.contains("没有 3 位"), "{}", wrong.body);
        let card = document(Day::from_ymd(1985, 5, 17).unwrap());
        let screen = screens(&client, "李淑英", card.number());
        let second = screen.step("", &[]);
        assert!(second.status == 200 && second.body.contains("name=\"phone\""), "{}", second.body);
        let early = screen.step("check", &[("phone", phone.as_str()), ("division", &place)]);
        assert!(early.status == 422 && early.body.contains("先按"), "{}", early.body);
        let typed = [("phone", phone.as_str()), ("division", place.as_str()), ("categories", "elderly")];
        let sent = screen.step("send", &typed);
        assert!(sent.status == 200 && sent.body.contains("验证码已发出"), "{}", sent.body);
        assert!(sent.body.contains("value=\"elderly\" checked"), "nothing typed is lost");
        let code = code(world, &phone);
        let with_code = [&typed[..], &[("code", code.as_str()), ("times", "weekend-morning")]].concat();
        let third = screen.step("check", &with_code);
        assert_eq!(third.status, 200, "{}", third.body);
        assert!(third.body.contains("陪伴老人") && third.body.contains("周末上午"));
        assert!(third.body.contains(&card.masked()));
        let ticket = hidden(&third, "ticket");
        let last = [
            ("ticket", ticket.as_str()),
            ("division", &place),
            ("categories", "elderly"),
            ("times", "weekend-morning"),
        ];
        let done = screen.step("join", &last);
        assert_eq!(
            (done.status.as_u16(), done.location.as_deref()),
            (303, Some("/join/done")),
            "{}",
            done.body
        );
        let mine = client.with_token(token(&done));
        assert!(mine.get("/join/done").body.contains("data-done=\"joined\""));
        let profile = mine.get("/api/v1/me/volunteer").json();
        assert_eq!(profile["categories"], json!(["elderly"]));
        assert_eq!(profile["times"].as_array().unwrap().len(), 2);
        assert_eq!(mine.get("/join").location.as_deref(), Some("/v/profile"));
    });
}

#[test]
fn a_second_registration_of_the_same_person_is_offered_the_first() {
    on_both(|world| {
        let first = wish("李淑英", HERE);
        try_join(world, &first).unwrap();
        let (client, new, place) = (guest(world, true), phone(), community(world));
        let screen = screens(&client, "李淑英", first.document.number());
        let typed = [("phone", new.as_str()), ("division", place.as_str())];
        screen.step("send", &typed);
        let code = code(world, &new);
        let third = screen.step("check", &[&typed[..], &[("code", code.as_str())]].concat());
        let ticket = hidden(&third, "ticket");
        let before = world.count("SELECT COUNT(*) FROM person WHERE district = $1", &[420_103]);
        let claim = screen.step("join", &[("ticket", &ticket), ("division", &place)]);
        assert_eq!(claim.status, 409);
        assert!(claim.body.contains("data-done=\"claim-offered\""), "{}", claim.body);
        assert!(claim.body.contains(first.phone.last_four()) && !claim.body.contains(first.phone.as_str()));
        assert_eq!(world.count("SELECT COUNT(*) FROM person WHERE district = $1", &[420_103]), before);
    });
}

#[test]
fn who_is_known_joins_without_the_phone_and_a_minor_brings_a_guardian() {
    on_both(|world| {
        let place = community(world);
        let client = client_of(world, &resident(world, "王小明", &place));
        let card = document(Day::from_ymd(2012, 5, 17).unwrap());
        let screen = screens(&client, "王小明", card.number());
        let second = screen.step("", &[]);
        assert!(!second.body.contains("name=\"phone\"") && second.body.contains("name=\"guardian_name\""));
        let alone = screen.step("check", &[("division", &place)]);
        assert_eq!(alone.status, 422);
        for words in ["需要监护人，请填写", "需要监护人同意"] {
            assert!(alone.body.contains(words), "{words}");
        }
        let family = [
            ("division", place.as_str()),
            ("guardian_name", "王家长"),
            ("guardian_phone", "19900000000"),
            ("guardian_consent", "yes"),
        ];
        assert_eq!(screen.step("check", &family).status, 200);
        let done = screen.step("join", &family);
        assert_eq!(done.location.as_deref(), Some("/join/done"), "{}", done.body);
    });
}

#[test]
fn a_known_phone_signs_in_on_the_way() {
    on_both(|world| {
        let (phone, place) = (phone(), community(world));
        let known = resident_with_phone(world, "李四", &place, &phone);
        let client = guest(world, true);
        let card = document(Day::from_ymd(1985, 5, 17).unwrap());
        let screen = screens(&client, "李四", card.number());
        let typed = [("phone", phone.as_str()), ("division", place.as_str())];
        screen.step("send", &typed);
        let code = code(world, &phone);
        let third = screen.step("check", &[&typed[..], &[("code", code.as_str())]].concat());
        let mine = client.with_token(token(&third));
        let done = screens(&mine, "李四", card.number()).step("join", &[("division", &place)]);
        assert_eq!(done.location.as_deref(), Some("/join/done"), "{}", done.body);
        let actor = crate::testing::actor(world, known.person.unwrap());
        assert!(actor.holds(Role::Volunteer));
    });
}

#[test]
fn a_program_joins_for_who_is_signed_in() {
    on_both(|world| {
        let client = client_of(world, &resident(world, "李四", HERE));
        let card = document(Day::from_ymd(1985, 5, 17).unwrap());
        let body = json!({ "name": "李四", "kind": "resident_id", "number": card.number() });
        let made = client.post_json("/api/v1/volunteers", "a", &body);
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(crate::is_volunteer_number(made.json()["number"].as_str().unwrap()));
        let again = client.post_json("/api/v1/volunteers", "a", &body);
        assert_eq!(again.json(), made.json(), "the same key, the same answer");
        assert_eq!(client.post_json("/api/v1/volunteers", "b", &body).json()["rule"], "already-volunteer");
        let other = client_of(world, &resident(world, "李五", HERE));
        let claim = other.post_json("/api/v1/volunteers", "c", &body);
        assert_eq!((claim.status.as_u16(), claim.json()["rule"].clone()), (409, json!("document-claimed")));
        let guest = guest(world, false);
        assert_eq!(guest.post_json("/api/v1/volunteers", "d", &body).status, 401);
        let bad = other.post_json(
            "/api/v1/volunteers",
            "e",
            &json!({ "name": "李五", "kind": "resident_id", "number": "1" }),
        );
        assert_eq!(bad.json()["errors"][0]["rule"], "document-length");
    });
}

#[test]
fn the_document_stands_nowhere_in_clear() {
    on_both(|world| {
        let one = wish("李四", HERE);
        let Ok(Joined::New(person)) = try_join(world, &one) else { panic!("joins") };
        let stored: (Vec<u8>, Vec<u8>) = world
            .db
            .read_now("testkit_rows", move |tx| {
                tx.query_one::<(Vec<u8>, Vec<u8>)>(
                    "SELECT number, number_index FROM person_document WHERE district = $1 AND person = $2",
                    db::params![person.district(), person],
                )
            })
            .unwrap();
        let text = String::from_utf8_lossy(&[stored.0.clone(), stored.1].concat()).into_owned();
        assert!(!text.contains(one.document.number()));
        assert_eq!(
            world.kit.keys.open("person.document", &stored.0).unwrap(),
            one.document.number().as_bytes()
        );
        assert!(world.kit.keys.open("person.phone", &stored.0).is_err(), "for its purpose only");
    });
}

use axum::http::StatusCode;
use kernel::Role;
use serde_json::json;
use testkit::on_both;

use crate::{
    sign_in::tests::client_of,
    testing::{holder, resident, volunteer, worker},
};

const HERE: &str = "420103001005";
const THERE: &str = "420103002001";
const STREET: &str = "420103001";

#[test]
fn a_worker_notes_what_a_volunteer_has_and_matching_sees_it() {
    on_both(|world| {
        let one = volunteer(world, "李淑英", HERE).person.unwrap();
        let desk = client_of(world, &worker(world, "冯九", HERE, STREET));
        let path = format!("/w/people/{one}/cover");
        assert!(desk.get(&format!("/w/people/{one}")).body.contains(&path));
        let wrong = desk.post(
            &path,
            &[
                ("insured_until", "someday"),
                ("trained_until", "2026-12-31"),
                ("skill", "nursing"),
                ("proof", " "),
            ],
        );
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["日期不对", "请写看过什么证明", "value=\"someday\"", "value=\"2026-12-31\""]
        {
            assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
        }
        let fields = [
            ("key", "k"),
            ("insured_until", "2026-12-31"),
            ("trained_until", "2027-03-01"),
            ("skill", "nursing"),
            ("proof", "护士执业证，尾号 0123"),
            ("skill_until", "2028-01-01"),
        ];
        let noted = desk.post(&path, &fields).location.expect("noted");
        let shown = desk.get(&noted);
        assert!(
            shown.body.contains("data-done=\"cover-noted\"") && shown.body.contains("尾号 0123"),
            "{}",
            shown.body
        );
        assert!(!shown.body.contains(">["), "{}", shown.body);
        let facts = world
            .read("facts", &kernel::Actor::system(), move |tx, call| {
                crate::volunteer_facts(tx, one, (call.now, call.now + kernel::Minutes(60)))
            })
            .unwrap()
            .unwrap();
        let until = |day: &str| Some(day.parse::<kernel::Day>().unwrap());
        assert_eq!(facts.insured.unwrap().until, until("2026-12-31"));
        assert_eq!(facts.trainings[0].validity.until, until("2027-03-01"));
        assert_eq!(
            (facts.skills[0].code.as_str(), facts.skills[0].validity.until),
            ("nursing", until("2028-01-01"))
        );

        // A day left out ends what was noted; the API does the same.
        let api = desk.post_json(
            &format!("/api/v1/people/{one}/cover"),
            "a",
            &json!({"insured_until": "2026-12-31"}),
        );
        assert_eq!(api.status, StatusCode::OK, "{}", api.body);
        let (_, now) = world
            .read("cover", &worker(world, "冯十", HERE, STREET), move |tx, call| {
                crate::cover(tx, call, one)
            })
            .unwrap();
        assert_eq!((now.insured_until, now.trained_until), (until("2026-12-31"), None));
        assert_eq!(now.skills[0].proof, "护士执业证，尾号 0123", "a proof that was seen stays");

        // Nobody else: of another place 404, without the right 403, of who is no volunteer 404.
        let far = client_of(world, &worker(world, "冯远", THERE, "420103002"));
        assert_eq!(far.get(&path).status, StatusCode::NOT_FOUND);
        assert_eq!(far.post(&path, &fields).status, StatusCode::NOT_FOUND);
        let security = client_of(world, &holder(world, "秦安", HERE, Role::SecurityAdministrator, "420103"));
        assert_eq!(security.get(&path).status, StatusCode::FORBIDDEN);
        let nobody = resident(world, "孙居民", HERE).person.unwrap();
        assert_eq!(desk.get(&format!("/w/people/{nobody}/cover")).status, StatusCode::NOT_FOUND);
        world.drain(vec![]);
    });
}

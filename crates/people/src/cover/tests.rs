use axum::http::StatusCode;
use kernel::Role;
use serde_json::json;
use testkit::on_both;

use super::{Gained, Proven};
use crate::{
    sign_in::tests::client_of,
    testing::{holder, resident, volunteer, volunteer_with, worker},
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

#[test]
fn a_training_adds_and_never_shortens() {
    on_both(|world| {
        let who = volunteer(world, "李淑英", HERE);
        let nobody = resident(world, "孙居民", HERE);
        let day = |text: &str| text.parse::<kernel::Day>().unwrap();
        let gain = |who: &kernel::Actor, gained: Gained| {
            let person = who.person.unwrap();
            world
                .write("volunteer_cover", &kernel::Actor::system(), move |tx, call| {
                    let locked = crate::lock(tx, person)?;
                    crate::qualify(tx, call, &locked, &gained)
                })
                .unwrap()
        };
        let skill = |proof: &str, until: Option<&str>| {
            let (skill, proof) = ("first_aid".to_owned(), proof.to_owned());
            Gained::Skill(Proven { skill, proof, until: until.map(day) })
        };
        assert!(gain(&who, Gained::Training(day("2027-03-09"))));
        for (earlier, gained) in [("2027-03-09", false), ("2026-12-31", false), ("2027-03-10", true)] {
            assert_eq!(gain(&who, Gained::Training(day(earlier))), gained, "{earlier}");
        }
        for (proof, until, gained) in [
            ("一", Some("2028-01-01"), true),
            ("二", Some("2028-01-01"), false),
            ("三", Some("2028-01-02"), true),
            ("四", Some("2027-01-01"), false),
            ("五", None, true),
            ("六", Some("2090-01-01"), false),
            ("七", None, false),
        ] {
            assert_eq!(gain(&who, skill(proof, until)), gained, "{proof}");
        }
        let now = world.read("cover", &who, crate::own_cover).unwrap();
        assert_eq!(now.trained_until, Some(day("2027-03-10")));
        assert_eq!((now.skills[0].proof.as_str(), now.skills[0].until), ("五", None));
        // What was only told is no proof that could stand against one.
        let told =
            volunteer_with(world, "王小明", HERE, |wish| wish.skills = vec!["first_aid".to_owned()]);
        assert!(gain(&told, skill("八", Some("2026-04-01"))));
        assert!(!gain(&nobody, skill("九", None)) && !gain(&nobody, Gained::Training(day("2030-01-01"))));
        world.drain(vec![]);
    });
}

use serde_json::json;
use testkit::on_both;

use crate::{
    sign_in::tests::{client_of, guest},
    testing::{actor, resident, volunteer_with},
};

const HERE: &str = "420103001005";

#[test]
fn a_volunteer_changes_what_was_told() {
    on_both(|world| {
        let odd = (kernel::Weekday::new(2).unwrap(), 600, 660);
        let one = volunteer_with(world, "李四", HERE, |join| {
            join.times = vec![odd];
            join.skills = vec!["calligraphy".to_owned(), "cooking".to_owned()];
        });
        let client = client_of(world, &one);
        let page = client.get("/v/profile").body;
        assert!(
            page.contains("value=\"other\" checked") && page.contains("value=\"cooking\" checked"),
            "{page}"
        );
        let form = [
            ("categories", "elderly"),
            ("categories", "study"),
            ("skills", "haircut"),
            ("times", "weekend-morning"),
            ("times", "other"),
            ("radius_m", "1500"),
            ("limits", "dogs"),
            ("key", "k"),
        ];
        let saved = client.post("/v/profile", &form);
        assert_eq!(saved.location.as_deref(), Some("/v/profile?done=profile"), "{}", saved.body);
        assert!(client.get("/v/profile?done=profile").body.contains("data-done=\"profile-saved\""));
        let now = world.read("test_profile", &one, crate::profile).unwrap().preferences;
        assert_eq!(now.categories, ["elderly", "study"]);
        assert_eq!(now.skills, ["calligraphy", "haircut"], "what the form does not offer stays");
        assert!(now.times.len() == 3 && now.times.contains(&odd));
        assert_eq!((now.radius_m, now.limits.as_slice()), (1_500, &["dogs".to_owned()][..]));
        assert!(!now.resting && !now.named, "nobody is named who did not say so");
        let named = [("radius_m", "0"), ("named", "named"), ("key", "n")];
        assert!(client.post("/v/profile", &named).location.is_some());
        assert!(client.get("/v/profile").body.contains("value=\"named\" checked"));
        let told = client.get("/api/v1/me/volunteer").json();
        assert_eq!(told["named"], true);
        assert_eq!(client.post_json("/api/v1/me/volunteer", "off", &json!({})).status, 200);
        assert!(!world.read("test_profile", &one, crate::profile).unwrap().preferences.named);
        world.drain(Vec::new());
    });
}

#[test]
fn who_rests_is_not_asked() {
    on_both(|world| {
        let one = volunteer_with(world, "李四", HERE, |_| {});
        let client = client_of(world, &one);
        let body = json!({ "resting": true, "categories": ["study"], "times": [{ "weekday": 6, "from_minute": 0, "to_minute": 1440 }] });
        assert_eq!(client.post_json("/api/v1/me/volunteer", "a", &body).status, 200);
        let place = crate::testing::division(HERE);
        let asked = world
            .read("test_for", &one, move |tx, call| {
                crate::volunteers_for(tx, place, &[], "study", (call.now, call.now))
            })
            .unwrap();
        assert!(asked.is_empty());
        assert!(!actor(world, one.person.unwrap()).holds(kernel::Role::Volunteer));
        let told = client.get("/api/v1/me/volunteer").json();
        assert_eq!((told["resting"].clone(), told["times"][0]["weekday"].clone()), (json!(true), json!(6)));
        let back = json!({ "resting": false });
        assert_eq!(client.post_json("/api/v1/me/volunteer", "b", &back).status, 200);
        assert!(actor(world, one.person.unwrap()).holds(kernel::Role::Volunteer));
    });
}

#[test]
fn wrong_wishes_are_named_and_others_have_no_profile() {
    on_both(|world| {
        let client = client_of(world, &volunteer_with(world, "李四", HERE, |_| {}));
        let wrong = client.post("/v/profile", &[("radius_m", "far"), ("categories", "study"), ("key", "k")]);
        assert_eq!(wrong.status, 422);
        assert!(
            wrong.body.contains("50 公里") && wrong.body.contains("value=\"study\" checked"),
            "{}",
            wrong.body
        );
        let body = json!({ "times": [{ "weekday": 9, "from_minute": 0, "to_minute": 1 }] });
        let refused = client.post_json("/api/v1/me/volunteer", "a", &body);
        assert_eq!(refused.json()["errors"][0]["rule"], "weekday-unknown");
        let other = client_of(world, &resident(world, "王五", HERE));
        assert_eq!(other.get("/v/profile").status, 404);
        assert_eq!(other.post_json("/api/v1/me/volunteer", "b", &json!({})).status, 404);
        assert_eq!(guest(world, false).get("/v/profile").status, 303);
    });
}

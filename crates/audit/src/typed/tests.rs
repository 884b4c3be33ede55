//! The typed share, on both databases.

use hours::Source;
use kernel::Role;
use people::testing;
use testkit::on_both;

use crate::tests::{HERE, STREET, browser, sold};

#[test]
fn the_level_above_sees_who_types_and_how_much() {
    on_both(|world| {
        let leader = sold(world, 3, 60, Source::Typed);
        let above = testing::holder(world, "何立夏", HERE, Role::SystemAdministrator, "4201");
        let page = browser(world, &above).get(&format!("/a/typed?division={STREET}"));
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("录入人 孙**") && page.body.contains("100%"), "{}", page.body);
        assert!(!page.body.contains("孙小雪") && !page.body.contains("赵立春"), "{}", page.body);
        let list = browser(world, &above).get("/api/v1/typed-shares").json();
        let typist = list.as_array().unwrap().iter().find(|one| one["concern_kind"] == "typist").unwrap();
        assert_eq!((&typist["typed_minutes"], &typist["minutes"]), (&180.into(), &180.into()));
        // Not in a place that is another's, and nobody without a role.
        let far = testing::holder(world, "施小暑", HERE, Role::SystemAdministrator, "420106");
        assert_eq!(browser(world, &far).get(&format!("/a/typed?division={STREET}")).status, 403);
        let volunteer = testing::volunteer(world, "金寒露", HERE);
        assert_eq!(browser(world, &volunteer).get("/a/typed").status, 403);
        let wrong = browser(world, &leader).get("/a/typed?from=nonsense");
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("nonsense"), "what was typed is kept: {}", wrong.body);
    });
}

#[test]
fn a_place_where_all_is_seen_on_site_says_so() {
    on_both(|world| {
        let above = testing::holder(world, "何立夏", HERE, Role::SystemAdministrator, "4201");
        let page = browser(world, &above).get(&format!("/a/typed?division={STREET}"));
        assert!(page.status == 200 && page.body.contains("这些天没有补录的时长"), "{}", page.body);
    });
}

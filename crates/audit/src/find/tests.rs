//! From a number to the evidence, on both databases.

use kernel::Role;
use people::testing;
use testkit::on_both;

use crate::tests::{HERE, STREET, browser, id, sold, typed};

#[test]
fn a_record_a_presence_a_volunteer_and_a_code_lead_to_the_evidence() {
    on_both(|world| {
        let leader = sold(world, 1, 60, hours::Source::Typed);
        let who = testing::volunteer(world, "金寒露", HERE);
        let shift = world.call(&leader).id(testing::division(HERE).district());
        let from = world.now() - kernel::Minutes(11 * 1_440);
        let presence = typed(world, &leader, &who, shift, (from, from + kernel::Minutes(60)));
        let auditor = testing::holder(world, "何立夏", HERE, Role::Auditor, STREET);
        let far = browser(world, &testing::holder(world, "施小暑", HERE, Role::Auditor, "420106"));
        let record =
            world.read("record_of", &auditor, move |tx, call| hours::record_of(tx, call, presence)).unwrap();
        let person = id(&who);
        let number =
            world.read("number", &auditor, move |tx, _| people::volunteer_number(tx, person)).unwrap();
        let here = browser(world, &auditor);
        let leads = |typed: &str| here.get(&format!("/x/find?q={typed}")).location.unwrap_or_default();
        assert_eq!(leads(&record.to_string()), format!("/x/hours/{record}"));
        assert_eq!(leads(&presence.to_string()), format!("/x/presences/{presence}"));
        assert_eq!(leads("0000-1111%20x&lt;"), "/verify?code=0000-1111x");
        let before = world.statements_in_all();
        let page = here.get(&format!("/x/find?q={}", number.to_lowercase()));
        let ran = world.statements_in_all() - before;
        assert!(page.status == 200 && ran <= 8, "{ran} statements, {}: {}", page.status, page.body);
        assert!(page.body.contains(&format!("/x/hours/{record}")), "{}", page.body);
        assert!(page.body.contains("金**") && !page.body.contains("金寒露"), "{}", page.body);
        let api = here.get(&format!("/api/v1/audit/records?number={number}")).json();
        assert_eq!((&api["name"], &api["records"][0]["minutes"]), (&"金**".into(), &60.into()));
        // The number printed on a certificate leads there too, and a mistyped one to the page of codes.
        let issued = world
            .write("issue", &who, move |tx, call| {
                let place = (testing::division(HERE), "松园社区");
                recognition::issue(tx, call, person, recognition::Scope::All, place)
            })
            .unwrap();
        let printed = issued.statement.number;
        let before = world.statements_in_all();
        let page = here.get(&format!("/x/find?q={printed}"));
        let ran = world.statements_in_all() - before;
        assert!(page.status == 200 && ran <= 8, "{ran} statements, {}: {}", page.status, page.body);
        let link = format!("/x/hours/{}", issued.statement.lines[0].record);
        assert!(page.body.contains(&link) && page.body.contains(&printed), "{}", page.body);
        assert!(!page.body.contains("撤销") && !page.body.contains("金寒露"), "{}", page.body);
        let api = here.get(&format!("/api/v1/audit/records?number={printed}")).json();
        assert_eq!((&api["name"], &api["records"][0]["minutes"]), (&"金**".into(), &60.into()));
        let last = if printed.ends_with('0') { "1" } else { "0" };
        let mistyped = format!("{}{last}", &printed[..18]);
        assert_eq!(leads(&mistyped), format!("/verify?code={mistyped}"));
        assert_eq!(far.get(&format!("/x/find?q={printed}")).status, 404);
        // The person sees all four looks; who audits elsewhere finds nobody.
        assert_eq!(world.read("looks", &who, people::looks).unwrap().len(), 4);
        assert_eq!(far.get(&format!("/x/find?q={number}")).status, 404);
        assert_eq!(far.get(&format!("/api/v1/audit/records?number={number}")).status, 404);
        assert_eq!(browser(world, &leader).get(&format!("/x/find?q={number}")).status, 403);
    });
}

//! An administrator's pages on both databases.

use std::sync::Arc;

use db::{Fault, Tx};
use journal::{Call, Event, append};
use kernel::{Actor, DivisionCode, Grant, Id, Over, Person, Role};
use testkit::{Client, World, on_both};
use web::{App, Entered, Place, Sessions, Text};

use super::compared;
use crate::figures;

enum Thing {}

const DISTRICT: &str = "420103";

fn code(text: &str) -> DivisionCode {
    text.parse().unwrap()
}

/// Whoever comes is an administrator of the area that the token names.
struct ByArea(Id<Person>);

impl Sessions for ByArea {
    fn actor(&self, _: &mut Tx<'_>, _: &Call, token: &str) -> Result<Entered, Fault> {
        let over = Over::Subtree(code(token));
        let actor = Actor {
            person: Some(self.0),
            grants: vec![Grant { role: Role::SystemAdministrator, over }],
            ..Actor::default()
        };
        Ok(Entered { actor, ..Entered::default() })
    }
    fn touch(&self, _: &mut Tx<'_>, _: &Call, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

fn administrator(world: &World, area: &str) -> Client {
    let text = Text::new(&[web::LOCALES, crate::LOCALES]).unwrap();
    let place =
        Place { division: code(DISTRICT), name: "江汉区".to_owned(), phone: "027-00000000".to_owned() };
    let person = world.kit.ids.next(world.now(), place.division.district());
    let app =
        App::new(world.db.clone(), Arc::clone(&world.kit), text, place, Box::new(ByArea(person)), false);
    Client::guest(crate::routes().into_parts().1.with_state(app)).with_token(area.to_owned())
}

fn tell<T>(world: &World, subject: Id<T>, event: Event) {
    let actor = Actor { person: Some(subject.cast()), ..Actor::default() };
    world.write("told", &actor, move |tx, call| Ok(append(tx, call, event.clone())?)).unwrap();
}

/// So many volunteers of a community.
fn volunteers(world: &World, community: &str, count: usize) {
    let place = code(community);
    for _ in 0..count {
        let person: Id<Person> = world.kit.ids.next(world.now(), place.district());
        let joined = Event::new("volunteer.joined", place.district(), person, 1);
        tell(world, person, joined.with("division", place.to_string()).with("birth_year", 1962));
    }
}

/// Needs of a community, each answered so many minutes later.
fn needs(world: &World, community: &str, waits: &[i64]) {
    let place = code(community);
    let here = |event: Event| event.with("division", place.to_string());
    for wait in waits {
        let need: Id<Thing> = world.kit.ids.next(world.now(), place.district());
        let asked = here(Event::new("need.submitted", place.district(), need, 1));
        tell(world, need, asked.with("category", "elderly").with("channel", "web"));
        world.pass_minutes(*wait);
        tell(world, need, here(Event::new("need.verified", place.district(), need, 2)));
    }
}

/// Two streets that answer at once and late, and one community with a few volunteers.
fn lived_in(world: &World) {
    volunteers(world, "420103002001", 12);
    volunteers(world, "420103003001", 3);
    needs(world, "420103002001", &[20, 30]);
    needs(world, "420103003001", &[20, 2_000]);
    world.drain(crate::consumers());
}

#[test]
fn an_area_and_each_of_its_parts_have_the_figures_of_the_board() {
    on_both(|world| {
        lived_in(world);
        let day = world.now().day();
        for area in ["42", "4201", DISTRICT, "420103002", "420103002001"] {
            let (here, before) = (code(area), world.statements("test_compared"));
            let found = world
                .read("test_compared", &Actor::system(), move |tx, _| {
                    let tree = places::tree_in(tx)?;
                    compared(tx, &tree, here, day)
                })
                .unwrap();
            assert_eq!(world.statements("test_compared") - before, 6, "{area}");
            let one_by_one = world.read("test_figures", &Actor::system(), {
                let parts: Vec<DivisionCode> = found.parts.iter().map(|part| part.division).collect();
                move |tx, _| {
                    let parts = parts.iter().map(|part| figures(tx, *part, day));
                    let parts = parts.collect::<db::Outcome<Vec<_>>>()?;
                    let then = figures(tx, here, super::year_before(day))?;
                    Ok((figures(tx, here, day)?, then, parts))
                }
            });
            assert_eq!((found.area, found.year_before, found.parts), one_by_one.unwrap(), "{area}");
        }
    });
}

#[test]
fn the_overview_names_first_who_answers_late_and_says_what_a_year_ago_was() {
    on_both(|world| {
        lived_in(world);
        let page = administrator(world, DISTRICT).get("/a");
        assert_eq!(page.status, 200);
        let late = page.body.split("id=\"worst-title\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(late.contains("/a?division=420103003000") && late.contains("只占 50.00%"), "{late}");
        assert!(!late.contains("/a?division=420103002000"), "{late}");
        assert!(page.body.contains("75.00") && page.body.contains("还没有去年的数可比"), "{}", page.body);
        // A year later there is something to compare with.
        world.pass_minutes(366 * 1_440);
        volunteers(world, "420103002001", 1);
        world.drain(crate::consumers());
        let page = administrator(world, DISTRICT).get("/a").body;
        assert!(page.contains("↑ 去年这一天是 15"), "{page}");
    });
}

#[test]
fn what_might_point_at_somebody_is_not_told_side_by_side_either() {
    on_both(|world| {
        lived_in(world);
        let client = administrator(world, DISTRICT);
        let streets = client.get("/a/compare").body;
        assert!(streets.contains("50.00%") && streets.contains("100.00%"), "{streets}");
        let communities = client.get("/a/compare?division=420103003").body;
        // The street's own line alone has it: one community of it would be found by taking away the others.
        assert!(communities.contains("不公布"), "{communities}");
        assert_eq!(communities.matches("50.00%").count(), 1, "{communities}");
        let smallest = client.get("/a/compare?division=420103003001").body;
        assert!(smallest.contains("这里没有下一级"), "{smallest}");
    });
}

#[test]
fn nobody_looks_beyond_their_own_area() {
    on_both(|world| {
        let client = administrator(world, "420103002");
        assert_eq!(client.get("/a").status, 200);
        assert_eq!(client.get("/a?division=420103002001").status, 200);
        for elsewhere in ["420103003", DISTRICT, "42", "420106"] {
            assert_eq!(client.get(&format!("/a?division={elsewhere}")).status, 403, "{elsewhere}");
            assert_eq!(client.get(&format!("/a/compare?division={elsewhere}")).status, 403, "{elsewhere}");
        }
        assert_eq!(client.get("/a?division=x").status, 422);
    });
}

/// The numbers of a report's table, line by line.
fn table(body: &str) -> Vec<Vec<String>> {
    let rows = body.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap().split("</tr>");
    let cells = |row: &str| {
        let cells = row.split("<th scope=\"row\">").flat_map(|part| part.split("<td ")).skip(1);
        let said = |cell: &str| cell.split('<').next().unwrap().rsplit('>').next().unwrap().to_owned();
        cells.map(said).collect::<Vec<String>>()
    };
    rows.map(cells).filter(|row| !row.is_empty()).collect()
}

#[test]
fn a_report_has_the_same_numbers_on_the_page_and_in_the_sheet() {
    on_both(|world| {
        volunteers(world, "420103002001", 12);
        world.drain(crate::consumers());
        world.pass_minutes(40 * 1_440);
        lived_in(world);
        let client = administrator(world, DISTRICT);
        let month = world.now().day().to_string()[..7].to_owned();
        for query in [format!("period={month}"), format!("division=420103003&period={month}")] {
            let page = client.get(&format!("/a/reports?{query}"));
            assert_eq!(page.status, 200, "{}", page.body);
            let shown = table(&page.body);
            let file = client.get(&format!("/a/reports.xlsx?{query}"));
            assert_eq!((file.status.as_u16(), file.kind.as_str()), (200, sheets::MEDIA_TYPE));
            let heads = page.body.split("<th scope=\"col\"").skip(1);
            let heads =
                heads.map(|head| head.split('<').next().unwrap().rsplit('>').next().unwrap().to_owned());
            let heading = |head: String| sheets::Heading {
                names: Box::leak(Box::new([&*Box::leak(head.into_boxed_str())])),
                required: true,
            };
            let heads: Vec<sheets::Heading> = heads.map(heading).collect();
            let read = sheets::read(&file.bytes, &heads, &[]).unwrap();
            let taken: Vec<Vec<String>> = read
                .rows
                .into_iter()
                .map(|row| row.cells.into_iter().map(|cell| cell.text).collect())
                .collect();
            assert_eq!(taken.len(), shown.len());
            for (taken, shown) in taken.iter().flatten().zip(shown.iter().flatten()) {
                let same = match (taken.parse::<f64>(), shown.parse::<f64>()) {
                    (Ok(taken), Ok(shown)) => (taken - shown).abs() < 0.000_1,
                    _ => taken == shown,
                };
                assert!(same, "{taken} in the sheet, {shown} on the page");
            }
        }
        // The district: 27 volunteers, 15 of them of this month.
        let district = table(&client.get(&format!("/a/reports?period={month}")).body).pop().unwrap();
        assert_eq!(&district[1..3], ["27", "15"], "{district:?}");
        let before = world.statements("area_report");
        client.get("/a/reports");
        assert!(world.statements("area_report") - before <= 8);
        for wrong in ["2999-01", "x", "2026-13"] {
            assert_eq!(client.get(&format!("/a/reports?period={wrong}")).status, 422, "{wrong}");
        }
        assert_eq!(client.get("/a/reports?division=420106").status, 403);
        assert_eq!(client.get("/a/reports.xlsx?division=420106").status, 403);
    });
}

#[test]
fn anybody_reads_the_year_with_the_numbers_of_the_report() {
    on_both(|world| {
        lived_in(world);
        let client = administrator(world, DISTRICT);
        let year = world.now().day().to_string()[..4].to_owned();
        let mut wanted = table(&client.get(&format!("/a/reports?period={year}")).body);
        let page = client.get(&format!("/report/{year}"));
        assert_eq!(page.status, 200, "{}", page.body);
        let parts = page.body.split("id=\"parts-title\"").nth(1).unwrap();
        let whole = wanted.pop().unwrap();
        assert_eq!(table(parts), wanted);
        let figures = page.body.split("id=\"figures-title\"").nth(1).unwrap().split("</dl>").next().unwrap();
        for number in &whole[1..] {
            assert!(figures.contains(number), "{number}: {figures}");
        }
        assert!(world.statements("annual_report") <= 8);
        // A street's, and one community's, which has no parts; a part that is not told stays untold.
        let street = client.get(&format!("/report/{year}?division=420103003")).body;
        assert!(street.contains("不公布"), "{street}");
        let community = client.get(&format!("/report/{year}?division=420103002001")).body;
        assert!(!community.contains("id=\"parts-title\""));
        for wrong in ["1999", "2999", "26", "x", "2026-03"] {
            assert_eq!(client.get(&format!("/report/{wrong}")).status, 404, "{wrong}");
        }
        assert_eq!(client.get(&format!("/report/{year}?division=x")).status, 422);
    });
}

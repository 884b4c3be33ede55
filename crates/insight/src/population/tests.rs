use kernel::Day;
use testkit::{World, on_both};

use super::*;

fn faults(error: ImportError) -> Vec<(u64, LineFaultKind)> {
    match error {
        ImportError::Lines(faults) => faults.into_iter().map(|fault| (fault.line, fault.kind)).collect(),
        other => panic!("{other}"),
    }
}

fn import(world: &World, text: &str) -> Result<Imported, ImportError> {
    import_population(&world.db, &world.kit, text.as_bytes())
}

#[test]
fn a_file_is_taken_whole_and_a_revision_replaces() {
    on_both(|world| {
        let file = "\u{feff}division,year,residents,source\n420103,2024, 700000 ,\"Yearbook 2025, table 3-1\"\n\
                    42,2025,58000000,Communiqué 2025\n";
        assert_eq!(import(world, file).unwrap(), Imported { rows: 2 });
        assert_eq!(
            import(world, "division,year,residents,source\n420103,2024,710000,Revision\n").unwrap().rows,
            1
        );
        let sum =
            world.count("SELECT CAST(SUM(residents) AS BIGINT) FROM population WHERE year = $1", &[2024]);
        assert_eq!(sum, 710_000);
        world.drain(Vec::new());
        let told = world
            .db
            .read_now("test_told", |tx| {
                tx.query::<(Vec<u8>,)>(
                    "SELECT body FROM journal WHERE district = $1 AND kind = 'population.imported' ORDER BY seq",
                    params![DivisionCode::NATION.district()],
                )
            })
            .unwrap();
        let hash = vault::hex(&vault::digest(file.as_bytes()));
        assert_eq!(told.len(), 2, "each import is told");
        let body = String::from_utf8_lossy(&told[0].0).into_owned();
        assert!(body.contains(&hash) && body.contains("\"rows\":2"), "{body}");
        let area = DivisionCode::parse("420103").unwrap();
        let of = |day| {
            let found =
                world.read("figures", &kernel::Actor::guest(), move |tx, _| crate::figures(tx, area, day));
            found.unwrap().residents.map(|residents| (residents.year, residents.count, residents.source))
        };
        let day = |year| Day::from_ymd(year, 6, 1).unwrap();
        assert_eq!(of(day(2026)), Some((2024, 710_000, "Revision".to_owned())));
        assert_eq!(of(day(2023)), None, "a later year's number does not count for an earlier day");
    });
}

#[test]
fn every_wrong_line_is_named_and_nothing_is_imported() {
    let world = World::sqlite();
    let file = "division,year,residents,source\n420103,2024,700000,Yearbook\n4201,24,1,x\n42010,2024,1,x\n\
                4201,2024,0,x\n4201,2024,1.5,x\n4201,2024,5,\n4201,2024,5\n420103000000,2024,7,again\n4201,2024,5,x,y\n";
    let found = faults(import(&world, file).unwrap_err());
    let expected = [
        (3, LineFaultKind::Year),
        (4, LineFaultKind::Division),
        (5, LineFaultKind::Residents),
        (6, LineFaultKind::Residents),
        (7, LineFaultKind::Source),
        (8, LineFaultKind::Cells),
        (9, LineFaultKind::Twice(2)),
        (10, LineFaultKind::Cells),
    ];
    assert_eq!(found, expected);
    assert_eq!(world.count("SELECT COUNT(*) FROM population", &[]), 0);
}

#[test]
fn another_file_is_refused_at_its_first_line() {
    let world = World::sqlite();
    for text in ["", "code,year,residents,source\n", "420103,2024,1,x\n"] {
        assert_eq!(faults(import(&world, text).unwrap_err()), [(1, LineFaultKind::Header)], "{text}");
    }
    let wrong = import(&world, "division,year,residents,source\n4201,2024,5,\u{1}\nx,1,1,1\n").unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "nothing was imported\nline 3: the division code must have 2, 4, 6, 9 or 12 digits"
    );
    let bytes = b"division,year,residents,source\n4201,2024,5,\xff\n".as_slice();
    assert_eq!(
        faults(import_population(&world.db, &world.kit, bytes).unwrap_err()),
        [(2, LineFaultKind::Cells)]
    );
}

//! Signed tables on both databases.

use kernel::Role;
use people::testing;
use proof::read_export;
use serde_json::json;
use testkit::on_both;

use crate::tests::{HERE, STREET, browser, sold};

#[test]
fn a_table_holds_every_record_masked_and_its_signature_covers_every_byte() {
    on_both(|world| {
        sold(world, 7, 120, hours::Source::Typed);
        world.drain(Vec::new());
        let here = browser(world, &testing::holder(world, "何立夏", HERE, Role::Auditor, STREET));
        let far = browser(world, &testing::holder(world, "施小暑", HERE, Role::Auditor, "420106"));
        let worker = browser(world, &testing::worker(world, "孔立冬", HERE, STREET));
        let query = format!("division={STREET}&from=2026-03-01&to=2026-03-31");
        let file = here.get(&format!("/x/export.csv?{query}"));
        assert!(file.status == 200 && file.kind == "text/csv; charset=utf-8", "{}", file.body);
        assert!(file.bytes.starts_with("\u{feff}服务编号,日期".as_bytes()), "{}", file.body);
        let (line, signed) = read_export(&file.bytes).unwrap();
        assert_eq!((line.what.as_str(), line.rows, line.area), ("records", 7, testing::division(STREET)));
        assert_eq!(
            (line.days.0.to_string(), line.days.1.to_string()),
            ("2026-03-01".into(), "2026-03-31".into())
        );
        assert_eq!(signed.key, vault::hex(world.kit.keys.public_key().as_bytes()));
        assert_eq!(file.body.matches(",120,C,").count(), 7);
        assert!(file.body.contains("赵**") && !file.body.contains("赵立春"), "{}", file.body);
        for at in (0..file.bytes.len()).step_by(97) {
            let mut changed = file.bytes.clone();
            changed[at] ^= 1;
            assert_eq!(read_export(&changed), None, "byte {at}");
        }
        // The same through the API, in English where that is asked for.
        let english = here.with_header("accept-language", "en").get(&format!("/api/v1/audit/export?{query}"));
        assert_eq!(read_export(&english.bytes).map(|(line, _)| line.rows), Some(7));
        for client in [&far, &worker] {
            assert_eq!(client.get(&format!("/x/export.csv?{query}")).status, 403);
            assert_eq!(client.get(&format!("/api/v1/audit/export?{query}")).status, 403);
        }
        let wrong = here.get("/x/export.csv?from=2020-01-01&to=2026-03-31");
        assert!(wrong.status == 422 && wrong.body.contains("366"), "{}", wrong.body);
        let above = browser(world, &testing::holder(world, "吕小满", HERE, Role::Auditor, "4201"));
        let wrong = above.get("/x/export.csv?division=4201");
        assert!(wrong.status == 422 && wrong.body.contains("区县"), "{}", wrong.body);
        world.drain(Vec::new());
        assert_eq!(world.count("SELECT COUNT(*) FROM journal WHERE kind = 'records.taken'", &[]), 2);
    });
}

#[test]
fn a_table_of_a_sample_says_what_the_calls_came_to() {
    on_both(|world| {
        sold(world, 5, 60, hours::Source::Typed);
        world.drain(Vec::new());
        let here = browser(world, &testing::holder(world, "何立夏", HERE, Role::Auditor, STREET));
        let far = browser(world, &testing::holder(world, "施小暑", HERE, Role::Auditor, "420106"));
        let wish = json!({"division": STREET, "from": "2026-01-01", "to": "2026-12-31", "count": 3});
        let sample = here.post_json("/api/v1/samples", "1", &wish).json()["id"].as_str().unwrap().to_owned();
        let said = json!({"outcome": "other_hours", "minutes": 45});
        let entered = here.post_json(&format!("/api/v1/samples/{sample}/calls/2/outcomes"), "2", &said);
        assert_eq!(entered.status, 201);
        let file = here.get(&format!("/x/samples/{sample}/export.csv"));
        let (line, _) = read_export(&file.bytes).unwrap();
        assert_eq!((line.what, line.rows), (sample.clone(), 3));
        let rows: Vec<&str> = file.body.lines().collect();
        assert!(rows[1].ends_with(",1,,,0"), "{}", rows[1]);
        assert!(rows[2].ends_with(",2,时长不符,45,0"), "{}", rows[2]);
        assert_eq!(far.get(&format!("/x/samples/{sample}/export.csv")).status, 404);
        assert_eq!(far.get(&format!("/api/v1/samples/{sample}/export")).status, 404);
        world.drain(Vec::new());
        assert_eq!(world.count("SELECT COUNT(*) FROM journal WHERE kind = 'sample.taken'", &[]), 1);
    });
}

//! A small journal whose figures are counted by hand, through the program as it is called.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::process::{Command, Output};

/// 9 March 2026, 09:00 in Shanghai, in µs.
const MORNING: i64 = 1_773_018_000_000_000;
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

fn line(seq: i64, sealed_at: i64, kind: &str, subject: &str, at: i64, payload: &str) -> String {
    format!(
        r#"{{"district":420103,"seq":{seq},"sealed_at":{sealed_at},"body":{{"schema":1,"id":"e{seq}","district":420103,"kind":"{kind}","subject":"{subject}","version":1,"actor":"a","at":{at},"payload":{payload}}}}}"#
    )
}

fn run(folder: &std::path::Path, division: &str, day: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recount"))
        .arg(folder.join("journal.jsonl"))
        .args(["--division", division, "--day", day, "--population"])
        .arg(folder.join("population.csv"))
        .output()
        .unwrap()
}

#[test]
fn a_small_journal_counted_by_hand() {
    let folder = std::env::temp_dir().join(format!("recount-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (x, y) =
        (r#"{"division":"420103001001","birth_year":1961}"#, r#"{"division":"420103002001","birth_year":0}"#);
    // 9 March 2026 is day 20521. The second record is 400 days old when it is made.
    let record = |minutes: i64, day: i64, kind: &str, person: &str| {
        format!(
            r#"{{"division":"420103001001","home_division":"420103001001","minutes":{minutes},"grade":"a","day":{day},"category":"care","kind":"{kind}","person":"{person}"}}"#
        )
    };
    let need = r#"{"division":"420103001001","category":"elderly","channel":"web"}"#;
    let (asked, later) = (MORNING - 10 * DAY, MORNING);
    let lines = [
        line(1, MORNING, "volunteer.joined", "p1", MORNING, x),
        line(2, MORNING, "volunteer.joined", "p2", MORNING, x),
        line(3, MORNING, "volunteer.joined", "p3", MORNING, y),
        line(4, MORNING, "record.made", "r1", MORNING, &record(100, 20521, "service", "p1")),
        line(5, MORNING, "record.made", "r2", MORNING, &record(100, 20121, "service", "p2")),
        line(6, MORNING, "attendance.recorded", "t1", MORNING, &record(100, 20521, "service", "p1")),
        line(7, MORNING + DAY, "attendance.recorded", "t1", MORNING, &record(-25, 20521, "correction", "p1")),
        line(8, asked, "need.submitted", "n1", asked, need),
        line(9, asked, "need.submitted", "n2", asked, need),
        line(10, asked, "need.submitted", "n3", asked, need),
        line(11, asked, "need.verified", "n1", asked + 10 * 60_000_000, x),
        line(12, asked, "need.accepted", "n1", asked + 48 * HOUR, x),
        line(13, asked, "need.accepted", "n2", asked + 48 * HOUR + 1, x),
        line(14, later, "need.cancelled", "n3", later, x),
    ];
    std::fs::write(folder.join("journal.jsonl"), lines.join("\n")).unwrap();
    let csv = "division,year,residents,source\n420103001,2025,16,Yearbook\n420103001,2027,99,Later\n";
    std::fs::write(folder.join("population.csv"), csv).unwrap();

    let of = |division: &str, day: &str| -> serde_json::Value {
        let output = run(&folder, division, day);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let street = of("420103001", "2026-03-09");
    let expected = serde_json::json!({
        "division": "420103001000", "day": "2026-03-09", "volunteers": 2,
        "residents": {"year": 2025, "count": 16, "source": "Yearbook"}, "resident_share_bp": 1250,
        "teams": 0, "projects": 0, "minutes": {"a": 100, "b": 0, "c": 0, "d": 0, "total": 100},
        "hours_a_head_hundredths": 83, "active": 1, "active_rate_bp": 5000,
        "response": {"answered": 2, "median": {"at_most": 10}, "p90": {"at_most": 4320},
                     "within_limit": 1, "within_limit_bp": 5000},
        "needs_valid": 2, "needs_matched": 1, "match_rate_bp": 5000,
        "minutes_by_category": {"care": 100}, "needs_by_category": {"elderly": 2},
        "volunteers_by_decade": {"1960": 2}
    });
    assert_eq!(street, expected);
    assert_eq!(of("4201", "2026-03-10")["minutes"]["total"], 75);
    assert_eq!(
        (&of("4201", "2026-03-10")["volunteers"], &of("4201", "2026-03-08")["volunteers"]),
        (&3.into(), &0.into())
    );
    assert_eq!(of("420103001", "2027-03-08")["active"], 1);
    assert_eq!(of("420103001", "2027-03-09")["active"], 0);

    std::fs::write(folder.join("journal.jsonl"), "{\"district\":1}").unwrap();
    let refused = run(&folder, "42", "2026-03-09");
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("recount: line 1: ")
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

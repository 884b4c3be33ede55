use super::{Folder, NEEDS, PAIRS, VOLUNTEERS};
use crate::{PlanFiles, Refused, Replacement, Stage, Watch, plan};

#[test]
fn the_small_plan_is_written_and_verified() {
    let folder = Folder::small();
    let report = folder.plan().unwrap();
    assert_eq!((report.volunteers, report.needs, report.pairs, report.seats), (3, 3, 4, 4));
    assert_eq!((report.filled, report.weighted, report.weighted_all, report.dist_m), (4, 12, 12, 180));
    assert!(report.proved && !report.stopped && report.weighted_gap == 0);
    assert_eq!(folder.read("plan.csv"), b"need,volunteer,dist_m\n0,0,10\n0,1,100\n1,2,70\n2,0,0\n");
    let verdict = folder.verify().unwrap();
    assert!(verdict.allowed && verdict.proved && verdict.fault.is_none());
    assert_eq!((verdict.filled, verdict.weighted, verdict.dist_m), (4, 12, 180));
    assert_eq!(folder.names(), ["needs.csv", "pairs.csv", "plan.csv", "proof.bin", "volunteers.csv"]);
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let folder = Folder::small();
    folder.plan().unwrap();
    let first = (folder.read("plan.csv"), folder.read("proof.bin"));
    folder.plan().unwrap();
    assert_eq!((folder.read("plan.csv"), folder.read("proof.bin")), first);
}

#[test]
fn what_spreadsheets_do_to_a_table_is_passed_over() {
    let plain = Folder::small();
    plain.plan().unwrap();
    let marked = |text: &str| format!("\u{feff}{}\r\n\r\n", text.trim_end().replace('\n', "\r\n"));
    let folder = Folder::of(&marked(VOLUNTEERS), &marked(NEEDS), &marked(PAIRS));
    folder.plan().unwrap();
    assert_eq!(folder.read("plan.csv"), plain.read("plan.csv"));
    let open_ended = |text: &str| text.trim_end().to_owned();
    let folder = Folder::of(&open_ended(VOLUNTEERS), &open_ended(NEEDS), &open_ended(PAIRS));
    folder.plan().unwrap();
    assert_eq!(folder.read("plan.csv"), plain.read("plan.csv"));
}

#[test]
fn pairs_may_stand_in_any_order() {
    let plain = Folder::small();
    plain.plan().unwrap();
    let folder = Folder::of(VOLUNTEERS, NEEDS, "need,volunteer,dist_m\n2,0,0\n1,2,70\n0,0,10\n0,1,100\n");
    folder.plan().unwrap();
    assert_eq!(folder.read("plan.csv"), plain.read("plan.csv"));
}

#[test]
fn candidates_are_found_where_none_are_given() {
    let folder = Folder::small();
    let mut files = folder.plan_files();
    files.sources.pairs = None;
    let report = plan(&files, &crate::Unwatched).unwrap();
    // The first need could have the first and the second, the second the second alone, the third the first: the third
    // volunteer lacks skill or slot everywhere but in the second need.
    assert!(report.own_candidates && report.proved);
    assert_eq!((report.pairs, report.filled, report.weighted), (4, 4, 12));
    assert_eq!(folder.read("plan.csv"), b"need,volunteer,dist_m\n0,0,10\n0,1,100\n1,2,73\n2,0,0\n");
    let first = folder.read("proof.bin");
    for threads in [1, 5] {
        plan(&PlanFiles { threads, ..files.clone() }, &crate::Unwatched).unwrap();
        assert_eq!(folder.read("proof.bin"), first);
    }
    assert_eq!(plan(&files, &StopAt(Stage::Candidates)).unwrap_err(), Refused::Stopped);
}

#[test]
fn a_table_longer_than_a_block_is_read_whole() {
    let rows = 60_000_i64;
    let mut text = String::from("need,volunteer,dist_m\n");
    let mut needs = String::from("x_dm,y_dm,skill,slot,headcount,urgency\n");
    for row in 0..rows {
        text.push_str(&format!("{row},{},{}\n", row % 3, row * 7 % 3_001));
        needs.push_str(&format!("{},{},0,{},1,1\n", row * 1_000_003 % 500_000 - 250_000, -row, row % 21));
    }
    let folder = Folder::of(VOLUNTEERS, &needs, &text);
    let report = folder.plan().unwrap();
    assert_eq!((report.needs, report.pairs), (rows as usize, rows as usize));
    assert_eq!(report.filled, 4, "two shifts, and one, and one");
}

#[test]
fn nobody_to_plan_for_is_an_empty_plan() {
    let (no_volunteers, no_needs, no_pairs) =
        (VOLUNTEERS.lines().next().unwrap(), NEEDS.lines().next().unwrap(), PAIRS.lines().next().unwrap());
    for folder in [Folder::of(no_volunteers, no_needs, no_pairs), Folder::of(VOLUNTEERS, no_needs, no_pairs)]
    {
        let report = folder.plan().unwrap();
        assert_eq!((report.filled, report.seats, report.unserved.needs), (0, 0, 0));
        assert!(report.proved && folder.verify().unwrap().proved);
        assert_eq!(folder.read("plan.csv"), b"need,volunteer,dist_m\n");
    }
    let folder = Folder::of(no_volunteers, NEEDS, no_pairs);
    let report = folder.plan().unwrap();
    assert_eq!((report.filled, report.unserved.needs, report.unserved.seats), (0, 3, 4));
    assert!(report.proved && folder.verify().unwrap().proved);
}

#[test]
fn who_is_cut_by_what_is_counted() {
    let volunteers =
        "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n0,0,1,1,1\n0,40000,1,2,1\n0,90000,1,2,1\n0,0,1,2,0\n";
    let needs =
        "x_dm,y_dm,skill,slot,headcount,urgency\n0,0,5,0,1,1\n0,0,0,9,1,1\n0,0,0,1,2,1\n0,0,0,0,0,1\n";
    let folder = Folder::of(volunteers, needs, "need,volunteer,dist_m\n");
    let unserved = folder.plan().unwrap().unserved;
    assert_eq!((unserved.needs, unserved.seats), (3, 4), "who asks for nobody is not missing anybody");
    let cuts: Vec<_> = unserved
        .first
        .iter()
        .map(|cut| (cut.need, cut.skilled, cut.free, cut.serving, cut.nearest_m))
        .collect();
    assert_eq!(cuts, [(0, 0, 0, 0, None), (1, 4, 0, 0, None), (2, 4, 3, 2, Some(4_000))]);
}

/// Says stop at one stage.
struct StopAt(Stage);

impl Watch for StopAt {
    fn goes_on(&self, stage: Stage, _: u64, _: u64) -> bool {
        stage != self.0
    }
}

#[test]
fn stopped_while_reading_leaves_nothing() {
    let folder = Folder::small();
    folder.write("plan.csv", "of yesterday");
    let refused = plan(&folder.plan_files(), &StopAt(Stage::Reading)).unwrap_err();
    assert_eq!(refused, Refused::Stopped);
    assert_eq!(folder.read("plan.csv"), b"of yesterday");
    assert_eq!(folder.names(), ["needs.csv", "pairs.csv", "plan.csv", "volunteers.csv"]);
}

#[test]
fn stopped_while_solving_leaves_a_plan_that_is_allowed() {
    let folder = Folder::small();
    let report = plan(&folder.plan_files(), &StopAt(Stage::Bidding)).unwrap();
    assert!(report.stopped);
    let verdict = folder.verify().unwrap();
    assert!(verdict.allowed);
    assert_eq!(verdict.proved, report.proved);
}

#[test]
fn a_plan_never_overwrites_what_it_is_made_from() {
    let folder = Folder::small();
    for (plan_name, proof_name) in [("pairs.csv", "proof.bin"), ("plan.csv", "needs.csv"), ("one", "one")] {
        let files = PlanFiles {
            sources: folder.sources(),
            plan: folder.path(plan_name),
            proof: Some(folder.path(proof_name)),
            threads: 1,
        };
        let refused = plan(&files, &crate::Unwatched).unwrap_err();
        assert!(folder.words(&refused).contains("is another file of this command already"), "{refused}");
    }
    assert_eq!(folder.read("pairs.csv"), PAIRS.as_bytes());
    assert_eq!(folder.read("needs.csv"), NEEDS.as_bytes());
}

#[test]
fn a_folder_that_is_not_there_is_known_before_the_work() {
    let folder = Folder::small();
    let files = PlanFiles { plan: folder.path("no/plan.csv"), ..folder.plan_files() };
    // Reading would be refused too; writing is looked at first.
    std::fs::remove_file(folder.path("needs.csv")).unwrap();
    let words = folder.words(&plan(&files, &crate::Unwatched).unwrap_err());
    assert!(words.starts_with("no/plan.csv: cannot be written: "), "{words}");
}

#[test]
fn what_is_not_finished_was_never_there() {
    use std::io::Write as _;
    let folder = Folder::small();
    folder.write("plan.csv", "of yesterday");
    let mut half = Replacement::of(&folder.path("plan.csv")).unwrap();
    half.write_all(b"half").unwrap();
    assert_eq!(folder.read("plan.csv"), b"of yesterday");
    drop(half);
    assert_eq!(folder.names(), ["needs.csv", "pairs.csv", "plan.csv", "volunteers.csv"]);
}

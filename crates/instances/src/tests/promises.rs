//! Promises that every plan keeps.

use super::{Folder, NEEDS, PAIRS, VOLUNTEERS};
use crate::{ExplainFiles, PlanReport, Refused, Unwatched, VerifyFiles, VerifyReport, explain, plan, verify};

/// Two who could serve one need, the second lives farther, and a third who is farther than one looks.
fn three_for_one() -> Folder {
    let folder = Folder::of(
        "x_dm,y_dm,skill_mask,slot_mask,max_shifts\n100,0,1,1,1\n1000,0,1,1,1\n0,50000,1,1,1\n",
        "x_dm,y_dm,skill,slot,headcount,urgency\n0,0,0,0,1,3\n",
        "need,volunteer,dist_m\n0,0,10\n0,1,100\n",
    );
    folder.write("keep.csv", "need,volunteer\n0,1\n");
    folder
}

fn planned(folder: &Folder, own: bool) -> Result<PlanReport, Refused> {
    let mut files = folder.plan_files();
    files.sources.pairs = files.sources.pairs.filter(|_| !own);
    plan(&files, &Unwatched)
}

/// What `verify` says, with the promises or without.
fn verified(folder: &Folder, keep: bool) -> VerifyReport {
    let mut sources = folder.sources();
    sources.keep = sources.keep.filter(|_| keep);
    let (plan, proof) = (folder.path("plan.csv"), Some(folder.path("proof.bin")));
    verify(&VerifyFiles { sources, plan, proof, threads: 1 }, &Unwatched).unwrap()
}

#[test]
fn a_promise_is_kept_though_another_would_be_nearer() {
    let folder = three_for_one();
    let report = planned(&folder, false).unwrap();
    assert_eq!((report.promised, report.filled, report.dist_m, report.proved), (1, 1, 100, true));
    assert_eq!(folder.read("plan.csv"), b"need,volunteer,dist_m\n0,1,100\n");
    assert!(verified(&folder, true).proved);
    assert!(!verified(&folder, false).proved, "without the promise another plan is better");

    let files = ExplainFiles {
        sources: folder.sources(),
        plan: folder.path("plan.csv"),
        need: Some(0),
        volunteer: None,
        threads: 1,
    };
    let about = explain(&files, &Unwatched).unwrap();
    assert!(about.is_best && about.need.unwrap().serving[0].promised);
}

#[test]
fn a_plan_that_breaks_a_promise_is_refused_by_name() {
    let folder = three_for_one();
    std::fs::remove_file(folder.path("keep.csv")).unwrap();
    assert_eq!(planned(&folder, false).unwrap().promised, 0);
    folder.write("keep.csv", "need,volunteer\n0,1\n");
    let report = verified(&folder, true);
    assert!(!report.allowed);
    assert_eq!(report.fault.as_deref(), Some("volunteer 1 is promised to need 0 and not sent"));
}

#[test]
fn a_promise_farther_than_one_looks_is_a_candidate_nevertheless() {
    let folder = three_for_one();
    folder.write("keep.csv", "need,volunteer\n0,2\n");
    let report = planned(&folder, true).unwrap();
    assert_eq!((report.pairs, report.promised, report.dist_m, report.proved), (3, 1, 5_000, true));
    // A file of pairs is left as it is.
    let refused = planned(&folder, false).unwrap_err();
    let words = "keep.csv, line 2, column 3: volunteer 2 is fixed for need 0, but no pair says that they could serve it";
    assert_eq!(folder.words(&refused), words);
}

#[test]
fn a_promise_that_cannot_be_kept_is_refused_with_its_place() {
    let more_pairs = format!("{PAIRS}1,0,70\n1,1,5\n");
    let cases = [
        (
            false,
            "1,9\n",
            "line 2, column 3: `volunteer` must be a row of the volunteers, counted from 0: a whole number from 0 to 2; here is `9`",
        ),
        (
            false,
            "1,1\n01,2\n",
            "line 3, column 1: more people are fixed for need 1 than it has seats; free one or add seats",
        ),
        (
            false,
            "2,0\n000,1\n001,1\n",
            "line 4, column 5: volunteer 1 is fixed for more needs than they have shifts; free one",
        ),
        (
            false,
            "2,0\n0,0\n1,0\n",
            "line 4, column 3: volunteer 0 is fixed twice in slot 1; free one of the two",
        ),
        (true, "0,0\n0,0\n", "line 3, column 3: volunteer 0 is fixed twice in slot 0; free one of the two"),
        (true, "1,0\n", "line 2, column 3: volunteer 0 does not hold skill 1, which need 1 asks"),
        (true, "2,0\n2,1\n", "line 3, column 3: volunteer 1 is not free in slot 1, when need 2 is"),
    ];
    for (own, rows, words) in cases {
        let folder = Folder::of(VOLUNTEERS, NEEDS, &more_pairs);
        folder.write("keep.csv", format!("need,volunteer\n{rows}"));
        let refused = planned(&folder, own).unwrap_err();
        assert_eq!(folder.words(&refused), format!("keep.csv, {words}"));
        assert!(!folder.path("plan.csv").exists(), "a refused plan leaves no file");
    }
}

#[test]
fn a_plan_never_overwrites_the_promises() {
    let folder = three_for_one();
    let mut files = folder.plan_files();
    files.plan = folder.path("keep.csv");
    assert!(folder.words(&plan(&files, &Unwatched).unwrap_err()).starts_with("keep.csv: is another file"));
}

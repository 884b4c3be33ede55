//! The bookkeeping adds up, the same seed repeats, and a bad policy is told apart.

use std::collections::BTreeSet;

use kernel::{Arg, Minutes};
use matching::waves::{Answer, Asking, Pace};

use crate::{
    Figure, LOCALES, Model, Options, Policy,
    city::City,
    measure::figures,
    policy::{Asks, Move, View},
    rehearse,
    replay::{Run, replay},
};

const SMALL: Options = Options { weeks: 1, volunteers: 120, needs_a_day: 8, seed: 3, runs: 2 };

fn say(key: &str, args: &[(&'static str, Arg)]) -> String {
    format!("{key}{args:?}")
}

fn asked(run: &Run<'_>, answer: Answer) -> usize {
    run.askings.iter().flatten().filter(|one| one.answer == answer).count()
}

#[test]
fn the_books_add_up_under_every_model_and_policy() {
    let city = City::invent(&SMALL, SMALL.seed);
    assert!(!city.needs.is_empty());
    for model in Model::ALL {
        for policy in Policy::ALL {
            let run = replay(&city, model, policy);
            let what = (model, policy);
            let calls: usize = run.needs.iter().map(|fate| fate.calls).sum();
            assert_eq!(calls, run.askings.iter().map(Vec::len).sum::<usize>(), "{what:?}");
            assert_eq!(asked(&run, Answer::Open), 0, "{what:?}: every asking ends");
            let accepted: usize = run.needs.iter().map(|fate| fate.accepted).sum();
            assert_eq!(accepted, asked(&run, Answer::Yes), "{what:?}");
            let told: usize = run.needs.iter().map(|fate| fate.told_taken).sum();
            assert_eq!(told, asked(&run, Answer::Taken), "{what:?}");
            for (need, fate) in city.needs.iter().zip(&run.needs) {
                assert!(fate.accepted <= need.places, "{what:?}: never more than the places");
                assert_eq!(fate.filled_at.is_some(), fate.accepted == need.places, "{what:?}");
                assert!(fate.filled_at.is_none_or(|at| at <= need.deadline), "{what:?}");
                assert!(fate.first_yes <= fate.filled_at || fate.filled_at.is_none(), "{what:?}");
            }
            if model != Model::Tiring {
                assert_eq!(run.silenced, 0, "{what:?}");
            }
        }
    }
}

#[test]
fn the_waves_leave_in_peace_and_call_nobody_at_night() {
    let city = City::invent(&SMALL, SMALL.seed);
    let pace = Pace::default();
    for model in Model::ALL {
        let run = replay(&city, model, Policy::Waves);
        for askings in &run.askings {
            let mut told: Vec<&Asking> = askings.iter().collect();
            told.sort_by_key(|one| one.told_at);
            for pair in told.windows(2) {
                assert!(pair[1].told_at >= pair[0].told_at + pace.rest_after_call, "{model:?}");
                let fresh =
                    pair[0].answer == Answer::No && pair[1].told_at < pair[0].settled_at + pace.rest_after_no;
                assert!(!fresh, "{model:?}: a fresh no");
            }
            for one in askings.iter().filter(|one| one.visit_at > one.told_at + Minutes(130)) {
                assert!((8 * 60..21 * 60).contains(&one.told_at.minute_of_day()), "{model:?}: {one:?}");
            }
        }
    }
}

/// Asks the furthest first, one a day.
struct Furthest;

impl Asks for Furthest {
    fn decide(&self, view: &View<'_>) -> Move {
        if !view.waiting.is_empty() {
            return Move::default();
        }
        let ask = view.near.last().map(|(helper, _)| *helper).into_iter().collect();
        Move { ask, look_at: Some(view.now + Minutes::from_hours(20)) }
    }
}

#[test]
fn a_bad_policy_is_told_apart() {
    let city = City::invent(&SMALL, SMALL.seed);
    let value = |run: &Run<'_>, figure| figures(run).into_iter().find(|(one, _)| *one == figure).unwrap().1;
    let bad = replay(&city, Model::Steady, Furthest);
    for policy in Policy::ALL {
        let good = replay(&city, Model::Steady, policy);
        assert!(value(&bad, Figure::InTime) < value(&good, Figure::InTime) - 20.0, "{policy:?}");
        assert!(value(&bad, Figure::FirstYesNinth) > value(&good, Figure::FirstYesNinth), "{policy:?}");
    }
    let everybody = replay(&city, Model::Steady, Policy::Everybody);
    let waves = replay(&city, Model::Steady, Policy::Waves);
    assert!(value(&everybody, Figure::CallsPerPlace) > 3.0 * value(&waves, Figure::CallsPerPlace));
    assert!(value(&everybody, Figure::FirstYesMedian) < value(&waves, Figure::FirstYesMedian));
}

#[test]
fn the_same_seed_repeats_on_any_number_of_threads() {
    let report = |threads| rehearse(&SMALL, threads, |_, _| true).unwrap();
    let (one, many) = (report(1), report(3));
    assert_eq!(one.json_lines(), many.json_lines());
    assert_eq!(one.markdown(&say, "a.svg"), many.markdown(&say, "a.svg"));
    let other = rehearse(&Options { seed: 4, ..SMALL }, 2, |_, _| true).unwrap();
    assert_ne!(one.json_lines(), other.json_lines());
    let lines = one.json_lines();
    assert!(lines.len() > Model::ALL.len() * Policy::ALL.len() * 10, "{}", lines.len());
    let names: BTreeSet<&String> = lines.iter().collect();
    assert_eq!(names.len(), lines.len());
    let chart = one.chart(&say);
    assert!(chart.starts_with("<svg") && chart.matches("<rect").count() > 4 * 16);
    assert!(one.table(&say).lines().count() > Model::ALL.len() * Figure::ALL.len());
}

#[test]
fn whoever_looks_on_can_stop_it() {
    let mut seen = 0;
    let report = rehearse(&SMALL, 1, |done, whole| {
        seen = done;
        assert_eq!(whole, 32);
        done < 2
    });
    assert!(report.is_none());
    assert_eq!(seen, 2, "no other run began");
}

#[test]
fn every_word_stands_in_both_languages() {
    let keys = |file: &str| -> BTreeSet<String> {
        file.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect()
    };
    let (chinese, english) = (keys(LOCALES.0), keys(LOCALES.1));
    assert_eq!(chinese, english);
    for key in Figure::ALL.map(|one| format!("rehearsal-figure-{}", one.word())) {
        assert!(chinese.contains(&key), "{key}");
    }
    for key in Policy::ALL.map(|one| format!("rehearsal-policy-{}", one.word())) {
        assert!(chinese.contains(&key), "{key}");
    }
    for key in Model::ALL.map(|one| format!("rehearsal-model-{}", one.word())) {
        assert!(chinese.contains(&key), "{key}");
    }
}

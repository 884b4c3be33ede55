//! Measures decoding, memory and search: `cargo run -p divisions --example bench`.
//!
//! One JSON line a figure. The queries are real names of every level, their beginnings, their initials, and
//! addresses of several words, taken at even steps through the tree.

use std::time::{Duration, Instant};

use divisions::{Division, LEVEL_STORED, Tree, diff, parse_csv};
use pinyin::ToPinyin;

const SAMPLES: usize = 200;

#[expect(clippy::print_stdout, reason = "a tool for the command line")]
fn report(figure: &str, value: f64, unit: &str) {
    println!("{{\"figure\":\"divisions_{figure}\",\"value\":{value:.2},\"unit\":\"{unit}\"}}");
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn main() {
    let start = Instant::now();
    let tree = Tree::embedded();
    report("decode_ms", millis(start.elapsed()), "ms");
    report("memory_mb", tree.memory_bytes() as f64 / 1e6, "MB");
    let start = Instant::now();
    tree.search("jhq", None, 20);
    report("first_initials_ms", millis(start.elapsed()), "ms");
    report("memory_with_initials_mb", tree.memory_bytes() as f64 / 1e6, "MB");

    let file: String = tree.iter().map(|d| format!("{},{}\n", d.code, d.name)).collect();
    let start = Instant::now();
    let imported = parse_csv(file.as_bytes(), tree.version().clone()).map(|imported| imported.tree);
    report("import_ms", millis(start.elapsed()), "ms");
    let start = Instant::now();
    let changes = imported.as_ref().map_or(usize::MAX, |new| diff(tree, new, &[]).renamed.len());
    report("diff_ms", millis(start.elapsed()), "ms");
    report("diff_renamed", changes as f64, "divisions");
    let start = Instant::now();
    let stored = tree.to_bytes(LEVEL_STORED).map_or(0, |bytes| bytes.len());
    report("pack_ms", millis(start.elapsed()), "ms");
    report("stored_mb", stored as f64 / 1e6, "MB");

    let step = tree.len() / SAMPLES;
    let sampled: Vec<Division<'_>> = tree.iter().step_by(step).take(SAMPLES).collect();
    let initials = |name: &str| -> String {
        name.to_pinyin().flatten().filter_map(|reading| reading.plain().chars().next()).collect()
    };
    let two = |name: &str| name.chars().take(2).collect::<String>();
    time(tree, "name", sampled.iter().map(|d| d.name.to_owned()));
    time(tree, "beginning", sampled.iter().map(|d| two(d.name)));
    time(tree, "initials", sampled.iter().map(|d| initials(d.name)));
    time(tree, "two_initials", sampled.iter().map(|d| two(&initials(d.name))));
    let words = |division: &Division<'_>, between: &str| {
        tree.path(division.code).iter().map(|d| two(d.name)).collect::<Vec<_>>().join(between)
    };
    time(tree, "words", sampled.iter().map(|d| words(d, " ")));
    time(tree, "address", sampled.iter().map(|d| words(d, "")));
    time(tree, "address_missed", sampled.iter().map(|d| words(d, "") + "無"));
    time(tree, "common", ["村", "社区", "区", "村民委员会", "s", "j"].into_iter().map(str::to_owned));
    // The dearest queries anyone can ask.
    let worst = ["村 村 村 村 村 無", "s s s s s 0", "新城新城新城新城新城新城新城新城新城新城新城新城無"];
    time(tree, "worst", worst.into_iter().map(str::to_owned));
}

fn time(tree: &Tree, what: &str, queries: impl Iterator<Item = String>) {
    let mut times: Vec<f64> = queries
        .map(|query| {
            let start = Instant::now();
            std::hint::black_box(tree.search(&query, None, 20));
            millis(start.elapsed())
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len() - 1) as f64 * share) as usize).copied().unwrap_or(0.0);
    report(&format!("search_{what}_p50_ms"), at(0.5), "ms");
    report(&format!("search_{what}_p99_ms"), at(0.99), "ms");
    report(&format!("search_{what}_max_ms"), at(1.0), "ms");
}

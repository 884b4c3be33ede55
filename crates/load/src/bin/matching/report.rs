//! What was measured, as a page of Markdown.

use std::fmt::Write as _;

use crate::{Result, SEED};

/// One instance on one line, for who waits.
pub(crate) fn line(result: &Result) -> String {
    let (ours, peer) = (&result.ours, &result.peer);
    let (weighted, dist_m) = ours.objective();
    format!(
        "{}/{} seed {}: {weighted}, {dist_m} m; ours {:.3} s CPU, OR-Tools {:.3} s CPU, {}",
        result.volunteers,
        result.needs,
        result.seed,
        ours.solving.cpu,
        peer.solve_cpu_s,
        if result.wrong.is_empty() { "all agree" } else { "NOT EQUAL" }
    )
}

/// Milliseconds where seconds would be noughts.
fn seconds(value: f64) -> String {
    if value < 0.1 { format!("{:.1} ms", value * 1_000.0) } else { format!("{value:.2} s") }
}

pub(crate) fn markdown(results: &[Result]) -> String {
    let mut page = String::from(
        "# The matching engine beside OR-Tools and HiGHS\n\n\
         CPU seconds of solving alone on both sides, from pairs in memory to a choice; `in all` is the whole program: it reads\n\
         the tables, solves, checks its proof and writes plan and proof. OR-Tools: min-cost flow with big M 20,000.\n\n\
         ![Growth](matching.svg)\n\n\
         | volunteers / needs | pairs | weighted | metres | ours | OR-Tools | ratio | HiGHS | ours in all | memory, ours / OR-Tools |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for result in results.iter().filter(|result| result.seed == SEED) {
        let Result { ours, peer, .. } = result;
        let highs = match &result.highs {
            None => "not asked".to_owned(),
            Some(highs) if highs.done => seconds(highs.solve_cpu_s),
            Some(highs) => format!("not in {:.0} s", highs.solve_s),
        };
        let _ = writeln!(
            page,
            "| {} / {} | {} | {} | {} | {} | {} | 1/{:.1} | {highs} | {} | {:.0} / {:.0} MB |",
            result.volunteers,
            result.needs,
            ours.pairs,
            ours.weighted,
            ours.dist_m,
            seconds(ours.solving.cpu),
            seconds(peer.solve_cpu_s),
            peer.solve_cpu_s / ours.solving.cpu,
            seconds(ours.whole.cpu),
            ours.peak_mb,
            peer.peak_mb,
        );
    }
    page.push_str(
        "\n## With its own candidates\n\n\
         | volunteers / needs | candidates | solving | in all, CPU | in all, clock | memory | metres more by its own distances | by those of the pairs |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for result in results.iter().filter(|result| result.seed == SEED) {
        let own = &result.own_candidates;
        let more = |metres: u64| (metres as f64 / result.ours.dist_m as f64 - 1.0) * 100.0;
        let by_pairs =
            own.dist_m_by_pairs.map_or("another pair".to_owned(), |metres| format!("{:.5} %", more(metres)));
        let _ = writeln!(
            page,
            "| {} / {} | {} | {} | {} | {} | {:.0} MB | {:.5} % | {by_pairs} |",
            result.volunteers,
            result.needs,
            seconds(own.candidates.cpu),
            seconds(own.solving.cpu),
            seconds(own.whole.cpu),
            seconds(own.whole.wall),
            own.peak_mb,
            more(own.dist_m),
        );
    }
    page.push_str(
        "\nPlaces in the tables are whole decimetres, those of the pairs were never rounded; why sums differ is in\n\
         `docs/matching.md`. By the metres of the pairs a plan is worse than the best by the last column.\n",
    );
    page.push_str("\n## Every seed\n\n");
    for result in results {
        let _ = writeln!(page, "- {}", line(result));
        for words in &result.wrong {
            let _ = writeln!(page, "  - WRONG: {words}");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn small_times_are_told_in_milliseconds() {
        assert_eq!([0.0004, 0.05, 0.1, 12.345].map(seconds), ["0.4 ms", "50.0 ms", "0.10 s", "12.35 s"]);
    }
}

//! The report in words.

use kernel::Arg;

use crate::{
    Figure, Model, Policy, Spread,
    report::{Difference, Report, Say},
};

/// A value as people read it: whole from a hundred on, else one digit, two for ratios.
fn number(figure: Figure, value: f64) -> String {
    match figure.unit() {
        "ratio" => format!("{value:.2}"),
        _ if value.abs() >= 100.0 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}

fn cell(figure: Figure, spread: Option<Spread>) -> String {
    spread.map_or_else(
        || "–".to_owned(),
        |one| {
            let mean = number(figure, one.mean);
            if one.half > 0.0 { format!("{mean} ± {}", number(figure, one.half)) } else { mean }
        },
    )
}

fn figure_name(figure: Figure, say: Say<'_>) -> String {
    say(&format!("rehearsal-figure-{}", figure.word()), &[])
}

fn policy_name(policy: Policy, say: Say<'_>) -> String {
    say(&format!("rehearsal-policy-{}", policy.word()), &[])
}

fn model_name(model: Model, say: Say<'_>) -> String {
    say(&format!("rehearsal-model-{}", model.word()), &[])
}

/// Heading and rows of a model's table.
fn rows(report: &Report, model: Model, say: Say<'_>) -> Vec<Vec<String>> {
    let mut head = vec![say("rehearsal-figure", &[])];
    head.extend(Policy::ALL.map(|policy| policy_name(policy, say)));
    let mut rows = vec![head];
    for figure in Figure::ALL {
        let mut row = vec![figure_name(figure, say)];
        row.extend(Policy::ALL.map(|policy| cell(figure, report.spread(model, policy, figure))));
        rows.push(row);
    }
    rows
}

/// Columns that a terminal takes for a text: two for a Chinese character or full-width sign.
fn width(text: &str) -> usize {
    text.chars().map(|c| if ('\u{1100}'..='\u{115f}').contains(&c) || c >= '\u{2e80}' { 2 } else { 1 }).sum()
}

pub(super) fn table(report: &Report, say: Say<'_>) -> String {
    let mut text = intro(report, say);
    for model in Model::ALL {
        let rows = rows(report, model, say);
        let columns = rows.first().map_or(0, Vec::len);
        let widest =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or_default()).collect();
        text += &format!("\n\n{}\n", model_name(model, say));
        for row in &rows {
            let mut line = String::new();
            for (at, (cell, wide)) in row.iter().zip(&widths).enumerate() {
                let room = " ".repeat(wide - width(cell));
                line += &if at == 0 { format!("{cell}{room}") } else { format!("  {room}{cell}") };
            }
            text += &format!("{}\n", line.trim_end());
        }
    }
    text + "\n" + &losses(report, say, "  ")
}

fn intro(report: &Report, say: Say<'_>) -> String {
    let options = &report.options;
    let arg = |number: u32| Arg::from(i64::from(number));
    say(
        "rehearsal-intro",
        &[
            ("weeks", arg(options.weeks)),
            ("volunteers", arg(options.volunteers)),
            ("needs", arg(options.needs_a_day)),
            ("runs", arg(options.runs)),
            ("seed", Arg::from(options.seed.to_string())),
        ],
    )
}

/// Where the others do better, one a line; and how often the waves do.
fn losses(report: &Report, say: Say<'_>, bullet: &str) -> String {
    if report.options.runs < 2 {
        return say("rehearsal-one-run", &[]) + "\n";
    }
    let (lost, won) = (report.differences(true), report.differences(false));
    let count = |found: &[Difference]| Arg::from(i64::try_from(found.len()).unwrap_or(i64::MAX));
    let mut text = say("rehearsal-balance", &[("lost", count(&lost)), ("won", count(&won))]) + "\n";
    for one in &lost {
        let line = say(
            "rehearsal-loss",
            &[
                ("model", Arg::from(model_name(one.model, say))),
                ("figure", Arg::from(figure_name(one.figure, say))),
                ("policy", Arg::from(policy_name(one.policy, say))),
                ("ours", Arg::from(number(one.figure, one.ours))),
                ("theirs", Arg::from(number(one.figure, one.theirs))),
            ],
        );
        text += &format!("{bullet}{line}\n");
    }
    text
}

pub(super) fn markdown(report: &Report, say: Say<'_>, chart: &str) -> String {
    let mut text = format!("# {}\n\n{}\n\n![]({chart})\n", say("rehearsal-title", &[]), intro(report, say));
    text += &format!(
        "\n## {}\n\n{}",
        say("rehearsal-losses", &[]),
        losses(report, say, "- ").replacen('\n', "\n\n", 1)
    );
    for model in Model::ALL {
        text += &format!("\n## {}\n\n", model_name(model, say));
        for (at, row) in rows(report, model, say).iter().enumerate() {
            text += &format!("| {} |\n", row.join(" | "));
            if at == 0 {
                text += &format!("|{}\n", "---|".repeat(row.len()));
            }
        }
    }
    let what = ["rehearsal-known", "rehearsal-assumed", "rehearsal-reading"].map(|key| say(key, &[]));
    text + &format!("\n## {}\n\n{}\n", say("rehearsal-about", &[]), what.join("\n\n"))
}

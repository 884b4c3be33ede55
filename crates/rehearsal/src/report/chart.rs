//! The chart: four figures, a panel each; in each the models, a bar for each policy with its confidence interval.

use std::fmt::Write as _;

use crate::{
    Figure, Model, Policy,
    report::{Report, Say},
};

const PANELS: [Figure; 4] = [Figure::FirstYesNinth, Figure::InTime, Figure::CallsPerPlace, Figure::TopTenth];
/// Dark enough on white to be told apart, also in grey.
const COLOURS: [&str; 4] = ["#9aa5b1", "#d9a441", "#5b8def", "#b3261e"];
const PANEL_WIDTH: f64 = 440.0;
const PANEL_HEIGHT: f64 = 260.0;
const PLOT_TOP: f64 = 40.0;
const PLOT_HEIGHT: f64 = 170.0;
const LEFT: f64 = 50.0;
const LEGEND_HEIGHT: f64 = 40.0;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) fn svg(report: &Report, say: Say<'_>) -> String {
    let (wide, high) = (2.0 * PANEL_WIDTH, 2.0 * PANEL_HEIGHT + LEGEND_HEIGHT);
    let title = escaped(&say("rehearsal-title", &[]));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" role=\"img\" font-family=\"sans-serif\" \
         font-size=\"12\"><title>{title}</title><rect width=\"{wide}\" height=\"{high}\" fill=\"#fff\"/>\n"
    );
    for (at, (policy, colour)) in Policy::ALL.into_iter().zip(COLOURS).enumerate() {
        let x = 20.0 + at as f64 * (wide - 40.0) / 4.0;
        let name = escaped(&say(&format!("rehearsal-policy-{}", policy.word()), &[]));
        // Writing into a text cannot fail.
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"12\" width=\"14\" height=\"14\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"24\">{name}</text>",
            x + 20.0
        );
    }
    for (at, figure) in PANELS.into_iter().enumerate() {
        let (x, y) = ((at % 2) as f64 * PANEL_WIDTH, LEGEND_HEIGHT + (at / 2) as f64 * PANEL_HEIGHT);
        let _ = writeln!(out, "<g transform=\"translate({x:.1} {y:.1})\">");
        panel(&mut out, report, figure, say);
        out += "</g>\n";
    }
    out + "</svg>\n"
}

fn panel(out: &mut String, report: &Report, figure: Figure, say: Say<'_>) {
    let spread = |model, policy| report.spread(model, policy, figure);
    let tops = Model::ALL.iter().flat_map(|model| Policy::ALL.map(|policy| spread(*model, policy)));
    let most = tops.flatten().map(|one| one.mean + one.half).fold(0.0, f64::max).max(1e-9);
    let base = PLOT_TOP + PLOT_HEIGHT;
    let height = |value: f64| (value.max(0.0) / most * PLOT_HEIGHT).min(PLOT_HEIGHT);
    let name = escaped(&say(&format!("rehearsal-figure-{}", figure.word()), &[]));
    let right = PANEL_WIDTH - 10.0;
    let _ = writeln!(out, "<text x=\"{LEFT}\" y=\"24\" font-weight=\"bold\">{name}</text>");
    for part in [0.0, 0.5, 1.0] {
        let y = base - part * PLOT_HEIGHT;
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {y:.1}H{right:.1}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{:.0}</text>",
            LEFT - 6.0,
            y + 4.0,
            part * most
        );
    }
    let group = (right - LEFT) / Model::ALL.len() as f64;
    let bar = group / 5.5;
    for (at, model) in Model::ALL.into_iter().enumerate() {
        let begin = LEFT + at as f64 * group + 0.75 * bar;
        for (number, (policy, colour)) in Policy::ALL.into_iter().zip(COLOURS).enumerate() {
            let Some(one) = spread(model, policy) else { continue };
            let (x, tall) = (begin + number as f64 * bar, height(one.mean));
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"{colour}\"/>\
                 <path d=\"M{:.1} {:.1}V{:.1}\" stroke=\"#222\"/>",
                base - tall,
                bar * 0.9,
                x + bar * 0.45,
                base - height(one.mean - one.half),
                base - height(one.mean + one.half)
            );
        }
        let name = escaped(&say(&format!("rehearsal-model-{}", model.word()), &[]));
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"11\">{name}</text>",
            begin + 2.0 * bar,
            base + 18.0
        );
    }
}

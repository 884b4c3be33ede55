//! How the work grows with the pairs, both axes by powers of ten, drawn by hand.

use std::fmt::Write as _;

use crate::{Result, SEED};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
/// Room for the words beside the axes.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 50.0;

/// One line of the plot.
struct Curve {
    name: &'static str,
    colour: &'static str,
    dashes: &'static str,
    points: Vec<(f64, f64)>,
}

/// Decades that hold all these numbers.
fn decades(values: impl Iterator<Item = f64>) -> (i32, i32) {
    let (mut low, mut high) = (i32::MAX, i32::MIN);
    for value in values.filter(|value| *value > 0.0) {
        low = low.min(value.log10().floor() as i32);
        high = high.max(value.log10().ceil() as i32);
    }
    if low > high { (0, 1) } else { (low, high.max(low + 1)) }
}

/// CPU seconds over pairs, at the seed that every run has; the tight instance stands apart and is left out.
pub(crate) fn growth(results: &[Result]) -> String {
    let mut slack: Vec<&Result> =
        results.iter().filter(|result| result.seed == SEED && result.volunteers > 2 * result.needs).collect();
    slack.sort_by_key(|result| result.ours.pairs);
    let curve = |name, colour, dashes, of: &dyn Fn(&Result) -> f64| {
        let points = slack.iter().map(|result| (result.ours.pairs as f64, of(result))).collect();
        Curve { name, colour, dashes, points }
    };
    let n_log_n = |pairs: f64| pairs * pairs.ln();
    // Through the second of ours: the first is mostly the start of a process.
    let base = slack
        .get(1)
        .or(slack.first())
        .map_or(0.0, |result| result.ours.solving.cpu / n_log_n(result.ours.pairs as f64));
    let curves = [
        curve("OR-Tools, solving", "#b3541e", "", &|result| result.peer.solve_cpu_s),
        curve("Linli, in all", "#1e6fb3", "6 3", &|result| result.ours.whole.cpu),
        curve("Linli, solving", "#1e6fb3", "", &|result| result.ours.solving.cpu),
        curve("n log n", "#888888", "2 3", &|result| base * n_log_n(result.ours.pairs as f64)),
    ];
    draw(&curves)
}

fn draw(curves: &[Curve]) -> String {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let (x_low, x_high) = decades(points().map(|point| point.0));
    let (y_low, y_high) = decades(points().map(|point| point.1));
    let share = |value: f64, low: i32, high: i32| (value - f64::from(low)) / f64::from(high - low);
    let x = |log: f64| LEFT + share(log, x_low, x_high) * (WIDTH - LEFT - RIGHT);
    let y = |log: f64| HEIGHT - BOTTOM - share(log, y_low, y_high) * (HEIGHT - TOP - BOTTOM);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>CPU seconds over pairs</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    for decade in x_low..=x_high {
        let at = x(f64::from(decade));
        let _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {TOP}V{:.1}\" stroke=\"#dddddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">10<tspan dy=\"-5\" font-size=\"9\">{decade}</tspan></text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 20.0
        );
    }
    for decade in y_low..=y_high {
        let at = y(f64::from(decade));
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"#dddddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{} s</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0,
            10_f64.powi(decade)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">pairs</text><text x=\"{LEFT}\" y=\"18\">CPU seconds</text>",
        LEFT + (WIDTH - LEFT - RIGHT) / 2.0,
        HEIGHT - 10.0
    );
    for (index, curve) in curves.iter().enumerate() {
        let Curve { name, colour, dashes, points } = curve;
        let at = points.iter().filter(|point| point.0 > 0.0 && point.1 > 0.0);
        let path: Vec<String> =
            at.map(|point| format!("{:.1} {:.1}", x(point.0.log10()), y(point.1.log10()))).collect();
        if !path.is_empty() {
            let _ = writeln!(
                svg,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>",
                path.join("L")
            );
        }
        let line = TOP + 20.0 + 22.0 * index as f64;
        let (from, to) = (WIDTH - RIGHT + 15.0, WIDTH - RIGHT + 45.0);
        let _ = writeln!(
            svg,
            "<path d=\"M{from} {line}H{to}\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/><text x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
            to + 6.0,
            line + 4.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_hold_their_numbers() {
        assert_eq!(decades([0.002, 30.0].into_iter()), (-3, 2));
        assert_eq!(decades([1.0].into_iter()), (0, 1));
        assert_eq!(decades([0.0].into_iter()), (0, 1));
    }

    #[test]
    fn nothing_measured_is_an_empty_plot() {
        assert!(growth(&[]).ends_with("</svg>\n"));
    }

    #[test]
    fn ten_times_as_much_is_a_straight_line() {
        let points = vec![(10.0, 0.1), (100.0, 1.0), (1_000.0, 10.0)];
        let svg = draw(&[Curve { name: "one", colour: "red", dashes: "", points }]);
        assert!(svg.contains("M70.0 390.0L300.0 210.0L530.0 30.0"), "{svg}");
    }
}

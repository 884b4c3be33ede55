//! Lying bars, in per cent of the width: no script, the same on a phone and on paper. `ui::bars` draws them.

/// One row of lying bars: whose it is, the numbers in words, and the width of each bar, one above the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// Whose.
    pub label: String,
    /// The numbers of the bars in words, for the bars say nothing that the words do not.
    pub numbers: String,
    /// Per cent of the width of the chart.
    pub widths: Vec<String>,
}

/// Thousandths of the width as SVG takes them.
pub fn per_cent(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// Rows of a label, its numbers and the values of its bars; the widest bar of all is as wide as the chart.
pub fn bars(rows: Vec<(String, String, Vec<i64>)>) -> Vec<Bars> {
    let top = rows.iter().flat_map(|(.., values)| values).copied().max().unwrap_or(0).max(1);
    let row = |(label, numbers, values): (String, String, Vec<i64>)| {
        let widths = values.into_iter().map(|value| per_cent(value.max(0) * 1_000 / top)).collect();
        Bars { label, numbers, widths }
    };
    rows.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_bar_fills_the_chart() {
        let row = |label: &str, values: Vec<i64>| (label.to_owned(), String::new(), values);
        let drawn = bars(vec![row("one", vec![30, 60]), row("two", vec![0])]);
        assert_eq!(
            drawn.iter().map(|row| row.widths.join(" ")).collect::<Vec<_>>(),
            ["50.0% 100.0%", "0.0%"]
        );
        assert_eq!(bars(Vec::new()), []);
    }
}

//! Means with their confidence intervals, percentiles, and how evenly something is shared.

/// A mean over runs, with half the width of its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// Half the interval's width by Student's t; 0 when there is one run.
    pub half: f64,
}

impl Spread {
    /// Of one value a run; none of nothing.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count as f64;
        if count == 1 {
            return Some(Self { mean, half: 0.0 });
        }
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let error = (squares / (count - 1) as f64 / count as f64).sqrt();
        Some(Self { mean, half: student(count - 1) * error })
    }

    /// Whether the interval lies wholly above zero.
    pub fn is_above_zero(&self) -> bool {
        self.mean - self.half > 0.0 && (self.half > 0.0 || self.mean > 0.0)
    }
}

/// The 97.5 % quantile of Student's t by degrees of freedom, from the table of the NIST/SEMATECH e-Handbook.
fn student(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
        2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
        2.045, 2.042,
    ];
    TABLE.get(freedom.saturating_sub(1)).copied().unwrap_or(1.96)
}

/// The value that so many of a hundred do not exceed; none of nothing. Sorts.
pub(crate) fn percentile(values: &mut [i64], hundredths: usize) -> Option<f64> {
    values.sort_unstable();
    let rank = (values.len() * hundredths).div_ceil(100).max(1);
    values.get(rank - 1).map(|value| *value as f64)
}

/// Share of all that the tenth with most has. Sorts.
pub(crate) fn top_tenth(values: &mut [usize]) -> Option<f64> {
    values.sort_unstable_by(|a, b| b.cmp(a));
    let all: usize = values.iter().sum();
    let tenth: usize = values.iter().take(values.len().div_ceil(10)).sum();
    (all > 0).then(|| tenth as f64 / all as f64)
}

/// Gini's coefficient: 0 when all have the same, towards 1 when one has everything. Sorts.
pub(crate) fn gini(values: &mut [usize]) -> Option<f64> {
    values.sort_unstable();
    let (count, all) = (values.len(), values.iter().sum::<usize>());
    let ranked: usize = values.iter().enumerate().map(|(at, value)| (at + 1) * value).sum();
    let (n, sum) = (count as f64, all as f64);
    (all > 0).then(|| 2.0 * ranked as f64 / (n * sum) - (n + 1.0) / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let spread = Spread::of(&[1.0, 2.0, 3.0]).unwrap();
        assert!((spread.mean - 2.0).abs() < 1e-12 && (spread.half - 4.303 / 3_f64.sqrt()).abs() < 1e-9);
        assert!(!spread.is_above_zero() && Spread::of(&[2.0, 2.0]).unwrap().mean > 0.0);
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(percentile(&mut [5, 1, 3, 2, 4], 50), Some(3.0));
        assert_eq!(percentile(&mut [5, 1, 3, 2, 4], 90), Some(5.0));
        assert_eq!(top_tenth(&mut [0, 0, 5, 0, 0, 0, 0, 5, 0, 0]), Some(0.5));
        assert_eq!(
            (gini(&mut [3, 3, 3]), gini(&mut [0, 0, 0, 8]), gini(&mut [0])),
            (Some(0.0), Some(0.75), None)
        );
    }
}

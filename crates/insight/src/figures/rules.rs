//! Pure arithmetic of the figures: whole numbers only, rounded half up.

use std::collections::BTreeMap;

use kernel::{Day, MINUTE_US};

use super::Quantile;

/// Upper bounds of the response histogram, in minutes; what took longer is in an open bucket. Changing them
/// is a new version of the figure "response".
const BOUNDS: [i64; 14] = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1_440, 2_880, 4_320, 7 * 1_440, 15 * 1_440];
const OPEN_BUCKET: &str = "more";

/// The part under which a day stands: its number with leading zeros, so that text order is day order.
pub(crate) fn day_part(day: Day) -> String {
    format!("{:06}", day.number())
}

/// The day of a part.
pub(super) fn part_day(part: &str) -> Option<Day> {
    part.parse().ok().map(Day::from_number)
}

/// The part under which those born in a decade stand: its first year; `0000` where the year is not known.
pub(crate) fn decade_part(birth_year: i64) -> String {
    format!("{:04}", birth_year.max(0) / 10 * 10)
}

/// The part of the histogram in which a wait of so many microseconds stands. A phone's clock may run behind:
/// a negative wait is none.
pub(crate) fn response_bucket(waited_us: i64) -> String {
    BOUNDS
        .iter()
        .find(|bound| waited_us <= *bound * MINUTE_US)
        .map_or_else(|| OPEN_BUCKET.to_owned(), |bound| format!("{bound:06}"))
}

/// The bound of a part of the histogram in minutes: `Some(None)` for the open bucket.
pub(crate) fn bucket_bound(part: &str) -> Option<Option<i64>> {
    if part == OPEN_BUCKET { Some(None) } else { part.parse().ok().map(Some) }
}

/// `part` of `whole` in hundredths of a per cent; `None` of nothing.
pub(super) fn basis_points(part: i64, whole: i64) -> Option<i64> {
    rounded(part, 10_000, whole)
}

/// Minutes a head in hundredths of an hour; `None` without heads.
pub(super) fn hundredths_of_hours(minutes: i64, heads: i64) -> Option<i64> {
    rounded(minutes, 100, heads.saturating_mul(60))
}

/// `part · scale / whole`, rounded half up.
fn rounded(part: i64, scale: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let (part, scale, whole) = (i128::from(part), i128::from(scale), i128::from(whole));
    i64::try_from((2 * part * scale + whole).div_euclid(2 * whole)).ok()
}

/// The bucket in which the `numerator/denominator` quantile lies; `None` of nothing. The open bucket
/// (`None`) sorts before the others in the map and is counted last.
pub(super) fn quantile(
    counts: &BTreeMap<Option<i64>, i64>,
    numerator: i64,
    denominator: i64,
) -> Option<Quantile> {
    let total: i64 = counts.values().sum();
    if total <= 0 {
        return None;
    }
    let mut below = 0;
    let closed = counts.iter().filter_map(|(bound, count)| bound.map(|bound| (bound, count)));
    for (bound, count) in closed {
        below += count;
        if below * denominator >= total * numerator {
            return Some(Quantile::AtMost(bound));
        }
    }
    BOUNDS.last().map(|last| Quantile::MoreThan(*last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_study_s_own_figures_come_out() {
        // 217 million volunteers, 15.4 % of 1.41 billion; 1.614 billion hours, 7.44 a head.
        assert_eq!(basis_points(217_000_000, 1_411_780_000), Some(1_537));
        assert_eq!(hundredths_of_hours(1_614_000_000 * 60, 217_000_000), Some(744));
        assert_eq!(basis_points(1, 0), None);
        assert_eq!(
            (basis_points(1, 3), basis_points(2, 3), basis_points(1, 20_000)),
            (Some(3_333), Some(6_667), Some(1))
        );
    }

    #[test]
    fn a_wait_of_exactly_a_bound_is_within_it() {
        assert_eq!(response_bucket(5 * MINUTE_US), "000005");
        assert_eq!(response_bucket(5 * MINUTE_US + 1), "000010");
        assert_eq!(response_bucket(-MINUTE_US), "000005");
        assert_eq!(response_bucket(15 * 1_440 * MINUTE_US), "021600");
        assert_eq!(response_bucket(15 * 1_440 * MINUTE_US + 1), OPEN_BUCKET);
        let parts: Vec<String> = BOUNDS.iter().map(|bound| response_bucket(bound * MINUTE_US)).collect();
        let bounds: Vec<_> = parts.iter().map(|part| bucket_bound(part)).collect();
        assert_eq!(bounds, BOUNDS.map(|bound| Some(Some(bound))));
        assert_eq!(bucket_bound(OPEN_BUCKET), Some(None));
    }

    #[test]
    fn quantiles_are_bounds_of_buckets() {
        let counts = BTreeMap::from([(Some(5), 5), (Some(60), 4), (None, 1)]);
        assert_eq!(quantile(&counts, 1, 2), Some(Quantile::AtMost(5)));
        assert_eq!(quantile(&counts, 9, 10), Some(Quantile::AtMost(60)));
        assert_eq!(
            quantile(&BTreeMap::from([(Some(5), 1), (None, 9)]), 1, 2),
            Some(Quantile::MoreThan(21_600))
        );
        assert_eq!(quantile(&BTreeMap::new(), 1, 2), None);
    }

    #[test]
    fn parts_of_days_sort_as_days() {
        let day = Day::from_ymd(2026, 3, 9).unwrap();
        assert_eq!(part_day(&day_part(day)), Some(day));
        assert!(day_part(Day::from_number(9_999)) < day_part(Day::from_number(10_000)));
    }
}

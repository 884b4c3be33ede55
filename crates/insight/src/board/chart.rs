//! Charts as lines and bars in per cent of the width: no script, the same on a phone and on paper.

use super::PublishedWeek;

/// Height of a chart's drawing in pixels, and the room above it for words.
const HEIGHT: i64 = 140;
const TOP: i64 = 20;

/// One straight piece of a line, or the spot at a week's end; `x` in thousandths of the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) x1: i64,
    pub(crate) y1: i64,
    pub(crate) x2: i64,
    pub(crate) y2: i64,
}

/// A line through the weeks; a hidden week is a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) pieces: Vec<Piece>,
    /// The last week's point, where the word stands.
    pub(crate) end: Option<Piece>,
}

/// Registered and active on one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct People {
    pub(crate) registered: Line,
    pub(crate) active: Line,
    pub(crate) top: i64,
}

/// One bar: minutes served in a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) x: i64,
    pub(crate) width: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
    pub(crate) is_moving: bool,
}

fn height_of(value: i64, top: i64) -> i64 {
    value.max(0) * HEIGHT / top.max(1)
}

/// The middle of the `n`-th of `count` weeks, in thousandths of the width.
fn middle(n: usize, count: usize) -> i64 {
    let part = |n: usize| i64::try_from(n).unwrap_or(0);
    (2 * part(n) + 1) * 1_000 / (2 * part(count).max(1))
}

fn line(values: &[Option<i64>], top: i64) -> Line {
    let points: Vec<Option<(i64, i64)>> = values
        .iter()
        .enumerate()
        .map(|(n, value)| value.map(|value| (middle(n, values.len()), TOP + HEIGHT - height_of(value, top))))
        .collect();
    let pieces = points.iter().zip(points.iter().skip(1)).filter_map(|(from, to)| {
        let ((x1, y1), (x2, y2)) = ((*from)?, (*to)?);
        Some(Piece { x1, y1, x2, y2 })
    });
    let end = points.last().copied().flatten().map(|(x, y)| Piece { x1: x, y1: y, x2: x, y2: y });
    Line { pieces: pieces.collect(), end }
}

pub(crate) fn people(weeks: &[PublishedWeek]) -> People {
    let registered: Vec<_> = weeks.iter().map(|week| week.volunteers).collect();
    let active: Vec<_> = weeks.iter().map(|week| week.active).collect();
    let top = registered.iter().chain(&active).flatten().copied().max().unwrap_or(0);
    People { registered: line(&registered, top), active: line(&active, top), top }
}

/// Bars of minutes; `weeks` are minutes and whether they still move.
pub(crate) fn bars(weeks: &[(i64, bool)]) -> Vec<Bar> {
    let top = weeks.iter().map(|(minutes, _)| *minutes).max().unwrap_or(0);
    let width = middle(0, weeks.len()) * 3 / 2;
    let bar = |(n, (minutes, is_moving)): (usize, &(i64, bool))| {
        let height = height_of(*minutes, top);
        let x = middle(n, weeks.len()) - width / 2;
        Bar { x, width, y: TOP + HEIGHT - height, height, is_moving: *is_moving }
    };
    weeks.iter().enumerate().map(bar).collect()
}

/// In which of five steps each value stands between nothing and the greatest; without a value in none.
pub(crate) fn steps(values: &[Option<i64>]) -> Vec<Option<i64>> {
    let top = values.iter().flatten().copied().max().unwrap_or(0).max(0) + 1;
    values.iter().map(|value| value.map(|value| value.max(0) * 5 / top + 1)).collect()
}

/// Whole per cent of each part that add up to 100: what is left over goes to the parts that lost most.
pub(crate) fn whole_per_cent(parts: &[i64]) -> Vec<i64> {
    let parts: Vec<i64> = parts.iter().map(|part| (*part).max(0)).collect();
    let total: i64 = parts.iter().sum();
    if total == 0 {
        return vec![0; parts.len()];
    }
    let mut shares: Vec<i64> = parts.iter().map(|part| part * 100 / total).collect();
    let mut order: Vec<(i64, usize)> =
        parts.iter().enumerate().map(|(n, part)| (part * 100 % total, n)).collect();
    order.sort_by_key(|(lost, n)| (std::cmp::Reverse(*lost), *n));
    let left = 100 - shares.iter().sum::<i64>();
    for (_, n) in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(share) = shares.get_mut(n) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cents_add_up() {
        assert_eq!(whole_per_cent(&[1, 1, 1, 0]), [34, 33, 33, 0]);
        assert_eq!(whole_per_cent(&[0, 0, 0, 7]), [0, 0, 0, 100]);
        assert_eq!(whole_per_cent(&[0; 4]), [0; 4]);
        for n in 0..500 {
            assert_eq!(whole_per_cent(&[n, 3 * n + 1, 7, n % 5]).iter().sum::<i64>(), 100, "{n}");
        }
    }

    #[test]
    fn the_greatest_value_is_in_the_last_step_and_nothing_in_the_first() {
        assert_eq!(steps(&[Some(0), None, Some(100), Some(50)]), [Some(1), None, Some(5), Some(3)]);
        assert_eq!(steps(&[Some(0), None]), [Some(1), None]);
    }

    #[test]
    fn a_hidden_week_is_a_gap_and_the_greatest_value_reaches_the_top() {
        let drawn = line(&[Some(5), None, Some(5), Some(10)], 10);
        assert_eq!(drawn.pieces, [Piece { x1: 625, y1: TOP + HEIGHT / 2, x2: 875, y2: TOP }]);
        assert_eq!(drawn.end.map(|end| (end.x1, end.y1)), Some((875, TOP)));
        assert_eq!(line(&[None, None], 0), Line::default());
    }

    #[test]
    fn bars_stand_inside_and_do_not_touch() {
        let drawn = bars(&[(60, false), (0, false), (30, true)]);
        assert!(drawn.iter().zip(drawn.iter().skip(1)).all(|(a, b)| a.x + a.width < b.x));
        assert!(
            drawn
                .iter()
                .all(|bar| bar.x >= 0 && bar.x + bar.width <= 1_000 && bar.y + bar.height == TOP + HEIGHT)
        );
        assert_eq!(
            drawn.iter().map(|bar| (bar.height, bar.is_moving)).collect::<Vec<_>>(),
            [(HEIGHT, false), (0, false), (HEIGHT / 2, true)]
        );
    }
}

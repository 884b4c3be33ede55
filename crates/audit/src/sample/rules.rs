//! Which services a seed chooses, and what the calls say of all of them: pure.

use hours::Attendance;
use kernel::Id;

kernel::words! {
    /// What somebody said who was called about a service.
    Answer {
        /// 属实: as it is on record.
        Confirmed = "confirmed",
        /// 时长不符: it was longer or shorter.
        OtherHours = "other_hours",
        /// 没去: they were not there.
        NotThere = "not_there",
        /// 联系不上: nobody answered.
        NotReached = "not_reached",
        /// 不愿说: they would not say.
        Declined = "declined",
    }
}

impl Answer {
    /// Whether they said that the record is wrong.
    pub const fn doubts(self) -> bool {
        matches!(self, Self::OtherHours | Self::NotThere)
    }
}

/// Where a service stands in the order of a seed: SHA-256 of the seed, a space and the id as text, so that anybody can
/// compute it with what every system has.
pub(crate) fn place(seed: &str, id: Id<Attendance>) -> [u8; 32] {
    vault::digest(format!("{seed} {id}").as_bytes())
}

/// The first `count` in the order of the seed. It does not matter in which order they come, everyone is as likely to be
/// chosen as any other, and a larger count extends a smaller one. It is simple random sampling: what the interval of
/// [`interval`] supposes.
pub(crate) fn chosen<T>(
    seed: &str,
    mut all: Vec<T>,
    id: impl Fn(&T) -> Id<Attendance>,
    count: usize,
) -> Vec<T> {
    all.sort_by_cached_key(|one| (place(seed, id(one)), id(one)));
    all.truncate(count);
    all
}

/// Between which whole per cent the share lies of which `yes` in `of` is a sample, with 95 % confidence: the score interval
/// (Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927), which also holds for few
/// and for shares near none or all. `None` for none.
pub fn interval(yes: usize, of: usize) -> Option<(i64, i64)> {
    /// The 97.5 % point of the normal distribution.
    const Z: f64 = 1.959_964;
    if of == 0 {
        return None;
    }
    let (yes, of) = (yes.min(of) as f64, of as f64);
    let share = yes / of;
    let middle = share + Z * Z / (2.0 * of);
    let half = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt();
    let whole = 1.0 + Z * Z / of;
    let percent = |value: f64| (value / whole * 100.0).round().clamp(0.0, 100.0) as i64;
    Some((percent(middle - half), percent(middle + half)))
}

/// What the calls of a sample came to so far: of each service the last word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Services of the sample.
    pub services: usize,
    /// Those somebody was called about.
    pub called: usize,
    /// Said to be as on record.
    pub confirmed: usize,
    /// Said to have taken another time.
    pub other_hours: usize,
    /// Said not to have been.
    pub not_there: usize,
    /// Nobody answered yet.
    pub not_reached: usize,
    /// They would not say.
    pub declined: usize,
}

impl Summary {
    /// Of the last words.
    pub fn of(words: impl IntoIterator<Item = Option<Answer>>) -> Self {
        let mut summary = Self::default();
        for word in words {
            summary.services += 1;
            summary.called += usize::from(word.is_some());
            match word {
                Some(Answer::Confirmed) => summary.confirmed += 1,
                Some(Answer::OtherHours) => summary.other_hours += 1,
                Some(Answer::NotThere) => summary.not_there += 1,
                Some(Answer::NotReached) => summary.not_reached += 1,
                Some(Answer::Declined) => summary.declined += 1,
                None => {}
            }
        }
        summary
    }

    /// Those of which somebody said what was so.
    pub const fn answered(&self) -> usize {
        self.confirmed + self.other_hours + self.not_there
    }

    /// Between which per cent the share of what is as on record lies, by those that were answered.
    pub fn interval(&self) -> Option<(i64, i64)> {
        interval(self.confirmed, self.answered())
    }
}

#[cfg(test)]
mod tests {
    use kernel::{District, Instant};
    use proptest::prelude::*;

    use super::*;

    fn ids(count: usize) -> Vec<Id<Attendance>> {
        let district = District::new(420_103).unwrap();
        let id = |n: usize| {
            Id::derived(Instant::from_micros(n as i64 * 1_000), district, &vault::digest(&n.to_be_bytes()))
        };
        (0..count).map(id).collect()
    }

    #[test]
    fn the_order_is_what_anybody_computes() {
        let id = ids(1)[0];
        let text = format!("谷雨 {id}");
        assert_eq!(place("谷雨", id), vault::digest(text.as_bytes()));
    }

    proptest! {
        #[test]
        fn the_order_in_which_they_come_does_not_matter(seed in ".{0,12}", count in 0..60_usize, turn in 0..60_usize) {
            let all = ids(60);
            let mut turned = all.clone();
            turned.rotate_left(turn);
            turned.reverse();
            prop_assert_eq!(chosen(&seed, all, |id| *id, count), chosen(&seed, turned, |id| *id, count));
        }

        #[test]
        fn more_extend_fewer(seed in ".{0,12}", few in 0..60_usize, more in 0..60_usize) {
            let (few, more) = (few.min(more), few.max(more));
            let (short, long) = (chosen(&seed, ids(60), |id| *id, few), chosen(&seed, ids(60), |id| *id, more));
            prop_assert_eq!(&short[..], &long[..few]);
        }

        #[test]
        fn the_interval_holds_the_share_and_narrows(yes in 0..100_usize, no in 0..100_usize) {
            prop_assume!(yes + no > 0);
            let (low, high) = interval(yes, yes + no).unwrap();
            let share = (yes * 100) as f64 / (yes + no) as f64;
            prop_assert!(0 <= low && low <= high && high <= 100);
            prop_assert!(low as f64 - 0.5 <= share && share <= high as f64 + 0.5, "{low} {share} {high}");
            let (closer, near) = interval(yes * 10, (yes + no) * 10).unwrap();
            prop_assert!(near - closer <= high - low);
            let mirrored = interval(no, yes + no).unwrap();
            prop_assert!((100 - mirrored.1 - low).abs() <= 1 && (100 - mirrored.0 - high).abs() <= 1);
        }
    }

    /// Known answers, computed from the formula by hand.
    #[test]
    fn intervals_are_those_of_wilson() {
        for (yes, of, low, high) in [
            (18, 20, 70, 97),
            (20, 20, 84, 100),
            (0, 10, 0, 28),
            (1, 1, 21, 100),
            (81, 263, 26, 37),
            (50, 100, 40, 60),
        ] {
            assert_eq!(interval(yes, of), Some((low, high)), "{yes} of {of}");
        }
        assert_eq!(interval(0, 0), None);
    }

    /// Over many seeds everyone is chosen as often as any other: chi-square with 49 degrees of freedom stays below its
    /// 99.9 % point. Drawing without putting back makes the counts less spread, by (1 - n/N) · N/(N-1).
    #[test]
    fn everyone_is_as_likely_as_any_other() {
        const ALL: usize = 50;
        const DRAWN: usize = 10;
        const SEEDS: usize = 4_000;
        let all = ids(ALL);
        let mut counts = [0_usize; ALL];
        for seed in 0..SEEDS {
            for id in chosen(&seed.to_string(), all.clone(), |id| *id, DRAWN) {
                counts[all.iter().position(|one| *one == id).unwrap()] += 1;
            }
        }
        let expected = (SEEDS * DRAWN) as f64 / ALL as f64;
        let spread = (1.0 - DRAWN as f64 / ALL as f64) * ALL as f64 / (ALL - 1) as f64;
        let chi: f64 =
            counts.iter().map(|count| (*count as f64 - expected).powi(2) / (expected * spread)).sum();
        assert!(chi < 85.35, "{chi}");
        assert!(chi > 24.0, "too even to be chance: {chi}");
    }

    #[test]
    fn a_summary_counts_the_last_words() {
        let words = [Some(Answer::Confirmed), Some(Answer::NotThere), Some(Answer::Declined), None];
        let summary = Summary::of(words);
        assert_eq!((summary.services, summary.called, summary.answered()), (4, 3, 2));
        assert_eq!(summary.interval(), interval(1, 2));
        assert_eq!(Summary::of([None, Some(Answer::NotReached)]).interval(), None);
    }
}

//! The figures of one run.

use kernel::{Instant, Minutes};
use matching::waves::{Answer, Asking};

use crate::{
    city::Need,
    replay::{Fate, Run},
    statistics::{gini, percentile, top_tenth},
};

/// Which way a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less.
    Less,
    /// More.
    More,
    /// Nearer to one.
    One,
}

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Minutes to the first yes, the median; a need without any counts as long as its promise.
    FirstYesMedian,
    /// The same for nine of ten.
    FirstYesNinth,
    /// Minutes until all places are filled, the median.
    FilledMedian,
    /// The same for nine of ten.
    FilledNinth,
    /// Share of needs whose places were all filled by the promised time.
    InTime,
    /// Calls for each place that was filled.
    CallsPerPlace,
    /// Of a hundred who were called, those who heard that it is taken before they could answer.
    ToldTaken,
    /// Volunteers whom calls silenced for good.
    Silenced,
    /// In time: the residents near to volunteers before those far from them, in points.
    DistanceGap,
    /// In time: the younger before those of 75 and more, in points.
    AgeGap,
    /// Share of the calls that the most called tenth of the volunteers got.
    TopTenth,
    /// Gini's coefficient of calls over volunteers.
    Gini,
    /// Calls a newcomer got a day, beside anybody else.
    Newcomers,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 13] = [
        Self::FirstYesMedian,
        Self::FirstYesNinth,
        Self::FilledMedian,
        Self::FilledNinth,
        Self::InTime,
        Self::CallsPerPlace,
        Self::ToldTaken,
        Self::Silenced,
        Self::DistanceGap,
        Self::AgeGap,
        Self::TopTenth,
        Self::Gini,
        Self::Newcomers,
    ];

    /// Its word in JSON and locale keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstYesMedian => "first_yes_median",
            Self::FirstYesNinth => "first_yes_p90",
            Self::FilledMedian => "filled_median",
            Self::FilledNinth => "filled_p90",
            Self::InTime => "in_time",
            Self::CallsPerPlace => "calls_per_place",
            Self::ToldTaken => "told_taken",
            Self::Silenced => "silenced",
            Self::DistanceGap => "distance_gap",
            Self::AgeGap => "age_gap",
            Self::TopTenth => "top_tenth",
            Self::Gini => "gini",
            Self::Newcomers => "newcomers",
        }
    }

    /// Its unit in JSON and locale keys.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::FirstYesMedian | Self::FirstYesNinth | Self::FilledMedian | Self::FilledNinth => "minutes",
            Self::InTime | Self::ToldTaken | Self::TopTenth => "percent",
            Self::CallsPerPlace => "calls",
            Self::Silenced => "people",
            Self::DistanceGap | Self::AgeGap => "points",
            Self::Gini | Self::Newcomers => "ratio",
        }
    }

    /// Which way it is better.
    pub const fn better(self) -> Better {
        match self {
            Self::InTime => Better::More,
            Self::Newcomers => Better::One,
            _ => Better::Less,
        }
    }

    /// How far from good: less is better, whatever the figure.
    pub(crate) fn badness(self, value: f64) -> f64 {
        match self.better() {
            Better::Less => value,
            Better::More => -value,
            Better::One => (value - 1.0).abs(),
        }
    }
}

/// Every figure of a run; one that has no meaning in it is missing.
pub(crate) fn figures(run: &Run<'_>) -> Vec<(Figure, f64)> {
    let pairs: Vec<(&Need, &Fate)> = run.city.needs.iter().zip(&run.needs).collect();
    let until =
        |need: &Need, at: Option<Instant>| at.unwrap_or(need.deadline).minutes_since(need.at).number();
    let mut first: Vec<i64> = pairs.iter().map(|(need, fate)| until(need, fate.first_yes)).collect();
    let mut filled: Vec<i64> = pairs.iter().map(|(need, fate)| until(need, fate.filled_at)).collect();
    let places: usize = pairs.iter().map(|(_, fate)| fate.accepted).sum();
    let calls: usize = pairs.iter().map(|(_, fate)| fate.calls).sum();
    let told: usize = run.askings.iter().flatten().filter(|one| one.answer == Answer::Taken).count();
    let share = |of: &dyn Fn(&Need) -> bool| {
        let those: Vec<_> = pairs.iter().filter(|(need, _)| of(need)).collect();
        let done = those.iter().filter(|(_, fate)| fate.filled_at.is_some()).count();
        (!those.is_empty()).then(|| 100.0 * done as f64 / those.len() as f64)
    };
    let third = |need: &Need| run.city.residents.get(need.resident).map(|one| one.third);
    let old = |need: &Need| run.city.residents.get(need.resident).map(|one| one.old);
    let gap = |a: Option<f64>, b: Option<f64>| Some(a? - b?);
    let mut each: Vec<usize> = run.askings.iter().map(Vec::len).collect();
    let value = |figure| match figure {
        Figure::FirstYesMedian => percentile(&mut first, 50),
        Figure::FirstYesNinth => percentile(&mut first, 90),
        Figure::FilledMedian => percentile(&mut filled, 50),
        Figure::FilledNinth => percentile(&mut filled, 90),
        Figure::InTime => share(&|_| true),
        Figure::CallsPerPlace => (places > 0).then(|| calls as f64 / places as f64),
        Figure::ToldTaken => (calls > 0).then(|| 100.0 * told as f64 / calls as f64),
        Figure::Silenced => Some(run.silenced as f64),
        Figure::DistanceGap => {
            gap(share(&|need| third(need) == Some(0)), share(&|need| third(need) == Some(2)))
        }
        Figure::AgeGap => {
            gap(share(&|need| old(need) == Some(false)), share(&|need| old(need) == Some(true)))
        }
        Figure::TopTenth => top_tenth(&mut each).map(|share| 100.0 * share),
        Figure::Gini => gini(&mut each),
        Figure::Newcomers => newcomers(run),
    };
    Figure::ALL
        .into_iter()
        .zip(Figure::ALL.map(value))
        .filter_map(|(figure, value)| Some((figure, value?)))
        .collect()
}

/// Calls a newcomer's day brought beside a day of anybody else in the same time.
fn newcomers(run: &Run<'_>) -> Option<f64> {
    let (mut new, mut new_days, mut others, mut other_days) = (0, Minutes::ZERO, 0, Minutes::ZERO);
    // Everybody is counted from the first quarter on, so that the empty beginning is nobody's.
    let from = run.city.begins + Minutes(run.city.ends.minutes_since(run.city.begins).number() / 4);
    for (helper, askings) in run.city.helpers.iter().zip(&run.askings) {
        let begins = helper.joined.max(from);
        let counted = |asking: &&Asking| asking.told_at >= begins;
        let calls = askings.iter().filter(counted).count();
        let days = run.city.ends.minutes_since(begins);
        if helper.newcomer {
            (new, new_days) = (new + calls, new_days + days);
        } else {
            (others, other_days) = (others + calls, other_days + days);
        }
    }
    let rate =
        |calls: usize, time: Minutes| (time > Minutes::ZERO).then(|| calls as f64 / time.number() as f64);
    let other = rate(others, other_days).filter(|rate| *rate > 0.0)?;
    Some(rate(new, new_days)? / other)
}

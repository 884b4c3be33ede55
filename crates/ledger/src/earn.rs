//! From minutes to coins, under the caps of a policy.

use kernel::{Coins, Minutes};

/// How coins are rounded: to a multiple of `quantum`, in one step from the exact quotient.
///
/// Whole coins downward (Guangzhou) are 100 and [`Way::Down`]; Chongqing's table (up to 15 minutes nothing, to 45 half
/// an hour, above an hour) is 50 and [`Way::NearestTieDown`]; to the minor unit is 1 and [`Way::Down`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// Step in minor units; below 1 counts as 1.
    pub quantum: Coins,
    /// To which multiple.
    pub way: Way,
}

/// Which multiple a quotient between two is rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The lower one.
    Down,
    /// The nearer one, the lower one when exactly between.
    NearestTieDown,
    /// The nearer one, the upper one when exactly between.
    NearestTieUp,
    /// The upper one.
    Up,
}

/// Over what a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// One activity (Hailin: 2 h).
    Activity,
    /// One local day (Changning: 2 coins).
    Day,
    /// One calendar month.
    Month,
    /// One calendar year.
    Year,
    /// The balance of the account (Nanjing and Guangzhou: 1,500 h; Changning: 600 coins).
    Stored,
}

/// What may be earned over each span, `None` without a cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// In one activity.
    pub activity: Option<Coins>,
    /// On one day.
    pub day: Option<Coins>,
    /// In one month.
    pub month: Option<Coins>,
    /// In one year.
    pub year: Option<Coins>,
    /// In the account.
    pub stored: Option<Coins>,
}

/// How a scheme turns minutes into coins; a dated policy of a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarnPolicy {
    /// Minor units for an hour; 100 in every city scheme that counts 1 h as 1 coin.
    pub per_hour: Coins,
    /// How a part of an hour is rounded.
    pub rounding: Rounding,
    /// The caps.
    pub caps: Caps,
}

/// What was earned before, over each span that the service falls into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sofar {
    /// In this activity.
    pub activity: Coins,
    /// On this day.
    pub day: Coins,
    /// In this month.
    pub month: Coins,
    /// In this year.
    pub year: Coins,
    /// What the account holds, and what is promised to it.
    pub stored: Coins,
}

/// What a cap cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Which cap.
    pub span: Span,
    /// Its value.
    pub cap: Coins,
    /// How much it cut off.
    pub coins: Coins,
}

/// What minutes bring, and where the rest went: `earned` and all of `over` add up to `rounded`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earned {
    /// Whole minor units before rounding, so that "0.25 was rounded to 0" can be said.
    pub exact: Coins,
    /// After rounding.
    pub rounded: Coins,
    /// Within every cap.
    pub earned: Coins,
    /// What each cap cut off, in the order of [`Span`].
    pub over: Vec<Over>,
}

impl Earned {
    /// All that was cut off: the amount of the overflow transfer.
    pub fn overflow(&self) -> Coins {
        self.over.iter().map(|over| over.coins).sum()
    }
}

/// How many coins `minutes` of confirmed service bring by `policy` to one who earned `sofar` before. Negative
/// minutes bring nothing; a correction is the difference of two calls.
pub fn earn(minutes: Minutes, policy: &EarnPolicy, sofar: &Sofar) -> Earned {
    let product = i128::from(minutes.0.max(0)) * i128::from(policy.per_hour.0.max(0));
    let exact = coins(product / 60);
    let rounded = round(product, policy.rounding);
    let mut earned = rounded;
    let mut over = Vec::new();
    let caps = &policy.caps;
    for (span, cap, before) in [
        (Span::Activity, caps.activity, sofar.activity),
        (Span::Day, caps.day, sofar.day),
        (Span::Month, caps.month, sofar.month),
        (Span::Year, caps.year, sofar.year),
        (Span::Stored, caps.stored, sofar.stored),
    ] {
        let Some(cap) = cap else { continue };
        let fits = earned.min((cap - before).max(Coins::ZERO));
        if fits < earned {
            over.push(Over { span, cap, coins: earned - fits });
            earned = fits;
        }
    }
    Earned { exact, rounded, earned, over }
}

/// Rounds `sixtieths / 60` minor units.
fn round(sixtieths: i128, rounding: Rounding) -> Coins {
    let step = i128::from(rounding.quantum.0.max(1)) * 60;
    let (whole, rest) = (sixtieths / step, sixtieths % step);
    let up = match rounding.way {
        Way::Down => false,
        Way::NearestTieDown => rest * 2 > step,
        Way::NearestTieUp => rest * 2 >= step,
        Way::Up => rest > 0,
    };
    coins((whole + i128::from(up)) * step / 60)
}

fn coins(wide: i128) -> Coins {
    Coins(wide.min(i64::MAX.into()) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy(quantum: i64, way: Way, caps: Caps) -> EarnPolicy {
        EarnPolicy { per_hour: Coins(100), rounding: Rounding { quantum: Coins(quantum), way }, caps }
    }

    fn plain(minutes: i64, quantum: i64, way: Way) -> i64 {
        earn(Minutes(minutes), &policy(quantum, way, Caps::default()), &Sofar::default()).earned.0
    }

    #[test]
    fn chongqing_counts_half_hours_by_its_table() {
        for (minutes, coins) in
            [(0, 0), (15, 0), (16, 50), (45, 50), (46, 100), (60, 100), (75, 100), (76, 150)]
        {
            assert_eq!(plain(minutes, 50, Way::NearestTieDown), coins, "{minutes} minutes");
        }
    }

    #[test]
    fn guangzhou_counts_whole_hours() {
        assert_eq!([59, 60, 119, 120].map(|m| plain(m, 100, Way::Down)), [0, 100, 100, 200]);
    }

    #[test]
    fn ways_differ_only_between_multiples() {
        assert_eq!(
            [Way::Down, Way::NearestTieDown, Way::NearestTieUp, Way::Up].map(|w| plain(30, 100, w)),
            [0, 0, 100, 100]
        );
        assert_eq!(plain(20, 1, Way::Down), 33);
        assert_eq!(plain(20, 1, Way::Up), 34);
    }

    #[test]
    fn changning_pays_two_a_day_and_six_hundred_in_all() {
        let caps = Caps { day: Some(Coins(200)), stored: Some(Coins(60_000)), ..Caps::default() };
        let sofar = Sofar { day: Coins(50), stored: Coins(59_900), ..Sofar::default() };
        let got = earn(Minutes(180), &policy(1, Way::Down, caps), &sofar);
        assert_eq!(got.earned, Coins(100));
        assert_eq!(
            got.over,
            [
                Over { span: Span::Day, cap: Coins(200), coins: Coins(150) },
                Over { span: Span::Stored, cap: Coins(60_000), coins: Coins(50) }
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_gets_lost_and_no_cap_is_passed(
            minutes in any::<i64>(), quantum in -5_i64..500, way in 0_usize..4,
            cap in prop::array::uniform5(prop::option::of(-10_i64..5_000)),
            before in prop::array::uniform5(0_i64..5_000),
        ) {
            let [activity, day, month, year, stored] = cap.map(|c| c.map(Coins));
            let caps = Caps { activity, day, month, year, stored };
            let [activity, day, month, year, stored] = before.map(Coins);
            let sofar = Sofar { activity, day, month, year, stored };
            let ways = [Way::Down, Way::NearestTieDown, Way::NearestTieUp, Way::Up];
            let got = earn(Minutes(minutes), &policy(quantum, ways[way], caps), &sofar);
            prop_assert_eq!(i128::from(got.earned.0) + got.over.iter().map(|o| i128::from(o.coins.0)).sum::<i128>(),
                i128::from(got.rounded.0));
            prop_assert!(got.earned >= Coins::ZERO && got.over.iter().all(|o| o.coins > Coins::ZERO));
            for (cap, before) in cap.into_iter().zip(before) {
                prop_assert!(cap.is_none_or(|cap| got.earned.0 == 0 || before + got.earned.0 <= cap));
            }
        }

        #[test]
        fn more_minutes_never_bring_less(a in 0_i64..10_000, more in 0_i64..1_000, way in 0_usize..4) {
            let ways = [Way::Down, Way::NearestTieDown, Way::NearestTieUp, Way::Up];
            prop_assert!(plain(a, 50, ways[way]) <= plain(a + more, 50, ways[way]));
        }
    }
}

//! The scheme by which a division turns hours into coins: rows of `policy`, inherited down the tree.

use db::{Fault, Tx};
use hours::Grade;
use kernel::{Day, DivisionCode};
use ledger::{Caps, EarnPolicy, Rounding, Way};

/// How a division turns minutes into coins on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Rate, rounding and caps.
    pub earn: EarnPolicy,
    /// Which grades earn, in the order of [`Grade::ALL`].
    pub earns: [bool; 4],
    /// Highest version among the rows used; 0 when the defaults alone counted. The transfer keeps it.
    pub version: i64,
}

impl Scheme {
    /// What counts where no division decided otherwise.
    ///
    /// One hour is one coin, to the minor unit (Beijing 2022, Shanghai 2026; Nanjing 2019 by hours). No cap: Beijing has
    /// none, the others differ. Grades A and B earn; what was typed in later or imported does not, because Beijing
    /// 2022 counts what was checked in and out. An hour whose grade rises by later evidence earns from then on.
    pub const DEFAULT: Self = Self {
        earn: EarnPolicy {
            per_hour: kernel::Coins(100),
            rounding: Rounding { quantum: kernel::Coins(1), way: Way::Down },
            caps: Caps { activity: None, day: None, month: None, year: None, stored: None },
        },
        earns: [true, true, false, false],
        version: 0,
    };

    /// Whether service of this grade earns.
    pub fn counts(&self, grade: Grade) -> bool {
        Grade::ALL.iter().zip(self.earns).any(|(one, earns)| *one == grade && earns)
    }

    /// Puts the value of the policy `name` in place; `false` when the name is none of the time bank's.
    ///
    /// Amounts are in minor units; a cap below zero lifts the cap of the divisions above. `coin_rounding` is 0 down,
    /// 1 nearest with ties down, 2 nearest with ties up, 3 up.
    fn set(&mut self, name: &str, value: i64) -> bool {
        let cap = (value >= 0).then_some(kernel::Coins(value));
        let [a, b, c, d] = &mut self.earns;
        let caps = &mut self.earn.caps;
        match name {
            "coin_per_hour" => self.earn.per_hour = kernel::Coins(value),
            "coin_quantum" => self.earn.rounding.quantum = kernel::Coins(value),
            "coin_rounding" => {
                self.earn.rounding.way = match value {
                    1 => Way::NearestTieDown,
                    2 => Way::NearestTieUp,
                    3 => Way::Up,
                    _ => Way::Down,
                }
            }
            "coin_cap_activity" => caps.activity = cap,
            "coin_cap_day" => caps.day = cap,
            "coin_cap_month" => caps.month = cap,
            "coin_cap_year" => caps.year = cap,
            "coin_cap_stored" => caps.stored = cap,
            "coin_grade_a" => *a = value > 0,
            "coin_grade_b" => *b = value > 0,
            "coin_grade_c" => *c = value > 0,
            "coin_grade_d" => *d = value > 0,
            _ => return false,
        }
        true
    }
}

/// The scheme of `division` on `day`: for each name what the nearest division decided last.
///
/// # Errors
/// A [`Fault`].
pub fn scheme(tx: &mut Tx<'_>, division: DivisionCode, day: Day) -> Result<Scheme, Fault> {
    let mut scheme = Scheme::DEFAULT;
    for (name, policy) in places::policies(tx, division, "coin_", day)? {
        if scheme.set(&name, policy.value) {
            scheme.version = scheme.version.max(policy.version);
        }
    }
    Ok(scheme)
}

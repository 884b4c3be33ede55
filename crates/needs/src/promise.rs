//! What is promised in each state, by when: rules as data, with the default numbers here.

use std::collections::BTreeMap;

use db::{Fault, Outcome, Tx};
use kernel::{Calendar, Day, DivisionCode, Instant, Minutes};
use matching::waves::Pace;

use crate::state::State;

/// A default of a policy: its name in `policy`, its value in minutes, where the number comes from.
pub struct Default {
    /// Name of the policy.
    pub name: &'static str,
    /// Minutes.
    pub minutes: i64,
    /// The rule or decision behind it.
    pub source: &'static str,
}

/// Every promise. A division changes one by a row of `policy`, inherited down the tree.
pub const DEFAULTS: &[Default] = &[
    Default {
        name: "need.verify",
        minutes: 120,
        source: "12345 热线：网上受理 2 小时内；志愿服务条例 art. 13 (verify and answer promptly). Opening hours count.",
    },
    Default {
        name: "need.verify_urgent",
        minutes: 120,
        source: "12345 热线：紧急事项 2 小时，round the clock",
    },
    Default { name: "need.find", minutes: 24 * 60, source: "12345 热线：及时类 24 小时" },
    Default { name: "need.find_urgent", minutes: 120, source: "12345 热线：紧急事项 2 小时" },
    Default {
        name: "need.answer",
        minutes: 4 * 60,
        source: "Linli: a working day leaves room for two askings",
    },
    Default {
        name: "need.answer_urgent",
        minutes: 30,
        source: "Linli: four askings within the two urgent hours",
    },
    Default {
        name: "need.wave",
        minutes: 60,
        source: "Linli: six askings within the hours of a day; tried in `linli match simulate`",
    },
    Default {
        name: "need.wave_urgent",
        minutes: 10,
        source: "Linli: the whole street within the two urgent hours; tried in `linli match simulate`",
    },
    Default {
        name: "need.confirm",
        minutes: 72 * 60,
        source: "Linli: after three days a worker calls; silence is not satisfaction",
    },
];

/// First and last minute of the day in which somebody is at the desk: 8:30 to 17:30.
const OPEN: (i64, i64) = (8 * 60 + 30, 17 * 60 + 30);

/// The promises that hold at a place on a day.
#[derive(Clone, Debug)]
pub struct Promises(BTreeMap<String, i64>);

impl Promises {
    /// Reads what the place and everything above it decided; the lowest and then the newest decision counts.
    ///
    /// # Errors
    /// A fault.
    pub fn load(tx: &mut Tx<'_>, place: DivisionCode, day: Day) -> Result<Self, Fault> {
        Ok(Self::of(places::policies(tx, place, "need.", day)?))
    }

    /// As [`Promises::load`], with the tree in force, in one statement.
    ///
    /// # Errors
    /// A fault.
    pub(crate) fn load_with_tree(
        tx: &mut Tx<'_>,
        place: DivisionCode,
        day: Day,
    ) -> Outcome<(Self, places::Edition)> {
        let (decided, tree) = places::policies_and_tree(tx, place, "need.", day)?;
        Ok((Self::of(decided), tree))
    }

    fn of(decided: BTreeMap<String, places::Policy>) -> Self {
        let defaults = DEFAULTS.iter().map(|one| (one.name.to_owned(), one.minutes));
        Self(defaults.chain(decided.into_iter().map(|(name, policy)| (name, policy.value))).collect())
    }

    fn minutes(&self, name: &str, urgent: bool) -> Minutes {
        let urgent_name = format!("{name}_urgent");
        let urgent = urgent.then(|| self.0.get(&urgent_name)).flatten();
        Minutes(urgent.or_else(|| self.0.get(name)).copied().unwrap_or_default())
    }

    /// By when somebody who is asked must answer.
    pub fn answer_by(&self, sent_at: Instant, urgent: bool) -> Instant {
        sent_at + self.minutes("need.answer", urgent)
    }

    /// How fast volunteers are asked one wave after the other.
    pub fn pace(&self) -> Pace {
        let (wait, wait_urgent) = (self.minutes("need.wave", false), self.minutes("need.wave", true));
        Pace { wait, wait_urgent, ..Pace::default() }
    }

    /// By when the next step is promised to somebody who came into `state` now.
    pub fn due(
        &self,
        state: State,
        urgent: bool,
        visit_ends: Instant,
        now: Instant,
        days: &Calendar,
    ) -> Instant {
        match state {
            State::Submitted if urgent => now + self.minutes("need.verify", true),
            State::Submitted => in_opening_hours(now, self.minutes("need.verify", false), days),
            State::Verified | State::Offered | State::Reopened => now + self.minutes("need.find", urgent),
            State::Accepted | State::InService => visit_ends.max(now),
            State::DoneClaimed => now + self.minutes("need.confirm", false),
            State::Closed | State::Refused | State::Cancelled | State::HandedOver => now,
        }
    }
}

/// The instant after so many minutes of opening hours on working days.
pub fn in_opening_hours(now: Instant, minutes: Minutes, days: &Calendar) -> Instant {
    let (mut day, mut from, mut left) = (now.day(), now, minutes);
    // A year without a working day does not happen; the bound keeps a wrong calendar from hanging a request.
    for _ in 0..366 {
        if days.is_working(day) {
            let (opens, closes) = (day.at_minute(OPEN.0), day.at_minute(OPEN.1));
            let begin = from.max(opens);
            let room = if begin < closes { closes.minutes_since(begin) } else { Minutes::ZERO };
            if left <= room {
                return begin + left;
            }
            left = left - room;
        }
        day = day.plus(1);
        from = day.start();
    }
    from
}

/// Writes the defaults as rows of `policy` for the country, so that an administrator sees them with their source.
/// Harmless when they are there.
///
/// # Errors
/// A fault.
pub fn seed(tx: &mut Tx<'_>, day: Day) -> Result<(), Fault> {
    for one in DEFAULTS {
        places::seed_policy(tx, one.name, one.minutes, one.source, day)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use db::params;

    use super::*;

    #[test]
    fn two_opening_hours_run_over_night_and_week_end() {
        let days = Calendar::default();
        let due = |day: i8, minute| {
            in_opening_hours(Day::from_ymd(2026, 3, day).unwrap().at_minute(minute), Minutes(120), &days)
                .local_text()
        };
        assert_eq!(due(9, 9 * 60), "2026-03-09T11:00");
        assert_eq!(due(9, 16 * 60 + 30), "2026-03-10T09:30");
        assert_eq!(due(9, 3 * 60), "2026-03-09T10:30");
        assert_eq!(due(13, 23 * 60), "2026-03-16T10:30");
        assert_eq!(due(14, 12 * 60), "2026-03-16T10:30");
    }

    #[test]
    fn the_lower_place_and_the_newer_version_decide() {
        testkit::on_both(|world| {
            let street = DivisionCode::parse("420103001").unwrap();
            let today = world.now().day();
            let place = DivisionCode::parse("420103001005").unwrap();
            let find = move |tx: &mut Tx<'_>| {
                Ok::<_, Fault>(Promises::load(tx, place, today)?.minutes("need.find", false).number())
            };
            assert_eq!(world.db.read_now("promises", find).unwrap(), 24 * 60);
            let done = world.db.write_now("promises_seed", move |tx| {
                seed(tx, today)?;
                seed(tx, today)?;
                for (division, version, from, value) in
                    [(street, 1, today, 60), (street, 2, today, 90), (street, 3, today.plus(1), 10)]
                {
                    tx.execute_one(
                        "INSERT INTO policy (division, name, version, from_day, value, source)
                         VALUES ($1, 'need.find', $2, $3, $4, 'a test')",
                        params![division, version, from, value],
                    )?;
                }
                Ok::<_, Fault>(())
            });
            done.unwrap();
            assert_eq!(world.db.read_now("promises", find).unwrap(), 90);
        });
    }
}

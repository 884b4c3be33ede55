//! How people answer when they are asked: four models, one of them against whoever learns from history.

use kernel::{Instant, Minutes};

use crate::{
    city::{City, Need},
    dice::{Dice, For},
};

/// How people answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// As they are, for ever.
    Steady,
    /// Calls make people inactive for a while, and some for good.
    Tiring,
    /// The hour decides; households are away together; rain keeps everybody at home.
    Habits,
    /// A yes makes the next unlikely, and half-way the keen and the seldom change places.
    Misleading,
}

impl Model {
    /// Every model.
    pub const ALL: [Self; 4] = [Self::Steady, Self::Tiring, Self::Habits, Self::Misleading];

    /// Its word in figures and locale keys.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Tiring => "tiring",
            Self::Habits => "habits",
            Self::Misleading => "misleading",
        }
    }
}

/// What somebody does when they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Yes(Minutes),
    No(Minutes),
    Nothing,
}

/// What asking has done to one volunteer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mind {
    asleep_until: Option<Instant>,
    last_call: Option<Instant>,
    last_yes: Option<Instant>,
    /// They left, whatever the calls.
    left: bool,
    days_drawn: u32,
    /// They answer no more, whatever happens.
    pub(crate) silent_for_good: bool,
}

/// Keen, middling, seldom: how many of a thousand volunteers, and their chance of yes and of any answer in thousandths.
const NATURES: [(u64, u64, u64); 3] = [(200, 700, 900), (500, 400, 750), (300, 120, 450)];
/// What is left of the chance of yes at other times of the day than the one they prefer, in thousandths.
const OTHER_TIME: u64 = 600;
const OTHER_TIME_BY_HABIT: u64 = 150;
/// What is left of any answer to an urgent call at night.
const AT_NIGHT: u64 = 500;
/// Of a thousand calls, those that make inactive; of a thousand days, those that end it; and the longest.
const CALLS_THAT_TIRE: u64 = 300;
const DAYS_THAT_WAKE: u64 = 500;
const ASLEEP_DAYS_MAX: u64 = 30;
/// Of a thousand calls within a week of the one before, those that silence for good.
const CALLS_THAT_SILENCE: u64 = 20;
/// Chance in a million of leaving on any day: three of ten within a year (Manshadi and Rodilitz 2022).
const LEAVING_A_DAY: u64 = 977;
/// Of a thousand days, those on which a household is away, and those on which it rains; what rain leaves of a yes.
const AWAY: u64 = 250;
const RAIN: u64 = 200;
const IN_RAIN: u64 = 400;
/// For so long after a yes the next is unlikely, and what is left of it.
const SATED: Minutes = Minutes::from_hours(10 * 24);
const WHEN_SATED: u64 = 100;

impl Mind {
    /// The answer to a call now. `helper` and `number` say whose and for which need.
    pub(crate) fn answer(
        &mut self,
        city: &City,
        model: Model,
        (helper, number): (usize, usize),
        need: &Need,
        now: Instant,
    ) -> Reply {
        let dice = Dice(city.seed);
        let (who, what) = (helper as u64, number as u64);
        let silent = self.silent(city, model, dice, (who, what), now);
        let (yes, any) = self.chances(city, model, dice, helper, need, now);
        self.last_call = Some(now);
        if silent || !dice.happens(For::Reply, who, what << 1, any) {
            return Reply::Nothing;
        }
        let delay = delay(dice, who, what, need.urgent, now);
        if dice.happens(For::Reply, who, (what << 1) + 1, yes) {
            self.last_yes = Some(now);
            Reply::Yes(delay)
        } else {
            Reply::No(delay)
        }
    }

    /// Whether nothing reaches them now; and what this call does to them.
    fn silent(
        &mut self,
        city: &City,
        model: Model,
        dice: Dice,
        (who, what): (u64, u64),
        now: Instant,
    ) -> bool {
        if model != Model::Tiring {
            return false;
        }
        let days = (now.day().number() - city.begins.day().number()).max(0).unsigned_abs();
        // Every day is drawn once.
        self.left |= (self.days_drawn..=days)
            .any(|day| dice.below(For::Leaving, who, u64::from(day), 1_000_000) < LEAVING_A_DAY);
        self.days_drawn = self.days_drawn.max(days + 1);
        let again = self.last_call.is_some_and(|last| now < last + Minutes::from_hours(7 * 24));
        self.silent_for_good |= again && dice.happens(For::Wear, who, what << 1, CALLS_THAT_SILENCE);
        let silent = self.left || self.silent_for_good || self.asleep_until.is_some_and(|until| now < until);
        if dice.happens(For::Wear, who, (what << 1) + 1, CALLS_THAT_TIRE) {
            let days = 1 + dice.waits(For::Wear, who, what, DAYS_THAT_WAKE, ASLEEP_DAYS_MAX);
            let until = now + Minutes::from_hours(days.cast_signed() * 24);
            // A call that finds somebody awake is still answered; its wear comes after.
            self.asleep_until = self.asleep_until.max(Some(until));
        }
        silent
    }

    /// The chance of yes among answers, and of any answer, in thousandths.
    fn chances(
        &self,
        city: &City,
        model: Model,
        dice: Dice,
        helper: usize,
        need: &Need,
        now: Instant,
    ) -> (u64, u64) {
        let who = helper as u64;
        let weights = NATURES.map(|(share, ..)| share);
        let mut nature = dice.weighted(For::Person, who, 20, &weights);
        if model == Model::Misleading {
            let middle = city.begins + Minutes(city.ends.minutes_since(city.begins).number() / 2);
            if now >= middle {
                nature = NATURES.len() - 1 - nature;
            }
        }
        let (_, mut yes, mut any) = NATURES.get(nature).copied().unwrap_or_default();
        let prefers = dice.below(For::Person, who, 21, 3).cast_signed();
        // Morning, afternoon, evening.
        let part = ((need.visit_at.minute_of_day() / 60 - 6).max(0) / 6).min(2);
        if part != prefers {
            yes = yes * if model == Model::Habits { OTHER_TIME_BY_HABIT } else { OTHER_TIME } / 1_000;
        }
        if model == Model::Habits {
            let day = u64::from(need.visit_at.day().number().unsigned_abs());
            let household = city.helpers.get(helper).map_or(who, |one| one.household);
            if dice.happens(For::Household, household, day, AWAY) {
                yes = 0;
            }
            if dice.happens(For::Weather, day, 0, RAIN) {
                yes = yes * IN_RAIN / 1_000;
            }
        }
        if model == Model::Misleading && self.last_yes.is_some_and(|last| now < last + SATED) {
            yes = yes * WHEN_SATED / 1_000;
        }
        if night(now) {
            any = any * AT_NIGHT / 1_000;
        }
        (yes, any)
    }
}

fn night(at: Instant) -> bool {
    !(8 * 60..21 * 60).contains(&at.minute_of_day())
}

/// Minutes until an answer: half come within a quarter of an hour, half of the others within the next, and so on; urgent
/// calls are answered three times as fast.
fn delay(dice: Dice, who: u64, what: u64, urgent: bool, now: Instant) -> Minutes {
    let quarters = dice.waits(For::Delay, who, what, 500, 24);
    let minutes = quarters * 15 + dice.below(For::Delay, who, !what, 15) + 1;
    let minutes = if urgent { minutes.div_ceil(3) } else { minutes };
    // What is told at night and can wait is answered in the morning.
    let sleeps = if night(now) && !urgent { (32 * 60 - now.minute_of_day()) % (24 * 60) } else { 0 };
    Minutes(minutes.cast_signed() + sleeps)
}

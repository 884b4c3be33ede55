//! From signals to stretches of time that count: a pure function of what was seen, what was stated and a policy. Recording
//! and trying out another policy count by it.

use std::collections::BTreeMap;

use kernel::{Day, Instant, Minutes, Refusal};

use crate::{
    Apart, EngagementKind, Evidence, Grade,
    policy::Policy,
    presence::Presence,
    served::{Part, served, split_days},
};

/// The rule that refuses who was there for too small a share of the planned time.
pub(crate) const BELOW_LEAST: &str = "hours-below-least";

/// The rule that refuses what is not volunteering.
pub(crate) const NOT_SERVICE: &str = "hours-not-service";

/// What a presence comes to, before the limits of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// How far it can be believed.
    pub(crate) grade: Grade,
    /// Where minutes were served, in order, none overlapping, each within one local day.
    pub(crate) parts: Vec<Part>,
    /// Minutes between coming and going that were kept apart: with those of the parts they are the whole stay.
    pub(crate) apart: Apart,
}

impl Counted {
    /// So many minutes from `from` on.
    pub(crate) fn at_a_stretch(grade: Grade, from: Instant, minutes: Minutes) -> Self {
        Self { grade, parts: split_days(from, minutes), apart: Apart::default() }
    }

    /// Whole minutes of all parts.
    pub(crate) fn minutes(&self) -> Minutes {
        self.parts.iter().map(|part| part.minutes).sum()
    }
}

/// Counts a presence. What is `stated` stands in for what nobody noted; it is never more than what the signals show.
/// Of each local day the first stays count, as many as the policy allows.
///
/// # Errors
/// `hours-not-service`, `hours-no-evidence`, `hours-no-check-in`, `hours-no-check-out`, `hours-zero`, `hours-below-least` (conflict).
pub(crate) fn count(
    presence: &Presence,
    policy: &Policy,
    signals: &[Evidence],
    stated: Option<Minutes>,
    now: Instant,
) -> Result<Counted, Refusal> {
    if !presence.no_hours.is_empty() {
        return Err(Refusal::conflict(NOT_SERVICE));
    }
    let setting = policy.setting(presence);
    let grade = setting.grade(signals).ok_or_else(|| Refusal::conflict("hours-no-evidence"))?;
    let mut stays = setting.stays(signals);
    if stays.is_empty() {
        let from = match (setting.times(signals).0, stated) {
            (Some(arrived), _) => arrived,
            (None, Some(_)) => presence.planned.0,
            (None, None) => return Err(Refusal::conflict("hours-no-check-in")),
        };
        let minutes = stated.ok_or_else(|| Refusal::conflict("hours-no-check-out"))?;
        stays.push((from, from + minutes));
    }
    let (mut of_day, mut parts) = (BTreeMap::<Day, usize>::new(), Vec::new());
    let mut rest = stated;
    for (from, to) in stays {
        let pairs = of_day.entry(from.day()).or_default();
        *pairs += 1;
        if *pairs > policy.pairs {
            continue;
        }
        let to = rest.map_or(to, |rest| to.min(from + rest));
        rest = rest.map(|rest| (rest - to.minutes_since(from)).max(Minutes::ZERO));
        let (from, minutes) = served((from, to), presence.planned, policy.tolerance, policy.unit, now);
        parts.extend(split_days(from, minutes));
    }
    let apart = policy.take_apart(presence, &mut parts, stated);
    let counted = Counted { grade, parts, apart };
    if counted.minutes() == Minutes::ZERO {
        return Err(Refusal::conflict("hours-zero"));
    }
    let least = policy.least(presence);
    if counted.minutes() < least {
        return Err(Refusal::conflict(BELOW_LEAST).with("least", least.number()));
    }
    Ok(counted)
}

/// Takes so many minutes out of the parts, the longest first; a part that holds none any more is left out.
fn take_out(parts: &mut Vec<Part>, minutes: Minutes) {
    let mut longest: Vec<&mut Part> = parts.iter_mut().collect();
    longest.sort_by_key(|part| std::cmp::Reverse(part.minutes));
    let mut rest = minutes;
    for part in longest {
        let taken = part.minutes.min(rest);
        part.minutes = part.minutes - taken;
        rest = rest - taken;
    }
    parts.retain(|part| part.minutes > Minutes::ZERO);
}

impl Policy {
    /// What of the planned time of a presence does not count here.
    fn apart_of(&self, presence: &Presence) -> Apart {
        let unless = |counts: bool, minutes: Minutes| if counts { Minutes::ZERO } else { minutes };
        Apart {
            pause: unless(self.break_counts, presence.apart_planned.pause),
            travel: unless(self.travel_counts, presence.apart_planned.travel),
        }
    }

    /// Takes breaks and the way there and back out of what was served. Nobody notes when a break was, so who was there for a
    /// part of the planned time loses the same part of it, and never more than was planned. What is stated is service
    /// already: it loses only what is above the planned time without them.
    fn take_apart(&self, presence: &Presence, parts: &mut Vec<Part>, stated: Option<Minutes>) -> Apart {
        let (planned, wanted) = (presence.planned_minutes(), self.apart_of(presence));
        let there: Minutes = parts.iter().map(|part| part.minutes).sum();
        if wanted.minutes() == Minutes::ZERO || there == Minutes::ZERO {
            return Apart::default();
        }
        let apart = match stated {
            Some(_) => {
                let over = (there - (planned - wanted.minutes())).max(Minutes::ZERO);
                let pause = wanted.pause.min(over);
                Apart { pause, travel: wanted.travel.min(over - pause) }
            }
            None => {
                let whole = planned.number().max(1);
                let part = |minutes: Minutes| Minutes(minutes.number() * there.number().min(whole) / whole);
                Apart { pause: part(wanted.pause), travel: part(wanted.travel) }
            }
        };
        take_out(parts, apart.minutes());
        apart
    }

    /// Minutes below which nothing of a presence counts: a share of the planned time of a shift. The time of a need is
    /// a window in which somebody comes, of which no share can be asked.
    fn least(&self, presence: &Presence) -> Minutes {
        match presence.kind {
            EngagementKind::Shift => {
                let planned = presence.planned_minutes() - self.apart_of(presence).minutes();
                Minutes((planned.number() * self.least_percent + 99) / 100)
            }
            EngagementKind::Need | EngagementKind::Import => Minutes::ZERO,
        }
    }

    /// Refuses a coming, at `at`, of who has come and gone as often as a day allows.
    pub(crate) fn must_be_one_of_the_day(
        &self,
        presence: &Presence,
        signals: &[Evidence],
        at: Instant,
    ) -> Result<(), Refusal> {
        let (stays, _) = self.setting(presence).witnessed_stays(signals);
        let gone = stays.iter().filter(|(from, _)| from.day() == at.day()).count();
        if gone >= self.pairs {
            let most = i64::try_from(self.pairs).unwrap_or(i64::MAX);
            return Err(Refusal::conflict("check-in-pairs").with("most", most));
        }
        Ok(())
    }
}

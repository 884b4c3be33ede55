//! Every rule of eligibility, each in one place.

use std::ops::ControlFlow::{self, Break, Continue};

use kernel::{Day, Instant, Minutes};

use crate::{
    Code, Commitment, Distance, Engagement, Limits, Metres, Proof, Purpose, Sex, Volunteer,
    time::{Blocks, search},
};

/// One rule that stands against it, with what a sentence about it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The resident does not want this helper (product: refused pairs, both ways).
    RefusedByResident,
    /// The volunteer does not want to serve this resident.
    RefusesResident,
    /// Asked for this before; a "no" is not asked twice.
    AlreadyAsked,
    /// Left in peace until then after the last call (Manshadi and Rodilitz 2022: who is called too often stays away).
    RestAfterCall {
        /// When they may be asked again.
        until: Instant,
    },
    /// They wish to serve in other categories.
    CategoryNotWanted {
        /// This one.
        category: Code,
    },
    /// It demands what they said they do not take on (志愿服务条例 art. 15: fit to health and ability).
    LimitExceeded {
        /// Which demand.
        limit: Code,
    },
    /// They speak none of the languages wished.
    LanguageWish,
    /// The resident wishes a helper of the other sex.
    SexWish {
        /// Which one is wished.
        wished: Sex,
    },
    /// They do not have the skill (慈善法 art. 67, 志愿服务条例 art. 15).
    SkillMissing {
        /// Which skill.
        skill: Code,
    },
    /// Its proof is not valid through the whole window (志愿服务条例 art. 16).
    SkillExpired {
        /// Which skill.
        skill: Code,
        /// Its last day.
        until: Day,
    },
    /// They do not have the training, or not through the whole window (志愿服务条例 art. 16: train first).
    TrainingMissing {
        /// Which training.
        training: Code,
        /// Last day of one that ended.
        until: Option<Day>,
    },
    /// They are not insured through the whole window (志愿服务条例 art. 17, 慈善法 art. 69).
    InsuranceMissing {
        /// Last day of a cover that ends too early.
        until: Option<Day>,
    },
    /// Their day of birth is not known.
    AgeUnknown,
    /// Too young on the first day of the window (the project's age; 未成年人保护法).
    Underage {
        /// Age in completed years.
        age: i32,
        /// Youngest age allowed.
        min: i32,
    },
    /// A minor without consent, or a child without company, of a guardian (民法典 art. 19; 浙江省志愿服务条例 art. 9).
    GuardianMissing {
        /// Age in completed years.
        age: i32,
    },
    /// Farther than they wish to go.
    TooFar {
        /// How far it is.
        distance: Distance,
        /// How far they go.
        radius: Metres,
    },
    /// Not free by their own times.
    NotFree,
    /// Promised elsewhere, the journey counted.
    Busy {
        /// The promise in the way.
        promise: Commitment,
        /// The journey between the two.
        travel: Minutes,
    },
    /// The day would get too long.
    DailyLoad {
        /// Which day.
        day: Day,
        /// What it holds already.
        minutes: Minutes,
        /// Most allowed.
        max: Minutes,
    },
    /// The week would get too long.
    WeeklyLoad {
        /// Its Monday.
        monday: Day,
        /// What it holds already.
        minutes: Minutes,
        /// Most allowed, by the policy or by their own wish.
        max: Minutes,
    },
}

impl Reason {
    /// Name of the rule, kebab-case, for API and locale keys.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::RefusedByResident => "refused-by-resident",
            Self::RefusesResident => "refuses-resident",
            Self::AlreadyAsked => "already-asked",
            Self::RestAfterCall { .. } => "rest-after-call",
            Self::CategoryNotWanted { .. } => "category-not-wanted",
            Self::LimitExceeded { .. } => "limit-exceeded",
            Self::LanguageWish => "language-wish",
            Self::SexWish { .. } => "sex-wish",
            Self::SkillMissing { .. } => "skill-missing",
            Self::SkillExpired { .. } => "skill-expired",
            Self::TrainingMissing { .. } => "training-missing",
            Self::InsuranceMissing { .. } => "insurance-missing",
            Self::AgeUnknown => "age-unknown",
            Self::Underage { .. } => "underage",
            Self::GuardianMissing { .. } => "guardian-missing",
            Self::TooFar { .. } => "too-far",
            Self::NotFree => "not-free",
            Self::Busy { .. } => "busy",
            Self::DailyLoad { .. } => "daily-load",
            Self::WeeklyLoad { .. } => "weekly-load",
        }
    }
}

/// Every reason against it; none means eligible.
pub fn eligible(
    engagement: &Engagement,
    volunteer: &Volunteer,
    now: Instant,
    limits: &Limits,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let _ = check(engagement, volunteer, now, limits, &mut |reason| {
        reasons.push(reason);
        Continue(())
    });
    reasons
}

/// Whether [`eligible`] would list nothing; stops at the first reason and allocates nothing.
pub fn passes(engagement: &Engagement, volunteer: &Volunteer, now: Instant, limits: &Limits) -> bool {
    check(engagement, volunteer, now, limits, &mut |_| Break(())).is_continue()
}

type Flow = ControlFlow<()>;

/// Tells `say` every reason until it breaks off. What refuses most at least cost comes first.
fn check(
    engagement: &Engagement,
    volunteer: &Volunteer,
    now: Instant,
    limits: &Limits,
    say: &mut impl FnMut(Reason) -> Flow,
) -> Flow {
    if engagement.purpose == Purpose::Ask {
        asking(engagement, volunteer, now, limits, say)?;
    }
    wishes(engagement, volunteer, say)?;
    proofs(engagement, volunteer, say)?;
    age(engagement, volunteer, limits, say)?;
    time(engagement, volunteer, limits, say)
}

/// What binds only when Linli asks: what they said about being asked.
fn asking(
    engagement: &Engagement,
    volunteer: &Volunteer,
    now: Instant,
    limits: &Limits,
    say: &mut impl FnMut(Reason) -> Flow,
) -> Flow {
    let category = engagement.category;
    if !volunteer.categories.is_empty() && !volunteer.categories.contains(&category) {
        say(Reason::CategoryNotWanted { category })?;
    }
    if let Some(until) =
        volunteer.last_call.map(|call| call + limits.rest_after_call).filter(|until| now < *until)
    {
        say(Reason::RestAfterCall { until })?;
    }
    if let Some(radius) = volunteer.radius {
        let distance = Distance::between(&volunteer.home, &engagement.place);
        if distance.metres() > radius {
            say(Reason::TooFar { distance, radius })?;
        }
    }
    if engagement.asked.contains(&volunteer.id) {
        say(Reason::AlreadyAsked)?;
    }
    Continue(())
}

/// What the two said of one another.
fn wishes(engagement: &Engagement, volunteer: &Volunteer, say: &mut impl FnMut(Reason) -> Flow) -> Flow {
    if engagement.refused.contains(&volunteer.id) {
        say(Reason::RefusedByResident)?;
    }
    if engagement.recipient.is_some_and(|resident| volunteer.refuses.contains(&resident)) {
        say(Reason::RefusesResident)?;
    }
    for &limit in engagement.demands.iter().filter(|demand| volunteer.limits.contains(demand)) {
        say(Reason::LimitExceeded { limit })?;
    }
    let spoken = |language| volunteer.languages.contains(language);
    if !engagement.languages.is_empty() && !engagement.languages.iter().any(spoken) {
        say(Reason::LanguageWish)?;
    }
    match engagement.sex {
        Some(wished) if volunteer.sex != Some(wished) => say(Reason::SexWish { wished }),
        _ => Continue(()),
    }
}

/// What must be valid: through every day of the window, as the visit may fall on any of them.
fn proofs(engagement: &Engagement, volunteer: &Volunteer, say: &mut impl FnMut(Reason) -> Flow) -> Flow {
    let (first, last) = days(engagement);
    let valid = |proofs: &[Proof], code: Code| {
        proofs.iter().any(|proof| proof.code == code && proof.validity.covers(first, last))
    };
    // The last day of what they had but that does not last; what is yet to begin counts as not had.
    let ended = |proofs: &[Proof], code: Code| {
        let ends = proofs.iter().filter(|proof| proof.code == code).filter_map(|proof| proof.validity.until);
        ends.filter(|until| *until < last).max()
    };
    for &skill in engagement.skills.iter().filter(|skill| !valid(&volunteer.skills, **skill)) {
        say(match ended(&volunteer.skills, skill) {
            Some(until) => Reason::SkillExpired { skill, until },
            None => Reason::SkillMissing { skill },
        })?;
    }
    for &training in engagement.trainings.iter().filter(|training| !valid(&volunteer.trainings, **training)) {
        say(Reason::TrainingMissing { training, until: ended(&volunteer.trainings, training) })?;
    }
    let covered = volunteer.insured.is_some_and(|cover| cover.covers(first, last));
    if engagement.insurance && !covered {
        say(Reason::InsuranceMissing { until: volunteer.insured.and_then(|cover| cover.until) })?;
    }
    Continue(())
}

fn age(
    engagement: &Engagement,
    volunteer: &Volunteer,
    limits: &Limits,
    say: &mut impl FnMut(Reason) -> Flow,
) -> Flow {
    let (first, last) = days(engagement);
    let Some(born) = volunteer.born else { return say(Reason::AgeUnknown) };
    let age = first.years_since(born);
    let min = engagement.age_min;
    if age < min {
        say(Reason::Underage { age, min })?;
    }
    let consent = volunteer.guardian_consent.is_some_and(|consent| consent.covers(first, last));
    let needs_consent = age < limits.adult_age && !consent;
    if !engagement.guardian_present && (needs_consent || age < limits.accompanied_age) {
        say(Reason::GuardianMissing { age })?;
    }
    Continue(())
}

/// What blocked every start in the window.
fn time(
    engagement: &Engagement,
    volunteer: &Volunteer,
    limits: &Limits,
    say: &mut impl FnMut(Reason) -> Flow,
) -> Flow {
    let mut blocks = Blocks::default();
    if search(engagement, volunteer, limits, engagement.window.from, &mut blocks).is_some() {
        return Continue(());
    }
    if blocks.not_free {
        say(Reason::NotFree)?;
    }
    if let Some((promise, travel)) = blocks.busy {
        say(Reason::Busy { promise, travel })?;
    }
    if let Some((day, minutes)) = blocks.day {
        say(Reason::DailyLoad { day, minutes, max: limits.day_max })?;
    }
    if let Some((monday, minutes)) = blocks.week {
        let max = volunteer.week_max.map_or(limits.week_max, |own| own.min(limits.week_max));
        say(Reason::WeeklyLoad { monday, minutes, max })?;
    }
    Continue(())
}

/// First and last local day of the window; one that ends at midnight does not touch the next day.
pub(crate) fn days(engagement: &Engagement) -> (Day, Day) {
    let window = engagement.window;
    let last = Instant::from_micros(window.to.micros().saturating_sub(1)).day();
    (window.from.day(), last.max(window.from.day()))
}

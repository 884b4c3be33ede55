//! The facts that rules look at. The caller gathers them; nothing here knows where from.

use kernel::{Day, Id, Instant, Minutes, Person, Weekday};

use crate::{Code, Metres, Place};

/// How the two come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Linli asks the volunteer: what they said about times, radius and categories binds, and so does the rest they
    /// are owed after the last call.
    Ask,
    /// The volunteer asks to come: those wishes are theirs to set aside.
    SignUp,
}

/// Sex as a resident may wish it of a helper, for personal care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// From when, and until when at the latest, an engagement may take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Not before.
    pub from: Instant,
    /// Over by then.
    pub to: Instant,
}

/// A need to be met or a shift to be filled: what it asks of whoever comes.
#[derive(Clone, Debug)]
pub struct Engagement {
    /// How the two come together.
    pub purpose: Purpose,
    /// Category of service.
    pub category: Code,
    /// Skills asked, all of them.
    pub skills: Vec<Code>,
    /// Trainings asked, all of them.
    pub trainings: Vec<Code>,
    /// When it may take place; as long as `minutes` when it is fixed.
    pub window: Window,
    /// How long it takes. More than the window means the whole window.
    pub minutes: Minutes,
    /// Where.
    pub place: Place,
    /// Youngest age allowed, in completed years.
    pub age_min: i32,
    /// Whether a guardian comes along (family service).
    pub guardian_present: bool,
    /// Whether insurance is asked.
    pub insurance: bool,
    /// What it demands that a person's own limits may exclude: `lifting`, `dogs`.
    pub demands: Vec<Code>,
    /// Languages or dialects the resident wishes; one of them is enough, none named is any.
    pub languages: Vec<Code>,
    /// Sex the resident wishes of the helper.
    pub sex: Option<Sex>,
    /// The resident it is for, if it is for one.
    pub recipient: Option<Id<Person>>,
    /// Helpers the resident wishes for.
    pub wished: Vec<Id<Person>>,
    /// Helpers who came before.
    pub seen_before: Vec<Id<Person>>,
    /// Helpers the resident does not want.
    pub refused: Vec<Id<Person>>,
    /// Helpers who were asked for this before, whatever they answered.
    pub asked: Vec<Id<Person>>,
}

/// The days on which something is valid, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// First day; `None` is always before.
    pub from: Option<Day>,
    /// Last day; `None` is for good.
    pub until: Option<Day>,
}

impl Validity {
    /// Whether every day from `first` to `last` is valid.
    pub fn covers(self, first: Day, last: Day) -> bool {
        self.from.is_none_or(|from| from <= first) && self.until.is_none_or(|until| last <= until)
    }
}

/// A skill or training with its proof's validity. A qualification that includes others stands as one entry for each, as
/// [`Qualifications::expand`](crate::Qualifications::expand) gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Which.
    pub code: Code,
    /// When it is valid.
    pub validity: Validity,
}

/// A time of the week at which a volunteer is free, within one local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyTime {
    /// Which day.
    pub weekday: Weekday,
    /// From this minute of the day.
    pub from_minute: i64,
    /// To this minute, at most 1,440; a time that ends there goes on with one that begins the next day at 0.
    pub to_minute: i64,
}

/// What replaces the weekly times on one day. Several of one day add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Which day.
    pub day: Day,
    /// Free from and to these minutes of the day, or not at all.
    pub free: Option<(i64, i64)>,
}

/// When and where a person has promised to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// From.
    pub from: Instant,
    /// To.
    pub to: Instant,
    /// Where.
    pub place: Place,
}

/// What is known of a volunteer.
#[derive(Clone, Debug)]
pub struct Volunteer {
    /// Who.
    pub id: Id<Person>,
    /// Day of birth; without it nobody can be placed, as no age rule can be shown to hold.
    pub born: Option<Day>,
    /// Sex, where it was told.
    pub sex: Option<Sex>,
    /// Where they start from.
    pub home: Place,
    /// How far they wish to go; `None` as far as needed.
    pub radius: Option<Metres>,
    /// Skills with their proofs.
    pub skills: Vec<Proof>,
    /// Trainings with their validity.
    pub trainings: Vec<Proof>,
    /// Insurance cover.
    pub insured: Option<Validity>,
    /// A guardian's consent, dated.
    pub guardian_consent: Option<Validity>,
    /// Categories they wish to serve in; none named is any.
    pub categories: Vec<Code>,
    /// Their own limits: demands they do not take on.
    pub limits: Vec<Code>,
    /// Languages and dialects they speak.
    pub languages: Vec<Code>,
    /// Times of the week at which they are free; none named is any.
    pub times: Vec<WeeklyTime>,
    /// Days on which other times hold.
    pub exceptions: Vec<Exception>,
    /// Where they have promised to be.
    pub commitments: Vec<Commitment>,
    /// Minutes on record by local day, of the weeks in question and without those of `commitments`.
    pub served: Vec<(Day, Minutes)>,
    /// Most they wish to serve in a week.
    pub week_max: Option<Minutes>,
    /// When they were last asked.
    pub last_call: Option<Instant>,
    /// When they last served; `None` is never.
    pub last_served: Option<Instant>,
    /// Residents they do not want to serve.
    pub refuses: Vec<Id<Person>>,
    /// Residents they wish to serve.
    pub wishes: Vec<Id<Person>>,
}

/// The limits of a dated policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most on one local day.
    pub day_max: Minutes,
    /// Most in one week from Monday.
    pub week_max: Minutes,
    /// How long nobody is asked again after a call.
    pub rest_after_call: Minutes,
    /// How fast a helper gets from one place to the next; below 1 counts as 1.
    pub metres_per_minute: i64,
    /// Below this age a guardian's consent or presence is needed (民法典 art. 17 to 19: 18).
    pub adult_age: i32,
    /// Below this age a guardian must be present (教思政〔2015〕1号 art. 3: 10).
    pub accompanied_age: i32,
}

/// 8 hours a day count at once on i志愿; a guardian until 18, present until 10 (both by law). The week, the rest and
/// the pace are Linli's proposals: 20 hours, 12 hours, and 12 km/h door to door.
impl Default for Limits {
    fn default() -> Self {
        Self {
            day_max: Minutes::from_hours(8),
            week_max: Minutes::from_hours(20),
            rest_after_call: Minutes::from_hours(12),
            metres_per_minute: 200,
            adult_age: 18,
            accompanied_age: 10,
        }
    }
}

//! A session as pages show it, and what they read.

use db::Failure;
use kernel::{Id, Instant, Refusal};
use web::{Choice, Page};

use crate::{Gives, SessionCard};

/// One session in a list or at the top of a page.
pub(crate) struct SessionView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) number: i64,
    pub(crate) when: String,
    pub(crate) address: String,
    /// What passing gives and for how long, in words.
    pub(crate) gives: String,
    /// Learning time, in words.
    pub(crate) lasts: String,
    pub(crate) content: String,
    pub(crate) unit: String,
    pub(crate) places: i64,
    pub(crate) taken: i64,
    pub(crate) state: String,
    /// Why it was called off.
    pub(crate) notice: String,
    pub(crate) is_begun: bool,
    pub(crate) is_over: bool,
}

impl SessionView {
    pub(crate) fn new(page: &Page, session: &SessionCard, now: Instant) -> Self {
        Self {
            id: session.id.to_string(),
            title: session.title.clone(),
            number: session.number,
            when: page.window(session.starts_at, session.ends_at),
            address: session.address.clone(),
            gives: gives(page, &session.gives, session.months),
            lasts: page.lasting(session.minutes().number()),
            content: session.content.clone(),
            unit: session.unit.clone(),
            places: session.places,
            taken: session.taken,
            state: session.state.clone(),
            notice: session.notice.clone(),
            is_begun: session.starts_at <= now,
            is_over: session.ends_at <= now,
        }
    }

    pub(crate) fn free(&self) -> i64 {
        self.places - self.taken
    }

    /// A page of this session: `before`, its id, `after`.
    pub(crate) fn to(&self, before: &str, after: &str) -> String {
        format!("{before}{}{after}", self.id)
    }

    /// Whether its results are still to be said.
    pub(crate) fn is_planned(&self) -> bool {
        self.state == "planned"
    }
}

/// What passing gives and for how long, in words.
fn gives(page: &Page, gives: &Gives, months: i64) -> String {
    let what = named(page, gives);
    match (gives, months) {
        (Gives::Nothing, _) => what,
        (_, 0) => page.ta("course-gives-for-good", "what", what),
        (_, months) => page.tb("course-gives-months", "what", what, "months", months),
    }
}

/// What passing gives, in words.
pub(crate) fn named(page: &Page, gives: &Gives) -> String {
    match gives {
        Gives::Nothing => page.t("course-gives-nothing"),
        Gives::Basic => page.t("training-basic"),
        Gives::Skill(word) => page.tw("people-skill-", word),
    }
}

/// Everything that a course can give, to choose from.
pub(crate) fn gives_choices(page: &Page, chosen: &str) -> Vec<Choice> {
    let skills = people::SKILLS.iter().map(|word| Gives::Skill((*word).to_owned()));
    [Gives::Basic, Gives::Nothing]
        .into_iter()
        .chain(skills)
        .map(|one| Choice::new(one.word(), named(page, &one)).chosen_if(chosen))
        .collect()
}

/// Reads an id of a path; what is none is not found.
pub(crate) fn id<T>(text: &str) -> Result<Id<T>, Failure> {
    text.parse().map_err(|_| Refusal::missing().into())
}

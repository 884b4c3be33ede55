//! Activities that look like something other than volunteering: before one is published a second person of the place says
//! whether it is (民政部令第67号 art. 19). What was refused may still take place, and earns no hours.

pub(crate) mod api;
pub(crate) mod pages;
mod store;

use db::{Outcome, Tx};
use hours::{NoService, Suspicion, suspicion};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, Id, Instant, Person, Refusal};

use crate::{
    notice::tell_of_kind,
    project::{Project, ProjectCard},
};

/// Reviews on one list.
pub const KIND_REVIEWS_SHOWN: i64 = 50;

/// Mark of a review's id.
#[derive(Debug)]
pub enum KindReview {}

/// What a project looks like, and what a second person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindReviewCard {
    /// Its id.
    pub id: Id<KindReview>,
    /// The project.
    pub project: Id<Project>,
    /// Where it takes place.
    pub division: DivisionCode,
    /// Words of [`NoService`], with a comma between.
    pub kinds: String,
    /// Who wants to publish it.
    pub asked_by: Id<Person>,
    /// Since when it waits.
    pub asked_at: Instant,
    /// `open`, `passed` or `refused`.
    pub state: String,
    /// Why; empty while it waits, and where the rule of the place refuses it whoever looks.
    pub reason: String,
    /// How many changes it has seen.
    pub version: i64,
}

impl KindReviewCard {
    /// Whether a rule of the place refuses it, whoever looks.
    fn is_of_rule(&self) -> bool {
        self.state == "refused" && self.reason.is_empty()
    }

    /// Words of [`NoService`].
    pub fn words(&self) -> Vec<String> {
        self.kinds.split(',').map(str::to_owned).collect()
    }
}

/// A review on the list of who may decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspected {
    /// The review.
    pub review: KindReviewCard,
    /// The project's title.
    pub title: String,
    /// What is done.
    pub summary: String,
}

/// What stands between a project and its publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// Nothing.
    Nothing,
    /// A second person has not looked yet.
    Waits,
    /// It is no volunteering.
    NoService,
}

fn joined(kinds: &[NoService]) -> String {
    kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(",")
}

/// What stands between a project, whose lock is held, and its publication today; where it looks like no service and nobody was
/// asked yet, a second person is now. Gives the kinds of what is no volunteering too.
pub(crate) fn stands(tx: &mut Tx<'_>, call: &Call, project: &ProjectCard) -> Outcome<(Stands, String)> {
    let text = format!("{} {}", project.title, project.summary);
    let Suspicion { reviewed, never } = suspicion(tx, project.division, call.now.day(), &text)?;
    if reviewed.is_empty() && never.is_empty() {
        return Ok((Stands::Nothing, String::new()));
    }
    let review = match store::of_project(tx, project.id)? {
        // A rule that was decided since is stronger than whoever looked before it, and what a rule refused is looked at when
        // the rule is gone.
        Some(review) if review.is_of_rule() != never.is_empty() => review,
        before => ask(tx, call, project, before, &reviewed, &never)?,
    };
    Ok(match review.state.as_str() {
        "passed" => (Stands::Nothing, String::new()),
        "refused" => (Stands::NoService, review.kinds),
        _ => (Stands::Waits, review.kinds),
    })
}

fn ask(
    tx: &mut Tx<'_>,
    call: &Call,
    project: &ProjectCard,
    before: Option<KindReviewCard>,
    reviewed: &[NoService],
    never: &[NoService],
) -> Outcome<KindReviewCard> {
    let (kinds, state) = if never.is_empty() { (reviewed, "open") } else { (never, "refused") };
    let review = KindReviewCard {
        id: before.as_ref().map_or_else(|| call.id(project.id.district()), |before| before.id),
        project: project.id,
        division: project.division,
        kinds: joined(kinds),
        asked_by: call.actor.signed_in()?,
        asked_at: call.now,
        state: state.to_owned(),
        reason: String::new(),
        version: before.as_ref().map_or(1, |before| before.version + 1),
    };
    match before {
        None => store::insert(tx, &review)?,
        Some(_) => store::ask_again(tx, &review)?,
    }
    append(tx, call, event("kind.asked", &review, review.version))?;
    Ok(review)
}

fn event(kind: &'static str, review: &KindReviewCard, version: i64) -> Event {
    Event::new(kind, review.id.district(), review.id, version)
        .with("division", review.division.to_string())
        .with("kinds", review.kinds.clone())
        .with("state", review.state.clone())
        .with_id("project", review.project)
}

/// What waits at the asker's places, the oldest first, at most [`KIND_REVIEWS_SHOWN`]; one statement an area, three at most.
///
/// # Errors
/// A fault.
pub fn suspected(tx: &mut Tx<'_>, call: &Call) -> Outcome<Vec<Suspected>> {
    let mut all = Vec::new();
    for range in call.actor.scope(Action::ReviewHours).iter().take(3) {
        all.extend(store::waiting(tx, range, KIND_REVIEWS_SHOWN)?);
    }
    all.sort_by_key(|one| one.review.id);
    all.dedup_by_key(|one| one.review.id);
    all.truncate(usize::try_from(KIND_REVIEWS_SHOWN).unwrap_or_default());
    Ok(all)
}

/// Says whether an activity is volunteering, with a reason that its publisher reads; a message tells them of it. Never who
/// wants to publish it.
///
/// # Errors
/// 404; forbidden; `kind-own`, `kind-decided` (conflict); `reason-too-short`, `reason-too-long` (invalid).
pub fn decide_kind(
    tx: &mut Tx<'_>,
    call: &Call,
    id: Id<KindReview>,
    is_service: bool,
    reason: &str,
) -> Outcome<()> {
    let by = call.actor.signed_in()?;
    let review = store::locked(tx, id)?.ok_or_else(Refusal::missing)?;
    call.actor.must(Action::ReviewHours, review.division)?;
    let project = crate::project::project(tx, review.project)?;
    if by == review.asked_by || by == project.created_by {
        return Err(Refusal::conflict("kind-own").into());
    }
    if review.state != "open" {
        return Err(Refusal::conflict("kind-decided").into());
    }
    let state = if is_service { "passed" } else { "refused" };
    let decided = KindReviewCard {
        reason: people::reason("reason", reason)?.to_owned(),
        state: state.to_owned(),
        version: review.version + 1,
        ..review
    };
    store::decide(tx, &decided, by, call.now)?;
    tell_of_kind(tx, call, &decided, &project.title, is_service)?;
    Ok(append(tx, call, event("kind.decided", &decided, decided.version))?)
}

/// What was asked and said of a project; none where nothing was suspected.
///
/// # Errors
/// A fault.
pub fn kind_review(tx: &mut Tx<'_>, project: Id<Project>) -> Outcome<Option<KindReviewCard>> {
    Ok(store::of_project(tx, project)?)
}

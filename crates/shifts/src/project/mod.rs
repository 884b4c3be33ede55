//! Projects: what a team does, with its category and its risks.

pub(crate) mod store;

use db::{Outcome, Tx};
use journal::{Call, Event, append};
use kernel::{Action, DivisionCode, FieldRefusal, Id, Organisation, Person, Refusal, ServiceCategory};

/// Mark of a project's id.
#[derive(Debug)]
pub enum Project {}

/// Characters of a title at most.
pub const TITLE_CHARS_MAX: usize = 40;
/// Characters of what is done and of the risks at most.
pub const SUMMARY_CHARS_MAX: usize = 1_000;

/// What a volunteer must have before coming (志愿服务条例 art. 16: trained first; art. 17: insured first).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// An insurance that covers the day.
    pub insurance: bool,
    /// The basic training, valid that day.
    pub training: bool,
    /// One of [`people::SKILLS`].
    pub skill: Option<String>,
    /// Whether the volunteer's own word for the skill is not enough: a worker has seen a proof, valid that day.
    pub skill_proof: bool,
}

/// What is typed for a new project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProject {
    /// Whose it is.
    pub organisation: Id<Organisation>,
    /// Its name.
    pub title: String,
    /// What is done, and how hard it is.
    pub summary: String,
    /// Word of its [`ServiceCategory`].
    pub category: String,
    /// What may go wrong, in words (志愿服务条例 art. 12 and 13: risks are told before).
    pub risk: String,
    /// What a volunteer must have before coming.
    pub protection: Protection,
    /// The project it was copied from.
    pub copied_from: Option<Id<Project>>,
}

/// A project as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectCard {
    /// Its id.
    pub id: Id<Project>,
    /// Where it takes place.
    pub division: DivisionCode,
    /// Whose it is.
    pub organisation: Id<Organisation>,
    /// Its name.
    pub title: String,
    /// What is done, and how hard it is.
    pub summary: String,
    /// Word of its [`ServiceCategory`].
    pub category: String,
    /// What may go wrong.
    pub risk: String,
    /// What a volunteer must have before coming.
    pub protection: Protection,
    /// `draft` or `published`.
    pub state: String,
    /// Who made it.
    pub created_by: Id<Person>,
    /// How many changes it has seen.
    pub version: i64,
}

/// What is wrong with a typed project, every field of it.
pub fn wrong_fields(project: &NewProject) -> Vec<FieldRefusal> {
    let mut wrong = Vec::new();
    let mut field = |field, rule| wrong.push(FieldRefusal { field, rule, args: Vec::new() });
    let count = |text: &str| text.trim().chars().count();
    match count(&project.title) {
        0 => field("title", "project-title-missing"),
        n if n > TITLE_CHARS_MAX => field("title", "project-title-too-long"),
        _ => {}
    }
    match count(&project.summary) {
        0 => field("summary", "project-summary-missing"),
        n if n > SUMMARY_CHARS_MAX => field("summary", "project-text-too-long"),
        _ => {}
    }
    match count(&project.risk) {
        0 => field("risk", "project-risk-missing"),
        n if n > SUMMARY_CHARS_MAX => field("risk", "project-text-too-long"),
        _ => {}
    }
    if ServiceCategory::from_word(&project.category).is_none() {
        field("category", "project-category-unknown");
    }
    if project.protection.skill.as_deref().is_some_and(|skill| !people::SKILLS.contains(&skill)) {
        field("skill", "project-skill-unknown");
    }
    wrong
}

/// Whether the actor may do `action` for what this organisation does at this place.
///
/// # Errors
/// Sign in first, or forbidden.
pub(crate) fn must_in(
    call: &Call,
    action: Action,
    organisation: Id<Organisation>,
    place: DivisionCode,
) -> Result<(), Refusal> {
    if call.actor.may_in(action, organisation, place) {
        return Ok(());
    }
    call.actor.signed_in().and_then(|_| Err(Refusal::forbidden()))
}

/// Notes a project of an organisation, at the organisation's place, as a draft.
///
/// # Errors
/// Forbidden; `project-organisation-missing`, `project-title-missing`, `project-title-too-long`,
/// `project-summary-missing`, `project-risk-missing`, `project-text-too-long`, `project-category-unknown`,
/// `project-skill-unknown` (invalid).
pub fn create_project(tx: &mut Tx<'_>, call: &Call, project: &NewProject) -> Outcome<Id<Project>> {
    let by = call.actor.signed_in()?;
    let team = people::organisation(tx, project.organisation)?
        .ok_or_else(|| Refusal::invalid("organisation", "project-organisation-missing"))?;
    must_in(call, Action::PublishShifts, team.id, team.division)?;
    let wrong = wrong_fields(project);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong).into());
    }
    let card = ProjectCard {
        id: call.id(team.division.district()),
        division: team.division,
        organisation: team.id,
        title: project.title.trim().to_owned(),
        summary: project.summary.trim().to_owned(),
        category: project.category.clone(),
        risk: project.risk.trim().to_owned(),
        protection: project.protection.clone(),
        state: "draft".to_owned(),
        created_by: by,
        version: 1,
    };
    store::insert(tx, &card, project.copied_from, call.now)?;
    append(tx, call, event("project.created", &card, 1))?;
    Ok(card.id)
}

/// The project under its lock, for who may publish it.
///
/// # Errors
/// 404; forbidden.
pub(crate) fn locked(tx: &mut Tx<'_>, call: &Call, project: Id<Project>) -> Outcome<ProjectCard> {
    let card = store::locked(tx, project)?.ok_or_else(Refusal::missing)?;
    must_in(call, Action::PublishShifts, card.organisation, card.division)?;
    Ok(card)
}

/// Makes a project visible; harmless when it is.
///
/// # Errors
/// 404; forbidden.
pub fn publish_project(tx: &mut Tx<'_>, call: &Call, project: Id<Project>) -> Outcome<()> {
    let card = locked(tx, call, project)?;
    if card.state == "published" {
        return Ok(());
    }
    store::publish(tx, project)?;
    append(tx, call, event("project.published", &card, card.version + 1))?;
    Ok(())
}

/// The project.
///
/// # Errors
/// 404 when there is none.
pub fn project(tx: &mut Tx<'_>, project: Id<Project>) -> Outcome<ProjectCard> {
    Ok(store::one(tx, project)?.ok_or_else(Refusal::missing)?)
}

fn event(kind: &'static str, card: &ProjectCard, version: i64) -> Event {
    Event::new(kind, card.id.district(), card.id, version)
        .with("division", card.division.to_string())
        .with("category", card.category.clone())
        .with_id("organisation", card.organisation)
}

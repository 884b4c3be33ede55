//! A shift as pages show it.

use hours::TypedReason;
use kernel::{Arg, Calendar, Day, DivisionCode, FieldRefusal, Id, Minutes, Refusal, ServiceCategory};
use web::{Choice, Fields, Page};

use crate::{duty, kinds::pages::named, shift::ShiftCard};

/// One shift in a list or at the top of a page.
pub(crate) struct ShiftView {
    pub(crate) id: String,
    /// Of the team.
    pub(crate) team: String,
    pub(crate) title: String,
    pub(crate) category: String,
    pub(crate) when: String,
    pub(crate) address: String,
    pub(crate) places: i64,
    pub(crate) taken: i64,
    pub(crate) waiting: i64,
    pub(crate) min_age: i64,
    /// For which kinds nothing of it counts, in words; empty where it counts.
    pub(crate) no_hours: String,
    /// Breaks and the way there and back, in words; empty without any.
    pub(crate) apart: String,
    /// Why it was called off, or what was said of its last change.
    pub(crate) notice: String,
    /// What a volunteer must have before coming, in words.
    pub(crate) needs: String,
    pub(crate) is_full: bool,
    pub(crate) is_cancelled: bool,
    pub(crate) is_draft: bool,
}

impl ShiftView {
    pub(crate) fn new(page: &Page, shift: &ShiftCard) -> Self {
        Self {
            id: shift.id.to_string(),
            team: shift.organisation.to_string(),
            title: shift.title.clone(),
            category: page.t(&format!("category-{}", shift.category)),
            when: page.window(shift.starts_at, shift.ends_at),
            address: shift.address.clone(),
            places: shift.places,
            taken: shift.taken,
            waiting: shift.waiting,
            min_age: shift.min_age,
            no_hours: match shift.no_hours.as_str() {
                "" => String::new(),
                words => named(page, &words.split(',').map(str::to_owned).collect::<Vec<_>>()),
            },
            apart: match shift.apart.minutes() {
                Minutes::ZERO => String::new(),
                _ => page.tb(
                    "shift-apart-said",
                    "pause",
                    shift.apart.pause.number(),
                    "travel",
                    shift.apart.travel.number(),
                ),
            },
            notice: shift.notice.clone(),
            needs: needs(page, shift),
            is_full: shift.free() == 0 || shift.waiting > 0,
            is_cancelled: shift.state == "cancelled",
            is_draft: shift.state == "draft",
        }
    }

    /// A page of this shift: `before`, its id, `after`.
    pub(crate) fn to(&self, before: &str, after: &str) -> String {
        format!("{before}{}{after}", self.id)
    }

    pub(crate) fn free(&self) -> i64 {
        self.places - self.taken
    }
}

fn needs(page: &Page, shift: &ShiftCard) -> String {
    let asked = &shift.protection;
    let mut needs = Vec::new();
    if asked.insurance {
        needs.push(page.t("shift-needs-insurance"));
    }
    if asked.training {
        needs.push(page.t("shift-needs-training"));
    }
    if let Some(skill) = &asked.skill {
        let words = if asked.skill_proof { "shift-needs-proved" } else { "shift-needs-skill" };
        needs.push(page.ta(words, "skill", page.tw("people-skill-", skill)));
    }
    needs.join(&page.t("shift-needs-and"))
}

/// Every category to choose from.
pub(crate) fn categories(page: &Page, chosen: &str) -> Vec<Choice> {
    ServiceCategory::ALL.iter().map(|one| Choice::category(page, *one).chosen_if(chosen)).collect()
}

/// How many working days are left for a record, in words.
pub(crate) fn clock(page: &Page, calendar: &Calendar, today: Day, due: Day) -> String {
    match duty::days_left(calendar, today, due) {
        0 => page.t("duty-over"),
        left => page.ta("duty-left", "left", left),
    }
}

/// Why something is said so late, as it was typed; nothing where nothing was.
pub(crate) fn reason(typed: Option<&str>) -> Result<Option<TypedReason>, Refusal> {
    let read =
        |word| TypedReason::from_word(word).ok_or_else(|| Refusal::invalid("reason", "roll-reason-missing"));
    typed.filter(|word| !word.is_empty()).map(read).transpose()
}

/// Every reason to choose from.
pub(crate) fn reasons(page: &Page, chosen: &str) -> Vec<Choice> {
    let choice = |reason: &TypedReason| {
        let word = reason.word();
        Choice::new(word, page.tw("hours-typed-reason-", word)).chosen_if(chosen)
    };
    TypedReason::ALL.iter().map(choice).collect()
}

/// What a volunteer must have before coming, as checkboxes.
pub(crate) fn protection(page: &Page, typed: &Fields) -> Vec<Choice> {
    let choice = |word: &str| {
        let mut choice = Choice::new(word, page.tw("shift-needs-", word));
        choice.chosen = typed.all("protection").any(|one| one == word);
        choice
    };
    ["insurance", "training", "skill_proof"].map(choice).into()
}

/// No skill, or one of those a volunteer can have.
pub(crate) fn skills(page: &Page, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", page.t("shift-skill-none"));
    let some = people::SKILLS.iter().map(|word| Choice::new(*word, page.tw("people-skill-", word)));
    std::iter::once(none).chain(some).map(|choice| choice.chosen_if(chosen)).collect()
}

/// Reads an id of a path; what is none is not found.
pub(crate) fn id<T>(text: &str) -> Result<Id<T>, Refusal> {
    text.parse().map_err(|_| Refusal::missing())
}

/// The place a list is of: what was asked for, else where the actor lives if this installation stands for it, else the
/// installation's own area.
pub(crate) fn place(asked: Option<&str>, home: DivisionCode, installation: DivisionCode) -> DivisionCode {
    let asked =
        asked.and_then(|text| DivisionCode::parse(text).ok()).filter(|code| installation.contains(*code));
    let own = installation.contains(home).then(|| home.district().division());
    asked.or(own.filter(|_| !is_district(installation))).unwrap_or(installation)
}

fn is_district(code: DivisionCode) -> bool {
    code.level() >= kernel::Level::District
}

/// The reasons with the skills they name in words.
pub(crate) fn worded(reasons: Vec<FieldRefusal>, ask: &web::Ask) -> Vec<FieldRefusal> {
    let named = |(name, arg): (&'static str, Arg)| match (name, arg) {
        ("skill", Arg::Text(word)) => {
            (name, Arg::from(ask.app.text().get(ask.language, &format!("people-skill-{word}"), &[])))
        }
        other => other,
    };
    let word =
        |reason: FieldRefusal| FieldRefusal { args: reason.args.into_iter().map(named).collect(), ..reason };
    reasons.into_iter().map(word).collect()
}

//! A shift as pages show it.

use kernel::{Arg, DivisionCode, Id, Instant, ServiceCategory};
use web::{Choice, Page};

use crate::shift::ShiftCard;

/// One shift in a list or at the top of a page.
pub(crate) struct ShiftView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) category: String,
    pub(crate) when: String,
    pub(crate) address: String,
    pub(crate) places: i64,
    pub(crate) taken: i64,
    pub(crate) waiting: i64,
    pub(crate) min_age: i64,
    pub(crate) is_full: bool,
    pub(crate) is_cancelled: bool,
    pub(crate) is_draft: bool,
}

impl ShiftView {
    pub(crate) fn new(page: &Page, shift: &ShiftCard) -> Self {
        Self {
            id: shift.id.to_string(),
            title: shift.title.clone(),
            category: page.t(&format!("category-{}", shift.category)),
            when: when(page, shift.starts_at, shift.ends_at),
            address: shift.address.clone(),
            places: shift.places,
            taken: shift.taken,
            waiting: shift.waiting,
            min_age: shift.min_age,
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

/// `3月10日 周二 09:00–11:00`.
pub(crate) fn when(page: &Page, from: Instant, to: Instant) -> String {
    let (_, month, day) = from.day().ymd();
    let weekday = page.t(&format!("shift-weekday-{}", from.day().weekday().number()));
    let date = page.tb("shift-date", "month", i64::from(month), "day", i64::from(day));
    let end = if to.day() == from.day() { clock(to) } else { to.local_text().replace('T', " ") };
    format!("{date} {weekday} {}–{end}", clock(from))
}

/// `09:00`.
pub(crate) fn clock(at: Instant) -> String {
    at.local_text().split_once('T').map(|(_, time)| time.to_owned()).unwrap_or_default()
}

/// Every category to choose from.
pub(crate) fn categories(page: &Page, chosen: &str) -> Vec<Choice> {
    ServiceCategory::ALL.iter().map(|one| Choice::category(page, *one).chosen_if(chosen)).collect()
}

/// Reads an id of a path; what is none is not found.
pub(crate) fn id<T>(text: &str) -> Result<Id<T>, kernel::Refusal> {
    text.parse().map_err(|_| kernel::Refusal::missing())
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

/// The sentence of a refused reason.
pub(crate) fn sentence(ask: &web::Ask, rule: &str, args: &[(&'static str, Arg)]) -> String {
    ask.app.text().get(ask.language, &format!("refusal-{rule}"), args)
}

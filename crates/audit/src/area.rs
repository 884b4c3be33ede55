//! Which place and which days somebody looks at.

use db::{Outcome, Tx};
use journal::Call;
use kernel::{Action, Day, DivisionCode, FieldRefusal, Refusal};
use web::Fields;

/// Days of one look at most: a year.
pub const DAYS_MAX: i32 = 366;

/// A place and what is below it, on the days from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The place.
    pub area: DivisionCode,
    /// First and last day.
    pub days: (Day, Day),
}

/// The fields of a wish as they came; what is empty is one's own place and this quarter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) division: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Typed {
    pub(crate) fn of(query: Option<&str>) -> Self {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes());
        let text = |name: &str| fields.text(name).to_owned();
        Self { division: text("division"), from: text("from"), to: text("to") }
    }

    /// Reads the wish of who may do `action` there; every wrong field is named.
    ///
    /// # Errors
    /// `day-unknown`, `audit-area`, `audit-days` (invalid); forbidden when the place is another's.
    pub(crate) fn read(&self, tx: &mut Tx<'_>, call: &Call, action: Action) -> Outcome<Wish> {
        let today = call.now.day();
        let mut wrong: Vec<FieldRefusal> = Vec::new();
        let mut day = |field: &'static str, text: &str, otherwise: Day| {
            if text.is_empty() {
                return otherwise;
            }
            text.parse().unwrap_or_else(|()| {
                wrong.extend(Refusal::invalid(field, "day-unknown").fields);
                otherwise
            })
        };
        let last = day("to", &self.to, today);
        let first = day("from", &self.from, quarter(last).0);
        if wrong.is_empty() && (first > last || last > first.plus(DAYS_MAX - 1)) {
            wrong.extend(Refusal::invalid("from", "audit-days").with("most", i64::from(DAYS_MAX)).fields);
        }
        let area = self.area(tx, call, action, &mut wrong)?;
        if !wrong.is_empty() {
            return Err(Refusal::fields(wrong).into());
        }
        call.actor.must(action, area)?;
        Ok(Wish { area, days: (first, last) })
    }

    fn area(
        &self,
        tx: &mut Tx<'_>,
        call: &Call,
        action: Action,
        wrong: &mut Vec<FieldRefusal>,
    ) -> Outcome<DivisionCode> {
        if self.division.is_empty() {
            return Ok(places::own(call, action).first().copied().ok_or_else(Refusal::forbidden)?);
        }
        if let Ok(code) = DivisionCode::parse(&self.division)
            && (code == DivisionCode::NATION || places::tree_in(tx)?.contains(code))
        {
            return Ok(code);
        }
        wrong.extend(Refusal::invalid("division", "audit-area").fields);
        Ok(DivisionCode::NATION)
    }
}

/// First and last day of the quarter of a day.
pub(crate) fn quarter(day: Day) -> (Day, Day) {
    let (year, month, _) = day.ymd();
    let begins = (month - 1) / 3 * 3 + 1;
    let first = Day::from_ymd(year, begins, 1).unwrap_or(day);
    let (next_year, next) = if begins == 10 { (year + 1, 1) } else { (year, begins + 3) };
    (first, Day::from_ymd(next_year, next, 1).unwrap_or(day).plus(-1))
}

//! Taking a sheet away. Masked it is a look like any other; in clear it needs a reason, and each person in it gets the
//! look on record.

pub(crate) mod api;
mod book;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use db::{Outcome, Tx};
use hours::ServedIn;
use journal::Call;
use kernel::{Action, Day, DivisionCode, FieldRefusal, Id, Instant, Level, Person, Refusal};
use needs::AskedIn;
use people::{Card, Field, InClear, Listed};
use places::Edition;

use crate::area;

/// Days of one sheet at most: a year.
pub const DAYS_MAX: i32 = 366;

kernel::words! {
    /// What a sheet is about.
    Kind {
        /// Everybody who lives in the area.
        People = "people",
        /// What was asked there on some days.
        Needs = "needs",
        /// What was served there on some days and counts.
        Hours = "hours",
    }
}

impl Kind {
    /// What is shown of a person who is in it, once a reason was given.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::People => &[Field::Name, Field::Phone, Field::Document],
            Self::Needs => &[Field::Name, Field::Phone],
            Self::Hours => &[Field::Name, Field::Document],
        }
    }
}

/// Which sheet is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What it is about.
    pub kind: Kind,
    /// Of which place and what is below it.
    pub area: DivisionCode,
    /// First and last day; of people it says nothing.
    pub days: (Day, Day),
}

/// The rows of a sheet.
#[derive(Clone, Debug)]
pub enum Rows {
    /// People.
    People(Vec<Listed>),
    /// Needs.
    Needs(Vec<AskedIn>),
    /// Hours.
    Hours(Vec<ServedIn>),
}

impl Rows {
    /// How many they are.
    pub fn len(&self) -> usize {
        match self {
            Self::People(rows) => rows.len(),
            Self::Needs(rows) => rows.len(),
            Self::Hours(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Everything a sheet is made of.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// What was wanted.
    pub wish: Wish,
    /// Its rows.
    pub rows: Rows,
    /// Everybody a row names, with the numbers of volunteers.
    pub named: BTreeMap<Id<Person>, (Card, String)>,
    /// What is shown in clear, of whom.
    pub clear: BTreeMap<Id<Person>, InClear>,
    /// Who took it in clear and why.
    pub taken: Option<(String, String)>,
    /// When.
    pub at: Instant,
    /// Names of places.
    pub tree: Edition,
}

/// Collects a sheet: so many statements whatever it holds, and with a reason those of [`people::reveal_many`].
///
/// # Errors
/// Sign in first, forbidden; `export-days` or `export-too-many` (invalid); with a reason `export-clear-area` (invalid)
/// for a place above a district, and those of [`people::reveal_many`].
pub fn gather(tx: &mut Tx<'_>, call: &Call, wish: Wish, reason: Option<&str>) -> Outcome<Gathered> {
    call.actor.must(Action::ExchangeSheets, wish.area)?;
    let (first, last) = wish.days;
    if wish.kind != Kind::People && (first > last || last > first.plus(DAYS_MAX - 1)) {
        return Err(Refusal::invalid("from", "export-days").with("most", i64::from(DAYS_MAX)).into());
    }
    let mut taken = None;
    if let Some(reason) = reason {
        let mut wrong: Vec<FieldRefusal> =
            people::reason("reason", reason).err().map(|refusal| refusal.fields).unwrap_or_default();
        if wish.area.level() < Level::District {
            wrong.extend(Refusal::invalid("division", "export-clear-area").fields);
        }
        if !wrong.is_empty() {
            return Err(Refusal::fields(wrong).into());
        }
        let me = call.actor.signed_in()?;
        let card = people::cards(tx, &[me])?.remove(&me);
        let name = card.map(|card| format!("{} ****{}", card.name_masked, card.phone_last4));
        taken = Some((name.unwrap_or_default(), reason.trim().to_owned()));
    }
    // One more than is written tells whether there are more.
    let most = i64::from(sheets::ROWS_MAX) + 1;
    let rows = match wish.kind {
        Kind::People => Rows::People(people::listed(tx, call, wish.area, most)?),
        Kind::Needs => Rows::Needs(needs::asked_in(tx, call, wish.area, wish.days, most)?),
        Kind::Hours => Rows::Hours(hours::served_in(tx, call, wish.area, wish.days, most)?),
    };
    if rows.len() > sheets::ROWS_MAX as usize {
        let refusal = Refusal::invalid("division", "export-too-many");
        return Err(refusal.with("most", i64::from(sheets::ROWS_MAX)).into());
    }
    let ids: Vec<Id<Person>> = match &rows {
        Rows::People(rows) => rows.iter().map(|one| one.card.id).collect(),
        Rows::Needs(rows) => {
            rows.iter().flat_map(|one| [Some(one.recipient), one.helper]).flatten().collect()
        }
        Rows::Hours(rows) => rows.iter().map(|one| one.person).collect(),
    };
    let named = match &rows {
        Rows::People(_) => BTreeMap::new(),
        _ => people::named(tx, &ids)?,
    };
    let mut clear = BTreeMap::new();
    if let Some((_, reason)) = &taken {
        // Whoever came from elsewhere is masked here and shown there.
        let here = |id: &Id<Person>| match named.get(id) {
            Some((card, _)) => {
                id.district() == wish.area.district() && call.actor.may(Action::RevealPeople, card.division)
            }
            None => wish.kind == Kind::People,
        };
        let people: BTreeSet<Id<Person>> = ids.into_iter().filter(here).collect();
        clear = people::reveal_many(tx, call, &people, wish.kind.fields(), reason)?;
    }
    Ok(Gathered { wish, rows, named, clear, taken, at: call.now, tree: places::tree_in(tx)? })
}

/// What was typed into the form or sent to the API, read: every wrong field is named.
fn read(tx: &mut Tx<'_>, call: &Call, typed: &Typed) -> Outcome<Wish> {
    let mut wrong = Vec::new();
    let today = call.now.day();
    let mut day = |field: &'static str, text: &str, default: Day| {
        if text.is_empty() {
            return default;
        }
        text.parse().unwrap_or_else(|()| {
            wrong.extend(Refusal::invalid(field, "day-unknown").fields);
            default
        })
    };
    let (year, month, _) = today.ymd();
    let from = day("from", &typed.from, Day::from_ymd(year, month, 1).unwrap_or(today));
    let to = day("to", &typed.to, today);
    let kind = Kind::from_word(&typed.kind);
    if kind.is_none() {
        wrong.extend(Refusal::invalid("kind", "export-kind").fields);
    }
    let area = match area::read(tx, call, &typed.division) {
        Ok(area) => area,
        Err(db::Failure::Refused(refusal)) if refusal.kind == kernel::Kind::Invalid => {
            wrong.extend(refusal.fields);
            DivisionCode::NATION
        }
        Err(failure) => return Err(failure),
    };
    match kind {
        Some(kind) if wrong.is_empty() => Ok(Wish { kind, area, days: (from, to) }),
        _ => Err(Refusal::fields(wrong).into()),
    }
}

/// The fields of a wish as they came.
#[derive(Clone, Debug, Default)]
struct Typed {
    kind: String,
    division: String,
    from: String,
    to: String,
}

//! Lines of a list of hours.

use std::collections::{BTreeMap, btree_map::Entry};

use db::{Outcome, Tx};
use hours::{DayHeld, ImportedHour, imported_before};
use journal::Call;
use kernel::{Action, Day, DivisionCode, Id, Minutes, Person, ServiceCategory};
use people::{document_owner, read_document, volunteers_by_number};
use sheets::Row;
use vault::Document;

use super::{
    check::{Item, Lines, day, homes, minute},
    columns::{Hours, category, document_kind},
};
use crate::words::Words;

/// Which column a field of the hours' rules is.
pub(super) fn place(field: &str) -> usize {
    match field {
        "kind" => Hours::KIND,
        "number" => Hours::NUMBER,
        "day" => Hours::DAY,
        "from" => Hours::FROM,
        "to" => Hours::TO,
        "minutes" => Hours::MINUTES,
        "what" => Hours::WHAT,
        "unit" => Hours::UNIT,
        _ => Hours::VOLUNTEER,
    }
}

/// By what a line names who served.
enum Named {
    Number(String),
    Document(Box<Document>),
}

/// A line whose cells are right by themselves.
struct Line {
    row: u32,
    named: Named,
    day: Day,
    times: Option<(i64, i64)>,
    minutes: Minutes,
    category: ServiceCategory,
    what: String,
    unit: String,
}

/// Every right line that is new; those that were brought in before are passed over.
pub(super) fn check(
    tx: &mut Tx<'_>,
    call: &Call,
    words: &Words,
    lines: &mut Lines,
    sha256: [u8; 32],
) -> Outcome<Vec<(u32, Item)>> {
    let rows = std::mem::take(&mut lines.table.rows);
    let mut read_lines = Vec::new();
    for row in &rows {
        lines.stray(row);
        read_lines.extend(read(call, words, lines, row));
    }
    lines.table.rows = rows;
    let people = resolve(tx, call, &read_lines)?;
    let mut held: BTreeMap<(Id<Person>, Day), DayHeld> = BTreeMap::new();
    let mut seen: BTreeMap<[u8; 32], u32> = BTreeMap::new();
    let mut items = Vec::new();
    for (line, person) in read_lines.into_iter().zip(people) {
        let row = line.row;
        let column = match line.named {
            Named::Number(_) => Hours::VOLUNTEER,
            Named::Document(_) => Hours::NUMBER,
        };
        let Some(person) = person else {
            lines.wrong(row, column, "import-person-unknown", Vec::new());
            continue;
        };
        if Some(person) == call.actor.person {
            lines.wrong(row, column, "hours-own", Vec::new());
            continue;
        }
        let hour = ImportedHour {
            person,
            day: line.day,
            times: line.times,
            minutes: line.minutes,
            category: line.category,
            what: line.what,
            unit: line.unit,
            file: sha256,
            line: row,
        };
        let wrong = hour.wrong(call.now);
        if !wrong.is_empty() {
            lines.refused(row, wrong, place);
            continue;
        }
        if let Some(first) = seen.insert(hour.row_key(), row) {
            lines.wrong(row, column, "import-line-doubled", vec![("line", i64::from(first).into())]);
            continue;
        }
        if imported_before(tx, &hour)?.is_some() {
            continue;
        }
        let day = match held.entry((person, hour.day)) {
            Entry::Occupied(day) => day.into_mut(),
            Entry::Vacant(day) => day.insert(DayHeld::read(tx, person, hour.day)?),
        };
        match day.take(&hour) {
            Ok(()) => items.push((row, Item::Hour(Box::new(hour)))),
            Err(wrong) => lines.refused(row, vec![wrong], place),
        }
    }
    Ok(items)
}

/// Who served, of each line; `None` for who is nobody of the asker's areas, which says no more than that.
fn resolve(tx: &mut Tx<'_>, call: &Call, lines: &[Line]) -> Outcome<Vec<Option<Id<Person>>>> {
    let mut numbers: BTreeMap<String, (Id<Person>, DivisionCode)> = BTreeMap::new();
    if lines.iter().any(|line| matches!(line.named, Named::Number(_))) {
        for range in call.actor.scope(Action::ExchangeSheets) {
            numbers.extend(volunteers_by_number(tx, &range)?);
        }
    }
    let mut owners: BTreeMap<String, Option<Id<Person>>> = BTreeMap::new();
    for line in lines {
        if let Named::Document(document) = &line.named
            && let Entry::Vacant(owner) = owners.entry(document.unique_text())
        {
            owner.insert(document_owner(tx, call, document)?);
        }
    }
    let ids: Vec<Id<Person>> = owners.values().flatten().copied().collect();
    let homes = homes(tx, &ids)?;
    let mine = |person: &Id<Person>| {
        homes.get(person).is_some_and(|home| call.actor.may(Action::ExchangeSheets, *home))
    };
    let who = |line: &Line| match &line.named {
        Named::Number(number) => numbers.get(number).map(|(person, _)| *person),
        Named::Document(document) => owners.get(&document.unique_text()).copied().flatten().filter(mine),
    };
    Ok(lines.iter().map(who).collect())
}

/// The line, unless a cell of it is wrong.
fn read(call: &Call, words: &Words, lines: &mut Lines, row: &Row) -> Option<Line> {
    let before = lines.count();
    let mut text = |index| lines.text(row, index);
    let (number, document, kind) = (text(Hours::VOLUNTEER), text(Hours::NUMBER), text(Hours::KIND));
    let (on, from, to, minutes) =
        (text(Hours::DAY), text(Hours::FROM), text(Hours::TO), text(Hours::MINUTES));
    let (about, what, unit) = (text(Hours::CATEGORY), text(Hours::WHAT), text(Hours::UNIT));

    let named = match (number.as_deref(), document.as_deref()) {
        (Some(""), Some("")) => {
            lines.wrong(row.number, Hours::VOLUNTEER, "import-person-missing", Vec::new());
            None
        }
        (Some(""), Some(document)) => {
            document_of(call, words, lines, row.number, (kind.as_deref(), document))
        }
        (Some(number), _) => {
            let number = number.to_ascii_uppercase();
            let right = people::is_volunteer_number(&number);
            if !right {
                lines.wrong(row.number, Hours::VOLUNTEER, "import-volunteer-number", Vec::new());
            }
            right.then_some(Named::Number(number))
        }
        (None, _) => None,
    };
    let on = on.as_deref().and_then(|on| {
        let read = day(on);
        if read.is_none() {
            lines.wrong(row.number, Hours::DAY, "day-unknown", Vec::new());
        }
        read
    });
    let mut at = |index, text: Option<&str>| match text {
        None | Some("") => None,
        Some(text) => {
            let read = minute(text);
            if read.is_none() {
                lines.wrong(row.number, index, "import-time-unknown", Vec::new());
            }
            read
        }
    };
    let (begin, end) = (at(Hours::FROM, from.as_deref()), at(Hours::TO, to.as_deref()));
    let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    if given(&from) != given(&to) {
        let index = if given(&from) { Hours::TO } else { Hours::FROM };
        lines.wrong(row.number, index, "import-time-missing", Vec::new());
    }
    let times = begin.zip(end);
    let minutes = match (minutes.as_deref(), times) {
        (Some(""), Some((from, to))) => Some(Minutes((to - from).max(0))),
        (Some(""), None) => {
            if !given(&from) && !given(&to) {
                lines.wrong(row.number, Hours::MINUTES, "import-minutes-missing", Vec::new());
            }
            None
        }
        (Some(text), _) => {
            let read = text.parse().ok().map(Minutes);
            if read.is_none() {
                lines.wrong(row.number, Hours::MINUTES, "import-minutes-missing", Vec::new());
            }
            read
        }
        (None, _) => None,
    };
    let about = about.as_deref().and_then(|about| {
        let found = category(words, about);
        if found.is_none() {
            lines.wrong(row.number, Hours::CATEGORY, "import-category-unknown", Vec::new());
        }
        found
    });
    if lines.count() > before {
        return None;
    }
    Some(Line {
        row: row.number,
        named: named?,
        day: on?,
        times,
        minutes: minutes?,
        category: about?,
        what: what?,
        unit: unit?,
    })
}

fn document_of(
    call: &Call,
    words: &Words,
    lines: &mut Lines,
    row: u32,
    (kind, number): (Option<&str>, &str),
) -> Option<Named> {
    let Some(kind) = document_kind(words, kind?) else {
        lines.wrong(row, Hours::KIND, "document-kind-unknown", Vec::new());
        return None;
    };
    match read_document(kind.code(), number, call.now.day()) {
        Ok(document) => Some(Named::Document(Box::new(document))),
        Err(refusal) => {
            lines.refused(row, refusal.fields, place);
            None
        }
    }
}
